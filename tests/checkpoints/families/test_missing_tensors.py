"""Files that lack a tensor, each of every family's in turn: refused, or another network that the family has."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from ddpm_studio.checkpoints import Answers, open_checkpoint
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.families.diffusers.test_ho_weights import as_ho, network
from tests.checkpoints.families.oracle import recorded
from tests.checkpoints.tiny import save_pipeline, tiny_unet

SAID = Answers(shape=(8, 16), schedule=Schedule("linear", 1000), prediction_type="epsilon")
FORMS = {"label_emb.weight", "class_embedding.weight"}
"""Tensors that a network of the same family without classes does not have."""
FIRST = {
    "guided-diffusion": ("input_blocks.0.0.weight", "time_embed.0.weight"),
    "lucidrains": ("init_conv.weight",),
    "diffusers": ("time_embedding.linear_1.weight", "down_blocks.0.resnets.0.conv1.weight"),
    "Ho": ("temb.dense.0.weight", "down.0.block.0.conv1.weight"),
}
"""Tensors that a family is told by, so that what lacks them is not of it."""


Made = tuple[Callable[[], dict[str, Tensor]], dict[str, Any]]


def drawn(library: str, name: str, **said: Any) -> Made:
    return lambda: recorded(library, name).tensors(), said


FILES: Mapping[str, Made] = {
    "guided-diffusion, classes": drawn("guided_diffusion", "improved-classes-rgb", heads=2),
    "lucidrains, memory": drawn("lucidrains", "2.3.1-self-condition", release="2.3.1"),
    "lucidrains, offsets": drawn("lucidrains", "0.20.1", release="0.20.1"),
    "diffusers": (
        lambda: dict(tiny_unet(num_class_embeds=3).state_dict()),
        {"groups": 4, "head_channels": 4, "conventions": "diffusers"},
    ),
    "Ho": (lambda: as_ho(network()), {}),
}
"""Tensors and answers, by the family and what is special about its network."""


def opened(path: Path, tensors: Mapping[str, Tensor], said: Mapping[str, Any]) -> Callable[..., Tensor]:
    torch.save(dict(tensors), path)
    return open_checkpoint(path, Answers(**{**SAID.said, **said})).network


def parts(tensors: Mapping[str, Tensor], every: bool) -> set[str]:
    """The names of `every` tensor, or of the first or else the last in layers of a kind."""
    kinds: dict[str, list[str]] = {}
    for name in tensors:
        kinds.setdefault(re.sub(r"\d+", "0", name), []).append(name)
    ends = (kind[-(place % 2)] for place, kind in enumerate(kinds.values()))
    return set(tensors) if every else set(ends)


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", FILES)
def test_what_lacks_a_tensor_is_refused_by_its_name(name: str, every: bool, tmp_path: Path) -> None:
    make, said = FILES[name]
    tensors = make()
    family = name.partition(",")[0]
    for gone in parts(tensors, every) - FORMS:
        rest = {each: tensor for each, tensor in tensors.items() if each != gone}
        # Nothing beside the queries, keys and values says in which release's names they would be.
        missed = gone.replace(".fn.fn.to_qkv", ".to_qkv")
        match = "from no known library" if gone in FIRST[family] else f"lacks {missed}, which"
        with pytest.raises(CheckpointError, match=match):
            opened(tmp_path / "a.pt", rest, said)


@pytest.mark.parametrize("name", ["guided-diffusion, classes", "diffusers"])
def test_what_lacks_its_classes_is_the_network_without_any(name: str, tmp_path: Path) -> None:
    """It adds nothing to the embedding of t, which is as if the class added 0."""
    make, said = FILES[name]
    tensors = make()
    [embedding] = tensors.keys() & FORMS
    silent = opened(tmp_path / "0.pt", tensors | {embedding: torch.zeros_like(tensors[embedding])}, said)
    without = opened(tmp_path / "a.pt", {each: t for each, t in tensors.items() if each != embedding}, said)
    x, timesteps = torch.randn(2, 3, 8, 16), torch.tensor([0.0, 613.0])
    torch.testing.assert_close(without(x, timesteps), silent(x, timesteps, torch.tensor([0, 2])))


def test_a_folder_whose_weights_lack_a_tensor_is_refused_by_its_name(tmp_path: Path) -> None:
    folder = save_pipeline(tmp_path / "net", tiny_unet(num_class_embeds=3))
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    tensors = tiny_unet(num_class_embeds=3).state_dict()
    weights.unlink()
    for gone in parts(tensors, every=False):
        rest = {each: tensor for each, tensor in tensors.items() if each != gone}
        torch.save(rest, weights.with_suffix(".bin"))
        with pytest.raises(CheckpointError, match=gone):
            open_checkpoint(folder, Answers())
