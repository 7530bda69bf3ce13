"""What holds for every solver: what is listed, identities between them, levels of pure noise, refusals."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import ddpm_studio
from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.table import walk
from ddpm_studio.errors import SolverError, StepsError
from tests.diffusion.solvers import toy
from tests.diffusion.strategies import schedules

LINEAR = Schedule.parse("linear:T=1000")
ZERO_SNR = Schedule.parse("scaled_linear:T=1000,zero_snr=1")

EVERY = [
    ("ddpm", {"variance": "fixed_small"}),
    ("ddpm", {"variance": "fixed_large"}),
    ("ddpm", {"variance": "learned_range"}),
    ("ddim", {}),
    ("ddim", {"eta": 0.7}),
    ("plms", {}),
    ("pndm", {}),
    *(
        (solver, {"order": order, "method": method})
        for solver in ("dpm-solver", "dpm-solver++")
        for order in (1, 2, 3)
        for method in ("multistep", "singlestep")
    ),
    *(
        (solver, {"order": order, "method": method, "form": "heun", "third": "exact"})
        for solver in ("dpm-solver", "dpm-solver++")
        for order in (2, 3)
        for method in ("multistep", "singlestep")
    ),
    *(("sde-dpm-solver++", {"order": order}) for order in (1, 2, 3)),
    *(("sde-dpm-solver++", {"order": 2, "eta": eta, "form": "heun"}) for eta in (0.0, 0.5, 1.0)),
    ("sde-dpm-solver++", {"order": 3, "third": "exact"}),
    *(("deis", {"order": order}) for order in (1, 2, 3)),
    *(("unipc", {"order": order, "variant": variant}) for order in (1, 2, 3) for variant in ("bh1", "bh2")),
    ("euler", {}),
    *(("euler-ancestral", {"eta": eta}) for eta in (0.0, 0.5, 1.0)),
    ("lcm", {}),
    ("consistency", {}),
    ("heun", {}),
    ("heun", {"slope": "velocity"}),
    ("dpm2", {}),
    *(("lms", {"order": order}) for order in (1, 2, 3, 4)),
]

LOST = Schedule.parse("const:T=1000,beta_end=0.1")
"""Some levels hold less of the picture than float32 tells from nothing."""

LEAST_OUT_OF_NOISE = 5

NFE_OF_12 = {"plms": 13, "pndm": 21, "heun": 23, "dpm2": 23}


def test_every_solver_is_listed_with_its_orders_options_and_paper() -> None:
    assert set(SOLVERS) == {name for name, _ in EVERY}
    assert SOLVERS["dpm-solver++"].orders == (1, 2, 3)
    assert SOLVERS["lms"].orders == (1, 2, 3, 4)
    assert SOLVERS["plms"].orders == ()
    assert [SOLVERS[name].accuracies() for name in ("plms", "lms", "unipc")] == [(2,), (1, 2, 3, 4), (2, 3, 4)]
    (eta,) = SOLVERS["ddim"].options
    assert (eta.key, eta.default, eta.low, eta.high) == ("eta", 0, 0, 1)
    assert all(found.paper and found.space in ("epsilon", "x0") for found in SOLVERS.values())


JUMP = """
import numpy as np
from ddpm_studio.diffusion.solvers.registry import Rows, solver

@solver("jump", "nobody", "x0")
def jump(steps):
    return Rows(np.zeros(steps.count), np.ones((steps.count, 1)))
