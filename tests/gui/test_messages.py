"""Messages in the whole window: where they lie, how they go, and who hears of them."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenuBar, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.app import SETTLING_TURNS
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from tests.gui.finding import child, with_focus

LONG = "/a/rather/long/path/" * 12 + "betas.csv holds no numbers; a schedule has a β for each step."


def fail(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.files.add_schedules("/missing.csv")
    qtbot.waitUntil(lambda: not window.desk.pictures.opening.busy)
    assert window.toast.isVisible()


def settle(window: MainWindow, qtbot: QtBot) -> None:
    """Until the zones have their sizes and nothing is left to lay out."""
    for _ in range(SETTLING_TURNS):
        QApplication.processEvents()
    with qtbot.waitSignal(window.studio.changed):
        window.studio.set_adjusting(window.studio.state.adjusting)


def place(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


@pytest.mark.parametrize("count", [1, 16])
def test_a_message_covers_nothing_and_moves_nothing(window: MainWindow, qtbot: QtBot, count: int) -> None:
    for number in range(count - 1):
        window.studio.add(Schedule("cosine", 1000 + number))
    for size, sentence in product((QSize(1600, 1000), QSize(1024, 700), QSize(960, 560)), ("Saved a.csv.", LONG)):
        window.share_out(size)
        settle(window, qtbot)
        check_places(window, qtbot, sentence)


def check_places(window: MainWindow, qtbot: QtBot, sentence: str) -> None:
    """Say a sentence, and see what is covered or moved."""
    panel = window.panel(CurvesPanel)
    bars = [bar for bar in window.findChildren(QTabBar) if bar.isVisible()]
    controls = (window.panel(TimelinePanel), window.panel(TimeBar), child(window, QMenuBar), panel.chooser, panel.views)
    kept: list[QWidget] = [*controls, *bars, panel.area]
    before = [place(widget) for widget in kept]
    window.messages.say(sentence, [QAction("Mend it", window)])
    settle(window, qtbot)
    assert [place(widget) for widget in kept] == before
    shown = place(window.toast)
    assert place(window.statusBar()).contains(shown)
    assert not [widget for widget in kept if place(widget).intersects(shown)]
    window.toast.hide()
    settle(window, qtbot)
    assert [place(widget) for widget in kept] == before


def test_a_message_stays_at_the_foot(window: MainWindow, qtbot: QtBot) -> None:
    window.messages.say(LONG)
    for size in (QSize(1500, 900), QSize(1024, 700)):
        window.share_out(size)
        settle(window, qtbot)
        assert place(window).bottom() - place(window.toast).bottom() < place(window.toast).height()


def test_escape_closes_a_message(window: MainWindow, qtbot: QtBot) -> None:
    for focus in (window.panel(TimeBar), child(window.panel(SchedulesPanel), QWidget), window):
        focus.setFocus()
        fail(window, qtbot)
        QTest.keyClick(with_focus(), Qt.Key.Key_Escape)
        assert not window.toast.isVisible()


def test_escape_stops_a_run_and_closes_its_message(window: MainWindow, qtbot: QtBot) -> None:
    run = window.findChild(QAction, "run")
    assert isinstance(run, QAction)
    run.trigger()
    fail(window, qtbot)
    QTest.keyClick(with_focus(), Qt.Key.Key_Escape)
    assert not window.toast.isVisible()
    qtbot.waitUntil(lambda: window.desk.samples.phase is Phase.IDLE)


def test_a_message_goes_with_the_next_thing_that_is_done(window: MainWindow, qtbot: QtBot) -> None:
    fail(window, qtbot)
    settle(window, qtbot)
    assert window.toast.isVisible(), "nothing was done"
    fail(window, qtbot)
    window.studio.set_parameter("T", 50)
    settle(window, qtbot)
    assert not window.toast.isVisible()
    fail(window, qtbot)
    QTest.keyClick(window.panel(TimeBar)._slider, Qt.Key.Key_Home)
    settle(window, qtbot)
    assert not window.toast.isVisible()


def test_a_message_stays_when_an_opening_ends(window: MainWindow, qtbot: QtBot) -> None:
    fail(window, qtbot)
    settle(window, qtbot)
    answers = Answers(prediction_type="v_prediction")
    window.studio.set_sampling("answers", checkpoint="/elsewhere/model.pt", answers=answers)
    settle(window, qtbot)
    assert window.studio.state.undo == "answers"
    assert window.toast.isVisible()


def test_a_message_stays_while_t_plays(window: MainWindow, qtbot: QtBot) -> None:
    window.panel(TimeBar).toggle_play()
    before = window.studio.state.t
    fail(window, qtbot)
    qtbot.waitUntil(lambda: window.studio.state.t > before + 3)
    assert window.toast.isVisible()
    window.panel(TimeBar).stop()


def test_messages_are_announced(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []

    def hear(event: object) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            heard.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", staticmethod(hear))
    fail(window, qtbot)
    assert heard == [window.toast.text]
