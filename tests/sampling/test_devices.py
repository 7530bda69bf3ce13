"""A network is copied once for each place it runs in, and never moved or changed itself."""

from __future__ import annotations

import copy
import pickle
import threading
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.errors import SamplingError
from ddpm_studio.sampling import device_named, run
from ddpm_studio.sampling.devices import Placements, home, is_apart, is_channels_last
from tests.sampling.toys import denoiser, noise, table

CPU = torch.device("cpu")


class Network(nn.Module):
    """A convolution that says in which memory format its pictures come."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Conv2d(3, 3, 3, padding=1)
        self.formats = list[bool]()

    def forward(self, x: Tensor, timesteps: Tensor) -> Tensor:
        self.formats.append(x.is_contiguous(memory_format=torch.channels_last))
        return self.inner(x)


def test_a_network_in_its_place_is_taken_as_it_is() -> None:
    network = Network().eval()
    assert Placements().get(network, CPU, torch.float32) is network


@pytest.mark.parametrize("name", ["cpu", "cpu:0"])
def test_a_device_by_another_name_is_the_same_place(name: str) -> None:
    network = Network().eval()
    *_, last = run(table("ddim"), denoiser(network=network), noise().float(), device=name)
    assert len(network.formats) == 5
    assert last.x.device == CPU


def test_one_copy_for_each_precision() -> None:
    network, placements = Network().eval(), Placements()
    half = placements.get(network, CPU, torch.bfloat16)
    assert half is placements.get(network, CPU, torch.bfloat16)
    assert home(half, noise()) == (CPU, torch.bfloat16)
    assert home(network, noise()) == (CPU, torch.float32)


@pytest.mark.parametrize("mode", [True, False])
def test_a_network_that_is_trained_on_draws_with_its_new_weights(mode: bool) -> None:
    network = Network().train(mode)
    one = denoiser(network=network)
    *_, before = run(table("ddim"), one, noise(), dtype=torch.float64)
    *_, again = run(table("ddim"), one, noise(), dtype=torch.float64)
    network.inner(torch.ones(1, 3, 4, 4)).sum().backward()
    torch.optim.SGD(network.parameters(), lr=1).step()
    *_, after = run(table("ddim"), one, noise(), dtype=torch.float64)
    assert torch.equal(before.x, again.x)
    assert not torch.equal(before.x, after.x)
    assert network.training == mode


def test_a_part_in_training_is_evaluated_as_well() -> None:
    network = Network().eval()
    network.inner.train()
    copied = Placements().get(network, CPU, torch.float32)
    assert isinstance(copied, nn.Module)
    assert not any(module.training for module in copied.modules())
    assert network.inner.training


def test_a_network_that_cannot_be_copied_says_what_to_do() -> None:
    network = Network()
    network.lock = threading.Lock()  # type: ignore[assignment]
    with pytest.raises(
        SamplingError, match=r"cannot be copied \(.*lock.*\); move it there yourself and switch it to eval"
    ):
        run(table("ddim"), denoiser(network=network), noise())
    assert len(list(run(table("ddim"), denoiser(network=network.eval()), noise().float()))) == 5


def test_a_denoiser_can_be_copied_and_sent() -> None:
    one = denoiser(network=Network().eval()).compiled()
    for other in (copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert other.placements.compile
        assert other.shape == one.shape


def test_a_relabelled_denoiser_shares_the_copies() -> None:
    one = denoiser(network=Network().eval(), classes=3)
    assert one.conditioned(1).placements is one.placements
    assert replace(one, clip=1.0).placements is one.placements


def test_a_compiled_denoiser_has_copies_of_its_own() -> None:
    one = denoiser(network=Network().eval())
    assert one.compiled().placements.compile
    assert not one.placements.compile


def test_a_network_in_another_process_is_not_compiled() -> None:
    network = Network().eval()
    assert not is_apart(network)
    network.is_apart = True  # type: ignore[assignment]
    assert denoiser(network=network).compiled().placements.get(network, CPU, torch.float32) is network


def test_a_function_is_where_its_pictures_are() -> None:
    assert home(lambda x, t: x, noise()) == (CPU, torch.float64)


@pytest.mark.parametrize("channels_last", [False, True])
def test_pictures_come_in_the_memory_format_of_the_weights(channels_last: bool) -> None:
    network = Network().eval()
    if channels_last:
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    assert is_channels_last(network) == channels_last
    *_, last = run(table("unipc"), denoiser(network=network), noise())
    assert set(network.formats) == {channels_last}
    assert last.x.is_contiguous(memory_format=torch.channels_last) == channels_last


def test_the_memory_format_changes_nothing_else() -> None:
    torch.manual_seed(0)
    network = Network().eval()
    *_, plain = run(table("ddpm"), denoiser(network=network), noise(), generator=torch.Generator().manual_seed(1))
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    *_, last = run(table("ddpm"), denoiser(network=network), noise(), generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(last.x, plain.x, rtol=1e-4, atol=1e-3)


def test_devices_have_names() -> None:
    assert device_named("cpu") == CPU
    assert device_named("auto").type in ("cuda", "mps", "cpu")


@pytest.mark.parametrize("name", ["gpu", "", "cuda:99", "meta", "xpu"])
def test_a_device_that_is_not_there(name: str) -> None:
    with pytest.raises(SamplingError, match=f"no device “{name}” here; choose auto or one of: cpu"):
        device_named(name)
