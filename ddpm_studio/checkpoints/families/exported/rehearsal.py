"""Rehearsal of a graph on the meta device, where nothing is computed: what it would take is seen before it takes it."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode

from ddpm_studio.checkpoints.families.exported.agreement import agrees
from ddpm_studio.checkpoints.families.exported.notation import LARGEST, LONGEST_LIST
from ddpm_studio.checkpoints.families.exported.work import WINDOWED, work_of
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError
from ddpm_studio.files.budget import MIB
from ddpm_studio.interruption import check
from ddpm_studio.texts import Readable, SourceText

BASE, TIMES_WEIGHTS, TIMES_INPUTS = 1024 * MIB, 8, 2**16
"""Memory in bytes that a run may take: so many at any rate, and for each byte of its weights and of its inputs.

Attention among 64 × 64 places with eight heads takes 20,000 times the bytes of the picture.
"""

MOST_WORK, MOST_WORK_IN_ALL = 2 * 10**12, 2 * 10**13
"""Multiplications for each picture: by one operator, which nobody can stop until it is done, and by a whole run.

The largest UNets of pixels take 2·10^12 in all, for pictures of 512 × 512.
"""

MOST_STEPS = 200_000
"""Operators that a run may come down to; the largest networks have some ten thousand."""

MOST_DIMENSIONS, LARGEST_NUMBER, LARGEST_WINDOW = 16, 2**40, 2**16
"""Bounds of a tensor's dimensions, of a number, and of a number that makes up a window, such as a stride."""

SIZES_BY_VALUES = QT_TRANSLATE_NOOP("errors", "where sizes depend on values")


