"""Whatever is in the config.json of a UNet2DModel, opening it ends in a network or in one sentence, and soon."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.errors import CheckpointError
from ddpm_studio.sampling import Denoiser
from tests.checkpoints.tiny import save_pipeline
from tests.tiers import repeated

NUMBERS = st.integers(-2, 40) | st.integers(-(2**80), 2**80) | st.floats()
BLOCKS = st.sampled_from(["DownBlock2D", "AttnUpBlock2D", "SkipDownBlock2D", "AttnSkipUpBlock2D", "KDownBlock2D"])
WORDS = BLOCKS | st.sampled_from(["conv", "resnet", "default", "scale_shift", "spatial", "gelu", "learned", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The config of a saved pipeline."""
    return save_pipeline(tmp_path_factory.mktemp("saved")) / "unet" / "config.json"


@pytest.fixture(scope="module")
def content(config: Path) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(config.read_text())
    return written


def opens_or_says_why(config: Path, content: dict[str, Any]) -> None:
    config.write_text(json.dumps(content))
    opened, sentence = False, ""
    try:
        opened = isinstance(open_checkpoint(config.parent.parent), Denoiser)
    except CheckpointError as error:
        sentence = str(error)
    assert opened or (str(config.parent) in sentence and "\n" not in sentence)


@settings(max_examples=repeated(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_value_under_any_key(config: Path, content: dict[str, Any], data: st.DataObject) -> None:
    keys = st.sampled_from(sorted(content.keys() - {"_class_name", "_diffusers_version"}))
    changes = data.draw(st.dictionaries(keys, VALUES, min_size=1, max_size=3))
    opens_or_says_why(config, content | changes)


@pytest.mark.parametrize(
    "change",
    [
        {"layers_per_block": 2**31},
        {"layers_per_block": 2**16},
        {"block_out_channels": [2**16, 2**16]},
        {"block_out_channels": [2**40, 2**40]},
        {"in_channels": 2**30, "out_channels": 2**30},
        {"time_embedding_dim": 2**40},
        {"num_class_embeds": 2**60},
        {"time_embedding_type": "learned", "num_train_timesteps": 2**60},
        {key: [kind] * 10_000 for key, kind in (("down_block_types", "DownBlock2D"), ("up_block_types", "UpBlock2D"))}
        | {"block_out_channels": [4] * 10_000},
    ],
    ids=lambda change: "-".join(change),
)
def test_what_would_take_all_memory_or_all_day(config: Path, content: dict[str, Any], change: dict[str, Any]) -> None:
    config.write_text(json.dumps(content | change))
    with pytest.raises(CheckpointError, match=r"download both again|does not describe a UNet2DModel"):
        open_checkpoint(config.parent.parent)


def test_the_defaults_count_as_layers_too(config: Path, content: dict[str, Any]) -> None:
    config.write_text(json.dumps({"_class_name": "UNet2DModel", "layers_per_block": 2**31}))
    with pytest.raises(CheckpointError, match="asks for 8589934592 layers, but there are"):
        open_checkpoint(config.parent.parent)
