"""Weights files that somebody made to do harm: each is refused in one sentence, and takes no more than its budget."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save

from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.checkpoints.reading.stored_file import StoredFile
from ddpm_studio.errors import StudioError
from ddpm_studio.interruption import Interrupted, interruptible
from tests.checkpoints.families.small import saved
from tests.checkpoints.reading.hostile_pickles import (
    DAMAGED,
    FLOATS,
    HUGE,
    PICKLES,
    STORED,
    TENSORS,
    archive,
    body,
    pickled,
    row,
    tensor,
)

CONTAINERS: dict[str, Callable[..., Path]] = {"archive": archive, "row": row}


def refused(path: Path) -> str:
    with pytest.raises(StudioError) as error:
        open_checkpoint(path)
    sentence = str(error.value)
    assert sentence.isprintable()
    assert len(sentence.replace(str(path), "")) < 300
    return sentence


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("name", PICKLES)
def test_pickles(tmp_path: Path, name: str, container: str) -> None:
    content, words = PICKLES[name]
    assert words in refused(CONTAINERS[container](tmp_path / "a.pt", content))


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("name", TENSORS)
def test_tensors(tmp_path: Path, name: str, container: str) -> None:
    content, words = TENSORS[name]
    assert words in refused(CONTAINERS[container](tmp_path / "a.pt", pickled({"x": content}), FLOATS))


def good(path: Path) -> Path:
    return archive(path, pickled({"x": tensor(STORED, 0, (10,), (1,))}), FLOATS)


def changed(path: Path, old: bytes, new: bytes, count: int = -1) -> Path:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, count))
    return path


def twice(path: Path) -> Path:
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(good(path), "a") as file:
        file.writestr("a/data/0", FLOATS)
    return path


def two_pickles(path: Path) -> Path:
    with zipfile.ZipFile(good(path), "a") as file:
        file.writestr("b/data.pkl", body(b"N"))
    return path


def no_folder(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("data.pkl", pickled({}))
    return path


def over_each_other(path: Path) -> Path:
    """The directory says that the last member begins where the first does."""
    good(path)
    with zipfile.ZipFile(path) as file:
        last = file.infolist()[-1]
    content = path.read_bytes()
    directory = content.rindex(b"PK\1\2")
    place = directory + 42
    assert content[place : place + 4] == struct.pack("<I", last.header_offset)
    path.write_bytes(content[:place] + bytes(4) + content[place + 4 :])
    return path


def in_one_place(path: Path) -> Path:
    """The directory says that two members are one."""
    with zipfile.ZipFile(good(path), "a") as file:
        file.writestr("a/data/1", FLOATS)
        file.getinfo("a/data/1").header_offset = file.getinfo("a/data/0").header_offset
    return path


def another_checksum(path: Path) -> Path:
    stored = good(path).read_bytes()
    place = stored.index(FLOATS)
    path.write_bytes(stored[:place] + b"\1" + stored[place + 1 :])
    return path


def of_a_bomb(path: Path) -> Path:
    content = pickled({"x": tensor(STORED.__class__(torch.ByteStorage, "0", 10**8), 0, (10,), (1,))})
    return archive(path, content, bytes(10**8), zipfile.ZIP_DEFLATED)


def a_pickle_of_a_bomb(path: Path) -> Path:
    return archive(path, body(b"N" * 10**8), compression=zipfile.ZIP_DEFLATED)


def by_lzma(path: Path) -> Path:
    return archive(path, pickled({}), compression=zipfile.ZIP_LZMA)


def of_no_order(path: Path) -> Path:
    return changed(changed(good(path), b"little", b"middle"), *checksums(b"little", b"middle"))


def checksums(old: bytes, new: bytes) -> tuple[bytes, bytes]:
    before, after = (struct.pack("<I", zlib.crc32(each)) for each in (old, new))
    return before, after


ARCHIVES: dict[Callable[[Path], Path], str] = {
    twice: DAMAGED,
    two_pickles: "that torch did not write",
    no_folder: DAMAGED,
    over_each_other: DAMAGED,
    in_one_place: DAMAGED,
    another_checksum: DAMAGED,
    of_a_bomb: HUGE,
    a_pickle_of_a_bomb: HUGE,
    by_lzma: DAMAGED,
    of_no_order: DAMAGED,
}


@pytest.mark.parametrize("container", ["zip", "legacy", "safetensors"])
def test_truth_values_are_0_or_1(tmp_path: Path, container: str) -> None:
    """Operators count them by adding them up."""
    path = tmp_path / "a"
    for number, there in ((1, True), (2, False)):
        truths = torch.full((3,), number, dtype=torch.uint8).view(torch.bool)
        if container == "safetensors":
            path.write_bytes(headed(f"{{{told('a', 'BOOL', '[3]', 0, 3)}}}", bytes([number] * 3)))
        else:
            torch.save({"a": truths}, path, _use_new_zipfile_serialization=container == "zip")
        if there:
            assert StoredFile(path).tensors["a"].all()
        else:
            assert DAMAGED in refused(path)


@pytest.mark.parametrize("make", ARCHIVES, ids=lambda make: make.__name__)
def test_archives(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    assert ARCHIVES[make] in refused(make(tmp_path / "a.pt"))


def test_the_good_one_is_good(tmp_path: Path) -> None:
    assert "a state dict of a network from no known library" in refused(good(tmp_path / "a.pt"))


def headed(header: str, data: bytes = b"") -> bytes:
    return struct.pack("<Q", len(header)) + header.encode() + data


def told(name: str, dtype: str, shape: str, start: int, end: int) -> str:
    return f'"{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{start},{end}]}}'


A, B = told("a", "F32", "[2]", 0, 8), told("b", "F32", "[2]", 8, 16)
SAFETENSORS: dict[str, tuple[bytes, str]] = {
    "over each other": (headed(f"{{{A},{B.replace('[8,16]', '[4,12]')}}}", bytes(12)), DAMAGED),
    "with bytes between them": (headed(f"{{{A},{B.replace('[8,16]', '[9,17]')}}}", bytes(17)), DAMAGED),
    "beyond the end": (headed(f"{{{A},{B}}}", bytes(12)), DAMAGED),
    "with bytes after the last": (headed(f"{{{A}}}", bytes(12)), DAMAGED),
    "two of one name": (headed(f"{{{A},{B.replace('b', 'a', 1)}}}", bytes(16)), DAMAGED),
    "backwards": (headed(f"{{{told('a', 'F32', '[2]', 8, 0)}}}", bytes(8)), DAMAGED),
    "of another size": (headed(f"{{{told('a', 'F32', '[3]', 0, 8)}}}", bytes(8)), DAMAGED),
    "of a negative size": (headed(f"{{{told('a', 'F32', '[-2,-1]', 0, 8)}}}", bytes(8)), DAMAGED),
    "of a size in halves": (headed(f"{{{told('a', 'F32', '[2.0]', 0, 8)}}}", bytes(8)), DAMAGED),
    "of a truth": (headed(f"{{{told('a', 'F32', '[2,true]', 0, 8)}}}", bytes(8)), DAMAGED),
    "that overflows": (headed(f"{{{told('a', 'F32', f'[0,{2**50},{2**50}]', 0, 0)}}}"), DAMAGED),
    "of many dimensions": (headed(f"{{{told('a', 'F32', str([1] * 65), 0, 4)}}}", bytes(4)), DAMAGED),
    "of an unknown type": (headed(f"{{{told('a', 'F99', '[2]', 0, 8)}}}", bytes(8)), DAMAGED),
    "of no type": (headed('{"a":{"shape":[2],"data_offsets":[0,8]}}', bytes(8)), DAMAGED),
    "a header that is a list": (headed("{}").replace(b"{}", b"[]"), "not a checkpoint"),
    "a header of lists": (headed('{"a":[' + "[]," * 10**6 + "[]]}"), HUGE),
    "a header in a header": (headed('{"a":' * 10**5), DAMAGED),
    "a header without end": (struct.pack("<Q", 10**8) + b"{", DAMAGED),
    "metadata of numbers": (headed('{"__metadata__":{"a":1}}'), DAMAGED),
    "metadata that are a list": (headed('{"__metadata__":[]}'), DAMAGED),
    "an integer without end": (headed(f"{{{told('a', 'F32', '[' + '9' * 5000 + ']', 0, 8)}}}", bytes(8)), DAMAGED),
}


@pytest.mark.parametrize("name", SAFETENSORS)
def test_safetensors(tmp_path: Path, name: str) -> None:
    content, words = SAFETENSORS[name]
    (tmp_path / "a.safetensors").write_bytes(content)
    assert words in refused(tmp_path / "a.safetensors")


SHRINKING = {
    "archive": saved({"a": torch.ones(10**6)}),
    "safetensors": save({"a": torch.ones(10**6)}),
}


@pytest.mark.parametrize("zipped", [False, True])
def test_a_file_that_is_cut_off_anywhere(tmp_path: Path, zipped: bool) -> None:
    path, tensors = tmp_path / "a.pt", {"a": torch.ones(2), "b": torch.ones(3)}
    torch.save(tensors, path, _use_new_zipfile_serialization=zipped)
    whole = path.read_bytes()
    for length in range(10, len(whole)):
        path.write_bytes(whole[:length])
        assert str(path) in refused(path)


@pytest.mark.parametrize("container", SHRINKING)
def test_a_file_that_is_cut_short_while_it_is_read(tmp_path: Path, container: str) -> None:
    path = tmp_path / "a.pt"
    path.write_bytes(SHRINKING[container])
    pieces = 0

    def cut() -> None:
        nonlocal pieces
        pieces += 1
        if pieces == 1:
            os.truncate(path, 10**5)

    with interruptible(cut):
        assert DAMAGED in refused(path)
    assert pieces


@pytest.mark.parametrize("container", [*CONTAINERS, "safetensors"])
def test_reading_can_be_ended(tmp_path: Path, container: str) -> None:
    path = tmp_path / "a.pt"
    if container == "safetensors":
        path.write_bytes(save({"a": torch.ones(10)}))
    else:
        CONTAINERS[container](path, body(b"](" + b"N" * 5000 + b"e"))

    def stop() -> None:
        raise Interrupted

    with interruptible(stop), pytest.raises(Interrupted):
        open_checkpoint(path)


MEASURE = """
import resource, sys
from pathlib import Path
from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.errors import StudioError
from ddpm_studio.files.budget import BASE, TIMES
def opened(path):
    Path("/proc/self/clear_refs").write_text("5")
    before = most()
    try:
        open_checkpoint(path)
    except StudioError:
        return most() - before
def most():
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])
folder = Path(sys.argv[1])
opened(folder / "good.pt")
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
for path in sorted(folder.iterdir()):
    taken, bound = opened(path), BASE + TIMES * path.stat().st_size
    if taken is None or taken > bound:
        print(path.name, taken, bound)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is of Linux alone")
def test_memory_stays_within_the_budget(tmp_path: Path) -> None:
    good(tmp_path / "good.pt")
    for name, (content, _) in PICKLES.items():
        archive(tmp_path / f"{name}.pt", content)
        row(tmp_path / f"{name}, in a row.pt", content)
    for name, (tensors, _) in TENSORS.items():
        archive(tmp_path / f"{name}.pt", pickled(tensors), FLOATS)
    of_a_bomb(tmp_path / "bomb.pt")
    a_pickle_of_a_bomb(tmp_path / "pickle of a bomb.pt")
    for name, (header, _) in SAFETENSORS.items():
        (tmp_path / f"{name}.safetensors").write_bytes(header)
    run = [sys.executable, "-c", MEASURE, str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
