"""Paths as they are typed: what is in a folder is offered, as soon as it is known and for what is typed by then."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.gui.completing import folder_contents, folder_listing
from ddpm_studio.gui.completing.folder_contents import FolderContents, contents_of
from ddpm_studio.gui.completing.offering_line import OfferingLine
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.text.new_line import NewLine
from ddpm_studio.gui.schedules.text.spec_line import SpecLine
from ddpm_studio.gui.steps.steps_line import StepsLine
from ddpm_studio.gui.tasks import TaskQueue
from tests.gui.finding import child
from tests.gui.schedules.lines import column, line, new_line, offers, over
from tests.gui.windows import settle

ENTER, TAB, DOWN, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Escape
STARTS = ("custom:path=", "file:", "karras:steps=10 | join=(file:")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what can be read, what cannot, and what is hidden."""
    for name in ("Betas.csv", "beta.JSON", "picture.png", ".hidden.csv"):
        (tmp_path / name).write_text("0.1\n0.2\n")
    for name in ("below", "sigmas"):
        (tmp_path / name).mkdir()
    (tmp_path / "sigmas" / "of mine, 2.txt").write_text("sigmas\n3\n1\n0\n")
    np.savez(tmp_path / "b.npz", betas=np.array([0.1, 0.2]))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listed(qtbot: QtBot, field: OfferingLine) -> None:
    """Wait until what is typed in a field has been listed."""
    listing = field.folders.listing
    qtbot.waitUntil(lambda: not listing.under_way and not child(listing, TaskQueue).busy)
    settle()


def steps(window: MainWindow) -> list[str]:
    """All steps in the list."""
    return [str(spec) for entry in window.studio.state.entries for spec in entry.steps]


def test_what_can_be_read_there_and_folders_are_offered(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    for start in STARTS:
        of_schedules = ["b.npz"] if start == STARTS[0] else []
        for way in ("", "./", "~/", f"{folder}/"):
            over(new_line(window), start + way)
            listed(qtbot, new_line(window))
            assert offers(new_line(window)) == [*of_schedules, "beta.JSON", "Betas.csv", "below/", "sigmas/"], start
        narrow_down(window, qtbot)


def narrow_down(window: MainWindow, qtbot: QtBot) -> None:
    """Type on behind the name of a folder, and take some of it back."""
    QTest.keyClicks(new_line(window), "bet")
    listed(qtbot, new_line(window))
    assert offers(new_line(window)) == ["beta.JSON", "Betas.csv"]
    QTest.keyClick(new_line(window), Qt.Key.Key_Backspace)
    QTest.keyClick(new_line(window), Qt.Key.Key_Backspace)
    QTest.keyClicks(new_line(window), "e")
    listed(qtbot, new_line(window))
    assert offers(new_line(window)) == ["beta.JSON", "Betas.csv", "below/"]


@pytest.mark.parametrize("field", [line, new_line])
def test_a_path_is_typed_from_folder_to_folder_by_tab(
    window: MainWindow, qtbot: QtBot, folder: Path, field: Callable[[MainWindow], SpecLine | NewLine]
) -> None:
    typed = field(window)
    over(typed, "file:~")
    listed(qtbot, typed)
    for expected in ("file:~/", "file:~/beta.JSON"):
        QTest.keyClick(typed, TAB)
        listed(qtbot, typed)
        assert typed.text() == expected
    over(typed, "file:~/s")
    listed(qtbot, typed)
    for expected in ("file:~/sigmas/", "file:~/sigmas/of mine, 2.txt"):
        QTest.keyClick(typed, TAB)
        listed(qtbot, typed)
        assert typed.text() == expected
    assert offers(typed) == []
    QTest.keyClick(typed, ENTER)
    qtbot.waitUntil(lambda: bool(typed.draft.reason or steps(window)))
    assert typed.draft.reason == ""
    assert steps(window) == ["sigmas:3,1,0"]


def test_a_name_is_written_as_the_text_needs_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("a b.csv", "a,T=5.csv", "100%.csv", "%2C.csv", "a  # b.csv", "(1).csv")):
        folder = tmp_path / str(number)
        (folder / "x" / "deep, T=2").mkdir(parents=True)
        (folder / "x" / "deep, T=2" / name).write_text("0.1\n0.2\n")
        monkeypatch.chdir(folder)
        type_the_only_name(window, qtbot, name)


def type_the_only_name(window: MainWindow, qtbot: QtBot, name: str) -> None:
    over(new_line(window), "custom:path=x/")
    listed(qtbot, new_line(window))
    for _ in range(2):
        QTest.keyClick(new_line(window), TAB)
        listed(qtbot, new_line(window))
    schedule = Schedule.parse(new_line(window).text())
    assert schedule.path == f"x/deep, T=2/{name}"
    QTest.keyClicks(new_line(window), ",snr_shift=2")
    assert Schedule.parse(new_line(window).text()).path == schedule.path


