"""The archive that torch.export.save writes: a graph in JSON, and its tensors, none of which is unpickled.

    models/model.json  data/weights/  data/constants/                                      since torch 2.8
    serialized_exported_program.json  serialized_state_dict.pt  serialized_constants.pt    before

See torch/_export/serde/schema.py for the JSON. What else torch.export.load reads is left alone: example inputs,
compiled code, pickled objects, and the guards, which are source code.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ddpm_studio.checkpoints.families.exported.aten_operators import DTYPES, UnknownPartError
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.budget import MIB

MAX_JSON = 64 * MIB
_OLD = "serialized_exported_program.json"


@dataclass(frozen=True)
class Input:
    """A tensor that the program takes: its sizes, None where any will do, its dtype, and the sizes of the example."""

    sizes: tuple[int | None, ...]
    example: tuple[int | None, ...]
    dtype: torch.dtype


class ExportedArchive:
    """An open archive. Everything raises KeyError, TypeError, ValueError and the like if it is broken, and
    UnknownPartError for a part that would have to be unpickled or compiled.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = {name.partition("/")[2]: name for name in archive.namelist()}
        self._names |= {name: name for name in archive.namelist()}
        if any(name.startswith("data/aotinductor/") for name in self._names):
            raise UnknownPartError(QT_TRANSLATE_NOOP("errors", "compiled code"))

    @cached_property
    def program(self) -> Mapping[str, Any]:
        """The graph module: "graph" and "signature"."""
        name = _OLD if _OLD in self._names else "models/model.json"
        content: Mapping[str, Any] = self._json(name)["graph_module"]
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
        return {name: stored[key] for name, key in self._bound()}

    @property
    def parameters(self) -> int:
        """The number of values in the tensors that were parameters."""
        named = {spec["parameter"]["arg"]["name"] for spec in self._specs if "parameter" in spec}
        known = self.program["graph"]["tensor_values"]
        return sum(math.prod(size["as_int"] for size in known[name]["sizes"]) for name in named)

    @property
    def _specs(self) -> list[Mapping[str, Any]]:
        specs: list[Mapping[str, Any]] = self.program["signature"]["input_specs"]
        return specs

    def _bound(self) -> list[tuple[str, str]]:
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
        if config in self._names:
            entries = self._json(config)["config"]
            return {key: self._raw(f"data/{kind}/", entry) for key, entry in entries.items()}
        old = "serialized_state_dict.pt" if kind == "weights" else "serialized_constants.pt"
        content = self._read(old if old in self._names else f"data/{kind}/model.pt")
        return dict(torch.load(io.BytesIO(content), weights_only=True)) if content else {}

    def _raw(self, folder: str, entry: Mapping[str, Any]) -> Tensor:
        meta = entry["tensor_meta"]
        if entry["use_pickle"] or meta is None:
            raise UnknownPartError(QT_TRANSLATE_NOOP("errors", "pickled tensors"))
        sizes, strides = (tuple(size["as_int"] for size in meta[key]) for key in ("sizes", "strides"))
        dtype, content = DTYPES[meta["dtype"]], bytearray(self._read(folder + entry["path_name"]))
        if not math.prod(sizes):
            return torch.empty(sizes, dtype=dtype)
        tensor = torch.frombuffer(content, dtype=dtype).as_strided(sizes, strides, meta["storage_offset"]["as_int"])
        if tensor.nbytes > len(content):
            raise ValueError(entry["path_name"])
        return tensor

    def _json(self, name: str) -> Mapping[str, Any]:
        if self._archive.getinfo(self._names[name]).file_size > MAX_JSON:
            raise ValueError(name)
        content: Mapping[str, Any] = json.loads(self._read(name))
        return content

    def _read(self, name: str) -> bytes:
        entry = self._archive.getinfo(self._names[name])
        if entry.file_size > Path(str(self._archive.filename)).stat().st_size:
            raise ValueError(name)
        return self._archive.read(entry)


def _input(meta: Mapping[str, Any]) -> Input:
    sizes = tuple(size.get("as_int") for size in meta["sizes"])
    hints = ((size.get("as_expr") or {}).get("hint") or {} for size in meta["sizes"])
    example = tuple(size if size is not None else hint.get("as_int") for size, hint in zip(sizes, hints, strict=True))
    return Input(sizes, example, DTYPES[meta["dtype"]])
