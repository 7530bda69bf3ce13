"""The Python that is copied runs by itself and rebuilds the arrays."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.files.plain_source import definitions
from ddpm_studio.files.snippets import diffusers_snippet, numpy_snippet
from tests.diffusion.strategies import ALL_KINDS, schedules
from tests.files.configs.built_levels import alphas_cumprod_of


def run(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(code, names)
    return names


def check_arrays(schedule: Schedule) -> None:
    code = numpy_snippet(schedule)
    assert "ddpm_studio" not in code
    assert ">>>" not in code
    names = run(code)
    for name in CURVES:
        np.testing.assert_array_equal(names[name], schedule.coefficients[name], err_msg=name)


@pytest.mark.parametrize("operators", ["", ",zero_snr=1", ",snr_shift=3", ",zero_snr=1,snr_shift=0.25"])
@pytest.mark.parametrize("kind", ALL_KINDS)
def test_numpy_snippet_of_every_kind(kind: str, operators: str) -> None:
    check_arrays(Schedule.parse(f"{kind}:T=100{operators}"))


@settings(deadline=None, max_examples=60)
@given(schedule=schedules(max_steps=60))
def test_numpy_snippet_of_any_schedule(schedule: Schedule) -> None:
    check_arrays(schedule)


@pytest.mark.parametrize(
    "formula",
    [
        "log_snr=-2*s*log(tan(pi*u/2)),s=2,zero_snr=1",
        "log_snr=clip(a/(b-u),-9,9)-logit(u/2),a=1e-3,b=0",
        "alpha_bar=sigmoid(softplus(2)-20*u^2)/T^0.5*max(T,1,2)^0.5,snr_shift=2",
        "beta=0.02",
        "beta=min(abs(a^0.5)*u,1/0,0.5),a=0.01",
    ],
)
def test_numpy_snippet_of_a_formula(formula: str) -> None:
    schedule = Schedule.parse(f"formula:T=60,{formula}")
    check_arrays(schedule)
    assert "def formula(T" in numpy_snippet(schedule)


def renamed(x: float) -> float:
    return 2 * x


def test_a_function_that_was_written_under_another_name_has_its_own_again() -> None:
    for _ in range(2):
        assert definitions([], named={"other": renamed}) == "def other(x):\n    return 2 * x"
        assert definitions([renamed]) == "def renamed(x):\n    return 2 * x"


def test_numpy_snippet_of_betas_from_a_file() -> None:
    betas = np.linspace(1e-5, 0.3, 50)
    check_arrays(Schedule.from_betas(betas, "a\nimport os\n.csv", {"zero_snr": 1.0}))


def test_numpy_snippet_names_the_formula_and_no_numbers_but_parameters() -> None:
    code = numpy_snippet(Schedule.parse("linear:T=1000,beta_end=0.03"))
    assert code.startswith("# linear:T=1000,beta_end=0.03\n")
    assert "np.linspace(beta_start, beta_end, T)" in code
    assert "linear(T=1000, beta_start=0.0001, beta_end=0.03)" in code
    assert "0.00012" not in code


def test_numpy_snippet_needs_numpy_alone() -> None:
    code = numpy_snippet(Schedule.parse("sigmoid:T=20,zero_snr=1"))
    code += "import sys\nassert {'torch', 'diffusers', 'ddpm_studio'}.isdisjoint(sys.modules)\nprint(len(betas))"
    done = subprocess.run([sys.executable, "-I", "-W", "error", "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("20\n", "")


@pytest.mark.filterwarnings("ignore:__array_:DeprecationWarning")
@pytest.mark.parametrize("operators", ["", ",zero_snr=1", ",snr_shift=3"])
@pytest.mark.parametrize("kind", ALL_KINDS)
def test_diffusers_snippet_of_every_kind(kind: str, operators: str) -> None:
    check_scheduler(Schedule.parse(f"{kind}:T=100{operators}"))


def test_diffusers_snippet_of_betas_from_a_file() -> None:
    check_scheduler(Schedule.from_betas([0.1, 0.2, 0.5]))


def check_scheduler(schedule: Schedule) -> None:
    scheduler = run(diffusers_snippet(schedule))["scheduler"]
    assert scheduler.config.num_train_timesteps == schedule.T
    np.testing.assert_allclose(alphas_cumprod_of(scheduler), schedule.coefficients.alphas_cumprod, atol=2e-5)


def test_diffusers_snippet_is_short_where_diffusers_has_the_kind() -> None:
    assert diffusers_snippet(Schedule.parse("cosine:T=1000")) == (
        "# cosine:T=1000\n\n"
        "from diffusers import DDPMScheduler\n\n"
        "scheduler = DDPMScheduler(\n"
        "    num_train_timesteps=1000,\n"
        "    beta_schedule='squaredcos_cap_v2',\n"
        ")\n"
    )
