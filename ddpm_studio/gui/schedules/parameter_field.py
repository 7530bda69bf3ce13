"""ParameterField: a slider for one parameter of a schedule, built from the registry's entry for it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ddpm_studio.diffusion.kinds import Parameter
from ddpm_studio.diffusion.schedule import STEPS
from ddpm_studio.gui.widgets.mathtext import math_html
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.slider_field import SliderField


class ParameterField(SliderField):
    """A slider labelled with the parameter's symbol, and called by its key in a spec."""

    def __init__(self, parameter: Parameter, parent: QWidget | None = None) -> None:
        super().__init__(math_html(parameter.symbol), parameter.key, scale_of(parameter), parameter.default, parent)
        self.key = parameter.key


def scale_of(parameter: Parameter) -> Scale:
    """The scale of a parameter's slider."""
    p = parameter
    return Scale(p.low, p.high, *p.slider, log=p.log, whole=p is STEPS)
