"""`ddpm-studio sweep`, from its text to the table, with a network small enough for tests."""

from __future__ import annotations

import csv
import io
import json
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from ddpm_studio import signals
from ddpm_studio.checkpoints import Checkpoint, read_checkpoint
from ddpm_studio.cli import main
from ddpm_studio.commands.shared import executor_options
from ddpm_studio.lab import driver, model_place
from ddpm_studio.lab.executors.share import Share
from ddpm_studio.lab.measures import Spread, rms_per_picture, sliced_wasserstein
from ddpm_studio.lab.model_place import ModelPlace
from ddpm_studio.lab.outcome import Outcome
from ddpm_studio.lab.point_drawing import draw_point
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.results.result_folder import pictures_of_row, results_at
from tests.checkpoints.tiny import save_pipeline, tiny_unet

Captured = pytest.CaptureFixture[str]

QUESTION = """
checkpoint = {checkpoint}
solvers = ["ddim", "euler-ancestral", "pndm"]
counts = [2, 6]
pictures = 5
batch = 2
seeds = [0, 1]
device = "cpu"
[[pairs]]
solver = "unipc:order=3"
count = 8
[reference]
solver = "unipc:order=3"
count = 8
"""
POINTS = 16


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_pipeline(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_pipeline(tmp_path_factory.mktemp("classes"), tiny_unet(num_class_embeds=3))


@pytest.fixture
def question(tiny: Path, tmp_path: Path) -> str:
    return asked(tmp_path, QUESTION.format(checkpoint=json.dumps(str(tiny))))


def asked(folder: Path, text: str) -> str:
    path = folder / "question.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[SweepPoint]:
    """The points that are drawn."""
    seen: list[SweepPoint] = []

    def noted(place: ModelPlace, point: SweepPoint, device: str) -> Outcome:
        seen.append(point)
        return draw_point(place, point, device)

    monkeypatch.setattr(driver, "draw_point", noted)
    return seen


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have points drawn where they are seen; `test_sweep_executors.py` has them drawn elsewhere."""
    monkeypatch.setattr(executor_options, "shared_out", lambda *counts, device: [Share(1)])


def swept(capsys: Captured, *arguments: str) -> Any:
    """The document of --json."""
    assert main(["sweep", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def told(document: Any) -> Any:
    """A document without seconds, which differ."""
    return [
        {key: value for key, value in row.items() if not key.endswith("_s")}
        for rows in (document["rows"], document["reference"])
        for row in rows
    ]


def test_every_way_is_measured_by_the_reference(question: str, tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "results"
    document = swept(capsys, question, "-o", str(folder))
    rows = {(row["solver"], row["count"]): row for row in document["rows"]}
    assert len(rows) == 7
    with results_at(folder) as database:
        found = {(row.point.way.solver, row.point.way.count, row.point.seed): row for row in database.rows().values()}

    def both(solver: str, count: int) -> np.ndarray:
        return np.concatenate([pictures_of_row(folder, found[solver, count, seed]) for seed in (0, 1)])

    reference = both("unipc:order=3", 8)
    assert reference.shape == (10, 3, 8, 8)
    spread = Spread.of(rms_per_picture(both("ddim", 6), reference))
    assert (rows["ddim", 6]["median"], rows["ddim", 6]["low"]) == (spread.median, spread.low)
    assert rows["ddim", 6]["calls"] == 6
    assert rows["euler-ancestral", 2]["sliced"] == sliced_wasserstein(both("euler-ancestral", 2), reference)
    assert rows["euler-ancestral", 2]["median"] is None
    assert rows["pndm", 2]["sentence"].startswith("steps is 2, and pndm takes the first 3")
    assert rows["pndm", 6]["calls"] == 15
    assert rows["unipc:order=3", 8]["median"] == 0
    remaining = np.median(rms_per_picture(reference, both("unipc:order=3", 16)))
    assert document["reference"][0]["median"] == remaining > 0


def test_a_sweep_that_was_stopped_goes_on(
    question: str, tmp_path: Path, capsys: Captured, drawn: list[SweepPoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tmp_path / "results")

    def stopped(place: ModelPlace, point: SweepPoint, device: str) -> Outcome:
        if len(drawn) == 3:
            signals.take(signal.SIGINT)
        drawn.append(point)
        return draw_point(place, point, device)

    with monkeypatch.context() as patch:
        patch.setattr(driver, "draw_point", stopped)
        assert main(["sweep", question, "-o", folder]) == 128 + signal.SIGINT
    assert capsys.readouterr().err.endswith(f"stopped; 3 points of {POINTS} are kept\n")
    assert len(drawn) == 4  # The fourth had begun.
    went_on = swept(capsys, question, "-o", folder)
    assert len(drawn) == 4 + POINTS - 3
    assert told(went_on) == told(swept(capsys, question, "-o", str(tmp_path / "whole")))
    drawn.clear()
    again = swept(capsys, question, "-o", folder)
    assert again == went_on
    assert [point.way.solver for point in drawn] == ["pndm"] * 2  # These have failed.


def test_shards_united_are_the_whole(question: str, tmp_path: Path, capsys: Captured) -> None:
    whole = swept(capsys, question, "-o", str(tmp_path / "whole"))
    for number in (1, 2, 3):
        assert main(["sweep", question, "-o", str(tmp_path / f"part {number % 2}"), "--shard", f"{number}/3"]) == 0
    capsys.readouterr()
    merge = ["--merge", *(str(tmp_path / f"part {number}") for number in (0, 1)), "-o", str(tmp_path / "united")]
    assert told(swept(capsys, *merge)) == told(whole)


def test_the_batch_alone_and_not_the_way_it_is_split_decides_the_pictures(
    classes: Path, tmp_path: Path, capsys: Captured
) -> None:
    text = f"checkpoint = {json.dumps(str(classes))}\ndevice = 'cpu'\nsolvers = ['euler-ancestral']\ncounts = [3]\n"
    conditions = "[reference]\nsolver = 'ddim'\ncount = 3\n[[conditions]]\n[[conditions]]\nlabel = 2\n"
    folders = [tmp_path / name for name in ("one", "six")]
    for folder, batch in zip(folders, (1, 6), strict=True):
        question = asked(tmp_path, f"{text}pictures = 6\nbatch = {batch}\n{conditions}")
        assert len(swept(capsys, question, "-o", str(folder))["rows"]) == 2
    one, six = (_pictures(folder) for folder in folders)
    assert one.keys() == six.keys()
    for key, pictures in one.items():
        np.testing.assert_allclose(pictures, six[key], atol=1e-4)
    alone, in_turn = one["euler-ancestral", 2], one["euler-ancestral", None]
    assert np.array_equal(alone[[2, 5]], in_turn[[2, 5]])
    assert not np.allclose(alone[0], in_turn[0])


def _pictures(folder: Path) -> dict[tuple[str, int | None], np.ndarray]:
    with results_at(folder) as database:
        rows = database.rows().values()
    return {
        (row.point.way.solver, row.point.label): pictures_of_row(folder, row)
        for row in rows
        if row.point.way.count == 3
    }


def test_the_table_and_the_csv_say_the_same(question: str, tmp_path: Path, capsys: Captured) -> None:
    table = tmp_path / "table.csv"
    document = swept(capsys, question, "-o", str(tmp_path / "results"), "--csv", str(table))
    rows = list(csv.DictReader(io.StringIO(table.read_text())))
    for row, other in zip(rows, document["rows"], strict=True):
        for key, value in row.items():
            told = value if isinstance(other[key], str) else json.loads(value or "null")
            assert told == other[key], key
    assert main(["sweep", question, "-o", str(tmp_path / "results")]) == 0
    said = capsys.readouterr().out.splitlines()
    pairs, sets = said[:5], said[5:8]
    assert pairs[0].split() == ["calls", "error", "interval", "×", "best", "order"]
    assert [line.split()[0] for line in pairs[1:]] == ["2", "6", "8", "15"]
    assert [line for line in pairs if "best" in line and "ddim" in line]
    assert sets[0].split() == ["calls", "of", "sets"]
    assert all("euler-ancestral · trailing" in line for line in sets[1:])
    assert said[8].startswith("• nothing is nearer with as few calls")
    assert said[10] == "pndm · trailing · 2: " + said[10].partition(": ")[2]
    assert said[-1].startswith("reference unipc:order=3 · trailing · 8: ")
    assert said[-1].endswith(" from one twice as fine")
    assert max(map(len, said[:10])) <= 80


def test_the_chart_shows_each_measure(question: str, tmp_path: Path, capsys: Captured) -> None:
    chart = tmp_path / "chart.svg"
    swept(capsys, question, "-o", str(tmp_path / "results"), "--chart", str(chart))
    svg = chart.read_text(encoding="utf-8")
    for text in ("error", "distance of sets", "ddim · trailing", "euler-ancestral · trailing", "10 pictures"):
        assert text in svg
    ElementTree.fromstring(svg)


def test_a_dry_run_tells_what_there_is_to_do_and_does_none_of_it(
    question: str, tmp_path: Path, capsys: Captured, drawn: list[SweepPoint]
) -> None:
    assert main(["sweep", question, "--dry-run"]) == 0
    said = capsys.readouterr().out.splitlines()
    document = swept(capsys, question, "--dry-run")
    assert document["calls"] == 5 * sum(point["calls"] or 0 for point in document["points"])
    assert said[-1] == f"{POINTS} of {POINTS} points, 80 pictures, 550 network calls for one picture each, 0.1 MiB"
    assert len(said) == POINTS + 2
    document = swept(capsys, question, "--dry-run", "--shard", "2/8", "-o", str(tmp_path / "results"))
    assert [point["calls"] for point in document["points"]] == [8, 2]
    assert not drawn
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "No sweep is named"),
        (["question.toml"], "No folder is named for the results; add -o"),
        (["missing.toml"], "There is no file missing.toml"),
        (["question.toml", "--shard", "4/3"], "--shard is “4/3”; write K/N"),
        (["question.toml", "--shard", "x"], "--shard is “x”"),
        (["--merge", ".", "-o", "results"], "has no shards of a sweep"),
        (["--merge", "question.toml", "-o", "results"], "question.toml is no database; name results of a sweep"),
        (["question.toml", "--merge", ".", "-o", "results"], "--merge draws nothing; leave out the name of a sweep"),
        (["--merge", ".", "--shard", "1/2", "-o", "results"], "--merge draws nothing"),
        (["question.toml", "--shard", "1/2", "-o", "results", "--csv", "a.csv"], "--csv is of what a whole"),
        (["question.toml", "--dry-run", "--chart", "a.svg"], "--chart is of what a whole"),
        (["question.toml", "-o", "new", "--csv", "none/a.csv"], "none/a.csv cannot be written: its folder does not"),
        (["question.toml", "-o", "new", "--chart", "."], ". is a folder; name a file in it"),
        (["question.toml", "-o", ""], "-o is given an empty name"),
        (["question.toml", "-o", "question.toml"], "question.toml cannot be made a folder"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str],
    reason: str,
    question: str,
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["sweep", *arguments]) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("[[conditions]]\n[[conditions]]\nlabel = 2\n", "“conditions” 2: This checkpoint knows no classes"),
        ("[[conditions]]\nguidance = 3\n", "“conditions” 1: This checkpoint knows no classes"),
        ("", "There is no device “cuda:77” here; choose auto or one of: cpu"),
    ],
)
def test_what_no_point_could_be_drawn_with_is_refused_at_once(
    more: str, reason: str, question: str, tmp_path: Path, capsys: Captured, drawn: list[SweepPoint]
) -> None:
    text = Path(question).read_text(encoding="utf-8")
    text = f"{text}{more}" if more else text.replace('"cpu"', '"cuda:77"')
    assert main(["sweep", asked(tmp_path, text), "-o", str(tmp_path / "results")]) == 2
    assert reason in capsys.readouterr().err
    assert not drawn
    assert not (tmp_path / "results").exists()


def test_pictures_of_latents_are_counted_as_they_are_decoded(
    question: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = swept(capsys, question, "--dry-run")["bytes"]
    read = read_checkpoint

    def decoded(*arguments: Any, **more: Any) -> Checkpoint:
        checkpoint = read(*arguments, **more)
        larger = replace(checkpoint.denoiser, decoder=lambda x: x.repeat(1, 1, 8, 8))
        return replace(checkpoint, denoiser=larger)

    monkeypatch.setattr(model_place, "read_checkpoint", decoded)
    model_place._open.clear()
    large = swept(capsys, question, "--dry-run")["bytes"]
    model_place._open.clear()
    assert large - small == 63 * 80 * 3 * 8 * 8 * 4


def test_a_checkpoint_that_changed_since_is_not_taken_for_the_same(
    tmp_path: Path, capsys: Captured, drawn: list[SweepPoint]
) -> None:
    folder = save_pipeline(tmp_path / "model")
    text = "solvers = ['ddim']\ncounts = [2]\npictures = 1\ndevice = 'cpu'\n[reference]\nsolver = 'ddim'\ncount = 4\n"
    question = asked(tmp_path, f"checkpoint = {json.dumps(str(folder))}\n{text}")
    swept(capsys, question, "-o", str(tmp_path / "results"))
    save_pipeline(folder, beta_schedule="squaredcos_cap_v2")
    swept(capsys, question, "-o", str(tmp_path / "results"))
    assert len(drawn) == 6
