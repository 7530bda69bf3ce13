"""A window that opens where another was before: it is built plain, dressed in the end, and looks the same."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.main_window import MainWindow
from tests.gui.windows import active_window, settle

SIZE = QSize(1280, 800)


class Dressings(QObject):
    """Counts how often a widget gets another style."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.count += event.type() is QEvent.Type.StyleChange
        return False


def opened(qtbot: QtBot) -> QImage:
    with active_window(qtbot, SIZE) as window:
        settle()
        return window.grab().toImage()


def style_sheet() -> str:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app.styleSheet()


def test_a_second_window_looks_as_the_first(qtbot: QtBot) -> None:
    assert opened(qtbot) == opened(qtbot)


def test_a_window_is_built_plain_after_another(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(qtbot)
    worn, lay_out = [style_sheet()], MainWindow._lay_out

    def noting(window: MainWindow) -> None:
        lay_out(window)
        worn.append(style_sheet())

    monkeypatch.setattr(MainWindow, "_lay_out", noting)
    opened(qtbot)
    assert [*worn, style_sheet()] == [worn[0], "", worn[0]]
    assert worn[0]


def test_a_window_that_is_seen_keeps_its_looks_while_another_opens(qtbot: QtBot) -> None:
    with active_window(qtbot, SIZE) as window:
        dressings = Dressings()
        window.installEventFilter(dressings)
        with active_window(qtbot, SIZE):
            settle()
        assert dressings.count == 0
