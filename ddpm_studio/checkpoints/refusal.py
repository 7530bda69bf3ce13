"""Why a path is no checkpoint that is opened here, as far as its first bytes and its name tell."""

from __future__ import annotations

from pathlib import Path

from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

_POINTER = b"version https://git-lfs"
_LFS = QT_TRANSLATE_NOOP("errors", "{path} is a Git LFS pointer and not the file itself; run git lfs pull.")
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def refusal(path: Path) -> CheckpointError:
    """The error for a file or folder that no format recognises."""
    if path.is_dir():
        template = QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds neither model_index.json nor the config.json of a UNet2DModel; "
            "choose the folder of a diffusers pipeline.",
        )
    else:
        template = _of_file(_first_bytes(path), path.suffix.lower())
    return CheckpointError(template, path=path)


def lfs_pointer(path: Path) -> CheckpointError:
    """The error for a file that Git LFS has left out."""
    return CheckpointError(_LFS, path=path)


def is_lfs_pointer(path: Path) -> bool:
    """Whether Git LFS has left a pointer in the place of the file."""
    return _first_bytes(path).startswith(_POINTER)


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(64)
    except OSError:
        return b""


def _of_file(start: bytes, suffix: str) -> str:
    if start.startswith(_POINTER):
        return _LFS
    if suffix == ".pkl" or start.startswith(_PICKLES):
        return QT_TRANSLATE_NOOP(
            "errors",
            "{path} is a pickle, and reading it would execute what it holds; choose the folder of a pipeline.",
        )
    if suffix in (".safetensors", ".ckpt", ".pt", ".pth", ".pt2", ".bin"):
        return QT_TRANSLATE_NOOP(
            "errors",
            "{path} is a single file of weights, which are not opened; choose the folder of a diffusers pipeline.",
        )
    return QT_TRANSLATE_NOOP("errors", "{path} is no checkpoint; choose the folder of a diffusers pipeline.")