def test_a_name_that_steps_cannot_have_is_not_offered(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a | b.csv", "a).csv", "a(.csv", " a.csv", "a\nb.csv", "a\u202eb.csv", "plain.csv"):
        (tmp_path / name).write_text("1\n")
    monkeypatch.chdir(tmp_path)
    for start in STARTS[1:]:
        over(new_line(window), start)
        listed(qtbot, new_line(window))
        assert offers(new_line(window)) == ["plain.csv"], start


def test_what_is_hidden_is_offered_behind_its_dot(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    over(new_line(window), f"custom:path={folder}/.")
    listed(qtbot, new_line(window))
    assert offers(new_line(window)) == [".hidden.csv"]


def test_a_path_is_completed_where_the_caret_stands_in_it(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    over(new_line(window), "custom:path=~/Bet,snr_shift=4")
    new_line(window).setCursorPosition(len("custom:path=~/Be"))
    QTest.keyClick(new_line(window), Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    listed(qtbot, new_line(window))
    assert offers(new_line(window)) == ["Betas.csv", "beta.JSON", "below/"], "first those with the same capitals"
    QTest.keyClick(new_line(window), DOWN)
    QTest.keyClick(new_line(window), ENTER)
    assert new_line(window).text() == "custom:path=~/Betas.csv,snr_shift=4"


def test_file_is_offered_as_a_name_of_steps(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    over(new_line(window), "fil")
    assert offers(new_line(window)) == ["file"]
    QTest.keyClick(new_line(window), TAB)
    listed(qtbot, new_line(window))
    assert new_line(window).text() == "file:"
    assert offers(new_line(window))[0] == "beta.JSON"
    assert column(new_line(window), 1)[-1] == "a folder"


class Slow:
    """A folder that answers when it is let go, as one on a network that hangs."""

    def __init__(self) -> None:
        self.begun, self.go_on = Event(), Event()

    def contents(self, folder: str) -> FolderContents:
        """What is in a folder, late."""
        if folder.endswith("slow/"):
            self.begun.set()
            assert self.go_on.wait(60)
        return contents_of(folder)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Slow:
    """A folder whose files are not told until it is let go."""
    held = Slow()
    (folder / "slow").mkdir()
    (folder / "slow" / "late.csv").write_text("0.1\n")
    monkeypatch.setattr(folder_listing, "contents_of", held.contents)
    return held


def test_a_folder_that_hangs_does_not_stop_the_typing(window: MainWindow, qtbot: QtBot, slow: Slow) -> None:
    typed = new_line(window)
    over(typed, "custom:path=slow/")
    qtbot.waitUntil(slow.begun.is_set)
    settle()
    assert offers(typed) == []
    QTest.keyClicks(typed, "la")
    slow.go_on.set()
    listed(qtbot, typed)
    assert offers(typed) == ["late.csv"], "for the text that is typed by then"


@pytest.mark.parametrize("end", [ESCAPE, ENTER, Qt.Key.Key_Home])
def test_what_comes_late_is_not_offered_for_what_is_done_with(
    window: MainWindow, qtbot: QtBot, slow: Slow, end: Qt.Key
) -> None:
    typed = new_line(window)
    over(typed, "custom:path=slow/")
    qtbot.waitUntil(slow.begun.is_set)
    QTest.keyClick(typed, end)
    slow.go_on.set()
    listed(qtbot, typed)
    assert offers(typed) == []


def test_of_large_folders_some_are_offered(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(70):
        (tmp_path / f"{number:03}.csv").touch()
    over(new_line(window), f"custom:path={tmp_path}/")
    listed(qtbot, new_line(window))
    assert offers(new_line(window)) == [f"{number:03}.csv" for number in range(folder_contents.MOST_OFFERED)]
    monkeypatch.setattr(folder_contents, "MOST_READ", 9)
    assert len(contents_of(str(tmp_path)).files) == 9


def test_what_cannot_be_listed_offers_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    for path in ("nowhere/", "file/", "\0/"):
        assert contents_of(str(tmp_path / path)) == FolderContents()
    assert contents_of(f"{tmp_path}/") == FolderContents((), ("file",)), "neither pipes nor links that lead nowhere"


def test_a_path_is_offered_in_a_line_of_steps_too(qtbot: QtBot, folder: Path) -> None:
    typed = StepsLine(Schedule)
    qtbot.addWidget(typed)
    typed.show()
    typed.activateWindow()
    qtbot.waitUntil(typed.isActiveWindow)
    typed.setFocus()
    QTest.keyClicks(typed, "file:sig")
    listed(qtbot, typed)
    QTest.keyClick(typed, TAB)
    listed(qtbot, typed)
    QTest.keyClick(typed, TAB)
    listed(qtbot, typed)
    assert StepsSpec.parse(typed.text()).files == ("sigmas/of mine, 2.txt",)
