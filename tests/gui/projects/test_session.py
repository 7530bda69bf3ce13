"""Sessions: what a window held is there again at the next start, however the last one ended."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.remembered import recalled
from ddpm_studio.diffusion import Schedule
from ddpm_studio.files.places import log_folder
from ddpm_studio.gui.actions import FILE
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.projects import session_folder
from ddpm_studio.gui.projects.session_folder import LIMIT, Mark, SessionFolder, sessions_folder, set_aside_file
from ddpm_studio.gui.restoring import MOST_TRIES, OPENING_CHECKPOINT, STARTING, begin_session
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.widgets.number_box import NumberBox
from tests.checkpoints.tiny import save_pipeline
from tests.gui.finding import child
from tests.gui.projects.test_project_actions import choose
from tests.gui.test_main_window import wait

PROCESS = 2**22 + 1
"""The number of no process that is running."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    return tmp_path


class Windows:
    """Starts windows one after the other, or side by side."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.open = qtbot, list[MainWindow]()

    def start(self, *schedules: Schedule, restore: bool = True) -> MainWindow:
        window = open_window([], schedules, None)
        self.qtbot.addWidget(window)
        window.share_out(QSize(1100, 720))
        begin_session(window, restore and not schedules)
        with self.qtbot.waitExposed(window):
            window.show()
        self.open.append(window)
        return window


@pytest.fixture
def windows(qtbot: QtBot) -> Iterator[Windows]:
    windows = Windows(qtbot)
    yield windows
    for window in windows.open:
        window.close()


def specs(window: MainWindow) -> list[str]:
    return [str(entry.schedule) for entry in window.studio.state.entries]


def test_the_next_window_goes_on_where_the_last_one_was_closed(windows: Windows) -> None:
    first = windows.start()
    first.studio.add(Schedule("cosine", 700), name="mine")
    first.studio.set_t(123)
    first.bring_up("values")
    first.desk.dialogs.folders["Open"] = "/tmp"
    first.close()
    second = windows.start()
    state = second.studio.state
    assert [entry.name for entry in state.entries] == ["", "mine"]
    assert (state.t, state.current.name) == (123, "mine")
    assert second.desk.dialogs.folders == {"Open": "/tmp"}
    assert second.panel_in_front() == "values"
    assert state.undo is None


def into_the_line(window: MainWindow) -> QWidget:
    return window.panel(SchedulesPanel).list.view.line


def into_the_number(window: MainWindow) -> QWidget:
    fields = window.panel(SchedulesPanel).findChildren(ParameterField)
    return child(next(field for field in fields if field.key == "T"), NumberBox)


def into_the_new_line(window: MainWindow) -> QWidget:
    return window.panel(SchedulesPanel).list.new_line


def by_the_window(window: MainWindow) -> None:
    window.close()


def by_a_signal(window: MainWindow) -> None:
    QApplication.closeAllWindows()  # The rest of what a signal does would end the event loops of the tests.


TYPED = {
    "a name": (into_the_line, " # my name", [("linear:T=300", "my name")]),
    "a number": (into_the_number, "777", [("linear:T=777", "")]),
    "a new line": (into_the_new_line, "jsd:T=7", [("linear:T=300", ""), ("jsd:T=7", "")]),
    "no schedule": (into_the_line, ",beta_end=x", [("linear:T=300", "")]),
}


@pytest.mark.parametrize("close", [by_the_window, by_a_signal])
@pytest.mark.parametrize(("find", "text", "kept"), TYPED.values(), ids=list(TYPED))
def test_what_is_half_typed_when_the_window_closes_counts_as_if_it_had_been_left(
    windows: Windows,
    qtbot: QtBot,
    find: Callable[[MainWindow], QWidget],
    text: str,
    kept: list[tuple[str, str]],
    close: Callable[[MainWindow], None],
) -> None:
    first = windows.start(Schedule("linear", 300))
    first.activateWindow()
    qtbot.waitUntil(first.isActiveWindow)
    field = find(first)
    field.setFocus()
    if isinstance(field, NumberBox):
        field.selectAll()
    else:
        QTest.keyClick(field, Qt.Key.Key_End)
    QTest.keyClicks(field, text)
    close(first)
    assert [(str(entry.schedule), entry.name) for entry in windows.start().studio.state.entries] == kept


def test_nothing_is_restored_when_something_is_named_or_not_wanted(windows: Windows) -> None:
    first = windows.start()
    first.studio.add(Schedule("cosine", 700))
    first.close()
    assert specs(windows.start(Schedule("vp", 10))) == ["vp:T=10"]
    assert specs(windows.start(restore=False)) == ["linear:T=300"]
    assert specs(windows.start()) == ["linear:T=300", "cosine:T=700"]


def test_two_windows_keep_sessions_of_their_own(windows: Windows) -> None:
    both = [windows.start(), windows.start()]
    for number, window in enumerate(both, 1):
        window.studio.set_parameter("T", 10 * number)
    for window in both:
        window.close()
    assert sorted(specs(windows.start()) + specs(windows.start())) == ["linear:T=10", "linear:T=20"]


def test_changes_are_written_without_being_asked(windows: Windows, qtbot: QtBot) -> None:
    window = windows.start()
    window.studio.set_parameter("T", 55)
    folder = next(sessions_folder().iterdir())
    text = folder / "session.ddpm"
    qtbot.waitUntil(lambda: text.exists() and "linear:T=55" in text.read_text())
    assert json.loads(text.read_text())["format"] == "ddpm-studio project"


def test_a_table_that_is_gone_keeps_its_place_from_start_to_start(windows: Windows, home: Path) -> None:
    path = home / "mine.csv"
    path.write_text("betas\n0.1\n0.2\n")
    windows.start(Schedule.parse(f"custom:path={path}")).close()
    path.unlink()
    for _ in range(3):
        window = windows.start()
        assert specs(window) == [f"custom:path={path}"]
        assert f"{path} is gone" in window.toast.text
        window.studio.set_t(2)
        window.close()
    path.write_text("betas\n0.1\n0.2\n")
    assert not windows.start().toast.isVisible()


def test_a_project_that_is_gone_is_missed_at_the_next_start(windows: Windows, home: Path) -> None:
    project = home / "work.ddpm"
    first = windows.start()
    first.studio.set_parameter("T", 44)
    choose(first, project)
    first.desk.projects.save_project()
    wait(first, windows.qtbot)
    first.close()
    second = windows.start()
    assert (second.windowTitle(), second.isWindowModified()) == ("work.ddpm[*]", False)
    assert not second.toast.isVisible()
    second.close()
    project.unlink()
    third = windows.start()
    assert (third.windowTitle(), third.isWindowModified(), specs(third)) == ("work.ddpm[*]", True, ["linear:T=44"])
    assert third.toast.text == f"{project} is gone; what it held is still here, and saving writes it again."
    third.desk.projects.save_project()
    wait(third, windows.qtbot)
    assert project.exists()
    assert not third.studio.state.changed


def test_a_session_that_holds_a_table_of_something_else_goes_on(windows: Windows, qtbot: QtBot) -> None:
    """It was accepted once, and is what the last window showed."""
    windows.start(Schedule.from_betas(Schedule("linear", 1000).coefficients.alphas_cumprod)).close()
    second = windows.start()
    assert second.studio.state.current.schedule.trained_betas[0] == 0.9999
    assert not second.toast.isVisible()
    second.close()
    end_while(STARTING, crash=True)
    third = windows.start()
    third.menus[FILE].aboutToShow.emit()
    third.menus.action("open_set_aside").trigger()
    wait(third, qtbot)
    assert third.studio.state.current.schedule.trained_betas[0] == 0.9999


def broken(text: str) -> None:
    """Let the last session hold this text."""
    root = sessions_folder()
    session = SessionFolder.latest(root)
    assert session is not None
    session.text_file.write_bytes(text.encode("latin-1"))
    session.release()


def end_while(stage: str, crash: bool, tries: int = 1) -> None:
    """Let the process that had the last session have ended while it did this."""
    session = SessionFolder.latest(sessions_folder())
    assert session is not None
    session.set_mark(Mark(stage, PROCESS, tries))
    session.release()
    log_folder().mkdir(parents=True, exist_ok=True)
    (log_folder() / f"crash-{PROCESS}.log").write_text("Fatal Python error" if crash else "")


@pytest.mark.parametrize("lock", ["", "\0\xff"])
def test_a_session_whose_lock_names_nobody_is_taken_up_once_the_lock_is_old(windows: Windows, lock: str) -> None:
    """It was torn, as by a power cut; one that is made just now may have its content in a moment."""
    windows.start(restore=False).close()
    folder = next(sessions_folder().iterdir())
    (folder / "lock").write_text(lock)
    assert SessionFolder.latest(sessions_folder()) is None
    os.utime(folder / "lock", (0, 0))
    session = SessionFolder.latest(sessions_folder())
    assert session is not None
    session.release()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "ddpm-studio project"}', "\0\xff"])
def test_a_damaged_session_costs_no_start(windows: Windows, text: str) -> None:
    windows.start(restore=False).close()
    broken(text)
    assert specs(windows.start()) == ["linear:T=300"]


def test_a_session_that_ended_the_program_is_set_aside_and_offered(windows: Windows, qtbot: QtBot) -> None:
    first = windows.start()
    first.studio.add(Schedule("cosine", 700))
    first.close()
    end_while(STARTING, crash=True)
    second = windows.start()
    assert specs(second) == ["linear:T=300"]
    assert "was set aside" in second.toast.text
    action = second.menus.action("open_set_aside")
    second.menus[FILE].aboutToShow.emit()
    assert action.isEnabled()
    action.trigger()
    wait(second, qtbot)
    assert specs(second) == ["linear:T=300", "cosine:T=700"]
    assert str(second.studio.state.undo) == "opening set-aside.ddpm"
    second.studio.undo()
    assert specs(second) == ["linear:T=300"]


def test_no_session_is_offered_where_none_was_set_aside(windows: Windows) -> None:
    window = windows.start()
    window.menus[FILE].aboutToShow.emit()
    action = window.menus.action("open_set_aside")
    assert (action.isEnabled(), action.toolTip()) == (False, "No session has been set aside.")
    window.studio.set_parameter("T", 5)
    QCoreApplication.processEvents()
    assert not action.isEnabled()


def test_a_killed_start_is_tried_again_once(windows: Windows) -> None:
    first = windows.start()
    first.studio.set_parameter("T", 77)
    first.close()
    end_while(STARTING, crash=False)
    second = windows.start()
    assert specs(second) == ["linear:T=77"]
    second.close()
    end_while(STARTING, crash=False, tries=MOST_TRIES)
    assert specs(windows.start()) == ["linear:T=300"]


def test_what_was_answered_is_there_at_the_next_start(windows: Windows, home: Path, qtbot: QtBot) -> None:
    said, model = Answers(prediction_type="sample"), str(save_pipeline(home / "model"))
    first = windows.start()
    first.desk.samples.checkpoints.choose(model)
    qtbot.waitUntil(lambda: first.studio.state.sampling.card is not None and not first.desk.busy)
    first.desk.samples.checkpoints.answer(said)
    qtbot.waitUntil(lambda: first.studio.state.sampling.answers == said)
    first.close()
    second = windows.start()
    assert second.studio.state.sampling.subject == (model, said)
    second.desk.samples.checkpoints.open_chosen()
    qtbot.waitUntil(lambda: second.studio.state.sampling.card is not None)
    card = second.studio.state.sampling.card
    assert card is not None
    assert card.answers == said
    assert recalled(Path(model)).answers == Answers(), "nothing has drawn with it"


def test_a_checkpoint_that_ended_the_program_is_not_opened_again(windows: Windows, home: Path, qtbot: QtBot) -> None:
    (home / "model.pt").write_bytes(b"\x80\x02}q\x00.")
    first = windows.start()
    first.desk.samples.checkpoints.take_up(str(home / "model.pt"), waiting=True)
    first.bring_up("sampling")
    first.close()
    end_while(OPENING_CHECKPOINT, crash=True)
    second = windows.start()
    assert second.studio.state.sampling.checkpoint == str(home / "model.pt")
    assert second.desk.samples.checkpoints.number == 0
    assert "model.pt" in second.toast.text


def test_the_mark_goes_once_the_window_is_there(windows: Windows, qtbot: QtBot) -> None:
    windows.start().close()
    mark = next(sessions_folder().iterdir()) / "restoring"
    hidden = open_window([], [], None)
    qtbot.addWidget(hidden)
    begin_session(hidden, restore=True)
    assert mark.exists()
    hidden.close()
    assert not mark.exists()
    windows.start()
    qtbot.waitUntil(lambda: not mark.exists())


def test_only_the_latest_sessions_are_kept(windows: Windows) -> None:
    root = sessions_folder()
    for _ in range(LIMIT + 5):
        session = SessionFolder.new(root)
        session.write("{}")
        session.release()
    assert len(list(root.iterdir())) == LIMIT


def test_without_a_place_to_keep_it_the_window_opens_all_the_same(
    windows: Windows, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "state").write_text("a file")
    assert specs(windows.start()) == ["linear:T=300"]


def test_everything_can_be_forgotten(windows: Windows) -> None:
    first = windows.start()
    first.close()
    set_aside_file(sessions_folder()).write_text("{}")
    session_folder.forget_sessions(sessions_folder())
    assert list(sessions_folder().iterdir()) == []
