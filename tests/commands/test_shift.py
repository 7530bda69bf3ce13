"""`ddpm-studio shift` prints tokens and shifts for a size."""

from __future__ import annotations

import pytest

from ddpm_studio.cli import main
from ddpm_studio.diffusion.resolution.shift_rules import SHIFT_RULES


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["shift", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def test_every_rule_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    heading, *lines = printed(capsys, "--size", "512x512")
    assert heading.split() == ["rule", "tokens", "shift", "s", "snr_shift", "c"]
    rows = dict(line.split(maxsplit=1) for line in lines[: len(SHIFT_RULES)])
    assert list(rows) == list(SHIFT_RULES)
    assert rows["sd3"].split() == ["1024", "1.5", "2.25"]
    assert rows["flux"].split() == ["1024", "1.87761057926", "3.52542148737"]
    assert rows["simple_diffusion"].split() == ["262144", "8", "64"]


def test_one_rule_is_told_with_its_warning(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "--rule", "flux", "--size", "2048×2048") == [
        "    rule  tokens  shift s       snr_shift c",
        "    flux  16384   25.279656971  639.06105657",
        "",
        "Flux was published for 256² to 1024² pixels, 256 to 4096 tokens; s = 25.28 is extrapolated.",
    ]


def test_of_several_frames_only_rules_for_videos_tell(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, "--size", "768X512", "--frames", "49")
    assert [line.split()[:2] for line in lines[1:3]] == [["ltx", "2688"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--size 8x64 --rule sd3", "The width is 8; Stable Diffusion 3 takes 16 to 16384."),
        ("--size 64x64 --rule flux --frames 9", "Flux is for single pictures; it takes 1 frame and not 9."),
        ("--size 64x64 --rule flus", "There is no rule “flus”; did you mean “flux”?"),
        (
            "--size 64x64 --rule any",
            "There is no rule “any”; choose one of sd3, flux, qwen_image, ltx, simple_diffusion.",
        ),
        (
            "--size 64",
            "argument --size: “64” is not a size in pixels, such as 1024x768; see ddpm-studio shift --help.",
        ),
        (
            "--size 64x64 --frames 0",
            "argument --frames: “0” is not a whole number from 1 to 10000; see ddpm-studio shift --help.",
        ),
    ],
)
def test_what_is_wrong_is_told(arguments: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shift", *arguments.split()]) == 2
    assert capsys.readouterr() == ("", f"ddpm-studio: {said}\n")
