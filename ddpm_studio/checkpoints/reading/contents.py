"""Contents of a weights file: tensors and plain values, read without executing anything. This imports torch."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterable, Iterator, Mapping

from torch import Tensor

from ddpm_studio.checkpoints.reading.container import Container
from ddpm_studio.checkpoints.reading.cursor import Cursor
from ddpm_studio.checkpoints.reading.leaves import Leaves
from ddpm_studio.checkpoints.reading.legacy import legacy_content
from ddpm_studio.checkpoints.reading.pickle_reader import PickleReader
from ddpm_studio.checkpoints.reading.rebuilding import Extraordinary
from ddpm_studio.checkpoints.reading.safetensors_file import safetensors_leaves
from ddpm_studio.checkpoints.reading.storages import ArchivedStorages
from ddpm_studio.checkpoints.reading.torch_archive import PICKLE, TorchArchive
from ddpm_studio.checkpoints.reading.truths import check_truths
from ddpm_studio.checkpoints.reading.unreadable import damaged, executes, unusual, unwanted
from ddpm_studio.checkpoints.reading.unusual import UnusualError
from ddpm_studio.checkpoints.reading.vocabulary import ForeignNameError
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.reading import ForeignBytes, ForeignFile
from ddpm_studio.files.zipped import DAMAGE
from ddpm_studio.interruption import check

MAX_DEPTH, MOST_LISTED = 12, 1000
"""How deep dictionaries and lists are entered, and the length of the longest list whose plain values are kept."""

_LEAF_ROOM = 300
_TOO_LARGE = QT_TRANSLATE_NOOP("errors", "a tensor larger than its file")


def read_leaves(file: ForeignFile, container: Container) -> Leaves:
    """The content of a .safetensors file or of a pickle of tensors; CheckpointError or FileError for anything else."""
    try:
        with warnings.catch_warnings(action="ignore"):  # torch's, of dtypes that it calls experimental.
            safe = container == "safetensors"
            leaves = safetensors_leaves(file) if safe else _leaves(unpickled(file, container), file)
        check_truths(leaves.tensors.values())
        return leaves
    except StudioError:
        raise
    except ForeignNameError as error:
        raise executes(file.path, error.name) from error
    except UnusualError as error:
        raise unusual(file.path, error) from error
    except (*DAMAGE, ValueError, LookupError, TypeError, struct.error) as error:
        raise damaged(file.path) from error


def unpickled(file: ForeignBytes, container: Container) -> object:
    """The content of what torch.save wrote. ForeignNameError, UnusualError, DAMAGE, ValueError and the like for others,
    FileError beyond the budget.
    """
    if container != "zip":
        return legacy_content(file)
    archive = TorchArchive(file)
    storages = ArchivedStorages(archive, file.budget)
    return PickleReader(Cursor.over(archive.read(PICKLE)), storages, file.budget).read()


def _leaves(content: object, file: ForeignFile) -> Leaves:
    tensors: dict[str, Tensor] = {}
    values: dict[str, object] = {}
    for name, leaf in _flattened(content, "", 0, set()):
        file.budget.spend(_LEAF_ROOM + 4 * len(name))
        check()
        if isinstance(leaf, Extraordinary):
            raise unwanted(file.path, name, leaf.kind)
        if not isinstance(leaf, Tensor):
            values[name] = leaf
        elif leaf.nbytes > file.size:
            raise unwanted(file.path, name, _TOO_LARGE)
        else:
            tensors[name] = leaf.detach()
    return Leaves(tensors, values)


def _flattened(content: object, prefix: str, depth: int, seen: set[int]) -> Iterator[tuple[str, object]]:
    """(path, leaf) of everything in nested dictionaries and lists, each entered once."""
    if isinstance(content, Mapping):
        items: Iterable[tuple[object, object]] = content.items()
    elif isinstance(content, list | tuple):
        long = len(content) > MOST_LISTED
        items = ((i, each) for i, each in enumerate(content) if not (long and _is_plain(each)))
    else:
        if _is_plain(content) or isinstance(content, Tensor | Extraordinary):
            yield prefix.removesuffix("."), content
        return
    if depth < MAX_DEPTH and id(content) not in seen:
        seen.add(id(content))
        for key, value in items:
            check()
            yield from _flattened(value, f"{prefix}{key}.", depth + 1, seen)


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float)
