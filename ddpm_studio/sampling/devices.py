"""Devices and precisions, and the copies of a network on them."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from typing import Self

import torch
from torch import Tensor, nn

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.out_of_memory import is_out_of_memory
from ddpm_studio.sampling.reasons import reason_of

Network = Callable[..., Tensor]
Fingerprint = tuple[tuple[int, int], ...]


def device_named(name: str) -> torch.device:
    """The device called cpu, cuda, cuda:1 or mps, or the best there is for auto. Raises SamplingError if there is none.

    >>> device_named("cpu")
    device(type='cpu')
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "mps" if _has_mps() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise _no_device(name) from error
    usable = {"cpu": True, "cuda": (device.index or 0) < torch.cuda.device_count(), "mps": _has_mps()}
    if not usable.get(device.type, False):
        raise _no_device(name)
    return device


def home(network: Network, x: Tensor) -> tuple[torch.device, torch.dtype]:
    """The device and precision of the network's parameters, or those of x for a network without parameters."""
    first = next(network.parameters(), None) if isinstance(network, nn.Module) else None
    tensor = x if first is None or not first.is_floating_point() else first
    return tensor.device, tensor.dtype


def is_channels_last(network: Network) -> bool:
    """True if the network's convolutions keep their weights in channels_last, and so want pictures in it too.

    >>> convolution = nn.Conv2d(3, 8, kernel_size=3)
    >>> is_channels_last(convolution), is_channels_last(convolution.to(memory_format=torch.channels_last))
    (False, True)
    """
    if not isinstance(network, nn.Module):
        return False
    kernels = (p for p in network.parameters() if p.ndim == 4 and p.shape[1] > 1 and p.shape[2] > 1)
    first = next(kernels, None)
    return first is not None and first.is_contiguous(memory_format=torch.channels_last)


def is_apart(network: Network) -> bool:
    """True if it runs in another process, where neither torch.compile nor a CUDA graph of this one reaches it."""
    return getattr(network, "is_apart", False) is True


@dataclass(eq=False)
class Placements:
    """The copies of one network, one for each device and precision it ran on, made at first use.

    A copy is only read, so runs in several threads share it; the network itself is never moved or changed. If it was
    trained since, it is copied again.
    """

    compile: bool = False
    _copies: dict[tuple[Network, torch.device, torch.dtype], tuple[Fingerprint, Network]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, network: Network, device: torch.device, dtype: torch.dtype) -> Network:
        """`network` on `device` in `dtype`, in evaluation mode; a network that is not a module is returned as it is.

        Raises SamplingError if it has to be copied for that and cannot be.
        """
        if not isinstance(network, nn.Module):
            return network
        key, fingerprint = (network, device, dtype), _fingerprint(network)
        with self._lock:
            if key not in self._copies or self._copies[key][0] != fingerprint:
                self._copies[key] = fingerprint, self._place(network, device, dtype)
            return self._copies[key][1]

    def let_go(self, network: Network, device: torch.device) -> None:
        """Drop the copies of `network` on `device`, whose memory is free once no run has them any more."""
        with self._lock:
            for key in [each for each in self._copies if each[:2] == (network, device)]:
                del self._copies[key]

    def __reduce__(self) -> tuple[type[Self], tuple[bool]]:
        """A copy of a Denoiser, such as for another process, makes placements of its own."""
        return type(self), (self.compile,)

    def _place(self, network: nn.Module, device: torch.device, dtype: torch.dtype) -> Network:
        parameters = [p for p in network.parameters() if p.is_floating_point()]
        placed = all(p.device == device and p.dtype == dtype for p in parameters)
        if any(module.training for module in network.modules()) or not placed:
            network = _copied(network, device, dtype)
        if self.compile and not is_apart(network):
            return torch.compile(network)
        return network


def _fingerprint(network: nn.Module) -> Fingerprint:
    """A value that changes with the weights: the address of each tensor, and its count of writes."""
    tensors = chain(network.parameters(), network.buffers())
    return tuple((tensor.data_ptr(), 0 if tensor.is_inference() else tensor._version) for tensor in tensors)


def copied_to(network: nn.Module, device: torch.device, dtype: torch.dtype) -> nn.Module:
    """A copy on `device` in `dtype` and evaluation mode.

    There are never two copies of the weights in between, unless the network has a way of its own to move.
    """
    moved: dict[int, object] = {}
    for one in () if _moves_in_its_own_way(network) else chain(network.parameters(), network.buffers()):
        with torch.no_grad():
            tensor = one.detach().to(device, dtype if one.is_floating_point() else one.dtype, copy=True)
        is_parameter = isinstance(one, nn.Parameter)
        moved[id(one)] = nn.Parameter(tensor, requires_grad=one.requires_grad) if is_parameter else tensor
    return copy.deepcopy(network, moved).to(device=device, dtype=dtype).eval()


def _moves_in_its_own_way(network: nn.Module) -> bool:
    """Whether it may stay in its precision, or lays its weights out anew, where torch would just convert them."""
    own_to = type(network).to is not nn.Module.to
    return own_to or any(type(each)._apply is not nn.Module._apply for each in network.modules())


def _copied(network: nn.Module, device: torch.device, dtype: torch.dtype) -> nn.Module:
    try:
        return copied_to(network, device, dtype)
    except Exception as error:  # Anything the network holds may refuse in its own way.
        if is_out_of_memory(error):
            raise
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The network is in training mode, on another device or in another precision, and cannot be copied "
                "({reason}); move it there yourself and switch it to evaluation mode.",
            ),
            reason=reason_of(error),
        ) from error


def _has_mps() -> bool:
    return torch.backends.mps.is_available()


def _no_device(name: str) -> SamplingError:
    there = ["cpu", *(["cuda"] if torch.cuda.is_available() else []), *(["mps"] if _has_mps() else [])]
    return SamplingError(
        QT_TRANSLATE_NOOP("errors", "There is no device “{name}” here; choose auto or one of: {known}."),
        name=name,
        known=", ".join(there),
    )
