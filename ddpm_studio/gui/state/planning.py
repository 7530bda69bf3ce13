"""Planning of a run: from the window's state to what a worker can do, or to the sentence that says why it cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QCoreApplication

from ddpm_studio.diffusion import Finding, Schedule, SolverTable
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.diffusion.steps.levels_findings import unseen_picture
from ddpm_studio.diffusion.training.objective import PLAIN
from ddpm_studio.diffusion.training.predictions import PREDICTIONS
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError, StudioError
from ddpm_studio.gui.state.run import RunSpec, SamplerSpec
from ddpm_studio.gui.state.sampling import Line, Visited
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.titles import full_title
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.translation import translated

LIVE_STEPS, LIVE_PICTURES = 8, 9
"""The most that a live run is given, so that it keeps up with a slider."""


class Remedy(NamedTuple):
    """A field of the chosen line, spacing or solver, and the value that helps."""

    field: str
    value: str


class Verdict(NamedTuple):
    """What there is to say about a setup: why it cannot be run, or else remarks on it, and what would help."""

    obstacle: str = ""
    remarks: str = ""
    remedy: Remedy | None = None


_REMEDIES = (
    Remedy("spacing", "trailing"),
    Remedy("spacing", "karras"),
    Remedy("spacing", "leading"),
    Remedy("solver", "dpm-solver++"),
)
"""What is tried against severe findings about steps, the least change first."""


def sampler_of(state: State, line: Line) -> SamplerSpec:
    """The sampler that a line of the setup stands for, with its entry's present schedule."""
    along = {entry.key: entry.schedule for entry in state.entries}
    return line.sampler(None if line.along is None else along[line.along])


def run_of(state: State) -> RunSpec:
    """The run that is set up; StudioError if it is impossible."""
    setup = state.sampling
    if setup.card is not None:
        for line in setup.lines:
            table_of(state, line)
    samplers = tuple(sampler_of(state, line) for line in setup.lines)
    settings = setup.settings
    return RunSpec(setup.checkpoint, samplers, _picture(state) if settings["from_picture"] else None, **settings)


def _picture(state: State) -> Picture:
    """The picture that runs begin from; SamplingError if there is none."""
    if state.picture is None:
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "There is no picture to begin from; open one, or begin from noise.")
        )
    return state.picture


def live_run(state: State) -> RunSpec:
    """The chosen line alone with few steps and few pictures; StudioError if that is impossible."""
    setup = state.sampling
    line = with_few_steps(setup.line)
    few = replace(setup, lines=(line,), chosen=0, pictures=min(setup.pictures, LIVE_PICTURES))
    return run_of(replace(state, sampling=few))


def with_few_steps(line: Line) -> Line:
    """The same line with at most LIVE_STEPS steps, those in between left out where its text has a number."""
    if line.own_number is None:
        return replace(line, steps=min(line.steps, LIVE_STEPS))
    if line.own_number <= LIVE_STEPS:
        return line
    return replace(line, spacing=f"{line.spacing} | resample={LIVE_STEPS}")


class Trained(NamedTuple):
    """What a network was trained with, and what it predicts."""

    schedule: Schedule
    prediction_type: str


def trained_of(state: State) -> Trained:
    """The network of the open checkpoint; without any, one that is trained as the selected line says.

    ε, which is what a line says that says nothing, cannot be read out of pure noise: where the schedule ends in it, a
    flow predicts its velocity, and any other schedule v.
    """
    card = state.sampling.card
    if card is not None:
        return Trained(card.schedule, card.prediction_type)
    schedule, train = state.current.schedule, state.current.train
    if train.predict == PLAIN.predict and np.isneginf(schedule.coefficients.log_snr[-1]):
        return Trained(schedule, "flow_prediction" if schedule.is_flow else "v_prediction")
    options = {option.key: train.values[option.key] for option in PREDICTIONS[train.predict].options}
    return Trained(schedule, str(Parametrisation(train.predict, options)))


