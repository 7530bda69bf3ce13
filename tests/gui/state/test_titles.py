"""Titles: short where nothing else is like them, and never two the same."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.presets import PRESETS
from ddpm_studio.diffusion.schedule_family import ScheduleFamily, specified
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.gui.state.given_names import kept_name, one_line
from ddpm_studio.gui.state.titles import Base, full_title
from ddpm_studio.gui.state.window import Entry, State
from tests.diffusion.strategies import schedules

SD = next(preset for preset in PRESETS if preset.name == "Stable Diffusion 1.x")


def titles(*entries: Entry) -> list[str]:
    state = State(entries=entries, selected=entries[0].key)
    return [state.title(entry) for entry in entries]


def described(*specs: str) -> list[str]:
    return titles(*(Entry(key, Schedule.parse(spec), key) for key, spec in enumerate(specs)))


def family(key: int, spec: str, name: str = "") -> Entry:
    return Entry(key, Schedule(), key, name).holding(ScheduleFamily.parse(spec))


def based(key: int, spec: str, name: str = "") -> Entry:
    return Entry(key, Schedule.parse(spec), key, name, base=Base(str(SD.name), Schedule.parse(SD.spec)))


def test_alone_a_schedule_is_its_kind_and_t() -> None:
    assert described("cosine:T=1000,s=0.02,zero_snr=1") == ["cosine T=1000"]
    assert described("cosine:T=1000", "cosine:T=500", "linear:T=1000,beta_end=0.01") == [
        "cosine T=1000",
        "cosine T=500",
        "linear T=1000",
    ]


def test_a_family_is_called_by_its_range_and_what_is_shown_by_its_value() -> None:
    entries = (
        family(1, "cosine:T=1000,s=0.005..0.03,n=5"),
        family(2, "cosine:T=1000,s=0.005..0.03,n=5,snr_shift=2"),
        family(3, "linear:T=1000..10,n=3"),
        family(4, "linear:T=300,snr_shift=1..4,n=3", "mine"),
        Entry(5, Schedule("cosine", 1000), 5),
    )
    state = State(entries=entries, selected=1)
    assert titles(*entries) == [
        "cosine T=1000, s 0.005 … 0.03",
        "cosine T=1000, s 0.005 … 0.03, snr_shift=2",
        "linear T 1000 … 10",
        "mine",
        "cosine T=1000",
    ]
    assert [state.shown_title(entry) for entry in entries] == [
        "cosine T=1000, s=0.0175",
        "cosine T=1000, s=0.0175, snr_shift=2",
        "linear T=100",
        "mine, snr_shift=2",
        "cosine T=1000",
    ]
    assert [state.named(entry) for entry in entries] == ["", "", "", "mine", ""]


def test_families_are_told_apart_by_all_that_a_family_is() -> None:
    entries = (
        family(1, "linear:T=10..100,n=3"),
        family(2, "linear:T=10..100,n=4"),
        family(3, "linear:T=300,beta_end=0.02..0.03"),
        family(4, "linear:T=300,beta_end=0.0200001..0.03"),
    )
    assert titles(*entries) == [
        "linear T 10 … 100, n=3",
        "linear T 10 … 100, n=4",
        "linear T=300, β_T 0.02 … 0.03",
        "linear T=300, β_T 0.0200001 … 0.03",
    ]


def test_the_member_that_is_shown_is_told_from_other_schedules() -> None:
    T = family(1, "linear:T=10..90,n=3").schedule.T
    entries = (
        family(1, "linear:T=10..90,n=3"),
        Entry(2, Schedule.parse(f"linear:T={T},beta_end=0.01"), 0),
        family(3, "linear:T=10..90,n=3,snr_shift=2"),
        Entry(4, Schedule.parse(f"linear:T={T},beta_end=0.01"), 0, f"linear T={T}"),
        Entry(5, Schedule.parse("cosine:T=8"), 0),
    )
    state = State(entries, selected=1)
    shown = [state.shown_title(entry) for entry in entries]
    assert shown == [
        f"linear T={T}",
        f"linear T={T}, β_T=0.01",
        f"linear T={T}, snr_shift=2",
        f"linear T={T} (2)",
        "cosine T=8",
    ]


def test_what_differs_is_told_where_titles_would_be_the_same() -> None:
    assert described(
        "cosine:T=1000", "cosine:T=1000,s=0.02", "cosine:T=1000,zero_snr=1", "cosine:T=1000,snr_shift=4"
    ) == [
        "cosine T=1000",
        "cosine T=1000, s=0.02",
        "cosine T=1000, zero SNR",
        "cosine T=1000, snr_shift=4",
    ]


def test_what_does_not_differ_is_not_told() -> None:
    assert described("cosine:s=0.02", "cosine:s=0.02,snr_shift=2") == ["cosine T=300", "cosine T=300, snr_shift=2"]


def test_values_have_as_many_digits_as_tell_them_apart() -> None:
    assert described("linear:beta_end=0.0312345", "linear:beta_end=0.0456789") == [
        "linear T=300, β_T=0.0312",
        "linear T=300, β_T=0.0457",
    ]
    assert described("cosine:s=0.0200001", "cosine:s=0.02") == ["cosine T=300, s=0.0200001", "cosine T=300, s=0.02"]


@pytest.mark.parametrize(
    ("specs", "told"),
    [
        (("cosine:s=0.005..0.03,n=5", "cosine:s=0.0175"), ["cosine T=300, s 0.005 … 0.03", "cosine T=300, s=0.0175"]),
        (("cosine:s=0.02", "cosine:s=0.005..0.03,n=5"), ["cosine T=300, s=0.02", "cosine T=300, s 0.005 … 0.03"]),
        (("cosine:s=0.005..0.03,n=5", "cosine"), ["cosine T=300, s 0.005 … 0.03", "cosine T=300"]),
        (("cosine:T=10..90,n=3", "cosine:T=90,s=0.02"), ["cosine T 10 … 90", "cosine T=90, s=0.02"]),
        (("cosine:T=1000,s=0.02", "cosine:T=500"), ["cosine T=1000, s=0.02", "cosine T=500"]),
        (
            ("cosine:s=0.01..0.02,n=3,snr_shift=2", "cosine:T=90"),
            ["cosine T=300, s 0.01 … 0.02, snr_shift=2", "cosine T=90"],
        ),
    ],
)
def test_what_a_title_leaves_out_is_the_default_or_the_same_in_all_of_the_kind(
    specs: tuple[str, ...], told: list[str]
) -> None:
    assert titles(*(Entry(key, Schedule(), key).holding(specified(spec)) for key, spec in enumerate(specs))) == told


def test_digits_are_no_more_than_tell_values_apart() -> None:
    specs = ("cosine:s=0.0123456", "cosine:s=0.0123499", "cosine:s=0.5")
    assert described(*specs) == [f"cosine T=300, s={s}" for s in ("0.012346", "0.01235", "0.5")]


@pytest.mark.parametrize("name", ["", "mine"])
def test_no_two_members_of_a_family_are_called_alike(name: str) -> None:
    whole = family(1, "cosine:T=1000,s=0.01..0.010005,n=5", name)
    shown = []
    for place in range(5):
        state = State((whole, Entry(2, Schedule("cosine", 1000), 2)), selected=1).with_member(place)
        shown.append(state.shown_title(state.current))
    values = ("0.01", "0.01000125", "0.0100025", "0.01000375", "0.010005")
    assert shown == [f"{name or 'cosine T=1000'}, s={value}" for value in values]


def test_what_is_shown_of_two_families_has_the_digits_that_tell_it_apart() -> None:
    entries = family(1, "cosine:s=0.01..0.02,n=3,shift=2.0001"), family(2, "cosine:s=0.01..0.02,n=3,shift=2.0002")
    state = State(entries, selected=1)
    assert [state.shown_title(entry) for entry in entries] == [
        f"cosine T=300, s=0.015, snr_shift={shift}" for shift in ("2.0001", "2.0002")
    ]


def test_without_room_a_title_is_what_the_other_ticked_ones_do_not_say() -> None:
    entries = [Entry(key, Schedule.parse(f"cosine:T=1000,s=0.0{key}"), key) for key in (1, 2, 3)]
    entries += [Entry(4, Schedule("linear", 5), 4, visible=False), Entry(5, Schedule("cosine", 1000, {"s": 0.05}), 5)]
    state = State(tuple(entries), selected=1)
    told = ["s=0.01", "s=0.02", "s=0.03", "linear T=5", "s=0.05"]
    assert [state.telling_title(entry) for entry in entries] == told
    alone = State(tuple(entries[:1]), selected=1)
    assert alone.telling_title(entries[0]) == alone.shown_title(entries[0]) == "cosine T=1000"


def test_the_member_that_is_shown_is_described_in_full() -> None:
    entries = family(1, "cosine:T=1000,s=0.005..0.03,n=5,snr_shift=2"), Entry(2, Schedule("cosine", 1000), 2)
    assert State(entries, selected=1).shown_title(entries[0]) == "cosine T=1000, s=0.0175, snr_shift=2"


def test_the_same_schedule_twice_is_counted() -> None:
    assert described("linear", "linear", "linear") == ["linear T=300", "linear T=300 (2)", "linear T=300 (3)"]


def trained(entry: Entry, key: int, train: str) -> Entry:
    return replace(entry, key=key, train=Objective.parse(train))


OBJECTIVES = {
    "train:": "",
    "train:predict=v_prediction": ", predict=v_prediction",
    "train:weight=min_snr": ", weight=min_snr",
    "train:predict=v_prediction,weight=min_snr,snr_gamma=2": ", predict=v_prediction, weight=min_snr, snr_gamma=2",
    "train:draw=logit_normal": ", draw=logit_normal",
    "train:draw=logit_normal,m=0.50001": ", draw=logit_normal, m=0.50001",
    "train:draw=logit_normal,m=0.50002": ", draw=logit_normal, m=0.50002",
}


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        (Entry(0, Schedule("linear", 300), 0), "linear T=300"),
        (Entry(0, Schedule.from_betas([0.1, 0.2], "own.npy"), 0), "own.npy T=2"),
        (family(0, "linear:T=300,beta_end=0.02..0.03"), "linear T=300, β_T 0.02 … 0.03"),
        (based(0, SD.spec), "Stable Diffusion 1.x"),
        (based(0, "scaled_linear:T=1000,beta_end=0.02"), "based on Stable Diffusion 1.x"),
    ],
)
def test_what_differs_in_the_objective_is_told(entry: Entry, title: str) -> None:
    entries = [trained(entry, key, train) for key, train in enumerate(OBJECTIVES)]
    assert titles(*entries) == [f"{title}{told}" for told in OBJECTIVES.values()]
    assert titles(entries[1]) == [title]
    state = State(tuple(entries), selected=0)
    assert not any("(" in state.shown_title(each) for each in entries)
    assert state.shown_title(entries[3]).endswith(OBJECTIVES["train:predict=v_prediction,weight=min_snr,snr_gamma=2"])


def test_an_option_of_an_objective_is_told_from_a_parameter_of_its_name() -> None:
    entry = Entry(0, Schedule.parse("cosine:s=0.02"), 0)
    entries = [trained(entry, s, f"train:draw=logit_normal,s={s}") for s in (2, 3)]
    assert titles(*entries, Entry(1, Schedule("cosine"), 1)) == [
        "cosine T=300, s=0.02, draw=logit_normal, train s=2",
        "cosine T=300, s=0.02, draw=logit_normal, train s=3",
        "cosine T=300",
    ]


def test_what_is_the_same_in_all_objectives_is_not_told() -> None:
    entries = [trained(Entry(0, Schedule("cosine", T), 0), T, "train:predict=v_prediction") for T in (10, 20)]
    assert titles(*entries) == ["cosine T=10", "cosine T=20"]


def test_a_table_has_the_name_of_its_file_and_the_folders_that_tell_it_from_another() -> None:
    paths = ("a/x/betas.csv", "a/y/betas.csv", "own.npy")
    tables = [Entry(key, Schedule.from_betas([0.1, 0.2], path), key) for key, path in enumerate(paths)]
    assert titles(*tables) == ["x/betas.csv T=2", "y/betas.csv T=2", "own.npy T=2"]
    assert titles(tables[0]) == ["betas.csv T=2"]


@given(st.lists(schedules(max_steps=12), min_size=2, max_size=5))
def test_no_two_titles_are_the_same(given_schedules: list[Schedule]) -> None:
    entries = [Entry(key, schedule, key) for key, schedule in enumerate(given_schedules)]
    assert len(set(titles(*entries))) == len(entries)
    for one, other in itertools.pairwise(titles(*entries)):
        assert len(one.splitlines()) == 1
        assert one != other


def test_a_preset_has_its_name_until_it_is_changed_and_again_when_it_is_changed_back() -> None:
    assert titles(based(0, SD.spec)) == ["Stable Diffusion 1.x"]
    assert titles(based(0, "scaled_linear:T=1000,beta_end=0.02")) == ["based on Stable Diffusion 1.x"]
    assert titles(based(0, "scaled_linear:T=1000")) == ["Stable Diffusion 1.x"]


def test_another_kind_is_based_on_nothing() -> None:
    assert titles(based(0, "cosine:T=1000")) == ["cosine T=1000"]


def test_edited_presets_are_told_apart_by_what_was_edited() -> None:
    edited = based(0, SD.spec), based(1, f"{SD.spec},snr_shift=2"), based(2, SD.spec.replace("T=1000", "T=500"))
    assert titles(*edited) == [
        "Stable Diffusion 1.x",
        "based on Stable Diffusion 1.x, snr_shift=2",
        "based on Stable Diffusion 1.x, T=500",
    ]


def test_of_presets_that_are_trained_otherwise_than_they_were_that_is_told() -> None:
    first = Base("EDM", Schedule("edm", 1000), Objective("edm", "lognormal", "edm_lambda"))
    edm = Entry(0, first.schedule, 0, base=first, train=first.train)
    plainer = replace(edm, key=1, train=Objective("edm", "lognormal"))
    wider = replace(edm, key=2, train=first.train.replace(p_std=2))
    assert titles(edm, plainer) == ["EDM", "EDM, weight=none"]
    assert titles(edm, wider) == ["EDM", "EDM, p_std=2"]
    assert titles(edm, replace(wider, schedule=Schedule("edm", 50)))[1:] == ["based on EDM"]


def test_a_name_that_a_person_gave_survives_every_edit() -> None:
    assert titles(based(0, "cosine:T=7", "mine")) == ["mine"]


def test_a_schedule_described_alone_is_described_in_full() -> None:
    assert full_title(Schedule.parse("logsnr_cosine:T=1000,min=-10,zero_snr=1,snr_shift=4")) == (
        "logsnr_cosine T=1000, log SNR_T=−10, zero SNR, snr_shift=4"
    )


class German(QTranslator):
    """Knows two texts."""

    def translate(self, context: str, text: str, comment: str | None = None, n: int = -1) -> str:
        known = {
            ("titles", "based on {name}"): "nach {name}",
            ("presets", "Stable Diffusion 1.x"): "Stabile Diffusion",
        }
        return known.get((context, text))  # type: ignore[return-value]  # None: ask the next translator.


def test_based_on_and_the_preset_s_name_are_translated(qapp: QApplication) -> None:
    translator = German()
    qapp.installTranslator(translator)
    try:
        assert titles(based(0, "scaled_linear:T=9")) == ["nach Stabile Diffusion"]
    finally:
        qapp.removeTranslator(translator)


ODD = ["two\nlines", "a,b;c\td", '"quoted"', "=1+1", "שלום", "\u202eesrever", "🌊 wave", "tab\tbed", "e\u0301"]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_are_kept_whole_and_shown_on_one_line(name: str) -> None:
    assert kept_name(f"  {name}\n") == name
    shown = one_line(name)
    assert len(shown.splitlines()) == 1
    assert "\t" not in shown


def test_text_from_right_to_left_keeps_to_itself() -> None:
    assert one_line("\u202eesrever") == "\u2068\u202eesrever\u2069"
    assert one_line("plain") == "plain"


@pytest.mark.parametrize("mark", "\u2066\u2067\u2068\u2069")
def test_a_name_does_not_end_what_keeps_it_to_itself(mark: str) -> None:
    assert one_line(f"{mark}a{mark}\u202e") == "\u2068a\u202e\u2069"


def test_what_no_file_can_hold_is_not_kept() -> None:
    assert kept_name("a\0b\rc\ud800\x01") == "ab\nc\ufffd"


def test_a_name_like_a_title_does_not_keep_others_from_being_told_apart() -> None:
    named = Entry(0, Schedule("linear"), 0, "cosine T=300")
    others = [Entry(key, Schedule("cosine", 300, {"s": key / 100}), key) for key in (1, 2)]
    assert titles(named, *others) == ["cosine T=300", "cosine T=300, s=0.01", "cosine T=300, s=0.02"]


@pytest.mark.parametrize(
    ("word", "said"),
    [("1", "zero SNR"), ("after", "zero SNR after SNR shift"), ("comfyui", "zero SNR as in ComfyUI")],
)
def test_a_title_tells_which_zero_snr_it_has(word: str, said: str) -> None:
    assert full_title(Schedule.parse(f"cosine:T=9,zero_snr={word}")) == f"cosine T=9, {said}"
