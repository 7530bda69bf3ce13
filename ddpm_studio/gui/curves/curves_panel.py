"""The curves panel: header, legend and the grid of plots."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.gui.curves.canvas import MARGINS
from ddpm_studio.gui.curves.chooser import CurveChooser
from ddpm_studio.gui.curves.legend import Legend, LegendStrip
from ddpm_studio.gui.curves.menu import PlotMenu
from ddpm_studio.gui.curves.plot_area import PlotArea
from ddpm_studio.gui.curves.plot_export import PlotsTask, Sheet, paper_for, table
from ddpm_studio.gui.curves.plot_grid import ZOOM_STEP, PlotGrid
from ddpm_studio.gui.curves.rail import Rail
from ddpm_studio.gui.curves.readout import Reading, at_cursor
from ddpm_studio.gui.field import column
from ddpm_studio.gui.lazy_panel import LazyPanel
from ddpm_studio.gui.state.made.state_recipes import Carried
from ddpm_studio.gui.state.window import State, View
from ddpm_studio.gui.theme import Tokens, number_font
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.switch import Switch

WIDTH, RESET_WIDTH = 680, 84
"""Width of the whole header with what its switches are called, and of its button for a zoomed view, in pixels."""


class CurvesPanel(LazyPanel):
    """Shows a State's curves; its signals say what was chosen in a plot's menu, and its parts' signals everything else.

    `save_requested` carries suffix and curve, `figure_requested` the curve to be laid out for print, `copied` the
    lines that are to be put on the clipboard.
    """

    curve_chosen = Signal(str)
    curves_chosen = Signal(object)
    log_toggled = Signal(str, bool)
    marks_toggled = Signal()
    grid_chosen = Signal(bool)
    save_requested = Signal(str, str)
    figure_requested = Signal(str)
    copied = Signal(object)
    plot_copied = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chooser = CurveChooser()
        self.grid = PlotGrid()
        self.area = PlotArea(self.grid)
        self.rail = Rail()
        self._legend = LegendStrip()
        self._folded = False
        self._compared = ("", "")
        self._menu = PlotMenu(self)
        self._make_switches()
        self._lay_out()
        self._wire()
        self.set_theme(self.tokens)

    @Slot(object)
    def show_state(self, state: State) -> None:
        """Show a state, or nothing of it while the contact sheet has the room."""
        self._body.setVisible(not state.sheet)
        super().show_state(state)

    def refresh(self) -> None:
        """Show the state, updating only what has changed."""
        if not self.state.sheet:
            self._show_header()
            if not self._folded:
                self._show_curves()

    def set_folded(self, folded: bool) -> None:
        """Show no more than the header, or everything."""
        self._folded = folded
        self._plots.setVisible(not folded)
        self._refresh_if_seen()

    def add_corner(self, corner: QWidget) -> None:
        """Have this at the end of the header."""
        self._header.addWidget(corner)

    def _show_header(self) -> None:
        self.chooser.show_curves(self.state.curves)
        self.axis.offer(self.state.scales)
        self.axis.show_value(self.state.axis)
        self.views.show_value(self.state.view)
        self._show_comparison()
        self.alike.show_value("grid" if self.state.grid else "one")

    def _show_curves(self) -> None:
        self._legend.setVisible(self.state.grid)
        self.rail.setVisible(not self.state.grid)
        self.grid.show_state(self.state)
        self.rail.show_state(self.state)

    def set_theme(self, tokens: Tokens) -> None:
        """Use a theme's colours."""
        self.grid.set_theme(tokens)
        self.rail.set_theme(tokens)
        super().set_theme(tokens)
        self._align()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the large plot over the field of scales and lanes."""
        super().resizeEvent(event)
        self._align()
        self._fit_header()

    @Slot()
    def _fit_header(self) -> None:
        """Name the switches where there is room for it."""
        room = self.width() - (self.tokens.scaled(RESET_WIDTH) if self.grid.is_zoomed else 0)
        roomy = room >= self.tokens.scaled(WIDTH)
        for name in self._names:
            name.setVisible(roomy)
        self._reset.setText(self.tr("Reset view") if roomy else "↺")

    def _align(self) -> None:
        self.rail.setFixedWidth(column(self.width(), self.tokens.scale) - round(MARGINS.right()))

    def _show_comparison(self) -> None:
        """Say with which schedule others are compared, and at which moments."""
        named, scale = compared = self.state.letter(self.state.reference), self.state.moment.scale
        if compared == self._compared:
            return
        self._compared = compared
        self.views.set_text(View.DIFFERENCE, f"− {named}")
        self.views.set_text(View.RATIO, f"÷ {named}")
        equal = translated(SCALES[scale].meaning)
        difference = self.tr("Show the difference to schedule {letter}")
        ratio = self.tr("Show the ratio to schedule {letter}; of logarithms and dB, the difference")
        for view, tip in ((View.DIFFERENCE, difference), (View.RATIO, ratio)):
            self.views.set_tip(view, f"{tip.format(letter=named)}\n{equal}")

    # saving

    def drawn_plots(self, path: str, curve_name: str = "", recipe: Carried = str) -> PlotsTask:
        """All plots, or one curve's, with the legend and a recipe, to be written as PNG or SVG. Raises FileError."""
        paper = paper_for(path)
        self._show_curves()
        return PlotsTask(path, paper, self._sheet(curve_name), recipe)

    def _sheet(self, curve_name: str) -> Sheet:
        reading = at_cursor(self.state, curve_name)
        legend = Legend(self.state, reading, self.tokens, number_font(self._legend.font()), whole=True)
        return Sheet(self.grid, legend, curve_name)

    # making

    def _make_switches(self) -> None:
        self.axis = Switch(
            self.tr("x axis"),
            {key: (scale.name, translated(scale.meaning)) for key, scale in SCALES.items()},
        )
        self.views = Switch(
            self.tr("View"),
            {
                View.PLAIN: (self.tr("plain"), self.tr("Show the values themselves")),
                View.DIFFERENCE: ("−", ""),
                View.RATIO: ("÷", ""),
            },
        )
        self.alike = Switch(
            self.tr("Plots"),
            {
                "one": (self.tr("one"), self.tr("One large plot, and the other curves small beside it")),
                "grid": (self.tr("grid"), self.tr("A plot of the same size for every curve")),
            },
        )
        self._reset = QToolButton()
        self._reset.setAccessibleName(self.tr("Reset view"))
        self._reset.setToolTip(self.tr("Show all of both axes again (Ctrl+0, or a double click)"))
        self._reset.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._reset.hide()

    def _lay_out(self) -> None:
        self._names: list[QLabel] = []
        header = QHBoxLayout()
        header.setContentsMargins(6, 4, 4, 2)
        header.setSpacing(4)
        header.addWidget(self.chooser)
        header.addWidget(self._reset)
        header.addStretch(1)
        across = self.tr("What the axis from the picture on the left to noise on the right counts")
        seen = self.tr("What is drawn of a schedule: its values, or how they differ from those of the first shown")
        labels = (self.tr("x"), across, self.axis), (self.tr("show"), seen, self.views)
        for label, tip, switch in labels:
            name = QLabel(label)
            name.setToolTip(tip)
            name.setProperty("role", "muted")
            name.setContentsMargins(6, 0, 0, 0)
            self._names.append(name)
            header.addWidget(name)
            header.addWidget(switch)
        header.addWidget(self.alike)
        self._header, self._body, self._plots = header, QWidget(), QWidget()
        whole, column, plots = QVBoxLayout(self), QVBoxLayout(self._body), QVBoxLayout(self._plots)
        for each in (whole, column, plots):
            each.setContentsMargins(0, 0, 0, 0)
            each.setSpacing(0)
        whole.addWidget(self._body)
        column.addLayout(header)
        column.addWidget(self._plots, 1)
        plots.addWidget(self._legend)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.area, 1)
        row.addWidget(self.rail)
        plots.addLayout(row, 1)

    def _wire(self) -> None:
        grid, menu = self.grid, self._menu
        self._reset.clicked.connect(grid.reset_zoom)
        grid.read.connect(self._show_reading)
        grid.part_shown.connect(self.rail.show_part)
        self.rail.chosen.connect(self.curve_chosen)
        self.alike.chosen.connect(self._choose_grid)
        grid.zoomed.connect(self._reset.setVisible)
        grid.zoomed.connect(self._fit_header)
        grid.menu_requested.connect(self._open_menu)
        menu.log.triggered.connect(self._toggle_log)
        menu.marks.triggered.connect(self.marks_toggled)
        menu.measure.triggered.connect(grid.measure)
        menu.explain.triggered.connect(self._explain)
        menu.add_point.triggered.connect(grid.points.add_there)
        menu.remove_point.triggered.connect(grid.points.remove)
        menu.copy_plot.triggered.connect(self._copy_plot)
        menu.copy_values.triggered.connect(self._copy_values)
        menu.save_png.triggered.connect(self._save_png)
        menu.save_svg.triggered.connect(self._save_svg)
        menu.figure.triggered.connect(self._lay_out_figure)
        menu.hide_curve.triggered.connect(self._hide_curve)
        menu.show_only.triggered.connect(self._show_only)
        menu.zoom_in.triggered.connect(self._zoom_in)
        menu.zoom_out.triggered.connect(self._zoom_out)
        menu.zoom_in_y.triggered.connect(self._zoom_in_y)
        menu.zoom_out_y.triggered.connect(self._zoom_out_y)
        menu.reset_view.triggered.connect(grid.reset_zoom)

    @Slot(str)
    def _choose_grid(self, choice: str) -> None:
        self.grid_chosen.emit(choice == "grid")

    @Slot(object)
    def _show_reading(self, reading: Reading) -> None:
        state = self.grid.shown  # The mouse may read what is drawn when there is another state already.
        if state.grid:
            self._legend.show_reading(state, reading, self.tokens)
        else:
            self.grid.tell_numbers()

    # a plot's menu

    @Slot(str, QPoint)
    def _open_menu(self, name: str, place: QPoint) -> None:
        self._menu.prepare(self.state, name, self.grid.is_zoomed, self.grid.points.offers)
        self._menu.popup(place)

    @Slot(bool)
    def _toggle_log(self, log: bool) -> None:
        self.log_toggled.emit(self._menu.curve, log)

    @Slot()
    def _explain(self) -> None:
        self.curve_chosen.emit(self._menu.curve)

    @Slot()
    def _copy_plot(self) -> None:
        self.plot_copied.emit(self._menu.curve, self._sheet(self._menu.curve).image())

    @Slot()
    def _copy_values(self) -> None:
        self.copied.emit(table(self.state, self._menu.curve))

    @Slot()
    def _save_png(self) -> None:
        self.save_requested.emit(".png", self._menu.curve)

    @Slot()
    def _save_svg(self) -> None:
        self.save_requested.emit(".svg", self._menu.curve)

    @Slot()
    def _lay_out_figure(self) -> None:
        self.figure_requested.emit(self._menu.curve)

    @Slot()
    def _hide_curve(self) -> None:
        self.curves_chosen.emit(tuple(name for name in self.state.curves if name != self._menu.curve))

    @Slot()
    def _show_only(self) -> None:
        self.curves_chosen.emit((self._menu.curve,))

    @Slot()
    def _zoom_in(self) -> None:
        self.grid.zoom(ZOOM_STEP)

    @Slot()
    def _zoom_out(self) -> None:
        self.grid.zoom(1 / ZOOM_STEP)

    @Slot()
    def _zoom_in_y(self) -> None:
        self.grid.zoom_chosen_y(self._menu.curve, ZOOM_STEP)

    @Slot()
    def _zoom_out_y(self) -> None:
        self.grid.zoom_chosen_y(self._menu.curve, 1 / ZOOM_STEP)
