"""Misfit: the tensors of a file that are not those of a network, and the refusal that carries all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ddpm_studio.checkpoints.wording import with_commas
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import Readable, Text

NAMED = 8
"""The most names of tensors in a sentence; the rest are counted."""


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
        super().__init__(
            QT_TRANSLATE_NOOP(
                "errors",
                "The tensors in {path}{under} do not match {network}: missing {missing}; unexpected {unexpected}; "
                "of another shape {shapes}; name the network they were saved from.",
            ),
            path=path,
            under=Text(QT_TRANSLATE_NOOP("errors", " under {place}"), {"place": prefix.rstrip(".")}) if prefix else "",
            network=network,
            missing=_first(report.missing),
            unexpected=_first(report.unexpected),
            shapes=_first(report.shapes),
        )


def _first(names: Sequence[Readable]) -> Readable:
    if not names:
        return QT_TRANSLATE_NOOP("errors", "none")
    some, rest = with_commas(names[:NAMED]), len(names) - NAMED
    if rest <= 0:
        return some
    return Text(QT_TRANSLATE_NOOP("errors", "{names}, and {count} more"), {"names": some, "count": rest})
