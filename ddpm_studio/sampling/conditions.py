"""Conditions: what a network is given beside x and its noise level, and how much of its output each decides."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Self

import torch
from torch import Tensor

from ddpm_studio.diffusion.options import as_number, shown
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError

ROUNDING = 1e-9
"""By how much a sum of weights may miss 1."""

_Outline = tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, eq=False)
class Condition:
    """`tensors` that follow x and the timesteps in a call of the network, `keywords` by name, and a weight.

    The first dimension of each counts rows, which the pictures of a batch are dealt in turn: one row is for all of
    them, two are for every other. Numbers with a fraction reach the network in the precision it computes in. Raises
    SamplingError for what is no tensor or has no rows, and for a weight that is not finite.

    >>> prompt = Condition(keywords={"encoder_hidden_states": torch.zeros(1, 77, 768)}, weight=7.5)
    >>> prompt.dealt(range(4)).keywords["encoder_hidden_states"].shape
    torch.Size([4, 77, 768])
    """

    tensors: tuple[Tensor, ...] = ()
    keywords: Mapping[str, Tensor] = field(default_factory=dict)
    weight: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "tensors", tuple(self.tensors))
        object.__setattr__(self, "keywords", MappingProxyType(dict(self.keywords)))
        for name, value in (*enumerate(self.tensors, 1), *self.keywords.items()):
            _check_tensor(name, value)
        if not math.isfinite(as_number(self.weight)):
            raise SamplingError(
                QT_TRANSLATE_NOOP("errors", "The weight of a condition is {value}; it must be a finite number."),
                value=shown(self.weight),
            )

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        return type(self), (self.tensors, dict(self.keywords), self.weight)

    @property
    def outline(self) -> _Outline:
        """The names and sizes of its rows: conditions that agree in them fit into one batch."""
        named = (*((f"{i}", one) for i, one in enumerate(self.tensors)), *sorted(self.keywords.items()))
        return tuple((name, tuple(one.shape[1:])) for name, one in named)

    def dealt(self, pictures: Sequence[int]) -> Self:
        """The same with one row for each picture, told by its number.

        >>> digits = Condition((torch.arange(10),))
        >>> digits.dealt(range(8, 12)).tensors[0].tolist()
        [8, 9, 0, 1]
        """
        return self._each(lambda one: one[torch.tensor(pictures, device=one.device) % len(one)])

    def beside(self, other: Condition) -> Self:
        """The same with all that another condition gives, too, in as many rows.

        >>> prompt = Condition(keywords={"words": torch.zeros(1, 77, 768)})
        >>> list(prompt.beside(Condition(keywords={"w": torch.ones(1)})).keywords)
        ['words', 'w']
        """
        return replace(self, tensors=self.tensors + other.tensors, keywords={**self.keywords, **other.keywords})

    def placed(self, device: torch.device, dtype: torch.dtype) -> Self:
        """The same on a device, numbers with a fraction in `dtype`."""
        return self._each(lambda one: one.to(device, dtype if one.is_floating_point() else one.dtype))

    def _each(self, change: Callable[[Tensor], Tensor]) -> Self:
        changed = {name: change(one) for name, one in self.keywords.items()}
        return replace(self, tensors=tuple(map(change, self.tensors)), keywords=changed)


def labelled(labels: Iterable[int]) -> Condition:
    """The condition of a network whose third argument is the class of each picture, int64: these, in turn.

    >>> labelled([7, 1]).dealt(range(3)).tensors[0].tolist()
    [7, 1, 7]
    """
    return Condition((torch.tensor(list(labels), dtype=torch.int64),))


def weighed(conditions: tuple[Condition, ...], null: Condition | None) -> tuple[Condition, ...]:
    """All conditions that the output depends on, with weights that add up to 1: those given, and `null` for the rest.

    Σ w_i out_i over them is out_null + Σ w_i (out_i − out_null) over those given. Raises SamplingError if something is
    left and there is no null.

    >>> cat, dog, nothing = (labelled([label]) for label in range(3))
    >>> [one.weight for one in weighed((replace(cat, weight=3.0), replace(dog, weight=1.5)), nothing)]
    [3.0, 1.5, -3.5]
    """
    given = conditions or (() if null else (Condition(),))
    rest = 1 - math.fsum(one.weight for one in given)
    if abs(rest) < ROUNDING:
        rest = 0.0
    elif null is None:
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The weights of the conditions add up to {total:g}; without a null condition they must add up to 1.",
            ),
            total=1 - rest,
        )
    every = given if null is None else (*given, replace(null, weight=rest))
    return tuple(one for one in every if one.weight)


def _check_tensor(name: object, value: object) -> None:
    if not isinstance(value, Tensor) or not value.ndim or not len(value):
        found = f"{type(value).__name__} {tuple(value.shape)}" if isinstance(value, Tensor) else shown(value)
        raise SamplingError(
            QT_TRANSLATE_NOOP(
                "errors", "“{name}” of a condition is {value}; it must be a tensor with a row for each picture, or one."
            ),
            name=name,
            value=found,
        )
