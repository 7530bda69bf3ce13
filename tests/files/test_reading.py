"""What is read is bounded, and what cannot be read is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddpm_studio.errors import FileError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import contents


def test_bytes_come_back(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\x00\xff")
    assert contents(tmp_path / "a") == b"\x00\xff"


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"There is no file .*nothing\.csv"):
        contents(tmp_path / "nothing.csv")


def test_file_in_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(FileError, match="There is no file"):
        contents(tmp_path / "a" / "b")


def test_name_that_no_file_can_have() -> None:
    with pytest.raises(FileError, match="There is no file"):
        contents("a\0b")


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is a folder; name a file in it"):
        contents(tmp_path)


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(FileError, match="is empty"):
        contents(tmp_path / "a")


def test_huge_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(FileError, match="larger than 128 MiB"):
        contents(tmp_path / "a")


def test_endless_device_is_refused() -> None:
    with pytest.raises(FileError, match="is a device or a pipe"):
        contents("/dev/zero", MIB)
