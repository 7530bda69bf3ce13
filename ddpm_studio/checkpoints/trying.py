"""Trials of what a checkpoint may mean: a few pictures of each reading, so that the user sees which one is right."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.answers import UNSEEN, Answers
from ddpm_studio.checkpoints.beside import answers_beside
from ddpm_studio.checkpoints.location import locate
from ddpm_studio.checkpoints.opening import family_of, read_checkpoint
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.diffusion import Steps, solver_table
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, StudioError

if TYPE_CHECKING:
    from ddpm_studio.sampling import Denoiser, Step

SPLIT = UNSEEN - {"groups"}
"""The fields of Answers in which candidates differ that no file tells; they are tried anew each time."""

STEPS, PICTURES = 10, 3
"""Enough to tell a right reading at once from a wrong one, which draws noise."""


@dataclass(frozen=True, eq=False)
class Attempt:
    """One step with the candidate of this `number`, counted from 0, or the error that ended it."""

    number: int
    step: Step | None = None
    error: StudioError | None = None


def candidates(path_or_name: str | os.PathLike[str], answers: Answers | None = None) -> tuple[Answers, ...]:
    """The answers between which neither the checkpoint nor `answers` decides, the likeliest first.

    Earlier answers are left aside, so that they can be reconsidered, and so is what lies beside it about SPLIT.
    CheckpointError for what is not a checkpoint, and if there are not two answers to choose from.
    """
    path = locate(path_or_name)
    source = Source(path, (answers or Answers()).over(answers_beside(path).answers.without(SPLIT)))
    found = family_of(source).candidates(source)
    if len(found) < 2:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "There is nothing left to try about {path}; open it as it is."),
            path=source.path,
        )
    return found


def tried(
    path_or_name: str | os.PathLike[str],
    answers: Answers,
    candidates: Iterable[Answers],
    *,
    steps: int = STEPS,
    pictures: int = PICTURES,
    seed: int = 0,
    device: str = "auto",
    alone: bool = False,
) -> Iterator[Attempt]:
    """Draw `pictures` in `steps` with one candidate after another, all from the same noise.

    No two networks are in memory at once, and nothing is remembered. A candidate that fails, as wrong ones may, ends
    with its error, and the next one begins. `device` is auto, cpu, cuda or mps;
    `alone` says that nothing that is remembered holds beside the `answers`.
    """
    for number, candidate in enumerate(candidates):
        try:
            denoiser = read_checkpoint(path_or_name, candidate.over(answers), alone=alone).denoiser
            for step in _drawn(denoiser, steps, pictures, seed, device):
                yield Attempt(number, step)
        except StudioError as error:
            yield Attempt(number, error=error)


def _drawn(denoiser: Denoiser, steps: int, pictures: int, seed: int, device: str) -> Iterator[Step]:
    import torch

    from ddpm_studio.sampling import device_named, run

    levels = Steps.from_spacing(denoiser.schedule, min(steps, denoiser.schedule.T), "trailing")
    generator = torch.Generator().manual_seed(seed)
    x = denoiser.starting_noise(pictures, generator)
    return run(
        solver_table("dpm-solver++", levels, order=2), denoiser, x, generator=generator, device=device_named(device)
    )
