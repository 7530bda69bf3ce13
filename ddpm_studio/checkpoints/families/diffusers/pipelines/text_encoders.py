"""Text encoders of pipelines: what those of CLIP and T5 have in common."""

from __future__ import annotations

from typing import Any

from ddpm_studio.checkpoints.families.diffusers.pipelines.components import Component
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredPipeline, check_class
from ddpm_studio.errors import QT_TRANSLATE_NOOP

ENCODER_FILES = ("model", "pytorch_model")
"""What transformers calls the files of weights."""


_OF_ANOTHER_CLASS = QT_TRANSLATE_NOOP("errors", "The text encoder in {path} is a {name}; only {known} can be run here.")


def encoder_class(pipeline: StoredPipeline, part: str, *known: str) -> str:
    """The class of a text encoder, the first of those `known` where none is named; CheckpointError for any other."""
    architectures = pipeline.config(part).get("architectures")
    name = str(architectures[0]) if isinstance(architectures, list) and architectures else known[0]
    check_class(_OF_ANOTHER_CLASS, name, known, pipeline.place(part))
    return name


def config_of(component: Component) -> Any:
    """The config of an encoder with the defaults of its class filled in."""
    return component.network.config