"""


def test_a_new_file_is_a_new_solver(tmp_path: Path) -> None:
    package = Path(ddpm_studio.__file__).parent
    shutil.copytree(package, tmp_path / "ddpm_studio", ignore=shutil.ignore_patterns("gui", "__pycache__"))
    (tmp_path / "ddpm_studio" / "diffusion" / "solvers" / "jump.py").write_text(JUMP)
    script = (
        "from ddpm_studio.diffusion import Steps, Schedule, solver_table\n"
        "print(solver_table('jump', Steps.from_spacing(Schedule(), 3)).nfe)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "3\n", done.stderr


@pytest.mark.parametrize(("solver", "options"), EVERY, ids=str)
def test_the_network_calls_are_those_that_are_told(solver: str, options: dict[str, object]) -> None:
    table = solver_table(solver, Steps.from_spacing(LINEAR, 12), **options)
    assert table.nfe == SOLVERS[solver].nfe(12) == NFE_OF_12.get(solver, 12)
    assert table.steps == 12
    assert table.options == {**table.options, **options}


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 14, 15, 40])
@pytest.mark.parametrize(("solver", "options"), EVERY, ids=str)
def test_a_network_that_knows_the_picture_leads_to_it(solver: str, options: dict[str, object], count: int) -> None:
    count = max(count, 4) if solver == "pndm" else count
    picture = np.array([0.5, -1.0, 0.25])
    steps = Steps.from_spacing(LINEAR, count)
    table = solver_table(solver, steps, **options)
    rng = np.random.default_rng(1)
    *_, seen = walk(table, lambda x, t: picture, rng.normal(size=3), lambda row: rng.normal(size=3), "sample")
    np.testing.assert_allclose(seen, picture, rtol=0, atol=1e-9)


@pytest.mark.parametrize(("solver", "options"), EVERY, ids=str)
def test_the_prediction_type_changes_nothing(solver: str, options: dict[str, object]) -> None:
    table = solver_table(solver, Steps.from_spacing(LINEAR, 9, "karras"), **options)
    zs = np.random.default_rng(2).normal(size=(table.nfe, 3))
    pictures = [toy.sampled(table, kind, noises=lambda row: zs[row]) for kind in ("epsilon", "sample", "v_prediction")]
    np.testing.assert_allclose(pictures[1:], [pictures[0]] * 2, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("spacing", ["trailing", "karras", "kl_optimal"])
def test_solvers_that_are_one_and_the_same(spacing: str) -> None:
    steps = Steps.from_spacing(LINEAR, 20, spacing)

    def picture(solver: str, **options: object) -> list[float]:
        zs = np.random.default_rng(3).normal(size=(20, 3))
        table = solver_table(solver, steps, **options)
        return list(toy.sampled(table, noises=lambda row: zs[row]))

    ddim = pytest.approx(picture("ddim"), rel=1e-9)
    for first_order in ("dpm-solver", "dpm-solver++", "deis", "lms"):
        assert picture(first_order, order=1) == ddim
    assert picture("euler") == ddim
    ancestral = pytest.approx(picture("ddpm", variance="fixed_small"), rel=1e-9)
    assert picture("ddim", eta=1) == ancestral
    assert picture("euler-ancestral") == ancestral
    assert picture("sde-dpm-solver++", order=1) == ancestral
    for eta in (0.0, 0.3, 1.0):
        assert picture("euler-ancestral", eta=eta) == pytest.approx(picture("ddim", eta=eta), rel=1e-9)
    for order in (2, 3):
        exact = {"order": order, "form": "heun", "third": "exact"}
        assert picture("dpm-solver", **exact) == pytest.approx(picture("deis", order=order), rel=1e-9)
        for form, third in (("midpoint", "published"), ("heun", "exact")):
            settings = {"order": order, "form": form, "third": third}
            same = pytest.approx(picture("dpm-solver++", **settings), rel=1e-9)
            assert picture("sde-dpm-solver++", eta=0, **settings) == same


@pytest.mark.parametrize("eta", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("solver", ["ddim", "euler-ancestral", "sde-dpm-solver++"])
def test_noise_taken_off_is_put_back_whatever_eta(solver: str, eta: float) -> None:
    """Where the estimate never changes, x keeps the distribution N(a x0, s²) at every level."""
    steps = Steps.from_spacing(LINEAR, 20, "karras")
    table = solver_table(solver, steps, eta=eta)
    np.testing.assert_allclose(table.A**2 * steps.noise[:-1] ** 2 + table.C**2, steps.noise[1:] ** 2, atol=1e-12)
    np.testing.assert_allclose(table.A * steps.signal[:-1] + table.B.sum(axis=1), steps.signal[1:], atol=1e-12)
    assert (table.C[:-1] > 0).all() == (eta > 0)


def test_ddpm_on_every_level_is_the_posterior_of_the_schedule() -> None:
    c = LINEAR.coefficients
    table = solver_table("ddpm", Steps.from_spacing(LINEAR, 1000), variance="learned_range")
    np.testing.assert_allclose(table.A, c.posterior_mean_coef2[::-1], rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(table.B[:, 0], c.posterior_mean_coef1[::-1], rtol=1e-9)
    np.testing.assert_allclose(table.C, np.sqrt(c.posterior_variance[::-1]), rtol=1e-9, atol=1e-12)
    assert table.log_variance_min is not None
    assert table.log_variance_max is not None
    np.testing.assert_allclose(table.log_variance_min[:-1], np.log(c.posterior_variance[:0:-1]), rtol=1e-9)
    np.testing.assert_allclose(table.log_variance_max, np.log(c.betas[::-1]), rtol=1e-9)
    assert np.isfinite(table.log_variance_min).all()
    assert solver_table("ddpm", Steps.from_spacing(LINEAR, 9)).log_variance_min is None


@pytest.mark.parametrize("schedule", [ZERO_SNR, Schedule.parse("flow:T=1000,shift=3")], ids=str)
@pytest.mark.parametrize(("solver", "options"), EVERY, ids=str)
@pytest.mark.parametrize("count", [1, 2, 3, 6, 15, 30])
def test_every_solver_leaves_pure_noise(
    solver: str, options: dict[str, object], count: int, schedule: Schedule
) -> None:
    """Networks of what is read at ᾱ = 0 come to the same picture; those of ε are refused in a sentence."""
    steps = Steps.from_spacing(schedule, max(count, LEAST_OUT_OF_NOISE) if solver == "pndm" else count)
    table = solver_table(solver, steps, **options)
    zs = np.random.default_rng(2).normal(size=(table.nfe, 3))
    kinds = ("sample", "v_prediction", "flow_prediction", "reversed_flow_prediction")
    one, *others = (toy.sampled(table, kind, noises=lambda row: zs[row]) for kind in kinds)
    np.testing.assert_allclose(others, [one] * len(others), rtol=1e-8, atol=1e-8)
    assert np.abs(one - toy.MU).max() < 5 * toy.C
    with pytest.raises(SolverError, match=r"ᾱ is \S+ at call 1 of the network, so x0 cannot be computed"):
        table.p("epsilon")


@pytest.mark.parametrize(("solver", "options"), EVERY, ids=str)
def test_solvers_out_of_pure_noise_come_close_to_the_flow(solver: str, options: dict[str, object]) -> None:
    table = solver_table(solver, Steps.from_spacing(ZERO_SNR, 200, "kl_optimal"), **options)
    if not table.C.any():
        picture = toy.sampled(table, "v_prediction")
        np.testing.assert_allclose(picture, toy.flow(-np.inf, np.inf, toy.START), atol=0.02)


@pytest.mark.parametrize("solver", [name for name, found in SOLVERS.items() if found.space == "epsilon"])
def test_a_solver_of_epsilon_leaves_pure_noise_by_the_step_of_ddim(solver: str) -> None:
    """x' = a' x̂0 + s' x, in one call; its own steps begin where x holds something of the picture."""
    for schedule, dark in ((ZERO_SNR, 1), (LOST, 3)):
        steps = Steps.from_spacing(schedule, 12)
        table, own = solver_table(solver, steps), solver_table(solver, steps.after(dark))
        assert steps.dark == dark
        for row in range(dark):
            ratio = steps.noise[row + 1] / steps.noise[row]
            assert table.A[row] == pytest.approx(ratio)
            assert table.B[row, 0] == pytest.approx(steps.signal[row + 1] - ratio * steps.signal[row], rel=1e-9)
            assert not table.B[row, 1:].any()
        assert table.keeps_x0.tolist() == [True] * dark + [False] * own.nfe
        assert table.timestep.tolist() == [*steps.timesteps[:dark], *own.timestep]
        assert table.log_snr[dark:].tolist() == own.log_snr.tolist()
        if solver not in ("dpm-solver", "deis"):  # Their last steps are of lower order for a step less.
            np.testing.assert_allclose(table.A[dark:], own.A, rtol=1e-12)


