"""Graphs of exported programs, and those within them: so many operators and so deep, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from ddpm_studio.checkpoints.families.exported.graph import DEEPEST, MOST_NODES, Graph
from ddpm_studio.checkpoints.families.exported.notation import UnknownPartError
from tests.checkpoints.families.exported.programs import X, node


def written(nodes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inputs": [X], "outputs": [X], "nodes": nodes}


def test_a_graph_may_have_so_many_operators() -> None:
    one = node("relu.default", "x", self=X)
    assert Graph(written([one] * MOST_NODES)).size == MOST_NODES
    with pytest.raises(UnknownPartError, match="operators"):
        Graph(written([one] * 60_000))


def region(graph: dict[str, Any]) -> dict[str, Any]:
    """A node that runs a graph without gradients."""
    given = [{"as_bool": False}, {"as_graph": {"name": "within", "graph": graph}}, X]
    named = [{"name": "", "arg": arg, "kind": 1} for arg in given]
    target = "torch.ops.higher_order.wrap_with_set_grad_enabled"
    return {"target": target, "inputs": named, "outputs": [{"as_tensors": [{"name": "x"}]}], "metadata": {}}


def test_graphs_within_graphs_count_too() -> None:
    one = node("relu.default", "x", self=X)
    half = written([one] * (MOST_NODES // 2))
    assert Graph(written([region(half), one])).size == MOST_NODES // 2 + 2
    with pytest.raises(UnknownPartError, match="operators"):
        Graph(written([region(half), region(half)]))
    deep = written([one])
    for _ in range(DEEPEST + 1):
        deep = written([region(deep)])
    with pytest.raises(UnknownPartError, match="within"):
        Graph(deep)
