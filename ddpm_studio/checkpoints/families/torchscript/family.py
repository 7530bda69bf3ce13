"""A TorchScript archive, written by torch.jit.save: a program for torch's interpreter, called with (x, t)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.checkpoint import Checkpoint, register
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.wording import part_of
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.filetypes import TORCHSCRIPT
from ddpm_studio.files.temporaries import temporary_folder

if TYPE_CHECKING:
    from torch import nn

FAMILY = "TorchScript"
_KIND = QT_TRANSLATE_NOOP("errors", "a TorchScript program")


def _recognises(source: Source) -> bool:
    return TORCHSCRIPT.holds(source)


@register(FAMILY, _recognises)
def read(source: Source) -> Checkpoint:
    """Load the program once its code has been vetted; shape, schedule and prediction type are asked for."""
    from ddpm_studio.checkpoints.families.shared.callables import calling_conventions, checkpoint_of, demand
    from ddpm_studio.checkpoints.families.shared.program import Program

    with temporary_folder() as folder:
        script = _loaded(source, folder / "program.pt")
    shape = demand(source, _KIND, None)
    return checkpoint_of(
        calling_conventions(script, Program), source, shape, FAMILY, getattr(script, "original_name", "module")
    )


def _loaded(source: Source, copy: Path) -> nn.Module:
    """The program, from a copy of what was vetted; CheckpointError if it does more than compute."""
    from ddpm_studio.checkpoints.families.torchscript.types import loaded
    from ddpm_studio.checkpoints.families.torchscript.vetting import SuspiciousError, vetted_copy

    try:
        return loaded(copy, vetted_copy(source.path, copy))
    except SuspiciousError as error:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} is a TorchScript program with {part}, which is more than networks need, so it was not loaded; "
                "script a module that only computes.",
            ),
            path=source.path,
            part=part_of(error),
        ) from error
    except Exception as error:  # torch's importer raises many kinds of errors for a damaged one.
        raise _broken(source) from error


def _broken(source: Source) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} is a TorchScript program that cannot be read: it is damaged, or from another version of torch.",
        ),
        path=source.path,
    )
