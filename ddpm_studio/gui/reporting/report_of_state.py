"""Report of a state: the ticked schedules with their steps, the curves and the picture, and the last run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.figures.figure import FigureLine
from ddpm_studio.figures.line_looks import look_at
from ddpm_studio.files.pictures import as_image
from ddpm_studio.files.samples import contact_sheet
from ddpm_studio.gui.state.families import named_members
from ddpm_studio.gui.state.run import RunFrame, RunSpec
from ddpm_studio.gui.state.shades import shades_of
from ddpm_studio.gui.state.traces import settings_text
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.report import Report, ReportedPicture, ReportedRun, ReportedSchedule, ReportedSteps
from ddpm_studio.report.report_contents import spec_text, steps_text
from ddpm_studio.run_settings import MAX_PROMPT
from ddpm_studio.texts import Readable, Text, visible, visible_name

if TYPE_CHECKING:
    from ddpm_studio.gui.worker.run_recording import RunRecording

Recorded = tuple[RunSpec, "RunRecording"]
"""A run as it was asked for, and what is recorded of it."""

MOST_PICTURES = 64
"""Pictures of a sampler that a report shows."""

_CHECKPOINT = QT_TRANSLATE_NOOP("report", "checkpoint")
_STEPS = QT_TRANSLATE_NOOP("report", "steps")
_ALONG = QT_TRANSLATE_NOOP("report", "along")
_SEED = QT_TRANSLATE_NOOP("report", "seed")
_PICTURES = QT_TRANSLATE_NOOP("report", "pictures")
_BEGUN_FROM = QT_TRANSLATE_NOOP("report", "begun from")
_PROMPT = QT_TRANSLATE_NOOP("report", "prompt")
_NEGATIVE = QT_TRANSLATE_NOOP("report", "negative prompt")
_GUIDANCE = QT_TRANSLATE_NOOP("report", "guidance")
_CLASS = QT_TRANSLATE_NOOP("report", "class")
_CALLS = QT_TRANSLATE_NOOP("report", "network calls")
_DONE = QT_TRANSLATE_NOOP("report", "{done} of {total}")


def report_of(state: State, run: Recorded | None, recipe: str = "") -> Report:
    """The report of what a window shows, and of a run in it, with the text of its recipe. FileError for more schedules
    than a report holds.
    """
    entries = state.visible or state.entries
    curves = state.reported
    return Report(
        tuple(member for entry in entries for member in _members(state, entry)),
        PurePath(state.project).stem,
        curves,
        state.axis,
        frozenset(filter(state.is_log, curves)),
        _picture(state),
        tuple(_runs(*run)) if run else (),
        recipe,
        state.against,
    )


def _members(state: State, entry: Entry) -> Iterator[ReportedSchedule]:
    """The members of an entry, in its shades; the one that is shown has its steps."""
    shown = 0 if entry.family is None else entry.family.place_of(entry.schedule)
    light, dark = (shades_of(entry.style, ground, len(entry.members), shown) for ground in (False, True))
    dash = look_at(entry.style).dash
    for place, (schedule, name) in enumerate(named_members(state, entry)):
        own = name or (state.title(entry) if entry.family is None else spec_text(schedule))
        line = FigureLine(schedule, own, light[place].name().upper(), dash, entry.train)
        yield ReportedSchedule(line, dark[place].name().upper(), tuple(_steps(entry)) if place == shown else ())


def _steps(entry: Entry) -> Iterator[ReportedSteps]:
    """The steps below an entry that its schedule has."""
    for spec, levels in zip(entry.steps, entry.laid_out, strict=True):
        if not isinstance(levels, Exception):
            yield ReportedSteps(steps_text(spec), levels)


def _picture(state: State) -> ReportedPicture | None:
    if state.picture is None:
        return None
    return ReportedPicture(visible_name(state.picture.name), as_image(state.picture.pixels), state.seed)


def _runs(spec: RunSpec, recording: RunRecording) -> Iterator[ReportedRun]:
    """Each sampler that has begun, with the pictures of its newest step."""
    for frame in recording.newest():
        sheet = contact_sheet(frame.x.first(MOST_PICTURES).fixed())
        title, settings = settings_text(spec.samplers[frame.row]), tuple(_settings(spec, frame))
        yield ReportedRun(title, settings, recording.tables[frame.row], sheet)


def _settings(spec: RunSpec, frame: RunFrame) -> Iterator[tuple[Readable, Readable]]:
    sampler, measures = spec.samplers[frame.row], frame.measures
    yield _CHECKPOINT, visible_name(spec.checkpoint)
    yield _STEPS, sampler.spacing
    if sampler.along is not None:
        yield _ALONG, spec_text(sampler.along)
    yield _SEED, str(spec.seed)
    yield _PICTURES, str(spec.pictures)
    if spec.picture is not None:
        yield _BEGUN_FROM, visible_name(spec.picture.name)
    if spec.prompt:
        yield _PROMPT, visible(spec.prompt, MAX_PROMPT)
    if spec.negative_prompt:
        yield _NEGATIVE, visible(spec.negative_prompt, MAX_PROMPT)
    if spec.guidance not in (None, 1):
        yield _GUIDANCE, f"{spec.guidance:g}"
    if spec.label is not None:
        yield _CLASS, str(spec.label)
    yield _CALLS, Text(_DONE, {"done": measures.index + 1, "total": measures.total})
