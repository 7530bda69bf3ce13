"""Trial calls of networks that do not say what they take: the ways to call one, and what comes of each."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.shared.apart.raised import ForeignError
from ddpm_studio.checkpoints.families.shared.program import NotATensorError
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, StudioError
from ddpm_studio.sampling.reasons import reason_of

Shape = tuple[int, int, int]

_BATCH = 3
"""The number of pictures in the trial call, different from what programs are traced with."""


@dataclass(frozen=True)
class CallingConvention:
    """A way to call a network: with whole or fractional timesteps, and what is assumed if that works.

    `rehearsal` is what can be called on the meta device for it, if available: what it returns is found without
    computing it.
    """

    network: nn.Module
    integer_timesteps: bool
    assumed: tuple[Assumption, ...] = ()
    rehearsal: nn.Module | None = None


@dataclass(frozen=True)
class TrialCall:
    """A call of the network in the file at `path`, with pictures of a shape, told `told`, with a `label` if any."""

    shape: Shape
    told: float
    label: int | None
    path: Path

    def channels(self, way: CallingConvention) -> int:
        """How many channels the network returns; CheckpointError if it fails, or returns something else."""
        try:
            out = self._rehearsed(way)
        except StudioError:  # It has ended, and nothing more comes of it; or it asked for more than it may.
            raise
        except Exception as error:  # The network is the user's own, and so is what it raises.
            if (returned := _returned(error)) is not None:
                raise self._misshapen(returned) from None
            raise self._uncallable(error) from error
        shapes = [(_BATCH, channels, *self.shape[1:]) for channels in (self.shape[0], 2 * self.shape[0])]
        if not isinstance(out, Tensor) or tuple(out.shape) not in shapes:
            raise self._misshapen(tuple(out.shape) if isinstance(out, Tensor) else type(out).__name__)
        return out.shape[1]

    def works(self, ways: Sequence[CallingConvention]) -> bool:
        """True if the network can be called in one of these ways."""
        for way in ways:
            try:
                return bool(self.channels(way))
            except CheckpointError:
                continue
        return False

    def computed(self, network: nn.Module) -> object:
        """What the network returns for one picture, computed in any case."""
        return _called(network, self._inputs(1))

    def _rehearsed(self, way: CallingConvention) -> object:
        if way.rehearsal is None:
            return _called(way.network, self._inputs(_BATCH))
        return _called(way.rehearsal, self._inputs(_BATCH, "meta"))

    def _inputs(self, batch: int, device: str = "cpu") -> list[Tensor]:
        """What the network is given: x, t and labels."""
        labels = [] if self.label is None else [torch.full((batch,), self.label, dtype=torch.int64, device=device)]
        told = torch.full((batch,), self.told, device=device)
        return [torch.zeros(batch, *self.shape, device=device), told, *labels]

    def _uncallable(self, error: Exception) -> CheckpointError:
        return CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The network in {path} cannot be called with x of {x} and t of {t}: {reason}; "
                "give its correct --shape, or a network that is called with x and t, and with labels where it has "
                "classes.",
            ).in_window(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "The network in {path} cannot be called with x of {x} and t of {t}: {reason}; "
                    "say its correct shape, or choose a network that is called with x and t, and with labels where it "
                    "has classes.",
                )
            ),
            path=self.path,
            x=(_BATCH, *self.shape),
            t=(_BATCH,),
            reason=reason_of(error),
        )

    def _misshapen(self, out: tuple[int, ...] | str) -> CheckpointError:
        return CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The network in {path} turns x of {x} into {out}; it must return one tensor of that shape, "
                "or one with twice the channels.",
            ),
            path=self.path,
            x=(_BATCH, *self.shape),
            out=out,
        )


def _returned(error: Exception) -> str | None:
    """The class of what a network returned in place of a tensor, here or in a process of its own, None if it failed."""
    name = error.kind if isinstance(error, ForeignError) else type(error).__name__
    return str(error) if name == NotATensorError.__name__ else None


def _called(network: nn.Module, inputs: Sequence[Tensor]) -> object:
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return network(*inputs)
