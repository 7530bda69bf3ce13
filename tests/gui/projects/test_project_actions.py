"""Projects at the user's door: saved, opened, undone, afresh, recent, forgotten."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import draw_noise
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.recent import Recent, RecentKind
from ddpm_studio.gui.recent_menu import RecentMenu
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state import shown_picture
from ddpm_studio.gui.widgets.dialogs import SaveFormat
from tests.checkpoints.tiny import save_pipeline
from tests.gui.finding import child
from tests.gui.test_main_window import wait
from tests.gui.windows import active_window, show_change


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1280, 800), [Schedule("linear", 300)]) as window:
        yield window


class Chosen:
    """Stands in for the platform's dialogs."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)

    def open_one(self, title: str, filters: str) -> str:
        return self._path

    def save(self, title: str, suggestion: str, formats: Sequence[SaveFormat]) -> tuple[str, SaveFormat]:
        return self._path, formats[0]


def trigger(window: MainWindow, qtbot: QtBot, name: str) -> None:
    window.menus.action(name).trigger()
    wait(window, qtbot)
    show_change(window, qtbot)


def choose(window: MainWindow, path: Path) -> None:
    window.desk.projects.dialogs = Chosen(path)  # type: ignore[assignment]


def specs(window: MainWindow) -> list[str]:
    return [str(entry.schedule) for entry in window.studio.state.entries]


