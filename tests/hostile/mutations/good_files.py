"""Good files of each format: their mutations, how they lie on the disk, and what reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
from safetensors.torch import save

from ddpm_studio.checkpoints import Answers, open_checkpoint
from ddpm_studio.checkpoints.beside import answers_beside
from ddpm_studio.checkpoints.families.diffusers.scheduler_config import training
from ddpm_studio.checkpoints.reading.stored_file import StoredFile
from ddpm_studio.diffusion import Schedule
from ddpm_studio.files.betas import read_named_schedules
from ddpm_studio.files.pictures import open_picture
from ddpm_studio.gui.projects.project_file import read_project
from tests.anew import written_anew
from tests.checkpoints.families.small import SHAPE, Table, made
from tests.hostile import arrays, folders, graphs, images, memories, pickling, projects, tables, texts_json
from tests.hostile.making import zipped
from tests.hostile.mutations.damage import Mutation, any_bytes, directories, renamed
from tests.hostile.mutations.opcodes import operations
from tests.hostile.mutations.png import chunks
from tests.hostile.mutations.wording import values, words

SAID = Answers(shape=SHAPE, schedule=Schedule("linear", 10), prediction_type="epsilon")
OWN = Answers(network="tests.checkpoints.families.small:Table").over(SAID)

LARGEST_PICTURE = 2**30
"""Bytes that opening a picture may take, which a few of its own can describe."""

Reader = Callable[[Path], object]


@dataclass(frozen=True)
class Good:
    """What is changed of a good file of a format: `mutate` changes it, and `around` makes the file of what it became.

    `lay` puts the file into a folder, and returns the path of what `read` reads in this process, and no further than
    to tensors and plain values. `door` opens it for good, where that is more. `described` is the memory that what it
    describes may take whatever the size of the file.
    """

    format: str
    name: str
    content: Callable[[], bytes]
    mutate: Callable[[bytes], Mutation]
    read: Reader
    door: Reader | None = None
    around: Callable[[bytes], bytes] = bytes
    lay: Callable[[Path, bytes], Path] = lambda folder, content: written_anew(folder / "mutated", content)
    described: int = 0

    def mutations(self) -> Mutation:
        """The files that may become of it."""
        return self.mutate(self.content()).map(self.around)


# weights


def _leaves(path: Path) -> object:
    stored = StoredFile(path)
    return stored.members, stored.tensors, stored.values, stored.metadata


def _network(path: Path) -> object:
    return open_checkpoint(path, OWN)


@cache
def _pickled(row: bool = False) -> bytes:
    """A pickle of one tensor, small enough for all its operations to matter."""
    return pickling.whole(pickling.tensor(row=row))


def _archived() -> bytes:
    return pickling.archived(_pickled())


@cache
def _safetensors() -> bytes:
    return save(made(Table).state_dict(), {"config": "{}"})


def _header() -> bytes:
    good = _safetensors()
    return good[8 : 8 + int.from_bytes(good[:8], "little")]


def _headed(header: bytes) -> bytes:
    """The file of safetensors with another header."""
    return len(header).to_bytes(8, "little") + header + _safetensors()[8 + len(_header()) :]


WEIGHTS = (
    Good("weights", "pickle in an archive", _pickled, operations, _leaves, _network, pickling.archived),
    Good("weights", "directory of weights", _archived, directories, _leaves, _network),
    Good("weights", "names in an archive of weights", _archived, renamed, _leaves, _network),
    Good(
        "weights in a row",
        "pickle in a row",
        lambda: _pickled(row=True),
        operations,
        _leaves,
        _network,
        pickling.in_a_row,
    ),
    Good("safetensors", "header of safetensors", _header, values, _leaves, _network, _headed),
)


# programs and folders


def _program(path: Path) -> object:
    return open_checkpoint(path, SAID)


def _member(name: str) -> Callable[[], bytes]:
    return lambda: graphs.good()[name]


def _with(name: str) -> Callable[[bytes], bytes]:
    return lambda content: graphs.with_members({name: content})


def _archive() -> bytes:
    return zipped(graphs.good())


PROGRAMS = (
    Good("exported program", "graph", _member(graphs.GRAPH), values, _program, around=_with(graphs.GRAPH)),
    Good(
        "exported program",
        "weights of a program",
        _member(graphs.WEIGHTS),
        values,
        _program,
        around=_with(graphs.WEIGHTS),
    ),
    Good("exported program", "directory of a program", _archive, directories, _program),
    Good("exported program", "names in a program", _archive, renamed, _program),
)


def _in_folder(file: str) -> Callable[[Path, bytes], Path]:
    def lay(folder: Path, content: bytes) -> Path:
        net = folder / "net"
        if not net.exists():
            folders.folder({folders.WEIGHTS: None} if file == folders.PARTS else {})(folder)
            written_anew(net / "unet" / "part.safetensors", folders.good()[folders.WEIGHTS])
        written_anew(net / file, content)
        return net

    return lay


def _setting(file: str, read: Reader = open_checkpoint, door: Reader | None = None) -> Good:
    return Good("diffusers folder", file, lambda: folders.good()[file], values, read, door, lay=_in_folder(file))


def _index() -> bytes:
    return json.dumps({"metadata": {}, "weight_map": dict.fromkeys("abc", "part.safetensors")}).encode()


def _beside(folder: Path, content: bytes) -> Path:
    path = folder / graphs.NAME
    if not path.exists():
        written_anew(path, zipped(graphs.good()))
    written_anew(folder / (graphs.NAME + memories.SUFFIX), content)
    return path


FOLDERS = (
    _setting(folders.INDEX),
    _setting(folders.CONFIG),
    _setting(folders.SCHEDULER, lambda net: training(net / folders.SCHEDULER), open_checkpoint),
    Good("diffusers folder", "index of parts", _index, values, open_checkpoint, lay=_in_folder(folders.PARTS)),
    Good(
        "memory file",
        "memory file",
        lambda: json.dumps(memories.ANSWERS).encode(),
        values,
        answers_beside,
        open_checkpoint,
        lay=_beside,
    ),
)


# tables, pictures and projects


def _npy_header() -> bytes:
    return b"{'descr': '<f8', 'fortran_order': False, 'shape': (10,), }\n"


def _array(header: bytes) -> bytes:
    return arrays.headed(header, arrays.BETAS.tobytes())


def _npz() -> bytes:
    return arrays.npz({"betas": arrays.BETAS, "name": np.asarray("a")})


def _table(format: str, content: Callable[[], bytes], mutate: Callable[[bytes], Mutation], what: str = "") -> Good:
    return Good(format, what or format, content, mutate, read_named_schedules)


TABLES = (
    Good("NPY", "header of NPY", _npy_header, words, read_named_schedules, around=_array),
    _table("NPY", arrays.npy, any_bytes),
    _table("NPZ", _npz, directories, "directory of NPZ"),
    _table("NPZ", _npz, renamed, "names in NPZ"),
    _table("CSV", tables.good, words),
    _table("JSON", lambda: b'[{"betas": [0.1, 0.2], "schedule": "linear:T=2", "name": "a"}]', values),
    _table("JSON", lambda: b'{"betas": [0.1, 0.2], "name": "a"}', words, "words of JSON"),
    _table("scheduler config", lambda: json.dumps(texts_json.GOOD).encode(), values),
)


def _picture(form: str) -> Good:
    mutate = chunks if form == "PNG" else any_bytes
    return Good("picture", form, partial(images.good, form), mutate, open_picture, described=LARGEST_PICTURE)


GOOD = (
    *WEIGHTS,
    *PROGRAMS,
    *FOLDERS,
    *TABLES,
    *map(_picture, images.SUFFIXES),
    Good("project", "project", lambda: projects.naming("a.csv"), values, read_project),
)
