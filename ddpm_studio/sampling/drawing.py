"""Drawing: a run from its settings, the same for the window and the shell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from ddpm_studio.diffusion.table import SolverTable
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.run_settings import RunSettings
from ddpm_studio.sampling.denoiser import Denoiser
from ddpm_studio.sampling.devices import device_named
from ddpm_studio.sampling.engine import Step, run
from ddpm_studio.sampling.memory_plan import check_memory
from ddpm_studio.sampling.picture_noise import CountedSeeds, NoiseSource, PictureNoise
from ddpm_studio.sampling.starting_picture import noised_to_first
from ddpm_studio.texts import Text

_CUT = QT_TRANSLATE_NOOP("findings", "The prompt has {used} tokens, of which the network is given the first {most}.")
_NEGATIVE_CUT = QT_TRANSLATE_NOOP(
    "findings", "The negative prompt has {used} tokens, of which the network is given the first {most}."
)
_TOLD = QT_TRANSLATE_NOOP(
    "findings", "The negative prompt has no effect, since this network is only told how strongly it is guided."
)
_OFF = QT_TRANSLATE_NOOP("findings", "The negative prompt has no effect, since guidance is off.")

_KEEP_EPSILON = {"auto": None, "predicted": True, "derived": False}


def notes_before(denoiser: Denoiser, settings: RunSettings) -> tuple[Text, ...]:
    """What is to be said of a run before it: what of its prompts is not heeded, and that memory is short.

    SamplingError where memory can never do.
    """
    device = device_named(settings.device)
    short = check_memory(denoiser, settings.pictures, device, denoiser.precision(settings.precision, device))
    return (*_on_prompts(denoiser, settings), *(() if short is None else (short,)))


def _on_prompts(denoiser: Denoiser, settings: RunSettings) -> Iterator[Text]:
    """What is to be said of the prompts in `settings`, with which the denoiser is conditioned."""
    if denoiser.texts is None:
        return
    negative = settings.negative_prompt
    for sentence, prompt in ((_CUT, settings.prompt), (_NEGATIVE_CUT, negative)):
        used, most = denoiser.texts.tokens(prompt)
        if used > most:
            yield Text(sentence, {"used": used, "most": most})
    if negative and denoiser.null is None:
        yield Text(_OFF if denoiser.tells_guidance is None else _TOLD)


def _source(settings: RunSettings) -> NoiseSource:
    if settings.seeds == "each":
        return CountedSeeds(settings.seed, range(settings.pictures))
    return torch.Generator().manual_seed(settings.seed)


def drawn(
    denoiser: Denoiser,
    table: SolverTable,
    settings: RunSettings,
    numbers: Sequence[int] | None = None,
    begun_from: Tensor | None = None,
) -> Iterator[Step]:
    """The steps from the noise of `settings.seed` to that many pictures, along `table`, or to those of these numbers,
    which PictureNoise makes the same in whatever batch.

    `denoiser` is conditioned already, and `begun_from` the x0, (1, *shape), that the noise is added to where a run
    begins from a picture. The same seed draws the same pictures on every device, up to rounding. SamplingError and
    SolverError at once where these do not fit together, and on the way as `run` raises it.
    """
    generator = _source(settings) if numbers is None else PictureNoise(settings.seed, numbers)
    noise = denoiser.starting_noise(settings.pictures if numbers is None else len(numbers), generator)
    device = device_named(settings.device)
    return run(
        table,
        denoiser,
        noise if begun_from is None else noised_to_first(begun_from, noise, table),
        generator=generator,
        clip=settings.clip,
        keep_epsilon=_KEEP_EPSILON[settings.epsilon],
        device=device,
        dtype=denoiser.precision(settings.precision, device),
    )
