"""Text that may describe schedules: every form that the program itself gives, and what is none of them."""

from __future__ import annotations

import json

import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.quantities import NAMES
from ddpm_studio.diffusion.schedule_family import shown_of
from ddpm_studio.errors import FileError, ScheduleError, StudioError
from ddpm_studio.files.diffusers_config import config_from_schedule
from ddpm_studio.files.export import export_bytes
from ddpm_studio.files.pasted import describes_schedules, pasted_schedules

SPECS = ["linear:T=300", "cosine:T=1000,zero_snr=1", "scaled_linear:T=50,beta_start=0.00085,beta_end=0.012,snr_shift=4"]


def specs_of(text: str) -> list[str]:
    return [str(schedule) for schedule, _ in pasted_schedules(text)]


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n  \n"])
def test_lines_are_schedules(end: str) -> None:
    assert specs_of(SPECS[0] + end) == SPECS[:1]
    assert specs_of((end or "\n").join(SPECS) + end) == SPECS
    assert specs_of(f"  {SPECS[1]}  ") == SPECS[1:2]
    assert specs_of("cosine") == [str(Schedule("cosine"))]


def test_texts_and_tables_of_older_versions() -> None:
    """They call the SNR shift shift."""
    assert specs_of("cosine:T=9,shift=4\njsd:T=5,shift=1..4,n=3") == [
        "cosine:T=9,snr_shift=4",
        "jsd:T=5,snr_shift=1..4,n=3",
    ]
    for format in ("csv", "json"):
        table = export_bytes([Schedule.parse(spec) for spec in SPECS], None, format).decode()
        assert specs_of(table.replace("snr_shift", "shift")) == SPECS


def test_a_line_with_a_range_is_a_family() -> None:
    family = "cosine:T=100,s=0.005..0.03,n=3"
    assert specs_of(f"{family}\nlinear:T=5") == [family, "linear:T=5"]
    with pytest.raises(ScheduleError, match="line 2 is not a schedule: n is 99"):
        pasted_schedules("linear\ncosine:s=0..1,n=99")


@pytest.mark.parametrize("format", ["csv", "json"])
def test_what_is_exported_as_text_can_be_pasted(format: str) -> None:
    schedules = [Schedule.parse(spec) for spec in SPECS]
    assert specs_of(export_bytes(schedules, None, format).decode()) == SPECS


@pytest.mark.parametrize("spec", SPECS)
def test_a_scheduler_config_keeps_its_kind(spec: str) -> None:
    schedule = Schedule.parse(spec)
    read = shown_of(pasted_schedules(json.dumps(config_from_schedule(schedule)))[0][0])
    assert read.betas == pytest.approx(schedule.betas, abs=1e-12)
    assert read.kind == schedule.kind


@pytest.mark.parametrize("format", ["csv", "json", ""])
def test_no_more_are_made_than_were_asked_for(format: str) -> None:
    schedules = [Schedule("jsd", T) for T in range(1, 20)]
    text = export_bytes(schedules, None, format).decode() if format else "\n".join(map(str, schedules))
    assert [shown_of(schedule).T for schedule, _ in pasted_schedules(text, most=16)] == list(range(1, 17))
    assert len(pasted_schedules(text)) == 19


def test_a_column_of_numbers_and_a_table_from_a_spreadsheet() -> None:
    assert shown_of(pasted_schedules("0.1\n0.2\n")[0][0]).betas.tolist() == [0.1, 0.2]
    assert shown_of(pasted_schedules("t\tbetas\n1\t0.1\n2\t0.2\n")[0][0]).betas.tolist() == [0.1, 0.2]


def test_a_column_is_known_by_every_name_that_it_may_have() -> None:
    assert [name for name in NAMES if not describes_schedules(f"{name}\n0.1\n0.2")] == []
    assert [name for name in NAMES if not describes_schedules(f'"t","{name}"\r\n1,0.1\r\n')] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gamma_t\nand no number",
        " \n",
        "Dear reader",
        "https://example.org/?T=300",
        "a = 1",
        "def f(x):\n    return 2 * x",
        "linearly, T=3",
        "\ud800",
        "\0",
    ],
)
def test_other_text_is_left_alone(text: str) -> None:
    assert pasted_schedules(text) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cosin:T=1000", "“cosine”"),
        ("linear:T=0", "T is 0"),
        ("linear:T=300\n\ncosine:T=0\n", "line 3"),
        ("linear:T=300\nhello", "line 2"),
        ('{"T": 300}', "pasted text holds no betas, only T"),
        ('{"T": 300', "pasted text is not valid JSON"),
        ("betas\nhello\n", "β_1 of pasted text"),
        ("0.999\n0.99\n0.96\n0.9\n0.85\n0.78\n0.7", "write above them what they are, alphas_cumprod / sqrt_alphas_"),
        ("sqrt_one_minus_alphas_cumprod\n0.9\n0.5\n0.1", "pasted text has √(1 − ᾱ) fall from 0.9 at t = 1 to 0.1"),
        ("999\n749\n499\n249\n0", "a sampler, 999 to 0, not a schedule; give them as steps: timesteps:"),
        ("[" * 100_000, "pasted text is not valid JSON"),
    ],
)
def test_what_is_wrong_with_a_schedule_is_said(text: str, words: str) -> None:
    with pytest.raises((ScheduleError, FileError)) as caught:
        pasted_schedules(text)
    assert words in str(caught.value)
    assert isinstance(caught.value, StudioError)
    assert "\n" not in str(caught.value)
