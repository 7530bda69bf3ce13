"""Rebuilding of tensors as torch's pickles ask for it, each within its storage; what is not dense is only named."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ddpm_studio.checkpoints.reading.storages import Storage
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText

MOST_DIMENSIONS, MOST_ELEMENTS = 64, 1 << 60
"""Bounds of a tensor, whatever lies in its storage; of sizes and strides too. Beyond, torch's arithmetic would end."""


@dataclass(frozen=True, eq=False)
class Extraordinary:
    """A tensor that is not rebuilt, because of its `kind`."""

    kind: SourceText


SPARSE = QT_TRANSLATE_NOOP("errors", "a sparse tensor")
QUANTISED = QT_TRANSLATE_NOOP("errors", "a quantised tensor")
META = QT_TRANSLATE_NOOP("errors", "a tensor without values (meta)")
NESTED = QT_TRANSLATE_NOOP("errors", "a nested tensor")
OF_A_SUBCLASS = QT_TRANSLATE_NOOP("errors", "a tensor of a class of its own")


def tensor(storage: Storage, offset: int, size: Sequence[int], stride: Sequence[int]) -> Tensor:
    """A tensor of the dtype of its storage, as torch before 0.4 wrote it."""
    return _within(storage, storage.dtype, offset, size, stride)


def tensor_v2(
    storage: Storage,
    offset: int,
    size: Sequence[int],
    stride: Sequence[int],
    requires_grad: bool,
    hooks: object,
    metadata: Mapping[str, object] | None = None,
) -> Tensor:
    """The same with what autograd knows of it; `metadata` may say that its values stand for conjugates or negatives."""
    return _with(_within(storage, storage.dtype, offset, size, stride), requires_grad, metadata)


def tensor_v3(
    storage: Storage,
    offset: int,
    size: Sequence[int],
    stride: Sequence[int],
    requires_grad: bool,
    hooks: object,
    dtype: torch.dtype,
    metadata: Mapping[str, object] | None = None,
) -> Tensor:
    """The same of a storage of bytes; so are written the dtypes that have no storage of their own."""
    if not isinstance(dtype, torch.dtype):
        raise TypeError(type(dtype))
    return _with(_within(storage, dtype, offset, size, stride), requires_grad, metadata)


def parameter(data: object, requires_grad: bool, hooks: object, state: object = None) -> object:
    """A parameter of these values; what a person's own code has attached to it, `state`, is left out."""
    if isinstance(data, Extraordinary):
        return data
    if not isinstance(data, Tensor):
        raise TypeError(type(data))
    return torch.nn.Parameter(data.detach(), bool(requires_grad))


def _within(storage: Storage, dtype: torch.dtype, offset: int, size: Sequence[int], stride: Sequence[int]) -> Tensor:
    """The tensor, which shares its storage with others on it; ValueError if any of it would lie outside."""
    if not isinstance(storage, Storage):
        raise TypeError(type(storage))
    if len(size) != len(stride) or len(size) > MOST_DIMENSIONS:
        raise ValueError("as many sizes as strides, and not too many")
    if any(type(number) is not int or not 0 <= number < MOST_ELEMENTS for number in (offset, *size, *stride)):
        raise ValueError("a negative or a huge number")
    if math.prod(number or 1 for number in size) >= MOST_ELEMENTS:
        raise ValueError("a huge number of elements")
    last = offset + sum((count - 1) * step for count, step in zip(size, stride, strict=True))
    if 0 not in size and (last + 1) * dtype.itemsize > storage.nbytes:
        raise ValueError("elements outside of the storage")
    if 0 in size and offset * dtype.itemsize > storage.nbytes:
        raise ValueError("a beginning outside of the storage")
    return torch.empty(0, dtype=dtype).set_(storage.untyped, offset, tuple(size), tuple(stride))


def _with(tensor: Tensor, requires_grad: bool, metadata: Mapping[str, object] | None) -> Tensor:
    if metadata and metadata.get("conj"):
        tensor = torch.conj(tensor)
    if metadata and metadata.get("neg"):
        tensor = torch._neg_view(tensor)
    return tensor.requires_grad_(bool(requires_grad))
