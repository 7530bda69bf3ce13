"""Room for both processes: they stand beside each other only where neither lies over itself."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.equation.equation_panel import EquationPanel
from tests.gui.windows import active_window, settle


@pytest.mark.parametrize("width", [1024, 1200, 1280, 1320, 1360, 1400, 1440, 1600])
def test_nothing_of_an_equation_lies_over_anything_else_of_it(qtbot: QtBot, width: int) -> None:
    with active_window(qtbot, QSize(width, 800)) as window:
        settle()
        panel = window.panel(EquationPanel)
        direct = [part for part in panel.forward.children() if isinstance(part, QWidget) and part.isVisible()]
        assert len(direct) > 6
        for one, other in combinations(direct, 2):
            assert not one.geometry().intersects(other.geometry()), (one, other)
