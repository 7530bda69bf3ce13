"""Each finding on a schedule that deserves it, and not on one that doesn't."""

from __future__ import annotations

import gc
import re
from weakref import ref

import numpy as np
import pytest
from hypothesis import given, settings

from ddpm_studio.diffusion import Finding, Schedule, findings_of
from ddpm_studio.diffusion.steps.levels_findings import findings_of_levels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from tests.diffusion.strategies import schedules


def found(text: str) -> dict[str, Finding]:
    return {finding.code: finding for finding in findings_of(Schedule.parse(text))}


DESERVED = {
    "terminal_signal": ["linear:T=300", "scaled_linear:T=1000", "laplace:T=1000", "linear:T=1"],
    "unscaled_ends": ["linear:T=300", "linear:T=4000", "scaled_linear:T=50", "const:T=100", "linear:T=5"],
    "zero_terminal_snr": ["linear:T=1000,zero_snr=1", "jsd:T=100", "cosine:T=1,zero_snr=1,snr_shift=3"],
    "destroying_start": ["const:T=1000", "exp:T=1000", "linear:T=1000,beta_start=0.011"],
    "capped_betas": [
        "cosine:T=1000",
        "linear_rescaled:T=20",
        "cosine:T=1000,max_beta=0.5",
        "cosine:T=1000,snr_shift=0.1",
    ],
    "falling_betas": ["linear:T=1000,beta_start=0.02,beta_end=0.0001", "laplace:T=1000"],
    "below_float32": ["sqrt:T=1000", "linear:T=10000", "linear:T=10000,zero_snr=1"],
    "lost_in_float32": ["linear:T=1000,beta_start=1e-8", "cosine:T=10000,s=0", "linear:T=1000,snr_shift=0.0001"],
    "wasted_steps": ["const:T=1000", "linear:T=4000", "linear:T=10,beta_start=1e-6,beta_end=1e-6"],
}
UNDESERVED = {
    "terminal_signal": ["linear:T=1000", "cosine:T=300", "linear:T=300,zero_snr=1", "linear:T=300,snr_shift=1000"],
    "unscaled_ends": ["linear:T=1000", "linear_rescaled:T=300", "cosine:T=300", "linear:T=300,beta_end=0.0667"],
    "zero_terminal_snr": ["linear:T=1000", "cosine:T=1000"],
    "destroying_start": ["linear:T=1000", "cosine:T=300", "linear:T=1000,beta_start=0.0099"],
    "capped_betas": ["linear:T=1000", "linear_rescaled:T=21", "linear:T=1000,zero_snr=1", "jsd:T=1000"],
    "falling_betas": ["linear:T=1000", "cosine:T=4000", "const:T=1000", "exp:T=1000", "cosine:T=100000"],
    "below_float32": ["linear:T=1000", "cosine:T=1000", "linear:T=1000,zero_snr=1", "jsd:T=1000"],
    "lost_in_float32": ["linear:T=1000", "cosine:T=1000", "linear:T=1000,beta_start=4e-8"],
    "wasted_steps": ["linear:T=1000", "cosine:T=1000", "cosine:T=1000,zero_snr=1"],
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in DESERVED.items() for text in texts])
def test_finding_is_made_where_it_is_deserved(code: str, text: str) -> None:
    assert code in found(text)


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in UNDESERVED.items() for text in texts])
def test_finding_is_not_made_where_it_is_not(code: str, text: str) -> None:
    assert code not in found(text)


def test_schedules_that_work_are_left_alone() -> None:
    for text in ("linear:T=1000", "linear_rescaled:T=1000", "vp:T=1000", "logsnr_cosine:T=1000", "sigmoid_beta:T=1000"):
        assert not found(text), text
    for text in ("cosine:T=1000", "cosine:T=4000", "sigmoid:T=1000", "linear_gamma:T=1000"):
        assert list(found(text)) == ["capped_betas"], text


def test_the_seed_is_told_that_a_fifth_of_the_signal_is_left() -> None:
    first, second = findings_of(Schedule.parse("linear:T=300"))
    assert first.severe
    assert "√ᾱ_T = 0.2192" in str(first)
    assert "22 %" in str(first)
    assert "zero terminal SNR" in str(first)
    assert "3.333" in str(second)
    assert not found("linear_rescaled:T=300")


def test_a_first_step_that_leaves_nothing_has_an_infinite_sigma_in_print() -> None:
    assert "σ_1 = ∞" in str(found("flow:T=1")["destroying_start"])


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("edm:T=1000", "terminal_signal", "σ_max"),
        ("ve:T=1000,sigma_min=0.5", "destroying_start", "σ_min"),
        ("ve:T=1000,sigma_min=0.0001", "lost_in_float32", "σ_min"),
        ("edm:T=1000,sigma_max=100000", "terminal_signal", ""),
    ],
)
def test_remedies_name_the_sigma_that_the_kind_has(text: str, code: str, named: str) -> None:
    made = found(text)
    assert named in made[code].remedy if named else code not in made


