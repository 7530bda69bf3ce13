"""The page of figures: what is set on it, what the preview shows, and the files and pictures that come of it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QRect
from PySide6.QtGui import QAction, QFont, QFontDatabase, QFontMetricsF, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.presets import PRESETS
from ddpm_studio.diffusion.schedule_family import specified
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.figures.artwork import FONTS, Words
from ddpm_studio.figures.composing import artwork_of
from ddpm_studio.figures.figure import Figure, FigureLine, Naming
from ddpm_studio.figures.line_looks import DASHES, LOOKS
from ddpm_studio.figures.page_settings import PageSettings
from ddpm_studio.figures.typesetting import name_runs, width_of
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.printing.artwork_painting import words_width
from ddpm_studio.gui.printing.colour_vision import Vision, seen
from ddpm_studio.gui.printing.figure_dialog import FigureDialog
from ddpm_studio.gui.printing.figure_formats import POINTS_PER_INCH, pdf_of, picture_of
from ddpm_studio.gui.printing.kept_page import settings_of, settings_text
from ddpm_studio.gui.projects.taking import Taking
from ddpm_studio.gui.state.window import View
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.widgets.dialogs import SaveFormat
from tests.gui.finding import child
from tests.gui.windows import settle, show_change

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> FigureDialog:
    """The page over two schedules, one of which has a name."""
    window.studio.set_schedule(Schedule.parse("linear:T=1000"))
    window.studio.add(specified("cosine:T=1000"), name=HOSTILE)
    show_change(window, qtbot)
    action = window.findChild(QAction, "show_figure")
    assert action is not None
    action.trigger()
    page = child(window, FigureDialog)
    settle()
    assert page.isVisible()
    assert not page.isModal()
    return page


def texts(page: FigureDialog) -> list[str]:
    """The words on the sheet."""
    assert page.artwork is not None
    return [mark.text for mark in page.artwork.marks if isinstance(mark, Words)]


def figure_on(page: FigureDialog) -> Figure:
    assert page.figure is not None
    return page.figure


def save_as(window: MainWindow, page: FigureDialog, path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Press Save, and name this file."""
    answer = str(path), SaveFormat("", path.suffix)
    monkeypatch.setattr(window.desk.dialogs, "save", lambda *given: answer)
    page.save.click()
    qtbot.waitUntil(lambda: not window.desk.busy)
    settle()


def test_the_page_shows_what_the_window_does(window: MainWindow, page: FigureDialog, qtbot: QtBot) -> None:
    figure = figure_on(page)
    assert [line.name for line in figure.lines] == ["linear T=1000", HOSTILE]
    assert figure.curves == (window.studio.state.curve,)
    assert figure.axis == window.studio.state.axis
    window.studio.set_axis("log_snr")
    window.studio.explain("betas")
    window.studio.set_log("betas", True)
    show_change(window, qtbot)
    settle()
    assert (figure_on(page).axis, figure_on(page).curves) == ("log_snr", ("betas",))
    assert figure_on(page).is_log(ALL_CURVES["betas"])
    window.studio.set_visible(window.studio.state.entries[0].key, False)
    show_change(window, qtbot)
    settle()
    assert [line.name for line in figure_on(page).lines] == [HOSTILE]


def test_of_a_family_every_member_has_a_line_and_one_its_name(
    window: MainWindow, page: FigureDialog, qtbot: QtBot
) -> None:
    window.studio.add(specified("cosine:T=100,s=0.01..0.05,n=3"), name="family")
    show_change(window, qtbot)
    settle()
    assert [line.name for line in figure_on(page).lines[2:]] == ["", "family", ""]


def test_what_is_set_holds_at_once_and_is_there_at_the_next_start(window: MainWindow, page: FigureDialog) -> None:
    fields = page.fields
    fields.column.setCurrentIndex(2)
    fields.column.activated.emit(2)
    fields.font_pt.setValue(6.0)
    fields.height_mm.setValue(70.0)
    fields.names.setCurrentIndex(1)
    fields.names.activated.emit(1)
    fields.title.setText("A")
    fields.title.textEdited.emit("A")
    fields.grey.click()
    figure = figure_on(page)
    assert (figure.width_mm, figure.height, figure.font_pt) == (183.0, 70.0, 6.0)
    assert (figure.naming, figure.title, figure.grey) == (Naming.LEGEND, "A", True)
    assert "183.0 × 70.0 mm" in page.status.text()
    kept = window.layout_text()["figure"]
    complaints: list[object] = []
    assert settings_of(Taking(kept, complaints)) == fields.settings  # type: ignore[arg-type]
    assert not complaints


