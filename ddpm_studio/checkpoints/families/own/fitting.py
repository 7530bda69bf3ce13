"""Fit of a file's tensors to a network: which of them are its own, and exactly what is wrong if they don't fit."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from ddpm_studio.checkpoints.checkpoint import Fact
from ddpm_studio.checkpoints.families.shared.facts import WEIGHTS
from ddpm_studio.checkpoints.families.shared.filling import check_finite
from ddpm_studio.checkpoints.families.shared.prefixes import is_averaged, under
from ddpm_studio.checkpoints.families.shared.stored_noising import named
from ddpm_studio.checkpoints.families.shared.tensor_hints import tables_among
from ddpm_studio.checkpoints.misfit import Misfit, MisfitError
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import Readable, Text


@dataclass(frozen=True)
class Fit:
    """The tensors under a prefix, compared with those that a network has, and the tables `beside` them."""

    prefix: str
    tensors: Mapping[str, Tensor]
    wanted: Mapping[str, Tensor]
    beside: Sequence[str] = ()

    @cached_property
    def missing(self) -> list[str]:
        return sorted(self.wanted.keys() - self.tensors.keys())

    @cached_property
    def unexpected(self) -> list[str]:
        return sorted(self.tensors.keys() - self.wanted.keys())

    @cached_property
    def misshapen(self) -> list[str]:
        both = sorted(self.wanted.keys() & self.tensors.keys())
        return [name for name in both if self.wanted[name].shape != self.tensors[name].shape]

    @property
    def faults(self) -> int:
        return len(self.missing) + len(self.unexpected) + len(self.misshapen)


def fitted(wanted: Mapping[str, Tensor], source: Source, name: str) -> tuple[Mapping[str, Tensor], Fact]:
    """The file's tensors for a network called `name`, whose own are `wanted`, and which they are.

    They may lie at any depth, under "model", "state_dict", "ema" or "module."; of several that fit, averaged ones (EMA)
    are taken. Tables of a diffusion beside them, which the network has not, are left out. MisfitError that lists every
    tensor missing, unexpected or of another shape if none fits.
    """
    fits = [_fit(under(prefix, source.tensors), wanted, prefix) for prefix in _prefixes(source.tensors, wanted)]
    best = min(fits, key=lambda fit: (fit.faults, not is_averaged(fit.prefix), len(fit.prefix), fit.prefix))
    if best.faults:
        raise _misfit(best, source, name)
    for key, tensor in best.tensors.items():
        check_finite(key, tensor, source.path, complex_too=wanted[key].is_complex())
    return best.tensors, Fact("weights", WEIGHTS, best.prefix, _without(_told(best.prefix), best.beside))


def _fit(tensors: Mapping[str, Tensor], wanted: Mapping[str, Tensor], prefix: str) -> Fit:
    beside = tables_among(tensors) - wanted.keys()
    weights = {name: tensor for name, tensor in tensors.items() if name not in beside}
    return Fit(prefix, weights, wanted, sorted(prefix + name for name in beside))


def _without(told: Readable, beside: Sequence[str]) -> Readable:
    if not beside:
        return told
    template = QT_TRANSLATE_NOOP("card", "{weights}, leaving out {tables}")
    return Text(template, {"weights": told, "tables": named(tuple(beside))})


def _told(prefix: str) -> Readable:
    if not prefix:
        return QT_TRANSLATE_NOOP("card", "as trained")
    averaged = QT_TRANSLATE_NOOP("card", "EMA, under {place}")
    text = averaged if is_averaged(prefix) else QT_TRANSLATE_NOOP("card", "as trained, under {place}")
    return Text(text, {"place": prefix.rstrip(".")})


def _prefixes(tensors: Iterable[str], wanted: Container[str]) -> set[str]:
    """The prefixes of the wanted tensors' names, anywhere in the file."""
    dots = ((name, i + 1) for name in tensors for i, letter in enumerate(name) if letter == ".")
    return {"", *(name[:i] for name, i in dots if name[i:] in wanted)}


def _misfit(fit: Fit, source: Source, name: str) -> MisfitError:
    shapes = [_both_shapes(key, fit.tensors[key], fit.wanted[key]) for key in fit.misshapen]
    return MisfitError(source.path, fit.prefix, name, Misfit(fit.missing, fit.unexpected, shapes))


def _both_shapes(name: str, given: Tensor, wanted: Tensor) -> Text:
    return Text(
        QT_TRANSLATE_NOOP("errors", "{name} {given} for {wanted}"),
        {"name": name, "given": tuple(given.shape), "wanted": tuple(wanted.shape)},
    )
