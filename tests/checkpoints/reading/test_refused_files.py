"""Files that are no checkpoints, or would be programs, are refused by what they are. Nothing in them is run."""

from __future__ import annotations

import errno
import io
import os
import pickle
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from torch import nn

from ddpm_studio.checkpoints import Answers, UnansweredError, open_checkpoint
from ddpm_studio.checkpoints.reading.unreadable import executes
from ddpm_studio.errors import CheckpointError, FileError
from tests.checkpoints.families.small import SAID_ALL, Bomb, Table, made, quiet


def refused(path: Path, answers: Answers | None = None) -> str:
    with pytest.raises(CheckpointError) as error:
        open_checkpoint(path, answers)
    sentence = str(error.value)
    assert str(path) in sentence
    assert "\n" not in sentence
    return sentence


FILES = {
    b"": "is empty; download it again",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n": "is a Git LFS pointer",
    b"<!DOCTYPE html>\n<html>404</html>": "is a web page",
    b"\xef\xbb\xbf \n<HTML>": "is a web page",
    b"<?xml version='1.0'?><Error>AccessDenied</Error>": "is a web page",
    b"Entry not found": "is text, not a checkpoint",
    '{"error": "naïve"}'.encode(): "is text, not a checkpoint",
    ("é" * 400).encode(): "is text, not a checkpoint",
    b"\0" * 100: "is not a checkpoint, or is damaged from the first byte",
    b"GGUF\3\0\0\0": "is a GGUF file",
    b"\x08\x07\x12\x07pytorch\x1a\x052.1.0:\x80\x01": "is a network in ONNX",
    b"\x08\x0a\x3a\x80\x01": "is a network in ONNX",
    b"%PDF-1.7\n\x80": "is a PDF, not a checkpoint",
    b"\x93NUMPY\x01\0\0\0": "is a NumPy array, not a checkpoint",
    b"\x89HDF\r\n\x1a\n": "is an HDF5 file",
    b"\x89PNG\r\n\x1a\n": "is a picture",
    b"PK\x03\x04\x14\0": "is damaged or cut short",
    b"\x80\x02": "is damaged or cut short",
    b"\x80\x04\x95": "is damaged or cut short",
    b"\xff\xff\0\0\0\0\0\0{": "is damaged or cut short",
}


@pytest.mark.parametrize("suffix", [".pt", ".safetensors", ".ckpt", ".pkl"])
@pytest.mark.parametrize("content", FILES)
def test_each_by_its_name(tmp_path: Path, content: bytes, suffix: str) -> None:
    (tmp_path / f"model{suffix}").write_bytes(content)
    assert FILES[content] in refused(tmp_path / f"model{suffix}")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.pt").write_bytes(b"secret")

    def denied(*_: object) -> None:
        raise PermissionError(errno.EACCES, "denied")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(FileError, match="you do not have permission"):
        open_checkpoint(tmp_path / "model.pt")


