"""Y axes that choose themselves: which do, what a choice by hand makes of it, and that nothing flips while held."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from ddpm_studio.diffusion import CURVES
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.diffusion.training.training_curves import TRAINING_CURVES
from ddpm_studio.gui.curves import series
from ddpm_studio.gui.curves.menu import PlotMenu
from ddpm_studio.gui.state import y_axes
from ddpm_studio.gui.state.window import State, View
from tests.gui.curves.conftest import Bench, offscreen_menu, state_of
from tests.gui.finding import child


@pytest.mark.parametrize(
    ("name", "specs", "log"),
    [
        ("betas", ["linear:T=1000"], False),
        ("betas", ["linear:T=1000", "cosine:T=1000"], True),
        ("posterior_variance", ["cosine:T=1000"], True),
        ("sigmas", ["cosine:T=1000"], True),
        ("snr", ["linear:T=300"], True),
        ("alphas_cumprod", ["linear:T=1000", "cosine:T=1000"], False),
        ("sqrt_one_minus_alphas_cumprod", ["linear:T=1000"], False),
        ("snr_db", ["cosine:T=1000"], False),
        ("betas", ["linear:T=1"], False),
        ("betas", ["cosine:T=2"], False),
    ],
)
def test_what_a_linear_axis_shows_nothing_of_is_logarithmic(name: str, specs: list[str], log: bool) -> None:
    assert series.is_log(state_of(*specs), CURVES[name]) is log


def test_what_has_no_logarithm_stays_linear() -> None:
    """At its ends a curve may be 0, as β̃ is at first, but nowhere else."""
    for spec in ("cosine:T=1000", "cosine:T=1000,zero_snr=1"):
        state = state_of(spec)
        for curve in CURVES.values():
            values = state.visible[0].schedule.coefficients[curve.name][1:-1]
            assert (values > 0).all() or curve.name in state.log_curves or not series.is_log(state, curve)


def test_what_compares_with_a_is_linear_until_it_is_chosen() -> None:
    specs = ("linear:T=1000", "cosine:T=1000")
    assert not series.is_log(state_of(*specs, view=View.RATIO), CURVES["betas"])
    assert series.is_log(state_of(*specs, view=View.RATIO, log_curves=frozenset({"betas"})), CURVES["betas"])


FAMILIES = {
    "linear:T=1000": "",
    "cosine:T=1000": "predict=v_prediction",
    "flow:T=1000,shift=3": "predict=flow_prediction,draw=logit_normal",
    "edm:T=1000": "predict=edm,draw=lognormal",
    "laplace:T=1000": "",
}
WEIGHTS = ("effective_weight", "relative_weight")


def trained(*specs: str) -> State:
    """These lines with what their families are trained for, over log SNR."""
    state = state_of(*specs, axis="log_snr")
    trains = (Objective.parse(FAMILIES[spec]) for spec in specs)
    entries = (replace(entry, train=train) for entry, train in zip(state.entries, trains, strict=True))
    return replace(state, entries=tuple(entries))


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize(("spec", "log"), [(spec, spec.startswith("cosine")) for spec in FAMILIES])
def test_weights_in_training_choose_their_axis_as_other_curves_do(name: str, spec: str, log: bool) -> None:
    """W of v along cosine goes from 1e-3 to 1e4; the others are hills, in all of whose width there is something."""
    assert series.is_log(trained(spec), TRAINING_CURVES[name]) is log
    assert series.is_log(trained(*FAMILIES), TRAINING_CURVES[name])


@pytest.mark.parametrize("name", WEIGHTS)
def test_what_weighs_next_to_nothing_takes_no_room_on_the_axis(name: str) -> None:
    """Of the flow, W goes down to 2e-11."""
    state, curve = trained(*FAMILIES), TRAINING_CURVES[name]
    lines = [series.drawn(state, entry, curve) for entry in state.entries]
    assert min(y.min() for _, y in lines) < -10
    low, high = series.y_range(state, curve, [series.extent_of(state, curve, y) for _, y in lines])
    assert -5 < low < -3 < 3 < high
    for _, y in lines:
        assert np.mean(y > low) > 0.9, "nearly all steps are seen"
        assert y.max() < high, "and what weighs most"
    x, y = lines[2]
    seen = series.seen_extent(state, curve, x, y, (x[0], x[0] + 1))
    assert seen
    assert seen[0] < -8, "of a part of a line, all there is"


@pytest.fixture
def choosing(large: Bench) -> Bench:
    """The large plot of β, whose axis nobody has chosen, of a schedule of which a linear one shows all."""
    while "betas" in large.studio.state.linear_curves:
        large.studio.undo()
    large.studio.set_grid(False)
    state = large.studio.state
    assert "betas" not in state.log_curves | state.linear_curves
    for entry in state.entries[1:]:
        large.studio.set_visible(entry.key, False)
    large.studio.explain("betas")
    large.settle()
    return large


def is_log(bench: Bench) -> bool:
    """Whether plot, switch and rail say so, who have to agree."""
    (plot,) = bench.grid.plots()
    assert plot.title._log is plot._log
    return bool(plot._log)


def test_the_plot_and_its_switch_follow_the_schedules(choosing: Bench) -> None:
    studio = choosing.studio
    assert not is_log(choosing)
    studio.set_visible(studio.state.entries[1].key, True)
    choosing.settle()
    assert is_log(choosing)
    low, high = choosing.plot("betas").vb.viewRange()[1]
    assert low < -4 < 0 < high + 0.01


def test_a_click_overrides_either_way_and_stays(choosing: Bench) -> None:
    studio = choosing.studio
    QTest.keyClick(choosing.grid, Qt.Key.Key_L)
    choosing.settle()
    assert is_log(choosing)
    QTest.keyClick(choosing.grid, Qt.Key.Key_L)
    studio.set_visible(studio.state.entries[1].key, True)
    choosing.settle()
    assert not is_log(choosing)
    studio.undo()
    studio.undo()
    studio.undo()
    studio.set_visible(studio.state.entries[1].key, True)
    choosing.settle()
    assert is_log(choosing), "nobody has chosen it any more"


def test_nothing_flips_while_a_slider_is_held(choosing: Bench) -> None:
    studio = choosing.studio
    studio.set_adjusting(True)
    studio.set_kind("cosine")
    choosing.settle()
    assert not is_log(choosing)
    studio.set_adjusting(True)
    choosing.settle()
    assert not is_log(choosing)
    studio.set_adjusting(False)
    choosing.settle()
    assert is_log(choosing)


def test_a_curve_is_gone_through_once(choosing: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    found = y_axes._found

    def noted(values: series.Array) -> object:
        looked.append(len(values))
        return found(values)

    monkeypatch.setattr(y_axes, "_found", noted)
    for t in range(5):
        choosing.studio.set_t(t)
        choosing.settle()
    assert not looked


@offscreen_menu
def test_the_menu_says_what_the_axis_chose(choosing: Bench) -> None:
    menu = child(choosing.panel, PlotMenu)
    choosing.grid.menu_requested.emit("betas", QPoint())
    assert not menu.log.isChecked()
    menu.close()
    choosing.studio.set_kind("cosine")
    choosing.settle()
    choosing.grid.menu_requested.emit("betas", QPoint())
    assert menu.log.isChecked()
    menu.log.trigger()
    menu.close()
    choosing.settle()
    assert not is_log(choosing)
