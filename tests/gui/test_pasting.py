"""What is pasted into the window or dropped on it, by real keys and events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.schedules.entries_view import EntriesView
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state import limits
from ddpm_studio.gui.widgets.seed_field import SeedField
from tests.gui.finding import child, with_focus
from tests.gui.test_main_window import wait


def copy(text: str) -> None:
    QApplication.clipboard().setText(text)


def paste() -> None:
    QTest.keyClick(with_focus(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def specs(window: MainWindow) -> list[str]:
    return [str(entry.schedule) for entry in window.studio.state.entries]


def test_a_schedule_that_was_copied_here_is_pasted_here(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.set_schedule(Schedule.parse("cosine:T=1000,zero_snr=1,snr_shift=4"))
    QTest.keyClick(with_focus(), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    wait(window, qtbot)
    paste()
    wait(window, qtbot)
    assert specs(window) == ["cosine:T=1000,zero_snr=1,snr_shift=4"] * 2
    assert window.studio.state.current is window.studio.state.entries[1]


@pytest.mark.parametrize("kind", [EntriesView, PicturePanel])
def test_several_lines_are_pasted_wherever_no_text_is_typed(
    window: MainWindow, qtbot: QtBot, kind: type[QWidget]
) -> None:
    child(window, kind).setFocus()
    copy("cosine:T=20\n\njsd:T=10\n")
    paste()
    wait(window, qtbot)
    assert specs(window)[1:] == ["cosine:T=20", "jsd:T=10"]


def test_a_line_that_is_no_schedule_adds_none(window: MainWindow, qtbot: QtBot) -> None:
    before = window.studio.state
    copy("cosine:T=20\njsd:T=0\n")
    paste()
    wait(window, qtbot)
    assert window.studio.state is before
    assert "line 2" in window.toast.text
    assert "T is 0" in window.toast.text


def test_pictures_are_pasted_too(window: MainWindow, qtbot: QtBot) -> None:
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(0)
    QApplication.clipboard().setImage(image)
    paste()
    wait(window, qtbot)
    picture = window.studio.state.picture
    assert picture is not None
    assert picture.full_size == (40, 20)


@pytest.mark.parametrize(
    ("text", "words"),
    [("Dear reader,\nhow are you?", "“Dear reader, how are you?”"), ("x" * 1000, "…”"), ("", "neither")],
)
def test_what_is_neither_gets_one_sentence(window: MainWindow, text: str, words: str) -> None:
    before = window.studio.state
    copy(text)
    paste()
    assert window.studio.state is before
    assert window.toast.isVisible()
    assert words in window.toast.text
    assert len(window.toast.text) < 150


def test_more_than_there_is_room_for(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_SCHEDULES", 17)
    copy("jsd:T=10\n" * 5000)
    paste()
    wait(window, qtbot)
    assert len(window.studio.state.entries) == 17
    assert "17" in window.toast.text
    QApplication.processEvents()
    assert window.toast.isVisible()


def test_a_hundred_thousand_rows_are_one_schedule_and_one_step(window: MainWindow, qtbot: QtBot) -> None:
    schedule = Schedule("cosine", MAX_T)
    copy("betas\n" + "\n".join(map(repr, schedule.betas.tolist())))
    paste()
    wait(window, qtbot)
    assert window.studio.state.current.schedule.trained_betas == tuple(schedule.betas.tolist())
    assert str(window.studio.state.undo) == "pasting schedules"
    window.studio.undo()
    assert specs(window) == ["linear:T=300"]


def test_a_row_too_many_adds_nothing(window: MainWindow, qtbot: QtBot) -> None:
    before = window.studio.state
    copy("betas\n" + "0.01\n" * (MAX_T + 1))
    paste()
    wait(window, qtbot)
    assert window.studio.state is before
    assert "pasted text" in window.toast.text


def test_in_a_field_the_key_is_the_field_s(window: MainWindow) -> None:
    field = child(window, SeedField)
    field.setFocus()
    field.selectAll()
    copy("77")
    paste()
    assert field.text() == "77"
    line = window.panel(SchedulesPanel).list.view.line
    line.setFocus()
    line.selectAll()
    copy("jsd:T=10")
    paste()
    assert line.text() == "jsd:T=10"
    assert len(window.studio.state.entries) == 1


def test_the_menu_says_what_is_pasted(window: MainWindow) -> None:
    action = window.findChild(QAction, "paste")
    assert isinstance(action, QAction)
    assert action.text().replace("&", "") == "Paste"
    assert action.shortcut() == QKeySequence("Ctrl+V")
    assert "picture" in action.toolTip()
    assert "schedules" in action.toolTip()


def drop(widget: QWidget, mime: QMimeData) -> bool:
    """Drag it there as the platform does, and let go if it is welcome there, or on what is around it."""
    copy_action, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    drag = QDragEnterEvent(QPoint(5, 5), copy_action, mime, button, none)
    drag.ignore()
    QApplication.sendEvent(widget, drag)
    if not drag.isAccepted():
        return False
    QApplication.sendEvent(widget, QDropEvent(QPointF(5, 5), copy_action, mime, button, none))
    return True


def text_mime(text: str) -> QMimeData:
    mime = QMimeData()
    mime.setText(text)
    return mime


@pytest.mark.parametrize("kind", [MainWindow, SchedulesPanel, PicturePanel, SamplingPanel])
def test_text_is_dropped_anywhere(window: MainWindow, qtbot: QtBot, kind: type[QWidget]) -> None:
    target = window if kind is MainWindow else window.panel(kind)
    assert drop(target, text_mime("cosine:T=20\njsd:T=10"))
    wait(window, qtbot)
    assert specs(window)[1:] == ["cosine:T=20", "jsd:T=10"]
    assert drop(target, text_mime("Dear reader"))
    assert "Dear reader" in window.toast.text
    assert len(specs(window)) == 3
