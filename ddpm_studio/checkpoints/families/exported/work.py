"""Work of an operator: how many multiplications it takes, which may be many more than the values that come out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from torch import Tensor

_POOLS = {f"aten::{kind}_pool{n}d" for kind in ("avg", "max") for n in (1, 2, 3)} | {
    f"aten::max_pool{n}d_with_indices" for n in (2, 3)
}

WINDOWED = {"aten::convolution", "aten::im2col", "aten::col2im", "aten::unfold", *_POOLS}
"""Operators whose numbers make up a window that is moved over a picture: kernels, strides, paddings, dilations."""


def work_of(operator: Any, given: Mapping[str, Any], returned: Sequence[Tensor]) -> int:
    """The multiplications, or comparisons, of an operator with what it was given and its results: of most operators one
    for each value that comes out.
    """
    count, values = _WORK.get(operator._schema.name), sum(math.prod(tensor.shape) for tensor in returned)
    return count(given, math.prod(returned[0].shape)) if count and returned else values


def _of_convolution(given: Mapping[str, Any], values: int) -> int:
    picture, kernel = cast(Tensor, given["input"]), cast(Tensor, given["weight"])
    return max(values, math.prod(picture.shape)) * math.prod(kernel.shape[1:])


def _of_pool(given: Mapping[str, Any], values: int) -> int:
    kernel: Sequence[int] = given["kernel_size"]
    return values * (math.prod(kernel) if len(kernel) > 1 else kernel[0] ** 3)


def _of_product(first: str) -> Callable[[Mapping[str, Any], int], int]:
    """What a product of matrices takes, the first of which is the argument of this name."""
    return lambda given, values: values * int(given[first].shape[-1])


def _of_attention(given: Mapping[str, Any], values: int) -> int:
    query, key = cast(Tensor, given["query"]), cast(Tensor, given["key"])
    return (math.prod(query.shape) + values) * key.shape[-2]


def _of_singular_values(given: Mapping[str, Any], values: int) -> int:
    matrices = cast(Tensor, given["A"])
    return 60 * math.prod(matrices.shape) * min(matrices.shape[-2:])


_WORK: dict[str, Callable[[Mapping[str, Any], int], int]] = {
    "aten::convolution": _of_convolution,
    **dict.fromkeys(_POOLS, _of_pool),
    "aten::mm": _of_product("self"),
    "aten::bmm": _of_product("self"),
    "aten::addmm": _of_product("mat1"),
    "aten::baddbmm": _of_product("batch1"),
    "aten::_scaled_dot_product_flash_attention_for_cpu": _of_attention,
    "aten::_linalg_svd": _of_singular_values,
}
