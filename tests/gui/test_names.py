"""Names, from the list where they are typed to files, figures and copies, whole."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.files.betas import read_named_schedules
from ddpm_studio.gui import app
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.legend import LegendStrip
from ddpm_studio.gui.curves.plot_export import table
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.tile import Tile
from ddpm_studio.gui.projects.document import to_text, write_document
from ddpm_studio.gui.schedules.entries_view import EntriesView
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.given_names import MAX_NAME, one_line
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.values.values_panel import ValuesPanel
from tests.gui.curves.conftest import save_plots
from tests.gui.finding import child
from tests.gui.test_main_window import Answers, action, answer, choose, wait
from tests.gui.windows import show_change

LONG = "a name of more than sixty-four letters, which is what was left of it in a figure"
ODD = ["two\nlines", "a,b;c\td", '"quoted"', "=1+1", "שלום", "\u202eesrever", "🌊 wave", "e\u0301", "<b>&amp;"]


def listed(window: MainWindow) -> list[str]:
    model = child(window, EntriesView).model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def add_preset(window: MainWindow, name: str) -> None:
    menu = window.panel(SchedulesPanel).list.offers.add_menu
    menus = menu.findChildren(QMenu)
    next(action for menu in menus for action in menu.actions() if action.text() == name).trigger()


def type_name(window: MainWindow, name: str) -> None:
    view = child(window, EntriesView)
    view.setFocus()
    window.panel(SchedulesPanel).list.offers.rename.trigger()
    editor = view.viewport().findChildren(QLineEdit)[-1]
    editor.selectAll()
    QApplication.clipboard().setText(name)
    editor.paste()
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()


def exported(window: MainWindow, qtbot: QtBot, path: Path, place: int = 0) -> Path:
    answer(window, Answers(save=str(path), chosen=place))
    choose(window, qtbot, "export_schedules")
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


def test_what_differs_is_told_apart_wherever_it_is_named(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.set_schedule(Schedule.parse("cosine:T=1000"))
    for spec in ("cosine:T=1000,s=0.02", "cosine:T=1000,zero_snr=1"):
        window.studio.add(Schedule.parse(spec))
    window.studio.set_grid(True)
    show_change(window, qtbot)
    expected = ["cosine T=1000", "cosine T=1000, s=0.02", "cosine T=1000, zero SNR"]
    assert [line[4:] for line in listed(window)] == [str(entry.schedule) for entry in window.studio.state.entries]
    legend = child(window, LegendStrip).accessibleDescription()
    assert all(f"{letter} {title}, t = " in legend for letter, title in zip("ABC", expected, strict=True))
    tiles = [tile.caption.title for tile in window.findChildren(Tile)][1:]
    assert [title[3:] for title in tiles] == expected


def test_an_edited_preset_is_based_on_it_until_it_is_edited_back(window: MainWindow, qtbot: QtBot) -> None:
    add_preset(window, "Stable Diffusion 1.x")
    show_change(window, qtbot)
    assert listed(window)[1] == "B   Stable Diffusion 1.x"
    window.studio.set_parameter("beta_end", 0.02)
    show_change(window, qtbot)
    assert listed(window)[1] == "B   based on Stable Diffusion 1.x"
    window.studio.set_parameter("beta_end", 0.012)
    show_change(window, qtbot)
    assert listed(window)[1] == "B   Stable Diffusion 1.x"


def test_a_copy_of_a_preset_is_as_much_that_preset(window: MainWindow, qtbot: QtBot) -> None:
    add_preset(window, "DDPM 2020")
    action(window, "duplicate").trigger()
    window.studio.set_parameter("T", 500)
    show_change(window, qtbot)
    assert listed(window)[1:] == ["B   DDPM 2020", "C   based on DDPM 2020"]


def test_a_name_that_is_typed_reaches_csv_and_comes_back_from_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.studio.add(Schedule("cosine", 5))
    answer(window, Answers(opens=[str(tmp_path / "out.csv")]))
    for name in (LONG, *ODD):
        show_change(window, qtbot)
        type_name(window, name)
        assert window.studio.state.current.name == name
        show_change(window, qtbot)
        assert listed(window)[1] == f"B   {one_line(name)}"
        path = exported(window, qtbot, tmp_path / "out.csv")
        cell = f"'{name}" if name.startswith("=") else name  # Behind an apostrophe it is no formula.
        assert {row["schedule"]: row["name"] for row in rows_of(path)} == {"linear:T=300": "", "cosine:T=5": cell}
        assert [known for _, known in read_named_schedules(path)] == ["", name]


def test_names_come_back_with_the_schedules(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.studio.rename(window.studio.state.selected, LONG)
    window.studio.add(Schedule("cosine", 5))
    path = exported(window, qtbot, tmp_path / "out.csv")
    answer(window, Answers(opens=[str(path)]))
    choose(window, qtbot, "open_files")
    assert [entry.name for entry in window.studio.state.entries] == [LONG, "", LONG, ""]


@pytest.mark.parametrize("count", [1, 2])
def test_names_come_back_from_every_format(window: MainWindow, qtbot: QtBot, tmp_path: Path, count: int) -> None:
    for number in range(count - 1):
        window.studio.add(Schedule("cosine", 3 + number))
    for entry in window.studio.state.entries:
        window.studio.rename(entry.key, f"my {entry.key}")
    before = window.studio.state.entries
    for place, suffix in enumerate((".csv", ".json", ".npz")):
        path = exported(window, qtbot, tmp_path / f"out{suffix}", place)
        answer(window, Answers(opens=[str(path)]))
        choose(window, qtbot, "open_files")
        assert [entry.name for entry in window.studio.state.entries[count:]] == [entry.name for entry in before], suffix
        window.studio.undo()
        assert window.studio.state.entries == before, suffix


@pytest.fixture
def shown(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> list[State]:
    """What the window of each command line with `--screenshot` shows, which is drawn nowhere."""
    states = list[State]()
    monkeypatch.setattr(app, "make_application", lambda _: qapp)
    monkeypatch.setattr(app, "draw", lambda window, path: states.append(window.studio.state))
    return states


@pytest.mark.parametrize("count", [1, 2])
def test_names_come_back_on_the_command_line(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, shown: list[State], count: int
) -> None:
    for number in range(count - 1):
        window.studio.add(Schedule("cosine", 3 + number))
    for entry in window.studio.state.entries:
        window.studio.rename(entry.key, f"my {entry.key}")
    names = [entry.name for entry in window.studio.state.entries]
    suffixes = (".csv", ".json", ".npz")
    csv_file, *others = [
        str(exported(window, qtbot, tmp_path / f"out{suffix}", place)) for place, suffix in enumerate(suffixes)
    ]
    assert main(["--screenshot", "window.png", csv_file]) == 0
    assert main(["--screenshot", "window.png", "--schedule", "vp:T=9", *others]) == 0
    assert [[entry.name for entry in state.entries] for state in shown] == [names, ["", *names, *names]]
    assert [state.current for state in shown] == [state.entries[0] for state in shown]


def test_a_path_in_a_spec_gives_no_name(window: MainWindow, qtbot: QtBot, tmp_path: Path, shown: list[State]) -> None:
    window.studio.rename(window.studio.state.selected, "mine")
    spec = f"custom:path={exported(window, qtbot, tmp_path / 'out.csv')}"
    assert main(["--screenshot", "window.png", "--schedule", spec]) == 0
    assert [(str(entry.schedule), entry.name) for entry in shown[0].entries] == [(spec, "")]


def test_a_project_on_the_command_line_is_joined_by_schedules_with_their_names(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, shown: list[State]
) -> None:
    window.studio.rename(window.studio.state.selected, "mine")
    path = exported(window, qtbot, tmp_path / "out.csv")
    project = tmp_path / "all.ddpm"
    project.write_text(to_text(write_document(window.studio.state, tmp_path)))
    assert main(["--screenshot", "window.png", str(project), str(path)]) == 0
    assert [entry.name for entry in shown[0].entries] == ["mine", "mine"]


def test_a_preset_is_exported_under_its_name(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    add_preset(window, "Laplace")
    window.studio.set_visible(window.studio.state.entries[0].key, False)
    value = json.loads(exported(window, qtbot, tmp_path / "out.json", 1).read_text("ascii"))
    assert (value["schedule"], value["name"]) == ("laplace:T=1000", "Laplace")


def test_a_name_beyond_the_bound_is_refused_with_the_bound(window: MainWindow) -> None:
    type_name(window, "n" * (MAX_NAME + 1))
    assert f"{MAX_NAME + 1} characters; shorten it to at most {MAX_NAME}." in window.toast.text
    assert window.studio.state.current.name == ""
    type_name(window, "n" * MAX_NAME)
    assert window.studio.state.current.name == "n" * MAX_NAME


def test_a_longer_name_from_a_file_is_marked_where_it_is_cut(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    path.write_text(json.dumps({"betas": [0.1], "name": "n" * 5000}))
    window.desk.files.open_path(str(path))
    wait(window, qtbot)
    assert window.studio.state.current.name == "n" * (MAX_NAME - 1) + "…"


@pytest.mark.parametrize("curve", ["", "betas"])
@pytest.mark.parametrize("name", [LONG, "n" * MAX_NAME, "שלום " * 30 + "🌊"])
def test_a_figure_has_names_whole(window: MainWindow, qtbot: QtBot, tmp_path: Path, curve: str, name: str) -> None:
    window.studio.rename(window.studio.state.selected, name)
    window.studio.add(Schedule("cosine", 9))
    show_change(window, qtbot)
    path = tmp_path / "figure.svg"
    save_plots(window.panel(CurvesPanel), str(path), curve)
    root = ElementTree.parse(path).getroot()
    texts = [text for text in root.iter("{http://www.w3.org/2000/svg}text") if text.text]
    drawn = "".join("".join(str(text.text).split()) for text in texts)
    # Runs of letters from right to left are drawn in the order in which they stand.
    assert "".join(name.split()) in drawn or (Counter("".join(name.split())) <= Counter(drawn) and "ש" in name)
    assert "…" not in drawn


def test_a_name_does_not_break_a_copied_table(window: MainWindow, qtbot: QtBot) -> None:
    values = window.panel(ValuesPanel)
    button = next(b for b in values.findChildren(QAbstractButton) if b.text() == "Copy table")
    for name in ODD:
        window.studio.rename(window.studio.state.selected, name)
        values.show_state(window.studio.state)
        values.refresh()
        button.click()
        wait(window, qtbot)
        at_t, every_t = (
            list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))
            for text in (QApplication.clipboard().text(), "".join(table(window.studio.state, "betas")))
        )
        assert at_t[0][2] == f"A {one_line(name)}, t = 100"
        assert every_t[0][1] == f"A {name} (linear:T=300)"
        assert {len(row) for row in at_t} == {3}
        assert {len(row) for row in every_t} == {2}
