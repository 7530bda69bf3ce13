"""The fields of the whole window under real keys: whose key it is, where an edit lands, and what a refusal leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QSlider,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Misfit
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule_family import ScheduleFamily
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.sampling.model.answer_editor import AnswerEditor
from ddpm_studio.gui.sampling.model.answer_fields import LineField
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.schedules.card.family_field import FamilyField
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.run import CheckpointCard
from ddpm_studio.gui.state.sampling import Refusal
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.theme import ThemeChoice
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.widgets.jump_slider import JumpSlider
from ddpm_studio.gui.widgets.number_box import NumberBox
from ddpm_studio.gui.widgets.slider_field import SliderField
from ddpm_studio.gui.widgets.typed.whole_box import WholeBox
from ddpm_studio.texts import Readable
from tests.gui.finding import child, with_focus
from tests.gui.test_main_window import wait
from tests.gui.windows import show_change, undo_all

LEFT, CTRL, KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.Key
A, B = "linear:T=300", "cosine:T=50"
BEGUN = 100
"""The t at which a window begins."""

COPYING = {"Ctrl+C", "Ctrl+A", "Ctrl+Ins"}
MOVING = {f"Ctrl+{shift}{key}" for shift in ("", "Shift+") for key in ("Left", "Right", "Home", "End")}
CHANGING = {"Ctrl+V", "Ctrl+X", "Ctrl+Backspace", "Ctrl+Del", "Ctrl+Shift+Backspace", "Ctrl+Shift+Del"}
PLAIN = {"C", "G", "Del", "Backspace", "Home", "End", "Left", "Right", "Space", "Shift+Home", "Shift+Del", "Shift+Ins"}
UNDOING = {"Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z"}


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> list[State]:
    """Every State that the window comes to have, t and the chosen line aside."""
    seen: list[State] = []
    become = Studio._become

    def note(studio: Studio, state: State, what: Readable | None = None) -> None:
        become(studio, state, what)
        seen.append(studio.state)

    monkeypatch.setattr(Studio, "_become", note)
    return seen


@pytest.fixture
def window(qtbot: QtBot, states: list[State]) -> MainWindow:
    window = open_window([], [Schedule.parse(A), Schedule.parse(B)], None)
    qtbot.addWidget(window)
    window.share_out(QSize(1280, 900))
    window.show()
    qtbot.waitActive(window)
    show_change(window, qtbot)
    states.clear()
    return window


def specs(window: MainWindow) -> list[str]:
    return [str(entry.schedule) for entry in window.studio.state.entries]


def back(window: MainWindow, qtbot: QtBot) -> None:
    """Have the window be as it began, for another case in it."""
    window.panel(TimeBar).setFocus()
    undo_all(window, qtbot)
    window.studio.select(window.studio.state.entries[0].key)
    window.studio.set_t(BEGUN)
    show_change(window, qtbot)
    assert (specs(window), window.studio.state.t) == ([A, B], BEGUN)
    assert window.panel(SchedulesPanel).list.new_line.text() == ""


# the fields, each brought up and ready to be typed into


def spec_line(window: MainWindow) -> QWidget:
    return window.panel(SchedulesPanel).list.view.line


def parameter(key: str) -> Callable[[MainWindow], QWidget]:
    def found(window: MainWindow) -> QWidget:
        fields = window.panel(SchedulesPanel).findChildren(ParameterField)
        return child(next(field for field in fields if field.key == key and field.isVisible()), NumberBox)

    return found


def t_box(window: MainWindow) -> QWidget:
    return child(window.panel(TimeBar), WholeBox)


def picture_seed(window: MainWindow) -> QWidget:
    window.bring_up("picture")
    return window.panel(PicturePanel).header.seed


def details(window: MainWindow) -> SamplingPanel:
    panel = sampling(window)
    if not panel.view_bar.more.isChecked():
        panel.view_bar.more.setChecked(True)
    return panel


def sampling(window: MainWindow) -> SamplingPanel:
    # Without a thread: what is set up needs no torch.
    window.desk.samples.checkpoints.open_chosen = lambda: None  # type: ignore[method-assign]
    window.bring_up("sampling")
    return window.panel(SamplingPanel)


def catch_up(window: MainWindow) -> None:
    """Let the window show its state, for which one round of events may be too few."""
    while window.studio._announce.isActive():
        QApplication.processEvents()


def steps_box(window: MainWindow) -> QWidget:
    return sampling(window).run_bar.steps


def pictures_box(window: MainWindow) -> QWidget:
    return details(window).details.pictures


def run_seed(window: MainWindow) -> QWidget:
    return details(window).details.seed.field


def eta_box(window: MainWindow) -> QWidget:
    window.desk.samples.setup.change_line("solver", "ddim")
    catch_up(window)
    field = details(window).details.options.field("eta")
    assert isinstance(field, SliderField)
    return child(field, NumberBox)


def clip_box(window: MainWindow) -> QWidget:
    window.studio.set_sampling(clip=1.0)
    catch_up(window)
    return details(window).details.clip.bound


def rename_editor(window: MainWindow) -> QWidget:
    panel = window.panel(SchedulesPanel)
    child(panel, QListView).setFocus()
    panel.list.offers.rename.trigger()
    editors = panel.findChildren(QLineEdit)
    return next(editor for editor in editors if editor.accessibleName() == "Name of the schedule")


def asked(window: MainWindow, key: str) -> QWidget:
    refusal = Refusal(
        "/a/model.pt", "It does not say.", asked=("release", "schedule", "heads"), report=Misfit(["a"], ["b"], ["c"])
    )
    sampling(window)
    window.studio.set_sampling(refusal=refusal)
    catch_up(window)
    return window.panel(SamplingPanel).views.model.ask.fields[key]


def release_line(window: MainWindow) -> QWidget:
    return asked(window, "release")


def schedule_combo(window: MainWindow) -> QWidget:
    return asked(window, "schedule")


def heads_box(window: MainWindow) -> QWidget:
    return child(asked(window, "heads"), WholeBox)


def read_out(window: MainWindow) -> QWidget:
    return window.panel(TimeBar)._numbers


def report(window: MainWindow) -> QWidget:
    asked(window, "release")
    return window.panel(SamplingPanel).views.model.ask.report


def formula(window: MainWindow) -> QWidget:
    return window.panel(SchedulesPanel).editor._about


def prompt(window: MainWindow) -> QWidget:
    panel = sampling(window)
    card = CheckpointCard("/a", "a", "fake", "none", 0, (3, 4, 5), Schedule("linear", 1000), "epsilon", text=True)
    window.studio.learn(card=card)
    catch_up(window)
    return panel.details.prompts.prompt


EDITABLE = [
    spec_line,
    parameter("T"),
    parameter("beta_end"),
    t_box,
    picture_seed,
    steps_box,
    pictures_box,
    run_seed,
    eta_box,
    clip_box,
    rename_editor,
    release_line,
    schedule_combo,
    heads_box,
    prompt,
]
READ_ONLY = [read_out, report, formula]


def focused(window: MainWindow, find: Callable[[MainWindow], QWidget]) -> QWidget:
    field = find(window)
    field.setFocus()
    assert with_focus() is field
    return field


def type_into(field: QWidget, text: str, then: Qt.Key | None = None) -> None:
    """Replace what stands in a field."""
    field.setFocus()
    QTest.keyClick(field, KEY.Key_A, CTRL)
    QTest.keyClicks(field, text)
    if then is not None:
        QTest.keyClick(field, then)


# whose key it is


class Keys:
    """Every shortcut of the menus, and every editing key as one more, none of which does anything but be noted."""

    def __init__(self, window: MainWindow) -> None:
        self.fired: list[str] = []
        window.menus._actions.clear()  # Lest a state disables them again.
        texts = {}
        for action in window.findChildren(QAction):
            if not action.shortcut().isEmpty() and action.shortcutContext() == Qt.ShortcutContext.WindowShortcut:
                action.triggered.disconnect()
                action.setEnabled(True)
                action.setShortcuts([action.shortcut()])
                texts[action.shortcut().toString()] = action
        self.menus = set(texts)
        for text in (COPYING | MOVING | CHANGING | PLAIN | UNDOING) - self.menus:
            texts[text] = QAction(text, window)
            texts[text].setShortcut(QKeySequence(text))
            window.addAction(texts[text])
        for text, action in texts.items():
            action.triggered.connect(lambda _=False, text=text: self.fired.append(text))
        self.texts = sorted(texts.keys() - UNDOING - {"Esc"})

    def press(self, field: QWidget, text: str) -> bool:
        """Press a shortcut in a field; True if its action was triggered."""
        self.fired.clear()
        keys = QKeySequence(text)[0]  # type: ignore[index]  # Qt's stubs don't know of it.
        QTest.keyClick(field, keys.key(), keys.keyboardModifiers())
        assert self.fired in ([], [text])
        return bool(self.fired)


def own_keys(field: QWidget, editable: bool) -> set[str]:
    """The keys that a field can use, whatever stands in it."""
    if not editable:
        return COPYING if isinstance(field, QLabel) else COPYING | MOVING
    return COPYING | MOVING | CHANGING | PLAIN


def shown(field: QWidget) -> str:
    """The text in a field, with what the field adds to it."""
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText()
    line = field.lineEdit() if isinstance(field, QComboBox) else field
    assert isinstance(line, QLineEdit | QAbstractSpinBox)
    return line.text()


@pytest.mark.parametrize("editable", [True, False])
def test_a_key_that_edits_text_is_the_field_s_and_every_other_the_menu_s(window: MainWindow, editable: bool) -> None:
    keys = Keys(window)
    assert {"Ctrl+Backspace", "Ctrl+V", "Ctrl+Right", "Ctrl+Down", "Ctrl+R", "Ctrl+O", "Ctrl+Shift+C"} <= keys.menus
    for find in EDITABLE if editable else READ_ONLY:
        field, taken = focused(window, find), set()
        # Keys without Ctrl in a text that cannot be edited are left to Qt.
        for text in (text for text in keys.texts if editable or text not in PLAIN):
            assert with_focus() is field, f"{field}, before {text}"
            if not keys.press(field, text):
                taken.add(text)
        assert taken == own_keys(field, editable), field


def test_undo_is_the_field_s_as_long_as_something_typed_can_be_undone(window: MainWindow) -> None:
    keys = Keys(window)
    for find in EDITABLE:
        field = focused(window, find)
        assert [keys.press(field, text) for text in ("Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z")] == [True] * 3, field
        QTest.keyClicks(field, "1")
        typed = shown(field)
        assert not keys.press(field, "Ctrl+Z"), field
        assert shown(field) != typed
        assert not keys.press(field, "Ctrl+Y"), field
        assert shown(field) == typed
    window.panel(TimeBar).setFocus()
    assert window.studio.state.sampling.prompt == shown(field) == "1"
    field.setFocus()
    assert keys.press(field, "Ctrl+Z"), "a prompt that was left is undone in the window"
    catch_up(window)
    QTest.keyClicks(field, "2")
    for left in ("1", ""):
        window.studio.undo()
        catch_up(window)
        assert window.studio.state.sampling.prompt == shown(field) == left, "as by the menu, which leaves the focus"


def test_ctrl_backspace_deletes_a_word_and_no_schedule(window: MainWindow) -> None:
    for find in (spec_line, rename_editor, release_line, schedule_combo):
        field = focused(window, find)
        type_into(field, "one two")
        QTest.keyClick(field, KEY.Key_Backspace, CTRL)
        assert shown(field) == "one "
        assert specs(window) == [A, B]
        QTest.keyClick(field, KEY.Key_Escape)


def test_the_story_of_the_lost_schedule(window: MainWindow, qtbot: QtBot) -> None:
    line = focused(window, spec_line)
    QTest.keyClick(line, KEY.Key_End)
    QTest.keyClicks(line, ",snr_shift=2")
    QTest.keyClick(line, KEY.Key_Backspace, CTRL)
    QTest.keyClick(line, KEY.Key_3)
    show_change(window, qtbot)
    QTest.mouseClick(child(window.panel(TimeBar), QSlider), LEFT)
    assert specs(window) == ["linear:T=300,snr_shift=3", B]


def test_in_a_list_the_key_removes_the_schedule_as_ever(window: MainWindow) -> None:
    entries = child(window.panel(SchedulesPanel), QListView)
    entries.setFocus()
    QTest.keyClick(entries, KEY.Key_Backspace, CTRL)
    assert specs(window) == [B]


def test_esc_first_gives_the_edit_up_and_then_is_the_menu_s(window: MainWindow) -> None:
    keys = Keys(window)
    for find, before in ((spec_line, A), (prompt, "")):
        field = focused(window, find)
        QTest.keyClicks(field, "x")
        assert not keys.press(field, "Esc"), field
        assert shown(field) == before
        assert keys.press(field, "Esc"), field


def test_esc_closes_an_answer_s_editor_rather_than_stop_a_run(window: MainWindow, qtbot: QtBot) -> None:
    keys, field = Keys(window), LineField("3x32x32", lambda text: None)  # type: ignore[arg-type, return-value]
    editor = AnswerEditor("release", field, given=False)
    child(sampling(window), QVBoxLayout).addWidget(editor)
    field.setFocus()
    with qtbot.waitSignal(editor.cancelled):
        assert not keys.press(field, "Esc")


# where an edit lands

BELONGING: list[tuple[Callable[[MainWindow], QWidget], str, str]] = [
    (spec_line, "jsd:T=40", "jsd:T=40"),
    (parameter("beta_end"), "0.5", "linear:T=300,beta_end=0.5"),
]
ADDED = "jsd:T=7"


def by_key(window: MainWindow) -> None:
    QTest.keyClick(with_focus(), KEY.Key_Down, CTRL)


def by_mouse(window: MainWindow) -> None:
    entries = child(window.panel(SchedulesPanel), QListView)
    below = entries.visualRect(entries.model().index(1, 0, QModelIndex()))
    QTest.mouseClick(entries.viewport(), LEFT, pos=below.center())


def by_adding(window: MainWindow) -> None:
    window.studio.add(Schedule.parse(ADDED))


def by_duplicating(window: MainWindow) -> None:
    buttons = window.panel(SchedulesPanel).findChildren(QAbstractButton)
    QTest.mouseClick(next(button for button in buttons if button.text() == "Duplicate"), LEFT)


def by_removing(window: MainWindow) -> None:
    buttons = window.panel(SchedulesPanel).findChildren(QAbstractButton)
    QTest.mouseClick(next(button for button in buttons if button.text() == "Remove"), LEFT)


LEAVING: list[tuple[Callable[[MainWindow], None], Callable[[str], list[str]]]] = [
    (by_key, lambda meant: [meant, B]),
    (by_mouse, lambda meant: [meant, B]),
    (by_adding, lambda meant: [meant, B, ADDED]),
    (by_duplicating, lambda meant: [meant, B, meant]),
    (by_removing, lambda meant: [B]),
]
"""What leads away from a schedule, and the specs there are afterwards, by what the chosen one has become."""


def test_an_edit_belongs_to_the_schedule_it_was_begun_for(window: MainWindow, qtbot: QtBot) -> None:
    for (find, text, meant), (leave, left) in product(BELONGING, LEAVING):
        case = text, leave.__name__
        type_into(find(window), text)
        assert specs(window) == [meant if find is spec_line else A, B], case
        leave(window)
        show_change(window, qtbot)
        QTest.mouseClick(child(window.panel(TimeBar), QSlider), LEFT)
        show_change(window, qtbot)
        assert specs(window) == left(meant), case
        assert shown(spec_line(window)) == str(window.studio.state.current.schedule), case
        back(window, qtbot)


def by_the_menu(id: str) -> Callable[[MainWindow], None]:
    return lambda window: window.menus.action(id).trigger()


def by_defaults(window: MainWindow) -> None:
    QTest.mouseClick(window.panel(SchedulesPanel).editor.reset, LEFT)


def by_sliding(window: MainWindow) -> None:
    slider, place = slider_of("T")(window)
    QTest.mouseClick(slider, LEFT, pos=place + QPoint(40, 0))


def by_copying(window: MainWindow) -> None:
    window.menus.action("copy_spec").trigger()


def test_what_is_half_typed_below_the_list_is_added_and_what_is_pressed_is_done_to_the_chosen_schedule(
    window: MainWindow, qtbot: QtBot
) -> None:
    cases: list[tuple[Callable[[MainWindow], None], list[str], int]] = [
        (by_removing, [B, ADDED], 0),
        (by_the_menu("remove"), [B, ADDED], 0),
        (by_duplicating, [A, B, ADDED, A], 3),
        (by_the_menu("duplicate"), [A, B, ADDED, A], 3),
        (by_the_menu("select_next"), [A, B, ADDED], 1),
        (by_defaults, [A, B, ADDED], 0),
        (by_copying, [A, B, ADDED], 0),
    ]
    for number, (leave, left, chosen) in enumerate(cases):
        type_into(window.panel(SchedulesPanel).list.new_line, ADDED)
        leave(window)
        show_change(window, qtbot)
        state = window.studio.state
        assert (specs(window), state.entries.index(state.current)) == (left, chosen), number
        assert window.panel(SchedulesPanel).list.new_line.text() == "", number
        if leave is by_copying:
            wait(window, qtbot)
            assert QApplication.clipboard().text() == A
        back(window, qtbot)


def test_a_slider_that_is_clicked_is_that_of_the_schedule_it_shows(window: MainWindow, qtbot: QtBot) -> None:
    type_into(window.panel(SchedulesPanel).list.new_line, ADDED)
    by_sliding(window)
    show_change(window, qtbot)
    assert specs(window)[1:] == [B, ADDED]
    assert specs(window)[0] != A


def test_enter_below_the_list_adds_and_chooses(window: MainWindow, qtbot: QtBot) -> None:
    type_into(window.panel(SchedulesPanel).list.new_line, ADDED, KEY.Key_Return)
    show_change(window, qtbot)
    assert specs(window) == [A, B, ADDED]
    assert window.studio.state.current is window.studio.state.entries[2]


def slider_of(key: str) -> Callable[[MainWindow], tuple[QWidget, QPoint]]:
    def found(window: MainWindow) -> tuple[QWidget, QPoint]:
        fields = window.panel(SchedulesPanel).findChildren(ParameterField)
        slider = child(next(field for field in fields if field.key == key and field.isVisible()), JumpSlider)
        return slider, slider.handle().center()

    return found


def number_in_the_text(window: MainWindow) -> tuple[QWidget, QPoint]:
    line = window.panel(SchedulesPanel).list.view.line
    return line, QPoint(line.fontMetrics().horizontalAdvance("linear:T=3") + 2, line.height() // 2)


@pytest.mark.parametrize("take", [slider_of("T"), slider_of("beta_end"), number_in_the_text], ids=["T", "β", "text"])
def test_a_drag_belongs_to_the_schedule_it_was_begun_for(
    window: MainWindow, qtbot: QtBot, take: Callable[[MainWindow], tuple[QWidget, QPoint]]
) -> None:
    below = "linear:T=50"
    window.studio.set_schedule(Schedule.parse(below), key=window.studio.state.entries[1].key)
    window.studio.begin()
    show_change(window, qtbot)
    field, place = take(window)
    QTest.mousePress(field, LEFT, pos=place)
    for pixels in (5, 10, 15):
        QTest.mouseMove(field, place - QPoint(pixels, 0))
    dragged = specs(window)
    QTest.keyClick(field, KEY.Key_Down, CTRL)
    for pixels in (20, 30):
        QTest.mouseMove(field, place - QPoint(pixels, 0))
        show_change(window, qtbot)
    QTest.mouseRelease(field, LEFT, pos=place - QPoint(30, 0))
    assert specs(window) == dragged == [dragged[0], below] != [A, below]
    assert not window.studio.state.adjusting
    window.studio.undo()
    assert specs(window) == [A, below]


def test_a_typed_edit_is_one_step(window: MainWindow, qtbot: QtBot) -> None:
    for find, text, meant in BELONGING:
        field = find(window)
        type_into(field, text, KEY.Key_Return)
        by_key(window)
        field.clearFocus()
        show_change(window, qtbot)
        assert specs(window) == [meant, B], text
        window.studio.undo()
        assert specs(window) == [A, B], text
        assert window.studio.state.undo is None, text
        back(window, qtbot)


def test_what_is_typed_counts_for_the_menus(window: MainWindow, qtbot: QtBot) -> None:
    for find, text, meant in BELONGING:
        type_into(find(window), text)
        QTest.keyClick(find(window), KEY.Key_C, CTRL | Qt.KeyboardModifier.ShiftModifier)
        wait(window, qtbot)
        assert QApplication.clipboard().text() == meant, text
        back(window, qtbot)


@pytest.mark.parametrize(
    ("find", "text", "meant", "then"),
    [(spec_line, "jsd:T=40", "jsd:T=40", B), (parameter("T"), "40", "linear:T=40", "50")],
)
def test_ctrl_down_in_a_field_chooses_the_next_schedule_and_leaves_the_focus(
    window: MainWindow, qtbot: QtBot, find: Callable[[MainWindow], QWidget], text: str, meant: str, then: str
) -> None:
    field = find(window)
    type_into(field, text)
    QTest.keyClick(field, KEY.Key_Down, CTRL)
    assert specs(window) == [meant, B]
    show_change(window, qtbot)
    assert window.studio.state.current is window.studio.state.entries[1]
    assert with_focus() is field
    assert shown(field) == then


def test_t_is_that_of_the_schedule_for_which_it_was_typed(window: MainWindow, qtbot: QtBot) -> None:
    type_into(t_box(window), "150")
    by_key(window)
    show_change(window, qtbot)
    assert window.studio.state.t == 25
    assert shown(t_box(window)) == "25 / 50"


def test_a_name_is_given_to_the_schedule_it_was_typed_for(window: MainWindow, qtbot: QtBot) -> None:
    cases: list[tuple[Callable[[MainWindow], None], list[str]]] = [
        (by_key, ["mine", ""]),
        (by_mouse, ["mine", ""]),
        (by_adding, ["mine", "", ""]),
        (by_duplicating, ["mine", "", "mine"]),
        (by_removing, [""]),
    ]
    for leave, left in cases:
        type_into(rename_editor(window), "mine")
        leave(window)
        show_change(window, qtbot)
        assert [entry.name for entry in window.studio.state.entries] == left, leave.__name__
        back(window, qtbot)


def test_a_name_half_typed_outlives_other_changes_of_its_row(window: MainWindow, qtbot: QtBot) -> None:
    editor = rename_editor(window)
    type_into(editor, "mi")
    window.set_theme(ThemeChoice.DARK)
    window.studio.set_visible(window.studio.state.selected, False)
    show_change(window, qtbot)
    QTest.keyClicks(editor, "ne")
    QTest.keyClick(editor, KEY.Key_Return)
    show_change(window, qtbot)
    assert window.studio.state.current.name == "mine"


@pytest.mark.parametrize("name", ["rename", "go_to"])
def test_what_is_wanted_from_another_window_can_be_typed_and_left(window: MainWindow, qtbot: QtBot, name: str) -> None:
    other = QWidget(window, Qt.WindowType.Tool)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is other)
    window.menus.action(name).trigger()
    qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox))
    assert QApplication.activeWindow() is window
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClick(editor, KEY.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not editor)


def line_added(window: MainWindow) -> None:
    compare = sampling(window).views.compare
    sampling(window)._turn_to(Page.COMPARE)
    QTest.mouseClick(compare.add, LEFT)


@pytest.mark.parametrize(
    ("find", "text", "field", "value"),
    [(steps_box, "33", "steps", 33), (eta_box, "0.5", "options", (("eta", 0.5),))],
)
def test_an_edit_belongs_to_the_line_of_the_comparison_it_was_begun_for(
    window: MainWindow, qtbot: QtBot, find: Callable[[MainWindow], QWidget], text: str, field: str, value: object
) -> None:
    window.desk.samples.setup.add_line()
    show_change(window, qtbot)
    before = getattr(window.studio.state.sampling.lines[0], field)
    type_into(find(window), text)
    window.desk.samples.setup.choose_line(0)
    show_change(window, qtbot)
    QTest.mouseClick(child(window.panel(TimeBar), QSlider), LEFT)
    assert [getattr(line, field) for line in window.studio.state.sampling.lines] == [before, value]


def test_a_row_that_is_added_has_what_was_typed_just_before(window: MainWindow, qtbot: QtBot) -> None:
    type_into(steps_box(window), "33")
    line_added(window)
    show_change(window, qtbot)
    assert [line.steps for line in window.studio.state.sampling.lines] == [33, 33]


# what a refusal leaves

REFUSED: list[tuple[Callable[[MainWindow], QWidget], str, str, str]] = [
    (spec_line, "cosin:T=9", "did you mean “cosine”?", "cosine:T=9"),
    (spec_line, "linear:T=0", "T is 0; it must be a whole number from 1 to 100000.", "linear:T=9"),
    (parameter("T"), "0", "T is 0; it must be a whole number from 1 to 100000.", "500"),
    (parameter("T"), "1e9", "T is 1000000000; it must be a whole number from 1 to 100000.", "500"),
    (parameter("beta_end"), "7", "beta_end is 7; choose a value from 1e-12 to 1.", "0.5"),
    (t_box, "301", "301 is out of range; choose 0 to 300.", "150"),
    (picture_seed, "9223372036854775808", "choose a whole number from 0 to 2⁶³ − 1.", "77"),
    (steps_box, "0", "0 is out of range; choose 1 to 100000.", "33"),
    (steps_box, "1000000000", "choose 1 to 100000.", "33"),
    (pictures_box, "99999", "choose 1 to 256.", "9"),
    (run_seed, "-3", "choose a whole number from 0 to 2⁶³ − 1.", "77"),
    (eta_box, "2", "2 is out of range; choose 0 to 1.", "0.5"),
    (clip_box, "0", "0 is out of range; choose 0.01 to 100.", "2.5"),
]
DRESSED_MEANWHILE = ("cosin:T=9", "301", "2")
"""Texts in a line, a box of whole numbers and one of others under which the whole window changes its theme."""


def marked(field: QWidget) -> bool:
    return bool(field.property("refused"))


def sentences(window: MainWindow) -> Iterator[str]:
    """What is read in the window, messages aside."""
    assert not window.toast.isVisible()
    return (label.text() for label in window.findChildren(QLabel) if label.isVisible())


def bare(field: QWidget) -> str:
    """The text in a field, without what the field adds to it."""
    return field.cleanText() if isinstance(field, WholeBox | NumberBox) else shown(field)


def test_a_refused_text_stays_marked_with_the_reason_until_it_is_mended_or_escaped(
    window: MainWindow, qtbot: QtBot, states: list[State]
) -> None:
    for case in REFUSED:
        refuse_and_mend(window, qtbot, states, *case)
        window.set_theme(ThemeChoice.SYSTEM)
        back(window, qtbot)


def refuse_and_mend(
    window: MainWindow,
    qtbot: QtBot,
    states: list[State],
    find: Callable[[MainWindow], QWidget],
    text: str,
    reason: str,
    good: str,
) -> None:
    field = find(window)
    show_change(window, qtbot)
    good_before = bare(field)
    states.clear()

    type_into(field, text, KEY.Key_Return)
    assert states == []
    window.studio.set_histogram(True)
    window.studio.set_curves(("betas",))
    if text in DRESSED_MEANWHILE:
        window.set_theme(ThemeChoice.DARK)
    child(window.panel(SchedulesPanel), QListView).setFocus()
    show_change(window, qtbot)
    assert (bare(field), marked(field)) == (text, True)
    assert any(reason in sentence for sentence in sentences(window))

    field.setFocus()
    QTest.keyClick(field, KEY.Key_Escape)
    assert (bare(field), marked(field)) == (good_before, False)
    assert not any(reason in sentence for sentence in sentences(window))

    type_into(field, text, KEY.Key_Return)
    assert marked(field)
    states.clear()
    type_into(field, good, KEY.Key_Return)
    show_change(window, qtbot)
    # Enter in a line of the list leads to the next one.
    assert (bare(field), marked(field)) == (good if find is not spec_line else specs(window)[1], False)
    assert not any(reason in sentence for sentence in sentences(window))
    assert {state.entries for state in states} | {state.sampling for state in states}


def test_another_schedule_finds_no_trace_of_a_refusal(window: MainWindow, qtbot: QtBot) -> None:
    for find, text in ((spec_line, "wibble"), (parameter("T"), "0"), (t_box, "301")):
        type_into(find(window), text, KEY.Key_Tab)
        show_change(window, qtbot)
        by_key(window)
        show_change(window, qtbot)
        assert specs(window) == [A, B], text
        assert not marked(find(window)), text
        assert bare(find(window)) in (B, "50", str(window.studio.state.t)), text
        back(window, qtbot)


@pytest.mark.parametrize("find", [steps_box, eta_box])
def test_another_line_of_the_comparison_finds_no_trace_of_a_refusal(
    window: MainWindow, qtbot: QtBot, find: Callable[[MainWindow], QWidget]
) -> None:
    field = find(window)
    window.desk.samples.setup.add_line()
    show_change(window, qtbot)
    good = bare(field)
    type_into(field, "9999999", KEY.Key_Tab)
    assert marked(field)
    window.desk.samples.setup.choose_line(0)
    show_change(window, qtbot)
    assert (bare(field), marked(field)) == (good, False)


@pytest.mark.parametrize(("find", "text", "reason"), [(spec_line, "cosin", "“cosin”"), (parameter("T"), "0", "T is 0")])
def test_what_is_refused_only_on_leaving_for_another_schedule_is_told(
    window: MainWindow, qtbot: QtBot, find: Callable[[MainWindow], QWidget], text: str, reason: str
) -> None:
    type_into(find(window), text)
    by_key(window)
    show_change(window, qtbot)
    assert window.toast.isVisible()
    assert reason in window.toast.text
    assert specs(window) == [A, B]
    assert not marked(find(window))


def a_box_of_t(window: MainWindow) -> tuple[QWidget, str]:
    return t_box(window), "T"


def a_box_of_a_parameter(window: MainWindow) -> tuple[QWidget, str]:
    window.studio.set_schedule(Schedule.parse("sigmoid"))
    window.studio.announce()
    QApplication.processEvents()
    return parameter("end")(window), "start"


def a_box_of_a_range(window: MainWindow) -> tuple[QWidget, str]:
    window.studio.set_schedule(ScheduleFamily.parse("sigmoid:end=1..3,n=3"))
    window.studio.announce()
    QApplication.processEvents()
    family = child(window.panel(SchedulesPanel), FamilyField)
    return next(box for box in family.findChildren(NumberBox) if box.accessibleName() == "end from"), "start"


@pytest.mark.parametrize(
    ("find", "text", "values", "reason"),
    [
        (a_box_of_t, "900", (500, 1000), "900 is out of range; choose 0 to {value}."),
        (a_box_of_a_parameter, "-4", (-2, -9), "start is {value} and end is -4; start must be smaller than end."),
        (a_box_of_a_range, "-4", (-2, -9), "start is {value} and end is -4; start must be smaller than end."),
    ],
    ids=["t", "parameter", "range"],
)
def test_a_refusal_says_what_holds_now(
    window: MainWindow,
    qtbot: QtBot,
    find: Callable[[MainWindow], tuple[QWidget, str]],
    text: str,
    values: tuple[float, float],
    reason: str,
) -> None:
    box, key = find(window)
    assert isinstance(box, WholeBox | NumberBox)
    type_into(box, text, KEY.Key_Return)
    before = box.draft.reason
    assert before in sentences(window)
    window.studio.set_parameter(key, values[0])
    show_change(window, qtbot)
    assert before not in sentences(window)
    assert reason.format(value=values[0]) in sentences(window)
    window.studio.set_parameter(key, values[1])
    show_change(window, qtbot)
    assert f"{text} can be had now; press Enter to take it." in sentences(window)
    assert (bare(box), marked(box)) == (text, True)
    box.setFocus()
    QTest.keyClick(box, KEY.Key_Return)
    show_change(window, qtbot)
    assert (box.value(), marked(box)) == (int(text), False)


def test_an_answer_out_of_bounds_is_told_and_not_another_one_given(window: MainWindow, qtbot: QtBot) -> None:
    box = heads_box(window)
    answered = list[object]()
    ask = window.panel(SamplingPanel).views.model.ask
    ask.answered.connect(answered.append)
    type_into(ask.fields["release"], "1.2")
    type_into(ask.fields["schedule"], "linear:T=9")
    type_into(box, "0")
    QTest.mouseClick(ask.open_button, LEFT)
    assert answered == []
    assert "0" in ask.sentence.text()
    assert marked(box)
