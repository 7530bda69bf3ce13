"""Looking up by values: indexes, chances and what is divided, held against ranges before an operator goes by them.

A kernel on a GPU that meets one out of range ends all use of the device until the program is started again, and a
processor that divides the least whole number by −1 ends the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor

from ddpm_studio.checkpoints.families.exported.rehearsal import unneeded
from ddpm_studio.errors import QT_TRANSLATE_NOOP

Ranges = Iterator[tuple[Tensor, float, float]]
"""Tensors, each with the least and the greatest value that it may have."""


def check_looked_up(operator: object, given: Mapping[str, Any]) -> None:
    """SamplingError if `operator` is `given` a value by which it would look outside of a tensor, or fail."""
    rule = _RULES.get(operator)
    for tensor, least, greatest in rule(given) if rule else ():
        if tensor.numel() and not tensor.is_meta:
            low, high = (bound.item() for bound in tensor.aminmax())
            if not (least <= low and high <= greatest):  # NaN is neither.
                raise unneeded(operator, QT_TRANSLATE_NOOP("errors", "by values that are out of range"))


def _along(tensor: str, index: str = "index", from_end: bool = False) -> Callable[[Mapping[str, Any]], Ranges]:
    """Places along the dimension `dim` of a tensor, by default the first; if `from_end`, below zero from its end."""

    def ranges(given: Mapping[str, Any]) -> Ranges:
        dim, looked_in = given.get("dim", 0), cast(Tensor, given[tensor])
        shape = looked_in.shape or (1,)
        size = looked_in.numel() if dim is None else shape[dim]
        yield given[index], -size if from_end else 0, size - 1

    return ranges


def _in_each(given: Mapping[str, Any]) -> Ranges:
    """Places along each dimension for which there is an index, or masks, each of which stands for its dimensions."""
    looked_in, at = cast(Tensor, given["self"]), 0
    for index in cast(Sequence[Tensor | None], given["indices"]):
        if index is not None and index.dtype in (torch.bool, torch.uint8):
            at += index.ndim
            continue
        if index is not None:
            yield index, -looked_in.shape[at], looked_in.shape[at] - 1
        at += 1


def _of_classes(given: Mapping[str, Any]) -> Ranges:
    yield given["self"], 0, given["num_classes"] - 1


def _of_chances(given: Mapping[str, Any]) -> Ranges:
    yield given["self"], 0, 1


def _of_quotients(given: Mapping[str, Any]) -> Ranges:
    """Whole numbers from the one after the least on, where a quotient is cut off; other ways of rounding see to it."""
    divided = cast(Tensor, given["self"])
    if given.get("rounding_mode") == "trunc" and divided.dtype in (torch.int32, torch.int64):
        bounds = torch.iinfo(divided.dtype)
        yield divided, bounds.min + 1, bounds.max


_ATEN = torch.ops.aten
_RULES: dict[object, Callable[[Mapping[str, Any]], Ranges]] = {
    _ATEN.embedding.default: _along("weight", "indices"),
    _ATEN.take_along_dim.default: _along("self", "indices"),
    **dict.fromkeys((_ATEN.gather.default, _ATEN.index_select.default, _ATEN.index_add.default), _along("self")),
    **dict.fromkeys((_ATEN.scatter.value, _ATEN.scatter.src, _ATEN.scatter_.value), _along("self")),
    **dict.fromkeys((_ATEN.scatter_.src, _ATEN.scatter_add.default, _ATEN.index_copy.default), _along("self")),
    _ATEN.index_fill.int_Scalar: _along("self", from_end=True),
    **dict.fromkeys((_ATEN.index.Tensor, _ATEN._unsafe_index.Tensor), _in_each),
    **dict.fromkeys((_ATEN.index_put.default, _ATEN.index_put_.default), _in_each),
    **dict.fromkeys((_ATEN.div.Tensor_mode, _ATEN.div.Scalar_mode), _of_quotients),
    _ATEN.one_hot.default: _of_classes,
    _ATEN.bernoulli.default: _of_chances,
}
