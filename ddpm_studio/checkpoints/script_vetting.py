"""Whether a TorchScript archive does nothing but compute: its code is read as text before torch's interpreter sees it.

TorchScript cannot reach Python, but its operators can write and map files (aten::save, aten::from_file) and call other
machines (prim::rpc_*), and a __setstate__ in it runs while it is loaded. None of that has a place in a network.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from pathlib import Path

import torch

from ddpm_studio.checkpoints.pickle_scan import scan
from ddpm_studio.files.reading import MIB

MAX_CODE = 16 * MIB
_FORBIDDEN = {
    *("save", "from_file", "__setstate__", "__getstate__", "classes", "print", "_print"),
    *("rpc_async", "rpc_sync", "rpc_remote", "load_tensor", "_record_function_enter_new"),
}
_NAMESPACES = {"ops.aten", "ops.prim"}


class SuspiciousError(Exception):
    """What a TorchScript archive has that is more than computing, by its name."""


def vet(path: Path) -> None:
    """SuspiciousError for an archive that does more than compute; RuntimeError, ValueError or SyntaxError for a broken
    one. It is read as torch.jit.load does, so that both see the same members.
    """
    reader = torch._C.PyTorchFileReader(str(path))
    names = reader.get_all_records()
    if "model.json" in names or len(names) != len(set(names)):
        raise SuspiciousError("a layout of before torch 1.0")
    sources = [name for name in names if name.startswith("code/") and name.endswith(".py")]
    pickles = [name for name in names if name in ("data.pkl", "constants.pkl")]
    if sum(reader.get_record_size(name) for name in (*sources, *pickles)) > MAX_CODE:
        raise ValueError("code")
    for name in pickles:
        _check_pickle(reader.get_record(name))
    for name in sources:
        _check_code(reader.get_record(name).decode())


def _check_pickle(content: bytes) -> None:
    for name in scan(io.BytesIO(content)).names:
        if name.startswith("__torch__.torch.classes") or not name.startswith(("__torch__.", "torch.", "collections.")):
            raise SuspiciousError(name)


def _check_code(code: str) -> None:
    for node in ast.walk(ast.parse(code)):
        for name in _names(node):
            if name in _FORBIDDEN or (name.startswith("ops.") and name not in _NAMESPACES):
                raise SuspiciousError(name)


def _names(node: ast.AST) -> Iterator[str]:
    """What an expression or definition is called, "ops.…" for a namespace, also where getattr spells it out."""
    if isinstance(node, ast.Attribute):
        yield f"ops.{node.attr}" if isinstance(node.value, ast.Name) and node.value.id == "ops" else node.attr
    elif isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.FunctionDef):
        yield node.name
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("getattr", "hasattr"):
        yield from (value.value for value in node.args if isinstance(value, ast.Constant) and type(value.value) is str)
