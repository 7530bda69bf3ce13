from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.curve import Curve
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import FigureError
from ddpm_studio.figures.against import Against
from ddpm_studio.figures.artwork import INK, Artwork, Polyline, Words
from ddpm_studio.figures.composing import artwork_of
from ddpm_studio.figures.figure import Figure, FigureLine, Naming, names_of
from ddpm_studio.figures.line_looks import look_at
from ddpm_studio.figures.matplotlib_script import script_of
from ddpm_studio.figures.plotted_lines import FINEST, MOST_PER_COLUMN
from ddpm_studio.figures.svg import svg_element, svg_file
from ddpm_studio.figures.typesetting import LINE

SVG = "{http://www.w3.org/2000/svg}"
SPECS = ("linear:T=1000", "cosine:T=1000", "sigmoid:T=300,zero_snr=1", "jsd:T=7", "const:T=1", "flow:T=1000")
HOSTILE = ("<script>alert(1)</script>", "\"&'>", "]]><x>", "\x00\x1b[2J\n\u202e", "$x_{1}$", "A" * 3000, "\udcff")


def figure_of(specs: Iterable[str] = SPECS, curves: tuple[str, ...] = ("alphas_cumprod",), **others: object) -> Figure:
    schedules = tuple(map(Schedule.parse, specs))
    lines = tuple(
        FigureLine(schedule, name, look_at(place).colour, look_at(place).dash)
        for place, (schedule, name) in enumerate(zip(schedules, names_of(schedules), strict=True))
    )
    return replace(Figure(lines, curves), **others)  # type: ignore[arg-type]


def lines_in(artwork: Artwork) -> list[Polyline]:
    return [mark for mark in artwork.marks if isinstance(mark, Polyline)]


def words_in(artwork: Artwork) -> list[Words]:
    return [mark for mark in artwork.marks if isinstance(mark, Words)]


def curves_in(artwork: Artwork) -> list[Polyline]:
    """All lines but axes and ticks."""
    return [line for line in lines_in(artwork) if line.stroke.colour != INK]


def parsed(artwork: Artwork) -> ElementTree.Element:
    return ElementTree.fromstring(svg_file(artwork))


@pytest.mark.parametrize("axis", SCALES)
@pytest.mark.parametrize("curve", ALL_CURVES)
def test_every_curve_over_every_scale_stays_on_the_paper(curve: str, axis: str) -> None:
    for naming in Naming:
        artwork = artwork_of(figure_of(curves=(curve,), axis=axis, naming=naming))
        points = np.array([point for line in lines_in(artwork) for point in line.points])
        assert np.isfinite(points).all()
        assert (points >= -0.01).all()
        assert (points <= np.array([artwork.width, artwork.height]) + 0.01).all()
        assert all(0 <= word.x <= artwork.width and 0 <= word.y <= artwork.height for word in words_in(artwork))
        assert ALL_CURVES[curve].symbol.replace("_", "") in {word.text for word in words_in(artwork)}
        assert curves_in(artwork)


@pytest.mark.parametrize("kind", ["linear", "cosine", "laplace"])
@pytest.mark.parametrize("axis", ["t/T", "log_snr"])
def test_a_line_of_100_000_steps_is_short_and_where_the_curve_is(kind: str, axis: str) -> None:
    """Held against all points of the curve: where it is steep, a line that is off sideways is further off upright."""
    figure = figure_of([f"{kind}:T=100000"], axis=axis, naming=Naming.NONE)
    artwork = artwork_of(figure)
    (line,) = curves_in(artwork)
    assert len(svg_file(artwork)) < 20_000
    schedule = figure.lines[0].schedule
    low, high = figure.time_axis.shown()
    axes = next(each for each in lines_in(artwork) if len(each.points) == 3 and each.stroke.colour == INK)
    (left, top), (_, bottom), (right, _) = axes.points
    x = left + (SCALES[axis].positions(schedule)[1:] - low) / (high - low) * (right - left)
    y = bottom - (schedule.coefficients.alphas_cumprod + 0.04) / 1.08 * (bottom - top)
    inside = (x >= left) & (x <= right)
    xs, ys = np.array(line.points).T
    assert np.abs(np.interp(x[inside], xs, ys) - y[inside]).max() < 0.25 * FINEST


