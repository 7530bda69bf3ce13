"""Unused answers: what was said of a checkpoint that makes no difference to it, as its file says it, or has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ddpm_studio.checkpoints.answers import OPTIONS, Answers
from ddpm_studio.checkpoints.card import CardItem, card_of
from ddpm_studio.checkpoints.checkpoint import Assumption, Checkpoint
from ddpm_studio.checkpoints.remembered import worded
from ddpm_studio.checkpoints.wording import listed
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import Readable, Text, Verbatim

USED_BY_ALL = frozenset({"shape", "schedule", "prediction_type", "picture_range", "time", "network"})
"""What can be said of networks of every kind."""

_AS_GIVEN = frozenset({"release"})
"""What the card writes in another way than it may have been said."""

_SAYS_ITSELF = QT_TRANSLATE_NOOP(
    "errors", "{path} ({family}) has no use for {said}, since it says itself: {own}; leave {options} out."
).in_window(
    QT_TRANSLATE_NOOP(
        "errors", "{path} ({family}) has no use for {said}, since it says itself: {own}; take that answer back."
    )
)
_OF_NO_USE = QT_TRANSLATE_NOOP("errors", "{path} ({family}) has no use for {said}; leave {options} out.").in_window(
    QT_TRANSLATE_NOOP("errors", "{path} ({family}) has no use for {said}; take that answer back.")
)
_BESIDE = QT_TRANSLATE_NOOP("card", "nothing of {said} in {file}, which has no use here")


def check_used(checkpoint: Checkpoint, said: Answers, path: Path) -> None:
    """CheckpointError for what was `said` of the checkpoint at `path` this time that makes no difference to it."""
    unused = _unused(checkpoint, said)
    if not unused.said:
        return
    own = [_row(row) for row in card_of(checkpoint) if row.key in unused.said and row.value is not None]
    raise CheckpointError(
        _SAYS_ITSELF if own else _OF_NO_USE,
        said=worded(unused),
        path=path,
        family=checkpoint.family,
        own=listed(own) if own else "",
        options=Verbatim(" ".join(OPTIONS[name].split()[0] for name in unused.said)),
    )


def with_used_answers(checkpoint: Checkpoint, file: Path) -> Checkpoint:
    """A checkpoint without answers that make no difference to it: remembered ones, or those beside it in `file`, which
    are noted.
    """
    unused = _unused(checkpoint, checkpoint.answers)
    beside = unused.without(checkpoint.given.said.keys())
    notes = (Assumption(_BESIDE, {"said": worded(beside), "file": file.name}),) if beside.said else ()
    answers, given = (each.without(unused.said.keys()) for each in (checkpoint.answers, checkpoint.given))
    return replace(checkpoint, answers=answers, given=given, assumed=(*checkpoint.assumed, *notes))


def _unused(checkpoint: Checkpoint, answers: Answers) -> Answers:
    """Those answers that the card does not repeat, which has a row for all that a network goes by."""
    rows = {row.key: row.value for row in card_of(checkpoint)}
    return answers.without([name for name, value in answers.said.items() if _makes_a_difference(rows, name, value)])


def _makes_a_difference(rows: Mapping[str, object], name: str, value: object) -> bool:
    return name in USED_BY_ALL or (name in rows and (name in _AS_GIVEN or rows[name] == value))


def _row(row: CardItem) -> Readable:
    return Text(QT_TRANSLATE_NOOP("card", "{title} {value}"), {"title": row.label, "value": row.text})
