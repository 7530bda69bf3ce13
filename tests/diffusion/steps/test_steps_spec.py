"""Specs of steps: texts that read back as the same steps, what is done with steps, and refusals in a sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ddpm_studio.diffusion import Schedule, Steps
from ddpm_studio.diffusion.options import as_number
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import ScheduleError, StepsError

STABLE = Schedule.parse("scaled_linear:T=1000")
FLOW = Schedule.parse("flow:T=1000,shift=3")


def levels_of(text: str, schedule: Schedule = STABLE, steps: int | None = None) -> StepLevels:
    """The steps of a text, which has to read back from what is printed of it."""
    spec = StepsSpec.parse(text)
    assert StepsSpec.parse(str(spec)) == spec
    return spec.levels(schedule, steps)


def sigmas_of(text: str, steps: int | None = None) -> list[float]:
    """σ of the levels that a text visits."""
    sigmas: list[float] = levels_of(text, STABLE, steps).sigmas.tolist()
    return sigmas


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Any spacing with any of its options that is within bounds."""
    spacing = SPACINGS[draw(st.sampled_from(list(SPACINGS)))]
    parts = [f"steps={draw(st.integers(1, 100_000))}"] if draw(st.booleans()) else []
    for option in spacing.options:
        if draw(st.booleans()):
            if option.choices:
                choice = draw(st.sampled_from(option.choices))
                parts.append(f"{option.key}={choice if isinstance(choice, str) else as_number(choice)}")
            else:
                parts.append(f"{option.key}={draw(st.floats(option.low, option.high))!r}")
    return f"{spacing.name}:{','.join(draw(st.permutations(parts)))}"


@settings(deadline=None, max_examples=200)
@given(texts(), st.lists(st.sampled_from(["start=0.5", "above=1", "reverse", "resample=7", "join=(ays | below=2)"])))
def test_what_is_printed_reads_back_as_the_same(text: str, done: list[str]) -> None:
    spec = StepsSpec.parse(" | ".join([text, *done]))
    assert StepsSpec.parse(str(spec)) == spec
    assert str(StepsSpec.parse(str(spec))) == str(spec)


@pytest.mark.parametrize("name", SPACINGS)
def test_a_text_lays_out_what_from_spacing_does(name: str) -> None:
    # Of the levels of a flow laplace_comfyui clamps several to the same.
    schedule = STABLE if name == "laplace_comfyui" else FLOW
    levels, steps = levels_of(name, schedule, 12), Steps.from_spacing(schedule, 12, name)
    assert levels.timesteps.tolist() == steps.timesteps.tolist()
    assert levels.log_snr.tolist() == steps.log_snr.tolist()


def test_options_and_numbers_of_steps() -> None:
    assert levels_of("leading:steps=50,offset=1").timesteps[:2].tolist() == [981, 961]
    assert levels_of("trailing").count == 20
    assert levels_of("trailing", steps=7).count == levels_of("trailing:steps=7", steps=7).count == 7
    expected = Steps.from_spacing(STABLE, 10, "karras", rho=5.0, sigma_max=10.0).sigmas
    assert sigmas_of("karras:sigma_max=10,rho=5,steps=10") == expected.tolist()
    assert sigmas_of("trailing:steps=3,set_alpha_to_one=0")[-1] == pytest.approx(STABLE.coefficients.sigmas[0])


def test_lists() -> None:
    assert sigmas_of("sigmas:[14.6, 6.47; 1 0]") == pytest.approx([14.6, 6.47, 1, 0])
    assert levels_of("timesteps:999,850.5,3").timesteps.tolist() == [999, 850.5, 3]
    taus = levels_of("taus:1,0.9,0.5,0", FLOW)
    np.testing.assert_allclose(taus.taus, [1, 0.9, 0.5, 0], rtol=1e-12)
    assert taus.timesteps[0] == 999