def test_of_a_rough_curve_the_extremes_are_kept() -> None:
    betas = np.random.default_rng(0).uniform(1e-6, 2e-6, 100_000)
    betas[54_321] = 9e-6
    figure = Figure((FigureLine(Schedule.from_betas(betas), "rough"),), ("betas",), naming=Naming.NONE)
    (line,) = curves_in(artwork_of(figure))
    assert len(line.points) <= MOST_PER_COLUMN * (89 / 25.4 * 72 / FINEST + 1)
    heights = np.array(line.points)[:, 1]
    assert heights.min() < np.partition(heights, 1)[1] - 50


@pytest.mark.parametrize("count", [1, 2, 5, 9, 14])
def test_names_at_the_ends_of_lines_do_not_overlap(count: int) -> None:
    lines = tuple(
        FigureLine(Schedule("linear", 1000), f"name {place}", look_at(place).colour) for place in range(count)
    )
    words = words_in(artwork_of(Figure(lines, ("alphas_cumprod",))))
    names = [word for word in words if word.text.startswith("name")]
    assert len(names) == count
    places = sorted((word.x, word.y) for word in names)
    assert all(a[0] != b[0] or b[1] - a[1] >= LINE * 7 - 1e-6 for a, b in pairwise(places))


def test_names_without_room_at_the_ends_stand_in_a_legend_and_the_rest_is_counted() -> None:
    lines = tuple(FigureLine(Schedule("linear", 1000), f"name {place}") for place in range(100))
    words = words_in(artwork_of(Figure(lines, ("alphas_cumprod",))))
    named = sum(word.text.startswith("name") for word in words)
    assert 5 < named < 100
    assert f"+{100 - named}" in {word.text for word in words}


@pytest.mark.parametrize("naming", [Naming.DIRECT, Naming.LEGEND])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_text_whatever_it_is(name: str, naming: Naming) -> None:
    line = FigureLine(Schedule("linear", 1000), name, colour='"/><script>')
    artwork = artwork_of(Figure((line,), ("alphas_cumprod",), naming=naming, width_mm=183.0, title=name))
    root = parsed(artwork)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "title", "rect", "polyline", "text", "tspan"}
    assert {key for element in root.iter() for key in element.attrib} <= ALLOWED
    if len(name) < 30 and name.isprintable():
        assert sum("".join(text.itertext()) == name for text in root.iter(f"{SVG}text")) == 2


ALLOWED = {"width", "height", "viewBox", "role", "font-family", "fill", "points", "stroke", "stroke-width"}
ALLOWED |= {"stroke-linejoin", "stroke-dasharray", "x", "y", "dy", "font-size", "text-anchor", "transform"}


def test_symbols_are_typeset() -> None:
    root = parsed(artwork_of(figure_of(curves=("alphas_cumprod", "posterior_variance", "sigmas"), width_mm=183.0)))
    texts = [(text.text, *((each.attrib.get("dy"), each.text) for each in text)) for text in root.iter(f"{SVG}text")]
    assert ("ᾱ", ("1.54", "t")) in texts
    assert ("β̃", ("1.54", "t")) in texts
    assert ("10", ("-2.66", "−2")) in texts


def test_the_picture_has_its_size_and_is_the_same_each_time() -> None:
    figure = figure_of(width_mm=89.0, height_mm=55.0)
    root = parsed(artwork_of(figure))
    assert (root.attrib["width"], root.attrib["height"]) == ("89mm", "55mm")
    assert root.attrib["viewBox"] == "0 0 252.28 155.91"
    assert svg_element(artwork_of(figure)) == svg_element(artwork_of(figure))
    assert svg_file(artwork_of(figure)).decode().endswith(svg_element(artwork_of(figure)))


