"""Refusals of paths that are not checkpoints opened here, by the name of what they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ddpm_studio.checkpoints.answers import UnansweredError
from ddpm_studio.checkpoints.foreign_formats import is_of_openvino, of_gguf, of_names, openable_in
from ddpm_studio.checkpoints.number_tables import table_schedule
from ddpm_studio.checkpoints.reading.stored_file import StoredFile
from ddpm_studio.checkpoints.reading.unreadable import damaged
from ddpm_studio.checkpoints.strangers import OPENVINO, SAVED_MODEL, TFLITE
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.checkpoints.wording import first_names
from ddpm_studio.diffusion.spec import path_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, FileError, StudioError
from ddpm_studio.files.betas import read_named_schedules
from ddpm_studio.files.columns.other_containers import other_container, workbook
from ddpm_studio.files.columns.other_texts import other_text
from ddpm_studio.files.configs.refused_classes import NONE_AT_ALL
from ddpm_studio.files.filetypes import (
    CSV,
    JSON,
    NPY,
    NPZ,
    SCHEDULER_CONFIG,
    TRAINING,
    WEIGHTS,
    FileKind,
    file_type,
    recognised,
)
from ddpm_studio.files.steps.step_lists import read_step_list
from ddpm_studio.files.steps.whole_config import whole_config_at
from ddpm_studio.texts import SourceText, to_type

_FOLDER_WITH_FILE = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is not the folder of a diffusers pipeline, which has model_index.json; open what is in it, {file}.",
)
_FOLDER_WITH_SEVERAL = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is not the folder of a diffusers pipeline, which has model_index.json; "
    "open one of {names} in it, such as {file}.",
)
_FOLDER = QT_TRANSLATE_NOOP(
    "errors",
    "{path} holds neither model_index.json nor the config.json of a UNet2DModel; "
    "choose the folder of a diffusers pipeline, or a file.",
)
_NAMED = 4
"""Names of what lies in a folder that a sentence has."""

_FOLDER_OF_WEIGHTS = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is a folder, and a network that is named takes its weights from a file; open one in it, such as {file}.",
)
_TABLE = QT_TRANSLATE_NOOP("errors", "a table of numbers")
_SCHEDULE_FILES = {
    SCHEDULER_CONFIG: QT_TRANSLATE_NOOP("errors", "the config of a scheduler"),
    TRAINING: QT_TRANSLATE_NOOP("errors", "a training config"),
}
_SCHEDULE_TEXTS = {
    **_SCHEDULE_FILES,
    CSV: QT_TRANSLATE_NOOP("errors", "a table or list of numbers"),
    JSON: QT_TRANSLATE_NOOP("errors", "JSON"),
}
_BROKEN_SCHEDULE = QT_TRANSLATE_NOOP("errors", "Not a checkpoint but {kind}: {reason}; mended, it is {spec}.")
_SEVERAL = QT_TRANSLATE_NOOP(
    "errors", "{path} holds several schedules, and no network; ddpm-studio {file} shows them in the window."
).in_window(QT_TRANSLATE_NOOP("errors", "{path} holds several schedules, and no network; drop it on the window."))
_MERGED = b"<<<<<<< "
_STEPS = QT_TRANSLATE_NOOP(
    "errors", "{path} is a list of steps, not a checkpoint; give it as --spacing {spec}."
).in_window(QT_TRANSLATE_NOOP("errors", "{path} is a list of steps, not a checkpoint; write it as the steps {spec}."))
_NO_NETWORK = QT_TRANSLATE_NOOP("errors", "it holds no network")
_SCHEDULERS = (SCHEDULER_CONFIG.names[0], f"scheduler/{SCHEDULER_CONFIG.names[0]}")
_ONNX = re.compile(rb"\x08[\x01-\x1f](?:\x12[\x01-\x40][\w. -]|\x3a)")
"""The version of the format, then the name of the program that wrote it, or the graph."""

_OLDEST_PICKLE = re.compile(rb"c[\w.]+\n\w+\n|\(?[dl]p0\n")
"""A name, a dictionary or a list in protocol 0, which is text."""

_KERAS = "model.weights.h5"
_MAGIC = {
    b"GGUF": QT_TRANSLATE_NOOP("errors", "a GGUF file of quantised weights, for llama.cpp or ComfyUI"),
    b"\x89HDF\r\n": QT_TRANSLATE_NOOP("errors", "an HDF5 file, as written by Keras"),
    b"%PDF": QT_TRANSLATE_NOOP("errors", "a PDF"),
}
_ARCHIVES = {
    b"\x1f\x8b": QT_TRANSLATE_NOOP("errors", "a gzip archive"),
    b"7z\xbc\xaf": QT_TRANSLATE_NOOP("errors", "a 7-Zip archive"),
    b"Rar!": QT_TRANSLATE_NOOP("errors", "a RAR archive"),
}


def refusal_of(source: StoredFile) -> CheckpointError | FileError:
    """The error for a file or folder that no family recognises."""
    if source.container == "folder":
        return _of_folder(source)
    if not source.start:
        return _of_nothing(source)
    if (found := _of_schedule_file(source) or _of_broken_schedule(source)) is not None:
        return found
    if source.container == "zip" and not WEIGHTS.holds(source):
        return _of_archive(source)
    if quantised := of_gguf(source.start):
        return UnsupportedError(source.path, *quantised, None)
    if source.container == "other" and is_of_openvino(source.path):
        return UnsupportedError(source.path, OPENVINO.name, OPENVINO.reason, None)
    if source.container == "other":
        return CheckpointError(_of_bytes(source), path=source.path, what=_what(source))
    if (schedule := table_schedule(source)) is not None:
        return UnsupportedError(source.path, _TABLE, _NO_NETWORK, schedule)
    if not source.tensors:
        template = QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds no tensors, and no list of numbers that could be β; choose a file with a network's weights, "
            "or one with a schedule.",
        )
        return CheckpointError(template, path=source.path)
    kind = QT_TRANSLATE_NOOP("errors", "a state dict of a network from no known library")
    return UnansweredError(source.path, kind, ("network",))


def of_unnamed_weights(path: Path) -> CheckpointError | None:
    """The error for a folder that is given in place of a file of weights in it; None for what is or has no such."""
    found = [name for name in openable_in(path) if (path / name).is_file()]
    return CheckpointError(_FOLDER_OF_WEIGHTS, path=path, file=to_type(path / found[0])) if found else None


def _of_folder(source: StoredFile) -> CheckpointError:
    """The refusal of a folder without a network, with the schedule of its scheduler if it has one."""
    for place in _SCHEDULERS:
        config = str(source.path / place)
        if file_type(config) is SCHEDULER_CONFIG and (whole := whole_config_at(config)):
            kind = QT_TRANSLATE_NOOP("errors", "a folder with a scheduler")
            return UnsupportedError(source.path, kind, _NO_NETWORK, whole.schedule)
    if stranger := of_names(source.path):
        return UnsupportedError(source.path, stranger.name, stranger.reason, None)
    if found := openable_in(source.path):
        template = _FOLDER_WITH_FILE if len(found) == 1 else _FOLDER_WITH_SEVERAL
        names, file = first_names(found, _NAMED), to_type(source.path / found[0])
        return CheckpointError(template, path=source.path, names=names, file=file)
    return CheckpointError(_FOLDER, path=source.path)


def _of_schedule_file(source: StoredFile) -> UnsupportedError | None:
    """The refusal of a file of one schedule, which is offered; None for any other, or for one that cannot be read."""
    kind = file_type(source.path)
    if kind.kind is not FileKind.SCHEDULES:
        return None
    with suppress(StudioError):
        found = read_named_schedules(source.path, 2)
        if len(found) == 1:
            return UnsupportedError(source.path, _SCHEDULE_FILES.get(kind, _TABLE), _NO_NETWORK, found[0][0])
    return None


def _of_broken_schedule(source: StoredFile) -> CheckpointError | FileError | None:
    """The refusal of a text of several schedules, of one that looks like a schedule's and cannot be read or has none,
    or of a list of steps; None for any other.
    """
    kind, path = file_type(source.path), str(source.path)
    looks_like_it = kind.is_certain(source) or source.start.startswith(_MERGED)
    looks_like_it |= any(each.resembles(source.start) for each in (kind, JSON))
    if kind not in _SCHEDULE_TEXTS or not looks_like_it:
        return None
    try:
        read_named_schedules(source.path, 2)
    except StudioError as error:
        if _holds_steps(path):
            return CheckpointError(_STEPS, path=path, spec=to_type(f"file:{path}"))
        if isinstance(error, FileError) and error.template in NONE_AT_ALL:
            return error
        kind_told, spec = _SCHEDULE_TEXTS[kind], to_type(path_spec(path))
        return CheckpointError(_BROKEN_SCHEDULE, kind=kind_told, reason=error, spec=spec)
    return CheckpointError(_SEVERAL, path=path, file=to_type(path))


def _holds_steps(path: str) -> bool:
    """True for a list of steps that is called one, or whose numbers are too large to be those of a schedule."""
    with suppress(StudioError):
        name, numbers, _ = read_step_list(path)
        return bool(name) or max(numbers, default=0.0) > 1
    return False


def _of_archive(source: StoredFile) -> CheckpointError:
    if not source.members:
        return damaged(source.path)
    if _KERAS in source.members:
        template = QT_TRANSLATE_NOOP(
            "errors", "{path} is a model of Keras, which is not read here; choose weights that PyTorch saved."
        )
        return CheckpointError(template, path=source.path)
    if NPZ.holds(source):
        template = QT_TRANSLATE_NOOP(
            "errors", "{path} holds NumPy arrays, not a checkpoint; choose a file with a network's weights."
        )
        return CheckpointError(template, path=source.path)
    template = workbook(source.members) or QT_TRANSLATE_NOOP(
        "errors", "{path} is a zip archive that torch did not write; unpack it and open what is in it."
    )
    return CheckpointError(template, path=source.path)


def _of_bytes(source: StoredFile) -> SourceText:
    start = source.start
    if template := other_text(start):
        return template
    if start[257:262] == b"ustar":
        return QT_TRANSLATE_NOOP(
            "errors",
            "{path} is a tar archive, as torch wrote weights before version 0.2, and reading it would execute code; "
            "unpack it, or save its state_dict() with a later torch.",
        )
    if _OLDEST_PICKLE.match(start):
        return QT_TRANSLATE_NOOP(
            "errors", "{path} is a pickle of protocol 0, which is not read; save it by torch.save."
        )
    if _named_by(_ARCHIVES, start):
        return QT_TRANSLATE_NOOP("errors", "{path} is {what}; unpack it and open what is in it.")
    if _what(source):
        return QT_TRANSLATE_NOOP(
            "errors", "{path} is {what}, not a checkpoint; choose a file with a network's weights."
        )
    if container := other_container(start):
        return container
    if _is_text(start):
        return QT_TRANSLATE_NOOP("errors", "{path} is text, not a checkpoint; choose a file with a network's weights.")
    return QT_TRANSLATE_NOOP(
        "errors",
        "{path} is not a checkpoint, or is damaged from the first byte; download it again, or choose another file.",
    )


def _of_nothing(source: StoredFile) -> CheckpointError | FileError:
    """The refusal of what begins with nothing: it is not a file, it is empty, or reading it is not permitted."""
    try:
        _ = source.file
    except FileError as error:
        return error
    return CheckpointError(QT_TRANSLATE_NOOP("errors", "{path} is empty; download it again."), path=source.path)


def _what(source: StoredFile) -> str:
    """The name of what it is, if known, or ""."""
    known = recognised(source)
    if known is not None and known.kind is FileKind.PICTURE:
        return QT_TRANSLATE_NOOP("errors", "a picture")
    if known is NPY:
        return QT_TRANSLATE_NOOP("errors", "a NumPy array")
    if source.path.name == "saved_model.pb":
        return SAVED_MODEL.name
    if source.start[4:8] == b"TFL3":
        return TFLITE.name
    if _ONNX.match(source.start):
        return QT_TRANSLATE_NOOP("errors", "a network in ONNX")
    return _named_by({**_MAGIC, **_ARCHIVES}, source.start)


def _named_by(magic: Mapping[bytes, str], start: bytes) -> str:
    """What begins so, "" if that is none of these."""
    return next((what for begin, what in magic.items() if start.startswith(begin)), "")


def _is_text(start: bytes) -> bool:
    try:
        return start.decode().replace("\n", "").replace("\r", "").replace("\t", "").isprintable()
    except UnicodeDecodeError as error:
        return error.start > len(start) - 4 and len(start) == 512  # A character was cut in two.
