"""A batch as one picture: where each pixel goes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.errors import FileError
from ddpm_studio.files.samples import GAP, check_target, contact_sheet


def flat(count: int, size: tuple[int, int, int]) -> np.ndarray:
    """Picture number i is all i + 1."""
    return np.stack([np.full(size, i + 1, np.uint8) for i in range(count)])


def test_pictures_stand_in_rows_with_white_between() -> None:
    sheet = np.asarray(contact_sheet(flat(5, (70, 90, 3))))
    assert sheet.shape == (2 * 70 + GAP, 3 * 90 + 2 * GAP, 3)
    np.testing.assert_array_equal(sheet[70 + GAP :, 90 + GAP : 180 + GAP], 5)
    np.testing.assert_array_equal(sheet[:70, 180 + 2 * GAP :], 3)
    np.testing.assert_array_equal(sheet[70 : 70 + GAP], 255)
    np.testing.assert_array_equal(sheet[70 + GAP :, 180 + GAP :], 255)


def test_small_pictures_are_enlarged_pixel_by_pixel() -> None:
    picture = np.arange(16 * 16 * 3, dtype=np.uint8).reshape(1, 16, 16, 3)
    sheet = np.asarray(contact_sheet(picture))
    assert sheet.shape == (64, 64, 3)
    for i in range(4):
        np.testing.assert_array_equal(sheet[i::4, i::4], picture[0])


@pytest.mark.parametrize(("channels", "shown"), [(1, [1]), (2, [1]), (3, [1, 2, 3]), (4, [1, 2, 3])])
def test_any_number_of_channels(channels: int, shown: list[int]) -> None:
    picture = np.broadcast_to(np.arange(1, channels + 1, dtype=np.uint8), (1, 64, 64, channels))
    sheet = contact_sheet(picture)
    assert sheet.mode == ("L" if len(shown) == 1 else "RGB")
    np.testing.assert_array_equal(np.asarray(sheet).reshape(64, 64, -1), np.broadcast_to(shown, (64, 64, len(shown))))


def test_a_target_is_left_as_it_is(tmp_path: Path) -> None:
    check_target(str(tmp_path / "new.png"))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "old.npz").write_bytes(b"old")
    check_target(str(tmp_path / "old.npz"))
    assert (tmp_path / "old.npz").read_bytes() == b"old"


@pytest.mark.parametrize("name", ["a.txt", "a", "nowhere/a.png", "folder.png"])
def test_a_target_that_cannot_be(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(FileError):
        check_target(str(tmp_path / name))
