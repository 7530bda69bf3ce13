"""The header of a zone: its title, and the buttons that fold it and open it in a window of its own."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QToolButton, QWidget

from ddpm_studio.gui.widgets.sizes.by_font import grown, keep_width

SIDE = 22
"""Width of the buttons, in pixels."""


class Corner(QWidget):
    """The buttons of a zone, which stand at the end of its header."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.fold, self.apart = QToolButton(), QToolButton()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        for button, role in ((self.apart, "apart"), (self.fold, "fold")):
            button.setProperty("role", role)
            # A click leaves the keyboard focus where it was: Space pauses a run, or plays t.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            keep_width(button, partial(grown, SIDE))
            self._row.addWidget(button)
        self.show_folded(False)
        self.show_apart(title, False)

    def show_folded(self, folded: bool) -> None:
        """Show whether the zone is folded."""
        self.fold.setArrowType(Qt.ArrowType.RightArrow if folded else Qt.ArrowType.DownArrow)
        name = self.tr("Unfold {title}") if folded else self.tr("Fold {title}")
        _name(self.fold, name.format(title=self._title))

    def show_apart(self, title: str, apart: bool) -> None:
        """Say what is to open in a window of its own, or is there already."""
        name = self.tr("Put {title} back") if apart else self.tr("{title} in a window of its own")
        _name(self.apart, name.format(title=title))


class ZoneHeader(QWidget):
    """A title with the corner beside it, or over it in a column that is folded. `doubled` tells of a double click."""

    doubled = Signal()

    def __init__(self, title: str, corner: Corner) -> None:
        super().__init__()
        self._title, self._corner = _Title(title), corner
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setSpacing(0)
        self._row.addWidget(self._title, 1)
        self._row.addWidget(corner)
        self.set_upright(False)
        self.setStatusTip(self.tr("Double-click: fold, or unfold"))

    def set_upright(self, upright: bool) -> None:
        """Stand upright, at the side of the window, or lie."""
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.BottomToTop if upright else direction.LeftToRight)
        margins = (2, 4, 2, 8) if upright else (8, 4, 4, 2)
        self._row.setContentsMargins(*margins)
        self._row.setStretch(0, 0 if upright else 1)
        self._corner.apart.setVisible(not upright)
        self._title.set_upright(upright)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fold or unfold."""
        self.doubled.emit()


class _Title(QWidget):
    """A title in bold, from left to right or from top to bottom."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text, self._upright = text, False

    def set_upright(self, upright: bool) -> None:
        """Write from top to bottom, or from left to right."""
        self._upright = upright
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As large as the text."""
        size = QFontMetrics(self._bold).size(0, self._text)
        return size.transposed() if self._upright else size

    def minimumSizeHint(self) -> QSize:
        """As large as the text."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write the text."""
        painter = QPainter(self)
        painter.setFont(self._bold)
        area = self.rect()
        if self._upright:
            painter.translate(area.width(), 0)
            painter.rotate(90)
            area = area.transposed()
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._text)
        painter.end()

    @property
    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return font


def _name(button: QToolButton, name: str) -> None:
    button.setAccessibleName(name)
    button.setToolTip(name)
    button.setStatusTip(name)
