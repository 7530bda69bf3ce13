"""The network that an exported program is: its graph, with its tensors bound to some of the graph's inputs."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints.families.exported.graph import Follow, Graph
from ddpm_studio.checkpoints.families.exported.rehearsal import SIZES_BY_VALUES, Rehearsal, twin, unneeded

_MOST_REHEARSED = 64
"""Shapes of inputs of which it is kept that they were rehearsed."""

_Measure = torch.Size | object
"""The sizes of a tensor, or a number that was computed from sizes."""

_Signature = tuple[tuple[tuple[int, ...], torch.dtype], ...]


@dataclass(frozen=True)
class _Rehearsed:
    """What came of a rehearsal: its output, on the meta device, and the measures of all values in their order."""

    output: object
    measures: Sequence[_Measure]


class ExportedGraph(nn.Module):
    """A graph some of whose inputs are bound to `tensors`, as parameters; the others are given in each call.

    What all its values measure follows from what it is given measures, so it is rehearsed whenever that is new, and
    every run is held against its rehearsal: SamplingError for what no network does. On the meta device it is no more
    than rehearsed.
    """

    def __init__(self, graph: Graph, tensors: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.graph = graph
        self.bound = nn.ParameterList(nn.Parameter(tensor, requires_grad=False) for tensor in tensors.values())
        self._places = {name: i for i, name in enumerate(tensors)}
        self._rehearsed: dict[_Signature, _Rehearsed] = {}

    def forward(self, *given: Tensor) -> object:
        """The first output for the inputs that are not bound to tensors."""
        rehearsed = self._rehearsal(tuple((tuple(tensor.shape), tensor.dtype) for tensor in given))
        if given[0].is_meta:
            return rehearsed.output
        expected = iter(rehearsed.measures)

        def compare(operator: object, value: object) -> None:
            if _measure(value) != next(expected, None):
                raise unneeded(operator, SIZES_BY_VALUES)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self._run(self.bound, [tensor.clone() for tensor in given] if self.graph.writes else given, compare)

    def _run(self, bound: Sequence[Tensor] | nn.ParameterList, given: Iterable[Tensor], follow: Follow) -> object:
        free, places = iter(given), self._places
        every = (bound[places[name]] if name in places else next(free) for name in self.graph.inputs)
        return self.graph(*every, follow=follow)[0]

    def _rehearsal(self, signature: _Signature) -> _Rehearsed:
        """The rehearsal for inputs of these sizes and types."""
        if signature not in self._rehearsed:
            if len(self._rehearsed) == _MOST_REHEARSED:
                self._rehearsed.clear()
            # Without gradients, but not in inference mode, torch takes operators apart before a Rehearsal sees them.
            with torch.inference_mode(False), torch.no_grad(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._rehearsed[signature] = self._rehearse(signature)
        return self._rehearsed[signature]

    def _rehearse(self, signature: _Signature) -> _Rehearsed:
        weights = [twin(tensor) for tensor in self.bound]
        inputs = [torch.empty(sizes, dtype=dtype, device="meta") for sizes, dtype in signature]
        rehearsal = Rehearsal(weights, inputs)
        measures: list[_Measure] = []
        with rehearsal:
            output = self._run(weights, inputs, lambda operator, value: measures.append(_measure(value)))
        rehearsal.check_end(output)
        return _Rehearsed(output, measures)


def _measure(value: object) -> _Measure:
    return value.shape if isinstance(value, Tensor) else value
