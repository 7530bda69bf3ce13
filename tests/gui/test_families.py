"""A range in a line makes a family, used as a person uses it: typed, looked at, changed, taken back, kept, exported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule_family import ScheduleFamily, specified
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.plot import CurvePlot
from ddpm_studio.gui.curves.plot_items import CurveItem
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.projects.document import from_text, read_document, to_text, write_document
from ddpm_studio.gui.projects.entries import write_entry
from ddpm_studio.gui.schedules.card.family_field import FamilyField
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.state.shades import shades_of
from ddpm_studio.gui.state.studio import first_state
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.widgets.dialogs import SaveFormat
from ddpm_studio.gui.widgets.typed.refusal_note import RefusalNote
from tests.gui.finding import child
from tests.gui.windows import active_window

FAMILY = "cosine:T=100,s=0.005..0.03,n=5"
MEMBERS = [f"cosine:T=100,s={s}" for s in ("0.005", "0.01125", "0.0175", "0.02375", "0.03")]


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1440, 900), [Schedule("linear", 300)]) as window:
        yield window


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.desk.busy)
    with qtbot.waitSignal(window.studio.changed):
        window.studio.announce()
    QApplication.processEvents()


def panel(window: MainWindow) -> SchedulesPanel:
    return window.panel(SchedulesPanel)


def type_line(window: MainWindow, qtbot: QtBot, text: str) -> None:
    """Type over the chosen line, and press Enter."""
    line = panel(window).list.view.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    settle(window, qtbot)


def specs(window: MainWindow) -> list[str]:
    return [str(entry.spec) for entry in window.studio.state.entries]


def plots(window: MainWindow) -> Sequence[CurvePlot]:
    return window.panel(CurvesPanel).grid.plots()


def curves(plot: CurvePlot) -> list[CurveItem]:
    return [item for item in plot.scene().items() if isinstance(item, CurveItem) and plot.isAncestorOf(item)]


def drawn(plot: CurvePlot) -> set[bytes]:
    return {curve.getData()[1].tobytes() for curve in curves(plot)}


def values(specs: Sequence[str], name: str = "alphas_cumprod") -> set[bytes]:
    return {Schedule.parse(spec).coefficients[name].tobytes() for spec in specs}


def named(window: MainWindow, kind: type[QWidget], name: str) -> QWidget:
    return next(w for w in panel(window).findChildren(kind) if w.isVisible() and w.accessibleName() == name)


def sliders(window: MainWindow) -> set[str]:
    return {field.key for field in panel(window).findChildren(ParameterField) if field.isVisible()}


# typing


def test_a_range_that_is_typed_is_one_line_and_a_curve_for_each_member(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    assert specs(window) == [FAMILY]
    assert panel(window).list.model.rowCount() == 1
    assert panel(window).list.view.line.text() == FAMILY
    (plot,) = plots(window)
    assert drawn(plot) == values(MEMBERS)
    assert len({curve.opts["pen"].color().name() for curve in curves(plot)}) == 5
    shown = next(curve for curve in curves(plot) if curve.opts["pen"].color() == STYLES[0].color(False))
    assert shown.getData()[1].tobytes() in values(MEMBERS[2:3])
    assert all(shown.zValue() > other.zValue() for other in curves(plot) if other is not shown)
    assert window.studio.state.title(window.studio.state.current) == "cosine T=100, s 0.005 … 0.03"


def test_one_step_takes_all_of_it_back(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    window.menus.action("undo").trigger()
    settle(window, qtbot)
    assert specs(window) == ["linear:T=300"]
    assert len(curves(plots(window)[0])) == 1
    window.menus.action("redo").trigger()
    settle(window, qtbot)
    assert specs(window) == [FAMILY]
    assert drawn(plots(window)[0]) == values(MEMBERS)


def test_what_is_wrong_with_a_range_is_said_and_marked(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    type_line(window, qtbot, "cosine:T=100,s=0.005..3,n=5")
    view = panel(window).list.view
    assert view.note.text() == "s is 3; choose a value from 0 to 1."
    assert specs(window)[0].startswith("cosine:T=100,s=0.005")


def test_arrows_turn_the_digits_of_both_ends_and_of_n(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    line = panel(window).list.view.line
    for end, key in (("0.005", Qt.Key.Key_Up), ("0.03", Qt.Key.Key_Down), ("n=5", Qt.Key.Key_Down)):
        line.setFocus()
        line.setCursorPosition(line.text().index(end) + len(end))
        QTest.keyClick(line, key)
        settle(window, qtbot)
    assert specs(window) == ["cosine:T=100,s=0.006..0.02,n=4"]


def test_n_is_offered_once_there_is_a_range(window: MainWindow, qtbot: QtBot) -> None:
    new_line = panel(window).list.new_line
    new_line.setFocus()
    QTest.keyClicks(new_line, "cosine:s=0..1,")
    labels = [new_line.completion.model().index(row, 0).data() for row in range(new_line.completion.model().rowCount())]
    assert labels == ["T", "max_beta", "zero_snr", "snr_shift", "n"]
    QTest.keyClicks(new_line, "n")
    QTest.keyClick(new_line, Qt.Key.Key_Down)
    QTest.keyClick(new_line, Qt.Key.Key_Return)
    assert new_line.text() == "cosine:s=0..1,n=5"


def test_every_plot_of_the_grid_has_every_member(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    window.studio.set_grid(True)
    settle(window, qtbot)
    assert len(plots(window)) == 6
    for plot in plots(window):
        assert len(curves(plot)) == 5
    window.studio.set_visible(window.studio.state.selected, False)
    settle(window, qtbot)
    assert not any(map(curves, plots(window)))


def test_the_rail_draws_every_member(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.set_schedule(Schedule.parse("linear:T=100"))
    settle(window, qtbot)
    rail = window.panel(CurvesPanel).rail
    alone = rail.grab().toImage()
    window.studio.set_schedule(specified("linear:T=100,beta_end=0.001..0.4,n=3"))
    window.studio.show_member(1)
    settle(window, qtbot)
    assert len(list(rail._lines())) == 3
    assert rail.grab().toImage() != alone


def test_members_longer_than_the_shown_one_are_whole_on_the_axis(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.set_axis("t")
    type_line(window, qtbot, "linear:T=1000..10,n=3")
    assert window.studio.state.current.schedule.T == 100
    assert window.studio.state.time_axis.high == 1000
    assert sorted(len(curve.getData()[0]) for curve in curves(plots(window)[0])) == [10, 100, 1000]


def test_a_paste_and_the_empty_line_take_families(window: MainWindow, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setText(f"{FAMILY}\njsd:T=5")
    window.desk.files.take(mime)
    settle(window, qtbot)
    new_line = panel(window).list.new_line
    new_line.setFocus()
    QTest.keyClicks(new_line, "const:T=300,snr_shift=1..4,n=2")
    QTest.keyClick(new_line, Qt.Key.Key_Return)
    settle(window, qtbot)
    assert specs(window) == ["linear:T=300", FAMILY, "jsd:T=5", "const:T=300,snr_shift=1..4,n=2"]


# the card


def test_the_shown_member_is_chosen_by_its_buttons(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    QTest.mouseClick(named(window, QToolButton, "Next member"), Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    assert str(window.studio.state.current.schedule) == MEMBERS[3]
    assert specs(window) == [FAMILY]
    assert drawn(plots(window)[0]) == values(MEMBERS)
    QTest.mouseClick(named(window, QToolButton, "Next member"), Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    assert not named(window, QToolButton, "Next member").isEnabled()
    assert any("s=0.03" in label.text() for label in window.panel(ExplainPanel).findChildren(QLabel))
    window.studio.undo()
    window.studio.undo()
    assert str(window.studio.state.current.schedule) == MEMBERS[2]


def test_ends_and_count_are_edited_in_place_of_the_slider(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    assert sliders(window) == {"T", "max_beta", "snr_shift"}
    for name, text, spec in (
        ("s from", "0.01", "cosine:T=100,s=0.01..0.03,n=5"),
        ("s to", "0.002", "cosine:T=100,s=0.01..0.002,n=5"),
        ("Number of members", "3", "cosine:T=100,s=0.01..0.002,n=3"),
    ):
        box = named(window, QWidget, name)
        box.setFocus()
        box.selectAll()  # type: ignore[attr-defined]
        QTest.keyClicks(box, text)
        QTest.keyClick(box, Qt.Key.Key_Return)
        settle(window, qtbot)
        assert specs(window) == [spec]
    assert len(curves(plots(window)[0])) == 3
    window.studio.undo()
    assert specs(window) == ["cosine:T=100,s=0.01..0.002,n=5"]


def test_an_end_out_of_bounds_is_refused_below_the_boxes(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    box = named(window, QWidget, "s to")
    box.setFocus()
    box.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(box, "7")
    QTest.keyClick(box, Qt.Key.Key_Return)
    settle(window, qtbot)
    assert specs(window) == [FAMILY]
    field = child(panel(window), FamilyField)
    assert "s is 7; choose a value from 0 to 1." in [note.text() for note in field.findChildren(RefusalNote)]


def test_other_sliders_change_every_member(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    window.studio.set_adjusting(True)
    for shift in (2, 3, 4):
        panel(window).editor.fields.changed.emit("snr_shift", shift)
    window.studio.set_adjusting(False)
    settle(window, qtbot)
    assert specs(window) == ["cosine:T=100,s=0.005..0.03,snr_shift=4,n=5"]
    assert drawn(plots(window)[0]) == values([f"{member},snr_shift=4" for member in MEMBERS])
    window.studio.undo()
    assert specs(window) == [FAMILY]


@pytest.mark.parametrize("ranged", ["T=10..100", "beta_end=0.1..0.2", "snr_shift=1..4", "zero_snr=0..1"])
def test_another_kind_drops_the_range_and_brings_the_sliders_back(
    window: MainWindow, qtbot: QtBot, ranged: str
) -> None:
    type_line(window, qtbot, f"linear:{ranged},n=2")
    assert window.studio.state.current.family is not None
    kinds = child(panel(window).editor, QComboBox)
    for kind in ("sigmoid_beta", "cosine"):
        kinds.activated.emit(kinds.findData(kind))
        settle(window, qtbot)
        assert specs(window)[0].startswith(f"{kind}:")
        assert ".." not in specs(window)[0]
    assert not [field for field in panel(window).findChildren(FamilyField) if field.isVisible()]
    assert sliders(window) == {"T", "s", "max_beta", "snr_shift"}


def test_a_range_that_is_typed_for_another_kind_has_one_field(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, "linear:beta_end=0.1..0.2")
    type_line(window, qtbot, "const:beta_end=0.1..0.2")
    assert len([field for field in panel(window).findChildren(FamilyField) if field.isVisible()]) == 1
    assert sliders(window) == {"T", "snr_shift"}


# as one line


def test_a_family_is_duplicated_moved_and_removed_as_one(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    window.studio.show_member(4)
    window.menus.action("duplicate").trigger()
    assert specs(window) == [FAMILY, FAMILY]
    assert str(window.studio.state.current.schedule) == MEMBERS[4]
    window.studio.add(Schedule("jsd", 5))
    window.studio.move(window.studio.state.selected, 0)
    assert specs(window) == ["jsd:T=5", FAMILY, FAMILY]
    window.studio.remove(window.studio.state.entries[1].key)
    assert specs(window) == ["jsd:T=5", FAMILY]


def test_breaking_up_makes_a_line_of_each_member_in_one_step(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    window.studio.rename(window.studio.state.selected, "mine")
    window.studio.add(Schedule("jsd", 5))
    window.studio.select(window.studio.state.entries[0].key)
    before = window.studio.state
    window.menus.action("break_up").trigger()
    settle(window, qtbot)
    state = window.studio.state
    assert specs(window) == [*MEMBERS, "jsd:T=5"]
    assert [entry.name for entry in state.entries[:2]] == ["mine, s=0.005", "mine, s=0.01125"]
    assert (state.selected, state.current.schedule) == (before.selected, before.current.schedule)
    assert len({entry.style for entry in state.entries}) == 6
    window.studio.undo()
    assert specs(window) == [FAMILY, "jsd:T=5"]


def test_the_card_of_a_family_breaks_it_up(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    QTest.mouseClick(child(window, FamilyField).break_up, Qt.MouseButton.LeftButton)
    settle(window, qtbot)
    assert specs(window) == MEMBERS


def test_breaking_up_stops_where_the_list_is_full(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    family = window.studio.state.current
    fillers = tuple(replace(family, key=-key).holding(Schedule("jsd", key)) for key in range(1, MAX_SCHEDULES - 2))
    window.studio._set(entries=(family, *fillers))
    window.studio.break_up()
    state = window.studio.state
    assert len(state.entries) == MAX_SCHEDULES
    assert [str(entry.schedule) for entry in state.entries[:3]] == MEMBERS[:3]
    settle(window, qtbot)
    assert not window.menus.action("break_up").isEnabled()


def test_an_ordinary_schedule_cannot_be_broken_up(window: MainWindow, qtbot: QtBot) -> None:
    settle(window, qtbot)
    assert not window.menus.action("break_up").isEnabled()
    assert "write a range" in window.menus.action("break_up").toolTip()


def test_copying_as_text_copies_the_family_and_as_python_the_shown_member(window: MainWindow, qtbot: QtBot) -> None:
    type_line(window, qtbot, FAMILY)
    for name, text in (("copy_spec", FAMILY), ("copy_numpy", "0.0175")):
        window.menus.action(name).trigger()
        qtbot.waitUntil(partial(_is_copied, text))


def _is_copied(text: str) -> bool:
    return text in QApplication.clipboard().text()


# files


def state_of(spec: str) -> State:
    return first_state(1).with_schedule(specified(spec))


class Answer:
    """Stands in for the platform's dialogs."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)

    def save(self, title: str, suggestion: str, formats: Sequence[SaveFormat]) -> tuple[str, SaveFormat]:
        return self._path, formats[0]


