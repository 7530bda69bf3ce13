"""Formula: an equation as a row of symbols, pictures and numbers, of which only the numbers change with t."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ddpm_studio.gui.equation.terms import Equation, Weight
from ddpm_studio.gui.equation.weight_number import WeightNumber
from ddpm_studio.gui.explaining.explanations import symbol_tip
from ddpm_studio.gui.state.picture_at import Pictured
from ddpm_studio.gui.state.window import Entry, State
from ddpm_studio.gui.theme import LIGHT, Tokens
from ddpm_studio.gui.widgets.frame_grid import SHARP_FROM
from ddpm_studio.gui.widgets.mathtext import math_width, paint_math
from ddpm_studio.gui.widgets.pictures.dragging import DragStart
from ddpm_studio.gui.widgets.pictures.picture_menu import asked_at

TOP = Qt.AlignmentFlag.AlignTop

FRAME = 2
"""Width of the frame about the picture that has the focus, in pixels."""

BELOW = 1.2
"""Height of a symbol as a share of its line's, with what a subscript has below it."""


class Symbol(QWidget):
    """A symbol or a sign of an equation, on the line of its numbers."""

    def __init__(self, text: str, size: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text, self._size = text, size
        self._tokens, self._needed = LIGHT, QSize()
        self.setToolTip(symbol_tip(text))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._fit()

    def set_theme(self, tokens: Tokens) -> None:
        """Use the theme's colours and font."""
        self._tokens = tokens
        self._fit()

    def set_text(self, text: str) -> None:
        """Show another text."""
        if text != self.text:
            self.text = text
            self.setAccessibleName(text)
            self.setToolTip(symbol_tip(text))
            self._fit()

    def _fit(self) -> None:
        self._font = QFont(self.font())
        self._font.setPointSizeF(self.font().pointSizeF() * self._size)
        self._font.setItalic(self.text[:1].isalpha())
        size = QSize(round(math_width(self._font, self.text)) + 4, round(BELOW * QFontMetricsF(self._font).height()))
        # What is around it is laid out again, up to the whole window.
        if size != self._needed:
            self._needed = size
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As large as the text."""
        return self._needed

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text."""
        with QPainter(self) as painter:
            painter.setFont(self._font)
            painter.setPen(QColor(self._tokens.text))
            paint_math(painter, 2, QFontMetricsF(self._font).ascent(), self.text)


class Thumbnail(QWidget):
    """A picture of an equation, as it enters it; `asked` says where on the screen its menu is wanted."""

    asked = Signal(QPoint)
    dragged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = QImage()
        self._drag = DragStart()
        self.setStatusTip(self.tr("Drag: to another program · right click: menu"))
        # A press is the start of a drag, and leaves the keys where they are.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_image(self, image: QImage | None, side: int) -> None:
        """Show a picture no larger than a square with this side, or none."""
        self.setVisible(image is not None)
        if image is not None:
            size = self._size_of(image, side)
            if size != self.size():
                self.setFixedSize(size)
            self.image = image
            self.update()

    def _size_of(self, image: QImage, side: int) -> QSize:
        """The size of a picture in a square; small ones are enlarged by a whole factor, so that pixels stay alike."""
        size, ratio = image.size().scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio), self.devicePixelRatioF()
        factor = size.width() * ratio / image.width()
        return image.size() * (int(factor) / ratio) if factor >= SHARP_FROM else size

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture."""
        with QPainter(self) as painter:
            smooth = self.width() * self.devicePixelRatioF() < SHARP_FROM * self.image.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(self.rect(), self.image)
            if self.hasFocus():
                painter.setPen(QPen(self.palette().highlight().color(), FRAME))
                painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu, at the pointer, or with the key for it."""
        self.asked.emit(asked_at(event, self, self.rect().center()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no longer."""
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Note where a drag may begin."""
        self._drag.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag the picture out."""
        if self._drag.moved(event) is not None:
            self.dragged.emit()


class Formula(QWidget):
    """Shows an equation at a State's moment."""

    def __init__(self, equation: Equation, size: float, parent: QWidget | None = None) -> None:
        """`size` is that of the font, as a share of the window's."""
        super().__init__(parent)
        self.numbers: list[WeightNumber] = []
        self.thumbnails: dict[Pictured, Thumbnail] = {}
        self._symbols: list[Symbol] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for term in equation:
            for part in self._parts(term, size):
                row.addWidget(part, 0, TOP)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def _parts(self, term: str | Pictured | Weight, size: float) -> list[QWidget]:
        if isinstance(term, Weight):
            self.numbers.append(WeightNumber(term, size))
            return [self.numbers[-1]]
        self._symbols.append(Symbol(term if isinstance(term, str) else term.value, size))
        if isinstance(term, str):
            return [self._symbols[-1]]
        self.thumbnails[term] = Thumbnail()
        self.thumbnails[term].setAccessibleName(term.value)
        self.thumbnails[term].setToolTip(symbol_tip(term.value))
        return [self._symbols[-1], self.thumbnails[term]]

    def show_state(self, state: State, others: tuple[Entry, ...]) -> None:
        """Show the numbers of the selected schedule, and of these others."""
        for number in self.numbers:
            number.show_state(state, others)

    def show_pictures(self, images: Mapping[Pictured, QImage], side: int) -> None:
        """Show what each picture has at the moment, no larger than a square with this side."""
        for role, thumbnail in self.thumbnails.items():
            thumbnail.show_image(images.get(role), side)

    def set_theme(self, tokens: Tokens) -> None:
        """Use a theme's colours."""
        for number in self.numbers:
            number.set_theme(tokens)
        for symbol in self._symbols:
            symbol.set_theme(tokens)
