"""A schedule as one line of text, and as a value: read, written, compared, copied, refused."""

from __future__ import annotations

import copy
import doctest
import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ddpm_studio
from ddpm_studio import custom_betas
from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion import schedule as schedule_module
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.schedule_family import specified
from ddpm_studio.diffusion.spec import Spec, shortest
from ddpm_studio.errors import ScheduleError, StudioError
from tests.diffusion.strategies import ALL_KINDS, schedules

PATHS = [
    "betas.csv",
    "/tmp/a folder/betas.csv",
    "C:\\noise\\β schedules\\α.npz",
    "a,b.csv",
    "a=b,c=d.csv",
    "100 %.csv",
    "my%20betas.csv",
    "half:T=5",
    "ünïcode/ᾱ_t.json",
]
AWKWARD_PATHS = [
    "a,T=5.csv",
    "a,zero_snr=1,snr_shift=2",
    "a, path = b",
    "%2C%25%00",
    "a%2C,T=1",
    " blanks at both ends\t",
    "\u00a0no-break space",
    "two\nlines,snr_shift=3",
    "a  # name.csv",
    "  #",
    "=",
    ",",
    "%",
]


@pytest.fixture
def any_file_holds_three_betas() -> Iterator[None]:
    before = custom_betas._reader
    custom_betas.set_betas_reader(lambda path, quantity: (np.array([0.1, 0.2, 0.3]), quantity, np.array([])))
    yield
    custom_betas.set_betas_reader(before)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_bare_kind_takes_three_hundred_steps_and_its_defaults(kind: str) -> None:
    schedule = Schedule.parse(kind)
    assert schedule.T == 300
    assert schedule == Schedule(kind)
    own = {"drawn": ",points=0/10;0.5/0;1/-10", "formula": ",log_snr=-2*s*log(tan(pi*u/2))"}
    assert str(schedule) == f"{kind}:T=300{own.get(kind, '')}"


@pytest.mark.parametrize(
    "text",
    [
        "cosine:T=1000,s=0.008,zero_snr=1,snr_shift=2",
        "linear:T=1",
        "linear:T=100000,beta_start=1e-12,beta_end=1",
        "linear_rescaled:T=4000,beta_start=0.0002",
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012,zero_snr=0",
        "cosine:T=12,s=0,max_beta=0.30000000000000004",
        "sigmoid:T=300,start=-3,end=3,tau=0.1",
        "cosine_power:T=300,start=0.2,end=1,tau=2",
        "vp:T=300,beta_d=19.9,beta_min=0.1",
        "laplace:T=300,mu=-1,b=0.5",
        "logsnr_cosine:T=300,min=-15,max=15,snr_shift=1e-06",
        "jsd:T=300,zero_snr=1",
    ],
)
def test_canonical_text_comes_back_as_it_is(text: str) -> None:
    assert str(Schedule.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (" cosine : s = 8e-3 , T = 1e3 ", "cosine:T=1000,s=0.008"),
        ("linear:", "linear:T=300"),
        ("linear:snr_shift=2.0,beta_end=.02,T=300.0,", "linear:T=300,beta_end=0.02,snr_shift=2"),
    ],
)
def test_other_spellings_become_canonical(text: str, canonical: str) -> None:
    assert str(Schedule.parse(text)) == canonical


@pytest.mark.usefixtures("any_file_holds_three_betas")
@pytest.mark.parametrize("kind", [*KINDS, "custom"])
def test_the_snr_shift_of_older_texts_is_read_under_its_new_name(kind: str) -> None:
    """But where the kind has a shift of its own."""
    start = "custom:path=b.csv," if kind == "custom" else f"{Schedule(kind)},"
    own = kind in KINDS and any(parameter.key == "shift" for parameter in KINDS[kind].parameters)
    key = "shift" if own else "snr_shift"
    assert str(specified(f"{start}shift=4")) == f"{start}{key}=4"
    assert str(specified(f"{start}shift=1..4,n=3")) == f"{start}{key}=1..4,n=3"


@pytest.mark.parametrize(
    ("word", "shortest"),
    [("0", "0"), ("off", "0"), ("1", "1"), ("1.0", "1"), ("before", "1"), ("after", "after"), ("comfyui", "comfyui")],
)
def test_forms_of_zero_terminal_snr_are_written_in_their_shortest_word(word: str, shortest: str) -> None:
    assert str(Schedule.parse(f"linear:T=9,zero_snr={word}")) == f"linear:T=9,zero_snr={shortest}"
    assert str(specified("linear:T=9,zero_snr=0..after")) == "linear:T=9,zero_snr=0..after,n=3"
    again = Schedule.parse("linear:T=9").replace(zero_snr=Schedule.parse(f"linear:zero_snr={word}").values["zero_snr"])
    assert str(again) == f"linear:T=9,zero_snr={shortest}"


