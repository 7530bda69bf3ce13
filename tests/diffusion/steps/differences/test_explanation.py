"""Two lists that differ by planted conventions are explained by them; others are said to be equal or unexplained."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pytest

from ddpm_studio.diffusion.levels import log_snr_at, timestep_at
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.differences.compared_steps import ComparedSteps
from ddpm_studio.diffusion.steps.differences.explanation import explain
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import FoundList, StepsSpec

PAIRS = 20
STABLE = "scaled_linear:T=1000"


def compared(text: str, schedule: str = STABLE, steps: int | None = None) -> ComparedSteps:
    return ComparedSteps.of(StepsSpec.parse(text), Schedule.parse(schedule), steps)


def names(first: ComparedSteps, second: ComparedSteps) -> list[set[str]]:
    return [{each.convention.name for each in some} for some in explain(first, second).explanations]


@dataclass(frozen=True)
class Planted:
    """A pair as somebody meets it: texts over schedules, and the levels of the second changed by plain arithmetic."""

    first: str
    second: str
    over: str
    conventions: frozenset[str]
    change: str = ""

    def pair(self) -> tuple[ComparedSteps, ComparedSteps]:
        first, second = compared(self.first, STABLE), compared(self.second, self.over)
        return first, changed(second, self.change) if self.change else second


def changed(steps: ComparedSteps, change: str) -> ComparedSteps:
    """What a program hands over that no text of steps describes: a list of numbers, written here by hand."""
    levels, schedule = steps.levels, steps.levels.schedule
    sigmas, timesteps = levels.sigmas, levels.timesteps
    match change:
        case "rounded":
            timesteps = np.round(timesteps)
            sigmas = np.append(np.exp(-0.5 * log_snr_at(schedule, timesteps)), sigmas[-1])
        case "timesteps_rounded":
            timesteps = np.round(timesteps)
        case "tau_as_sigma":
            sigmas = sigmas / (1 + sigmas)
        case "shift":
            sigmas = sigmas * 0.7
        case "terminal_shift":
            taus = sigmas / (1 + sigmas)
            taus[:-1] = 1 - (1 - taus[:-1]) * (1 - 0.25) / (1 - taus[-2])
            sigmas = taus / (1 - taus)
        case "counted_from_one":
            timesteps = timesteps + 1
    with np.errstate(divide="ignore"):
        log_snr = -2 * np.log(sigmas)
    if change in ("tau_as_sigma", "shift", "terminal_shift"):
        timesteps = timestep_at(schedule, log_snr[:-1])
    return ComparedSteps(StepLevels(schedule, timesteps, log_snr))


def planted(random_: random.Random) -> Planted:
    """One or two conventions, drawn from those that can go together."""
    steps = random_.randint(6, 40)
    base = random_.choice(("leading", "karras", "sgm_uniform"))
    base += f":steps={steps}"
    option = {"leading": ("steps_offset", "offset=1"), "karras": ("spacing_option", f"rho={random_.choice((3, 5, 9))}")}
    source = base.partition(":")[0]
    changes: dict[str, tuple[str, ...]] = {
        "leading": ("counted_from_one",),
        "karras": ("tau_as_sigma", "shift", "terminal_shift"),
        "sgm_uniform": ("rounded", "timesteps_rounded"),
    }
    of_spec = [("final_level", "set_alpha_to_one=0")] + ([option[source]] if source in option else [])
    over = [("schedule", "linear:T=1000"), ("zero_terminal_snr", f"{STABLE},zero_snr=1")] if source != "karras" else []
    every = (
        [(name, f"{base},{text}", STABLE, "") for name, text in of_spec]
        + [(name, base, schedule, "") for name, schedule in over]
        + [(name, base, STABLE, name) for name in changes[source]]
    )
    pairs = [
        (one, two)
        for one, two in combinations(every, 2)
        if not (one[2] != STABLE and two[2] != STABLE) and not (one[3] and two[3])
    ]
    if random_.random() < 0.4:
        name, second, schedule, change = random_.choice(every)
        return Planted(base, second, schedule, frozenset({name}), change)
    one, two = random_.choice(pairs)
    second = one[1] + two[1].removeprefix(base) if two[1] != base else one[1]
    schedule = one[2] if one[2] != STABLE else two[2]
    return Planted(base, second, schedule, frozenset({one[0], two[0]}), one[3] or two[3])


@pytest.mark.parametrize("first", [0, pytest.param(PAIRS, marks=pytest.mark.slow)])
def test_planted_conventions_are_named(first: int) -> None:
    drawn = [planted(random.Random(seed)) for seed in range(first, first + PAIRS)]
    missed = [each for each in drawn if each.conventions not in names(*each.pair())]
    assert len(missed) <= PAIRS // 20, missed


@pytest.mark.quick
@pytest.mark.parametrize(
    ("first", "second", "schedule", "name"),
    [
        ("leading:steps=20", "leading_multistep:steps=20", STABLE, "one_more_step"),
        ("karras:steps=20", "karras_comfyui:steps=20", "flow:T=1000,shift=3", "comfyui_form"),
        ("beta:steps=12", "beta_diffusers:steps=12", STABLE, "diffusers_form"),
        ("trailing:steps=20", "linspace:steps=20", STABLE, "spacing"),
        ("flow_shift:steps=8", "flow_shift:steps=8,shift=9", "flow:T=1000,shift=3", "double_shift"),
        ("flow_shift:steps=8", "flow_shift:steps=8,shift=1", "flow:T=1000,shift=3", "shift_missing"),
        ("karras:steps=9", "karras:steps=9 | reverse", STABLE, "reversed"),
        ("karras:steps=9", "karras:steps=9,sigma_max=10,sigma_min=0.1", STABLE, "sigma_range"),
        ("trailing:steps=20", "trailing:steps=20 | start=0.5", STABLE, "begins_later"),
        ("karras:steps=20", "karras:steps=21", STABLE, "count"),
    ],
)
def test_each_convention_is_named(first: str, second: str, schedule: str, name: str) -> None:
    assert {name} in names(compared(first, schedule), compared(second, schedule))


@pytest.mark.quick
def test_a_printed_list_is_explained_within_its_digits() -> None:
    listed = compared("karras:steps=10,rho=5").levels.sigmas
    text = "sigmas:" + ",".join(f"{sigma:.4g}" for sigma in listed)
    assert {"spacing_option"} in names(compared("karras:steps=10"), compared(text))
    assert explain(compared("karras:steps=10,rho=5"), compared(text)).equal


@pytest.mark.quick
@pytest.mark.parametrize(("sort", "over"), [("sigmas", STABLE), ("taus", "flow:T=1000,shift=3"), ("", STABLE)])
def test_a_printed_list_in_a_file_is_explained_within_its_digits(sort: str, over: str) -> None:
    """As one that is typed, whether the file says what its numbers are or not."""
    listed = compared("karras:steps=10,rho=5,sigma_max=10,sigma_min=0.5", over).levels
    numbers = tuple(float(f"{each:.4g}") for each in (listed.taus if sort == "taus" else listed.sigmas))
    spec, schedule = StepsSpec.parse("file:printed.txt"), Schedule.parse(over)
    filed = ComparedSteps.of(spec, schedule, None, lambda path: FoundList(sort, numbers))
    first = compared("karras:steps=10,sigma_max=10,sigma_min=0.5", over)
    assert {"spacing_option"} in names(first, filed)
    assert explain(compared(f"{sort or 'sigmas'}:{','.join(map(repr, numbers))}", over), filed).equal


@pytest.mark.quick
def test_timesteps_in_a_file_are_timesteps() -> None:
    """Three digits, which are no σ: timesteps that are one apart are not the same."""
    spec, schedule = StepsSpec.parse("file:timesteps.txt"), Schedule.parse(STABLE)
    filed = ComparedSteps.of(spec, schedule, None, lambda path: FoundList("", (801.0, 601.0, 401.0, 201.0, 1.0)))
    assert {"steps_offset"} in names(compared("leading:steps=5"), filed)


@pytest.mark.parametrize("T", [10_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_many_steps_are_explained(T: int) -> None:
    over = f"linear:T={T},beta_start={0.1 / T!r},beta_end={20 / T!r}"
    sigmas = compared(f"karras:steps={T - 1},rho=5", over).levels.sigmas
    printed = ComparedSteps.of(StepsSpec("sigmas", numbers=tuple(sigmas.tolist())), Schedule.parse(over))
    assert {"spacing_option"} in names(compared(f"karras:steps={T - 1}", over), printed)


@pytest.mark.quick
def test_the_schedules_of_all_that_is_tried_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a hundred thousand steps take longer to make than a list."""
    made, begin = [], Schedule.__post_init__

    def counted(self: Schedule) -> None:
        made.append(self)
        begin(self)

    first = compared("karras:steps=5", "linear:T=300")
    second = compared("sigmas:4.123456,3.345678,2.654321,1.141593,0.2718282,0", "linear:T=300")
    monkeypatch.setattr(Schedule, "__post_init__", counted)
    assert not explain(first, second).explanations
    assert len(set(map(str, made))) > 3
    assert len(made) <= 3 * len(set(map(str, made)))


