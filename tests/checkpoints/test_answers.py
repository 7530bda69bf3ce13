"""Answers as people write them."""

from __future__ import annotations

import pytest

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.answers import shape_from, size_from
from ddpm_studio.errors import CheckpointError


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("3x64x48", (3, 64, 48)),
        ("1,28,28", (1, 28, 28)),
        ("(3, 8, 8)", (3, 8, 8)),
        ("64×32", (64, 32)),
        ("28", (28, 28)),
    ],
)
def test_shapes_as_people_write_them(text: str, shape: tuple[int, ...]) -> None:
    assert Answers(shape=shape_from(text)).shape == shape


@pytest.mark.parametrize("release", ["", "newest", "v0.27", "1", "0.27.8b1"])
def test_what_is_no_release(release: str) -> None:
    with pytest.raises(CheckpointError, match=f"“{release}” is not a release of a library; write its number, such as"):
        Answers(release=release)


@pytest.mark.parametrize("text", ["", "x", "3x64x", "0x8x8", "3x-8x8", "3x8x8x8", "65x8x8", "3x8193x8", "a", "3.5"])
def test_shapes_that_are_none(text: str) -> None:
    with pytest.raises(CheckpointError, match="write channels x height x width"):
        Answers(shape=shape_from(text))


@pytest.mark.parametrize("text", ["768x512", "768 × 512", "768X512"])
def test_sizes_are_width_by_height(text: str) -> None:
    assert Answers(size=size_from(text)).size == (768, 512)
    assert size_from("512") == (512, 512)


@pytest.mark.parametrize("text", ["", "3x64x64", "512x", "0x8", "8x8193", "-8", "a"])
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(CheckpointError, match="write width x height in pixels"):
        Answers(size=size_from(text))


def test_a_size_and_a_shape_answer_one_question() -> None:
    with pytest.raises(CheckpointError, match="size 64x32 in pixels and the shape 4x4x8 say the same"):
        Answers(shape=(4, 4, 8), size=(64, 32))
    assert Answers(size=(64, 32)).over(Answers(shape=(4, 4, 8), heads=2)) == Answers(size=(64, 32), heads=2)
    assert Answers(shape=(4, 8)).over(Answers(size=(64, 32))) == Answers(shape=(4, 8))
