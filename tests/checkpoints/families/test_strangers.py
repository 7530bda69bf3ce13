"""Weights for other programs are refused by the name of what they are, however they were saved, and none by another's.

The remedies of the sentences are followed to their ends.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from ddpm_studio.checkpoints import Answers, UnansweredError, UnsupportedError, open_checkpoint, strangers
from ddpm_studio.checkpoints.families.elsewhere.signs import NEEDS_A_NETWORK, SHAPES, SIGNS, TensorNames
from ddpm_studio.checkpoints.opening import family_of
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.strangers import Stranger
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import StudioError
from ddpm_studio.texts import LONGEST_SENTENCE, Verbatim
from tests.checkpoints.families.strangers import OWN, REFINER, STRANGERS, Shapes, under

KINDS = [kind for kind in vars(strangers).values() if isinstance(kind, Stranger)]


def tensors(shapes: Shapes) -> dict[str, Tensor]:
    return {name: torch.zeros(shape) for name, shape in shapes.items()}


def refused(path: Path) -> StudioError:
    with pytest.raises((UnsupportedError, UnansweredError)) as error:
        open_checkpoint(path)
    typed = sum(len(value) for value in error.value.values.values() if isinstance(value, Verbatim))
    assert len(str(error.value)) <= LONGEST_SENTENCE + typed
    return error.value


@pytest.mark.parametrize("name", STRANGERS)
def test_each_by_its_name(tmp_path: Path, name: str) -> None:
    words, shapes = STRANGERS[name]
    torch.save(tensors(shapes), tmp_path / "model.pt")
    save_file(tensors(shapes), tmp_path / "model.safetensors")
    for path in (tmp_path / "model.pt", tmp_path / "model.safetensors"):
        sentence = str(refused(path))
        assert f" is {words}" in sentence
        assert "which cannot be sampled here: " in sentence


@pytest.mark.parametrize("name", OWN)
def test_what_a_person_can_name_the_network_of(tmp_path: Path, name: str) -> None:
    words, shapes = OWN[name]
    torch.save(tensors(shapes), tmp_path / "model.pt")
    error = refused(tmp_path / "model.pt")
    assert isinstance(error, UnansweredError)
    assert error.missing[:3] == ("network", "shape", "schedule")
    assert f"is {words}, which does not say its network, shape, " in str(error)


def test_every_sign_is_seen_by_a_case() -> None:
    """Each kind that has signs is what one of the cases is first recognised as."""
    named = [TensorNames.of(tensors(shapes)) for _, shapes in (*STRANGERS.values(), *OWN.values())]
    for signs in ((*SIGNS, *SHAPES), NEEDS_A_NETWORK):
        seen = {next((i for i, (_, sign) in enumerate(signs) if sign(each)), None) for each in named}
        assert not set(range(len(signs))) - seen


def test_a_checkpoint_in_training_keeps_its_name(tmp_path: Path) -> None:
    """Prefixes of wrappers and of averaged weights before all names, and what training leaves beside them."""
    for name in ("DiT", "Flux", "SD3", "VAE", "Wan"):
        words, shapes = STRANGERS[name]
        for prefix in ("ema.", "model.module.", "state_dict.model."):
            torch.save({**tensors(under(prefix, shapes)), "step": 3}, tmp_path / "model.pt")
            assert f"is {words}" in str(refused(tmp_path / "model.pt"))


def test_the_schedule_that_is_kept_comes_before_the_usual_one(tmp_path: Path) -> None:
    betas = torch.linspace(0.0015**0.5, 0.0195**0.5, 1000, dtype=torch.float64) ** 2
    save_file({**tensors(REFINER), "betas": betas.float()}, tmp_path / "own.safetensors")
    error = refused(tmp_path / "own.safetensors")
    assert isinstance(error, UnsupportedError)
    assert str(error.schedule) == "scaled_linear:T=1000,beta_start=0.0015,beta_end=0.0195"
    assert "usually" not in str(error)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.usual], ids=str)
def test_the_usual_schedules_are_schedules(kind: Stranger) -> None:
    assert Schedule.parse(kind.usual).T >= 1000
    assert kind.usual in str(kind.why(says=False))


def test_networks_of_strangers_that_draw_pictures_are_still_asked_about(tmp_path: Path) -> None:
    """Names alone that many networks have are no sign."""
    shapes = {"encoder.0.weight": (8, 3, 3, 3), "decoder.2.weight": (3, 8, 3, 3), "time.0.weight": (8, 1)}
    torch.save(tensors(shapes), tmp_path / "model.pt")
    assert "is a state dict of a network from no known library" in str(refused(tmp_path / "model.pt"))
    torch.save({"l1.weight": torch.zeros(64, 784), "l2.weight": torch.zeros(784, 64)}, tmp_path / "model.pt")
    assert "is a state dict of a network from no known library" in str(refused(tmp_path / "model.pt"))


@pytest.mark.parametrize("name", ["points", "score_sde", "VAE"])
def test_the_network_that_a_person_names_comes_first(tmp_path: Path, name: str) -> None:
    torch.save(tensors({**STRANGERS, **OWN}[name][1]), tmp_path / "model.pt")
    assert family_of(Source(tmp_path / "model.pt", Answers(network="nets:Unet"))).name == "own network"