@pytest.mark.quick
def test_equal_lists_are_said_equal_and_others_unexplained() -> None:
    same = explain(compared("trailing:steps=20"), compared("trailing:steps=20"))
    assert (same.equal, same.explanations, same.differences.largest) == (True, (), 0)
    odd = explain(compared("karras:steps=5"), compared("sigmas:14.123456,9.345678,7.654321,3.141593,0.2718282,0"))
    assert (odd.equal, odd.explanations) == (False, ())
    assert odd.differences.largest > 1


@pytest.mark.quick
def test_of_two_conventions_neither_is_enough() -> None:
    first, second = compared("leading:steps=20"), compared("leading:steps=20,offset=1,set_alpha_to_one=0")
    assert {"steps_offset", "final_level"} in names(first, second)
    assert all(len(some) == 2 for some in names(first, second))


@pytest.mark.quick
def test_what_remains_of_an_explained_difference_is_within_the_digits_of_the_list() -> None:
    first, exact = compared("karras:steps=10"), compared("karras:steps=10,rho=5")
    assert explain(first, exact).remaining[0] == 0
    listed = compared("sigmas:" + ",".join(f"{sigma:.4g}" for sigma in exact.levels.sigmas))
    (remaining, *_) = explain(first, listed).remaining
    assert 0 < remaining < 2 * 0.51e-3


