"""The frame of a picture that has several: chosen, kept, taken back, and asked for only where there is a choice."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QSize, Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ddpm_studio.files.places import settings_file
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture import picture_actions
from ddpm_studio.gui.picture.frame_box import FrameBox
from ddpm_studio.gui.picture.loading import full_picture, load
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.projects.document import read_document, write_document
from ddpm_studio.gui.recent import Recent, RecentKind
from ddpm_studio.gui.recent_menu import RecentMenu
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.window import State
from tests.gui.windows import active_window, settle

FORMATS = ("GIF", "PNG", "WEBP", "AVIF", "TIFF")
LEVELS = (10, 90, 170, 250)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1400, 900)) as window:
        window.bring_up("picture")
        yield window


def saved(folder: Path, file_format: str = "GIF", count: int = 4) -> str:
    """A file with frames of one level each."""
    first, *others = (Image.new("RGB", (32, 24), (level, 0, 255 - level)) for level in LEVELS[:count])
    path = folder / f"frames.{file_format.lower()}"
    first.save(path, file_format, save_all=True, append_images=others, duration=50)
    return str(path)


def box_of(window: MainWindow) -> FrameBox:
    return window.panel(PicturePanel).header.frame


def done(window: MainWindow, qtbot: QtBot) -> Picture:
    qtbot.waitUntil(lambda: not window.desk.pictures.opening.busy)
    settle()
    picture = window.studio.state.picture
    assert picture is not None
    return picture


def level(picture: Picture) -> int:
    """The frame by its level of red, from 0 on."""
    red = (float(picture.pixels[5, 5, 0]) + 1) * 127.5
    return int(np.argmin([abs(red - each) for each in LEVELS]))


def opened(window: MainWindow, qtbot: QtBot, path: str) -> Picture:
    window.desk.pictures.show_picture(path)
    return done(window, qtbot)


@pytest.mark.parametrize("file_format", FORMATS)
def test_keys_choose_the_frame(window: MainWindow, qtbot: QtBot, tmp_path: Path, file_format: str) -> None:
    picture = opened(window, qtbot, saved(tmp_path, file_format))
    box = box_of(window)
    assert (picture.frame, picture.frames, level(picture)) == (1, 4, 0)
    assert box.isVisible()
    assert box.text() == "1 of 4"
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert level(done(window, qtbot)) == 1
    box.selectAll()
    QTest.keyClicks(box, "4")
    QTest.keyClick(box, Qt.Key.Key_Return)
    picture = done(window, qtbot)
    assert (picture.frame, level(picture), box.text()) == (4, 3, "4 of 4")
    assert np.asarray(full_picture(picture, (0, 0, 0)))[5, 5, 0] > 240
    box.selectAll()
    QTest.keyClicks(box, "5")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert done(window, qtbot) is picture


def test_one_frame_leaves_no_choice(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    opened(window, qtbot, saved(tmp_path))
    assert box_of(window).isVisible()
    for file_format in FORMATS:
        assert opened(window, qtbot, saved(tmp_path, file_format, 1)).frames == 1
        assert not box_of(window).isVisible()
    window.studio.set_picture(None)
    settle()
    assert not box_of(window).isVisible()


def test_a_frame_is_a_step(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    opened(window, qtbot, saved(tmp_path))
    box_of(window).setValue(3)
    assert level(done(window, qtbot)) == 2
    assert str(window.studio.state.undo) == "choice of a frame"
    window.studio.undo()
    settle()
    assert (level(done(window, qtbot)), box_of(window).value()) == (0, 1)
    window.studio.redo()
    settle()
    assert (level(done(window, qtbot)), box_of(window).value()) == (2, 3)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_project_has_the_frame(window: MainWindow, qtbot: QtBot, tmp_path: Path, file_format: str) -> None:
    opened(window, qtbot, saved(tmp_path, file_format))
    box_of(window).setValue(3)
    done(window, qtbot)
    document = write_document(window.studio.state, tmp_path)
    back = read_document(document, tmp_path, State())
    assert back.complaints == ()
    assert back.state.picture is not None
    assert (back.state.picture.frame, back.state.picture.frames, level(back.state.picture)) == (3, 4, 2)


@pytest.mark.parametrize("frame", [0, -1, 5, 10**9, 1.5, "2", None])
def test_a_frame_that_is_none_costs_one_sentence(tmp_path: Path, frame: object) -> None:
    saved(tmp_path)
    document = {"picture": {"path": "frames.gif", "frame": frame}}
    back = read_document(document, tmp_path, State())
    assert back.state.picture is None
    assert len(back.complaints) == 1


def test_dropped_pasted_and_recent_ones_have_the_choice(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = saved(tmp_path)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path)])
    for show in (window.panel(PicturePanel).pasted.emit, window.desk.files.take):
        window.studio.set_picture(None)
        show(mime)
        assert done(window, qtbot).frames == 4
        assert box_of(window).isVisible()
    assert Recent(kind=RecentKind.PICTURES).paths()[0] == path
    window.studio.set_picture(None)
    window.desk.files.open_path(path)
    assert done(window, qtbot).frames == 4


def chosen_again(window: MainWindow, qtbot: QtBot, path: str, frame: int) -> Picture:
    """What is shown once the file has been chosen from the menu of recent ones."""
    (menu,) = window.findChildren(RecentMenu)
    menu.fill()
    window.studio.set_picture(None)
    next(action for action in menu.actions() if action.data() == (path, frame)).trigger()
    return done(window, qtbot)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_recent_file_opens_at_its_frame(window: MainWindow, qtbot: QtBot, tmp_path: Path, file_format: str) -> None:
    path = saved(tmp_path, file_format)
    opened(window, qtbot, path)
    box_of(window).setValue(3)
    done(window, qtbot)
    other = opened(window, qtbot, saved(tmp_path / "..", "GIF"))
    assert other.frame == 1
    picture = chosen_again(window, qtbot, path, 3)
    assert (picture.frame, picture.frames, level(picture)) == (3, 4, 2)
    assert Recent(kind=RecentKind.PICTURES).frames()[path] == 3


def test_a_recent_file_that_has_its_frame_no_more_opens_at_the_first(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = saved(tmp_path)
    opened(window, qtbot, path)
    box_of(window).setValue(4)
    done(window, qtbot)
    saved(tmp_path, count=2)
    picture = chosen_again(window, qtbot, path, 4)
    assert (picture.frame, picture.frames, level(picture)) == (1, 2, 0)


def test_recent_files_of_other_sorts_and_damaged_ones() -> None:
    recent = Recent(kind=RecentKind.PICTURES)
    recent.add("/b.gif", 7)
    recent.add("/a.png")
    assert recent.frames() == {"/a.png": 1, "/b.gif": 7}
    listed = ["/a", {"path": "/b", "frame": 2}, {"path": "/c", "frame": 0}, {"path": 1}, {"frame": 3}, 5, None, True]
    settings_file("recent-pictures.json").write_text(json.dumps(listed))
    assert recent.frames() == {"/a": 1, "/b": 2}


def test_another_background_leaves_the_frame(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    opened(window, qtbot, saved(tmp_path))
    box_of(window).setValue(2)
    done(window, qtbot)
    window.desk.pictures.set_background((1, 2, 3))
    assert level(done(window, qtbot)) == 1


def test_a_file_that_is_gone_leaves_the_frame(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = saved(tmp_path)
    before = opened(window, qtbot, path)
    Path(path).unlink()
    box_of(window).setValue(4)
    assert done(window, qtbot) is before
    assert box_of(window).value() == 1


def test_of_frames_chosen_meanwhile_the_last_is_read(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(window, qtbot, saved(tmp_path))
    box, read, go_on = box_of(window), list[int](), threading.Event()

    def slowly(path: str, background: tuple[int, int, int], frame: int = 1) -> Picture:
        read.append(frame)
        go_on.wait()
        return load(path, background, frame)

    monkeypatch.setattr(picture_actions, "load", slowly)
    for _ in range(3):
        box.stepUp()
        window.studio.set_seed(window.studio.state.seed + 1)  # What else is changed leaves the box as it is.
        settle()
    assert box.value() == 4
    go_on.set()
    assert level(done(window, qtbot)) == 3
    assert read[-1] == 4
    assert len(read) <= 2


def test_another_picture_is_not_turned_to_the_frame_of_the_last(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    opened(window, qtbot, saved(tmp_path))
    window.desk.pictures.show_picture(saved(tmp_path, "TIFF"))
    box_of(window).setValue(3)
    picture = done(window, qtbot)
    assert (picture.name, picture.frame, box_of(window).value()) == ("frames.tiff", 1, 1)


def test_of_pictures_named_in_the_shell_the_last_is_shown_and_that_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in ("1.png", "2.png", "3.png")]
    for path in paths:
        Image.new("L", (8, 8)).save(path)
    window = open_window(paths, [], None)
    qtbot.addWidget(window)
    assert window.studio.state.picture is not None
    assert window.studio.state.picture.name == "3.png"
    assert window.toast.text == "3.png is shown, the last of 3 pictures: one is shown at a time."
    window.close()