def test_a_project_keeps_the_range_and_the_shown_member(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    type_line(window, qtbot, FAMILY)
    window.studio.show_member(3)
    window.desk.projects.dialogs = Answer(tmp_path / "work.ddpm")  # type: ignore[assignment]
    window.menus.action("save_project").trigger()
    settle(window, qtbot)
    again = open_window([], [], None, project=str(tmp_path / "work.ddpm"))
    qtbot.addWidget(again)
    assert again.studio.state.entries[0].family == ScheduleFamily.parse(FAMILY)
    assert str(again.studio.state.current.schedule) == MEMBERS[3]
    again.close()


def test_a_range_that_makes_no_sense_leaves_the_schedule(tmp_path: Path) -> None:
    state = state_of(FAMILY)
    document, written = write_document(state, tmp_path), write_entry(state.current, tmp_path)
    assert (written["schedule"], written["family"]) == (MEMBERS[2], "s=0.005..0.03,n=5")
    for wrong in ("s=0.005..9,n=5", "q=1..2", 7):
        document["schedules"] = [{**written, "family": wrong}]
        opened = read_document(from_text(to_text(document), "x"), tmp_path, State())
        assert [str(entry.spec) for entry in opened.state.entries] == MEMBERS[2:3]
        assert len(opened.complaints) == 1


def test_a_family_of_a_table_is_kept_with_its_numbers(tmp_path: Path) -> None:
    table = tmp_path / "mine.npy"
    np.save(table, np.linspace(0.01, 0.2, 7))
    state = state_of(f"custom:path={table},snr_shift=1..4,n=3")
    document = from_text(to_text(write_document(state, tmp_path)), "x")
    opened = read_document(document, tmp_path, State()).state
    assert opened.entries[0].family == state.entries[0].family


def test_an_export_has_every_member_under_its_own_name(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    type_line(window, qtbot, FAMILY)
    window.desk.files.dialogs = Answer(tmp_path / "out.csv")  # type: ignore[assignment]
    window.menus.action("export_schedules").trigger()
    settle(window, qtbot)
    assert main(["export", "--schedule", FAMILY]) == 0
    assert (tmp_path / "out.csv").read_bytes() == capfdbinary.readouterr().out
    window.studio.rename(window.studio.state.selected, "mine")
    window.menus.action("export_schedules").trigger()
    settle(window, qtbot)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text("utf-8"))))
    assert list(dict.fromkeys(row["schedule"] for row in rows)) == MEMBERS
    assert list(dict.fromkeys(row["name"] for row in rows))[1] == "mine, s=0.01125"


def test_the_shell_opens_a_window_with_a_family() -> None:
    window = open_window([], [specified(FAMILY), Schedule("jsd", 5)], 50)
    assert specs(window) == [FAMILY, "jsd:T=5"]
    assert window.studio.state.t == 50
    window.close()


def test_the_shell_says_what_is_wrong_with_a_range(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--schedule", "cosine:s=0..2"]) == 2
    assert "s is 2; choose a value from 0 to 1." in capfd.readouterr().err


# shades


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("style", range(8))
def test_shades_are_told_apart_and_the_shown_one_has_the_style(style: int, dark: bool) -> None:
    for count in (2, 5, 16):
        for shown in range(count):
            colors = shades_of(style, dark, count, shown)
            assert colors[shown] == STYLES[style].color(dark)
            assert len({color.name() for color in colors}) == count
    five = [color.lightnessF() for color in shades_of(style, dark, 5, 2)]
    assert five == sorted(five)
    assert min(np.diff(five)) > 0.01
