"""Files that are dropped or opened from a menu become what they are, whatever they are called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from pytestqt.qtbot import QtBot

from ddpm_studio.files.filetypes import FileKind
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from tests.files.everything import SAMPLES


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = open_window([], [], None)
    qtbot.addWidget(window)
    window.share_out(QSize(1024, 700))
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.close()


def opened(window: MainWindow, path: Path) -> set[FileKind]:
    """Drop a file, and see what that changed."""
    before, mime = window.studio.state, dragged(path)
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)
    after = window.studio.state
    changes = {
        FileKind.PICTURE: after.picture is not before.picture,
        FileKind.SCHEDULES: after.entries != before.entries,
        FileKind.CHECKPOINT: after.sampling.checkpoint == str(path),
    }
    return {kind for kind, changed in changes.items() if changed}


def dragged(path: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    return mime


def welcome(panel: PicturePanel, path: Path) -> bool:
    mime = dragged(path)
    event = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    panel.dragEnterEvent(event)
    return event.isAccepted()


def test_a_drop_opens_each_under_each_name(window: MainWindow, tmp_path: Path) -> None:
    panel = window.findChild(PicturePanel)
    assert isinstance(panel, PicturePanel)
    for sample in SAMPLES:
        (tmp_path / str(sample)).mkdir()
        for path in sample.named(tmp_path / str(sample)):
            assert welcome(panel, path) == (sample.type.kind is FileKind.PICTURE), path
            assert opened(window, path) == {sample.type.kind}, path
            window.desk.schedules.remove()  # A list has an end; the last schedule stays.
