"""Scripts are run with a stand-in for Matplotlib, which is not installed here, that keeps what it is told."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.figures.figure import Figure, Naming
from ddpm_studio.figures.latex_symbols import latex_of
from ddpm_studio.figures.matplotlib_script import plain_label, script_of
from tests.figures.test_figure import HOSTILE, figure_of


class Said:
    """Takes every call, and keeps it; as a grid of axes it has one that is itself."""

    transAxes = "axes"  # noqa: N815

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.rcParams: dict[str, object] = {}

    def __getattr__(self, name: str) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            self.calls.append((name, given, named))
            return self

        return call

    def subplots(self, rows: int, columns: int, **named: Any) -> tuple[Said, Said]:
        self.calls.append(("subplots", (rows, columns), named))
        self.flat = [Panel() for _ in range(rows * columns)]
        return self, self

    def of(self, name: str) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
        return [(given, named) for called, given, named in self.calls if called == name]


class Panel(Said):
    """Axes."""

    @property
    def lines(self) -> list[Line]:
        return [Line(named["label"]) for _, named in self.of("plot")]


class Line:
    def __init__(self, label: str) -> None:
        self.label = label

    def get_label(self) -> str:
        return self.label


def drawn(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> Said:
    """What a figure's script tells Matplotlib."""
    said, package, module = Said(), ModuleType("matplotlib"), ModuleType("matplotlib.pyplot")
    module.rcParams, module.subplots = said.rcParams, said.subplots  # type: ignore[attr-defined]
    package.pyplot = module  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "matplotlib", package)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", module)
    exec(compile(script_of(figure), "figure.py", "exec"), {})
    return said


@pytest.mark.parametrize("axis", SCALES)
def test_the_script_draws_the_numbers_of_the_schedules(axis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    curves = ("alphas_cumprod", "betas", "snr", "posterior_variance", "snr_db")
    figure = figure_of(curves=curves, axis=axis, width_mm=183.0, naming=Naming.NONE)
    said = drawn(figure, monkeypatch)
    for name, panel in zip(curves, said.flat, strict=False):
        plots = panel.of("plot")
        assert len(plots) == len(figure.lines)
        for line, ((x, y), look) in zip(figure.lines, plots, strict=True):
            assert look["color"] == line.colour
            scale = SCALES[axis]
            places = {float(f"{scale.value(p):.6g}"): t for t, p in enumerate(scale.positions(line.schedule)) if t}
            steps = np.array([places[value] for value in x])
            np.testing.assert_allclose(y, line.values(name)[steps - 1], rtol=3e-4 if axis == "sigma" else 1e-5)
        ((_, given),) = panel.of("set")
        assert given["yscale"] == ("log" if figure.is_log(ALL_CURVES[name]) else "linear")
        assert given["xscale"] == ("log" if axis == "sigma" else "linear")
        assert given["ylabel"] == latex_of(ALL_CURVES[name].symbol)
        assert (given["xlim"][0] > given["xlim"][1]) == (axis == "log_snr")


@pytest.mark.parametrize("naming", Naming)
@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_data(name: str, naming: Naming, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = figure_of(["linear:T=10"], width_mm=183.0, naming=naming, title=name)
    figure = replace(figure, lines=(replace(figure.lines[0], name=name),))
    said = drawn(figure, monkeypatch)
    ((_, look),) = said.flat[0].of("plot")[:1]
    assert look["label"] == plain_label(name) or "…" in look["label"]
    # What stands between two dollars would be read as LaTeX.
    assert not re.search(r"(?<!\\)\$", look["label"])
    assert not look["label"].startswith("_")
    assert len(said.of("legend")) == (naming is Naming.LEGEND)
    assert len(said.flat[0].of("annotate")) == (naming is Naming.DIRECT)


def test_the_size_is_that_of_the_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    said = drawn(figure_of(width_mm=89.0, height_mm=55.0, font_pt=6.0, line_pt=0.75), monkeypatch)
    ((_, named),) = said.of("subplots")
    assert named["figsize"] == pytest.approx((89 / 25.4, 55 / 25.4))
    assert said.rcParams["font.size"] == 6.0
    assert said.rcParams["lines.linewidth"] == 0.75


@pytest.mark.parametrize("curve", ALL_CURVES.values(), ids=lambda curve: curve.name)
def test_every_symbol_is_latex(curve: Any) -> None:
    latex = latex_of(curve.symbol)
    assert latex.isascii()
    assert latex.count("{") == latex.count("}")
    assert latex.count("$") % 2 == 0
