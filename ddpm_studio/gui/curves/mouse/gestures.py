"""Gestures: what a drag of the mouse in a plot does, from the press until the button is let go."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt

from ddpm_studio.gui.curves.canvas import PlotCanvas
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.zooming import Part

CLICK = 5.0
"""Distance, in pixels, up to which a drag is a click; a band no wider, or no higher, is about the other axis alone."""


class Gesture:
    """A drag that began in a plot at a point of the scene. It has done nothing as long as it is a `click`.

    `keys` are those that are held while the mouse moves.
    """

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(self, canvas: PlotCanvas, plot: CurvePlot, place: QPointF) -> None:
        self.canvas, self.plot, self.begun, self.last = canvas, plot, place, place
        self.click = True
        self.keys = Qt.KeyboardModifier.NoModifier

    def move(self, place: QPointF) -> None:
        """Follow the mouse."""
        away = place - self.begun
        self.click = self.click and max(abs(away.x()), abs(away.y())) < CLICK
        if not self.click:
            self.drag(place)
        self.last = place

    def drag(self, place: QPointF) -> None:
        """Do what the drag is for; `last` is where the mouse was before."""

    def end(self) -> None:
        """Finish where the mouse was last."""

    def give_up(self) -> None:
        """Leave no trace."""


class Scrub(Gesture):
    """Moves t with the mouse; `go` takes a position on the x axis. A press alone moves it too."""

    def __init__(self, canvas: PlotCanvas, plot: CurvePlot, place: QPointF, go: Callable[[float], None]) -> None:
        super().__init__(canvas, plot, place)
        self._go = go

    def move(self, place: QPointF) -> None:
        """Go where the mouse is."""
        self._go(self.plot.data_at(place)[0])


class BoxZoom(Gesture):
    """Draws a rubber band, and shows what is in it in the end."""

    cursor = Qt.CursorShape.CrossCursor

    def drag(self, place: QPointF) -> None:
        """Draw the band as far as the plot goes; along an axis that it leaves alone from one end to the other."""
        box, x, y = self.plot.box(), *self._parts(place)
        (left, right), (bottom, top) = x or (0.0, 1.0), y or (0.0, 1.0)
        corner = QPointF(box.left() + left * box.width(), box.bottom() - bottom * box.height())
        opposite = QPointF(box.left() + right * box.width(), box.bottom() - top * box.height())
        corners = [QPointF(*self.plot.data_at(each)) for each in (corner, opposite)]
        self.plot.rubber.set_area(QRectF(*corners).normalized() if x or y else QRectF())

    def _parts(self, place: QPointF) -> tuple[Part | None, Part | None]:
        """Between which fractions of both axes the band is; None for an axis that it leaves alone."""
        (left, bottom), (right, top) = self.plot.fractions_at(self.begun), self.plot.fractions_at(place)
        away = place - self.begun
        x, y = (left, right), (bottom, top)
        return x if abs(away.x()) > CLICK else None, y if abs(away.y()) > CLICK else None

    def end(self) -> None:
        """Show what is in the band."""
        x, y = self._parts(self.last)
        self.give_up()
        if x or y:
            self.canvas.zoom_to(self.plot, x, y)

    def give_up(self) -> None:
        """Take the band away."""
        self.plot.rubber.set_area(QRectF())


class Pan(Gesture):
    """Moves what is seen with the mouse; y settles when it is let go."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, canvas: PlotCanvas, plot: CurvePlot, place: QPointF) -> None:
        super().__init__(canvas, plot, place)
        canvas.set_held(True)

    def drag(self, place: QPointF) -> None:
        """Keep what was under the mouse there."""
        by, box = place - self.last, self.plot.box()
        self.canvas.pan(self.plot, -by.x() / max(box.width(), 1.0), by.y() / max(box.height(), 1.0))

    def end(self) -> None:
        """Let y fit what is seen now."""
        self.canvas.set_held(False)

    def give_up(self) -> None:
        """Stay where it is."""
        self.end()


class Measuring(Gesture):
    """Marks what is to be measured; `mark` takes its ends on the x axis, or None to have no mark."""

    cursor = Qt.CursorShape.IBeamCursor

    def __init__(
        self,
        canvas: PlotCanvas,
        plot: CurvePlot,
        place: QPointF,
        mark: Callable[[CurvePlot, tuple[float, float] | None], None],
    ) -> None:
        super().__init__(canvas, plot, place)
        self._mark = mark

    def drag(self, place: QPointF) -> None:
        """Mark from the press to the mouse."""
        self._mark(self.plot, (self.plot.data_at(self.begun)[0], self.plot.data_at(place)[0]))

    def give_up(self) -> None:
        """Take the mark away."""
        self._mark(self.plot, None)


class RightClicks:
    """Tells whether a right button that went down asks for a menu: with a click it does, with a drag it does not.

    Some platforms ask for the menu at the press, when nobody knows yet which it will be, others after the release.
    """

    def __init__(self) -> None:
        self._down = self._asked = self._dragged = False

    def press(self, button: Qt.MouseButton) -> None:
        """A button went down."""
        self._down, self._asked, self._dragged = button is Qt.MouseButton.RightButton, False, False

    def release(self, button: Qt.MouseButton, click: bool) -> bool:
        """A button went up; True if now is the time for a menu that was asked for at the press."""
        self._down = self._down and button is not Qt.MouseButton.RightButton
        self._dragged = not click
        return click and self._asked

    def asks(self) -> bool:
        """The platform asks for the menu; True if it is to be had at once."""
        self._asked = self._down
        return not (self._down or self._dragged)
