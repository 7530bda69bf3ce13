"""Whoever draws the points of a sweep, the folder of results is the same, bit for bit."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import torch

from ddpm_studio.cli import main
from ddpm_studio.lab.results.result_folder import results_at
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
    return table_in(question.parent / f"results{len([*question.parent.glob('results*')])}", question, capsys, *options)


def table_in(
    folder: Path, question: Path, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[str, dict[str, bytes]]:
    """What it prints and leaves in a folder, in which something may be."""
    assert main(["sweep", str(question), "-o", str(folder), "--csv", "-", "--threads", "1", *options]) == 0
    head, *rows = (line.split(",") for line in capsys.readouterr().out.splitlines())
    kept = [place for place, name in enumerate(head) if not name.endswith("_s")]
    # What a program that was killed was writing lies there under another name until it is cleared away.
    pictures = {file.name: file.read_bytes() for file in (folder / "points").glob("[!.]*.npy")}
    return "\n".join(",".join(row[place] for place in kept) for row in (head, *rows)), pictures


def test_here_in_a_pool_and_on_a_cluster(question: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each process with one thread; the bundled model is found on the cluster by its content."""
    here = table(question, capsys, "--workers", "1")
    assert (here[0].count("\n"), len(here[1])) == (2, 4)
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


LONG = """
solvers = ["ddim", "euler-ancestral", "unipc", "heun"]
counts = [20, 21, 22, 23, 24, 25, 26, 27]
pictures = 6
batch = 3
device = "cpu"
reference = {solver = "ddim", count = 30}
"""
POINTS = 34


@pytest.mark.slow
def test_killed_twenty_times_it_comes_to_the_same(question: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Ten times one of its processes is killed and then the program; what it has kept by then is never drawn again."""
    question.write_text(LONG, encoding="utf-8")
    folder, chance = question.parent / "killed", random.Random(0)
    command = [sys.executable, "-m", "ddpm_studio", "sweep", str(question), "-o", str(folder)]
    for _ in range(10):
        before = files_kept(folder)
        if len(before) < POINTS:
            killed_twice([*command, "--workers", "2", "--threads", "1"], folder, len(before) + 1, chance)
        assert before.items() <= files_kept(folder).items()
    kept = files_kept(folder)
    assert len(kept) >= 10
    killed = table_in(folder, question, capsys, "--workers", "2")
    assert kept.items() <= files_kept(folder).items()
    assert killed == table(question, capsys, "--workers", "2")
    assert len(killed[1]) == POINTS


def killed_twice(command: list[str], folder: Path, enough: int, chance: random.Random) -> None:
    """Kill one of the processes of a program, and the program once enough is kept, each at a random moment."""
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as program:
        wait_for(lambda: len(children_of(program.pid)) == 2)
        processes = children_of(program.pid)
        time.sleep(chance.uniform(0, 1))
        with suppress(ProcessLookupError):  # All may be drawn by then, on a fast machine.
            os.kill(chance.choice(processes), signal.SIGKILL)
        wait_for(lambda: len(files_kept(folder)) >= enough)
        processes += children_of(program.pid)
        time.sleep(chance.uniform(0, 0.5))
        program.kill()
    wait_for(lambda: not any(map(lives, processes)))


def files_kept(folder: Path) -> dict[str, tuple[int, int]]:
    """The files of pictures that have a row, and what would be another if they were written anew."""
    if not (folder / "results.sqlite").exists():
        return {}
    with results_at(folder) as database:
        kept = [folder / "points" / f"{key}.npy" for key, row in database.rows().items() if row.done]
    return {file.name: (file.stat().st_ino, file.stat().st_mtime_ns) for file in kept}


@pytest.mark.slow
def test_four_shards_united_are_the_whole(question: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the bundled model."""
    whole = table(question, capsys, "--workers", "1")
    for number in range(1, 5):
        place = str(question.parent / f"part{number}")
        assert main(["sweep", str(question), "-o", place, "--shard", f"{number}/4", "--threads", "1"]) == 0
    merge = [str(question.parent / f"part{number}") for number in range(1, 5)]
    united = question.parent / "united"
    assert main(["sweep", "--merge", *merge, "-o", str(united)]) == 0
    capsys.readouterr()
    assert table_in(united, question, capsys, "--workers", "1") == whole


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
