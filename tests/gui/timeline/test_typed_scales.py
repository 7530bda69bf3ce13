"""Values that are typed on the scales, in the whole window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.gui.field import GUTTER
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.timeline.time_scales import ROW
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.timeline.typed_scales import TypedScales
from ddpm_studio.gui.widgets.passing_box import PassingBox
from tests.gui.finding import child, with_focus
from tests.gui.windows import active_window, settle

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SCHEDULES = [Schedule("linear", 300), Schedule("cosine", 1000)]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1280, 800), SCHEDULES, 120) as window:
        settle()
        yield window


@pytest.fixture
def scales(window: MainWindow) -> TypedScales:
    return window.panel(TimelinePanel).scales


def on_pill(scales: TypedScales, scale: str) -> QPoint:
    pill = scales.pill(scale, scales.values()[scale])
    assert pill is not None
    return pill.center().toPoint() + QPoint(6, 0)


def opened(scales: TypedScales, place: QPoint) -> PassingBox:
    QTest.mouseClick(scales, LEFT, pos=place)
    QTest.mouseDClick(scales, LEFT, pos=place)
    settle()
    assert scales.box is not None
    return scales.box


def type_in(box: PassingBox, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
    QTest.keyClicks(box.lineEdit(), text)
    QTest.keyClick(box, end)
    settle()


def test_the_moment_goes_to_the_value_that_is_typed(window: MainWindow, scales: TypedScales) -> None:
    axis = window.studio.state.axis
    for scale, typed, t in (
        ("t", "250", 250),
        ("t", "0", 0),
        ("t/T", "0.5", 150),
        ("t/T", "1", 300),
        ("log_snr", "0", 143),
        ("log_snr", "-2.99", 300),
        ("sigma", "1", 143),
        ("sigma", "0", 0),
        ("sigma", "4.45", 300),
    ):
        window.studio.set_t(120)
        settle()
        type_in(opened(scales, on_pill(scales, scale)), typed)
        assert scales.box is None, (scale, typed)
        assert (window.studio.state.t, window.studio.state.axis) == (t, axis), (scale, typed)


def test_a_value_can_be_pasted_as_it_is_shown(window: MainWindow, scales: TypedScales) -> None:
    box = opened(scales, on_pill(scales, "log_snr"))
    QApplication.clipboard().setText("\N{MINUS SIGN}2.99")
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(box, Qt.Key.Key_Return)
    settle()
    assert (scales.box, window.studio.state.t) == (None, 300)


def test_a_double_click_on_a_pill_finds_what_was_there(window: MainWindow, scales: TypedScales) -> None:
    box = opened(scales, on_pill(scales, "t"))
    assert (window.studio.state.t, box.lineEdit().text(), box.lineEdit().selectedText()) == (120, "120", "120")
    assert scales.rect().contains(box.geometry())
    assert box.geometry().contains(on_pill(scales, "t"))


def test_anywhere_on_a_scale_it_goes_there_first(window: MainWindow, scales: TypedScales) -> None:
    place = QPoint(scales.width() // 2, on_pill(scales, "sigma").y())
    box = opened(scales, place)
    assert window.studio.state.t != 120
    assert box.geometry().contains(place)


def test_a_double_click_on_a_name_types_on_the_axis_that_it_makes(window: MainWindow, scales: TypedScales) -> None:
    box = opened(scales, QPoint(GUTTER - 20, on_pill(scales, "log_snr").y()))
    assert window.studio.state.axis == "log_snr"
    assert box.accessibleName() == SCALES["log_snr"].name
    assert box.geometry().top() // ROW == list(SCALES).index("log_snr")


def test_one_key_types_on_the_axis(window: MainWindow, scales: TypedScales) -> None:
    for scale in SCALES:
        window.studio.set_axis(scale)
        window.studio.set_t(120)
        settle()
        QTest.keyClick(child(window.panel(TimeBar), QSlider), Qt.Key.Key_G)
        settle()
        assert scales.box is not None, scale
        assert with_focus() is scales.box, scale
        assert scales.box.accessibleName() == SCALES[scale].name
        QTest.keyClick(scales.box, Qt.Key.Key_Return)
        settle()
        assert scales.box is None, scale
        assert window.studio.state.t == 120, scale
        QTest.keyClick(with_focus(), Qt.Key.Key_Right)
        assert window.studio.state.t == 121, scale


REFUSED = (
    ("t", "301", "choose 0 to 300"),
    ("t", "-1", "choose 0 to 300"),
    ("t", "2.5", "lies between two steps"),
    ("t/T", "1.5", "choose 0 to 1"),
    ("log_snr", "12", "choose −2.99 to 9.21"),
    ("sigma", "-", "is not a number"),
)
"""A scale, what is typed at it, and what is said of that."""


def test_what_cannot_be_had_is_refused_beside_the_field(window: MainWindow, scales: TypedScales) -> None:
    for scale, typed, words in REFUSED:
        for t in (2, 150, 298):
            refuse(window, scales, scale, typed, words, t)


def refuse(window: MainWindow, scales: TypedScales, scale: str, typed: str, words: str, t: int) -> None:
    window.studio.set_t(t)
    settle()
    box = opened(scales, on_pill(scales, scale))
    type_in(box, typed)
    assert words in scales.sentence
    assert (scales.box, box.lineEdit().text(), window.studio.state.t) == (box, typed, t)
    note = scales._reason
    assert note.isVisible()
    assert scales.rect().contains(note.geometry())
    assert not note.geometry().intersects(box.geometry())
    assert note.label.text() == note.whole, "part of it is cut off"
    QTest.keyClick(box, Qt.Key.Key_Escape)
    settle()
    left: tuple[object, ...] = (scales.box, scales.sentence, note.isVisible(), window.studio.state.t)
    assert left == (None, "", False, t)


def test_a_refused_value_stays_and_can_be_mended(window: MainWindow, scales: TypedScales) -> None:
    box = opened(scales, on_pill(scales, "t"))
    type_in(box, "301")
    window.studio.set_t(200)
    settle()
    assert (scales.box, box.lineEdit().text()) == (box, "301")
    assert box.geometry().contains(on_pill(scales, "t"))
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    type_in(box, "30")
    assert (scales.box, window.studio.state.t) == (None, 30)


def test_a_refused_value_that_was_left_goes_as_t_goes_on(window: MainWindow, scales: TypedScales) -> None:
    box = opened(scales, on_pill(scales, "t"))
    type_in(box, "301")
    box.clearFocus()
    settle()
    assert (scales.box, box.lineEdit().text()) == (box, "301")
    assert "301" in scales.sentence
    window.studio.set_t(200)
    settle()
    left: tuple[object, ...] = (scales.box, scales.sentence, window.studio.state.t)
    assert left == (None, "", 200)


def test_escape_closes_the_field_and_nothing_else(window: MainWindow, scales: TypedScales) -> None:
    window.messages.say("Something was said.")
    box = opened(scales, on_pill(scales, "t/T"))
    said = window.toast.isVisible()
    QTest.keyClick(box, Qt.Key.Key_Escape)
    settle()
    assert scales.box is None
    assert (said, window.toast.isVisible()) == (True, True)


def test_another_schedule_has_other_values(window: MainWindow, scales: TypedScales) -> None:
    type_in(opened(scales, on_pill(scales, "t")), "301")
    window.studio.select(window.studio.state.entries[1].key)
    settle()
    assert scales.box is None
    box = opened(scales, on_pill(scales, "t"))
    type_in(box, "301")
    assert (scales.box, window.studio.state.t) == (None, 301)


def test_typing_on_one_scale_ends_typing_on_another(window: MainWindow, scales: TypedScales) -> None:
    opened(scales, on_pill(scales, "t"))
    scales.edit("sigma")
    settle()
    boxes = [box for box in scales.findChildren(PassingBox) if box.isVisible()]
    assert boxes == [scales.box]
    assert boxes[0].accessibleName() == SCALES["sigma"].name


def test_a_drag_of_a_pill_still_moves_t(window: MainWindow, scales: TypedScales) -> None:
    start = on_pill(scales, "t")
    QTest.mousePress(scales, LEFT, NONE, start)
    QTest.mouseMove(scales, start + QPoint(2, 0))
    settle()
    assert window.studio.state.t == 120
    QTest.mouseMove(scales, start + QPoint(80, 0))
    QTest.mouseRelease(scales, LEFT, NONE, start + QPoint(80, 0))
    settle()
    assert window.studio.state.t > 130
