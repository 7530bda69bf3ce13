"""Tests of kept runs as a person comes by them: with the bundled model, in a window, and in the next one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Checkpoint, read_checkpoint
from ddpm_studio.diffusion import Schedule
from ddpm_studio.files.kept.kept_folder import KeptFolder
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.loading import FIRST_SAMPLE
from ddpm_studio.gui.sampling.kept.card_delegate import title_lines
from ddpm_studio.gui.sampling.kept.run_card import RunCard
from ddpm_studio.gui.sampling.kept.runs_page import RunsPage
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.shown_picture import Picture
from tests.gui.windows import active_window, settle

SIZE = QSize(1389, 868)
Key = Qt.Key


@pytest.fixture
def folder(tmp_path: Path) -> KeptFolder:
    return KeptFolder(tmp_path / "runs")


@pytest.fixture
def window(qtbot: QtBot, folder: KeptFolder) -> Iterator[MainWindow]:
    with active_window(qtbot, SIZE, [Schedule("linear", 1000), Schedule("cosine", 1000)]) as window:
        yield begun(window, folder, qtbot)


def begun(window: MainWindow, folder: KeptFolder, qtbot: QtBot) -> MainWindow:
    """The window, with the cards in view and small runs set up."""
    window.desk.kept.keep_in(folder)
    window.bring_up("sampling")
    setup = window.desk.samples.setup
    setup.change_setting("pictures", 2)
    setup.change_line("solver", "ddim")
    setup.change_line("steps", 2)
    wait(window, qtbot)
    window.panel(SamplingPanel).view_bar.pages.chosen.emit(Page.RUNS)
    wait(window, qtbot)
    return window


def wait(window: MainWindow, qtbot: QtBot) -> None:
    """Until nothing is being done any more."""
    settle()
    qtbot.waitUntil(lambda: not window.desk.busy)
    settle()
    qtbot.waitUntil(lambda: not window.desk.busy)


def page_of(window: MainWindow) -> RunsPage:
    return window.panel(SamplingPanel).views.runs


def run(window: MainWindow, qtbot: QtBot, **line: object) -> RunCard:
    """Press Run, and the card that comes of it."""
    for name, value in line.items():
        window.desk.samples.setup.change_line(name, value)
    wait(window, qtbot)
    before = len(window.desk.kept.cards)
    page = window.panel(SamplingPanel)
    page.run_bar.buttons.run.click()
    qtbot.waitUntil(lambda: len(window.desk.kept.cards) > before)
    wait(window, qtbot)
    page.view_bar.pages.chosen.emit(Page.RUNS)
    wait(window, qtbot)
    return window.desk.kept.cards[0]


def choose(window: MainWindow, qtbot: QtBot, row: int) -> RunCard:
    """Click a card."""
    cards = page_of(window).cards
    index = cards.model().index(row, 0)
    cards.scrollTo(index)
    QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, pos=cards.visualRect(index).center())
    wait(window, qtbot)
    assert cards.card is not None
    return cards.card


def press(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> None:
    """Press a key in the list of cards."""
    page_of(window).cards.setFocus()
    QTest.keyClick(page_of(window).cards, key)
    wait(window, qtbot)


def test_a_run_becomes_a_card_that_says_what_was_run(window: MainWindow, qtbot: QtBot) -> None:
    assert page_of(window).empty.isVisible()
    card = run(window, qtbot)
    assert (card.title, card.kept.calls, card.kept.complete) == ("ddim · 2", 2, True)
    assert card.kept.thumbnail.shape == (2, 16, 16, 3)
    for told in ("pixel-portraits", "trailing:steps=2", "seed: 0", "pictures: 2", "its own schedule"):
        assert told in card.description
    assert page_of(window).swipe.count == 2
    assert page_of(window).difference.text() == "The settings are those of this run."


def test_the_distance_to_the_pinned_run_is_that_of_the_comparison(window: MainWindow, qtbot: QtBot) -> None:
    setup = window.desk.samples.setup
    setup.add_line()
    setup.change_line("steps", 3)
    run(window, qtbot)
    qtbot.waitUntil(lambda: len(window.desk.kept.cards) == 2)
    recorded = window.desk.samples.recorded_run()
    assert recorded is not None
    rms = recorded[1].measures(1)[-1].rms_to_first
    first = choose(window, qtbot, 1)
    press(window, qtbot, Key.Key_P)
    other, pinned = window.desk.kept.cards
    assert pinned.is_pinned
    assert (pinned.key, pinned.aside) == (first.key, "pinned")
    assert other.distance == pytest.approx(rms, rel=1e-6)
    press(window, qtbot, Key.Key_P)
    assert [card.aside for card in window.desk.kept.cards] == ["—", "—"]


@pytest.fixture
def latents(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bundled network works in latents, each of which is decoded into two by two pixels."""
    from ddpm_studio.gui.worker import torch_backend

    def read(*given: Any, **said: Any) -> Checkpoint:
        checkpoint = read_checkpoint(*given, **said)
        decoding = replace(checkpoint.denoiser, decoder=lambda z: z.repeat_interleave(2, 2).repeat_interleave(2, 3))
        return replace(checkpoint, denoiser=decoding)

    monkeypatch.setattr(torch_backend, "read_checkpoint", read)


