"""Everything that can be hovered in the window explains itself, and quantities have their name in code."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QAbstractTableModel, QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QScrollBar,
    QTabBar,
    QTableView,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.schedule import OPERATORS, STEPS, Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.curves.plot_grid import PlotGrid
from ddpm_studio.gui.curves.rail import Rail
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.equation.subject import Subject
from ddpm_studio.gui.equation.training_factor import TrainingFactor
from ddpm_studio.gui.explaining.explanations import CARD_ITEMS, OF_SCALES, SYMBOLS
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.sampling.differences.differences_table import DifferencesModel
from ddpm_studio.gui.sampling.model.card_item_view import CardItemView
from ddpm_studio.gui.sampling.pages.heat_map import HeatMap
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.state.window import Side
from ddpm_studio.gui.steps.steps_model import StepsModel
from ddpm_studio.gui.timeline.lanes import Lanes
from ddpm_studio.gui.timeline.time_scales import TimeScales
from tests.gui.finding import child
from tests.gui.windows import settle
from tests.patience import PATIENCE_S

CONTROLS = QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit


def tip_at(widget: QWidget, place: QPoint) -> str:
    """What is shown when the mouse rests at a place of a widget: its own tip, or that of what it lies in."""
    for label in QApplication.topLevelWidgets():
        if label.metaObject().className() == "QTipLabel":
            label.hide()
    asked, anywhere = widget.childAt(place) or widget, widget.mapToGlobal(place)
    while not _answers(asked, anywhere) and not asked.isWindow():
        asked = asked.parentWidget() or widget.window()
    return QToolTip.text() if QToolTip.isVisible() else ""


def _answers(widget: QWidget, place: QPoint) -> bool:
    """Whether a widget takes it upon itself to show a tip, or none, at a place on the screen."""
    event = QHelpEvent(QEvent.Type.ToolTip, widget.mapFromGlobal(place), place)
    event.accept()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def seen(window: QWidget) -> Iterator[QWidget]:
    """The controls that are seen, but for bars that scroll and the corners of tables."""
    for widget in window.findChildren(QWidget):
        is_control = isinstance(widget, CONTROLS) and not isinstance(widget, QScrollBar)
        if is_control and not widget.visibleRegion().isEmpty() and not isinstance(widget.parentWidget(), QTableView):
            yield widget


def unexplained(window: QWidget) -> list[str]:
    """The controls that are seen and say nothing."""
    found = []
    for widget in seen(window):
        place = widget.visibleRegion().boundingRect().center()
        if not tip_at(widget, place):
            name = widget.accessibleName() or widget.objectName()
            found.append(f"{type(widget).__name__} {name} in {type(widget.parentWidget()).__name__}")
    return found


def test_every_control_explains_itself(window: MainWindow) -> None:
    window.studio.add_steps(StepsSpec.parse("trailing:steps=5"))
    settle()
    silent = unexplained(window)
    for side in (Side.REVERSE, Side.TRAINING):
        window.desk.schedules.show_side(side)
        settle()
        silent += unexplained(window)
    for panel in ("values", "sampling"):
        window._zones.bring_up(panel)
        settle()
        silent += unexplained(window)
    assert not silent, "\n".join(sorted(set(silent)))


@pytest.fixture
def drawn(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window with a run that is done."""
    samples = window.desk.samples
    window._zones.bring_up("sampling")
    window.studio.set_sampling(pictures=2)
    samples.setup.change_line("steps", 3)
    samples.run()
    qtbot.waitUntil(
        lambda: samples.phase is Phase.IDLE and samples.recorded_run() is not None, timeout=PATIENCE_S * 1000
    )
    settle()
    return window


@pytest.mark.parametrize("page", Page)
def test_every_control_beside_a_run_explains_itself(page: Page, drawn: MainWindow) -> None:
    panel = drawn.panel(SamplingPanel)
    panel.view_bar.pages.chosen.emit(page)
    settle()
    silent = unexplained(drawn)
    panel.view_bar.more.click()
    settle()
    assert not [*silent, *unexplained(drawn)]
    names = [label for label in panel.details.findChildren(QLabel) if label.isVisible() and label.buddy() is not None]
    unsaid = [label.text() for label in names if not tip_at(label, label.rect().center())]
    assert not unsaid


def test_what_a_run_has_drawn_explains_itself(drawn: MainWindow) -> None:
    panel, equation = drawn.panel(SamplingPanel), drawn.panel(EquationPanel)
    assert tip_at(equation.row, equation.row.rect().center())
    heads = [label for label in panel.views.watch.findChildren(QLabel) if label.text().startswith("x<sub>")]
    names = [tip_at(label, label.rect().center()).partition("\n")[0] for label in heads]
    assert names == [SYMBOLS["x_t"].name, SYMBOLS["x̂_0"].name]
    assert "NFE" in tip_at(panel.status.label, panel.status.label.rect().center())
    assert tip_at(panel.bar, panel.bar.rect().center())
    panel.view_bar.pages.chosen.emit(Page.SOLVER)
    settle()
    heat_map = child(drawn, HeatMap)
    assert "Weight of output" in tip_at(heat_map, heat_map.rect().center())
    panel.view_bar.pages.chosen.emit(Page.MODEL)
    settle()
    lines = panel.findChildren(CardItemView)
    assert len(lines) > 7
    for line in lines:
        assert named(tip_at(line.value, line.value.rect().center()), CARD_ITEMS[line.row.key].name), line.row.key


