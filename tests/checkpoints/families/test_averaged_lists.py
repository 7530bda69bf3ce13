"""Averaged lists beside a network: named where only one network has them, and opened as its averages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.training_utils import EMAModel
from torch import Tensor, nn

from ddpm_studio.checkpoints import Answers, UnsupportedError, card_of, read_checkpoint
from ddpm_studio.checkpoints.families.shared.prefixes import best_prefix
from ddpm_studio.checkpoints.reading.averaged_lists import with_names
from ddpm_studio.cli import main
from tests.checkpoints.tiny import tiny_unet

SAID = Answers(shape=(8, 8), groups=4, head_channels=4)


def trained(network: nn.Module, steps: int = 3) -> tuple[EMAModel, dict[str, Any]]:
    """A network after steps of training, with its averages and the state of its optimizer."""
    averages = EMAModel(network.parameters(), decay=0.5)
    optimizer = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9)
    for _ in range(steps):
        for parameter in network.parameters():
            parameter.grad = torch.randn_like(parameter)
        optimizer.step()
        averages.step(network.parameters())
    return averages, optimizer.state_dict()


def averaged(network: nn.Module, averages: EMAModel) -> dict[str, Tensor]:
    """The state dict with the averages, as the library itself copies them to the network."""
    averages.store(network.parameters())
    averages.copy_to(network.parameters())
    tensors = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    averages.restore(network.parameters())
    return tensors


LAYOUTS: dict[str, Callable[..., dict[str, Any]]] = {
    "beside the network": lambda model, ema, opt: {"model": model, "ema": ema, "optimizer": opt, "step": 3},
    "before it": lambda model, ema, opt: {"averages": ema, "unet": model},
    "of several devices": lambda model, ema, opt: {
        "state_dict": {f"module.{name}": each for name, each in model.items()},
        "ema": ema,
    },
    "among its tensors": lambda model, ema, opt: {**model, **ema},
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_averages_of_a_unet_are_opened(layout: str, tmp_path: Path) -> None:
    network = tiny_unet()
    averages, optimizer = trained(network)
    torch.save(LAYOUTS[layout](network.state_dict(), averages.state_dict(), optimizer), tmp_path / "model.pt")
    checkpoint = read_checkpoint(tmp_path / "model.pt", SAID)
    expected = tiny_unet()
    expected.load_state_dict(averaged(network, averages))
    x, t = torch.randn(2, 3, 8, 8), torch.tensor([5, 700])
    with torch.inference_mode():
        out = checkpoint.denoiser.network(x, t)
        torch.testing.assert_close(out, expected(x, t).sample, rtol=1e-4, atol=1e-4)
        assert not torch.allclose(out, network(x, t).sample, rtol=1e-2, atol=1e-2)
    assert "averaged (EMA)" in [str(item.text) for item in card_of(checkpoint)]


def test_a_list_alone_is_refused_and_its_remedy_opens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network = tiny_unet()
    averages, _ = trained(network)
    torch.save(averages.state_dict(), tmp_path / "ema.pt")
    with pytest.raises(UnsupportedError, match="is the state of an EMAModel"):
        read_checkpoint(tmp_path / "ema.pt")
    assert main(["inspect", str(tmp_path / "ema.pt")]) == 2
    assert "its averaged weights are a list without names" in capsys.readouterr().err
    averages.copy_to(network.parameters())
    torch.save(network.state_dict(), tmp_path / "copied.pt")
    assert read_checkpoint(tmp_path / "copied.pt", SAID)


class Small(nn.Module):
    """Buffers between parameters, and weights that are tied."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("scale", torch.rand(5))
        self.first, self.normal, self.last = nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Linear(4, 5)
        self.tied = self.first


def named(network: nn.Module, averages: EMAModel, **more: Tensor) -> dict[str, Tensor]:
    model = {f"model.{name}": tensor for name, tensor in network.state_dict().items()}
    return with_names({**model, **{f"ema.shadow_params.{i}": t for i, t in enumerate(averages.shadow_params)}, **more})