def test_runs_of_latents_are_seen_as_pictures_and_compared_as_latents(
    latents: None, window: MainWindow, qtbot: QtBot, folder: KeptFolder
) -> None:
    setup = window.desk.samples.setup
    setup.add_line()
    setup.change_line("steps", 3)
    run(window, qtbot)
    qtbot.waitUntil(lambda: len(window.desk.kept.cards) == 2)
    recorded = window.desk.samples.recorded_run()
    assert recorded is not None
    choose(window, qtbot, 1)
    press(window, qtbot, Key.Key_P)
    other = choose(window, qtbot, 0)
    assert other.distance == pytest.approx(recorded[1].measures(1)[-1].rms_to_first, rel=1e-6)
    assert page_of(window).swipe.swipes
    kept = folder.pictures(other.key)
    assert (kept.x.shape, kept.seen.shape) == ((2, 3, 16, 16), (2, 32, 32, 3))


def test_other_noise_has_no_distance_and_says_why(window: MainWindow, qtbot: QtBot) -> None:
    run(window, qtbot)
    press(window, qtbot, Key.Key_P)
    window.desk.samples.setup.change_setting("seed", 5)
    card = run(window, qtbot)
    assert card.aside == "—"
    assert "other seed" in card.about_distance


def test_a_title_has_two_lines_where_one_has_no_room_and_keeps_its_end(qapp: QApplication) -> None:
    metrics = QFontMetrics(qapp.font())
    width = metrics.horizontalAdvance
    assert title_lines("ddim · 20", metrics, width("ddim · 20")) == ("ddim · 20",)
    assert title_lines("dpm-solver++ order 3 · 20", metrics, width("dpm-solver++")) == ("dpm-solver++", "order 3 · 20")
    (cut,) = title_lines("unbroken" * 9, metrics, 60)
    first, rest = title_lines("one " + "more" * 9 + " · 20", metrics, 90)
    assert width(cut) <= 60
    assert (first, rest.endswith("20"), width(rest) <= 90) == ("one", True, True)


def test_the_next_window_finds_the_cards_their_names_and_the_pin(
    window: MainWindow, qtbot: QtBot, folder: KeptFolder
) -> None:
    run(window, qtbot)
    run(window, qtbot, steps=3)
    choose(window, qtbot, 0)
    press(window, qtbot, Key.Key_P)
    press(window, qtbot, Key.Key_F2)
    editor = page_of(window).cards.findChild(QLineEdit)
    assert editor is not None
    editor.setText("the good one")
    QTest.keyClick(editor, Key.Key_Return)
    wait(window, qtbot)
    window.close()
    with active_window(qtbot, SIZE) as second:
        begun(second, KeptFolder(folder.root), qtbot)
        named, other = second.desk.kept.cards
        assert (named.title, named.is_pinned, other.title) == ("the good one", True, "ddim · 2")
        choose(second, qtbot, 1)
        assert page_of(second).swipe.swipes


