"""Makers of what every format has: paths that are no files, cut and misnamed ones, and names that nothing has."""

from __future__ import annotations

import io
import os
import socket
import warnings
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from tests.hostile.kinds import Writer

MIB = 2**20
EVIL = "\x1b]0;owned\x07\x1b[2J\u202e\u2066"
"""Sets the title of a terminal, rings, clears it, and turns the direction of what follows."""

Content = bytes | Callable[[], bytes]


def made(content: Content) -> bytes:
    """The bytes, made now if they are not yet."""
    return content if isinstance(content, bytes) else content()


def file(name: str, content: Content, beside: Mapping[str, Content] | None = None) -> Writer:
    """A file of this content, and others beside it."""

    def write(folder: Path) -> str:
        for each, bytes_ in {name: content, **(beside or {})}.items():
            path = folder / each
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made(bytes_))
        return str(folder / name)

    return write


def not_a_file(name: str) -> dict[str, Writer]:
    """Paths that are waited for, or have no end, or no content."""

    def pipe(folder: Path) -> str:
        os.mkfifo(folder / name)
        return str(folder / name)

    def device(folder: Path) -> str:
        (folder / name).symlink_to("/dev/zero")
        return str(folder / name)

    def directory(folder: Path) -> str:
        (folder / name).mkdir()
        return str(folder / name)

    def listening(folder: Path) -> str:
        with socket.socket(socket.AF_UNIX) as made_there:
            made_there.bind(str(folder / name))
        return str(folder / name)

    def dangling(folder: Path) -> str:
        (folder / name).symlink_to("nothing")
        return str(folder / name)

    def link_to_a_pipe(folder: Path) -> str:
        os.mkfifo(folder / "pipe")
        (folder / name).symlink_to("pipe")
        return str(folder / name)

    every = (pipe, device, directory, listening, dangling, link_to_a_pipe)
    return {each.__name__.replace("_", " "): each for each in every}


def nowhere(suffix: str) -> dict[str, Writer]:
    """Paths at which nothing is, or can be."""
    return {
        "home of nobody": lambda folder: f"~x/y{suffix}",
        "of 5000 letters": lambda folder: str(folder / ("a" * 5000 + suffix)),
        "with a line break": lambda folder: str(folder / f"a\nb{suffix}"),
    }


def loop(name: str) -> dict[str, Writer]:
    """A link that leads to itself."""

    def write(folder: Path) -> str:
        (folder / name).symlink_to(name)
        return str(folder / name)

    return {"link to itself": write}


def misnamed(suffix: str, content: Content) -> dict[str, Writer]:
    """A broken file whose own name does something to a terminal."""
    return {"name of the file": file(f"{EVIL}{suffix}", content)}


def cut(name: str, content: Content, part: float = 0.6) -> dict[str, Writer]:
    """A good file that ends early, and one of nothing."""
    return {
        "cut off": file(name, lambda: made(content)[: int(part * len(made(content)))]),
        "empty": file(name, b""),
    }


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """An archive."""
    return zipped_in_order(members.items(), method)


def zipped_in_order(members: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_STORED) -> bytes:
    """An archive of these members, some of which may have one name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive, warnings.catch_warnings(action="ignore"):
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def twice(name: str, first: bytes, second: bytes, others: Mapping[str, bytes]) -> bytes:
    """An archive with two members of one name."""
    return zipped_in_order([*others.items(), (name, first), (name, second)])


def entries(archive: bytes) -> list[int]:
    """The places of a directory's entries; an archive among the members has some of its own."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        places, place = [], archive.find(b"PK\x01\x02", opened.start_dir)
    while place >= 0:
        places.append(place)
        place = archive.find(b"PK\x01\x02", place + 46)
    return places


def patched(content: bytes, place: int, new: bytes) -> bytes:
    """Content with other bytes at a place."""
    return content[:place] + new + content[place + len(new) :]


def wrong_checksum(archive: bytes) -> bytes:
    """An archive whose first member has another checksum than is said in both places."""
    (first, *_) = entries(archive)
    return patched(patched(archive, first + 16, b"\1\2\3\4"), 14, b"\1\2\3\4")


def overlapping(archive: bytes) -> bytes:
    """An archive whose second member is said to begin where the first does."""
    return patched(archive, entries(archive)[1] + 42, bytes(4))


def unknown_method(archive: bytes) -> bytes:
    """An archive whose members are said to be packed in a way that nobody knows."""
    for place in entries(archive):
        archive = patched(archive, place + 10, b"\x61\x00")
    return archive


def damaged_archives(name: str, good: Callable[[], dict[str, bytes]]) -> dict[str, Writer]:
    """What can be wrong with any archive."""

    def first() -> str:
        return next(iter(good()))

    changes: dict[str, Callable[[], bytes]] = {
        "wrong checksum": lambda: wrong_checksum(zipped(good())),
        "overlapping members": lambda: overlapping(zipped(good())),
        "method of nobody": lambda: unknown_method(zipped(good())),
        "archive in an archive": lambda: zipped({**good(), first(): zipped(good())}),
        "two of one name": lambda: twice(first(), b"a", b"b", {n: c for n, c in good().items() if n != first()}),
        "lzma damaged": lambda: _garbled(zipped(good(), zipfile.ZIP_LZMA)),
        "bzip2 damaged": lambda: _garbled(zipped(good(), zipfile.ZIP_BZIP2)),
        "directory of 2 GiB": lambda: _long_directory(zipped(good())),
    }
    return {what: file(name, content) for what, content in changes.items()} | cut(name, lambda: zipped(good()))


def _garbled(archive: bytes) -> bytes:
    """With other bytes in the data of its first member."""
    start = 30 + int.from_bytes(archive[26:28], "little") + int.from_bytes(archive[28:30], "little")
    return patched(archive, start + 4, b"\xff" * 12)


def _long_directory(archive: bytes) -> bytes:
    return patched(archive, archive.rfind(b"PK\x05\x06") + 12, (2**31 - 1).to_bytes(4, "little"))


def bomb(members: Mapping[str, bytes], name: str, size: int = 192 * MIB) -> bytes:
    """An archive with a member of so many zeros, packed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for each, content in members.items():
            archive.writestr(each, content)
        with archive.open(name, "w") as packed:
            for _ in range(size // MIB):
                packed.write(bytes(MIB))
    return stream.getvalue()
