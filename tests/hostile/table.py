"""The table: every class of harm in every format, and the doors that a format has."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.arguments import ARGUMENTS
from tests.hostile.arrays import NPY, NPZ
from tests.hostile.folders import FOLDERS
from tests.hostile.images import PICTURES
from tests.hostile.kinds import Case, Cell, Format, Harm
from tests.hostile.memories import MEMORIES
from tests.hostile.programs import PROGRAMS
from tests.hostile.projects import PROJECTS
from tests.hostile.scripts import SCRIPTS
from tests.hostile.tables import CSV
from tests.hostile.tensors import SAFETENSORS
from tests.hostile.texts_json import CONFIGS, JSON
from tests.hostile.weights import ARCHIVE, ROW

FORMATS = (
    ARCHIVE,
    ROW,
    SAFETENSORS,
    PROGRAMS,
    SCRIPTS,
    FOLDERS,
    MEMORIES,
    NPY,
    NPZ,
    CSV,
    JSON,
    CONFIGS,
    PICTURES,
    PROJECTS,
    ARGUMENTS,
)


def cell(harm: Harm, format: Format) -> Cell:
    """The cases of a class in a format, or why there are none."""
    return format.cells[harm]


def cases(formats: tuple[Format, ...] = FORMATS) -> Iterator[Case]:
    """Every case."""
    for format in formats:
        for harm in Harm:
            found = cell(harm, format)
            if not isinstance(found, str):
                yield from (Case(format, harm, name, write) for name, write in found.items())


def one_of_each() -> Iterator[Case]:
    """The first case of each class, from another format each time."""
    for place, harm in enumerate(Harm):
        yield next(
            each for format in FORMATS[place:] + FORMATS[:place] for each in cases((format,)) if each.harm is harm
        )