def test_a_run_that_ends_as_the_window_closes_is_kept(window: MainWindow, qtbot: QtBot, folder: KeptFolder) -> None:
    with qtbot.waitSignal(window.desk.samples.drawn):
        window.desk.samples.run()
    window.close()
    assert len(folder.runs()[0]) == 1


def test_two_windows_keep_their_runs_in_one_folder(window: MainWindow, qtbot: QtBot, folder: KeptFolder) -> None:
    run(window, qtbot)
    with active_window(qtbot, SIZE) as second:
        begun(second, KeptFolder(folder.root), qtbot)
        run(second, qtbot)
        assert len(second.desk.kept.cards) == 2
    window.activateWindow()
    window.desk.kept.refresh()
    wait(window, qtbot)
    assert len(window.desk.kept.cards) == 2


def test_a_run_is_set_up_again_in_one_step_and_its_differences_are_told(window: MainWindow, qtbot: QtBot) -> None:
    key = window.studio.state.entries[1].key
    run(window, qtbot, along=key)
    window.desk.samples.setup.change_line("along", None)
    window.desk.samples.setup.change_setting("seed", 9)
    window.desk.samples.setup.change_line("solver", "heun")
    wait(window, qtbot)
    said = page_of(window).difference.text()
    for told in ("solver ddim (now heun)", "along cosine:T=1000 (now its own schedule)", "seed 0 (now 9)"):
        assert told in said
    before = window.studio.state.sampling
    QTest.mouseClick(page_of(window).use, Qt.MouseButton.LeftButton)
    wait(window, qtbot)
    line = window.studio.state.sampling.line
    assert (line.solver, line.steps, line.along, window.studio.state.sampling.seed) == ("ddim", 2, key, 0)
    assert len(window.studio.state.entries) == 2
    assert page_of(window).difference.text() == "The settings are those of this run."
    window.studio.undo()
    assert window.studio.state.sampling.choices == before.choices


def test_a_schedule_that_is_gone_comes_back_with_the_run_along_it(window: MainWindow, qtbot: QtBot) -> None:
    key = window.studio.state.entries[1].key
    run(window, qtbot, along=key)
    window.studio.remove(key)
    wait(window, qtbot)
    QTest.mouseClick(page_of(window).use, Qt.MouseButton.LeftButton)
    wait(window, qtbot)
    state = window.studio.state
    along = next(entry for entry in state.entries if entry.key == state.sampling.line.along)
    assert along.schedule == Schedule("cosine", 1000)
    assert len(state.entries) == 2


def test_run_again_draws_the_same_pictures(window: MainWindow, qtbot: QtBot, folder: KeptFolder) -> None:
    first = run(window, qtbot)
    window.desk.samples.setup.change_setting("seed", 3)
    wait(window, qtbot)
    QTest.mouseClick(page_of(window).again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.desk.kept.cards) == 2)
    wait(window, qtbot)
    again = window.desk.kept.cards[0]
    assert np.array_equal(folder.pictures(again.key).x, folder.pictures(first.key).x)
    _run_again_from_a_picture(window, qtbot, folder)


def _run_again_from_a_picture(window: MainWindow, qtbot: QtBot, folder: KeptFolder) -> None:
    """One that is known here is brought back; without it nothing is drawn."""
    window.desk.pictures.show_first_picture()
    window.desk.samples.setup.change_setting("from_picture", True)
    begun = run(window, qtbot)
    assert "begun from: a noised picture" in begun.description
    window.studio.set_picture(Picture("gone.png", np.zeros((2, 2, 3), np.float32), (2, 2)))
    other = run(window, qtbot)
    assert other.kept.noise != begun.kept.noise
    for _ in range(2):
        choose(window, qtbot, 1)
        QTest.mouseClick(page_of(window).again, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: len(window.desk.kept.cards) == 5)
        wait(window, qtbot)
    assert len(window.desk.kept.cards) == 5
    assert window.studio.state.picture is not None
    assert window.studio.state.picture.name == FIRST_SAMPLE, "that of the other is not known"
    again = window.desk.kept.cards[0]
    assert np.array_equal(folder.pictures(again.key).x, folder.pictures(begun.key).x)


