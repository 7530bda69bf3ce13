"""Answer texts: the title of each field of Answers, and what it means."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ddpm_studio.checkpoints.answers import TITLES
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.translation import translated

MEANINGS = {
    "shape": QT_TRANSLATE_NOOP(
        "answers", "Of its pictures: channels × height × width, or the size alone if the channels are known."
    ),
    "size": QT_TRANSLATE_NOOP("answers", "Of its pictures: width × height in pixels, or one number for a square."),
    "schedule": QT_TRANSLATE_NOOP("answers", "Used in training: one from the list, or a line in the same form."),
    "prediction_type": QT_TRANSLATE_NOOP(
        "answers",
        "What it was trained to predict: the noise (epsilon), the picture (sample), v, the velocity of a flow, or what "
        "EDM and consistency models do; below it its options, such as the σ_data of EDM and what it is told.",
    ),
    "heads": QT_TRANSLATE_NOOP(
        "answers", "How many its attention is split into; a wrong number raises no error but draws noise."
    ),
    "head_channels": QT_TRANSLATE_NOOP(
        "answers", "In each attention head; a wrong number raises no error but draws noise."
    ),
    "attention_order": QT_TRANSLATE_NOOP(
        "answers", "Whether q, k and v were split before the heads (new) or after them (legacy)."
    ),
    "rescale_timesteps": QT_TRANSLATE_NOOP("answers", "Whether its network is given t, or t rescaled to 1000 steps."),
    "up_heads": QT_TRANSLATE_NOOP(
        "answers", "Of its attention on the way up, where training gave it another number (num_heads_upsample)."
    ),
    "groups": QT_TRANSLATE_NOOP(
        "answers",
        "In which it normalises (resnet_block_groups or norm_num_groups); a wrong number raises no error but draws "
        "noise.",
    ),
    "lora": QT_TRANSLATE_NOOP(
        "answers",
        "Files laid over its weights, each with how strongly: FILE:0.8; FILE:1. Empty for none.",
    ),
    "conventions": QT_TRANSLATE_NOOP(
        "answers",
        "What its config.json said and no weights tell: “diffusers” or “ddpm”, the usual ones, or these with options, "
        "ddpm:norm_eps=1e-5. Wrong ones raise no error but draw noise.",
    ),
    "picture_range": QT_TRANSLATE_NOOP(
        "answers", "Of the values of the pictures that it was trained on; x0 is clipped to it, and shown from it."
    ),
    "time": QT_TRANSLATE_NOOP(
        "answers",
        "What its network is told: the index t from 0 to T − 1, t + 1, t/T, or 1 − t/T; of a flow τ or 1 − τ.",
    ),
    "classes": QT_TRANSLATE_NOOP("answers", "How many its network knows, 0 for none; a label is its third input."),
    "null_label": QT_TRANSLATE_NOOP(
        "answers", "What it was given in place of a class for none; guidance leads away from that."
    ),
    "release": QT_TRANSLATE_NOOP("answers", "The version of denoising-diffusion-pytorch that wrote the file."),
    "network": QT_TRANSLATE_NOOP(
        "answers",
        "The code that builds its network, looked up from the folder the program was started in. Opening runs it on "
        "this machine, so name only code you trust.",
    ),
}


def title(key: str) -> str:
    """The title of a field of Answers on screen."""
    return translated(TITLES[key])


def meaning(key: str) -> str:
    """The meaning of a field of Answers, in one sentence."""
    return translated(MEANINGS[key])


def about_trying() -> str:
    """The tip of the buttons that begin a trial."""
    return QCoreApplication.translate(
        "answers", "Draw a few pictures with each possibility that fits, to see which is right"
    )
