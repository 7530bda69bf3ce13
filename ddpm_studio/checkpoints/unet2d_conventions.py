"""Conventions: what the weights of a diffusers UNet2DModel mean, as far as names and shapes do not tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Self

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.options import Option, resolved
from ddpm_studio.diffusion.parametrisation import name_and_options, named_text
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, SolverError

_FLAG = ("false", "true")
_DIFFUSERS = (
    Option("flip_sin_to_cos", "true", choices=_FLAG),
    Option("freq_shift", 0.0, 0.0, 1.0),
    Option("downsample_padding", 1.0, choices=(0.0, 1.0)),
    Option("norm_eps", 1e-5, 0.0, 1.0),
    Option("act_fn", "silu", choices=("silu", "swish", "mish", "gelu", "relu")),
    Option("mid_block_scale_factor", 1.0, 1e-3, 1e3),
    Option("center_input_sample", "false", choices=_FLAG),
    Option("attn_norm_num_groups", None, 1.0, 1024.0),
)
_DDPM: Mapping[str, float | str] = {
    "flip_sin_to_cos": "false",
    "freq_shift": 1.0,
    "downsample_padding": 0.0,
    "norm_eps": 1e-6,
}
NAMED: Mapping[str, tuple[Option, ...]] = MappingProxyType(
    {
        "diffusers": _DIFFUSERS,
        "ddpm": tuple(replace(each, default=_DDPM.get(each.key, each.default)) for each in _DIFFUSERS),
    }
)
"""The options by what they are named after, with its defaults: diffusers' own, and those of Ho et al. 2020, which the
published google/ddpm-* have."""

CONVENTION_NAMES = tuple(NAMED)


@dataclass(frozen=True, eq=False)
class Conventions:
    """One of CONVENTION_NAMES by `name`, with its options, which are named and mean the same as in config.json.

    >>> str(Conventions.parse("ddpm: norm_eps=1e-5, freq_shift=1"))
    'ddpm:norm_eps=1e-05'
    >>> Conventions("diffusers").config["flip_sin_to_cos"], Conventions("ddpm").config["flip_sin_to_cos"]
    (True, False)

    Raises CheckpointError for an unknown name or option, and for a value out of bounds.
    """

    name: str
    options: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        template = QT_TRANSLATE_NOOP("errors", "There are no conventions “{name}”; {remedy}")
        check_named(self.name, NAMED, template, CheckpointError)
        options = resolved(self.name, NAMED[self.name], self.options, CheckpointError)
        object.__setattr__(self, "options", MappingProxyType(options))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The conventions that a text describes: "ddpm", or "diffusers:norm_eps=1e-6,freq_shift=1"."""
        try:
            name, options = name_and_options(text)
        except SolverError as error:
            raise CheckpointError(error.template, **error.values) from None
        return cls(name, {key: value.lower() if isinstance(value, str) else value for key, value in options.items()})

    def __str__(self) -> str:
        usual = {option.key: option.default for option in NAMED[self.name]}
        return named_text(self.name, {key: value for key, value in self.options.items() if value != usual[key]})

    @property
    def config(self) -> Mapping[str, object]:
        """The options as config.json has them."""
        return {key: _as_setting(value) for key, value in self.options.items()}


def _as_setting(value: object) -> object:
    if value in _FLAG:
        return value == "true"
    return int(value) if isinstance(value, float) and value.is_integer() else value
