"""Marks of findings on the curves of the large plot: where they stand, what they say, and what a click does."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from ddpm_studio.diffusion import Schedule, findings_of
from ddpm_studio.gui.curves.finding_marks import AWAY, SIZE, FindingMark, FindingMarks
from tests.gui.curves.conftest import Bench

LEFT = Qt.MouseButton.LeftButton
NAME = "alphas_cumprod"


@pytest.fixture
def leaking(large: Bench) -> Bench:
    """A schedule that leaves signal at T, selected, beside one that is capped there and one with nothing at all."""
    state = large.studio.state
    for entry, spec in zip(state.entries, ("linear:T=300", "cosine:T=200", "linear:T=1000"), strict=True):
        large.studio.set_schedule(Schedule.parse(spec), key=entry.key)
    large.settle()
    return large


def item(bench: Bench) -> FindingMarks:
    (plot,) = bench.grid.plots()
    marks: FindingMarks = plot.findings
    return marks


def of(bench: Bench, place: int) -> list[FindingMark]:
    """The marks of the schedule at a place in the list."""
    return [mark for mark in item(bench).marks() if mark.key == bench.studio.state.entries[place].key]


def pixel(bench: Bench, mark: FindingMark) -> QPoint:
    """The middle of a mark, below its point."""
    (plot,) = bench.grid.plots()
    point = plot.vb.mapViewToScene(QPointF(mark.x, mark.y)).toPoint()
    below = point.y() + AWAY + SIZE < plot.box().bottom()
    return QPoint(point.x(), point.y() + round((AWAY + SIZE / 2) * (1 if below else -1)))


def test_marks_stand_on_the_curve_at_the_step_that_is_meant(leaking: Bench) -> None:
    (mark,) = of(leaking, 0)
    schedule = leaking.studio.state.entries[0].schedule
    assert (mark.x, mark.y) == (300, schedule.coefficients.alphas_cumprod[-1])
    assert [finding.code for finding in mark.findings] == ["terminal_signal", "unscaled_ends"]
    assert mark.severe
    (capped,) = of(leaking, 1)
    assert (capped.x, capped.severe) == (200, False)
    assert of(leaking, 2) == []
    leaking.studio.set_axis("t/T")
    leaking.studio.explain("betas")
    leaking.settle()
    assert (of(leaking, 0)[0].x, of(leaking, 0)[0].y) == (1.0, schedule.betas[-1])


def test_marks_follow_the_schedule_and_go_with_it(leaking: Bench) -> None:
    leaking.studio.set_parameter("zero_snr", 1)
    leaking.settle()
    assert [finding.code for finding in of(leaking, 0)[0].findings] == ["unscaled_ends", "zero_terminal_snr"]
    leaking.studio.set_visible(leaking.studio.state.entries[0].key, False)
    leaking.settle()
    assert of(leaking, 0) == []
    leaking.studio.set_grid(True)
    leaking.settle()
    assert not any(plot.findings.isVisible() for plot in leaking.grid.plots())


def test_the_tip_of_a_mark_says_what_was_found(leaking: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, *others: said.append(text))
    place = pixel(leaking, of(leaking, 0)[0])
    QApplication.sendEvent(leaking.viewport, QHelpEvent(QEvent.Type.ToolTip, place, QPoint()))
    head, *sentences = said[-1].split("<br>")
    assert head == "<b>A linear T=300</b>"
    assert sentences == [str(finding.texts[0]) for finding in of(leaking, 0)[0].findings]
    QApplication.sendEvent(leaking.viewport, QHelpEvent(QEvent.Type.ToolTip, place - QPoint(60, 0), QPoint()))
    assert said[-1] == ""


def test_a_click_on_a_mark_chooses_its_schedule_and_leaves_t(leaking: Bench) -> None:
    t = leaking.studio.state.moment
    place = pixel(leaking, of(leaking, 1)[0])
    QTest.mouseMove(leaking.viewport, place)
    assert leaking.viewport.cursor().shape() is Qt.CursorShape.PointingHandCursor
    QTest.mouseClick(leaking.viewport, LEFT, pos=place)
    leaking.settle()
    state = leaking.studio.state
    assert state.selected == state.entries[1].key
    assert state.moment == t


def test_of_marks_upon_each_other_clicks_choose_one_after_the_other(leaking: Bench) -> None:
    key = leaking.studio.state.entries[0].key
    leaking.studio.duplicate(key)
    leaking.settle()
    copy = leaking.studio.state.entries[-1].key
    place = pixel(leaking, of(leaking, 0)[0])
    chosen = []
    for _ in range(3):
        QTest.mouseClick(leaking.viewport, LEFT, pos=place)
        leaking.settle()
        chosen.append(leaking.studio.state.selected)
    assert chosen == [key, copy, key]


@pytest.mark.parametrize("axis", ["t", "t/T", "log_snr", "sigma"])
@pytest.mark.parametrize("spec", ["linear:T=1", "laplace:T=300", "linear:T=20,zero_snr=1", "const:T=1000", "sqrt:T=50"])
def test_every_finding_can_be_shown_over_every_axis(large: Bench, axis: str, spec: str) -> None:
    large.studio.set_schedule(Schedule.parse(spec))
    large.studio.set_axis(axis)
    for name in (NAME, "snr", "posterior_variance"):
        large.studio.explain(name)
        large.settle()
        large.panel.grab()
        assert all(np.isfinite([mark.x, mark.y]).all() for mark in item(large).marks())


def test_steps_of_findings_are_steps_of_their_schedule() -> None:
    for spec in ("linear:T=300", "cosine:T=50", "laplace:T=300", "const:T=40000", "linear:T=20,zero_snr=1"):
        schedule = Schedule.parse(spec)
        for finding in findings_of(schedule):
            assert 0 <= finding.t <= schedule.T
