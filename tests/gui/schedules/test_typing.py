"""Typing in the list: a line is a text that is edited in place, completed, dragged at, pasted into, and marked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.presets import PRESETS, Preset
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.text.digits import stepped_digit
from ddpm_studio.gui.schedules.text.new_line import NewLine
from ddpm_studio.gui.schedules.text.spec_line import SpecLine
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from tests.gui.finding import with_focus
from tests.gui.schedules.lines import (
    ALT,
    CTRL,
    LEFT,
    NONE,
    SHIFT,
    A,
    B,
    Key,
    column,
    drag,
    line,
    new_line,
    offers,
    over,
    specs,
    turn,
    view,
)
from tests.gui.windows import settle, show_change


def undone(window: MainWindow) -> list[str]:
    """What the schedules are after one step is taken back."""
    window.studio.undo()
    return specs(window)


# editing


@pytest.mark.parametrize("key", [Key.Key_F2, Key.Key_Return])
def test_a_key_puts_the_caret_into_the_chosen_line(window: MainWindow, key: Qt.Key) -> None:
    view(window).setFocus()
    QTest.keyClick(view(window), key)
    assert with_focus() is line(window)
    QTest.keyClicks(line(window), "0")
    assert specs(window)[0] == "linear:T=3000"


def test_a_click_in_a_text_chooses_the_line_and_puts_the_caret_there(window: MainWindow, qtbot: QtBot) -> None:
    index = view(window).model().index(1, 0)
    text = view(window)._parts(index).text
    letters = view(window)._rows.text_width(view(window)._entries.line(index), text) / len(B)
    place = QPoint(round(text.left() + letters * len("cosine")), text.center().y())
    QTest.mouseClick(view(window).viewport(), LEFT, pos=place)
    show_change(window, qtbot)
    assert window.studio.state.selected == window.studio.state.entries[1].key
    assert with_focus() is line(window)
    assert (line(window).text(), line(window).cursorPosition()) == (B, len("cosine"))
    shown = line(window).geometry()
    assert shown.contains(QPoint(place.x(), view(window)._parts(index).text.center().y()))


def test_a_line_without_room_for_all_of_its_text_says_that_it_goes_on(window: MainWindow, qtbot: QtBot) -> None:
    assert not line(window).goes_on()
    over(line(window), "cosine:T=1000,s=0.0123456,snr_shift=1.23456,beta_max=0.98765")
    view(window).setFocus()
    show_change(window, qtbot)
    field = line(window)
    field.home(False)
    field.grab()  # A field only scrolls back as it is painted.
    assert field.goes_on()
    field.setText(field.text()[:20])
    assert not field.goes_on()


def test_a_click_beside_the_text_only_chooses_the_line(window: MainWindow, qtbot: QtBot) -> None:
    index = view(window).model().index(1, 0)
    place = view(window)._parts(index).letter.center()
    QTest.mouseClick(view(window).viewport(), LEFT, pos=place)
    show_change(window, qtbot)
    assert window.studio.state.selected == window.studio.state.entries[1].key
    assert with_focus() is view(window)


def test_every_keystroke_that_parses_is_seen_and_all_are_one_step(window: MainWindow, qtbot: QtBot) -> None:
    over(line(window), "jsd:T=4")
    assert specs(window)[0] == "jsd:T=4"
    QTest.keyClicks(line(window), "0")
    assert specs(window)[0] == "jsd:T=40"
    QTest.keyClicks(line(window), "x")
    assert specs(window)[0] == "jsd:T=40"
    QTest.keyClick(line(window), Key.Key_Backspace)
    show_change(window, qtbot)
    assert line(window).text() == "jsd:T=40"
    QTest.keyClick(line(window), Key.Key_Return)
    assert specs(window) == ["jsd:T=40", B]
    assert undone(window) == [A, B]


def test_esc_is_back_to_what_it_was_and_leaves_nothing_to_undo(window: MainWindow, qtbot: QtBot) -> None:
    over(line(window), "jsd:T=40", Key.Key_Escape)
    show_change(window, qtbot)
    assert (specs(window), line(window).text()) == ([A, B], A)
    assert window.studio.state.undo is None


def test_two_edits_are_two_steps(window: MainWindow, qtbot: QtBot) -> None:
    for text in ("linear:T=40", "linear:T=50"):
        over(line(window), text)
        window.setFocus()
        show_change(window, qtbot)
    assert undone(window) == ["linear:T=40", B]
    assert undone(window) == [A, B]


def test_enter_goes_through_the_lines_to_the_empty_one(window: MainWindow, qtbot: QtBot) -> None:
    over(line(window), "linear:T=7", Key.Key_Return)
    show_change(window, qtbot)
    assert with_focus() is line(window)
    assert line(window).text() == B
    QTest.keyClick(line(window), Key.Key_Return)
    assert with_focus() is new_line(window)
    assert specs(window) == ["linear:T=7", B]


def test_shift_enter_inserts_a_copy_below_to_be_typed_over(window: MainWindow, qtbot: QtBot) -> None:
    over(line(window), "linear:T=7")
    QTest.keyClick(line(window), Key.Key_Return, SHIFT)
    show_change(window, qtbot)
    assert specs(window) == ["linear:T=7", "linear:T=7", B]
    assert with_focus() is line(window)
    assert window.studio.state.selected == window.studio.state.entries[1].key


@pytest.mark.parametrize(
    ("text", "reason", "place"),
    [
        ("cosin:T=9", "did you mean “cosine”?", "cosin"),
        ("linear:T=0", "T is 0; it must be a whole number from 1 to 100000.", "0"),
        ("linear:T=9,beta_end=2", "beta_end is 2; choose a value from 1e-12 to 1.", "2"),
        ("linear:T=9,q=2", "linear has no parameter “q”; it takes T, beta_start", "q"),
        ("linear:T=9,beta_edn=0.1", "linear has no parameter “beta_edn”; did you mean “beta_end”?", "beta_edn"),
    ],
)
def test_what_is_wrong_is_marked_where_it_is_with_the_reason_below(
    window: MainWindow, qtbot: QtBot, text: str, reason: str, place: str
) -> None:
    over(line(window), text)
    show_change(window, qtbot)
    note = view(window).note
    assert reason in note.text()
    assert note.isVisible()
    assert line(window).geometry().bottom() < note.geometry().bottom() < view(window).card.geometry().top()
    colors = reds(window)
    QTest.keyClick(line(window), Key.Key_Escape)
    show_change(window, qtbot)
    assert (note.isVisible(), reds(window)) == (False, 0)
    assert colors > 0


def reds(window: MainWindow) -> int:
    """How many pixels of the line are as red as what is wrong."""
    image = line(window).grab().toImage()
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(
        color.red() > color.green() + 40 and color.red() > color.blue() + 40
        for color in (image.pixelColor(x, y) for x, y in places)
    )


def test_a_bad_text_stays_in_its_line_until_it_is_mended_or_escaped(window: MainWindow, qtbot: QtBot) -> None:
    over(line(window), "linear:T=5x")
    QTest.keyClick(line(window), Key.Key_Down, CTRL)
    show_change(window, qtbot)
    assert (line(window).text(), line(window).draft.reason) == (B, "")
    model = view(window)._entries
    left = model.line(model.index(0))
    assert (left.text, left.is_refused, left.badges[0].text) == ("linear:T=5x", True, "✕")
    assert "5x" in left.spoken
    assert specs(window) == ["linear:T=5", B]
    QTest.keyClick(line(window), Key.Key_Up, CTRL)
    show_change(window, qtbot)
    assert line(window).text() == "linear:T=5x"
    assert "5x" in view(window).note.text()
    QTest.keyClick(line(window), Key.Key_Escape)
    show_change(window, qtbot)
    assert (specs(window), line(window).text()) == ([A, B], A)
    assert not model.line(model.index(0)).is_refused


def test_a_slider_takes_the_place_of_a_bad_text(window: MainWindow, qtbot: QtBot) -> None:
    over(line(window), "linear:T=5x", Key.Key_Return)
    show_change(window, qtbot)
    window.studio.set_parameter("T", 77)
    show_change(window, qtbot)
    assert (line(window).text(), line(window).draft.reason) == ("linear:T=77", "")


# the empty line


def test_the_empty_line_takes_a_schedule_and_is_empty_again(window: MainWindow, qtbot: QtBot) -> None:
    over(new_line(window), "jsd:T=7", Key.Key_Return)
    show_change(window, qtbot)
    assert specs(window) == [A, B, "jsd:T=7"]
    assert (new_line(window).text(), with_focus()) == ("", new_line(window))
    assert undone(window) == [A, B]


@pytest.mark.parametrize(
    "preset",
    [PRESETS[0], PRESETS[-1], *(each for each in PRESETS if each.name in ("Stable Diffusion 2.x", "EDM"))],
    ids=lambda preset: preset.name,
)
def test_the_empty_line_takes_the_name_of_a_preset(window: MainWindow, qtbot: QtBot, preset: Preset) -> None:
    name, spec = str(preset.name), preset.spec
    new_line(window).setFocus()
    new_line(window).insert(name.lower())
    new_line(window).textEdited.emit(name.lower())
    QTest.keyClick(new_line(window), Key.Key_Return)
    show_change(window, qtbot)
    entry = window.studio.state.entries[-1]
    assert (entry.schedule, entry.train) == (Schedule.parse(spec), preset.train)
    assert window.studio.state.title(entry) == name
    assert undone(window) == [A, B]


def test_a_misspelt_preset_is_named_and_added_by_nobody(window: MainWindow, qtbot: QtBot) -> None:
    over(new_line(window), "DDPN 2020")
    assert new_line(window).draft.reason == "There is no preset “DDPN 2020”; did you mean “DDPM 2020”?"
    QTest.keyClick(new_line(window), Key.Key_Return)
    show_change(window, qtbot)
    assert specs(window) == [A, B]
    assert new_line(window).text() == "DDPN 2020"


def test_the_empty_line_says_what_it_cannot_take_and_keeps_it(window: MainWindow, qtbot: QtBot) -> None:
    over(new_line(window), "cosin:T=9", Key.Key_Return)
    show_change(window, qtbot)
    assert specs(window) == [A, B]
    assert new_line(window).text() == "cosin:T=9"
    assert "cosine" in new_line(window).draft.reason
    QTest.keyClick(new_line(window), Key.Key_Escape)
    assert new_line(window).text() == ""


@pytest.mark.parametrize("into", [line, new_line])
def test_a_paste_of_several_lines_is_several_schedules_and_one_step(
    window: MainWindow, qtbot: QtBot, into: Callable[[MainWindow], SpecLine | NewLine]
) -> None:
    QApplication.clipboard().setText("jsd:T=7\n\nsigmoid:T=9,tau=2\n")
    field = into(window)
    field.setFocus()
    QTest.keyClick(field, Key.Key_V, CTRL)
    qtbot.waitUntil(lambda: not window.desk.busy)
    assert specs(window) == [A, B, "jsd:T=7", "sigmoid:T=9,tau=2"]
    assert undone(window) == [A, B]


def test_a_paste_in_which_a_line_is_wrong_adds_nothing(window: MainWindow, qtbot: QtBot) -> None:
    for text, words in (("jsd:T=7\njsd:T=0", "line 2"), ("Dear reader,\nhow are you?", "Dear reader")):
        QApplication.clipboard().setText(text)
        new_line(window).setFocus()
        QTest.keyClick(new_line(window), Key.Key_V, CTRL)
        qtbot.waitUntil(lambda: not window.desk.busy)
        assert specs(window) == [A, B]
        assert words in window.toast.text


def test_lines_that_are_dropped_are_several_schedules(window: MainWindow, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setText("jsd:T=7\njsd:T=8")
    QApplication.sendEvent(new_line(window), QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, LEFT, NONE))
    QApplication.sendEvent(new_line(window), QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, LEFT, NONE))
    qtbot.waitUntil(lambda: not window.desk.busy)
    assert specs(window) == [A, B, "jsd:T=7", "jsd:T=8"]


# completion


def test_the_kinds_are_offered_after_a_letter_and_taken_by_keys(window: MainWindow, qtbot: QtBot) -> None:
    over(new_line(window), "sig")
    show_change(window, qtbot)
    assert offers(new_line(window))[:2] == ["sigmoid", "sigmoid_beta"]
    assert "lucidrains, sigmoid" in offers(new_line(window))
    QTest.keyClick(new_line(window), Key.Key_Down)
    QTest.keyClick(new_line(window), Key.Key_Return)
    assert new_line(window).text() == "sigmoid:"
    assert offers(new_line(window)) == ["T", "start", "end", "tau", "zero_snr", "snr_shift"]
    assert specs(window) == [A, B]
    QTest.keyClick(new_line(window), Key.Key_Return)
    show_change(window, qtbot)
    assert specs(window) == [A, B, "sigmoid:T=300"]
    assert offers(new_line(window)) == []


def test_enter_takes_the_first_offer_for_what_is_no_schedule_yet(window: MainWindow, qtbot: QtBot) -> None:
    over(new_line(window), "cos", Key.Key_Return)
    assert new_line(window).text() == "cosine:"
    QTest.keyClick(new_line(window), Key.Key_Return)
    show_change(window, qtbot)
    assert specs(window) == [A, B, "cosine:T=300"]


def test_every_name_that_is_offered_is_seen_whole(window: MainWindow) -> None:
    new_line(window).setFocus()
    QTest.keyClick(new_line(window), Key.Key_Space, CTRL)
    tree = new_line(window).completion
    assert tree.columnWidth(0) >= max(map(tree.fontMetrics().horizontalAdvance, offers(new_line(window))))


def test_a_key_is_completed_with_its_default_to_be_typed_over(window: MainWindow, qtbot: QtBot) -> None:
    line(window).setFocus()
    line(window).end(False)
    QTest.keyClicks(line(window), ",beta_e")
    assert offers(line(window)) == ["beta_end"]
    assert column(line(window), 1) == ["β_T, 1e-12 to 1, default 0.02"]
    QTest.keyClick(line(window), Key.Key_Down)
    QTest.keyClick(line(window), Key.Key_Tab)
    assert line(window).text() == "linear:T=300,beta_end=0.02"
    assert line(window).selectedText() == "0.02"
    QTest.keyClicks(line(window), "0.5")
    assert specs(window)[0] == "linear:T=300,beta_end=0.5"
    assert offers(line(window))[0] == "beta_end", "what the value may be"


def test_the_points_of_a_drawn_schedule_are_completed_and_told_of(window: MainWindow) -> None:
    line(window).setFocus()
    line(window).selectAll()
    QTest.keyClicks(line(window), "drawn:T=300,po")
    assert offers(line(window)) == ["points"]
    assert column(line(window), 1) == ["points u/log SNR, 2 to 32"]
    QTest.keyClick(line(window), Key.Key_Down)
    QTest.keyClick(line(window), Key.Key_Tab)
    assert line(window).selectedText() == "0/10;0.5/0;1/-10"
    QTest.keyClicks(line(window), "0/5;1/-5")
    assert specs(window)[0] == "drawn:T=300,points=0/5;1/-5"


def test_an_older_name_of_a_key_offers_the_new_one(window: MainWindow) -> None:
    line(window).setFocus()
    line(window).end(False)
    QTest.keyClicks(line(window), ",sh")
    assert offers(line(window)) == ["snr_shift"]
    QTest.keyClicks(line(window), "ift=2")
    assert specs(window)[0] == "linear:T=300,snr_shift=2"
    assert offers(line(window)) == ["snr_shift", "snr_shift=1..4,n=5"], "what the value may be"


def test_ctrl_space_offers_and_a_click_takes(window: MainWindow, qtbot: QtBot) -> None:
    new_line(window).setFocus()
    assert offers(new_line(window)) == []
    QTest.keyClick(new_line(window), Key.Key_Space, CTRL)
    tree = new_line(window).completion
    assert len(offers(new_line(window))) > 20
    assert window.rect().contains(tree.geometry())
    index = tree.model().index(offers(new_line(window)).index(PRESETS[0].name), 0)
    tree.scrollTo(index)
    QTest.mouseClick(tree.viewport(), LEFT, pos=tree.visualRect(index).center())
    assert (new_line(window).text(), with_focus()) == (PRESETS[0].name, new_line(window))


def test_esc_first_closes_the_offers_that_are_gone_through_and_tab_leaves(window: MainWindow, qtbot: QtBot) -> None:
    over(new_line(window), "sig")
    QTest.keyClick(new_line(window), Key.Key_Down)
    QTest.keyClick(new_line(window), Key.Key_Escape)
    assert (offers(new_line(window)), new_line(window).text()) == ([], "sig")
    over(new_line(window), "jsd:T=300")
    QTest.keyClick(new_line(window), Key.Key_Tab)
    show_change(window, qtbot)
    assert with_focus() is not new_line(window)
    assert specs(window) == [A, B, "jsd:T=300"]
    assert offers(new_line(window)) == []


@pytest.mark.parametrize("typed", ["cos", "cosine"])
def test_tab_goes_on_with_a_kind_and_what_is_typed_next_is_of_it(window: MainWindow, qtbot: QtBot, typed: str) -> None:
    over(new_line(window), typed)
    QTest.keyClick(new_line(window), Key.Key_Tab)
    assert (new_line(window).text(), with_focus()) == ("cosine:", new_line(window))
    QTest.keyClicks(new_line(window), ":s=0.01")
    assert new_line(window).text() == "cosine:s=0.01", "Its colon was there already."
    QTest.keyClick(new_line(window), Key.Key_Tab)
    show_change(window, qtbot)
    assert (with_focus() is new_line(window), specs(window)[2:]) == (False, ["cosine:T=300,s=0.01"])


def test_tab_goes_on_with_the_kind_that_is_typed_not_with_a_longer_one(window: MainWindow) -> None:
    for kind in KINDS:
        over(new_line(window), kind)
        QTest.keyClick(new_line(window), Key.Key_Tab)
        assert (new_line(window).text(), with_focus()) == (f"{kind}:", new_line(window)), kind


def test_tab_leaves_what_cannot_go_on(window: MainWindow, qtbot: QtBot) -> None:
    over(new_line(window), "zzz")
    QTest.keyClick(new_line(window), Key.Key_Tab)
    show_change(window, qtbot)
    assert with_focus() is not new_line(window)
    assert new_line(window).text() == "zzz"
    assert "zzz" in new_line(window).draft.reason


def test_a_colon_is_typed_wherever_none_was_completed(window: MainWindow) -> None:
    over(new_line(window), "cosine::")
    assert new_line(window).text() == "cosine::"
    over(new_line(window), "cos")
    QTest.keyClick(new_line(window), Key.Key_Tab)
    QTest.keyClicks(new_line(window), "s=:")
    assert new_line(window).text() == "cosine:s=:"


@pytest.mark.parametrize("size", [QSize(960, 600), QSize(1440, 900)])
def test_offers_never_lie_over_what_is_said_of_the_text(window: MainWindow, qtbot: QtBot, size: QSize) -> None:
    window.share_out(size)
    settle()
    for field in (line(window), new_line(window)):
        over(field, "cosine:s=x")
        settle()
        note = next(each for each in window.findChildren(RefusalNote) if each.isVisible() and "“x”" in each.text())
        place = QRect(note.mapTo(window, QPoint()), note.size())
        offered = field.completion
        assert offered.isVisible()
        assert not offered.geometry().intersects(place)
        assert not offered.geometry().intersects(QRect(field.mapTo(window, QPoint()), field.size()))
        assert window.rect().contains(offered.geometry())
        QTest.keyClick(field, Key.Key_Escape)
        settle()


def test_a_text_that_offers_can_complete_is_called_wrong_only_without_them(window: MainWindow, qtbot: QtBot) -> None:
    for field in (line(window), new_line(window)):
        over(field, "co")
        settle()
        assert (field.completion.isVisible(), bool(field.draft.reason)) == (True, True)
        assert not any(each.isVisible() for each in window.findChildren(RefusalNote))
        assert (bool(field.property("refused")), field.accessibleDescription(), reds(window)) == (False, "", 0)
        QTest.keyClick(field, Key.Key_Down)
        QTest.keyClick(field, Key.Key_Escape)
        settle()
        (note,) = (each for each in window.findChildren(RefusalNote) if each.isVisible())
        assert (note.text(), field.property("refused")) == (field.draft.reason, True)
        QTest.keyClick(field, Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
        settle()
        assert (note.isVisible(), field.property("refused")) == (False, False)
        QTest.keyClicks(field, "q")
        settle()
        assert note.isVisible(), "Nothing goes on like that."
        QTest.keyClick(field, Key.Key_Escape)


# numbers


def number_at(window: MainWindow, text: str) -> QPoint:
    """The middle of a word of the chosen line."""
    field, caret = line(window), line(window).text().index(text)
    field.setCursorPosition(caret)
    left = field.cursorRect().center().x()
    field.setCursorPosition(caret + len(text))
    place = QPoint((left + field.cursorRect().center().x()) // 2, field.height() // 2)
    field.setCursorPosition(0)
    return place


def test_a_number_is_dragged_and_that_is_one_step(window: MainWindow, qtbot: QtBot) -> None:
    drag(window, number_at(window, "300"), 40)
    show_change(window, qtbot)
    T = window.studio.state.current.schedule.T
    assert T > 600
    assert line(window).text() == f"linear:T={T}"
    assert not window.studio.state.adjusting
    assert undone(window) == [A, B]


def test_dragging_is_coarse_with_shift_and_fine_with_alt(window: MainWindow, qtbot: QtBot) -> None:
    found = []
    for held in (ALT, NONE, SHIFT):
        drag(window, number_at(window, "300"), 12, held)
        show_change(window, qtbot)
        found.append(window.studio.state.current.schedule.T)
        window.studio.undo()
        show_change(window, qtbot)
    assert 300 < found[0] < found[1] < found[2] == 4000


@pytest.mark.parametrize("typed", ["vp:T=100,beta_d=1e9", "vp:T=100,beta_d=20"])
def test_a_number_of_a_text_that_is_not_taken_yet_can_be_pressed(window: MainWindow, qtbot: QtBot, typed: str) -> None:
    """It need not be one of the entry's, which is of another kind."""
    over(line(window), typed)
    QTest.mouseClick(line(window), LEFT, pos=number_at(window, typed.rpartition("=")[2]))
    show_change(window, qtbot)
    assert line(window).text() == typed