@pytest.mark.quick
def test_what_comes_nearest_is_told_where_nothing_explains() -> None:
    """ρ = 5 with one σ of its own."""
    sigmas = compared("karras:steps=8,rho=5").levels.sigmas.copy()
    sigmas[3] *= 1.03
    odd = explain(compared("karras:steps=8"), compared("sigmas:" + ",".join(map(repr, sigmas.tolist()))))
    assert odd.explanations == ()
    assert odd.nearest is not None
    ((followed,), remaining) = odd.nearest
    assert (followed.convention.name, dict(followed.values)["value"]) == ("spacing_option", "5")
    assert remaining == pytest.approx(2 * np.log(1.03), rel=1e-9)
    far = compared("sigmas:14.123456,9.345678,7.654321,3.141593,0.2718282,0")
    assert explain(compared("karras:steps=5"), far).nearest is None


@pytest.mark.quick
def test_another_name_of_the_same_list_is_no_explanation_where_its_own_is_known() -> None:
    first, second = compared("leading:steps=5"), compared("leading:steps=5,offset=1")
    assert not any("spacing" in some for some in names(first, second))
    bare = compared("timesteps:801,601,401,201,1")
    assert any("spacing" in some for some in names(first, bare))


@pytest.mark.quick
def test_both_spacings_are_named_where_one_is_not_the_other() -> None:
    ((followed,), *_) = explain(compared("trailing:steps=20"), compared("karras:steps=20,rho=5")).explanations
    assert str(followed.sentence) == "The first list is spaced as trailing, the other as karras."
