"""Recorder of guided_random.npz: what guided-diffusion's UNetModel returns in 200 random configurations.

    python -m tests.checkpoints.families.record_guided_diffusion FOLDER

FOLDER is a checkout of openai/guided-diffusion. The file holds `configurations`, a list in JSON with the arguments of
UNetModel and the names and shapes of its tensors, whose values `oracle` draws, and `outs`, of each output a part by
`part_of`.
"""

from __future__ import annotations

import importlib
import json
import random
import sys
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tests.checkpoints.families.oracle import HERE, LABELS, TIMESTEPS, drawn, picture

COUNT, SIZE = 200, (8, 8)


def part_of(out: Tensor) -> Tensor:
    """64 values from all over an output for two pictures."""
    flat = out.flatten()
    return flat[:: len(flat) // 64][:64]


def _configuration(chance: random.Random) -> dict[str, Any]:
    """Arguments as a person might choose them, for pictures of 8 × 8."""
    multipliers = chance.choice([(1, 2), (1, 1), (2, 1), (1, 2, 2), (1, 1, 2)])
    by_width = chance.random() < 0.3
    return {
        "model_channels": 32,
        "in_channels": (channels := chance.choice([1, 3])),
        "out_channels": channels * chance.choice([1, 2]),
        "num_res_blocks": chance.choice([1, 2]),
        "attention_resolutions": chance.choice([(1,), (2,), (1, 2), ()]),
        "channel_mult": multipliers,
        "num_classes": chance.choice([None, 3]),
        "num_heads": chance.choice([1, 2, 4, 8]),
        "num_head_channels": chance.choice([8, 16, 32]) if by_width else -1,
        "num_heads_upsample": -1 if by_width else chance.choice([-1, 1, 2, 4, 8]),
        "use_scale_shift_norm": chance.random() < 0.5,
        "resblock_updown": chance.random() < 0.5,
        "use_new_attention_order": chance.random() < 0.5,
    }


def _recorded(library: Any, configuration: dict[str, Any]) -> tuple[dict[str, list[int]], Tensor]:
    network = library.UNetModel(image_size=SIZE[0], **configuration).eval()
    shapes = {name: list(tensor.shape) for name, tensor in network.state_dict().items()}
    network.load_state_dict(drawn(shapes))
    labels = {"y": LABELS} if configuration["num_classes"] else {}
    return shapes, part_of(network(picture(configuration["in_channels"], *SIZE), TIMESTEPS, **labels))


@torch.inference_mode()
def main(folder: str) -> None:
    """Record all configurations."""
    sys.path.insert(0, folder)
    library, chance = importlib.import_module("guided_diffusion.unet"), random.Random(0)
    configurations, outs = [], []
    for configuration in [_configuration(chance) for _ in range(COUNT)]:
        shapes, out = _recorded(library, configuration)
        configurations.append(configuration | {"tensors": shapes})
        outs.append(out.numpy())
    text = json.dumps(configurations)
    np.savez_compressed(HERE / "guided_random.npz", configurations=text, outs=np.stack(outs))


if __name__ == "__main__":
    main(sys.argv[1])
