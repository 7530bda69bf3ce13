"""One evaluation of the network for a whole batch, in as many calls as the device's memory asks for."""

from __future__ import annotations

import math
from itertools import repeat

import torch
from torch import Tensor

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.sampling.devices import Network

_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")


class NetworkCall:
    """The network of a run with its labels and guidance; `pictures_at_once` shrinks when the device runs out of memory.

    Called with x (B, C, H, W) and timesteps (B,), it returns out (B, C or 2C, H, W). Raises SamplingError where the
    output has another shape, and where not even one picture fits the device.
    """

    def __init__(self, denoiser: Denoiser, network: Network, pictures: int, device: torch.device) -> None:
        self._network = network
        self._guidance = denoiser.guidance
        self._labels: Tensor | None = None
        if denoiser.classes:
            self._labels = denoiser.labels(pictures).to(device)
        if denoiser.guidance != 1 and self._labels is not None and denoiser.null_label is not None:
            self._labels = torch.cat([self._labels, torch.full_like(self._labels, denoiser.null_label)])
        self._whole = self._size = pictures if self._labels is None else len(self._labels)

    @property
    def pictures_at_once(self) -> int | None:
        """None as long as the whole batch fits, else how many pictures are evaluated at a time."""
        return None if self._size == self._whole else self._size

    def __call__(self, x: Tensor, timesteps: Tensor) -> Tensor:
        if self._guidance == 1:
            return self._evaluate(x, timesteps)
        labelled, null = self._evaluate(torch.cat([x, x]), torch.cat([timesteps, timesteps])).chunk(2)
        guided = torch.lerp(null, labelled, self._guidance)
        return guided if guided.shape == x.shape else torch.cat([guided[:, : x.shape[1]], labelled[:, x.shape[1] :]], 1)

    def _evaluate(self, x: Tensor, timesteps: Tensor) -> Tensor:
        while True:
            try:
                return self._in_parts(x, timesteps)
            except RuntimeError as error:
                if not _is_out_of_memory(error):
                    raise
                if self._size == 1:
                    raise _too_small(x.device) from error
            # The exception is gone here, and with it the tensors that its traceback held.
            self._size = (self._size + 1) // 2
            if x.device.type == "cuda":
                torch.cuda.empty_cache()

    def _in_parts(self, x: Tensor, timesteps: Tensor) -> Tensor:
        size = self._size
        if size >= len(x):
            return self._part(x, timesteps, self._labels)
        labels = repeat(None, math.ceil(len(x) / size)) if self._labels is None else torch.split(self._labels, size)
        parts = zip(torch.split(x, size), torch.split(timesteps, size), labels, strict=True)
        return torch.cat([self._part(*part) for part in parts])

    def _part(self, x: Tensor, timesteps: Tensor, labels: Tensor | None) -> Tensor:
        out = self._network(x, timesteps) if labels is None else self._network(x, timesteps, labels)
        _check_output(out, x)
        return out


def _is_out_of_memory(error: RuntimeError) -> bool:
    return isinstance(error, torch.OutOfMemoryError) or any(text in str(error) for text in _OUT_OF_MEMORY)


def _too_small(device: torch.device) -> SamplingError:
    return SamplingError(
        QT_TRANSLATE_NOOP(
            "errors", "The memory of {device} does not hold one picture; close other programs or choose another device."
        ),
        device=device,
    )


def _check_output(out: object, x: Tensor) -> None:
    if not isinstance(out, Tensor):
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "The network returned {type}; it must return a tensor of shape {shape}."),
            type=type(out).__name__,
            shape=tuple(x.shape),
        )
    pictures, channels, *size = x.shape
    if tuple(out.shape) not in {(pictures, channels, *size), (pictures, 2 * channels, *size)}:
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The network turned {shape} into {other}; its output must have the shape of its input, "
                "or twice the channels where it learned its variance.",
            ),
            shape=tuple(x.shape),
            other=tuple(out.shape),
        )
