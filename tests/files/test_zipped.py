"""Zip archives of strangers: what a directory takes is spent before it is read."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from ddpm_studio.errors import FileError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.files.zipped import MAX_DIRECTORY, archive_in, member_in


def directory_of(path: Path, count: int) -> Path:
    """An archive with one empty member, which stands in the directory so many times."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a", b"")
    whole = stream.getvalue()
    start, end = whole.find(b"PK\1\2"), whole.rfind(b"PK\5\6")
    entries, tail = whole[start:end] * count, bytearray(whole[end:])
    tail[12:16] = len(entries).to_bytes(4, "little")
    path.write_bytes(whole[:start] + entries + bytes(tail))
    return path


def test_a_directory_takes_no_more_than_the_budget(tmp_path: Path) -> None:
    file = ForeignFile(directory_of(tmp_path / "a.zip", MAX_DIRECTORY // 47))
    tracemalloc.start()
    with pytest.raises(FileError, match="would take more than 128 MiB of memory"):
        archive_in(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * MAX_DIRECTORY


def test_what_a_directory_takes_is_what_was_spent(tmp_path: Path) -> None:
    file = ForeignFile(directory_of(tmp_path / "a.zip", 50_000))
    tracemalloc.start()
    archive = archive_in(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(archive.infolist()) == 50_000
    assert peak < file.budget.limit - file.budget.left + MIB


def test_a_directory_that_is_read_again_takes_no_more(tmp_path: Path) -> None:
    file = ForeignFile(directory_of(tmp_path / "a.zip", 50_000))
    archive_in(file).close()
    left = file.budget.left
    assert len(archive_in(file).infolist()) == 50_000
    assert file.budget.left == left < file.budget.limit


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_members_are_stored_or_deflated(method: int, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("a", b"abc")
    with pytest.raises(zipfile.BadZipFile, match="not read"):
        member_in(archive_in(ForeignFile(tmp_path / "a.zip")), "a")
