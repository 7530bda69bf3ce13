"""Misfit: the tensors of a file that are not those of a network, and the refusal that carries all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ddpm_studio.checkpoints.wording import with_commas
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import Readable, Text

NAMED = 8
"""Names of tensors that a sentence can bear; of more it gives the number."""


@dataclass(frozen=True)
class Misfit:
    """The names of all tensors that a file lacks, has besides, and has in another shape, with both shapes."""

    missing: Sequence[str]
    unexpected: Sequence[str]
    shapes: Sequence[Readable]


class MisfitError(CheckpointError):
    """Tensors that do not fit; the sentence names a few, `report` all of them."""

    def __init__(self, path: Path, prefix: str, network: str, report: Misfit) -> None:
        self.report = report
        super().__init__(
            QT_TRANSLATE_NOOP(
                "errors",
                "The tensors in {path}{under} are not those of {network}: missing {missing}; unexpected {unexpected}; "
                "of another shape {shapes}; name the network that they were saved from.",
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
