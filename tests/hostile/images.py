"""Pictures: PNG, JPEG, WebP, GIF, TIFF and BMP."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from PIL import Image

from tests.hostile.kinds import Format, Given, Harm, Writer, may_open, opens
from tests.hostile.making import EVIL, MIB, Content, file, loop, misnamed, not_a_file, nowhere, patched

SUFFIXES = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "GIF": ".gif", "TIFF": ".tif", "BMP": ".bmp"}


def noise(path: Given, out: Path) -> list[str]:
    """The command that reads a picture."""
    return ["noise", str(path), "--schedule", "linear:T=10", "--t", "5", "-o", str(out / "out.png")]


@cache
def good(form: str) -> bytes:
    """A picture that opens."""
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((24, 16)).convert("RGB").save(stream, form)
    return stream.getvalue()


def chunk(kind: bytes, content: bytes, checksum: int | None = None) -> bytes:
    """A chunk of a PNG."""
    found = zlib.crc32(kind + content) if checksum is None else checksum
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", found)


def head(width: int, height: int, depth: int = 8, kind: int = 2) -> bytes:
    """The first chunk."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))


def zeros(count: int) -> bytes:
    """So many bytes of nothing, packed by zlib, though not one by one: gigabytes take a moment."""
    whole, rest = divmod(count, MIB)
    checksum = count % 65521 << 16 | 1  # Adler-32.
    return b"x\x9c" + whole * _deflated(MIB, zlib.Z_FULL_FLUSH) + _deflated(rest) + struct.pack(">I", checksum)


def _deflated(count: int, ended_by: int = zlib.Z_FINISH) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(bytes(count)) + packer.flush(ended_by)


def png(*chunks: bytes, width: int = 2, height: int = 2, data: bytes | None = None) -> bytes:
    """A PNG with other chunks before its pixels."""
    rows = zeros(height * (1 + 3 * width)) if data is None else data
    return b"\x89PNG\r\n\x1a\n" + head(width, height) + b"".join(chunks) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _packed_text(count: int) -> bytes:
    return chunk(b"zTXt", b"a\0\0" + zeros(count))


def tiff(*entries: tuple[int, int, int, int], data: bytes = bytes(64)) -> bytes:
    """A TIFF with these entries: tag, type, count and value."""
    rows = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + rows + bytes(4) + data


PLAIN = (
    (256, 3, 1, 2),
    (257, 3, 1, 2),
    (258, 3, 1, 8),
    (259, 3, 1, 1),
    (262, 3, 1, 1),
    (273, 4, 1, 200),
    (277, 3, 1, 1),
)


def _tiff(**changes: int) -> bytes:
    tags = {"width": 256, "height": 257, "depth": 258, "packing": 259, "offset": 273, "samples": 277}
    new = {tags[name]: value for name, value in changes.items()}
    return tiff(*((tag, kind, count, new.get(tag, value)) for tag, kind, count, value in PLAIN))


def _bmp(width: int, height: int, colours: int = 0) -> bytes:
    return patched(patched(good("BMP"), 18, struct.pack("<ii", width, height)), 46, struct.pack("<I", colours))


def _gif(width: int, height: int) -> bytes:
    return patched(good("GIF"), 6, struct.pack("<HH", width, height))


def _jpeg(width: int, height: int) -> bytes:
    data = good("JPEG")
    return patched(data, data.find(b"\xff\xc0") + 5, struct.pack(">HH", height, width))


def scanned(scans: int, side: int = 8000) -> bytes:
    """A progressive JPEG whose last scan comes so often."""
    stream = io.BytesIO()
    Image.new("L", (side, side), 90).save(stream, "JPEG", progressive=True)
    whole = stream.getvalue()
    last = whole.rfind(b"\xff\xda")
    return whole[:last] + scans * whole[last:-2] + b"\xff\xd9"


def _each(what: str, content: Callable[[str], bytes]) -> dict[str, Writer]:
    return {f"{what} {form}": file(f"a{suffix}", partial(content, form)) for form, suffix in SUFFIXES.items()}


def _of(content: Content, name: str = "a.png") -> Writer:
    return file(name, content)


def _commented(text: bytes) -> Content:
    return lambda: png(chunk(b"tEXt", b"Title\0" + text))


