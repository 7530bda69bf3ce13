"""Whoever draws the points of a sweep, the folder of results is the same, bit for bit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from ddpm_studio.cli import main
from tests.lab.executors.dask_cluster import running

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


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--cluster", "tcp://10.0.0.7:8786"], "At tcp://10.0.0.7:8786 whoever reaches the port can run code"),
        (["--cluster", "http://127.0.0.1"], "is no address of a cluster"),
        (["--cluster", "nowhere.json"], "nowhere.json"),
        (["--cluster", "tcp://127.0.0.1:1"], "No scheduler answers at tcp://127.0.0.1:1 (Connection refused)"),
        (["--cluster", "tls://host:8786"], "name them by --cluster-ca and --cluster-cert"),
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