class Rehearsal(TorchDispatchMode):
    """While entered, every operator runs on the meta device and is held against the bounds, and so is what it returns.

    `weights` may not be written to. SamplingError says which operator does what no network needs.
    """

    def __init__(self, weights: Iterable[Tensor], inputs: Sequence[Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        kept = list(weights)
        self._weights = {_place(tensor) for tensor in kept}
        self._limit = BASE + TIMES_WEIGHTS * _bytes(kept) + TIMES_INPUTS * _bytes(inputs)
        self._pictures = max((len(tensor) for tensor in inputs if tensor.ndim), default=1)
        self._live: dict[int, tuple[StorageWeakRef, int]] = {}
        self._known: dict[Hashable, object] = {}
        self._total = self._steps = self._work = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Keep torch from importing its compiler, which takes seconds, to keep that away from this."""
        return False

    def __torch_dispatch__(
        self, operator: Any, types: object, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> object:
        check()
        self._steps += 1
        names, written = _arguments(operator)
        given = {**dict(zip(names, args, strict=False)), **(kwargs or {})}
        self._check_before(operator, given)
        for name in written:
            self._check_written(operator, given.get(name))
        if "device" in names:
            kwargs = {**(kwargs or {}), "device": torch.device("meta")}
        returned = self._returned(operator, args, kwargs or {})
        for tensor in _tensors(returned):
            self._check_returned(operator, tensor)
        work = work_of(operator, given, [*_tensors(returned)])
        self._work += work
        self._check_work(str(operator), work, MOST_WORK)
        return returned

    def check_end(self, output: object) -> None:
        """Refuse what all operators together take, and a result that is one of the weights, which whoever gets it may
        write to.
        """
        if isinstance(output, Tensor) and _place(output) in self._weights:
            raise unneeded("output", QT_TRANSLATE_NOOP("errors", "on its own weights"))
        self._check_work(QT_TRANSLATE_NOOP("errors", "all its operators"), self._work, MOST_WORK_IN_ALL)

    def _returned(self, operator: Any, args: Sequence[object], kwargs: Mapping[str, object]) -> object:
        """What an operator returns: others like those before, if it was given the same measures before.

        torch takes milliseconds to find that out, and a network asks the same again and again.
        """
        key = operator, _measures(args), _measures(tuple(kwargs.items()))
        if key in self._known:
            return _like(self._known[key])
        try:
            returned: object = operator(*args, **kwargs)
        except NotImplementedError as error:
            raise unneeded(operator, SIZES_BY_VALUES) from error
        if _is_new(returned, [*args, *kwargs.values()]):
            self._known[key] = _like(returned)
        return returned

    def _check_work(self, operator: Readable, work: int, most: int) -> None:
        each = math.ceil(work / self._pictures)
        if each > most:
            raise SamplingError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "The program takes {work} billion multiplications a picture in {operator}, at most {limit} billion "
                    "are carried out; draw smaller ones, or choose another file.",
                ),
                work=math.ceil(each / 10**9),
                operator=operator,
                limit=most // 10**9,
            )

    def _check_before(self, operator: Any, given: Mapping[str, Any]) -> None:
        largest = LARGEST_WINDOW if operator._schema.name in WINDOWED else LARGEST_NUMBER
        if any(abs(number) > largest and number != LARGEST for number in _numbers(given.values())):
            raise unneeded(operator, QT_TRANSLATE_NOOP("errors", "on numbers that are too large"))
        if self._steps > MOST_STEPS or _pieces(operator, given) > LONGEST_LIST:
            raise unneeded(operator, QT_TRANSLATE_NOOP("errors", "too many times"))
        if not agrees(operator, given):
            raise unneeded(operator, QT_TRANSLATE_NOOP("errors", "on tensors that do not fit together"))
        if operator._schema.name == "aten::native_batch_norm" and given["training"]:
            self._check_written(operator, given.get("running_mean"))
            self._check_written(operator, given.get("running_var"))

    def _check_written(self, operator: Any, target: object) -> None:
        for tensor in _tensors(target):
            if _place(tensor) in self._weights:
                raise unneeded(operator, QT_TRANSLATE_NOOP("errors", "on its own weights"))
            if any(size > 1 and not stride for size, stride in zip(tensor.shape, tensor.stride(), strict=True)):
                raise unneeded(operator, QT_TRANSLATE_NOOP("errors", "on what is expanded"))

    def _check_returned(self, operator: Any, tensor: Tensor) -> None:
        if tensor.ndim > MOST_DIMENSIONS:
            raise unneeded(operator, QT_TRANSLATE_NOOP("errors", "in too many dimensions"))
        if min(tensor.shape, default=0) < 0:  # As expand makes of a size below zero beside one that is 0 (torch 2.13).
            raise unneeded(operator, QT_TRANSLATE_NOOP("errors", "for sizes below zero"))
        if not tensor.is_meta:
            raise unneeded(operator, QT_TRANSLATE_NOOP("errors", "on another device"))
        self._keep_account(tensor)
        if max(_size(tensor), self._total) > self._limit:
            raise SamplingError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "The program takes more than {limit} MiB of memory in {operator}, far more than a network for such "
                    "pictures should; draw fewer or smaller ones at once, or choose another file.",
                ),
                limit=self._limit // MIB,
                operator=str(operator),
            )

    def _keep_account(self, tensor: Tensor) -> None:
        storage, place = tensor.untyped_storage(), _place(tensor)
        if place in self._weights or place in self._live:
            return
        self._live[place] = StorageWeakRef(storage), storage.nbytes()
        self._total += storage.nbytes()
        if self._total > self._limit:
            self._live = {place: entry for place, entry in self._live.items() if not entry[0].expired()}
            self._total = sum(size for _, size in self._live.values())


@cache
def _arguments(operator: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of an operator's arguments, and of those that it writes to."""
    every = operator._schema.arguments
    written = [one.name for one in every if one.alias_info is not None and one.alias_info.is_write]
    return tuple(one.name for one in every), tuple(written)


def unneeded(operator: object, how: SourceText) -> SamplingError:
    """The error for an operator that is used as no network needs it."""
    return SamplingError(
        QT_TRANSLATE_NOOP(
            "errors",
            "The program runs {operator} {how}, which no network needs, so it was not run; "
            "export it from plain tensor operations.",
        ),
        operator=str(operator),
        how=how,
    )


def _pieces(operator: Any, given: Mapping[str, Any]) -> int:
    """The number of tensors that an operator takes one tensor apart into."""
    count = _PIECES.get(operator._schema.name)
    return count(given["self"].shape[given.get("dim", 0)], given) if count else 1


_PIECES: dict[str, Callable[[int, Mapping[str, Any]], int]] = {
    "aten::unbind": lambda size, given: size,
    **dict.fromkeys(
        ("aten::split", "aten::unsafe_split"), lambda size, given: math.ceil(size / max(1, given["split_size"]))
    ),
}


def _place(tensor: Tensor) -> int:
    """The number of a tensor's storage, which no other has while it is in memory."""
    place: int = tensor.untyped_storage()._cdata
    return place


def _measures(value: object) -> Hashable:
    """What an operator goes by when it is rehearsed: of a tensor how it is laid out, of all else type and value."""
    if isinstance(value, Tensor):
        return value.dtype, value.shape, value.stride(), value.storage_offset()
    if isinstance(value, list | tuple):
        return tuple(map(_measures, value))
    return type(value), value


def _is_new(returned: object, given: Sequence[object]) -> bool:
    """True for tensors each of which has memory of its own."""
    places = [_place(tensor) for tensor in _tensors([returned, *given])]
    new = [tensor for tensor in _tensors(returned) if tensor.is_meta]
    return bool(new) and all(places.count(_place(tensor)) == 1 for tensor in new)


def _like(returned: object) -> object:
    """Others like those that an operator returned."""
    if isinstance(returned, Tensor):
        return twin(returned)
    return type(returned)(map(_like, returned)) if isinstance(returned, list | tuple) else returned


def twin(tensor: Tensor) -> Tensor:
    """A tensor on the meta device that is laid out alike."""
    return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")


def _size(tensor: Tensor) -> int:
    """Its bytes, were it laid out in full; torch's own number wraps around at 2^64."""
    return math.prod(tensor.shape) * tensor.itemsize


def _bytes(tensors: Iterable[Tensor]) -> int:
    return sum(map(_size, tensors))


def _tensors(value: object) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _tensors(entry)


def _numbers(values: Iterable[object]) -> Iterator[int]:
    for value in values:
        if isinstance(value, int):
            yield value
        elif isinstance(value, list | tuple):
            yield from _numbers(value)
