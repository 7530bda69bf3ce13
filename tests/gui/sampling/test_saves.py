"""Saving a run through the panel's menu: pictures, grid, path and tensors; what cannot be written is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QDrag, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints.fingerprint import found_again
from ddpm_studio.files.recipes.carriers import recipe_in
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.sampling.run_tasks import LastPicturesTask, SamplingPathTask
from ddpm_studio.sampling import Step
from ddpm_studio.sampling.recording import Recording
from tests.gui.sampling.conftest import Stage
from tests.gui.sampling.test_run import run_to_end

STEPS = 4


@pytest.fixture
def done(stage: Stage, qtbot: QtBot) -> Stage:
    stage.actions.setup.change_line("solver", "ddim")
    stage.actions.setup.change_line("steps", STEPS)
    stage.actions.setup.change_setting("pictures", 3)
    run_to_end(qtbot, stage)
    return stage


def save(done: Stage, qtbot: QtBot, what: str, path: Path) -> None:
    done.answers.path = str(path)
    getattr(done.panel.view_bar, f"save_{what}").trigger()
    qtbot.waitUntil(lambda: not done.actions.saves.saving.busy)


def test_the_last_pictures_each_in_its_own_size(done: Stage, qtbot: QtBot, tmp_path: Path) -> None:
    save(done, qtbot, "samples", tmp_path / "face.png")
    files = sorted(tmp_path.glob("face*.png"))
    assert [file.name for file in files] == ["face-1.png", "face-2.png", "face-3.png"]
    with Image.open(files[0]) as image:
        assert image.size == (5, 4)
        assert image.getpixel((0, 0)) == (round(((STEPS - 1) / 8 + 1) * 127.5),) * 3
    assert done.said[-1] == f"Saved {tmp_path / 'face-1.png'} … face-3.png."


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
@pytest.mark.parametrize("page", [Page.WATCH, Page.COMPARE])
def test_the_menu_of_a_picture(done: Stage, qtbot: QtBot, tmp_path: Path, page: Page) -> None:
    done.panel.view_bar.pages.chosen.emit(page)
    views = done.panel.views
    offers, grid = (
        (views.watch.offers, views.watch.x_grid)
        if page is Page.WATCH
        else (
            views.compare.offers,
            views.compare.grids[0],
        )
    )
    place, expected = grid.place(1).center(), grid.picture(1)
    for enlarged in (1, None):
        QApplication.sendEvent(grid, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, grid.mapToGlobal(place)))
        assert offers.menu.isVisible()
        offers.menu.enlarge.trigger()
        assert grid.enlarged == enlarged
        place = grid.rect().center() if enlarged is not None else place
    offers.menu.copy_picture.trigger()
    assert QApplication.clipboard().image() == expected
    done.answers.path = str(tmp_path / "one.png")
    offers.menu.save_picture.trigger()
    qtbot.waitUntil(lambda: not done.actions.saves.saving.busy)
    assert done.said[-1] == f"Saved {tmp_path / 'one.png'}."
    assert QImage(str(tmp_path / "one.png")).pixelColor(0, 0) == expected.pixelColor(0, 0)
    offers.menu.close()


@pytest.mark.parametrize("page", [Page.WATCH, Page.COMPARE])
def test_a_picture_is_dragged_out_as_a_file(done: Stage, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    offered = list[QMimeData]()
    monkeypatch.setattr(QDrag, "exec", lambda drag, actions: offered.append(drag.mimeData()))
    done.panel.view_bar.pages.chosen.emit(page)
    grid = done.panel.views.watch.x0_grid if page is Page.WATCH else done.panel.views.compare.grids[0]
    place, far = grid.place(1).center(), QPoint(2 * QApplication.startDragDistance(), 0)
    QTest.mousePress(grid, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseMove(grid, place + far)
    QTest.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=place + far)
    (mime,) = offered
    (url,) = mime.urls()
    assert Path(url.toLocalFile()).name == "sample-2.png"
    assert QImage(url.toLocalFile()).convertToFormat(QImage.Format.Format_RGB32) == grid.picture(1).convertToFormat(
        QImage.Format.Format_RGB32
    )
    assert grid.enlarged is None
    recipe = recipe_in(url.toLocalFile())
    assert recipe is not None
    assert recipe.run is not None
    assert found_again(recipe.run.checkpoint) == done.studio.state.sampling.checkpoint
    done.actions.saves.end()
    assert not Path(url.toLocalFile()).exists()


def test_pictures_of_one_channel_are_saved_gray(tmp_path: Path) -> None:
    recording = Recording()
    recording.add(Step(0, 1, 0.0, torch.zeros(1, 1, 4, 5), torch.zeros(1, 1, 4, 5)))
    recording.finish()
    LastPicturesTask(str(tmp_path / "digit.png"), recording).write(Stopping(99))
    with Image.open(tmp_path / "digit-1.png") as image:
        assert (image.mode, image.size, image.getpixel((0, 0))) == ("L", (5, 4), 128)


def test_the_grid(done: Stage, qtbot: QtBot, tmp_path: Path) -> None:
    save(done, qtbot, "grid", tmp_path / "grid.png")
    with Image.open(tmp_path / "grid.png") as image:
        assert min(image.size) > 5


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_the_path_as_animation(done: Stage, qtbot: QtBot, tmp_path: Path, suffix: str) -> None:
    save(done, qtbot, "run", tmp_path / f"path{suffix}")
    with Image.open(tmp_path / f"path{suffix}") as image:
        assert len(ImageSequence.all_frames(image)) == STEPS


def test_the_path_as_frames(done: Stage, qtbot: QtBot, tmp_path: Path) -> None:
    save(done, qtbot, "run", tmp_path / "path.png")
    assert len(list(tmp_path.glob("path-*.png"))) == STEPS
    assert done.said[-1] == f"Saved {tmp_path / 'path-1.png'} … path-4.png."


def test_the_path_of_a_run_that_goes_on_ends_where_it_was_asked_for(done: Stage, tmp_path: Path) -> None:
    recording = done.actions.saves._recording
    assert recording is not None
    growing = Recording()
    assert recording.last is not None
    growing.add(replace(recording.last, index=0))
    growing.add(replace(recording.last, index=1))
    task = SamplingPathTask(str(tmp_path / "path.gif"), growing)
    assert task.parts == 2
    growing.add(replace(recording.last, index=2))
    task.write(Stopping(99))
    with Image.open(tmp_path / "path.gif") as image:
        assert (task.parts, len(ImageSequence.all_frames(image))) == (2, 2)


class Stopping:
    """A TaskMonitor that has had enough after so many parts."""

    def __init__(self, parts: int) -> None:
        self.parts = parts

    def step(self) -> None:
        self.parts -= 1
        if self.parts == 0:
            raise InterruptedError


@pytest.mark.parametrize("kind", [LastPicturesTask, SamplingPathTask])
def test_of_many_files_none_stays_where_saving_is_cancelled(
    done: Stage, tmp_path: Path, kind: type[LastPicturesTask] | type[SamplingPathTask]
) -> None:
    recording = done.actions.saves._recording
    assert recording is not None
    with pytest.raises(InterruptedError):
        kind(str(tmp_path / "many.png"), recording).write(Stopping(2))
    assert not list(tmp_path.glob("many*"))


def test_raw_tensors(done: Stage, qtbot: QtBot, tmp_path: Path) -> None:
    save(done, qtbot, "tensors", tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz") as arrays:
        assert arrays["x"].shape == (3, 3, 4, 5)
        np.testing.assert_allclose(arrays["x"], (STEPS - 1) / 8)
        assert list(arrays["steps"]) == list(range(STEPS))


def test_before_a_run_there_is_nothing_to_save(stage: Stage) -> None:
    stage.panel.view_bar.save_grid.trigger()
    assert stage.complaints == ["There is nothing to save yet; press Run first."]


def test_a_place_that_cannot_be_written_is_told(done: Stage, qtbot: QtBot, tmp_path: Path) -> None:
    save(done, qtbot, "grid", tmp_path / "missing" / "grid.png")
    assert "folder does not exist" in done.complaints[-1]


@pytest.mark.parametrize(
    ("what", "name", "known"),
    [
        ("samples", "face v1.2", ".png"),
        ("grid", "grid.jpg", ".png"),
        ("grid", "grid.npz", ".png"),
        ("run", "path.jpg", ".gif, .webp, .png"),
        ("tensors", "run.v2", ".npz"),
    ],
)
def test_a_name_with_another_ending_is_refused_in_one_sentence(
    done: Stage, tmp_path: Path, what: str, name: str, known: str
) -> None:
    done.answers.path = str(tmp_path / name)
    getattr(done.panel.view_bar, f"save_{what}").trigger()
    sentence = f"{tmp_path / name} does not end in one of {known}; choose one of these formats."
    assert done.complaints == [sentence]
    assert not list(tmp_path.glob(f"{name[:4]}*"))


@pytest.mark.parametrize(("what", "taken"), [("samples", "many-3.png"), ("run", "many-4.png")])
def test_files_that_the_dialog_did_not_ask_about_are_not_overwritten(
    done: Stage, qtbot: QtBot, tmp_path: Path, what: str, taken: str
) -> None:
    (tmp_path / taken).write_text("somebody's own")
    save(done, qtbot, what, tmp_path / "many.png")
    assert done.complaints == [f"{tmp_path / taken} already exists and would be overwritten; choose another name."]
    assert [file.name for file in tmp_path.glob("many*")] == [taken]
    assert (tmp_path / taken).read_text() == "somebody's own"


def test_a_cancelled_dialog_writes_nothing(done: Stage, tmp_path: Path) -> None:
    done.answers.path = ""
    done.panel.view_bar.save_run.trigger()
    assert not list(tmp_path.glob("*.gif"))
    assert done.complaints == []
