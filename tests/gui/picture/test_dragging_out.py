"""A picture dragged out of the window: when that begins, what is offered, and what becomes of its file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QDrag, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ddpm_studio.files.recipes.carriers import recipe_in
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.state.picture_at import PictureAt
from ddpm_studio.gui.widgets.pictures.dragging import KEPT, OURS, DraggedOut
from ddpm_studio.gui.widgets.qimages import to_qimage
from tests.gui.picture.conftest import Bench

LEFT = Qt.MouseButton.LeftButton


def drag(bench: Bench, by: int, button: Qt.MouseButton = LEFT, below: bool = False) -> list[PictureAt]:
    """What is dragged out when the button is pressed on B's picture, or below it, and the pointer moves this far."""
    tile, heard = bench.panel.gallery.tiles[2], list[PictureAt]()
    bench.panel.gallery.dragged.connect(heard.append)
    place = QPoint(5, tile.height() - 5) if below else tile.shown_at().center().toPoint()
    QTest.mousePress(tile, button, pos=place)
    for part in (by // 2, by, by + 1):
        QTest.mouseMove(tile, place + QPoint(part, 0))
    QTest.mouseRelease(tile, button, pos=place + QPoint(by + 1, 0))
    return heard


def test_a_drag_begins_where_it_is_longer_than_a_click(shown: Bench) -> None:
    far = QApplication.startDragDistance()
    assert drag(shown, far - 2) == []
    assert drag(shown, far + 20) == [PictureAt(shown.studio.state.entries[1], 333)]


def test_other_buttons_and_texts_are_not_dragged(shown: Bench) -> None:
    far = 2 * QApplication.startDragDistance()
    assert drag(shown, far, Qt.MouseButton.RightButton) == []
    shown.panel.resize(300, 700)
    assert drag(shown, far, below=True) == []


def test_what_is_dragged_is_offered_as_pixels_and_as_a_file(shown: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = list[QMimeData]()
    monkeypatch.setattr(QDrag, "exec", lambda drag, actions: offered.append(drag.mimeData()))
    state = shown.studio.state
    actions = PictureActions(shown.studio, shown.panel)
    at = PictureAt(state.entries[1], 333)
    actions.drag_out(at)
    (mime,) = offered
    (url,) = mime.urls()
    assert Path(url.toLocalFile()).name == "ramp-B-t333.png"
    expected = to_qimage(at.pixels(state))
    for found in (mime.imageData(), QImage(url.toLocalFile())):
        assert found.convertToFormat(QImage.Format.Format_RGB32) == expected
    assert not shown.panel.accepts(mime)
    recipe = recipe_in(url.toLocalFile())
    assert recipe is not None
    assert [(each.spec, each.t) for each in recipe.schedules] == [(str(at.entry and at.entry.schedule), 333)]
    actions.end()
    assert not Path(url.toLocalFile()).exists()


@pytest.mark.usefixtures("qapp")
def test_files_of_old_drags_are_gone() -> None:
    dragged, image = DraggedOut(), QImage(3, 3, QImage.Format.Format_RGB32)
    image.fill(0)
    files = [Path(dragged.mime(image, f"{number}.png").urls()[0].toLocalFile()) for number in range(KEPT + 2)]
    assert [file.exists() for file in files] == [False, False] + [True] * KEPT
    dragged.forget()
    assert not any(file.parent.exists() for file in files)


@pytest.mark.usefixtures("qapp")
def test_a_name_that_no_file_can_have_leaves_the_pixels() -> None:
    dragged, image = DraggedOut(), QImage(3, 3, QImage.Format.Format_RGB32)
    image.fill(0)
    mime = dragged.mime(image, "n" * 400 + ".png")
    assert mime.hasImage()
    assert mime.urls() == []
    assert mime.hasFormat(OURS)
    dragged.forget()
