"""The first start, and later ones: the picture that each shows, with no other read on the way, and what is offered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from ddpm_studio.cli import main
from ddpm_studio.files.decoding import Decoded
from ddpm_studio.files.pictures import read_picture
from ddpm_studio.gui import app
from ddpm_studio.gui.faults.faults import Faults
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture import loading
from ddpm_studio.gui.picture.loading import FIRST_SAMPLE
from ddpm_studio.gui.projects.document import to_text, write_document
from ddpm_studio.gui.projects.session_folder import SessionFolder, sessions_folder
from ddpm_studio.gui.scenes.scene_actions import SceneActions
from ddpm_studio.gui.state.window import State

Start = Callable[..., tuple[State, list[str]]]


@pytest.fixture
def start(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Starts a window, which is closed at once, and says what it showed and which pictures it read."""
    states, read = list[State](), list[str]()

    def noted(path: str, frame: int = 1) -> Decoded:
        read.append(Path(path).name)
        return read_picture(path, frame)

    def close(qapp: QApplication, window: MainWindow, faults: Faults) -> None:
        states.append(window.studio.state)
        window.close()
        raise SystemExit

    def start(*arguments: str) -> tuple[State, list[str]]:
        read.clear()
        with pytest.raises(SystemExit):
            main(arguments)
        return states[-1], list(read)

    monkeypatch.setattr(app, "make_application", lambda _: qapp)
    monkeypatch.setattr(app, "run_until_closed", close)
    monkeypatch.setattr(Faults, "watch", lambda faults: None)
    monkeypatch.setattr(loading, "read_picture", noted)
    return start


@pytest.fixture
def mine(tmp_path: Path) -> str:
    path = tmp_path / "mine.png"
    Image.new("RGB", (8, 8)).save(path)
    return str(path)


def test_the_first_start_shows_the_first_sample(start: Start) -> None:
    state, read = start()
    assert state.picture is not None
    assert (state.picture.name, read, state.undo) == (FIRST_SAMPLE, [FIRST_SAMPLE], None)


def test_questions_are_offered_at_the_first_start_and_no_other(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    offers = list[SceneActions]()
    monkeypatch.setattr(SceneActions, "offer", lambda scenes: offers.append(scenes))
    for arguments in ((), (), ("--no-restore",)):
        start(*arguments)
        assert len(offers) == 1


def test_a_session_shows_its_picture_and_reads_no_other(start: Start, mine: str) -> None:
    assert start(mine)[1] == ["mine.png"]
    state, read = start()
    assert state.picture is not None
    assert (state.picture.name, read) == ("mine.png", ["mine.png"])
    assert start("--no-restore")[1] == [FIRST_SAMPLE]


def test_a_session_that_cannot_be_restored_is_followed_by_the_first_sample(start: Start, mine: str) -> None:
    start(mine)
    session = SessionFolder.latest(sessions_folder())
    assert session is not None
    session.text_file.write_text("{")
    session.release()
    state, read = start()
    assert state.picture is not None
    assert (state.picture.name, read, state.undo) == (FIRST_SAMPLE, [FIRST_SAMPLE], None)


def test_a_project_shows_what_it_holds_and_nothing_else(start: Start, mine: str, tmp_path: Path) -> None:
    project = tmp_path / "work.ddpm"
    project.write_text(to_text(write_document(start(mine)[0], tmp_path)))
    state, read = start(str(project))
    assert state.picture is not None
    assert (state.picture.name, state.changed, set(read)) == ("mine.png", False, {"mine.png"})
    project.write_text(project.read_text().replace('"path": "mine.png"', '"path": "gone.png"'))
    state, read = start(str(project))
    assert (state.picture, FIRST_SAMPLE in read) == (None, False)
