"""One number in all the places where the window shows it: the same digits, the same signs, its unit."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

import ddpm_studio
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.clean import value_at
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.legend import LegendStrip
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.tile import Tile
from ddpm_studio.gui.state.sampling import Visited
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.values.at_t import AtTModel
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.values.values_panel import ValuesPanel
from ddpm_studio.numerals import brief, numeral
from tests.gui.finding import child
from tests.gui.windows import active_window, show_change


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1280, 800)) as window:
        window.studio.set_grid(True)  # Which has a legend.
        yield window


def read_out(window: MainWindow) -> str:
    return window.panel(TimeBar).findChildren(QLineEdit)[-1].text()


def in_table(window: MainWindow, name: str) -> str:
    panel = window.panel(ValuesPanel)
    panel.show_state(window.studio.state)
    panel.refresh()
    model = child(panel, AtTModel)
    return str(model.index(list(ALL_CURVES).index(name), 1).data())


def explained(window: MainWindow) -> str:
    document = QTextDocument()
    panel = window.panel(ExplainPanel)
    panel.refresh()
    document.setHtml("<br>".join(label.text() for label in panel.findChildren(QLabel)))
    return document.toPlainText()


MOMENTS = [
    ("linear:T=300", 100),
    ("cosine:T=1000", 1),
    ("cosine:T=1000", 1000),
    ("linear:T=1000,zero_snr=1", 1000),
    ("sqrt:T=20000", 20000),
    ("linear:T=100000", 99_999),
    ("linear:T=50,snr_shift=1e6", 1),
]


def test_a_number_looks_the_same_wherever_it_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.explain("snr_db")
    for spec, t in MOMENTS:
        window.studio.set_schedule(Schedule.parse(spec))
        window.studio.set_t(t)
        show_change(window, qtbot)
        text = numeral(float(Schedule.parse(spec).coefficients.snr_db[t - 1]))
        assert read_out(window).endswith(f"SNR {text} dB"), spec
        assert child(window, LegendStrip).accessibleDescription().endswith(f": {text} dB"), spec
        assert f"SNR {text} dB" in window.findChildren(Tile)[1].caption.items, spec
        assert f"= {text} dB" in explained(window), spec
        assert in_table(window, "snr_db") == text, spec


def test_every_coefficient_is_the_same_in_legend_and_table(window: MainWindow, qtbot: QtBot) -> None:
    for t, name in itertools.product((0, 1, 100, 300), ALL_CURVES):
        window.studio.set_t(t)
        window.studio.set_curves((name,))
        window.studio.explain(name)
        show_change(window, qtbot)
        said = child(window, LegendStrip).accessibleDescription().rpartition(": ")[2]
        assert said.removesuffix(" dB") == in_table(window, name), (t, name)
        assert said.endswith(" dB") == (name == "snr_db"), (t, name)
        assert not re.search(r"[-+]|e[−]?0", said), (t, name)


def test_of_decibels_the_difference_is_shown_for_the_ratio_and_all_say_so(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.add(Schedule("cosine", 300))
    window.studio.set_view("ratio")
    window.studio.set_grid(True)
    window.studio.explain("snr_db")
    show_change(window, qtbot)
    state = window.studio.state
    a, b = (entry.schedule.coefficients.snr_db[state.t - 1] for entry in state.entries)
    description = child(window, LegendStrip).accessibleDescription()
    assert description.startswith("SNR (dB) − A; ")
    assert description.endswith(f": {numeral(float(b - a))} dB")
    titles = {plot.curve.name: plot.title._symbol for plot in window.panel(CurvesPanel).grid.plots()}
    assert titles["snr_db"] == "SNR (dB) − A"
    assert titles["betas"] == "β_t ÷ A"


def test_the_marks_of_a_run_are_on_the_sampled_schedule_and_can_be_switched_off(
    window: MainWindow, qtbot: QtBot
) -> None:
    sampled = Schedule("cosine", 300)
    window.studio.add(sampled)
    window.studio.set_visited(Visited(sampled, (300.0, 100.0)))
    show_change(window, qtbot)
    plot = window.panel(CurvesPanel).grid.plots()[0]
    assert len(plot._marks.marks()) == 1
    switch = window.findChild(QAction, "toggle_marks")
    assert switch is not None
    assert switch.isChecked()
    for shown in (0, 1):
        switch.trigger()
        show_change(window, qtbot)
        assert len(plot._marks.marks()) == shown
        assert switch.isChecked() == bool(shown)


def test_a_number_among_many_has_the_same_few_digits_in_equation_and_lanes(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.add(Schedule("cosine", 1000))
    for name, t in itertools.product(("sqrt_alphas_cumprod", "sqrt_one_minus_alphas_cumprod"), (0, 1, 100, 299)):
        window.studio.explain(name)
        window.studio.set_t(t)
        show_change(window, qtbot)
        state = window.studio.state
        number = next(each for each in window.panel(EquationPanel).numbers() if each.weight.curve == name)
        for entry in state.visible:
            text = brief(value_at(entry.schedule, name, state.t_of(entry)))
            assert number.text(entry) == window.panel(TimelinePanel).lanes.values(entry)[1] == text, (name, t)


def test_a_level_has_the_same_few_digits_in_scales_lanes_and_small_captions(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.set_t(123)
    show_change(window, qtbot)
    entry, timeline = window.studio.state.current, window.panel(TimelinePanel)
    decibels, log_snr = (value_at(entry.schedule, name, 123) for name in ("snr_db", "log_snr"))
    assert timeline.lanes.values(entry)[2] == brief(decibels)
    assert timeline.scales.values()["log_snr"] == brief(log_snr)
    assert timeline.scales.values()["t/T"] == "0.410"
    # One that is smaller than what three decimals can say is not zero.
    window.studio.set_schedule(Schedule.parse("linear:T=100000"))
    window.studio.set_t(37)
    show_change(window, qtbot)
    assert timeline.scales.values()["t/T"] == "3.7e−4"


def test_no_module_has_digits_of_its_own() -> None:
    """What is written with other digits is no coefficient: ends of a colour scale, and t between two steps; or an
    explanation has numbers with as many as its result needs, or a prediction no more than can be relied on.
    """
    allowed = {"heat_map.py", "table_row.py", "run_texts.py", "step_notes.py", "worked.py", "prediction_text.py"}
    calls = [
        path.name
        for path in Path(ddpm_studio.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "numeral"
        if len(node.args) + len(node.keywords) > 1 and path.name != "numerals.py"
    ]
    assert set(calls) == allowed
