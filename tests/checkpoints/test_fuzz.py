"""Whatever is done to a file, opening it ends in a Denoiser or in one sentence, and takes little memory for it.

A good file of each format is cut off, or some of its bytes are others: in the file as it lies there, and in a member of
its archive whose checksum is right again, so that what is behind the checksum is met too.
"""

from __future__ import annotations

import io
import math
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save, save_file

from ddpm_studio.checkpoints import Answers, open_checkpoint
from ddpm_studio.checkpoints.beside import file_beside
from ddpm_studio.checkpoints.remembered import recalled
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError, FileError
from ddpm_studio.sampling import Denoiser
from tests.anew import written_anew
from tests.checkpoints.families.exported.test_family import EACH, export
from tests.checkpoints.families.lucidrains_files import buffers, diffusion, linear
from tests.checkpoints.families.oracle import Case, names, recorded
from tests.checkpoints.families.small import SHAPE, Table, made, saved
from tests.checkpoints.families.test_torchscript import script
from tests.hostile.mutations.damage import DAMAGES, Damages, damaged
from tests.tiers import repeated

PROGRAM = Answers(shape=SHAPE, schedule=Schedule("cosine", 100), prediction_type="epsilon")
LIBRARY = Answers(shape=(16, 16), schedule=Schedule("linear", 100))
GUIDED = replace(LIBRARY, heads=1, attention_order="legacy")

SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
FUZZED = settings(max_examples=repeated(25), deadline=None, derandomize=True, suppress_health_check=SLOW)


def damaged_within(archive: bytes, place: float, damages: Damages) -> bytes:
    """With one member damaged and its checksum right; places near 0 are for what is no mere numbers."""
    new = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(new, "w") as copy:
        told = sorted(old.namelist(), key=lambda name: (not name.endswith(("pkl", "json", "py")), name))
        chosen = told[int(place**2 * (len(told) - 1))]
        for name in old.namelist():
            copy.writestr(name, damaged(old.read(name), damages) if name == chosen else old.read(name))
    return new.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("fuzz")
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        yield folder


def smallest(library: str) -> Case:
    """The recorded case with the fewest weights."""
    cases = [recorded(library, name) for name in names(library)]
    return min(cases, key=lambda case: sum(math.prod(shape) for shape in case.shapes.values()))


@pytest.fixture(scope="module")
def good(folder: Path) -> dict[str, bytes]:
    """A file of each format, each of which opens or is refused by its name."""
    tensors = made(Table).state_dict()
    torch.save(tensors, folder / "legacy.pt", _use_new_zipfile_serialization=False)
    latent = {"betas": torch.linspace(1e-4, 0.02, 50), "first_stage_model.a": torch.zeros(2)}
    return {
        "weights.pt": saved({"ema": tensors, "step": 4}),
        "legacy.pt": (folder / "legacy.pt").read_bytes(),
        "weights.safetensors": save(tensors, {"config": "{}"}),
        "exported.pt2": export(made(Table), folder / "exported.pt2", dynamic_shapes=EACH).read_bytes(),
        "script.pt": script(made(Table), folder / "script.pt").read_bytes(),
        "latent.ckpt": saved({"state_dict": {"model.diffusion_model.a": torch.zeros(2), **latent}}),
        "lucidrains.pt": saved(diffusion(smallest("lucidrains"), buffers(linear(50), "pred_noise"))),
        "guided.pt": saved(smallest("guided_diffusion").tensors()),
    }


ANSWERS = {
    **dict.fromkeys(("weights.pt", "legacy.pt", "weights.safetensors"), PROGRAM),
    "lucidrains.pt": LIBRARY,
    "guided.pt": GUIDED,
}
REFUSED = {
    **dict.fromkeys(("weights.pt", "legacy.pt", "weights.safetensors"), "does not say its network"),
    "script.pt": "is a TorchScript program",
    "latent.ckpt": "latent diffusion",
}
"""What is said of files that are read whole, or not at all, and are not opened."""

FILES = (*ANSWERS, "exported.pt2", "script.pt", "latent.ckpt")
ARCHIVES = tuple(name for name in FILES if name not in ("legacy.pt", "weights.safetensors"))


def opens_or_says_why(path: Path, content: bytes, answers: Answers) -> None:
    written_anew(path, content)
    opened, sentence = False, ""
    try:
        opened = isinstance(open_checkpoint(path, answers), Denoiser)
    except (CheckpointError, FileError) as error:
        sentence = str(error)
    # Of a long path the middle may be left out.
    assert opened or (path.name in sentence and "\n" not in sentence)


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_good(folder: Path, good: dict[str, bytes], name: str) -> None:
    (folder / name).write_bytes(good[name])
    if name in REFUSED:
        with pytest.raises(CheckpointError, match=REFUSED[name]):
            open_checkpoint(folder / name)
    else:
        assert isinstance(open_checkpoint(folder / name, ANSWERS.get(name, PROGRAM)), Denoiser)


