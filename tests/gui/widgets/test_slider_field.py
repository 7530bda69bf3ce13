import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.jump_slider import JumpSlider
from ddpm_studio.gui.widgets.number_box import NumberBox, number_text
from ddpm_studio.gui.widgets.scale import Scale
from ddpm_studio.gui.widgets.slider_field import SliderField
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from ddpm_studio.gui.widgets.wheel import require_focus_for_wheel
from tests.gui.finding import child

LEFT = Qt.MouseButton.LeftButton
BETA = Scale(1e-12, 1.0, 1e-6, 0.5, log=True)
STEPS = Scale(1, 100_000, 10, 4000, log=True, whole=True)


class Field:
    """A shown field and all it has said."""

    def __init__(self, qtbot: QtBot, scale: Scale = BETA, default: float = 1e-4) -> None:
        self.field = SliderField("β<sub>1</sub>", "beta_start", scale, default)
        self.slider = child(self.field, JumpSlider)
        self.box = child(self.field, NumberBox)
        self.label = child(self.field, QLabel)
        self.values: list[float] = []
        self.held: list[bool] = []
        self.field.changed.connect(self.values.append)
        self.field.adjusting.connect(self.held.append)
        self.field.resize(300, 40)
        qtbot.addWidget(self.field)
        self.field.show()
        qtbot.waitExposed(self.field)

    def refusal(self) -> str:
        """The sentence below the box, if one is seen there."""
        return "".join(note.text() for note in self.field.findChildren(RefusalNote) if note.isVisible())

    def type(self, text: str) -> None:
        self.box.setFocus()
        self.box.selectAll()
        QTest.keyClicks(self.box, text)
        QTest.keyClick(self.box, Qt.Key.Key_Return)


@pytest.fixture
def beta(qtbot: QtBot) -> Field:
    return Field(qtbot)


def wheel(widget: QWidget, notches: int) -> None:
    place = widget.mapTo(widget.window(), widget.rect().center())
    QTest.wheelEvent(widget.window().windowHandle(), place, QPoint(0, 120 * notches))


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e-4, "1e-4"), (8.5e-4, "8.5e-4"), (0.02, "0.02"), (300.0, "300"), (1e6, "1000000"), (0.0, "0"), (-15.0, "-15")],
)
def test_numbers_are_shown_in_their_shortest_form(value: float, text: str) -> None:
    assert number_text(value) == text
    assert float(number_text(value)) == value


@pytest.mark.parametrize(
    ("typed", "value"), [("1e-5", 1e-5), ("0,03", 0.03), (".5", 0.5), ("0.123456789012345678", 0.12345678901234568)]
)
def test_any_float_can_be_typed(beta: Field, typed: str, value: float) -> None:
    beta.type(typed)
    assert beta.values == [value]
    assert beta.field.value == value


def test_typing_counts_when_it_is_finished(beta: Field) -> None:
    beta.box.selectAll()
    QTest.keyClicks(beta.box, "0.2")
    assert beta.values == []
    QTest.keyClick(beta.box, Qt.Key.Key_Return)
    assert beta.values == [0.2]


def test_keys_that_begin_no_number_do_nothing(beta: Field) -> None:
    beta.type("nan")
    assert beta.values == []
    assert beta.box.text() == "1e-4"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1e-", "“1e-” is not a number; type one such as 20 or 1e-4."),
        ("1e999", "“1e999” is not a number; type one such as 20 or 1e-4."),
        ("0.001,0.004", "“0.001,0.004” is not a number; type one such as 20 or 1e-4."),
        ("0.01..0.03", "“0.01..0.03” is not a number; type one such as 20 or 1e-4."),
        ("0.1-0.2", "“0.1-0.2” is not a number; type one such as 20 or 1e-4."),
        ("2", "2 is out of range; choose 1e-12 to 1."),
        ("0", "0 is out of range; choose 1e-12 to 1."),
    ],
)
def test_a_refused_number_stays_with_the_reason_below_it(beta: Field, typed: str, reason: str) -> None:
    beta.type(typed)
    assert (beta.values, beta.box.text()) == ([], typed)
    assert beta.refusal() == reason == beta.box.accessibleDescription()
    beta.field.set_value(0.25)
    beta.slider.setFocus()
    assert (beta.box.text(), beta.refusal()) == (typed, reason)
    beta.box.setFocus()
    QTest.keyClick(beta.box, Qt.Key.Key_Escape)
    assert (beta.values, beta.box.text(), beta.refusal()) == ([], "0.25", "")


