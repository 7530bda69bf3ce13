"""Hands on the lines of the list: what is typed over, dragged, turned and offered there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.entries_view import EntriesView
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.schedules.text.new_line import NewLine
from ddpm_studio.gui.schedules.text.spec_line import SpecLine

Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton
CTRL, SHIFT, ALT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.NoModifier,
)
A, B = "linear:T=300", "cosine:T=50"


def specs(window: MainWindow) -> list[str]:
    return [str(entry.schedule) for entry in window.studio.state.entries]


def view(window: MainWindow) -> EntriesView:
    return window.panel(SchedulesPanel).list.view


def line(window: MainWindow) -> SpecLine:
    return view(window).line


def new_line(window: MainWindow) -> NewLine:
    return window.panel(SchedulesPanel).list.new_line


def over(field: SpecLine | NewLine, text: str, then: Qt.Key | None = None) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    if then is not None:
        QTest.keyClick(field, then)


def offers(field: SpecLine | NewLine) -> list[str]:
    return column(field, 0) if field.completion.isVisible() else []


def column(field: SpecLine | NewLine, number: int) -> list[str]:
    model = field.completion.model()
    return [str(model.index(row, number).data()) for row in range(model.rowCount())]


def drag(window: MainWindow, start: QPoint, by: int, held: Qt.KeyboardModifier = NONE) -> None:
    field = line(window)
    QTest.mousePress(field, LEFT, held, start)
    for share in (1, 2, 3, 4):
        move(field, start + QPoint(by * share // 4, 0), held)
    QTest.mouseRelease(field, LEFT, held, start + QPoint(by, 0))


def move(field: SpecLine, place: QPoint, held: Qt.KeyboardModifier) -> None:
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(place), QPointF(field.mapToGlobal(place)), LEFT, LEFT, held)
    QApplication.sendEvent(field, event)


def turn(window: MainWindow, place: QPoint, notches: int) -> bool:
    field = line(window)
    where, angle = QPointF(place), QPoint(0, 120 * notches)
    begin = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(where, QPointF(field.mapToGlobal(place)), QPoint(), angle, LEFT & ~LEFT, NONE, begin, False)
    event.ignore()
    QApplication.sendEvent(field, event)
    return event.isAccepted()
