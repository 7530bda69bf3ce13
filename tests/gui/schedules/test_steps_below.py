"""Lines of steps below a schedule: typed, pasted, chosen, opened, copied, used, kept and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.projects.document import read_document
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.schedules.card.steps_part import StepsPart
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.schedules.text.new_line import NewLine
from ddpm_studio.gui.schedules.text.spec_line import SpecLine
from ddpm_studio.gui.state.step_notes import notes_of
from ddpm_studio.gui.state.stepping import MAX_STEPS, laid_out, read_steps
from ddpm_studio.gui.steps.option_fields import OptionNumber
from ddpm_studio.gui.steps.spacing_box import SpacingBox
from ddpm_studio.gui.steps.steps_dialog import StepsDialog
from ddpm_studio.gui.styles import glyph
from ddpm_studio.gui.translation import translated
from tests.gui.finding import child
from tests.gui.schedules.lines import A, B, line, new_line, over, specs, view
from tests.gui.windows import show_change, undo_all

ENTER = Qt.Key.Key_Return


def steps(window: MainWindow) -> list[list[str]]:
    return [[str(spec) for spec in entry.steps] for entry in window.studio.state.entries]


def below(window: MainWindow, *texts: str) -> None:
    for text in texts:
        window.studio.add_steps(read_steps(text, window.studio.state.current.schedule))


def back(window: MainWindow, qtbot: QtBot) -> None:
    """Have the window be as it began."""
    undo_all(window, qtbot)
    assert (specs(window), steps(window)) == ([A, B], [[], []])


def opened(window: MainWindow, qtbot: QtBot) -> StepsPart:
    part = window.panel(SchedulesPanel).steps
    part.set_open(True)
    show_change(window, qtbot)
    return part


@pytest.mark.quick
@pytest.mark.parametrize("field", [line, new_line])
def test_steps_are_typed_for_the_chosen_line(
    window: MainWindow, qtbot: QtBot, field: Callable[[MainWindow], SpecLine | NewLine]
) -> None:
    for typed, taken in {
        "karras:rho=5,steps=10": "karras:steps=10,rho=5",
        "4.4, 2.5, 1.2, 0": "sigmas:4.4,2.5,1.2,0",
        "timesteps:200,100,0": "timesteps:200,100,0",
        "trailing:steps=5 | start=0.6": "trailing:steps=5 | start=0.6",
    }.items():
        over(field(window), typed, ENTER)
        show_change(window, qtbot)
        assert (specs(window), steps(window)) == ([A, B], [[taken], []]), typed
        assert window.studio.state.undo is not None, typed
        assert translated(window.studio.state.undo) == "adding steps", typed
        window.studio.undo()
        show_change(window, qtbot)
        assert steps(window) == [[], []], typed


def test_wrong_steps_get_a_sentence_and_stay(window: MainWindow, qtbot: QtBot) -> None:
    for typed, sentence in {
        "karras:roh=5": "karras has no option “roh”",
        "sigmas:1,2,3": "Number 2 of sigmas is 2",
        "0.9, 0.5, 0": "may be σ or τ",
        "trailing:steps=301": "301",
    }.items():
        over(new_line(window), typed)
        assert sentence in new_line(window).draft.reason, typed
        QTest.keyClick(new_line(window), ENTER)
        show_change(window, qtbot)
        assert (new_line(window).text(), steps(window)) == (typed, [[], []])


def test_a_kind_of_the_same_name_is_a_schedule_unless_its_steps_are_counted(window: MainWindow, qtbot: QtBot) -> None:
    over(new_line(window), "laplace:T=50", ENTER)
    show_change(window, qtbot)
    over(new_line(window), "laplace:steps=9", ENTER)
    show_change(window, qtbot)
    assert (specs(window)[-1], steps(window)[-1]) == ("laplace:T=50", ["laplace:steps=9"])


def test_a_list_that_is_pasted_goes_below_the_chosen_line(window: MainWindow, qtbot: QtBot) -> None:
    for pasted, taken in {
        "4.4\n2.5\n1.2\n0\n": "sigmas:4.4,2.5,1.2,0",
        "[4.4, 2.5, 1.2, 0.0]": "sigmas:4.4,2.5,1.2,0",
        "karras:rho=5,steps=10": "karras:steps=10,rho=5",
    }.items():
        mime = QMimeData()
        mime.setText(pasted)
        window.desk.files.take(mime)
        show_change(window, qtbot)
        assert (specs(window), steps(window)) == ([A, B], [[taken], []]), pasted
        back(window, qtbot)


@pytest.mark.parametrize("field", [line, new_line])
def test_a_list_longer_than_a_line_can_be_is_pasted_whole(window: MainWindow, qtbot: QtBot, field: object) -> None:
    typed = field(window)  # type: ignore[operator]
    numbers = [*np.linspace(4.0, 0.02, 9_999).tolist(), 0.0]
    QApplication.clipboard().setText(", ".join(map(repr, numbers)))
    typed.setFocus()
    QTest.keySequence(typed, QKeySequence(QKeySequence.StandardKey.Paste))
    show_change(window, qtbot)
    assert [spec.numbers for spec in window.studio.state.entries[0].steps] == [tuple(numbers)]
    assert typed.text() in ("", A)


def test_pasted_whole_numbers_over_pure_noise_are_timesteps_or_are_asked_about(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.studio.set_schedule(Schedule("linear", 1000, {"zero_snr": 1}))
    paste(window, "999, 749, 499, 249")
    assert steps(window)[0] == ["timesteps:999,749,499,249"]
    window.studio.undo()
    with qtbot.waitSignal(window.studio.complained) as said:
        paste(window, "981\n501\n21\n1")
    assert "may be σ or timesteps" in said.args[0]
    assert "write sigmas: or timesteps: before them" in said.args[0]
    assert steps(window)[0] == []


def test_a_pasted_column_of_betas_is_still_a_schedule(window: MainWindow, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setText("0.1\n0.2\n0.3\n")
    window.desk.files.take(mime)
    qtbot.waitUntil(lambda: len(specs(window)) == 3)
    assert steps(window) == [[], [], []]


def test_what_is_copied_as_text_is_pasted_with_its_steps(window: MainWindow, qtbot: QtBot) -> None:
    below(window, "karras:steps=10", "3, 1.5, 0")
    window.desk.schedules.copy_spec()
    expected = f"{A}\nkarras:steps=10\nsigmas:3,1.5,0"
    qtbot.waitUntil(lambda: QApplication.clipboard().text() == expected)
    window.desk.files.paste()
    qtbot.waitUntil(lambda: len(specs(window)) == 3)
    assert (specs(window)[-1], steps(window)[-1]) == (A, ["karras:steps=10", "sigmas:3,1.5,0"])
    window.studio.undo()
    assert specs(window) == [A, B]


def test_a_copy_of_a_schedule_has_its_steps(window: MainWindow) -> None:
    below(window, "karras:steps=10")
    window.studio.duplicate(window.studio.state.selected)
    assert steps(window) == [["karras:steps=10"], [], ["karras:steps=10"]]


def test_lines_that_are_not_chosen_show_their_steps(window: MainWindow, qtbot: QtBot) -> None:
    below(window, "karras:steps=10", "trailing:steps=5")
    window.studio.select(window.studio.state.entries[1].key)
    show_change(window, qtbot)
    index = view(window)._entries.index(0)
    parts = view(window)._parts(index)
    assert len(parts.steps) == 2
    assert parts.text.bottom() < parts.steps[0].top() < parts.steps[1].top() < parts.head.bottom()
    assert view(window)._entries.line(index).steps == ("karras:steps=10", "trailing:steps=5")
    assert "trailing:steps=5" in view(window)._entries.line(index).spoken


def test_a_line_of_steps_is_typed_over_in_the_card(window: MainWindow, qtbot: QtBot) -> None:
    below(window, "karras:steps=10")
    part = opened(window, qtbot)
    box = part.rows[0].box
    box.line.setFocus()
    box.line.selectAll()
    QTest.keyClicks(box.line, "4 3 0.5 0")
    QTest.keyClick(box.line, ENTER)
    show_change(window, qtbot)
    assert steps(window)[0] == ["sigmas:4,3,0.5,0"]
    assert (part.details.count.value(), part.details.count.isEnabled()) == (3, False)


def test_number_and_options_are_those_of_the_line_that_is_meant(window: MainWindow, qtbot: QtBot) -> None:
    below(window, "karras:steps=10", "beta:steps=6")
    part = opened(window, qtbot)
    part.rows[0].mark.click()
    part.details.count.setValue(12)
    show_change(window, qtbot)
    rho = part.details.options.field("rho")
    assert isinstance(rho, OptionNumber)
    rho.changed.emit(5.0)
    show_change(window, qtbot)
    part.rows[1].box.line.setFocus()
    alpha = part.details.options.field("alpha")
    assert isinstance(alpha, OptionNumber)
    alpha.changed.emit(0.9)
    show_change(window, qtbot)
    assert steps(window)[0] == ["karras:steps=12,rho=5", "beta:steps=6,alpha=0.9"]
    part.rows[0].remove.click()
    show_change(window, qtbot)
    assert steps(window)[0] == ["beta:steps=6,alpha=0.9"]
    assert [row.isVisible() for row in part.rows] == [True]


def test_steps_that_the_schedule_no_longer_has_say_why(window: MainWindow, qtbot: QtBot) -> None:
    below(window, "trailing:steps=100")
    part = opened(window, qtbot)
    window.studio.set_parameter("T", 50)
    show_change(window, qtbot)
    assert "100" in part.details.note.text()
    assert not any(button.isEnabled() for button in (part.details.use, part.details.copy, part.details.table))
    window.studio.set_parameter("T", 300)
    show_change(window, qtbot)
    assert part.details.use.isEnabled()


def test_steps_are_added_as_the_sampler_has_them_and_no_more_than_have_room(window: MainWindow, qtbot: QtBot) -> None:
    part = opened(window, qtbot)
    for _ in range(MAX_STEPS):
        part.add.click()
        show_change(window, qtbot)
    sampler = window.studio.state.sampling.line
    assert steps(window)[0] == [f"{sampler.spacing}:steps={sampler.steps}"] * MAX_STEPS
    assert not any(button.isEnabled() for button in (part.add, part.open))


def test_steps_are_used_by_the_sampler_along_their_schedule(window: MainWindow, qtbot: QtBot) -> None:
    below(window, "karras:steps=7,rho=5")
    opened(window, qtbot).details.use.click()
    entry, sampler = window.studio.state.current, window.studio.state.sampling.line
    assert (sampler.spacing, sampler.along) == ("karras:steps=7,rho=5", entry.key)
    run, levels = sampler.sampler(entry.schedule).levels(entry.schedule), entry.laid_out[0]
    assert isinstance(levels, StepLevels)
    np.testing.assert_array_equal(run.log_snr, levels.log_snr)
    assert window.panel(SamplingPanel).isVisible(), "the sampler that they are in is brought up"


def test_a_schedule_is_drawn_that_spends_its_time_as_the_steps_do(window: MainWindow, qtbot: QtBot) -> None:
    below(window, "4, 2, 1, 0.5, 0")
    opened(window, qtbot).details.draw.click()
    drawn = window.studio.state.current.schedule
    assert (drawn.kind, drawn.T, len(specs(window))) == ("drawn", 300, 3)
    np.testing.assert_allclose(drawn.coefficients.sigmas[[74, 149, 224, 299]], [0.5, 1, 2, 4], rtol=1e-3)


def test_steps_that_turn_round_cannot_be_drawn(window: MainWindow, qtbot: QtBot) -> None:
    below(window, "karras:steps=5 | reverse")
    with qtbot.waitSignal(window.studio.complained) as complained:
        opened(window, qtbot).details.draw.click()
    assert "only such a list can be drawn" in complained.args[0]
    assert specs(window) == [A, B]


def test_a_list_is_opened_from_a_file(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.txt"
    monkeypatch.setattr(window.desk.dialogs, "open_one", lambda title, filters: str(path))
    part = opened(window, qtbot)
    for content in ("4.2 3\n0.5 0", "step,sigma\n1,4.2\n2,3\n3,0.5\n4,0\n", '{"sigmas": [4.2, 3, 0.5, 0]}'):
        path.write_text(content, encoding="utf-8")
        part.open.click()
        qtbot.waitUntil(lambda: steps(window)[0] != [])
        assert steps(window)[0] == ["sigmas:4.2,3,0.5,0"], content
        back(window, qtbot)


@pytest.fixture(params=["card", "sampler"])
def steps_box(window: MainWindow, qtbot: QtBot, request: pytest.FixtureRequest) -> SpacingBox:
    """A field with steps outside the list: that of a line in the card, or the sampler's."""
    below(window, "karras")
    part, panel = opened(window, qtbot), window.panel(SamplingPanel)
    if request.param == "card":
        return part.rows[0].box
    window.desk.steps.wanted.emit()
    panel.view_bar.more.setChecked(True)
    show_change(window, qtbot)
    return panel.details.spacing


