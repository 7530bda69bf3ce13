"""The small parts: recent checkpoints, the heat map, how a run goes in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.recent import LIMIT, Recent
from ddpm_studio.gui.sampling.pages import heat_map as heat_map_module
from ddpm_studio.gui.sampling.pages.heat_map import NEGATIVE, POSITIVE, HeatMap
from ddpm_studio.gui.sampling.pages.solver_page import SolverPage
from ddpm_studio.gui.sampling.pages.views import LEAST, Page
from ddpm_studio.gui.sampling.progress import Progress, duration
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.run import SamplerSpec
from ddpm_studio.gui.theme import DARK, LIGHT, Tokens
from ddpm_studio.gui.widgets.focus import KeylessScrollArea
from ddpm_studio.gui.widgets.qimages import to_qimage
from tests.gui.finding import child


def test_recent_keeps_the_newest_first_and_ten_at_most(tmp_path: Path) -> None:
    recent = Recent(tmp_path / "deep" / "recent.json")
    for number in range(15):
        recent.add(f"model-{number}")
    recent.add("model-9")
    assert len(recent.paths()) == LIMIT
    assert recent.paths()[:2] == ("model-9", "model-14")


@pytest.mark.parametrize("content", ["{", '{"a": 1}', "[1, 2]", "\x00"])
def test_a_broken_list_of_recent_ones_is_an_empty_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "recent.json").write_text(content)
    assert Recent(tmp_path / "recent.json").paths() == ()


def test_a_list_that_cannot_be_kept_disturbs_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    recent = Recent(tmp_path / "file" / "recent.json")
    recent.add("model")
    assert recent.paths() == ()


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_weights_are_coloured_by_sign_and_told_under_the_mouse(qtbot: QtBot, tokens: Tokens) -> None:
    heat_map = HeatMap()
    qtbot.addWidget(heat_map)
    heat_map.set_theme(tokens)
    heat_map.resize(300, 200)
    heat_map.set_weights(np.array([[2.0, 0.0], [-1.0, 0.5]]))
    place, image = heat_map.map_rect(), heat_map.grab().toImage()
    quarter = place.width() / 4, place.height() / 4
    positive = image.pixelColor(int(place.left() + quarter[0]), int(place.top() + quarter[1]))
    negative = image.pixelColor(int(place.left() + quarter[0]), int(place.top() + 3 * quarter[1]))
    assert positive.blue() > positive.red()
    assert negative.red() > negative.blue()
    told = heat_map.text_at(place.left() + quarter[0], place.top() + 3 * quarter[1])
    assert told == "Weight of output 1 after call 2: −1"
    assert heat_map.text_at(0, 0) == ""


def test_no_weight_is_too_thin_to_be_seen(qtbot: QtBot) -> None:
    """Of more calls than there are pixels the largest weight shows: rows and columns are not left out."""
    heat_map = HeatMap()
    qtbot.addWidget(heat_map)
    heat_map.resize(250, 120)
    for cell in range(20, 880, 37):
        weights = np.zeros((900, 900))
        weights[cell, 899 - cell], weights[cell // 2, 899 - cell] = -1.0, 0.25
        heat_map.set_weights(weights)
        place, image = heat_map.map_rect(), heat_map.grab().toImage()
        x = int(place.left() + (899.5 - cell) / 900 * place.width())
        for row, seen in ((cell, NEGATIVE), (cell // 2, POSITIVE)):
            y = int(place.top() + (row + 0.5) / 900 * place.height())
            around = [image.pixelColor(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
            assert any((color.blue() > color.red()) == (seen != NEGATIVE) and color.red() < 255 for color in around)


def test_what_is_painted_again_is_not_coloured_again(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    coloured = list[tuple[int, ...]]()

    def noted(pixels: NDArray[np.uint8]) -> QImage:
        coloured.append(pixels.shape[:2])
        return to_qimage(pixels)

    monkeypatch.setattr(heat_map_module, "to_qimage", noted)
    heat_map = HeatMap()
    qtbot.addWidget(heat_map)
    heat_map.resize(300, 200)
    heat_map.set_weights(np.tri(1000))

    def tables() -> list[tuple[int, ...]]:
        """The sizes of the tables that were coloured since, but for that of the scale."""
        coloured.clear()
        for _ in range(3):
            heat_map.grab()
        return [size for size in coloured if size[1] > 1]

    place = heat_map.map_rect()
    assert tables() == [(round(place.height()), round(place.width()))]
    heat_map.show_computing()
    assert tables() == []
    heat_map.set_weights(np.tri(5))
    assert tables() == [(5, 5)]
    heat_map.set_theme(DARK)
    assert tables() == [(5, 5)]
    heat_map.set_weights(np.tri(1000))
    heat_map.resize(200, 200)
    assert tables() == [(round(place.height()), round(heat_map.map_rect().width()))]


def test_a_block_of_calls_is_told_of_as_one(qtbot: QtBot) -> None:
    heat_map = HeatMap()
    qtbot.addWidget(heat_map)
    heat_map.resize(400, 300)
    heat_map.set_weights(np.array([[0.5, 0.0], [-0.25, 1.0]]), 3)
    place = heat_map.map_rect()
    quarter = place.width() / 4, place.height() / 4
    told = heat_map.text_at(place.left() + quarter[0], place.top() + 3 * quarter[1])
    assert told == "Largest weight of output 1 after call 2–3: −0.25"


def test_a_run_in_words() -> None:
    progress = Progress(5, 20, 2.0, "CPU")
    assert progress.going_on() == "call 5 of 20 · 2.5 it/s · 6.0 s left · NFE 20 · CPU"
    assert progress.ended(stopped=False) == "5 of 20 calls in 2.0 s · 2.5 it/s · NFE 20 · CPU"
    assert progress.ended(stopped=True) == "stopped after 5 of 20 calls, 2.0 s · 2.5 it/s · CPU"
    assert Progress(900, 1000, 0.5, "CPU").going_on().startswith("call 900 of 1000 · 1800 it/s")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.44, "0.4 s"), (12.3, "12 s"), (185, "3:05 min"), (7805, "2:10 h"), (3599.6, "1:00 h")]
)
def test_durations_in_words(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_the_legend_of_a_solver_with_a_long_memory_stays_short(qtbot: QtBot) -> None:
    view = SolverPage()
    qtbot.addWidget(view)
    table = SamplerSpec("pndm", (), 20).table(Schedule("linear", 1000))
    assert table.history == 13
    view.show_table(table, "epsilon")
    names = [line.name for line in view.plot.lines()]
    assert [name for name in names if name] == [
        "A",
        *(f"B<sub>{back}</sub>" for back in range(4)),
        "B<sub>4…12</sub>",
        "C",
    ]


@pytest.mark.parametrize("page", Page)
def test_the_panel_scrolls_for_no_page_that_is_not_in_view(qtbot: QtBot, page: Page) -> None:
    panel = SamplingPanel()
    qtbot.addWidget(panel)
    panel.resize(1100, 245)
    panel.show()
    panel._turn_to(page)
    QApplication.processEvents()
    scrolled = child(panel, KeylessScrollArea).verticalScrollBar()
    assert scrolled.maximum() == 0
    panel.resize(660, 90)
    QApplication.processEvents()
    shown = panel.views.currentWidget()
    assert shown is not None
    least = min(LEAST.height(), shown.minimumSizeHint().height())
    assert panel.views.height() >= least, "rows do not lie over each other"
    assert scrolled.maximum() > 0
