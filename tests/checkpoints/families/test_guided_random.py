"""Random configurations of guided-diffusion: what its UNetModel returns, beside what is opened from its tensors.

guided_random.npz is written by `record_guided_diffusion`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ddpm_studio.checkpoints import Answers, Origin, card_of, open_checkpoint, read_checkpoint
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.families.oracle import HERE, LABELS, TIMESTEPS, drawn, picture
from tests.checkpoints.families.record_guided_diffusion import COUNT, SIZE, part_of

with np.load(HERE / "guided_random.npz") as _file:
    CONFIGURATIONS: Sequence[Mapping[str, Any]] = json.loads(str(_file["configurations"]))
    OUTS = torch.from_numpy(_file["outs"])


def said_of(configuration: Mapping[str, Any], **other: Any) -> Answers:
    """What a person who trained it says of it."""
    width, up = configuration["num_head_channels"], configuration["num_heads_upsample"]
    heads = {"head_channels": width} if width > 0 else {"heads": configuration["num_heads"]}
    order = "new" if configuration["use_new_attention_order"] else "legacy"
    more = {"up_heads": up} if up > 0 else {}
    return Answers(SIZE, Schedule("linear", 1000), attention_order=order, **{**heads, **more, **other})


def returned(path: Path, configuration: Mapping[str, Any], said: Answers) -> Tensor:
    torch.save(drawn(configuration["tensors"]), path)
    denoiser = open_checkpoint(path, said)
    assert denoiser.classes == (configuration["num_classes"] or 0)
    learned = configuration["out_channels"] == 2 * configuration["in_channels"]
    assert denoiser.variance == ("learned_range" if learned else "fixed_large")
    labels = (LABELS,) if denoiser.classes else ()
    return part_of(denoiser.network(picture(configuration["in_channels"], *SIZE), TIMESTEPS.float(), *labels))


@pytest.mark.parametrize(
    "first", [pytest.param(first, marks=[pytest.mark.slow] * (first % 40 > 0)) for first in range(0, COUNT, 20)]
)
def test_every_configuration_returns_what_the_library_returns(first: int, tmp_path: Path) -> None:
    for number in range(first, first + 20):
        configuration = CONFIGURATIONS[number]
        out = returned(tmp_path / "a.pt", configuration, said_of(configuration))
        torch.testing.assert_close(out, OUTS[number], rtol=1e-5, atol=2e-5)


def differing() -> int:
    """The first configuration with other heads on the way up."""
    return next(
        number
        for number, each in enumerate(CONFIGURATIONS)
        if each["attention_resolutions"] == [2] and each["num_heads_upsample"] not in (-1, each["num_heads"])
    )


def test_other_heads_on_the_way_up_are_not_told_by_the_file(tmp_path: Path) -> None:
    number = differing()
    out = returned(tmp_path / "a.pt", CONFIGURATIONS[number], said_of(CONFIGURATIONS[number], up_heads=None))
    assert not torch.allclose(out, OUTS[number], atol=1e-3)


def test_the_card_shows_them(tmp_path: Path) -> None:
    configuration = CONFIGURATIONS[differing()]
    torch.save(drawn(configuration["tensors"]), tmp_path / "a.pt")

    def shown(**said: Any) -> list[tuple[object, Origin]]:
        checkpoint = read_checkpoint(tmp_path / "a.pt", said_of(configuration, **said))
        return [(row.value, row.origin) for row in card_of(checkpoint) if row.key == "up_heads"]

    assert shown(up_heads=4) == [(4, Origin.GIVEN)]
    assert shown(up_heads=None) == [(configuration["num_heads"], Origin.ASSUMED)]
    assert shown(up_heads=None, heads=None, head_channels=16) == []


def test_heads_on_the_way_up_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    configuration = CONFIGURATIONS[differing()]
    with pytest.raises(CheckpointError, match="do not divide into 7 heads"):
        returned(tmp_path / "a.pt", configuration, said_of(configuration, up_heads=7))
