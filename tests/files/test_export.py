"""What is exported says what the schedule says, reads in other programs, and opens again with the same bits."""

from __future__ import annotations

import csv
import io
import json
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.diffusion.quantities import QUANTITIES
from ddpm_studio.errors import FileError, ScheduleError
from ddpm_studio.files.betas import read_schedules
from ddpm_studio.files.export import FORMATS, PIECE, export_bytes, export_pieces, format_for, number_of_pieces
from tests.diffusion.strategies import ALL_KINDS, schedules

LEAST_KNOWN = 1e-5
"""The least α = 1 − β of which a file of β holds ten digits or more."""

IN_NOISE = ("linear:T=264,beta_start=1", "sigmoid_beta:T=300,beta_start=0.99999,beta_end=1e-12")
"""Schedules whose β fall from near 1, as ᾱ do."""

IN_NOISE_TOO = "linear_rescaled:T=10,beta_start=1,beta_end=1e-12"
"""The same of a kind that diffusers does not have."""

DETERMINING = [curve for curve in CURVES if curve in QUANTITIES or curve == "loss_weight_epsilon"]

LINEAR = Schedule.parse("linear:T=3,beta_start=0.1,beta_end=0.3")
COSINE = Schedule.parse("cosine:T=4,s=0.01")
ENDLESS = Schedule.parse("jsd:T=3")


def test_csv_of_one_schedule_is_the_table() -> None:
    assert export_bytes([LINEAR], ["betas", "alphas"], "csv") == b"t,betas,alphas\n1,0.1,0.9\n2,0.2,0.8\n3,0.3,0.7\n"


def test_csv_of_several_schedules_is_tidy() -> None:
    text = export_bytes([LINEAR, COSINE], ["betas"], "csv").decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == ["schedule", "t", "betas"]
    assert [row["schedule"] for row in rows] == [str(LINEAR)] * 3 + [str(COSINE)] * 4
    assert [int(row["t"]) for row in rows] == [1, 2, 3, 1, 2, 3, 4]
    assert "\r" not in text


def test_csv_holds_every_curve_in_order_by_default() -> None:
    header = export_bytes([LINEAR], None, "csv").split(b"\n", 1)[0].decode()
    assert header.split(",") == ["t", *CURVES]


def test_csv_floats_are_the_shortest_that_round_trip() -> None:
    rows = csv.DictReader(io.StringIO(export_bytes([Schedule.parse("linear:T=30")], None, "csv").decode()))
    for row in rows:
        for name in CURVES:
            assert row[name] == repr(float(row[name]))


def test_infinity_is_inf_in_csv_and_valid_in_json() -> None:
    assert b",inf\n" in export_bytes([ENDLESS], ["betas", "sigmas"], "csv")
    text = export_bytes([ENDLESS], ["log_snr"], "json").decode()
    value = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert value["log_snr"][-1] == -math.inf


def test_json_has_the_spec_and_the_arrays() -> None:
    value = json.loads(export_bytes([LINEAR], ["betas"], "json"))
    assert value == {"schedule": str(LINEAR), "t": [1, 2, 3], "betas": LINEAR.betas.tolist()}
    several = json.loads(export_bytes([LINEAR, COSINE], ["betas"], "json"))
    assert [each["schedule"] for each in several] == [str(LINEAR), str(COSINE)]


def test_npz_has_the_arrays_under_their_names() -> None:
    with np.load(io.BytesIO(export_bytes([ENDLESS], None, "npz"))) as stored:
        for name in CURVES:
            np.testing.assert_array_equal(stored[name], ENDLESS.coefficients[name])
        assert str(stored["schedule"]) == "jsd:T=3"
    with np.load(io.BytesIO(export_bytes([LINEAR, COSINE], ["betas"], "npz"))) as stored:
        assert set(stored) == {f"{name}_{place}" for name in ("schedule", "t", "betas") for place in (0, 1)}