def test_pure_noise_is_for_flows_as_well() -> None:
    assert "flow prediction" in found("flow:T=1000")["zero_terminal_snr"].remedy


def test_the_remedies_work() -> None:
    assert not found("linear:T=300,beta_start=0.0003333,beta_end=0.06667")
    assert "terminal_signal" not in found("linear:T=300,zero_snr=1")
    assert "terminal_signal" not in found("linear:T=1000")
    assert "below_float32" not in found("linear:T=10000,beta_end=0.002")


def test_unscalable_ends_are_sent_to_another_kind() -> None:
    """Twenty steps would need β_T = 1, so no factor helps there."""
    assert "Multiply its betas by 47.6" in str(found("linear:T=21")["unscaled_ends"])
    assert "cosine" in str(found("linear:T=20")["unscaled_ends"])


def test_counts_are_right() -> None:
    assert found("linear_rescaled:T=10")["capped_betas"].values["count"] == 5
    assert ": 5 of 10." in str(found("linear_rescaled:T=10")["capped_betas"])
    falls = findings_of(Schedule.from_betas([0.01, 0.02, 0.015, 0.03, 0.02]))
    assert "in 2 of 5 steps, first after t = 2" in " ".join(map(str, falls))
    middle = {f.code: f for f in findings_of(Schedule.from_betas([0.01, 1.0, 0.01]))}
    assert middle["below_float32"].values["count"] == 2
    assert middle["capped_betas"].values["count"] == 1
    assert "zero_terminal_snr" in middle


def test_steps_are_wasted_from_a_log_snr_of_ten() -> None:
    """1 − ᾱ = 4.54e-5 is log SNR 10; half of the steps may lie beyond it."""
    for betas, wasted in (([4.5e-5], True), ([4.6e-5], False), ([4.5e-5, 0.1], False), ([1 - 4.5e-5], True)):
        codes = [finding.code for finding in findings_of(Schedule.from_betas(betas))]
        assert ("wasted_steps" in codes) == wasted, betas


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("linear:T=300", "√ᾱ_T = 0.2192: 22 % of the signal is left at t = T."),
        ("const:T=1,beta_end=0.0101", "√ᾱ_T = 0.9949: 99 % of the signal is left at t = T."),
        ("linear:T=1", "√ᾱ_T = 1 − 5e-05: nearly all of the signal is left at t = T."),
        ("const:T=1,beta_end=1e-12", "√ᾱ_T = 1 − 5e-13: nearly all of the signal is left at t = T."),
    ],
)
def test_a_signal_that_is_not_whole_is_not_called_so(text: str, said: str) -> None:
    found = next(each for each in findings_of(Schedule.parse(text)) if each.code == "terminal_signal")
    assert str(found.texts[0]) == said


def test_steps_that_start_nearly_at_the_picture_say_so() -> None:
    levels = StepsSpec.parse("sigmas:0.05,0.03").levels(Schedule("linear", 1000))
    found = next(each for each in findings_of_levels(levels) if each.code == "late_start")
    assert str(found.texts[0]) == "The first level, σ = 0.05, has nearly all of the picture in it."


def test_the_serious_come_first() -> None:
    order = [finding.severe for finding in findings_of(Schedule.parse("sqrt:T=3000"))]
    assert order == sorted(order, reverse=True)
    assert len(order) > len(set(order))


@settings(max_examples=100)
@given(schedules())
def test_every_finding_says_what_why_and_what_to_do(schedule: Schedule) -> None:
    made = findings_of(schedule)
    assert len({finding.code for finding in made}) == len(made)
    for finding in made:
        for text in (finding.what, finding.meaning, finding.remedy):
            sentence = text.format(**finding.values)
            assert sentence.endswith(".")
            assert "{" not in sentence
            assert "nan" not in sentence
            assert not re.search(r"\binf\b|\bin 1 steps\b", sentence)
        assert hash(finding) == hash(finding)


@pytest.mark.parametrize(
    ("code", "text", "t"),
    [
        ("terminal_signal", "linear:T=300", 300),
        ("unscaled_ends", "linear:T=300", 300),
        ("zero_terminal_snr", "linear:T=1000,zero_snr=1", 1000),
        ("destroying_start", "const:T=1000", 1),
        ("capped_betas", "cosine:T=1000", 1000),
        ("falling_betas", "linear:T=1000,beta_start=0.02,beta_end=0.0001", 1),
        ("lost_in_float32", "linear:T=1000,beta_start=1e-8", 1),
        ("wasted_steps", "const:T=1000", 0),
    ],
)
def test_a_finding_knows_the_step_that_it_is_about(code: str, text: str, t: int) -> None:
    assert found(text)[code].t == t