def test_buffers_and_tied_weights() -> None:
    network = Small()
    averages, _ = trained(network)
    found, expected = named(network, averages), averaged(network, averages)
    assert found.keys() == {f"{place}{name}" for place in ("model.", "ema.shadow_params.model.") for name in expected}
    for name, tensor in expected.items():
        torch.testing.assert_close(found[f"ema.shadow_params.model.{name}"], tensor)


class Twofold(nn.Module):
    """A buffer of the shape of the parameter before it."""

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.inner = nn.Parameter(torch.rand(4)), nn.Linear(2, 5)
        self.register_buffer("other", torch.rand(4))


def test_what_fits_in_two_ways_stays_a_list() -> None:
    twofold = Twofold()
    assert "ema.shadow_params.0" in named(twofold, trained(twofold)[0])
    network = Small()
    averages, _ = trained(network)
    twin = {f"twin.{name}": tensor for name, tensor in Small().state_dict().items()}
    assert "ema.shadow_params.0" in named(network, averages, **twin)


def test_a_list_that_may_be_of_two_networks_is_left_aside_and_the_card_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network, other = tiny_unet(), tiny_unet()
    averages, _ = trained(network)
    both = {"model": network.state_dict(), "old": other.state_dict(), "ema": averages.state_dict()}
    torch.save(both, tmp_path / "both.pt")
    torch.save({name: each for name, each in both.items() if name != "old"}, tmp_path / "one.pt")
    torch.save({"model": both["model"]}, tmp_path / "none.pt")
    for name, is_left in (("both.pt", True), ("one.pt", False), ("none.pt", False)):
        assumed = read_checkpoint(tmp_path / name, SAID).assumed
        assert any("the averaged ones in ema.shadow_params are a list" in str(note) for note in assumed) == is_left
    assert main(["inspect", str(tmp_path / "both.pt"), "--groups", "4", "--head-channels", "4", "--shape", "8"]) == 0
    assert "the averaged ones in ema.shadow_params are a list" in capsys.readouterr().out


@pytest.mark.parametrize("tensors", [{}, {"shadow_params.0": torch.ones(2)}, {"a": torch.ones(2)}])
def test_what_has_no_network_or_no_list_stays_as_it_is(tensors: Mapping[str, Tensor]) -> None:
    assert with_names(tensors) == tensors


def test_copies_without_points_in_their_names_have_those_of_the_network() -> None:
    """As LitEma of CompVis keeps parameters, and counts beside them."""
    network = {f"state_dict.model.{name}": tensor for name, tensor in Small().state_dict().items()}
    parameters = {name for name, _ in Small().named_parameters()}
    copies = {f"model{name.replace('.', '')}": network[f"state_dict.model.{name}"] + 1 for name in parameters}
    counted = {"decay": torch.tensor(0.9999), "num_updates": torch.tensor(7)}
    inside = {f"state_dict.model_ema.{name}": tensor for name, tensor in {**copies, **counted}.items()}
    found = with_names({**network, **inside})
    for name, tensor in Small().state_dict().items():
        expected = network[f"state_dict.model.{name}"] + (name in parameters)
        assert torch.equal(found[f"state_dict.model_ema.model.{name}"], expected), tensor.shape
    strange = {**inside, "state_dict.model_ema.other": torch.ones(2)}
    assert with_names({**network, **strange}) == {**network, **strange}


def test_averages_whose_names_do_not_say_so_are_told_by_what_counts_them() -> None:
    one = torch.ones(2)
    alone = with_names({"n_averaged": torch.tensor(3), "module.a.weight": one})
    assert best_prefix(alone, "a.weight") == "averaged."
    beside = with_names({"net.a.weight": one, "mean.n_averaged": torch.tensor(3), "mean.module.a.weight": one})
    assert best_prefix(beside, "a.weight") == "mean.averaged."
    lightning = {"state_dict.a.weight": one, "current_model_state.a.weight": one}
    assert best_prefix(with_names(lightning), "a.weight") == "state_dict."
    counted = with_names({**lightning, "averaging_state.n_averaged": torch.tensor(3)})
    assert best_prefix(counted, "a.weight") == "averaged_state_dict."
