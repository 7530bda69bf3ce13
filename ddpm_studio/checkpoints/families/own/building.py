"""Building of the network that the user names, in a process of its own, and what is said where that fails."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from ddpm_studio.checkpoints.families.own.factory import built
from ddpm_studio.checkpoints.families.shared.apart.apart_program import Described, NotANetworkError, fill, opened
from ddpm_studio.checkpoints.families.shared.apart.child import Child
from ddpm_studio.checkpoints.families.shared.apart.raised import ForeignError
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError


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
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{name} cannot be called without arguments: {reason}; name another factory."),
            name=name,
            reason=_reason(error),
        ) from error


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


def _reason(error: ForeignError | MemoryError) -> str:
    kind, message = (error.kind, error.message) if isinstance(error, ForeignError) else ("MemoryError", str(error))
    lines = message.strip().splitlines() or [""]
    return f"{kind}, {lines[0][:200]}".rstrip(",. ")