def test_pndm_needs_a_step_more_out_of_pure_noise() -> None:
    sentence = "steps is 4, and pndm takes the first 3 after pure noise by Runge–Kutta; take 5 or more, or use plms."
    with pytest.raises(SolverError, match=sentence):
        solver_table("pndm", Steps.from_spacing(ZERO_SNR, LEAST_OUT_OF_NOISE - 1))
    assert solver_table("pndm", Steps.from_spacing(ZERO_SNR, LEAST_OUT_OF_NOISE)).nfe == 14


@settings(deadline=None, max_examples=150)
@given(schedules(), st.sampled_from(EVERY), st.sampled_from(list(SPACINGS)), st.integers(1, 40), st.booleans())
def test_every_weight_of_any_schedule_is_finite(
    schedule: Schedule, which: tuple[str, dict[str, object]], spacing: str, count: int, clean: bool
) -> None:
    try:
        steps = Steps.from_spacing(schedule, min(count, schedule.T), spacing, set_alpha_to_one=clean)
        table = solver_table(which[0], steps, **which[1])
    except (StepsError, SolverError):
        assume(False)
    for name in ("A", "B", "C", "timestep"):
        assert np.isfinite(getattr(table, name)).all(), name
    assert table.B.shape == (table.nfe, table.history)
    assert ((table.base >= 0) & (table.base <= np.arange(table.nfe))).all()
    assert (table.C >= 0).all()
    assert np.array_equal(table.log_snr[1:], table.log_snr_next[:-1])