PICTURES = Format(
    "picture",
    noise,
    {
        Harm.NOT_A_FILE: not_a_file("a.png"),
        Harm.ENDLESS: {
            "entries in a circle": _of(lambda: tiff(*PLAIN)[:94] + struct.pack("<I", 8) + bytes(90), "a.tif"),
            "blocks of nothing": _of(lambda: good("GIF")[:-20] + b"\x21\xfe" + b"\1a" * 500_000, "a.gif"),
            "scans of nothing": _of(lambda: scanned(500), "a.jpg"),
            "chunks of nothing": opens(_of(lambda: png(*[chunk(b"teSt", b"")] * 50_000))),
        },
        Harm.CLAIMS: {
            "99 megapixels": _of(lambda: png(width=9_990, height=9_990, data=zeros(9_990 * 29_971))),
            "99 megapixels of nothing": _of(lambda: png(width=9_990, height=9_990)),
            "gigapixels": _of(lambda: png(width=50_000, height=50_000)),
            "row of 64 megapixels": _of(lambda: png(width=64_000_000, height=1)),
            "column of 64 megapixels": _of(lambda: png(width=1, height=64_000_000)),
            "PNG of 2³¹": _of(lambda: png(width=2**31 - 1, height=2**31 - 1, data=b"")),
            "BMP of 2³¹": _of(lambda: _bmp(2**31 - 1, 2**31 - 1), "a.bmp"),
            "GIF of 65535": _of(lambda: _gif(65535, 65535), "a.gif"),
            "JPEG of 65535": _of(lambda: _jpeg(65535, 65535), "a.jpg"),
            "TIFF of 2³¹": _of(lambda: tiff((256, 4, 1, 2**31), (257, 4, 1, 2**31), *PLAIN[2:]), "a.tif"),
            "TIFF of many samples": _of(lambda: _tiff(samples=65535), "a.tif"),
            "packed text": _of(lambda: png(_packed_text(128 * MIB))),
            "packed profile": _of(lambda: png(chunk(b"iCCP", b"a\0\0" + zeros(128 * MIB)))),
            "colours": may_open(_of(lambda: _bmp(24, 16, 2**31), "a.bmp")),
            "entries of 4 GiB": _of(lambda: tiff(*PLAIN, (37510, 7, 2**32 - 1, 8)), "a.tif"),
        },
        Harm.MANY: {
            "texts": opens(_of(lambda: png(*(chunk(b"tEXt", b"k%d\0v" % i) for i in range(20_000))))),
            "entries": _of(lambda: tiff(*((i, 3, 1, 1) for i in range(300, 60_000))), "a.tif"),
        },
        Harm.NUMBERS: {
            "no width": _of(lambda: png(width=0)),
            "BMP of negative height": _of(lambda: _bmp(24, -(2**31)), "a.bmp"),
            "BMP of negative width": _of(lambda: _bmp(-24, 16), "a.bmp"),
            "depth": _of(lambda: _tiff(depth=65535), "a.tif"),
            "offset": _of(lambda: _tiff(offset=2**31), "a.tif"),
            "resolution of nothing": opens(_of(lambda: png(chunk(b"pHYs", struct.pack(">IIB", 0, 0, 1))))),
            "gamma of nothing": opens(_of(lambda: png(chunk(b"gAMA", bytes(4))))),
            "turned by 99": opens(
                _of(lambda: png(chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\x63\0\0\0\0\0\0")))
            ),
        },
        Harm.EXECUTES: {
            "PostScript": _of(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(CANARY) (w) file\n", "a.png"),
            "SVG": _of(
                b'<svg xmlns="http://www.w3.org/2000/svg" onload="CANARY"><image href="file:///etc/passwd"/></svg>'
            ),
            "MVG": _of(b"push graphic-context\nfill 'url(https://127.0.0.1:9/\"|touch \"CANARY)'\n"),
            "pickle": _of(b"\x80\x02cos\nsystem\n(X\x0c\0\0\0touch CANARYtR.", "a.gif"),
        },
        Harm.ELSEWHERE: {
            "XPM": _of(b"! XPM2\n/dev/zero\n"),
            "FITS": _of(b"SIMPLE  =                    T"),
            "SVG": _of(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>', "a.jpg"),
        },
        Harm.DAMAGE: _each("cut", lambda form: good(form)[: len(good(form)) // 3])
        | _each("only the beginning of", lambda form: good(form)[:10])
        | {
            "checksum": _of(lambda: b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13), 7)),
            "pixels of nobody": _of(lambda: png(data=b"nonsense")),
            "long chunk": _of(lambda: png()[:33] + b"\x7f\xff\xff\xffIDAT"),
            "empty": _of(b""),
            "packing of nobody": _of(lambda: _tiff(packing=12345), "a.tif"),
        },
        Harm.TEXT: misnamed(".png", b"\x89PNGnothing")
        | {
            "title": opens(_of(_commented(EVIL.encode()))),
            "name of a chunk": _of(lambda: png(chunk(b"\x1b[2J", b""))),
            "comment of 1 MB": opens(_of(_commented(b"a" * 1_000_000))),
        },
        Harm.ITSELF: loop("a.png"),
        Harm.NAMES: nowhere(".png"),
    },
)
