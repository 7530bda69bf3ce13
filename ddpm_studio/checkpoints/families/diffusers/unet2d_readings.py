"""Readings of a UNet2DModel's weights: the answers between which shapes do not decide, for a trial."""

from __future__ import annotations

from collections.abc import Iterator

from ddpm_studio.checkpoints.answers import Answers
from ddpm_studio.checkpoints.families.diffusers.left_open import (
    GROUPS,
    USUAL_WIDTHS,
    WIDTHS,
    Dialect,
    given_width,
    is_split,
)
from ddpm_studio.checkpoints.families.diffusers.told_by_shapes import ToldByShapes
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.unet2d_conventions import CONVENTION_NAMES, Conventions


def open_readings(told: ToldByShapes, source: Source, dialect: Dialect) -> tuple[Answers, ...]:
    """Every usual reading that fits and that the user has not ruled out, the likeliest first.

    One thing is varied at a time, as all of them together would take long to draw, and to look through. CheckpointError
    for a split that was said and does not fit.
    """
    said = source.answers
    first = said.conventions or dialect.usual
    named = [first] if said.conventions else [first, *(name for name in CONVENTION_NAMES if name != first)]
    groups = [said.groups] if said.groups else [each for each in GROUPS if told.divides(each)]
    widths = {name: list(_widths(told, source, dialect, name)) for name in named}
    usual = [(name, width, count) for name in named for width in widths[name][:1] for count in groups[:1]]
    others = [(name, width, count) for name in named for width in widths[name][1:] for count in groups[:1]]
    grouped = [(name, width, count) for name in named[:1] for width in widths[name][:1] for count in groups[1:]]
    return tuple(
        _split(told, width, dialect).over(Answers(conventions=name, groups=count))
        for name, width, count in (*usual, *others, *grouped)
    )


def _widths(told: ToldByShapes, source: Source, dialect: Dialect, conventions: str) -> Iterator[int | None]:
    """The channels of a head that fit, those first that go with the conventions; of those that give the same heads in
    every attention, only one.
    """
    if dialect.one_head or not told.attended:
        yield None
    elif is_split(source.answers):
        yield given_width(told, source)
    else:
        distinct: dict[tuple[int, ...], int | None] = {}
        for width in (USUAL_WIDTHS[Conventions.parse(conventions).name], *WIDTHS):
            if told.fits(width):
                distinct.setdefault(told.heads_of(width), width)
        yield from distinct.values()


def _split(told: ToldByShapes, width: int | None, dialect: Dialect) -> Answers:
    if dialect.one_head or not told.attended:
        return Answers()
    return Answers(heads=1) if width is None else Answers(head_channels=width)