def test_start_takes_the_last_of_the_steps() -> None:
    whole = sigmas_of("karras:steps=10")
    assert sigmas_of("karras:steps=10 | start=0.6") == whole[4:]
    assert sigmas_of("karras:steps=10 | start=1") == whole


@pytest.mark.parametrize(
    ("first", "second", "over"),
    [
        ("karras", "karras", "scaled_linear:T=1000"),
        ("karras | above=5", "karras", "scaled_linear:T=1000"),
        ("karras:sigma_max=2", "karras:sigma_max=9", "scaled_linear:T=1000"),
        ("karras:sigma_max=9", "karras:sigma_max=2", "scaled_linear:T=1000"),
        ("trailing", "linspace", "scaled_linear:T=1000,zero_snr=1"),
        ("sigmas:5,0", "sigmas:5,0", "scaled_linear:T=1000"),
        ("flow_shift", "flow_shift | above=0.2", "flow:T=1000,shift=3"),
    ],
)
def test_the_cut_that_is_offered_lets_steps_be_joined(first: str, second: str, over: str) -> None:
    schedule = Schedule.parse(over)

    def joined(one: str, other: str) -> StepLevels:
        return StepsSpec.parse(f"{one} | join=({other})").levels(schedule)

    with pytest.raises(StepsError, match="cut both at the same σ") as raised:
        joined(first, second)
    ((above, below),) = re.findall(r"above=([\d.e-]+) and the second by below=([\d.e-]+)\.$", str(raised.value))
    levels = joined(f"{first} | above={above}", f"{second} | below={below}")
    assert (np.diff(levels.log_snr) > 0).all()


def test_steps_in_the_wrong_order_are_to_be_turned_round() -> None:
    schedule = Schedule.parse("scaled_linear:T=1000")
    with pytest.raises(StepsError, match="write them the other way round"):
        StepsSpec.parse("karras | below=1 | join=(karras | above=1)").levels(schedule)
    assert StepsSpec.parse("karras | above=1 | join=(karras | below=1)").levels(schedule).count > 20


@pytest.mark.parametrize("cut", ["above=100", "above=0.001 | above=20", "below=100"])
def test_a_cut_beside_the_steps_is_told_with_a_remedy(cut: str) -> None:
    with pytest.raises(StepsError, match=r"leaves no step of those from σ = .* to .*; choose a σ in between\."):
        StepsSpec.parse(f"karras | {cut}").levels(Schedule.parse("scaled_linear:T=1000"))


def test_two_parts_cut_at_a_level_join_into_a_whole() -> None:
    whole = sigmas_of("karras:steps=9")
    assert sigmas_of(f"karras:steps=9 | above={whole[4]!r} | join=(karras:steps=9 | below={whole[4]!r})") == (
        pytest.approx(whole, rel=1e-12)
    )
    above, below = sigmas_of("karras:steps=9 | above=1"), sigmas_of("karras:steps=9 | below=1")
    assert above == pytest.approx([*(sigma for sigma in whole if sigma > 1), 1])
    assert below == pytest.approx([1, *(sigma for sigma in whole if sigma < 1)])


def test_in_between_levels_are_even_in_ln_sigma() -> None:
    levels = sigmas_of("sigmas:8,2,0.5,0.125,0 | resample=7")
    assert levels == pytest.approx([8, 4, 2, 1, 0.5, 0.25, 0.125, 0])
    assert sigmas_of("sigmas:8,4,1,0 | resample=1") == pytest.approx([8, 0])


def test_blends_and_factors() -> None:
    mean = sigmas_of("sigmas:8,2,0 | blend=(sigmas:2,0.5,0)")
    assert mean == pytest.approx([4, 1, 0])
    assert sigmas_of("sigmas:8,2,0 | blend=(sigmas:2,0.5,0)@0") == pytest.approx([8, 2, 0])
    assert sigmas_of("sigmas:8,2,0 | multiply=0.5") == pytest.approx([4, 1, 0])
    zero = Schedule.parse("scaled_linear:T=1000,zero_snr=1")
    assert levels_of("trailing:steps=4 | blend=(sgm_uniform)", zero).sigmas[0] == np.inf


