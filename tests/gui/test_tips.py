"""Tips: what is hovered says what it is, with its name in code, in the words of its declaration."""

from __future__ import annotations

import inspect

from diffusers import DDPMScheduler
from diffusers.schedulers.scheduling_ddpm import DDPMSchedulerOutput
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from ddpm_studio.diffusion import CURVES
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.equation.formula import Symbol, Thumbnail
from ddpm_studio.gui.equation.terms import ESTIMATE, FORWARD, STEP_BACK
from ddpm_studio.gui.explaining.explanations import SYMBOLS
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.timeline.time_bar import READ_OUT, TimeBar
from ddpm_studio.gui.values.at_t import AtTModel
from ddpm_studio.gui.values.every_t import EveryTModel
from ddpm_studio.gui.widgets.item_models import Role

SIGNS = {"=", "·", "+", "−"}


def test_every_symbol_of_both_processes_says_its_name_in_code(window: MainWindow) -> None:
    panel = window.panel(EquationPanel)
    symbols = [symbol for formula in (panel.forward, *panel.backward) for symbol in formula.findChildren(Symbol)]
    assert len(symbols) > 12
    for symbol in symbols:
        assert symbol.toolTip().partition("\n")[0] == ("" if symbol.text in SIGNS else SYMBOLS[symbol.text].name)
    for picture in panel.forward.findChildren(Thumbnail):
        assert picture.toolTip().partition("\n")[0] == SYMBOLS[picture.accessibleName()].name
    terms = {term for term in (*FORWARD, *ESTIMATE, *STEP_BACK) if isinstance(term, str)}
    assert terms - SIGNS <= SYMBOLS.keys()


def test_names_of_symbols_are_those_of_diffusers() -> None:
    taken = set(inspect.signature(DDPMScheduler.step).parameters)
    taken |= set(inspect.signature(DDPMScheduler.add_noise).parameters)
    taken |= set(DDPMSchedulerOutput.__dataclass_fields__) | {"variance_noise"}
    taken |= set(inspect.signature(DDPMScheduler.__init__).parameters)
    assert {name for symbol in SYMBOLS.values() for name in symbol.name.split(" / ")} <= taken
    assert "variance_noise = randn_tensor" in inspect.getsource(DDPMScheduler.step)


def test_the_read_out_says_what_each_of_its_numbers_is(window: MainWindow) -> None:
    read_out = window.panel(TimeBar).findChildren(QLineEdit)[-1]
    lines = read_out.toolTip().splitlines()
    assert [line.split()[1].rstrip(":") for line in lines] == list(READ_OUT)
    assert all(CURVES[name].meaning in line for name, line in zip(READ_OUT, lines, strict=True))


def test_both_tables_of_values_say_it_of_each_coefficient() -> None:
    at_t, every_t = AtTModel(), EveryTModel()
    tip, orientation = Role.ToolTipRole, Qt.Orientation
    for place, curve in enumerate(ALL_CURVES.values()):
        said = f"{curve.name}\n{curve.meaning}"
        assert at_t.headerData(place, orientation.Vertical, tip) == said
        assert at_t.data(at_t.index(place, 0), tip) == said
        assert every_t.headerData(place, orientation.Horizontal, tip) == said
