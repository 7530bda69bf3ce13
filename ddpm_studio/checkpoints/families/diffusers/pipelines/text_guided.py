"""Text-guided networks of Stable Diffusion 1, 2 and XL: the U-Net, and the texts that it is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch

from ddpm_studio.checkpoints.answers import Answers
from ddpm_studio.checkpoints.families.diffusers.pipelines.autoencoder import enlargement
from ddpm_studio.checkpoints.families.diffusers.pipelines.clip_texts import (
    LastLayer,
    LayersBesideVector,
    read_text_encoder,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.components import diffusers_model, read_component
from ddpm_studio.checkpoints.families.diffusers.pipelines.guidance_embedding import GuidanceEmbedding
from ddpm_studio.checkpoints.families.diffusers.pipelines.latent_networks import (
    LatentNetwork,
    check_same_channels,
    check_widths,
    latent_network,
    whole,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.networks import TextGuided
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredPipeline
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText, Text

_CLASS = "UNet2DConditionModel"
_TEXT_AND_SIZES = "text_time"
_TELLS_GUIDANCE = "time_cond_proj_dim"

_GUIDANCE_OF_LCM = 8.5

_KIND = QT_TRANSLATE_NOOP("errors", "a {name} with {key}")
_OTHERWISE: Mapping[str, SourceText] = {
    "class_embed_type": QT_TRANSLATE_NOOP("errors", "it is told more than a text"),
    "encoder_hid_dim_type": QT_TRANSLATE_NOOP("errors", "it is given pictures, or texts in another form"),
    "addition_embed_type": QT_TRANSLATE_NOOP("errors", "it is told more than a text"),
    "num_class_embeds": QT_TRANSLATE_NOOP("errors", "it is told more than a text"),
}
"""What a config asks for that nothing here gives, and why."""


def guided_by_text(pipeline: StoredPipeline, said: Answers) -> LatentNetwork:
    """The UNet2DConditionModel of a pipeline, and what encodes its texts.

    UnsupportedError for one that is given more than texts.
    """
    config = pipeline.config("unet")
    _check_inputs(config, pipeline)
    component = read_component(pipeline, "unet", _CLASS, diffusers_model)
    network = latent_network(TextGuided(component.network), component, pipeline.place("unet"), said)
    network = _told_guidance(network, pipeline)
    return _with_vector(network, pipeline) if config.get("addition_embed_type") else _with_words(network, pipeline)


def _told_guidance(network: LatentNetwork, pipeline: StoredPipeline) -> LatentNetwork:
    """The network with what tells it how strongly it is guided, as LCMs are."""
    if network.component.config.get(_TELLS_GUIDANCE) is None:
        return network
    width = whole(network.component.config, _TELLS_GUIDANCE, pipeline.place("unet"), most=2**16)
    return replace(network, tells_guidance=GuidanceEmbedding(width))


def _with_words(network: LatentNetwork, pipeline: StoredPipeline) -> LatentNetwork:
    encoder = read_text_encoder(pipeline)
    check_widths(pipeline, _width(network), encoder.width)
    scale = _GUIDANCE_OF_LCM if pipeline.settings.get("_class_name") == "LatentConsistencyModelPipeline" else 7.5
    return replace(network, texts=LastLayer(encoder), encoders=(encoder.component,), guidance=scale)


def _with_vector(network: LatentNetwork, pipeline: StoredPipeline) -> LatentNetwork:
    encoders = read_text_encoder(pipeline), read_text_encoder(pipeline, "_2")
    check_widths(pipeline, _width(network), sum(each.width for each in encoders))
    height, width = (enlargement(pipeline) * side for side in network.shape[1:])
    # SDXL's micro-conditioning for pictures that were neither enlarged nor cropped: original size, crop, target size.
    sizes = torch.tensor([[height, width, 0, 0, height, width]], dtype=torch.float32)
    nothing_is_zero = pipeline.settings.get("force_zeros_for_empty_prompt", True) is not False
    texts = LayersBesideVector(encoders, sizes, nothing_is_zero)
    return replace(network, texts=texts, encoders=tuple(each.component for each in encoders), guidance=5.0)


def _check_inputs(config: Settings, pipeline: StoredPipeline) -> None:
    """UnsupportedError for a network that has to be given more than latents and texts."""
    for key, why in _OTHERWISE.items():
        if config.get(key) not in (None, _TEXT_AND_SIZES if key == "addition_embed_type" else None):
            raise UnsupportedError(pipeline.path, Text(_KIND, {"name": _CLASS, "key": key}), why, pipeline.schedule)
    check_same_channels(pipeline, _CLASS, config.get("in_channels", 4), config.get("out_channels", 4))


def _width(network: LatentNetwork) -> object:
    """The numbers for each token by which a network is guided."""
    return network.component.config.get("cross_attention_dim", 1280)
