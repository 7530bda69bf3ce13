"""Recipes in the window: what is saved carries one, and dropped back it is offered, taken in one step, and undone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QSize, QTimer, QUrl
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule_family import specified
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.figures.figure import Naming
from ddpm_studio.figures.page_settings import PageSettings
from ddpm_studio.files.recipes import recipe_json
from ddpm_studio.files.recipes.carriers import png_with, recipe_in
from ddpm_studio.files.recipes.recipe import Recipe, RecipeCheckpoint, RecipeRun, RecipeSchedule
from ddpm_studio.files.recipes.recipe_json import recipe_text
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.menu import PlotMenu
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.printing.figure_dialog import FigureDialog
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.state.picture_at import PictureAt
from ddpm_studio.gui.state.sampling import Line
from ddpm_studio.gui.state.window import Entry, State, View
from ddpm_studio.gui.widgets.dialogs import SaveFormat
from ddpm_studio.gui.widgets.pictures.copied import RECIPE
from ddpm_studio.run_settings import SamplerSettings
from tests.gui.windows import active_window
from tests.patience import PATIENCE_S

SET_UP = "Set up as it was made"


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """A window with two schedules and a picture."""
    Image.effect_noise((30, 20), 60).convert("RGB").save(tmp_path / "cat.png")
    with active_window(qtbot, QSize(1024, 700), [Schedule("linear", 300), Schedule("cosine", 1000)]) as window:
        window.desk.pictures.show_picture(str(tmp_path / "cat.png"))
        settle(window, qtbot)
        yield window


@pytest.fixture
def saved(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, Callable[[], None]], Path]:
    """Does something that asks for a path, answers with this name, and waits until the file is written."""

    def save(name: str, action: Callable[[], None]) -> Path:
        path = tmp_path / name

        def chosen(title: str, suggestion: str, formats: list[SaveFormat]) -> tuple[str, SaveFormat]:
            return str(path), next((each for each in formats if each.suffix == path.suffix), formats[0])

        monkeypatch.setattr(window.desk.dialogs, "save", chosen)
        action()
        settle(window, qtbot)
        assert path.exists(), window.toast.text
        return path

    return save


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.desk.busy, timeout=PATIENCE_S * 1000)


def drop(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    window.desk.files.take(mime)
    settle(window, qtbot)


def offer(window: MainWindow, text: str = SET_UP) -> QToolButton | None:
    """The button in the message that offers to set the window up, or something else."""
    buttons = window.toast.findChildren(QToolButton)
    return next((each for each in buttons if each.text() == text and not each.isHidden()), None)


def take_offer(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: offer(window) is not None)
    button = offer(window)
    assert button is not None
    button.click()
    settle(window, qtbot)


def act(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, name)
    assert action is not None
    action.trigger()


def change_everything(window: MainWindow) -> None:
    """Show other schedules, at another moment, with other noise."""
    studio = window.studio
    studio.add(Schedule("sigmoid", 40))
    studio.remove(studio.state.entries[0].key)
    studio.set_axis("log_snr")
    studio.set_t(3)
    studio.set_seed(99)


@pytest.mark.parametrize(
    "name", ["sheet.png", "sheet.tif", "sheet.jpg", "sheet.webp", "one.png", "path.gif", "path.webp"]
)
def test_noised_pictures_come_back_bit_for_bit(
    name: str, window: MainWindow, qtbot: QtBot, saved: Callable[[str, Callable[[], None]], Path]
) -> None:
    studio, pictures = window.studio, window.desk.pictures
    studio.set_seed(7)
    studio.set_t(123)

    def save() -> None:
        state = studio.state
        if name == "one.png":
            pictures.save_picture(PictureAt(state.entries[0], state.t_of(state.entries[0])))
        else:
            (pictures.save_pictures if name.startswith("sheet") else pictures.save_path)()

    first = saved(name, save)
    change_everything(window)
    drop(window, qtbot, first)
    before = studio.state
    assert before.picture is not None
    assert before.picture.name == name
    take_offer(window, qtbot)
    assert [str(entry.schedule) for entry in studio.state.entries][:2] == ["linear:T=300", "cosine:T=1000"][
        : 1 if name == "one.png" else 2
    ]
    assert studio.state.seed == 7
    assert saved(f"again-{name}", save).read_bytes() == first.read_bytes()
    assert str(first.parent).encode() not in first.read_bytes()
    studio.undo()
    assert studio.state.document == before.document


@pytest.mark.parametrize("t", [0, 30])
def test_a_picture_at_an_end_comes_back(
    t: int, window: MainWindow, qtbot: QtBot, saved: Callable[[str, Callable[[], None]], Path]
) -> None:
    studio = window.studio
    studio.add(Schedule("jsd", 30))
    studio.set_axis("log_snr")
    studio.show_over_levels("snr_db")
    studio.set_t(t)
    assert np.isinf(studio.state.moment.value)
    path = saved("sheet.png", window.desk.pictures.save_pictures)
    steps = [studio.state.t_of(entry) for entry in studio.state.entries]
    studio.set_t(7)
    drop(window, qtbot, path)
    take_offer(window, qtbot)
    assert [studio.state.t_of(entry) for entry in studio.state.entries] == steps


def test_nothing_changes_unless_it_is_taken(
    window: MainWindow, qtbot: QtBot, saved: Callable[[str, Callable[[], None]], Path]
) -> None:
    path = saved("sheet.png", window.desk.pictures.save_pictures)
    change_everything(window)
    before = window.studio.state
    drop(window, qtbot, path)
    assert replace(window.studio.state, picture=before.picture).document == replace(before).document
    assert offer(window) is not None


def test_a_picture_without_one_offers_nothing(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    drop(window, qtbot, tmp_path / "cat.png")
    assert offer(window) is None


def test_no_recipe_is_saved_where_none_is_wanted(
    window: MainWindow, saved: Callable[[str, Callable[[], None]], Path]
) -> None:
    window.preferences.change(recipes=False)
    assert recipe_in(saved("sheet.png", window.desk.pictures.save_pictures)) is None
    assert recipe_in(saved("plots.svg", window.desk.files.save_plots)) is None
    window.preferences.change(recipes=True)
    assert recipe_in(saved("again.png", window.desk.pictures.save_pictures)) is not None


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_plots_come_back(
    suffix: str, window: MainWindow, qtbot: QtBot, saved: Callable[[str, Callable[[], None]], Path]
) -> None:
    studio = window.studio
    studio.set_axis("log_snr")
    studio.set_t(200)
    moment = studio.state.moment
    studio.set_view(View.RATIO)
    studio.set_log("betas", True)
    path = saved(f"plots{suffix}", lambda: window.desk.files.save_one_plot(suffix, "betas"))
    change_everything(window)
    studio.set_axis("t")
    studio.set_view(View.PLAIN)
    studio.set_log("betas", False)
    drop(window, qtbot, path)
    take_offer(window, qtbot)
    assert [str(entry.schedule) for entry in studio.state.entries] == ["linear:T=300", "cosine:T=1000"]
    assert (studio.state.axis, studio.state.moment, studio.state.curves) == ("log_snr", moment, ("betas",))
    assert (studio.state.view, studio.state.is_log("betas")) == (View.RATIO, True)


PAGE = PageSettings(120.0, 70.0, 8.0, 0.7, Naming.LEGEND, True, True, "A & <b>", 96)


def undated(content: bytes) -> bytes:
    """A file without the dates and the numbers that a PDF has."""
    return re.sub(rb"/(CreationDate|ModDate|ID)[^\n]*|<xmp:\w+Date>[^<]*|uuid:[-\w]+", b"", content)


def set_page(window: MainWindow) -> None:
    """Show a family beside the others, of which one is hidden, curves on other axes, and a page that is set up."""
    studio = window.studio
    studio.add(Schedule("linear", 500))
    studio.set_visible(studio.state.entries[0].key, False)
    studio.add(specified("cosine:T=100,s=0.01..0.05,n=3"), name="family")
    studio.set_objective(Objective.parse("train:predict=v_prediction,weight=min_snr"))
    studio.set_curves(("betas", "snr", "loss_weight"))
    studio.set_log("betas", True)
    studio.set_log("snr", False)
    studio.set_axis("log_snr")
    window.desk.figures.restore(PAGE)
    window.desk.figures.show_figure()


@pytest.mark.parametrize(
    ("suffix", "view"),
    [(".pdf", View.PLAIN), (".png", View.PLAIN), (".svg", View.PLAIN), (".svg", View.DIFFERENCE), (".svg", View.RATIO)],
)
def test_figures_come_back_bit_for_bit(
    suffix: str, view: View, window: MainWindow, qtbot: QtBot, saved: Callable[[str, Callable[[], None]], Path]
) -> None:
    set_page(window)
    window.studio.set_view(view)
    path = saved(f"figure{suffix}", window.desk.figures.save)
    change_everything(window)
    window.studio.set_log("snr", True)
    window.studio.set_view(View.DIFFERENCE if view is View.PLAIN else View.PLAIN)
    window.desk.figures.restore(PageSettings())
    drop(window, qtbot, path)
    before = window.studio.state
    take_offer(window, qtbot)
    assert window.desk.figures.settings == PAGE
    assert undated(saved(f"again{suffix}", window.desk.figures.save).read_bytes()) == undated(path.read_bytes())
    assert str(path.parent).encode() not in path.read_bytes()
    shell = path.parent / f"shell{suffix}"
    assert main(["figure", "--recipe", str(path), "-o", str(shell)]) == 0
    assert undated(shell.read_bytes()) == undated(path.read_bytes())
    window.studio.undo()
    assert window.studio.state.document == before.document


@pytest.mark.parametrize("name", ["plots.svg", "plots.png", "figure.svg", "report.html", "sheet.png"])
def test_letters_and_looks_come_back_where_others_are_hidden(
    name: str, window: MainWindow, qtbot: QtBot, saved: Callable[[str, Callable[[], None]], Path]
) -> None:
    studio, desk = window.studio, window.desk
    studio.remove(studio.state.entries[0].key)
    for schedule in (Schedule("jsd", 20), Schedule("linear", 300), Schedule("sigmoid", 30)):
        studio.add(schedule)
    _, hidden, chosen, last = studio.state.entries
    studio.set_visible(hidden.key, False)
    studio.set_visible(last.key, False)
    studio.select(chosen.key)
    studio.set_t(123)
    desk.figures.show_figure()
    saves = {
        "plots.svg": desk.files.save_plots,
        "plots.png": desk.files.save_plots,
        "figure.svg": desk.figures.save,
        "report.html": desk.reports.export_report,
        "sheet.png": desk.pictures.save_pictures,
    }

    def seen_and_saved(name: str, how: Callable[[], None]) -> Path:
        qtbot.waitUntil(lambda: window.panel(CurvesPanel).state is studio.state)
        return saved(name, how)

    before, path = studio.state, seen_and_saved(name, saves[name])
    change_everything(window)
    drop(window, qtbot, path)
    take_offer(window, qtbot)

    state = studio.state
    assert [looks(before, each) for each in before.visible] == [looks(state, each) for each in state.visible]
    assert looks(state, state.current) == looks(before, before.current)
    assert len(state.entries) == 3
    if name == "figure.svg":
        assert main(["figure", f"--recipe={path}", "-o", str(path.parent / "shell.svg")]) == 0
        assert (path.parent / "shell.svg").read_bytes() == path.read_bytes()
    assert seen_and_saved(f"again-{name}", saves[name]).read_bytes() == path.read_bytes()


def looks(state: State, entry: Entry) -> tuple[object, ...]:
    """What tells an entry from the others."""
    return state.letter(entry), state.title(entry), entry.style, str(entry.schedule), state.t_of(entry)


def test_the_page_opens_as_a_figure_from_the_shell_was_made(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "shell.svg"
    assert main(["figure", "--schedule=jsd:T=20", "--width=55", "--names=none", "-o", str(path)]) == 0
    drop(window, qtbot, path)
    take_offer(window, qtbot)
    page = window.findChild(FigureDialog)
    assert page is not None
    assert page.isVisible()
    assert page.fields.settings == PageSettings(55.0, naming=Naming.NONE, whole=True)


def test_a_table_comes_back_without_its_file(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, saved: Callable[[str, Callable[[], None]], Path]
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("betas\n0.01\n0.02\n0.5\n")
    drop(window, qtbot, table)
    path = saved("sheet.png", window.desk.pictures.save_pictures)
    assert str(tmp_path).encode() not in path.read_bytes()
    table.unlink()
    change_everything(window)
    drop(window, qtbot, path)
    take_offer(window, qtbot)
    entry = window.studio.state.entries[-1]
    assert (entry.schedule.betas.tolist(), entry.schedule.path, entry.name) == ([0.01, 0.02, 0.5], "", "table.csv")


@pytest.mark.parametrize("line", [Line("ddim", (("eta", 1.0),), 3, "karras:rho=5"), Line("unipc", (), 4)])
def test_a_run_comes_back_bit_for_bit(
    line: Line, window: MainWindow, qtbot: QtBot, saved: Callable[[str, Callable[[], None]], Path]
) -> None:
    studio, samples = window.studio, window.desk.samples

    def run() -> None:
        samples.run()
        qtbot.waitUntil(lambda: samples.phase is Phase.IDLE and not window.desk.busy, timeout=PATIENCE_S * 1000)

    window.panel(SamplingPanel)
    act(window, "run")
    qtbot.waitUntil(lambda: samples.phase is Phase.IDLE and not window.desk.busy, timeout=PATIENCE_S * 1000)
    studio.set_sampling(lines=(line,), seed=6, pictures=2)
    run()
    first, arrays = saved("grid.png", samples.saves.save_grid), saved("run.npz", samples.saves.save_tensors)
    moving = saved("path.gif", samples.saves.save_run)
    studio.set_sampling(lines=(Line("euler", (), 2),), seed=1, pictures=1)
    before = studio.state
    drop(window, qtbot, arrays)
    assert studio.state.document == before.document
    take_offer(window, qtbot)
    assert replace(studio.state.sampling.line, key=0) == line
    run()
    assert saved("again.png", samples.saves.save_grid).read_bytes() == first.read_bytes()
    assert saved("again.gif", samples.saves.save_run).read_bytes() == moving.read_bytes()
    again = saved("again.npz", samples.saves.save_tensors)
    with np.load(arrays) as one, np.load(again) as other:
        assert all(np.array_equal(one[name], other[name]) for name in one.files)
    for path in (first, arrays, moving):
        assert str(path.parent).encode() not in path.read_bytes()


def test_a_checkpoint_that_is_not_known_is_named_in_one_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    elsewhere = RecipeCheckpoint("their-model.pt", "0" * 40, "0" * 64)
    recipe = Recipe("samples", run=RecipeRun(elsewhere, SamplerSettings("ddim", (), 7), {"seed": 5}), picture="dog.png")
    (tmp_path / "grid.png").write_bytes(png_with((tmp_path / "cat.png").read_bytes(), recipe_text(recipe)))
    drop(window, qtbot, tmp_path / "grid.png")
    take_offer(window, qtbot)
    assert "their-model.pt" in window.toast.text
    assert "dog.png" in window.toast.text
    sampling = window.studio.state.sampling
    assert (sampling.checkpoint, sampling.line.solver, sampling.seed) == ("pixel-portraits", "ddim", 5)


def test_what_is_set_up_is_named_and_one_click_goes_back(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    names = ("linear", "cosine:T=30", "jsd", "sigmoid")
    recipe = Recipe("report", tuple(map(RecipeSchedule, names)), picture="dog\u202e.png", run=None)
    (tmp_path / "grid.png").write_bytes(png_with((tmp_path / "cat.png").read_bytes(), recipe_text(recipe)))
    drop(window, qtbot, tmp_path / "grid.png")
    qtbot.waitUntil(lambda: offer(window) is not None)
    assert "made: linear, cosine:T=30, jsd, …, dog" in window.toast.text
    assert "\u202e" not in window.toast.text
    before = window.studio.state
    take_offer(window, qtbot)
    assert "set up as grid.png was made" in window.toast.text
    qtbot.waitUntil(lambda: offer(window, "Undo") is not None)
    undo = offer(window, "Undo")
    assert undo is not None
    undo.click()
    assert window.studio.state.document == before.document


def test_an_offer_stays_until_it_is_taken_or_closed(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    text = recipe_text(Recipe("figure", (RecipeSchedule("jsd"),)))
    (tmp_path / "a.png").write_bytes(png_with((tmp_path / "cat.png").read_bytes(), text))
    drop(window, qtbot, tmp_path / "a.png")
    qtbot.waitUntil(lambda: offer(window) is not None)
    assert not [each for each in window.toast.findChildren(QTimer) if each.isActive()]
    window.messages.say("something else")
    assert [each for each in window.toast.findChildren(QTimer) if each.isActive()]


def test_a_broken_recipe_is_a_picture_with_a_sentence(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    text = recipe_text(Recipe("figure", (RecipeSchedule("custom:path=/etc/passwd"),)))
    (tmp_path / "bad.png").write_bytes(png_with((tmp_path / "cat.png").read_bytes(), text))
    drop(window, qtbot, tmp_path / "bad.png")
    assert window.studio.state.picture is not None
    assert window.studio.state.picture.name == "bad.png"
    assert offer(window) is None
    assert "bad.png" in window.toast.text


def test_a_drawing_without_one_is_told(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"></svg>')
    before = window.studio.state
    drop(window, qtbot, tmp_path / "a.svg")
    assert "a.svg" in window.toast.text
    assert window.studio.state.document == before.document


def test_a_report_comes_back_byte_for_byte(
    window: MainWindow, qtbot: QtBot, saved: Callable[[str, Callable[[], None]], Path]
) -> None:
    studio, samples = window.studio, window.desk.samples
    studio.rename(studio.state.selected, '</title><script>"')
    studio.add_steps(StepsSpec.parse("karras:steps=5"))
    studio.add(specified("cosine:T=100,s=0.01..0.02,n=3"))
    studio.set_seed(5)
    first = studio.state
    lines = (Line("ddim", (("eta", 1.0),), 3), Line("unipc", (), 2, along=first.entries[1].key, key=1))
    window.panel(SamplingPanel)
    act(window, "run")
    qtbot.waitUntil(lambda: samples.phase is Phase.IDLE and not window.desk.busy, timeout=PATIENCE_S * 1000)
    studio.set_sampling(lines=lines, seed=6, pictures=2)
    samples.run()
    qtbot.waitUntil(lambda: samples.phase is Phase.IDLE and not window.desk.busy, timeout=PATIENCE_S * 1000)
    page = saved("report.html", window.desk.reports.export_report)
    change_everything(window)
    studio.set_sampling(lines=(Line("euler", (), 2),), seed=1)
    before = studio.state
    drop(window, qtbot, page)
    assert studio.state.document == before.document
    take_offer(window, qtbot)
    now = studio.state
    assert [(str(e.spec), e.name, e.steps) for e in now.entries] == [
        (str(e.spec), e.name, e.steps) for e in first.entries
    ]
    assert (now.curves, now.seed, now.sampling.seed) == (first.curves, 5, 6)
    assert now.picture is not None
    assert now.picture.name == "cat.png"
    assert [(line.solver, line.steps) for line in now.sampling.lines] == [("ddim", 3), ("unipc", 2)]
    assert now.sampling.lines[1].along == now.entries[1].key
    assert str(page.parent) not in page.read_text("utf-8")
    samples.run()
    qtbot.waitUntil(lambda: samples.phase is Phase.IDLE and not window.desk.busy, timeout=PATIENCE_S * 1000)
    assert saved("again.html", window.desk.reports.export_report).read_bytes() == page.read_bytes()
    studio.undo()
    assert studio.state.document == before.document


def test_a_copied_picture_says_how_it_was_made(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    studio, pictures = window.studio, window.desk.pictures
    studio.set_t(77)
    pictures.copy_picture(PictureAt(studio.state.entries[1], 42))
    mime = QApplication.clipboard().mimeData()
    (tmp_path / "copied.png").write_bytes(bytes(mime.data("image/png").data()))
    assert recipe_in(tmp_path / "copied.png") is not None
    change_everything(window)
    window.desk.files.paste()
    settle(window, qtbot)
    assert studio.state.picture is not None
    assert studio.state.picture.source == ""
    take_offer(window, qtbot)
    assert [(str(each.schedule), studio.state.t_of(each)) for each in studio.state.entries] == [("cosine:T=1000", 42)]
    window.preferences.change(recipes=False)
    pictures.copy_picture(PictureAt(studio.state.entries[0], 42))
    assert not QApplication.clipboard().mimeData().hasFormat(RECIPE)


def test_a_figure_that_is_copied_says_how_it_was_made(window: MainWindow, qtbot: QtBot) -> None:
    window.desk.figures.show_figure()
    window.desk.figures.copy_picture()
    change_everything(window)
    window.desk.files.paste()
    settle(window, qtbot)
    take_offer(window, qtbot)
    assert [str(each.schedule) for each in window.studio.state.entries] == ["linear:T=300", "cosine:T=1000"]


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_a_plot_that_is_copied_says_how_it_was_made(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.panel(CurvesPanel)
    window.studio.set_view(View.RATIO)
    panel.grid.menu_requested.emit("betas", QPoint())
    menu = panel.findChild(PlotMenu)
    assert menu is not None
    menu.copy_plot.trigger()
    menu.close()
    change_everything(window)
    window.studio.set_view(View.PLAIN)
    window.desk.files.paste()
    settle(window, qtbot)
    take_offer(window, qtbot)
    state = window.studio.state
    assert [str(each.schedule) for each in state.entries] == ["linear:T=300", "cosine:T=1000"]
    assert (state.curves, state.view) == (("betas",), View.RATIO)


def test_a_sample_that_is_copied_says_how_it_was_made(window: MainWindow, qtbot: QtBot) -> None:
    studio, samples = window.studio, window.desk.samples
    panel = window.panel(SamplingPanel)
    studio.set_sampling(lines=(Line("ddim", (("eta", 1.0),), 2),), seed=6, pictures=2)
    samples.run()
    qtbot.waitUntil(lambda: samples.phase is Phase.IDLE and not window.desk.busy, timeout=PATIENCE_S * 1000)
    qtbot.waitUntil(lambda: samples.recorded_run() is not None)
    panel.views.watch.offers.menu.copied.emit(QImage(8, 8, QImage.Format.Format_RGB32))
    change_everything(window)
    studio.set_sampling(lines=(Line("euler", (), 2),), seed=1)
    window.desk.files.paste()
    settle(window, qtbot)
    take_offer(window, qtbot)
    assert replace(studio.state.sampling.line, key=0) == Line("ddim", (("eta", 1.0),), 2)
    assert studio.state.sampling.seed == 6


def test_a_recipe_that_is_too_long_is_said_to_be_left_out(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, saved: Callable[[str, Callable[[], None]], Path]
) -> None:
    pictures, entry = window.desk.pictures, window.studio.state.entries[0]
    monkeypatch.setattr(recipe_json, "MOST_SCHEDULES", 0)
    assert recipe_in(saved("sheet.png", pictures.save_pictures)) is None
    assert "recipe is left out" in window.toast.text
    window.messages.say("something else")
    pictures.copy_picture(PictureAt(entry, 42))
    assert "recipe is left out" in window.toast.text
    window.preferences.change(recipes=False)
    saved("again.png", pictures.save_pictures)
    assert "left out" not in window.toast.text


@pytest.mark.parametrize("text", [b"{", b"\xff" * 100, b"[" * 100_000])
def test_what_is_no_recipe_on_the_clipboard_is_a_picture_with_a_sentence(
    text: bytes, window: MainWindow, qtbot: QtBot
) -> None:
    mime, image = QMimeData(), QImage(9, 9, QImage.Format.Format_RGB32)
    image.fill(0)
    mime.setImageData(image)
    mime.setData(RECIPE, text)
    window.desk.files.take(mime)
    settle(window, qtbot)
    assert window.studio.state.picture is not None
    assert window.studio.state.picture.full_size == (9, 9)
    assert offer(window) is None
    assert "cannot be read" in window.toast.text
