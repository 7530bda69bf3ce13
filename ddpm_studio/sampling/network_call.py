"""Network call: one evaluation for a whole batch, in as many parts as the device's memory requires."""

from __future__ import annotations

import torch
from torch import Tensor

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.out_of_memory import is_out_of_memory
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.sampling.device_errors import too_many
from ddpm_studio.sampling.devices import Network


class NetworkCall:
    """The network of a run with its labels and guidance; `pictures_at_once` shrinks when the device runs out of memory.

    Called with x (B, C, H, W) as it is shown, timesteps (B,) as they are told and, for a self-conditioned network, its
    last estimate in the shape of x, it returns out (B, C or 2C, H, W). The network gets copies, which it may overwrite.
    Raises SamplingError if the output has another shape, and if not even one picture fits on the device.
    """

    def __init__(self, denoiser: Denoiser, network: Network, pictures: int, device: torch.device) -> None:
        self._network = network
        self._guidance = denoiser.guidance
        self._labels: tuple[Tensor, ...] = (denoiser.labels(pictures).to(device),) if denoiser.classes else ()
        if denoiser.guidance != 1 and denoiser.null_label is not None:
            self._labels = tuple(torch.cat([one, torch.full_like(one, denoiser.null_label)]) for one in self._labels)
        self._pictures, self._whole = pictures, pictures if denoiser.guidance == 1 else 2 * pictures
        self._size = self._whole

    @property
    def pictures_at_once(self) -> int | None:
        """The number of pictures evaluated at a time, None while the whole batch fits."""
        return None if self._size == self._whole else max(1, self._size * self._pictures // self._whole)

    def __call__(self, x: Tensor, timesteps: Tensor, *estimate: Tensor) -> Tensor:
        if self._guidance == 1:
            return self._evaluate(x, timesteps, *self._labels, *estimate)
        twice, t, *estimates = (torch.cat([one, one]) for one in (x, timesteps, *estimate))
        labelled, null = self._evaluate(twice, t, *self._labels, *estimates).chunk(2)
        guided = torch.lerp(null, labelled, self._guidance)
        return guided if guided.shape == x.shape else torch.cat([guided[:, : x.shape[1]], labelled[:, x.shape[1] :]], 1)

    def _evaluate(self, *inputs: Tensor) -> Tensor:
        device = inputs[0].device
        while True:
            try:
                return self._in_parts(*inputs)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error) or _is_captured(device):
                    raise
                if self._size == 1:
                    raise too_many(1, device) from error
            # The exception is gone here, and with it the tensors that its traceback kept alive.
            self._size = (self._size + 1) // 2
            if device.type == "cuda":
                torch.cuda.empty_cache()

    def _in_parts(self, *inputs: Tensor) -> Tensor:
        if self._size >= len(inputs[0]):
            return self._part(*inputs)
        parts = zip(*(torch.split(tensor, self._size) for tensor in inputs), strict=True)
        return torch.cat([self._part(*part) for part in parts])

    def _part(self, *inputs: Tensor) -> Tensor:
        out = self._network(*(one.clone() for one in inputs))
        _check_output(out, inputs[0])
        return out


def _is_captured(device: torch.device) -> bool:
    """True during the capture of a graph, which is given up where memory ends: without it, larger parts may fit."""
    return device.type == "cuda" and torch.cuda.is_current_stream_capturing()


def _check_output(out: object, x: Tensor) -> None:
    if not isinstance(out, Tensor):
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "The network returned {type}; it must return a tensor of shape {shape}."),
            type=type(out).__name__,
            shape=tuple(x.shape),
        )
    pictures, channels, *size = x.shape
    if out.shape != x.shape and tuple(out.shape) != (pictures, 2 * channels, *size):
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The network turned {shape} into {other}; its output must have the shape of its input, "
                "or twice the channels if it learned its variance.",
            ),
            shape=tuple(x.shape),
            other=tuple(out.shape),
        )
