"""Tables of betas made to do harm: each is refused in a sentence, soon, and within the memory that it may take."""

from __future__ import annotations

import io
import json
import os
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.errors import FileError, StudioError
from ddpm_studio.files.betas import read_betas, read_named_schedules, read_schedules, schedules_in
from ddpm_studio.files.budget import BASE, MIB, TIMES
from ddpm_studio.files.export import export_bytes
from ddpm_studio.files.pasted import pasted_schedules
from ddpm_studio.files.stored import MAX_STORED


def npy(header: bytes, data: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    """An NPY with this header, which is written as it is."""
    return b"\x93NUMPY" + version + struct.pack("<H" if version[0] == 1 else "<I", len(header)) + header + data


def described(descr: str = "'<f8'", shape: str = "(1,)", data: bytes = bytes(8)) -> bytes:
    return npy(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode(), data)


def npz(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def many(count: int, T: int) -> bytes:
    """An NPZ of many arrays that compress to nothing."""
    table = described(shape=f"({T},)", data=bytes(8 * T))
    return npz({f"betas_{i}": table for i in range(count)})


def text_of(dtype: str, data: bytes) -> bytes:
    """An NPZ whose schedule is no text of a sensible length."""
    shape = "()" if dtype.startswith("<U") else "(1,)"
    return npz({"betas_0": described(), "schedule_0": described(f"'{dtype}'", shape, data)})


REFUSED: dict[str, tuple[bytes, str]] = {
    "header without an end": (npy(b"{'descr': (((\n"), "is not a readable NPY"),
    "truth as a side": (described(shape="(True,)"), "is not a readable NPY"),
    "negative side": (described(shape="(-1,)"), "is not a readable NPY"),
    "endless side": (described(shape="(" + "9" * 5000 + ",)"), "is not a readable NPY"),
    "side beyond memory": (described(shape="(999999999999999,)"), "holds more than 100000 betas"),
    "sides beyond memory": (described(shape="(99999999, 99999999, 99999999)"), "holds float64 of shape"),
    "thousands of sides": (described(shape="(" + "1," * 3000 + ")"), "is not a readable NPY"),
    "header of 4 GB": (b"\x93NUMPY\x02\0" + b"\xff" * 4 + b"{", "is not a readable NPY"),
    "long header": (npy(b"{" + b" " * 60_000 + b"}"), "is not a readable NPY"),
    "nested header": (npy(b"{'descr': " + b"(" * 9000), "is not a readable NPY"),
    "text of 4 GB": (described("'<U999999'", "(1000,)"), "only one list of real numbers is read"),
    "objects": (described("'|O'"), "is not a readable NPY"),
    "fields": (described("[('a', '<f8')]"), "holds a table with the fields a, not a list"),
    "unknown type": (described("'<f7'"), "is not a readable NPY"),
    "cut off": (described(shape="(100,)"), "is not a readable NPY"),
    "long doubles beyond float64": (
        described("'<f16'", data=bytes.fromhex("618c55fe2383bad1e673f874ff7f0000")),
        "β_1 of .* is inf; each β must be|is not a readable NPY",
    ),
    "2000 arrays": (many(2000, MAX_T // 100), f"holds more than {MAX_STORED} schedules"),
    "a bomb": (many(95, MAX_T), "would take more than .* MiB of memory"),
    "LZMA": (npz({"betas": described()}, zipfile.ZIP_LZMA), "is not a readable NPY"),
    "an archive in an archive": (npz({"betas": many(1, 1)}), "is not a readable NPY"),
    "a text without end": (text_of("<U99999", bytes(4 * 99_999)), "is not a readable NPY"),
    "a list of texts": (text_of("|V8", bytes(8)), "is not a readable NPY"),
    "a million schedules": (b"schedule,t,betas\n" + b"a,1,0.1\nb,1,0.1\n" * 10_000, "more than 100 schedules"),
    "a line without end": (b"betas\n" + b"1" * (3 * MIB), "has more than 1048576 characters"),
    "a header without end": (b"betas," + b"a," * MIB, "has more than 1048576 characters"),
    "a row of quoted line breaks": (b"betas\n" + b'"\n",' * MIB, "has more than 1048576 characters"),
    "a cell without end": (b'betas\n"' + b"1" * 200_000 + b'"\n', "is not valid CSV"),
    "a zero byte behind the beginning": (b"betas\n" + b"0.1\n" * 1000 + b"\0\n", "it is not a CSV, JSON, NPY or NPZ"),
    "numbers without end": (b"betas\n" + b"9" * 5000, "β_1 of .* is inf"),
    "a million lists": (b"[" + b"[]," * 2_000_000 + b"[]]", "would take more than .* MiB of memory"),
    "a million objects": (b"[" + b'{"betas":[0.1]},' * 10_000 + b"{}]", "holds more than 100 schedules"),
    "deep": (b'{"a":' * 50_000, "is not valid JSON"),
    "stray bytes": (b"[\x80", "is not valid JSON"),
    "an integer without end": (b'{"betas": [' + b"9" * 5000 + b"]}", "β_1 of .* is inf"),
    "control characters": (b"\x1b]0;pwned\x07\x1b[2J,x\n1,2\n", r"holds no betas, only \\x1b\]0"),
    "control characters in JSON": (b'{"\\u001b[2J": 1}', r"holds no betas, only \\x1b\[2J"),
    "a name of two megabytes": (json.dumps({"x" * 2 * MIB: 1}).encode(), "holds no betas, only xxx"),
    "a value of two megabytes": (json.dumps({"betas": ["x" * 2 * MIB]}).encode(), "β_1 of .* it must be a number"),
}

CONFIGS = {
    "beta_end": ("beta_end", "1" + "0" * 400),
    "shift": ("snr_shift_scale", "1" + "0" * 5000),
    "T": ("num_train_timesteps", "9" * 4000),
    "infinite T": ("num_train_timesteps", "1e999"),
    "negative": ("beta_start", "-1" + "0" * 400),
    "a list": ("beta_start", "[[[]]]"),
}
REFUSED |= {
    f"config: {name}": (f'{{"beta_schedule": "linear", "{key}": {value}}}'.encode(), "must be a finite number|T is inf")
    for name, (key, value) in CONFIGS.items()
}


@pytest.fixture
def peak() -> Iterator[Callable[[], int]]:
    """The most memory that was taken at a time."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("read", [read_betas, read_schedules])
def test_each_is_refused_in_a_sentence_within_its_budget(
    read: Callable[[Path], object], case: str, tmp_path: Path, peak: Callable[[], int]
) -> None:
    content, sentence = REFUSED[case]
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(StudioError, match=sentence) as caught:
        Schedule.parse(f"custom:path={path}") if read is read_betas else read(path)
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()
    assert peak() < BASE + TIMES * len(content)


def test_a_schedule_of_a_table_names_no_file(tmp_path: Path) -> None:
    """Neither a pipe, which would be waited for, nor any file, by a relative path or the whole."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "other.csv").write_text("betas\n0.3\n")
    names = ["pipe.csv", tmp_path / "pipe.csv", "other.csv", tmp_path / "other.csv", "/dev/zero", "/proc/self/mem"]
    names += ["//host/share/a.csv", r"\\host\share\a.csv", "~/a.csv"]
    table = tmp_path / "a.csv"
    rows = [f'"custom:path={name}",1,0.1\n' for name in names]
    table.write_text("schedule,t,betas\n" + "".join(rows))
    read = read_schedules(table)
    assert [(schedule.kind, schedule.path, schedule.betas.tolist()) for schedule in read] == [("custom", "", [0.1])] * 9
    objects = [{"schedule": f"custom:path={name}", "betas": [0.1]} for name in names]
    assert [schedule.path for schedule in schedules_in(json.dumps(objects), "a text")] == [""] * 9


def test_no_schedule_is_built_that_cannot_be_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row says that it is one of 100 000; and the same text, 50 times, is built once."""
    built: list[str] = []
    parse = Schedule.parse

    def counted(text: str) -> Schedule:
        built.append(text)
        return parse(text)

    monkeypatch.setattr(Schedule, "parse", counted)
    table = tmp_path / "a.csv"
    table.write_text("schedule,t,betas\n" + "".join(f"cosine:T={100_000 - i},1,0.1\n" for i in range(90)))
    assert len(read_schedules(table)) == 90
    assert built == []
    table.write_text("schedule,t,betas\n" + "jsd:T=1,1,1\n" * 50)
    assert {str(schedule) for schedule in read_schedules(table)} == {"jsd:T=1"}
    assert built == ["jsd:T=1"]


def test_a_list_takes_no_more_than_it_has_room_for(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_bytes(export_bytes([Schedule("linear", T) for T in range(1, 18)], ["betas"], "csv"))
    assert len(read_named_schedules(table)) == 17
    assert [schedule.T for schedule, _ in read_named_schedules(table, 16)] == list(range(1, 17))
    assert len(pasted_schedules("cosine:T=100000\n" * 10_000)) == MAX_STORED
    with pytest.raises(FileError, match="pasted text holds more than 100 schedules"):
        pasted_schedules("schedule,t,betas\n" + "cosine:T=9,1,0.1\n" * 10_000)


@pytest.mark.slow
def test_the_largest_exports_fit_their_budget(tmp_path: Path) -> None:
    for format in ("csv", "json", "npz"):
        path = tmp_path / f"a.{format}"
        path.write_bytes(export_bytes([Schedule("cosine", MAX_T)], None, format))
        assert read_schedules(path)[0].T == MAX_T
        path.write_bytes(export_bytes([Schedule("cosine", T) for T in range(1, MAX_STORED + 1)], ["betas"], format))
        assert [schedule.T for schedule in read_schedules(path)] == list(range(1, MAX_STORED + 1))


def test_line_breaks_and_byte_order_marks_of_every_system(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    for end in ("\n", "\r\n", "\r"):
        table.write_bytes(b"\xef\xbb\xbf" + f"{end} {end}t;betas{end}1;0.1{end}{end}2;0.2{end}".encode())
        assert read_betas(table)[0].tolist() == [0.1, 0.2]
