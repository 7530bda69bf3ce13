"""Trials of what a checkpoint leaves open: a picture with one row for each reading, and the options of each."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.trying import STEPS, Attempt, candidates, tried
from ddpm_studio.commands.shared.answer_options import options_for
from ddpm_studio.commands.shared.printed_tables import Cell, PrintedTable, cell, print_either
from ddpm_studio.files.pictures import write_picture
from ddpm_studio.files.samples import check_target, contact_sheet


def write_trial(options: Namespace, path: str, answers: Answers) -> None:
    """Draw a few pictures with every candidate, write them to the picture named, and print the options of each row.

    `answers` are what a person says now. Raises CheckpointError where nothing is left open, FileError where the picture
    cannot be written, and the error of the first candidate where none draws anything.
    """
    picture: str = options.trial
    check_target(picture, (".png",))
    readings = candidates(path, answers)
    attempts = list(_last(tried(path, answers, readings), len(readings)))
    drawn = [attempt for attempt in attempts if attempt.step is not None]
    if not drawn:
        raise attempts[0].error or AssertionError("an attempt without a step has an error")
    _write(picture, drawn)
    table = PrintedTable([*_lines(readings, attempts)])
    content = {"picture": picture, "readings": table.objects}
    print_either(options, (f"{picture}, from top to bottom:\n", str(table)), content)


def _last(attempts: Iterator[Attempt], count: int) -> Iterator[Attempt]:
    """The last attempt of each candidate: its last step, or the error that ended it."""
    with tqdm(total=count * STEPS, desc="trying", unit="step", disable=None, file=sys.stderr) as bar:
        last: Attempt | None = None
        for attempt in attempts:
            bar.update()
            if last is not None and attempt.number != last.number:
                yield last
            last = attempt
        if last is not None:
            yield last


def _write(picture: str, drawn: Sequence[Attempt]) -> None:
    from ddpm_studio.sampling.eight_bit import as_bytes

    rows = [as_bytes(attempt.step.decoded(attempt.step.x)) for attempt in drawn if attempt.step is not None]
    height, width = (max(row.shape[side] for row in rows) for side in (1, 2))
    alike = [_filled_up(row, height, width) for row in rows]
    write_picture(picture, contact_sheet(np.concatenate(alike), columns=len(rows[0])))


def _filled_up(pictures: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Pictures (n, h, w, C) with black below and beside them, as readings may be of pictures of different sizes."""
    below, beside = height - pictures.shape[1], width - pictures.shape[2]
    return np.pad(pictures, ((0, 0), (0, below), (0, beside), (0, 0)))


def _lines(readings: Sequence[Answers], attempts: Sequence[Attempt]) -> Iterator[tuple[Cell, ...]]:
    row = 0
    for attempt in attempts:
        row += attempt.error is None
        number = cell("row", row) if attempt.error is None else cell("row", None, "–")
        error = None if attempt.error is None else str(attempt.error)
        yield number, cell("options", options_for(readings[attempt.number])), cell("error", error, error or "")
