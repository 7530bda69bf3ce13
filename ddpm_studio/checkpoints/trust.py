"""Trust of the user in programs: the SHA-256 of each file whose code may run, in their own folder for state.

It is given to a whole file, byte for byte, wherever that lies, and by nothing but an act of the user's own: no project,
no session and no file beside it can give it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, FileError, StudioError
from ddpm_studio.files.atomic import encoded, written_whole
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.content import Content
from ddpm_studio.files.filetypes import TORCHSCRIPT
from ddpm_studio.files.places import drop_the_oldest, state_file
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.interruption import check

LIMIT = 200
"""The number of files that are trusted, those that were last."""

FOLDER = "trusted"
TRUST = "trust"
"""The row of the card that says so; its value is the SHA-256."""

_of_this_process: set[str] = set()
"""The same of files that were trusted since the start, in case nothing can be written."""


class UntrustedError(CheckpointError):
    """A program that is not opened, as that would run its code; `digest` is what to trust if the user wants that."""

    def __init__(self, path: Path, digest: str) -> None:
        self.digest = digest
        super().__init__(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} is a TorchScript program, whose code would run; add --trust if you trust it, or ask for a "
                ".pt2, made with torch.export from its network.",
            ).in_window(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "{path} is a TorchScript program, whose code would run; trust it under Model, or ask for a .pt2, "
                    "made with torch.export from its network.",
                )
            ),
            path=path,
        )


def digest_of(file: ForeignFile, take: Callable[[bytes], object] = lambda piece: None) -> str:
    """The SHA-256 of a whole file, in hexadecimal digits; `take` is given each piece of it on the way."""
    digest, stream = hashlib.sha256(), file.stream()
    while piece := stream.read(MIB):
        check()
        digest.update(piece)
        take(piece)
    return digest.hexdigest()


def is_trusted(digest: str) -> bool:
    """True if the user trusts the file with this SHA-256."""
    with suppress(FileError):  # There is no home folder.
        return digest in _of_this_process or _entry(digest).is_file()
    return digest in _of_this_process


def keep_trust(digest: str, path: Path) -> None:
    """Trust the file with this SHA-256, which lay at `path`; where that cannot be written, until the process ends."""
    _of_this_process.add(digest)
    with suppress(StudioError, OSError):
        entry = _entry(digest)
        entry.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(entry) as file:
            kept = {"checkpoint": str(path.resolve())}
            file.write(encoded(json.dumps(kept, indent=2, ensure_ascii=False) + "\n"))
        drop_the_oldest(entry.parent.iterdir(), LIMIT)


def trust_program(path: Path) -> None:
    """Trust the program at `path` as it is now; CheckpointError if it has no code that would have to be trusted."""
    if not TORCHSCRIPT.holds(Content(path)):
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{path} holds no code that would run; leave --trust out.").in_window(
                QT_TRANSLATE_NOOP("errors", "{path} holds no code that would run; open it as it is.")
            ),
            path=path,
        )
    keep_trust(digest_of(ForeignFile(path)), path)


def end_trust(digest: str) -> bool:
    """Trust the file with this SHA-256 no more; False if it was not trusted."""
    was_trusted = is_trusted(digest)
    _of_this_process.discard(digest)
    with suppress(StudioError, OSError):
        _entry(digest).unlink(missing_ok=True)
    return was_trusted


def end_trust_in(path: Path) -> bool:
    """Trust the program at `path` no more; False if it was not trusted, or is not a program."""
    return TORCHSCRIPT.holds(Content(path)) and end_trust(digest_of(ForeignFile(path)))


def end_all_trust() -> None:
    """Trust no program any more."""
    _of_this_process.clear()
    with suppress(StudioError, OSError):
        for entry in state_file(FOLDER).iterdir():
            entry.unlink(missing_ok=True)
        state_file(FOLDER).rmdir()


def _entry(digest: str) -> Path:
    return state_file(FOLDER) / f"{digest}.json"
