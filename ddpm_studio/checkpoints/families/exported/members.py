"""Members of an exported program's archive, as bytes and as tensors, each read once and within the file's budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ddpm_studio.checkpoints.reading.container import container_of
from ddpm_studio.checkpoints.reading.contents import unpickled
from ddpm_studio.checkpoints.reading.rebuilding import tensor_v3
from ddpm_studio.checkpoints.reading.storages import Storage, bytes_of, room_for
from ddpm_studio.checkpoints.reading.torch_archive import TorchArchive
from ddpm_studio.files.content import START
from ddpm_studio.files.reading import ForeignFile, HeldBytes
from ddpm_studio.files.zipped import root_of

MOST_DIMENSIONS = 16


class Members:
    """The members of an archive by their names without the root folder, if there is one.

    What cannot be read raises KeyError, TypeError, ValueError, DAMAGE and the like, FileError beyond the budget. Each
    tensor counts as if it had memory of its own, as it does on another device.
    """

    def __init__(self, file: ForeignFile) -> None:
        self._archive, self._budget = TorchArchive(file, root_of), file.budget
        self._storages: dict[str, Storage] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._archive.names

    def has_folder(self, folder: str) -> bool:
        """True if some member is in it."""
        return any(name.startswith(folder) for name in self._archive.names)

    def content(self, name: str) -> bytes:
        """The bytes of a member."""
        return self._archive.read(name)

    def tensor(
        self, name: str, dtype: torch.dtype, sizes: Sequence[int], strides: Sequence[int], offset: int
    ) -> Tensor:
        """A view of a member, which others may view as well; ValueError if it does not lie within, or is expanded."""
        if len(sizes) > MOST_DIMENSIONS:
            raise ValueError(len(sizes))
        if 0 in sizes:
            return torch.empty(sizes, dtype=dtype)
        known = name in self._storages
        storage = self._storages[name] = self._storages[name] if known else self._storage(name)
        tensor = tensor_v3(storage, offset, sizes, strides, requires_grad=False, hooks=None, dtype=dtype)
        if tensor.nbytes > storage.nbytes:
            raise ValueError(name)
        if known:
            self._budget.spend(tensor.nbytes)
        return tensor

    def saved(self, name: str) -> dict[str, Tensor]:
        """The tensors in a member that torch.save wrote; none in one that is empty."""
        content = bytes_of(self._memory(name))
        if not content:
            return {}
        tensors = unpickled(HeldBytes(content, self._budget), container_of(bytes(content[:START])))
        if not isinstance(tensors, Mapping):
            raise TypeError(type(tensors))
        for tensor in tensors.values():
            if not isinstance(tensor, Tensor) or tensor.ndim > MOST_DIMENSIONS or tensor.nbytes > len(content):
                raise ValueError(name)
            self._budget.spend(tensor.nbytes)
        return dict(tensors)

    def _storage(self, name: str) -> Storage:
        return Storage(torch.uint8, self._archive.size(name), lambda: self._memory(name).untyped_storage())

    def _memory(self, name: str) -> Tensor:
        """The bytes of a member, as a tensor."""
        memory = room_for(self._archive.size(name), self._budget)
        self._archive.fill(bytes_of(memory), name)
        return memory
