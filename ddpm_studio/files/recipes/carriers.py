"""Carriers of a recipe: where each format keeps a text, how it is put there, and how it is found without decoding."""

from __future__ import annotations

import html
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from ddpm_studio.files.filetypes import PAGE, PDF_DOCUMENT, RUN, SVG_DRAWING, file_type
from ddpm_studio.files.imaging.png_chunks import SIGNATURE, chunks_of
from ddpm_studio.files.imaging.tiff_tags import XMP, bytes_of_tag
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.files.recipes.recipe import Recipe
from ddpm_studio.files.recipes.recipe_json import MAX_RECIPE, read_recipe_text
from ddpm_studio.files.zipped import DAMAGE, archive_in, member_in
from ddpm_studio.interruption import check

KEY = "ddpm-studio"
"""What a PNG and a page of HTML call the text."""

_ITXT = b"\0\0\0\0\0"
"""Between the key and the text: not packed, in no language, and called nothing else."""

MEMBER = "recipe"
"""The array of an NPZ that has it."""

_XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">{body}</x:xmpmeta>'
    '<?xpacket end="w"?>'
)
_RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:ddpm="urn:ddpm-studio:recipe"><ddpm:recipe>{text}</ddpm:recipe>'
    "</rdf:Description></rdf:RDF>"
)
_IN_XML = re.compile(rb"<ddpm:recipe>([^<]{1,%d})</ddpm:recipe>" % (2 * MAX_RECIPE))
_SEARCHED = 16 * MAX_RECIPE
"""Bytes at either end of a drawing or a document in which its metadata are looked for."""

_HEAD = 8 * MAX_RECIPE
"""Bytes at the beginning of a page of HTML in which its metadata are looked for: each quote of a recipe takes six."""

_IN_META = re.compile(rb'<meta name="%s" content="([^"<>]{1,%d})">' % (KEY.encode(), _HEAD))

_APP1, _SCAN = 0xE1, 0xDA
"""Marks of the segments of a JPEG."""

_MOST_PARTS = 10_000
"""Chunks or blocks of a file that are looked at."""

GIF_XMP = b"XMP DataXMP"
"""The name and code of the extension of a GIF that has it."""


def xmp_packet(text: str) -> bytes:
    """The XMP packet of a recipe's text, for formats that keep one: UTF-8, about as long as the text."""
    return _XMP.format(body=rdf_of(text)).encode("utf-8")


def rdf_of(text: str) -> str:
    """The same as an element of XML, for the metadata of an SVG."""
    return _RDF.format(text=html.escape(text, quote=False))


def png_with(content: bytes, text: str) -> bytes:
    """A PNG with a recipe's text in it, right behind its header; the same bytes if there is no text."""
    if not text:
        return content
    body = b"iTXt" + KEY.encode() + _ITXT + text.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    end = len(SIGNATURE) + 25  # The header's length, name, 13 bytes and checksum.
    return content[:end] + chunk + content[end:]


def svg_with(content: bytes, text: str) -> bytes:
    """An SVG with a recipe's text among its metadata; the same bytes if there is no text."""
    if not text:
        return content
    opened = re.search(rb"<svg\b[^>]*>", content)
    assert opened is not None, "an SVG begins with its element"
    metadata = f"\n<metadata>{rdf_of(text)}</metadata>".encode()
    return content[: opened.end()] + metadata + content[opened.end() :]


def meta_of(text: str) -> dict[str, str]:
    """The attributes of the element <meta> that a page of HTML has a recipe's text in, as inert data."""
    return {"name": KEY, "content": text}


def recipe_in(path: str | Path) -> Recipe | None:
    """The recipe that a file carries, None if it has none; FileError for one that is not sound, or an unreadable file.

    No more of a file is read than its metadata, and nothing of it is decoded.
    """
    find = _FINDERS.get(file_type(path).name)
    text = None if find is None else find(ForeignFile(path))
    return None if text is None else read_recipe_text(text.decode("ascii", "replace"), path)


