"""Refusals that carry more than a sentence: tensors that do not fit, and the schedule of what is not sampled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

NAMED = 8
"""Names of tensors that a sentence can bear; of more it gives the number."""


@dataclass(frozen=True)
class Misfit:
    """The names of all tensors that a file lacks, has besides, and has in another shape, with both shapes."""

    missing: Sequence[str]
    unexpected: Sequence[str]
    shapes: Sequence[str]


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
            under=f" under {prefix.rstrip('.')}" if prefix else "",
            network=network,
            missing=_listed(report.missing),
            unexpected=_listed(report.unexpected),
            shapes=_listed(report.shapes),
        )


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - NAMED
    return ", ".join([*names[:NAMED], *([f"and {rest} more"] if rest > 0 else [])]) or "none"


class UnsupportedError(CheckpointError):
    """A network that is not sampled here; `schedule` is what it was trained with, None where the file does not say."""

    def __init__(self, path: Path, kind: str, reason: str, schedule: Schedule | None) -> None:
        self.schedule = schedule
        if schedule is None:
            template = QT_TRANSLATE_NOOP("errors", "{path} is {kind}, which is not sampled: {reason}.")
        else:
            template = QT_TRANSLATE_NOOP(
                "errors",
                "{path} is {kind}, which is not sampled: {reason}; its schedule alone can be taken, {schedule}, "
                "as custom:path={path}.",
            )
        super().__init__(template, path=path, kind=kind, reason=reason, schedule=schedule)
