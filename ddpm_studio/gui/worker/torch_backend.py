"""Torch backend: checkpoints, devices and the engine. Importing this imports torch."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from ddpm_studio.apart.ahead import begin_ahead
from ddpm_studio.checkpoints import Checkpoint, card_of, keep_answers, read_checkpoint
from ddpm_studio.checkpoints.families.shared.apart.apart_program import has_ended, let_go
from ddpm_studio.checkpoints.remembered import naming
from ddpm_studio.checkpoints.trying import candidates, tried
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError, StudioError
from ddpm_studio.gui.state.run import CheckpointCard, LatentLook, RunSpec, Said, SamplerSpec, Trial, Tried
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.worker.backend import Devices, Drawing
from ddpm_studio.sampling import Denoiser, Step, device_named
from ddpm_studio.sampling.devices import is_apart
from ddpm_studio.sampling.drawing import drawn, notes_before
from ddpm_studio.sampling.eight_bit import Pictures, as_bytes
from ddpm_studio.sampling.latents import Decoding
from ddpm_studio.sampling.starting_picture import as_x0, noised_at, takes_pictures
from ddpm_studio.texts import Text, visible_name


class TorchBackend:
    """Holds one checkpoint. A Backend."""

    def __init__(self) -> None:
        self._checkpoint: Checkpoint | None = None
        self._card: CheckpointCard | None = None
        self._last_x0: tuple[Picture, str, Tensor] | None = None

    @property
    def card(self) -> CheckpointCard | None:
        """The checkpoint that is open; one whose process has ended is not."""
        gone = self._checkpoint is not None and has_ended(self._checkpoint.denoiser.network)
        return None if gone else self._card

    def devices(self) -> Devices:
        """The CPU, then CUDA's devices, then Apple's."""
        cuda = ((f"cuda:{i}", torch.cuda.get_device_name(i)) for i in range(torch.cuda.device_count()))
        mps = (("mps", "Apple MPS"),) if torch.backends.mps.is_available() else ()
        return (("cpu", _processor()), *cuda, *mps)

    def open(self, path: str, said: Said) -> CheckpointCard:
        """Read a checkpoint; StudioError if that is impossible, which leaves none open."""
        if self._checkpoint is not None:
            let_go(self._checkpoint.denoiser.network)
        self._checkpoint = self._card = self._last_x0 = None
        checkpoint = read_checkpoint(path, said.answers, forget=said.forget, alone=said.alone)
        self._checkpoint = keep_answers(checkpoint) if said.proven else checkpoint
        self._card = _card(path, self._checkpoint)
        if is_apart(checkpoint.denoiser.network):
            begin_ahead()  # For the next: it may be this one, opened with other answers.
        return self._card

    def draw(self, spec: RunSpec, sampler: SamplerSpec) -> Drawing:
        """Prepare to draw; StudioError if sampler, run and checkpoint do not go together.

        Every sampler has its own generator, so its pictures are the ones it would draw alone.
        """
        assert self._checkpoint is not None, "a run is drawn with the checkpoint that is open"
        denoiser = self._checkpoint.denoiser.conditioned(**spec.conditioning)
        table = sampler.table(denoiser.schedule)
        notes = notes_before(denoiser, spec)
        x0 = None if spec.picture is None else self._x0_of(spec.picture, denoiser, spec.device)
        steps = _naming_memory(drawn(denoiser, table, spec, begun_from=x0), self._checkpoint)
        return Drawing(table, steps, _device_name(device_named(spec.device)), notes)

    def foretell(self, spec: RunSpec) -> tuple[Text, ...]:
        """What is to be said of a run before it begins; StudioError if it is impossible.

        Its prompts are counted and not encoded, which can take long: memory is the same for all of them.
        """
        assert self._checkpoint is not None, "a run is foretold of the checkpoint that is open"
        unprompted = {**spec.conditioning, "prompt": "", "negative_prompt": ""}
        return notes_before(self._checkpoint.denoiser.conditioned(**unprompted), spec)

    def _x0_of(self, picture: Picture, denoiser: Denoiser, device: str) -> Tensor:
        """A picture as the network has it, encoded once for all samplers and for the next runs."""
        if self._last_x0 is None or self._last_x0[:2] != (picture, device):
            self._last_x0 = (picture, device, as_x0(denoiser, picture.pixels, device_named(device)))
        return self._last_x0[2]

    def looked(self, look: LatentLook) -> Pictures:
        """Previews of a picture's latents, or what they are decoded to; it is encoded once for all looks and runs."""
        opened = self._checkpoint
        decoding = None if opened is None else opened.denoiser.decoding
        if opened is None or not isinstance(decoding, Decoding) or not self._is_open(look):
            raise SamplingError(QT_TRANSLATE_NOOP("errors", "The checkpoint is not open any more; open it again."))
        denoiser, device = opened.denoiser, device_named(look.device)
        x0 = self._x0_of(look.picture, denoiser, look.device)
        x = noised_at(look.weights, x0, denoiser.starting_noise(1, torch.Generator().manual_seed(look.seed)))
        seen = decoding if look.decoded or decoding.preview is None else decoding.preview
        return as_bytes(seen(x.to(device)))

    def _is_open(self, look: LatentLook) -> bool:
        card = self._card
        return card is not None and (card.path, card.answers) == (look.checkpoint, look.answers)

    def remember(self) -> CheckpointCard | None:
        """Remember what was said about the open checkpoint, which has drawn; the new card if that changes it."""
        before = self._checkpoint
        if before is None or self._card is None:
            return None
        self._checkpoint = keep_answers(before)
        if self._checkpoint.memory == before.memory:
            return None
        self._card = replace(self._card, memory=self._checkpoint.memory)
        return self._card

    def attempts(self, trial: Trial) -> Iterator[Tried]:
        """Try each reading; StudioError if there is nothing to try. An error in one reading comes with that reading."""
        readings = candidates(trial.checkpoint, trial.answers)
        attempts = tried(trial.checkpoint, trial.answers, readings, device=trial.device, alone=trial.alone)
        for attempt in attempts:
            pictures = None if attempt.step is None else _drawn_so_far(attempt.step)
            yield Tried(readings, attempt.number, pictures, attempt.error)


