"""Graphs that reach beyond their memory, ask for too much of it, write where they must not, or never end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ddpm_studio.checkpoints import open_checkpoint
from tests.checkpoints.families.exported.programs import (
    Program,
    X,
    before,
    node,
    number,
    numbers,
    refusal,
    sized,
    tensor,
)
from tests.checkpoints.families.small import SAID, inputs

HOSTILE: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "a view beyond its memory, written to": (
        "with torch.ops.aten._reshape_alias.default",
        [
            node("_reshape_alias.default", "v", self=X, size=numbers(10**7), stride=numbers(1)),
            node("fill_.Scalar", "w", self=tensor("v"), value=number(1)),
        ],
    ),
    "another one": (
        "with torch.ops.aten.as_strided.default",
        [node("as_strided.default", "v", self=X, size=numbers(10**7), stride=numbers(1))],
    ),
    "a print": (
        "with torch.ops.aten._print.default",
        [{**node("_print.default", "v", s={"as_string": "\x1b[2J"}), "outputs": []}],
    ),
    "much memory": (
        "MiB of memory in aten.full",
        [node("full.default", "v", size=numbers(10**10), fill_value=number(1))],
    ),
    "more than there is": ("cannot be called", [node("zeros.default", "v", size=numbers(2**40, 2**40))]),
    "what is expanded far": (
        "MiB of memory in aten.expand",
        [node("expand.default", "v", self=X, size=numbers(10**9, 3, 3, 8, 8))],
    ),
    "what is padded far": (
        "MiB of memory",
        [node("constant_pad_nd.default", "v", self=X, pad=numbers(10**5, 10**5, 10**4, 0))],
    ),
    "what is repeated": ("MiB of memory", [node("repeat.default", "v", self=X, repeats=numbers(2**30, 1, 1, 1))]),
    "a number that grew": (
        "too large a number",
        [
            sized("_operator.mul", "a", number(2**40), number(2**40)),
            node("zeros.default", "v", size={"as_sym_ints": [{"as_name": "a"}]}),
        ],
    ),
    "a text that grew": ("not a number", [sized("_operator.mul", "a", {"as_string": "aaaa"}, number(10**9))]),
    "a text with room": ("not a number", [sized("_operator.mod", "a", {"as_string": "%999999999d"}, number(1))]),
    "a number where an enumeration belongs": (
        "with torch.ops.aten.clone.default",
        [node("clone.default", "v", self=X, memory_format=number(2**31 - 1))],
    ),
    "memory that is pinned": (
        "with torch.ops.aten.zeros.default",
        [node("zeros.default", "v", size=numbers(1), pin_memory={"as_bool": True})],
    ),
    "memory that is pinned by what was computed": (
        "with torch.ops.aten.zeros.default",
        [
            sized("_operator.eq", "a", number(1), number(1)),
            node("zeros.default", "v", size=numbers(1), pin_memory={"as_sym_bool": {"as_name": "a"}}),
        ],
    ),
    "an argument that it does not have": (
        "with torch.ops.aten.relu.default",
        [node("relu.default", "v", self=X, out=X)],
    ),
    "many pieces": (
        "too many times",
        [
            node("zeros.default", "v", size=numbers(10**7)),
            {**node("split.Tensor", "w", self=tensor("v"), split_size=number(1)), "outputs": [{"as_tensors": []}]},
        ],
    ),
    "a list of many": ("a list of thousands", [node("view.default", "v", self=X, size=numbers(*[1] * 5000))]),
    "sizes below zero": (
        "for sizes below zero",
        [
            node("scalar_tensor.default", "u", s=number(1)),
            node("expand.default", "v", self=tensor("u"), size=numbers(7, 0, -(2**31))),
        ],
    ),
    "a view of a weight, the second of its kind, written to": (
        "on its own weights",
        [
            node("_unsafe_view.default", "u", self=tensor("p_weight"), size=numbers(192)),
            node("_unsafe_view.default", "v", self=tensor("p_weight"), size=numbers(192)),
            node("zero_.default", "w", self=tensor("v")),
        ],
    ),
    "many dimensions": ("in too many dimensions", [node("zeros.default", "v", size=numbers(*[1] * 40))]),
    "a product for hours": (
        "2667 billion multiplications a picture in aten.mm",
        [
            node("zeros.default", "v", size=numbers(20000, 20000), dtype={"as_scalar_type": 2}),
            node("mm.default", "w", self=tensor("v"), mat2=tensor("v")),
        ],
    ),
    "a power that nobody uses": (
        "with torch.ops.aten.linalg_matrix_power.default",
        [node("linalg_matrix_power.default", "v", self=X, n=number(2**62))],
    ),
    "a product that nobody uses": (
        "2667 billion multiplications a picture in aten.mm",
        [
            node("zeros.default", "v", size=numbers(20000, 20000), dtype={"as_scalar_type": 2}),
            {**node("mm.default", "", self=tensor("v"), mat2=tensor("v")), "outputs": []},
        ],
    ),
    "a number beyond all sizes": (
        "numbers that are too large",
        [node("roll.default", "v", self=X, shifts=numbers(2**50))],
    ),
    "sizes that depend on values": (
        "where sizes depend on values",
        [
            node("gt.Scalar", "m", self=X, other=number(0)),
            node("index.Tensor", "v", self=X, indices={"as_optional_tensors": [{"as_tensor": {"name": "m"}}]}),
        ],
    ),
    "a weight that is written to": (
        "on its own weights",
        [node("add_.Scalar", "v", self=tensor("p_weight"), other=number(1))],
    ),
    "a part of a weight that is written to": (
        "on its own weights",
        [
            node("select.int", "u", self=tensor("p_weight"), dim=number(0), index=number(0)),
            node("view.default", "v", self=tensor("u"), size=numbers(64)),
            node("zero_.default", "w", self=tensor("v")),
        ],
    ),
    "a scale that leads to another size": (
        "on tensors that do not fit together",
        [
            node(
                "upsample_nearest2d.default",
                "v",
                self=X,
                output_size=numbers(16, 16),
                **{name: {"as_float": 9.0} for name in ("scales_h", "scales_w")},
            ),
        ],
    ),
    "what is expanded and written to": (
        "on what is expanded",
        [
            node("new_zeros.default", "u", self=X, size=numbers(1)),
            node("expand.default", "v", self=tensor("u"), size=numbers(9)),
            node("fill_.Scalar", "w", self=tensor("v"), value=number(1)),
        ],
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_no_network_does_is_refused_when_it_is_opened(
    plain: Path, program: Program, tmp_path: Path, what: str, capfd: pytest.CaptureFixture[str]
) -> None:
    sentence, nodes = HOSTILE[what]
    assert sentence in refusal(before(plain, program, tmp_path / "evil.pt2", *nodes))
    assert capfd.readouterr() == ("", "")


def test_statistics_that_are_weights_are_not_trained_further(plain: Path, program: Program, tmp_path: Path) -> None:
    """torch does not say of this operator that it writes."""
    weight = tensor("p_weight")
    flat = node("view.default", "u", self=weight, size=numbers(192))
    channels = [node("slice.Tensor", "s", self=tensor("u"), dim=number(0), start=number(0), end=number(3)), flat][::-1]
    given = {"input": X, "running_mean": tensor("s"), "running_var": tensor("s"), "momentum": {"as_float": 0.1}}
    rest = {"training": {"as_bool": True}, "eps": {"as_float": 1e-5}, "cudnn_enabled": {"as_bool": True}}
    absent: dict[str, Any] = {"weight": {"as_none": True}, "bias": {"as_none": True}}
    train = node("batch_norm.default", "v", **{**given, **absent, **rest})
    assert "on its own weights" in refusal(before(plain, program, tmp_path / "evil.pt2", *channels, train))


def test_a_program_that_writes_to_its_input_gets_a_copy(plain: Path, program: Program, tmp_path: Path) -> None:
    path = before(plain, program, tmp_path / "in_place.pt2", node("mul_.Scalar", "v", self=X, other=number(2)))
    network, (x, t) = open_checkpoint(path, SAID).network, inputs(2)
    kept = x.clone()
    torch.testing.assert_close(network(x, t), 2 * kept + 1 + t[:, None, None, None])
    torch.testing.assert_close(x, kept)
