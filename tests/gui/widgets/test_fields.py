"""Fields: every kind of control, shown and chosen from."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.fields import Fields
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.seed_field import SeedField
from ddpm_studio.gui.widgets.slider_field import SliderField


def combo() -> QComboBox:
    box = QComboBox()
    for data in (None, "karras", 3):
        box.addItem(f"shown {data}", data)
    return box


def up(control: QWidget) -> None:
    QTest.keyClick(control, Qt.Key.Key_Up)


def down(control: QWidget) -> None:
    QTest.keyClick(control, Qt.Key.Key_Down)


def space(control: QWidget) -> None:
    QTest.keyClick(control, Qt.Key.Key_Space)


def type_5(control: QWidget) -> None:
    control.clear()  # type: ignore[attr-defined]
    QTest.keyClicks(control, "5")
    QTest.keyClick(control, Qt.Key.Key_Return)


CONTROLS: list[tuple[Callable[[], QWidget], object, Callable[[QWidget], None], object]] = [
    (combo, "karras", down, 3),
    (combo, "karras", up, None),
    (QSpinBox, 4, up, 5),
    (QCheckBox, False, space, True),
    (SeedField, 2**40, type_5, 5),
]


@pytest.mark.parametrize(("make", "shown", "act", "chosen"), CONTROLS)
def test_what_a_person_chooses_is_told_under_its_name_and_what_is_shown_is_not(
    qtbot: QtBot, make: Callable[[], QWidget], shown: object, act: Callable[[QWidget], None], chosen: object
) -> None:
    control = make()
    qtbot.addWidget(control)
    fields, said = Fields(control), list[tuple[object, ...]]()
    fields.changed.connect(lambda *told: said.append(told))
    fields.bind("field", control)
    control.show()
    fields.show(field=shown)
    assert said == []
    act(control)
    assert said == [("field", chosen)]


def test_a_slider_tells_its_number(qtbot: QtBot) -> None:
    slider = SliderField("x", "x", Scale(0, 10, 0, 10), 1.0)
    qtbot.addWidget(slider)
    fields = Fields(slider)
    fields.bind("x", slider)
    fields.show(x=4.0)
    assert slider.value == 4.0
    with qtbot.waitSignal(fields.changed) as told:
        slider.changed.emit(5.5)
    assert told.args == ["x", 5.5]


def test_another_control_takes_the_place_of_the_one_before(qtbot: QtBot) -> None:
    old, new = QSpinBox(), QSpinBox()
    for box in (old, new):
        qtbot.addWidget(box)
    fields, said = Fields(new), list[tuple[object, ...]]()
    fields.changed.connect(lambda *told: said.append(told))
    fields.bind("steps", old)
    fields.bind("steps", new)
    fields.show(steps=3)
    assert (old.value(), new.value()) == (0, 3)
    new.setValue(7)
    assert said == [("steps", 7)]


def test_a_widget_that_holds_no_value_is_no_field(qtbot: QtBot) -> None:
    label = QWidget()
    qtbot.addWidget(label)
    with pytest.raises(AssertionError, match="holds no value"):
        Fields(label).bind("x", label)


@pytest.mark.parametrize("text", ["1,5", "1.5", "-1", "9223372036854775808", "1e19"])
def test_what_is_no_seed_stays_as_it_was_typed(qtbot: QtBot, text: str) -> None:
    field = SeedField()
    qtbot.addWidget(field)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (field.text(), field.draft.reason) == (
        text,
        f"{text} is no seed; choose a whole number from 0 to 2⁶³ − 1.",
    )


def test_a_seed_can_be_written_as_a_power(qtbot: QtBot) -> None:
    field = SeedField()
    qtbot.addWidget(field)
    with qtbot.waitSignal(field.chosen) as chosen:
        QTest.keyClicks(field, "1e6")
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args == [1_000_000]
