"""Averaged lists: copies of a network's parameters, in its order but without names, as EMAModel of diffusers and
torch_ema keep them beside the network; copies under names without points, as LitEma of CompVis keeps them; and those
whose names do not say that they are averages, as AveragedModel of torch and WeightAveraging of Lightning leave them.

model.conv_in.weight, …   ema.shadow_params.0, …     in one file: the second is ema.shadow_params.model.conv_in.weight
model.conv_in.weight, …   model_ema.conv_inweight, …             … and here model_ema.conv_in.weight
n_averaged, module.conv_in.weight, …                     as averaged.conv_in.weight
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ddpm_studio.interruption import check

if TYPE_CHECKING:
    from torch import Tensor

    Tensors = Mapping[str, Tensor]

IN_A_LIST = re.compile(r"(?P<list>(?:.*\.)?shadow_params\.)\d+")
"""The name of a tensor in such a list, and of the list."""

_COUNTED = re.compile(r"(?P<place>(?:.*\.)?)num_updates")
"""How LitEma counts, beside its copies."""

_AVERAGED = re.compile(r"(?P<place>(?:.*\.)?)n_averaged")
"""How AveragedModel counts, beside its copy."""

_NO_PARAMETER = re.compile(r"(.*\.)?(state\.\d+\.\w+|running_(mean|var)|num_batches_tracked)")
"""What optimizers keep of each parameter, and the buffers of batch normalisation."""

_CALLBACK = {"averaging_state.": ("state_dict.", "averaged_state_dict.")}
"""What WeightAveraging of Lightning puts in the place of the weights of the last step, by where it counts."""

_DEEPEST = 3
"""Dictionaries that a state dict may lie in."""


def with_names(tensors: Tensors) -> dict[str, Tensor]:
    """The tensors, with those of each averaged list under the names of the parameters that they are averages of.

    They are told by their order and shapes, where but one way remains to leave out what is no parameter: that stands
    under both names, as copying the list to the network leaves it. Lists that fit several networks stay as they are.
    """
    lists: dict[str, list[str]] = {}
    for name in tensors:
        if match := IN_A_LIST.fullmatch(name):
            lists.setdefault(match["list"], []).append(name)
    beside = {name: tensor for name, tensor in tensors.items() if not IN_A_LIST.fullmatch(name)}
    named = dict(beside)
    for prefix, members in lists.items():
        averages = [tensors[name] for name in members]
        named |= _named(prefix, averages, beside) or {name: tensors[name] for name in members}
    for place in [match["place"] for match in map(_COUNTED.fullmatch, tensors) if match and match["place"]]:
        named = _with_points(place, named)
    for place in [match["place"] for match in map(_AVERAGED.fullmatch, tensors) if match]:
        old, new = _CALLBACK.get(place, (f"{place}module.", f"{place}averaged."))
        named = {new + name.removeprefix(old) if name.startswith(old) else name: each for name, each in named.items()}
    return named


def lists_without_names(names: Iterable[str]) -> list[str]:
    """The places of the averaged lists that stayed as they are.

    >>> lists_without_names(["model.weight", "ema.shadow_params.0", "ema.shadow_params.1"])
    ['ema.shadow_params']
    """
    matches = map(IN_A_LIST.fullmatch, names)
    return list(dict.fromkeys(match["list"].removesuffix(".") for match in matches if match))


def _with_points(place: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The tensors, with the copies at this place under the names, with points, of what they are copies of."""
    copies = {name.removeprefix(place): tensor for name, tensor in tensors.items() if name.startswith(place)}
    beside = {name: tensor for name, tensor in tensors.items() if not name.startswith(place)}
    weights = {name for name, tensor in copies.items() if tensor.ndim}
    found: dict[str, set[str]] = {}
    for name in beside:
        check()
        for prefix in _outer([name]):
            if (copied := _without_points(name, prefix)) in weights:
                found.setdefault(prefix, set()).add(copied)
    outer = next((prefix for prefix in sorted(found, key=len) if found[prefix] == weights), None)
    if outer is None:
        return tensors
    inside = {name: tensor for name, tensor in beside.items() if name.startswith(outer)}
    whole = {name: copies.get(_without_points(name, outer), tensor) for name, tensor in inside.items()}
    return beside | {place + name.removeprefix(outer): tensor for name, tensor in whole.items()}


def _without_points(name: str, outer: str) -> str:
    return name.removeprefix(outer).replace(".", "")


def _named(prefix: str, averages: Sequence[Tensor], beside: Tensors) -> dict[str, Tensor]:
    """The averages by prefix and name; none where no network beside them has them, or several have."""
    found: dict[tuple[str, ...], dict[str, Tensor]] = {}
    for outer in _outer(beside):
        inside = {name: tensor for name, tensor in beside.items() if name.startswith(outer)}
        if len(inside) >= len(averages) and (owners := _owners(averages, inside)):
            whole = {name: averages[owners[name]] if name in owners else inside[name] for name in inside}
            named = {prefix + name.removeprefix(outer): tensor for name, tensor in whole.items()}
            found.setdefault(tuple(owners), named)
    return next(iter(found.values())) if len(found) == 1 else {}


def _outer(names: Iterable[str]) -> list[str]:
    """The prefixes that a state dict may have, the shortest first."""
    parts = (name.split(".")[:-1][:_DEEPEST] for name in names)
    outer = {"".join(f"{part}." for part in each[:depth]) for each in parts for depth in range(len(each) + 1)}
    return sorted(outer, key=len)


def _owners(averages: Sequence[Tensor], inside: Tensors) -> dict[str, int]:
    """The places in the list by the names of what they are averages of; none unless there is exactly one way."""
    tied: dict[tuple[object, ...], list[str]] = {}
    for name, tensor in inside.items():
        if not _NO_PARAMETER.fullmatch(name):
            tied.setdefault(_identity(name, tensor), []).append(name)
    wanted = [tuple(tensor.shape) for tensor in averages]
    given = [tuple(inside[names[0]].shape) for names in tied.values()]
    first = list(_matched(wanted, given))
    last = [len(given) - 1 - place for place in reversed(list(_matched(wanted[::-1], given[::-1])))]
    if first != last or len(first) < len(wanted):
        return {}
    names = list(tied.values())
    return {name: number for number, place in enumerate(first) for name in names[place]}


def _identity(name: str, tensor: Tensor) -> tuple[object, ...]:
    """What weights that are tied have in common, of which a network lists but the first as a parameter."""
    return (tensor.data_ptr(), *tensor.shape, *tensor.stride()) if tensor.numel() else (name,)


def _matched(wanted: Sequence[tuple[int, ...]], given: Sequence[tuple[int, ...]]) -> Iterator[int]:
    """The earliest places of the shapes that are wanted, in their order, among the given ones."""
    places = iter(range(len(given)))
    for shape in wanted:
        place = next((place for place in places if given[place] == shape), None)
        if place is None:
            return
        yield place
