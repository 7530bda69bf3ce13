"""Building of the network that the user names, in a process of its own, and what is said where that fails."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from ddpm_studio.checkpoints.families.own.factory import built
from ddpm_studio.checkpoints.families.shared.apart.apart_program import Described, NotANetworkError, fill, opened
from ddpm_studio.checkpoints.families.shared.apart.child import Child
from ddpm_studio.checkpoints.families.shared.apart.raised import ForeignError
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.sampling.reasons import reason_of

_NOT_FOUND = QT_TRANSLATE_NOOP(
    "errors",
    "There is no {name} ({reason}); name a function or class of a module that is installed or lies in the folder where "
    "the program was started.",
)
_NOT_BUILT = QT_TRANSLATE_NOOP(
    "errors", "{name} builds no network: {reason}; name a function or class that can be called without arguments."
)
_MISSING = re.compile(r"No module named '([\w.]+)'|module '([\w.]+)' has no attribute '(\w+)'")
"""What Python says of a module that is not there, and of a module without something."""


def network_named(child: Child, name: str) -> Described:
    """The network that "package.module:factory" returns, in the process of `child`.

    CheckpointError with the first line of what went wrong, and if it does not return a torch module.
    """
    try:
        return opened(child, built, name=name)
    except NotANetworkError as error:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{name} returns {type}; it must return a torch.nn.Module."),
            name=name,
            type=str(error),
        ) from error
    except (ForeignError, MemoryError) as error:
        if _is_not_found(error, name):
            raise CheckpointError(_NOT_FOUND, name=name, reason=reason_of(error)) from error
        raise CheckpointError(_NOT_BUILT, name=name, reason=_reason(error)) from error


def filled(child: Child, name: str, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Load the tensors of the file at `path` into the network called `name`; CheckpointError if it raises something."""
    try:
        fill(child, tensors)
    except (ForeignError, MemoryError) as error:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{name} does not take the tensors of {path}: {reason}; name another factory."),
            name=name,
            path=path,
            reason=_reason(error),
        ) from error


def _is_not_found(error: ForeignError | MemoryError, name: str) -> bool:
    """True if there is no module of this name, or no such factory in it."""
    module, _, factory = name.replace(".py:", ":").partition(":")
    found = _MISSING.match(str(error)) if isinstance(error, ForeignError) else None
    if found is None:
        return False
    absent, *inside = found.groups()
    return f"{module}.".startswith(f"{absent}.") if absent else inside == [module, factory.partition(".")[0]]


def _reason(error: ForeignError | MemoryError) -> str:
    kind, message = (error.kind, error.message) if isinstance(error, ForeignError) else ("MemoryError", str(error))
    lines = message.strip().splitlines() or [""]
    return f"{kind}, {lines[0][:200]}".rstrip(",. ")
