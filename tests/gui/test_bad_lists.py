"""Lists of steps that are none, typed, pasted, opened, in a config and in the shell: one sentence each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ddpm_studio.cli import main
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from tests.gui.schedules.lines import new_line, over
from tests.gui.windows import settle, show_change

ENTER = Qt.Key.Key_Return

BAD = {
    "rising": ("2, 3, 4", "Number 2 of {name} is 3, and all of them rise; {rule}, so turn the list round."),
    "rising to an end": ("1, 3, 0", "Number 2 of {name} is 3, and all of them rise; {rule}, so turn the list round."),
    "out of order": (
        "4, 2, 2.5, 1",
        "Number 3 of {name} is 2.5, above 2 before it; {rule}, so put them in order or leave it out.",
    ),
    "repeated": ("4, 2, 2, 0", "Number 3 of {name} is 2 like the one before; each must be less, so leave one out."),
    "all the same": ("2, 2, 2", "Number 2 of {name} is 2 like the one before; each must be less, so leave one out."),
    "negative": ("4, 2, -1", "Number 3 of {name} is -1; none may be below 0, where the list can end."),
    "not finite": ("4, nan, 0", "is “nan”, which is not a finite number"),
    "infinite": ("1e400, 4, 0", "which is not a finite number"),
    "one": ("4", "The length of {name} is 1; give 2 to 100000 numbers, the noisiest first."),
}
RULE = "each must be less than the one before"
LINES = [case for case in BAD if case != "one"]
"""Those that are steps although nothing says so: a number alone may be anything."""


def sentence(case: str, name: str) -> str:
    return BAD[case][1].format(name=name, rule=RULE)


def has(window: MainWindow) -> list[str]:
    return [str(spec) for entry in window.studio.state.entries for spec in entry.steps]


def test_a_bad_list_that_is_typed_in_the_list(window: MainWindow) -> None:
    for case, (numbers, _) in BAD.items():
        for text in (f"sigmas:{numbers}", *([numbers] if case in LINES else [])):
            over(new_line(window), text, ENTER)
            assert sentence(case, "sigmas") in new_line(window).draft.reason, case
            assert has(window) == [], case
            QTest.keyClick(new_line(window), Qt.Key.Key_Escape)
            assert new_line(window).draft.reason == "", case


def test_a_bad_list_that_is_typed_in_the_card(window: MainWindow, qtbot: QtBot) -> None:
    over(new_line(window), "trailing:steps=3", ENTER)
    part = window.panel(SchedulesPanel).steps
    part.set_open(True)
    show_change(window, qtbot)
    box = part.rows[0].box
    for case, (numbers, _) in BAD.items():
        box.enter(numbers)
        settle()
        assert sentence(case, "sigmas") in box.line.draft.reason, case
        assert has(window) == ["trailing:steps=3"], case
        box.line.setFocus()
        QTest.keyClick(box.line, Qt.Key.Key_Escape)
        assert box.line.draft.reason == "", case


def test_a_bad_list_that_is_pasted_in_the_window(window: MainWindow, qtbot: QtBot) -> None:
    mime = QMimeData()
    for case in LINES:
        # A column that rises may be what another file has in place of β.
        columns = [] if case.startswith("rising") else [BAD[case][0].replace(", ", "\n")]
        for text in (f"sigmas:{BAD[case][0]}", *columns):
            mime.setText(text)
            with qtbot.waitSignal(window.studio.complained) as complained:
                window.desk.files.take(mime)
            assert sentence(case, "sigmas") in complained.args[0], case
            assert has(window) == [], case


@pytest.mark.parametrize("form", ["list.txt", "list.csv", "list.json", "scheduler_config.json"])
def test_a_bad_list_in_a_file_that_is_opened_or_named_in_the_shell(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    form: str,
) -> None:
    path = tmp_path / form
    monkeypatch.setattr(window.desk.dialogs, "open_one", lambda title, filters: str(path))
    for case, (numbers, _) in BAD.items():
        path.write_text(written(numbers, form), encoding="utf-8")
        expected = sentence(case, f"sigmas in {path}")
        code = main(["steps", "--schedule=linear:T=1000", f"--spacing=file:{path}"])
        said = capsys.readouterr().err
        assert (code, said.count("\n")) == (2, 1), case
        assert expected in said, case
        with qtbot.waitSignal(window.studio.complained) as complained:
            window.desk.steps.open()
        assert expected.replace(f" in {path}", "") in complained.args[0].replace(f" in {path}", ""), case
        assert has(window) == [], case


def written(numbers: str, form: str) -> str:
    """A list as it stands in a file of this name."""
    if form == "list.txt":
        return numbers
    if form == "list.csv":
        return "sigma\n" + numbers.replace(", ", "\n")
    sigmas = [float(each) for each in numbers.split(",")]
    config = {"_class_name": "EulerDiscreteScheduler", "num_train_timesteps": 1000}
    return json.dumps({**(config if form == "scheduler_config.json" else {}), "sigmas": sigmas})


@pytest.mark.parametrize("option", ["--spacing=sigmas:{text}", "--spacing=timesteps:{text}"])
@pytest.mark.parametrize("case", BAD)
def test_a_bad_list_in_the_shell(capsys: pytest.CaptureFixture[str], case: str, option: str) -> None:
    code = main(["steps", "--schedule=linear:T=1000", option.format(text=BAD[case][0])])
    said = capsys.readouterr().err
    assert (code, said.count("\n")) == (2, 1)
    assert sentence(case, option.partition("=")[2].partition(":")[0]) in said
