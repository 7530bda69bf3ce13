"""Conditions: a network is given tensors and keyword tensors, several at once, each with a weight."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.errors import SamplingError
from ddpm_studio.sampling import Condition, labelled, run
from ddpm_studio.sampling.conditions import weighed
from tests.sampling.toys import SHAPE, denoiser, noise, table

PROMPTS = {name: torch.full((1, 7, 4), value) for name, value in (("cat", 0.3), ("dog", -0.2), ("nothing", 0.05))}


class Attending(nn.Module):
    """ε from the mean of `encoder_hidden_states`, a pooled text and a size, counting its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(0.7))
        self.sizes: list[int] = []
        self.types: set[torch.dtype] = set()

    def forward(self, x: Tensor, t: Tensor, *, encoder_hidden_states: Tensor, time_ids: Tensor) -> Tensor:
        """sin(x + mean of the prompt), turned by the size."""
        self.sizes.append(len(x))
        self.types |= {encoder_hidden_states.dtype, time_ids.dtype}
        assert len(encoder_hidden_states) == len(time_ids) == len(x)
        said = encoder_hidden_states.mean(dim=(1, 2)) + time_ids.to(x).sum(1) / 100
        return torch.sin(self.scale * x + said[:, None, None, None]).to(x)


def prompt(name: str, weight: float = 1.0, **others: Tensor) -> Condition:
    """A prompt with SDXL's kind of size."""
    return Condition((), {"encoder_hidden_states": PROMPTS[name], "time_ids": torch.tensor([[3, 4]]), **others}, weight)


def drawn(network: Any, pictures: int = 3, **fields: Any) -> Tensor:
    """The pictures of five steps of DDIM."""
    *_, last = run(table(), denoiser(network=network, **fields), noise(pictures).float())
    return last.x


class Guided:
    """The law of guidance written out: one call of the network for each condition."""

    def __init__(self, network: nn.Module, null: Condition, *others: Condition) -> None:
        self._network, self._null, self._others = network, null, others

    def __call__(self, x: Tensor, t: Tensor) -> Tensor:
        """out_null + Σ w (out − out_null)."""
        null = self._one(self._null, x, t)
        return null + sum(one.weight * (self._one(one, x, t) - null) for one in self._others)

    def _one(self, condition: Condition, x: Tensor, t: Tensor) -> Tensor:
        rows = {name: one.expand(len(x), *one.shape[1:]) for name, one in condition.keywords.items()}
        out: Tensor = self._network(x, t, **rows)
        return out


