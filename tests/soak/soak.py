"""The soak: actions chosen at random, after each of which everything is checked."""

from __future__ import annotations

import math
import time
import traceback
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from ddpm_studio.diffusion.at_hand import AT_HAND
from tests.soak import (
    on_code,
    on_files,
    on_formulas,
    on_lab,
    on_pages,
    on_palette,
    on_sampling,
    on_schedules,
    on_steps,
    on_training,
    on_views,
    on_window,
)
from tests.soak.checks import check_screen
from tests.soak.scene import Scene
from tests.soak.trouble import Trouble
from tests.soak.truth import truth_of
from tests.soak.undoing import check_undoing
from tests.soak.watch import Watch, memory_mib

Act = Callable[[Scene], None]
Table = Sequence[tuple[Act, float]]
TABLE: Table = (
    *on_schedules.ACTIONS,
    *on_formulas.ACTIONS,
    *on_code.ACTIONS,
    *on_steps.ACTIONS,
    *on_training.ACTIONS,
    *on_views.ACTIONS,
    *on_sampling.ACTIONS,
    *on_lab.ACTIONS,
    *on_files.ACTIONS,
    *on_window.ACTIONS,
    *on_palette.ACTIONS,
    *on_pages.ACTIONS,
)
"""Every action, and how often it comes in relation to the others."""

REMEMBERED = 15
"""Actions before a trouble that are told."""

COUNT_EVERY, WARM_UP, MEASURE_EVERY = 50, 100, 500
LEARNING = 2000
"""Actions in which memory is not held against earlier ones: by then everything has been used, and is kept."""

FLAT = 0.05
"""The most by which memory grows afterwards."""

LEAST_A_MINUTE = 60
"""Actions without which so many minutes have found nothing out, however slow the machine was, or paused."""

LATE = 15
"""How many times as long as was asked for those actions may take."""


@dataclass
class Span:
    """How long a soak goes on: for so many actions, or so many seconds that had enough actions in them."""

    actions: int | None
    seconds: float | None
    clock: Callable[[], float]
    begun: float = 0.0

    @property
    def least(self) -> int:
        """The actions that there have to be."""
        least = 1 if self.seconds is None else max(1, math.ceil(LEAST_A_MINUTE * self.seconds / 60))
        return least if self.actions is None else min(least, self.actions)

    def goes_on(self, number: int) -> bool:
        """Whether there is more to be done after so many actions."""
        if self.actions is not None and number >= self.actions:
            return False
        if self.seconds is None:
            return True
        return self.clock() - self.begun < self.seconds * (1 if number >= self.least else LATE)

    def check(self, number: int) -> None:
        """Raise Trouble if so many actions are too few to have found anything."""
        if number < max(1, self.least):
            raise Trouble(
                f"Nothing was found out: {number} actions in {self.clock() - self.begun:.0f} s, and it takes "
                f"{max(1, self.least)}; repeat it on a machine that is less busy."
            )


@dataclass
class Soak:
    """A run of actions of a table that follow from a seed; `tell` hears how it goes, and Trouble ends it."""

    seed: int
    folder: Path
    table: Table = TABLE
    tell: Callable[[str], None] = print
    done: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)
    clock: Callable[[], float] = time.monotonic

    def run(self, actions: int | None = None, seconds: float | None = None) -> int:
        """Act so often, or so long, and say how often; Trouble has what was wrong, and what led there.

        The seconds are those of acting, without what it takes to begin. Too few actions in them are Trouble as well.
        """
        watch, scene, number = Watch(), None, 0
        last: deque[str] = deque(maxlen=REMEMBERED)
        span = Span(actions, seconds, self.clock)
        watch.begin()
        try:
            scene = Scene(self.folder)
            scene.show_all()
            on_sampling.try_a_checkpoint(scene)
            scene.start_again()
            watch.learn()
            span.begun = self.clock()
            while span.goes_on(number):
                number += 1
                self._act(scene, watch, number, last)
        except Exception as error:
            raise Trouble(self._story(error, number, last)) from error
        finally:
            if scene is not None:
                scene.close()
            watch.end()
        span.check(number)
        return number

    def _act(self, scene: Scene, watch: Watch, number: int, last: deque[str]) -> None:
        scene.random = Random(f"{self.seed} {number}")
        # PySide does not let go of all of a closed window, which in the program ends the process.
        table = [each for each in self.table if number <= LEARNING or each[0] is not on_files.reopen]
        (act, _), *_ = scene.random.choices(table, [weight for _, weight in table])
        scene.said, scene.forgotten = [], False
        scene.come_to_rest()
        window, before = scene.window, scene.window.studio.state
        last.append(f"{number} {act.__name__}")
        try:
            act(scene)
        finally:
            last[-1] += "".join(f"\n      {said}" for said in scene.said)
        self.done[act.__name__] += 1
        watch.check()
        if scene.window is not window:
            watch.learn()
        elif not (scene.forgotten or (scene.typing and scene.random.random() < 0.5)):
            check_undoing(window.studio, before)
        scene.come_to_rest()
        check_screen(scene.window)
        watch.check()
        if number % COUNT_EVERY == 0:
            self._count(scene, watch, number)

    def _count(self, scene: Scene, watch: Watch, number: int) -> None:
        scene.close_dialogs()
        scene.settle()
        if number <= WARM_UP:
            watch.learn()
        else:
            watch.compare()
        if number % MEASURE_EVERY == 0:
            self._measure(scene)
            self.tell(f"{number} actions, {self.memory[-1]:.0f} MiB")

    def _measure(self, scene: Scene) -> None:
        """Measure the memory of a window that has nothing to remember, and has shown the same before, each time.

        What is not seen keeps what it showed last. Arrays at hand have a limit of their own, and do not count.
        """
        scene.start_again()
        scene.show_all()
        truth_of.cache_clear()
        self.memory.append(memory_mib() - AT_HAND.held / 2**20)
        learnt = LEARNING // MEASURE_EVERY
        if len(self.memory) > learnt and self.memory[-1] > max(self.memory[:learnt]) * (1 + FLAT):
            raise Trouble(f"Memory has grown: {', '.join(f'{each:.0f}' for each in self.memory)} MiB.")

    def _story(self, error: Exception, number: int, last: deque[str]) -> str:
        what = str(error) if isinstance(error, Trouble) else "".join(traceback.format_exception(error))
        again = f"again with: python -m tests.soak --seed {self.seed} --actions {number}"
        return "\n".join([f"seed {self.seed}, action {number}: {what}", "last actions:", *last, again])