@pytest.mark.parametrize(
    ("key", "value"),
    [("width_mm", 5), ("width_mm", "x"), ("height_mm", 1e9), ("naming", "x"), ("dpi", 1e12), ("font_pt", None)],
)
def test_settings_that_are_wrong_are_told_and_left_out(key: str, value: object) -> None:
    complaints: list[object] = []
    content = {**settings_text(PageSettings(grey=True)), key: value}
    assert settings_of(Taking(content, complaints)) == PageSettings(grey=True)  # type: ignore[arg-type]
    assert len(complaints) == 1


def test_what_has_no_room_is_said_in_place_of_the_preview(page: FigureDialog) -> None:
    page.fields.show_settings(replace(page.fields.settings, width_mm=20.0, font_pt=36.0))
    page.draw()
    assert page.figure is None
    assert not page.save.isEnabled()
    assert page.preview.sheet().isEmpty()
    assert page.preview.accessibleDescription() == page.preview._sentence != ""
    page.fields.show_settings(PageSettings())
    page.draw()
    assert page.save.isEnabled()
    assert not page.preview.accessibleDescription()


@pytest.mark.parametrize(
    ("view", "sign", "letter"), [(View.DIFFERENCE, " − A", "A"), (View.RATIO, " ÷ A", "A"), (View.RATIO, " ÷ B", "B")]
)
def test_a_view_that_compares_is_compared_in_the_figure_too(
    window: MainWindow, page: FigureDialog, qtbot: QtBot, view: View, sign: str, letter: str
) -> None:
    window.studio.set_view(view)
    window.studio.add(specified("sigmoid:T=300"))
    window.studio.set_visible(window.studio.state.entries[0].key, letter == "A")
    window.studio.explain("alphas_cumprod")
    show_change(window, qtbot)
    page.draw()
    state, figure = window.studio.state, page.figure
    assert figure is not None
    assert figure.symbol(ALL_CURVES["alphas_cumprod"]) == f"ᾱ_t{sign}"
    for entry, line in zip(state.visible, figure.shown, strict=True):
        shown = series.values(state, entry, "alphas_cumprod")
        np.testing.assert_array_equal(figure.values(line, ALL_CURVES["alphas_cumprod"]), shown)
    words = [mark for mark in artwork_of(figure).marks if isinstance(mark, Words)]
    switch = window.panel(CurvesPanel).views
    assert sign.strip() in {button.text() for button in switch.findChildren(QAbstractButton)}
    written = {word.text for word in words}
    assert f"ᾱt{sign}" in written
    first = state.title(state.visible[0])
    assert any(word.startswith(f"{letter}: {first[:6]}") for word in written)


