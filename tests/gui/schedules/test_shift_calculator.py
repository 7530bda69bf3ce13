"""The calculator beside a shift: a rule and a size give tokens, a shift and a warning, and one step of undo."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.card.shift_calculator import ShiftCalculator
from ddpm_studio.gui.schedules.card.shift_field import ShiftField
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from tests.gui.finding import child
from tests.gui.windows import show_change


def show(window: MainWindow, qtbot: QtBot, spec: str) -> None:
    window.studio.set_schedule(Schedule.parse(spec))
    show_change(window, qtbot)


def buttons(window: MainWindow) -> list[ShiftField]:
    return [field for field in window.findChildren(ShiftField) if field.by_size.isVisible()]


def opened(window: MainWindow, qtbot: QtBot, spec: str) -> ShiftCalculator:
    show(window, qtbot, spec)
    (field,) = buttons(window)
    field.by_size.setFocus()
    QTest.keyClick(field.by_size, Qt.Key.Key_Space)
    calculator = child(window.panel(SchedulesPanel), ShiftCalculator)
    assert calculator.isVisible()
    assert not calculator.isModal()
    return calculator


def choose(calculator: ShiftCalculator, rule: str, *size: int) -> None:
    calculator.rule.setCurrentIndex(calculator.rule.findData(rule))
    for box, number in zip((calculator.width_box, calculator.height_box, calculator.frames), size, strict=False):
        type_number(box, str(number))


def type_number(box: WholeBox, text: str) -> None:
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def said(calculator: ShiftCalculator) -> str:
    texts = (label.text() for label in calculator.findChildren(QLabel) if label.isVisibleTo(calculator))
    return "\n".join(texts).replace("\N{NO-BREAK SPACE}", " ")


def test_a_flow_takes_the_shift_in_one_step_that_can_be_undone(window: MainWindow, qtbot: QtBot) -> None:
    calculator = opened(window, qtbot, "flow:T=1000")
    choose(calculator, "flux", 1024, 1024)
    assert "4096 = 64 × 64" in said(calculator)
    assert "extrapolated" not in said(calculator)
    before = window.studio.state.document
    calculator.use.setFocus()
    QTest.keyClick(calculator.use, Qt.Key.Key_Space)
    assert str(window.studio.state.current.schedule) == "flow:T=1000,shift=3.158192909689767"
    window.studio.undo()
    assert window.studio.state.document.entries == before.entries


def test_another_kind_takes_its_square_as_snr_shift(window: MainWindow, qtbot: QtBot) -> None:
    calculator = opened(window, qtbot, "cosine:T=1000")
    choose(calculator, "simple_diffusion", 256, 256)
    assert calculator.use.accessibleName() == "Use c = 16"
    calculator.use.click()
    assert str(window.studio.state.current.schedule) == "cosine:T=1000,snr_shift=16"


def test_a_rule_beyond_its_sizes_and_a_value_beyond_the_bounds_are_told(window: MainWindow, qtbot: QtBot) -> None:
    calculator = opened(window, qtbot, "flow:T=1000")
    choose(calculator, "flux", 2048, 2048)
    assert "Flux was published for 256² to 1024² pixels, 256 to 4096 tokens; s = 25.28 is extrapolated." in said(
        calculator
    )
    assert calculator.use.isEnabled()
    choose(calculator, "flux", 16384, 16384)
    assert "choose a value from 0.001 to 1000" in said(calculator)
    assert not calculator.use.isEnabled()


@pytest.mark.parametrize("rule", ["ltx", "flux"])
def test_frames_are_for_videos(window: MainWindow, qtbot: QtBot, rule: str) -> None:
    calculator = opened(window, qtbot, "flow:T=1000")
    choose(calculator, "ltx", 768, 512, 49)
    assert "2688 = 24 × 16 × 7" in said(calculator)
    choose(calculator, rule)
    assert calculator.frames.isEnabled() == (rule == "ltx")
    assert ("1536 = 48 × 32" in said(calculator)) == (rule == "flux")


def test_a_size_that_is_none_is_refused_in_a_sentence_and_stays(window: MainWindow, qtbot: QtBot) -> None:
    calculator = opened(window, qtbot, "flow:T=1000")
    choose(calculator, "flux", 9)
    assert "9 is out of range; choose 16 to 16384." in said(calculator)
    assert calculator.width_box.text() == "9"
    assert calculator.found.width == 1024


def test_what_was_typed_is_there_again_and_it_closes_with_what_it_is_for(window: MainWindow, qtbot: QtBot) -> None:
    calculator = opened(window, qtbot, "flow:T=1000")
    choose(calculator, "qwen_image", 1328)
    show(window, qtbot, "cosine:T=1000")
    assert not calculator.isVisible()
    again = opened(window, qtbot, "linear:T=1000")
    assert (again, again.rule.currentData(), again.width_box.value()) == (calculator, "qwen_image", 1328)
    window.studio.select(window.studio.state.entries[1].key)
    show_change(window, qtbot)
    assert not calculator.isVisible()


def test_every_control_is_reached_by_tab_and_has_a_name(window: MainWindow, qtbot: QtBot) -> None:
    calculator = opened(window, qtbot, "flow:T=1000")
    choose(calculator, "ltx")
    qtbot.waitUntil(calculator.isActiveWindow)
    calculator.rule.setFocus()
    names = []
    for _ in range(6):
        focused = QApplication.focusWidget()
        assert focused is not None
        names.append(focused.accessibleName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert names[:4] == ["Rule", "Width in pixels", "Height in pixels", "Number of frames"]
    assert names[4].startswith("Use s =")
    assert names[5] == "Close"
    QTest.keyClick(calculator, Qt.Key.Key_Escape)
    assert not calculator.isVisible()
