"""Five questions of a new user, answered in a real window by keys and clicks, which are counted."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.timeline.lanes import Lanes
from ddpm_studio.gui.widgets.dialogs import SaveFormat
from tests.gui.finding import child, with_focus
from tests.gui.windows import active_window

SPECS = ("linear:T=300", "cosine:T=300", "sigmoid:T=300")


@dataclass
class Hands:
    """Hands that count: a click, a key, and a line that is typed and entered are one deed each."""

    window: MainWindow
    qtbot: QtBot
    deeds: int = 0

    def click(self, widget: QWidget, place: QPoint | None = None) -> None:
        """Click on something that can be seen."""
        assert widget.isVisible()
        self.deeds += 1
        self.qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place or widget.rect().center())
        self._settle()

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key wherever the focus is."""
        self.deeds += 1
        QTest.keyClick(with_focus(), key, held)
        self._settle()

    def enter(self, text: str) -> None:
        """Type a line into the empty one at the end of the list."""
        line = self.window.panel(SchedulesPanel).list.new_line
        line.setFocus()
        self.deeds += 1
        self.qtbot.keyClicks(line, text)
        QTest.keyClick(line, Qt.Key.Key_Return)
        self.qtbot.waitUntil(lambda: not line.text())
        self._settle()

    def _settle(self) -> None:
        with self.qtbot.waitSignal(self.window.studio.changed):
            self.window.studio.announce()
        QApplication.processEvents()


@pytest.fixture
def hands(qtbot: QtBot) -> Iterator[Hands]:
    with active_window(qtbot, QSize(1440, 900), [Schedule("linear", 300)]) as window:
        yield Hands(window, qtbot)


def balance(schedule: Schedule) -> int:
    """The step at which ᾱ is nearest to one half, on the log SNR scale."""
    alpha_bar = np.cumprod(1 - schedule.betas)
    return int(np.abs(np.log(alpha_bar / (1 - alpha_bar))).argmin()) + 1


def said_by_lanes(window: MainWindow) -> dict[str, int]:
    """Where each lane says that picture and noise weigh the same."""
    lanes = child(window, Lanes)
    tips = {entry: lanes._tip(entry) for entry in window.studio.state.visible}
    found = {str(entry.schedule): re.search(r"0 dB, at t = (\d+)", tip) for entry, tip in tips.items()}
    return {spec: int(match[1]) for spec, match in found.items() if match}


def test_which_schedule_keeps_the_picture_longest_and_where_each_reaches_0_db(hands: Hands) -> None:
    for spec in SPECS[1:]:
        hands.enter(spec)
    said = said_by_lanes(hands.window)
    assert said == {spec: balance(Schedule.parse(spec)) for spec in SPECS}
    assert max(said, key=lambda spec: said[spec]) == "sigmoid:T=300"
    assert hands.deeds == 2, "the lines; the answers are there"


def test_what_zero_terminal_snr_changes(hands: Hands) -> None:
    hands.key(Qt.Key.Key_End)
    signal = next(hands.window.panel(EquationPanel).numbers())
    current = hands.window.studio.state.current
    before = signal.text(current)
    hands.click(child(hands.window.panel(SchedulesPanel), QCheckBox), QPoint(8, 8))
    after = signal.text(hands.window.studio.state.current)
    assert (before, after) == ("0.219", "0")
    hands.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert signal.text(hands.window.studio.state.current) == before
    assert hands.deeds == 3


def test_five_values_of_s_side_by_side(hands: Hands) -> None:
    hands.enter("cosine:T=1000,s=0.005..0.03,n=5")
    (plot,) = hands.window.panel(CurvesPanel).grid.plots()
    members = hands.window.studio.state.current.members
    assert [dict(member.given)["s"] for member in members] == [0.005, 0.01125, 0.0175, 0.02375, 0.03]
    drawn = [item.getData()[1] for item in plot._members.items]
    expected = [member.coefficients.alphas_cumprod for member in members if member != members[2]]
    assert len(drawn) == len(expected)
    for curve, values in zip(drawn, expected, strict=True):
        np.testing.assert_allclose(curve, values)
    assert hands.deeds == 1


def test_a_table_of_the_coefficients(hands: Hands, tmp_path: Path) -> None:
    class Chosen:
        """A person who takes the first format, with Enter."""

        def save(self, title: str, suggestion: str, formats: list[SaveFormat]) -> tuple[str, SaveFormat]:
            hands.deeds += 1
            return str(tmp_path / suggestion), formats[0]

    hands.window.desk.files.dialogs = Chosen()  # type: ignore[assignment]
    hands.key(Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    hands.qtbot.waitUntil(lambda: not hands.window.desk.busy)
    with (tmp_path / "schedules.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    expected = np.cumprod(1 - Schedule("linear", 300).betas)
    np.testing.assert_allclose([float(row["alphas_cumprod"]) for row in rows], expected, rtol=1e-12)
    assert hands.deeds == 2
