"""What the window says of several schedules at one moment, held against mathematics that is written out here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.curves.legend import LegendStrip
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.values.at_t import AtTModel
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.values.values_panel import ValuesPanel
from tests.gui.curves.conftest import save_plots
from tests.gui.finding import child
from tests.gui.windows import active_window

Array = NDArray[np.float64]

SPECS = {"A": "linear:T=300", "B": "cosine:T=1000", "C": "const:T=90,beta_end=0.05"}
EQUAL = {"t": "t", "t/T": "t/T", "log_snr": "log SNR", "sigma": "σ"}
"""What is equal, and the button that says so."""

ENTRY = re.compile(r"; ([A-Z]) [^;]*?, t = (\d+): ([^;]+)")
T = re.compile(r"t = (\d+)")
NAMED_T = re.compile(r", t = (\d+)")


def linear(T: int) -> Array:
    return np.linspace(1e-4, 0.02, T)


def cosine(T: int) -> Array:
    def f(t: Array) -> Array:
        return np.asarray(np.cos((t / T + 0.008) / 1.008 * np.pi / 2) ** 2)

    steps = np.arange(1.0, T + 1)
    return np.minimum(1 - f(steps) / f(steps - 1), 0.999)


ALPHAS_CUMPROD = {
    "A": np.cumprod(1 - linear(300)),
    "B": np.cumprod(1 - cosine(1000)),
    "C": np.cumprod(1 - np.full(90, 0.05)),
}


def levels(letter: str) -> Array:
    alphas = ALPHAS_CUMPROD[letter]
    return np.log(alphas / (1 - alphas))


def own_t(letter: str, scale: str, selected: str, t: int) -> int:
    """The t of a schedule at the moment of another's t, found by looking at every step."""
    if letter == selected or t == 0:
        return t
    T, of = len(ALPHAS_CUMPROD[letter]), len(ALPHAS_CUMPROD[selected])
    steps = np.arange(T + 1)
    if scale == "t":
        return int(np.abs(steps - t).argmin())
    if scale == "t/T":
        return int(np.abs(steps * of - t * T).argmin())
    return 1 + int(np.abs(levels(letter) - levels(selected)[t - 1]).argmin())


def number(text: str) -> float:
    return float(text.replace("−", "-").replace("–", "nan").replace("∞", "inf"))


@dataclass
class Desk:
    """A window with three schedules of different kinds and lengths, and what stands in it."""

    window: MainWindow

    def press(self, parent: QWidget, text: str) -> None:
        """Press the button with this text."""
        button = next(b for b in parent.findChildren(QToolButton) if b.text() == text)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def hold(self, scale: str) -> None:
        """Choose in the View menu on which scale the moments are equal."""
        action = self.window.findChild(QAction, f"equal_{scale}")
        assert action is not None
        action.trigger()
        self.settle()

    def settle(self) -> None:
        for _ in range(3):
            QApplication.processEvents()

    def go(self, selected: str, t: int) -> dict[str, int]:
        """Select a schedule, go to its t, and say where the others should be then."""
        studio = self.window.studio
        studio.select(studio.state.entries["ABC".index(selected)].key)
        studio.set_t(t)
        self.settle()
        return {letter: own_t(letter, studio.state.moment.scale, selected, t) for letter in SPECS}

    @property
    def legend(self) -> dict[str, tuple[int, float]]:
        text = child(self.window.panel(CurvesPanel), LegendStrip).accessibleDescription()
        return {letter: (int(t), number(value)) for letter, t, value in ENTRY.findall(text)}

    @property
    def tiles(self) -> list[tuple[int, float]]:
        """t and SNR in decibels of every schedule's tile."""
        captions = [tile.caption.items for tile in self.window.panel(PicturePanel).gallery.tiles[1:]]
        return [(int(items[0].split()[-1]), number(items[1].split()[1])) for items in captions]

    @property
    def table(self) -> list[tuple[int, float]]:
        """t and ᾱ of every column of the table of values."""
        model = child(self.window.panel(ValuesPanel), AtTModel)
        rows = [model.index(row, 0).data() for row in range(model.rowCount())]
        row = rows.index("alphas_cumprod")
        heads = [model.headerData(1 + place, Qt.Orientation.Horizontal) for place in range(3)]
        cells = [model.index(row, 1 + place).data() for place in range(3)]
        return [(int(head.split()[-1]), number(cell)) for head, cell in zip(heads, cells, strict=True)]

    def cursors(self) -> list[float]:
        """Where the cursors stand in the first plot, that of the selected schedule last."""
        return [x for x, _ in self.window.panel(CurvesPanel).grid.plots()[0]._cursors.cursors()]


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    with active_window(qtbot, QSize(1440, 900), [Schedule.parse(spec) for spec in SPECS.values()], 46) as window:
        window.studio.explain("alphas_cumprod")
        window.studio.set_grid(True)
        desk = Desk(window)
        desk.settle()
        yield desk


