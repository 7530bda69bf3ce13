"""Shelf of scenes: those that come with the program, and those that a person put into a folder of their own."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ddpm_studio.errors import FileError
from ddpm_studio.files.places import data_folder
from ddpm_studio.files.resources import resource_folder
from ddpm_studio.gui.scenes.scene import Scene
from ddpm_studio.gui.scenes.scene_file import Named, read_scene
from ddpm_studio.texts import SourceText, Text

SCENES = "scenes"
CONTEXT = "scenes"
"""In which Qt translates the texts of bundled scenes."""

MOST_OWN = 50
"""Files of a person's own that are read."""


class Shelf(NamedTuple):
    """The scenes in their order, and the reason for each file that is none."""

    scenes: tuple[Scene, ...]
    refusals: tuple[Text, ...]


def bundled_folder() -> Path:
    """The folder of the scenes that come with the program."""
    return resource_folder() / SCENES


def own_folder() -> Path:
    """The folder in which a person's own are looked for. FileError if the user has no home folder."""
    return data_folder() / SCENES


def shelf() -> Shelf:
    """Every scene there is, read anew."""
    scenes, refusals = list[Scene](), list[Text]()
    source = partial(SourceText, context=CONTEXT)
    _read(sorted(bundled_folder().glob("*.toml")), source, scenes, refusals)
    with suppress(FileError, OSError):  # Without a folder there are none.
        _read(_own_files(), str, scenes, refusals)
    return Shelf(tuple(sorted(scenes, key=lambda scene: scene.order)), tuple(refusals))


def _own_files() -> list[Path]:
    folder = own_folder()
    return sorted(folder.glob("*.toml"))[:MOST_OWN] if folder.is_dir() else []


def _read(files: Iterable[Path], named: Named, scenes: list[Scene], refusals: list[Text]) -> None:
    for file in files:
        try:
            scenes.append(read_scene(file, named))
        except FileError as error:
            refusals.append(Text(error.template, error.values))
