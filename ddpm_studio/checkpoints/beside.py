"""Answers beside a checkpoint, in NAME.ddpm-studio.json: a stranger's file, which may have come with it.

Nothing is ever written there. It names no network, leads to no other file, and what is wrong in it is left out.
"""

from __future__ import annotations

from pathlib import Path

from ddpm_studio.checkpoints.answers import Answers
from ddpm_studio.checkpoints.answers_file import AnswersRead, answers_in
from ddpm_studio.checkpoints.reading.json_settings import read_settings
from ddpm_studio.errors import StudioError
from ddpm_studio.files.content import Content
from ddpm_studio.files.resources import is_resource

SUFFIX = ".ddpm-studio.json"
_OTHER_FILES = {"lora"}


def file_beside(path: Path) -> Path:
    """The path of the answers beside the checkpoint at `path`, a file or folder."""
    path = path.resolve()
    return path.parent / (path.name + SUFFIX)  # with_name refuses the root, which has no name.


def answers_beside(path: Path) -> AnswersRead:
    """The answers beside a checkpoint; none beside one that comes bundled."""
    file = file_beside(path)
    if is_resource(path) or not Content(file).is_file:
        return AnswersRead(Answers())
    try:
        settings = read_settings(file)
        return answers_in({name: value for name, value in settings.items() if name not in _OTHER_FILES})
    except StudioError as error:
        return AnswersRead(Answers(), (error,))
