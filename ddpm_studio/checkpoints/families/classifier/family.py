"""Classifiers of pictures, often kept beside diffusion models: refused by name."""

from __future__ import annotations

from ddpm_studio.checkpoints.checkpoint import Checkpoint, register
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

FAMILY = "classifier"
_HEADS = ("fc.weight", "head.weight", "heads.head.weight", *(f"classifier{i}.weight" for i in ("", ".1", ".3", ".6")))
_TRUNKS = ("layer4.", "features.", "blocks.", "encoder.layers.", "stages.")


def _recognises(source: Source) -> bool:
    names = {name.removeprefix("state_dict.").removeprefix("model.") for name in source.tensors}
    return any(head in names for head in _HEADS) and any(name.startswith(_TRUNKS) for name in names)


@register(FAMILY, _recognises)
def read(source: Source) -> Checkpoint:
    """Refuse the classifier."""
    raise CheckpointError(
        QT_TRANSLATE_NOOP("errors", "{path} is a classifier, which says what is in a picture and does not draw any."),
        path=source.path,
    )