def table_of(state: State, line: Line) -> SolverTable:
    """The solver's table for the open checkpoint, or for a network of the selected schedule; StudioError if there is no
    such table, or if the network cannot use it.
    """
    schedule, prediction_type = trained_of(state)
    table = sampler_of(state, line).table(schedule)
    table.p(prediction_type)
    table.told(prediction_type)
    return table


def obstacle(state: State) -> str:
    """The reason why the setup cannot be run, in one sentence; "" if it can, or if that is not known yet."""
    lines = state.sampling.lines
    for number, line in enumerate(lines, 1):
        try:
            run_of(replace(state, sampling=replace(state.sampling, lines=(line,), chosen=0)))
        except StudioError as error:
            return _of_row(number, translated(error)) if len(lines) > 1 else translated(error)
    return ""


def verdict_on(state: State) -> Verdict:
    """All that there is to say about the setup."""
    why_not = obstacle(state)
    return Verdict(why_not) if why_not else Verdict("", remarks(state), remedy_of(state))


def remarks(state: State) -> str:
    """Remarks on a setup that can be run; "" if there is nothing worth knowing."""
    setup = state.sampling
    if setup.card is None:
        return ""
    sentences = [_about_along(state, setup.line, setup.card.schedule), _about_live(state)]
    sampler, table = sampler_of(state, setup.line), table_of(state, setup.line)
    from_picture = setup.settings["from_picture"]
    sentences += [_about(finding) for finding in unseen_picture(table.log_snr[0]) if from_picture]
    sentences += [_about(finding) for finding in sampler.findings(setup.card.schedule, from_picture)]
    sentences += [_about(finding) for finding in table.findings]
    return " ".join(sentence for sentence in sentences if sentence)


def remedy_of(state: State) -> Remedy | None:
    """The first change that rids the chosen line of severe findings about its steps; None if none does."""
    if state.sampling.card is None or not _severe(state, state.sampling.line):
        return None
    return next((remedy for remedy in _REMEDIES if not _severe(state, _remedied(state.sampling.line, remedy))), None)


def _remedied(line: Line, remedy: Remedy) -> Line:
    if remedy.field == "spacing":
        return replace(line, spacing=remedy.value)
    return replace(line, solver=remedy.value, options=())


def _severe(state: State, line: Line) -> bool:
    """Whether there is no table for this line, or one with a severe finding."""
    try:
        return any(finding.severe for finding in table_of(state, line).findings)
    except StudioError:
        return True


def visited(sampler: SamplerSpec, schedule: Schedule, times: tuple[float, ...]) -> Visited:
    """The steps of a run whose network was given `times`, array indexes of its own `schedule`."""
    steps = Visited(schedule, tuple(time + 1 for time in times))
    return steps if sampler.along is None else Visited(sampler.along, steps.on(sampler.along))


def _about_along(state: State, line: Line, trained: Schedule) -> str:
    entry = next((entry for entry in state.entries if entry.key == line.along), None)
    if entry is None or entry.schedule == trained:
        return ""
    text = QCoreApplication.translate(
        "SamplingPanel",
        "{letter} is visited by noise level: the network is given the timestep with that level in training, {trained}.",
    )
    return text.format(letter=state.letter(entry), trained=full_title(trained))


def _about_live(state: State) -> str:
    """The reason why a slider being moved changes nothing; "" if it does."""
    if not state.sampling.live or state.sampling.line.along == state.selected:
        return ""
    along = next((entry for entry in state.entries if entry.key == state.sampling.line.along), None)
    if along is None:
        return QCoreApplication.translate(
            "SamplingPanel", "Live follows no slider while the checkpoint's own schedule is being sampled."
        )
    text = QCoreApplication.translate("SamplingPanel", "Live follows the sliders of {sampled}, not of {selected}.")
    return text.format(sampled=state.letter(along), selected=state.letter(state.current))


def _about(finding: Finding) -> str:
    """What was found, and what to do where it spoils pictures."""
    if not finding.severe:
        return translated(finding.headline)
    what, _, remedy = map(translated, finding.texts)
    return f"{what} {remedy}"


def _of_row(number: int, sentence: str) -> str:
    return QCoreApplication.translate("SamplingPanel", "Row {row}: {sentence}").format(row=number, sentence=sentence)
