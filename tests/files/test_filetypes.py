"""Files are opened as what they hold where that is certain, whatever their names, and through every door alike."""

from __future__ import annotations

import ast
import os
import re
import shutil
import struct
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import ddpm_studio
from ddpm_studio.cli import main
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.schedule_family import shown_of
from ddpm_studio.diffusion.spec import path_spec
from ddpm_studio.errors import StudioError
from ddpm_studio.files.content import Content
from ddpm_studio.files.filetypes import FILE_TYPES, UNKNOWN, FileKind, file_type
from ddpm_studio.files.zipped import MAX_DIRECTORY
from ddpm_studio.launch import Launch
from tests.files.everything import SAMPLES, SCHEDULE, Sample

SUFFIXES = sorted(suffix for each in FILE_TYPES for suffix in each.suffixes)
IO = Path("/proc/thread-self/io")
KIND_OF = {
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif", ".tif", ".tiff", ".bmp"), FileKind.PICTURE),
    **dict.fromkeys((".csv", ".tsv", ".txt", ".json", ".npy", ".npz", "scheduler_config.json"), FileKind.SCHEDULES),
    **dict.fromkeys((".safetensors", ".pt", ".pth", ".ckpt", ".bin", ".pt2", ".pkl"), FileKind.CHECKPOINT),
    ".ddpm": FileKind.PROJECT,
    **dict.fromkeys((".svg", ".pdf", ".html", ".htm"), FileKind.MADE),
    **dict.fromkeys(("model_index.json", "config.json"), FileKind.CHECKPOINT),
}


@pytest.fixture(scope="module", params=SAMPLES, ids=str)
def sample(request: pytest.FixtureRequest) -> Sample:
    made = request.param
    assert isinstance(made, Sample)
    return made


