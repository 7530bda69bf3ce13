"""Spacings by name, from all the modules that hold some."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.steps import (
    classic_spacings,
    comfyui_spacings,
    diffusers_spacings,
    flow_spacings,
    published_spacings,
)
from ddpm_studio.diffusion.steps.spacing_registry import REGISTERED, Spacing
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StepsError

SOURCES = (classic_spacings, flow_spacings, published_spacings, comfyui_spacings, diffusers_spacings)
"""The modules that hold spacings."""

SPACINGS: Mapping[str, Spacing] = MappingProxyType(REGISTERED)
"""Every spacing by name."""


def spacing_named(name: str, others: Collection[str] = ()) -> Spacing:
    """The spacing of this name. Raises StepsError if there is none, with the name meant, which may be one of `others`.

    Those stand in a spacing's place where steps are written, and are no spacings.

    >>> spacing_named("karras").source
    'Karras et al. 2022, equation 5'
    >>> spacing_named("karas")
    Traceback (most recent call last):
    ddpm_studio.errors.StepsError: There is no spacing “karas”; did you mean “karras”?
    """
    if isinstance(name, str) and name not in SPACINGS and name in KINDS:
        raise StepsError(
            QT_TRANSLATE_NOOP(
                "errors",
                "“{name}” is a kind of schedule, not a spacing; give it by --schedule, or visit its levels by --along.",
            ).in_window(QT_TRANSLATE_NOOP("errors", "“{name}” is a kind of schedule, not a spacing; choose one.")),
            name=name,
        )
    template = QT_TRANSLATE_NOOP("errors", "There is no spacing “{name}”; {remedy}")
    check_named(name, (*SPACINGS, *others), template, StepsError)
    return SPACINGS[name]
