"""`ddpm-studio --screenshot` as a process without a display, and what the window must not import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest
import torch
from PIL import Image

from ddpm_studio.gui.app import DRAGGED
from ddpm_studio.gui.preferences.preferences import Preferences
from ddpm_studio.gui.preferences.preferences_file import NAME, write_preferences
from ddpm_studio.gui.theme import ThemeChoice
from tests.checkpoints.families.small import Table, made, quiet
from tests.checkpoints.tiny import save_pipeline
from tests.forked_program import ForkedProgram

SPECS = ["--schedule", "linear", "--schedule", "cosine:T=1000"]


def surroundings(folder: Path) -> dict[str, str]:
    """Those of a person who has no display, and settings there."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "QT_LOGGING_RULES")
    }
    return {**environment, "XDG_CONFIG_HOME": str(folder / "settings")}


def run_anew(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program in a process that has imported nothing before."""
    command = [sys.executable, "-m", "ddpm_studio", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=surroundings(folder))


class Run(Protocol):
    def __call__(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def run(program: ForkedProgram) -> Run:
    """The program in a process that differs from one of its own in what is imported already."""
    return lambda folder, *arguments: program.run(*arguments, cwd=folder, env=surroundings(folder))


@pytest.mark.parametrize("size", [(1600, 1000), (1024, 700)])
def test_a_screenshot_has_the_size_asked_for(tmp_path: Path, size: tuple[int, int]) -> None:
    done = run_anew(tmp_path, "--screenshot", "w.png", "--size", "{}x{}".format(*size), *SPECS, "--t", "120")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with Image.open(tmp_path / "w.png") as picture:
        assert picture.size == size
        assert len(picture.convert("RGB").getcolors(size[0] * size[1]) or []) > 1000


def test_a_screenshot_is_the_same_whatever_whoever_takes_it_prefers(run: Run, tmp_path: Path) -> None:
    preferred = Preferences(ThemeChoice.DARK, 14.0, 4.0, dashes=True, schedules=("jsd:T=9",), curves=("snr_db",))
    pictures = []
    for preferences in (Preferences(), preferred):
        write_preferences(tmp_path / "settings" / "ddpm-studio" / NAME, preferences)
        done = run(tmp_path, "--screenshot", "w.png", "--size", "960x560")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        pictures.append((tmp_path / "w.png").read_bytes())
    assert pictures[0] == pictures[1]


def test_an_animation_drags_t_from_the_picture_to_noise(run: Run, tmp_path: Path) -> None:
    done = run(tmp_path, "--screenshot", "drag.webp", "--size", "960x560", *SPECS)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with Image.open(tmp_path / "drag.webp") as animation:
        assert animation.size == (960, 560)
        assert getattr(animation, "n_frames", 1) == DRAGGED + 1
        first = animation.convert("RGB").tobytes()
        animation.seek(DRAGGED // 2)
        assert animation.convert("RGB").tobytes() != first


def test_a_screenshot_with_a_checkpoint_waits_for_it(run: Run, tmp_path: Path) -> None:
    save_pipeline(tmp_path / "model")
    shots = []
    for arguments in ([], [str(tmp_path / "model")]):
        done = run(tmp_path, "--screenshot", "w.png", *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        shots.append((tmp_path / "w.png").read_bytes())
    assert shots[0] != shots[1]


@pytest.mark.parametrize("name", ["model.pt", "picture.png", "betas.csv"])
def test_a_screenshot_of_what_cannot_be_read_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("<html>")
    done = run(tmp_path, "--screenshot", "w.png", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"ddpm-studio: {name} ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "w.png").exists()


def project_with(folder: Path, checkpoint: str) -> str:
    """The name of a project that names a checkpoint."""
    content = {"format": "ddpm-studio project", "sampling": {"checkpoint": checkpoint}}
    (folder / "w.ddpm").write_text(json.dumps(content))
    return "w.ddpm"


@pytest.mark.parametrize("content", [None, "<html>", "PK"])
def test_a_screenshot_of_a_project_whose_checkpoint_cannot_be_read_is_refused(
    run: Run, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "model.pt").write_text(content)
    done = run(tmp_path, "--screenshot", "w.png", project_with(tmp_path, "model.pt"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ddpm-studio: ")
    assert "model.pt" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "w.png").exists()


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ({"picture": {"path": "gone.png"}}, "gone.png"),
        ({"picture": {"path": "text.png"}}, "text.png"),
        ({"schedules": [{"schedule": "custom:path=gone.csv"}, {"schedule": "cosine"}]}, "gone.csv"),
        ({"seed": "three"}, "seed"),
        ({"version": 99}, "newer version"),
    ],
)
def test_a_screenshot_of_a_project_that_cannot_be_read_whole_is_refused(
    run: Run, tmp_path: Path, part: dict[str, object], named: str
) -> None:
    (tmp_path / "text.png").write_text("<html>")
    (tmp_path / "w.ddpm").write_text(json.dumps({"format": "ddpm-studio project", "version": 1, **part}))
    done = run(tmp_path, "--screenshot", "w.png", "w.ddpm")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ddpm-studio: ")
    assert named in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "w.png").exists()


def test_a_screenshot_of_a_project_that_has_kept_what_is_gone_is_drawn(run: Run, tmp_path: Path) -> None:
    kept = {"schedule": "custom:path=gone.csv", "betas": [0.1, 0.2, 0.3]}
    (tmp_path / "w.ddpm").write_text(json.dumps({"format": "ddpm-studio project", "schedules": [kept]}))
    done = run(tmp_path, "--screenshot", "w.png", "w.ddpm")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("named", [False, True])
def test_a_screenshot_shows_what_a_checkpoint_asks(run: Run, tmp_path: Path, named: bool) -> None:
    with quiet():
        torch.jit.script(made(Table)).save(str(tmp_path / "model.pt"))
    done = run(tmp_path, "--screenshot", "w.png", project_with(tmp_path, "model.pt") if named else "model.pt")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_screenshot_of_a_project_with_a_checkpoint_is_drawn(tmp_path: Path) -> None:
    save_pipeline(tmp_path / "model")
    done = run_anew(tmp_path, "--screenshot", "w.png", project_with(tmp_path, "model"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "w.png").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--t", "500"], ["500", "300"]),
        (["--schedule", "cosin"], ["cosin", "cosine"]),
        (["missing.png"], ["missing.png"]),
        (["--size", "10x10"], ["10x10", "960x560"]),
    ],
)
def test_bad_input_ends_with_one_sentence_and_no_file(
    run: Run, tmp_path: Path, arguments: list[str], words: list[str]
) -> None:
    done = run(tmp_path, "--screenshot", "w.png", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert all(word in done.stderr for word in words)
    assert list(tmp_path.iterdir()) == []


def test_the_window_imports_no_torch() -> None:
    code = "import sys, ddpm_studio.gui.app; print({'torch', 'diffusers', 'scipy', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