@pytest.mark.parametrize("by", ["typing", "stepping", "sliding"])
def test_a_refused_number_is_mended(beta: Field, by: str) -> None:
    beta.type("2")
    if by == "typing":
        beta.type("0.5")
    else:
        target = beta.box if by == "stepping" else beta.slider
        QTest.keyClick(target, Qt.Key.Key_Up)
    mended = 0.5 if by == "typing" else 1.1e-4
    assert (beta.values, beta.box.value(), beta.refusal()) == ([mended], mended, "")


def test_a_step_goes_on_from_what_is_typed(beta: Field) -> None:
    beta.box.selectAll()
    QTest.keyClicks(beta.box, "0.2")
    QTest.keyClick(beta.box, Qt.Key.Key_Up)
    assert beta.values == [0.2, 0.21]


def test_the_listener_may_say_why_not(beta: Field) -> None:
    beta.field.refuse_by(lambda value: "" if value == 3 else "Three, please.")
    beta.type("0.5")
    assert beta.refusal() == "Three, please."
    beta.type("3")
    assert (beta.values, beta.refusal()) == ([3.0], "")


def test_a_value_from_elsewhere_leaves_what_is_being_typed_which_is_read_all_the_same(beta: Field) -> None:
    beta.box.setFocus()
    beta.box.selectAll()
    QTest.keyClicks(beta.box, "0.2")
    beta.field.set_value(0.4)
    assert beta.box.text() == "0.2"
    beta.slider.setFocus()
    assert beta.values == [0.2]


def test_space_leaves_a_number_as_it_is(beta: Field) -> None:
    beta.type("0.5")
    QTest.keyClick(beta.box, Qt.Key.Key_Space)
    assert (beta.box.text(), beta.values) == ("0.5", [0.5])


def test_a_blank_in_what_is_typed_takes_nothing_away(beta: Field) -> None:
    beta.type("0.5 1")
    assert (beta.box.text(), beta.values) == ("0.5 1", [])
    assert beta.refusal() == "“0.5 1” is not a number; type one such as 20 or 1e-4."


def test_an_emptied_box_shows_its_number_again(beta: Field) -> None:
    beta.box.selectAll()
    QTest.keyClick(beta.box, Qt.Key.Key_Delete)
    assert beta.box.text() == ""
    QTest.keyClick(beta.box, Qt.Key.Key_Return)
    assert (beta.values, beta.box.text(), beta.refusal()) == ([], "1e-4", "")


def test_set_value_moves_all_and_says_nothing(beta: Field) -> None:
    beta.field.set_value(0.5)
    assert (beta.box.text(), beta.slider.value()) == ("0.5", beta.slider.maximum())
    beta.field.set_value(0.9)
    assert (beta.box.text(), beta.slider.value()) == ("0.9", beta.slider.maximum())
    assert beta.values == []


def test_set_value_leaves_half_typed_text_where_the_value_is_the_same(beta: Field) -> None:
    beta.box.selectAll()
    QTest.keyClicks(beta.box, "0.0")
    beta.field.set_value(1e-4)
    assert beta.box.text() == "0.0"


