"""The grid of plots with mouse and keyboard input, which it turns into signals."""

from __future__ import annotations

import html
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.canvas import PlotCanvas
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.readout import at_cursor
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.translation import translated

NEAR = 12
"""Greatest distance at which the mouse still points at a curve, in pixels."""

ZOOM_STEP = 1.25


class PlotGrid(PlotCanvas):
    """Goes to t on a press in a plot, scrubs on a drag; nothing pans. `read` carries what the legend should say."""

    t_chosen = Signal(int)
    curve_chosen = Signal(str)
    log_toggled = Signal(str, bool)
    menu_requested = Signal(str, QPoint)
    read = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dragged: CurvePlot | None = None
        self._mouse: QPointF | None = None
        self.setAccessibleName(self.tr("Curves"))
        self.setAccessibleDescription(
            self.tr(
                "Click or drag to choose t. Ctrl+Left and Ctrl+Right choose a plot, L switches its y axis between "
                "linear and logarithmic, Ctrl+Plus, Ctrl+Minus and Ctrl+0 zoom, the Menu key opens its menu."
            )
        )

    def show_state(self, state: State) -> None:
        """Draw what has changed, and reread the values."""
        super().show_state(state)
        self._read()

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the t under the mouse in a plot; on a title, choose the curve; on its switch, change the axis."""
        plot = self.plot_at(event.position())
        event.accept()
        if plot is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        scene = self.mapToScene(event.position().toPoint())
        if plot.title.switch_rect().contains(plot.title.mapFromScene(scene)):
            self._toggle_log(plot)
            return
        if plot.curve.name != self._state.curve:
            self.curve_chosen.emit(plot.curve.name)
        if plot.box().contains(scene):
            self._dragged = plot
            self._scrub(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move t while dragging; otherwise have the legend read the curve under the mouse."""
        self._mouse = event.position()
        if self._dragged is not None:
            self._scrub(event.position())
        self._show_pointer()
        self._read()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag."""
        event.accept()
        if event.button() is Qt.MouseButton.LeftButton:
            self._dragged = None
            self._read()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Treat the second press of a double click like the first."""
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Go back to reading at the cursor."""
        self._mouse = None
        self._read()

    def _scrub(self, position: QPointF) -> None:
        assert self._dragged is not None
        x, _ = self._dragged.data_at(self.mapToScene(position.toPoint()))
        t = series.moved_to(self._state, x).t
        if t != self._state.t:
            self.t_chosen.emit(t)

    def _toggle_log(self, plot: CurvePlot) -> None:
        if series.can_be_log(self._state, plot.curve):
            self.log_toggled.emit(plot.curve.name, not series.is_log(self._state, plot.curve))

    def _show_pointer(self) -> None:
        plot = self._hovered()
        shape = Qt.CursorShape.ArrowCursor
        if plot is not None:
            inside = plot.box().contains(self.mapToScene(self._place()))
            shape = Qt.CursorShape.SizeHorCursor if inside else Qt.CursorShape.PointingHandCursor
        if self.viewport().cursor().shape() is not shape:
            self.viewport().setCursor(shape)

    def _place(self) -> QPoint:
        assert self._mouse is not None
        return self._mouse.toPoint()

    def _hovered(self) -> CurvePlot | None:
        return None if self._mouse is None else self.plot_at(self._mouse)

    # reading values

    def _read(self) -> None:
        """Report what a click would show, or what is shown, while dragging and without a mouse."""
        hovered = self._hovered() if self._dragged is None else None
        reading, under_mouse, pointed = at_cursor(self._state), None, None
        if hovered is not None and hovered.box().contains(self.mapToScene(self._place())):
            x, y = hovered.data_at(self.mapToScene(self._place()))
            under_mouse = series.moved_to(self._state, x)
            reading = at_cursor(under_mouse, hovered.curve.name)
            pointed = self._pointed(hovered, x, y)
        for plot in self.plots():
            plot.emphasise(self._state, pointed if plot is hovered else None)
            plot.show_pointed(under_mouse if plot is hovered else None)
            if not self._state.grid:
                plot.show_numbers(under_mouse or self._state, reading)
        self.read.emit(replace(reading, emphasised=pointed))

    def _pointed(self, plot: CurvePlot, x: float, y: float) -> int | None:
        """The schedule whose curve is nearest above or below the mouse, if within reach."""
        heights = {entry.key: plot.height_of(entry.key, x) for entry in self._state.visible}
        distances = {key: abs(height - y) for key, height in heights.items() if height is not None}
        near = min(distances, key=lambda key: distances[key], default=None)
        return near if near is not None and distances[near] <= NEAR * plot.pixel_height() else None

    # keys, wheel, menu, tips

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a plot, switch its axis, zoom; other keys pass on to the window, where they move t."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        zooms = {Qt.Key.Key_Plus: ZOOM_STEP, Qt.Key.Key_Equal: ZOOM_STEP, Qt.Key.Key_Minus: 1 / ZOOM_STEP}
        key = Qt.Key(event.key())
        if control and key in moves:
            self._choose_beside(moves[key])
        elif control and key in zooms:
            self.zoom(zooms[key])
        elif control and key == Qt.Key.Key_0:
            self.reset_zoom()
        elif key == Qt.Key.Key_L and not event.modifiers() and (chosen := self._chosen()) is not None:
            self._toggle_log(chosen)
        else:
            event.ignore()

    def _chosen(self) -> CurvePlot | None:
        return next((plot for plot in self.plots() if plot.curve.name == self._state.curve), None)

    def _choose_beside(self, step: int) -> None:
        names = self._state.curves
        place = names.index(self._state.curve) + step if self._state.curve in names else 0
        if 0 <= place < len(names):
            self.curve_chosen.emit(names[place])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom x about the mouse; where the grid scrolls, the wheel scrolls and Ctrl+wheel zooms."""
        plot = self.plot_at(event.position())
        if plot is None or (self.scrolls and not event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            event.ignore()
            return
        box = plot.box()
        around = (self.mapToScene(event.position().toPoint()).x() - box.left()) / max(box.width(), 1.0)
        self.zoom(ZOOM_STEP ** (event.angleDelta().y() / 120), min(max(around, 0.0), 1.0))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the plot under the mouse, or, from the keyboard, of the chosen one."""
        keyboard = event.reason() is QContextMenuEvent.Reason.Keyboard
        plot = (self._chosen() or self.plots()[0]) if keyboard else self.plot_at(QPointF(event.pos()))
        if plot is not None:
            place = plot.box().center().toPoint() if keyboard else event.pos()
            self.menu_requested.emit(plot.curve.name, self.viewport().mapToGlobal(place))

    def viewportEvent(self, event: QEvent) -> bool:
        """Show tips: over a title, what the curve means; over the switch, what it does."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            plot = self.plot_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if plot is None else self._tip(plot, event.pos()), self)
            return True
        return super().viewportEvent(event)  # type: ignore[no-any-return]

    def _tip(self, plot: CurvePlot, position: QPoint) -> str:
        scene = self.mapToScene(position)
        if plot.title.switch_rect().contains(plot.title.mapFromScene(scene)):
            return str(self.tr("Linear or logarithmic y axis (L)"))
        if plot.box().contains(scene):
            return ""
        meaning = translated(plot.curve.meaning)
        return f"<b>{html.escape(plot.curve.name)}</b><br>{html.escape(meaning)}"
