"""The context menu of a plot."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QWidget

from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.state.window import State


class PlotMenu(QMenu):
    """Offers what can be done with one plot; `curve` is the name of that plot's curve."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.curve = ""
        self.log = self.addAction(self.tr("&Log scale"))
        self.log.setCheckable(True)
        self.marks = self.addAction(self.tr("Step mar&ks"))
        self.marks.setCheckable(True)
        self.measure = self.addAction(self.tr("&Measure from here\tM"))
        self.explain = self.addAction(self.tr("&Explain this curve"))
        self.add_point = self.addAction(self.tr("&Add a point here"))
        self.remove_point = self.addAction(self.tr("Remove point (&D)\tDel"))
        self.addSeparator()
        self.copy_plot = self.addAction(self.tr("&Copy plot"))
        self.copy_values = self.addAction(self.tr("Copy &values"))
        self.save_png = self.addAction(self.tr("Save as &PNG…"))
        self.save_svg = self.addAction(self.tr("Save as &SVG…"))
        self.figure = self.addAction(self.tr("Fi&gure…"))
        self.addSeparator()
        self.hide_curve = self.addAction(self.tr("&Hide this curve"))
        self.show_only = self.addAction(self.tr("Show &only this"))
        self.addSeparator()
        self.zoom_in = self.addAction(self.tr("Zoom &in\tCtrl++"))
        self.zoom_out = self.addAction(self.tr("Zoom o&ut\tCtrl+−"))
        self.zoom_in_y = self.addAction(self.tr("Zoom in &y\tAlt++"))
        self.zoom_out_y = self.addAction(self.tr("Zoom out y\tAlt+−"))
        self.reset_view = self.addAction(self.tr("&Reset view\tCtrl+0"))

    def prepare(self, state: State, name: str, zoomed: bool, points: tuple[bool, bool] = (False, False)) -> None:
        """Make this the menu of one curve's plot, in which a point can be added and removed or not."""
        for action, offered in zip((self.add_point, self.remove_point), points, strict=True):
            action.setVisible(offered)
        self.curve = name
        others = state.curves != (name,)
        self.log.setEnabled(series.can_be_log(state, ALL_CURVES[name]))
        self.log.setChecked(series.is_log(state, ALL_CURVES[name]))
        self.marks.setChecked(state.marks)
        self.hide_curve.setEnabled(others)
        self.show_only.setEnabled(others)
        self.zoom_out.setEnabled(zoomed)
        self.zoom_out_y.setEnabled(zoomed)
        self.reset_view.setEnabled(zoomed)
