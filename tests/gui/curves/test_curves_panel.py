from __future__ import annotations

import gc
import html
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QToolTip

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.at_hand import AT_HAND
from ddpm_studio.diffusion.curves import SEED_CURVES
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.figures.thinning import Thinning
from ddpm_studio.gui.curves import plot_items
from ddpm_studio.gui.curves.chooser import CurveChooser
from ddpm_studio.gui.curves.legend import MORE, LegendStrip
from ddpm_studio.gui.curves.plot_items import CurveItem
from ddpm_studio.gui.state.window import DEFAULT_CURVES
from ddpm_studio.gui.theme import DARK
from tests.gui.curves.conftest import Bench, offscreen_menu
from tests.gui.finding import child
from tests.tiers import thinned


def ranges(bench: Bench) -> dict[str, object]:
    return {plot.curve.name: plot.vb.viewRange() for plot in bench.grid.plots()}


def button(bench: Bench, text: str) -> QToolButton:
    return next(b for b in bench.panel.findChildren(QToolButton) if b.text() == text)


def lines(bench: Bench, name: str) -> int:
    """The number of lines in a plot."""
    return sum(isinstance(item, CurveItem) for item in bench.plot(name).vb.childGroup.childItems())


def test_each_plot_shows_the_cores_arrays(bench: Bench) -> None:
    assert tuple(plot.curve.name for plot in bench.grid.plots()) == DEFAULT_CURVES
    for name in DEFAULT_CURVES:
        for line, entry in zip(bench.lines(name), bench.studio.state.visible, strict=True):
            x, y = line.getData()
            np.testing.assert_array_equal(x, np.arange(1, entry.schedule.T + 1))
            np.testing.assert_array_equal(y, entry.values(name))


def test_showing_a_state_says_nothing_back(bench: Bench) -> None:
    bench.studio.set_curves(tuple(ALL_CURVES))
    bench.studio.set_axis("t/T")
    bench.studio.set_view("ratio")
    bench.studio.set_log("betas", True)
    bench.studio.explain("betas")
    bench.studio.set_t(7)
    bench.settle()
    assert len(bench.grid.plots()) == len(ALL_CURVES)
    assert bench.said == []


def test_axes_stand_still_while_a_slider_is_held_and_settle_when_it_is_let_go(bench: Bench) -> None:
    bench.studio.set_visible(bench.studio.state.entries[1].key, False)
    bench.studio.set_visible(bench.studio.state.entries[2].key, False)
    bench.settle()
    before = ranges(bench)
    bench.studio.set_adjusting(True)
    bench.studio.set_parameter("beta_end", 0.2)
    bench.studio.set_parameter("T", 500)
    bench.settle()
    assert ranges(bench) == before
    assert bench.lines("betas")[0].getData()[1].max() == pytest.approx(0.2)
    bench.studio.set_adjusting(False)
    bench.settle()
    (left, right), (_, high) = bench.plot("betas").vb.viewRange()
    assert left < 0
    assert 500 < right < 550
    assert 0.2 < high < 0.25


def test_t_moves_the_cursor_and_no_axis(bench: Bench) -> None:
    before = ranges(bench)
    bench.studio.set_t(250)
    bench.settle()
    assert ranges(bench) == before
    assert all(bench.cursor(plot.curve.name) == 250 for plot in bench.grid.plots())
    bench.studio.set_axis("t/T")
    bench.settle()
    assert all(bench.cursor(plot.curve.name) == 0.25 for plot in bench.grid.plots())


def test_a_move_sets_only_what_has_changed(bench: Bench) -> None:
    moved: list[object] = []
    for line in [line for name in DEFAULT_CURVES for line in bench.lines(name)]:
        line.sigPlotChanged.connect(moved.append)
    items = [bench.lines(name) for name in DEFAULT_CURVES]
    bench.studio.set_parameter("beta_end", 0.015)
    bench.settle()
    assert moved == [bench.lines(name)[0] for name in DEFAULT_CURVES]
    assert items == [bench.lines(name) for name in DEFAULT_CURVES]
    bench.studio.set_t(3)
    bench.settle()
    assert len(moved) == len(DEFAULT_CURVES)


def test_hidden_and_removed_schedules_lose_their_curves(bench: Bench) -> None:
    bench.studio.set_visible(bench.studio.state.entries[0].key, False)
    bench.studio.remove(bench.studio.state.entries[2].key)
    bench.settle()
    assert lines(bench, "betas") == 1
    bench.studio.set_visible(bench.studio.state.entries[1].key, False)
    bench.settle()
    assert lines(bench, "betas") == 0


