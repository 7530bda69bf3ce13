"""Operators that the nodes of an exported graph may call, and the notation of their arguments.

torch.export.load unpickles, evaluates strings and generates source code from what is in the file (torch 2.13), so it is
not used. The graph itself is data: names of ATen operators and their arguments. It is walked here, and nothing but the
operators below is ever called. Numbers stand for the enumerations of torch/_export/serde/schema.py.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import torch

DTYPES = {
    1: torch.uint8,
    2: torch.int8,
    3: torch.int16,
    4: torch.int32,
    5: torch.int64,
    6: torch.float16,
    7: torch.float32,
    8: torch.float64,
    12: torch.bool,
    13: torch.bfloat16,
}
_MEMORY_FORMATS = {1: torch.contiguous_format, 2: torch.channels_last, 4: torch.preserve_format}
_LAYOUTS = {7: torch.strided}

_ON_NUMBERS: dict[str, Callable[..., object]] = {
    **{f"_operator.{name}": getattr(operator, name) for name in ("add", "sub", "mul", "floordiv", "truediv", "mod")},
    **{f"_operator.{name}": getattr(operator, name) for name in ("neg", "eq", "ne", "lt", "le", "gt", "ge", "and_")},
    **{f"math.{name}": getattr(math, name) for name in ("ceil", "floor", "trunc")},
    "torch.sym_max": max,
    "torch.sym_min": min,
    "torch.sym_not": operator.not_,
    "torch._sym_sqrt": math.sqrt,
    "torch.sym_float": float,
    "torch.sym_int": int,
    "torch.sym_ite": lambda c, a, b: a if c else b,
}
_ATEN = re.compile(r"torch\.ops\.aten\.([A-Za-z]\w*|_[a-z]\w*)\.(\w+)")
_CHECK = "torch.ops.aten._assert_tensor_metadata.default"
_SIDE_EFFECTS = {"filename", "message"}
"""Arguments through which an ATen operator reads or writes files, or prints."""


@dataclass(frozen=True)
class Ref:
    """The value of this name, computed earlier."""

    name: str


@dataclass(frozen=True)
class OnDevice:
    """A device named in the file, which at run time is the one that the picture is on."""


@dataclass(frozen=True)
class Subgraph:
    """A graph that is an argument, as it stands in the file."""

    graph: Mapping[str, object]


class UnknownPartError(Exception):
    """A part of a graph, named by its text, that is not understood."""


def operator_named(target: str) -> Callable[..., object]:
    """The operator that a node calls; UnknownPartError for all but ATen's and arithmetic on sizes."""
    if target in _ON_NUMBERS:
        return _ON_NUMBERS[target]
    if target == _CHECK:
        return _unchecked
    match = _ATEN.fullmatch(target)
    found = getattr(getattr(torch.ops.aten, match[1], None), match[2], None) if match else None
    if not isinstance(found, torch._ops.OpOverload):
        raise UnknownPartError(target)
    if _SIDE_EFFECTS & {argument.name for argument in found._schema.arguments}:
        raise UnknownPartError(target)
    return cast(Callable[..., object], found)


def _unchecked(**_: object) -> None:
    """Skip a check that a value has the dtype and the device of the example, which it need not have elsewhere."""


def is_on_numbers(target: str) -> bool:
    """True if the operator takes its arguments by position and not by name."""
    return target in _ON_NUMBERS


def argument(written: Mapping[str, object]) -> object:
    """The value of {"as_…": …}: a plain one, or Ref, OnDevice or Subgraph, also in lists."""
    ((kind, value),) = written.items()
    if kind not in _READERS:
        raise UnknownPartError(kind)
    return _READERS[kind](value)


def _named(value: object) -> Ref:
    return Ref(str(cast(Mapping[str, object], value)["name"]))


def _symbol(value: object) -> object:
    """{"as_name": "sym_size"} or {"as_int": 3}."""
    ((kind, content),) = cast(Mapping[str, object], value).items()
    return Ref(str(content)) if kind == "as_name" else argument({kind: content})


def _optional(value: object) -> Ref | None:
    ((kind, content),) = cast(Mapping[str, object], value).items()
    return None if kind == "as_none" else _named(content)


def _each(read: Callable[[object], object]) -> Callable[[object], object]:
    return lambda values: [read(value) for value in cast(list[object], values)]


def _same(value: object) -> object:
    if not isinstance(value, bool | int | str):
        raise TypeError(value)
    return value


def _float(value: object) -> object:
    return float(cast(str, value))


_READERS: dict[str, Callable[[object], object]] = {
    "as_none": lambda value: None,
    "as_tensor": _named,
    "as_tensors": _each(_named),
    "as_optional_tensor": _optional,
    "as_optional_tensors": _each(_optional),
    **dict.fromkeys(("as_int", "as_bool", "as_string"), _same),
    **dict.fromkeys(("as_ints", "as_bools", "as_strings"), _each(_same)),
    "as_float": _float,
    "as_floats": _each(_float),
    **dict.fromkeys(("as_sym_int", "as_sym_bool", "as_sym_float"), _symbol),
    **dict.fromkeys(("as_sym_ints", "as_sym_bools", "as_sym_floats"), _each(_symbol)),
    "as_scalar_type": lambda value: DTYPES[cast(int, value)],
    "as_memory_format": lambda value: _MEMORY_FORMATS[cast(int, value)],
    "as_layout": lambda value: _LAYOUTS[cast(int, value)],
    "as_device": lambda value: OnDevice(),
    "as_graph": lambda value: Subgraph(cast(Mapping[str, Mapping[str, object]], value)["graph"]),
}
