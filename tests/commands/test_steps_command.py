"""`ddpm-studio steps` writes the levels of a spacing or a list, and what other programs take."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule, Steps
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.files.steps.whole_lists import COLUMNS

Captured = pytest.CaptureFixture[str]
STABLE = ["steps", "--schedule", "scaled_linear:T=1000"]
FLOW = ["steps", "--schedule", "flow:T=1000,shift=3"]


def printed(capsys: Captured, *arguments: str) -> str:
    assert main([*arguments]) == 0
    return capsys.readouterr().out


def test_a_row_for_each_step_and_one_for_the_end(capsys: Captured) -> None:
    out = printed(capsys, *STABLE, "--steps=5", "--spacing=karras:rho=5")
    rows = list(csv.DictReader(io.StringIO(out)))
    steps = Steps.from_spacing(Schedule.parse(STABLE[2]), 5, "karras", rho=5.0)
    assert tuple(rows[0]) == COLUMNS
    assert [float(row["sigma"]) for row in rows] == steps.sigmas.tolist()
    assert [float(row["timestep"]) for row in rows[:-1]] == steps.timesteps.tolist()
    assert [float(row["log_snr"]) for row in rows] == steps.log_snr.tolist()
    np.testing.assert_allclose([float(row["alphas_cumprod"]) for row in rows], steps.alphas_cumprod, rtol=1e-15)
    np.testing.assert_allclose([float(row["tau"]) for row in rows], steps.sigmas / (1 + steps.sigmas), rtol=1e-12)
    assert (rows[0]["t"], rows[-1]["t"], rows[-1]["timestep"], rows[-1]["step"]) == ("1000", "0", "", "6")


def test_several_spacings_stand_below_each_other(capsys: Captured) -> None:
    out = printed(capsys, *STABLE, "--steps=3", "--spacing=trailing", "--spacing=ays:model=sdxl")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["spacing"] for row in rows] == ["trailing"] * 4 + ["ays:model=sdxl"] * 4


def test_what_manual_sigmas_takes(capsys: Captured) -> None:
    out = printed(capsys, *STABLE, "--spacing=ays:steps=10", "--format=comfyui")
    numbers = [float(each) for each in out.split(",")]
    assert (len(numbers), numbers[-1]) == (11, 0)
    assert numbers[:3] == pytest.approx([14.6146412293, 6.4745760956, 3.8636745985], rel=1e-12)
    out = printed(capsys, *FLOW, "--spacing=flow_shift:steps=4", "--format=comfyui")
    assert [float(each) for each in out.split(",")] == pytest.approx([1, 0.9, 0.75, 0.5, 0])
    small = printed(
        capsys, "steps", "--schedule=edm:T=1000,sigma_min=0.00001", "--steps=4", "--spacing=karras", "--format=comfyui"
    )
    assert "e" not in small


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("schedule", ["scaled_linear:T=1000", "cosine:T=200", "flow:T=1000,shift=3"])
def test_code_for_diffusers_sets_these_steps(schedule: str, capsys: Captured) -> None:
    text = printed(capsys, "steps", f"--schedule={schedule}", "--steps=7", "--spacing=trailing", "--format=diffusers")
    names: dict[str, Any] = {}
    exec(text, names)
    steps = Steps.from_spacing(Schedule.parse(schedule), 7)
    scheduler = names["scheduler"]
    expected = 1 / (1 + np.exp(0.5 * steps.log_snr)) if schedule.startswith("flow") else steps.sigmas
    np.testing.assert_allclose(scheduler.sigmas, expected, rtol=1e-6, atol=1e-7)
    told = steps.timesteps + 1 if schedule.startswith("flow") else steps.timesteps
    if not schedule.startswith("flow"):
        np.testing.assert_allclose(scheduler.timesteps, told, atol=0.05)


def test_timesteps(capsys: Captured) -> None:
    assert printed(capsys, *STABLE, "--spacing=trailing:steps=4", "--format=timesteps") == "999, 749, 499, 249\n"


LISTED = (
    ("a.csv", ""),
    ("a.json", ""),
    ("a.txt", "comfyui"),
    ("a.py", "diffusers"),
    ("a.py", "python"),
    ("a.txt", "timesteps"),
)
PURE_NOISE = ["steps", "--schedule", "scaled_linear:T=1000,zero_snr=1"]


@pytest.mark.parametrize(
    ("begin", "spacing"),
    [
        (STABLE, "karras:steps=6"),
        (STABLE, "leading:steps=6"),
        (STABLE, "trailing:steps=7"),
        (FLOW, "flow_shift:steps=6"),
        (FLOW, "beta:steps=7"),
        (["steps", "--schedule", "edm:T=1000"], "exponential:steps=7"),
        (["steps", "--schedule", "cosine:T=1000"], "trailing:steps=7"),
        (PURE_NOISE, "trailing:steps=7"),
    ],
)
def test_every_format_of_a_list_that_is_written_is_read_again(
    begin: list[str], spacing: str, tmp_path: Path, capsys: Captured
) -> None:
    expected = printed(capsys, *begin, f"--spacing={spacing}")
    for name, format in LISTED:
        if begin is PURE_NOISE and format in ("comfyui", "diffusers"):
            continue
        path = tmp_path / name
        assert main([*begin, f"--spacing={spacing}", *([f"--format={format}"] if format else []), "-o", str(path)]) == 0
        again = printed(capsys, *begin, f"--spacing=file:{path}")
        for mine, theirs in zip(csv.reader(io.StringIO(again)), csv.reader(io.StringIO(expected)), strict=True):
            assert [cell == "" for cell in mine] == [cell == "" for cell in theirs]
            if mine[0] != "step":
                numbers = [[float(cell) for cell in row if cell] for row in (mine, theirs)]
                assert numbers[0] == pytest.approx(numbers[1], rel=1e-9, abs=1e-6)


@pytest.mark.parametrize(
    ("content", "schedule", "expected"),
    [
        ("sigmas\n0.9, 0.5, 0.1", "linear:T=1000", "0.9, 0.5, 0.1, 0"),
        ("# sigmas\n0.9 0.5\n0.1", "linear:T=1000", "0.9, 0.5, 0.1, 0"),
        ("sigmas: 0.9, 0.5, 0", "linear:T=1000", "0.9, 0.5, 0"),
        ("taus\r\n0.5, 0.2, 0", "linear:T=1000", "1, 0.25, 0"),
        ("Timesteps = [999, 499.5]", "flow:T=1000", "1, 0.5005, 0"),
        (
            "import torch\nsigmas = torch.tensor([\n  9.0,\n  1.0,\n])\nEulerDiscreteScheduler()",
            "linear:T=1000",
            "9, 1",
        ),
        ("pipe(prompt, sigmas=[1.0, 0.5])", "flow:T=1000", "1, 0.5, 0"),
    ],
)
def test_a_name_above_or_before_numbers_says_what_they_are(
    content: str, schedule: str, expected: str, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "list.txt"
    path.write_text(content, newline="")
    out = printed(capsys, "steps", f"--schedule={schedule}", f"--spacing=file:{path}", "--format=comfyui")
    assert [float(each) for each in out.split(",")] == pytest.approx([float(each) for each in expected.split(",")])


@pytest.mark.parametrize("name", ["a.npy", "a,b.npy", "a.txt"])
@pytest.mark.parametrize(
    ("kind", "numbers", "sorts"),
    [
        ("linear:T=1000", (0.9, 0.5, 0.1, 0), {"sigmas": (0.9, 0.5, 0.1, 0), "taus": (9, 1, 1 / 9, 0)}),
        (
            "cosine:T=1000",
            (981, 501, 21, 1),
            {"sigmas": (981, 501, 21, 1, 0), "timesteps": (35.6386, 1.01872, 0.0450887, 0.00935049, 0)},
        ),
    ],
)
def test_what_numbers_alone_are_is_said_behind_the_path(
    kind: str, numbers: list[float], sorts: dict[str, list[float]], name: str, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / name
    if name.endswith("npy"):
        np.save(path, np.array(numbers, float))
    else:
        path.write_text("\n".join(map(str, numbers)))
    begin = ["steps", f"--schedule={kind}", "--format=comfyui"]
    assert main([*begin, f"--spacing=file:{path}"]) == 2
    remedies = re.findall(r"file:\S+,as=\w+", capsys.readouterr().err)
    assert remedies == [f"file:{path},as={sort}" for sort in sorts]
    for remedy, expected in zip(remedies, sorts.values(), strict=True):
        said = printed(capsys, *begin, f"--spacing={remedy}")
        assert [float(each) for each in said.split(",")] == pytest.approx(list(expected), rel=1e-4)
        joined = StepsSpec.parse(f"karras:steps=3 | join=({remedy})")
        assert str(joined) == f"karras:steps=3 | join=({remedy})"
    assert main([*begin, f"--spacing=file:{path},as=tau"]) == 2
    assert "did you mean “taus”?" in capsys.readouterr().err


CONFIG = {
    "_class_name": "DPMSolverMultistepScheduler",
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "beta_end": 0.012,
}


def test_a_scheduler_config_is_the_steps_that_its_fields_describe(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "scheduler_config.json"
    path.write_text(json.dumps(CONFIG | {"use_karras_sigmas": True, "final_sigmas_type": "sigma_min"}))
    assert main([*STABLE, "--steps=8", f"--spacing=file:{path}", "--format=json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["spacing"] == "karras:steps=7,set_alpha_to_one=0"
    assert "two equal levels, which is left out; steps that remain: 7" in err
    assert out == printed(capsys, *STABLE, "--spacing=karras:steps=7,set_alpha_to_one=0", "--format=json")
    joined = printed(capsys, *STABLE, "--steps=8", f"--spacing=trailing | above=2 | join=(file:{path} | below=2)")
    assert joined.splitlines()[-1].split(",")[2] == "0"
    assert main(["steps", "--schedule=linear:T=1000", f"--spacing=file:{path}"]) == 0
    assert f"{path} has another schedule, scaled_linear:T=1000" in capsys.readouterr().err


def test_a_scheduler_config_has_a_schedule_as_well(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "scheduler_config.json"
    path.write_text(json.dumps({"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0}))
    own = printed(capsys, "steps", "--steps=5", f"--spacing=file:{path}", "--format=json")
    assert json.loads(own)["schedule"] == "flow:T=1000,shift=3"
    assert own == printed(capsys, *FLOW, "--steps=5", "--spacing=flow_match_diffusers", "--format=json")
    assert "equal" in printed(capsys, "steps", f"--against=file:{path}", "--spacing=flow_match_diffusers")
    path.write_text('{"_class_name": "UnheardOfScheduler"}')
    for spacing in ("karras", f"file:{path}"):
        assert main(["steps", f"--spacing={spacing}"]) == 2
        assert "No schedule is given; add --schedule, or file: with a scheduler_config.json." in capsys.readouterr().err


def test_a_scheduler_config_is_compared_with_a_list(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "scheduler_config.json"
    path.write_text(json.dumps(CONFIG | {"timestep_spacing": "leading", "steps_offset": 3}))
    out = printed(capsys, *STABLE, "--steps=9", f"--spacing=file:{path}", "--against=leading_multistep")
    assert "to every timestep: steps_offset" in out
    assert "The lists are equal" in printed(
        capsys, *STABLE, "--steps=9", f"--spacing=file:{path}", "--against=leading_multistep:offset=3"
    )


def test_a_scheduler_config_is_written_with_the_fields_of_the_steps(tmp_path: Path, capsys: Captured) -> None:
    path, spacing = tmp_path / "scheduler_config.json", "--spacing=karras:steps=7,set_alpha_to_one=0"
    assert main([*STABLE, spacing, "-o", str(path)]) == 0
    assert (
        "note: EulerDiscreteScheduler takes these steps, 7 in all, after set_timesteps(8).\n" in capsys.readouterr().err
    )
    config = json.loads(path.read_text())
    assert (config["use_karras_sigmas"], config["final_sigmas_type"]) == (True, "sigma_min")
    assert (config["beta_schedule"], config["beta_end"]) == ("scaled_linear", 0.012)
    expected = printed(capsys, *STABLE, spacing)
    assert printed(capsys, *STABLE, f"--spacing=file:{path}", "--steps=8") == expected
    assert main([*STABLE, "--spacing=ays", "--format=scheduler_config"]) == 2
    assert "write their list with --format diffusers" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"use_karras_sigmas": "yes"}, "use_karras_sigmas in {path} is 'yes'; it must be true or false."),
        (
            {"steps_offset": float("nan"), "timestep_spacing": "leading"},
            "steps_offset in {path} is nan; it must be a finite number.",
        ),
        (
            {"steps_offset": 10**9, "timestep_spacing": "leading"},
            "offset of leading_multistep is 1000000000; choose from 0 to 100000.",
        ),
        ({"_class_name": "DDMScheduler"}, "{path} is for “DDM”, whose steps are not known; did you mean “DDIM”?"),
        ({"_class_name": ""}, "{path} does not say which scheduler it is for; give it a _class_name."),
    ],
)
def test_a_scheduler_config_that_has_no_steps_is_refused(
    fields: dict[str, object], said: str, tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "scheduler_config.json"
    path.write_text(json.dumps(CONFIG | fields))
    assert main([*STABLE, f"--spacing=file:{path}"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said.format(path=path) in err
    assert err.count("\n") == 1


def test_what_a_person_should_know_is_said_on_standard_error(capsys: Captured) -> None:
    def noted(*arguments: str) -> str:
        assert main([*arguments]) == 0
        return capsys.readouterr().err

    assert "Steps asked for: 30; run: 31" in noted(*STABLE, "--steps=30", "--spacing=ddim_uniform_comfyui")
    assert "Levels beyond the noise" in noted("steps", "--schedule=linear:T=200", "--spacing=ays")
    assert "of the picture in it" in noted(*STABLE, "--spacing=trailing | start=0.5")
    assert "timesteps coincide" in noted("steps", "--schedule=cosine:T=1000", "--spacing=karras")
    assert "times as long in log SNR" in noted(*STABLE, "--spacing=sigmas:14,10,1,0.9,0")
    assert "write taus in place of sigmas" in noted(*FLOW, "--spacing=sigmas:1,0.9,0.5,0")
    assert noted(*STABLE, "--spacing=trailing:steps=10") == ""


def test_a_file_may_have_any_name(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "to Infinity\nraise SystemExit"
    path.write_text("14,6,1,0")
    text = f"file:{path}"
    assert json.loads(printed(capsys, *STABLE, f"--spacing={text}", "--format=json"))["spacing"] == text
    code = printed(capsys, *STABLE, f"--spacing={text}", "--format=diffusers")
    assert [line[:1] for line in code.splitlines()[:2]] == ["#", "f"]
    pure = json.loads(printed(capsys, "steps", "--schedule=linear:T=9,zero_snr=1", "--steps=2", "--format=json"))
    assert (pure["sigma"][0], pure["log_snr"][0], pure["log_snr"][-1]) == (np.inf, -np.inf, np.inf)


@pytest.mark.parametrize("end", ["", ",zero_snr=1", ",zero_snr=comfyui"])
@pytest.mark.parametrize(
    ("numbers", "sort"),
    [
        ("999,749,499,249", "timesteps"),
        ("999,749,499,249,0", "timesteps"),
        ("999,850,700,19", "timesteps"),
        ("14,7,3,1,0", "sigmas"),
        ("981,501,21,1", ""),
        ("981,501,21,0.5", "sigmas"),
    ],
)
@pytest.mark.parametrize("kind", ["linear:T=1000", "scaled_linear:T=1000", "cosine:T=1000"])
def test_whole_numbers_over_pure_noise_are_timesteps_or_are_asked_about(
    kind: str, numbers: str, sort: str, end: str, tmp_path: Path, capsys: Captured
) -> None:
    is_noise = end or kind.startswith("cosine")
    path = tmp_path / "list.txt"
    path.write_text(numbers)
    arguments = ["steps", f"--schedule={kind}{end}", "--format=json"]
    code = main([*arguments, f"--spacing=file:{path}"])
    out, err = capsys.readouterr()
    sort = sort if is_noise else sort or "timesteps"
    if not sort:
        assert (code, out) == (2, "")
        assert f"may be σ or timesteps, of which {kind}{end} has both; write file:{path},as=sigmas or" in err
        assert (main([*arguments, f"--spacing={numbers}"]), capsys.readouterr().out) == (2, "")
        return
    told = main([*arguments, f"--spacing={sort}:{numbers}"]), *capsys.readouterr()
    if code == 0:
        assert json.loads(told[1])["sigma"] == json.loads(out)["sigma"]
    else:
        assert told[0] == code


@pytest.mark.parametrize("schedule", ["scaled_linear:T=1000", "flow:T=1000", "drawn:T=1000,as=tau"])
def test_bare_whole_numbers_that_are_no_level_are_timesteps(schedule: str, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "list.txt"
    path.write_text("999,850,700,500,250,49")
    arguments = "steps", f"--schedule={schedule}", f"--spacing=file:{path}", "--format=timesteps"
    assert printed(capsys, *arguments) == "999, 850, 700, 500, 250, 49\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("0.9, 0.5, 0", "list.txt,as=taus.\n"),
        ("14, cat, 0", "Number 2 in"),
        ("", "is empty"),
        ("a,b\n1,2\n", "has no list of steps; it needs a column or key sigmas, taus or timesteps"),
        ('{"a": 1}', "has no list of steps"),
        ('{"sigmas": [3, null]}', "is “None”, which is not a finite number"),
        ("[3, 2", "“"),
        ("5", "list.txt is 1; give 2 to 100000 numbers"),
        ("1 2 3", "list.txt is 2, and all of them rise; each must be less"),
        ("\n".join(map(str, range(100_002, 0, -1))), "has more than 100000 numbers"),
    ],
)
def test_a_file_that_holds_no_list_is_refused(content: str, said: str, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "list.txt"
    path.write_text(content)
    code = main([*STABLE, f"--spacing=file:{path}"])
    if code == 0:  # A bracket that is not closed is no harm.
        assert content == "[3, 2"
        return
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--steps=3", "--spacing=karras:steps=4"], "steps is 3, but “karras:steps=4” says 4"),
        (["--spacing=cosine"], "is a kind of schedule, not a spacing"),
        (["--spacing=file:/nowhere/list.csv"], "There is no file /nowhere/list.csv"),
        (["--spacing=file:/dev/zero"], "is a device or a pipe"),
        (["--format=comfy"], "There is no format “comfy”; did you mean “comfyui”?"),
        (["--spacing=karras", "--spacing=trailing", "--format=comfyui"], "holds the steps of one spacing, not of 2"),
        (["--spacing=sigmas:1,2,3"], "Number 2 of sigmas is 2"),
        (["--against=leading", "--format=comfyui"], "no format “comfyui” for a comparison; choose one of table, csv"),
    ],
)
def test_bad_input(arguments: list[str], said: str, capsys: Captured) -> None:
    assert main([*STABLE, *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


def test_a_spacing_is_no_schedule(capsys: Captured) -> None:
    assert main(["steps", "--schedule=karras"]) == 2
    assert "“karras” tells of steps, not of a schedule; give it by --spacing" in capsys.readouterr().err


def test_no_list_holds_pure_noise_as_a_number(capsys: Captured) -> None:
    assert main(["steps", "--schedule=linear:T=1000,zero_snr=1", "--steps=4", "--format=comfyui"]) == 2
    assert "The first σ is infinite" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", ["csv", "json", "txt"])
def test_a_comparison_is_written_as_the_suffix_of_its_file_says(suffix: str, tmp_path: Path, capsys: Captured) -> None:
    compared = [*STABLE, "--steps=5", "--spacing=leading", "--against=trailing"]
    said = printed(capsys, *compared, f"--format={suffix if suffix != 'txt' else 'table'}")
    printed(capsys, *compared, f"-o{tmp_path / f'both.{suffix}'}")
    assert (tmp_path / f"both.{suffix}").read_text(encoding="utf-8") == said


def test_two_lists_are_compared(capsys: Captured) -> None:
    leading = [*STABLE, "--steps=5", "--spacing=leading"]
    out = printed(capsys, *leading, "--against=leading:offset=1")
    assert "adds 1 to every timestep: steps_offset" in out
    found = json.loads(printed(capsys, *leading, "--against=leading:offset=1", "--format=json"))
    assert ["steps_offset"] in [[each["name"] for each in some] for some in found["explanations"]]
    assert [row["t_difference"] for row in found["differences"]] == [1, 1, 1, 1, 1, None]
    rows = list(csv.DictReader(io.StringIO(printed(capsys, *leading, "--against=trailing", "--format=csv"))))
    assert (rows[0]["t_1"], rows[0]["t_2"], rows[-1]["t_2"]) == ("801", "1000", "")
    assert float(rows[0]["log_snr_2"]) - float(rows[0]["log_snr_1"]) == pytest.approx(
        float(rows[0]["log_snr_difference"])
    )
    assert "equal" in printed(capsys, *leading, "--against=leading")
    assert "another schedule" in printed(capsys, *leading, "--against=leading", "--against-schedule=linear:T=1000")


@pytest.mark.parametrize("spacing", [name for name, each in SPACINGS.items() if "rho" in {o.key for o in each.options}])
def test_a_power_beyond_float64_is_told_in_a_sentence(capsys: Captured, spacing: str) -> None:
    """σ of β up to 0.012 in 100 000 steps go up to 4e116, and (4e116)^(1/ρ) with ρ = 0.1 is no float64."""
    code = main(["steps", "--schedule=scaled_linear:T=100000", "--steps=5", f"--spacing={spacing}:rho=0.1"])
    assert code == 0 or "; choose larger ones." in capsys.readouterr().err
    assert main(["steps", "--schedule=scaled_linear:T=100000", "--steps=5", f"--spacing={spacing}:rho=7"]) == 0


def test_what_remains_and_what_comes_nearest_is_said(capsys: Captured) -> None:
    leading = [*STABLE, "--steps=5", "--spacing=leading"]
    assert "steps_offset. Nothing remains." in printed(capsys, *leading, "--against=leading:offset=1")
    out = printed(capsys, *STABLE, "--spacing=karras:steps=3", "--against=sigmas:14,3.2,0.4,0.03,0")
    assert "Number of steps: 3 in the first list, 4 in the second." in out
    assert "No one or two of the known conventions explain the difference." in out
    assert "At step 4 σ is 0, or infinite, in one of the lists alone." in out
    # The rows of the longer list are all there.
    assert [line.split()[0] for line in out.splitlines()[1:6]] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "wrong",
    [["--against-schedule=linear"], ["--spacing=karras", "--spacing=leading", "--against=trailing"]],
)
def test_a_comparison_of_anything_but_two_lists_is_refused(capsys: Captured, wrong: list[str]) -> None:
    assert main([*STABLE, *wrong]) == 2
    assert "--against" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["scaled_linear:T=1000", "flow:T=1000,shift=3"])
def test_an_end_that_is_added_to_a_file_of_steps_is_said_and_can_be_taken_off(
    kind: str, tmp_path: Path, capsys: Captured
) -> None:
    """Of numbers alone, as ComfyUI takes them, which say nothing of it."""

    def run(spacing: str, format: str) -> tuple[str, str]:
        assert main(["steps", f"--schedule={kind}", f"--spacing={spacing}", f"--format={format}"]) == 0
        out, err = capsys.readouterr()
        return out, err

    spacing = "trailing:steps=5,set_alpha_to_one=0"
    path = tmp_path / "x.txt"
    path.write_text(run(spacing, "comfyui")[0])
    added, said = run(f"file:{path}", "comfyui")
    assert added.endswith(", 0\n")
    assert f"{path} ends at " in said
    behind = said.partition("write ")[2].partition(" behind it")[0]
    whole, nothing = run(f"file:{path} {behind}", "comfyui")
    assert "not at 0" not in nothing
    np.testing.assert_allclose(
        [*map(float, whole.split(","))], [*map(float, run(spacing, "comfyui")[0].split(","))], 1e-9
    )
    path.write_text(run(spacing.partition(",")[0], "comfyui")[0])
    assert "not at 0" not in run(f"file:{path}", "comfyui")[1]
