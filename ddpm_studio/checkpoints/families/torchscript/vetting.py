"""Vetting of a TorchScript archive, which may only compute: its code is read as text before torch's interpreter sees
it.

TorchScript cannot reach Python, but its operators can write and map files (aten::save, aten::from_file) and call other
machines (prim::rpc_*), and a __setstate__ in it runs while it is loaded. None of that has a place in a network.
"""

from __future__ import annotations

import ast
import io
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ddpm_studio.checkpoints.families.torchscript.claims import check_claims
from ddpm_studio.checkpoints.reading.archives import check_archive
from ddpm_studio.checkpoints.reading.pickle_scan import scan
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.budget import MIB

MAX_CODE = 16 * MIB
_FORBIDDEN = {
    *("save", "from_file", "__setstate__", "__getstate__", "classes", "print", "_print"),
    *("rpc_async", "rpc_sync", "rpc_remote", "load_tensor", "_record_function_enter_new"),
}
_PICKLES = ("data.pkl", "constants.pkl")
_CODE = re.compile(r"code/.+\.py")
_NEEDED = re.compile(r"code/.+\.py|(data|constants)(\.pkl|/\d+)|version|byteorder")
_NAMESPACES = {"ops.aten", "ops.prim"}


class SuspiciousError(Exception):
    """A part of a TorchScript archive that does more than compute, by its name."""


def vetted_copy(path: Path, target: Path) -> dict[str, str]:
    """Copy to `target` what torch needs of an archive that only computes, and return its code by member.

    What is left out, such as the source line of each instruction, would be read by torch too, and without care.
    SuspiciousError if the program does more; BROKEN or SyntaxError if the archive is not whole.
    """
    check_archive(path, unpacked=MAX_CODE)
    with zipfile.ZipFile(path) as archive:
        members = {name.partition("/")[2]: name for name in archive.namelist()}
        if "model.json" in members or len(members) != len(archive.namelist()):
            raise SuspiciousError(QT_TRANSLATE_NOOP("errors", "a layout from before torch 1.0"))
        for name in _PICKLES:
            folder = name.removesuffix("pkl").replace(".", "/")
            sizes = {key.removeprefix(folder): archive.getinfo(member).file_size for key, member in members.items()}
            _check_pickle(archive.read(members[name]), sizes)
        code = {name: archive.read(members[name]).decode() for name in members if _CODE.fullmatch(name)}
        for text in code.values():
            _check_code(text)
        with zipfile.ZipFile(target, "w") as copy:
            for name in filter(_NEEDED.fullmatch, members):
                with archive.open(members[name]) as old, copy.open(f"program/{name}", "w", force_zip64=True) as new:
                    shutil.copyfileobj(old, new, MIB)
    return code


def _check_pickle(content: bytes, sizes: Mapping[str, int]) -> None:
    for name in scan(io.BytesIO(content)).names:
        if name.startswith("__torch__.torch.classes") or not name.startswith(("__torch__.", "torch.", "collections.")):
            raise SuspiciousError(name)
    check_claims(content, sizes)


def _check_code(code: str) -> None:
    for node in ast.walk(ast.parse(code)):
        for name in _names(node):
            if name in _FORBIDDEN or (name.startswith("ops.") and name not in _NAMESPACES):
                raise SuspiciousError(name)


def _names(node: ast.AST) -> Iterator[str]:
    """The names in an expression or definition, "ops.…" for a namespace, also where getattr spells it out."""
    if isinstance(node, ast.Attribute):
        yield f"ops.{node.attr}" if isinstance(node.value, ast.Name) and node.value.id == "ops" else node.attr
    elif isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.FunctionDef):
        yield node.name
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("getattr", "hasattr"):
        yield from (value.value for value in node.args if isinstance(value, ast.Constant) and type(value.value) is str)