def test_a_hidden_panel_catches_up_when_it_is_shown(bench: Bench) -> None:
    bench.panel.hide()
    bench.studio.set_t(900)
    bench.studio.set_parameter("beta_end", 0.015)
    bench.settle()
    assert bench.cursor("betas") == 400
    bench.panel.show()
    assert bench.cursor("betas") == 900
    assert bench.lines("betas")[0].getData()[1][-1] == 0.015


def test_the_x_range_is_the_same_in_every_plot(bench: Bench) -> None:
    bench.studio.set_curves(tuple(ALL_CURVES))
    bench.settle()
    assert len({tuple(plot.vb.viewRange()[0]) for plot in bench.grid.plots()}) == 1


def test_plots_below_each_other_line_up(bench: Bench) -> None:
    for curves in (DEFAULT_CURVES, tuple(ALL_CURVES)):
        bench.studio.set_curves(curves)
        bench.settle()
        lefts = {round(plot.box().left() - plot.sceneBoundingRect().left(), 3) for plot in bench.grid.plots()}
        assert len(lefts) == 1


def test_no_tick_label_is_clipped(bench: Bench) -> None:
    bench.studio.set_curves(tuple(ALL_CURVES))
    bench.studio.set_view("difference")
    bench.settle()
    for plot in bench.grid.plots():
        assert plot.label_width + 4 <= plot.getAxis("left").width()


def test_all_curves_scroll_and_the_default_fits(bench: Bench) -> None:
    frame = bench.grid.parentWidget().parentWidget()
    assert not frame.verticalScrollBar().isVisible()
    bench.studio.set_curves(tuple(ALL_CURVES))
    bench.settle()
    assert frame.verticalScrollBar().isVisible()
    bench.panel.resize(QSize(2400, 1900))
    bench.settle()
    assert not frame.verticalScrollBar().isVisible()


def test_the_switches_say_what_was_chosen(bench: Bench) -> None:
    for text, said in (
        ("t/T", ("axis_chosen", "t/T")),
        ("t", ("axis_chosen", "t")),
        ("÷ A", ("view_chosen", "ratio")),
        ("− A", ("view_chosen", "difference")),
        ("plain", ("view_chosen", "plain")),
    ):
        QTest.mouseClick(button(bench, text), Qt.MouseButton.LeftButton)
        bench.settle()
        assert bench.said[-1] == said
        assert button(bench, text).isChecked()


def test_difference_and_ratio_show_a_itself_as_zero_and_one(bench: Bench) -> None:
    bench.studio.set_view("difference")
    bench.settle()
    assert not bench.lines("betas")[0].getData()[1].any()
    bench.studio.set_view("ratio")
    bench.settle()
    assert (bench.lines("betas")[0].getData()[1] == 1).all()


def test_another_scale_draws_anew_what_is_compared_and_nothing_else(bench: Bench) -> None:
    for view, moved in (("plain", False), ("difference", True)):
        bench.studio.set_view(view)
        bench.studio.set_scale("t/T")
        bench.settle()
        before = bench.lines("betas")[2].getData()[1]
        bench.studio.set_scale("t")
        bench.settle()
        assert (bench.lines("betas")[2].getData()[1] is not before) == moved
    a, _, c = (entry.schedule.coefficients for entry in bench.studio.state.entries)
    np.testing.assert_array_equal(bench.lines("betas")[2].getData()[1], c.betas - a.betas[:300])


def test_every_curve_stands_in_one_group_of_the_menu(bench: Bench) -> None:
    groups: dict[str, list[str]] = {}
    for action in child(bench.panel, CurveChooser).menu().actions():
        if action.isSeparator():
            groups[action.text()] = []
        elif action.isCheckable():
            groups[list(groups)[-1]].append(action.text().split("\t")[0])
    assert list(groups) == ["The eight DDPM curves", "Signal to noise", "Reverse process", "Loss weights", "Training"]
    assert groups["The eight DDPM curves"] == list(SEED_CURVES)
    assert sorted(name for names in groups.values() for name in names) == sorted(ALL_CURVES)


