"""The training side of the equation, and the training part of the chosen line's card, in the whole window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.equation.training_factor import lines_of
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.projects.document import read_document, write_document
from ddpm_studio.gui.schedules.card.training_part import TrainingPart
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.window import Side, State
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.seed_field import SeedField
from ddpm_studio.numerals import brief
from tests.gui.windows import active_window, show_change

LEFT = Qt.MouseButton.LeftButton
SCHEDULES = [Schedule("cosine", 1000, {"s": 0}), Schedule("flow", 1000), Schedule("linear", 1000)]
TRAINED = [Objective("v_prediction"), Objective("flow_prediction"), Objective()]
SIZES = [QSize(960, 600), QSize(1024, 700), QSize(1440, 900)]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1440, 900), SCHEDULES) as window:
        for entry, train in zip(window.studio.state.entries, TRAINED, strict=True):
            window.studio.set_objective(train, entry.key)
        window.studio.select(window.studio.state.entries[0].key)
        window.studio.set_t(600)
        show_change(window, qtbot)
        yield window


@pytest.fixture
def panel(window: MainWindow) -> EquationPanel:
    return window.panel(EquationPanel)


def turn_to(panel: EquationPanel, side: Side) -> None:
    QTest.mouseClick(panel.sides.buttons[side], LEFT)
    QApplication.processEvents()


def part(window: MainWindow) -> TrainingPart:
    return window.panel(SchedulesPanel).training


def box(window: MainWindow, name: str) -> QComboBox:
    return next(each for each in part(window).findChildren(QComboBox) if each.accessibleName() == name)


@pytest.mark.parametrize("size", [QSize(1440, 900), QSize(1920, 1200)])
def test_the_choice_of_a_side_lies_at_the_right_without_a_picture_too(
    window: MainWindow, qtbot: QtBot, size: QSize
) -> None:
    """As wide as its names, so that the same place has it on every side."""
    window.resize(size)
    panel, places = window.panel(EquationPanel), set[tuple[int, int]]()
    for side in (Side.TRAINING, Side.FORWARD):
        QTest.mouseClick(panel.sides.buttons[side], LEFT)
        show_change(window, qtbot)
        QApplication.processEvents()
        places.add((panel.sides.geometry().right(), panel.sides.width()))
    ((right, width),) = places
    assert width == panel.sides.sizeHint().width()
    assert panel.width() - right < width, "Only the buttons of the zone are further right."


def choose(box: QComboBox, name: str) -> None:
    box.setCurrentIndex(box.findData(name))
    box.activated.emit(box.currentIndex())


def test_the_numbers_are_those_of_each_line(window: MainWindow, panel: EquationPanel) -> None:
    turn_to(panel, Side.TRAINING)
    state, shown = window.studio.state, panel.training
    assert shown.isVisible()
    assert not panel.forward.isVisible()
    for entry, train in zip(state.entries, TRAINED, strict=True):
        weights, t = train.weights(entry.schedule), state.t_of(entry)
        arrays = (weights.effective, weights.density, weights.loss, weights.unit)
        assert [factor.text(entry) for factor in shown.factors] == [brief(float(array[t - 1])) for array in arrays]
    said = shown.factors[0].accessibleDescription()
    assert [part[0] for part in said.split("; ")] == ["A", "B", "C"]


def test_nothing_is_computed_for_training_while_it_is_not_looked_at(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(objective: Objective, schedule: Schedule) -> None:
        raise AssertionError(f"{objective} of {schedule} is not seen")

    show_change(window, qtbot)
    with monkeypatch.context() as refusing:
        refusing.setattr(Objective, "weights", refuse)
        window.studio.set_adjusting(True)
        window.studio.set_parameter("s", 0.01)
        show_change(window, qtbot)
    window.studio.set_adjusting(False)
    for entry in window.studio.state.entries:
        window.studio.set_objective(PLAIN, entry.key)
    show_change(window, qtbot)
    monkeypatch.setattr(Objective, "weights", refuse)
    window.studio.set_parameter("s", 0.02)
    show_change(window, qtbot)


@pytest.mark.parametrize("size", SIZES)
def test_all_of_a_side_has_room(window: MainWindow, panel: EquationPanel, qtbot: QtBot, size: QSize) -> None:
    window.share_out(size)
    QApplication.processEvents()
    for side in Side:
        if panel.sides.buttons[side].isVisible():
            turn_to(panel, side)
        for button in (*panel.sides.buttons.values(), panel.training.as_is, panel.training.level):
            if button.isVisible():
                assert button.width() >= button.sizeHint().width()
                place = button.mapTo(panel, button.rect().bottomRight())
                assert panel.rect().contains(place)
        if panel.training.isVisible():
            rights = [factor.geometry().right() for factor in panel.training.factors]
            assert rights == sorted(rights)
            assert all(factor.width() >= factor.minimumSizeHint().width() for factor in panel.training.factors)


@pytest.mark.parametrize("size", [QSize(1440, 900), QSize(1920, 1200)])
def test_plots_have_what_room_there_is(window: MainWindow, panel: EquationPanel, size: QSize) -> None:
    window.share_out(size)
    QApplication.processEvents()
    turn_to(panel, Side.TRAINING)
    end = panel.training.level.mapTo(panel, panel.training.level.rect().topRight()).x()
    assert panel.sides.x() - end < 40, "Nothing lies empty between the equation and the choice of its sides."


@pytest.mark.parametrize("height", [900, 600])
def test_a_side_that_is_pressed_is_shown_at_every_width(window: MainWindow, panel: EquationPanel, height: int) -> None:
    window.resize(1440, height)
    QApplication.processEvents()
    threshold = window.width() - panel.width() + panel._whole
    shared: list[bool] = []
    for width in (*range(threshold + 15, threshold - 16, -3), *range(threshold - 15, threshold + 16, 3)):
        window.resize(width, height)
        QApplication.processEvents()
        shared.append(panel.sides.both)
        for side, button in panel.sides.buttons.items():
            if button.isVisible():
                turn_to(panel, side)
                assert panel.sides.side is side
        window.resize(width, height - 1)
        QApplication.processEvents()
        assert panel.sides.both is shared[-1]
    assert (
        shared == shared[::-1] == sorted(shared[: len(shared) // 2], reverse=True) + sorted(shared[len(shared) // 2 :])
    )
    assert {True, False} == set(shared)


def test_its_weight_is_plotted_at_one_click_and_nothing_before(
    window: MainWindow, panel: EquationPanel, qtbot: QtBot
) -> None:
    before = window.studio.state
    turn_to(panel, Side.TRAINING)
    assert replace(window.studio.state, side=before.side, undo=before.undo) == before
    QTest.mouseClick(panel.training.level, LEFT)
    show_change(window, qtbot)
    state = window.studio.state
    assert (state.curve, state.axis, panel.training.level.isChecked()) == ("relative_weight", "log_snr", True)
    QTest.mouseClick(panel.training.as_is, LEFT)
    show_change(window, qtbot)
    assert window.studio.state.curve == "effective_weight"
    assert not panel.training.level.isChecked()


def test_the_plot_of_its_weight_shows_what_counts(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    """A draw so narrow that W of the flow falls by a hundred powers of ten."""
    window.studio.set_objective(
        Objective.parse("predict=flow_prediction,draw=lognormal,p_mean=0,p_std=0.6"), window.studio.state.entries[1].key
    )
    turn_to(panel, Side.TRAINING)
    QTest.mouseClick(panel.training.as_is, LEFT)
    show_change(window, qtbot)
    (plot,) = window.panel(CurvesPanel).grid.plots()
    assert plot.title._log
    low, high = plot.vb.viewRange()[1]
    assert -10 < low < -3 < 3 < high
    window.studio.set_visible(window.studio.state.entries[0].key, False)
    show_change(window, qtbot)
    assert not plot.title._log
    low, high = plot.vb.viewRange()[1]
    assert -0.2 < low < 0 < 1 < high


@pytest.mark.parametrize("size", SIZES)
def test_each_side_is_turned_to_by_a_key(window: MainWindow, panel: EquationPanel, size: QSize) -> None:
    """Wherever the focus is; where both processes have room, either key shows both."""
    window.share_out(size)
    QApplication.processEvents()
    for widget in (window, *window.findChildren(SeedField), panel.sides.buttons[Side.FORWARD]):
        widget.setFocus()
        for key, side in ((Qt.Key.Key_3, Side.TRAINING), (Qt.Key.Key_2, Side.REVERSE), (Qt.Key.Key_1, Side.FORWARD)):
            QTest.keyClick(widget, key, Qt.KeyboardModifier.ControlModifier)
            QApplication.processEvents()
            shown = Side.FORWARD if panel.sides.both and side is Side.REVERSE else side
            assert panel.sides.side is shown
            assert panel.training.isVisible() is (side is Side.TRAINING) is part(window).head.isChecked()
            assert panel.forward.isVisible() is (shown is Side.FORWARD)


def test_a_factor_shows_its_curve_by_mouse_and_key(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    turn_to(panel, Side.TRAINING)
    QTest.mouseClick(panel.training.factors[1], LEFT)
    assert window.studio.state.curve == "draw_density"
    panel.training.factors[3].setFocus()
    QTest.keyClick(panel.training.factors[3], Qt.Key.Key_Space)
    assert window.studio.state.curve == "unit_weight"


def test_the_part_of_the_card_opens_with_the_side(window: MainWindow, panel: EquationPanel, qtbot: QtBot) -> None:
    assert not box(window, "Predicts").isVisible()
    turn_to(panel, Side.TRAINING)
    assert box(window, "Predicts").isVisible()
    assert box(window, "Predicts").currentData() == "v_prediction"
    turn_to(panel, Side.FORWARD)
    assert not box(window, "Predicts").isVisible()


def test_an_objective_is_chosen_in_the_card(window: MainWindow, qtbot: QtBot) -> None:
    part(window).set_open(True)
    choose(box(window, "Weight"), "min_snr")
    show_change(window, qtbot)
    choose(box(window, "Draws"), "lognormal")
    show_change(window, qtbot)
    assert list(part(window).sliders) == ["p_mean", "p_std", "snr_gamma"]
    part(window).sliders["snr_gamma"].changed.emit(2.0)
    show_change(window, qtbot)
    train = window.studio.state.current.train
    assert str(train) == "train:predict=v_prediction,draw=lognormal,weight=min_snr,snr_gamma=2"
    choose(box(window, "Weight"), "none")
    show_change(window, qtbot)
    assert str(window.studio.state.current.train) == "train:predict=v_prediction,draw=lognormal"
    assert list(part(window).sliders) == ["p_mean", "p_std"]


def test_a_slider_that_is_dragged_is_one_step(window: MainWindow, qtbot: QtBot) -> None:
    part(window).set_open(True)
    choose(box(window, "Weight"), "min_snr")
    show_change(window, qtbot)
    slider = part(window).sliders["snr_gamma"]
    slider.adjusting.emit(True)
    for value in (2.0, 3.0, 4.0):
        slider.changed.emit(value)
        show_change(window, qtbot)
    slider.adjusting.emit(False)
    window.studio.undo()
    assert str(window.studio.state.current.train) == "train:predict=v_prediction,weight=min_snr"
    assert window.studio.state.redo is not None
    assert translated(window.studio.state.redo) == "change of the training objective"


def test_objectives_that_are_the_same_are_told(window: MainWindow, qtbot: QtBot) -> None:
    part(window).set_open(True)
    QApplication.processEvents()
    said = " ".join(label.text() for label in part(window).findChildren(QLabel))
    assert "The same objective as B: W of A is 2/π times W of B" in said
    assert "as C" not in said
    window.studio.set_objective(Objective())
    show_change(window, qtbot)
    assert not any("The same" in label.text() for label in part(window).findChildren(QLabel) if label.isVisible())


def test_lines_lie_within_the_scale_and_level_ones_in_the_middle() -> None:
    levels = np.linspace(10, -10, 50)
    lines = lines_of([levels, levels], [np.full(50, 3.0), np.full(50, 3.0)])
    inner = lines.heights[0][np.isfinite(lines.heights[0])]
    assert set(inner.tolist()) == {0.5}
    assert np.isnan(lines.heights[0][[0, -1]]).all()
    assert lines_of([levels], [np.zeros(50)]).heights[0].tolist() != []


def test_undo_takes_the_side_back_and_a_project_keeps_it(
    window: MainWindow, panel: EquationPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    turn_to(panel, Side.TRAINING)
    saved = write_document(window.studio.state, tmp_path)
    window.studio.undo()
    show_change(window, qtbot)
    assert (panel.sides.side, panel.training.isVisible()) == (Side.FORWARD, False)
    opened = read_document(saved, tmp_path, State()).state
    window.studio.set_side(opened.side)
    show_change(window, qtbot)
    assert (panel.sides.side, panel.training.isVisible()) == (Side.TRAINING, True)
    assert part(window).head.isChecked()