def moments() -> Iterator[tuple[str, int]]:
    yield from (("A", t) for t in (0, 1, 46, 154, 299, 300))
    yield from (("B", t) for t in (1, 154, 513, 1000))
    yield from (("C", t) for t in (1, 46, 90))


def expected(ts: dict[str, int]) -> dict[str, tuple[int, float]]:
    return {letter: (t, ALPHAS_CUMPROD[letter][t - 1] if t else 1.0) for letter, t in ts.items()}


@pytest.mark.parametrize("scale", EQUAL)
def test_every_number_is_that_of_the_schedule_and_the_t_it_names(desk: Desk, scale: str) -> None:
    window = desk.window
    window.bring_up("picture")
    for axis in ("t", "t/T"):
        desk.press(window.panel(CurvesPanel).axis, axis)
        assert window.studio.state.moment.scale == axis
        desk.hold(scale)
        assert window.studio.state.moment.scale == scale
        for selected, t in moments():
            ts = desk.go(selected, t)
            wanted = expected(ts)
            assert desk.legend.keys() == wanted.keys()
            for letter, (own, value) in desk.legend.items():
                assert own == ts[letter]
                assert value == pytest.approx(wanted[letter][1], rel=1e-4, nan_ok=True)
            for letter, (own, decibels) in zip(SPECS, desk.tiles, strict=True):
                snr = 10 / np.log(10) * levels(letter)[own - 1] if own else np.inf
                assert own == ts[letter]
                assert decibels == pytest.approx(snr, abs=0.051)
            lengths = {letter: len(ALPHAS_CUMPROD[letter]) if axis == "t/T" else 1 for letter in SPECS}
            xs = {letter: own / lengths[letter] for letter, own in ts.items()}
            apart = [] if axis == scale else [x for letter, x in xs.items() if letter != selected]
            assert desk.cursors() == [*apart, xs[selected]]


@pytest.mark.parametrize("scale", EQUAL)
def test_tables_and_explanations_name_each_schedules_own_t(desk: Desk, scale: str) -> None:
    window = desk.window
    window.bring_up("values")
    desk.hold(scale)
    model = child(window.panel(ValuesPanel), AtTModel)
    explained = window.panel(ExplainPanel)
    for selected, t in moments():
        ts = desk.go(selected, t)
        wanted = [ALPHAS_CUMPROD[letter][own - 1] if own else 1.0 for letter, own in ts.items()]
        assert [own for own, _ in desk.table] == list(ts.values())
        assert [value for _, value in desk.table] == pytest.approx(wanted, rel=1e-4)
        copied = model.headed_rows()
        assert [NAMED_T.findall(str(head))[-1] for head in copied[0][2:]] == [str(own) for own in ts.values()]
        text = " ".join(label.text() for label in explained.findChildren(QLabel))
        assert [int(own) for own in NAMED_T.findall(text)] == list(ts.values())


@pytest.mark.parametrize("scale", EQUAL)
def test_hovering_at_the_cursor_reads_what_is_read_at_rest(desk: Desk, scale: str) -> None:
    panel = desk.window.panel(CurvesPanel)
    panel.grid.zoom(1.5, 0.0)
    plot = next(plot for plot in panel.grid.plots() if plot.curve.name == "alphas_cumprod")
    for axis, end in (("t", 300), ("t/T", 1)):
        desk.press(panel.axis, axis)
        desk.hold(scale)
        for t in (0, 10, 46, 154):
            desk.go("A", t)
            x = plot.vb.mapViewToScene(QPointF(desk.cursors()[-1], 0.5)).x()
            place = QPointF(x, plot.box().top() + 5).toPoint()
            # A pixel may be more than a step.
            desk.go("A", round(plot.data_at(panel.grid.mapToScene(place))[0] * 300 / end))
            at_rest = desk.legend
            QTest.mouseMove(panel.grid.viewport(), place)
            assert str(desk.legend) == str(at_rest)
            QTest.mouseMove(panel.grid.viewport(), plot.title.mapToScene(QPointF(3, 3)).toPoint())