@pytest.mark.parametrize("word", ["2", "0.5", "nan", "yes", "After", ""])
def test_other_words_are_no_form_of_zero_terminal_snr(word: str) -> None:
    with pytest.raises(ScheduleError, match="choose one of 0 = off, 1 = before, after, comfyui") as refused:
        specified(f"linear:T=9,zero_snr={word}")
    place = refused.value.place
    assert place is not None
    assert place[0] >= 11


def test_an_old_and_a_new_name_are_the_same_key() -> None:
    with pytest.raises(
        ScheduleError, match="gives snr_shift twice, of which shift is the old name; keep one"
    ) as refused:
        Schedule.parse("linear:shift=2,snr_shift=3")
    assert refused.value.place == (15, 26)
    with pytest.raises(ScheduleError, match="snr_shift is 0;") as refused:
        Schedule.parse("linear:T=9,shift=0")
    assert refused.value.place == (17, 18)


@settings(max_examples=150)
@given(schedules(max_steps=100))
def test_text_and_schedule_are_the_same(schedule: Schedule) -> None:
    again = Schedule.parse(str(schedule))
    assert again == schedule
    assert hash(again) == hash(schedule)
    assert str(again) == str(schedule)
    assert again.given == schedule.given
    assert np.array_equal(again.betas, schedule.betas)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_shortest_and_read_back_exactly(value: float) -> None:
    text = shortest(value)
    assert float(text) == value
    assert len(text) <= len(repr(value))
    assert not text.endswith(".0")


@pytest.mark.usefixtures("any_file_holds_three_betas")
@pytest.mark.parametrize("path", PATHS)
def test_path_is_written_as_it_is_typed(path: str) -> None:
    schedule = Schedule.parse(f"custom:path={path}")
    assert schedule.path == path
    assert str(schedule) == f"custom:path={path}"


@pytest.mark.usefixtures("any_file_holds_three_betas")
@pytest.mark.parametrize("path", PATHS + AWKWARD_PATHS)
@pytest.mark.parametrize("given", [{}, {"zero_snr": 1, "snr_shift": 0.5}], ids=["plain", "operators"])
def test_custom_schedules_survive_the_round_trip(path: str, given: dict[str, float]) -> None:
    schedule = Schedule.from_betas([0.1, 0.2, 0.3], path, given)
    assert Schedule.parse(str(schedule)) == schedule


def test_any_path_survives_the_round_trip(any_file_holds_three_betas: None) -> None:
    pieces = st.sampled_from(
        [",", "%", "=", " ", "\t", "T=", "zero_snr", "snr_shift=", "path=", "25", "2C", "00", "é", "/"]
    )

    @settings(max_examples=300)
    @given(st.lists(pieces | st.characters(exclude_categories=["Cs"]), min_size=1).map("".join), st.booleans())
    def holds(path: str, shifted: bool) -> None:
        schedule = Schedule.from_betas([0.1, 0.2, 0.3], path, {"snr_shift": 2} if shifted else {})
        assert Schedule.parse(str(schedule)) == schedule

    holds()


def test_custom_reads_a_file(tmp_path: Path) -> None:
    """`ddpm_studio` itself says how files are read; nothing else needs to be imported first."""
    assert ddpm_studio.__name__
    file = tmp_path / "three, β = 0.1.csv"
    file.write_text("t,betas\n1,0.1\n2,0.2\n3,0.3\n", encoding="utf-8")
    schedule = Schedule.parse(f"custom:path={file},zero_snr=1")
    assert schedule.T == 3
    assert schedule.betas.tolist()[0] == 0.1
    assert schedule.betas.tolist()[-1] == 1
    assert str(schedule) == f"custom:path={file},zero_snr=1"
    assert Schedule.parse(f"custom:T=3,path={file}") == Schedule.parse(f"custom:path={file},T=3")


