"""Texts of a run's lane: how it samples, how far it has come, and what its steps are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.state.run import Measures
from ddpm_studio.gui.state.shown_traces import ShownTrace
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import Tokens
from ddpm_studio.gui.translation import translated
from ddpm_studio.numerals import brief, numeral
from ddpm_studio.texts import Text

CALLS = QT_TRANSLATE_NOOP("lanes", "{nfe} calls")
CALLS_SO_FAR = QT_TRANSLATE_NOOP("lanes", "{done} of {nfe} calls")
TO_FIRST = QT_TRANSLATE_NOOP("lanes", "RMS to 1: {rms}")
CHANGED = QT_TRANSLATE_NOOP("lanes", "{letter} has changed")
RUN = QT_TRANSLATE_NOOP("lanes", "run")
NUMBERED = QT_TRANSLATE_NOOP("lanes", "run {number}")
STEP = QT_TRANSLATE_NOOP("lanes", "Step {step} of {nfe}: t = {t}, σ {sigma}, log SNR {level}")
LOOKED_AT = QT_TRANSLATE_NOOP("lanes", "at step {step}")
VISITED = QT_TRANSLATE_NOOP("lanes", "It visited {schedule}.")

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def label(shown: ShownTrace) -> str:
    """What stands before the lane: the line's number, where there are several."""
    return translated(RUN) if shown.number is None else str(shown.number)


def details(state: State, shown: ShownTrace, done: int, measures: Measures | None) -> Iterator[str]:
    """How far a run has come, whose levels it visited if not those above it, and how far it is from the first line."""
    trace, host = shown.trace, shown.host
    yield briefly(shown, done) if trace.nfe == 1 else _calls(done, trace.nfe)
    if host is None:
        yield trace.name or str(trace.schedule)
    if measures is not None and measures.rms_to_first is not None and _is_to_first(state):
        yield translated(Text(TO_FIRST, {"rms": brief(measures.rms_to_first)}))
    if host is not None and shown.has_changed:
        yield translated(Text(CHANGED, {"letter": state.letter(host)}))


def _calls(done: int, nfe: int) -> str:
    return translated(Text(CALLS if done == nfe else CALLS_SO_FAR, {"done": done, "nfe": nfe}))


def briefly(shown: ShownTrace, done: int) -> str:
    """How far a run has come, where there is no room for a sentence."""
    return f"{done}/{shown.trace.nfe}"


def said(state: State, shown: ShownTrace, done: int, measures: Measures | None) -> str:
    """A lane in words."""
    number = shown.number
    whose = translated(RUN) if number is None else translated(Text(NUMBERED, {"number": number}))
    step = [] if measures is None else [translated(Text(LOOKED_AT, {"step": measures.index + 1}))]
    return f"{whose} {', '.join((shown.trace.title, *details(state, shown, done, measures), *step))}"


def tip(shown: ShownTrace, number: int | None) -> str:
    """What a lane is, and where its call of this number is; its t is that of the schedule that was visited."""
    trace = shown.trace
    lines = [trace.title]
    if number is not None:
        level, t = float(trace.levels[number]), float(trace.times[number])
        values = {
            "step": number + 1,
            "nfe": trace.nfe,
            "t": numeral(t, 6),
            "sigma": brief(math.exp(-level / 2) if level > -1400 else math.inf),
            "level": brief(level),
        }
        lines.append(translated(Text(STEP, values)))
    if shown.has_changed or shown.host is None:
        lines.append(translated(Text(VISITED, {"schedule": trace.name or str(trace.schedule)})))
    return "\n".join(lines)


def paint_texts(
    painter: QPainter, place: QRectF, texts: tuple[str, ...], brief_one: str, font: QFont, tokens: Tokens
) -> None:
    """Paint a title and its details below each other; the last line has as many of the rest as fit.

    In a single line the title has the first of them at its right, or the brief one where that would cut the title.
    """
    metrics = QFontMetricsF(font)
    heading, *rest = texts
    room = max(1, int(place.height() / metrics.height()))
    if room == 1:
        _paint_line(painter, place, in_a_line(heading, (rest[0], brief_one), metrics, place.width()), tokens)
        return
    own, shared = rest[: room - 2], rest[room - 2 :]
    lines = [heading, *own, *([_as_fit(shared, metrics, place.width())] if shared else [])]
    top = place.center().y() - len(lines) * metrics.height() / 2
    for number, text in enumerate(lines):
        line = QRectF(place.left(), top + number * metrics.height(), place.width(), metrics.height())
        painter.setPen(QColor(tokens.muted if number else tokens.text))
        painter.drawText(line, LEFT, metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width()))


def _as_fit(texts: Sequence[str], metrics: QFontMetricsF, width: float) -> str:
    """As many of some texts, one or more, as there is room for in a line."""
    joined = (" · ".join(texts[:count]) for count in range(len(texts), 0, -1))
    return next((text for text in joined if metrics.horizontalAdvance(text) <= width), texts[0])


def in_a_line(heading: str, details: tuple[str, str], metrics: QFontMetricsF, width: float) -> tuple[str, str]:
    """A title with a detail at its right: the first of them that leaves the title whole, or else the last."""
    rooms = {detail: width - metrics.horizontalAdvance(f"{detail} ") for detail in details}
    needed = metrics.horizontalAdvance(heading)
    detail = next((each for each, room in rooms.items() if needed <= room), details[-1])
    return metrics.elidedText(heading, Qt.TextElideMode.ElideRight, rooms[detail]), detail


def _paint_line(painter: QPainter, place: QRectF, texts: tuple[str, str], tokens: Tokens) -> None:
    for text, flags, color in zip(texts, (LEFT, RIGHT), (tokens.text, tokens.muted), strict=True):
        painter.setPen(QColor(color))
        painter.drawText(place, flags, text)


def _is_to_first(state: State) -> bool:
    """Whether the run's first sampler, from which differences are measured, is still that of the first line."""
    first = next((trace for trace in state.traces if trace.row == 0), None)
    return first is not None and first.line == state.sampling.lines[0].key
