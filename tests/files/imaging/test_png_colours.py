"""Colours of PNGs and AVIFs without a profile, told by code points, or by gAMA and cHRM, against Qt's conversion."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColorSpace

from ddpm_studio.files.decoding import Decoded
from ddpm_studio.files.imaging.avif_colours import profile_of_avif
from ddpm_studio.files.imaging.gain_maps import gain_map_in
from ddpm_studio.files.pictures import read_picture
from tests.files.imaging.test_profiles import CLOSE, COLOURS, GRAYS, SRGB, WIDE, as_qt_converts, icc, linear_to_srgb

Transfer = QColorSpace.TransferFunction
Points = tuple[float, ...]
Light = Callable[[NDArray[np.float64]], NDArray[np.float64]]
Chunks = tuple[tuple[bytes, bytes], ...]

D65 = (0.3127, 0.3290)
POINTS: dict[str, Points] = {
    "sRGB": (*D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06),
    "Adobe RGB": (*D65, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06),
    "BT.2020": (*D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    "Display P3": (*D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    "DCI-P3": (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    "under D50": (0.3457, 0.3585, 0.65, 0.32, 0.28, 0.62, 0.15, 0.05),
}
CURVES = {4: (Transfer.Gamma, 2.2), 5: (Transfer.Gamma, 2.8), 8: (Transfer.Linear, 1.0), 13: (Transfer.SRgb, 0.0)}
LEFT_OUT = "Its colour profile is damaged or of a rare kind and was left out"


def qt_space(points: Points, curve: Transfer, gamma: float) -> QColorSpace:
    white, red, green, blue = (QPointF(x, y) for x, y in zip(points[::2], points[1::2], strict=True))
    return QColorSpace(white, red, green, blue, curve, gamma)


def g_ama(gamma: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(100_000 * gamma))


def c_hrm(points: Points) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *(round(100_000 * each) for each in points))


def opened(path: Path, image: Image.Image, *chunks: tuple[bytes, bytes]) -> Decoded:
    """The picture saved as a PNG with these chunks behind its header, and opened."""
    image.save(path, "PNG")
    whole = path.read_bytes()
    parts = [
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    ]
    path.write_bytes(whole[:33] + b"".join(parts) + whole[33:])
    return read_picture(path)


@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.6])
@pytest.mark.parametrize("name", POINTS)
def test_gamma_and_primaries(name: str, gamma: float, tmp_path: Path) -> None:
    image, remarks, _ = opened(tmp_path / "a", Image.fromarray(COLOURS), g_ama(1 / gamma), c_hrm(POINTS[name]))
    expected = as_qt_converts(qt_space(POINTS[name], Transfer.Gamma, gamma))
    assert np.abs(np.asarray(image, int) - expected).max() <= CLOSE
    power = round(1 / gamma, 5)
    assert list(map(str, remarks)) == [f"Its colours were converted from gAMA {power:g}, cHRM to sRGB."]


@pytest.mark.parametrize(("code", "name"), [(1, "sRGB"), (9, "BT.2020"), (11, "DCI-P3"), (12, "Display P3")])
@pytest.mark.parametrize("curve", CURVES)
def test_code_points_of_video(code: int, name: str, curve: int, tmp_path: Path) -> None:
    chunk = b"cICP", bytes((code, curve, 0, 1))
    image, remarks, _ = opened(tmp_path / "a", Image.fromarray(COLOURS), chunk)
    assert np.abs(np.asarray(image, int) - as_qt_converts(qt_space(POINTS[name], *CURVES[curve]))).max() <= CLOSE
    assert bool(remarks) == ((code, curve) != (1, 13))


@pytest.mark.parametrize("code", [1, 6, 14, 15])
def test_the_curve_of_television(code: int, tmp_path: Path) -> None:
    image, *_ = opened(tmp_path / "a", Image.fromarray(GRAYS), (b"cICP", bytes((1, code, 0, 1))))
    level = GRAYS / 255
    light = np.where(level < 4.5 * 0.018, level / 4.5, ((level + 0.099) / 1.099) ** (1 / 0.45))
    assert np.abs(np.asarray(image, float) - linear_to_srgb(light)).max() <= CLOSE


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_a_gamma_alone(mode: str, tmp_path: Path) -> None:
    image, remarks, _ = opened(tmp_path / "a", Image.fromarray(GRAYS).convert(mode), g_ama(1.0))
    assert np.abs(np.asarray(image.convert("L"), float) - linear_to_srgb(GRAYS / 255)).max() <= CLOSE
    assert list(map(str, remarks)) == ["Its colours were converted from gAMA 1 to sRGB."]


SAME = {
    "gAMA of sRGB": [g_ama(0.45455)],
    "gAMA and cHRM of sRGB": [g_ama(0.45455), c_hrm(POINTS["sRGB"])],
    "cHRM of sRGB": [c_hrm(POINTS["sRGB"])],
    "sRGB, whatever else": [(b"sRGB", b"\0"), g_ama(1.0), c_hrm(POINTS["BT.2020"])],
    "cICP of sRGB before all others": [
        (b"cICP", b"\1\x0d\0\1"),
        g_ama(1.0),
        (b"iCCP", b"a\0\0" + zlib.compress(icc(WIDE["ProPhoto"]))),
    ],
    "a profile of sRGB before gAMA": [g_ama(1.0), (b"iCCP", b"a\0\0" + zlib.compress(icc(SRGB)))],
}


@pytest.mark.parametrize("name", SAME)
def test_srgb_is_left_as_it_is(name: str, tmp_path: Path) -> None:
    image, remarks, _ = opened(tmp_path / "a", Image.fromarray(COLOURS), *SAME[name])
    assert remarks == ()
    assert np.array_equal(np.asarray(image), COLOURS)


UNSOUND = {
    "narrow range": [(b"cICP", b"\x01\x0d\0\0")],
    "unknown primaries": [(b"cICP", b"\xff\x0d\0\1")],
    "cICP cut off": [(b"cICP", b"\x01")],
    "gamma 0": [g_ama(0)],
    "gAMA cut off": [(b"gAMA", b"\0")],
    "a huge gamma": [(b"gAMA", b"\xff" * 4)],
    "primaries on a line": [c_hrm((*D65, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3))],
    "primaries at 0": [c_hrm((0,) * 8)],
    "primaries far out": [(b"cHRM", b"\xff" * 32)],
    "cHRM cut off": [(b"cHRM", b"\0" * 7)],
}


@pytest.mark.parametrize("name", UNSOUND)
def test_what_is_not_known_is_said(name: str, tmp_path: Path) -> None:
    image, remarks, _ = opened(tmp_path / "a", Image.fromarray(COLOURS), *UNSOUND[name])
    assert np.array_equal(np.asarray(image), COLOURS)
    assert LEFT_OUT in str(*remarks)


def test_no_primaries_are_an_obstacle(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for _ in range(150):
        points = c_hrm(tuple(rng.choice([0, 1e-5, 0.3, 0.33, 1, 40_000], 8)))
        image, *_ = opened(tmp_path / "a", Image.fromarray(COLOURS), points)
        assert image.size == (18, 12)


def pq_light(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """cd/m² of PQ, with the constants of ITU-R BT.2100, table 4, as decimals."""
    root = level ** (1 / 78.84375)
    return 10_000 * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)


def hlg_light(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """cd/m² of gray in HLG on a screen of 1000 cd/m²."""
    scene = np.where(level <= 0.5, level**2 / 3, (np.exp((level - 0.55991073) / 0.17883277) + 0.28466892) / 12)
    return 1000 * scene**1.2


def test_white_of_both_curves_is_that_of_the_report() -> None:
    """ITU-R BT.2408, table 1: diffuse white is 58 % of PQ and 75 % of HLG."""
    assert round(float(pq_light(np.array(0.58))), -1) == round(float(hlg_light(np.array(0.75))), -1) == 200


@pytest.mark.parametrize("others", [(), ((b"sRGB", b"\0"),)])
@pytest.mark.parametrize(("code", "name", "light"), [(16, "PQ", pq_light), (18, "HLG", hlg_light)])
def test_high_dynamic_range(code: int, name: str, light: Light, others: Chunks, tmp_path: Path) -> None:
    chunk = b"cICP", bytes((9, code, 0, 1))
    image, remarks, _ = opened(tmp_path / "a", Image.fromarray(GRAYS), chunk, *others)
    expected = linear_to_srgb(np.minimum(1, light(GRAYS / 255) / 203))
    assert np.abs(np.asarray(image, float) - expected).max() <= CLOSE
    assert list(map(str, remarks)) == [
        "Its colours were converted from BT.2020 to sRGB.",
        f"It is a picture of high dynamic range ({name}): what is brighter than white paper is shown as white.",
    ]


def with_code_points(path: Path, primaries: int, transfer: int) -> Decoded:
    """An AVIF of COLOURS with these code points in place of those that Pillow writes, opened."""
    Image.fromarray(COLOURS).save(path, "AVIF", quality=100, subsampling="4:4:4")
    before, box, behind = path.read_bytes().partition(b"colrnclx")
    path.write_bytes(before + box + struct.pack(">HH", primaries, transfer) + behind[4:])
    return read_picture(path)


def test_an_avif_by_its_code_points(tmp_path: Path) -> None:
    plain = np.asarray(with_code_points(tmp_path / "a", 1, 13).image, float)
    image, remarks, _ = with_code_points(tmp_path / "a", 9, 16)
    assert len(remarks) == 2
    assert "(PQ)" in str(remarks[1])
    assert np.abs(np.asarray(image, float) - plain).max() > 30
    wide, remarks, _ = with_code_points(tmp_path / "a", 12, 13)
    assert list(map(str, remarks)) == ["Its colours were converted from Display P3 to sRGB."]
    assert np.abs(np.asarray(wide, int) - as_qt_converts(qt_space(POINTS["Display P3"], *CURVES[13]))).mean() <= 1
    for says_nothing in ((1, 13), (1, 1), (2, 2)):
        image, remarks, _ = with_code_points(tmp_path / "a", *says_nothing)
        assert remarks == ()
        assert np.array_equal(np.asarray(image, float), plain)


def box_lengths(content: bytes) -> Iterator[tuple[bytes, int]]:
    place = 0
    while place < len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        yield content[place + 4 : place + 8], length
        place += length


def with_another_colour(content: bytes, points: bytes, is_primary: bool) -> bytes:
    """An AVIF of one item with one more box of code points, which is that of the item or of none."""
    box = struct.pack(">I", 19) + b"colrnclx" + points + content.partition(b"colrnclx")[2][4:7]
    first, behind = content.index(b"ipco") + 4, content.index(b"ipma") - 4
    names = [name for name, _ in box_lengths(content[first:behind])]
    made = bytearray(content[:behind] + box + content[behind:])
    if is_primary:
        end = behind + 19 + int.from_bytes(content[behind : behind + 4], "big")
        made[made.rindex(bytes([names.index(b"colr") + 1]), 0, end)] = len(names) + 1
    for name in (b"meta", b"iprp", b"ipco"):
        place = made.index(name) - 4
        made[place : place + 4] = struct.pack(">I", int.from_bytes(made[place : place + 4], "big") + 19)
    data = content.index(b"mdat") + 4
    return bytes(made).replace(struct.pack(">I", data), struct.pack(">I", data + 19), 1)


@pytest.mark.parametrize("is_primary", [True, False])
def test_an_avif_by_the_code_points_of_its_primary_picture(is_primary: bool, tmp_path: Path) -> None:
    path = tmp_path / "a"
    Image.fromarray(COLOURS).save(path, "AVIF", quality=100, subsampling="4:4:4")
    plain = path.read_bytes()
    assert read_picture(path).remarks == ()
    path.write_bytes(with_another_colour(plain, struct.pack(">HH", 12, 13), is_primary))
    said = ["Its colours were converted from Display P3 to sRGB."]
    assert list(map(str, read_picture(path).remarks)) == (said if is_primary else [])


def test_boxes_of_an_avif_that_lead_nowhere_are_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "a"
    Image.fromarray(COLOURS).save(path, "AVIF")
    content = with_another_colour(path.read_bytes(), struct.pack(">HH", 12, 13), True)
    for cut in range(content.index(b"mdat")):
        assert profile_of_avif(io.BytesIO(content[:cut]))[1] == ()


MAPS = [
    b"http://ns.adobe.com/xap/1.0/\0<x xmlns:hdrgm='http://ns.adobe.com/hdr-gain-map/1.0/'/>",
    b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0",
    b"http://ns.adobe.com/xap/1.0/\0<a t='urn:com:apple:photo:2020:aux:hdrgainmap'/>",
]
MAP_LEFT_OUT = "Its gain map, which makes it a picture of high dynamic range, was left out: the plain one is shown."


@pytest.mark.parametrize("content", MAPS)
@pytest.mark.parametrize("behind", [0, 2**20 - 10])
def test_a_gain_map_is_said_to_be_left_out(content: bytes, behind: int, tmp_path: Path) -> None:
    Image.fromarray(COLOURS).save(tmp_path / "a", "JPEG")
    assert read_picture(tmp_path / "a").remarks == ()
    whole = (tmp_path / "a").read_bytes()
    segment = b"\xff\xe2" + struct.pack(">H", len(content) + 2) + content
    with_map = whole[:2] + segment + whole[2:] if not behind else whole + bytes(behind - len(whole)) + segment
    (tmp_path / "a").write_bytes(with_map)
    assert list(map(str, read_picture(tmp_path / "a").remarks)) == [MAP_LEFT_OUT]


def test_the_brand_of_an_avif_with_a_gain_map() -> None:
    """Pillow writes none, and reads none that says so and has no such map."""
    head = struct.pack(">I", 28) + b"ftypavif" + bytes(4) + b"mif1"
    assert list(map(str, gain_map_in(io.BytesIO(head + b"tmap" + b"\0\0\0\x08meta"), "AVIF"))) == [MAP_LEFT_OUT]
    assert gain_map_in(io.BytesIO(head + b"miaf" + b"\0\0\0\x08tmap"), "AVIF") == ()
