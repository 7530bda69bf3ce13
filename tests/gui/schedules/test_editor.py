from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)

from ddpm_studio.diffusion import Schedule, findings_of
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.operators import ZeroSnr
from ddpm_studio.gui.schedules.card.findings_view import FindingItem
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField, ZeroSnrField
from ddpm_studio.gui.widgets.jump_slider import JumpSlider
from ddpm_studio.gui.widgets.mathtext import sentence_html
from ddpm_studio.gui.widgets.number_box import NumberBox
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from tests.gui.finding import child
from tests.gui.schedules.conftest import Bench

LEFT = Qt.MouseButton.LeftButton
Settle = Callable[[], None]


def fields(bench: Bench) -> dict[str, ParameterField]:
    return {f.key: f for f in bench.panel.findChildren(ParameterField) if f.isVisible()}


def type_number(bench: Bench, key: str, text: str) -> None:
    box = child(fields(bench)[key], NumberBox)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def combo(bench: Bench) -> QComboBox:
    return child(bench.panel, QComboBox)


def choose(bench: Bench, kind: str) -> None:
    combo(bench).setCurrentIndex(combo(bench).findData(kind))
    combo(bench).activated.emit(combo(bench).currentIndex())


def labels(bench: Bench) -> str:
    return "\n".join(label.text() for label in bench.panel.findChildren(QLabel) if label.isVisible())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_sliders(bench: Bench, settle: Settle, kind: str) -> None:
    choose(bench, kind)
    settle()
    shown = {key: field.value for key, field in fields(bench).items()}
    schedule = bench.studio.state.current.schedule
    assert schedule.kind == kind
    assert shown == {"T": 300.0, **{k: v for k, v in schedule.values.items() if k != "zero_snr"}}
    assert combo(bench).currentData() == kind


def test_choosing_the_kind_that_is_there_changes_nothing(bench: Bench) -> None:
    choose(bench, "linear")
    assert bench.said == []


@pytest.mark.parametrize(
    ("key", "text", "spec"),
    [
        ("beta_start", "3e-5", "linear:T=300,beta_start=3e-05"),
        ("T", "1000", "linear:T=1000"),
        ("snr_shift", "0.25", "linear:T=300,snr_shift=0.25"),
    ],
)
def test_a_typed_value_reaches_the_schedule(bench: Bench, settle: Settle, key: str, text: str, spec: str) -> None:
    type_number(bench, key, text)
    settle()
    assert bench.studio.state.current.schedule == Schedule.parse(spec)


@pytest.mark.parametrize(
    ("key", "text"), [("T", "0"), ("T", "100001"), ("T", "2.5"), ("beta_end", "1.5"), ("snr_shift", "-1")]
)
def test_what_cannot_be_is_told_below_the_field_and_stays_in_it(
    bench: Bench, settle: Settle, key: str, text: str
) -> None:
    before = bench.studio.state.current.schedule
    shown = fields(bench)[key].value
    type_number(bench, key, text)
    bench.studio.set_t(5)
    settle()
    assert f"{key} is {text}" in child(fields(bench)[key], RefusalNote).text()
    assert bench.studio.state.current.schedule is before
    assert fields(bench)[key].value == shown
    assert child(fields(bench)[key], NumberBox).text() == text


def test_a_drag_says_that_it_begins_and_ends_and_keeps_the_widgets(bench: Bench) -> None:
    before = bench.panel.findChildren(QWidget)
    slider = child(fields(bench)["beta_end"], JumpSlider)
    start = slider.handle().center()
    QTest.mousePress(slider, LEFT, pos=start)
    for x in (4, 8, 12):
        QTest.mouseMove(slider, start + QPoint(x, 0))
        QApplication.processEvents()
    QTest.mouseRelease(slider, LEFT, pos=start + QPoint(12, 0))
    names = [name for name, *_ in bench.said]
    assert names == ["adjusting", "parameter_changed", "parameter_changed", "parameter_changed", "adjusting"]
    assert bench.studio.state.current.schedule.values["beta_end"] == bench.said[-2][2]
    assert bench.panel.findChildren(QWidget)[: len(before)] == before