@pytest.mark.parametrize("name", FILES)
@FUZZED
@given(damages=DAMAGES)
def test_damaged_files(folder: Path, good: dict[str, bytes], name: str, damages: Damages) -> None:
    opens_or_says_why(folder / f"a-{name}", damaged(good[name], damages), ANSWERS.get(name, PROGRAM))


@pytest.mark.parametrize("name", ARCHIVES)
@FUZZED
@given(place=st.floats(0, 1), damages=DAMAGES)
def test_damaged_members(folder: Path, good: dict[str, bytes], name: str, place: float, damages: Damages) -> None:
    content = damaged_within(good[name], place, damages)
    opens_or_says_why(folder / f"b-{name}", content, ANSWERS.get(name, PROGRAM))


@pytest.mark.parametrize("start", [b"", b"PK\x03\x04", b"\x80\x02", b"\x80\x02}q\x00", b"\x10\0\0\0\0\0\0\0{"])
@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@settings(FUZZED, max_examples=repeated(15))
@given(content=st.binary(max_size=200))
def test_bytes_of_nobody(folder: Path, start: bytes, suffix: str, content: bytes) -> None:
    opens_or_says_why(folder / f"c{suffix}", start + content, PROGRAM)


@FUZZED
@given(damages=DAMAGES)
def test_what_is_remembered(folder: Path, damages: Damages) -> None:
    path, said = folder / "d.pt", b'{"shape": [3, 8, 8], "schedule": "cosine:T=9", "heads": 3}'
    file_beside(path).write_bytes(damaged(said, damages))
    path.write_bytes(saved({"a": torch.zeros(2)}))
    memory = recalled(path)
    assert memory.file is not None
    memory.file.parent.mkdir(parents=True, exist_ok=True)
    memory.file.write_bytes(damaged(b'{"network": "a:b", "directory": "/", "answers": ' + said + b"}", damages))
    opens_or_says_why(path, path.read_bytes(), Answers())


SIZE = 32 * 2**20


def write_large(folder: Path) -> None:
    """Files of 32 MiB that are refused, each in its own way, after as much of them was read as that takes."""
    large = torch.zeros(SIZE // 4)
    whole = saved({"a": large})
    torch.save({"a": large}, folder / "row.pt", _use_new_zipfile_serialization=False)
    row = (folder / "row.pt").read_bytes()
    (folder / "cut.pt").write_bytes(whole[:-100])
    (folder / "cut-row.pt").write_bytes(row[:-100])
    (folder / "claims-more.pt").write_bytes(
        row.replace((SIZE // 4).to_bytes(4, "little"), (2**30).to_bytes(4, "little"))
    )
    (folder / "flipped.pt").write_bytes(whole[: SIZE // 2] + b"\1" + whole[SIZE // 2 + 1 :])
    (folder / "unknown.pt").write_bytes(whole)
    (folder / "text.pt").write_bytes(b"abcd" * (SIZE // 4))
    (folder / "string.pkl").write_bytes(b"\x80\x02X" + (2**31).to_bytes(4, "little") + bytes(SIZE))
    (folder / "header.safetensors").write_bytes(SIZE.to_bytes(8, "little") + b"{" + b" " * (SIZE - 1))
    save_file({"a": large}, folder / "unknown.safetensors")


MEASURE = """
import resource, sys
from pathlib import Path
from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.errors import CheckpointError
def refused(path):
    try:
        open_checkpoint(path)
    except CheckpointError:
        return
    raise AssertionError(path)
folder = Path(sys.argv[1])
for path in (folder / "small").iterdir():
    refused(path)
for path in sorted(folder.glob("*.*")):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused(path)
    print(path.name, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss is in KiB on Linux alone")
def test_no_more_than_twice_the_size_is_in_memory_before_a_refusal(tmp_path: Path) -> None:
    write_large(tmp_path)
    (tmp_path / "small").mkdir()
    torch.save({"a": torch.zeros(2)}, tmp_path / "small" / "a.pt")
    torch.save({"a": torch.zeros(2)}, tmp_path / "small" / "b.pt", _use_new_zipfile_serialization=False)
    save_file({"a": torch.zeros(2)}, tmp_path / "small" / "a.safetensors")
    run = [sys.executable, "-c", MEASURE, str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    grown = {name: int(kib) * 1024 for name, kib in (line.split() for line in done.stdout.splitlines())}
    assert len(grown) == 10
    assert sum(grown.values()) <= 2 * SIZE, grown
