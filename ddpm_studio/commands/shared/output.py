"""Output of a command: to a file, written whole or not at all, or to standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.atomic import check_writable, written_whole


def check_places(*paths: str | None) -> None:
    """Raise FileError before the work where `deliver` would after it, since a path cannot be written."""
    for path in paths:
        if path is not None and path != "-":
            check_writable(path)


def deliver(content: bytes, path: str | None, binary: bool = False) -> None:
    """Write `content` to the file `path`, or to standard output for None and "-".

    Raises FileError where it cannot be written, and where `binary` content would end up on a terminal.
    """
    if path is not None and path != "-":
        with written_whole(path) as file:
            file.write(content)
        return
    if binary and sys.stdout and sys.stdout.isatty():
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The output is binary and does not belong on a terminal; name a file with -o, or redirect it to one.",
            )
        )
    _print(content)


def print_text(text: str) -> None:
    """Write `text` to standard output as UTF-8, whatever the locale."""
    _print(text.encode("utf-8", "surrogateescape"))


def aligned(rows: Iterable[Sequence[str]]) -> str:
    """Indented lines with aligned columns; each line ends in a line break."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"    {line.rstrip()}\n" for line in lines)


def counted(number: int, noun: str) -> str:
    """A number and what it counts, in the plural with s unless it is 1.

    >>> counted(1, "step"), counted(20, "step")
    ('1 step', '20 steps')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def hush() -> None:
    """Point standard output to nowhere after its reader has gone, so that Python does not complain on the way out."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print(content: bytes) -> None:
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:
        raise FileError(QT_TRANSLATE_NOOP("errors", "Standard output is closed; name a file with -o."))
    try:
        rest = memoryview(content)
        while rest:  # With PYTHONUNBUFFERED a write may take only a part.
            rest = rest[stream.write(rest) :]
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        hush()
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "Standard output cannot be written: {reason}; name a file with -o."),
            reason=error.strerror,
        ) from error
