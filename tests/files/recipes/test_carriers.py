"""Recipes in files: put into every format and found there again, and whatever strangers put there refused in time."""

from __future__ import annotations

import json
import math
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import FileError
from ddpm_studio.files.animation import write_animation
from ddpm_studio.files.pictures import open_picture, write_picture
from ddpm_studio.files.recipes.carriers import KEY, meta_of, recipe_in, svg_with, xmp_packet
from ddpm_studio.files.recipes.recipe import Recipe, RecipeCheckpoint, RecipeRun, RecipeSchedule, told
from ddpm_studio.files.recipes.recipe_json import MAX_RECIPE, read_recipe_text, recipe_text
from ddpm_studio.report.markup import element
from ddpm_studio.run_settings import SamplerSettings

pytestmark = pytest.mark.quick

TABLE = Schedule.from_betas([0.01, 0.02, 0.03], "/home/ada/secret/table.csv")
RECIPE = Recipe(
    "samples",
    (RecipeSchedule.of(Schedule("cosine", 1000), "<ᾱ> & co", 300), RecipeSchedule.of(TABLE, t=2)),
    ("log_snr", -1.5),
    "log_snr",
    ("betas",),
    "cat.jpg",
    3,
    (10, 20, 30),
    2**63 - 1,
    RecipeRun(
        RecipeCheckpoint("pixel-portraits", "k" * 40, "f" * 64),
        SamplerSettings("ddim", (("eta", 0.5),), 10, "karras:rho=5"),
        {"seed": 3, "clip": math.inf},
        {"heads": 4},
        1,
    ),
    {"ddpm-studio": "1"},
)
TEXT = recipe_text(RECIPE)
PICTURE = Image.new("RGB", (8, 6), (200, 30, 40))
SVG = b'<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>\n'


def _picture(path: Path, text: str) -> None:
    write_picture(path, PICTURE, "made by a test", text)


def _animation(path: Path, text: str) -> None:
    write_animation(path, PICTURE.size, [(PICTURE, 80), (PICTURE, 80)], "made by a test", text)


def _arrays(path: Path, text: str) -> None:
    with path.open("wb") as file:
        np.savez_compressed(file, samples=np.zeros((1, 2, 2, 3), np.uint8), recipe=np.array(text.encode()))


def _drawing(path: Path, text: str) -> None:
    path.write_bytes(svg_with(SVG, text))


def _document(path: Path, text: str) -> None:
    path.write_bytes(b"%PDF-1.4\n" + xmp_packet(text) + b"\n%%EOF\n")


def _page(path: Path, text: str) -> None:
    meta = element("meta", **meta_of(text)) if text else ""
    path.write_text(f"<!DOCTYPE html>\n<html><head><title>&lt;meta name=x&gt;</title>{meta}</head></html>\n")


WRITERS = {
    "a.png": _picture,
    "a.jpg": _picture,
    "a.tif": _picture,
    "still.webp": _picture,
    "moving.webp": _animation,
    "a.gif": _animation,
    "a.npz": _arrays,
    "a.svg": _drawing,
    "a.pdf": _document,
    "a.html": _page,
}


@pytest.fixture(params=WRITERS.items(), ids=[*WRITERS])
def carrier(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Callable[[str], None]]:
    """A path, and what writes a file with a recipe's text there."""
    name, write = request.param
    return tmp_path / name, lambda text: write(tmp_path / name, text)


def test_every_format_gives_the_recipe_back(carrier: tuple[Path, Callable[[str], None]]) -> None:
    path, write = carrier
    write(TEXT)
    assert recipe_in(path) == RECIPE
    assert b"/home" not in path.read_bytes()
    assert str(path.parent).encode() not in path.read_bytes()


def test_a_picture_with_a_recipe_is_the_same_picture(tmp_path: Path) -> None:
    _picture(tmp_path / "with.png", TEXT)
    _picture(tmp_path / "without.png", "")
    assert open_picture(tmp_path / "with.png").tobytes() == open_picture(tmp_path / "without.png").tobytes()
    with Image.open(tmp_path / "with.png") as again:
        again.load()
        assert json.loads(again.info[KEY])["made"] == "samples"
        assert again.info["Description"] == "made by a test"


@pytest.mark.parametrize("name", ["moving.webp", "a.gif"])
def test_an_animation_with_a_recipe_still_moves(name: str, tmp_path: Path) -> None:
    _animation(tmp_path / name, TEXT)
    with Image.open(tmp_path / name) as again:
        assert getattr(again, "n_frames", 1) == 2


def test_files_without_one_have_none(carrier: tuple[Path, Callable[[str], None]]) -> None:
    path, write = carrier
    if path.suffix not in (".npz", ".pdf"):
        write("")
        assert recipe_in(path) is None


@pytest.mark.parametrize("moment", [("log_snr", math.inf), ("log_snr", -math.inf), ("sigma", math.inf), ("t/T", 1.0)])
def test_the_moments_at_the_ends_come_back(moment: tuple[str, float]) -> None:
    assert read_recipe_text(recipe_text(Recipe("plots", moment=moment)), "a.png").moment == moment


