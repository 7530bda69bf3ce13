"""ParameterField: a slider for one parameter of a schedule, built from the registry's entry for it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu, QWidget

from ddpm_studio.diffusion.kinds import Parameter
from ddpm_studio.diffusion.schedule import STEPS
from ddpm_studio.gui.widgets.mathtext import math_html
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.slider_field import SliderField


class ParameterField(SliderField):
    """A slider labelled with the parameter's symbol, and called by its key in a spec.

    `several_wanted` has the key: its menu offers several values of the parameter at once.
    """

    several_wanted = Signal(str)

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(math_html(parameter.symbol), parameter.key, scale_of(parameter), parameter.default, parent)
        self.key = parameter.key
        tip = self.tr("Right-click for several values at once, or write {key}=low..high in the line.")
        self.setToolTip(self.toolTip() + "\n" + tip.format(key=self.key))
        self.set_hint(self.tr("Drag: change it · double-click: back to the default · right-click: several values"))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer several values."""
        self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """A menu of what the slider has no room for."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("&Several values"), self._want_several)
        return menu

    @Slot()
    def _want_several(self) -> None:
        self.several_wanted.emit(self.key)


def scale_of(parameter: Parameter) -> Scale:
    """The scale of a parameter's slider."""
    p = parameter
    return Scale(p.low, p.high, *p.slider, log=p.log, whole=p is STEPS)
