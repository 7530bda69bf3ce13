"""Place of a model: the checkpoint of a sweep as a process that is to draw with it finds, opens and recognises it."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints import Answers, Checkpoint, read_checkpoint
from ddpm_studio.checkpoints.answers_file import as_portable
from ddpm_studio.checkpoints.fingerprint import fingerprint_of, key_alone
from ddpm_studio.checkpoints.location import locate
from ddpm_studio.checkpoints.trust import digest_of
from ddpm_studio.checkpoints.weighted_files import files_laid_over
from ddpm_studio.errors import QT_TRANSLATE_NOOP, LabError, StudioError
from ddpm_studio.files.reading import ForeignFile

if TYPE_CHECKING:
    from ddpm_studio.sampling import Denoiser

MOST_OPEN = 2
"""Checkpoints that a process keeps open, those that were used last."""

MARK = 16
"""Digits of a fingerprint, the first, that follow from the key of the content alone."""

_CHANGED = QT_TRANSLATE_NOOP(
    "errors", "{path} is no longer the checkpoint that this sweep began with; start the sweep again."
)

_opening = RLock()
"""Held by the thread that opens checkpoints, or looks for open ones: a window has several at once."""

_open: OrderedDict[ModelPlace, Checkpoint] = OrderedDict()
_shapes: dict[ModelPlace, tuple[int, ...]] = {}


@dataclass(frozen=True)
class ModelPlace:
    """A path or name, what was said about the checkpoint there, and the `fingerprint` of both."""

    path: str
    answers: Answers
    fingerprint: str


def place_of(path_or_name: str, answers: Answers | None = None, *, download: bool = False) -> ModelPlace:
    """The place of a checkpoint, which is opened, and stays open in this process; raises as `read_checkpoint` does."""
    checkpoint = read_checkpoint(path_or_name, answers, download=download)
    # A process that draws with it may have been started elsewhere.
    found = str(Path(path_or_name).resolve()) if Path(path_or_name).exists() else path_or_name
    place = ModelPlace(found, checkpoint.answers, _fingerprint(path_or_name, checkpoint))
    _keep(place, checkpoint)
    return place


def opened_at(place: ModelPlace) -> Denoiser:
    """The denoiser at a place, opened once in this process; LabError if another checkpoint is there now."""
    return checkpoint_at(place).denoiser


def picture_shape_at(place: ModelPlace) -> tuple[int, ...]:
    """The shape of the pictures that are drawn at a place, (C, H, W); those of latents are larger than these."""
    import torch

    denoiser = opened_at(place)
    if denoiser.decoder is None or denoiser.decoding is None:
        return denoiser.shape
    if place not in _shapes:
        with torch.inference_mode():
            _shapes[place] = tuple(denoiser.decoding(torch.zeros(1, *denoiser.shape)).shape[1:])
    return _shapes[place]


def checkpoint_at(place: ModelPlace) -> Checkpoint:
    """The checkpoint at a place with all that is known of it; LabError as `opened_at`."""
    with _opening:
        if place not in _open:
            checkpoint = read_checkpoint(place.path, place.answers)
            if _fingerprint(place.path, checkpoint) != place.fingerprint:
                raise LabError(_CHANGED, path=place.path)
            _keep(place, checkpoint)
        _open.move_to_end(place)
        return _open[place]


def _keep(place: ModelPlace, checkpoint: Checkpoint) -> None:
    with _opening:
        _open[place] = checkpoint
        while len(_open) > MOST_OPEN:
            _open.popitem(last=False)


def is_another(path_or_name: str, fingerprint: str) -> bool:
    """True if the content of the checkpoint there is not that of the one with this fingerprint; it is not opened.

    False where none can be read.
    """
    try:
        key = key_alone(path_or_name, locate(path_or_name)).key
    except StudioError:
        return False
    return bool(key) and not fingerprint.startswith(_mark(key))


def _fingerprint(named: str, checkpoint: Checkpoint) -> str:
    """The SHA-256 of what identifies its content and of what was said about it, in hexadecimal digits.

    The first are the mark of its key instead, so that another content can be told without reading all of it.
    """
    found, answers = fingerprint_of(named, Path(checkpoint.memory.path)), checkpoint.answers
    laid = [digest_of(ForeignFile(file.path)) for file in files_laid_over(answers.lora or "")]
    # Where nothing is laid over them, checkpoints keep the fingerprint under which their points are kept.
    said = [found.key, found.sha256, dict(as_portable(answers)), answers.network, *laid]
    return _mark(found.key) + hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[MARK:]


def _mark(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:MARK]
