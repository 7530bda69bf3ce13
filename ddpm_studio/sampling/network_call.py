"""Network call: one evaluation for a whole batch under all of its conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.sampling.conditions import Condition
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.sampling.devices import Network
from ddpm_studio.sampling.parts import Parts


class NetworkCall:
    """The network of a run with its conditions; `pictures_at_once` shrinks when the device runs out of memory.

    The pictures are told by their numbers, by which conditions are dealt.
    Called with x (B, C, H, W) as it is shown, timesteps (B,) as they are told and, for a self-conditioned network, its
    last estimate in the shape of x, it returns out (B, C or 2C, H, W), guided in the first C channels; the others are
    those of the first condition. Conditions of one outline are evaluated as one batch. The network gets copies, which
    it may overwrite. Raises SamplingError if the output has another shape, and if not even one picture fits on the
    device.
    """

    def __init__(
        self, denoiser: Denoiser, network: Network, pictures: Sequence[int], device: torch.device, dtype: torch.dtype
    ) -> None:
        self._network, self._pictures = network, len(pictures)
        terms = [one.dealt(pictures).placed(device, dtype) for one in denoiser.terms]
        self._weights, self._rescale = [one.weight for one in terms], denoiser.guidance_rescale
        together = len({one.outline for one in terms}) == 1
        self._batches = [_joined(terms)] if together else terms
        self._copies = len(terms) if together else 1
        self._parts = Parts(self._copies * len(pictures))

    @property
    def pictures_at_once(self) -> int | None:
        """The number of pictures evaluated at a time, None while the whole batch fits."""
        size = self._parts.size
        return None if size == self._parts.whole else max(1, size * self._pictures // self._parts.whole)

    def __call__(self, x: Tensor, timesteps: Tensor, *estimate: Tensor) -> Tensor:
        inputs = [torch.cat([one] * self._copies) if self._copies > 1 else one for one in (x, timesteps, *estimate)]
        outs = [out for batch in self._batches for out in self._evaluated(batch, *inputs)]
        return outs[0] if len(outs) == 1 else self._guided(outs, x.shape[1])

    def _guided(self, outs: Sequence[Tensor], channels: int) -> Tensor:
        """Σ w_i out_i of weights that add up to 1, as differences from the last, which rounding spoils least."""
        # In half precision, differences would be rounded once more, and their spread could overflow.
        *others, last = (out[:, :channels].to(torch.promote_types(out.dtype, torch.float32)) for out in outs)
        guided = last
        for weight, out in zip(self._weights, others, strict=False):
            guided = torch.add(guided, out - last, alpha=weight)
        if self._rescale:
            guided = _rescaled(guided, others[0], self._rescale)
        return torch.cat([guided, outs[0][:, channels:]], 1) if outs[0].shape[1] > channels else guided

    def _evaluated(self, batch: Condition, x: Tensor, timesteps: Tensor, *estimate: Tensor) -> Iterator[Tensor]:
        """The output of each condition in a batch."""
        names = tuple(batch.keywords)

        def part(*inputs: Tensor) -> Tensor:
            placed = [one.clone() for one in inputs]
            plain = len(placed) - len(names)
            out = self._network(*placed[:plain], **dict(zip(names, placed[plain:], strict=True)))
            _check_output(out, inputs[0])
            return out

        out = self._parts(part, x, timesteps, *batch.tensors, *estimate, *batch.keywords.values())
        yield from out.split(self._pictures)


def _rescaled(guided: Tensor, plain: Tensor, share: float) -> Tensor:
    """A share of the guided output with the spread of the plain one, picture by picture, and the rest as it is."""
    own, wanted = (out.std(dim=(1, 2, 3), keepdim=True) for out in (guided, plain))
    ratio = torch.where(own > 0, wanted / own, 1)  # One value, or values that are all the same, have no spread.
    return guided * (share * ratio + (1 - share))


def _joined(conditions: Sequence[Condition]) -> Condition:
    """Conditions of one outline, one after another."""
    if len(conditions) == 1:
        return conditions[0]
    tensors = zip(*(one.tensors for one in conditions), strict=True)
    keywords = {name: torch.cat([one.keywords[name] for one in conditions]) for name in conditions[0].keywords}
    return Condition(tuple(torch.cat(rows) for rows in tensors), keywords)


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
