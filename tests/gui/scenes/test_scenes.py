"""Guided questions in the window: their gestures by mouse and keys, and nothing of them in what the person has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.files.places import data_folder
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.projects.project_file import read_project
from ddpm_studio.gui.projects.session_folder import SessionFolder, sessions_folder
from ddpm_studio.gui.restoring import begin_session, is_first_start
from ddpm_studio.gui.scenes.scene_shelf import shelf
from ddpm_studio.gui.scenes.scene_strip import SceneStrip
from ddpm_studio.gui.schedules.card.schedule_card import ScheduleCard
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.timeline.time_bar import TimeBar
from tests.gui.finding import child, with_focus
from tests.gui.scenes.gestures import GESTURES, do
from tests.gui.test_main_window import action, wait
from tests.gui.windows import active_window, settle

OWN = """
order = 0
title = "Mine?"
sentences = ["One."]
gesture = "Go."
reward = "Gone."
show = { schedules = [{ spec = "const:T=9" }], t = 3 }
done = { value = "t", at_least = 8 }
"""


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """A window with two schedules of the person's own, and a step that can be undone."""
    own = [Schedule.parse("jsd:T=50"), Schedule.parse("laplace:T=60")]
    with active_window(qtbot, QSize(1280, 900), own, 7) as window:
        window.studio.set_parameter("T", 40)
        settle()
        yield window


def ask(window: MainWindow) -> SceneStrip:
    """Choose the questions from the menu."""
    action(window, "ask_questions").trigger()
    settle()
    return child(window, SceneStrip)


def press(button: QToolButton) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle()


def by_escape(window: MainWindow) -> None:
    QTest.keyClick(window.panel(TimeBar), Qt.Key.Key_Escape)


def by_the_cross(window: MainWindow) -> None:
    press(child(window, SceneStrip).close_button)


def by_going_on(window: MainWindow) -> None:
    strip = child(window, SceneStrip)
    while strip.isVisible():
        press(strip.next)


def by_undoing_to_the_end(window: MainWindow) -> None:
    """Undo has nothing but the scene's own to undo; the way out is another."""
    for _ in range(9):
        window.studio.undo()
    by_the_cross(window)


WAYS_OUT = (by_escape, by_the_cross, by_going_on, by_undoing_to_the_end)


def test_each_gesture_is_seen_and_next_lights_up(window: MainWindow) -> None:
    window.share_out(QSize(1024, 700))
    settle()
    strip = ask(window)
    assert (len(GESTURES), strip.place.text()) == (7, "1/7")
    for place in range(7):
        assert strip.next.property("role") == ""
        assert (strip.gesture.isVisible(), strip.reward.isVisible()) == (True, False)
        do(window, place)
        assert (strip.gesture.isVisible(), strip.reward.isVisible()) == (False, True), place
        assert strip.next.property("role") == "primary"
        press(strip.next)
    assert not strip.isVisible()


@pytest.mark.parametrize("way_out", WAYS_OUT)
def test_whatever_is_done_in_a_scene_the_person_s_own_comes_back(
    window: MainWindow, way_out: Callable[[MainWindow], None]
) -> None:
    before, title = window.studio.state, window.windowTitle()
    card = child(window, ScheduleCard)
    card.training.set_open(True)
    for place in range(7):
        strip = ask(window)
        for _ in range(place):
            press(strip.next)
        assert window.studio.state.entries != before.entries
        do(window, place)
        window.studio.add(Schedule("cosine", 5))
        assert window.windowTitle() == title
        card.training.set_open(False)
        way_out(window)
        settle()
        assert window.studio.state == before, place
        assert (card.steps.head.isChecked(), card.training.head.isChecked()) == (False, True), place
    window.studio.undo()
    assert str(window.studio.state.entries[0].schedule) == "jsd:T=50"


