"""The bundled model in the whole window, through its real buttons, keys, menus and a drop."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from subprocess import run as run_process

import pytest
import torch
from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.sampling import Step
from ddpm_studio.sampling.recording import Recording
from tests.checkpoints.families.oracle import recorded
from tests.checkpoints.tiny import save_pipeline
from tests.gui.sampling.conftest import Answers


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = open_window([], [], None)
    qtbot.addWidget(window)
    window.share_out(QSize(1024, 700))
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.close()


def action(window: MainWindow, name: str) -> QAction:
    found = window.findChild(QAction, name)
    assert isinstance(found, QAction)
    return found


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)


def test_the_bundled_model_draws_portraits(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.panel(SamplingPanel)
    action(window, "run").trigger()
    assert panel.isVisible()
    panel.details.pictures.setValue(4)
    panel.run_bar.steps.setValue(4)
    qtbot.waitUntil(lambda: panel.views.watch.x0_grid.count > 0)
    qtbot.mouseClick(panel.run_bar.buttons.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.desk.samples.phase is Phase.IDLE)
    watch = panel.views.watch
    assert watch.x_grid.count == 4
    pictures = [watch.x_grid.picture(number) for number in range(4)]
    assert len({picture.pixelColor(8, 8).rgb() for picture in pictures}) > 1
    corners = [picture.pixelColor(0, 0) for picture in pictures]
    assert all(corner.value() > 150 for corner in corners), "portraits stand before a light ground"
    assert window.studio.state.visited is not None
    assert panel.width() <= window.width()


def test_a_run_is_held_stepped_and_stopped_by_its_buttons(window: MainWindow, qtbot: QtBot) -> None:
    panel, buttons = window.panel(SamplingPanel), window.panel(SamplingPanel).run_bar.buttons
    action(window, "run").trigger()
    qtbot.waitUntil(lambda: window.desk.samples.phase is Phase.IDLE)
    panel.run_bar.steps.setValue(300)
    qtbot.mouseClick(buttons.step, Qt.MouseButton.LeftButton)

    def called(number: int) -> bool:
        return f"call {number} of 300" in panel.status.whole

    for number in (1, 2):
        qtbot.waitUntil(partial(called, number))
        assert window.desk.samples.phase is Phase.PAUSED
        qtbot.mouseClick(buttons.step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.timeline.slider.maximum() == 2)
    qtbot.mouseClick(buttons.pause, Qt.MouseButton.LeftButton)
    assert window.desk.samples.phase is Phase.RUNNING
    qtbot.waitUntil(lambda: panel.timeline.slider.maximum() > 2)
    qtbot.mouseClick(buttons.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.desk.samples.phase is Phase.IDLE)
    assert panel.status.whole.startswith("stopped after")


def test_stop_is_escape_and_only_while_something_runs(window: MainWindow, qtbot: QtBot) -> None:
    assert not action(window, "stop").isEnabled()
    action(window, "run").trigger()
    assert action(window, "stop").isEnabled()
    action(window, "stop").trigger()
    qtbot.waitUntil(lambda: window.desk.samples.phase is Phase.IDLE)
    assert not action(window, "stop").isEnabled()


def test_live_has_a_tick_that_follows_the_state(window: MainWindow, qtbot: QtBot) -> None:
    live = action(window, "toggle_live")
    assert not live.isChecked()
    live.trigger()
    assert window.studio.state.sampling.live
    qtbot.waitUntil(live.isChecked)
    window.panel(SamplingPanel).view_bar.live.toggled.emit(False)
    qtbot.waitUntil(lambda: not live.isChecked())


def test_the_window_closes_while_the_model_is_being_read(window: MainWindow) -> None:
    action(window, "run").trigger()
    window.close()


def test_a_folder_that_is_dropped_is_opened_as_a_checkpoint(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    before = window.studio.state.picture
    drop(window, tmp_path)
    qtbot.waitUntil(lambda: bool(window.panel(SamplingPanel).note.text()))
    assert str(tmp_path) in window.panel(SamplingPanel).note.text()
    assert window.studio.state.picture is before


def test_a_file_without_a_suffix_is_told_by_its_content_and_asked_about(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    torch.save(recorded("guided_diffusion", "improved").tensors(), tmp_path / "weights")
    drop(window, tmp_path / "weights")
    ask = window.panel(SamplingPanel).views.model.ask
    qtbot.waitUntil(ask.isVisible)
    assert list(ask.fields) == ["schedule", "heads"]
    # As long as the window takes the opening to be under way, Escape stops that.
    qtbot.waitUntil(lambda: window.desk.samples.phase is Phase.IDLE)
    qtbot.keyClick(ask, Qt.Key.Key_Escape)
    qtbot.waitUntil(window.panel(SamplingPanel).views.model.card.isVisible)
    qtbot.waitUntil(lambda: window.studio.state.sampling.card is not None)
    card = window.studio.state.sampling.card
    assert card is not None
    assert card.name == "pixel-portraits"


def test_a_checkpoint_named_in_the_shell_is_opened_before_the_person(qtbot: QtBot, tmp_path: Path) -> None:
    save_pipeline(tmp_path / "model")
    window = open_window([], [], None, str(tmp_path / "model"))
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: window.studio.state.sampling.card is not None)
    qtbot.waitUntil(window.panel(SamplingPanel).isVisible)
    qtbot.waitUntil(lambda: window.panel(SamplingPanel).run_bar.checkpoint.currentText() == "model")
    assert window.studio.state.sampling.checkpoint == str(tmp_path / "model")
    window.close()


def test_space_plays_t_where_the_sampling_panel_has_no_run(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.panel(SamplingPanel), Qt.Key.Key_Space)
    assert window.panel(TimeBar).playing
    window.panel(TimeBar).stop()


def test_importing_the_panel_imports_no_torch() -> None:
    code = "import sys, ddpm_studio.gui.sampling.wiring; sys.exit('torch' in sys.modules or 'diffusers' in sys.modules)"
    assert run_process([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("name", "asked_for", "written"),
    [
        ("save_samples", "face.png", ["face-1.png", "face-2.png"]),
        ("save_grid", "grid.png", ["grid.png"]),
        ("save_run", "path.gif", ["path.gif"]),
        ("save_tensors", "run.npz", ["run.npz"]),
    ],
)
def test_what_a_run_made_is_saved_from_the_menu_bar(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str, asked_for: str, written: list[str]
) -> None:
    answers, saves, recording = Answers(), window.desk.samples.saves, Recording()
    answers.path, saves.dialogs = str(tmp_path / asked_for), answers  # type: ignore[assignment]
    recording.add(Step(0, 1, 999.0, torch.zeros(2, 3, 4, 5), torch.zeros(2, 3, 4, 5)))
    saves.show_recording(recording)
    with qtbot.waitSignal(saves.said):
        action(window, name).trigger()
    assert sorted(file.name for file in tmp_path.iterdir()) == written
