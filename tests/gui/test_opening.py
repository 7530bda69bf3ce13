"""Files that are dropped or opened from a menu become what they are, whatever they are called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QDir, QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.files.filetypes import FILE_TYPES, FileKind
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from tests.files.everything import SAMPLES, SCHEDULE
from tests.gui.windows import active_window


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1024, 700)) as window:
        yield window


def opened(window: MainWindow, qtbot: QtBot, path: Path) -> set[FileKind]:
    """Drop a file, and see what that changed."""
    before, mime = window.studio.state, dragged(path)
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)
    wait(window, qtbot)
    after = window.studio.state
    changes = {
        FileKind.PICTURE: after.picture is not before.picture,
        FileKind.SCHEDULES: after.entries != before.entries,
        FileKind.PROJECT: after.project == str(path),
        FileKind.CHECKPOINT: after.sampling.checkpoint == str(path),
        FileKind.MADE: window.toast.isVisible() and window.toast.text.startswith(f"{path.name} says how it was made: "),
    }
    if changes[FileKind.PROJECT]:  # Which holds everything else.
        return {FileKind.PROJECT}
    return {kind for kind, changed in changes.items() if changed}


def wait(window: MainWindow, qtbot: QtBot) -> None:
    """Wait for what is opened beside the window."""
    qtbot.waitUntil(lambda: not window.desk.pictures.opening.busy)


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


def test_a_drop_opens_each_under_each_name(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    panel = window.findChild(PicturePanel)
    assert isinstance(panel, PicturePanel)
    for sample in SAMPLES:
        (tmp_path / str(sample)).mkdir()
        for path in sample.named(tmp_path / str(sample)):
            assert welcome(panel, path) == (sample.type.kind is FileKind.PICTURE), path
            assert opened(window, qtbot, path) == {sample.type.kind}, path
            qtbot.waitUntil(lambda: not window.desk.busy)
            window.desk.schedules.remove()  # A list has an end; the last schedule stays.


@pytest.fixture
def dialogs(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The filters of each dialog by its title; the answer is the path under "answer"."""
    seen: dict[str, str] = {"answer": ""}

    def ask_one(parent: QWidget, title: str, folder: str, filters: str) -> tuple[str, str]:
        seen[title] = filters
        return seen["answer"], ""

    def ask_many(parent: QWidget, title: str, folder: str, filters: str) -> tuple[list[str], str]:
        seen[title] = filters
        return [], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask_one)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", ask_many)
    return seen


def choose(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, name)
    assert action is not None
    action.trigger()


OFFERED = {
    ("open_files", "Open"): set(FileKind) - {FileKind.UNKNOWN},
    ("open_betas", "Open betas"): {FileKind.SCHEDULES, FileKind.CHECKPOINT},
    ("open_picture", "Open picture"): {FileKind.PICTURE},
    ("open_checkpoint", "Open checkpoint"): {FileKind.CHECKPOINT},
    ("open_project", "Open project"): {FileKind.PROJECT},
}


def test_each_dialog_offers_what_its_command_takes(window: MainWindow, dialogs: dict[str, str]) -> None:
    for (name, title), kinds in OFFERED.items():
        choose(window, name)
        first, *_, last = dialogs[title].split(";;")
        patterns = first.partition("(")[2].removesuffix(")").split()
        assert last == "All files (*)"
        for each in FILE_TYPES:
            for suffix in each.suffixes:
                assert QDir.match(patterns, f"thing{suffix}") == (each.kind in kinds), (title, suffix)
                assert QDir.match(patterns, f"THING{suffix.upper()}") == (each.kind in kinds), (title, suffix)
            if each.kind in kinds:
                assert all(QDir.match(patterns, whole) for whole in each.names)


def test_betas_are_opened_of_each_that_has_them(
    window: MainWindow, qtbot: QtBot, dialogs: dict[str, str], tmp_path: Path
) -> None:
    for sample in filter(lambda each: each.scheduled, SAMPLES):
        (tmp_path / str(sample)).mkdir()
        own, *others = sample.named(tmp_path / str(sample))
        for path in (own, next(path for path in others if path.name == "wrong.jpg")):
            dialogs["answer"] = str(path)
            choose(window, "open_betas")
            wait(window, qtbot)
            np.testing.assert_allclose(window.studio.state.current.schedule.betas, SCHEDULE.betas, rtol=1e-4)
            window.desk.schedules.remove()