def shown_in(window: MainWindow, box: SpacingBox) -> str:
    is_sampler = box is window.panel(SamplingPanel).details.spacing
    return window.studio.state.sampling.line.spacing if is_sampler else steps(window)[0][0]


def type_file(box: SpacingBox, text: str) -> None:
    QApplication.clipboard().setText(text)
    box.line.setFocus()
    box.line.selectAll()
    QTest.keySequence(box.line, QKeySequence.StandardKey.Paste)
    QTest.keyClick(box.line, ENTER)


def test_a_file_that_is_typed_over_steps_is_read_as_in_the_list(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps_box: SpacingBox
) -> None:
    (tmp_path / "list.csv").write_text("sigma\n4.2\n3\n0.5\n0\n", encoding="utf-8")
    config = '{"_class_name": "EulerDiscreteScheduler", "use_exponential_sigmas": true}'
    (tmp_path / "config.json").write_text(config, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    before = shown_in(window, steps_box)
    for typed, taken in (
        ("file:list.csv", "sigmas:4.2,3,0.5,0"),
        ("karras:steps=3 | above=4 | join=(file:list.csv | below=3)", ""),
        ("file:config.json", "exponential"),
    ):
        type_file(steps_box, typed)
        qtbot.waitUntil(lambda: not window.desk.busy and not steps_box.line.draft.waiting)
        show_change(window, qtbot)
        assert shown_in(window, steps_box).startswith(taken or typed.replace("file:list.csv", "sigmas:4.2,3,0.5,0"))
        assert steps_box.currentText() == shown_in(window, steps_box)
        assert (steps_box.line.draft.text, steps_box.line.draft.reason) == (None, "")
        window.studio.undo()
        show_change(window, qtbot)
        assert shown_in(window, steps_box) == before


def test_files_of_steps_in_a_project_are_not_read_and_what_is_said_of_them_helps(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    """Which only a hand writes into one."""
    path = tmp_path / "list.csv"
    path.write_text("sigma\n4.2\n3\n0\n", encoding="utf-8")
    said = "are read only as they are typed or opened; type file: and that path among the steps"
    line = {"sampling": {"lines": [{"spacing": f"file:{path}"}]}}
    assert said in translated(read_document(line, tmp_path, window.studio.state).complaints[0])
    entry = {"schedules": [{"schedule": "linear:T=1000", "steps": [f"file:{path}"]}]}
    (opened_entry,) = read_document(entry, tmp_path, window.studio.state).state.entries
    refused = laid_out(opened_entry.steps[0], opened_entry.schedule)
    assert isinstance(refused, StudioError)
    assert said in translated(refused)
    below(window, "karras")
    type_file(opened(window, qtbot).rows[0].box, f"file:{path}")
    qtbot.waitUntil(lambda: str(window.studio.state.current.steps[0]) == "sigmas:4.2,3,0")


def test_a_file_without_steps_that_is_typed_over_others_stays_typed_with_its_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, steps_box: SpacingBox
) -> None:
    before = shown_in(window, steps_box)
    typed = f"file:{tmp_path}/none.csv"
    type_file(steps_box, typed)
    qtbot.waitUntil(lambda: "none.csv" in steps_box.line.draft.reason)
    assert (steps_box.currentText(), shown_in(window, steps_box)) == (typed, before)


def test_a_typed_file_goes_where_it_was_typed_though_the_line_has_moved(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("4.2\n3\n0\n", encoding="utf-8")
    below(window, "karras", "simple")
    type_file(opened(window, qtbot).rows[1].box, f"file:{path}")
    window.studio.remove_steps(window.studio.state.selected, 0)
    qtbot.waitUntil(lambda: steps(window)[0] == ["sigmas:4.2,3,0"])


def test_a_file_that_is_typed_in_the_list_is_read_as_in_the_shell(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.csv").write_text("sigma\n4.2\n3\n0.5\n0\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for typed in (
        "file:list.csv",
        "file:list.csv | start=0.7",
        "karras:steps=3 | above=4 | join=(file:list.csv | below=3)",
    ):
        over(new_line(window), typed, ENTER)
        qtbot.waitUntil(lambda: steps(window)[0] != [])
        assert steps(window)[0] == [typed.replace("file:list.csv", "sigmas:4.2,3,0.5,0")]
        qtbot.waitUntil(lambda: new_line(window).text() == "")
        back(window, qtbot)


def test_a_typed_file_without_a_list_stays_typed_with_its_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    over(new_line(window), f"file:{tmp_path}/none.csv", ENTER)
    qtbot.waitUntil(lambda: "none.csv" in new_line(window).draft.reason)
    assert steps(window) == [[], []]


def paste(window: MainWindow, text: str, field: NewLine | None = None) -> None:
    """Paste a text into a field, or where nothing is typed."""
    QApplication.clipboard().setText(text)
    if field is None:
        window.desk.files.paste()
        return
    field.setFocus()
    QTest.keySequence(field, QKeySequence(QKeySequence.StandardKey.Paste))


def test_a_file_that_is_pasted_is_read_as_one_that_is_typed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.csv").write_text("sigma\n4.2\n3\n0.5\n0\n", encoding="utf-8")
    (tmp_path / "config.json").write_text('{"_class_name": "EulerDiscreteScheduler", "beta_end": 0.01}')
    monkeypatch.chdir(tmp_path)
    for pasted, taken, said in (
        ("file:list.csv", "sigmas:4.2,3,0.5,0", ""),
        ("karras:steps=3 | above=4 | join=(file:list.csv | below=3)", "", ""),
        ("file:config.json", "normal", "config.json has another schedule"),
    ):
        taken = taken or pasted.replace("file:list.csv", "sigmas:4.2,3,0.5,0")
        paste(window, pasted)
        qtbot.waitUntil(lambda: not window.desk.busy)
        assert (specs(window), steps(window)) == ([A, B], [[taken], []]), pasted
        assert said in window.toast.text
        back(window, qtbot)
        paste(window, f"linear:T=300\ncosine:T=50\n{pasted}\ntrailing", new_line(window))
        qtbot.waitUntil(lambda: not window.desk.busy)
        assert steps(window) == [[], [], [], [taken, "trailing"]], pasted
        assert said in window.toast.text
        back(window, qtbot)


@pytest.mark.parametrize(
    ("pasted", "sentence"), [("file:{path}", ""), ("linear:T=300\nfile:{path}", "line 2 has no steps: ")]
)
def test_a_pasted_file_without_a_list_gets_a_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, pasted: str, sentence: str
) -> None:
    path = tmp_path / "none.csv"
    with qtbot.waitSignal(window.studio.complained) as said:
        paste(window, pasted.format(path=path))
    assert f"{sentence}There is no file {path}" in said.args[0]
    assert (specs(window), steps(window)) == ([A, B], [[], []])


def test_the_config_of_a_scheduler_is_opened_as_steps(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.json"
    monkeypatch.setattr(window.desk.dialogs, "open_one", lambda title, filters: str(path))
    part = opened(window, qtbot)
    for config, taken, said in (
        ('{"_class_name": "DDIMScheduler", "steps_offset": 1, "num_train_timesteps": 300}', "leading:offset=1", ""),
        ('{"_class_name": "DPMSolverMultistepScheduler", "use_karras_sigmas": true}', "karras", "whole timesteps"),
        ('{"_class_name": "EulerDiscreteScheduler", "beta_end": 0.01}', "normal", "list.json has another schedule"),
    ):
        path.write_text(config, encoding="utf-8")
        part.open.click()
        qtbot.waitUntil(lambda: steps(window)[0] != [])
        assert (specs(window), steps(window)) == ([A, B], [[taken], []]), config
        assert said in window.toast.text, config
        back(window, qtbot)


def test_the_config_of_an_unknown_scheduler_says_so(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.json"
    path.write_text('{"_class_name": "RePaintScheduler"}', encoding="utf-8")
    monkeypatch.setattr(window.desk.dialogs, "open_one", lambda title, filters: str(path))
    with qtbot.waitSignal(window.studio.complained) as complained:
        opened(window, qtbot).open.click()
    assert "whose steps are not known" in complained.args[0]
    assert steps(window) == [[], []]


def test_a_file_without_a_list_says_so(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.txt"
    path.write_text("1 2 3", encoding="utf-8")
    monkeypatch.setattr(window.desk.dialogs, "open_one", lambda title, filters: str(path))
    with qtbot.waitSignal(window.studio.complained) as complained:
        opened(window, qtbot).open.click()
    assert "each must be less than the one before" in complained.args[0]
    assert steps(window) == [[], []]


def test_steps_are_copied_for_another_program(window: MainWindow, qtbot: QtBot) -> None:
    opened(window, qtbot)
    for form in ("text", "comfyui", "diffusers", "python", "timesteps", "csv"):
        below(window, "4, 3, 0.5, 0")
        QApplication.clipboard().clear()
        window.desk.steps.copy(window.studio.state.selected, 0, form)
        qtbot.waitUntil(lambda: "4" in QApplication.clipboard().text())
        if form in ("text", "comfyui"):
            window.desk.files.paste()
            assert steps(window)[0] == ["sigmas:4,3,0.5,0"] * 2, form
        if form == "python":
            made: dict[str, np.ndarray] = {}
            exec(QApplication.clipboard().text(), {}, made)
            assert made["sigmas"].tolist() == pytest.approx([4, 3, 0.5, 0], rel=1e-15)
            assert made["timesteps"].shape == (3,)
        back(window, qtbot)


def test_a_list_that_is_pasted_dragged_copied_and_pasted_again_is_the_same(window: MainWindow, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setText("4.1, 2.7, 1.3, 0.4, 0")
    window.desk.files.take(mime)
    (notes,) = notes_of(window.studio.state.current)
    dragged = notes.moved(1, "t", 200.123456789, 1e-9)
    assert dragged is not None
    window.studio.replace_steps(window.studio.state.selected, 0, dragged)
    QApplication.clipboard().clear()
    window.desk.steps.copy(window.studio.state.selected, 0, "comfyui")
    qtbot.waitUntil(lambda: "4.1" in QApplication.clipboard().text())
    window.desk.files.paste()
    first, second = window.studio.state.current.steps
    assert first == second == dragged
    assert first.numbers[0] == 4.1
    assert len(repr(first.numbers[1])) > 9


def test_the_table_follows_its_steps_and_closes_with_them(window: MainWindow, qtbot: QtBot) -> None:
    below(window, "4, 2, 1, 0", "karras:steps=3")
    opened(window, qtbot).rows[0].mark.click()
    window.panel(SchedulesPanel).steps.details.table.click()
    dialog = child(window, StepsDialog)
    model = dialog.model
    shown = [[model.index(row, column).data() for column in (2, 5, 6)] for row in range(4)]
    ln2 = "0.69315"
    assert shown == [["4", ln2, ""], ["2", ln2, "1"], ["1", "∞", ""], ["0", "", ""]]
    QApplication.clipboard().clear()
    dialog.table.selectAll()
    QTest.keySequence(dialog.table, QKeySequence.StandardKey.Copy)
    qtbot.waitUntil(lambda: QApplication.clipboard().text().count("\n") >= 3)
    assert QApplication.clipboard().text().splitlines()[1].split("\t")[2] == "2.0"
    window.studio.replace_steps(
        window.studio.state.selected, 0, read_steps("3, 1, 0", window.studio.state.current.schedule)
    )
    show_change(window, qtbot)
    assert (model.rowCount(), model.index(0, 2).data()) == (3, "3")
    for _ in range(2):
        window.studio.remove_steps(window.studio.state.selected, 0)
        show_change(window, qtbot)
    assert not dialog.isVisible()


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_refused_text_stays_with_its_line_when_another_goes_and_comes_back(
    window: MainWindow, qtbot: QtBot, gone: int
) -> None:
    below(window, "karras:steps=5", "trailing:steps=6", "beta:steps=7")
    part = opened(window, qtbot)
    part.rows[1].box.enter("karras:roh=5")
    part.rows[gone].remove.click()
    show_change(window, qtbot)
    refused = {row.place: row.box.line.text() for row in part.rows if row.box.line.draft.reason}
    now = {0: {0: "karras:roh=5"}, 1: {}, 2: {1: "karras:roh=5"}}[gone]
    assert refused == now
    window.studio.undo()
    show_change(window, qtbot)
    refused = {row.place: row.box.line.text() for row in part.rows if row.box.line.draft.reason}
    assert refused == ({} if gone == 1 else {1: "karras:roh=5"})
    assert [row.box.value for row in part.rows] == steps(window)[0]
    assert [row.mark.text() for row in part.rows] == [glyph(place) for place in range(3)]


@pytest.mark.parametrize(
    ("schedule", "numbers", "taken"),
    [
        ("flow:T=100", "0.9, 0.4, 0", "taus:0.9,0.4,0"),
        ("linear:T=1000", "999, 500, 100", "timesteps:999,500,100"),
        ("linear:T=1000", "100, 50, 1, 0", "sigmas:100,50,1,0"),
    ],
)
def test_what_numbers_are_the_schedule_above_them_tells(
    window: MainWindow, qtbot: QtBot, schedule: str, numbers: str, taken: str
) -> None:
    mime = QMimeData()
    mime.setText(f"{schedule}\n{numbers}\n")
    window.desk.files.take(mime)
    qtbot.waitUntil(lambda: len(specs(window)) == 3)
    assert steps(window)[-1] == [taken]
    over(new_line(window), numbers, ENTER)
    show_change(window, qtbot)
    assert steps(window)[-1] == [taken, taken]


def test_steps_open_for_a_hand_on_them_and_stay_folded_for_what_undo_brings_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    part, studio = window.panel(SchedulesPanel).steps, window.studio
    key, schedule = studio.state.selected, studio.state.current.schedule
    acts: tuple[tuple[Callable[[], object], bool], ...] = (
        (lambda: below(window, "karras:steps=10"), True),
        (lambda: studio.reshape_steps(key, 0, read_steps("3, 1, 0", schedule)), True),
        (studio.undo, False),
        (studio.redo, False),
        (lambda: studio.replace_steps(key, 0, read_steps("2, 1, 0", schedule)), False),
        (lambda: studio.remove_steps(key, 0), False),
        (studio.undo, False),
        (lambda: below(window, "simple:steps=5"), True),
    )
    for act, opens in acts:
        part.set_open(False)
        act()
        show_change(window, qtbot)
        assert (part.head.isChecked(), part.isVisible()) == (opens, opens)