def test_zero_terminal_snr_is_a_tick(bench: Bench, settle: Settle) -> None:
    box = child(bench.panel, QCheckBox)
    QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    settle()
    assert bench.studio.state.current.schedule.values["zero_snr"] == 1
    bench.studio.set_parameter("zero_snr", 0)
    settle()
    assert not box.isChecked()


def test_the_form_of_zero_terminal_snr_is_chosen_beside_the_tick(bench: Bench, settle: Settle) -> None:
    field = child(bench.panel, ZeroSnrField)
    box, forms = child(field, QCheckBox), child(field, QComboBox)
    assert not forms.isVisible()
    QTest.keyClick(box, Qt.Key.Key_Space)
    settle()
    assert (forms.isVisible(), forms.currentText()) == (True, "before SNR shift")
    option = QStyleOptionComboBox()
    forms.initStyleOption(option)
    place = QStyle.SubControl.SC_ComboBoxEditField
    room = forms.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, place, forms)
    more = 268 - field.width()  # In the card of a window of 1024 × 700 whose list scrolls.
    assert forms.fontMetrics().horizontalAdvance(forms.currentText()) <= room.width() + more
    QTest.keyClick(forms, Qt.Key.Key_Down)
    settle()
    assert str(bench.studio.state.current.schedule) == "linear:T=300,zero_snr=after"
    QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    settle()
    assert str(bench.studio.state.current.schedule) == "linear:T=300,zero_snr=0"
    bench.studio.set_parameter("zero_snr", ZeroSnr.COMFYUI)
    settle()
    assert (box.isChecked(), forms.currentText()) == (True, "as in ComfyUI")


def test_defaults_bring_back_every_parameter(bench: Bench, settle: Settle) -> None:
    type_number(bench, "beta_end", "0.3")
    settle()
    button = next(b for b in bench.panel.findChildren(QAbstractButton) if b.text() == "Defaults")
    QTest.mouseClick(button, LEFT)
    settle()
    assert fields(bench)["beta_end"].value == 0.02


def test_the_formula_stands_below_the_kind_and_the_source_in_tips(bench: Bench, settle: Settle) -> None:
    choose(bench, "cosine")
    settle()
    assert "cos²((u+s)/(1+s)·π/2)" in labels(bench).replace("\N{WORD JOINER}", "")
    assert "Nichol" in combo(bench).toolTip()
    about = next(label for label in bench.panel.findChildren(QLabel) if "cos²" in label.text())
    assert "Nichol" in about.toolTip()


def test_custom_in_the_combo_opens_betas_and_leaves_the_kind(bench: Bench) -> None:
    choose(bench, "custom")
    assert bench.said == [("open_betas_requested",)]
    assert combo(bench).currentData() == "linear"


def test_a_custom_schedule_names_its_file_and_has_a_fixed_length(bench: Bench, settle: Settle, tmp_path: Path) -> None:
    path = str(tmp_path / "a <b>.csv")
    bench.studio.add(Schedule.from_betas([0.1, 0.2, 0.3], path))
    settle()
    assert set(fields(bench)) == {"T", "snr_shift"}
    assert not fields(bench)["T"].isEnabled()
    assert "a &lt;b&gt;.csv" in labels(bench)
    assert combo(bench).currentData() == "custom"
    choose(bench, "linear")
    settle()
    assert fields(bench)["T"].isEnabled()
    assert bench.studio.state.current.schedule == Schedule("linear", 3)


def test_the_panel_fits_a_narrow_column(bench: Bench, settle: Settle) -> None:
    for kind in KINDS:
        choose(bench, kind)
        settle()
        assert bench.panel.minimumSizeHint().width() <= 290
        assert all(f.minimumSizeHint().width() <= 264 for f in fields(bench).values())