def test_numbers_open_as_what_they_are_or_as_what_is_typed(
    window: MainWindow, qtbot: QtBot, dialogs: dict[str, str], tmp_path: Path
) -> None:
    """By the dialog, dropped, and typed as the sentence about what may be two things says."""
    complaints: list[str] = []
    window.studio.complained.connect(complaints.append)
    path, odd, linear, schedule = (
        tmp_path / "a.npy",
        tmp_path / "b.npy",
        Schedule("linear", 100),
        Schedule("sigmoid", 300),
    )
    np.save(path, linear.coefficients.log_snr)
    np.save(odd, schedule.coefficients.alphas_cumprod)
    dialogs["answer"] = str(path)
    choose(window, "open_betas")
    wait(window, qtbot)
    np.testing.assert_allclose(window.studio.state.current.schedule.betas, linear.betas, rtol=1e-8)
    assert str(window.studio.state.current.schedule) == f"custom:path={path},as=log_snr"
    before = window.studio.state.entries
    dialogs["answer"] = str(odd)
    choose(window, "open_betas")
    window.desk.files.take(dragged(odd))
    wait(window, qtbot)
    assert window.studio.state.entries == before
    assert len(complaints) == 2
    assert all("may hold ᾱ / √ᾱ / β: its numbers run from" in sentence for sentence in complaints)
    key = complaints[0].partition("as=")[2].partition(" ")[0]
    window.desk.schedules.enter_new(f"custom:path={odd},as={key}")
    wait(window, qtbot)
    np.testing.assert_allclose(window.studio.state.current.schedule.betas, schedule.betas, rtol=1e-8)


def drop(on: MainWindow | PicturePanel, paths: list[Path]) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    on.dropEvent(
        QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )


@pytest.mark.parametrize("door", ["window", "panel", "paste"])
def test_of_several_pictures_it_is_said_which_is_shown(
    door: str, window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(3)]
    for number, path in enumerate(paths):
        Image.new("L", (8 + number, 8)).save(path)
    said = list[str]()
    window.desk.pictures.said.connect(said.append)
    panel = window.findChild(PicturePanel)
    assert isinstance(panel, PicturePanel)
    if door == "paste":
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        window.desk.files.take(mime)
    else:
        drop(window if door == "window" else panel, paths)
    wait(window, qtbot)
    assert said == ["2.png is shown, the last of 3 pictures: one is shown at a time."]
    assert window.studio.state.picture is not None
    assert window.studio.state.picture.name == "2.png"


def test_of_several_files_those_that_are_no_pictures_are_named_with_the_one_that_is_shown(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    paths = [tmp_path / name for name in ("phone.heic", "1.png", "2.png", "cut.png")]
    paths[0].write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64))
    for path in paths[1:]:
        Image.effect_noise((40, 40), 90).save(path)
    paths[3].write_bytes(paths[3].read_bytes()[:300])
    said = list[str]()
    window.desk.pictures.said.connect(said.append)
    drop(window, paths)
    wait(window, qtbot)
    (message,) = said
    assert message.startswith("2.png is shown, the last of 2 pictures: one is shown at a time. ")
    assert [name in message for name in ("cut.png", "phone.heic", "HEIC")] == [True] * 3
    assert window.studio.state.picture is not None
    assert window.studio.state.picture.name == "2.png"
    drop(window, [paths[0], paths[3]])
    wait(window, qtbot)
    assert [path.name in window.toast.text for path in paths] == [True, False, False, True]
    assert window.studio.state.picture.name == "2.png"


def test_what_comes_with_pictures_is_opened_too(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    Image.new("L", (8, 8)).save(tmp_path / "a.png")
    (tmp_path / "betas.csv").write_text("betas\n" + "0.1\n" * 20)
    count = len(window.studio.state.entries)
    drop(window, [tmp_path / "a.png", tmp_path / "betas.csv"])
    wait(window, qtbot)
    assert window.studio.state.picture is not None
    assert window.studio.state.picture.name == "a.png"
    assert len(window.studio.state.entries) == count + 1
