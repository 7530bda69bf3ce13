"""Agreement among what an operator is given, where torch's own code takes it for granted and reads beyond (2.13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor


def agrees(operator: Any, given: Mapping[str, Any]) -> bool:
    """False for tensors whose sizes or types do not fit together."""
    name: str = operator._schema.name
    rule = _of_scales if "upsample_" in name else _RULES.get(name)
    return rule is None or rule(given)


def _of_batch_norm(given: Mapping[str, Any]) -> bool:
    """One value a channel, wherever there are any."""
    picture = cast(Tensor, given["input"])
    each = [given.get(name) for name in ("weight", "bias", "running_mean", "running_var")]
    return picture.ndim >= 2 and all(
        one is None or (one.shape == picture.shape[1:2] and one.is_floating_point()) for one in each
    )


def _of_scales(given: Mapping[str, Any]) -> bool:
    """Scales that lead from the old size to the new one, give or take a value."""
    scales = [given.get(name) for name in ("scales", "scales_d", "scales_h", "scales_w") if name in given]
    wanted = cast(Sequence[int], given["output_size"])
    old = cast(Tensor, given.get("self", given.get("input"))).shape[-len(wanted) :] if wanted else ()
    sizes = list(zip(old, wanted, strict=False))[-len(scales) :] if scales else []
    return all(
        scale is None or abs(before * scale - after) <= 1 for scale, (before, after) in zip(scales, sizes, strict=False)
    )


def _of_attention(given: Mapping[str, Any]) -> bool:
    query, key, value = (cast(Tensor, given[name]) for name in ("query", "key", "value"))
    if not query.ndim == 4 == key.ndim or key.shape != value.shape or not query.numel() * key.numel():
        return False
    alike = query.dtype == key.dtype == value.dtype and query.is_floating_point()
    fits = query.shape[:2] == key.shape[:2] and query.shape[3] == key.shape[3]
    return alike and fits and _masks(given.get("attn_mask"), query, key)


def _masks(mask: Tensor | None, query: Tensor, key: Tensor) -> bool:
    if mask is None:
        return True
    whole = torch.Size((*query.shape[:3], key.shape[2]))[-mask.ndim :]
    stretched = all(size in (1, full) for size, full in zip(mask.shape, whole, strict=False))
    return mask.ndim in (2, 4) and mask.dtype == query.dtype and stretched


_RULES: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "aten::native_batch_norm": _of_batch_norm,
    "aten::_native_batch_norm_legit": _of_batch_norm,
    "aten::_native_batch_norm_legit_no_training": _of_batch_norm,
    "aten::_scaled_dot_product_flash_attention_for_cpu": _of_attention,
}
