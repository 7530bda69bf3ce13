"""Live memory of a call: the most that its results take at once, reckoned on torch's meta device without computing."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map_only

from ddpm_studio.sampling.devices import copied_to

_META = torch.device("meta")
_Outline = tuple[object, ...]
_RECKONED: WeakKeyDictionary[nn.Module, dict[_Outline, int | None]] = WeakKeyDictionary()
"""What was found before, by the shapes of a call."""


def live_memory_of(network: nn.Module, dtype: torch.dtype, *inputs: Tensor, **keywords: Tensor) -> int | None:
    """The bytes that the results of a call in `dtype` take at once, beside the weights; None where nothing tells it.

    Attention is counted without the matrix of all places by all, as scaled_dot_product_attention does it, and what
    libraries set aside to work with is left out. A network that looks at the values of tensors tells nothing.
    """
    known = _RECKONED.setdefault(network, {})
    outline = (
        dtype,
        *(tuple(one.shape) for one in inputs),
        *((key, tuple(one.shape)) for key, one in keywords.items()),
    )
    if outline not in known:
        known[outline] = _reckoned(network, dtype, inputs, keywords)
    return known[outline]


def weights_of(network: nn.Module, dtype: torch.dtype) -> int:
    """The bytes that parameters and buffers take in `dtype`."""
    tensors = chain(network.parameters(), network.buffers())
    return sum(one.numel() * (dtype.itemsize if one.is_floating_point() else one.itemsize) for one in tensors)


def _reckoned(
    network: nn.Module, dtype: torch.dtype, inputs: Sequence[Tensor], keywords: Mapping[str, Tensor]
) -> int | None:
    try:
        outline = copied_to(network, _META, dtype)
        placed = [_on_meta(one, dtype) for one in inputs]
        named = {name: _on_meta(one, dtype) for name, one in keywords.items()}
        live = _Live(outline)
        with torch.no_grad(), _FusedAttention(), live:
            outline(*placed, **named)
    except Exception:  # A network is foreign code, and may do what tensors without values do not allow.
        return None
    return live.most


class _Live(TorchDispatchMode):
    """Counts the storages that operations make, as long as something holds them, but for those of a network."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._now = self.most = 0
        self._counted = WeakSet(one.untyped_storage() for one in chain(network.parameters(), network.buffers()))

    def __torch_dispatch__(
        self, function: Callable[..., Any], kinds: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        out = function(*args, **(kwargs or {}))
        tree_map_only(Tensor, self._count, out)
        return out

    def _count(self, tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage not in self._counted:
            self._counted.add(storage)
            self._now += storage.nbytes()
            self.most = max(self.most, self._now)
            weakref.finalize(storage, self._drop, storage.nbytes())
        return tensor

    def _drop(self, size: int) -> None:
        self._now -= size


class _FusedAttention(TorchFunctionMode):
    """Has attention make its result alone, for which meta would spell it out."""

    def __torch_function__(
        self, function: Callable[..., Any], kinds: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        named = kwargs or {}
        if function is functional.scaled_dot_product_attention:
            query, _, value = (*args, *(named[name] for name in ("query", "key", "value") if name in named))[:3]
            return query.new_empty((*query.shape[:-1], value.shape[-1]))
        return function(*args, **named)


def _on_meta(one: Tensor, dtype: torch.dtype) -> Tensor:
    return torch.empty_like(one, dtype=dtype if one.is_floating_point() else one.dtype, device=_META)
