"""Graphs of exported programs, .pt2: JSON in an archive, put together or changed."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import torch

from tests.checkpoints.families.small import Table, inputs, made, quiet
from tests.hostile.making import zipped

NAME = "a.pt2"
GRAPH, WEIGHTS = "a/models/model.json", "a/data/weights/model_weights_config.json"

Json = dict[str, Any]


@cache
def good() -> Mapping[str, bytes]:
    """The members of a program that opens."""
    stream, batch = io.BytesIO(), torch.export.Dim("B", min=1, max=64)
    with quiet():
        program = torch.export.export(made(Table), inputs(2), dynamic_shapes=({0: batch}, {0: batch}))
        torch.export.save(program, stream)
    with zipfile.ZipFile(stream) as archive:
        return {f"a/{each.partition('/')[2]}": archive.read(each) for each in archive.namelist()}


def program(change: Callable[[Json], None]) -> bytes:
    """The good program with another graph."""
    graph = copy.deepcopy(json.loads(good()[GRAPH]))
    change(graph)
    return with_members({GRAPH: json.dumps(graph).encode()})


def with_members(members: Mapping[str, bytes]) -> bytes:
    """The good program with other members, or more of them."""
    return zipped({**good(), **members})


def node(target: str, *arguments: tuple[str, Json], out: str = "evil") -> Json:
    """A call of an operator with arguments by name."""
    given = [{"name": name, "arg": value, "kind": 1} for name, value in arguments]
    outputs = [{"as_tensor": {"name": out}}]
    return {"target": target, "inputs": given, "outputs": outputs, "metadata": {}, "name": out}


X: tuple[str, Json] = ("self", {"as_tensor": {"name": "x"}})


def ints(name: str, *values: int) -> tuple[str, Json]:
    """An argument of whole numbers."""
    return name, {"as_ints": list(values)}


def inserted(*nodes: Json) -> Callable[[Json], None]:
    """Nodes at the beginning, whose tensors have the shape of x on paper."""

    def change(graph: Json) -> None:
        inner = graph["graph_module"]["graph"]
        for each in nodes:
            for out in each["outputs"]:
                inner["tensor_values"][out["as_tensor"]["name"]] = inner["tensor_values"]["x"]
        inner["nodes"][:0] = nodes

    return change


def chain(count: int, target: str, *arguments: tuple[str, Json]) -> Callable[[Json], None]:
    """An operator on what the one before it gave, so many times, and the network on the last."""

    def change(graph: Json) -> None:
        names = ["x", *(f"evil{i}" for i in range(count))]
        nodes = [
            node(target, ("self", {"as_tensor": {"name": before}}), *_refer(arguments, before), out=after)
            for before, after in pairwise(names)
        ]
        graph["graph_module"]["graph"]["nodes"][0]["inputs"][0]["arg"]["as_tensor"]["name"] = names[-1]
        inserted(*nodes)(graph)

    return change


def _refer(arguments: tuple[tuple[str, Json], ...], before: str) -> list[tuple[str, Json]]:
    return [(name, {"as_tensor": {"name": before}} if value == {} else value) for name, value in arguments]