def _in_png(found: ForeignFile) -> bytes | None:
    file, start = found.stream(), KEY.encode() + _ITXT
    for chunk in islice(chunks_of(file), _MOST_PARTS):
        if chunk.name == b"iTXt" and chunk.content(file, len(start)) == start:
            return chunk.content(file, len(start) + MAX_RECIPE + 1)[len(start) :]
    return None


def _in_gif(found: ForeignFile) -> bytes | None:
    """What the XMP has that comes before the first frame."""
    file = found.stream()
    head = file.read(13)
    if len(head) == 13 and head[10] & 0x80:
        file.read(3 * (2 << (head[10] & 7)))
    for _ in range(_MOST_PARTS):
        mark = file.read(2)
        if mark[:1] != b"\x21":
            return None
        if mark == b"\x21\xff" and file.read(12)[1:] == GIF_XMP:
            return _in_xml(file.read(2 * MAX_RECIPE))
        _skip_blocks(file)
    return None


def _skip_blocks(file: BinaryIO) -> None:
    """Go behind the blocks of an extension, each after its length."""
    while (size := file.read(1)) not in (b"", b"\0"):
        check()
        file.read(size[0])


def _in_webp(found: ForeignFile) -> bytes | None:
    for name, content in _riff_chunks(found.stream()):
        if name == b"XMP " and (text := _in_xml(content)):
            return text
    return None


def _riff_chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """The names of the chunks of a WebP, and of what may hold a recipe the content."""
    place = 12
    for _ in range(_MOST_PARTS):
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            return
        size = int.from_bytes(head[4:], "little")
        yield head[:4], file.read(min(size, 2 * MAX_RECIPE)) if head[:4] == b"XMP " else b""
        place += 8 + size + size % 2


def _in_jpeg(found: ForeignFile) -> bytes | None:
    """What the segment with the XMP has, among those before the picture."""
    file, place = found.stream(), 2
    for _ in range(_MOST_PARTS):
        file.seek(place)
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1] == _SCAN:
            return None
        size = int.from_bytes(head[2:], "big")
        if head[1] == _APP1 and (text := _in_xml(file.read(size))):
            return text
        place += 2 + size
    return None


def _in_document(found: ForeignFile) -> bytes | None:
    """What the metadata of an SVG or PDF have, at its beginning or its end."""
    end = max(_SEARCHED, found.size - _SEARCHED)
    return _in_xml(found.read_at(0, _SEARCHED)) or _in_xml(found.read_at(end, _SEARCHED))


def _in_page(found: ForeignFile) -> bytes | None:
    """What an element <meta> near the beginning of a page of HTML has."""
    meta = _IN_META.search(found.read_at(0, _HEAD))
    return None if meta is None else _unescaped(meta[1])


def _in_tiff(found: ForeignFile) -> bytes | None:
    return _in_xml(bytes_of_tag(found.stream(), XMP, 2 * MAX_RECIPE))


def _in_xml(content: bytes) -> bytes | None:
    found = _IN_XML.search(content)
    return None if found is None else _unescaped(found[1])


def _unescaped(content: bytes) -> bytes:
    return html.unescape(content.decode("utf-8", "replace")).encode()


def _in_npz(found: ForeignFile) -> bytes | None:
    name = f"{MEMBER}.npy"
    try:
        with archive_in(found) as archive, member_in(archive, name) as member:
            content = member.read(MAX_RECIPE + 1000)
    except (*DAMAGE, KeyError):
        return None
    _, _, text = content.partition(b"\n")  # What comes before it is the array's type and shape.
    return text


_FINDERS: Mapping[str, Callable[[ForeignFile], bytes | None]] = MappingProxyType(
    {
        "PNG": _in_png,
        "GIF": _in_gif,
        "WebP": _in_webp,
        "JPEG": _in_jpeg,
        "TIFF": _in_tiff,
        SVG_DRAWING.name: _in_document,
        PDF_DOCUMENT.name: _in_document,
        PAGE.name: _in_page,
        RUN.name: _in_npz,
    }
)
