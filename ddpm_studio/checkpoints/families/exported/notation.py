"""Notation of a graph's arguments: what stands for a number, a tensor, a type or a list, read within bounds.

Numbers stand for the enumerations of torch/_export/serde/schema.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import torch

from ddpm_studio.errors import QT_TRANSLATE_NOOP

LONGEST_LIST, LONGEST_TEXT = 4096, 4096
"""Entries of a list, and characters of a text, that an operator is given."""

LARGEST = 2**63 - 1
"""The largest whole number; as the end of a slice it says that there is none."""

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
_TOO_LONG = QT_TRANSLATE_NOOP("errors", "a list of thousands of entries")


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
    def read_all(values: object) -> object:
        if not isinstance(values, list) or len(values) > LONGEST_LIST:
            raise UnknownPartError(_TOO_LONG)
        return [read(value) for value in values]

    return read_all


def _bool(value: object) -> object:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _int(value: object) -> object:
    if not isinstance(value, int) or abs(value) > LARGEST:
        raise TypeError(value)
    return value


def _text(value: object) -> object:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
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
    "as_int": _int,
    "as_ints": _each(_int),
    "as_bool": _bool,
    "as_bools": _each(_bool),
    "as_string": _text,
    "as_strings": _each(_text),
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
