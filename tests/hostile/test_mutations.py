"""Mutations of good files of each format: whatever is changed, opening one ends in what it is, or in one sentence.

Three hundred of each in the slow tier; HOSTILE_EXAMPLES=100000 has so many tried by hand, others in each run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from safetensors.torch import save

from ddpm_studio.checkpoints import Answers, open_checkpoint
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.files.betas import read_named_schedules
from ddpm_studio.files.pictures import open_picture
from ddpm_studio.gui.projects.project_file import read_project
from tests.checkpoints.families.small import SHAPE, Table, made
from tests.hostile import arrays, folders, images, memories, mutating, pickles, programs, projects, tables, texts_json
from tests.hostile.judging import LONGEST
from tests.hostile.making import zipped
from tests.hostile.mutating import Mutation
from tests.tiers import repeated

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "0"))
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
MUTATED = settings(deadline=None, derandomize=not EXAMPLES, suppress_health_check=SLOW, database=None)
MOST = 30
"""Examples of a format, ten times as many in the slow tier."""

SAID = Answers(shape=SHAPE, schedule=Schedule("linear", 10), prediction_type="epsilon")
OWN = Answers(network="tests.checkpoints.families.small:Table").over(SAID)


@dataclass(frozen=True)
class Good:
    """A good file of a format: its mutations, how it lies on the disk, and what opens it."""

    format: str
    name: str
    mutations: Callable[[], Mutation]
    open: Callable[[Path], object]
    lay: Callable[[Path, bytes], Path] = lambda folder, content: _written(folder / "mutated", content)

    @property
    def examples(self) -> int:
        """How many are drawn: fewer where each has a process begin."""
        shared = sum(each.format == self.format for each in GOOD)
        return EXAMPLES or max(1, repeated(MOST) // shared // (10 if self.open is _weights else 1))


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _weights(path: Path) -> object:
    return open_checkpoint(path, OWN)


def _program(path: Path) -> object:
    return open_checkpoint(path, SAID)


@lru_cache(maxsize=1)
def _state() -> bytes:
    """A pickle of the weights of a network, small enough for all its operations to matter."""
    return pickles.whole(pickles.tensor())


@lru_cache(maxsize=1)
def _safetensors() -> bytes:
    return save(made(Table).state_dict(), {"config": "{}"})


def _archive(pickled: bytes) -> bytes:
    return pickles.archived(pickled)


def _header(content: bytes) -> bytes:
    """The file of safetensors with another header."""
    good = _safetensors()
    return len(content).to_bytes(8, "little") + content + good[8 + int.from_bytes(good[:8], "little") :]


def _safetensors_header() -> bytes:
    good = _safetensors()
    return good[8 : 8 + int.from_bytes(good[:8], "little")]


def _npy_header() -> bytes:
    return b"{'descr': '<f8', 'fortran_order': False, 'shape': (10,), }\n"


def _in_folder(file: str) -> Callable[[Path, bytes], Path]:
    def lay(folder: Path, content: bytes) -> Path:
        net = folder / "net"
        if not net.exists():
            folders.folder({})(folder)
        _written(net / file, content)
        return net

    return lay


def _beside(folder: Path, content: bytes) -> Path:
    path = folder / programs.NAME
    if not path.exists():
        _written(path, zipped(programs.good()))
    _written(folder / (programs.NAME + memories.SUFFIX), content)
    return path


def _damaged_picture(form: str) -> Mutation:
    return mutating.any_bytes(images.good(form))


def _graph(content: bytes) -> bytes:
    return programs.with_members({programs.GRAPH: content})


def _of_weights(content: bytes) -> bytes:
    return programs.with_members({programs.WEIGHTS: content})


def _good_pickle_in_a_row() -> bytes:
    return pickles.whole(pickles.tensor(row=True))


GOOD = (
    Good("weights", "pickle in an archive", lambda: mutating.operations(_state()).map(_archive), _weights),
    Good(
        "weights in a row",
        "pickle in a row",
        lambda: mutating.operations(_good_pickle_in_a_row()).map(pickles.in_a_row),
        _weights,
    ),
    Good("weights", "directory of weights", lambda: mutating.directories(_archive(_state())), _weights),
    Good(
        "safetensors",
        "header of safetensors",
        lambda: mutating.values(_safetensors_header()).map(_header),
        _weights,
    ),
    Good("exported program", "graph", lambda: mutating.values(programs.good()[programs.GRAPH]).map(_graph), _program),
    Good(
        "exported program",
        "weights of a program",
        lambda: mutating.values(programs.good()[programs.WEIGHTS]).map(_of_weights),
        _program,
    ),
    Good("exported program", "directory of a program", lambda: mutating.directories(zipped(programs.good())), _program),
    Good(
        "diffusers folder",
        "config",
        lambda: mutating.values(folders.good()[folders.CONFIG]),
        open_checkpoint,
        _in_folder(folders.CONFIG),
    ),
    Good(
        "diffusers folder",
        "scheduler",
        lambda: mutating.values(folders.good()[folders.SCHEDULER]),
        open_checkpoint,
        _in_folder(folders.SCHEDULER),
    ),
    Good(
        "memory file",
        "memory file",
        lambda: mutating.values(json.dumps(memories.ANSWERS).encode()),
        open_checkpoint,
        _beside,
    ),
    Good("NPY", "header of NPY", lambda: mutating.words(_npy_header()).map(arrays.headed), read_named_schedules),
    Good("NPY", "NPY", lambda: mutating.any_bytes(arrays.npy()), read_named_schedules),
    Good(
        "NPZ",
        "directory of NPZ",
        lambda: mutating.directories(arrays.npz({"betas": arrays.BETAS, "name": "a"})),
        read_named_schedules,
    ),
    Good("CSV", "CSV", lambda: mutating.words(tables.good()), read_named_schedules),
    Good(
        "JSON",
        "JSON",
        lambda: mutating.values(b'[{"betas": [0.1, 0.2], "schedule": "linear:T=2", "name": "a"}]'),
        read_named_schedules,
    ),
    Good("JSON", "words of JSON", lambda: mutating.words(b'{"betas": [0.1, 0.2], "name": "a"}'), read_named_schedules),
    Good(
        "scheduler config",
        "scheduler config",
        lambda: mutating.values(json.dumps(texts_json.GOOD).encode()),
        read_named_schedules,
    ),
    Good("picture", "PNG", lambda: mutating.chunks(images.good("PNG")), open_picture),
    *(
        Good("picture", form, partial(_damaged_picture, form), open_picture)
        for form in images.SUFFIXES
        if form != "PNG"
    ),
    Good("project", "project", lambda: mutating.values(projects.naming("a.csv")), read_project),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("m")
        patch.setenv("XDG_STATE_HOME", str(place / "state"))
        yield place


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.name)
def test_whatever_is_changed_it_opens_or_says_why_not(folder: Path, good: Good) -> None:
    place = folder / good.name.replace(" ", "-")
    place.mkdir()

    @settings(MUTATED, max_examples=good.examples)
    @given(content=good.mutations())
    def check(content: bytes) -> None:
        opens_or_says_why_not(good, good.lay(place, content))

    check()


def opens_or_says_why_not(good: Good, path: Path) -> None:
    """Fail what is neither."""
    try:
        assert good.open(path) is not None
    except StudioError as error:
        sentence = str(error)
        assert sentence.isprintable()
        assert len(sentence.replace(str(path.parent), "")) < LONGEST, sentence