def test_levels_outside_are_counted_among_the_steps_that_are_left() -> None:
    short, spec = Schedule("linear", 200), "ays:model=svd,steps=10"
    assert levels_of(spec, short).outside == levels_of(f"{spec} | start=1", short).outside == 5
    assert levels_of(f"{spec} | start=0.7", short).outside == 2
    assert levels_of(f"{spec} | start=0.2", short).outside == levels_of(f"{spec} | below=1", short).outside == 0
    assert levels_of(f"{spec} | above=1", short).outside == 5


@pytest.mark.parametrize("weight", [0, 1])
def test_a_blend_of_one_alone_is_that_one_though_only_one_ends_clean(weight: int) -> None:
    both = ["trailing:steps=4", "sgm_uniform:steps=4,set_alpha_to_one=0"]
    assert sigmas_of(f"{both[0]} | blend=({both[1]})@{weight}") == pytest.approx(sigmas_of(both[weight]))
    assert sigmas_of(f"{both[1]} | blend=({both[0]})@{weight}") == pytest.approx(sigmas_of(both[1 - weight]))


def test_one_step_from_pure_noise_to_the_picture_stays_one() -> None:
    for count in (1, 6):
        assert levels_of(f"trailing:steps={count} | resample=1", FLOW).taus.tolist() == [1, 0]
    assert levels_of("trailing:steps=6 | resample=2", FLOW).count == 2


def test_a_flow_has_its_shift_in_either_parameter() -> None:
    as_snr = Schedule.parse("flow:T=1000,snr_shift=9")
    for name in ("flow_shift", "flow_match_diffusers", "flow_sigmas_diffusers"):
        expected = levels_of(f"{name}:steps=7", Schedule.parse("flow:T=1000,shift=3")).taus
        np.testing.assert_allclose(levels_of(f"{name}:steps=7", as_snr).taus, expected, rtol=1e-9)


def test_reversed_steps_rise_and_twice_reversed_ones_are_there_again() -> None:
    rising = levels_of("karras:steps=5 | reverse")
    assert (np.diff(rising.log_snr) < 0).all()
    assert rising.sigmas[0] == pytest.approx(STABLE.coefficients.sigmas[0])
    unclean = "trailing:steps=5,set_alpha_to_one=0"
    assert sigmas_of(f"{unclean} | reverse | reverse") == pytest.approx(sigmas_of(unclean))


