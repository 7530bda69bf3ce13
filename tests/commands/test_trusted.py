"""Trust in the shell: said once for each file, shown, forgotten; and Ctrl-C ends code that never returns."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from ddpm_studio.cli import main
from tests.checkpoints.families.shared.apart import unruly
from tests.checkpoints.families.shared.apart.processes import apart_from, lives
from tests.checkpoints.families.small import Table, made
from tests.checkpoints.families.test_torchscript import script
from tests.patience import PATIENCE_S

SAID = ("--shape=3x8x8", "--schedule=cosine:T=100", "--prediction-type=epsilon")


def test_trust_is_said_once_shown_and_forgotten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(script(made(Table), tmp_path / "script.pt"))
    assert main(["inspect", path, *SAID]) == 2
    sentence = capsys.readouterr().err
    assert f"{path} is a TorchScript program, whose code would run; add --trust if you trust it" in sentence
    assert len(sentence) < 300
    assert main(["inspect", path, *SAID, "--trust"]) == 0
    assert "trusted, SHA-256 " in capsys.readouterr().out
    draw = ["sample", "--checkpoint", path, *SAID, "--steps=2", "--batch=2", "-o", str(tmp_path / "a.npz")]
    assert main(draw) == 0
    with np.load(tmp_path / "a.npz") as arrays:
        assert arrays["steps"].tolist() == [0, 1]
    assert main(["inspect", path, "--forget"]) == 0
    assert f"The code of {path} is trusted no more.\nForgot shape 3x8x8, " in capsys.readouterr().out
    assert main(["inspect", path, *SAID]) == 2
    assert main(["inspect", path, "--forget"]) == 0
    assert capsys.readouterr().out == f"Nothing is remembered about {path}.\n"


@pytest.mark.usefixtures("forked")
def test_sample_takes_trust_too(tmp_path: Path) -> None:
    path = str(script(made(Table), tmp_path / "script.pt"))
    draw = ["sample", "--checkpoint", path, *SAID, "--steps=2", "--batch=2", "-o", str(tmp_path / "a.png")]
    assert main(draw) == 2
    assert main([*draw, "--trust"]) == 0
    assert (tmp_path / "a.png").exists()


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize("command", ["inspect", "sample --checkpoint"])
def test_there_is_nothing_to_trust_in_weights(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    out = ["-o", str(tmp_path / "a.png")] if command != "inspect" else []
    assert main([*command.split(), str(tmp_path / "own.pt"), "--trust", *out]) == 2
    assert "own.pt holds no code that would run; leave --trust out" in capsys.readouterr().err


def test_a_schedule_is_not_asked_of_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = script(made(Table), tmp_path / "script.pt")
    assert main(["export", "--schedule", f"custom:path={path}"]) == 2
    assert "does not say which schedule it was trained with" in capsys.readouterr().err


@pytest.mark.parametrize(
    "network", ["endless", "Busy", *(pytest.param(name, marks=pytest.mark.slow) for name in ("locked", "Later"))]
)
def test_control_c_ends_code_that_never_returns(tmp_path: Path, network: str) -> None:
    """While it is opened, and in the first network call."""
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    arguments = ["sample", "--checkpoint", "own.pt", f"--network={unruly.__name__}:{network}", *SAID, "--batch=2"]
    code, busy = interrupted(tmp_path, [*arguments, "--steps=2", "-o", "a.png"])
    assert code == 130
    assert not lives(busy)
    assert not (tmp_path / "a.png").exists()
    assert [path.name for path in tmp_path.glob("tmp/.ddpm-studio*")] == []


def test_control_c_keeps_what_was_drawn_before(tmp_path: Path) -> None:
    torch.save(made(Table).state_dict(), tmp_path / "own.pt")
    arguments = ["sample", "--checkpoint", "own.pt", f"--network={unruly.__name__}:Tiring", *SAID, "--batch=2"]
    code, busy = interrupted(tmp_path, [*arguments, "--steps=5", "-o", "a.npz"])
    assert code == 130
    assert not lives(busy)
    with np.load(tmp_path / "a.npz") as arrays:
        assert arrays["steps"].tolist() == [0, 1]


def test_control_c_while_a_trusted_program_is_opened(tmp_path: Path) -> None:
    """It lies in a temporary file while it is loaded, which goes too."""
    path = script(unruly.Endless(), tmp_path / "script.pt")
    arguments = ["sample", "--checkpoint", str(path), *SAID, "--trust", "--steps=2", "-o", "a.png"]
    code, _ = interrupted(tmp_path, arguments, once_busy=False)
    assert code == 130
    assert [path.name for path in tmp_path.glob("tmp/*")] == []


def interrupted(folder: Path, arguments: list[str], once_busy: bool = True) -> tuple[int, int]:
    """The exit code of the program that gets Ctrl-C once its trusted code is busy, or there, and that code's number."""
    (folder / "tmp").mkdir()
    surroundings = {
        **os.environ,
        unruly.BUSY: str(folder / "busy"),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "ddpm_studio", *arguments], cwd=folder, env=surroundings, stderr=subprocess.DEVNULL
    )
    moment = threading.Event()
    busy: list[int] = []
    try:
        while not busy:
            assert running.poll() is None, running.returncode
            busy = apart_from(running.pid)
            if once_busy:
                busy = [int((folder / "busy").read_text())] if (folder / "busy").exists() else []
            moment.wait(0.005)
        running.send_signal(signal.SIGINT)
        code = running.wait(PATIENCE_S)
    finally:
        running.kill()
        running.wait()
    while lives(busy[0]):
        moment.wait(0.005)
    return code, busy[0]
