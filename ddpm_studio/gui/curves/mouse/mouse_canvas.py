"""The mouse in plots: what it points at is read, and presses and drags become gestures and signals."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.canvas import PlotCanvas
from ddpm_studio.gui.curves.labels.chosen_labels import Pointer
from ddpm_studio.gui.curves.mouse.gestures import BoxZoom, Gesture, Measuring, Pan, RightClicks, Scrub
from ddpm_studio.gui.curves.mouse.measuring import Measure
from ddpm_studio.gui.curves.mouse.point_drag import PointDrag, shape_of
from ddpm_studio.gui.curves.mouse.point_hands import PointHands
from ddpm_studio.gui.curves.mouse.step_drag import StepDrag
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.readout import at_cursor
from ddpm_studio.gui.curves.step_dots import StepDot
from ddpm_studio.gui.state.step_notes import HeldStep
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.widgets.foot.hints import hint

NEAR = 12
"""Greatest distance at which the mouse still points at a curve, in pixels."""


class MouseCanvas(PlotCanvas):
    """Goes to t on a press in a plot, scrubs on a drag; with keys held, or other buttons, zooms, pans and measures.

    `read` carries what the legend should say, and `points` tells what is done with those of a drawn schedule.
    `steps_replaced` has the key of a schedule, the place of a line of steps below it, and what its steps become;
    `adjusting` says that some are about to be dragged, or let go.
    """

    t_chosen = Signal(int)
    curve_chosen = Signal(str)
    schedule_chosen = Signal(int)
    log_toggled = Signal(str, bool)
    menu_requested = Signal(str, QPoint)
    read = Signal(object)
    steps_replaced = Signal(int, int, object)
    adjusting = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gesture: Gesture | None = None
        self._clicks = RightClicks()
        self._measure = Measure(self)
        self._mouse: QPointF | None = None
        self.points = PointHands(self)

    def show_state(self, state: State) -> None:
        """Draw what has changed, and reread the values."""
        before = self._state
        super().show_state(state)
        self._measure.show_state(state)
        self.points.show_state(state, before)
        self._read()

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture in a plot; on a title, choose the curve; on its switch, change the axis."""
        plot, place, button = self.plot_at(event.position()), self._scene(event), event.button()
        event.accept()
        self._clicks.press(button)
        if plot is None or (self._gesture is not None and event.buttons() != button):
            return
        if self._gesture is not None:  # Its release went elsewhere.
            self._gesture.give_up()
            self._gesture = None
        if plot.box().contains(place):
            self._press_inside(plot, place, button, event.modifiers())
        elif button is Qt.MouseButton.LeftButton:
            self._press_title(plot, place)

    def _press_inside(self, plot: CurvePlot, place: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier) -> None:
        """Begin a gesture; on the mark of a finding, choose its schedule, or the next whose mark is there too."""
        plain = button is Qt.MouseButton.LeftButton and not keys and not self._measure.armed
        if plain and (drag := self.points.press(plot, place)):
            self._measure.clear()
            self._gesture = drag
            return
        there = [mark.key for mark in plot.findings.at(place)] if plain else []
        dot = plot.steps.at(place) if plain and not there else None
        if dot is not None:
            self._take_step(plot, place, dot)
            return
        if not there:
            self._begin(plot, place, button, keys)
            return
        self._measure.clear()
        chosen = there.index(self._state.selected) + 1 if self._state.selected in there else 0
        self.schedule_chosen.emit(there[chosen % len(there)])

    def _take_step(self, plot: CurvePlot, place: QPointF, dot: StepDot) -> None:
        """Begin to drag a step's dot."""
        self._measure.clear()
        hands = self.steps_replaced.emit, self.adjusting.emit, self.points.taken_back.emit
        held = HeldStep(dot.notes, dot.number, *hands)
        self._gesture = StepDrag(self, plot, place, (dot, held), self._go)

    def _press_title(self, plot: CurvePlot, place: QPointF) -> None:
        if plot.title.switch_rect().contains(plot.title.mapFromScene(place)):
            self._toggle_log(plot)
        elif plot.curve.name != self._state.curve:
            self.curve_chosen.emit(plot.curve.name)

    def _begin(
        self, plot: CurvePlot, place: QPointF, button: Qt.MouseButton, keys: Qt.KeyboardModifier, at_once: bool = True
    ) -> None:
        """Begin the gesture of a button with keys held."""
        left, modifiers = button is Qt.MouseButton.LeftButton, Qt.KeyboardModifier
        measuring = left and (self._measure.armed or bool(keys & modifiers.AltModifier))
        self._measure.clear()
        if measuring:
            self._gesture = Measuring(self, plot, place, self._measure.mark)
        elif button is Qt.MouseButton.RightButton or (left and keys & modifiers.ShiftModifier):
            self._gesture = BoxZoom(self, plot, place)
        elif button is Qt.MouseButton.MiddleButton or (left and keys & modifiers.ControlModifier):
            self._gesture = Pan(self, plot, place)
        elif left:
            self._gesture = Scrub(self, plot, place, self._go)
            if plot.curve.name != self._state.curve:
                self.curve_chosen.emit(plot.curve.name)
            if at_once:
                self._gesture.move(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the gesture; without one have the legend read the curve under the mouse."""
        self._mouse = event.position()
        # What a drag changes is read when it is shown; to read it here too would have everything painted twice.
        reads = self._gesture is None or self._gesture.click
        if self._gesture is not None:
            self._gesture.keys = event.modifiers()
            self._gesture.move(self._scene(event))
        self._show_pointer()
        if reads:
            self._read()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture; a right click that was one opens the menu."""
        event.accept()
        gesture = self._gesture
        if gesture is None or event.buttons():
            return
        self._gesture = None
        gesture.end()
        if self._clicks.release(event.button(), gesture.click):
            self._ask_for_menu(gesture.plot, event.position().toPoint())
        self._show_pointer()
        self._read()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Add a point on the line of a drawn schedule; elsewhere show all of the axes again, and t where it is.

        On a point, and where all is shown, the second press is like the first.
        """
        plot, place = self.plot_at(event.position()), self._scene(event)
        left = event.button() is Qt.MouseButton.LeftButton and not event.modifiers()
        inside = left and plot is not None and plot.box().contains(place)
        if plot is not None and inside and not plot.handles.at(place) and self.points.on_line(plot, place):
            event.accept()
            self.points.add(plot, place)
            return
        if plot is None or not (inside and self.is_zoomed and not plot.handles.at(place)):
            self.mousePressEvent(event)
            return
        event.accept()
        self.reset_zoom()
        self._begin(plot, place, event.button(), event.modifiers(), at_once=False)

    def _give_up(self) -> bool:
        """Leave the gesture or the measurement without a trace, if there is one."""
        if self._gesture is not None:
            self._gesture.give_up()
            self._gesture = None
            self._show_pointer()
            return True
        return self._measure.clear()

    def end_drag(self) -> None:
        """Let go of a point that is dragged, before something else is chosen, or undone."""
        if isinstance(self._gesture, PointDrag):
            self._gesture.end()
            self._gesture = None

    def leaveEvent(self, event: QEvent) -> None:
        """Go back to reading at the cursor."""
        self._mouse = None
        for plot in self.plots():
            plot.steps.point_at(None)
        self._read()

    def _go(self, x: float) -> None:
        t = series.moved_to(self._state, x).t
        if t != self._state.t:
            self.t_chosen.emit(t)

    def _scene(self, event: QMouseEvent) -> QPointF:
        return QPointF(self.mapToScene(event.position().toPoint()))

    def _toggle_log(self, plot: CurvePlot) -> None:
        if series.can_be_log(self._state, plot.curve):
            self.log_toggled.emit(plot.curve.name, not series.is_log(self._state, plot.curve))

    def _show_pointer(self) -> None:
        gesture = self._gesture
        plot = self._hovered() if gesture is None else None
        shape = self._shape(plot) if gesture is None else gesture.cursor
        if self.viewport().cursor().shape() is not shape:
            self.viewport().setCursor(shape)
        if gesture is None:
            self.points.hover(None if plot is None else plot.handles.at(QPointF(self.mapToScene(self._place()))))
            for each in self.plots():
                each.steps.point_at(self._step_under(each) if each is plot else None)
            hint(self, self._hint() if plot is not None else "")

    def _shape(self, plot: CurvePlot | None) -> Qt.CursorShape:
        """The cursor for what a press would do in a plot, or beside all of them."""
        if plot is None:
            return Qt.CursorShape.ArrowCursor
        inside = plot.box().contains(self.mapToScene(self._place()))
        return self._inside_shape(plot) if inside else Qt.CursorShape.PointingHandCursor

    def _hint(self) -> str:
        """What the mouse can do where it is in a plot."""
        plot, place = self._hovered(), QPointF(self.mapToScene(self._place()))
        assert plot is not None
        if not plot.box().contains(place):
            return self._hint_outside(plot, place)
        if self._measure.armed:
            return str(self.tr("Drag, or move t: measure · Esc: measure nothing"))
        if plot.handles.at(place):
            return self._point_hint()
        if self.points.on_line(plot, place):
            return str(self.tr("Double-click: add a point · drag: move t · right-click: menu"))
        if plot.findings.at(place):
            return str(self.tr("Click: select the schedule · rest: see what was noticed"))
        if self._step_under(plot):
            return str(
                self.tr(
                    "Drag: move this step · Shift: to whole t · Ctrl: to a round σ or τ · click: go to it · "
                    "rest: see its level"
                )
            )
        wheel = self.tr("Ctrl+wheel") if self.scrolls else self.tr("wheel")
        gestures = self.tr(
            "Drag: move t · {wheel}: zoom · Shift+drag: to a box · Ctrl+drag: move along · Alt+drag: measure · "
            "double-click: whole"
        )
        return str(gestures.format(wheel=wheel))

    def _point_hint(self) -> str:
        return str(
            self.tr(
                "Drag: move the point · with Shift: to half units of log SNR, or another curve · Esc: take back · "
                "click, then Delete: remove it"
            )
        )

    def _hint_outside(self, plot: CurvePlot, place: QPointF) -> str:
        if plot.title.switch_rect().contains(plot.title.mapFromScene(place)):
            return str(self.tr("Click: linear or logarithmic"))
        return "" if plot.curve.name == self._state.curve else str(self.tr("Click: choose this curve"))

    def _step_under(self, plot: CurvePlot) -> StepDot | None:
        """The step's dot that a press would take hold of."""
        place = QPointF(self.mapToScene(self._place()))
        free = self._gesture is None and not (self._measure.armed or plot.findings.at(place))
        return plot.steps.at(place) if free else None

    def _inside_shape(self, plot: CurvePlot) -> Qt.CursorShape:
        place = QPointF(self.mapToScene(self._place()))
        if (point := plot.handles.at(place)) and not self._measure.armed:
            return shape_of(self._state, point.number)
        if plot.findings.at(place):
            return Qt.CursorShape.PointingHandCursor
        return Qt.CursorShape.IBeamCursor if self._measure.armed else Qt.CursorShape.SizeHorCursor

    def _place(self) -> QPoint:
        assert self._mouse is not None
        return self._mouse.toPoint()

    def _hovered(self) -> CurvePlot | None:
        return None if self._mouse is None else self.plot_at(self._mouse)

    def _ask_for_menu(self, plot: CurvePlot, place: QPoint, by_keys: bool = False) -> None:
        self.points.ask_at(plot, None if by_keys else QPointF(self.mapToScene(place)))
        self.menu_requested.emit(plot.curve.name, self.viewport().mapToGlobal(place))

    # reading values

    def _read(self) -> None:
        """Report what a click would show, or what is shown, while dragging and without a mouse."""
        hovered = self._hovered() if self._gesture is None else None
        reading, under_mouse, pointed, pointer = at_cursor(self._state), None, None, None
        if hovered is not None and hovered.box().contains(self.mapToScene(self._place())):
            x, y = hovered.data_at(self.mapToScene(self._place()))
            under_mouse = series.moved_to(self._state, x)
            reading = at_cursor(under_mouse, hovered.curve.name)
            pointed = self._pointed(hovered, x, y)
            pointer = Pointer(y, pointed)
        for plot in self.plots():
            plot.emphasise(self._state, pointed if plot is hovered else None)
            plot.show_pointed(under_mouse if plot is hovered else None)
            if not self._state.grid:
                plot.show_numbers(under_mouse or self._state, reading, pointer)
        self.read.emit(replace(reading, emphasised=pointed))

    def _pointed(self, plot: CurvePlot, x: float, y: float) -> int | None:
        """The schedule whose curve is nearest above or below the mouse, if within reach."""
        heights = {entry.key: plot.height_of(entry.key, x) for entry in self._state.visible}
        distances = {key: abs(height - y) for key, height in heights.items() if height is not None}
        near = min(distances, key=lambda key: distances[key], default=None)
        return near if near is not None and distances[near] <= NEAR * plot.pixel_height() else None
