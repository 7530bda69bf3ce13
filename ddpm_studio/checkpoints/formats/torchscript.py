"""A TorchScript archive, written by torch.jit.save: a program for torch's interpreter, called with (x, t)."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.checkpoint import Checkpoint, register
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

if TYPE_CHECKING:
    from torch import nn

FORMAT = "TorchScript"
_KIND = "a TorchScript program"


def _recognises(source: Source) -> bool:
    return any(name.startswith("code/") for name in source.members)


@register(FORMAT, _recognises)
def read(source: Source) -> Checkpoint:
    """Load the program once its code was looked through; shape, schedule and prediction type are asked for."""
    from ddpm_studio.checkpoints.callables import checkpoint_of, demand, trials
    from ddpm_studio.checkpoints.networks.program import Program

    _vet(source)
    shape = demand(source, _KIND, None)
    script = _loaded(source)
    return checkpoint_of(trials(script, Program), source, shape, FORMAT, getattr(script, "original_name", "module"))


def _vet(source: Source) -> None:
    from ddpm_studio.checkpoints.script_vetting import SuspiciousError, vet

    try:
        vet(source.path)
    except SuspiciousError as error:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} is a TorchScript program with {part}, which is more than networks need, so it was not loaded; "
                "script a module that only computes.",
            ),
            path=source.path,
            part=str(error)[:80],
        ) from error
    except (RuntimeError, ValueError, SyntaxError, MemoryError, RecursionError) as error:
        raise _broken(source) from error


def _loaded(source: Source) -> nn.Module:
    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            script: nn.Module = torch.jit.load(str(source.path), map_location="cpu")  # type: ignore[no-untyped-call]
    except Exception as error:  # torch's importer raises many kinds of errors for one that is damaged.
        raise _broken(source) from error
    return script


def _broken(source: Source) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} is a TorchScript program that cannot be read: it is damaged, or of another version of torch.",
        ),
        path=source.path,
    )