def test_keywords_reach_the_network_once_a_step() -> None:
    network = Attending().eval()
    found = drawn(network, conditions=(prompt("cat"),), null=prompt("nothing"))
    assert network.sizes == [3] * 5, "a weight of 1 needs no null"
    assert network.types == {torch.float32, torch.int64}
    torch.testing.assert_close(found, drawn(Guided(network, prompt("nothing"), prompt("cat"))), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("weights", [(7.5,), (0.0,), (-1.0,), (3.0, 1.5), (0.5, 0.25), (0.5, 0.5)])
def test_guidance_is_one_batch_and_the_same_as_calls_one_by_one(weights: tuple[float, ...]) -> None:
    network = Attending().eval()
    asked = tuple(prompt(name, weight) for name, weight in zip(("cat", "dog"), weights, strict=False))
    found = drawn(network, conditions=asked, null=prompt("nothing"))
    terms = sum(weight != 0 for weight in weights) + (sum(weights) != 1)
    assert network.sizes == [3 * terms] * 5
    expected = drawn(Guided(network, prompt("nothing"), *asked))
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


def test_conditions_of_other_lengths_are_called_by_themselves() -> None:
    network = Attending().eval()
    longer = prompt("cat", 4.0, encoder_hidden_states=torch.full((1, 11, 4), 0.3))
    found = drawn(network, conditions=(longer,), null=prompt("nothing"))
    assert network.sizes == [3] * 10
    torch.testing.assert_close(
        found, drawn(network, conditions=(prompt("cat", 4.0),), null=prompt("nothing")), atol=1e-5, rtol=1e-5
    )


def test_weights_that_add_up_to_one_need_no_null() -> None:
    network = Attending().eval()
    both = drawn(network, conditions=(prompt("cat", 0.6), prompt("dog", 0.4)))
    cat, dog = (0.6, "cat"), (0.4, "dog")
    mixed = drawn(Guided(network, prompt(cat[1]), prompt(dog[1], dog[0])))
    torch.testing.assert_close(both, mixed, atol=1e-5, rtol=1e-5)


def test_a_batch_of_prompts_has_one_for_each_picture() -> None:
    network = Attending().eval()
    states = torch.cat([PROMPTS["cat"], PROMPTS["dog"]])
    both = drawn(network, 4, conditions=(prompt("cat", encoder_hidden_states=states),))
    for picture, name in enumerate(("cat", "dog", "cat", "dog")):
        alone = drawn(network, 4, conditions=(prompt(name),))
        torch.testing.assert_close(both[picture], alone[picture], atol=1e-5, rtol=1e-5)


def test_conditions_follow_the_batch_into_parts_and_into_another_precision() -> None:
    network = Attending().eval().to(torch.bfloat16)
    network.register_forward_pre_hook(_small)
    conditions = (prompt("cat", 2.0), prompt("dog", 3.0))
    *_, last = run(table(), denoiser(network=network, conditions=conditions, null=prompt("nothing")), noise(3).float())
    assert max(network.sizes) == 2, "of nine"
    assert last.pictures_at_once == 1
    assert network.types == {torch.bfloat16, torch.int64}
    assert last.x.isfinite().all()


def _small(network: nn.Module, inputs: tuple[Tensor, ...]) -> None:
    if len(inputs[0]) > 2:
        raise torch.OutOfMemoryError("out of memory")


def test_tensors_keywords_and_the_estimate_come_in_this_order() -> None:
    seen: list[tuple[tuple[int, ...], ...]] = []

    def network(x: Tensor, t: Tensor, label: Tensor, pooled: Tensor, x0: Tensor, *, size: Tensor) -> Tensor:
        seen.append(tuple(tuple(one.shape) for one in (label, pooled, x0, size)))
        return x * label[:, None, None, None]

    asked = Condition((torch.tensor([1, 2]), torch.zeros(1, 6)), {"size": torch.zeros(1, 2)})
    drawn(network, conditions=(asked,), self_condition=True)
    assert set(seen) == {((3,), (3, 6), (3, *SHAPE), (3, 2))}


def test_the_scale_of_guidance_multiplies_the_weights_of_prompts() -> None:
    asked = denoiser(conditions=(prompt("cat"), prompt("dog", 0.5)), null=prompt("nothing"))
    assert [one.weight for one in asked.conditioned(guidance=4.0).terms] == [4.0, 2.0, -5.0]
    assert [one.weight for one in asked.conditioned(guidance=0.0).terms] == [1.0]
    assert [one.weight for one in denoiser(null=prompt("nothing")).terms] == [1.0], "of a null alone"


def test_a_denoiser_with_conditions_goes_to_another_process() -> None:
    network = Attending().eval()
    asked = denoiser(network=network, conditions=(prompt("cat", 2.0),), null=prompt("nothing"))
    *_, here = run(table(), asked, noise(2).float())
    *_, there = run(table(), pickle.loads(pickle.dumps(asked)), noise(2).float())
    assert torch.equal(here.x, there.x)


WRONG: dict[str, Callable[[], object]] = {
    "add up to 2.5; without a null": lambda: denoiser(conditions=(prompt("cat", 2.5),)),
    "The weight of a condition is nan": lambda: Condition(weight=math.nan),
    "The weight of a condition is “much”": lambda: Condition(weight="much"),  # type: ignore[arg-type]
    "“text” of a condition is “cat”": lambda: Condition(keywords={"text": "cat"}),  # type: ignore[dict-item]
    "“1” of a condition is Tensor ()": lambda: Condition((torch.tensor(3),)),
    "“ids” of a condition is Tensor (0, 4)": lambda: Condition(keywords={"ids": torch.zeros(0, 4)}),
    "takes Conditions, not": lambda: denoiser(conditions=({"text": torch.zeros(1)},)),
    "The decoder is 3": lambda: denoiser(decoder=3),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_what_is_wrong_is_said_in_one_sentence(sentence: str) -> None:
    with pytest.raises(SamplingError) as failed:
        WRONG[sentence]()
    assert sentence in str(failed.value)
    assert str(failed.value).count(".") <= 2


def test_ten_tenths_are_one() -> None:
    assert [one.weight for one in weighed((Condition(weight=0.1),) * 10, labelled([0]))] == [0.1] * 10
