"""Optimisation that measures nothing, and what it finds."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from ddpm_studio.diffusion import Schedule
from ddpm_studio.interruption import Interrupted, check
from ddpm_studio.lab.optimizing.optimization import Optimum, Proved, Question, check_no_noise, levels_of
from ddpm_studio.lab.optimizing.steps_search import MeasuredLevels

LINEAR = Schedule("linear", 1000)
SIGMAS = np.array([100.0, 9.0, 2.0, 0.0])
HARD = np.random.default_rng(0).lognormal(-2, 0.5, 64)


class FakeOptimization:
    """Measures nothing; `better` says whether it finds something, `endless` whether it goes on until it is ended."""

    better, endless = True, False
    most_runs = 40

    def __init__(self, question: Question, denoiser: object, tell: Callable[[Any], object]) -> None:
        check_no_noise(question.solver, question.table(LINEAR, SIGMAS))
        self.question, self._tell = question, tell
        self.search = SimpleNamespace(runs=0, best=MeasuredLevels("karras", SIGMAS, 0.1234))

    def searched(self) -> bool:
        try:
            while self.endless or self.search.runs < 3:
                self.search.runs = min(self.search.runs + 1, 3)
                self._tell(self.search)
                check()
        except Interrupted:
            return False
        return True

    def proved(self) -> Optimum:
        return fake_optimum(self.question, better=self.better)


def fake_optimum(question: Question, *, better: bool = True) -> Optimum:
    """Three levels, with distances that are made up, and less than those of others if they are `better`."""
    found = Proved("found", SIGMAS, (0.9 if better else 1.0) * HARD)
    standard, levels = Proved("karras", SIGMAS, HARD), levels_of(LINEAR, SIGMAS)
    return Optimum(question, levels, found, standard, (Proved("trailing", SIGMAS, 2 * HARD),), 0.001, 3, 3)
