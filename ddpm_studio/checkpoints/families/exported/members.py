"""Members of an exported program's archive, as bytes and as tensors, each read once and within the file's budget."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor

from ddpm_studio.files.budget import Budget
from ddpm_studio.interruption import check

_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How a member may be packed: torch does not compress, other programs deflate, and others may need gigabytes for it."""

MOST_DIMENSIONS = 16


class Members:
    """The members of an archive by their names, with or without the root folder that torch puts all of them in.

    What cannot be read raises KeyError, TypeError, ValueError, BadZipFile and the like, FileError beyond the budget.
    """

    def __init__(self, archive: zipfile.ZipFile, budget: Budget) -> None:
        self._archive, self._budget = archive, budget
        self._names = {name.partition("/")[2]: name for name in archive.namelist()}
        self._names |= {name: name for name in archive.namelist()}
        self._read: dict[str, bytearray] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def has_folder(self, folder: str) -> bool:
        """True if some member is in it."""
        return any(name.startswith(folder) for name in self._names)

    def content(self, name: str) -> bytearray:
        """The bytes of a member."""
        check()
        entry = self._archive.getinfo(self._names[name])
        if entry.compress_type not in _COMPRESSIONS:
            raise ValueError(entry.compress_type)
        self._budget.spend(entry.file_size)
        content = bytearray(entry.file_size)
        with self._archive.open(entry) as stream:
            if cast(io.BufferedIOBase, stream).readinto(content) != len(content) or stream.read(1):
                raise ValueError(name)
        return content

    def tensor(
        self, name: str, dtype: torch.dtype, sizes: Sequence[int], strides: Sequence[int], offset: int
    ) -> Tensor:
        """A view of a member, which others may view as well; ValueError if it does not lie within.

        Each counts as if it had memory of its own, as it does on another device.
        """
        numbers = (offset, *sizes, *strides)
        if len(sizes) != len(strides) or len(sizes) > MOST_DIMENSIONS or not all(map(_is_natural, numbers)):
            raise ValueError(numbers)
        if not math.prod(sizes):
            return torch.empty(sizes, dtype=dtype)
        known = name in self._read
        content = self._read[name] = self._read[name] if known else self.content(name)
        last = offset + sum((size - 1) * stride for size, stride in zip(sizes, strides, strict=True))
        taken = math.prod(sizes) * dtype.itemsize
        if max(taken, (last + 1) * dtype.itemsize) > len(content):
            raise ValueError(name)
        if known:
            self._budget.spend(taken)
        if dtype == torch.bool and max(content) > 1:  # Operators count the true ones by adding them up.
            raise ValueError(name)
        return torch.frombuffer(content, dtype=dtype, count=last + 1).as_strided(sizes, strides, offset)

    def saved(self, name: str) -> dict[str, Tensor]:
        """The tensors in a member that torch.save wrote; none in one that is empty."""
        content = self.content(name)
        return dict(torch.load(io.BytesIO(content), weights_only=True)) if content else {}


def _is_natural(value: object) -> bool:
    return isinstance(value, int) and 0 <= value < 2**63
