"""Kinds of noise schedule, a function each from T and parameters to β or to noise levels. A new file here is found."""

import importlib
import pkgutil

from ddpm_studio.diffusion.kinds.classic_kinds import ALPHA_BAR_FLOOR
from ddpm_studio.diffusion.kinds.kind_registry import KINDS, MAX_BETA, MIN_BETA, Kind, Parameter, Points

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["ALPHA_BAR_FLOOR", "KINDS", "MAX_BETA", "MIN_BETA", "Kind", "Parameter", "Points"]
