"""Functions of this program as plain NumPy code, for somebody who hasn't got the program."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

Function = Callable[..., Any]

WIDTH = 116
"""Where lines that are not code are wrapped."""

TABLE = "c"
"""What the functions of a group call the mapping of arrays computed so far."""


def definitions(functions: Iterable[Function], within: Iterable[Function] = ()) -> str:
    """The source of `functions` and of all that they, and the bodies of `within`, call; constants come first."""
    constants: dict[str, str] = {}
    sources: dict[str, str] = {}
    for function in functions:
        _collect(function, constants, sources)
    for function in within:
        _collect_needs(function, _tree(function), constants, sources)
    return "\n\n".join(filter(None, ["\n".join(constants.values()), *sources.values()]))


def statements(group: Function) -> str:
    """The body of a function that returns a dict of arrays, as one assignment to a variable for each entry."""
    tree = _tree(group)
    lines = [f"# {line}" for line in textwrap.wrap(ast.get_docstring(tree) or "", WIDTH)]
    for node in tree.body[1:]:
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
            entries = zip(node.value.keys, node.value.values, strict=True)
            lines += [_assignment(str(ast.literal_eval(key)), value) for key, value in entries if key]
        elif isinstance(node, ast.Assign):
            lines.append(_assignment(ast.unparse(node.targets[0]), node.value))
    return "\n".join(filter(None, lines))


def _assignment(name: str, value: ast.expr) -> str:
    text = ast.unparse(value)
    return "" if text == name else f"{name} = {text}"


def _collect(function: Function, constants: dict[str, str], sources: dict[str, str]) -> None:
    tree = _tree(function)
    _collect_needs(function, tree, constants, sources)
    sources.setdefault(function.__name__, ast.unparse(tree))


def _collect_needs(
    function: Function, tree: ast.FunctionDef, constants: dict[str, str], sources: dict[str, str]
) -> None:
    for name in (node.id for node in ast.walk(tree) if isinstance(node, ast.Name)):
        value = vars(sys.modules[function.__module__]).get(name)
        if isinstance(value, int | float):
            constants[name] = f"{name} = {value!r}"
        elif isinstance(value, FunctionType) and name not in sources:
            _collect(value, constants, sources)


def _tree(function: Function) -> ast.FunctionDef:
    tree = _Plain().visit(ast.parse(inspect.getsource(function)).body[0])
    assert isinstance(tree, ast.FunctionDef)
    return ast.fix_missing_locations(tree)


class _Plain(ast.NodeTransformer):
    """Takes away decorators, types and checks, and makes c["name"] the variable `name`."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list = []
        node.returns = None
        return self.generic_visit(node)

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        node.args = [ast.arg(argument.arg) for argument in node.args if argument.arg != TABLE]
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return self.generic_visit(ast.Assign([node.target], node.value)) if node.value else None

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        is_check = isinstance(node.value, ast.Call) and ast.unparse(node.value.func).startswith("_check")
        return None if is_check else self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == TABLE and isinstance(node.slice, ast.Constant):
            return ast.Name(str(node.slice.value), ast.Load())
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.args = [a for a in node.args if not (isinstance(a, ast.Name) and a.id == TABLE)]
        return self.generic_visit(node)
