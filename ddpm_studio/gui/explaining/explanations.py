"""Explanations of symbols, curves and axes: the name of each in code, and what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ddpm_studio.diffusion.moment import LEVEL_SCALE, RELATIVE_SCALE, SCALES, SIGMA_SCALE, T_SCALE, TAU_SCALE
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import SourceText


@dataclass(frozen=True)
class NamedSymbol:
    """What a symbol stands for, and the name that it has in the code of diffusers."""

    name: str
    meaning: SourceText


SYMBOLS: Mapping[str, NamedSymbol] = MappingProxyType(
    {
        "x_t": NamedSymbol("sample", QT_TRANSLATE_NOOP("symbols", "The picture with the noise of t in it.")),
        "x_0": NamedSymbol("original_samples", QT_TRANSLATE_NOOP("symbols", "The clean picture.")),
        "ε": NamedSymbol("noise", QT_TRANSLATE_NOOP("symbols", "The noise that is mixed in, of standard deviation 1.")),
        "x̂_0": NamedSymbol(
            "pred_original_sample", QT_TRANSLATE_NOOP("symbols", "The clean picture, as the network estimates it.")
        ),
        "ε_θ": NamedSymbol("model_output", QT_TRANSLATE_NOOP("symbols", "The noise, as the network estimates it.")),
        "x_t−1": NamedSymbol("prev_sample", QT_TRANSLATE_NOOP("symbols", "The picture with less noise, one step on.")),
        "z": NamedSymbol("variance_noise", QT_TRANSLATE_NOOP("symbols", "Fresh noise, of standard deviation 1.")),
        T_SCALE: NamedSymbol(
            "timestep", QT_TRANSLATE_NOOP("symbols", "The step: at 0 there is the picture, and at T the most noise.")
        ),
        RELATIVE_SCALE: NamedSymbol(
            "timestep / num_train_timesteps",
            QT_TRANSLATE_NOOP("symbols", "How far along its own steps a schedule is, whatever its T."),
        ),
    }
)
"""The symbols that are not coefficients: those of a schedule are curves."""

CARD_ITEMS: Mapping[str, NamedSymbol] = MappingProxyType(
    {
        "family": NamedSymbol(
            "_class_name", QT_TRANSLATE_NOOP("card", "The kind of checkpoint, after the program that writes such.")
        ),
        "network": NamedSymbol("model", QT_TRANSLATE_NOOP("card", "The network that sees x_t, and what it is told.")),
        "parameters": NamedSymbol("num_parameters", QT_TRANSLATE_NOOP("card", "How many numbers were learned.")),
        "shape": NamedSymbol(
            "in_channels, sample_size", QT_TRANSLATE_NOOP("card", "Channels, height and width of what is drawn.")
        ),
        "size": NamedSymbol("width, height", QT_TRANSLATE_NOOP("card", "Of the pictures, in pixels.")),
        "schedule": NamedSymbol(
            "beta_schedule", QT_TRANSLATE_NOOP("card", "The noise schedule with which the network was trained.")
        ),
        "prediction_type": NamedSymbol(
            "prediction_type", QT_TRANSLATE_NOOP("card", "What the output of the network stands for.")
        ),
        "time": NamedSymbol("timestep", QT_TRANSLATE_NOOP("card", "As what the network is told the noise level.")),
        "picture_range": NamedSymbol(
            "value_range", QT_TRANSLATE_NOOP("card", "The values of black and white in training.")
        ),
        "variance": NamedSymbol(
            "variance_type", QT_TRANSLATE_NOOP("card", "How much fresh noise a step of DDPM mixes in.")
        ),
        "clip": NamedSymbol(
            "clip_sample_range", QT_TRANSLATE_NOOP("card", "The bounds to which estimates of x_0 are cut.")
        ),
        "classes": NamedSymbol(
            "num_class_embeds", QT_TRANSLATE_NOOP("card", "How many classes of pictures it can be asked for.")
        ),
        "null_label": NamedSymbol(
            "null_label", QT_TRANSLATE_NOOP("card", "The class that stands for none, for guidance.")
        ),
        "text": NamedSymbol("prompt", QT_TRANSLATE_NOOP("card", "That it draws what a text asks for.")),
        "guidance": NamedSymbol(
            "guidance_scale", QT_TRANSLATE_NOOP("card", "How strongly pictures are led to the prompt; 1 is off.")
        ),
        "lora": NamedSymbol("lora", QT_TRANSLATE_NOOP("card", "What is laid over its weights, and how strongly.")),
        "integer_timesteps": NamedSymbol(
            "timestep", QT_TRANSLATE_NOOP("card", "Whether the network may be told a noise level between two steps.")
        ),
        "spacing": NamedSymbol(
            "timestep_spacing",
            QT_TRANSLATE_NOOP("card", "How its scheduler lays out steps; a run does so if its spacing is this text."),
        ),
    }
)
"""What the lines of a checkpoint's card say that every card may have, by their keys."""

OF_SCALES = {LEVEL_SCALE: "log_snr", SIGMA_SCALE: "sigmas", TAU_SCALE: "tau"}
"""The curves of which scales have the values; those of the others are symbols."""


def symbol_tip(symbol: str) -> str:
    """The name of a symbol in code, and what it stands for; "" for a sign."""
    return _tip(SYMBOLS.get(symbol))


def card_item_tip(key: str) -> str:
    """The name in code of what a line of a checkpoint's card has, and what it is; "" for what one family alone has."""
    return _tip(CARD_ITEMS.get(key))


def curve_tip(name: str) -> str:
    """The name of a coefficient in code, and what it is."""
    return f"{name}\n{translated(ALL_CURVES[name].meaning)}"


def scale_tip(scale: str) -> str:
    """The name in code of what a scale of SCALES has, what it is, and what is equal on it."""
    said = curve_tip(OF_SCALES[scale]) if scale in OF_SCALES else symbol_tip(scale)
    return f"{said}\n{translated(SCALES[scale].meaning)}"


def _tip(named: NamedSymbol | None) -> str:
    return "" if named is None else f"{named.name}\n{translated(named.meaning)}"
