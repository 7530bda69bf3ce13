"""Names in the lines of the list: typed behind a #, pasted, copied, taken back, and not looked for in a path."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.presets import PRESETS
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.text.spec_field import SpecField
from ddpm_studio.gui.state.given_names import MAX_NAME
from ddpm_studio.gui.translation import translated
from tests.gui.schedules.lines import A, B, line, new_line, offers, over, specs, view
from tests.gui.windows import show_change

ENTER = Qt.Key.Key_Return
STRANGE = "名前 🙂 «α, β_t» " + "x" * 150


def names(window: MainWindow) -> list[str]:
    return [entry.name for entry in window.studio.state.entries]


def undone(window: MainWindow) -> tuple[str, list[str], list[str]]:
    """The name of the last step, and the lines and names without it."""
    what = window.studio.state.undo
    window.studio.undo()
    return "" if what is None else translated(what), specs(window), names(window)


def put(field: SpecField, text: str) -> None:
    """Type a text with letters that no key stands for."""
    field.setFocus()
    field.replace((0, len(field.text())), text)
    QTest.keyClick(field, ENTER)


def test_a_schedule_and_its_name_are_typed_as_one_step(window: MainWindow, qtbot: QtBot) -> None:
    over(line(window), "linear:T=40 # my own", ENTER)
    show_change(window, qtbot)
    assert (specs(window), names(window)) == (["linear:T=40", B], ["my own", ""])
    assert view(window)._entries.line(view(window)._entries.index(0)).heading == "my own"
    window.studio.select(window.studio.state.entries[0].key)
    show_change(window, qtbot)
    assert line(window).text() == "linear:T=40"
    assert undone(window) == ("change of the schedule", [A, B], ["", ""])
    assert window.studio.state.undo is None


def test_a_name_alone_is_given_and_taken_back(window: MainWindow, qtbot: QtBot) -> None:
    key = window.studio.state.selected
    for text, name in (("#mine", "mine"), (f"{A} #ours", "ours"), ("#", "")):
        window.studio.select(key)
        show_change(window, qtbot)
        over(line(window), text, ENTER)
        show_change(window, qtbot)
        assert (specs(window), names(window)) == ([A, B], [name, ""])
    assert undone(window) == ("renaming ours", [A, B], ["ours", ""])


UNNAMED = (
    ("# mine", "custom:T=3", "mine"),
    ("custom:T=3 # mine", "custom:T=3", "mine"),
    ("custom:T=3", "custom:T=3", ""),
    ("custom:T=3,snr_shift=2", "custom:T=3,snr_shift=2", ""),
    ("custom:snr_shift=2 # mine", "custom:T=3,snr_shift=2", "mine"),
    ("custom:T=3,zero_snr=0..1,n=2", "custom:T=3,zero_snr=0..1,n=2", ""),
)
"""What is typed over betas without a file, and what they are called then."""


def test_betas_without_a_file_stay_in_their_line(window: MainWindow, qtbot: QtBot) -> None:
    for text, spec, name in UNNAMED:
        window.studio.add(Schedule.from_betas([0.1, 0.2, 0.3]))
        show_change(window, qtbot)
        key = window.studio.state.selected
        over(line(window), text, ENTER)
        show_change(window, qtbot)
        entry = window.studio.entry(key)
        assert (str(entry.spec), entry.name, entry.schedule.trained_betas) == (spec, name, (0.1, 0.2, 0.3)), text


def test_betas_without_a_file_are_no_other_line_s(window: MainWindow, qtbot: QtBot) -> None:
    over(line(window), "custom:T=3", ENTER)
    show_change(window, qtbot)
    assert specs(window) == [A, B]
    assert line(window).draft.reason == "custom names no file; write custom:path=FILE."


def test_what_has_no_mark_leaves_the_name(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.rename(window.studio.state.selected, "mine")
    show_change(window, qtbot)
    over(line(window), "linear:T=41", ENTER)
    show_change(window, qtbot)
    assert (specs(window)[0], names(window)[0]) == ("linear:T=41", "mine")


def test_leaving_the_line_takes_the_name_and_esc_does_not(window: MainWindow, qtbot: QtBot) -> None:
    over(line(window), "linear:T=7 # no", Qt.Key.Key_Escape)
    show_change(window, qtbot)
    assert (specs(window)[0], names(window)[0]) == (A, "")
    over(line(window), "linear:T=7 # yes")
    view(window).setFocus()
    show_change(window, qtbot)
    assert (specs(window)[0], names(window)[0], line(window).text()) == ("linear:T=7", "yes", "linear:T=7")


def test_any_letters_are_kept_whole_and_too_many_are_refused(window: MainWindow, qtbot: QtBot) -> None:
    put(new_line(window), f"jsd:T=5 # {STRANGE}")
    show_change(window, qtbot)
    assert names(window)[-1] == STRANGE
    for field in (new_line(window), line(window)):
        put(field, "jsd:T=6 # " + "y" * (MAX_NAME + 1))
        show_change(window, qtbot)
        assert f"{MAX_NAME + 1} characters" in field.draft.reason
        QTest.keyClick(field, Qt.Key.Key_Escape)
    assert names(window) == ["", "", STRANGE]


def test_the_empty_line_takes_names_and_those_of_presets(window: MainWindow, qtbot: QtBot) -> None:
    put(new_line(window), f"{PRESETS[0].name} # my preset")
    show_change(window, qtbot)
    put(new_line(window), "cosine:s=0.01..0.02,n=2 # a family")
    show_change(window, qtbot)
    assert names(window)[2:] == ["my preset", "a family"]
    assert window.studio.state.entries[2].schedule == Schedule.parse(PRESETS[0].spec)
    assert str(window.studio.state.current.spec) == "cosine:T=300,s=0.01..0.02,n=2"


def test_copies_have_names_and_pastes_give_them(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.rename(window.studio.state.selected, STRANGE)
    copied = []
    for key in (0, 1):
        window.studio.select(window.studio.state.entries[key].key)
        show_change(window, qtbot)
        QApplication.clipboard().clear()
        window.menus.action("copy_spec").trigger()
        qtbot.waitUntil(lambda: bool(QApplication.clipboard().text()))
        copied.append(QApplication.clipboard().text())
    assert copied == [f"{A}  # {STRANGE}", B]
    QApplication.clipboard().setText("\n".join([*copied, "# only a remark", "cosine # no T"]))
    new_line(window).setFocus()
    QTest.keyClick(new_line(window), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.desk.busy)
    assert specs(window)[2:] == [A, B, "cosine:T=300"]
    assert names(window)[2:] == [STRANGE, "", "no T"]
    assert undone(window) == ("pasting schedules", [A, B], [STRANGE, ""])


def test_a_paste_with_a_name_that_is_too_long_adds_nothing(window: MainWindow, qtbot: QtBot) -> None:
    QApplication.clipboard().setText(f"jsd:T=5\njsd:T=6 # {'y' * 201}")
    new_line(window).setFocus()
    QTest.keyClick(new_line(window), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.desk.busy)
    assert specs(window) == [A, B]
    assert "201 characters" in window.toast.text


@pytest.mark.parametrize("file", ["my #1.csv", "a  # b.csv"])
def test_a_path_with_the_mark_is_a_path(window: MainWindow, qtbot: QtBot, tmp_path: Path, file: str) -> None:
    path = tmp_path / file
    path.write_text("betas\n0.1\n0.2\n")
    text = str(Schedule.parse(f"custom:path={path}".replace("  #", "  %00#")))
    put(line(window), f"{text}  # from a file")
    qtbot.waitUntil(lambda: not window.desk.busy)
    show_change(window, qtbot)
    entry = window.studio.state.entries[0]
    assert (entry.schedule.path, entry.name) == (str(path), "from a file")
    assert not line(window).draft.reason
    assert undone(window) == ("change of the schedule", [A, B], ["", ""])
    put(new_line(window), text)
    qtbot.waitUntil(lambda: not window.desk.busy)
    assert window.studio.state.current.schedule.path == str(path)
    assert names(window) == ["", "", ""]


def test_nothing_is_offered_turned_or_dragged_in_a_name(window: MainWindow, qtbot: QtBot) -> None:
    field = line(window)
    over(field, "linear:T=40 # T=7")
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert offers(field) == []
    assert field.text() == "linear:T=40 # T=7"
    assert [field.text()[start:end] for start, end in field.numbers_to_drag()] == ["40"]
    QTest.keyClick(field, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert offers(field) == []
