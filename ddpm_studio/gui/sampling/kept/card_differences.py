"""Differences of a kept run from what is set up now, in words."""

from __future__ import annotations

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.kept.kept_run import KeptRun
from ddpm_studio.files.recipes.recipe import (
    RecipeCheckpoint,
    RecipeRow,
    RecipeRun,
    RecipeSchedule,
    portable_settings,
)
from ddpm_studio.gui.sampling.kept.run_card import NAMES, facts_of
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.translation import translated
from ddpm_studio.run_settings import RunSettings, SamplerSettings, settings_in
from ddpm_studio.texts import Text

_NONE = QT_TRANSLATE_NOOP("runs", "The settings are those of this run.")
_SOME = QT_TRANSLATE_NOOP("runs", "Unlike the settings: {differences}.")
_VALUE = QT_TRANSLATE_NOOP("runs", "{what} {value} (now {other})")
_MISSING = QT_TRANSLATE_NOOP("runs", "as usual")


def differences_text(kept: KeptRun, state: State) -> str:
    """How a run differs from the chosen line of the settings, in one sentence."""
    run, schedules = set_up_now(state)
    here, there = facts_of(kept.run, kept.recipe.schedules, False), facts_of(run, schedules, False)
    usual = translated(_MISSING)
    told = [
        translated(Text(_VALUE, {"what": translated(NAMES[key]), "value": value, "other": other}))
        for key in NAMES
        if (value := here.get(key, usual)) != (other := there.get(key, usual))
    ]
    # Not as the value of a Text, which would be shortened.
    return translated(_SOME).format(differences=" · ".join(told)) if told else translated(_NONE)


def set_up_now(state: State) -> tuple[RecipeRun, tuple[RecipeSchedule, ...]]:
    """The run that the chosen line of the settings describes, and the schedule along which it goes, if it has one."""
    setup = state.sampling
    schedules = tuple(RecipeSchedule.of(entry.schedule) for entry in state.entries if entry.key == setup.line.along)
    row = RecipeRow(SamplerSettings(**settings_in(setup.line)), 0 if schedules else None)
    settings = portable_settings(RunSettings(**setup.settings))
    run = RecipeRun(RecipeCheckpoint(setup.checkpoint), row.sampler, settings, along=row.along)
    return run, schedules
