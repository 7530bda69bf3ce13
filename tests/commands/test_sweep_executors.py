"""Whoever draws the points of a sweep, the folder of results is the same, bit for bit."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from ddpm_studio.cli import main
from tests.checkpoints.families.shared.apart.processes import lives, wait_for
from tests.lab.executors.dask_cluster import running
from tests.patience import PATIENCE_S

QUESTION = """
solvers = ["ddim", "euler-ancestral"]
counts = [2]
pictures = 3
batch = 2
device = "cpu"
reference = {solver = "ddim", count = 3}
"""


@pytest.fixture(autouse=True)
def threads_as_before() -> Iterator[None]:
    """Leave torch in this process as many as it had."""
    count = torch.get_num_threads()
    yield
    torch.set_num_threads(count)


@pytest.fixture
def question(tmp_path: Path) -> Path:
    """The text of a small sweep."""
    (tmp_path / "question.toml").write_text(QUESTION, encoding="utf-8")
    return tmp_path / "question.toml"


def children_of(number: int) -> list[int]:
    """The processes that a process has begun."""
    children = [path.read_text().split() for path in Path(f"/proc/{number}/task").glob("*/children")]
    return [int(child) for each in children for child in each]


def table(question: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[str, dict[str, bytes]]:
    """What a sweep prints by such options, but for the seconds, and the pictures that it leaves."""
    folder = question.parent / f"results{len([*question.parent.glob('results*')])}"
    assert main(["sweep", str(question), "-o", str(folder), "--csv", "-", "--threads", "1", *options]) == 0
    head, *rows = (line.split(",") for line in capsys.readouterr().out.splitlines())
    kept = [place for place, name in enumerate(head) if not name.endswith("_s")]
    pictures = {file.name: file.read_bytes() for file in (folder / "points").iterdir()}
    assert len(rows) == 2
    assert len(pictures) == 4
    return "\n".join(",".join(row[place] for place in kept) for row in (head, *rows)), pictures


def test_here_in_a_pool_and_on_a_cluster(question: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each process with one thread; the bundled model is found on the cluster by its content."""
    here = table(question, capsys, "--workers", "1")
    assert table(question, capsys, "--workers", "2") == here
    with running(question.parent) as dask:
        dask.add(2)
        assert table(question, capsys, "--cluster", str(dask.file)) == here


@pytest.mark.slow
def test_control_c_keeps_what_is_done_and_leaves_no_process(question: Path) -> None:
    """Of a reference that takes long, the first of all points is not the last."""
    question.write_text(QUESTION.replace("count = 3", "count = 900"), encoding="utf-8")
    points = question.parent / "results" / "points"
    command = [sys.executable, "-m", "ddpm_studio", "sweep", str(question), "-o", str(points.parent), "--workers", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        wait_for(lambda: [*points.glob("*.npy")] != [])
        processes = children_of(program.pid)
        program.send_signal(signal.SIGINT)
        _, said = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 128 + signal.SIGINT
    assert re.search(r"stopped; [123] points? of 4 are kept\n$", said)
    assert processes != []
    wait_for(lambda: not any(map(lives, processes)))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--cluster", "tcp://10.0.0.7:8786"], "At tcp://10.0.0.7:8786 whoever reaches the port can run code"),
        (["--cluster", "http://127.0.0.1"], "is no address of a cluster"),
        (["--cluster", "nowhere.json"], "nowhere.json"),
        (["--cluster", "tcp://127.0.0.1:1"], "No scheduler answers at tcp://127.0.0.1:1 (Connection refused)"),
        (["--cluster", "tls://host:8786"], "name them by --cluster-ca and --cluster-cert"),
        (["--cluster", "tls://host:8786", "--workers", "2"], "argument --workers: not allowed with argument --cluster"),
        (["--workers", "0"], "“0” is not a whole number from 1 to 256"),
        (["--threads", "x"], "“x” is not a whole number from 1 to 1024"),
    ],
)
def test_what_there_cannot_be_is_a_sentence(
    options: list[str], sentence: str, question: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sweep", str(question), "-o", str(question.parent / "results"), *options]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert sentence in line
