"""What a person types or pastes as the steps of a line: taken, completed, refused, given up."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.sampling.pages.views import LEAST, Page
from ddpm_studio.gui.sampling.run.details_columns import Standing
from ddpm_studio.gui.steps import steps_line
from ddpm_studio.gui.steps.spacing_box import MOST, SpacingBox
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from tests.gui.sampling.conftest import Stage
from tests.gui.sampling.test_setup import choose, open_card, settle

Key = Qt.Key


@pytest.fixture
def box(stage: Stage, qtbot: QtBot) -> SpacingBox:
    """The field, in view and with the focus."""
    qtbot.mouseClick(stage.panel.view_bar.more, Qt.MouseButton.LeftButton)
    open_card(stage, qtbot, schedule=Schedule("linear", 1000))
    box = stage.panel.details.spacing
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    return box


def enter(box: SpacingBox, text: str, last: Key = Key.Key_Return) -> None:
    """With the keys, over what is there."""
    QTest.keySequence(box, QKeySequence.StandardKey.SelectAll)
    QTest.keyClicks(box, text)
    QTest.keyClick(box, last)


def paste(box: SpacingBox, text: str) -> None:
    QApplication.clipboard().setText(text)
    QTest.keySequence(box, QKeySequence.StandardKey.SelectAll)
    QTest.keySequence(box, QKeySequence.StandardKey.Paste)
    QTest.keyClick(box, Key.Key_Return)


def set_in(stage: Stage) -> str:
    return stage.studio.state.sampling.line.spacing


def note_of(stage: Stage) -> QLabel:
    """The one below the field, of those below the fields that are typed into."""
    notes = stage.panel.details.findChildren(RefusalNote)
    return next((note for note in notes if note.isVisible()), notes[0])


def test_a_refused_text_that_is_typed_on_is_called_wrong_only_without_offers(stage: Stage, box: SpacingBox) -> None:
    enter(box, "trailin:x")
    assert note_of(stage).isVisible()
    QTest.keySequence(box, QKeySequence.StandardKey.SelectAll)
    QTest.keyClicks(box, "tr")
    assert (box.line.completion.isVisible(), note_of(stage).isVisible(), box.property("refused")) == (
        True,
        False,
        False,
    )
    QTest.keyClicks(box, "x")
    assert (box.line.completion.isVisible(), note_of(stage).isVisible(), box.property("refused")) == (False, True, True)


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("karras:rho=5 | start=0.6", "karras:rho=5 | start=0.6"),
        ("sigmas: 14.6 6.47, 1; 0", "sigmas:14.6,6.47,1,0"),
        ("karras", "karras"),
        ("Karras", "karras"),
        ("taus:0.9,0.5,0", "taus:0.9,0.5,0"),
        ("14.6, 6.47, 1, 0", "sigmas:14.6,6.47,1,0"),
    ],
)
@pytest.mark.parametrize("last", [Key.Key_Return, Key.Key_Tab])
def test_typed_steps_are_taken_in_one_step(
    stage: Stage, qtbot: QtBot, box: SpacingBox, typed: str, taken: str, last: Key
) -> None:
    enter(box, typed, last)
    settle(stage, qtbot)
    assert set_in(stage) == taken == box.currentText() == box.currentData()
    assert box.line.draft.text is None
    assert not stage.complaints
    stage.studio.undo()
    settle(stage, qtbot)
    assert set_in(stage) == "trailing" == box.currentText() == box.currentData()


def test_a_name_is_completed_from_the_list_that_opens_while_it_is_typed(
    stage: Stage, qtbot: QtBot, box: SpacingBox
) -> None:
    QTest.keySequence(box, QKeySequence.StandardKey.SelectAll)
    QTest.keyClicks(box, "kar")
    assert box.line.completion.isVisible()
    assert box.currentText() == "kar", "nothing is written that was not typed"
    QTest.keyClick(box, Key.Key_Down)
    QTest.keyClick(box, Key.Key_Return)
    assert not box.line.completion.isVisible()
    QTest.keyClick(box, Key.Key_Return)
    settle(stage, qtbot)
    assert set_in(stage) == "karras" == box.currentText()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("karas", "did you mean “karras”"),
        ("karras:rho=500", "rho of karras is 500"),
        ("sigmas:1,2", "all of them rise; each must be less than the one before"),
        ("14.6, 6.47, x", "Number 3 of sigmas is “x”, which is not a finite number"),
        ("14.6", "The length of sigmas is 1"),
        ("0.9, 0.5, 0", "write sigmas: or taus: before them"),
        ("karras | begin=0.6", "Nothing called “begin” is done with steps"),
    ],
)
@pytest.mark.parametrize("last", [Key.Key_Return, Key.Key_Tab])
def test_a_mistake_stays_as_typed_with_its_sentence_until_it_is_given_up(
    stage: Stage, qtbot: QtBot, box: SpacingBox, typed: str, sentence: str, last: Key
) -> None:
    enter(box, typed, last)
    stage.actions.setup.change_line("steps", 9)
    settle(stage, qtbot)
    assert (box.currentText(), set_in(stage)) == (typed, "trailing")
    assert box.property("refused")
    assert sentence in note_of(stage).text()
    assert note_of(stage).isVisible()
    box.setFocus()
    QTest.keyClick(box, Key.Key_Escape)
    assert box.currentText() == "trailing" == box.currentData()
    assert not box.property("refused")
    assert not note_of(stage).isVisible()


def test_details_of_every_height_come_to_rest(stage: Stage, box: SpacingBox) -> None:
    """A bar beside them that came and went with what wraps there would lay them out for ever."""
    details = stage.panel.details
    enter(box, "karas:rho=5")
    counted = Counted(details.viewport(), details._page)
    for height in range(60, 401, 4):
        details.setFixedHeight(height)
        counted.events = 0
        for _ in range(5):
            QApplication.processEvents()
        assert counted.events < 30, height
        counted.events = 0
        QApplication.processEvents()
        assert not counted.events, height


@pytest.mark.parametrize("height", [68, 90, 200])
@pytest.mark.parametrize("typed", ["karas:rho=5", "karras | begin=0.6", "sigmas:1,2,3"])
def test_a_sentence_is_seen_however_low_the_details_are(
    stage: Stage, qtbot: QtBot, box: SpacingBox, height: int, typed: str
) -> None:
    details = stage.panel.details
    details.setFixedHeight(height)
    QApplication.processEvents()
    enter(box, typed)
    note = note_of(stage)

    def seen() -> bool:
        top = note.mapTo(details.viewport(), QPoint()).y()
        return note.isVisible() and top >= 0 and top + min(note.height(), height) <= details.viewport().height()

    qtbot.waitUntil(seen)


def test_details_are_as_wide_as_their_controls(stage: Stage, box: SpacingBox) -> None:
    details = stage.panel.details
    details.spacing.setMinimumWidth(400)
    QApplication.processEvents()
    assert details._page.width() == details.viewport().width() > 400


def lay_out(stage: Stage, width: int, height: int) -> None:
    stage.panel.resize(width, height)
    for _ in range(5):
        QApplication.processEvents()


@pytest.mark.parametrize("solver", ["ddim", "dpm-solver++", "lcm"])
@pytest.mark.parametrize(
    ("width", "height", "columns", "beside"),
    [
        (640, 145, 2, False),
        (690, 145, 3, False),
        (721, 178, 3, False),
        (1134, 242, 3, True),
        (1513, 353, 2, True),
        (657, 600, 1, True),
    ],
)
@pytest.mark.usefixtures("box")
def test_details_stand_in_columns_beside_the_views_or_in_their_place(
    stage: Stage, solver: str, width: int, height: int, columns: int, beside: bool
) -> None:
    panel, details = stage.panel, stage.panel.details
    stage.actions.setup.change_line("solver", solver)
    lay_out(stage, width, height)
    firsts = [details.options, details.spacing, details.seed]
    assert len({each.mapTo(details, QPoint()).x() // 100 for each in firsts if each.isVisible()}) <= columns
    assert details._standing == Standing(columns, beside)
    assert panel.views.isVisible() is panel.timeline.isVisible() is beside
    assert details._page.width() == details.viewport().width()
    if beside:
        assert panel.views.width() >= LEAST.width()
    if height >= 178:  # All of them are seen, without scrolling.
        assert details._page.height() == details.viewport().height()


@pytest.mark.usefixtures("box")
def test_what_is_to_be_seen_takes_the_place_of_details_that_cover_it(stage: Stage) -> None:
    panel, pages = stage.panel, stage.panel.view_bar.pages
    more = panel.view_bar.more
    turn = pages.chosen.emit
    for uncover in (partial(turn, Page.COMPARE), partial(turn, Page.WATCH), panel.show_run):
        lay_out(stage, 721, 178)
        more.setChecked(True)
        panel.details.pictures.setFocus()
        assert not panel.views.isVisible()
        uncover()
        assert panel.views.isVisible()
        assert not more.isChecked()
        assert not panel.details.isVisible()
        assert panel.focusWidget() is panel
        lay_out(stage, 1134, 242)
        more.setChecked(True)
        uncover()
        assert panel.views.isVisible()
        assert panel.details.isVisible(), "There is room for both."


def chosen_looks(stage: Stage) -> list[str]:
    """What looks chosen of the pages and the details."""
    bar = stage.panel.view_bar
    return [each.text() for each in (*bar.pages.findChildren(QToolButton), bar.more) if each.isChecked()]


@pytest.mark.parametrize("page", [Page.WATCH, Page.COMPARE, Page.SOLVER])
@pytest.mark.usefixtures("box")
def test_no_page_looks_chosen_while_details_cover_it(stage: Stage, qtbot: QtBot, page: Page) -> None:
    more, pages = stage.panel.view_bar.more, stage.panel.view_bar.pages
    button = next(own for own, value in pages._values.items() if value == page)
    lay_out(stage, 721, 178)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    for away in (more, button):
        qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
        assert chosen_looks(stage) == [more.text()]
        qtbot.mouseClick(away, Qt.MouseButton.LeftButton)
        assert chosen_looks(stage) == [button.text()]
        assert stage.panel.views.isVisible()
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    lay_out(stage, 1134, 242)
    assert chosen_looks(stage) == [button.text(), more.text()], "Both are seen."
    lay_out(stage, 721, 178)
    assert chosen_looks(stage) == [more.text()]


@pytest.mark.usefixtures("box")
def test_details_and_views_change_places_with_the_size_of_the_panel(stage: Stage) -> None:
    for width, height, beside in ((721, 178, False), (1134, 242, True), (721, 178, False)):
        lay_out(stage, width, height)
        assert stage.panel.details.isVisible()
        assert stage.panel.views.isVisible() is beside


class Counted(QObject):
    """Counts how often widgets are laid out."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.events = 0
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.events += event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize)
        return False