def test_a_text_that_was_tried_gives_way_to_another_change(window: MainWindow, qtbot: QtBot) -> None:
    over(line(window), "vp:T=100,beta_d=20")
    show_change(window, qtbot)
    window.studio.set_kind("cosine")
    show_change(window, qtbot)
    assert line(window).text() == specs(window)[0] == "cosine:T=100"
    assert undone(window) == ["vp:T=100,beta_d=20", B]


def test_a_text_that_is_half_typed_stays_at_another_change(window: MainWindow, qtbot: QtBot) -> None:
    over(line(window), "vp:T=100,bet")
    show_change(window, qtbot)
    window.studio.set_kind("cosine")
    show_change(window, qtbot)
    assert line(window).text() == "vp:T=100,bet"


def test_the_mouse_on_a_number_moves_nothing_by_itself_and_says_what_it_can(window: MainWindow) -> None:
    start = number_at(window, "300")
    QTest.mouseClick(line(window), LEFT, pos=start)
    assert specs(window) == [A, B]
    assert line(window).cursorPosition() in range(len("linear:T="), len(A) + 1)
    QTest.mouseMove(line(window), start)
    assert line(window).cursor().shape() == Qt.CursorShape.SizeHorCursor
    QTest.mouseMove(line(window), number_at(window, "linear"))
    assert line(window).cursor().shape() == Qt.CursorShape.IBeamCursor


