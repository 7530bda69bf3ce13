"""Weights files are read as torch's own weights-only reader reads them; torch is the oracle."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections import Counter, OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from ddpm_studio.checkpoints.reading.contents import unpickled
from ddpm_studio.checkpoints.reading.stored_file import StoredFile
from ddpm_studio.files.reading import ForeignFile
from tests.tiers import repeated

UNWRITTEN = re.compile(r"torch\.(qu?int|u?int[1-7]$)")
"""Quantised dtypes, and those that torch itself cannot write."""

DTYPES = sorted(
    {each for each in vars(torch).values() if isinstance(each, torch.dtype) and not UNWRITTEN.match(str(each))}, key=str
)


def written(content: object, path: Path, **how: Any) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.save(content, path, **how)
    return path


def oracle(path: Path) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.load(path, map_location="cpu", weights_only=True)


def read(path: Path) -> object:
    return unpickled(ForeignFile(path), StoredFile(path).container)


def bits(tensor: Tensor) -> bytes:
    """All bytes of the storage, which tensors of any dtype have."""
    return torch.empty(0, dtype=torch.uint8).set_(tensor.untyped_storage()).numpy().tobytes()


def same(ours: object, theirs: object) -> bool:
    """True for equal values of the same types, throughout."""
    if isinstance(theirs, Tensor):
        assert isinstance(ours, Tensor)
        facts = ("dtype", "shape", "requires_grad", "layout", "device", "__class__")
        assert all(getattr(ours, fact) == getattr(theirs, fact) for fact in facts)
        assert (ours.stride(), ours.storage_offset()) == (theirs.stride(), theirs.storage_offset())
        assert (ours.is_conj(), ours.is_neg()) == (theirs.is_conj(), theirs.is_neg())
        return bits(ours) == bits(theirs)
    if type(theirs) is Counter:
        return ours == dict(theirs)
    if type(ours) is not type(theirs):
        return False
    if isinstance(theirs, Mapping):
        assert isinstance(ours, Mapping)
        return list(ours) == list(theirs) and all(same(ours[key], theirs[key]) for key in theirs)
    if isinstance(theirs, list | tuple):
        assert isinstance(ours, list | tuple)
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return ours == theirs or (ours != ours and theirs != theirs)


YOUNGER = {each for each in DTYPES if re.match(r"torch\.(bits|float[48]|uint(16|32|64)|complex32)", str(each))}
"""Dtypes that have no class of storages, and came after the legacy format."""

LEGACY = {"_use_new_zipfile_serialization": False}
FORMS: dict[str, dict[str, Any]] = {"archive": {}, "legacy": LEGACY}


@pytest.mark.filterwarnings("ignore:ComplexHalf support is experimental")
@pytest.mark.parametrize("how", FORMS)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_every_dtype(tmp_path: Path, dtype: torch.dtype, how: str) -> None:
    numbers = torch.arange(48, dtype=torch.uint8) % (2 if dtype == torch.bool else 251)
    stored = torch.empty(0, dtype=dtype).set_(numbers.untyped_storage(), 0, (48 // dtype.itemsize,), (1,))
    part = torch.empty(0, dtype=dtype).set_(numbers.untyped_storage(), 1, (2, 1), (1, 2))
    path = written(content := {"all": stored, "part": part}, tmp_path / "a.pt", **FORMS[how])
    assert same(read(path), content)
    if how == "archive" or dtype not in YOUNGER:  # torch itself fails to read what it has written there.
        assert same(read(path), oracle(path))
    leaves = StoredFile(path).tensors
    assert {name: tensor.dtype for name, tensor in leaves.items()} == {"all": dtype, "part": dtype}


def tensors() -> st.SearchStrategy[Tensor]:
    """Dense tensors: scalars, empty ones, strided, parameters, and views of a few that are shared."""
    shared = [torch.arange(60.0), torch.arange(24, dtype=torch.int64), torch.ones(12, dtype=torch.complex64)]

    def view(whole: Tensor, offset: int, size: list[int], stride: list[int]) -> Tensor:
        last = offset + sum((count - 1) * step for count, step in zip(size, stride, strict=True))
        return whole.as_strided(size, stride, offset) if last < len(whole) and 0 not in size else whole[offset:offset]

    sizes = st.integers(0, 3).flatmap(lambda n: st.tuples(*[st.lists(st.integers(0, 3), min_size=n, max_size=n)] * 2))
    views = st.builds(lambda w, o, s: view(w, o, *s), st.sampled_from(shared), st.integers(0, 11), sizes)
    kinds = st.sampled_from([torch.float32, torch.float64, torch.bfloat16, torch.float16, torch.int16, torch.bool])
    fresh = st.builds(lambda size, kind: torch.zeros(size, dtype=kind), st.lists(st.integers(0, 3), max_size=4), kinds)
    parameters = st.builds(lambda size, grad: torch.nn.Parameter(torch.randn(size), grad), st.just([2]), st.booleans())
    leaves = st.builds(lambda: torch.randn(3, requires_grad=True))
    conjugates = st.builds(lambda: torch.ones(3, dtype=torch.complex64).conj())
    negatives = st.builds(lambda: torch.ones(3, dtype=torch.complex64).conj().imag)
    return st.one_of(views, fresh, parameters, leaves, conjugates, negatives)


KEYS = st.one_of(
    st.text(max_size=9),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False),
    st.booleans(),
    st.none(),
    st.binary(min_size=1, max_size=3),
    st.tuples(st.integers(0, 9), st.text(max_size=3)),
)
PLAIN = st.one_of(
    KEYS,
    st.text(),
    st.complex_numbers(),
    st.builds(bytearray, st.binary(min_size=1, max_size=9)),
    st.sets(KEYS, max_size=4),
    st.sampled_from([torch.float32, torch.float8_e5m2, torch.uint64, torch.bits16, torch.device("cuda", 1)]),
    st.builds(torch.Size, st.lists(st.integers(0, 2**62), max_size=3)),
    st.builds(torch.device, st.sampled_from(["cpu", "meta", "mps:0"])),
)


def nested(leaves: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    def around(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
        dictionaries = st.dictionaries(KEYS, inner, max_size=4)
        twice = st.builds(lambda value: [value, (value,)], inner)
        counters: st.SearchStrategy[object] = st.builds(
            Counter, st.dictionaries(st.text(max_size=3), st.integers(0, 9), max_size=3)
        )
        return st.one_of(
            st.lists(inner, max_size=4),
            st.lists(inner, max_size=4).map(tuple),
            dictionaries,
            dictionaries.map(OrderedDict),
            twice,
            counters,
        )

    return st.recursive(leaves, around, max_leaves=20)


@pytest.mark.parametrize("how", FORMS)
@settings(
    max_examples=repeated(60),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(content=nested(st.one_of(PLAIN, tensors())))
def test_contents_of_any_shape(tmp_path: Path, how: str, content: object) -> None:
    path = written(content, tmp_path / "a.pt", **FORMS[how])
    assert same(read(path), oracle(path))


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("how", FORMS)
def test_every_protocol(tmp_path: Path, protocol: int, how: str) -> None:
    """torch's weights-only reader knows protocol 2 alone, so here the oracle is what was written."""
    content = {
        "weights": OrderedDict(a=torch.randn(3, 2).t(), b=torch.nn.Parameter(torch.ones(2, dtype=torch.float16))),
        "plain": [None, True, False, 0, 255, 65535, 2**31 - 1, -(2**31), 2**62, -(2**63), 0.1, "é" * 300, "", "\ud800"],
        "bytes": [b"", b"abc" * 100, bytearray(b"xyz"), bytearray()],
        "sets": [{1, "a"}, set(), frozenset({(1, 2)}), frozenset()],
        "torch": [torch.Size([1, 2]), torch.float8_e4m3fn, torch.device("cuda", 0)],
        (1, "key"): ((), (1,), (1, 2), (1, 2, 3), tuple(range(9))),
    }
    path = written(content, tmp_path / "a.pt", pickle_protocol=protocol, **FORMS[how])
    assert same(read(path), content)


