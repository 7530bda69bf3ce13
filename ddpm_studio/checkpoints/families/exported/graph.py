"""The graph of an exported program as a module that calls the operators named in it, one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor

from ddpm_studio.checkpoints.families.exported.aten_operators import (
    anywhere,
    check_arguments,
    is_on_numbers,
    operator_named,
    writes,
)
from ddpm_studio.checkpoints.families.exported.looked_up import check_looked_up
from ddpm_studio.checkpoints.families.exported.notation import OnDevice, Ref, Subgraph, UnknownPartError, argument
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.interruption import check

_REGIONS = tuple(f"torch.ops.higher_order.wrap_with_{mode}" for mode in ("set_grad_enabled", "autocast"))
"""Calls of a graph under another mode: the mode's arguments, the graph, then the graph's inputs."""

MOST_NODES, DEEPEST, MOST_ARGUMENTS = 30_000, 8, 64
"""Bounds of a graph with those in it, three times the largest networks'; of graphs in graphs; of a node's arguments."""

_TOO_LARGE = QT_TRANSLATE_NOOP("errors", "more than 30,000 operators")
_TOO_DEEP = QT_TRANSLATE_NOOP("errors", "too many graphs within graphs")


Follow = Callable[[object, object], None]
"""What is called with an operator and each value that comes of it."""


@dataclass(frozen=True)
class Call:
    """`function` with `arguments` by position and `keywords` by name, its results under the names `results`.

    `listed` means that the single result is a list, whose entries get the names.
    """

    function: Callable[..., object]
    arguments: Sequence[object]
    keywords: Mapping[str, object]
    results: Sequence[str]
    listed: bool

    @property
    def needs(self) -> Iterator[str]:
        """The names of the values that it takes."""
        return _references([*self.arguments, *self.keywords.values()])


class Graph:
    """The calls of a graph in order; `inputs` and `outputs` are names of values, `size` counts the operators.

    `writes` is True if some of them change what they are given. UnknownPartError for an operator or argument that is
    not understood, and for too many.
    """

    def __init__(self, written: Mapping[str, Any], depth: int = 0) -> None:
        if len(written["nodes"]) > MOST_NODES:
            raise UnknownPartError(_TOO_LARGE)
        if depth > DEEPEST:
            raise UnknownPartError(_TOO_DEEP)
        self.inputs = list(_references(argument(entry) for entry in written["inputs"]))
        self.outputs = list(_references(argument(entry) for entry in written["outputs"]))
        self.calls = [_call(entry, depth) for entry in written["nodes"]]
        within = [call.function.graph for call in self.calls if isinstance(call.function, _Region)]
        self.size: int = len(self.calls) + sum(graph.size for graph in within)
        if self.size > MOST_NODES:
            raise UnknownPartError(_TOO_LARGE)
        self.writes: bool = any(graph.writes for graph in within) or any(writes(call.function) for call in self.calls)
        self._done = self._last_uses()

    def __call__(self, *given: object, follow: Follow) -> list[object]:
        """The outputs for these inputs. Values that are no longer needed are released on the way.

        `follow` is told of each value that is needed later, with the operator that it is from.
        """
        values = dict(zip(self.inputs, given, strict=True))
        device = _device_of(given)
        for call, done in zip(self.calls, self._done, strict=True):
            check()
            places = [_resolved(value, values, device) for value in call.arguments]
            names = {key: _resolved(value, values, device) for key, value in call.keywords.items()}
            if isinstance(call.function, _Region):
                names["follow"] = follow
            check_looked_up(call.function, names)
            _keep(call, call.function(*places, **names), values)
            for name in done:
                values.pop(name, None)
            for name in call.results:
                if name in values:
                    follow(call.function, values[name])
        return [values[name] for name in self.outputs]

    def _last_uses(self) -> list[list[str]]:
        """The values that no call after this one needs, for each call."""
        last = {name: i for i, call in enumerate(self.calls) for name in (*call.needs, *call.results)}
        done: list[list[str]] = [[] for _ in self.calls]
        for name in last.keys() - set(self.outputs):
            done[last[name]].append(name)
        return done


def _call(entry: Mapping[str, Any], depth: int) -> Call:
    check()
    target, written = str(entry["target"]), entry["inputs"]
    if len(written) > MOST_ARGUMENTS:
        raise UnknownPartError(target)
    results, listed = _results(entry["outputs"])
    values = [argument(given["arg"]) for given in written]
    if target in _REGIONS:
        at = next(i for i, value in enumerate(values) if isinstance(value, Subgraph))
        region = _Region(target, tuple(values[:at]), Graph(cast(Subgraph, values[at]).graph, depth + 1))
        return Call(region, values[at + 1 :], {}, results, True)
    function = operator_named(target)
    if is_on_numbers(target):
        return Call(function, values, {}, results, listed)
    named = {str(given["name"]): value for given, value in zip(written, values, strict=True)}
    check_arguments(target, function, named)
    function, named = anywhere(function, named)
    return Call(function, (), named, results, listed)


@dataclass(frozen=True)
class _Region:
    """A graph that is run with gradients off or on, or under autocast."""

    target: str
    mode: tuple[object, ...]
    graph: Graph

    def __call__(self, *given: object, follow: Follow) -> object:
        with self._entered(_device_of(given).type):
            return self.graph(*given, follow=follow)

    def _entered(self, device: str) -> AbstractContextManager[object]:
        if not self.target.endswith("autocast"):
            return torch.set_grad_enabled(bool(self.mode[0]))
        _, dtype, enabled, cache = self.mode
        if device == "meta":  # It has no autocast, and no precision to lose.
            return nullcontext()
        return torch.autocast(device, cast(torch.dtype, dtype), bool(enabled), cast(bool, cache))


def _results(outputs: Sequence[Mapping[str, Any]]) -> tuple[list[str], bool]:
    """The names that the results get, and True if the single result is a list of them."""
    values = [argument(entry) for entry in outputs]
    if len(values) == 1 and isinstance(values[0], list):
        return [_name(value) for value in values[0]], True
    return [_name(value) for value in values], False


def _name(result: object) -> str:
    return result.name if isinstance(result, Ref) else ""


def _references(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Ref):
            yield value.name
        elif isinstance(value, list):
            yield from _references(value)


def _device_of(given: Iterable[object]) -> torch.device:
    return next((value.device for value in given if isinstance(value, Tensor)), torch.device("cpu"))


def _resolved(value: object, values: Mapping[str, object], device: torch.device) -> object:
    if isinstance(value, Ref):
        return values[value.name]
    if isinstance(value, list):
        return [_resolved(entry, values, device) for entry in value]
    return device if isinstance(value, OnDevice) else value


def _keep(call: Call, result: object, values: dict[str, object]) -> None:
    if len(call.results) == 1 and not call.listed:
        values[call.results[0]] = result
    elif call.results:
        values |= zip(call.results, cast(Sequence[object], result), strict=True)
