"""Rules of shift against the functions of diffusers and published numbers."""

from __future__ import annotations

import ast
import importlib.util
import math
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.resolution.shift_rules import MAX_FRAMES, MAX_SIDE, SHIFT_RULES, ShiftRule
from ddpm_studio.errors import ScheduleError
from ddpm_studio.texts import sentence

SIZES = [(256, 256), (512, 768), (1024, 1024), (1328, 1328), (1664, 928), (2048, 2048)]

# base_image_seq_len, max_image_seq_len, base_shift and max_shift of the published scheduler configs, and the pixels of
# a token's side: 8 or 32 of the autoencoder, times 2 or 1 of the patch.
CONFIGS = {
    "flux": (256, 4096, 0.5, 1.15, 16),
    "qwen_image": (256, 8192, 0.5, 0.9, 16),
    "ltx": (1024, 4096, 0.95, 2.05, 32),
}


@cache
def calculate_shift_of_diffusers() -> Callable[..., float]:
    """Its function out of the source: the module around it imports a library that nothing here needs."""
    found = importlib.util.find_spec("diffusers")
    assert found is not None
    assert found.origin is not None
    path = Path(found.origin).parent / "pipelines" / "flux" / "pipeline_flux.py"
    body = ast.parse(path.read_text(encoding="utf-8")).body
    wanted: list[ast.stmt] = [
        node for node in body if isinstance(node, ast.FunctionDef) and node.name == "calculate_shift"
    ]
    names: dict[str, Any] = {}
    exec(compile(ast.Module(wanted, []), str(path), "exec"), names)
    made: Callable[..., float] = names["calculate_shift"]
    return made


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", CONFIGS)
def test_exponential_rules_are_calculate_shift_of_diffusers(name: str, size: tuple[int, int]) -> None:
    diffusers = pytest.importorskip("diffusers")
    scheduler = diffusers.FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, time_shift_type="exponential")
    *config, side = CONFIGS[name]
    tokens = (size[0] // side) * (size[1] // side)
    mu = calculate_shift_of_diffusers()(tokens, *config)
    found = SHIFT_RULES[name].of_size(*size)
    assert found.tokens == tokens
    assert found.shift == pytest.approx(math.exp(mu), rel=1e-14)
    tau = np.linspace(0.1, 0.9, 9)
    shifted = Schedule("flow", 10, {"shift": found.shift}).coefficients.tau[:9]
    np.testing.assert_allclose(shifted, scheduler.time_shift(mu, 1.0, tau), rtol=1e-13)


@pytest.mark.parametrize(
    ("name", "side", "shift"),
    [
        ("flux", 256, 1.6487212707001282),
        ("flux", 1024, 3.158192909689767),
        ("flux", 1536, 7.513239016971895),
        ("flux", 2048, 25.279656970962883),
        ("qwen_image", 1024, 2.0008025740618718),
        ("sd3", 1024, 3.0),
        ("sd3", 512, 1.5),
        ("sd3", 256, 0.75),
        ("simple_diffusion", 64, 1.0),
        ("simple_diffusion", 512, 8.0),
    ],
)
def test_shifts_are_the_published_ones(name: str, side: int, shift: float) -> None:
    assert SHIFT_RULES[name].of_size(side, side).shift == pytest.approx(shift, rel=1e-15)


def test_videos_have_a_layer_of_tokens_for_the_first_frame_and_for_each_eight_more() -> None:
    ltx = SHIFT_RULES["ltx"]
    assert [ltx.of_size(64, 96, frames).tokens for frames in (1, 8, 9, 16, 17, 121)] == [6, 6, 12, 12, 18, 96]
    # μ(2560) is halfway: 1.5.
    assert ltx.of_size(1024, 512, 33).tokens == 2560
    assert ltx.of_size(1024, 512, 33).shift == pytest.approx(math.exp(1.5), rel=1e-15)


@pytest.mark.parametrize("rule", SHIFT_RULES.values(), ids=list(SHIFT_RULES))
def test_a_shift_and_its_square_are_the_same_on_a_flow(rule: ShiftRule) -> None:
    found = rule.of_size(768, 512)
    one = Schedule("flow", 50, {"shift": found.shift}).coefficients.log_snr
    other = Schedule("flow", 50, {"snr_shift": found.snr_shift}).coefficients.log_snr
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


@pytest.mark.parametrize("rule", SHIFT_RULES.values(), ids=list(SHIFT_RULES))
def test_a_rule_warns_beyond_the_sizes_it_was_published_for(rule: ShiftRule) -> None:
    low, high = (round(math.sqrt(tokens)) * rule.side for tokens in (rule.low, rule.high))
    inside = [low, high if high // rule.side * (high // rule.side) <= rule.high else high - rule.side]
    assert [rule.of_size(side, side).extrapolated for side in inside] == [False, False]
    beyond = rule.of_size(2 * high, high)
    assert f"s = {beyond.shift:.4g} is extrapolated." in sentence(beyond.warnings()[0])


def test_what_is_left_over_is_said() -> None:
    cut = SHIFT_RULES["ltx"].of_size(1280, 720)
    assert (cut.columns, cut.rows) == (40, 22)
    (text,) = [sentence(each) for each in cut.warnings() if "squares" in sentence(each)]
    assert text == "Tokens are squares of 32 pixels, so that 1280 × 704 are counted."


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ((15, 99), "The width is 15; Flux takes 16 to 16384."),
        ((99, 16385), "The height is 16385; Flux takes 16 to 16384."),
        ((99, 99, 2), "Flux is for single pictures; it takes 1 frame and not 2."),
    ],
)
def test_a_size_out_of_bounds_is_told(size: tuple[int, ...], said: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        SHIFT_RULES["flux"].of_size(*size)
    assert str(caught.value) == said


@pytest.mark.parametrize("rule", SHIFT_RULES.values(), ids=list(SHIFT_RULES))
def test_bounds_are_taken(rule: ShiftRule) -> None:
    assert rule.of_size(rule.side, rule.side).shift > 0
    assert rule.of_size(MAX_SIDE, MAX_SIDE, MAX_FRAMES if rule.frames else 1).shift > 1