def test_nothing_of_a_scene_gets_into_the_session(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with active_window(qtbot, QSize(1280, 900), [Schedule.parse("jsd:T=50")], 7) as window:
        begin_session(window, restore=False)
        session = next(SessionFolder._all(sessions_folder())).text_file
        keeper = window._session
        assert keeper is not None

        def written() -> bytes:
            keeper.look()
            qtbot.waitUntil(lambda: keeper._pending is not None and keeper._pending.done())
            return session.read_bytes()

        before = written()
        strip = ask(window)
        for place in range(7):
            do(window, place)
            assert written() == before
            press(strip.next)
        assert written() == before
        ask(window)
        do(window, 0)
    assert session.read_bytes() == before  # Closed in the midst of a scene.


def test_a_project_is_saved_as_the_person_has_it(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    before, path = window.studio.state, tmp_path / "mine.ddpm"
    ask(window)
    do(window, 0)
    window.desk.projects._write(str(path))
    wait(window, qtbot)
    by_the_cross(window)
    state = window.studio.state
    assert (state.project, state.changed, state.document) == (str(path), False, before.document)
    assert [str(entry.schedule) for entry in read_project(path).state.entries] == ["jsd:T=40", "laplace:T=60"]


@pytest.mark.parametrize("name", ["start_afresh", "open_project"])
def test_what_takes_the_place_of_everything_ends_the_questions(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    before = window.studio.state
    window.desk.projects._write(str(tmp_path / "mine.ddpm"))
    wait(window, qtbot)
    strip = ask(window)
    if name == "start_afresh":
        action(window, name).trigger()
    else:
        window.desk.projects.open_path(str(tmp_path / "mine.ddpm"))
        wait(window, qtbot)
    settle()
    assert not strip.isVisible()
    window.studio.undo()
    assert specs(window.studio.state) == specs(before)


def specs(state: State) -> list[str]:
    return [str(entry.schedule) for entry in state.entries]


def test_what_a_scene_shows_can_be_kept_as_one_step(window: MainWindow) -> None:
    before = window.studio.state
    strip = ask(window)
    for _ in range(3):
        press(strip.next)
    do(window, 3)
    press(strip.keep)
    assert not strip.isVisible()
    assert specs(window.studio.state) == [*specs(before), "linear:T=1000", "cosine:T=1000"]
    window.studio.undo()
    assert specs(window.studio.state) == specs(before)


def test_without_room_nothing_is_kept_and_the_scene_stays(window: MainWindow) -> None:
    for _ in range(MAX_SCHEDULES - 3):
        window.studio.duplicate(window.studio.state.selected)
    strip = ask(window)
    for _ in range(3):
        press(strip.next)
    press(strip.keep)
    assert strip.isVisible()
    assert window.toast.text == f"The list has room for {MAX_SCHEDULES} schedules; remove 1 to add these."


def test_back_begins_the_scene_before_anew(window: MainWindow) -> None:
    strip = ask(window)
    assert not strip.back.isEnabled()
    do(window, 0)
    press(strip.next)
    press(strip.back)
    assert window.studio.state.t == 100
    assert strip.next.property("role") == ""


def test_the_picture_is_the_person_s_own_or_a_bundled_one(window: MainWindow) -> None:
    mine = window.studio.state.picture
    ask(window)
    assert window.studio.state.picture is mine
    by_escape(window)
    window.studio.set_picture(None)
    ask(window)
    assert window.studio.state.picture is not None
    by_escape(window)
    assert window.studio.state.picture is None


def test_a_click_leaves_the_keys_where_they_were(window: MainWindow) -> None:
    strip = ask(window)
    bar = window.panel(TimeBar)
    assert with_focus() is bar or bar.isAncestorOf(with_focus())
    press(strip.next)
    assert with_focus() is bar or bar.isAncestorOf(with_focus())


def test_keys_alone_lead_through_the_questions(window: MainWindow) -> None:
    strip = ask(window)
    seen = []
    for _ in range(300):
        QTest.keyClick(with_focus(), Qt.Key.Key_Tab)
        if with_focus().parentWidget() is strip:
            seen.append(with_focus())
        if with_focus() is strip.next:
            break
    assert seen == [strip.next]
    QTest.keyClick(strip.next, Qt.Key.Key_Space)
    settle()
    assert strip.place.text() == "2/7"
    order = []
    for _ in range(4):
        order.append(with_focus())
        QTest.keyClick(with_focus(), Qt.Key.Key_Tab)
    assert order[:3] == [strip.next, strip.keep, strip.close_button]


@pytest.mark.parametrize(("width", "height"), [(960, 600), (1024, 700), (1920, 1200)])
@pytest.mark.parametrize("font_size", [None, 16.0])
def test_the_strip_covers_nothing_and_is_whole(qtbot: QtBot, width: int, height: int, font_size: float | None) -> None:
    window = open_window([], [], None)
    qtbot.addWidget(window)
    window.preferences.change(font_size=font_size)
    window.share_out(QSize(width, height))
    with qtbot.waitExposed(window):
        window.show()
    strip = ask(window)
    for _ in GESTURES:
        box = strip.rect().translated(strip.mapTo(window, strip.rect().topLeft()))
        others = [panel for panel in window._panels.values() if panel is not strip and panel.isVisible()]
        boxes = [panel.rect().translated(panel.mapTo(window, panel.rect().topLeft())) for panel in others]
        assert len(boxes) >= 6
        assert not any(box.intersects(other) for other in boxes)
        assert window.rect().contains(box)
        for label in strip.findChildren(QLabel):
            assert not label.isVisible() or label.height() >= label.heightForWidth(label.width())
        if font_size is None and width >= 1024:
            assert strip.said.height() < 3 * strip.said.fontMetrics().height()  # No word has a third line to itself.
        press(strip.next)
    window.close()


def test_a_scene_s_height_is_the_same_before_and_after_its_gesture(window: MainWindow) -> None:
    strip = ask(window)
    for place in range(7):
        before = strip.geometry()
        do(window, place)
        assert strip.geometry() == before
        press(strip.next)


def test_questions_are_offered_at_the_very_first_start_alone(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    assert is_first_start()
    with active_window(qtbot, QSize(1024, 700)) as window:
        strip = child(window, SceneStrip)
        assert not strip.isVisible()
        begin_session(window, restore=True)
        window.desk.scenes.offer()
        settle()
        assert "Seven questions" in strip.title.text()
        assert len(shelf().scenes) == 7
        press(strip.later)
        assert not strip.isVisible()
        assert window.studio.own is window.studio.state
        assert not is_first_start()
        window.desk.scenes.offer()
        press(strip.start)
        assert strip.place.text() == "1/7"


def test_a_person_s_own_scenes_are_asked_too_and_told_of_if_they_are_none(window: MainWindow) -> None:
    folder = data_folder() / "scenes"
    folder.mkdir(parents=True, exist_ok=True)
    mine, broken = folder / "mine.toml", folder / "broken.toml"
    try:
        mine.write_text(OWN.replace("Mine?", "<b>Mine?</b> β_t"))
        broken.write_text("title = ")
        strip = ask(window)
    finally:
        for each in (mine, broken):
            each.unlink()
    assert strip.place.text() == "1/8"
    assert "&lt;b&gt;Mine?" in strip.title.text()
    assert "broken.toml" in window.toast.text
    assert window.toast.text.endswith("it is not TOML; docs/extending.md shows what is.")


def test_the_second_click_on_start_does_not_end_what_the_first_began(window: MainWindow) -> None:
    strip = window.panel(SceneStrip)
    window.desk.scenes.offer()
    press(strip.start)
    settle()
    for button in (strip.keep, strip.close_button):
        place, left, none = QPointF(button.rect().center()), Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        for kind, held in ((QEvent.Type.MouseButtonDblClick, left), (QEvent.Type.MouseButtonRelease, none)):
            at = place, button.mapToGlobal(place)
            QApplication.sendEvent(button, QMouseEvent(kind, *at, left, held, Qt.KeyboardModifier.NoModifier))
    settle()
    assert strip.place.text() == "1/7"
    press(strip.close_button)
    assert not strip.isVisible()
