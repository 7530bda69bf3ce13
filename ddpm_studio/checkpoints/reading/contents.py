"""Contents of a weights file: tensors and plain values, read without executing anything. This imports torch."""

from __future__ import annotations

import io
import mmap
import re
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from ddpm_studio.checkpoints.reading.archives import BROKEN, check_archive
from ddpm_studio.checkpoints.reading.container import Container
from ddpm_studio.checkpoints.reading.leaves import Leaves
from ddpm_studio.checkpoints.reading.pickle_scan import Scan, scan
from ddpm_studio.checkpoints.reading.unreadable import damaged, executes
from ddpm_studio.errors import CheckpointError

MAX_DEPTH = 12

_Allowed = Callable[..., object] | tuple[Callable[..., object], str]
_HARMLESS = re.compile(
    r"argparse\.Namespace|pathlib\.\w*Path|collections\.defaultdict|numpy\.(dtype|ndarray|dtypes\.\w+)"
    r"|numpy\.(core|_core)\.multiarray\.(scalar|_reconstruct)"
    r"|(omegaconf|ml_collections|pytorch_lightning|lightning|lightning_fabric|easydict|addict|yacs)\.[\w.]*\.?[A-Z]\w*"
)
"""What training scripts leave beside tensors. It is read as Inert: nothing from these packages is imported."""


class Inert:
    """Stand-in for an object of a class that is not wanted; accepts and forgets whatever it is built from."""

    def __init__(self, *_: object) -> None:
        pass

    def __new__(cls, *_: object) -> Inert:
        return super().__new__(cls)

    def __setstate__(self, state: object) -> None:
        pass


def read_leaves(path: Path, container: Container) -> Leaves:
    """The content of a .safetensors file or of a pickle of tensors; CheckpointError for anything else."""
    if container == "safetensors":
        return _safetensors(path)
    content = _unpickled(path, container)
    flat = dict(_flattened(content, "", 0, set()))
    tensors = {name: value for name, value in flat.items() if isinstance(value, Tensor)}
    size = path.stat().st_size
    for name, tensor in tensors.items():
        if not _is_plain(tensor) or tensor.nbytes > size:
            raise damaged(path, name)
    values = {name: value for name, value in flat.items() if not isinstance(value, Tensor)}
    return Leaves({name: tensor.detach() for name, tensor in tensors.items()}, values)


def _safetensors(path: Path) -> Leaves:
    try:
        with safe_open(path, framework="pt") as file:
            # Mapped memory changes with the file, and the process ends if another one shortens the file.
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
            return Leaves(tensors, {}, file.metadata() or {})
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise damaged(path) from error


def _unpickled(path: Path, container: Container) -> object:
    with _opened(path, container) as (stream, scans):
        names = [name for found in scans for name in found.names]
        elements = max((found.elements for found in scans), default=0)
        if not scans or not all(found.whole for found in scans) or elements > path.stat().st_size:
            raise damaged(path)
        inert: list[_Allowed] = [(Inert, name) for name in names if _HARMLESS.fullmatch(name)]
        try:
            with warnings.catch_warnings(), torch.serialization.safe_globals(inert):
                warnings.simplefilter("ignore")
                return torch.load(stream, map_location="cpu", weights_only=True)
        except Exception as error:  # What torch's reader raises for damaged bytes has no common class.
            raise _refused(path, names, error) from error


def _refused(path: Path, names: Iterable[str], error: Exception) -> CheckpointError:
    """The refusal, which names what is not a tensor if that was the reason."""
    culprit = next((name for name in names if _is_foreign(name)), None)
    return executes(path, culprit) if culprit else damaged(path)


def _is_foreign(name: str) -> bool:
    """True if torch's weights-only reader would reject this name."""
    return not _HARMLESS.fullmatch(name) and name not in torch._weights_only_unpickler._get_allowed_globals()


@contextmanager
def _opened(path: Path, container: Container) -> Iterator[tuple[IO[bytes] | str, list[Scan]]]:
    """What torch is to load, and what its pickles name. A bare pickle is read through an mmap, which has an end."""
    if container == "zip":
        yield str(path), _scans_in_archive(path)
        return
    with _mapped(path) as mapped:
        yield mapped, _scans_in_row(mapped)  # type: ignore[misc]


def _mapped(path: Path) -> mmap.mmap:
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise damaged(path) from error


def _scans_in_archive(path: Path) -> list[Scan]:
    """The scans of an archive's pickles; CheckpointError if it is broken, compressed or claims to hold more than there
    is.
    """
    try:
        check_archive(path)
        with zipfile.ZipFile(path) as archive:
            pickles = [name for name in archive.namelist() if name.rpartition("/")[2] == "data.pkl"]
            return [scan(io.BytesIO(archive.read(name))) for name in pickles]
    except BROKEN as error:
        raise damaged(path) from error


def _scans_in_row(stream: mmap.mmap) -> list[Scan]:
    """The pickles that torch wrote one after another before 1.6: magic number, protocol, system, content, keys."""
    scans: list[Scan] = []
    while len(scans) < 5 and stream[stream.tell() : stream.tell() + 1] == b"\x80":
        scans.append(scan(stream))  # type: ignore[arg-type]
    stream.seek(0)
    return scans


def _flattened(content: object, prefix: str, depth: int, seen: set[int]) -> Iterator[tuple[str, object]]:
    """(path, leaf) of everything in nested dictionaries and lists, each entered once."""
    if isinstance(content, Mapping):
        items: Iterable[tuple[object, object]] = content.items()
    elif isinstance(content, list | tuple):
        items = enumerate(content)
    else:
        if content is None or isinstance(content, Tensor | str | int | float):
            yield prefix.removesuffix("."), content
        return
    if depth < MAX_DEPTH and id(content) not in seen:
        seen.add(id(content))
        for key, value in items:
            yield from _flattened(value, f"{prefix}{key}.", depth + 1, seen)


def _is_plain(tensor: Tensor) -> bool:
    dense = tensor.layout == torch.strided and not tensor.is_quantized and not tensor.is_complex()
    return dense and tensor.device.type == "cpu"
