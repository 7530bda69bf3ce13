"""The gestures that the bundled scenes ask for, done in a window as a person does them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox

from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.plot_grid import PlotGrid
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField, ZeroSnrField
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.widgets.number_box import NumberBox
from tests.gui.finding import child
from tests.gui.windows import settle

LEFT = Qt.MouseButton.LeftButton


def in_plot(window: MainWindow, t: float) -> None:
    """Press in the large plot, which is over t, and let go there."""
    grid = child(window.panel(CurvesPanel), PlotGrid)
    plot = next(plot for plot in grid.plots() if plot.curve.name == window.studio.state.curve)
    x = plot.vb.mapViewToScene(QPointF(t, 0.0)).x()
    QTest.mouseClick(grid.viewport(), LEFT, pos=QPointF(x, plot.box().center().y()).toPoint())


def parameter(window: MainWindow, key: str) -> ParameterField:
    """The field of a parameter in the card."""
    fields = window.panel(SchedulesPanel).findChildren(ParameterField)
    return next(field for field in fields if field.key == key and field.isVisible())


def type_end(window: MainWindow) -> None:
    """Type β_T over the one that is there."""
    box = child(parameter(window, "beta_end"), NumberBox)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "0.06")
    QTest.keyClick(box, Qt.Key.Key_Return)


def tick_zero_snr(window: MainWindow) -> None:
    """Tick zero terminal SNR in the card."""
    box = child(child(window.panel(SchedulesPanel), ZeroSnrField), QCheckBox)
    QTest.keyClick(box, Qt.Key.Key_Space)


def type_steps(window: MainWindow) -> None:
    """Type steps below the list."""
    field = window.panel(SchedulesPanel).list.new_line
    field.setFocus()
    QTest.keyClicks(field, "trailing:steps=20")
    QTest.keyClick(field, Qt.Key.Key_Return)


GESTURES: tuple[Callable[[MainWindow], None], ...] = (
    lambda window: in_plot(window, 930),
    lambda window: in_plot(window, 260),
    type_end,
    lambda window: QTest.keyClick(window.panel(TimeBar), Qt.Key.Key_C),
    tick_zero_snr,
    lambda window: QTest.keyClick(window.panel(TimeBar), Qt.Key.Key_L),
    type_steps,
)
"""In the order of the scenes."""


def do(window: MainWindow, place: int) -> None:
    """Do what the scene at a place asks for, and let the window follow."""
    GESTURES[place](window)
    settle()
