"""Points of a network that takes text: their prompts decide what is drawn, and their keys."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ddpm_studio.checkpoints import DEFAULT, open_checkpoint
from ddpm_studio.errors import LabError
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.model_place import place_of
from ddpm_studio.lab.point_drawing import drawn_point
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.preparation import check_drawable
from ddpm_studio.lab.sweep_toml import parse_sweep
from tests.sampling.prompted import HashedWords, Reading

POINT = SweepPoint(checkpoint="0", way=Contender("ddim", count=2), pictures=1, guidance=3.0, prompt="a cat")


def test_prompts_decide_what_is_drawn() -> None:
    denoiser = replace(open_checkpoint(DEFAULT), network=Reading().eval(), texts=HashedWords())
    points = [POINT, replace(POINT, prompt="a dog"), replace(POINT, negative_prompt="blurred")]
    first, *others = (drawn_point(denoiser, point, "cpu").pictures for point in points)
    assert not any(np.array_equal(first, other) for other in others)
    assert len({point.key for point in points}) == 3
    assert all(SweepPoint.parse(point.text) == point for point in points)


def test_points_without_prompts_are_kept_under_the_keys_that_they_had() -> None:
    assert "prompt" not in replace(POINT, prompt="").text


def test_prompts_for_a_network_that_takes_none_are_refused_by_their_place() -> None:
    sweep = parse_sweep('solvers = ["ddim"]\ncounts = [2]\n[[conditions]]\n[[conditions]]\nprompt = "a cat"\n')
    with pytest.raises(LabError, match="“conditions” 2"):
        check_drawable(sweep, place_of(sweep.checkpoint))
