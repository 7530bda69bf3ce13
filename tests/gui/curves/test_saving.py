from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from ddpm_studio.diffusion.schedule_family import specified
from ddpm_studio.errors import FileError
from ddpm_studio.gui.curves.legend import LegendStrip
from ddpm_studio.gui.curves.press import ALL_PLOTS, Press
from ddpm_studio.gui.styles import STYLES
from tests.gui.curves.conftest import Bench, save_plots
from tests.gui.finding import child


def has_colour(picture: Image.Image, colour: str, within: int = 40) -> bool:
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return bool((np.abs(np.asarray(picture.convert("RGB"), dtype=int) - rgb).max(-1) < within).any())


def thumbnail(image: QImage) -> NDArray[np.float64]:
    smooth = Qt.TransformationMode.SmoothTransformation
    small = image.scaled(60, 30, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    return np.array([[small.pixelColor(x, y).lightnessF() for x in range(60)] for y in range(30)]).ravel()


def test_all_plots_are_saved_as_png_at_twice_the_size(bench: Bench, tmp_path: Path) -> None:
    save_plots(bench.panel, str(tmp_path / "plots.png"))
    with Image.open(tmp_path / "plots.png") as picture:
        assert picture.format == "PNG"
        assert picture.width == 2 * ALL_PLOTS.width()
        assert picture.height > 2 * ALL_PLOTS.height()
        for style in STYLES[:3]:
            assert has_colour(picture, style.light)


def test_one_plot_is_saved_alone(bench: Bench, tmp_path: Path) -> None:
    before = bench.panel.grab().toImage()
    save_plots(bench.panel, str(tmp_path / "one.PNG"), "snr_db")
    with Image.open(tmp_path / "one.PNG") as picture:
        assert picture.width == 1120
    bench.settle()
    assert bench.panel.grab().toImage() == before
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not bench.panel.findChildren(Press)


def test_plots_are_saved_as_they_are_zoomed(bench: Bench) -> None:
    grid = bench.panel.grid
    plot = grid.plots()[0]
    whole = bench.panel._sheet(plot.curve.name).image()
    grid.zoom(4.0)
    along = bench.panel._sheet(plot.curve.name).image()
    grid.zoom_y(plot, 3.0)
    both = bench.panel._sheet(plot.curve.name).image()
    grid.reset_zoom()
    assert bench.panel._sheet(plot.curve.name).image() == whole
    assert whole != along != both


@pytest.mark.parametrize("name", ["", "betas"])
def test_svg_is_a_drawing_that_looks_like_the_png(bench: Bench, tmp_path: Path, name: str) -> None:
    save_plots(bench.panel, str(tmp_path / "plots.svg"), name)
    save_plots(bench.panel, str(tmp_path / "plots.png"), name)
    root = ElementTree.parse(tmp_path / "plots.svg").getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not list(root.iter("{http://www.w3.org/2000/svg}image"))
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "linear T=1000" in texts
    assert texts.count("betas") == 1
    cut = [text.text for part in root.iter() if part.get("clip-path") for text in part.iter() if text.text]
    assert any(cut)
    assert "betas" not in cut
    png = QImage(str(tmp_path / "plots.png"))
    drawn = QImage(png.size(), QImage.Format.Format_RGB32)
    with QPainter(drawn) as painter:
        QSvgRenderer(str(tmp_path / "plots.svg")).render(painter)
    small = [thumbnail(image) for image in (png, drawn)]
    assert np.asarray(np.corrcoef(small))[0, 1] > 0.8


def test_a_figure_says_in_its_description_what_its_schedules_are(bench: Bench, tmp_path: Path) -> None:
    bench.studio.set_parameter("beta_end", 0.03)
    bench.settle()
    for suffix in (".png", ".svg"):
        save_plots(bench.panel, str(tmp_path / f"plots{suffix}"))
    with Image.open(tmp_path / "plots.png") as picture:
        in_png = picture.info["Description"]
    in_svg = ElementTree.parse(tmp_path / "plots.svg").getroot().findtext("{http://www.w3.org/2000/svg}desc")
    assert in_png == in_svg
    assert in_png.splitlines()[0] == "A linear T=1000: linear:T=1000,beta_end=0.03"


def test_a_figure_of_a_family_says_what_is_drawn_and_of_which_member_its_numbers_are(bench: Bench) -> None:
    bench.studio.add(specified("cosine:T=1000,s=0.005..0.03,n=5"))
    bench.studio.add(specified("cosine:T=1000,s=0.01"))
    bench.settle()
    sheet = bench.panel._sheet("")
    assert sheet.legend.about().splitlines()[-2:] == [
        "D cosine T=1000, s 0.005 … 0.03; s=0.0175: cosine:T=1000,s=0.005..0.03,n=5",
        "E cosine T=1000, s=0.01: cosine:T=1000,s=0.01",
    ]
    assert sheet.image().text("Description") == sheet.legend.about()
    titles = [" ".join(lines) for lines in sheet.legend._titles(2000).values()]
    assert titles[-2:] == ["cosine T=1000, s 0.005 … 0.03; s=0.0175", "cosine T=1000, s=0.01"]
    said = child(bench.panel, LegendStrip).accessibleDescription()
    assert "; D cosine T=1000, s=0.0175, t = " in said


def test_another_suffix_is_refused_with_the_remedy_and_nothing_is_written(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"“\.bmp”; plots are saved as \.png or \.svg"):
        save_plots(bench.panel, str(tmp_path / "plots.bmp"))
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_refused(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="folder does not exist"):
        save_plots(bench.panel, str(tmp_path / "nowhere" / "plots.svg"))
