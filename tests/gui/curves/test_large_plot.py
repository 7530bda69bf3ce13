"""The large plot: names on its lines, numbers at the moment, and the other curves on the rail beside it."""

from __future__ import annotations

import html
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.time_axis import WIDEST
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.figures.spreading import spread
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.finding_marks import FindingMark, triangle
from ddpm_studio.gui.curves.labels import line_names
from ddpm_studio.gui.curves.labels.moment_numbers import MOST, SPACING, beside
from ddpm_studio.gui.curves.labels.name_places import ABOVE, CLEAR, LEAST, PLACES, Corridors, NamePlace, name_place
from ddpm_studio.gui.curves.legend import LegendStrip
from ddpm_studio.gui.curves.rail import MARGIN, _narrowed
from ddpm_studio.gui.widgets.mathtext import math_width
from tests.gui.curves.conftest import Bench, save_plots
from tests.gui.finding import child

LEFT = Qt.MouseButton.LeftButton


def test_one_curve_is_large_and_the_others_are_on_the_rail(large: Bench) -> None:
    assert [plot.curve.name for plot in large.grid.plots()] == ["alphas_cumprod"]
    assert large.panel.rail.isVisible()
    assert set(large.panel.rail.names()) == set(large.studio.state.curves) - {"alphas_cumprod"}
    assert not child(large.panel, LegendStrip).isVisible()


def test_a_schedule_of_one_step_is_a_dot_on_the_rail(large: Bench) -> None:
    rail, studio = large.panel.rail, large.studio
    for entry in studio.state.entries[1:]:
        studio.set_visible(entry.key, False)
    studio.set_schedule(Schedule("linear", 1))
    studio.set_t(0)
    large.settle()
    with_dot = rail.grab().toImage()
    studio.set_visible(studio.state.selected, False)
    large.settle()
    without = rail.grab().toImage()
    place = rail._area(rail.place(0)).toRect()
    columns, rows = range(place.right() - 4, place.right() + 2), range(place.top(), place.bottom())
    assert any(with_dot.pixel(x, y) != without.pixel(x, y) for x in columns for y in rows)


@pytest.mark.parametrize("width", [1400, 760])
def test_lines_on_the_rail_keep_clear_of_its_edges_and_symbols(large: Bench, width: int) -> None:
    large.panel.resize(width, 420)
    large.settle()
    rail = large.panel.rail
    for number, name in enumerate(rail.names()):
        place, area = rail.place(number), rail._area(rail.place(number))
        assert place.adjusted(5, 5, -5, -5).contains(area)
        assert area.height() >= 20
        if area.left() - place.left() > 20:
            room = area.left() - place.left()
            assert rail._is_wide
            assert math_width(_narrowed(rail.font(), CURVES[name].symbol, room - MARGIN), CURVES[name].symbol) <= room
        else:
            assert area.top() - place.top() >= rail.fontMetrics().height() + 2


def test_no_subscript_on_the_rail_reaches_into_the_word_under_it(large: Bench) -> None:
    large.panel.resize(1400, 420)
    large.settle()
    rail = large.panel.rail
    assert rail._is_wide
    ground = rail._painted_ground(QSize(140, 60), 1.0, "β_t", True).toImage()
    empty = ground.pixel(MARGIN - 2, 30)
    inked = [y for y in range(4, 56) if any(ground.pixel(x, y) != empty for x in range(MARGIN, 50))]
    assert max(below - above - 1 for above, below in itertools.pairwise(inked)) >= 3


def test_a_click_on_the_rail_brings_a_curve_into_the_plot(large: Bench) -> None:
    rail = large.panel.rail
    name = rail.names()[1]
    QTest.mouseClick(rail, LEFT, pos=rail.place(1).center().toPoint())
    large.settle()
    assert large.said == [("curve_chosen", name)]
    assert [plot.curve.name for plot in large.grid.plots()] == [name]
    assert name not in rail.names()


def test_a_curve_that_was_not_chosen_can_be_large_too(large: Bench) -> None:
    large.studio.explain("lambdas")
    large.settle()
    assert [plot.curve.name for plot in large.grid.plots()] == ["lambdas"]