def test_a_file_s_folder_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("betas\n0.1\n0.2\n", encoding="utf-8")
    content = svg_file(artwork_of(figure_of([f"custom:path={path}"]))).decode()
    assert "mine.csv" in content
    assert str(tmp_path) not in content


def test_grey_lines_differ_and_hidden_ones_are_not_there() -> None:
    figure = figure_of(grey=True, naming=Naming.NONE)
    colours = {line.stroke.colour for line in curves_in(artwork_of(figure))}
    assert len(colours) == len(SPECS) - 1  # const:T=1 is a point.
    assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in colours)
    hidden = replace(figure, lines=(replace(figure.lines[0], hidden=True), *figure.lines[1:]))
    assert len(curves_in(artwork_of(hidden))) == len(curves_in(artwork_of(figure))) - 1


def test_a_logarithm_never_has_a_logarithmic_axis() -> None:
    curves = frozenset({"log_snr", "alphas_cumprod"})
    figure = figure_of(curves=tuple(curves), log_curves=curves)
    assert [figure.is_log(ALL_CURVES[name]) for name in ("log_snr", "alphas_cumprod")] == [False, True]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"curves": ("alpha_bar",)}, "There is no curve “alpha_bar”"),
        ({"axis": "logsnr"}, "There is no scale “logsnr”; did you mean “log_snr”?"),
        ({"curves": ()}, "show a schedule and a curve"),
        ({"lines": ()}, "show a schedule and a curve"),
        ({"width_mm": 5.0}, "from 20 to 1000 mm wide, not 5"),
        ({"height_mm": float("nan")}, "from 15 to 1000 mm high, not nan"),
        ({"font_pt": 100.0}, "from 3 to 36 pt, not 100"),
        ({"line_pt": 0.0}, "from 0.1 to 6 pt wide, not 0"),
        ({"curves": tuple(ALL_CURVES), "height_mm": 60.0}, "no room for"),
        ({"width_mm": 20.0, "font_pt": 30.0}, "no room for 1 panels"),
    ],
)
def test_what_cannot_be_laid_out_is_said(change: dict[str, object], words: str) -> None:
    with pytest.raises(FigureError, match=words.replace("?", r"\?").replace("…", ".*")):
        artwork_of(replace(figure_of(), **change))  # type: ignore[arg-type]


@pytest.mark.parametrize("curve", [curve for curve in ALL_CURVES.values() if curve.name in CURVES])
@pytest.mark.parametrize("by_ratio", [False, True])
def test_curves_compared_with_a_are_its_differences_or_ratios(curve: Curve, by_ratio: bool) -> None:
    a, b = Schedule("linear", 40), Schedule("cosine", 40)
    figure = Figure((FigureLine(a, "a"), FigureLine(b, "b")), (curve.name,), against=Against(a, by_ratio=by_ratio))
    one, other = a.coefficients[curve.name], b.coefficients[curve.name]
    is_ratio = by_ratio and not curve.logarithm
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        wanted = other / one if is_ratio else other - one
    np.testing.assert_array_equal(figure.values(figure.lines[1], curve), wanted)
    assert not figure.is_log(curve) or is_ratio
    assert [figure.name(line) for line in figure.lines] == ["A: a", "b"]
    assert artwork_of(figure).marks


def test_a_script_says_what_is_compared() -> None:
    a, b = Schedule("linear", 40), Schedule("cosine", 40)
    figure = Figure((FigureLine(a, "a"), FigureLine(b, "b")), ("betas",), against=Against(a, by_ratio=True))
    script = script_of(figure)
    assert r'"ylabel": r"$\beta_{t}\div A$"' in script.replace("r'", 'r"').replace("$'", '$"')
    assert "# betas ÷ A" in script
    assert "'A: a'" in script
