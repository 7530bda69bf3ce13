"""Walk of one run: its tensors on the device, and a row of the table as a fixed sequence of operations on them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import islice, pairwise

import numpy as np
import torch
from torch import Tensor

from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.sampling.network_call import NetworkCall
from ddpm_studio.sampling.picture_noise import NoiseSource, normal_numbers
from ddpm_studio.sampling.plan import plan_of


class Walk:
    """`enter(i)` loads row i of the table, `advance()` runs it, always by the same operations on the same memory.

    All tensors that outlive a row are allocated here, once, so that the operations can be captured as a CUDA graph
    without reading anything back. x (B, C, H, W) keeps its memory format and precision, float32 or float64; the network
    gets it in `dtype`. Afterwards `x` is the x that leaves the row, `x0` the estimate, and `finite` tells if the
    network's output was finite; all three are overwritten by the next row.
    """

    def __init__(
        self,
        table: SolverTable,
        denoiser: Denoiser,
        x: Tensor,
        call: NetworkCall,
        bounding: Callable[[Tensor], Tensor] | None,
        dtype: torch.dtype,
        keep_epsilon: bool = False,
    ) -> None:
        self._call, self._bounding, self._dtype = call, bounding, dtype
        self._learned, self._conditions_itself = table.log_variance_min is not None, denoiser.self_condition
        self._time = torch.int64 if denoiser.integer_timesteps else torch.float32
        plan = plan_of(table, denoiser.prediction_type, keep_epsilon and bounding is not None)
        told = np.tile(plan.told.round() if denoiser.integer_timesteps else plan.told, (len(x), 1))
        weighed = (plan.of_x, plan.of_x0, plan.of_unclipped, plan.of_z)
        rows = np.column_stack([plan.sees, plan.u, plan.v, plan.spread, *weighed, *told])
        self._rows = torch.from_numpy(rows).to(x.dtype).to(x.device).unbind()
        self._row = self._rows[0].clone()
        self._told = self._row[-len(x) :]
        self._sees, self._u, self._v, self._spread, *weights = self._row[: -len(x)].unbind()
        self._xs, self._x0s = ([torch.zeros_like(x) for _ in ages.T] for ages in (plan.of_x, plan.of_x0))
        self._noise, self._total = torch.zeros_like(x), x.new_zeros(())
        self._unclipped = torch.zeros_like(x) if plan.of_unclipped.any() else None
        terms = zip(weights, [*self._xs, *self._x0s, self._unclipped, self._noise], strict=True)
        used = terms if plan.of_z.any() else islice(terms, len(weights) - 1)
        self._terms = [(weight, term) for weight, term in used if term is not None]
        self.x, self.x0 = self._xs[0], self._x0s[0]
        self.x.copy_(x)

    @property
    def finite(self) -> bool:
        """True if the network's output was finite; the only value of a row that is read back."""
        return math.isfinite(self._total.item())

    def enter(self, row: int) -> None:
        """Load the weights of a row, and what the network is told at it."""
        self._row.copy_(self._rows[row])

    def draw(self, source: NoiseSource | None) -> None:
        """Draw z for the whole batch, in the order of a contiguous tensor, on the source's device."""
        self._noise.copy_(normal_numbers(self._noise.shape, source, self._noise.device))

    def advance(self) -> None:
        """Call the network on the x that enters the row, and store the estimate and the x that leaves it."""
        out = self._output()
        _age(self._x0s)
        torch.mul(self.x, self._u, out=self.x0).addcmul_(self._v, out)
        if self._unclipped is not None:
            self._unclipped.copy_(self.x0)
        if self._bounding is not None:
            self._bounding(self.x0)
        leaving = torch.mul(*self._terms[0])
        for weight, term in self._terms[1:]:
            leaving.addcmul_(weight, term)
        _age(self._xs)
        self.x.copy_(leaving)

    def _output(self) -> Tensor:
        """The network's prediction; its learned variance, which must then be present, scales z."""
        channels = self.x.shape[1]
        out = self._call(*self._inputs()).to(self.x.dtype)
        self._total = out.sum()
        if self._learned:
            _check_variance(out, channels)
            self._noise.mul_((self._spread * (out[:, channels:] + 1)).exp_())
        return out if out.shape[1] == channels else out[:, :channels]

    def _inputs(self) -> list[Tensor]:
        """x as it is seen, what is told, and the last estimate, in the types that the network takes."""
        seen = self.x * self._sees
        x, *estimate = (one.to(self._dtype) for one in ([seen, self.x0] if self._conditions_itself else [seen]))
        return [x, self._told.to(self._time), *estimate]


def _age(queue: Sequence[Tensor]) -> None:
    """Make room for a newer one."""
    for older, newer in pairwise(reversed(queue)):
        older.copy_(newer)


def _check_variance(out: Tensor, channels: int) -> None:
    if out.shape[1] == channels:
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors",
                "This network learned no variance; choose fixed_small or fixed_large instead of learned_range.",
            )
        )
