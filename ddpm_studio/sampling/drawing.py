"""Drawing: a run from its settings, the same for the window and the shell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch

from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.run_settings import RunSettings
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.sampling.devices import device_named
from ddpm_studio.sampling.engine import Step, run
from ddpm_studio.sampling.memory_plan import check_memory
from ddpm_studio.sampling.picture_noise import NoiseSource, PictureNoise
from ddpm_studio.sampling.prompt_notes import notes_on_prompts
from ddpm_studio.texts import Text

_KEEP_EPSILON = {"auto": None, "predicted": True, "derived": False}


def notes_before(denoiser: Denoiser, settings: RunSettings) -> tuple[Text, ...]:
    """What is to be said of a run before it: what of its prompts is not heeded, and that memory is short.

    SamplingError where memory can never do.
    """
    device = device_named(settings.device)
    short = check_memory(denoiser, settings.pictures, device, denoiser.precision(settings.precision, device))
    return (*notes_on_prompts(denoiser, settings), *(() if short is None else (short,)))


def drawn(
    denoiser: Denoiser, table: SolverTable, settings: RunSettings, numbers: Sequence[int] | None = None
) -> Iterator[Step]:
    """The steps from the noise of `settings.seed` to that many pictures, along `table`, or to those of these numbers,
    which PictureNoise makes the same in whatever batch.

    `denoiser` is conditioned already. The same seed draws the same pictures on every device, up to rounding.
    SamplingError and SolverError at once where these do not fit together, and on the way as `run` raises it.
    """
    if numbers is None:
        generator: NoiseSource = torch.Generator().manual_seed(settings.seed)
    else:
        generator = PictureNoise(settings.seed, numbers)
    noise = denoiser.starting_noise(settings.pictures if numbers is None else len(numbers), generator)
    device = device_named(settings.device)
    return run(
        table,
        denoiser,
        noise,
        generator=generator,
        clip=settings.clip,
        keep_epsilon=_KEEP_EPSILON[settings.epsilon],
        device=device,
        dtype=denoiser.precision(settings.precision, device),
    )
