"""Chunks of a PNG, and its bytes without those that say nothing of the picture, however large they are."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from ddpm_studio.files.budget import MIB
from ddpm_studio.interruption import check

SIGNATURE = b"\x89PNG\r\n\x1a\n"

LARGEST_TEXT = MIB
"""Bytes of a text that Pillow inflates; a sound picture of which one is larger would be refused."""

LARGEST_PROFILE = 16 * MIB
"""Bytes of a colour profile: those of printers, with tables for each channel, take a few MiB."""

_HEADER, _CHECKSUM = 8, 4
_LONGEST_KEY = 80

_TURNED_BY = (b"Raw profile type exif", b"Raw profile type APP1", b"XML:com.adobe.xmp")
"""Texts that may say which way up the picture is."""

_MOST_PIECES = 10_000
"""Pieces of the file between what is left out; of one cut into more, what follows is handed on as it is."""


class Chunk(NamedTuple):
    """A chunk's name, and where its content begins and how many bytes it has."""

    name: bytes
    start: int
    length: int

    @property
    def end(self) -> int:
        """The place behind its checksum."""
        return self.start + self.length + _CHECKSUM

    def content(self, file: BinaryIO, most: int) -> bytes:
        """Its first bytes, up to `most`."""
        file.seek(self.start)
        return file.read(min(self.length, most))


def chunks_of(file: BinaryIO) -> Iterator[Chunk]:
    """The chunks of a PNG as far as they are sound; what is no PNG has none."""
    file.seek(0)
    if file.read(len(SIGNATURE)) != SIGNATURE:
        return
    place = len(SIGNATURE)
    while True:
        check()
        file.seek(place)
        header = file.read(_HEADER)
        if len(header) < _HEADER or not header[4:].isalpha():
            return
        chunk = Chunk(header[4:], place + _HEADER, int.from_bytes(header[:4], "big"))
        yield chunk
        place = chunk.end


def profile_in(file: BinaryIO) -> bytes | None:
    """The colour profile of a PNG, b"" for one that is damaged or larger than LARGEST_PROFILE; None if it has none."""
    for chunk in chunks_of(file):
        if chunk.name == b"iCCP":
            _, _, packed = chunk.content(file, LARGEST_PROFILE).partition(b"\0")
            return _inflated(packed[1:], LARGEST_PROFILE) or b""
        if chunk.name == b"IDAT":
            return None
    return None


def without_texts(file: BinaryIO) -> BinaryIO:
    """A PNG without what it says of its colours, and its texts, but for those that say which way up it is."""
    kept: list[tuple[int, int]] = []
    begin = 0
    for chunk in chunks_of(file):
        if chunk.name in _LEFT_OUT and not _turns(chunk, file):
            kept.append((begin, chunk.start - _HEADER))
            begin = chunk.end
            if len(kept) == _MOST_PIECES:
                break
    kept.append((begin, max(begin, file.seek(0, io.SEEK_END))))
    return io.BufferedReader(_Joined(file, kept))


_LEFT_OUT = (b"iCCP", b"gAMA", b"cHRM", b"tEXt", b"zTXt", b"iTXt")


def _turns(chunk: Chunk, file: BinaryIO) -> bool:
    """True for a text that may say which way up the picture is, unless it is too large to be inflated."""
    key, _, rest = chunk.content(file, _LONGEST_KEY).partition(b"\0")
    if key not in _TURNED_BY or chunk.length > LARGEST_TEXT:
        return False
    rest = chunk.content(file, LARGEST_TEXT)[len(key) + 1 :]
    if chunk.name == b"zTXt":
        return _inflated(rest[1:], LARGEST_TEXT) is not None
    is_packed, text = rest[:1] != b"\0", rest[2:].split(b"\0", 2)[-1]
    return chunk.name == b"tEXt" or not is_packed or _inflated(text, LARGEST_TEXT) is not None


def _inflated(packed: bytes, most: int) -> bytes | None:
    """What was compressed; None if it is damaged or more than `most` bytes."""
    inflater = zlib.decompressobj()
    try:
        plain = inflater.decompress(packed, most)
    except zlib.error:
        return None
    return None if inflater.unconsumed_tail else plain


class _Joined(io.RawIOBase):
    """Pieces of a file, each from one place to another, as one stream."""

    def __init__(self, file: BinaryIO, pieces: list[tuple[int, int]]) -> None:
        super().__init__()
        self._file, self._pieces, self._at = file, pieces, 0
        self._size = sum(end - begin for begin, end in pieces)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._at = max(0, {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence] + offset)
        return self._at

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        place = self._at
        for begin, end in self._pieces:
            if place < end - begin:
                self._file.seek(begin + place)
                piece = self._file.read(min(len(buffer), end - begin - place))
                buffer[: len(piece)] = piece
                self._at += len(piece)
                return len(piece)
            place -= end - begin
        return 0