@offscreen_menu
def test_the_menu_stays_open_while_curves_are_ticked(bench: Bench) -> None:
    chooser = child(bench.panel, CurveChooser)
    menu = chooser.menu()
    menu.popup(chooser.mapToGlobal(chooser.rect().bottomLeft()))
    actions = {action.text().split("\t")[0]: action for action in menu.actions()}
    for name in ("alphas", "betas"):
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(actions[name]).center())
        bench.settle()
    assert menu.isVisible()
    assert "alphas" in bench.studio.state.curves
    assert "betas" not in bench.studio.state.curves
    assert chooser.text() == f"Curves: 6 of {len(ALL_CURVES)}"
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(actions["&All"]).center())
    bench.settle()
    assert not menu.isVisible()
    assert bench.studio.state.curves == tuple(ALL_CURVES)


def test_the_last_curve_cannot_be_unticked(bench: Bench) -> None:
    bench.studio.set_curves(("alphas",))
    bench.settle()
    chooser = child(bench.panel, CurveChooser)
    action = next(a for a in chooser.menu().actions() if a.text().startswith("alphas\t"))
    assert not action.isEnabled()


def test_the_legend_reads_the_explained_curve_at_the_cursor(bench: Bench) -> None:
    legend = child(bench.panel, LegendStrip)
    assert legend.accessibleDescription().startswith("ᾱ_t; A linear T=1000, t = 400: 0.195")
    bench.studio.rename(bench.studio.state.entries[0].key, "<b>mine & yours</b>")
    bench.studio.explain("betas")
    bench.settle()
    assert "A <b>mine & yours</b>, t = 400: 0.008048" in legend.accessibleDescription()


def tip_at(strip: LegendStrip, place: QPoint) -> list[str]:
    QToolTip.hideText()
    QApplication.sendEvent(strip, QHelpEvent(QEvent.Type.ToolTip, place, strip.mapToGlobal(place)))
    return [html.unescape(line) for line in QToolTip.text().split("<br>")]


