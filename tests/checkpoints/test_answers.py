"""Answers as people write them."""

from __future__ import annotations

import pytest

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.answers import shape_from
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
