"""What is on the screen is what would be there if all were painted again, though only what has changed is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from tests.gui.windows import active_window, settle

SPECS = ("linear:T=1000", "cosine:T=1000", "linear:T=1000,snr_shift=2")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1440, 900), [Schedule.parse(spec) for spec in SPECS], 400) as window:
        settle()
        yield window


def forgetting_rail(window: MainWindow) -> QWidget:
    rail = window.panel(CurvesPanel).rail
    for kept in (rail._pictures, rail._grounds, rail._known):
        kept.clear()
    return rail


def forgetting_scales(window: MainWindow) -> QWidget:
    scales = window.panel(TimelinePanel).scales
    scales._ground = ((), scales._ground[1])
    return scales


PARTS: dict[str, Callable[[MainWindow], QWidget]] = {
    "equation": lambda window: window.panel(EquationPanel),
    "pictures": lambda window: window.panel(PicturePanel).gallery,
    "rail": forgetting_rail,
    "scales": forgetting_scales,
}

CHANGES: dict[str, Callable[[MainWindow], object]] = {
    "a parameter": lambda window: window.studio.set_parameter("beta_end", 0.03),
    "the length": lambda window: window.studio.set_parameter("T", 700),
    "t": lambda window: window.studio.set_t(650),
    "what is selected": lambda window: window.studio.select(window.studio.state.entries[1].key),
    "one less": lambda window: window.studio.set_visible(window.studio.state.entries[1].key, False),
    "a name": lambda window: window.studio.rename(window.studio.state.entries[1].key, "another"),
    "the axis": lambda window: window.studio.set_axis("log_snr"),
    "the y axis": lambda window: window.studio.set_log("betas", True),
}


def test_the_screen_shows_what_painting_everything_would(window: MainWindow) -> None:
    for change in (*CHANGES, *reversed(CHANGES)):
        CHANGES[change](window)
        settle()
        places = {part: place_of(window, widget_of(window)) for part, widget_of in PARTS.items()}
        shown = QApplication.primaryScreen().grabWindow(window.winId()).toImage()
        painted = window.grab().toImage()
        assert [part for part, place in places.items() if not alike(shown.copy(place), painted.copy(place))] == [], (
            change
        )


def place_of(window: MainWindow, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def alike(image: QImage, other: QImage) -> bool:
    """Whether two images are the same but for the rounding of pictures that are painted smaller, in parts or whole."""
    return bool(np.abs(values_of(image) - values_of(other)).max() <= 2)


def values_of(image: QImage) -> NDArray[np.int16]:
    plain = image.convertToFormat(QImage.Format.Format_RGBX8888)
    return np.frombuffer(plain.constBits(), np.uint8).astype(np.int16)
