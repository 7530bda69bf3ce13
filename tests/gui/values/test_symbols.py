"""Symbols in the heads of tables and in a box: typeset, and letter by letter nowhere."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QTabWidget

from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.values import symbols
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.values.numbers_table import NumbersTable
from ddpm_studio.gui.values.symbols import CurveBox
from ddpm_studio.gui.values.values_panel import ValuesPanel
from ddpm_studio.gui.widgets.mathtext import math_width, paint_math
from tests.gui.finding import child
from tests.gui.values.conftest import Bench

SYMBOLS = {curve.symbol for curve in ALL_CURVES.values()}


@pytest.fixture
def typeset(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The symbols that have been painted as formulas."""
    found = list[str]()

    def note(painter: QPainter, left: float, baseline: float, symbol: str) -> float:
        found.append(symbol)
        return paint_math(painter, left, baseline, symbol)

    monkeypatch.setattr(symbols, "paint_math", note)
    return found


def symbol_head(panel: ValuesPanel, tab: int) -> QHeaderView:
    child(panel, QTabWidget).setCurrentIndex(tab)
    table = child(panel, QTabWidget).currentWidget()
    assert isinstance(table, NumbersTable)
    return table.horizontalHeader() if tab else table.verticalHeader()


@pytest.mark.parametrize("tab", [0, 1])
def test_the_heads_of_both_tables_are_typeset(bench: Bench, typeset: list[str], tab: int) -> None:
    panel = ValuesPanel()
    bench.show(panel)
    head = symbol_head(panel, tab)
    head.grab()
    assert {"β_t", "ᾱ_t"} <= set(typeset) <= SYMBOLS
    # What is copied and what is read aloud stays text.
    assert head.model().headerData(2, head.orientation()) == "ᾱ_t"


def test_a_head_has_room_for_what_stands_above_a_letter(bench: Bench) -> None:
    panel = ValuesPanel()
    bench.show(panel)
    head = symbol_head(panel, 1)
    assert head.height() >= head.fontMetrics().height() + 6


@pytest.mark.qt_log_ignore("does not support (grabbing the keyboard|raise)", extend=True)
def test_the_box_of_coefficients_is_typeset_closed_and_open(bench: Bench, typeset: list[str]) -> None:
    panel = ExplainPanel()
    bench.show(panel)
    box = child(panel, CurveBox)
    box.grab()
    assert typeset == ["ᾱ_t"]
    typeset.clear()
    box.showPopup()
    box.view().viewport().grab()
    assert {"β_t", "ᾱ_t", "√ᾱ_t"} <= set(typeset) <= SYMBOLS
    box.hidePopup()


def test_the_box_has_room_for_its_longest_line(bench: Bench) -> None:
    panel = ExplainPanel()
    bench.show(panel)
    box = child(panel, CurveBox)
    needed = max(
        math_width(box.font(), curve.symbol) + symbols.GAP + box.fontMetrics().horizontalAdvance(curve.name)
        for curve in ALL_CURVES.values()
    )
    assert box.view().sizeHintForColumn(0) >= needed