def test_a_text_is_shown_from_its_beginning(stage: Stage, qtbot: QtBot, box: SpacingBox) -> None:
    enter(box, "karras:rho=5,steps=8 | start=0.6")
    settle(stage, qtbot)
    assert (box.currentText(), box.line.cursorPosition()) == ("karras:steps=8,rho=5 | start=0.6", 0)


def test_a_mistake_is_mended_where_it_stands(stage: Stage, qtbot: QtBot, box: SpacingBox) -> None:
    enter(box, "karas:rho=5")
    QTest.keyClick(box, Key.Key_Home)
    for _ in range(3):
        QTest.keyClick(box, Key.Key_Right)
    QTest.keyClicks(box, "r")
    QTest.keyClick(box, Key.Key_Return)
    settle(stage, qtbot)
    assert set_in(stage) == "karras:rho=5" == box.currentText()
    assert not note_of(stage).isVisible()


def test_a_choice_from_the_list_takes_the_place_of_a_mistake(stage: Stage, qtbot: QtBot, box: SpacingBox) -> None:
    for name in ("karras", "karras", "trailing"):
        enter(box, "karas:rho=5")
        choose(box, name)
        settle(stage, qtbot)
        assert set_in(stage) == name == box.currentText() == box.currentData()
        assert box.line.draft.text is None


