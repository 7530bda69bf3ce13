"""Runs of exported programs: held against what was foreseen of them, within bounds, and ended between two operators."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.checkpoints.families.exported import looked_up
from ddpm_studio.checkpoints.families.exported.aten_operators import ALLOWED, operator_named
from ddpm_studio.errors import StudioError
from ddpm_studio.interruption import Interrupted, interruptible
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


def test_what_is_right_for_a_few_pictures_may_be_too_much_for_many(
    plain: Path, program: Program, tmp_path: Path
) -> None:
    """What it takes grows with the square of their number."""
    nodes = [
        {**sized("torch.ops.aten.sym_size.int", "b"), "inputs": node("", "", self=X, dim=number(0))["inputs"]},
        node("zeros.default", "v", size={"as_sym_ints": [{"as_name": "b"}, {"as_name": "b"}, {"as_int": 10**6}]}),
    ]
    network = open_checkpoint(before(plain, program, tmp_path / "square.pt2", *nodes), SAID).network
    assert network(*inputs(1)).shape == (1, 3, 8, 8)
    with pytest.raises(StudioError, match=r"MiB of memory in aten\.zeros"):
        network(*inputs(40))


def test_a_run_is_held_against_its_rehearsal(plain: Path, program: Program, tmp_path: Path) -> None:
    """torch gives no statistics of a batch that it did not take any of, though it foresees them."""
    zeros = node("zeros.default", "z", size=numbers(3))
    norm = {"input": X, "weight": {"as_none": True}, "bias": {"as_none": True}, "eps": {"as_float": 1e-5}}
    norm |= {"running_mean": tensor("z"), "running_var": tensor("z"), "momentum": {"as_float": 0.1}}
    called = node("_native_batch_norm_legit_no_training.default", "v", **norm)
    called["outputs"] = [tensor("v"), tensor("mean"), tensor("deviation")]
    path = before(plain, program, tmp_path / "norm.pt2", zeros, called)
    assert open_checkpoint(path, SAID).network(*inputs(2)).shape == (2, 3, 8, 8)
    path = before(plain, program, tmp_path / "evil.pt2", zeros, called, node("neg.default", "n", self=tensor("mean")))
    network = open_checkpoint(path, SAID).network
    with pytest.raises(StudioError, match="sizes depend on values"):
        network(*inputs(2))


def test_a_run_ends_between_two_operators(plain: Path, program: Program, tmp_path: Path) -> None:
    nodes = [node("relu.default", f"r{i}", self=X) for i in range(500)]
    network = open_checkpoint(before(plain, program, tmp_path / "long.pt2", *nodes), SAID).network
    network(*inputs(2))
    asked = []

    def stop() -> None:
        asked.append(1)
        if len(asked) == 100:
            raise Interrupted

    with pytest.raises(Interrupted), interruptible(stop):
        network(*inputs(2))
    assert len(asked) == 100


def test_a_run_takes_no_more_than_all_its_operators_may(plain: Path, program: Program, tmp_path: Path) -> None:
    """Each of them is within its own bound."""
    product = node("mm.default", "w", self=tensor("v"), mat2=tensor("v"))
    nodes = [node("zeros.default", "v", size=numbers(15_000, 15_000), dtype={"as_scalar_type": 2}), *[product] * 30]
    told = refusal(before(plain, program, tmp_path / "long.pt2", *nodes))
    assert "takes 33751 billion multiplications a picture in all its operators, at most 20000 billion are" in told


PLACES: dict[str, dict[str, Any]] = {
    "index_select.default": {"dim": number(2), "index": tensor("n")},
    "index.Tensor": {"indices": {"as_optional_tensors": [{"as_none": True}, {"as_tensor": {"name": "n"}}]}},
    "index_fill.int_Scalar": {"dim": number(2), "index": tensor("n"), "value": number(1)},
    "take_along_dim.default": {"indices": tensor("n")},
    "one_hot.default": {"self": tensor("n"), "num_classes": number(8)},
    "bernoulli.default": {},
}


@pytest.mark.parametrize("operator", PLACES)
def test_nothing_is_looked_up_out_of_range(plain: Path, program: Program, tmp_path: Path, operator: str) -> None:
    """On a GPU it would be the last thing that is done there."""
    far = node("full.default", "n", size=numbers(1), fill_value=number(1000), dtype={"as_scalar_type": 5})
    nodes = [far, node(operator, "v", **{"self": X} | PLACES[operator]), node("neg.default", "u", self=tensor("v"))]
    network = open_checkpoint(before(plain, program, tmp_path / "far.pt2", *nodes), SAID).network
    x, t = inputs(2)
    with pytest.raises(StudioError, match=rf"runs aten\.{operator} by values that are out of range"):
        network(x * 1000, t)


@pytest.mark.parametrize("dtype", [4, 5])
@pytest.mark.parametrize("operator", ["div.Scalar_mode", "div.Tensor_mode"])
def test_the_least_whole_number_is_not_divided(
    plain: Path, program: Program, tmp_path: Path, operator: str, dtype: int
) -> None:
    """By −1, which is what it would be divided by here, it ends the process."""
    kind, bits = {"as_scalar_type": dtype}, {4: 31, 5: 63}[dtype]
    nodes = [
        node("full.default", "a", size=numbers(8), fill_value=number(2**bits - 1), dtype=kind),
        node("add.Scalar", "b", self=tensor("a"), other=number(1)),
        node("full.default", "c", size=numbers(8), fill_value=number(-1), dtype=kind),
        node(
            operator,
            "d",
            self=tensor("b"),
            other=tensor("c") if "Tensor" in operator else number(-1),
            rounding_mode={"as_string": "trunc"},
        ),
        node("neg.default", "e", self=tensor("d")),
    ]
    network = open_checkpoint(before(plain, program, tmp_path / "least.pt2", *nodes), SAID).network
    with pytest.raises(StudioError, match=rf"runs aten\.{operator} by values that are out of range"):
        network(*inputs(2))


def test_each_operator_that_looks_up_has_a_rule() -> None:
    words = ("index", "gather", "scatter", "embedding", "along_dim", "one_hot", "bernoulli")
    named = {target for target in ALLOWED if any(word in target for word in words)}
    by_sizes = {f"torch.ops.aten.{name}" for name in ("meshgrid.indexing", "select_scatter.default")}
    by_sizes |= {"torch.ops.aten.slice_scatter.default"}
    named |= {f"torch.ops.aten.div.{each}_mode" for each in ("Tensor", "Scalar")}
    assert {operator_named(target) for target in named - by_sizes} == looked_up._RULES.keys()
