"""The dialog that says why two lists of steps differ: typed, pasted, opened, explained, copied."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFont, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.files.steps.asked_steps import schedule_said_by
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.sampling.differences import difference_actions
from ddpm_studio.gui.sampling.differences.differences_dialog import DifferencesDialog
from ddpm_studio.gui.sampling.differences.side_fields import SideFields
from ddpm_studio.gui.sampling.differences.step_question import StepAnswer, StepQuestion, answered
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from ddpm_studio.interruption import check
from tests.gui.finding import child, with_focus
from tests.gui.windows import settle, show_change

Key, Role = Qt.Key, Qt.ItemDataRole


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> DifferencesDialog:
    """The dialog, over a list of one schedule, with leading:steps=10 as the first list."""
    window.studio.set_schedule(Schedule.parse("scaled_linear:T=1000"))
    show_change(window, qtbot)
    action = window.findChild(QAction, "show_differences")
    assert action is not None
    action.trigger()
    dialog = child(window, DifferencesDialog)
    assert dialog.isVisible()
    assert not dialog.isModal()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    enter(dialog.sides[0].steps, "leading:steps=10")
    answer(window, qtbot)
    return dialog


def answer(window: MainWindow, qtbot: QtBot) -> None:
    """Let what was asked be answered."""
    settle()
    qtbot.waitUntil(lambda: not window.desk.busy)
    settle()


def type_over(box: QComboBox, text: str) -> None:
    box.setFocus()
    QTest.keySequence(box, QKeySequence.StandardKey.SelectAll)
    QTest.keyClicks(box, text)


def enter(box: QComboBox, text: str) -> None:
    type_over(box, text)
    QTest.keyClick(box, Key.Key_Return)


def paste(box: QComboBox, text: str) -> None:
    QApplication.clipboard().setText(text)
    box.setFocus()
    QTest.keySequence(box, QKeySequence.StandardKey.SelectAll)
    QTest.keySequence(box, QKeySequence.StandardKey.Paste)


def notes(side: SideFields) -> list[str]:
    """What is said below the schedule and below the steps of a side; "" for nothing."""
    return [note.text() if note.isVisible() else "" for note in side.findChildren(RefusalNote)]


def cells(dialog: DifferencesDialog, row: int) -> list[str]:
    model = dialog.model
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_it_explains_what_is_typed_as_it_is_typed(window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog) -> None:
    assert "Type, paste or open" in dialog.verdict.text()
    assert not dialog.copy.isEnabled()
    type_over(dialog.sides[1].steps, "leading:steps=10,offset=1")
    answer(window, qtbot)
    assert "The second list adds 1 to every timestep: steps_offset. Nothing remains." in dialog.verdict.text()
    assert dialog.model.rowCount() == 11
    assert cells(dialog, 0)[:3] == ["901", "902", "1"]
    QTest.keyClicks(dialog.sides[1].steps, ",set_alpha_to_one=0")
    answer(window, qtbot)
    assert "set_alpha_to_one" in dialog.verdict.text()
    assert notes(dialog.sides[1]) == ["", ""]


def test_what_differs_is_told_by_more_than_its_colour(
    window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog
) -> None:
    enter(dialog.sides[1].steps, "leading:steps=10,set_alpha_to_one=0")
    answer(window, qtbot)
    assert [cells(dialog, 0)[place] for place in (2, 5, 8)] == ["=", "=", "="]
    last = dialog.model.rowCount() - 1
    assert [cells(dialog, last)[place] for place in (0, 2, 5)] == ["–", "–", "∞"]
    for row, bold in ((0, False), (last, True)):
        cell = dialog.model.index(row, 4)
        font = cell.data(Role.FontRole)
        assert (isinstance(font, QFont) and font.bold(), cell.data(Role.BackgroundRole) is not None) == (bold, bold)


def test_a_bare_list_is_pasted_and_named_at_enter(window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog) -> None:
    box = dialog.sides[1].steps
    enter(dialog.sides[0].steps, "karras:steps=4")
    paste(box, "[14.614641, 2.2,\n0.31, 0.0291672, 0.0]")
    answer(window, qtbot)
    assert "No one or two of the known conventions explain the difference." in dialog.verdict.text()
    assert "log SNR differs by" in dialog.verdict.text()
    QTest.keyClick(box, Key.Key_Return)
    answer(window, qtbot)
    assert box.currentText() == "sigmas:14.614641,2.2,0.31,0.0291672,0"
    # Which timesteps those are is no difference: the list says nothing of them.
    assert not dialog.model.differs(dialog.model.index(1, 0))
    assert dialog.model.differs(dialog.model.index(1, 3))


def test_a_list_of_a_flow_is_taken_for_tau(window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog) -> None:
    side = dialog.sides[1]
    enter(side.schedule, "flow:T=1000,shift=3")
    paste(side.steps, "1, 0.9, 0.75, 0.5, 0")
    QTest.keyClick(side.steps, Key.Key_Return)
    answer(window, qtbot)
    assert side.steps.currentText() == "taus:1,0.9,0.75,0.5,0"
    assert notes(side) == ["", ""]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("steps.csv", "step,timestep\n1,900\n2,800\n3,700\n", "leaves out steps at the end, 7"),
        ("steps.json", '{"timesteps": [901, 801, 701, 601, 501, 401, 301, 201, 101, 1]}', "steps_offset"),
        (
            "mine.json",
            '{"_class_name": "DPMSolverMultistepScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.00085, '
            '"beta_end": 0.012}',
            "its own schedule",
        ),
        ("steps.txt", "14.6 x 0", ""),
    ],
)
def test_steps_are_opened_from_a_file(
    window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog, tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content)
    window.desk.dialogs.open_one = lambda title, filters: str(tmp_path / name)  # type: ignore[method-assign]
    dialog.sides[1].open.click()
    answer(window, qtbot)
    assert dialog.sides[1].steps.value == f"file:{tmp_path / name}"
    wrong = name == "steps.txt"
    assert ("is “x”, which is not" in notes(dialog.sides[1])[1]) == wrong
    assert said in dialog.verdict.text()
    assert ("Nothing remains" in dialog.verdict.text()) != wrong


def test_a_config_brings_its_schedule_until_another_is_chosen(
    window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog, tmp_path: Path
) -> None:
    path = tmp_path / "mine.json"
    path.write_text('{"_class_name": "DDIMScheduler", "beta_schedule": "squaredcos_cap_v2", "steps_offset": 1}')
    window.desk.dialogs.open_one = lambda title, filters: str(path)  # type: ignore[method-assign]
    first = dialog.sides[0].schedule.currentText()
    side = dialog.sides[1]
    side.open.click()
    answer(window, qtbot)
    own = schedule_said_by(StepsSpec.parse(f"file:{path}"))
    assert own is not None
    assert side.schedule.schedule == own
    assert (dialog.sides[0].schedule.currentText(), side.schedule.currentText()) == (first, str(own))
    said = f"The steps of {path} are laid over its own schedule, {own}."
    assert said in dialog.verdict.text()
    enter(side.schedule, "linear:T=1000")
    answer(window, qtbot)
    assert side.schedule.currentText() == "linear:T=1000"
    assert said not in dialog.verdict.text()
    assert f"{path} has another schedule, {own}; its steps are laid over linear:T=1000." in dialog.verdict.text()


def test_a_file_that_changed_is_read_again_at_enter(
    window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog, tmp_path: Path
) -> None:
    path = tmp_path / "steps.txt"
    path.write_text("14 1 0")
    enter(dialog.sides[1].steps, f"file:{path}")
    answer(window, qtbot)
    assert float(cells(dialog, 0)[4]) == 14
    path.write_text("13 1 0")
    QTest.keyClick(dialog.sides[1].steps, Key.Key_Return)
    answer(window, qtbot)
    assert float(cells(dialog, 0)[4]) == 13


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("schedule", "cosin:T=1000", "did you mean “cosine”"),
        ("steps", "karras:rho=5000", "rho of karras is 5000"),
        ("steps", "trailing:steps=2000", "2000"),
        ("steps", "sigmas:500,1,0", "σ is 500"),
        ("steps", "file:nowhere.csv", "nowhere.csv"),
        ("steps", "0.9 0.5 0", "write sigmas: or taus: before them"),
    ],
)
def test_what_is_wrong_is_said_below_its_field_and_nothing_is_lost(
    window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog, field: str, text: str, said: str
) -> None:
    enter(dialog.sides[1].steps, "leading:steps=10,offset=1")
    answer(window, qtbot)
    for last in (None, Key.Key_Return, Key.Key_Tab):
        refuse(window, qtbot, dialog, field, text, said, last)


def refuse(
    window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog, field: str, text: str, said: str, last: Qt.Key | None
) -> None:
    side = dialog.sides[1]
    verdict, box = dialog.verdict.text(), side.schedule if field == "schedule" else side.steps
    type_over(box, text)
    if last is not None:
        QTest.keyClick(box, last)
    answer(window, qtbot)
    below = dict(zip(("schedule", "steps"), notes(side), strict=True))
    assert said in below.pop(field), last
    assert below.popitem()[1] == "", last
    assert notes(dialog.sides[0]) == ["", ""], last
    assert box.currentText() == text, last
    assert dialog.verdict.text() == verdict, last
    assert dialog.status.text() == "What is shown is of the lists before.", last
    enter(box, "scaled_linear:T=1000" if field == "schedule" else "leading:steps=10,offset=1")
    answer(window, qtbot)
    assert notes(side) == ["", ""], last
    assert dialog.status.text() == "", last


def test_it_goes_along_with_a_schedule_of_the_list_and_keeps_one_that_is_removed(
    window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog
) -> None:
    side = dialog.sides[1]
    window.studio.add(Schedule.parse("cosine:T=1000"))
    show_change(window, qtbot)
    enter(side.steps, "leading:steps=10")
    side.schedule.setFocus()
    QTest.keyClick(side.schedule, Key.Key_Down)
    QTest.keyClick(side.schedule, Key.Key_Down)
    answer(window, qtbot)
    assert "The second list lies in another schedule: cosine:T=1000" in dialog.verdict.text()
    window.studio.set_parameter("s", 0.02)
    show_change(window, qtbot)
    answer(window, qtbot)
    assert "cosine:T=1000,s=0.02" in dialog.verdict.text()
    window.studio.remove(window.studio.state.selected)
    show_change(window, qtbot)
    answer(window, qtbot)
    assert side.schedule.currentText() == "cosine:T=1000,s=0.02"
    assert "cosine:T=1000,s=0.02" in dialog.verdict.text()


def test_the_number_of_steps_is_for_texts_without_one(
    window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog
) -> None:
    enter(dialog.sides[1].steps, "leading")
    dialog.steps.setFocus()
    dialog.steps.selectAll()
    QTest.keyClicks(dialog.steps, "10")
    QTest.keyClick(dialog.steps, Key.Key_Return)
    answer(window, qtbot)
    assert "The lists are equal" in dialog.verdict.text()


def test_a_question_is_given_up_as_soon_as_another_is_typed(
    window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def endless(question: StepQuestion) -> StepAnswer:
        asked.append(question.lists[1].text)
        while question.lists[1].text != "leading:steps=10,offset=1":
            check()
        return answered(question)

    monkeypatch.setattr(difference_actions, "answered", endless)
    type_over(dialog.sides[1].steps, "leading:steps=10,offset=1")
    assert dialog.status.text() == "Comparing …"
    answer(window, qtbot)
    assert asked[-1] == "leading:steps=10,offset=1"
    assert "steps_offset" in dialog.verdict.text()
    QTest.keyClick(dialog.sides[1].steps, Key.Key_2)
    settle()
    assert "steps_offset" in dialog.verdict.text(), "the last answer stays"
    window.desk.differences.comparing.cancel()
    answer(window, qtbot)
    assert dialog.status.text() == "This was cancelled; press Enter in a field to compare again."
    dialog.close()
    assert not window.desk.busy


def test_the_verdict_and_the_table_are_copied(window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog) -> None:
    enter(dialog.sides[1].steps, "leading:steps=10,offset=1")
    answer(window, qtbot)
    dialog.copy.click()
    answer(window, qtbot)
    table, _, verdict = QApplication.clipboard().text().partition("\n\n")
    assert table.splitlines()[0].split()[:4] == ["step", "t", "t′", "t′−t"]
    assert table.splitlines()[1].split()[:4] == ["1", "901", "902", "1"]
    assert "steps_offset" in verdict
    assert dialog.status.text() == "Copied."
    dialog.table.selectRow(0)
    QTest.keySequence(dialog.table, QKeySequence.StandardKey.Copy)
    answer(window, qtbot)
    assert QApplication.clipboard().text().split("\t")[:3] == ["901.0", "902.0", "1.0"]


def test_every_control_is_reached_by_tab_and_has_a_name(
    window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog
) -> None:
    enter(dialog.sides[1].steps, "leading:steps=10")
    answer(window, qtbot)
    dialog.activateWindow()
    dialog.sides[0].schedule.setFocus()
    qtbot.waitUntil(dialog.sides[0].schedule.hasFocus)
    names = []
    for _ in range(10):
        names.append(with_focus().accessibleName())
        QTest.keyClick(with_focus(), Key.Key_Tab)
    assert names == [
        *("First list: Schedule", "First list: Steps", "First list: Open"),
        *("Second list: Schedule", "Second list: Steps", "Second list: Open"),
        *("Number of steps where a text has none", "Differences at each step", "Copy", "Close"),
    ]
    QTest.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()


def test_it_opens_again_with_what_was_typed_and_fits_a_small_screen(
    window: MainWindow, qtbot: QtBot, dialog: DifferencesDialog
) -> None:
    for side in dialog.sides:
        enter(side.schedule, "cosine:T=1000,q=1")
        enter(side.steps, "karras:rho=500")
    answer(window, qtbot)
    dialog.resize(700, 500)
    settle()
    assert (dialog.width(), dialog.height()) == (700, 500)
    assert dialog.table.height() > 100
    dialog.close()
    window.desk.differences.show_differences()
    answer(window, qtbot)
    assert dialog.isVisible()
    assert [side.steps.currentText() for side in dialog.sides] == ["karras:rho=500"] * 2