def test_the_handle_and_s_swipe_against_the_pinned_run(window: MainWindow, qtbot: QtBot) -> None:
    run(window, qtbot)
    press(window, qtbot, Key.Key_P)
    run(window, qtbot, steps=3)
    choose(window, qtbot, 0)
    cards, swipe = page_of(window).cards, page_of(window).swipe
    assert swipe.swipes
    swipe.move_to(1.0)
    pinned = swipe.grab().toImage()
    swipe.move_to(0.0)
    chosen = swipe.grab().toImage()
    assert pinned != chosen
    QTest.keyPress(cards, Key.Key_S)
    held = swipe.grab().toImage()
    QTest.keyRelease(cards, Key.Key_S)
    assert swipe.grab().toImage() == chosen
    assert held != chosen
    middle = swipe.rect().center()
    QTest.mousePress(swipe, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(swipe, middle + QPoint(10, 0))
    QTest.mouseMove(swipe, middle)
    QTest.mouseRelease(swipe, Qt.MouseButton.LeftButton, pos=middle)
    assert swipe.share == pytest.approx(0.5, abs=0.1)
    QTest.keyClick(swipe, Key.Key_End)
    assert swipe.share == 1.0
    QTest.keyClick(swipe, Key.Key_Left)
    assert swipe.share == pytest.approx(0.95)


def test_a_forgotten_run_comes_back_by_undo(window: MainWindow, qtbot: QtBot) -> None:
    run(window, qtbot)
    press(window, qtbot, Key.Key_Delete)
    assert not window.desk.kept.cards
    assert page_of(window).empty.isVisible()
    (undo,) = (button for button in window.toast.findChildren(QToolButton) if button.text() == "Undo")
    undo.click()
    wait(window, qtbot)
    assert len(window.desk.kept.cards) == 1


def test_a_lower_limit_in_the_preferences_lets_the_oldest_go(window: MainWindow, qtbot: QtBot) -> None:
    run(window, qtbot)
    press(window, qtbot, Key.Key_P)
    for steps in (3, 4):
        run(window, qtbot, steps=steps)
    window.preferences.change(kept_runs=2)
    wait(window, qtbot)
    assert [card.title for card in window.desk.kept.cards] == ["ddim · 4", "ddim · 2"]
    window.preferences.change(kept_runs=0)
    wait(window, qtbot)
    window.desk.samples.run()
    wait(window, qtbot)
    assert [card.title for card in window.desk.kept.cards] == ["ddim · 2"]


def test_a_stopped_run_is_kept_as_what_it_is(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.samples.setup.change_line("steps", 5)
    window.desk.samples.step()
    qtbot.waitUntil(lambda: window.desk.samples.phase.name == "PAUSED")
    window.desk.samples.stop()
    qtbot.waitUntil(lambda: len(window.desk.kept.cards) == 1)
    card = window.desk.kept.cards[0]
    assert (card.kept.calls, card.kept.total, card.kept.complete) == (1, 5, False)
    assert "stopped at call 1 of 5" in card.facts


def test_of_runs_that_follow_a_slider_only_the_last_is_kept(window: MainWindow, qtbot: QtBot) -> None:
    kept, samples = window.desk.kept, window.desk.samples
    kept.resting.setInterval(100_000)
    samples.live.set_live(True)
    for t in (900, 800, 700):
        with qtbot.waitSignal(samples.drawn):
            window.studio.set_parameter("T", t)
    wait(window, qtbot)
    assert not kept.cards
    kept.resting.setInterval(0)
    window.studio.set_adjusting(True)
    wait(window, qtbot)
    assert not kept.cards
    window.studio.set_adjusting(False)
    kept.resting.start()
    qtbot.waitUntil(lambda: len(kept.cards) == 1)
    assert "T=700" in kept.cards[0].description


def test_damaged_files_are_told_and_the_others_are_there(window: MainWindow, qtbot: QtBot, folder: KeptFolder) -> None:
    first = run(window, qtbot)
    run(window, qtbot)
    file = folder.root / f"{first.key}.npz"
    file.write_bytes(file.read_bytes()[:500])
    window.desk.kept.refresh()
    wait(window, qtbot)
    assert len(window.desk.kept.cards) == 1
    assert "1 cannot be read" in page_of(window).room.whole