def test_a_project_is_saved_named_in_the_title_and_opened_elsewhere(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    assert window.windowTitle() == "ddpm-studio"
    choose(window, tmp_path / "work.ddpm")
    window.studio.add(Schedule("cosine", 70), "mine")
    trigger(window, qtbot, "save_project")
    assert (window.windowTitle(), window.isWindowModified()) == ("work.ddpm[*]", False)
    window.studio.set_parameter("T", 71)
    show_change(window, qtbot)
    assert window.isWindowModified()
    trigger(window, qtbot, "undo")
    assert not window.isWindowModified()
    trigger(window, qtbot, "start_afresh")
    assert (window.windowTitle(), specs(window)) == ("ddpm-studio", ["linear:T=300"])
    trigger(window, qtbot, "open_project")
    assert (window.windowTitle(), specs(window)) == ("work.ddpm[*]", ["linear:T=300", "cosine:T=70"])
    trigger(window, qtbot, "undo")
    trigger(window, qtbot, "undo")
    assert (window.windowTitle(), specs(window)) == ("work.ddpm[*]", ["linear:T=300", "cosine:T=70"])


def test_undoing_what_came_before_the_first_save_stays_in_the_project(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.studio.set_parameter("T", 80)
    window.studio.set_parameter("T", 90)
    window.studio.undo()
    choose(window, tmp_path / "work.ddpm")
    trigger(window, qtbot, "save_project")
    for step, T, changed in (("undo", 300, True), ("redo", 80, False), ("redo", 90, True)):
        trigger(window, qtbot, step)
        assert (window.windowTitle(), window.isWindowModified()) == ("work.ddpm[*]", changed)
        assert window.studio.state.current.schedule.T == T
    choose(window, tmp_path / "other.ddpm")
    trigger(window, qtbot, "save_project_as")
    trigger(window, qtbot, "undo")
    assert (window.windowTitle(), window.isWindowModified()) == ("other.ddpm[*]", True)
    trigger(window, qtbot, "start_afresh")
    choose(window, tmp_path / "third.ddpm")
    trigger(window, qtbot, "save_project_as")
    trigger(window, qtbot, "undo")
    assert (window.windowTitle(), window.isWindowModified()) == ("other.ddpm[*]", True)


def test_the_noise_of_its_picture_is_drawn_beside_the_window(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(window, tmp_path / "work.ddpm")
    window.studio.set_seed(7)
    trigger(window, qtbot, "save_project")
    trigger(window, qtbot, "start_afresh")
    drawn_in_the_window: list[bool] = []

    def draw(shape: tuple[int, ...], seed: int) -> NDArray[np.float32]:
        drawn_in_the_window.append(threading.current_thread() is threading.main_thread())
        return draw_noise(shape, seed)

    monkeypatch.setattr(shown_picture, "draw_noise", draw)
    trigger(window, qtbot, "open_project")
    assert (window.studio.state.seed, drawn_in_the_window) == (7, [False])


def test_saving_again_needs_no_question(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    choose(window, tmp_path / "work.ddpm")
    trigger(window, qtbot, "save_project_as")
    choose(window, tmp_path / "other.ddpm")
    window.studio.set_parameter("T", 9)
    trigger(window, qtbot, "save_project")
    assert json.loads((tmp_path / "work.ddpm").read_text())["schedules"][0]["schedule"] == "linear:T=9"
    assert not (tmp_path / "other.ddpm").exists()


def test_a_project_that_cannot_be_written_stays_unsaved(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    choose(window, tmp_path / "missing" / "work.ddpm")
    trigger(window, qtbot, "save_project")
    assert "folder does not exist" in window.toast.text
    assert window.studio.state.project == ""


def dropped(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, left, none))
    wait(window, qtbot)


def test_a_stranger_s_project_runs_nothing(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    (tmp_path / "x.ddpm").write_text(
        json.dumps(
            {
                "format": "ddpm-studio project",
                "schedules": [{"schedule": "custom:path=http://127.0.0.1:9/b.csv"}, {"schedule": "cosine:T=5"}],
                "picture": {"path": "//server/share/cat.png"},
                "sampling": {"checkpoint": "evil:make", "network": "evil:make", "lines": [{"solver": "evil:make"}]},
            }
        )
    )
    before = window.studio.state.sampling.checkpoint
    dropped(window, qtbot, tmp_path / "x.ddpm")
    show_change(window, qtbot)
    assert specs(window) == ["cosine:T=5"]
    assert window.studio.state.sampling.checkpoint == before
    assert not (tmp_path / "ran").exists()
    assert "evil" not in sys.modules
    for named in ("b.csv", "cat.png", "And 2 more."):
        assert named in window.toast.text


def test_a_project_s_checkpoint_is_chosen_where_it_lies(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    save_pipeline(tmp_path / "model")
    window.desk.samples.checkpoints.take_up(str(tmp_path / "model"))
    choose(window, tmp_path / "work.ddpm")
    trigger(window, qtbot, "save_project")
    assert json.loads((tmp_path / "work.ddpm").read_text())["sampling"]["checkpoint"] == "model"
    trigger(window, qtbot, "start_afresh")
    assert window.studio.state.sampling.checkpoint == "pixel-portraits"
    trigger(window, qtbot, "open_project")
    assert window.studio.state.sampling.checkpoint == str(tmp_path / "model")


def test_a_project_carries_what_was_answered(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    said, checkpoints = Answers(prediction_type="sample"), window.desk.samples.checkpoints
    checkpoints.choose(str(save_pipeline(tmp_path / "model")))
    qtbot.waitUntil(lambda: window.studio.state.sampling.card is not None and not window.desk.busy)
    choose(window, tmp_path / "work.ddpm")
    trigger(window, qtbot, "save_project")
    checkpoints.answer(said)
    qtbot.waitUntil(lambda: window.studio.state.sampling.answers == said and not window.desk.busy)
    assert window.studio.state.changed
    trigger(window, qtbot, "save_project")
    window.studio.undo()
    show_change(window, qtbot)
    assert window.studio.state.changed
    trigger(window, qtbot, "open_project")
    qtbot.waitUntil(lambda: window.studio.state.sampling.card is not None and not window.desk.busy)
    setup = window.studio.state.sampling
    assert setup.subject == (str(tmp_path / "model"), said)
    assert setup.card is not None
    assert (setup.card.answers, setup.card.prediction_type) == (said, "sample")
    assert not window.studio.state.changed
    trigger(window, qtbot, "start_afresh")
    assert window.studio.state.sampling.subject == ("pixel-portraits", None)
    window.studio.undo()
    qtbot.waitUntil(lambda: window.studio.state.sampling.subject == setup.subject and not window.desk.busy)


@pytest.mark.parametrize("content", ["", "{}", "[]", "\0\0"])
def test_what_is_no_project_leaves_everything(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.ddpm").write_text(content)
    before = window.studio.state.document
    dropped(window, qtbot, tmp_path / "x.ddpm")
    assert window.studio.state.document == before
    assert "x.ddpm" in window.toast.text
    assert main([str(tmp_path / "x.ddpm")]) == 2
    assert "x.ddpm" in capsys.readouterr().err


def enter(window: MainWindow, qtbot: QtBot, text: str) -> None:
    """Type a text over the chosen line."""
    line = window.panel(SchedulesPanel).list.view.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.desk.busy)
    show_change(window, qtbot)


def test_betas_that_were_kept_of_a_table_are_never_those_of_another(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, T in (("p", 40), ("elsewhere", 7)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "b.csv").write_text("betas\n" + "0.01\n" * T)
    table, project = tmp_path / "p" / "b.csv", tmp_path / "p" / "w.ddpm"
    monkeypatch.chdir(tmp_path / "elsewhere")
    choose(window, project)
    enter(window, qtbot, f"custom:path={table}")
    trigger(window, qtbot, "save_project")
    table.unlink()
    dropped(window, qtbot, project)
    show_change(window, qtbot)
    assert f"{table} is gone" in window.toast.text
    line = window.panel(SchedulesPanel).list.view.line
    for typed, shown in ((",snr_shift=2", f"custom:path={table},snr_shift=2"), (",n=3", "")):
        enter(window, qtbot, line.text() + typed)
        assert window.studio.state.current.schedule.trained_betas == (0.01,) * 40
        assert specs(window) == [shown or specs(window)[0]]
        assert bool(line.draft.reason) is not bool(shown)
    enter(window, qtbot, f"custom:path={table},snr_shift=1..4,n=3")
    assert window.studio.state.current.family is not None
    enter(window, qtbot, "# still mine")
    assert (window.studio.state.current.name, line.draft.reason) == ("still mine", "")
    trigger(window, qtbot, "save_project")
    saved = json.loads(project.read_text())["schedules"][0]
    assert (saved["schedule"], saved["betas"]) == ("custom:path=b.csv,snr_shift=2", [0.01] * 40)
    enter(window, qtbot, f"custom:path={tmp_path / 'p' / 'other.csv'}")
    assert "other.csv" in line.draft.reason
    assert window.studio.state.current.schedule.T == 40
    table.write_text("betas\n0.1\n0.2\n")
    line.draft.give_up()
    enter(window, qtbot, f"custom:path={table}")
    assert window.studio.state.current.schedule.T == 2


def test_a_table_in_the_home_folder_is_read_again_while_it_is_there(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for T in (3, 4):
        (tmp_path / "b.csv").write_text("betas\n" + "0.01\n" * T)
        enter(window, qtbot, f"custom:path=~/b.csv,snr_shift={T}")
        assert window.studio.state.current.schedule.T == T
    (tmp_path / "b.csv").unlink()
    enter(window, qtbot, "custom:path=~/b.csv,snr_shift=5")
    assert (window.studio.state.current.schedule.T, specs(window)) == (4, ["custom:path=~/b.csv,snr_shift=5"])


def test_recent_files_are_offered_and_the_missing_shown_as_such(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    Image.new("RGB", (3, 2)).save(tmp_path / "a & b.png")
    (tmp_path / "betas.csv").write_text("betas\n0.1\n0.2\n")
    for name in ("a & b.png", "betas.csv"):
        dropped(window, qtbot, tmp_path / name)
    menu = child(window, RecentMenu)
    menu.fill()
    assert [action.text() for action in menu.actions()] == ["Schedules", "betas.csv", "Pictures", "a && b.png"]
    (tmp_path / "betas.csv").unlink()
    menu.fill()
    missing, present = menu.actions()[1], menu.actions()[3]
    assert (missing.text(), missing.isEnabled()) == ("betas.csv (missing)", False)
    trigger(window, qtbot, "start_afresh")
    present.trigger()
    wait(window, qtbot)
    picture = window.studio.state.picture
    assert picture is not None
    assert picture.name == "a & b.png"


def test_everything_is_forgotten_after_a_question(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    Recent(kind=RecentKind.PICTURES).add("/a.png")
    window.studio.add(Schedule("cosine", 70))
    window.menus.action("forget_everything").trigger()
    box = child(window, QMessageBox)
    box.reject()
    assert Recent(kind=RecentKind.PICTURES).paths() == ("/a.png",)
    window.menus.action("forget_everything").trigger()
    box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
    next(button for button in box.findChildren(QPushButton) if button.text() == "Forget").click()
    assert Recent(kind=RecentKind.PICTURES).paths() == ()
    assert specs(window) == ["linear:T=300"]
    assert window.studio.state.undo is None
