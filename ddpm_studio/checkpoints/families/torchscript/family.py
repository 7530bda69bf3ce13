"""A TorchScript archive, written by torch.jit.save: a program, which is opened only if the user trusts the file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.checkpoint import Checkpoint, Fact, register
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.trust import TRUST, UntrustedError, digest_of, is_trusted
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.filetypes import TORCHSCRIPT
from ddpm_studio.files.temporaries import temporary_folder
from ddpm_studio.texts import Text

if TYPE_CHECKING:
    from ddpm_studio.checkpoints.families.shared.apart.apart_program import Described
    from ddpm_studio.checkpoints.families.shared.apart.child import Child

FAMILY = "TorchScript"
_KIND = QT_TRANSLATE_NOOP("errors", "a TorchScript program")


def _recognises(source: Source) -> bool:
    return TORCHSCRIPT.holds(source)


@register(FAMILY, _recognises)
def read(source: Source) -> Checkpoint:
    """Load the program in a process of its own; shape and prediction type are asked for, and the schedule where none of
    its buffers tell it.

    UntrustedError if the user has not said that they trust exactly these bytes.
    """
    digest = digest_of(source.file)
    if not is_trusted(digest):
        raise UntrustedError(source.path, digest)
    from ddpm_studio.apart.ahead import begin_ahead

    begin_ahead()  # To import torch while it is imported here.
    from ddpm_studio.checkpoints.families.shared.apart.child import started

    with started(source.path) as child:
        return _opened(source, child, digest)


def _opened(source: Source, child: Child, digest: str) -> Checkpoint:
    from ddpm_studio.checkpoints.families.shared.apart.apart_program import ApartProgram, content
    from ddpm_studio.checkpoints.families.shared.apart.child import in_time
    from ddpm_studio.checkpoints.families.shared.callables import calling_conventions, checkpoint_of, demand
    from ddpm_studio.checkpoints.families.shared.tensor_hints import hints_of

    with temporary_folder() as folder:
        copy = _copied(source, folder / "program.pt", digest)
        with in_time(source.path):
            script = _loaded(source, child, copy)
            hints = hints_of(script.tensors, partial(content, child, script.tensors))
    shape = demand(source, _KIND, None, hints)
    trusted = QT_TRANSLATE_NOOP("card", "trusted, SHA-256 {digest}…")
    facts = (Fact(TRUST, QT_TRANSLATE_NOOP("card", "code"), digest, Text(trusted, {"digest": digest[:12]})),)
    with in_time(source.path):
        ways = calling_conventions(partial(ApartProgram, child), source)
        return checkpoint_of(ways, source, shape, hints, FAMILY, script.name, facts, parameters=script.parameters)


def _copied(source: Source, target: Path, digest: str) -> Path:
    """A copy that nobody else can change, of the bytes that are trusted; CheckpointError if they are others by now."""
    try:
        with target.open("xb") as copy:
            copied = digest_of(source.file, copy.write)
    except OSError as error:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors", "{path} cannot be copied to where temporary files are kept: {reason}; make room there."
            ),
            path=source.path,
            reason=error.strerror,
        ) from error
    if copied != digest:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{path} was changed while it was read; open it again."), path=source.path
        )
    return target


def _loaded(source: Source, child: Child, copy: Path) -> Described:
    from ddpm_studio.checkpoints.families.shared.apart.apart_program import opened
    from ddpm_studio.checkpoints.families.shared.apart.raised import ForeignError
    from ddpm_studio.checkpoints.families.torchscript.script_loading import loaded

    try:
        return opened(child, loaded, path=str(copy))
    except (ForeignError, MemoryError) as error:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} is a TorchScript program that cannot be read: it is damaged, or from another version of torch.",
            ),
            path=source.path,
        ) from error