@pytest.mark.parametrize("how", FORMS)
def test_tied_weights_stay_tied(tmp_path: Path, how: str) -> None:
    weight = torch.randn(4, 3)
    path = written({"a": weight, "b": weight, "row": weight[1], "t": weight.t()}, tmp_path / "a.pt", **FORMS[how])
    found = StoredFile(path).tensors
    assert len({tensor.untyped_storage().data_ptr() for tensor in found.values()}) == 1
    assert found["row"].storage_offset() == 3


def test_attributes_are_left_out(tmp_path: Path) -> None:
    tensor, parameter = torch.ones(2), torch.nn.Parameter(torch.ones(2))
    tensor.note, parameter.note = "a", "b"  # type: ignore[attr-defined]
    path = written({"a": tensor, "b": parameter}, tmp_path / "a.pt")
    found = read(path)
    assert same(found, oracle(path))
    assert isinstance(found, dict)
    assert not hasattr(found["a"], "note")


def test_tensors_of_another_device(tmp_path: Path) -> None:
    """As one of a GPU is written, which is another location and nothing more."""
    path = written({"a": torch.arange(5.0)}, tmp_path / "a.pt")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "cuda.pt", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"X\3\0\0\0cpu", b"X\6\0\0\0cuda:0") if "pkl" in name else content)
    assert b"cuda:0" in (tmp_path / "cuda.pt").read_bytes()
    assert same(read(tmp_path / "cuda.pt"), oracle(tmp_path / "cuda.pt"))


@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64, torch.int16, torch.float64, torch.uint8], ids=str)
def test_the_other_order_of_bytes(tmp_path: Path, dtype: torch.dtype) -> None:
    path = written({"a": torch.arange(7).to(dtype)}, tmp_path / "a.pt")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "big.pt", "w") as new:
        for name in old.namelist():
            new.writestr(name, b"big" if name.endswith("byteorder") else old.read(name))
    assert same(read(tmp_path / "big.pt"), oracle(tmp_path / "big.pt"))
    assert same(read(tmp_path / "big.pt"), read(path)) == (dtype.itemsize == 1)


def test_an_archive_without_checksums(tmp_path: Path) -> None:
    torch.serialization.set_crc32_options(False)
    try:
        path = written({"a": torch.arange(5.0)}, tmp_path / "a.pt")
    finally:
        torch.serialization.set_crc32_options(True)
    assert same(read(path), oracle(path))


def test_a_compressed_archive_within_the_budget(tmp_path: Path) -> None:
    stream = io.BytesIO()
    torch.save({"a": torch.zeros(10**6)}, stream)
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(tmp_path / "a.pt", "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert same(read(tmp_path / "a.pt"), oracle(tmp_path / "a.pt"))


def test_the_directory_of_an_archive_counts_once_however_often_it_is_read(tmp_path: Path) -> None:
    path = written({"a": torch.zeros(3)}, tmp_path / "a.pt")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(2000):
            archive.writestr(f"a/extra/{number}", b"")
    stored = StoredFile(path)
    assert len(stored.members) > 2000
    left = stored.file.budget.left
    assert [*stored.tensors] == ["a"]
    assert left - stored.file.budget.left < 2000 < stored.file.budget.limit - left
