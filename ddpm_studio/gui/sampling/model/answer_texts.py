"""What can be said about a checkpoint, in words: the title of each field of Answers, and what it means."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ddpm_studio.checkpoints.answers import TITLES
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.translation import translated

MEANINGS = {
    "shape": QT_TRANSLATE_NOOP(
        "answers", "Of its pictures: channels × height × width, or the size alone where it knows its channels."
    ),
    "schedule": QT_TRANSLATE_NOOP("answers", "That it was trained with: one of the list, or a line like those."),
    "prediction_type": QT_TRANSLATE_NOOP(
        "answers", "What it was trained to return: the noise (epsilon), the picture (sample), or v."
    ),
    "heads": QT_TRANSLATE_NOOP(
        "answers", "Into which its attention is split; a wrong number raises no error and draws noise."
    ),
    "head_channels": QT_TRANSLATE_NOOP(
        "answers", "Of each head of its attention; a wrong number raises no error and draws noise."
    ),
    "attention_order": QT_TRANSLATE_NOOP(
        "answers", "Whether q, k and v were split before the heads (new) or after them (legacy)."
    ),
    "rescale_timesteps": QT_TRANSLATE_NOOP("answers", "Whether its network is told t, or t scaled to 1000 steps."),
    "release": QT_TRANSLATE_NOOP("answers", "Of denoising-diffusion-pytorch, which wrote the file."),
    "network": QT_TRANSLATE_NOOP(
        "answers",
        "What builds its network, found from the folder the program was started in. Opening runs that code on this "
        "machine, so name only what you trust.",
    ),
}


def title(key: str) -> str:
    """What a person calls a field of Answers."""
    return translated(TITLES[key])


def meaning(key: str) -> str:
    """What a field of Answers means, in one sentence."""
    return translated(MEANINGS[key])


def about_trying() -> str:
    """What the buttons do that begin a trial."""
    return QCoreApplication.translate("answers", "Draw a few pictures with everything that fits, to see which is right")
