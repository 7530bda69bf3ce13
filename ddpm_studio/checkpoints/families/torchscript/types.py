"""Types of the values in a loaded TorchScript program, compared with those that its code declares.

torch's interpreter takes the declarations for granted, and its reader builds tensors of any size over any storage
(torch 2.13): a number where a tensor is declared, or a tensor larger than its memory, ends the whole process.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

_PLAIN: dict[str, Callable[[object], bool]] = {
    "Tensor": lambda value: isinstance(value, Tensor) and _is_within_its_memory(value),
    "NoneType": lambda value: value is None,
    "bool": lambda value: isinstance(value, bool),
    "int": lambda value: type(value) is int,
    "float": lambda value: isinstance(value, float),
    "str": lambda value: isinstance(value, str),
    "Device": lambda value: isinstance(value, torch.device),
}


def loaded(path: Path, code: Mapping[str, str]) -> nn.Module:
    """The program at `path`, whose code is given by its member; ValueError if a value is not of its declared type."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        script: Any = torch.jit.load(str(path), map_location="cpu")
    for misfit in Declarations(code).misfits(script._c):
        raise ValueError(misfit)
    module: nn.Module = script
    return module


class Declarations:
    """The attributes of every class, by its qualified name: {"weight": "Tensor", …} as syntax."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        """`sources` holds the code by its member in the archive, "code/__torch__/package/module.py"."""
        self._classes = {
            f"{member.removeprefix('code/').removesuffix('.py').replace('/', '.')}.{node.name}": node
            for member, code in sources.items()
            for node in ast.walk(ast.parse(code))
            if isinstance(node, ast.ClassDef)
        }

    def misfits(self, module: torch._C.ScriptModule) -> Iterator[str]:
        """The attributes of a module and of those in it whose value is not as declared, "name: type"."""
        kept: Any = module
        name = kept.qualified_name
        if name not in self._classes:
            yield name
            return
        for line in self._classes[name].body:
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is None:
                value = kept.getattr(line.target.id)
                if isinstance(value, torch._C.ScriptModule):
                    yield from self.misfits(value)
                if not _fits(value, line.annotation):
                    yield f"{line.target.id}: {ast.unparse(line.annotation)}"


def _fits(value: object, declared: ast.expr) -> bool:
    if isinstance(value, torch._C.ScriptModule):
        return ast.unparse(declared) == str(value.qualified_name)  # type: ignore[attr-defined]
    if isinstance(declared, ast.Name):
        return declared.id in _PLAIN and _PLAIN[declared.id](value)
    if not isinstance(declared, ast.Subscript) or not isinstance(declared.value, ast.Name):
        return False
    inner = declared.slice.elts if isinstance(declared.slice, ast.Tuple) else [declared.slice]
    return _fits_container(value, declared.value.id, inner)


def _fits_container(value: object, kind: str, inner: list[ast.expr]) -> bool:
    if kind == "Optional":
        return value is None or _fits(value, inner[0])
    if kind == "List":
        return isinstance(value, list) and all(_fits(entry, inner[0]) for entry in value)
    if kind == "Dict":
        pairs = value.items() if isinstance(value, dict) else ()
        return isinstance(value, dict) and all(_fits(key, inner[0]) and _fits(entry, inner[1]) for key, entry in pairs)
    if kind == "Tuple":
        return isinstance(value, tuple) and len(value) == len(inner) and all(map(_fits, value, inner))
    return False


def _is_within_its_memory(tensor: Tensor) -> bool:
    """True if every element lies in the storage of a dense tensor on the CPU."""
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.device.type != "cpu":
        return False
    strides, offset = tensor.stride(), tensor.storage_offset()
    if min((offset, *strides, *tensor.shape)) < 0:
        return False
    last = offset + sum((size - 1) * stride for size, stride in zip(tensor.shape, strides, strict=True))
    return tensor.numel() == 0 or (last + 1) * tensor.element_size() <= tensor.untyped_storage().nbytes()