@pytest.mark.parametrize(
    ("number", "caret", "step", "wanted"),
    [
        ("300", 1, 1, "400"),
        ("300", 2, 1, "310"),
        ("300", 3, -1, "299"),
        ("900", 1, 1, "1000"),
        ("0.008", 5, 1, "0.009"),
        ("0.009", 5, 1, "0.010"),
        ("0.008", 1, 1, "1.008"),
        ("1e-4", 1, 1, "2e-4"),
        ("1e-4", 4, -1, "1e-5"),
        ("1e-12", 4, 1, "1e-2"),
        ("-3", 2, 1, "-2"),
        ("300", 0, 1, None),
        ("0.5", 2, 1, None),
        ("1e4", 2, 1, None),
        ("x", 1, 1, None),
    ],
)
def test_the_digit_left_of_the_caret(number: str, caret: int, step: int, wanted: str | None) -> None:
    assert stepped_digit(number, caret, step) == wanted


def test_arrows_change_the_digit_left_of_the_caret_and_that_is_one_step(window: MainWindow, qtbot: QtBot) -> None:
    field = line(window)
    field.setFocus()
    field.setCursorPosition(len("linear:T=30"))
    for _ in range(12):
        QTest.keyClick(field, Key.Key_Up)
    QTest.keyClick(field, Key.Key_Down)
    assert specs(window)[0] == "linear:T=410"
    assert field.cursorPosition() == len("linear:T=41")
    field.setCursorPosition(len("linear:T=4"))
    for _ in range(9):
        QTest.keyClick(field, Key.Key_Down)
    assert specs(window)[0] == "linear:T=10", "It stops at what a schedule can have."
    QTest.keyClick(field, Key.Key_Return)
    assert undone(window) == [A, B]


def test_the_wheel_turns_a_number_of_the_line_with_the_focus_alone(window: MainWindow, qtbot: QtBot) -> None:
    place, word = number_at(window, "300"), number_at(window, "linear")
    view(window).setFocus()
    turn(window, place, 1)
    assert specs(window)[0] == A
    line(window).setFocus()
    turn(window, word, 1)
    assert specs(window)[0] == A
    turn(window, place, 1)
    assert specs(window)[0] == "linear:T=310"
    show_change(window, qtbot)
    turn(window, number_at(window, "310"), -2)
    assert specs(window)[0] == "linear:T=290"
