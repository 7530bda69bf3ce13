"""The walk of one run: its tensors on the device, and a row of the table as a fixed set of operations on them."""

from __future__ import annotations

import torch
from torch import Tensor

from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.sampling.clipping import Bounding
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.sampling.network_call import NetworkCall
from ddpm_studio.sampling.plan import plan_of

_CONTIGUOUS = (0, 1, 2, 3)
_CHANNELS_LAST = (0, 2, 3, 1)
"""The dimensions of (B, C, H, W) in the order in which they lie in memory."""


class Walk:
    """`advance()` does the row of the table that `counter` names, always by the same operations on the same tensors.

    All tensors are made here, once, so that the operations can be captured as a CUDA graph; the counter lies on the
    device as well, and nothing that depends on it is read back. x (B, C, H, W) keeps its memory format and precision,
    float32 or float64; the network gets it in `dtype`. Afterwards `x` and `x0` are what leaves the row and the
    estimate, and `finite` says whether the network's output was; all three are overwritten by the next row.
    """

    def __init__(
        self,
        table: SolverTable,
        denoiser: Denoiser,
        x: Tensor,
        call: NetworkCall,
        bounding: Bounding | None,
        dtype: torch.dtype,
    ) -> None:
        self._call, self._bounding, self._dtype = call, bounding, dtype
        self._learned = table.log_variance_min is not None
        plan = plan_of(table, denoiser.prediction_type)
        timesteps = torch.from_numpy(table.timestep.copy())[:, None].repeat(1, len(x))
        timesteps = timesteps.round().long() if denoiser.integer_timesteps else timesteps.float()
        self._weights = torch.from_numpy(plan.weights).to(x.dtype).to(x.device)
        self._reading = torch.from_numpy(plan.reading).to(x.dtype).to(x.device)
        self._slots, self._timesteps = torch.from_numpy(plan.slots).to(x.device), timesteps.to(x.device)
        self.counter = torch.zeros(1, dtype=torch.int64, device=x.device)
        self.finite = torch.ones((), dtype=torch.bool, device=x.device)
        self.x, self.x0, self._noise = (torch.zeros_like(x) for _ in range(3))
        self._order = _CONTIGUOUS if x.is_contiguous() else _CHANNELS_LAST
        self._memory = x.new_zeros((plan.weights.shape[1], x.numel()))
        self._memory[plan.slots[0, 0]] = self._flat(x)

    def draw(self, generator: torch.Generator | None) -> None:
        """Draw z for the whole batch, in the order of a contiguous tensor, on the generator's device."""
        device = self._noise.device if generator is None else generator.device
        self._noise.copy_(torch.randn(self._noise.shape, generator=generator, device=device))

    def advance(self) -> None:
        """Call the network on the x that enters the row, and put the x that leaves it into memory."""
        weights = self._weights.index_select(0, self.counter)[0]
        reading = self._reading.index_select(0, self.counter)[0]
        entering, said, leaving = self._slots.index_select(0, self.counter).view(3, 1)
        x = self._picture(self._memory.index_select(0, entering))
        out, variance = self._output(x)
        self._keep(said, self._read(x, out, reading))
        noise = self._noise * (reading[-1] * (variance + 1)).exp() if self._learned else self._noise
        self._memory[-1] = self._flat(noise)
        # A matrix times a vector is never done in TF32, which a script may have allowed for its network.
        self.x.copy_(self._picture(torch.mv(self._memory.T, weights)))
        self._keep(leaving, self.x)

    def _output(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The network's prediction and its learned variance, none of which it may have left out."""
        out = self._call(x.to(self._dtype), self._timesteps.index_select(0, self.counter)[0]).to(x.dtype)
        if self._learned and out.shape == x.shape:
            raise SamplingError(
                QT_TRANSLATE_NOOP(
                    "errors", "This network learned no variance; choose fixed_small or fixed_large for learned_range."
                )
            )
        self.finite.copy_(out.sum().isfinite())
        return out[:, : x.shape[1]], out[:, x.shape[1] :]

    def _read(self, x: Tensor, out: Tensor, reading: Tensor) -> Tensor:
        """m, the output in the solver's own space; leaves the estimate in `x0`, bounded where that is asked for."""
        p, q, u, v, p_bounded, q_bounded, _ = reading.unbind()
        x0 = torch.addcmul(u * x, v, out)
        if self._bounding is None:
            self.x0.copy_(x0)
            return torch.addcmul(p * x, q, out)
        self.x0.copy_(self._bounding(x0))
        return torch.addcmul(p_bounded * x, q_bounded, self.x0)

    def _keep(self, slot: Tensor, tensor: Tensor) -> None:
        self._memory.index_copy_(0, slot, self._flat(tensor)[None])

    def _flat(self, tensor: Tensor) -> Tensor:
        """(B, C, H, W) as one dimension, in the order in which `x` lies in memory."""
        return tensor.permute(*self._order).reshape(-1)

    def _picture(self, flat: Tensor) -> Tensor:
        """The inverse of `_flat`."""
        stored = flat.view([self.x.shape[dimension] for dimension in self._order])
        return stored.permute(*(self._order.index(dimension) for dimension in range(4)))