def test_a_recipe_names_no_place() -> None:
    assert "ada" not in TEXT
    assert "ada" not in told(TABLE)
    assert RECIPE.schedules[1].name == "table.csv"
    assert RECIPE.schedules[1].schedule().betas.tolist() == TABLE.betas.tolist()


def test_more_than_fits_is_left_out() -> None:
    many = RecipeSchedule.of(Schedule.from_betas(np.linspace(1e-6, 0.01, 60_000)))
    assert recipe_text(Recipe("figure", (many,))) == ""


def _with(**changes: object) -> str:
    return json.dumps(json.loads(TEXT) | changes)


def _run(**changes: object) -> str:
    return _with(run=json.loads(TEXT)["run"] | changes)


def _sampler(**changes: object) -> str:
    return _run(sampler=json.loads(TEXT)["run"]["sampler"] | changes)


def _schedule(spec: object, **besides: object) -> str:
    return _with(schedules=[{"spec": spec, **besides}], run={})


KEYS = ("schedules", "moment", "run", "seed")
WRONG: tuple[object, ...] = (None, 0, -1, 1.5, "x", [], [1], {}, {"a": 1}, True, [[[]]], "a" * 5000)
HOSTILE = {
    "not JSON": '{"format": "ddpm-studio recipe", ',
    "deep": '{"format": "ddpm-studio recipe", "version": 1, "schedules": ' + "[" * 200_000,
    "long": _with(made="x" * (MAX_RECIPE + 1)),
    "many numbers": _schedule("custom:", betas=[0.01] * 200_000),
    "NaN": TEXT.replace("300", "NaN"),
    "infinite": TEXT.replace("300", "1e999"),
    "newer": _with(version=2),
    "no version": _with(version=None),
    "another format": _with(format="ddpm-studio project"),
    "a list": "[1, 2]",
    "a text": '"ddpm-studio recipe"',
    "password file": _schedule("custom:path=/etc/passwd"),
    "password file, family": _schedule("custom:path=/etc/passwd,snr_shift=1..4,n=3"),
    "home": _schedule("custom:path=~/.ssh/id_rsa"),
    "pipe": _schedule("custom:path=/dev/zero"),
    "commas": _schedule("cosine:" + "," * 900_000),
    "numbers": _schedule("cosine:T=" + "1," * 400_000),
    "frame": _with(frame=0),
    "background": _with(background=[0, 0, 256]),
    "no β": _schedule("custom:"),
    "β beyond": _schedule("custom:", betas=[2.0, 3.0]),
    "β as text": _schedule("custom:", betas=["0.1"]),
    "many schedules": _with(schedules=[{"spec": "linear"}] * 1000),
    "T beyond": _schedule("linear:T=100000000"),
    "formula": _schedule("formula:log_snr=__import__('os').system('true')"),
    "steps in a file": _sampler(spacing="file:/etc/passwd"),
    "steps joined with a file": _sampler(spacing="karras | join=(file:/etc/passwd)"),
    "deep steps": _sampler(spacing="karras | join=(" * 5000),
    "no such solver": _sampler(solver="rm -rf"),
    "another option": _sampler(options=[["network", "os:system"]]),
    "trust": _sampler(options=[["trust", True]]),
    "steps beyond": _sampler(steps=10**30),
    "along nothing": _run(along=99),
    "along before": _run(along=-1),
    "seed beyond": _with(seed=2**64),
    "pictures beyond": _run(settings={"pictures": 10**9}),
    "epsilon": _run(settings={"epsilon": "other"}),
    "scale": _with(axis="x"),
    "an axis of no curve": _with(log={"x": True}),
    "an axis": _with(log={"betas": "yes"}),
    "a wide page": _with(page={"width_mm": 1e9}),
    "a high page": _with(page={"height_mm": 5}),
    "a fine picture": _with(page={"dpi": 10**9}),
    "names": _with(page={"naming": "everywhere"}),
    "grey": _with(page={"grey": 1}),
    "steps below in a file": _schedule("linear", steps=["file:/etc/passwd"]),
    "many steps below": _schedule("linear", steps=["trailing"] * 1000),
    "style": _schedule("linear", style=-1),
    "selected of nothing": _with(schedules=[{"spec": "cosine"}], selected=1),
    "hidden": _schedule("linear", hidden=1),
    "others along nothing": _run(others=[{"sampler": {}, "along": 99}]),
    "others with a file": _run(others=[{"sampler": {"spacing": "file:/etc/passwd"}}]),
    "many others": _run(others=[{}] * 1000),
    "moment": _with(moment=["t/T", "x"]),
    **{
        f"{key}={value!r:.20}": _with(**{key: value})
        for key in ("schedules", "moment", "run", "seed")
        for value in WRONG
    },
    **{f"sampler {key}={value!r:.20}": _sampler(**{key: value}) for key in ("solver", "steps") for value in WRONG},
}
SOUND = {"schedules=[]", "run={}", "seed=0", "sampler steps=1", "run={'a': 1}"}
"""Those of the values above that may be there."""


