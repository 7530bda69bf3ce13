"""Misfit: the tensors of a file that are not those of a network, and the refusal that carries all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ddpm_studio.checkpoints.wording import with_commas
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import Readable, Text, fits

NAMED = (8, 4, 2, 1)
"""Names of tensors in a sentence, the fewer the longer it is; the rest are counted."""

_SENTENCE = QT_TRANSLATE_NOOP(
    "errors",
    "The tensors in {path}{under} do not match {network}: missing {missing}; unexpected {unexpected}; "
    "of another shape {shapes}; name the network they were saved from.",
)


@dataclass(frozen=True)
class Misfit:
    """The names of all tensors that are missing from a file, unexpected, or of another shape, with both shapes."""

    missing: Sequence[str]
    unexpected: Sequence[str]
    shapes: Sequence[Readable]


class MisfitError(CheckpointError):
    """Tensors that do not fit; the sentence names a few, `report` lists all of them."""

    def __init__(self, path: Path, prefix: str, network: str, report: Misfit) -> None:
        self.report = report
        where: dict[str, object] = {"path": path, "under": _under(prefix), "network": network}
        for most in NAMED:
            values = where | {
                "missing": _first(report.missing, most),
                "unexpected": _first(report.unexpected, most),
                "shapes": _first(report.shapes, most),
            }
            if fits(Text(_SENTENCE, values)):
                break
        super().__init__(_SENTENCE, **values)


def _under(prefix: str) -> Readable:
    return Text(QT_TRANSLATE_NOOP("errors", " under {place}"), {"place": prefix.rstrip(".")}) if prefix else ""


def _first(names: Sequence[Readable], most: int) -> Readable:
    if not names:
        return QT_TRANSLATE_NOOP("errors", "none")
    some, rest = with_commas(names[:most]), len(names) - most
    if rest <= 0:
        return some
    return Text(QT_TRANSLATE_NOOP("errors", "{names}, and {count} more"), {"names": some, "count": rest})
