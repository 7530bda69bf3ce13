"""run: walks a solver's table with a network, and yields every step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor

from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError, StudioError
from ddpm_studio.sampling.clipping import Bounding, Thresholding, bounding
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.sampling.devices import device_named, home, is_channels_last
from ddpm_studio.sampling.graph import Graphed
from ddpm_studio.sampling.network_call import NetworkCall
from ddpm_studio.sampling.walk import Walk


@dataclass(frozen=True, eq=False)
class Step:
    """What one row of the table, one network call, left behind.

    `index` counts from 0 to `total` − 1, `timestep` is what the network was told, `x` (B, C, H, W) is what the row
    made, and `x0` the network's estimate of the picture, bounded if that was asked for; both belong to the receiver.
    `pictures_at_once` is None as long as the device holds the whole batch, else into what parts it was split.
    """

    index: int
    total: int
    timestep: float
    x: Tensor
    x0: Tensor
    pictures_at_once: int | None = None


def run(
    table: SolverTable,
    denoiser: Denoiser,
    x: Tensor,
    *,
    generator: torch.Generator | None = None,
    clip: float | None = None,
    thresholding: Thresholding | float | None = None,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
) -> Iterator[Step]:
    """Sample from x_T = `x`, (B, *denoiser.shape), along `table`; the x of the last step is the picture, in ±1.

    Noise is drawn from `generator` for the whole batch, once for each row that adds any, so the pictures depend on the
    seed alone. `clip` and `thresholding` (a ratio, or more) bound x0; None means what the denoiser recommends, and
    clip=inf nothing. The network runs on `device` in `dtype`, which default to its own; on CUDA a step is captured as
    a graph. x itself stays in float32, or in float64 for a network in float64.

    Raises SolverError and SamplingError at once for what does not fit together, and SamplingError on the way for a
    network that fails, an output of another shape or one that is not finite, and where memory does not hold a picture.
    """
    _check_fit(table, denoiser, x)
    bound = _bounding(denoiser, clip, thresholding)
    own_device, own_dtype = home(denoiser.network, x)
    device = own_device if device is None else device_named(str(device))
    network = denoiser.placements.get(denoiser.network, device, dtype or own_dtype)
    call = NetworkCall(denoiser, network, len(x), device)
    order = torch.channels_last if is_channels_last(network) else torch.contiguous_format
    kept = torch.float64 if own_dtype == torch.float64 and dtype is None else torch.float32
    x = x.detach().to(device, kept).contiguous(memory_format=order)
    walk = Walk(table, denoiser, x, call, bound, dtype or own_dtype)
    return _steps(table, walk, call, generator)


def _steps(table: SolverTable, walk: Walk, call: NetworkCall, generator: torch.Generator | None) -> Iterator[Step]:
    device = walk.x.device
    advance = Graphed(walk.advance, device) if device.type == "cuda" else walk.advance
    for i in range(table.nfe):
        # Entered anew for each step: around the yield it would hold for whoever receives it as well.
        with torch.inference_mode(), _current(device), _named(i, table):
            walk.counter.fill_(i)
            if table.C[i] > 0:
                walk.draw(generator)
            advance()
        if not walk.finite:
            raise _not_finite(i, table)
        yield Step(i, table.nfe, float(table.timestep[i]), walk.x.clone(), walk.x0.clone(), call.pictures_at_once)


@contextmanager
def _named(row: int, table: SolverTable) -> Iterator[None]:
    """Say at which step a network, which is foreign code, failed."""
    try:
        yield
    except StudioError:
        raise
    except Exception as error:
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "The network failed at step {step} of {total}: {reason}."),
            step=row + 1,
            total=table.nfe,
            reason=(str(error).strip().splitlines() or [type(error).__name__])[0].rstrip("."),
        ) from error


def _not_finite(row: int, table: SolverTable) -> SamplingError:
    return SamplingError(
        QT_TRANSLATE_NOOP(
            "errors",
            "The network's output at step {step} of {total} (timestep {timestep:g}) is not finite; "
            "try another solver, more steps, clip, or float32.",
        ),
        step=row + 1,
        total=table.nfe,
        timestep=table.timestep[row],
    )


def _current(device: torch.device) -> AbstractContextManager[object]:
    return torch.cuda.device(device) if device.type == "cuda" else nullcontext()


def _bounding(denoiser: Denoiser, clip: float | None, thresholding: Thresholding | float | None) -> Bounding | None:
    if clip is None and thresholding is None:
        return bounding(denoiser.clip, denoiser.thresholding)
    if isinstance(thresholding, float | int):
        thresholding = Thresholding(thresholding)
    return bounding(clip, thresholding)


def _check_fit(table: SolverTable, denoiser: Denoiser, x: Tensor) -> None:
    if x.ndim != 4 or len(x) < 1 or tuple(x.shape[1:]) != denoiser.shape or not x.is_floating_point():
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors", "x is {type} {value}; this network draws floating-point pictures of shape (B, {c}, {h}, {w})."
            ),
            type=x.dtype,
            value=tuple(x.shape),
            **dict(zip("chw", denoiser.shape, strict=True)),
        )
    last = denoiser.schedule.T - 1
    for timestep in (table.timestep.min(), table.timestep.max()):
        if not 0 <= timestep <= last:
            raise SamplingError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "The table asks for timestep {value:g}, but the network was trained on 0 to {last}; "
                    "build the grid on the denoiser's own schedule.",
                ),
                value=timestep,
                last=last,
            )