def test_a_mistake_is_of_the_line_that_it_was_typed_for(stage: Stage, qtbot: QtBot, box: SpacingBox) -> None:
    enter(box, "karas")
    stage.actions.setup.add_line()
    settle(stage, qtbot)
    assert box.currentText() == "trailing"
    assert not note_of(stage).isVisible()


@pytest.mark.parametrize(
    ("pasted", "schedule", "taken"),
    [
        ("14.6, 6.47, 1, 0", "linear:T=1000", "sigmas:14.6,6.47,1,0"),
        ("[14.6, 6.47,\n 1, 0]\n", "linear:T=1000", "sigmas:14.6,6.47,1,0"),
        ("[\n  14.6,\n  1,\n  0\n]", "linear:T=1000", "sigmas:14.6,1,0"),
        ("14.6\n6.47\n1\n0\n", "linear:T=1000", "sigmas:14.6,6.47,1,0"),
        ("14.6\r\n1\r\n0\r\n", "linear:T=1000", "sigmas:14.6,1,0"),
        ("1.5e0\t1\t0 | start=0.5", "linear:T=1000", "sigmas:1.5,1,0 | start=0.5"),
        ("1, 0.75, 0.5, 0", "flow:T=1000,shift=3", "taus:1,0.75,0.5,0"),
        ("[0.9, 0.5, 0]", "flow:T=1000", "taus:0.9,0.5,0"),
        ("9.5, 1, 0", "flow:T=1000", "sigmas:9.5,1,0"),
        ("999, 500, 0", "flow:T=1000", "timesteps:999,500,0"),
    ],
)
def test_a_pasted_list_gets_the_name_of_what_its_numbers_are(
    stage: Stage, qtbot: QtBot, box: SpacingBox, pasted: str, schedule: str, taken: str
) -> None:
    open_card(stage, qtbot, schedule=Schedule.parse(schedule))
    paste(box, pasted)
    settle(stage, qtbot)
    assert set_in(stage) == taken == box.currentText()