def test_exported_betas_come_back_as_they_were() -> None:
    """Whatever kind and operators made them, also the tiny first β of a finely divided, cleaned schedule.

    Only a closed form of the density is not in them.
    """
    for text in (
        "cosine:T=1000,snr_shift=1e-6,s=0",
        "linear:T=5,beta_start=1e-12,snr_shift=1e-6",
        "jsd:T=9",
        "const:T=2",
    ):
        original = Schedule.parse(text)
        again = Schedule.from_betas(original.betas)
        for name in CURVES.keys() - {"log_snr_density"}:
            np.testing.assert_allclose(
                again.coefficients[name],
                original.coefficients[name],
                rtol=1e-13,
                atol=1e-13,
                err_msg=f"{text} {name}",
            )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("linear:T=0", ["T is 0", "1 to 100000"]),
        ("linear:T=-5", ["-5", "1 to 100000"]),
        ("linear:T=100001", ["100001", "1 to 100000"]),
        ("linear:T=2.5", ["2.5", "whole number", "100000"]),
        ("linear:T=1e400", ["1e400", "finite"]),
        ("linear:T=", ["T is “”", "finite"]),
        ("linear:T=ten", ["ten", "T"]),
        ("linear:beta_start=1.1", ["beta_start is 1.1;", "1e-12 to 1"]),
        ("linear:beta_start=0", ["beta_start is 0;", "1e-12 to 1"]),
        ("linear:beta_end=nan", ["beta_end", "nan", "finite"]),
        ("linear:beta_end=-inf", ["beta_end", "-inf", "finite"]),
        ("cosine:s=-0.1", ["s is -0.1;", "0 to 1"]),
        ("cosine:zero_snr=2", ["zero_snr is 2", "1", "0"]),
        ("cosine:snr_shift=0", ["snr_shift is 0;", "1e-06 to 1e+06"]),
        ("cosine:snr_shift=-2", ["snr_shift is -2;"]),
        ("sigmoid:start=3,end=-3", ["start is 3", "end is -3", "smaller"]),
        ("cosin:T=10", ["cosin", "cosine"]),
        ("Linear", ["Linear", "“linear”"]),
        ("", ["no schedule kind"]),
        ("jsd:beta_start=0.1", ["jsd", "beta_start", "T, zero_snr, snr_shift"]),
        ("linear:path=a.csv", ["linear", "path", "beta_start"]),
        ("custom:beta=1", ["custom", "beta", "path, as, zero_snr, snr_shift"]),
        ("custom:T=5", ["path=FILE"]),
        ("custom:as=betas", ["path=FILE"]),
        ("custom:path=a.npy,as=alphas_cumprd", ["alphas_cumprd", "did you mean “alphas_cumprod”?"]),
        ("custom:path=a.npy,as=sigma", ["“sigma”", "did you mean “sigmas”?"]),
        ("cosine:as=betas", ["cosine", "“as”"]),
        ("custom:path=", ["path=FILE"]),
        ("linear:T=5,T=6", ["T", "twice"]),
        ("linear:1000", ["1000", "key=value"]),
    ],
)
def test_bad_text_is_refused_with_value_bound_and_remedy(text: str, told: list[str]) -> None:
    with pytest.raises(ScheduleError) as caught:
        Schedule.parse(text)
    message = str(caught.value)
    assert all(words in message for words in told), message
    assert "\n" not in message
    assert isinstance(caught.value, StudioError)


@pytest.mark.parametrize(
    ("betas", "told"),
    [
        ([], ["T is 0"]),
        ([0.1, float("nan")], ["β_2", "nan"]),
        ([0.1, 0.0], ["β_2", "0;", "to 1"]),
        ([-0.1], ["β_1", "-0.1"]),
        (["a"], ["β_1", "nan"]),
        ([1.0000001], ["β_1", "1.0000001"]),
        ([0.1] * 100_001, ["100001", "100000"]),
    ],
)
def test_bad_betas_are_refused(betas: list[float], told: list[str]) -> None:
    with pytest.raises(ScheduleError) as caught:
        Schedule.from_betas(betas, "betas.csv")
    assert all(words in str(caught.value) for words in told), str(caught.value)


def test_steps_that_differ_from_the_file_are_refused(any_file_holds_three_betas: None) -> None:
    with pytest.raises(ScheduleError, match=r"T is 4.*betas in the file is 3"):
        Schedule.parse("custom:T=4,path=x")
    with pytest.raises(ScheduleError, match=r"T is 4.*betas in the file is 3"):
        Schedule.parse("custom:path=x").replace(T=4)
    with pytest.raises(ScheduleError, match="path=FILE"):
        Schedule("linear").with_kind("custom")


@pytest.mark.parametrize("steps", [0, -1, 1.5, float("nan"), float("inf"), 10**400, "300", [300], None])
def test_bad_steps_are_refused(steps: float) -> None:
    with pytest.raises(ScheduleError, match="T is"):
        Schedule("linear", steps)  # type: ignore[arg-type]
    with pytest.raises(ScheduleError, match="T is"):
        Schedule("linear").replace(T=steps)


def test_values_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ScheduleError, match=r"beta_end is “0\.02”; choose a value from 1e-12 to 1"):
        Schedule("linear", 300, {"beta_end": "0.02"})  # type: ignore[arg-type]
    with pytest.raises(ScheduleError, match=r"zero_snr is “\[1 0\]”; choose one of 0 = off, 1 = before"):
        Schedule("linear", 300, {"zero_snr": np.array([1, 0])})  # type: ignore[arg-type]
    with pytest.raises(ScheduleError, match=r"no schedule kind “\['linear'\]”; did you mean “linear”"):
        Schedule(["linear"])  # type: ignore[arg-type]


