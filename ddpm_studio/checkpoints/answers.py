"""Answers: what the user says about a checkpoint that it does not say itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

from ddpm_studio.checkpoints.unet2d_conventions import Conventions
from ddpm_studio.checkpoints.weighted_files import files_laid_over, text_of
from ddpm_studio.checkpoints.wording import listed
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, StudioError
from ddpm_studio.texts import Readable, SourceText, Text, Verbatim

MAX_CHANNELS, MAX_SIDE, MAX_HEADS, MAX_CLASSES = 64, 8192, 1024, 2**20
ATTENTION_ORDERS = ("legacy", "new")
PICTURE_RANGES = {"-1..1": (-1.0, 1.0), "0..1": (0.0, 1.0), "-0.5..0.5": (-0.5, 0.5)}
"""The least and the largest value of the pictures that networks are trained on, by their texts."""

TIMES = ("t", "t+1", "t/T", "1-t")
"""What networks are told: the index 0 … T−1, the same counted from 1, its share of T, and what that leaves of 1."""

OPTIONS = {
    "shape": "--shape 3x32x32",
    "size": "--size 768x512",
    "schedule": "--schedule linear:T=1000",
    "prediction_type": "--prediction-type epsilon",
    "heads": "--heads 4",
    "head_channels": "--head-channels 64",
    "attention_order": "--attention-order legacy",
    "rescale_timesteps": "--rescale-timesteps",
    "release": "--release 0.27.8",
    "network": "--network package.module:factory",
    "up_heads": "--up-heads 4",
    "groups": "--groups 8",
    "picture_range": "--range 0..1",
    "time": "--time t+1",
    "classes": "--classes 10",
    "null_label": "--null-label 10",
    "conventions": "--conventions diffusers",
    "lora": "--lora FILE:0.8",
}
"""The options that give each answer in the shell, by example."""

WANTED = ("size", "lora")
"""Answers that say what is wanted this time, and nothing of the file."""

TITLES = {
    "shape": QT_TRANSLATE_NOOP("card", "shape"),
    "size": QT_TRANSLATE_NOOP("card", "size"),
    "schedule": QT_TRANSLATE_NOOP("card", "schedule"),
    "prediction_type": QT_TRANSLATE_NOOP("card", "prediction type"),
    "heads": QT_TRANSLATE_NOOP("card", "heads"),
    "head_channels": QT_TRANSLATE_NOOP("card", "head channels"),
    "attention_order": QT_TRANSLATE_NOOP("card", "attention order"),
    "rescale_timesteps": QT_TRANSLATE_NOOP("card", "rescale timesteps"),
    "release": QT_TRANSLATE_NOOP("card", "release"),
    "network": QT_TRANSLATE_NOOP("card", "network"),
    "up_heads": QT_TRANSLATE_NOOP("card", "heads on the way up"),
    "groups": QT_TRANSLATE_NOOP("card", "groups"),
    "picture_range": QT_TRANSLATE_NOOP("card", "range"),
    "time": QT_TRANSLATE_NOOP("card", "told"),
    "classes": QT_TRANSLATE_NOOP("card", "classes"),
    "null_label": QT_TRANSLATE_NOOP("card", "null label"),
    "conventions": QT_TRANSLATE_NOOP("card", "conventions"),
    "lora": QT_TRANSLATE_NOOP("card", "LoRA"),
}
"""The name of each answer on screen."""

_ASKED = {"time": QT_TRANSLATE_NOOP("errors", "told time")}
"""What is asked for by another name than the one before the answer."""
UNSEEN = frozenset({"heads", "head_channels", "up_heads", "attention_order", "conventions", "groups"})
"""Answers of which wrong ones raise no error and draw noise, so that pictures alone show which are right."""

_EITHER = (("heads", "head_channels"), ("shape", "size"))
"""Two answers to one question each."""


@dataclass(frozen=True)
class Answers:
    """Answers about a checkpoint, None for whatever is left to it.

    `shape` is (C, H, W), or (H, W) where the channels are left to the file. `size` is (width, height) of pictures in
    pixels, said in place of the shape of a pipeline's latents. `prediction_type` is the text of a Parametrisation.
    `heads`, `head_channels` and `attention_order` describe guided-diffusion's attention: the number of heads, or their
    width where wider layers have more of them, and whether q, k and v were split before the heads ("new") or after them
    ("legacy"); `rescale_timesteps`: whether its network receives t · 1000/T. `release` is the release of denoising-
    diffusion-pytorch that wrote the file. `network` names what builds the network, "package.module:factory"; opening
    then runs that code. `up_heads` is the number of heads on the way up, if another than `heads`, and `groups` the
    number of groups that the network normalises in. `picture_range` is one of PICTURE_RANGES, and `time` one of TIMES,
    which holds in place of what the prediction type says of it. `classes` is the number of classes of which a network
    is given one as its third input, 0 for none, and `null_label` what it is given there for none of them. `conventions`
    is the text of the Conventions of weights of a UNet2DModel. `lora` is the text of the WeightedFiles that are laid
    over its weights, "" for none. Raises CheckpointError for what is out of bounds, and where prediction type and time
    say the same.
    """

    shape: tuple[int, ...] | None = None
    schedule: Schedule | None = None
    prediction_type: str | None = None
    heads: int | None = None
    head_channels: int | None = None
    attention_order: str | None = None
    rescale_timesteps: bool | None = None
    release: str | None = None
    network: str | None = None
    up_heads: int | None = None
    groups: int | None = None
    picture_range: str | None = None
    time: str | None = None
    classes: int | None = None
    null_label: int | None = None
    conventions: str | None = None
    size: tuple[int, ...] | None = None
    lora: str | None = None

    def __post_init__(self) -> None:
        _check_shape(self.shape)
        _check_size(self.size, self.shape)
        for name in ("heads", "head_channels", "up_heads", "groups"):
            _check_number(TITLES[name], getattr(self, name), 1, MAX_HEADS)
        _check_number(TITLES["classes"], self.classes, 0, MAX_CLASSES)
        _check_number(TITLES["null_label"], self.null_label, 0, MAX_CLASSES)
        if self.prediction_type is not None:
            parametrisation = Parametrisation.parse(self.prediction_type, CheckpointError)
            object.__setattr__(self, "prediction_type", str(parametrisation))
        if self.conventions is not None:
            object.__setattr__(self, "conventions", str(Conventions.parse(self.conventions)))
        if self.lora is not None:
            object.__setattr__(self, "lora", text_of(files_laid_over(self.lora)))
        _check_choice(TITLES["attention_order"], self.attention_order, ATTENTION_ORDERS)
        _check_choice(TITLES["picture_range"], self.picture_range, tuple(PICTURE_RANGES))
        _check_time(self.time, self.prediction_type)
        if self.release is not None and not re.fullmatch(r"\d{1,4}(\.\d{1,4}){1,3}", self.release):
            raise CheckpointError(
                QT_TRANSLATE_NOOP(
                    "errors", "“{value}” is not a release of a library; write its number, such as 0.27.8."
                ),
                value=self.release,
            )
        if self.network is not None and not re.fullmatch(r"\w+(\.\w+)*:\w+(\.\w+)*", self.network):
            raise CheckpointError(
                QT_TRANSLATE_NOOP("errors", "“{value}” does not name a network; write package.module:factory."),
                value=self.network,
            )

    @property
    def said(self) -> Mapping[str, object]:
        """The given answers, by name."""
        every = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in every.items() if value is not None}

    def over(self, others: Answers) -> Answers:
        """These answers, and those of `others` where nothing is said here.

        The number of heads and their width are two answers to one question, and so are a shape and a size, and a time
        and what a prediction type says of it.
        """
        gone = {name for pair in _EITHER if any(getattr(self, name) for name in pair) for name in pair}
        if _says_time(self.prediction_type):
            gone.add("time")
        before = {name: value for name, value in others.said.items() if name not in gone}
        if self.time and _says_time(others.prediction_type) and not self.prediction_type:
            before["prediction_type"] = _without_time(others.prediction_type)
        return Answers(**{**before, **self.said})  # type: ignore[arg-type]

    def without(self, names: Collection[str]) -> Answers:
        """These answers without the fields of these names."""
        return Answers(**{name: value for name, value in self.said.items() if name not in names})  # type: ignore[arg-type]

    def picture_shape(self, channels: int | None, path: Path) -> tuple[int, int, int] | None:
        """(C, H, W) for a network of `channels` (3 where it does not say), or None if no shape was given.

        CheckpointError if the network at `path` has another number of channels than was given.
        """
        if self.shape is None:
            return None
        *said, height, width = self.shape
        if said and channels is not None and said != [channels]:
            raise other_channels(self.shape, path, (channels, height, width))
        return (said[0] if said else channels or 3, height, width)


_REFUSED = QT_TRANSLATE_NOOP("errors", ", and an answer beside it was left out ({reason})")
_OWN = QT_TRANSLATE_NOOP("errors", ", with its own values")
_TRIAL = QT_TRANSLATE_NOOP(
    "errors", "; where you don't know, inspect --try trial.png draws with each possibility"
).in_window(QT_TRANSLATE_NOOP("errors", "; where you don't know, Try… there draws with each possibility"))


_UNANSWERED = QT_TRANSLATE_NOOP(
    "errors", "{path} is {kind}, which does not say its {missing}{refused}; give {options}{own}{trial}."
).in_window(
    QT_TRANSLATE_NOOP(
        "errors",
        "{path} is {kind}, which does not say its {missing}{refused}; open it, and answer under Model{trial}.",
    )
)
_UNREAD = QT_TRANSLATE_NOOP("errors", "{unread}{refused}; or give {options}{own}.").in_window(
    QT_TRANSLATE_NOOP("errors", "{unread}{refused}; or open it, and answer under Model.")
)


class UnansweredError(CheckpointError):
    """A checkpoint that can be opened once more is said about it: `missing` names the fields of Answers.

    `proposed` are likely answers, `refused` is why an answer that lay beside it could not be used, if one did,
    `schedule` is that of its tables, if it has some, and `unread` is why the part that would say it cannot be read.
    """

    def __init__(
        self,
        path: Path,
        kind: Readable,
        missing: Iterable[str],
        refused: StudioError | None = None,
        proposed: Answers | None = None,
        schedule: Schedule | None = None,
        unread: StudioError | None = None,
    ) -> None:
        self.schedule, self.unread = schedule, unread
        self.missing, self._path, self._kind = tuple(missing), path, kind
        self.proposed = proposed or Answers()
        super().__init__(
            _UNREAD if unread else _UNANSWERED,
            unread=unread,
            path=path,
            kind=kind,
            missing=listed([_ASKED.get(name, TITLES[name]) for name in self.missing]),
            refused="" if refused is None else Text(_REFUSED, {"reason": str(refused).rstrip(".")}),
            options=Verbatim(" ".join(map(self._option, self.missing))),
            own="" if self.proposed.said.keys() >= set(self.missing) else _OWN,
            trial="" if UNSEEN.isdisjoint(self.missing) else _TRIAL,
        )

    def together_with(self, rest: UnansweredError) -> Self:
        """The same error that asks for what another does as well."""
        missing = dict.fromkeys((*self.missing, *rest.missing))
        return type(self)(self._path, self._kind, missing, proposed=rest.proposed, schedule=rest.schedule)

    def having(self, refused: StudioError) -> Self:
        """The same error about a checkpoint beside which such an answer lies."""
        return type(self)(self._path, self._kind, self.missing, refused, self.proposed, self.schedule, self.unread)

    def _option(self, name: str) -> str:
        """The option that gives an answer, with the likely value or else an example."""
        value = self.proposed.said.get(name)
        if value is None:
            return OPTIONS[name]
        return f"{OPTIONS[name].split()[0]} {shape_text(value) if isinstance(value, tuple) else value}"


def other_channels(said: Iterable[int], path: Path, shape: tuple[int, int, int]) -> CheckpointError:
    """The error for a shape that was `said` of a network at `path` that draws pictures of this `shape`."""
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors", "The shape is {value}, but the number of channels that {path} draws is {channels}; use {remedy}."
        ),
        value=shape_text(said),
        path=path,
        channels=shape[0],
        remedy=shape_text(shape),
    )


def halved_too_often(said: Iterable[int], path: Path, shape: tuple[int, int, int]) -> CheckpointError:
    """The error for a shape that was `said` of a network at `path`, whose pictures can be of this `shape` near it."""
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors", "The network in {path} halves its pictures more often than {value} can be halved; use {remedy}."
        ),
        path=path,
        value=shape_text(said),
        remedy=shape_text(shape),
    )


def shape_from(text: str) -> tuple[int, ...]:
    """The shape in "3x64x48", "64x48" (channels left to the file) or "64" (a square)."""
    numbers = [int(part) for part in re.split(r"[x×,]", text.strip("()[] ")) if re.fullmatch(r"\s*\d{1,9}\s*", part)]
    if len(numbers) != len(re.split(r"[x×,]", text)) or len(numbers) > 3:
        raise _no_shape(text)
    return tuple(numbers * 2 if len(numbers) == 1 else numbers)


def shape_text(shape: Iterable[int]) -> str:
    """The shape as `shape_from` reads it."""
    return "x".join(map(str, shape))


def size_from(text: str) -> tuple[int, ...]:
    """The size in "768x512", width × height in pixels, or "512" (a square)."""
    numbers = re.fullmatch(r"\s*(\d{1,9})(?:\s*[xX×]\s*(\d{1,9}))?\s*", text)
    if numbers is None:
        raise _no_size(text)
    return int(numbers[1]), int(numbers[2] or numbers[1])


def _check_size(size: tuple[int, ...] | None, shape: tuple[int, ...] | None) -> None:
    if size is None:
        return
    if shape is not None:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "The size {size} in pixels and the shape {shape} say the same; say one."),
            size=shape_text(size),
            shape=shape_text(shape),
        )
    if len(size) != 2 or not all(1 <= side <= MAX_SIDE for side in size):
        raise _no_size(shape_text(size))


def _no_size(value: str) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors", "The size is “{value}”; write width x height in pixels, 1x1 to {side}x{side}, such as 768x512."
        ),
        value=value,
        side=MAX_SIDE,
    )


def _check_shape(shape: tuple[int, ...] | None) -> None:
    if shape is None:
        return
    bounds = [MAX_CHANNELS, MAX_SIDE, MAX_SIDE][3 - len(shape) :]
    if len(shape) not in (2, 3) or not all(1 <= value <= high for value, high in zip(shape, bounds, strict=True)):
        raise _no_shape(shape_text(shape))


def _no_shape(value: str) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors", "The shape is “{value}”; write channels x height x width, 1x1x1 to {channels}x{side}x{side}."
        ),
        value=value,
        channels=MAX_CHANNELS,
        side=MAX_SIDE,
    )


def _check_number(name: SourceText, value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{name} is {value}; choose a whole number from {low} to {high}."),
            name=name,
            value=value,
            low=low,
            high=high,
        )


def _check_time(time: str | None, prediction_type: str | None) -> None:
    _check_choice(QT_TRANSLATE_NOOP("errors", "time"), time, TIMES)
    if time is not None and _says_time(prediction_type):
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors", "What the network is told is said twice, by {prediction} and by {time}; say it once."
            ),
            prediction=prediction_type,
            time=time,
        )


def _says_time(prediction_type: str | None) -> bool:
    """True for a prediction type that says what the network is told, other than is usual."""
    return prediction_type is not None and prediction_type != _without_time(prediction_type)


def _without_time(prediction_type: str | None) -> str:
    return str(Parametrisation.parse(prediction_type or "", CheckpointError).without_time)


def _check_choice(what: SourceText, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None:
        template = QT_TRANSLATE_NOOP("errors", "There is no {what} “{name}”; {remedy}")
        check_named(value, known, template, CheckpointError, what=what)
