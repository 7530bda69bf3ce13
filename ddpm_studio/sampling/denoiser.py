"""Denoiser: a network together with what it was trained to predict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from numbers import Integral
from typing import Self

import torch
from torch import Tensor

from ddpm_studio.diffusion.options import shown
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.run_settings import SETTINGS, check_guidance
from ddpm_studio.sampling.clipping import Thresholding, bounding
from ddpm_studio.sampling.conditions import Condition, labelled, weighed
from ddpm_studio.sampling.device_errors import on_device
from ddpm_studio.sampling.devices import Network, Placements
from ddpm_studio.sampling.latent_preview import LatentPreview
from ddpm_studio.sampling.latents import Decoding
from ddpm_studio.sampling.picture_noise import NoiseSource, normal_numbers
from ddpm_studio.sampling.text_encoding import KeptTexts, TextEncoding
from ddpm_studio.sampling.value_range import ValueRange


@dataclass(frozen=True, eq=False)
class Denoiser:
    """`network(x, timesteps)`, the schedule it was trained with, and the meaning of its output.

    x has shape (B, *shape), shape = (C, H, W), and timesteps (B,). `prediction_type` is the text of a Parametrisation,
    which says what the network sees as x, what it is told in timesteps and how its output is read: epsilon, sample,
    v_prediction, flow_prediction and others, with options as in "edm:sigma_data=1". With the first three, it is told
    float32 array indexes 0 … T−1 of `schedule`, fractional between the trained ones; int64 and rounded to the nearest
    with `integer_timesteps` (a network with an embedding table). The output is a tensor in the shape of x, or with 2C
    channels, the second half of which only a learned variance uses.

    `conditions` are what the network is given besides, and `null` what it is given for none of them. The output is
    out_null + Σ w_i (out_i − out_null) over the conditions with their weights: classifier-free guidance (Ho & Salimans
    2022) for one, composable guidance (Liu et al. 2022) for several. Weights that add up to 1 need no `null`. With
    `classes` > 0 the condition is a label (B,) int64, by default each class in turn, and `conditioned` sets another.
    With `self_condition` its last tensor is the estimate x0 of the previous call, in the shape of x and clipped
    likewise, zeros at the first call of a run (Chen et al. 2022, Analog Bits).

    With `texts` the condition is a prompt, by default the empty one, and `conditioned` sets another, with a negative
    prompt for `null`. Such a network with `tells_guidance` is evaluated once, given the condition that this makes of
    the guidance besides: its training has built guidance in, and negative prompts have no effect. With
    `guidance_rescale` φ > 0, guided outputs are drawn to the spread of those of the first condition, picture by
    picture: φ std(out_1)/std(out) + 1 − φ times as large (Lin et al. 2023, eq. 14 to 16).

    With a `decoder` x is a latent, and decoder(x), (B, C', H', W') in ±1, is the picture to be seen of it or of an
    estimate of x0; steps, limits and statistics stay those of latents. `preview`(x), (B, 3, h, w) in about ±1, is what
    is shown meanwhile, since it costs next to nothing: by default the first three channels. Runs can begin from a
    picture if the decoder has what `takes_pictures` asks for. Without a decoder, there is no preview, and x is a noised
    picture with the values of `values`, in whose range x0 is clipped.

    `clip`, `thresholding`, `variance`, `guidance`, `on_gpu`, the precision that the network computes in on a GPU, None
    for its own, and `keep_epsilon`, for DDIM where x0 is clipped, are what the checkpoint recommends. Raises
    SamplingError for a value out of bounds.

    >>> import torch
    >>> grey = Denoiser(lambda x, timesteps: torch.zeros_like(x), Schedule("linear", 1000), "sample", shape=(1, 8, 8))
    >>> grey.starting_noise(4, torch.Generator().manual_seed(0)).shape
    torch.Size([4, 1, 8, 8])
    """

    network: Network = field(repr=False)
    schedule: Schedule
    prediction_type: str = "epsilon"
    shape: tuple[int, int, int] = (3, 16, 16)
    variance: str = "fixed_small"
    clip: float | None = None
    thresholding: Thresholding | None = None
    keep_epsilon: bool = False
    integer_timesteps: bool = False
    conditions: tuple[Condition, ...] = field(default=(), repr=False)
    null: Condition | None = field(default=None, repr=False)
    decoder: Network | None = field(default=None, repr=False)
    preview: Network | None = field(default=None, repr=False)
    values: ValueRange = field(default_factory=ValueRange)
    classes: int = 0
    self_condition: bool = False
    texts: TextEncoding | None = field(default=None, repr=False)
    tells_guidance: Callable[[float], Condition] | None = field(default=None, repr=False)
    guidance: float = 1.0
    guidance_rescale: float = 0.0
    on_gpu: torch.dtype | None = None
    placements: Placements = field(default_factory=Placements, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", tuple(self.shape) if isinstance(self.shape, Iterable) else self.shape)
        _check_schedule(self.schedule)
        object.__setattr__(self, "prediction_type", str(Parametrisation.parse(self.prediction_type, SamplingError)))
        _check_shape(self.shape)
        _check_classes(self.classes)
        own = (labelled(range(self.classes)),) if self.classes and not self.conditions else self.conditions
        object.__setattr__(self, "conditions", _checked(own))
        _checked(() if self.null is None else (self.null,))
        _check_decoder(self.decoder)
        if self.texts is not None and not isinstance(self.texts, KeptTexts):
            object.__setattr__(self, "texts", KeptTexts(self.texts))
        object.__setattr__(self, "preview", _previewing(self))
        weighed(self.conditions, self.null)
        check_guidance(self.guidance)
        SETTINGS["guidance_rescale"].check("guidance_rescale", self.guidance_rescale)
        bounding(self.clip, self.thresholding)

    @property
    def parametrisation(self) -> Parametrisation:
        """What the network sees, how its output is read, and what it is told."""
        return Parametrisation.parse(self.prediction_type)

    @property
    def terms(self) -> tuple[Condition, ...]:
        """The conditions under which the network is evaluated at each call, with weights that add up to 1."""
        conditions = self.conditions
        if self.texts is not None and not conditions:
            conditions = (self._prompted("", self.guidance),)
        return weighed(conditions, self.null)

    @property
    def decoding(self) -> Decoding | ValueRange | None:
        """What turns x into pictures, latents or those of another range; None where x is a picture itself."""
        if self.decoder is None:
            return None if self.values.is_usual else self.values
        return Decoding(self.decoder, self.placements, self.preview)

    def conditioned(
        self,
        label: int | None = None,
        guidance: float | None = None,
        prompt: str = "",
        negative_prompt: str = "",
        guidance_rescale: float = 0.0,
    ) -> Self:
        """The same network with all weights times `guidance`, None for what it recommends, and what it is asked for.

        One that takes text is asked for `prompt`, and led away from `negative_prompt` by guidance other than 1, or 0,
        which is off there as well; one that knows classes is asked for one, or for each in turn. SamplingError for a
        number out of bounds, and for what this network does not take.

        >>> nothing = labelled([10])
        >>> digits = Denoiser(lambda x, timesteps, labels: x, Schedule("linear", 1000), null=nothing, classes=10)
        >>> [(one.tensors[0].tolist(), one.weight) for one in digits.conditioned(label=7, guidance=3.0).terms]
        [([7], 3.0), ([10], -2.0)]
        """
        guidance = self.guidance if guidance is None else guidance
        check_guidance(guidance)
        _check_asked(self, label, guidance, prompt, negative_prompt)
        conditions, null, weight = self.conditions, self.null, guidance
        if self.texts is not None:
            # Distilled networks are run at guidance 0 by all who have diffusers' instructions.
            weight = guidance if guidance and self.tells_guidance is None else 1.0
            conditions = (self._prompted(prompt, guidance),)
            null = None if weight == 1 else self.texts.against(negative_prompt)
        elif self.classes:
            conditions = (labelled(range(self.classes) if label is None else (label,)),)
        conditions = tuple(replace(one, weight=weight * one.weight) for one in conditions)
        return replace(self, conditions=conditions, null=null, guidance_rescale=guidance_rescale)

    def _prompted(self, prompt: str, guidance: float) -> Condition:
        """The condition of a prompt, and of guidance where the network is told it."""
        assert self.texts is not None
        condition = self.texts(prompt)
        return condition if self.tells_guidance is None else condition.beside(self.tells_guidance(guidance))

    def precision(self, name: str, device: torch.device) -> torch.dtype | None:
        """The precision of this name, such as "bfloat16"; of "auto", the recommended one on a device, None for the
        network's own.
        """
        if name != "auto":
            named: torch.dtype = getattr(torch, name)
            return named
        return None if device.type == "cpu" else self.on_gpu

    def compiled(self) -> Self:
        """The same network, compiled with torch.compile on first use."""
        return replace(self, placements=Placements(compile=True))

    def starting_noise(self, pictures: int, generator: NoiseSource) -> Tensor:
        """x_T ~ N(0, 1), float32, (pictures, *shape), on the generator's device.

        Raises SamplingError for less than one picture, for more than fit into memory, and for another number than a
        PictureNoise is for.
        """
        if pictures < 1:
            raise SamplingError(
                QT_TRANSLATE_NOOP("errors", "The batch is {value}; it must be at least 1 picture."), value=pictures
            )
        with on_device(pictures, generator.device):
            return normal_numbers((pictures, *self.shape), generator, generator.device)


def _check_schedule(schedule: object) -> None:
    if not isinstance(schedule, Schedule):
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "A Denoiser takes a Schedule, not {value}; Schedule.parse makes one."),
            value=shown(schedule),
        )


def _check_shape(shape: tuple[int, ...]) -> None:
    sides = len(shape) if isinstance(shape, tuple) else 0
    if sides != 3 or not all(isinstance(side, Integral) and side >= 1 for side in shape):
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "The shape of a picture is {value}; it must be (channels, height, width)."),
            value=shape,
        )


def _checked(conditions: object) -> tuple[Condition, ...]:
    every = tuple(conditions) if isinstance(conditions, Iterable) else (conditions,)
    for one in every:
        if not isinstance(one, Condition):
            raise SamplingError(
                QT_TRANSLATE_NOOP("errors", "A Denoiser takes Conditions, not {value}; wrap tensors in a Condition."),
                value=shown(one),
            )
    return every


def _check_decoder(decoder: object) -> None:
    if decoder is not None and not callable(decoder):
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "The decoder is {value}; it must turn latents into pictures, or be left out."),
            value=shown(decoder),
        )


def _previewing(denoiser: Denoiser) -> Network | None:
    """What a network of latents is previewed by."""
    if denoiser.decoder is None:
        return None
    if denoiser.preview is None:
        return LatentPreview.of_first_channels(denoiser.shape[0])
    if not callable(denoiser.preview):
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "The preview is {value}; it must turn latents into pictures, or be left out."),
            value=shown(denoiser.preview),
        )
    return denoiser.preview


def _check_classes(classes: object) -> None:
    if not (isinstance(classes, Integral) and int(classes) >= 0):
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors", "classes is {value}; it must be the number of classes the network knows, 0 for none."
            ),
            value=shown(classes),
        )


def _check_asked(denoiser: Denoiser, label: object, guidance: float, *prompts: str) -> None:
    """Raise SamplingError for what the network does not take."""
    for name, prompt in zip(("prompt", "negative_prompt"), prompts, strict=True):
        SETTINGS[name].check(name, prompt)
    if denoiser.texts is not None:
        if label is not None:
            raise SamplingError(
                QT_TRANSLATE_NOOP("errors", "This checkpoint takes a prompt and knows no classes; leave label out.")
            )
        return
    if any(prompts):
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "This checkpoint takes no text; leave prompt and negative prompt out.")
        )
    _check_label(denoiser, label, guidance)
    _check_null(denoiser, guidance)


def _check_label(denoiser: Denoiser, label: object, guidance: float) -> None:
    classes = denoiser.classes
    if not classes and (label is not None or (guidance != 1 and denoiser.null is None)):
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "This checkpoint knows no classes; leave label and guidance out.")
        )
    if label is not None and not (isinstance(label, Integral) and 0 <= int(label) < classes):
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "The label is {value}; this checkpoint has the classes 0 to {high}."),
            value=label,
            high=classes - 1,
        )


def _check_null(denoiser: Denoiser, guidance: float) -> None:
    if guidance != 1 and denoiser.null is None:
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors",
                "guidance is {value:g}, but no null label of this checkpoint is known; give its --null-label if it "
                "has one, or leave guidance at 1.",
            ).in_window(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "guidance is {value:g}, but no null label of this checkpoint is known; say it under Model if it "
                    "has one, or leave guidance at 1.",
                )
            ),
            value=guidance,
        )