@pytest.mark.parametrize("text", ["linear:T=1000", "cosine:T=300", "linear:T=3"])
def test_a_table_that_begins_with_the_noisiest_step_is_noticed(text: str) -> None:
    betas = Schedule.parse(text).betas[::-1]
    finding = next(each for each in findings_of(Schedule.from_betas(betas)) if each.code == "falling_betas")
    assert str(finding.headline).startswith(f"β falls all the way, from {betas[0]:.4g} at t = 1 to {betas[-1]:.4g} at")
    assert str(finding.texts[2]) == "Perhaps its table begins with the noisiest step; turn its rows around."
    humped = Schedule.from_betas(np.append(betas, betas[0]))
    finding = next(each for each in findings_of(humped) if each.code == "falling_betas")
    assert "perhaps a mistake in the table" in str(finding)


def test_what_float32_cannot_hold_begins_at_the_step_that_is_named() -> None:
    levels = Schedule.parse("linear:T=10000").coefficients.alphas_cumprod
    t = found("linear:T=10000")["below_float32"].t
    assert levels[t - 1] < 1.1754944e-38 <= levels[t - 2]


def test_raised_betas_are_counted_whatever_the_operators() -> None:
    """A sigmoid so steep that its first steps ask for e^(−x/τ), and a floor of ᾱ that leaves nothing to do."""
    for spec in (
        "sigmoid:T=1000,start=-20,end=20,tau=0.1",
        "cosine_power:T=1000,tau=100",
        "linear_rescaled:T=99999,beta_start=1e-12",
    ):
        schedule = Schedule.parse(spec)
        count = int(np.count_nonzero(np.abs(schedule.betas - 1e-12) < 1e-18))
        for operators in ("", ",snr_shift=3", ",zero_snr=1"):
            finding = found(spec + operators)["raised_betas"]
            assert finding.values["count"] == count > 0
            assert f"to 1e-12: {count} of {schedule.T}." in str(finding)


@pytest.mark.parametrize(
    "text",
    [
        "linear:T=9,beta_start=1e-12",
        "logsnr_cosine:T=1000,max=50",
        "cosine:T=100000,s=0",
        "ve:sigma_min=1e-6",
        "edm:sigma_min=1e-6",
    ],
)
def test_a_small_beta_of_its_own_is_not_raised(text: str) -> None:
    assert "raised_betas" not in found(text)


def test_too_small_for_float64_is_not_pure_noise() -> None:
    assert "zero_terminal_snr" not in found("const:T=100000")


TRIED = ["linear:T=10000", "linear:T=300", "const:T=1000", "edm:T=1000", "sqrt:T=1000", "linear:T=9,snr_shift=1e-6"]
"""Schedules with findings whose remedies have to be tried."""


@pytest.mark.parametrize("text", TRIED)
def test_no_remedy_is_tried_before_somebody_asks(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Schedule] = []
    replace = Schedule.replace

    def counted(schedule: Schedule, **changes: float) -> Schedule:
        tried.append(schedule)
        return replace(schedule, **changes)

    monkeypatch.setattr(Schedule, "replace", counted)
    told = [(str(finding.headline), finding) for finding in findings_of(Schedule.parse(text))]
    assert told
    assert not tried
    assert all(str(finding) == " ".join(map(str, finding.texts)) for _, finding in told)
    assert tried


@pytest.mark.parametrize("text", TRIED)
def test_coefficients_go_with_their_schedule_whatever_was_found(text: str) -> None:
    """A finding whose remedy nobody asked for doesn't keep them, not even until garbage is collected."""
    schedule = Schedule.parse(text)
    kept = findings_of(schedule)
    coefficients = ref(schedule.coefficients)
    gc.disable()
    try:
        del schedule
        assert coefficients() is None
    finally:
        gc.enable()
    assert all(finding.remedy for finding in kept)


@pytest.mark.parametrize("text", TRIED)
def test_what_is_found_of_equal_schedules_is_equal(text: str) -> None:
    one, other = findings_of(Schedule.parse(text)), findings_of(Schedule.parse(text))
    assert one == other
    assert [hash(finding) for finding in one] == [hash(finding) for finding in other]


def test_the_same_fault_with_another_remedy_is_another_finding() -> None:
    typed, read = Schedule.parse("const:T=20,beta_end=0.999"), Schedule.from_betas([0.999] * 20)
    one, other = (findings_of(schedule)[0] for schedule in (typed, read))
    assert one.headline == other.headline
    assert one.remedy != other.remedy
    assert one != other
