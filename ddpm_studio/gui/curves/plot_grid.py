"""The plots as they are used: keys, the wheel, menus and tips, besides what the mouse does."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QHelpEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ddpm_studio.gui.curves.finding_marks import FindingMark
from ddpm_studio.gui.curves.labels.moment_numbers import Label
from ddpm_studio.gui.curves.mouse.mouse_canvas import MouseCanvas
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.plot_keys import PLOT_KEYS
from ddpm_studio.gui.explaining.explanations import curve_tip
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import plain_tip

ZOOM_STEP = 1.25

PAN_STEP = 0.1
"""Fraction of what is seen by which a key moves along."""


class PlotGrid(MouseCanvas):
    """Plots with their keys, wheel, menus and tips."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Curves"))
        self.viewport().setAccessibleName(self.tr("Values of the curves"))
        self.setAccessibleDescription(
            self.tr(
                "Click or drag to choose t. Ctrl+Left and Ctrl+Right choose a plot, L switches its y axis between "
                "linear and logarithmic, Ctrl+Plus and Ctrl+Minus zoom the x axis, Alt+Plus and Alt+Minus the y axis, "
                "Shift+Left and Shift+Right move along, Ctrl+0 shows the whole again. M measures from here to where t "
                "is moved, Escape ends that. Points of a drawn schedule can be dragged; Delete removes the last one, "
                "and the card has them in fields. The Menu key opens the menu of the plot."
            )
        )

    def show_state(self, state: State) -> None:
        """Draw what has changed, and mark the plot that keys act on."""
        super().show_state(state)
        self._mark_focus()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the plot that keys act on."""
        super().focusInEvent(event)
        self._mark_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Mark it no longer."""
        super().focusOutEvent(event)
        self._mark_focus()

    def _mark_focus(self) -> None:
        for plot in self.plots():
            plot.title.set_focused(self.hasFocus() and plot is self._at_keys())

    def event(self, event: QEvent) -> bool:
        """Claim the keys of plots before the window's shortcuts have them, Esc while there is something to give up."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            busy = self._gesture is not None or self._measure.busy
            if busy if event.key() == Qt.Key.Key_Escape else _meant_by(event) is not None:
                event.accept()
                return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what a key is for in PLOT_KEYS; other keys pass on to the window, where they move t."""
        meant = _meant_by(event)
        if meant is None or not self._act(*meant):
            event.ignore()

    def _act(self, name: str, by: float) -> bool:
        """Do something by its name; False if there is nothing to do."""
        explained, chosen = self._chosen(), self._at_keys()
        if name == "plot":
            self._choose_beside(round(by))
        elif name == "x":
            self.zoom(ZOOM_STEP**by)
        elif name == "y":
            self.zoom_y(chosen, ZOOM_STEP**by)
        elif name == "whole":
            self.reset_zoom()
        elif name == "along" and self.is_zoomed:
            self.pan(chosen, by * PAN_STEP)
        elif name == "log" and explained is not None:
            self._toggle_log(explained)
        elif name == "measure":
            self.measure()
        elif name == "remove point":
            return self.points.remove()
        else:
            return name == "give up" and self._give_up()
        return True

    def zoom_chosen_y(self, name: str, factor: float) -> None:
        """Zoom the y axis of one curve's plot."""
        for plot in self.plots():
            if plot.curve.name == name:
                self.zoom_y(plot, factor)

    @Slot()
    def measure(self) -> None:
        """Measure from the moment to where t is moved, or where the mouse is dragged; at the second time, end that."""
        self.setFocus()
        if not self._measure.clear():
            self._measure.arm(self._at_keys())
        self._show_pointer()

    def _chosen(self) -> CurvePlot | None:
        return next((plot for plot in self.plots() if plot.curve.name == self._state.curve), None)

    def _at_keys(self) -> CurvePlot:
        """The plot that keys act on."""
        return self._chosen() or self.plots()[0]

    def _choose_beside(self, step: int) -> None:
        names = self._state.curves
        place = names.index(self._state.curve) + step if self._state.curve in names else 0
        if 0 <= place < len(names):
            self.curve_chosen.emit(names[place])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom x about the mouse, or y with Shift; where the grid scrolls, the wheel does, and Ctrl+wheel zooms x."""
        plot, keys = self.plot_at(event.position()), event.modifiers()
        held = keys & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        if plot is None or (self.scrolls and not held):
            event.ignore()
            return
        across, up = plot.fractions_at(QPointF(self.mapToScene(event.position().toPoint())))
        # With some keys held, some platforms take the wheel for one that turns sideways.
        factor = ZOOM_STEP ** ((event.angleDelta().y() or event.angleDelta().x()) / 120)
        if keys & Qt.KeyboardModifier.ShiftModifier:
            self.zoom_y(plot, factor, up)
        else:
            self.zoom(factor, across)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the plot under the mouse, or, from the keyboard, of the chosen one."""
        keyboard = event.reason() is QContextMenuEvent.Reason.Keyboard
        plot = self._at_keys() if keyboard else self.plot_at(QPointF(event.pos()))
        if plot is not None and (keyboard or self._clicks.asks()):
            self._ask_for_menu(plot, plot.box().center().toPoint() if keyboard else event.pos(), keyboard)

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
            dot = plot.steps.at(QPointF(scene))
            step = [] if dot is None else [html.escape(dot.notes.tip(dot.number)).replace("\n", "<br>")]
            counted = map(self._number_tip, plot.counted_at(QPointF(scene)))
            special = [*counted, *map(self._finding_tip, plot.findings.at(QPointF(scene))), *step]
            return "<br>".join(special or self._line_tips(plot, QPointF(scene)))
        return plain_tip(curve_tip(plot.curve.name))

    def _line_tips(self, plot: CurvePlot, scene: QPointF) -> list[str]:
        """The line within reach of a place, if one is: its schedule, and what it shows."""
        key = self._pointed(plot, *plot.data_at(scene))
        if key is None:
            return []
        entry = next(entry for entry in self._state.visible if entry.key == key)
        head = f"<b>{self._state.letter(entry)} {html.escape(self._state.shown_title(entry))}</b>"
        return [head, html.escape(curve_tip(plot.curve.name)).replace("\n", "<br>")]

    def _number_tip(self, label: Label) -> str:
        """A number that has no room in the plot, and the schedule that it is of."""
        entry = next(entry for entry in self._state.visible if entry.key == label.key)
        return f"<b>{html.escape(label.text)}</b>  {html.escape(self._state.shown_title(entry))}"

    def tell_numbers(self) -> None:
        """Say all numbers that are written beside curves to who does not see them."""
        texts = (label.text for plot in self.plots() for label in plot.numbers())
        self.viewport().setAccessibleDescription("; ".join(texts))

    def _finding_tip(self, mark: FindingMark) -> str:
        """The schedule that a mark is about, and a sentence for each thing that was found there."""
        entry = next(entry for entry in self._state.visible if entry.key == mark.key)
        head = f"<b>{self._state.letter(entry)} {html.escape(self._state.shown_title(entry))}</b>"
        return "<br>".join([head, *(html.escape(translated(finding.headline)) for finding in mark.findings)])


def _meant_by(event: QKeyEvent) -> tuple[str, float] | None:
    """What a key does in a plot, by a name, and by how much; None if it does nothing there."""
    keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return PLOT_KEYS.get((keys, Qt.Key(event.key())))
