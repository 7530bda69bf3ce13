"""PNGs with more beside the picture than Pillow takes open all the same, and turn as they say."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ddpm_studio.files.budget import MIB
from ddpm_studio.files.imaging import png_chunks
from ddpm_studio.files.imaging.png_chunks import profile_in, without_texts
from ddpm_studio.files.pictures import read_picture

PICTURE = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3) * 3
HEADER_END = 33
MUCH = random.Random(0).randbytes(2 * MIB)


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(before: bytes = b"", after: bytes = b"") -> bytes:
    """A PNG with more chunks before the picture's and after them."""
    buffer = io.BytesIO()
    Image.fromarray(PICTURE).save(buffer, "PNG")
    whole = buffer.getvalue()
    return whole[:HEADER_END] + before + whole[HEADER_END:-12] + after + whole[-12:]


LARGE = {
    "profile": chunk(b"iCCP", b"a\0\0" + zlib.compress(MUCH)),
    "packed text": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(MUCH)),
    "a text that grows": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100 * MIB))),
    "text in any language": chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(MUCH)),
    "plain text in any language": chunk(b"iTXt", b"Comment\0\0\0\0\0" + b"a" * 2 * MIB),
    "text": chunk(b"tEXt", b"Comment\0" + MUCH),
    "many texts": b"".join(chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(MIB - 1))) for _ in range(70)),
    "XMP that grows": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(2 * MIB))),
    "EXIF that grows": chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(bytes(2 * MIB))),
}


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_beside_the_picture_is_left_out(name: str, behind: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(after=LARGE[name]) if behind else png(before=LARGE[name]))
    assert np.array_equal(np.asarray(read_picture(path).image), PICTURE)


def turned(text: bytes) -> bytes:
    return b'<x:xmpmeta tiff:Orientation="' + text + b'"></x:xmpmeta>'


@pytest.mark.parametrize(
    "text",
    [
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + turned(b"3")),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(turned(b"3"))),
        chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(
            b"\nexif\n      32\n" + (b"Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\3\0\0\0\0\0\0\0").hex().encode()
        )),
    ],
)  # fmt: skip
def test_a_text_still_says_which_way_up_it_is(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png(before=text))
    assert np.array_equal(np.asarray(read_picture(path).image), PICTURE[::-1, ::-1])


def test_the_rest_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    small = chunk(b"tEXt", b"a\0b")
    assert without_texts(io.BytesIO(png(small * 3, small) + b"rest")).read() == png() + b"rest"
    monkeypatch.setattr(png_chunks, "_MOST_PIECES", 2)
    assert without_texts(io.BytesIO(png(small * 3))).read() == png(small)


def test_a_stream_without_texts_is_read_from_any_place() -> None:
    small, whole = chunk(b"tEXt", b"a\0b"), png()
    stream = without_texts(io.BytesIO(png(small * 3, small)))
    for place in (len(whole) - 5, 0, HEADER_END - 1, HEADER_END, len(whole), len(whole) + 9):
        stream.seek(place)
        assert stream.read(7) == whole[place : place + 7]


def test_profiles() -> None:
    assert profile_in(io.BytesIO(png())) is None
    assert profile_in(io.BytesIO(b"no PNG")) is None
    assert profile_in(io.BytesIO(png(LARGE["profile"]))) == MUCH
    assert profile_in(io.BytesIO(png(chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(17 * MIB)))))) == b""
    assert profile_in(io.BytesIO(png(chunk(b"iCCP", b"a\0\0damaged")))) == b""