def test_plms_says_that_it_was_made_for_even_steps() -> None:
    (finding,) = solver_table("plms", Steps.from_spacing(LINEAR, 10, "karras")).findings
    assert finding.code == "uneven_steps"
    assert solver_table("plms", Steps.from_spacing(LINEAR, 7)).findings == ()


def test_findings_of_the_steps_are_those_of_the_table() -> None:
    steps = Steps.from_spacing(Schedule.parse("cosine:T=1000"), 20, "karras")
    assert solver_table("unipc", steps).findings == steps.findings != ()


@pytest.mark.parametrize(
    ("solver", "options", "sentence"),
    [
        ("ddmi", {}, "There is no solver “ddmi”; did you mean “ddim”?"),
        ("uni-pc", {}, "did you mean “unipc”?"),
        ("euler_a", {}, "did you mean “euler-ancestral”?"),
        ("DPM++", {}, "did you mean “dpm-solver++”?"),
        (None, {}, "There is no solver “None”"),
        (["ddim"], {}, "There is no solver “['ddim']”; did you mean “ddim”?"),
        ("ddim", {"eta": -0.1}, "eta of ddim is -0.1; choose from 0 to 1."),
        ("ddim", {"eta": 1.5}, "eta of ddim is 1.5; choose from 0 to 1."),
        ("ddim", {"eta": float("nan")}, "eta of ddim is nan"),
        ("ddim", {"eta": "1"}, "eta of ddim is “1”; choose from 0 to 1."),
        ("ddim", {"eta": 10**400}, "0; choose from 0 to 1."),
        ("dpm-solver++", {"form": "euler"}, "form of dpm-solver++ is “euler”; choose from midpoint, heun."),
        ("dpm-solver", {"third": "half"}, "third of dpm-solver is “half”; choose from published, exact."),
        ("sde-dpm-solver++", {"eta": 2}, "eta of sde-dpm-solver++ is 2; choose from 0 to 1."),
        ("euler-ancestral", {"eta": -1}, "eta of euler-ancestral is -1; choose from 0 to 1."),
        ("ddim", {"order": 2}, "ddim has no option “order”; leave it out. It takes: eta."),
        ("dpm-solver++", {"order": 4}, "order of dpm-solver++ is 4; choose from 1, 2, 3."),
        ("dpm-solver", {"method": "single"}, "choose from multistep, singlestep."),
        ("lms", {"order": 0}, "order of lms is 0; choose from 1, 2, 3, 4."),
        ("lms", {"order": np.array([1, 2])}, "order of lms is “[1 2]”; choose from 1, 2, 3, 4."),
        ("unipc", {"variant": "bh3"}, "variant of unipc is “bh3”; choose from bh1, bh2."),
        ("ddpm", {"variance": "learned"}, "choose from fixed_small, fixed_large, learned_range."),
        ("pndm", {}, "steps is 3, and pndm takes the first 3 by Runge–Kutta; take 4 or more, or use plms."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(solver: str, options: dict[str, object], sentence: str) -> None:
    with pytest.raises(SolverError) as caught:
        solver_table(solver, Steps.from_spacing(LINEAR, 3), **options)
    assert sentence in str(caught.value)


def test_a_number_of_steps_is_not_steps() -> None:
    with pytest.raises(SolverError, match=r"A table is built for Steps, not 20; Steps\.from_spacing makes them\."):
        solver_table("ddim", 20)  # type: ignore[arg-type]


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_least_steps_are_the_least(solver: str) -> None:
    least = SOLVERS[solver].least
    assert solver_table(solver, Steps.from_spacing(LINEAR, least)).nfe == SOLVERS[solver].nfe(least)
    if least > 1:
        with pytest.raises(SolverError, match=f"take {least} or more"):
            solver_table(solver, Steps.from_spacing(LINEAR, least - 1))
