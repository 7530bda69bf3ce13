"""A file is there whole, or as it was before."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

import pytest

from ddpm_studio.errors import FileError
from ddpm_studio.files.atomic import check_writable, written_whole


def names(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


def write(path: Path, content: bytes = b"new") -> None:
    with written_whole(path) as file:
        file.write(content)


def test_writes_a_new_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == b"new"
    assert names(tmp_path) == ["a.csv"]


def break_off(file: BinaryIO, error: BaseException) -> None:
    file.write(b"half")
    raise error


@pytest.mark.parametrize("error", [RuntimeError("broken off"), KeyboardInterrupt()])
def test_failure_keeps_the_old_file(tmp_path: Path, error: BaseException) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")
    with pytest.raises(type(error)), written_whole(target) as file:
        break_off(file, error)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.csv"]


def test_target_is_untouched_until_the_end(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")
    with written_whole(target) as file:
        file.write(b"new")
        file.flush()
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"


def test_mode_of_a_new_file_follows_the_umask_and_of_an_old_one_stays(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write(tmp_path / "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    (tmp_path / "new").chmod(0o600)
    write(tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


def test_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_pipe_is_written_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write(pipe)
    assert os.read(reader, 10) == b"new"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reader)


def test_asking_whether_a_pipe_can_be_written_does_not_end_its_reader(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    held = os.open(pipe, os.O_WRONLY)
    check_writable(pipe)
    write(pipe)
    assert os.read(reader, 10) == b"new"
    os.close(held)
    os.close(reader)


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"missing/a\.csv cannot be written: its folder does not exist"):
        write(tmp_path / "missing" / "a.csv")


def test_file_in_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="what should be its folder is a file"):
        write(tmp_path / "file" / "a.csv")


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is a folder; name a file in it"):
        write(tmp_path)


def test_read_only_file_is_refused_and_kept(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")
    target.chmod(0o444)
    with pytest.raises(FileError, match="read-only"):
        write(target)
    assert target.read_bytes() == b"old"


def test_long_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="name is too long"):
        write(tmp_path / ("x" * 300))


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EIO, "Input/output error")]
)
def test_what_the_system_says_becomes_a_sentence(tmp_path: Path, number: int, words: str) -> None:
    target = tmp_path / "a.csv"
    with pytest.raises(FileError, match=words), written_whole(target):
        raise OSError(number, os.strerror(number))
    assert names(tmp_path) == []