def _drawn_so_far(step: Step) -> Pictures:
    """The estimate of a step in bytes: the pictures at the end of a run, and what latents are previewed by before."""
    done = step.index == step.total - 1
    return as_bytes(step.decoded(step.x0) if done else step.previewed(step.x0))


def _naming_memory(steps: Iterator[Step], checkpoint: Checkpoint) -> Iterator[Step]:
    """The steps; a failure on the way names the answers that were remembered."""
    try:
        yield from steps
    except StudioError as error:
        raise naming(error, checkpoint.memory, checkpoint.given) from error


def _card(path: str, checkpoint: Checkpoint) -> CheckpointCard:
    denoiser = checkpoint.denoiser
    return CheckpointCard(
        path=path,
        name=visible_name(path),
        family=checkpoint.family,
        network=checkpoint.network,
        parameters=checkpoint.parameters,
        shape=denoiser.shape,
        schedule=denoiser.schedule,
        prediction_type=denoiser.prediction_type,
        classes=denoiser.classes,
        guidable=denoiser.null is not None or denoiser.texts is not None,
        text=denoiser.texts is not None,
        takes_pictures=takes_pictures(denoiser),
        latent=denoiser.decoder is not None,
        guidance=denoiser.guidance,
        clip=denoiser.clip,
        notes=checkpoint.assumed,
        rows=card_of(checkpoint),
        answers=checkpoint.given,
        memory=checkpoint.memory,
    )


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return "Apple MPS" if device.type == "mps" else _processor()


def _processor() -> str:
    """The processor's name according to the machine."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()
