"""The settings of a run: declared once, and the same at every door."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import fields, replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ddpm_studio.commands import command
from ddpm_studio.commands.shared.arguments import Parser
from ddpm_studio.commands.shared.run_options import settings_from
from ddpm_studio.errors import SamplingError
from ddpm_studio.gui.sampling.run.details import Details
from ddpm_studio.gui.state.planning import run_of
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.run_settings import SETTINGS, RunSettings, settings_in

OTHER = RunSettings(
    seed=7,
    pictures=3,
    from_picture=True,
    prompt="a cat",
    negative_prompt="a dog",
    label=2,
    guidance=1.5,
    guidance_rescale=0.5,
    clip=2.0,
    epsilon="derived",
    seeds="each",
    device="cpu",
    precision="bfloat16",
)
IN_THE_SHELL = [
    *("--seed", "7", "--batch", "3", "--label", "2", "--guidance", "1.5"),
    *("--from-picture", "cat.jpg"),
    *("--prompt", "a cat", "--negative-prompt", "a dog", "--guidance-rescale", "0.5"),
    *("--clip", "2", "--epsilon", "derived", "--seeds", "each", "--device", "cpu", "--precision", "bfloat16"),
]


def given(arguments: list[str]) -> Namespace:
    parser = Parser("ddpm-studio sample", "")
    command("sample").configure(parser)
    return parser.parse_args(arguments)


def test_every_field_is_a_setting_and_other_than_its_default_in_these_tests() -> None:
    assert tuple(SETTINGS) == tuple(each.name for each in fields(RunSettings))
    assert all(value != settings_in(RunSettings())[name] for name, value in settings_in(OTHER).items())


def test_the_shell_takes_every_setting() -> None:
    assert settings_from(given(IN_THE_SHELL)) == OTHER
    assert settings_from(given([])) == RunSettings()


def test_the_window_takes_every_setting_to_the_run(qtbot: QtBot) -> None:
    studio = Studio()
    studio.set_sampling(**settings_in(OTHER))
    with pytest.raises(SamplingError, match="There is no picture to begin from; open one"):
        run_of(studio.state)
    picture = Picture("cat.jpg", np.zeros((2, 2, 1), np.float32), (2, 2))
    studio.set_picture(picture)
    assert settings_in(run_of(studio.state)) == settings_in(OTHER)
    assert run_of(studio.state).picture is picture
    details = Details()
    qtbot.addWidget(details)
    details.show_setup(studio.state.sampling)  # Which each setting has a control for, or this fails.


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seed": -1}, "seed is -1; choose a whole number from 0 to 9223372036854775807."),
        ({"pictures": 0}, "pictures is 0; choose a whole number from 1 to 4096."),
        ({"pictures": 2.5}, "pictures is 2.5; choose"),
        ({"pictures": float("nan")}, "pictures is nan; choose"),
        ({"label": -1}, "label is -1; choose"),
        ({"guidance_rescale": -1}, "guidance_rescale is -1; choose a number from 0 to 1."),
        ({"prompt": "a" * 10_001}, "prompt has 10001 characters; it can have 10000 at most."),
        ({"precision": "float8"}, "There is no precision “float8”; did you mean “float32”?"),
    ],
)
def test_what_is_out_of_bounds_is_refused(changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(SamplingError) as caught:
        replace(RunSettings(), **changes).check()  # type: ignore[arg-type]
    assert str(caught.value).startswith(sentence)


def test_a_precision_is_refused_by_the_shell_before_anything_is_opened() -> None:
    with pytest.raises(SamplingError, match="no precision “half”"):
        settings_from(given(["--precision", "half"]))
