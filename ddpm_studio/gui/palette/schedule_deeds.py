"""Deeds with schedules: choose one of the list, add a preset or a kind."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.presets import PRESETS
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.palette.deed import Deed
from ddpm_studio.gui.state.limits import why_not_add
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import visible

LIST = QT_TRANSLATE_NOOP("palette", "Schedules")
ADD = QT_TRANSLATE_NOOP("palette", "Add")
CHOOSE = QT_TRANSLATE_NOOP("palette", "Choose this schedule: {spec}")


def entry_deeds(studio: Studio) -> Iterator[Deed]:
    """One for each line of the list but the chosen one: choose it."""
    for entry in studio.state.entries:
        if entry.key != studio.state.selected:
            text = f"{studio.state.letter(entry)}  {visible(studio.state.title(entry))}"
            detail = translated(CHOOSE).format(spec=visible(str(entry.spec)))
            yield Deed(f"entry:{entry.key}", text, partial(studio.select, entry.key), translated(LIST), detail)


def new_schedule_deeds(studio: Studio) -> Iterator[Deed]:
    """One for each preset, and one for each kind with as many steps as the chosen schedule has: add it."""
    full = why_not_add(studio.state)
    for preset in PRESETS:
        detail = translated(full) if full else f"{preset.spec} · {translated(preset.source)}"
        where = f"{translated(ADD)} ▸ {translated(preset.group)}"
        add = partial(_add, studio, preset.spec, str(preset.name), preset.train)
        yield Deed(f"preset:{preset.name}", translated(preset.name), add, where, detail, available=full is None)
    steps = studio.state.current.schedule.T
    for kind in KINDS.values():
        detail = translated(full) if full else f"{kind.name}:T={steps} · {translated(kind.source)}"
        add = partial(_add, studio, f"{kind.name}:T={steps}")
        text, words = translated(kind.label), kind.name
        yield Deed(f"kind:{kind.name}", text, add, translated(ADD), detail, words=words, available=full is None)


def _add(studio: Studio, spec: str, origin: str = "", train: Objective = PLAIN) -> None:
    studio.add(Schedule.parse(spec), origin, train)
