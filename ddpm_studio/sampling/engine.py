"""Engine of the sampler: run walks a solver's table with a network and yields every step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor

from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError, StudioError
from ddpm_studio.out_of_memory import is_out_of_memory
from ddpm_studio.sampling.checks import check_generator, check_kinds, check_precision, check_timesteps, check_x
from ddpm_studio.sampling.clipping import Bounding, Thresholding, bounding
from ddpm_studio.sampling.cuda_graph import Graphed
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.sampling.device_errors import is_broken, nothing_runs, on_device, too_many
from ddpm_studio.sampling.devices import device_named, home, is_apart, is_channels_last
from ddpm_studio.sampling.latents import Decoding
from ddpm_studio.sampling.network_call import NetworkCall
from ddpm_studio.sampling.picture_noise import NoiseSource, PictureNoise
from ddpm_studio.sampling.reasons import reason_of
from ddpm_studio.sampling.value_range import ValueRange
from ddpm_studio.sampling.walk import Walk

_FAILED = QT_TRANSLATE_NOOP("errors", "The network failed at step {step} of {total}: {reason}.")
_NEEDS_INDEXES = QT_TRANSLATE_NOOP(
    "errors",
    "The network failed at step {step} of {total}: {reason}; a network that looks timesteps up in a table "
    "needs integer_timesteps.",
)


@dataclass(frozen=True, eq=False)
class Step:
    """The result of one row of the table, which is one network call.

    `index` counts from 0 to `total` − 1, `timestep` is the array index of the noise level at which the network was
    called, before rounding for a network that takes only whole ones, `x` (B, C, H, W) is the x that leaves the row, and
    `x0` the network's estimate of the picture, clipped if that was requested; both belong to the receiver.
    `pictures_at_once` is None while the device holds the whole batch, otherwise the size of the parts into which it was
    split. Where the network works in latents, or on pictures of another range than ±1, `decoding` turns both into
    pictures in ±1.

    >>> Step(0, 20, 999.0, x=torch.zeros(4, 3, 8, 8), x0=torch.zeros(4, 3, 8, 8)).pictures_at_once is None
    True
    """

    index: int
    total: int
    timestep: float
    x: Tensor
    x0: Tensor
    pictures_at_once: int | None = None
    decoding: Decoding | ValueRange | None = None

    @property
    def is_latent(self) -> bool:
        """True if x and x0 are latents, which a decoder turns into pictures."""
        return isinstance(self.decoding, Decoding)

    def decoded(self, x: Tensor) -> Tensor:
        """The pictures, in ±1, that x or x0 of this step stands for; SamplingError if the decoder fails."""
        return x if self.decoding is None else self.decoding(x)

    def previewed(self, x: Tensor) -> Tensor:
        """What x or x0 of this step can be shown as at next to no cost: the pictures, but of latents a preview."""
        preview = self.decoding.preview if isinstance(self.decoding, Decoding) else None
        return self.decoded(x) if preview is None else preview(x)


def run(
    table: SolverTable,
    denoiser: Denoiser,
    x: Tensor,
    *,
    generator: NoiseSource | None = None,
    clip: float | None = None,
    thresholding: Thresholding | float | bool | None = None,
    keep_epsilon: bool | None = None,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
) -> Iterator[Step]:
    """Sample from x_T = `x`, (B, *denoiser.shape), along `table`; the x of the last step is the picture, in ±1, or
    what the step decodes into it: a latent, or a picture of another range.

    Noise is drawn from `generator` for the whole batch, once for each row that adds any, so the pictures depend only on
    the seed; from a PictureNoise each picture draws its own, and neither that nor its condition depends on how pictures
    are split into runs. `clip` and `thresholding` (a ratio, a Thresholding, or True for the usual one) clip x0; None
    means as the denoiser recommends, and clip=inf not at all. Where DDIM clips x0, `keep_epsilon` keeps ε as predicted
    instead of deriving it from the clipped x0; None means as the denoiser recommends, too. The network runs on `device`
    in `dtype`, by default its own; on CUDA a step is captured as a graph. x itself is kept in float32, or in float64
    for a network in float64.

    Raises SolverError and SamplingError at once for arguments that do not fit together, and SamplingError during the
    run for a network that fails, for an output of another shape or one that is not finite, and if not even one picture
    fits into memory.

    >>> from ddpm_studio.diffusion import Schedule, Steps, solver_table
    >>> grey = Denoiser(lambda x, timesteps: torch.zeros_like(x), Schedule("linear", 1000), "sample", shape=(1, 8, 8))
    >>> table = solver_table("ddim", Steps.from_spacing(grey.schedule, 3))
    >>> for step in run(table, grey, grey.starting_noise(4, torch.Generator().manual_seed(0))):
    ...     print(f"{step.index + 1} of {step.total}: t = {step.timestep:g}, spread {step.x.std():.1f}")
    1 of 3: t = 999, spread 0.9
    2 of 3: t = 666, spread 0.8
    3 of 3: t = 332, spread 0.0
    """
    check_kinds(table, denoiser)
    check_x(x, denoiser)
    check_timesteps(table, denoiser)
    check_generator(generator, len(x))
    bound = _bounding(denoiser, clip, thresholding)
    within = None if bound is None else denoiser.values.around(bound)
    keep = denoiser.keep_epsilon if keep_epsilon is None else keep_epsilon
    own_device, own_dtype = home(denoiser.network, x)
    device = own_device if device is None else device_named(str(device))
    dtype = own_dtype if dtype is None else dtype
    check_precision(dtype)
    with on_device(len(x), device):
        x = x.detach().to(device, torch.float64 if dtype == torch.float64 else torch.float32)
        # x knows the device in full: “cuda” may be the cuda:0 on which the network already is.
        network = denoiser.placements.get(denoiser.network, x.device, dtype)
        pictures = generator.pictures if isinstance(generator, PictureNoise) else range(len(x))
        call = NetworkCall(denoiser, network, pictures, x.device, dtype)
        order = torch.channels_last if is_channels_last(network) else torch.contiguous_format
        walk = Walk(table, denoiser, x.contiguous(memory_format=order), call, within, dtype, keep)
    graphed = x.device.type == "cuda" and not is_apart(network)
    advance = Graphed(walk.advance, x.device) if graphed else walk.advance
    return _steps(table, walk, advance, call, generator, denoiser.decoding)


def _steps(
    table: SolverTable,
    walk: Walk,
    advance: Callable[[], None],
    call: NetworkCall,
    generator: NoiseSource | None,
    decoding: Decoding | ValueRange | None,
) -> Iterator[Step]:
    device = walk.x.device
    inference, current = torch.inference_mode(), _current(device)
    for i, (timestep, draws) in enumerate(zip(table.timestep.tolist(), (table.C > 0).tolist(), strict=True)):
        try:
            # Entered for each step anew: around the yield it would also hold for the receiver.
            with inference, current:
                walk.enter(i)
                if draws:
                    walk.draw(generator)
                advance()
            if not walk.finite:
                raise _not_finite(i, table)
            x, x0 = walk.x.clone(), walk.x0.clone()
        except StudioError:
            raise
        except Exception as error:
            raise _failed(i, walk, table, error) from error
        yield Step(i, table.nfe, timestep, x, x0, call.pictures_at_once, decoding)


def _failed(row: int, walk: Walk, table: SolverTable, error: Exception) -> SamplingError:
    """The error for a network, which is foreign code, that failed at this row, or for the device that did."""
    if is_out_of_memory(error):
        return too_many(len(walk.x), walk.x.device)
    if is_broken(error):
        return nothing_runs(walk.x.device, error)
    reason = reason_of(error)
    return SamplingError(
        _NEEDS_INDEXES if "indices" in reason else _FAILED,
        step=row + 1,
        total=table.nfe,
        reason=reason,
    )


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


def _bounding(
    denoiser: Denoiser, clip: float | None, thresholding: Thresholding | float | bool | None
) -> Bounding | None:
    if clip is None and thresholding is None:
        return bounding(denoiser.clip, denoiser.thresholding)
    if isinstance(thresholding, bool):
        return (
            bounding(clip, Thresholding()) if thresholding else bounding(denoiser.clip if clip is None else clip, None)
        )
    return bounding(clip, Thresholding(thresholding) if isinstance(thresholding, float | int) else thresholding)
