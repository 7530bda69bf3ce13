"""Refusals that carry more than a sentence: tensors that do not fit, and the schedule of what is not sampled."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.spec import path_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import Readable, SourceText, Text

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
    some, rest = _with_commas(names[:NAMED]), len(names) - NAMED
    if rest <= 0:
        return some
    return Text(QT_TRANSLATE_NOOP("errors", "{names}, and {count} more"), {"names": some, "count": rest})


def listed(names: Sequence[Readable]) -> Readable:
    """One name or more as a sentence has them: a, a and b, or a, b and c."""
    *some, last = names
    if not some:
        return last
    return Text(QT_TRANSLATE_NOOP("errors", "{names} and {last}"), {"names": _with_commas(some), "last": last})


def _with_commas(names: Sequence[Readable]) -> Readable:
    *some, last = names
    if not some:
        return last
    return Text(QT_TRANSLATE_NOOP("errors", "{names}, {last}"), {"names": _with_commas(some), "last": last})


def part_of(error: Exception) -> Readable:
    """The part of a file that an error is about: in our words, or in at most 80 letters of the file's."""
    (part,) = error.args
    return part if isinstance(part, SourceText) else str(part)[:80]


class UnsupportedError(CheckpointError):
    """A network that is not sampled here; `schedule` is what it was trained with, None where the file does not say."""

    def __init__(self, path: Path, kind: Readable, reason: Readable, schedule: Schedule | None) -> None:
        self.schedule = schedule
        if schedule is None:
            template = QT_TRANSLATE_NOOP("errors", "{path} is {kind}, which is not sampled: {reason}.")
        else:
            template = QT_TRANSLATE_NOOP(
                "errors",
                "{path} is {kind}, which is not sampled: {reason}; its schedule alone can be taken, {schedule}, "
                "as {spec}.",
            )
        # In the shell, where this is read, a blank would end an argument.
        spec = shlex.quote(path_spec(str(path)))
        super().__init__(template, path=path, kind=kind, reason=reason, schedule=schedule, spec=spec)