def test_tabs_and_names_of_controls_explain_themselves(window: MainWindow) -> None:
    for bar in window.findChildren(QTabBar):
        assert all(tip_at(bar, bar.tabRect(place).center()) for place in range(bar.count()) if bar.isVisible())
    labels = [label for label in window.findChildren(QLabel) if label.text() in ("x", "show", "&t", "Seed")]
    assert {label.text() for label in labels} == {"x", "show", "&t", "Seed"}
    assert all(tip_at(label, label.rect().center()) for label in labels)


def named(tip: str, name: str) -> bool:
    """Whether a tip has a name in code in a line of its own."""
    return name in tip.splitlines()


def test_every_scale_explains_itself_all_along(window: MainWindow) -> None:
    window.studio.add(Schedule("flow", 100))
    settle()
    scales = child(window, TimeScales)
    rows = window.studio.state.scales
    height = scales.height() / len(rows)
    for number, scale in enumerate(rows):
        name = OF_SCALES.get(scale) or SYMBOLS[scale].name
        for x in (10, scales.width() // 2):
            assert named(tip_at(scales, QPoint(x, round((number + 0.5) * height))), name), (scale, x)


def test_heads_and_numbers_of_lanes_explain_themselves(window: MainWindow) -> None:
    lanes = child(window, Lanes)
    columns = lanes._measured()
    names = [SYMBOLS["t"].name, window.studio.state.curve, "snr_db", None]
    places = columns.places(QRectF(0, 0, lanes.width(), 10))
    shown = [(name, place.center().x()) for name, place in zip(names, places, strict=True) if name and place]
    assert len(shown) >= 2
    for name, x in shown:
        for y in (lanes.head / 2, lanes.lane(0).center().y()):
            assert named(tip_at(lanes, QPointF(x, y).toPoint()), str(name)), (name, y)


def test_lines_and_axes_of_plots_explain_themselves(window: MainWindow) -> None:
    grid = child(window, PlotGrid)
    plot, state = grid.plots()[0], window.studio.state
    box, entry = plot.box(), state.visible[0]
    assert named(tip_at(grid.viewport(), QPointF(box.left() - 12, box.center().y()).toPoint()), plot.curve.name)
    x = plot.data_at(QPointF(box.left() + 0.7 * box.width(), 0))[0]
    height = plot.height_of(entry.key, x)
    assert height is not None
    said = tip_at(grid.viewport(), plot.vb.mapViewToScene(QPointF(x, height)).toPoint())
    assert plot.curve.name in said
    assert state.shown_title(entry) in said
    rail = child(window, Rail)
    assert tip_at(rail, QPoint(rail.width() // 2, 20)).partition("\n")[0] in ALL_CURVES


def test_heads_of_tables_explain_themselves(window: MainWindow) -> None:
    window._zones.bring_up("values")
    settle()
    for header in window.findChildren(QHeaderView):
        model = header.model()
        if header.isVisible() and model is not None:
            for section in range(header.count()):
                assert model.headerData(section, header.orientation(), Qt.ItemDataRole.ToolTipRole), (header, section)


@pytest.mark.parametrize("model", [StepsModel(), DifferencesModel()])
def test_columns_of_steps_have_their_names_in_code(model: QAbstractTableModel) -> None:
    for section in range(model.columnCount()):
        tip = model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
        assert re.match(r"[a-z_0-9]+\n\S", tip), (section, tip)


def test_sides_of_the_equation_explain_what_they_have(window: MainWindow) -> None:
    subject = child(window, Subject)
    assert named(tip_at(subject, QPoint(30, subject.height() - 4)), "snr_db")
    window.desk.schedules.show_side(Side.TRAINING)
    settle()
    factors = [factor for factor in window.findChildren(TrainingFactor) if factor.isVisible()]
    assert factors
    assert all(named(tip_at(factor, factor.rect().center()), factor.curve) for factor in factors)


def test_every_parameter_says_what_it_does(window: MainWindow) -> None:
    assert all(each.meaning for each in (STEPS, *OPERATORS))
    for name, kind in KINDS.items():
        window.studio.set_schedule(Schedule(name, 100))
        settle()
        own = {each.key: each for each in kind.parameters}
        for field in window.findChildren(ParameterField):
            if field.isVisible() and field.key in own:
                tip = tip_at(field, field.rect().center())
                assert own[field.key].meaning, (name, field.key)
                assert tip.startswith(str(own[field.key].meaning)), (name, field.key)
                assert f"\n{field.key}: " in tip, name