def test_pdf_has_text_and_lines_and_no_pictures(
    window: MainWindow, page: FigureDialog, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "figure.pdf"
    save_as(window, page, path, qtbot, monkeypatch)
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    assert b"/FontFile" in content
    assert b"/Subtype /Image" not in content
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert box is not None
    assert float(box[1]) == pytest.approx(89 / 25.4 * 72, abs=0.5)
    assert f"Saved {path}" in page.status.text()


def test_svg_png_and_script(
    window: MainWindow, page: FigureDialog, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for suffix in (".svg", ".png", ".py"):
        save_as(window, page, tmp_path / f"figure{suffix}", qtbot, monkeypatch)
    root = ElementTree.fromstring((tmp_path / "figure.svg").read_bytes())
    assert not [each for each in root.iter() if each.tag.endswith("script")]
    with Image.open(tmp_path / "figure.png") as image:
        assert image.width == round(89 / 25.4 * 600)
        assert image.info["dpi"] == pytest.approx((600, 600), abs=0.1)
    compile((tmp_path / "figure.py").read_text("utf-8"), "figure.py", "exec")


def test_another_suffix_is_refused(
    window: MainWindow, page: FigureDialog, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_as(window, page, tmp_path / "figure.eps", qtbot, monkeypatch)
    for said in (window.toast.text, page.status.text()):
        assert "one of .pdf, .svg, .png, .py" in said
    assert not [*tmp_path.iterdir()]


def test_picture_and_script_are_copied(window: MainWindow, page: FigureDialog, qtbot: QtBot) -> None:
    page.fields.show_settings(replace(page.fields.settings, dpi=100))
    page.fields.chosen.emit(page.fields.settings)
    page.copy.click()
    image = QApplication.clipboard().image()
    assert image.width() == round(8900 / 25.4)
    page.copy_script.click()
    qtbot.waitUntil(lambda: not window.desk.busy)
    assert "import matplotlib.pyplot as plt" in QApplication.clipboard().text()
    assert HOSTILE[:8] in QApplication.clipboard().text()
    assert page.status.text() == "The script is on the clipboard."


def test_too_many_pixels_are_refused(window: MainWindow, page: FigureDialog) -> None:
    page.fields.show_settings(replace(page.fields.settings, dpi=2400, width_mm=1000.0, height_mm=1000.0))
    page.fields.chosen.emit(page.fields.settings)
    page.copy.click()
    assert "choose fewer dpi than 2400" in window.toast.text


def test_a_plot_s_menu_opens_the_page_with_its_curve(window: MainWindow, qtbot: QtBot) -> None:
    menu = window.panel(CurvesPanel)._menu
    menu.curve = "sigmas"
    menu.figure.trigger()
    show_change(window, qtbot)
    settle()
    assert figure_on(child(window, FigureDialog)).curves == ("sigmas",)


def test_the_preview_is_light_paper_and_looks_as_others_see_it(page: FigureDialog) -> None:
    def colours() -> np.ndarray:
        image = page.preview.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        sheet = page.preview.sheet().toAlignedRect().adjusted(2, 2, -2, -2)
        part = image.copy(sheet)
        rows = np.frombuffer(part.constBits(), np.uint8).reshape(part.height(), part.bytesPerLine())
        return rows[:, : 3 * part.width()].reshape(-1, 3).astype(int)

    assert (colours() == 255).all(axis=1).mean() > 0.8
    assert (np.ptp(colours(), axis=1) > 100).any()
    page.vision.setCurrentIndex(page.vision.findData(Vision.GREY))
    page.vision.activated.emit(page.vision.currentIndex())
    assert np.ptp(colours(), axis=1).max() <= 1


def test_the_preview_is_the_picture_pixel_by_pixel(page: FigureDialog) -> None:
    """Stretched to a place with fractions, the picture would lose a row, and words the tops of their letters."""
    assert page.artwork is not None
    for height in range(400, 410):
        page.preview.resize(600, height)
        sheet = page.preview.sheet()
        picture = picture_of(page.artwork, sheet.width() / page.artwork.width * POINTS_PER_INCH)
        shown = page.preview.grab().toImage().copy(QRect(sheet.topLeft().toPoint(), picture.size()))
        assert shown.convertToFormat(picture.format()) == picture, height


def test_who_sees_no_green_or_no_red_sees_grey_as_it_is_and_confuses_what_they_confuse() -> None:
    greys = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    for vision in Vision:
        np.testing.assert_allclose(seen(greys, vision), greys, atol=1)
    red, green = np.array([200, 60, 60], dtype=np.uint8), np.array([110, 110, 60], dtype=np.uint8)
    away = {vision: np.abs(seen(red, vision).astype(int) - seen(green, vision)).max() for vision in Vision}
    assert away[Vision.DEUTERANOPIA] < away[Vision.USUAL] / 2


@pytest.mark.parametrize("family", FONTS)
def test_no_words_are_wider_than_they_are_taken_to_be(family: str, qtbot: QtBot) -> None:
    """Names of presets, ticks and the words of every panel; in DejaVu Sans, which every Linux has, at the least."""
    if family not in QFontDatabase.families() and family != "DejaVu Sans":
        return
    font = QFont(family)
    font.setPixelSize(1000)
    metrics = QFontMetricsF(font)
    names = [str(preset.name) for preset in PRESETS] + [
        "−10000",
        "0.0001",
        "cosine T=1000, s=0.008",
        HOSTILE,
        "WWW mmm",
    ]
    for name in names:
        assert metrics.horizontalAdvance(name) / 1000 <= width_of(name_runs(name), 1.0), name


def test_no_words_on_a_sheet_are_wider_than_their_room(qtbot: QtBot) -> None:
    for curve in ALL_CURVES:
        line = FigureLine(Schedule("cosine", 1000), "cosine T=1000, s=0.008 zero_snr")
        artwork = artwork_of(Figure((line,), (curve,), width_mm=183.0))
        for words in (mark for mark in artwork.marks if isinstance(mark, Words)):
            assert words_width(words) <= width_of(words.runs, words.size), words.text


def test_pdf_of_every_curve_can_be_drawn(qtbot: QtBot) -> None:
    line = FigureLine(Schedule("cosine", 100), "\udcff\x00", dash=DASHES[1])
    artwork = artwork_of(Figure((line,), tuple(ALL_CURVES), width_mm=183.0, height_mm=600.0))
    assert pdf_of(artwork).startswith(b"%PDF-")


def test_lines_have_the_colours_that_they_have_in_the_light_window() -> None:
    assert [look.colour for look in LOOKS] == [style.light for style in STYLES]
    dashes = {style.dash: look.dash for style, look in zip(STYLES, LOOKS, strict=True)}
    assert len(dashes) == len(DASHES)
    assert all(dashes[style.dash] == look.dash for style, look in zip(STYLES, LOOKS, strict=True))
