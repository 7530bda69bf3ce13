"""What a checkpoint leaves open, and pictures of each reading."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import torch

from ddpm_studio.checkpoints import Answers, keep_answers, open_checkpoint, read_checkpoint
from ddpm_studio.checkpoints.beside import file_beside
from ddpm_studio.checkpoints.families.guided_diffusion.architecture import UNetArchitecture
from ddpm_studio.checkpoints.families.guided_diffusion.candidates import guided_candidates
from ddpm_studio.checkpoints.trying import candidates, tried
from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.errors import CheckpointError
from ddpm_studio.sampling import run
from tests.checkpoints.families.lucidrains_files import buffers, linear, trainer_file
from tests.checkpoints.families.oracle import recorded
from tests.checkpoints.tiny import save_pipeline

SAID = Answers(shape=(8, 16), schedule=Schedule("linear", 1000))
NOBODYS = UNetArchitecture(96, (Fraction(1), Fraction(2)), 2, (2,), 0, True, False, attended=(192, 192))


def guided(path: Path, name: str = "guided-new-order") -> Path:
    torch.save(recorded("guided_diffusion", name).tensors(), path)
    return path


def test_every_usual_split_that_fits_once() -> None:
    found = guided_candidates(NOBODYS, Answers())
    assert found == (
        Answers(heads=4, attention_order="legacy"),
        Answers(heads=4, attention_order="new"),
        Answers(heads=3, attention_order="legacy"),
        Answers(heads=3, attention_order="new"),
        Answers(heads=1, attention_order="legacy"),
        Answers(heads=6, attention_order="legacy"),
        Answers(heads=6, attention_order="new"),
        Answers(heads=2, attention_order="legacy"),
        Answers(heads=2, attention_order="new"),
        Answers(heads=8, attention_order="legacy"),
        Answers(heads=8, attention_order="new"),
        Answers(heads=12, attention_order="legacy"),
        Answers(heads=12, attention_order="new"),
        Answers(heads=4, attention_order="legacy", up_heads=1),
        Answers(heads=4, attention_order="legacy", up_heads=2),
        Answers(heads=4, attention_order="legacy", up_heads=8),
    )


def test_wider_layers_with_more_heads_are_said_by_the_width_of_a_head() -> None:
    found = guided_candidates(replace(NOBODYS, attended=(64, 96, 192)), Answers(attention_order="new"))
    assert [(each.heads, each.head_channels, each.up_heads) for each in found] == [
        (4, None, None),
        (1, None, None),
        (None, 32, None),
        (2, None, None),
        (8, None, None),
        (None, 16, None),
        (4, None, 1),
        (4, None, 2),
        (4, None, 8),
    ]


@pytest.mark.parametrize(
    ("said", "count"),
    [
        (Answers(heads=2), 2 + 3),
        (Answers(head_channels=64), 2),
        (Answers(heads=2, attention_order="new"), 1 + 3),
        (Answers(heads=2, up_heads=4), 2),
    ],
)
def test_what_was_said_is_not_tried(said: Answers, count: int) -> None:
    found = guided_candidates(NOBODYS, said)
    assert len(found) == count
    assert all(each.over(said).over(said) == each.over(said) for each in found)


def test_a_published_split_comes_first() -> None:
    cifar = UNetArchitecture(
        128, tuple(map(Fraction, (1, 2, 2, 2))), 3, (2, 4), 0, True, False, attended=(256, 256, 256)
    )
    assert guided_candidates(cifar, Answers())[0] == Answers(heads=4, attention_order="legacy")


def test_a_file_that_says_everything_leaves_nothing_open(tmp_path: Path) -> None:
    save_pipeline(tmp_path)
    with pytest.raises(CheckpointError, match="nothing left to try"):
        candidates(tmp_path)


def test_what_was_said_before_can_be_thought_over(tmp_path: Path) -> None:
    path = guided(tmp_path / "a.pt")
    keep_answers(read_checkpoint(path, replace(SAID, heads=1)))
    file_beside(path).write_text('{"heads": 1, "attention_order": "legacy"}')
    assert len(candidates(path)) > 2
    said = Answers(head_channels=16, attention_order="new")
    assert keep_answers(read_checkpoint(path, said)).given == said.over(SAID)
    assert read_checkpoint(path).given == said.over(SAID)


def test_each_candidate_draws_what_it_draws_when_it_is_said(tmp_path: Path) -> None:
    path = guided(tmp_path / "a.pt")
    readings = candidates(path, SAID)
    last = {attempt.number: attempt.step for attempt in tried(path, SAID, readings, steps=3, pictures=2, seed=5)}
    assert not list(tmp_path.glob("*.json"))
    assert len(last) == len(readings)
    for number, reading in enumerate(readings):
        denoiser = open_checkpoint(path, reading.over(SAID))
        x = torch.randn(2, 3, 8, 16, generator=torch.Generator().manual_seed(5))
        table = solver_table("dpm-solver++", Steps.from_spacing(denoiser.schedule, 3), order=2)
        *_, alone = run(table, denoiser, x, device="auto")
        step = last[number]
        assert step is not None
        torch.testing.assert_close(step.x, alone.x, rtol=0, atol=1e-6)
    pictures = torch.stack([step.x for step in last.values() if step is not None])
    assert (pictures - pictures[0]).flatten(1).abs().amax(1)[1:].min() > 1e-3


def test_a_candidate_that_fails_does_not_end_the_trial(tmp_path: Path) -> None:
    path = guided(tmp_path / "a.pt")
    readings = (Answers(heads=4), Answers(heads=7), Answers(heads=2))
    attempts = list(tried(path, SAID, readings, steps=2, pictures=1))
    assert [(attempt.number, attempt.step is not None) for attempt in attempts] == [
        (0, True),
        (0, True),
        (1, False),
        (2, True),
        (2, True),
    ]
    assert isinstance(attempts[2].error, CheckpointError)
    assert "7 heads" in str(attempts[2].error)


WIDTHS = tuple(Answers(head_channels=each) for each in (32, 64, 16, 128))
GROUPS = (Answers(groups=4), Answers(groups=16))


def lucidrains(path: Path, version: str = "0.23.4", weights: str = "0.23.4") -> Path:
    return trainer_file(path, recorded("lucidrains", weights), buffers(linear(50)), version)


def test_how_wide_the_heads_of_lucidrains_are_is_open_and_so_are_the_groups(tmp_path: Path) -> None:
    found = candidates(lucidrains(tmp_path / "model-1.pt"))
    assert found == (*WIDTHS, *GROUPS)


def test_the_releases_that_a_file_may_be_of_are_tried_if_it_does_not_say(tmp_path: Path) -> None:
    path = lucidrains(tmp_path / "model-1.pt", version="")
    others = (Answers(release="0.26.3"), Answers(release="0.26.4"))
    assert candidates(path) == (*WIDTHS, *others, *GROUPS)
    assert candidates(path, Answers(release="0.26.4")) == (*WIDTHS, *GROUPS)


def test_what_the_file_is_opened_as_is_always_among_the_readings(tmp_path: Path) -> None:
    path = lucidrains(tmp_path / "model-1.pt", version="1.9.0", weights="1.9.0")
    assert candidates(path)[0] == Answers(groups=8)
    with pytest.raises(CheckpointError, match="nothing left to try"):
        candidates(path, Answers(groups=4))


def test_where_their_memories_are_in_the_file_it_is_not(tmp_path: Path) -> None:
    path = trainer_file(tmp_path / "model-1.pt", recorded("lucidrains", "2.3.1"), buffers(linear(50)), "2.3.1")
    with pytest.raises(CheckpointError, match="nothing left to try"):
        candidates(path)
