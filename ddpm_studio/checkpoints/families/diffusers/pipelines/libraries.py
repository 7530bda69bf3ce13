"""Libraries that host the parts of a pipeline: the classes that may be built, and where each is."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredPipeline
from ddpm_studio.checkpoints.offline import stay_offline
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.sampling.reasons import reason_of
from ddpm_studio.texts import Text

_PIPELINE = QT_TRANSLATE_NOOP("errors", "a pipeline of several networks")
_NOT_THERE = QT_TRANSLATE_NOOP(
    "errors", '{library} cannot be imported ({reason}), which pip install "ddpm-studio[pipelines]" installs'
)

CLASSES: Mapping[str, str] = {
    "AutoencoderKL": "diffusers.models.autoencoders.autoencoder_kl",
    "AutoencoderTiny": "diffusers.models.autoencoders.autoencoder_tiny",
    "VQModel": "diffusers.models.autoencoders.vq_model",
    "DiTTransformer2DModel": "diffusers.models.transformers.dit_transformer_2d",
    "PixArtTransformer2DModel": "diffusers.models.transformers.pixart_transformer_2d",
    "SD3Transformer2DModel": "diffusers.models.transformers.transformer_sd3",
    "FluxTransformer2DModel": "diffusers.models.transformers.transformer_flux",
    "UNet2DConditionModel": "diffusers.models.unets.unet_2d_condition",
    "CLIPTextModel": "transformers.models.clip.modeling_clip",
    "CLIPTextModelWithProjection": "transformers.models.clip.modeling_clip",
    "CLIPTextConfig": "transformers.models.clip.configuration_clip",
    "CLIPTokenizer": "transformers.models.clip.tokenization_clip",
    "T5EncoderModel": "transformers.models.t5.modeling_t5",
    "T5Config": "transformers.models.t5.configuration_t5",
    "T5Tokenizer": "transformers.models.t5.tokenization_t5",
}
"""The module of each class; no other is ever imported for a checkpoint."""


def library_class(name: str, pipeline: StoredPipeline) -> Any:
    """A class of CLASSES, which a part of this pipeline asks for.

    UnsupportedError, with the pipeline's schedule, if its library cannot be imported.
    """
    try:
        stay_offline()
        with silenced(CLASSES[name]):
            return getattr(import_module(CLASSES[name]), name)
    except (ImportError, RuntimeError) as error:  # transformers raises RuntimeError where an import of its own fails.
        library = (getattr(error, "name", None) or CLASSES[name]).partition(".")[0]
        reason = Text(_NOT_THERE, {"library": library, "reason": reason_of(error)})
        raise UnsupportedError(pipeline.path, _PIPELINE, reason, pipeline.schedule) from error


@contextmanager
def silenced(module: str) -> Iterator[None]:
    """A block in which the library of a module logs nothing: neither about packages that are not needed here, nor about
    configs, of which the errors of this program are told.
    """
    logger = logging.getLogger(module.partition(".")[0])
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
