"""Sampling with a prompt in the shell, with a network that takes text."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ddpm_studio.checkpoints import card_of, read_checkpoint
from ddpm_studio.cli import main
from ddpm_studio.commands import sample
from ddpm_studio.files.recipes.carriers import recipe_in
from ddpm_studio.sampling import Condition
from tests.checkpoints.tiny import save_pipeline
from tests.sampling.prompted import HashedWords, Reading

ASKED = ("--steps=2", "--batch=1", "--prompt=a cat", "--negative-prompt=a dog")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_pipeline(tmp_path_factory.mktemp("text")))


def taking_text(*asked: Any, **options: Any) -> Any:
    """A checkpoint, with another network, which takes text, and perhaps is told its guidance."""
    tells = options.pop("tells_guidance", None)
    opened = read_checkpoint(*asked, **options)
    taking: dict[str, Any] = {"network": Reading().eval(), "texts": HashedWords(), "guidance": 5.0}
    return replace(opened, denoiser=replace(opened.denoiser, **taking, tells_guidance=tells))


@pytest.fixture
def text(folder: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A folder that opens as a network that takes text."""
    monkeypatch.setattr(sample, "read_checkpoint", taking_text)
    return folder


def drawn(checkpoint: str, path: Path, *arguments: str) -> Any:
    assert main(["sample", "--checkpoint", checkpoint, *arguments, "-o", str(path)]) == 0
    with np.load(path) as arrays:
        return arrays["x"]


def test_a_prompt_is_drawn_with_the_guidance_that_the_checkpoint_recommends(text: str, tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    recommended, typed, off = (drawn(text, path, *ASKED, *more) for more in ((), ("--guidance=5",), ("--guidance=1",)))
    assert np.array_equal(recommended, typed)
    assert not np.array_equal(recommended, off)
    assert not np.array_equal(recommended, drawn(text, path, *ASKED, "--guidance-rescale=0.7"))
    rows = {row.key: str(row.text) for row in card_of(taking_text(text))}
    assert (rows["text"], rows["guidance"]) == ("prompt and negative prompt", "5 unless you choose another")


def test_what_of_a_prompt_has_no_effect_is_told(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(text, tmp_path / "run.npz", *ASKED[:2], "--prompt=one two three four five six seven eight", "--guidance=2")
    drawn(text, tmp_path / "run.npz", *ASKED, "--guidance=1")
    told = capsys.readouterr().err
    assert told.count("The prompt has 8 tokens, of which the network is given the first 7.") == 1
    assert told.count("The negative prompt has no effect, since guidance is off.") == 1
    told_guidance = partial(taking_text, tells_guidance=lambda guidance: Condition())
    monkeypatch.setattr(sample, "read_checkpoint", told_guidance)
    drawn(text, tmp_path / "run.npz", *ASKED, "--guidance=2")
    assert "no effect, since this network is only told how strongly it is guided." in capsys.readouterr().err


def test_a_recipe_has_the_prompt_only_if_that_is_asked_for(text: str, tmp_path: Path) -> None:
    path, again = tmp_path / "run.npz", tmp_path / "again.npz"
    first = drawn(text, path, *ASKED)
    assert b"a cat" not in path.read_bytes()
    without = recipe_in(path)
    assert without is not None
    assert without.run is not None
    assert without.run.settings["prompt"] is without.run.settings["negative_prompt"] is None
    drawn(text, path, *ASKED, "--keep-prompt")
    with_it = recipe_in(path)
    assert with_it is not None
    assert with_it.run is not None
    assert with_it.run.settings["prompt"] == "a cat"
    assert np.array_equal(first, drawn(text, again, "--recipe", str(path)))


def test_a_prompt_for_a_checkpoint_without_text_is_one_sentence(
    folder: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sample", "--checkpoint", folder, "--prompt=a cat", "-o", str(tmp_path / "run.npz")]) == 2
    assert "This checkpoint takes no text; leave prompt and negative prompt out." in capsys.readouterr().err
