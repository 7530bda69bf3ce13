"""Misfit: the tensors of a file that are not those of a network, and the refusals by one of them and by all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from ddpm_studio.checkpoints.wording import first_names
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import Readable, Text, fits

NAMED = (8, 4, 2, 1)
"""Names of tensors in a sentence, the fewer the longer it is; the rest are counted."""

_SENTENCE = QT_TRANSLATE_NOOP(
    "errors",
    "The tensors in {path}{under} do not match {network}: {faults}; name the network they were saved from.",
)
_PARTS = {
    "missing": QT_TRANSLATE_NOOP("errors", "missing {names}"),
    "unexpected": QT_TRANSLATE_NOOP("errors", "unexpected {names}"),
    "shapes": QT_TRANSLATE_NOOP("errors", "of another shape {names}"),
}
_AND_SO = QT_TRANSLATE_NOOP("errors", "{faults}; {more}")


@dataclass(frozen=True)
class Misfit:
    """The names of all tensors that are missing from a file, unexpected, or of another shape, with both shapes."""

    missing: Sequence[str]
    unexpected: Sequence[str]
    shapes: Sequence[Readable]


class OtherKindError(CheckpointError):
    """A tensor that a network of the kind its names promise lacks or has no place for: that of another may have."""


class MisfitError(CheckpointError):
    """Tensors that do not fit; the sentence names a few, `report` lists all of them."""

    def __init__(self, path: Path, prefix: str, network: str, report: Misfit) -> None:
        self.report = report
        where: dict[str, object] = {"path": path, "under": _under(prefix), "network": network}
        for most in NAMED:
            values = where | {"faults": _faults(report, most)}
            if fits(Text(_SENTENCE, values)):
                break
        super().__init__(_SENTENCE, **values)


def _under(prefix: str) -> Readable:
    return Text(QT_TRANSLATE_NOOP("errors", " under {place}"), {"place": prefix.rstrip(".")}) if prefix else ""


def _faults(report: Misfit, most: int) -> Readable:
    """What is wrong, each with the first names of the tensors."""
    kinds = {name: getattr(report, name) for name in _PARTS}
    told = [Text(_PARTS[name], {"names": first_names(names, most)}) for name, names in kinds.items() if names]
    return reduce(lambda faults, more: Text(_AND_SO, {"faults": faults, "more": more}), told)