def test_each_line_has_its_name_and_with_many_its_letter(large: Bench) -> None:
    (plot,) = large.grid.plots()
    state = large.studio.state
    assert [line.name for line in plot._names.lines()] == [state.title(entry) for entry in state.visible]
    for _ in range(5):
        large.studio.duplicate(state.entries[0].key)
    large.settle()
    assert [line.name for line in plot._names.lines()] == list("ABCDEFGH")


def test_numbers_at_the_moment_name_their_own_t_where_it_is_not_the_same(large: Bench) -> None:
    large.studio.set_axis("t/T")
    large.settle()
    (plot,) = large.grid.plots()
    texts = [label.text for label in plot._numbers.labels()]
    for entry, text, t in zip(large.studio.state.visible, texts, (400, 400, 120), strict=True):
        letter, value, _, own = text.split()
        assert letter == large.studio.state.letter(entry)
        assert own == f"{t}/{entry.schedule.T}", "schedules have several T: how far is too"
        assert float(value) == pytest.approx(np.cumprod(1 - entry.schedule.betas)[t - 1], rel=1e-4)
    large.studio.set_axis("t")
    large.settle()
    texts = [label.text for label in plot._numbers.labels()]
    assert [text.partition("  t ")[2] for text in texts] == ["400/1000", "400/1000", ""]
    assert texts[-1] == "C ends at t = 300"


def test_the_end_of_a_schedule_is_told_from_the_middle_of_another(large: Bench) -> None:
    large.studio.set_axis("t")
    large.studio.set_scale("t")
    large.studio.set_t(300)
    large.settle()
    (plot,) = large.grid.plots()
    assert [label.text.partition("  t ")[2] for label in plot._numbers.labels()] == ["300/1000", "300/1000", "300/300"]
    large.studio.set_t(301)
    large.settle()
    *_, ended = plot._numbers.labels()
    assert (ended.text, ended.x) == ("C ends at t = 300", 300.0)


@pytest.mark.parametrize(("name", "log"), [("snr_db", False), ("snr", True), ("alphas_cumprod", True)])
def test_what_is_infinitely_far_down_keeps_its_name_and_value(large: Bench, name: str, log: bool) -> None:
    large.studio.set_schedule(Schedule.parse("linear:T=1000,zero_snr=1"))
    large.studio.explain(name)
    large.studio.set_log(name, log)
    large.studio.set_t(1000)
    large.settle()
    (plot,) = large.grid.plots()
    first = plot._numbers.labels()[0]
    assert first.text.startswith("A −∞ dB" if name == "snr_db" else "A 0 ")
    assert first.y == -np.inf
    painted: list[list[QRectF]] = []
    plot._numbers.placed.connect(painted.append)
    large.grid.grab()
    assert len(painted[-1]) == 3
    view = plot._numbers.mapRectToScene(plot._numbers.boundingRect())
    assert max(place.bottom() for place in painted[-1]) <= view.height() + 1e-6