def test_a_long_list_is_taken_whole_and_one_that_is_too_long_is_refused(
    stage: Stage, qtbot: QtBot, box: SpacingBox
) -> None:
    numbers = [str(number) for number in range(10_000, 0, -1)]
    paste(box, "\n".join(numbers))
    settle(stage, qtbot)
    assert set_in(stage) == "sigmas:" + ",".join(numbers)
    paste(box, "9 " * MOST)
    settle(stage, qtbot)
    assert "more letters than the 100000" in note_of(stage).text()
    assert set_in(stage) == "sigmas:" + ",".join(numbers)


def test_what_is_done_with_steps_is_offered_behind_a_bar_and_a_mistake_there_is_marked(
    stage: Stage, qtbot: QtBot, box: SpacingBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked: list[tuple[int, int]] = []
    monkeypatch.setattr(
        steps_line, "show_looks", lambda _, looks: marked.extend((each.start, each.length) for each in looks)
    )
    QTest.keySequence(box, QKeySequence.StandardKey.SelectAll)
    QTest.keyClicks(box, "karras | sta")
    QTest.keyClick(box, Key.Key_Down)
    QTest.keyClick(box, Key.Key_Tab)
    assert box.currentText() == "karras | start="
    QTest.keyClicks(box, "2")
    QTest.keyClick(box, Key.Key_Return)
    assert marked == [(15, 1)], "the 2"
    QTest.keyClick(box, Key.Key_Backspace)
    QTest.keyClicks(box, "0.6")
    QTest.keyClick(box, Key.Key_Return)
    settle(stage, qtbot)
    assert set_in(stage) == "karras | start=0.6"