def test_npz_bytes_know_no_clock() -> None:
    with zipfile.ZipFile(io.BytesIO(export_bytes([LINEAR], None, "npz"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_kind_opens_again(tmp_path: Path, kind: str, format: str) -> None:
    check_opens_again(tmp_path, Schedule(kind, 1000), format)


@settings(deadline=None, max_examples=60)
@given(schedule=schedules(max_steps=60), format=st.sampled_from(list(FORMATS)))
def test_whatever_is_exported_opens_again(
    tmp_path_factory: pytest.TempPathFactory, schedule: Schedule, format: str
) -> None:
    check_opens_again(tmp_path_factory.getbasetemp(), schedule, format)


@pytest.mark.parametrize("format", ["csv", "json", "npz"])
@pytest.mark.parametrize("spec", IN_NOISE)
def test_betas_that_begin_in_noise_are_told_by_what_is_beside_them(tmp_path: Path, spec: str, format: str) -> None:
    schedule, path = Schedule.parse(spec), tmp_path / f"a.{format}"
    check_opens_again(tmp_path, schedule, format)
    path.write_bytes(export_bytes([schedule], ["betas", "snr"], format))
    assert Schedule.parse(f"custom:path={path}").betas.tolist() == schedule.betas.tolist()


@pytest.mark.parametrize("spec", [*IN_NOISE, IN_NOISE_TOO])
def test_a_config_says_by_its_keys_that_its_numbers_are_betas(tmp_path: Path, spec: str) -> None:
    check_opens_again(tmp_path, Schedule.parse(spec), "diffusers")


@pytest.mark.parametrize("spec", IN_NOISE)
def test_betas_alone_that_begin_in_noise_open_when_it_is_said(tmp_path: Path, spec: str) -> None:
    schedule, path = Schedule.parse(spec), tmp_path / "a"
    path.write_bytes(export_bytes([schedule], ["betas"], "csv"))
    with pytest.raises(FileError, match="as=betas if they are betas all the same"):
        Schedule.parse(f"custom:path={path}")
    assert Schedule.parse(f"custom:path={path},as=betas").betas.tolist() == schedule.betas.tolist()


@pytest.mark.parametrize(
    ("spec", "curve"),
    [
        ("linear:T=1", "sigmas"),
        ("linear:T=9", "sigmas"),
        ("formula:T=40,beta=0.05", "sigmas"),
        ("warmup10:T=3,beta_end=1", "tau"),
        ("linear:T=1000,beta_end=1", "alphas_cumprod"),
        ("linear:T=1000,beta_end=1", "log_snr"),
        ("linear_rescaled:T=1000,beta_end=1,snr_shift=4", "log_one_minus_alphas_cumprod"),
        ("exp:T=300,zero_snr=comfyui", "tau"),
        ("warmup50:T=300,beta_end=1e-12,snr_shift=1e-06", "alphas"),
    ],
)
def test_one_curve_opens_under_the_name_that_it_has_in_an_export(tmp_path: Path, spec: str, curve: str) -> None:
    schedule, path = Schedule.parse(spec), tmp_path / "a.csv"
    path.write_bytes(export_bytes([schedule], [curve], "csv"))
    read = Schedule.parse(f"custom:path={path}")
    assert read.quantity == curve
    np.testing.assert_allclose(read.coefficients.alphas_cumprod, schedule.coefficients.alphas_cumprod, 1e-9, 1e-15)


def test_the_sigmas_of_a_flow_are_not_taken_for_those_of_an_export(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("t,sigmas\n1,0.2\n2,0.6\n3,1")
    with pytest.raises(FileError, match="may hold σ / τ"):
        Schedule.parse(f"custom:path={path}")
    for listed in ("1,1\n2,0.6\n3,0.2", "\n".join(f"{t},{t / 40}" for t in range(1, 41))):
        path.write_text("t,sigmas\n" + listed)
        assert Schedule.parse(f"custom:path={path}").quantity == "tau"


FORMULAS = (
    "beta=0.0001+0.02*u",
    "alpha_bar=0.99*(1-u)^2+0.001",
    "log_snr=9*tanh(9*(0.5-u))",
    "alpha_bar=0.5",
    "beta=1e-9",
)
ANY_OF_THEM = schedules(max_steps=300) | st.builds(
    lambda T, formula, shift: Schedule.parse(f"formula:T={T},{formula},snr_shift={shift}"),
    st.sampled_from([1, 2, 3, 10, 300]),
    st.sampled_from(FORMULAS),
    st.sampled_from([1, 0.01, 1e6]),
)


@settings(deadline=None, max_examples=120)
@given(
    schedule=ANY_OF_THEM,
    first=st.sampled_from(DETERMINING),
    others=st.lists(st.sampled_from([*CURVES]), max_size=4),
    format=st.sampled_from(["csv", "json", "npz"]),
)
def test_any_choice_of_curves_opens_again_or_says_what_it_lacks(
    tmp_path_factory: pytest.TempPathFactory, schedule: Schedule, first: str, others: list[str], format: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "chosen"
    curves = [first, *others]
    path.write_bytes(export_bytes([schedule], curves, format))
    read = opened_or_why(path)
    if isinstance(read, str):
        assert format == "csv"
        assert lacks(schedule, curves, read)
        return
    ours, theirs = read.coefficients, schedule.coefficients
    np.testing.assert_allclose(ours.alphas_cumprod, theirs.alphas_cumprod, rtol=0, atol=1e-12)
    if "log_snr" in curves:
        np.testing.assert_allclose(ours.log_snr, theirs.log_snr, rtol=1e-9)


def opened_or_why(path: Path) -> Schedule | str:
    try:
        return Schedule.parse(f"custom:path={path}")
    except FileError as error:
        return str(error)


def lacks(schedule: Schedule, curves: list[str], sentence: str) -> bool:
    """Whether a table says too little: β alone that may be something else, or levels that round to the picture."""
    if "may hold σ / τ" in sentence:
        return schedule.coefficients.sigmas[-1] == 1
    if "as=betas if they are" in sentence:
        return not {*curves} & {*DETERMINING} - {"betas"} and schedule.betas[0] > 0.9
    rounds = "does not tell the noise at t = 1" in sentence and not {"betas", "log_snr"} & {*curves}
    return rounds and bool(schedule.betas[0] < 1e-15)


def check_opens_again(folder: Path, schedule: Schedule, format: str) -> None:
    path = folder / "exported"
    path.write_bytes(export_bytes([schedule], None, format))
    opened = Schedule.parse(f"custom:path={path}")
    assert opened.T == schedule.T
    assert opened.betas.tobytes() == schedule.betas.tobytes()
    known = np.minimum.accumulate(schedule.coefficients.alphas) > LEAST_KNOWN
    known &= np.append(known[1:], True)  # ᾱ_t+1 is one of the coefficients.
    for name in CURVES.keys() - {"log_snr_density"}:
        read, made = opened.coefficients[name][known], schedule.coefficients[name][known]
        np.testing.assert_allclose(read, made, rtol=1e-10, atol=1e-10, err_msg=name)


@pytest.mark.parametrize("format", ["csv", "json", "npz"])
def test_several_schedules_open_as_themselves(tmp_path: Path, format: str) -> None:
    (tmp_path / "betas.csv").write_text("betas\n0.1\n0.2\n")
    given = [LINEAR, COSINE, ENDLESS, ENDLESS, Schedule.parse(f"custom:path={tmp_path / 'betas.csv'}")]
    (tmp_path / "all").write_bytes(export_bytes(given, None, format))
    *named, table = read_schedules(tmp_path / "all")
    assert named == given[:-1]
    # The file that its β came from is not opened for somebody who only opened this one.
    assert (table.path, table.trained_betas) == ("", (0.1, 0.2))


@pytest.mark.parametrize("format", ["csv", "json", "npz"])
def test_schedules_whose_file_is_gone_keep_their_betas(tmp_path: Path, format: str) -> None:
    gone = Schedule.from_betas([0.1, 0.2], "gone.csv")
    (tmp_path / "all").write_bytes(export_bytes([gone, LINEAR], ["betas"], format))
    opened = read_schedules(tmp_path / "all")
    assert opened[0].betas.tolist() == [0.1, 0.2]
    assert opened[1] == LINEAR


@pytest.mark.parametrize("format", ["csv", "json", "npz"])
def test_betas_changed_by_hand_win_over_the_spec(tmp_path: Path, format: str) -> None:
    content = export_bytes([LINEAR, COSINE], ["betas"], format)
    swapped = content.replace(b"beta_start=0.1", b"beta_start=0.2").replace(
        "beta_start=0.1".encode("utf-32-le"), "beta_start=0.2".encode("utf-32-le")
    )
    (tmp_path / "all").write_bytes(swapped if format != "npz" else with_fresh_checksums(swapped))
    first = read_schedules(tmp_path / "all")[0]
    assert first.kind == "custom"
    assert first.betas.tolist() == LINEAR.betas.tolist()


def with_fresh_checksums(archive: bytes) -> bytes:
    """A zip whose stored entries were edited in place, written anew."""
    fresh = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(fresh, "w") as new:
        for entry in old.infolist():
            start = entry.header_offset + 30 + len(entry.filename)
            start = archive.index(b"\x93NUMPY", start)
            new.writestr(entry.filename, archive[start : start + entry.file_size])
    return fresh.getvalue()


def test_noise_that_a_curve_rounds_away_is_to_be_exported_too(tmp_path: Path) -> None:
    faint = Schedule.parse("linear:T=50,beta_start=1e-12,snr_shift=1e-6")
    (tmp_path / "one").write_bytes(export_bytes([faint], ["alphas_cumprod"], "csv"))
    with pytest.raises(FileError, match="the noise at t = 1, where ᾱ rounds to 1; export betas or log_snr too"):
        Schedule.parse(f"custom:path={tmp_path / 'one'}")
    for more in ("betas", "log_snr"):
        (tmp_path / "two").write_bytes(export_bytes([faint], [more, "alphas_cumprod"], "csv"))
        assert Schedule.parse(f"custom:path={tmp_path / 'two'}").T == 50


def test_path_that_is_no_unicode_survives(tmp_path: Path) -> None:
    odd = Schedule.from_betas([0.1, 0.2], "a\udcff.csv")
    for format in ("csv", "json", "npz"):
        (tmp_path / "odd").write_bytes(export_bytes([odd, LINEAR], ["betas"], format))
        assert len(read_schedules(tmp_path / "odd")) == 2


def test_unknown_curve_and_format_name_the_nearest() -> None:
    with pytest.raises(ScheduleError, match="no curve “alpha_cumprod”; did you mean “alphas_cumprod”"):
        export_bytes([LINEAR], ["alpha_cumprod"], "csv")
    with pytest.raises(FileError, match="no format “jsn”; did you mean “json”"):
        export_bytes([LINEAR], None, "jsn")


def test_curve_named_twice_is_written_once() -> None:
    assert export_bytes([LINEAR], ["betas", "betas"], "csv").startswith(b"t,betas\n")


def test_diffusers_config_holds_one_schedule() -> None:
    with pytest.raises(FileError, match="holds one schedule, not 2"):
        export_bytes([LINEAR, COSINE], None, "diffusers")


@pytest.mark.parametrize(
    ("path", "asked", "expected"),
    [
        (None, None, "csv"),
        ("a/b.CSV", None, "csv"),
        ("b.json", None, "json"),
        ("b.npz", None, "npz"),
        ("x/scheduler_config.json", None, "diffusers"),
        ("b.json", "diffusers", "diffusers"),
    ],
)
def test_format_is_what_was_asked_or_what_the_name_says(path: str | None, asked: str | None, expected: str) -> None:
    assert format_for(path, asked) == expected


def test_name_that_says_no_format_is_refused() -> None:
    sentence = r"betas\.txt does not say which format it is; end it in one of \.csv, \.json, \.npz, or add --format\."
    with pytest.raises(FileError, match=sentence):
        format_for("betas.txt")


@pytest.mark.parametrize("format", ["csv", "json"])
def test_much_is_exported_in_small_pieces(format: str) -> None:
    many = Schedule.parse("linear:T=20000")
    pieces = list(export_pieces([many, LINEAR], None, format))
    assert b"".join(pieces) == export_bytes([many, LINEAR], None, format)
    assert max(map(len, pieces)) < 40 * PIECE
    assert number_of_pieces([many, LINEAR]) / 2 < len(pieces) < 2 * number_of_pieces([many, LINEAR])
