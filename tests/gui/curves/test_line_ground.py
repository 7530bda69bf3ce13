"""The picture of a large plot's curves: kept while t moves, and renewed with everything that it shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.curves.plot_items import CurveItem
from ddpm_studio.gui.theme import DARK
from tests.gui.curves.conftest import Bench


@pytest.fixture
def stroked(large: Bench, monkeypatch: pytest.MonkeyPatch) -> list[CurveItem]:
    """The curves that were stroked since the large plot has its picture."""
    lines: list[CurveItem] = []
    stroke = CurveItem.paint_line

    def noted(line: CurveItem, painter: QPainter) -> None:
        lines.append(line)
        stroke(line, painter)

    for _ in range(2):
        large.panel.grab()
    monkeypatch.setattr(CurveItem, "paint_line", noted)
    return lines


def shot(bench: Bench) -> QImage:
    """The inner rectangle of the plot as it looks."""
    box: QRect = bench.plot("alphas_cumprod").box().toAlignedRect()
    return bench.viewport.grab(box).toImage()


def test_a_move_of_t_strokes_no_curve(large: Bench, stroked: list[CurveItem]) -> None:
    for t in (100, 500, 900):
        large.studio.set_t(t)
        large.settle()
        large.panel.grab()
    assert not stroked


CHANGES: dict[str, Callable[[Bench], object]] = {
    "a curve": lambda bench: bench.studio.set_parameter("beta_end", 0.03),
    "one less": lambda bench: bench.studio.set_visible(bench.studio.state.entries[1].key, False),
    "the range": lambda bench: bench.grid.zoom(2.0),
    "the size": lambda bench: bench.panel.resize(900, 500),
    "the theme": lambda bench: bench.panel.set_theme(DARK),
    "another curve": lambda bench: bench.studio.explain("betas"),
    "the y axis": lambda bench: bench.studio.set_log("alphas_cumprod", True),
    "emphasis": lambda bench: bench.plot("alphas_cumprod").emphasise(bench.studio.state, bench.studio.state.selected),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_picture_is_renewed_with_what_it_shows(large: Bench, stroked: list[CurveItem], change: str) -> None:
    CHANGES[change](large)
    large.settle()
    large.panel.grab()
    assert {id(line) for line in stroked} >= {id(line) for line in large.lines(large.studio.state.curve)}


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_schedule_that_moves_has_only_its_own_curve_stroked(
    large: Bench, stroked: list[CurveItem], place: int
) -> None:
    large.studio.add(Schedule("sigmoid", 1000))
    large.studio.select(large.studio.state.entries[place].key)
    large.studio.set_adjusting(True)
    for shift in (1.1, 1.2, 1.3):
        large.studio.set_parameter("snr_shift", shift)
        del stroked[:]
        large.settle()
    moved = large.plot("alphas_cumprod")._lines[large.studio.state.selected]
    assert set(map(id, stroked)) == {id(moved)}
    kept = shot(large)
    large.plot("alphas_cumprod")._ground.set_keeping(True)
    assert worst_difference(kept, shot(large)) <= 3


def test_the_picture_looks_as_the_curves_do(large: Bench, stroked: list[CurveItem]) -> None:
    large.plot("alphas_cumprod")._ground.set_keeping(True)
    painted = shot(large)
    assert stroked
    shot(large)
    del stroked[:]
    kept = shot(large)
    assert not stroked
    assert worst_difference(painted, kept) <= 3


def worst_difference(image: QImage, other: QImage) -> int:
    """The greatest difference of a colour between two images."""
    return max(
        abs(one - another)
        for y in range(image.height())
        for x in range(image.width())
        for one, another in zip(image.pixelColor(x, y).getRgb(), other.pixelColor(x, y).getRgb(), strict=True)  # type: ignore[call-overload]
    )