def test_equal_are_schedules_with_the_same_values() -> None:
    assert Schedule.parse("linear:T=300,beta_end=0.02") == Schedule("linear")
    assert hash(Schedule.parse("linear:T=300,beta_end=0.02")) == hash(Schedule("linear"))
    different = {Schedule("linear"), Schedule("linear", 301), Schedule("linear_rescaled"), Schedule("const")}
    different |= {Schedule("linear").replace(snr_shift=2), Schedule.from_betas([0.1]), Schedule.from_betas([0.2])}
    assert len(different) == 7
    assert Schedule("linear") != "linear:T=300"


def test_schedules_cannot_be_changed() -> None:
    schedule = Schedule("linear")
    with pytest.raises(AttributeError):
        schedule.T = 5  # type: ignore[misc]
    with pytest.raises(TypeError):
        schedule.values["snr_shift"] = 2  # type: ignore[index]
    with pytest.raises(ValueError, match="read-only"):
        schedule.betas[0] = 0.5
    assert schedule.betas is schedule.betas


@pytest.mark.parametrize("schedule", [Schedule.parse("cosine:T=5,snr_shift=2"), Schedule.from_betas([0.1, 1], "a,T=1")])
def test_copies_are_equal_and_read_only(schedule: Schedule) -> None:
    array = schedule.coefficients.snr
    for again in (pickle.loads(pickle.dumps(schedule)), copy.copy(schedule), copy.deepcopy(schedule)):
        assert again == schedule
        assert str(again) == str(schedule)
        assert np.array_equal(again.coefficients.snr, array)
        assert not again.coefficients.snr.flags.writeable


def test_repr_of_a_long_custom_schedule_is_short() -> None:
    assert len(repr(Schedule.from_betas([0.1] * 1000))) < 100


def test_replace_changes_one_thing_and_keeps_the_rest() -> None:
    schedule = Schedule.parse("cosine:T=100,s=0.1,snr_shift=2")
    assert str(schedule.replace(T=50)) == "cosine:T=50,s=0.1,snr_shift=2"
    assert str(schedule.replace(s=0.2, zero_snr=True)) == "cosine:T=100,s=0.2,zero_snr=1,snr_shift=2"
    assert str(schedule) == "cosine:T=100,s=0.1,snr_shift=2"
    with pytest.raises(ScheduleError, match="no parameter “tau”"):
        schedule.replace(tau=1)


def test_with_kind_keeps_steps_and_operators() -> None:
    schedule = Schedule.parse("cosine:T=100,s=0.1,zero_snr=1,snr_shift=2")
    assert str(schedule.with_kind("linear")) == "linear:T=100,zero_snr=1,snr_shift=2"


def test_keys_that_are_no_parameters_are_refused() -> None:
    for key in ("T", "path", "kind"):
        with pytest.raises(ScheduleError, match=f"no parameter “{key}”"):
            Schedule("linear", 300, {key: 5})


def test_examples_in_the_documentation() -> None:
    assert doctest.testmod(schedule_module).attempted > 0
    assert doctest.testmod(schedule_module).failed == 0


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("cosin", "cosin"),
        (" cosin : T=9", "cosin"),
        ("", ""),
        ("linear:T=0", "0"),
        ("linear: T = 2.5 ,snr_shift=2", "2.5"),
        ("linear:T=x", "x"),
        ("linear:T=", "T="),
        ("linear:T=9,beta_end=2", "2"),
        ("linear:zero_snr=0.5", "0.5"),
        ("linear:snr_shift=2,q=1,T=3", "q"),
        ("linear:T=5,path=a.csv", "path"),
        ("linear:T=5,T=6", "T=6"),
        ("linear:T=5,, s ", "s"),
        ("sigmoid:start=4,tau=1,end=3", "4,tau=1,end=3"),
        ("sigmoid:T=9,start=4", "4"),
        ("custom:path=a,b.csv,T=5", "5"),
        ("custom", "custom"),
    ],
)
@pytest.mark.usefixtures("any_file_holds_three_betas")
def test_a_refusal_knows_the_place_of_what_is_wrong(text: str, wrong: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        Schedule.parse(text)
    place = refused.value.place
    assert place is not None
    assert text[slice(*place)] == wrong


@given(st.text("cosine:T=1,s. \t"))
def test_the_words_of_any_text_are_where_they_say(text: str) -> None:
    spec = Spec.of(text)
    words = [spec.kind, *(word for each in spec.settings for word in (each.whole, each.key, each.value) if word)]
    assert all(text[slice(*word.place)] == word.text for word in words)
