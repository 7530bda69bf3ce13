"""Files whose names are not in UTF-8, as those of other machines may be: sessions, projects and lists keep them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.remembered import recalled, remember
from ddpm_studio.checkpoints.trust import is_trusted, keep_trust
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.loading import sample_paths
from ddpm_studio.gui.projects.project_file import read_project
from ddpm_studio.gui.recent import Recent, RecentKind
from ddpm_studio.gui.restoring import begin_session
from tests.checkpoints.tiny import save_pipeline
from tests.gui.projects.test_project_actions import choose, trigger
from tests.gui.test_main_window import wait

NAME = os.fsdecode(b"caf\xe9")
"""In Latin-1."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One of that name, with a picture, a table and a checkpoint of that name."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    folder = tmp_path / NAME
    folder.mkdir()
    shutil.copy(sample_paths()[0], folder / f"{NAME}.png")
    (folder / f"{NAME}.csv").write_text("betas\n0.1\n0.2\n")
    save_pipeline(folder / NAME)
    return folder


@pytest.fixture
def window(folder: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    """One that was given all of them, with a session."""
    window = open_window([], [], None)
    qtbot.addWidget(window)
    window.share_out(QSize(1100, 720))
    begin_session(window, restore=False)
    with qtbot.waitExposed(window):
        window.show()
    for path in (folder / f"{NAME}.png", folder / f"{NAME}.csv", folder / NAME):
        window.desk.files.open_path(str(path))
        wait(window, qtbot)
    qtbot.waitUntil(lambda: not window.desk.busy and window.studio.state.sampling.card is not None)
    yield window
    window.close()


def paths(window: MainWindow) -> tuple[str, str, str]:
    state = window.studio.state
    assert state.picture is not None
    return state.picture.source, state.current.schedule.path, state.sampling.checkpoint


def test_the_session_goes_on_with_them(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    named = paths(window)
    assert all(NAME in Path(path).name for path in named)
    window.close()
    again = open_window([], [], None)
    qtbot.addWidget(again)
    begin_session(again, restore=True)
    assert paths(again) == named
    again.close()


def test_a_project_keeps_them_and_is_of_such_a_name_itself(window: MainWindow, folder: Path, qtbot: QtBot) -> None:
    named, project = paths(window), folder / f"{NAME}.ddpm"
    choose(window, project)
    trigger(window, qtbot, "save_project")
    project.read_text("utf-8")  # Which every other program reads as well.
    opened = read_project(project)
    assert opened.complaints == ()
    assert opened.state.picture is not None
    selected = opened.state.current.schedule.path
    assert (opened.state.picture.source, selected, opened.checkpoint) == named
    window.desk.projects.open_path(str(project))
    wait(window, qtbot)
    assert window.studio.state.project == str(project)
    assert Recent(kind=RecentKind.PROJECTS).paths() == (str(project),)


def test_the_lists_of_recent_files_have_them(window: MainWindow, folder: Path) -> None:
    picture, table, checkpoint = paths(window)
    assert Recent(kind=RecentKind.PICTURES).paths()[0] == picture
    assert Recent(kind=RecentKind.SCHEDULES).paths()[0] == table
    assert Recent(kind=RecentKind.CHECKPOINTS).paths()[0] == checkpoint


def test_what_is_remembered_of_them_and_trusted_is_kept(folder: Path) -> None:
    said = Answers(prediction_type="sample")
    remember(recalled(folder / NAME), said)
    assert recalled(folder / NAME).answers == said
    keep_trust("a" * 64, folder / NAME)
    assert is_trusted("a" * 64)