def test_as_many_numbers_are_there_as_have_room_the_chosen_and_the_nearest_first(large: Bench) -> None:
    for number in range(12):
        large.studio.add(Schedule("cosine", 1000, {"s": 0.01 * (1 + number)}))
    chosen = large.studio.state.entries[9].key
    large.studio.select(chosen)
    large.settle()
    (plot,) = large.grid.plots()
    labels = plot._numbers.labels()
    assert len(labels) == 15
    assert labels[0].text.startswith("J ")
    away = [abs(label.y - labels[0].y) for label in labels]
    assert away == sorted(away)
    for height in (240, 300, 900):
        large.panel.resize(1200, height)
        large.settle()
        large.grid.grab()
        view = plot._numbers.mapRectToScene(plot._numbers.boundingRect())
        room = int(view.height() // max(SPACING, plot._numbers._box("").height()))
        most = min(room, MOST) - 1
        ends = (max(labels, key=lambda label: label.y), min(labels, key=lambda label: label.y))
        foremost = list(dict.fromkeys(label.text for label in (*labels[:2], *ends, *labels)))
        expected = [*foremost[:most], f"+{15 - most}"]
        assert sorted(plot._numbers.written) == sorted(expected)
        assert labels[0].text in plot._numbers.written


def test_what_is_under_the_mouse_has_its_own_t_and_value(large: Bench) -> None:
    large.studio.remove(large.studio.state.entries[2].key)
    large.studio.add(Schedule("sigmoid", 1000))
    large.studio.select(large.studio.state.entries[0].key)
    large.settle()
    (plot,) = large.grid.plots()
    assert not any("  t " in label.text for label in plot._numbers.labels()), "one t, which the scales have"
    value = large.studio.state.entries[1].schedule.coefficients.alphas_cumprod[249]
    QTest.mouseMove(large.viewport, large.place("alphas_cumprod", 250, float(value)))
    large.settle()
    texts = {label.text[0]: label.text for label in plot._numbers.labels()}
    shown, _, t = texts["B"].partition("  t ")
    at = int(t)
    assert abs(at - 250) <= 2
    assert float(shown.split()[1]) == pytest.approx(
        large.studio.state.entries[1].schedule.coefficients.alphas_cumprod[at - 1], rel=1e-4
    )
    assert all("  t " in text for text in texts.values())
    assert [label.text[0] for label in plot._numbers.labels()][:2] == ["A", "B"], (
        "the chosen one and what is pointed at"
    )


def test_numbers_follow_the_mouse_and_come_back(large: Bench) -> None:
    (plot,) = large.grid.plots()
    at_rest = [label.text for label in plot._numbers.labels()]
    QTest.mouseMove(large.viewport, large.place("alphas_cumprod", 100))
    large.settle()
    there = [label.x for label in plot._numbers.labels()]
    assert there == pytest.approx([100, 100, 100], abs=2)
    large.grid.leaveEvent(None)  # type: ignore[arg-type]  # It looks at nothing in it.
    assert [label.text for label in plot._numbers.labels()] == at_rest


def test_a_figure_has_all_curves_and_a_legend_whichever_is_large(large: Bench, tmp_path: Path) -> None:
    save_plots(large.panel, str(tmp_path / "all.png"))
    save_plots(large.panel, str(tmp_path / "one.png"), "snr_db")
    whole, single = QImage(str(tmp_path / "all.png")), QImage(str(tmp_path / "one.png"))
    assert (single.width(), whole.width() > single.width()) == (1120, True)
    large.settle()
    assert [plot.curve.name for plot in large.grid.plots()] == ["alphas_cumprod"]
    assert large.plot("alphas_cumprod")._names.isVisible()


def test_the_grid_shows_all_curves_alike(large: Bench) -> None:
    buttons = {button.text(): button for button in large.panel.alike.findChildren(type(large.panel._reset))}
    QTest.mouseClick(buttons["grid"], LEFT)
    large.settle()
    assert large.said == [("grid_chosen", True)]
    assert len(large.grid.plots()) == len(large.studio.state.curves)
    assert not large.panel.rail.isVisible()
    assert child(large.panel, LegendStrip).isVisible()


def test_every_curve_can_be_large_in_every_view(large: Bench) -> None:
    large.studio.set_curves(tuple(CURVES))
    for view in ("plain", "difference", "ratio"):
        large.studio.set_view(view)
        for name in CURVES:
            large.studio.explain(name)
            large.settle()
            large.panel.grab()
            assert [plot.curve.name for plot in large.grid.plots()] == [name]


@pytest.mark.parametrize("x", [0, 40, 120, 260, 300])
@pytest.mark.parametrize("width", [30, 110, 180, 290])
def test_a_number_stands_beside_its_moment_and_whole(x: int, width: int) -> None:
    view, box = QRectF(0, 0, 300, 100), QRectF(-width / 2, -8, width, 16)
    place = beside(box, x, view)
    assert view.left() <= place.left()
    assert place.right() <= view.right()
    if width < 110:
        assert place.left() > x or place.right() < x


@given(st.lists(st.floats(0, 300), min_size=1, max_size=12))
def test_numbers_are_spread_so_that_all_can_be_read(wanted: list[float]) -> None:
    places = spread(sorted(wanted), SPACING, 0.0, 300.0)
    gaps = np.diff(places)
    assert (gaps >= SPACING - 1e-6).all()
    assert places[0] >= -1e-6
    assert places[-1] <= 300 + 1e-6
    if len(wanted) == 1:
        assert places == wanted


LEFTS = np.linspace(40.0, 960.0, len(PLACES))
PLOT, LETTER, TITLE = QRectF(0, 0, 1000, 400), QRectF(-8, -8, 16, 16), QRectF(-50, -8, 100, 16)


def placed(number: int, heights: list[np.ndarray], box: QRectF, taken: list[QRectF]) -> NamePlace | None:
    """Where the name of a line stands in PLOT."""
    return name_place(number, Corridors.of(LEFTS, np.array(heights), box.width()), box, PLOT, taken)


def check_told_apart(number: int, heights: list[np.ndarray], place: NamePlace) -> None:
    """A name is tied to a dot on its own line, or its own line is plainly the nearest."""
    at = int(np.abs(LEFTS - place.box.center().x()).argmin())
    distances = [abs(float(line[at]) - place.box.center().y()) for line in heights]
    own = distances.pop(number)
    if place.dot is not None:
        assert place.dot.y() == pytest.approx(heights[number][at])
        assert place.dot.x() == pytest.approx(place.box.center().x())
        assert place.taken.contains(place.dot)
    elif own < LEAST:
        assert place.box.width() < 30
        assert min(distances, default=np.inf) >= place.box.height() / 2 + LEAST
    else:
        assert own == pytest.approx(ABOVE)
        assert min(distances, default=np.inf) >= ABOVE + CLEAR


@given(
    st.lists(st.tuples(st.floats(20, 380), st.floats(20, 380), st.floats(-60, 60)), min_size=1, max_size=16),
    st.sampled_from([LETTER, TITLE]),
)
def test_a_name_cannot_be_taken_for_that_of_another_line(ends: list[tuple[float, float, float]], box: QRectF) -> None:
    bend = np.sin(np.linspace(0, np.pi, len(PLACES)))
    heights = [np.linspace(first, last, len(PLACES)) + by * bend for first, last, by in ends]
    taken: list[QRectF] = []
    for number in range(len(heights)):
        place = placed(number, heights, box, taken)
        if place is not None:
            check_told_apart(number, heights, place)
            assert PLOT.contains(place.box)
            assert not any(place.taken.intersects(other) for other in taken)
            taken.append(place.taken)
    assert taken


def test_a_name_is_on_its_line_or_beside_it_and_in_a_bundle_it_is_tied_to_it() -> None:
    flat = np.full(len(PLACES), 100.0)
    alone, long = (placed(0, [flat], box, []) for box in (LETTER, TITLE))
    assert alone is not None
    assert (alone.box.center().y(), alone.dot) == (100.0, None)
    assert long is not None
    assert (abs(long.box.center().y() - 100.0), long.dot) == (ABOVE, None)
    for place in (placed(number, [flat, flat + 4, flat + 8], LETTER, []) for number in range(3)):
        assert place is not None
        assert place.dot is not None
    assert placed(0, [np.full(len(PLACES), np.nan)], LETTER, []) is None


@pytest.mark.parametrize("count", [4, 12, 16])
def test_every_line_that_is_named_has_its_name_where_it_can_be_told(large: Bench, count: int) -> None:
    while len(large.studio.state.visible) < count:
        number = len(large.studio.state.visible)
        large.studio.add(Schedule("cosine", 1000 - 9 * number, {"s": 0.004 * number}))
    large.settle()
    large.grid.grab()
    (plot,) = large.grid.plots()
    names = plot._names
    assert len(names._placed[1]) == count
    view = names.mapRectToScene(names.boundingRect())
    for line, place in names._placed[1]:
        if place.dot is not None:
            there = names.mapFromScene(view.topLeft() + place.dot)
            assert np.interp(there.x(), line.x, line.y) == pytest.approx(there.y(), abs=plot.pixel_height())


def test_only_a_line_that_changed_is_read_again_for_its_name(large: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    (plot,) = large.grid.plots()
    names = plot._names
    large.grid.grab()
    read: list[line_names.NamedLine] = []
    heights = line_names._heights

    def noted(line: line_names.NamedLine, xs: series.Array) -> series.Array:
        read.append(line)
        return heights(line, xs)

    monkeypatch.setattr(line_names, "_heights", noted)
    large.studio.set_parameter("beta_end", 0.013)
    large.settle()
    large.grid.grab()
    assert [line.name for line in read] == [large.studio.state.title(large.studio.state.current)]
    kept, places = [*names._read[1].values()], names.places()
    names._placed, names._read = (None, []), (None, {})
    names.update()
    large.grid.grab()
    assert names.places() == places
    for (line, height), (other, again) in zip(kept, names._read[1].values(), strict=True):
        assert line.is_as(other)
        assert np.array_equal(height, again, equal_nan=True)


def test_names_are_those_that_were_painted_until_others_are(large: Bench) -> None:
    """Whatever came or went in between, and whatever numbers then say where they stand."""
    (plot,) = large.grid.plots()
    names = plot._names
    large.grid.grab()
    painted, lines = names.places(), names.lines()
    for others in (lines[:1], [*lines, *lines], lines[::-1]):
        names.set_lines(others)
        names.give_way(())
        assert names.places() == painted
    name, place = next(iter(painted.items()))
    names.give_way([place.box])
    assert name not in names.places()
    names.give_way(())
    assert names.places() == painted


def test_no_line_is_kept_for_names_that_are_not_there(large: Bench) -> None:
    (plot,) = large.grid.plots()
    large.grid.grab()
    assert plot._names.places()
    plot._names.set_lines([])
    assert plot._names.places() == {}
    assert not plot._names._read[1]


def test_a_name_stands_on_no_mark(large: Bench) -> None:
    (plot,) = large.grid.plots()
    names = plot._names
    names.set_marks([])
    large.grid.grab()
    (line, before), view = names._placed[1][0], names.mapRectToScene(names.boundingRect())
    at = names.mapFromScene(view.topLeft() + before.box.center())
    names.set_marks([FindingMark(0, at.x(), at.y(), QColor(), ())])
    large.grid.grab()
    after = names.places()[line.name]
    assert not after.taken.intersects(triangle(before.box.center(), QRectF(QPointF(), view.size())))


TRAINED = {
    "cosine:T=1000,s=0": "v_prediction",
    "flow:T=1000": "flow_prediction",
    "flow:T=999": "flow_prediction,draw=logit_normal",
    "edm:T=1000": "edm,draw=lognormal",
}


@pytest.mark.parametrize("size", [(560, 150), (560, 400), (680, 160), (680, 280)])
def test_no_name_stands_on_the_label_of_the_likelihood_bound(large: Bench, size: tuple[int, int]) -> None:
    studio = large.studio
    for entry in studio.state.entries[1:]:
        studio.remove(entry.key)
    for spec, train in TRAINED.items():
        studio.add(Schedule.parse(spec))
        studio.set_objective(Objective.parse(f"train:predict={train}"))
    studio.explain("relative_weight")
    studio.set_axis("log_snr")
    large.panel.resize(*size)
    large.settle()
    large.grid.grab()
    (plot,) = large.grid.plots()
    assert plot._elbo is not None
    corner, scene = plot.vb.mapToScene(QPointF()), plot._elbo.label.textItem
    label = scene.mapRectToScene(scene.boundingRect()).translated(-corner)
    assert label.left() > 0
    assert plot._names.places()
    for name, place in plot._names.places().items():
        assert not place.taken.intersects(label.adjusted(1, 1, -1, -1)), name


def test_a_name_that_a_number_would_cover_in_part_is_not_there(large: Bench) -> None:
    (plot,) = large.grid.plots()
    painted: list[list[QRectF]] = []
    plot._numbers.placed.connect(painted.append)
    covered, T = set[int](), large.studio.state.current.schedule.T
    for t in range(0, T, T // 20):
        large.studio.set_t(t)
        large.settle()
        large.grid.grab()
        shown = plot._names.places().values()
        assert not any(name.taken.intersects(number) for name in shown for number in painted[-1])
        covered.add(len(plot._names._placed[1]) - len(shown))
    assert len(covered) > 1


def test_a_tip_over_the_count_of_numbers_names_the_others(large: Bench) -> None:
    for number in range(9):
        large.studio.add(Schedule("cosine", 1000, {"s": 0.01 * (1 + number)}))
    large.studio.rename(large.studio.state.entries[-3].key, "<mine>")
    large.settle()
    large.grid.grab()
    (plot,) = large.grid.plots()
    numbers, state = plot.numbers(), large.studio.state
    said = large.grid.viewport().accessibleDescription()
    assert said == "; ".join(label.text for label in numbers)
    hidden = [label for label in numbers if label.text not in plot._numbers.written]
    assert len(hidden) == len(numbers) + 1 - MOST
    ((box, counted),) = plot._numbers._counted
    assert sorted(map(str, counted)) == sorted(map(str, hidden))
    assert [label.y for label in counted] == sorted((label.y for label in counted), reverse=True)
    view = plot._numbers.mapRectToScene(plot._numbers.boundingRect())
    middle = large.grid.mapFromScene(box.translated(view.topLeft()).center())
    tip = html.unescape(large.grid._tip(plot, middle)).split("<br>")
    assert len(tip) == len(hidden)
    titles = {entry.key: state.shown_title(entry) for entry in state.visible}
    assert tip == [f"<b>{label.text}</b>  {titles[label.key]}" for label in counted]
    assert "<mine>" in "".join(titles.values())
    assert not large.grid._tip(plot, middle - QPoint(0, 40))


def test_names_fade_where_they_stand_as_numbers_come_closer(large: Bench) -> None:
    """Beside numbers they read like one of them, and nothing jumps as t is dragged."""
    (plot,) = large.grid.plots()
    names = plot._names
    plot._numbers.placed.disconnect(names.give_way)
    names.give_way([])
    large.grid.grab()
    painted, whole = names.places(), large.grid.grab().toImage()
    assert set(names.strengths().values()) == {1.0}
    name, place = next(iter(painted.items()))
    seen, images = [], []
    for away in range(50, -5, -5):
        names.give_way([place.taken.translated(place.taken.width() + away, 0)])
        assert {each: painted[each] for each in names.places()} == names.places(), "They stay where they are."
        seen.append(names.strengths().get(name, 0.0))
        images.append(large.grid.grab().toImage())
    assert seen == sorted(seen, reverse=True)
    assert (seen[0], seen[-1]) == (1.0, 0.0)
    assert seen[2] == 1.0, "40 pixels away it is read as easily as anywhere."
    assert max(abs(one - other) for one, other in itertools.pairwise(seen)) <= 0.25
    assert images[0] == whole
    assert images[5] not in (whole, images[-1])
    for upright, strength in ((30.0, 1.0), (14.0, 0.6), (0.0, 0.0)):
        names.give_way([place.taken.translated(0, place.taken.height() + upright)])
        assert names.strengths().get(name, 0.0) == strength


def test_a_plot_that_is_not_seen_keeps_nothing_of_schedules_that_are_gone(large: Bench) -> None:
    large.studio.explain("betas")
    large.settle()
    hidden = large.grid._plots["alphas_cumprod"]
    assert hidden.lines  # What is the same is there at once when it is shown again.
    large.studio.set_parameter("T", 77)
    large.settle()
    assert not hidden.lines
    assert not hidden._names.lines()
    large.studio.explain("alphas_cumprod")
    large.settle()
    assert len(hidden.lines) == len(large.studio.state.visible)


@pytest.mark.parametrize("axis", sorted(WIDEST))
@pytest.mark.parametrize("curve", ["snr_db", "betas", "log_snr"])
def test_y_follows_what_is_seen_where_an_axis_is_held_to_a_range(large: Bench, axis: str, curve: str) -> None:
    studio, rail = large.studio, large.panel.rail
    studio.set_schedule(Schedule.parse("cauchy:T=300"))
    studio.set_axis(axis)
    studio.explain("alphas_cumprod")
    large.settle()
    studio.explain(curve)
    large.settle()
    left, right = studio.state.time_axis.shown()
    state = studio.state
    lines = [series.drawn(state, entry, CURVES[curve]) for entry in state.visible]
    assert any(x[0] < left or x[-1] > right for x, _ in lines), "Some steps of it lie beyond the axis."
    seen = np.concatenate([np.interp(np.linspace(left, right, 9999), x, y, np.nan, np.nan) for x, y in lines])
    span = np.nanmax(seen) - np.nanmin(seen)
    low, high = large.plot(curve).vb.viewRange()[1]
    assert span <= high - low <= 1.1 * span
    extents = [extent for _, (_, _, extent) in rail._seen_lines(CURVES[curve], (left, right))]
    assert max(each[1] for each in extents if each) - min(each[0] for each in extents if each) <= 1.001 * span
