"""Zip archives as torch writes them, each member checked against the others before any of its bytes is taken."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignBytes
from ddpm_studio.files.zipped import archive_in, check_packing
from ddpm_studio.interruption import check

PICKLE = "data.pkl"

_PIECE = MIB
_HEADER = struct.Struct("<4s22xHH")


def beside_pickle(names: Sequence[str]) -> str:
    """The folder, with its slash, that the pickle lies in; BadZipFile if there is no such, or more than one."""
    roots = [name.removesuffix(PICKLE) for name in names if name.endswith(f"/{PICKLE}")]
    roots = [root for root in roots if root.count("/") == 1]
    if len(roots) != 1:
        raise zipfile.BadZipFile("no pickle of its own")
    return roots[0]


class TorchArchive:
    """The members of an archive by their names without the root folder, which `root_of` finds among all the names.

    DAMAGE or ValueError for a damaged one.

    torch stores them as they are, one after another, with checksums, unless all are 0, and those are checked as the
    members are read. Compressed ones are unpacked into a buffer that whoever reads them has taken from the budget.
    """

    def __init__(self, file: ForeignBytes, root_of: Callable[[Sequence[str]], str] = beside_pickle) -> None:
        self._file = file
        self._archive = archive_in(file)
        entries = self._archive.infolist()
        self._summed = any(entry.CRC for entry in entries)
        self._ends = _ends(entries, self._archive.start_dir)
        root = root_of([entry.filename for entry in entries])
        self._entries = {entry.filename.removeprefix(root): entry for entry in entries}
        if len(self._entries) < len(entries):
            raise zipfile.BadZipFile("two members of one name")

    @property
    def names(self) -> Collection[str]:
        """The names of all members."""
        return self._entries.keys()

    def size(self, name: str) -> int:
        """The bytes of a member; KeyError if there is none of this name."""
        return self._entries[name].file_size

    def read(self, name: str, default: bytes | None = None) -> bytes:
        """All of a member, or `default` if there is none of this name, within the budget of the file."""
        if default is not None and name not in self._entries:
            return default
        size = self.size(name)
        self._file.budget.spend(2 * size)
        content = bytearray(size)
        self.fill(memoryview(content), name)
        return bytes(content)

    def fill(self, buffer: memoryview, name: str) -> None:
        """Fill a buffer of as many bytes as it has with a member."""
        entry = self._entries[name]
        check_packing(entry)
        if entry.compress_type == zipfile.ZIP_STORED:
            self._fill_stored(buffer, entry)
        else:
            self._fill_unpacked(buffer, entry)

    def _fill_stored(self, buffer: memoryview, entry: zipfile.ZipInfo) -> None:
        start, found = self._start(entry), 0
        if entry.compress_size != len(buffer) or start + len(buffer) > self._ends[entry.header_offset]:
            raise zipfile.BadZipFile("larger than its place")
        for at in range(0, len(buffer), _PIECE):
            piece = buffer[at : at + _PIECE]
            self._file.fill(piece, start + at)
            found = zlib.crc32(piece, found) if self._summed else 0
        if found != entry.CRC:
            raise zipfile.BadZipFile("checksum")

    def _fill_unpacked(self, buffer: memoryview, entry: zipfile.ZipInfo) -> None:
        with self._archive.open(entry) as member:
            at = 0
            while at < len(buffer):
                check()
                piece = member.read(min(_PIECE, len(buffer) - at))
                if not piece:
                    raise zipfile.BadZipFile("shorter than it says")
                buffer[at : at + len(piece)] = piece
                at += len(piece)
            member.read(1)  # Only at the end is the checksum looked at.

    def _start(self, entry: zipfile.ZipInfo) -> int:
        """The place of a member's first byte, behind the header before it."""
        header = self._file.read_at(entry.header_offset, _HEADER.size)
        magic, name, extra = _HEADER.unpack(header)
        if magic != b"PK\x03\x04":
            raise zipfile.BadZipFile("no member where one should be")
        return int(entry.header_offset + _HEADER.size + name + extra)


def _ends(entries: list[zipfile.ZipInfo], end: int) -> dict[int, int]:
    """By where a member's header begins, where the next one does, or the directory; BadZipFile if two overlap."""
    starts = sorted(entry.header_offset for entry in entries)
    ends = dict(pairwise([*starts, end]))
    if len(ends) < len(entries):
        raise zipfile.BadZipFile("two members in one place")
    for entry in entries:
        if entry.header_offset + _HEADER.size + entry.compress_size > ends[entry.header_offset]:
            raise zipfile.BadZipFile("one member over another")
    return ends