def test_hovering_at_the_cursor_of_a_schedule_with_few_steps_moves_no_other(desk: Desk) -> None:
    desk.go("B", 518)
    desk.window.studio.select(desk.window.studio.state.entries[2].key)
    desk.settle()
    at_rest = desk.legend
    assert {letter: t for letter, (t, _) in at_rest.items()} == {"A": 155, "B": 518, "C": 47}
    grid = desk.window.panel(CurvesPanel).grid
    plot = next(plot for plot in grid.plots() if plot.curve.name == "alphas_cumprod")
    grid.zoom(8.0, 0.0)
    x = plot.vb.mapViewToScene(QPointF(desk.cursors()[-1], 0)).x()
    QTest.mouseMove(grid.viewport(), QPointF(x, plot.box().top() + 5).toPoint())
    assert desk.legend == at_rest


def test_beyond_the_end_of_the_selected_schedule_its_last_step_is_read_and_named(desk: Desk) -> None:
    panel = desk.window.panel(CurvesPanel)
    desk.press(panel.axis, "t")
    desk.go("A", 46)
    plot = panel.grid.plots()[0]
    x = plot.vb.mapViewToScene(QPointF(800, 0)).x()
    QTest.mouseMove(panel.grid.viewport(), QPointF(x, plot.box().center().y()).toPoint())
    assert {letter: t for letter, (t, _) in desk.legend.items()} == {"A": 300, "B": 300, "C": 90}


@pytest.mark.parametrize("scale", EQUAL)
def test_exported_figures_name_each_schedules_own_t(desk: Desk, tmp_path: Path, scale: str) -> None:
    desk.hold(scale)
    for name in ("", "alphas_cumprod"):
        ts = desk.go("B", 154)
        save_plots(desk.window.panel(CurvesPanel), str(tmp_path / "plots.svg"), name)
        root = ElementTree.parse(tmp_path / "plots.svg").getroot()
        texts = [(text.text or "").strip() for text in root.iter("{http://www.w3.org/2000/svg}text")]
        places = [place for place, text in enumerate(texts) if T.fullmatch(text.removeprefix("ends at "))]
        own = [f"t = {t}" for t in ts.values()]
        assert [texts[place].removeprefix("ends at ") for place in places] == own
        assert texts.count("ends at t = 90") == (scale == "t"), "C has 90 steps, and B is at its 154th"
        values = [number(texts[place + 1]) for place in places]
        assert values == pytest.approx([value for _, value in expected(ts).values()], rel=1e-4)


def test_the_view_menu_says_what_is_equal_and_chooses_it(desk: Desk) -> None:
    window = desk.window
    actions = {key: window.findChild(QAction, f"equal_{key}") for key in SCALES}
    for key, action in actions.items():
        assert action is not None
        action.trigger()
        desk.settle()
        assert window.studio.state.moment.scale == key
        assert [k for k, other in actions.items() if other is not None and other.isChecked()] == [key]


def test_what_is_compared_with_a_says_at_which_moment(desk: Desk) -> None:
    buttons = desk.window.panel(CurvesPanel).views.findChildren(QToolButton)
    for scale, name in EQUAL.items():
        desk.hold(scale)
        tips = [button.toolTip() for button in buttons if "A" in button.text()]
        assert len(tips) == 2
        assert all(f"Equal {name}:" in tip for tip in tips)


def test_nothing_in_the_legend_moves_with_t(desk: Desk) -> None:
    strip = child(desk.window.panel(CurvesPanel), LegendStrip)
    places = []
    for t in (0, 7, 46, 300):
        desk.go("A", t)
        legend = strip._legend
        assert legend is not None
        places.append((legend._places(strip.width()), strip.height()))
    assert all(place == places[0] for place in places)
