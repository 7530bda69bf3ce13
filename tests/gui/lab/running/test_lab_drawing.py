"""Tests of sweeps as a person has them drawn: from the panel, paused, gone on with, and closed on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSize
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Checkpoint, Memory
from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.lab.lab_panel import LabPanel
from ddpm_studio.gui.lab.running.results_reader import Found, ResultsReader
from ddpm_studio.gui.lab.running.sweep_order import Pace, SweepOrder
from ddpm_studio.gui.lab.running.sweep_progress import AT_WORK, SweepPhase, SweepProgress
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.model_place import _fingerprint
from ddpm_studio.lab.outcome import Failed
from ddpm_studio.lab.results.folder_lock import locked
from ddpm_studio.lab.results.own_folder import size_of_results
from ddpm_studio.lab.results.points_database import AskedSweep
from ddpm_studio.lab.results.result_folder import folder_of_results, results_at
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_toml import sweep_text
from tests.gui.windows import active_window, settle
from tests.patience import PATIENCE_S

SIZE = QSize(1280, 800)
REFERENCE = Contender("ddim", "trailing", 4)
QUESTION = sweep_text(Sweep(solvers=("ddim", "heun"), counts=(2, 3), pictures=2, reference=REFERENCE))
POINTS = 6
"""The ways, and the reference with one twice as fine."""


def wait(window: MainWindow, qtbot: QtBot) -> None:
    """Until nothing is being done any more, and all that was found is shown."""
    settle()
    qtbot.waitUntil(lambda: not window.desk.busy, timeout=1000 * PATIENCE_S)
    settle()


def until_done(window: MainWindow, qtbot: QtBot, points: int) -> None:
    """Until so many points are drawn."""
    qtbot.waitUntil(lambda: window.desk.lab.progress.done >= points, timeout=1000 * PATIENCE_S)


def asking(window: MainWindow, folder: Path, question: str = QUESTION) -> LabPanel:
    """The panel in view with a question."""
    window.desk.lab.keep_in(folder)
    window.studio.set_question(question)
    window.bring_up("lab")
    settle()
    return window.panel(LabPanel)


def written(folder: Path) -> dict[str, str]:
    """When each point that is there was drawn, by its digest."""
    with results_at(folder) as database:
        return {key: row.written + row.digest + str(row.whole_s) for key, row in database.rows().items() if row.done}


def both_fail(
    order: SweepOrder, began: Callable[[AskedPoints], None], moved: Callable[[SweepProgress], None], _: TaskMonitor
) -> None:
    """Draw none of two points."""
    points = AskedPoints(order.sweep, "").points[-2:]
    pace = Pace(points, points, Schedule.parse("linear:T=100"), moved)
    for point in points:
        pace.take(point, Failed(f"Seed {point.seed} is none."))


def test_a_sweep_is_drawn_paused_and_gone_on_with_and_is_there_in_the_next_window(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, lab = tmp_path / "lab", window.desk.lab
    panel = asking(window, folder)
    row = panel.run_row
    assert (row.start.text(), row.start.isEnabled(), row.cancel.isEnabled()) == ("Start", True, False)
    row.start.click()
    assert row.start.text() == "Pause"
    until_done(window, qtbot, 1)
    row.start.click()
    wait(window, qtbot)
    first = written(folder)
    assert lab.progress.phase is SweepPhase.PAUSED
    assert row.start.text() == "Go on"
    assert row.status.whole == f"{len(first)} of {POINTS} points, paused"
    assert panel.results is not None
    assert panel.results.done == len(first) >= 1
    row.start.click()
    wait(window, qtbot)
    assert (lab.progress.done, lab.progress.phase) == (POINTS, SweepPhase.IDLE)
    assert written(folder).items() >= first.items(), "nothing is drawn twice"
    assert panel.results.done == POINTS
    assert all(each.row.error is not None for each in panel.results.found)
    assert f"Kept in {folder}, " in row.place.whole
    with active_window(qtbot, SIZE) as other:
        shown = asking(other, folder)
        qtbot.waitUntil(lambda: shown.results is not None, timeout=1000 * PATIENCE_S)
        assert shown.results is not None
        assert shown.results.done == POINTS
        assert shown.run_row.status.whole == f"{POINTS} of {POINTS} points"
    said: list[str] = []
    lab.said.connect(said.append)
    monkeypatch.setattr(SweepOrder, "carry_out", both_fail)
    row.start.click()
    wait(window, qtbot)
    assert said == ["The first to fail: heun · trailing · 2: Seed 0 is none."]


def test_a_window_that_closes_keeps_what_is_done(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    with active_window(qtbot, SIZE) as window:
        asking(window, folder).run_row.start.click()
        until_done(window, qtbot, 1)
    assert not window.desk.busy
    assert 1 <= len(written(folder)) <= POINTS


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"checkpoint": "nowhere.pt"}, "nowhere.pt"),
        ({"device": "mps"}, "mps"),
        ({"conditions": (Conditioned(3),)}, "“conditions” 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    told: list[str] = []
    window.studio.complained.connect(told.append)
    question = sweep_text(Sweep(**{"solvers": ("ddim",), "reference": REFERENCE, **changes}))  # type: ignore[arg-type]
    asking(window, tmp_path / "lab", question).run_row.start.click()
    wait(window, qtbot)
    (said,) = told
    assert sentence in said
    assert "--" not in said
    assert window.desk.lab.progress.phase is SweepPhase.IDLE


def test_best_steps_are_asked_for_beside_those_of_the_sampler_and_a_closed_window_reads_no_more(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    panel, said = asking(window, tmp_path / "lab"), list[str]()
    window.desk.lab.said.connect(said.append)
    for _ in range(2):
        window.desk.lab._show(Found(None, 0, 0.0, gone=True))
    assert said == ["What is kept was drawn with another checkpoint than pixel-portraits is now; Start draws anew"]
    window.bring_up("sampling")
    window.panel(SamplingPanel).details.spacing_row.best.click()
    settle()
    assert window.panel_in_front() == "lab"
    assert panel.best_steps.isVisible()
    wait(window, qtbot)
    window.close()
    window.desk.lab.reader.read_again()
    assert not window.desk.busy


def test_results_of_a_checkpoint_whose_file_is_another_now_are_not_shown_as_its_own(
    qtbot: QtBot, tmp_path: Path
) -> None:
    file, folder, parent = tmp_path / "a.pt", tmp_path / "lab", QObject()
    sweep, reader = Sweep(checkpoint=str(file), solvers=("ddim",)), ResultsReader(parent)

    def found(*, own: bool) -> Found:
        with qtbot.waitSignal(reader.found, timeout=1000 * PATIENCE_S) as told:
            reader.read(folder, sweep, own=own)
        there: Found = told.args[0]
        return there

    file.write_bytes(b"one")
    fingerprint = _fingerprint(str(file), Checkpoint(None, "", "", 0, memory=Memory(file)))  # type: ignore[arg-type]
    with folder_of_results(folder) as made:
        made.database.ask(AskedSweep(sweep_text(sweep), fingerprint, (3, 8, 8)))
    assert found(own=True).results is not None
    file.write_bytes(b"two")
    there = found(own=True)
    assert there.gone
    assert there.results is None
    assert found(own=False).results is not None, "Somebody else's checkpoint lies elsewhere."
    file.unlink()
    assert found(own=True).results is not None, "None has its place."
    reader.rest()


def test_one_folder_has_one_sweep_at_a_time_and_any_number_of_readers(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    folder, told = tmp_path / "lab", list[str]()
    window.studio.complained.connect(told.append)
    panel = asking(window, folder)
    panel.run_row.start.click()
    wait(window, qtbot)
    with locked(folder / "results.lock"):
        panel.run_row.start.click()
        wait(window, qtbot)
        window.desk.lab.forget()
        wait(window, qtbot)
        assert len(told) == 2
        assert all("is being written by another sweep" in each for each in told)
        window.desk.lab.look_at(str(folder))
        settle()
        qtbot.waitUntil(lambda: panel.results is not None, timeout=1000 * PATIENCE_S)
    assert panel.results is not None
    assert panel.results.done == POINTS
    assert not panel.run_row.start.isEnabled(), "others' results are only looked at"
    window.studio.undo()
    wait(window, qtbot)
    window.desk.lab.forget()
    qtbot.waitUntil(lambda: panel.results is None, timeout=1000 * PATIENCE_S)
    assert size_of_results(folder) == 0
    assert len(told) == 2


WINDOW = """
import sys
from collections.abc import Callable
from pathlib import Path
from PySide6.QtCore import QSize
from ddpm_studio.gui.app import make_application, open_window
app = make_application(["lab"])
window = open_window([], [], None)
window.desk.lab.keep_in(Path(sys.argv[1]))
window.studio.set_question(sys.argv[2])
window.desk.lab.progressed.connect(lambda progress: print(progress.done, flush=True))
window.show()
window.desk.lab.start()
app.exec()
"""


@pytest.mark.slow
def test_a_window_that_is_killed_is_gone_on_from(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", WINDOW, str(folder), QUESTION]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        while int(process.stdout.readline() or POINTS) < 1:
            pass
        process.send_signal(signal.SIGKILL)
    first = written(folder)
    assert first
    asking(window, folder).run_row.start.click()
    wait(window, qtbot)
    assert window.desk.lab.progress.done == POINTS
    assert written(folder).items() >= first.items(), "nothing is drawn twice"


@pytest.mark.slow
def test_a_window_does_not_draw_where_the_shell_does(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    folder, question, told = tmp_path / "lab", tmp_path / "question.toml", list[str]()
    question.write_text(QUESTION)
    window.studio.complained.connect(told.append)
    panel = asking(window, folder)
    command = [sys.executable, "-m", "ddpm_studio", "sweep", str(question), "-o", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        qtbot.waitUntil(lambda: panel.results is not None, timeout=1000 * PATIENCE_S)
        if process.poll() is None:
            panel.run_row.start.click()
            qtbot.waitUntil(lambda: window.desk.lab.progress.phase not in AT_WORK, timeout=1000 * PATIENCE_S)
        assert process.wait() == 0
    assert all("is being written by another sweep" in each for each in told)
    window.desk.lab.refresh()
    wait(window, qtbot)
    assert panel.results is not None
    assert panel.results.done == POINTS
