"""Prompts: a network that takes text is asked for one, and led away from another."""

from __future__ import annotations

import ast
import importlib.util
import math
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from ddpm_studio.errors import SamplingError
from ddpm_studio.sampling import Condition, Denoiser, run
from ddpm_studio.sampling.network_call import NetworkCall
from ddpm_studio.sampling.text_encoding import MOST_KEPT
from tests.sampling.prompted import LONGEST, HashedWords, Reading
from tests.sampling.toys import denoiser, noise, table


def reading(**fields: Any) -> tuple[Reading, HashedWords, Denoiser]:
    """A denoiser with its network and its encoding."""
    network, texts = Reading().eval(), HashedWords()
    return network, texts, denoiser(network=network, texts=texts, **fields)


def drawn(asked: Denoiser, pictures: int = 3) -> Tensor:
    """The pictures of five steps of DDIM."""
    *_, last = run(table(), asked, noise(pictures).float())
    return last.x


def test_a_prompt_is_the_condition_and_the_negative_one_the_null() -> None:
    network, texts, one = reading()
    cat, dog, nothing = (texts(prompt) for prompt in ("a cat", "a dog", ""))
    by_hand = denoiser(network=network, conditions=(Condition((), cat.keywords, 7.5),), null=dog)
    assert torch.equal(drawn(one.conditioned(prompt="a cat", negative_prompt="a dog", guidance=7.5)), drawn(by_hand))
    assert network.sizes == [6] * 10, "one batch of two"
    network.sizes.clear()
    plain = drawn(one.conditioned(prompt="a cat", negative_prompt="a dog"))
    assert torch.equal(plain, drawn(denoiser(network=network, conditions=(cat,))))
    assert network.sizes == [3] * 10, "guidance of 1 needs no null"
    assert torch.equal(drawn(one), drawn(denoiser(network=network, conditions=(nothing,)))), "the empty prompt"
    assert not torch.equal(plain, drawn(one))


def test_a_prompt_is_encoded_once() -> None:
    _, texts, one = reading(guidance=5.0)
    for _ in range(2):
        assert [term.weight for term in one.conditioned(prompt="a cat").terms] == [5.0, -4.0], "as recommended"
        drawn(one.conditioned(prompt="a cat"))
    assert texts.asked == ["a cat", ""]
    drawn(pickle.loads(pickle.dumps(one)).conditioned(prompt="a cat"))
    for number in range(MOST_KEPT):
        one.conditioned(prompt=f"{number} dogs", guidance=1)
    one.conditioned(prompt="a cat", guidance=1)
    assert texts.asked.count("a cat") == 2, "no more than so many are kept"
    assert one.texts is not None
    assert one.texts.tokens("one two three") == (3, LONGEST)


def _of_diffusers(file: str, function: str) -> Any:
    """A function of a file alone: what is imported with the file takes ten seconds."""
    found = importlib.util.find_spec("diffusers")
    folder = found and found.submodule_search_locations
    if not folder:
        pytest.skip("needs diffusers")
    tree = ast.parse((Path(folder[0]) / file).read_text(encoding="utf-8"))
    tree.body = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == function]
    names: dict[str, Any] = {"torch": torch}
    exec(compile(tree, file, "exec"), names)
    return names[function]


@pytest.mark.parametrize("share", [0.0, 0.7, 1.0])
def test_the_spread_is_that_of_diffusers(share: float) -> None:
    rescale_noise_cfg = _of_diffusers("guiders/guider_utils.py", "rescale_noise_cfg")
    network, texts, one = reading()
    x, t, device = noise(3), torch.full((3,), 500.0), torch.device("cpu")
    states = [texts(prompt).keywords["encoder_hidden_states"] for prompt in ("a cat", "a dog")]
    cat, dog = (network(x, t, encoder_hidden_states=state.double().expand(3, -1, -1)) for state in states)
    asked = one.conditioned(prompt="a cat", negative_prompt="a dog", guidance=7.5, guidance_rescale=share)
    out = NetworkCall(asked, network, range(3), device, torch.float64)(x, t)
    expected = rescale_noise_cfg(dog + 7.5 * (cat - dog), cat, share)
    torch.testing.assert_close(out, expected, atol=1e-12, rtol=1e-12)


def test_flat_outputs_have_no_spread_to_be_given() -> None:
    def network(x: Tensor, t: Tensor, *, encoder_hidden_states: Tensor) -> Tensor:
        return torch.ones_like(x) * encoder_hidden_states.mean((1, 2))[:, None, None, None]

    flat = denoiser(network=network, texts=HashedWords()).conditioned(prompt="a", guidance=3, guidance_rescale=1)
    assert drawn(flat).isfinite().all()


TEXT, LABELS = reading()[2], denoiser(classes=3)
WRONG: dict[str, tuple[Denoiser, dict[str, Any]]] = {
    "takes no text; leave prompt and negative prompt out": (denoiser(), {"prompt": "a cat"}),
    "takes no text; leave prompt and negative": (LABELS, {"negative_prompt": "a cat"}),
    "takes a prompt and knows no classes; leave label out": (TEXT, {"label": 1}),
    "guidance_rescale is 1.5; choose a number from 0 to 1": (TEXT, {"guidance_rescale": 1.5}),
    "guidance_rescale is nan; choose": (TEXT, {"guidance_rescale": math.nan}),
    "guidance is inf; it must be a finite": (TEXT, {"guidance": math.inf}),
    "prompt has 10001 characters; it can have 10000 at most": (TEXT, {"prompt": "a" * 10_001}),
    "negative_prompt is 3; it must be a text": (TEXT, {"negative_prompt": 3}),
    "prompt has a byte that is not UTF-8 at character 3": (TEXT, {"prompt": "a \udcff cat"}),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_what_a_checkpoint_does_not_take_is_said_in_one_sentence(sentence: str) -> None:
    asked, given = WRONG[sentence]
    with pytest.raises(SamplingError) as failed:
        asked.conditioned(**given)
    assert sentence in str(failed.value)
