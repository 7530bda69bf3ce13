"""`ddpm-studio export`, from its arguments to the bytes."""

from __future__ import annotations

import csv
import io
import json
import shlex
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.cli import main
from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.files.export import export_bytes

Captured = pytest.CaptureFixture[bytes]


def test_csv_goes_to_standard_output(capsysbinary: Captured) -> None:
    assert main(["export", "--schedule", "linear:T=3,beta_start=0.1,beta_end=0.3", "--curves", "betas,alphas"]) == 0
    assert capsysbinary.readouterr() == (b"t,betas,alphas\n1,0.1,0.9\n2,0.2,0.8\n3,0.3,0.7\n", b"")


@pytest.mark.parametrize("command", [["export"], ["training"], ["steps", "--steps=2"]])
def test_what_a_schedule_is_called_makes_no_difference(capsysbinary: Captured, command: list[str]) -> None:
    lines = ("linear:T=3,beta_start=0.01", "linear:T=3,beta_start=0.01  # 50 %, ours")
    assert [main([*command, "--schedule", line]) for line in lines] == [0, 0]
    written = capsysbinary.readouterr().out
    assert written[: len(written) // 2] == written[len(written) // 2 :]


def test_every_curve_of_the_default_schedule(capsysbinary: Captured) -> None:
    assert main(["export", "--schedule", "linear"]) == 0
    rows = list(csv.reader(io.StringIO(capsysbinary.readouterr().out.decode())))
    assert rows[0] == ["t", *CURVES]
    assert len(rows) == 301
    # The article's schedule: 22 % of the signal is left at T = 300.
    assert float(rows[-1][rows[0].index("sqrt_alphas_cumprod")]) == pytest.approx(0.2192, abs=5e-5)


def test_several_schedules_are_tidy(capsysbinary: Captured) -> None:
    assert main(["export", "--schedule", "jsd:T=2", "--schedule", "cosine:T=1,s=0.5", "--curves=betas"]) == 0
    rows = list(csv.reader(io.StringIO(capsysbinary.readouterr().out.decode())))
    assert rows[0] == ["schedule", "t", "betas"]
    assert [row[:2] for row in rows[1:]] == [["jsd:T=2", "1"], ["jsd:T=2", "2"], ["cosine:T=1,s=0.5", "1"]]


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.npz", "scheduler_config.json"])
def test_the_name_says_the_format_and_the_file_opens_again(tmp_path: Path, capsysbinary: Captured, name: str) -> None:
    schedule = Schedule.parse("sigmoid:T=50,zero_snr=1")
    assert main(["export", "--schedule", str(schedule), "-o", str(tmp_path / name)]) == 0
    assert capsysbinary.readouterr() == (b"", b"")
    np.testing.assert_array_equal(Schedule.parse(f"custom:path={tmp_path / name}").betas, schedule.betas)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("format", ["csv", "json", "npz", "diffusers"])
def test_shell_writes_the_bytes_of_the_window(capsysbinary: Captured, format: str) -> None:
    assert main(["export", "--schedule", "exp:T=20", "--format", format, "-o", "-"]) == 0
    assert capsysbinary.readouterr().out == export_bytes([Schedule.parse("exp:T=20")], None, format)


def test_format_asked_for_wins_over_the_name(tmp_path: Path) -> None:
    assert main(["export", "--schedule", "linear", "--format", "diffusers", "-o", str(tmp_path / "a.json")]) == 0
    assert json.loads((tmp_path / "a.json").read_text())["_class_name"] == "DDPMScheduler"


REFUSED = {
    "T=0": (["--schedule", "linear:T=0"], "T is 0; it must be a whole number from 1 to 100000."),
    "T": (["--schedule", "linear:T=100001"], "T is 100001; it must be a whole number from 1 to 100000."),
    "bound": (["--schedule", "linear:beta_start=1.5"], "beta_start is 1.5; choose a value from "),
    "NaN": (["--schedule", "linear:beta_start=nan"], "beta_start is “nan”; it must be a finite number."),
    "a path": (
        ["--schedule", "b/x.csv"],
        "“b/x.csv” is not a schedule kind; if it is a file, write custom:path=",
    ),
    "a path of Windows": (
        ["--schedule", "C:\\b\\x.csv"],
        "“C:\\b\\x.csv” is not a schedule kind; if it is a file, write custom:path=C:\\b\\x.csv.",
    ),
    "a path without its key": (
        ["--schedule", "custom:b/x.csv,snr_shift=2"],
        "“b/x.csv,snr_shift=2” has no key before it; if it is a file, write custom:path=b/x.csv,snr_shift=2.",
    ),
    "a file's address": (
        ["--schedule", "file:///b/x.csv"],
        "“file:///b/x.csv” is not a schedule kind; if it is a file, write custom:path=/b/x.csv.",
    ),
    "an address": (
        ["--schedule", "https://b/x.csv"],
        "“https://b/x.csv” is an address, which is not fetched; download the file, and write custom:path=FILE.",
    ),
    "as alone": (["--schedule", "as=betas"], "“as=betas” goes with the kind custom; write custom:path=FILE,as=betas."),
    "path alone": (
        ["--schedule", "path=x,as=snr"],
        "“path=x,as=snr” goes with the kind custom; write custom:path=x,as",
    ),
    "kind": (["--schedule", "cosin"], "There is no schedule kind “cosin”; did you mean “cosine”?"),
    "key": (["--schedule", "linear:s=1"], "linear has no parameter “s”; it takes T, beta_start, beta_end"),
    "curve": (["--schedule", "linear", "--curves", "beta"], "There is no curve “beta”; did you mean “betas”?"),
    "no curve": (["--schedule", "linear", "--curves", ""], "There is no curve “”"),
    "format": (["--schedule", "linear", "--format", "cvs"], "There is no format “cvs”; did you mean “csv”?"),
    "file": (["--schedule", "custom:path=no.csv"], "There is no file no.csv; check its name and folder."),
    "no schedule": ([], "the following arguments are required: --schedule; see ddpm-studio export --help."),
    "no spec": (["--schedule"], "argument --schedule: expected one argument; see ddpm-studio export --help."),
    "unknown": (["--schedule", "linear", "--curve", "snr"], "unrecognized arguments: --curve snr; see"),
    "two": (["--schedule=exp", "--schedule=jsd", "--format=diffusers"], "A diffusers config holds one schedule, not 2"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_one_sentence_and_code_2(capsysbinary: Captured, case: str) -> None:
    arguments, sentence = REFUSED[case]
    assert main(["export", *arguments]) == 2
    out, err = capsysbinary.readouterr()
    assert out == b""
    assert err.decode().startswith(f"ddpm-studio: {sentence}")
    assert err.count(b"\n") == 1


def test_numbers_that_may_be_two_things_are_what_is_said(tmp_path: Path, capsysbinary: Captured) -> None:
    schedule = Schedule("sigmoid", 1000)
    np.save(tmp_path / "a.npy", schedule.coefficients.alphas_cumprod)
    assert main(["export", "--schedule", f"custom:path={tmp_path / 'a.npy'}"]) == 2
    out, err = capsysbinary.readouterr()
    assert out == b""
    sentence = f"{tmp_path / 'a.npy'} may hold ᾱ / √ᾱ: its numbers run from 0.9997 to 3.003e-07; say which they are by "
    spec = f"custom:path={tmp_path / 'a.npy'},as=alphas_cumprod"
    assert f"{sentence}{shlex.quote(spec)} or as=sqrt_alphas_cumprod." in err.decode()
    assert main(["export", "--schedule", spec, "--curves", "betas", "--format", "json"]) == 0
    written = json.loads(capsysbinary.readouterr().out)
    assert written["schedule"] == "custom:path=a.npy,as=alphas_cumprod"
    np.testing.assert_allclose(written["betas"], schedule.betas, rtol=1e-8)


def test_nothing_is_written_where_something_is_wrong(tmp_path: Path, capsysbinary: Captured) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")
    assert main(["export", "--schedule", "linear:T=0", "-o", str(target)]) == 2
    target.chmod(0o400)
    assert main(["export", "--schedule", "linear", "-o", str(target)]) == 2
    assert b"read-only" in capsysbinary.readouterr().err
    assert target.read_bytes() == b"old"
    assert main(["export", "--schedule", "linear", "-o", f"{tmp_path}/no/a.csv"]) == 2
    assert main(["export", "--schedule", "linear", "-o", str(tmp_path), "--format", "csv"]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