@pytest.fixture(scope="module")
def paths(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sample at each of its names."""
    return list(sample.named(tmp_path_factory.mktemp("named")))


def test_there_is_a_sample_of_every_type() -> None:
    assert {each.type for each in SAMPLES} == set(FILE_TYPES)


def test_content_decides_under_every_name(sample: Sample, paths: list[Path], tmp_path: Path) -> None:
    copy = shutil.copytree if paths[0].is_dir() else shutil.copyfile
    target = tmp_path / "thing"
    copy(paths[0], target)
    for suffix in ["", ".weights", *SUFFIXES, *map(str.upper, SUFFIXES)]:
        target = target.rename(tmp_path / f"thing{suffix}")
        assert file_type(target) is sample.type


def test_the_command_line_opens_it_as_that(sample: Sample, paths: list[Path], started: list[Launch]) -> None:
    for path in map(str, paths):
        assert main([path, "--screenshot", "x.png"]) == 0
        launch = started.pop()
        kinds = {
            FileKind.PICTURE: launch.pictures,
            FileKind.SCHEDULES: launch.schedules,
            FileKind.CHECKPOINT: launch.checkpoint,
            FileKind.PROJECT: launch.project,
            FileKind.MADE: launch.made,
        }
        assert [kind for kind, opened in kinds.items() if opened] == [sample.type.kind], path
        assert all(shown_of(schedule).T == SCHEDULE.T for schedule in launch.schedules)


def test_inspect_takes_it_for_that(sample: Sample, paths: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    for path in paths:
        main(["inspect", str(path)])
        said = capsys.readouterr().err
        foreign = "not a checkpoint" in said or "it holds no network" in said
        assert foreign == (sample.type.kind not in (FileKind.CHECKPOINT, FileKind.MADE)), said


def test_custom_takes_its_schedule(sample: Sample, paths: list[Path]) -> None:
    for path in paths:
        if sample.scheduled:
            schedule = Schedule.parse(path_spec(str(path)))
            np.testing.assert_allclose(schedule.betas, SCHEDULE.betas, rtol=1e-4)
        else:
            refused = (
                "no betas|nothing that is read here|is a web page"
                if sample.type.kind in (FileKind.PICTURE, FileKind.PROJECT, FileKind.MADE)
                else "which schedule it was trained with"
            )
            with pytest.raises(StudioError, match=refused):
                Schedule.parse(path_spec(str(path)))


# Where content does not decide.


@pytest.mark.parametrize("name", KIND_OF)
@pytest.mark.parametrize(
    "content", [None, b"", b"hello\n", b"version https://git-lfs.github.com/spec/v1\n", b"404: Not Found"]
)
def test_then_the_name_does(name: str, content: bytes | None, tmp_path: Path) -> None:
    names = [f"a{name}", f"A{name.upper()}"] if name.startswith(".") else [name]
    for path in (tmp_path / each for each in names):
        if content is not None:
            path.write_bytes(content)
        assert file_type(path).kind is KIND_OF[name]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"1,2,3\n4,5,6\n", FileKind.SCHEDULES),
        (b"my betas are below\n", FileKind.SCHEDULES),
        (b'{"error": "not found"}', FileKind.SCHEDULES),
        (b"PK\x03\x04\x14\0", FileKind.SCHEDULES),
        (b"\xff\xff\xff\xff\xff\0\0\0{", FileKind.CHECKPOINT),
        (b"", FileKind.UNKNOWN),
        (b"eight of{ a text", FileKind.UNKNOWN),
        (b"BM is how it begins", FileKind.UNKNOWN),
        (b"RIFF....WAVE", FileKind.UNKNOWN),
        (b"version https://git-lfs", FileKind.UNKNOWN),
        (b"\0" * 600, FileKind.UNKNOWN),
    ],
)
def test_then_what_it_looks_like(content: bytes, kind: FileKind, tmp_path: Path) -> None:
    (tmp_path / "thing").write_bytes(content)
    assert file_type(tmp_path / "thing").kind is kind


@pytest.mark.parametrize(
    "content", [b"betas\n0.1\n", b"\xef\xbb\xbf# t;Betas\n1;0.1\n", b'"t"\t"betas"\r\n', b"1e-4\n0.02\n"]
)
def test_a_table_of_betas_under_the_name_of_weights(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pt").write_bytes(content)
    assert file_type(tmp_path / "a.pt").kind is FileKind.SCHEDULES


@pytest.mark.parametrize(
    "content", [b'{"error": "naive"}', b"<html>", b"<!DOCTYPE html>\n<html></html>", b"404: Not Found", b"1,2,3\n"]
)
def test_what_a_server_said_instead_of_the_weights(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pt").write_bytes(content)
    assert file_type(tmp_path / "a.pt").kind is FileKind.CHECKPOINT


def test_a_picture_of_a_format_that_is_not_opened(tmp_path: Path) -> None:
    Image.new("RGB", (20, 20)).save(tmp_path / "picture", "ppm")
    assert file_type(tmp_path / "picture") is UNKNOWN


@pytest.mark.parametrize("name", ["a\0b.png", "x" * 5000 + ".png", "folder/that/is/not/there.png"])
def test_a_path_at_which_nothing_can_be(name: str) -> None:
    assert file_type(name).kind is FileKind.PICTURE


# Where it is decided.

ELSEWHERE = {
    # What is written, beside its writer.
    "cli.py": {".png", ".gif", ".webp"},
    "commands/shared/trial.py": {".png"},
    "commands/steps.py": {".csv", ".json"},
    "files/animation.py": {".gif", ".webp"},
    "files/export.py": {".csv", ".json", ".npz"},
    "files/samples.py": {".png", ".gif", ".webp", ".npz"},
    "files/desktop/desktop_entry.py": {".svg"},
    "gui/lab/lab_actions.py": {".csv"},
    "gui/curves/curves_panel.py": {".png", ".svg"},
    "gui/curves/plot_export.py": {".png", ".svg"},
    "gui/file_actions.py": {".png", ".svg"},
    "gui/printing/figure_actions.py": {".pdf", ".png", ".svg"},
    "gui/projects/project_actions.py": {".ddpm"},
    "gui/reporting/report_actions.py": {".html"},
    "gui/picture/picture_actions.py": {".png", ".gif", ".webp"},
    "gui/sampling/run_tasks.py": {".png"},
    "gui/sampling/saves.py": {".png", ".gif", ".webp", ".npz"},
    "gui/recent.py": {".json"},
    "lab/results/own_folder.py": {".npy"},
    "lab/results/result_folder.py": {".npy"},
    "checkpoints/remembered.py": {".json"},
    "checkpoints/trust.py": {".json"},
    # What others call the parts of their archives and folders.
    "checkpoints/families/diffusers/weight_files.py": {".json"},
    "checkpoints/identity.py": {".json"},
    "checkpoints/hub.py": {".json", ".safetensors", ".bin"},
    "files/betas_numpy.py": {".npy"},
    "files/kept/kept_file.py": {".npy"},
    "files/recipes/carriers.py": {".npy"},
    "gui/theme.py": {".svg"},
}
"""The only modules that name suffixes besides the table, and which."""


def suffixes_in(source: Path) -> set[str]:
    """The suffixes of types that stand alone or after a * in the texts of a module."""
    text = source.read_text(encoding="utf-8")
    if not any(suffix in text for suffix in SUFFIXES):
        return set()  # Most modules name none, and reading Python takes long.
    nodes = ast.walk(ast.parse(text))
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {
        suffix for suffix in SUFFIXES for text in texts if text == suffix or f"*{suffix}" in re.split(r"[\s()/]", text)
    }


def test_no_other_module_keeps_a_list_of_suffixes() -> None:
    package = Path(ddpm_studio.__file__).parent
    found = {path.relative_to(package).as_posix(): suffixes_in(path) for path in package.rglob("*.py")}
    assert found.pop("files/filetypes.py") == set(SUFFIXES)
    assert {module: named for module, named in found.items() if named} == ELSEWHERE


# How much is read.


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[int]:
    """The end to write into of a pipe called pipe.csv, in which something waits."""
    os.mkfifo(tmp_path / "pipe.csv")
    end = os.open(tmp_path / "pipe.csv", os.O_RDWR)
    os.write(end, b"\x89PNG")
    yield end
    os.close(end)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_nothing_is_taken_out_of_a_pipe(pipe: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert file_type(tmp_path / "pipe.csv").kind is FileKind.SCHEDULES
    assert main(["inspect", str(tmp_path / "pipe.csv")]) == 2
    assert "pipe.csv is a device or a pipe; choose a file." in capsys.readouterr().err
    assert os.read(pipe, 100) == b"\x89PNG"


def test_a_directory_of_a_zip_archive_without_end_is_left_unread(tmp_path: Path) -> None:
    path, size = tmp_path / "thing", MAX_DIRECTORY + 1
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.seek(4 + size)
        file.write(struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, size, 4, 0))
    tracemalloc.start()
    assert Content(path).members == ()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MAX_DIRECTORY


def bytes_read() -> int:
    """By this thread so far, as Linux counts them."""
    fields = dict(line.split(": ") for line in IO.read_text().splitlines())
    return int(fields["rchar"])


@pytest.mark.skipif(not IO.exists(), reason="the system does not count what is read")
def test_no_more_than_the_start_is_read(tmp_path: Path) -> None:
    (tmp_path / "thing").write_bytes(bytes(100_000))
    before = bytes_read()
    counting = bytes_read() - before
    file_type(tmp_path / "thing")
    assert bytes_read() - before - 2 * counting < 1024


def test_nothing_of_a_pickle_is_carried_out(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return Path.touch, (tmp_path / "run",)

    for zipped in (True, False):
        torch.save(Bomb(), tmp_path / "thing.csv", _use_new_zipfile_serialization=zipped)
        assert file_type(tmp_path / "thing.csv").kind is FileKind.CHECKPOINT
    assert not (tmp_path / "run").exists()
