"""JumpSlider: a slider whose handle jumps to where the groove is clicked and can be dragged from there."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QHideEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSlider, QSlider, QStyle, QStyleOptionSlider, QWidget

from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel

_NOTCH = 120
"""One notch of a wheel, in eighths of a degree, Qt's unit."""


class JumpSlider(QSlider):
    """A horizontal slider; pressing beside the handle brings it there. `double_clicked` asks for the default."""

    double_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._turned = 0
        require_focus_for_wheel(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring the handle under the cursor, then drag like any slider."""
        place = event.position().toPoint()
        if event.button() is Qt.MouseButton.LeftButton and not self.handle().contains(place):
            self.setSliderDown(True)
            self.setSliderPosition(self._position_at(place.x()))
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle for as long as it is held; Qt would after `end_drag` too."""
        if self.isSliderDown() or not event.buttons():
            super().mouseMoveEvent(event)
        event.accept()

    def end_drag(self) -> None:
        """Release the handle, as if the mouse had."""
        self.setSliderDown(False)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Emit `double_clicked`; the second press does not jump."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.double_clicked.emit()
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Move one step per notch, as with the arrow keys."""
        self._turned += event.angleDelta().y()
        notches = int(self._turned / _NOTCH)
        self._turned -= notches * _NOTCH
        actions = QAbstractSlider.SliderAction
        for _ in range(abs(notches)):
            self.triggerAction(actions.SliderSingleStepAdd if notches > 0 else actions.SliderSingleStepSub)
        event.accept()

    def hideEvent(self, event: QHideEvent) -> None:
        """Release the handle, whose real release would go unnoticed."""
        self.setSliderDown(False)
        super().hideEvent(event)

    def handle(self) -> QRect:
        """The handle's rectangle, in this widget's coordinates."""
        return self._part(QStyle.SubControl.SC_SliderHandle)

    def _position_at(self, x: int) -> int:
        groove, width = self._part(QStyle.SubControl.SC_SliderGroove), self.handle().width()
        return QStyle.sliderValueFromPosition(
            self.minimum(), self.maximum(), x - groove.x() - width // 2, groove.width() - width
        )

    def _part(self, part: QStyle.SubControl) -> QRect:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        return self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
