"""PySide6 6.12 loses a reference to None with every void call on Python 3.11 and aborts; this is how it would show."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


def test_void_calls_keep_the_references_to_none(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(200):
        widget.update()
    assert abs(sys.getrefcount(None) - before) < 50
