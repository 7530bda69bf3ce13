"""Storages: the bytes that tensors lie in, each read once, when the first tensor is built on it."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from ddpm_studio.checkpoints.reading.torch_archive import TorchArchive
from ddpm_studio.files.budget import Budget


@dataclass(frozen=True)
class StorageType:
    """The class of a storage, of which only the dtype of its elements is of interest."""

    dtype: torch.dtype


@dataclass(frozen=True, eq=False)
class Storage:
    """`count` elements of a dtype, and what reads them."""

    dtype: torch.dtype
    count: int
    read: Callable[[], torch.UntypedStorage]

    @property
    def nbytes(self) -> int:
        return self.count * self.dtype.itemsize

    @cached_property
    def untyped(self) -> torch.UntypedStorage:
        return self.read()


class Storages(ABC):
    """The storages that a pickle names, by key. ValueError and the like for what no file of torch's has."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._known: dict[str, Storage] = {}

    def named(self, name: object) -> Storage:
        """The storage of the persistent id ("storage", type, key, location, count), or of a part of it."""
        if not isinstance(name, tuple) or text_of(name[0]) != "storage":
            raise ValueError("a persistent id of something else")
        _, kind, key, _, count, *part = name
        if not isinstance(kind, StorageType) or type(count) is not int or count < 0:
            raise ValueError("a storage of no type or size")
        storage = self._whole(text_of(key), kind.dtype, count)
        return self._part(storage, *part[0]) if part and part[0] is not None else storage

    def _whole(self, key: str, dtype: torch.dtype, count: int) -> Storage:
        known = self._known.setdefault(key, Storage(dtype, count, lambda: self._read(key)))
        if (known.dtype, known.count) != (dtype, count):
            raise ValueError("one storage of two types or sizes")
        return known

    def _part(self, whole: Storage, key: object, offset: object, count: object) -> Storage:
        if type(offset) is not int or type(count) is not int or not 0 <= offset <= offset + count <= whole.count:
            raise ValueError("a part of a storage outside of it")
        start, end = (place * whole.dtype.itemsize for place in (offset, offset + count))
        return Storage(whole.dtype, count, lambda: whole.untyped[start:end])

    @abstractmethod
    def _read(self, key: str) -> torch.UntypedStorage:
        """The bytes of a storage that is known."""

    def _memory(self, nbytes: int) -> Tensor:
        """Room for so many bytes, out of the budget of the file."""
        return room_for(nbytes, self._budget)


class ArchivedStorages(Storages):
    """Storages that are each a member of an archive, as torch has written them since 1.6."""

    def __init__(self, archive: TorchArchive, budget: Budget) -> None:
        super().__init__(budget)
        self._archive = archive

    @cached_property
    def _order(self) -> str:
        order = self._archive.read("byteorder", b"little")
        if order not in (b"little", b"big"):
            raise ValueError("an unknown order of bytes")
        return order.decode()

    def _read(self, key: str) -> torch.UntypedStorage:
        storage, member = self._known[key], f"data/{key}"
        if self._archive.size(member) != storage.nbytes:
            raise ValueError("a storage of another size than its member")
        memory = self._memory(storage.nbytes)
        self._archive.fill(bytes_of(memory), member)
        return in_order(memory, storage.dtype, self._order)


def room_for(nbytes: int, budget: Budget) -> Tensor:
    """So many bytes of memory, whatever is in them, out of the budget; MemoryError if there are not so many free."""
    budget.spend(nbytes)
    try:
        return torch.empty(nbytes, dtype=torch.uint8)
    except RuntimeError as error:  # As torch says it.
        raise MemoryError(nbytes) from error


def bytes_of(memory: Tensor) -> memoryview:
    """The bytes of a tensor of dtype uint8, to be written to."""
    return memory.numpy().data


def in_order(memory: Tensor, dtype: torch.dtype, order: str) -> torch.UntypedStorage:
    """The storage of bytes that are in this order, turned into the machine's own."""
    storage = memory.untyped_storage()
    if order != sys.byteorder:
        storage.byteswap(dtype)
    return storage


def text_of(name: object) -> str:
    """A name in a persistent id, which Python 2 wrote as bytes."""
    if isinstance(name, bytes):
        return name.decode("ascii")
    if not isinstance(name, str):
        raise TypeError(type(name))
    return name
