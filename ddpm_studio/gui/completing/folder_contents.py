"""Contents of a folder, as far as they are listed, and what of them a path that is being typed can go on with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.reading import from_home
from ddpm_studio.gui.completing.offers import Completion
from ddpm_studio.gui.translation import translated
from ddpm_studio.interruption import check

A_FOLDER = QT_TRANSLATE_NOOP("completion", "a folder")

MOST_READ = 2000
"""Entries of a folder that are looked at."""

MOST_OFFERED = 50

_HOME, _HIDDEN = "~", "."
_SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))


@dataclass(frozen=True)
class TypedPath:
    """A path as it is typed up to the caret, in a text where the letters from `start` to `end` are that path.

    `patterns` are those of the names of files that can be read there. `written` is the text of a path there, None for
    one that the text has no way to name.
    """

    typed: str
    start: int
    end: int
    patterns: tuple[str, ...]
    written: Callable[[str], str | None]

    @property
    def folder(self) -> str:
        """The folder that is typed, with the separator at its end; "" for the one that the program works in."""
        return self.typed[: 1 + max(map(self.typed.rfind, _SEPARATORS))]

    @property
    def name(self) -> str:
        """The letters behind the folder."""
        return self.typed[len(self.folder) :]

    def moved(self, by: int) -> TypedPath:
        """The same in a text in which this one stands so many letters further on."""
        return TypedPath(self.typed, self.start + by, self.end + by, self.patterns, self.written)


@dataclass(frozen=True)
class FolderContents:
    """The names of the folders and of the ordinary files in a folder, in the order of the alphabet."""

    folders: Sequence[str] = ()
    files: Sequence[str] = ()


def contents_of(folder: str) -> FolderContents:
    """What is in a folder, as far as MOST_READ entries of it tell; nothing in one that cannot be listed.

    It takes as long as the disk or the network does.
    """
    folders, files = list[str](), list[str]()
    with suppress(OSError, ValueError), os.scandir(from_home(folder) or os.curdir) as entries:
        for entry in islice(entries, MOST_READ):
            check()
            with suppress(OSError):
                if entry.is_dir():
                    folders.append(entry.name)
                elif entry.is_file():
                    files.append(entry.name)
    return FolderContents(*(tuple(sorted(names, key=_in_order)) for names in (folders, files)))


def path_offers(path: TypedPath, contents: FolderContents) -> list[Completion]:
    """What a path goes on with: files that can be read there, then folders; none for the whole name of such a file.

    Hidden ones are left out unless the first letter typed is their dot.
    """
    if path.typed == _HOME:
        return list(_offers(path, [_HOME], "/"))
    files = [name for name in contents.files if any(fnmatchcase(name.lower(), each) for each in path.patterns)]
    if path.name in files:
        return []
    found = [*_offers(path, _beginning(path.name, files)), *_offers(path, _beginning(path.name, contents.folders), "/")]
    return found[:MOST_OFFERED]


def _beginning(typed: str, names: Sequence[str]) -> list[str]:
    """The names that begin with what is typed, those first that have its capitals."""
    seen = (name for name in names if name.isprintable() and name.startswith(_HIDDEN) == typed.startswith(_HIDDEN))
    return sorted(
        (name for name in seen if name.lower().startswith(typed.lower())), key=lambda name: not name.startswith(typed)
    )


def _offers(path: TypedPath, names: Sequence[str], behind: str = "") -> Iterator[Completion]:
    detail = translated(A_FOLDER) if behind else ""
    for name in names:
        text = path.written(f"{path.folder}{name}{behind}")
        if text is not None:
            yield Completion(name + behind, detail, text, path.start, path.end, is_path=True)


def _in_order(name: str) -> tuple[str, str]:
    return name.lower(), name