def test_a_zip_archive_of_something_else(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "is a zip archive that torch did not write" in refused(tmp_path / "model.zip")
    with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
        for name in ("metadata.json", "config.json", "model.weights.h5"):
            archive.writestr(name, "{}")
    assert "is a model of Keras" in refused(tmp_path / "model.keras")
    np.savez(tmp_path / "betas.npz", betas=np.ones(3))
    assert "is a table of numbers, which cannot be sampled here" in refused(tmp_path / "betas.npz")
    np.savez(tmp_path / "others.npz", a=np.ones(3), b=np.ones(3))
    assert "holds NumPy arrays, not a checkpoint" in refused(tmp_path / "others.npz")


@pytest.mark.parametrize("content", [{}, {"step": 3, "names": ["a"]}, [1, 2], "text", None])
def test_a_file_without_tensors(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "model.pt")
    assert "holds no tensors" in refused(tmp_path / "model.pt")


def test_a_state_dict_of_an_unknown_network(tmp_path: Path) -> None:
    torch.save(made(Table).state_dict(), tmp_path / "model.pt")
    with pytest.raises(UnansweredError) as error:
        open_checkpoint(tmp_path / "model.pt", SAID_ALL)
    assert error.value.missing == ("network",)


def test_a_whole_pickled_module(tmp_path: Path) -> None:
    torch.save(nn.Conv2d(1, 1, 1), tmp_path / "model.pt")
    assert "holds a pickled torch.nn.modules.conv.Conv2d, not only tensors" in refused(tmp_path / "model.pt")
    torch.save({"model": made(Table)}, tmp_path / "model.pt")
    assert "holds a pickled tests.checkpoints.families.small.Table" in refused(tmp_path / "model.pt")


def test_a_pickle_of_edm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its objects are rebuilt by a function of NVlabs' torch_utils from source that they carry."""
    persistence = ModuleType("torch_utils.persistence")

    def _reconstruct_persistent_obj(meta: object) -> None:
        raise AssertionError("never called")

    _reconstruct_persistent_obj.__module__ = persistence.__name__
    _reconstruct_persistent_obj.__qualname__ = "_reconstruct_persistent_obj"
    monkeypatch.setattr(persistence, "_reconstruct_persistent_obj", _reconstruct_persistent_obj, raising=False)
    monkeypatch.setitem(sys.modules, "torch_utils", ModuleType("torch_utils"))
    monkeypatch.setitem(sys.modules, persistence.__name__, persistence)

    class Persistent:
        def __reduce__(self) -> tuple[object, ...]:
            return _reconstruct_persistent_obj, ({"module_src": "import os", "state": {}},)

    with (tmp_path / "edm.pkl").open("wb") as file:
        pickle.dump({"ema": Persistent(), "loss_fn": None}, file)
    assert "is a network pickle from NVlabs' EDM or StyleGAN" in refused(tmp_path / "edm.pkl")


def bare(bomb: Bomb, path: Path) -> None:
    path.write_bytes(pickle.dumps({"model": bomb}, protocol=2))


def newer(bomb: Bomb, path: Path) -> None:
    path.write_bytes(pickle.dumps({"model": bomb}, protocol=5))


def zipped(bomb: Bomb, path: Path) -> None:
    torch.save({"model": bomb}, path)


def in_a_row(bomb: Bomb, path: Path) -> None:
    torch.save({"model": bomb}, path, _use_new_zipfile_serialization=False)


def first_of_a_row(bomb: Bomb, path: Path) -> None:
    torch.save({"a": torch.zeros(2)}, path, _use_new_zipfile_serialization=False)
    path.write_bytes(pickle.dumps(bomb, protocol=2) + path.read_bytes())


def tarred(bomb: Bomb, path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        for name in ("storages", "tensors", "pickle"):
            content = pickle.dumps(bomb, protocol=2)
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


@pytest.mark.parametrize("container", [bare, newer, zipped, in_a_row, first_of_a_row, tarred])
@pytest.mark.parametrize("suffix", [".pt", ".ckpt", ".pkl", ".safetensors"])
def test_a_pickle_that_would_create_a_file(
    tmp_path: Path, container: Callable[[Bomb, Path], None], suffix: str
) -> None:
    target, path = tmp_path / "run", tmp_path / f"model{suffix}"
    container(Bomb(target), path)
    assert not target.exists()
    sentence = refused(path, SAID_ALL)
    assert "would execute" in sentence
    assert not target.exists()


def test_the_bomb_is_one(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Bomb(tmp_path / "run"))).close()
    assert (tmp_path / "run").exists()


def test_what_training_leaves_beside_tensors_is_forgotten_and_not_imported(tmp_path: Path) -> None:
    from argparse import Namespace

    content = {"model": made(Table).state_dict(), "args": Namespace(lr=1e-4), "loss": np.float32(0.5)}
    content |= {"folder": tmp_path, "best": {"score": np.ones(3)}}
    torch.save(content, tmp_path / "model.pt")
    said = Answers(SAID_ALL.shape, SAID_ALL.schedule, "epsilon", network="tests.checkpoints.families.small:Table")
    assert open_checkpoint(tmp_path / "model.pt", said).shape == SAID_ALL.shape


def cyclic() -> object:
    content: dict[str, object] = {"a": torch.zeros(2)}
    content["self"] = content
    return content


def doubled() -> object:
    content: object = torch.zeros(2)
    for _ in range(40):
        content = [content, content]
    return content


@pytest.mark.parametrize("make", [cyclic, doubled])
def test_contents_without_end(tmp_path: Path, make: Callable[[], object]) -> None:
    torch.save(make(), tmp_path / "model.pt")
    refused(tmp_path / "model.pt")


ODD: dict[str, tuple[Callable[[], torch.Tensor], str]] = {
    "sparse": (lambda: torch.eye(2).to_sparse(), "is a sparse tensor"),
    "sparse parameter": (lambda: torch.nn.Parameter(torch.eye(2).to_sparse()), "is a sparse tensor"),
    "compressed": (lambda: torch.eye(2).to_sparse_csr(), "is a sparse tensor"),
    "quantised": (lambda: torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8), "is a quantised tensor"),
    "nested": (lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]), "is a nested tensor"),
    "expanded": (lambda: torch.zeros(1).expand(10**9), "is a tensor larger than its file"),
    "meta": (lambda: torch.zeros(2, device="meta"), "is a tensor without values (meta)"),
}


def test_names_that_nobody_gives(tmp_path: Path) -> None:
    torch.save({"a" * 1001: torch.zeros(2)}, tmp_path / "model.pt")
    assert "holds keys of more than 1,000 letters, which weights have no use for" in refused(tmp_path / "model.pt")


@pytest.mark.parametrize("kind", ODD)
def test_tensors_out_of_the_ordinary(tmp_path: Path, kind: str) -> None:
    with quiet():
        torch.save({"odd": ODD[kind][0]()}, tmp_path / "model.pt")
    sentence = refused(tmp_path / "model.pt")
    assert "odd in" in sentence
    assert ODD[kind][1] in sentence


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("pandas.core.frame.DataFrame", "as CSV, by to_csv"),
        ("diffusers.schedulers.scheduling_ddpm.DDPMScheduler", "save_pretrained, and open the scheduler_config.json"),
        ("some.program.Model", "save model.state_dict() instead"),
    ],
)
def test_the_remedy_for_a_pickled_object_is_that_of_its_kind(name: str, remedy: str) -> None:
    assert remedy in str(executes(Path("x.pkl"), name))
