"""Tests of what is said of a name that is misspelt, or that is none: over every table of names that people write."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, partial

import pytest

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.moment import SCALES, Moment
from ddpm_studio.diffusion.names import check_named, nearest
from ddpm_studio.diffusion.parametrisation import FORMS, Parametrisation
from ddpm_studio.diffusion.schedule import parameters_with_steps
from ddpm_studio.diffusion.solvers import SOLVERS, solver_table
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.steps.step_operators import STEP_OPERATORS
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.diffusion.training.draws import DRAWS
from ddpm_studio.diffusion.training.loss_weights import LOSS_WEIGHTS
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.diffusion.training.predictions import PREDICTIONS
from ddpm_studio.errors import SolverError, StudioError
from ddpm_studio.files.export import FORMATS, export_bytes, format_for
from ddpm_studio.files.steps.step_formats import STEP_FORMATS, steps_bytes
from ddpm_studio.run_settings import RunSettings
from ddpm_studio.texts import LONGEST_SENTENCE, SourceText

NONSENSE = ("zzqzzq", "qqqqqqqqqqqq", "zq", "#", "zq" * 200)
SCHEDULE = Schedule("linear", 10)

Door = Callable[[str], object]


def steps() -> Steps:
    return Steps.from_spacing(SCHEDULE, 3)


def key_of_schedule(kind: str, key: str) -> Schedule:
    return Schedule.parse(f"{kind}:{key}=1")


def key_of_solver(solver: str, key: str) -> SolverTable:
    return solver_table(solver, steps(), **{key: 1})


def key_of_steps(spacing: str, key: str) -> StepsSpec:
    return StepsSpec.parse(f"{spacing}:{key}=1")


def key_of_prediction(name: str, key: str) -> Parametrisation:
    return Parametrisation(name, {key: 1})


DOORS: Mapping[str, tuple[Door, Collection[str]]] = {
    "kind": (lambda name: Schedule.parse(f"{name}:T=5"), KINDS),
    "spacing": (lambda name: StepsSpec.parse(f"{name}:steps=5"), SPACINGS),
    "list of steps": (lambda name: StepsSpec.parse(f"{name}:1,0"), ("sigmas", "taus", "timesteps")),
    "operator": (lambda name: StepsSpec.parse(f"karras | {name}=1"), STEP_OPERATORS),
    "solver": (lambda name: solver_table(name, steps()), SOLVERS),
    "prediction type": (Parametrisation, FORMS),
    "prediction": (lambda name: Objective.parse(f"train:predict={name}"), PREDICTIONS),
    "draw": (lambda name: Objective.parse(f"train:draw={name}"), DRAWS),
    "weight": (lambda name: Objective.parse(f"train:weight={name}"), LOSS_WEIGHTS),
    "key of an objective": (lambda name: Objective.parse(f"train:{name}=1"), ("predict", "draw", "weight")),
    "curve": (lambda name: export_bytes([SCHEDULE], [name], "csv"), CURVES),
    "format": (lambda name: format_for(None, name), FORMATS),
    "format of steps": (lambda name: steps_bytes([], name), STEP_FORMATS),
    "scale": (Moment, SCALES),
    "seeds": (lambda name: RunSettings(seeds=name).check(), ("one", "each")),
    "precision": (lambda name: RunSettings(precision=name).check(), ("auto", "float32", "bfloat16", "float16")),
    **{
        f"parameter of {kind}": (partial(key_of_schedule, kind), [each.key for each in parameters_with_steps(kind)])
        for kind in KINDS
    },
    **{
        f"option of {name}": (partial(key_of_solver, name), [each.key for each in solver.options])
        for name, solver in SOLVERS.items()
        if solver.options
    },
    **{
        f"option of {name}": (partial(key_of_steps, name), ["steps", *(each.key for each in spacing.options)])
        for name, spacing in SPACINGS.items()
    },
    **{
        f"option of {name}": (partial(key_of_prediction, name), [each.key for each in form.options])
        for name, form in FORMS.items()
        if form.options
    },
}


def refusal(door: Door, name: str) -> str:
    with pytest.raises(StudioError) as refused:
        door(name)
    return str(refused.value)


def slips(name: str) -> Iterator[str]:
    """A letter left out, doubled, wrong, and exchanged with the next, at the middle of a name."""
    middle = len(name) // 2
    yield name[:middle] + name[middle + 1 :]
    yield name[:middle] + name[middle] * 2 + name[middle + 1 :]
    yield name[:middle] + "q" + name[middle + 1 :]
    yield name[: middle - 1] + name[middle] + name[middle - 1] + name[middle + 1 :]


@cache
def edits(one: str, other: str) -> int:
    """The number of letters to add, drop, change or exchange with the next that make one text into another."""
    if not one or not other:
        return len(one) + len(other)
    ways = [
        edits(one[1:], other) + 1,
        edits(one, other[1:]) + 1,
        edits(one[1:], other[1:]) + (one[0] != other[0]),
    ]
    if len(one) > 1 and one[:2] == other[1::-1]:
        ways.append(edits(one[2:], other[2:]) + 1)
    return min(ways)


@pytest.mark.parametrize("sort", DOORS)
def test_a_slip_of_one_letter_names_what_was_meant(sort: str) -> None:
    door, known = DOORS[sort]
    for name in known:
        for slip in slips(name) if len(name) > 2 else ():
            near = {other for other in known if edits(slip, other) <= 1}
            if slip in known or slip.isdigit():
                continue
            assert any(f"did you mean “{other}”?" in refusal(door, slip) for other in near), (slip, near)


@pytest.mark.parametrize("sort", DOORS)
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_told_what_there_is(sort: str, nonsense: str) -> None:
    door, known = DOORS[sort]
    said = refusal(door, nonsense)
    assert "did you mean" not in said
    assert "…" not in said.rpartition("”")[2], "no name is cut in its middle"
    assert len(said) <= LONGEST_SENTENCE
    assert next(iter(known)) in said or sort == "list of steps"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("euler_a", "euler-ancestral"),
        ("Euler a", "euler-ancestral"),
        ("DPM++", "dpm-solver++"),
        ("HEUN", "heun"),
        ("rk45", None),
        ("", None),
    ],
)
def test_what_people_write_for_a_solver(name: str, meant: str | None) -> None:
    assert nearest(name, SOLVERS) == meant


def test_a_list_says_how_many_names_it_has_no_room_for() -> None:
    names = [f"name{number:03}" for number in range(30)]
    with pytest.raises(SolverError) as refused:
        check_named("zq", names, SourceText("No {name}; {remedy}"), SolverError)
    assert str(refused.value) == f"No zq; choose one of {', '.join(names[:9])} and 21 more."


@pytest.mark.parametrize(
    ("read", "typed", "meant"),
    [
        (Schedule.parse, "cosine T=500, s=0.1", "cosine:T=500,s=0.1"),
        (Schedule.parse, "trailing steps=20", "trailing:steps=20"),
        (StepsSpec.parse, "karras rho=7", "karras:rho=7"),
    ],
)
def test_a_colon_that_is_missing_is_put_in(read: Callable[[str], object], typed: str, meant: str) -> None:
    with pytest.raises(StudioError, match=f"“{typed}”; did you mean “{meant}”"):
        read(typed)