def test_two_experts() -> None:
    marked = levels_of("flow_shift:steps=4,shift=5 | experts=0.875", FLOW)
    assert marked.taus.round(3).tolist() == [1, 0.938, 0.833, 0.625, 0]
    assert marked.experts == ("high", "high", "low", "low")
    assert levels_of("flow_shift:steps=4", FLOW).experts == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("karas", "There is no spacing “karas”; did you mean “karras”?"),
        ("cosine", "“cosine” is a kind of schedule, not a spacing"),
        ("cosine:T=1000", "“cosine” is a kind of schedule, not a spacing"),
        ("karras:roh=3", "karras has no option “roh”"),
        ("karras:rho=0", "rho of karras is 0; choose from 0.1 to 100."),
        ("karras:rho", "“rho” in “karras:rho” has no “=”"),
        ("karras:rho=1,rho=2", "stands twice"),
        ("karras:steps=0", "it must be a whole number from 1 to 100000"),
        ("karras:steps=1000000000", "steps is 1000000000; it must be a whole number from 1 to 100000"),
        ("karras:steps=1001", "steps is 1001; it must be a whole number from 1 to T = 1000."),
        ("ays:model=flux", "model of ays is “flux”; choose from sd15, sdxl, svd, deepfloyd."),
        ("sigmas:5", "The length of sigmas is 1; give 2 to 100000 numbers"),
        ("sigmas:", "The length of sigmas is 0"),
        (
            "sigmas:1,2",
            "Number 2 of sigmas is 2, and all of them rise; each must be less than the one before",
        ),
        ("sigmas:3,3,0", "Number 2 of sigmas is 3"),
        ("sigmas:3,-1", "Number 2 of sigmas is -1"),
        ("sigmas:3,nan", "Number 2 of sigmas is “nan”, which is not a finite number; write sigmas:14.6,1,0."),
        ("sigmas:1e999,1", "Number 1 of sigmas is “1e999”, which is not a finite number"),
        ("sigmas:500,1", "σ is 500, but scaled_linear:T=1000 has"),
        ("taus:2,1", "τ is 2; each must be from 0 to 1."),
        ("taus:1,0.5,0", "τ is 1, but scaled_linear:T=1000 has 0.0283405 to 0.935958; stay within that range."),
        ("taus:0.9,0.02,0", "τ is 0.02, but scaled_linear:T=1000 has 0.0283405 to 0.935958; stay within that range."),
        ("timesteps:1000,3", "timestep 1000, but the schedule has 0 to 999"),
        ("sigmas:" + "1," * 3_000_000, "has 6000007 letters, more than the 4000000 that are read"),
        ("join=(" * 20, "choose one of leading, trailing"),
        ("ays | " + "join=(ays | " * 20 + ")" * 20, "more than 8 brackets in brackets"),
        ("karras | stat=3", "did you mean “start”?"),
        ("karras | start=2", "start is “2”; choose a number from 1e-06 to 1."),
        ("karras | start=0.01", "start=0.01 leaves no step of 20; choose more"),
        ("karras | resample=2.5", "resample is “2.5”; choose a whole number from 1 to 100000."),
        *((text, "what its numbers are; write ") for text in ("9,1,0", "[9 1]", "5")),
        ("karras | start", "start has no number; write start= and one from 1e-06 to 1."),
        ("karras | reverse=1", "reverse takes no value"),
        ("karras | above=100", "above=100 leaves no step"),
        ("karras | below=100", "below=100 leaves no step"),
        ("karras | multiply=2", "σ is 29.2"),
        ("karras | join=(karras)", "The steps to join begin at σ = 14.6146, above the last of the first, 0.0291672"),
        ("karras | join=karras", "has no steps in brackets"),
        ("karras:steps=4 | blend=(karras:steps=5)", "Lists of 4 and 5 steps cannot be blended; resample one of them."),
        ("trailing:steps=1 | resample=3", "There are no two levels in between which 3 steps could lie, of 1"),
        ("file:", "names no file"),
        ("file:there", "cannot be read from there here; give their text or their list"),
        ("", "There is no spacing “”"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(StepsError) as caught:
        StepsSpec.parse(text).levels(STABLE)
    assert sentence in str(caught.value)


def test_there_is_nothing_between_pure_noise_and_no_noise() -> None:
    for done in ("resample=4", "blend=(trailing:steps=1,set_alpha_to_one=0)"):
        with pytest.raises(StepsError, match=r"no two levels|cannot be blended with no noise"):
            levels_of(f"trailing:steps=1 | {done}", Schedule("flow", 1))


def test_numbers_of_steps_may_not_contradict_each_other() -> None:
    with pytest.raises(StepsError, match="steps is 3, but “karras:steps=4” says 4; leave one of them out"):
        levels_of("karras:steps=4", steps=3)
    with pytest.raises(StepsError, match="steps is 3, but the list has 2"):
        levels_of("sigmas:3,1,0", steps=3)


@pytest.mark.parametrize("name", ["karras", "trailing:steps=3", "ays", "sigmas:1,0", "taus:1,0.5,0", "file:a.csv"])
def test_steps_are_no_schedule(name: str) -> None:
    with pytest.raises(ScheduleError, match="tells of steps, not of a schedule; give it by --spacing"):
        Schedule.parse(name)