@pytest.mark.parametrize("text", [text for name, text in HOSTILE.items() if name not in SOUND], ids=lambda text: "")
def test_what_is_no_recipe_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(FileError) as refused:
        read_recipe_text(text, "/home/ada/picture.png")
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "picture.png" in sentence
    assert "/home" not in sentence
    assert len(sentence) < 1500


def test_nothing_else_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(path: object) -> None:
        raise AssertionError(path)

    monkeypatch.setattr("ddpm_studio.files.reading.ForeignFile.__init__", lambda self, path: opened(path))
    for text in HOSTILE.values():
        try:
            read_recipe_text(text, "picture.png")
        except FileError:
            continue


def _tiffs() -> dict[str, bytes]:
    """TIFFs that promise more than they have, by their names."""
    directory = struct.pack("<2sHIH", b"II", 42, 8, 1)
    return {
        "huge.tif": directory + struct.pack("<HHII", 700, 1, 2**31 - 1, 0),
        "outside.tif": directory + struct.pack("<HHII", 700, 7, 2**32 - 1, 2**32 - 1),
        "many.tif": struct.pack("<2sHIH", b"II", 42, 8, 65535) + b"\0" * 100,
        "nowhere.tif": struct.pack("<2sHI", b"II", 42, 2**32 - 1),
        "words.tif": directory + struct.pack("<HHII", 700, 4, 2**31 - 1, 0),
        "cut.tif": b"MM\0*\0",
    }


def _pages() -> dict[str, bytes]:
    """Pages of HTML whose metadata are something else, or too far down, by their names."""
    start, meta = b"<!DOCTYPE html><html>", b'<meta name="ddpm-studio" content="'
    return {
        "nested.html": start + b"<template>" * 500_000,
        "open.html": start + meta + b"{" * 9_000_000,
        "metas.html": start + meta * 200_000,
        "late.html": start + b" " * 9_000_000 + meta + b'{}">',
    }


def test_no_more_of_a_page_is_read_than_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "long.html"
    with path.open("wb") as file:
        file.write(b"<!DOCTYPE html><html>")
        file.truncate(2**40)
    tracemalloc.start()
    try:
        assert recipe_in(path) is None
        assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    finally:
        tracemalloc.stop()


def test_a_bitmap_says_that_it_has_no_room(tmp_path: Path) -> None:
    said = {name: write_picture(tmp_path / name, PICTURE, "", TEXT) for name in ("a.bmp", "a.png", "a.tif")}
    assert [len(each) for each in said.values()] == [1, 0, 0]
    assert "BMP" in str(*said["a.bmp"])
    assert recipe_in(tmp_path / "a.bmp") is None
    assert write_picture(tmp_path / "a.bmp", PICTURE) == ()


def test_a_photo_says_that_a_long_recipe_has_no_room(tmp_path: Path) -> None:
    table = RecipeSchedule.of(Schedule.from_betas(np.linspace(1e-6, 0.01, 5000)))
    long = recipe_text(Recipe("noised picture", (table,)))
    assert write_picture(tmp_path / "a.jpg", PICTURE, "", long)
    assert not write_picture(tmp_path / "a.tif", PICTURE, "", long)
    assert (recipe_in(tmp_path / "a.jpg"), getattr(recipe_in(tmp_path / "a.tif"), "made", "")) == (
        None,
        "noised picture",
    )


def test_hostile_files_have_no_recipe(tmp_path: Path) -> None:
    beginning = b"\x89PNG\r\n\x1a\n"
    endless = struct.pack(">I", 2**31 - 1) + b"iTXt" + KEY.encode() + b"\0\0\0\0\0" + b"x" * 100
    packed = KEY.encode() + b"\0\1\0\0\0" + zlib.compress(b"0" * 10**7)
    bomb = struct.pack(">I", len(packed)) + b"iTXt" + packed + b"\0\0\0\0"
    for name, content in {
        "endless.png": beginning + endless,
        "bomb.png": beginning + bomb,
        "cut.gif": b"GIF89a\0\0\0\0\xff\0\0",
        "loop.gif": b"GIF89a\1\0\1\0\0\0\0" + b"\x21\xfe\0" * 100_000,
        "cut.webp": b"RIFF\xff\xff\xff\x7fWEBPXMP \xff\xff\xff\xff",
        "cut.jpg": b"\xff\xd8\xff\xe1\0\0" * 100_000,
        "long.svg": b"<svg>" + b"<ddpm:recipe>" * 300_000,
        "cut.npz": b"PK\3\4recipe.npy",
        **_tiffs(),
        **_pages(),
        "entities.svg": b'<!DOCTYPE svg [<!ENTITY a "' + b"a" * 1000 + b'"><!ENTITY b "&a;&a;&a;">]><svg>&b;</svg>',
        "packed.pdf": b"%PDF-1.5\n1 0 obj <</Type/ObjStm/Filter/FlateDecode>> stream\n\xff\xff\xff endstream\n%%EOF",
        "objects.pdf": b"%PDF-1.5\n" + b"1 0 obj << " * 2_000_000,
    }.items():
        (tmp_path / name).write_bytes(content)
        try:
            assert recipe_in(tmp_path / name) is None
        except FileError:
            continue