def test_a_hidden_panel_waits(bench: Bench, settle: Settle) -> None:
    bench.panel.hide()
    bench.studio.set_kind("jsd")
    settle()
    assert combo(bench).currentData() == "linear"
    bench.panel.show()
    assert combo(bench).currentData() == "jsd"
    assert set(fields(bench)) == {"T", "snr_shift"}


# findings


def rows(bench: Bench) -> list[FindingItem]:
    return [row for row in bench.panel.findChildren(FindingItem) if row.isVisible()]


def test_findings_are_listed_and_say_why_when_they_are_asked(bench: Bench) -> None:
    found = findings_of(bench.studio.state.current.schedule)
    assert [f.code for f in found] == ["terminal_signal", "unscaled_ends"]
    assert len(rows(bench)) == 2
    texts = [label.text() for label in rows(bench)[0].findChildren(QLabel)]
    assert texts[0] == "▲"
    assert "22\N{NO-BREAK SPACE}% of the signal is left" in texts[1]
    meaning = rows(bench)[0].findChildren(QLabel)[2]
    assert not meaning.isVisible()
    why = next(button for button in rows(bench)[0].findChildren(QAbstractButton) if button.text() == "Why?")
    assert "22 %" in why.accessibleName()
    QTest.mouseClick(why, LEFT)
    assert meaning.isVisible()
    assert "brightness leaks" in meaning.text()
    assert "Switch on zero terminal SNR" in meaning.text()
    assert meaning.height() > meaning.fontMetrics().height()


def test_why_tells_of_the_schedule_that_is_shown(bench: Bench, settle: Settle) -> None:
    """Whether it is opened before or after the schedule changed, under findings that read alike."""
    before, after = Schedule.parse("const:T=20,beta_end=0.999"), Schedule.from_betas([0.999] * 20)
    assert findings_of(before)[0].headline == findings_of(after)[0].headline
    assert findings_of(before)[0].remedy != findings_of(after)[0].remedy
    bench.studio.set_schedule(before)
    settle()
    row = rows(bench)[0]
    why = next(button for button in row.findChildren(QAbstractButton) if button.text() == "Why?")
    for schedule, clicked in ((after, True), (before, False), (after, False), (before, True), (after, True)):
        bench.studio.set_schedule(schedule)
        settle()
        if clicked:
            QTest.mouseClick(why, LEFT)
        meaning = row.findChildren(QLabel)[2]
        assert not meaning.isVisible() or meaning.text().endswith(sentence_html(findings_of(schedule)[0].remedy))
    assert meaning.isVisible()


@pytest.mark.parametrize(("place", "spec"), [(0, "linear:T=300,zero_snr=1"), (1, "linear_rescaled:T=300")])
def test_a_remedy_is_one_click(bench: Bench, settle: Settle, place: int, spec: str) -> None:
    button = child(rows(bench)[place], QAbstractButton)
    QTest.mouseClick(button, LEFT)
    settle()
    assert bench.studio.state.current.schedule == Schedule.parse(spec)


def test_a_schedule_without_findings_says_so(bench: Bench, settle: Settle) -> None:
    assert "Nothing to report." not in labels(bench)
    schedule = Schedule.parse("linear:T=1000")
    assert findings_of(schedule) == ()
    bench.studio.set_schedule(schedule)
    settle()
    assert rows(bench) == []
    assert "Nothing to report." in labels(bench)


@pytest.mark.parametrize("spec", ["flow:T=1000,shift=3", "cosine:T=1000", "edm:T=1000", "laplace:T=1000"])
def test_the_card_has_all_the_height_that_it_asks_for(bench: Bench, settle: Callable[[], None], spec: str) -> None:
    bench.studio.set_schedule(Schedule.parse(spec))
    settle()
    card, formula = bench.panel.list.view.card, bench.panel.editor._about
    assert card.height() >= card.height_for(card.width())
    assert formula.height() >= formula.heightForWidth(formula.width())
