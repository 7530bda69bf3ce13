"""Settings of a run and of its samplers, declared once for the window, the sampling thread and the shell."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.options import as_number, shown
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError

MAX_SEED = 2**63 - 1
MAX_PICTURES = 4096
_CONDITIONING = ("label", "guidance", "prompt", "negative_prompt", "guidance_rescale")
MAX_PROMPT = 10_000
"""Characters of a prompt, of which a network is given far fewer tokens."""


@dataclass(frozen=True)
class Setting:
    """A setting as the shell takes it: its option, its effect, and its permitted values.

    `kind` is int for whole numbers from `low` to `high`, float for any number or one `within` two ends, str for one of
    `choices` or a text, of so many characters at the `longest`, and bool for whether there is a file, which the shell
    takes by its path.
    """

    option: str
    metavar: str
    help: str
    kind: type
    low: int = 0
    high: int = MAX_SEED
    within: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    longest: int = 0

    def check(self, name: str, value: object) -> None:
        """Raise SamplingError for a number out of bounds, and for a text that is too long or not one of the choices."""
        if self.kind is int and value is not None:
            check_whole(name, value, self.low, self.high)
        if self.choices:
            template = QT_TRANSLATE_NOOP("errors", "There is no {what} “{name}”; {remedy}")
            check_named(value, self.choices, template, SamplingError, what=name)
        if self.within is not None:
            _check_within(name, value, *self.within)
        if self.longest:
            _check_text(name, value, self.longest)


def _setting(default: object, option: str, metavar: str, help: str, kind: type, **bounds: Any) -> Any:
    return field(default=default, metadata={"setting": Setting(option, metavar, help, kind, **bounds)})


@dataclass(frozen=True)
class SamplerSettings:
    """A solver with its options, and the noise levels it visits: a number of them, and what lays them out, as text."""

    solver: str = "dpm-solver++"
    options: tuple[tuple[str, object], ...] = (("order", 2),)
    steps: int = 20
    spacing: str = "trailing"


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """The settings of a run besides its checkpoint and its samplers.

    `seed` determines the starting noise, "one" for all pictures, or of `seeds` the first, where "each" has one of its
    own; and `from_picture` whether that is added to a picture, which comes besides,
    as far as the first step has noise; `prompt` and `negative_prompt` are for networks that take text, `label` (None:
    each class in turn) for those with classes, and for both `guidance` (None: as the checkpoint says), of whose effect
    on the spread of pictures `guidance_rescale` takes back a share. `clip` bounds x0 (None: as the checkpoint says,
    inf: not at all), and `epsilon` says which ε DDIM goes on with there; `device` is auto, cpu, cuda, cuda:1 or mps;
    `precision` is what the network computes in, "auto" for what the checkpoint recommends on the device.
    """

    seed: int = _setting(0, "--seed", "N", "seed of the starting noise (default: 0)", int)
    seeds: str = _setting(
        "one",
        "--seeds",
        "NAME",
        "one seed for all pictures, or each its own: N, N + 1, …, by which each can be drawn alone (default: one)",
        str,
        choices=("one", "each"),
    )
    pictures: int = _setting(
        16, "--batch", "N", "how many pictures to draw (default: 16)", int, low=1, high=MAX_PICTURES
    )
    from_picture: bool = _setting(
        False,
        "--from-picture",
        "FILE",
        "begin from this picture, noised to the first step; “| start=0.6” behind the spacing leaves the last 60 %% of "
        "the steps, its strength (default: from noise)",
        bool,
    )
    prompt: str = _setting(
        "", "--prompt", "TEXT", "what to draw, for checkpoints that take text", str, longest=MAX_PROMPT
    )
    negative_prompt: str = _setting(
        "", "--negative-prompt", "TEXT", "what guidance leads away from (default: nothing)", str, longest=MAX_PROMPT
    )
    label: int | None = _setting(None, "--label", "N", "class to draw (default: each in turn)", int)
    guidance: float | None = _setting(
        None,
        "--guidance",
        "X",
        "classifier-free guidance scale, towards the prompt or class; 1 is off, as is 0 for a prompt (default: as the "
        "checkpoint says)",
        float,
    )
    guidance_rescale: float = _setting(
        0.0,
        "--guidance-rescale",
        "X",
        "how far guided pictures get the contrast of those without guidance, 0 to 1 (default: 0)",
        float,
        within=(0.0, 1.0),
    )
    clip: float | None = _setting(
        None, "--clip", "X", "bound of x0, inf for none (default: as the checkpoint says)", float
    )
    epsilon: str = _setting(
        "auto",
        "--epsilon",
        "NAME",
        "where x0 is clipped, DDIM's ε: predicted, or derived from the clipped x0 (default: auto, as in the "
        "checkpoint's own library)",
        str,
        choices=("auto", "predicted", "derived"),
    )
    device: str = _setting("auto", "--device", "NAME", "run on auto, cpu, cuda or mps (default: auto)", str)
    precision: str = _setting(
        "auto",
        "--precision",
        "NAME",
        "compute in float32, bfloat16 or float16 (default: auto, the network's own, for pipelines on a GPU float16, or "
        "bfloat16 for flows)",
        str,
        choices=("auto", "float32", "bfloat16", "float16"),
    )

    @property
    def conditioning(self) -> dict[str, Any]:
        """What `Denoiser.conditioned` takes of them, by name."""
        return {name: getattr(self, name) for name in _CONDITIONING}

    def check(self) -> None:
        """Raise SamplingError for a setting out of bounds; what depends on a checkpoint is left to the checkpoint."""
        for name, setting in SETTINGS.items():
            setting.check(name, getattr(self, name))


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {each.name: each.metadata["setting"] for each in fields(RunSettings)}
)
"""Every setting of a run, by the name of its field."""


def settings_in(source: RunSettings | SamplerSettings) -> dict[str, Any]:
    """The settings of a run, or of a sampler, among the fields of a larger value, by name."""
    declared = RunSettings if isinstance(source, RunSettings) else SamplerSettings
    return {each.name: getattr(source, each.name) for each in fields(declared)}


def _check_within(name: str, value: object, low: float, high: float) -> None:
    if not low <= as_number(value) <= high:
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "{name} is {value}; choose a number from {low:g} to {high:g}."),
            name=name,
            value=shown(value),
            low=low,
            high=high,
        )


def _check_text(name: str, value: object, longest: int) -> None:
    if not isinstance(value, str):
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "{name} is {value}; it must be a text."), name=name, value=shown(value)
        )
    if len(value) > longest:
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "{name} has {count} characters; it can have {longest} at most."),
            name=name,
            count=len(value),
            longest=longest,
        )
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "{name} has a byte that is not UTF-8 at character {place}; take it out."),
            name=name,
            place=error.start + 1,
        ) from error


def check_guidance(guidance: object) -> None:
    """Raise SamplingError if the guidance is no finite number."""
    if not math.isfinite(as_number(guidance)):
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "guidance is {value}; it must be a finite number."), value=shown(guidance)
        )


def check_whole(name: str, value: object, low: int, high: int) -> None:
    """Raise SamplingError if `value` is not a whole number from `low` to `high`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high or value != int(value):
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "{name} is {value}; choose a whole number from {low} to {high}."),
            name=name,
            value=value,
            low=low,
            high=high,
        )