def test_a_drag_tells_every_value_between_taking_and_letting_go(beta: Field) -> None:
    start = beta.slider.handle().center()
    QTest.mousePress(beta.slider, LEFT, pos=start)
    assert beta.held == [True]
    for x in range(5, 45, 5):
        QTest.mouseMove(beta.slider, start + QPoint(x, 0))
    assert beta.held == [True]
    QTest.mouseRelease(beta.slider, LEFT, pos=start + QPoint(40, 0))
    assert beta.held == [True, False]
    assert len(beta.values) == len(set(beta.values)) == 8
    assert beta.values == sorted(beta.values)
    assert beta.field.value == beta.values[-1] == float(beta.box.text())


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_click_on_the_groove_brings_the_handle_there(beta: Field, share: float) -> None:
    place = QPoint(round(beta.slider.width() * share), beta.slider.height() // 2)
    QTest.mousePress(beta.slider, LEFT, pos=place)
    assert abs(beta.slider.handle().center().x() - place.x()) <= 1
    QTest.mouseMove(beta.slider, place + QPoint(6, 0))
    assert abs(beta.slider.handle().center().x() - place.x() - 6) <= 1
    QTest.mouseRelease(beta.slider, LEFT, pos=place)
    assert beta.held == [True, False]


@pytest.mark.parametrize("part", ["slider", "label"])
def test_a_double_click_brings_back_the_default(beta: Field, part: str) -> None:
    beta.field.set_value(0.3)
    target = getattr(beta, part)
    QTest.mouseDClick(target, LEFT, pos=target.rect().center())
    assert beta.field.value == beta.values[-1] == 1e-4
    assert beta.box.text() == "1e-4"


@pytest.mark.parametrize("part", ["slider", "box"])
def test_keys_step_in_the_second_digit(beta: Field, part: str) -> None:
    target = getattr(beta, part)
    target.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp):
        QTest.keyClick(target, key)
    assert beta.values == [1.1e-4, 1.2e-4, 1.1e-4, 2.1e-4]


def test_home_and_end_reach_the_ends_of_the_slider(beta: Field) -> None:
    beta.slider.setFocus()
    QTest.keyClick(beta.slider, Qt.Key.Key_Home)
    QTest.keyClick(beta.slider, Qt.Key.Key_End)
    assert beta.values == [1e-6, 0.5]


def test_keys_on_the_slider_move_small_whole_numbers_by_one(qtbot: QtBot) -> None:
    steps = Field(qtbot, STEPS, 300)
    steps.type("12")
    steps.slider.setFocus()
    QTest.keyClick(steps.slider, Qt.Key.Key_Right)
    QTest.keyClick(steps.slider, Qt.Key.Key_Left)
    assert steps.values == [12, 13, 12]


@pytest.mark.parametrize("part", ["slider", "box"])
def test_the_wheel_needs_the_focus(beta: Field, part: str) -> None:
    target = getattr(beta, part)
    other = beta.box if part == "slider" else beta.slider
    other.setFocus()
    wheel(target, 1)
    assert beta.values == []
    target.setFocus()
    wheel(target, 1)
    wheel(target, -1)
    assert beta.values == [1.1e-4, 1e-4]


def test_the_wheel_without_focus_scrolls_the_page(qtbot: QtBot) -> None:
    page, area = QWidget(), QScrollArea()
    column = QVBoxLayout(page)
    fields = [SliderField("a", "a", BETA, 1e-4) for _ in range(30)]
    combo = QComboBox()
    combo.addItems(["one", "two"])
    require_focus_for_wheel(combo)
    for widget in (combo, *fields):
        column.addWidget(widget)
    area.setWidget(page)
    area.resize(300, 200)
    qtbot.addWidget(area)
    area.show()
    qtbot.waitExposed(area)
    area.setFocus()
    wheel(combo, -1)
    past_combo = area.verticalScrollBar().value()
    wheel(child(fields[3], JumpSlider), -1)
    assert 0 < past_combo < area.verticalScrollBar().value()
    assert combo.currentText() == "one"
    assert {field.value for field in fields} == {1e-4}


def test_a_handle_held_while_the_field_is_hidden_is_let_go(beta: Field) -> None:
    QTest.mousePress(beta.slider, LEFT, pos=beta.slider.handle().center())
    beta.field.hide()
    assert beta.held == [True, False]


def test_the_handle_returns_when_the_value_was_refused_while_it_was_held(beta: Field) -> None:
    before = beta.slider.value()
    place = QPoint(5, beta.slider.height() // 2)
    QTest.mousePress(beta.slider, LEFT, pos=place)
    beta.field.set_value(1e-4)
    QTest.mouseRelease(beta.slider, LEFT, pos=place)
    assert beta.slider.value() == before


def test_label_and_names_serve_keyboard_and_screen_reader(beta: Field) -> None:
    assert beta.label.buddy() is beta.box
    assert beta.box.accessibleName() == "beta_start"
    assert "1e-12" in beta.field.toolTip()
    assert "1e-4" in beta.field.toolTip()