def test_the_legend_stays_a_row_and_tells_of_those_that_have_no_room(bench: Bench) -> None:
    legend = child(bench.panel, LegendStrip)
    one = legend.height()
    for kind in ("jsd", "const", "vp", "laplace", "exp"):
        bench.studio.add(Schedule(kind, 1000))
    bench.panel.resize(600, 560)
    bench.settle()
    assert legend.height() == one
    assert legend._legend is not None
    others = legend._legend._listed(legend.width()).others
    assert others
    there = QPoint(round(legend._legend._places(legend.width())[MORE][0]) + 5, one // 2)
    said = tip_at(legend, there)
    assert len(said) == len(others)
    assert all(line in legend.accessibleDescription() for line in said)
    assert said[-1].startswith(f"{bench.studio.state.letter(others[-1])} laplace T=1000, t = 400: ")
    assert legend._lines_at(legend._legend, QPointF(2, there.y())) == []


def test_the_legend_says_of_a_schedule_that_it_ends_before_what_is_read(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    draw = QPainter.drawText

    def noting(painter: QPainter, *given: Any) -> None:
        said.append(given[-1])
        draw(painter, *given)

    monkeypatch.setattr(QPainter, "drawText", noting)
    bench.studio.set_scale("t")
    for t, expected in ((300, 0), (301, 1), (1000, 1)):
        bench.studio.set_t(t)
        bench.settle()
        said.clear()
        child(bench.panel, LegendStrip).grab()
        assert (said.count("ends at t = 300"), said.count(f"t = {t}")) == (expected, 3 - expected)
    QTest.mouseMove(bench.viewport, bench.place("alphas_cumprod", 250))
    bench.settle()
    said.clear()
    child(bench.panel, LegendStrip).grab()
    assert "ends at t = 300" not in said, "it is read where the mouse is"


@pytest.mark.parametrize(
    ("count", "height", "width"), thinned([4, 12, 60], [560, 150, 200, 300], [1200, 560, 724], one_in=3)
)
def test_the_legend_leaves_a_row_of_plots_whole(bench: Bench, width: int, height: int, count: int) -> None:
    bench.studio.add(Schedule("vp", 1000))
    while len(bench.studio.state.visible) < count:
        number = len(bench.studio.state.visible)
        bench.studio.add(Schedule("cosine", 100 + number, {"s": 0.002 * number}))
    chosen = bench.studio.state.entries[count - 2]
    bench.studio.select(chosen.key)
    bench.panel.resize(width, height)
    bench.settle()
    strip, seen = child(bench.panel, LegendStrip), bench.panel.area.viewport().height()
    first = bench.grid.plots()[0]
    assert first.geometry().bottom() <= seen, "the first row is whole"
    assert first.vb.height() >= 30
    assert strip._legend is not None
    listed = strip._legend._listed(strip.width())
    assert chosen in listed.entries
    assert len(listed.entries) + len(listed.others) == count
    assert strip._legend._rows(listed, strip.width()) == 1
    assert strip.height() == strip._legend.height(strip.width())
    if (width, count) == (1200, 4):
        assert listed.timed


def test_dark_and_light_differ_and_curves_take_the_themes_colours(bench: Bench) -> None:
    light = bench.panel.grab().toImage()
    bench.panel.set_theme(DARK)
    bench.settle()
    dark = bench.panel.grab().toImage()
    place = bench.viewport.mapTo(bench.panel, bench.viewport.rect().bottomRight())
    assert light.pixelColor(place).lightness() > 200
    assert dark.pixelColor(place).lightness() < 60
    assert bench.lines("betas")[0].opts["pen"].color().name().upper() == "#56B4E9"


def test_a_hundred_thousand_steps_are_drawn_with_few_points(bench: Bench) -> None:
    bench.studio.set_schedule(Schedule("linear", 100_000))
    bench.settle()
    line = bench.lines("alphas_cumprod")[0]
    assert len(line.getData()[0]) == 100_000
    assert line.getPath().elementCount() <= 4002


def test_lines_that_are_not_at_hand_are_found_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AT_HAND, "most", 0)
    bench.studio.set_schedule(Schedule("cosine", 500))
    bench.settle()
    lines = [line for name in DEFAULT_CURVES for line in bench.lines(name)]
    assert sum("yData" in vars(line) for line in lines) <= 1
    for name in DEFAULT_CURVES:
        for line, entry in zip(bench.lines(name), bench.studio.state.visible, strict=True):
            np.testing.assert_array_equal(line.getData()[1], entry.values(name))


def test_no_visible_schedule_leaves_empty_plots(bench: Bench) -> None:
    for entry in bench.studio.state.entries:
        bench.studio.set_visible(entry.key, False)
    bench.settle()
    assert lines(bench, "betas") == 0
    bench.panel.grab()


def test_updates_lose_no_reference_to_none(bench: Bench) -> None:
    bench.settle()
    gc.collect()
    before = sys.getrefcount(None)
    for t in range(200):
        bench.studio.set_t(t)
        QApplication.processEvents()
    gc.collect()
    assert abs(sys.getrefcount(None) - before) < 50


def test_a_plot_brings_no_widgets_but_the_one_that_qt_measures_its_layout_with(bench: Bench) -> None:
    before, plots = len(QApplication.allWidgets()), len(bench.grid.plots())
    bench.studio.set_curves(tuple(ALL_CURVES))
    bench.settle()
    assert len(bench.grid.plots()) == len(ALL_CURVES)
    assert len(QApplication.allWidgets()) - before <= len(ALL_CURVES) - plots


def test_the_points_of_a_curve_are_gone_through_once_whatever_its_plot_s_size(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_through: list[int] = []

    class Counted(Thinning):
        def __init__(self, x: NDArray[np.float64], y: NDArray[np.float64], like: Thinning | None = None) -> None:
            gone_through.append(len(y))
            super().__init__(x, y, like)

    monkeypatch.setattr(plot_items, "Thinning", Counted)
    bench.panel.resize(1000, 700)
    bench.grid.zoom(3.0)
    bench.panel.grab()
    assert gone_through == []
    bench.studio.set_parameter("T", 700)
    bench.settle()
    bench.panel.grab()
    assert gone_through == [700] * len(bench.grid.plots())


def test_the_mouse_reads_what_is_drawn_even_when_there_is_a_newer_state(bench: Bench) -> None:
    legend, drawn = child(bench.panel, LegendStrip), bench.panel.state
    added = replace(drawn.entries[0], key=99)
    bench.panel.state = replace(drawn, entries=(*drawn.entries, added))
    viewport = bench.panel.grid.viewport()
    QTest.mouseMove(viewport, viewport.rect().center())
    QTest.mouseMove(viewport, viewport.rect().center() + QPoint(9, 0))
    assert legend.accessibleDescription().count("t = ") == len(drawn.entries)
