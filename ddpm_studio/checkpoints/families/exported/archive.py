"""The archive that torch.export.save writes: a graph in JSON, and its tensors, none of which is unpickled.

    models/model.json  data/weights/  data/constants/                                      since torch 2.8
    serialized_exported_program.json  serialized_state_dict.pt  serialized_constants.pt    before

See torch/_export/serde/schema.py for the JSON. What else torch.export.load reads is left alone: example inputs,
compiled code, pickled objects, and the guards, which are source code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import torch
from torch import Tensor

from ddpm_studio.checkpoints.families.exported.members import Members
from ddpm_studio.checkpoints.families.exported.notation import DTYPES, UnknownPartError
from ddpm_studio.checkpoints.reading.truths import check_truths
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.interruption import check

_OLD = "serialized_exported_program.json"

GRAPH_BYTES = 192 * MIB
"""What reading may take beyond what other files may: a graph of 30,000 operators, however few its weights."""

_METADATA = re.compile(rb'(?<!\\)"metadata"\s*+:\s*+\{(?:\s*+"[^"\\]*+(?:\\.[^"\\]*+)*+"\s*+[:,]?)*+\s*+\}', re.DOTALL)
"""What a node tells of the code that it comes from, texts by texts: up to two thirds of the JSON, and never used."""

MOST_AT_ONCE, LONGEST_SIDE = 1024, 2**16
"""The largest batch and the longest side of a tensor that a program may say that it takes."""


@dataclass(frozen=True)
class Input:
    """A tensor that the program takes: its sizes, None where any will do, its dtype, and the sizes of the example."""

    sizes: tuple[int | None, ...]
    example: tuple[int | None, ...]
    dtype: torch.dtype

    def __post_init__(self) -> None:
        for size in (*self.sizes, *self.example):
            if size is not None and not (isinstance(size, int) and 1 <= size <= LONGEST_SIDE):
                raise ValueError(size)
        if self.sizes and (self.sizes[0] or 0) > MOST_AT_ONCE:
            raise ValueError(self.sizes[0])


class ExportedArchive:
    """An open archive. Everything raises KeyError, TypeError, ValueError and the like if it is broken,
    UnknownPartError for a part that would have to be unpickled or compiled, and FileError beyond the file's budget.
    """

    def __init__(self, file: ForeignFile) -> None:
        self._file, self._members = file, Members(file)
        file.budget.widen(GRAPH_BYTES)
        if self._members.has_folder("data/aotinductor/"):
            raise UnknownPartError(QT_TRANSLATE_NOOP("errors", "compiled code"))

    @cached_property
    def program(self) -> Mapping[str, Any]:
        """The graph module: "graph" and "signature"."""
        content: Mapping[str, Any] = self._json(_OLD if _OLD in self._members else "models/model.json")["graph_module"]
        return content

    @cached_property
    def inputs(self) -> Mapping[str, Input]:
        """The tensors that a caller passes, by their names in the graph."""
        known = self.program["graph"]["tensor_values"]
        given = [spec["user_input"]["arg"] for spec in self._specs if "user_input" in spec]
        names = [arg["as_tensor"]["name"] for arg in given if "as_tensor" in arg]
        return {name: _input(known[name]) for name in names}

    def tensors(self) -> dict[str, Tensor]:
        """Parameters, buffers and constants, by their names in the graph."""
        stored = self._stored("weights") | self._stored("constants")
        bound = {name: stored[key] for name, key in self.bound}
        check_truths(bound.values())
        return bound

    @property
    def parameters(self) -> frozenset[str]:
        """The names in the graph of the tensors that were parameters."""
        return frozenset(spec["parameter"]["arg"]["name"] for spec in self._specs if "parameter" in spec)

    @property
    def _specs(self) -> list[Mapping[str, Any]]:
        specs: list[Mapping[str, Any]] = self.program["signature"]["input_specs"]
        return specs

    @property
    def bound(self) -> list[tuple[str, str]]:
        """(name in the graph, name in the state dict) of every tensor that comes with the program."""
        pairs = []
        for spec in self._specs:
            ((kind, content),) = spec.items()
            if kind == "user_input":
                continue
            if f"{kind}_name" not in content:
                raise UnknownPartError(kind)
            pairs.append((content["arg"]["name"], content[f"{kind}_name"]))
        return pairs

    def _stored(self, kind: str) -> dict[str, Tensor]:
        """The tensors in data/weights or data/constants, or in the single torch.save file of earlier versions."""
        config = f"data/{kind}/model_{kind}_config.json"
        if config in self._members:
            entries = self._json(config)["config"]
            return {key: self._raw(f"data/{kind}/", entry) for key, entry in entries.items()}
        old = "serialized_state_dict.pt" if kind == "weights" else "serialized_constants.pt"
        return self._members.saved(old if old in self._members else f"data/{kind}/model.pt")

    def _raw(self, folder: str, entry: Mapping[str, Any]) -> Tensor:
        meta = entry["tensor_meta"]
        if entry["use_pickle"] or meta is None:
            raise UnknownPartError(QT_TRANSLATE_NOOP("errors", "pickled tensors"))
        sizes, strides = (tuple(size["as_int"] for size in meta[key]) for key in ("sizes", "strides"))
        offset, dtype = meta["storage_offset"]["as_int"], DTYPES[meta["dtype"]]
        return self._members.tensor(folder + entry["path_name"], dtype, sizes, strides, offset)

    def _json(self, name: str) -> Mapping[str, Any]:
        content = _METADATA.sub(_nothing, self._members.content(name))
        try:
            return cast(Mapping[str, Any], parse(content, self._file.budget, self._file.path))
        except FileError as error:
            if error.__cause__ is None:
                raise
            raise ValueError(name) from error  # Its sentence is for a file that is all JSON.


def _nothing(metadata: re.Match[bytes]) -> bytes:
    check()
    return b'"metadata":{}'


def _input(meta: Mapping[str, Any]) -> Input:
    sizes = tuple(size.get("as_int") for size in meta["sizes"])
    hints = ((size.get("as_expr") or {}).get("hint") or {} for size in meta["sizes"])
    example = tuple(size if size is not None else hint.get("as_int") for size, hint in zip(sizes, hints, strict=True))
    return Input(sizes, example, DTYPES[meta["dtype"]])
