"""Functions of this program as plain NumPy code, for those who do not have the program."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import cache
from types import FunctionType, MappingProxyType
from typing import Any

Function = Callable[..., Any]

WIDTH = 116
"""The width at which lines that are not code are wrapped."""

OWNER = "self"
"""A method's name for the object whose attributes become variables."""


def definitions(
    functions: Iterable[Function],
    methods: Iterable[Function] = (),
    named: Mapping[str, Function] = MappingProxyType({}),
) -> str:
    """The source of `functions`, of all that they and `methods` call, and of methods longer than an expression.

    Constants come first, and the functions in `named` last, each by its name there. A method becomes a function, its
    name led by an underscore, of the attributes that it reads.
    """
    constants: dict[str, str] = {}
    sources: dict[str, str] = {}
    for function in functions:
        _collect(function, constants, sources)
    for method in methods:
        _collect_needs(method, constants, sources)
        if _returned(_tree(method)) is None:
            sources[f"_{method.__name__}"] = _source(method)
    for name, function in named.items():
        _collect_needs(function, constants, sources)
        sources[name] = _source(function, name)
    return "\n\n".join(filter(None, ["\n".join(constants.values()), *sources.values()]))


@cache
def assignment(method: Function) -> str:
    """What a method returns, assigned to a variable of its name: its single expression, or a call of its function."""
    tree = _tree(method)
    returned = _returned(tree)
    if returned is None:
        return f"{method.__name__} = {tree.name}({ast.unparse(tree.args)})"
    lines = [f"# {line}" for line in textwrap.wrap(ast.get_docstring(tree) or "", WIDTH)]
    return "\n".join([*lines, f"{method.__name__} = {ast.unparse(returned)}"])


def _returned(tree: ast.FunctionDef) -> ast.expr | None:
    """The expression that is all that a function consists of, besides its docstring."""
    code = [node for node in tree.body if not isinstance(node, ast.Expr)]
    return code[0].value if len(code) == 1 and isinstance(code[0], ast.Return) else None


def _collect(function: Function, constants: dict[str, str], sources: dict[str, str]) -> None:
    _collect_needs(function, constants, sources)
    sources.setdefault(function.__name__, _source(function))


def _collect_needs(function: Function, constants: dict[str, str], sources: dict[str, str]) -> None:
    for name in _names_in(function):
        value = vars(sys.modules[function.__module__]).get(name)
        if isinstance(value, int | float | tuple):
            constants[name] = f"{name} = {value!r}"
        elif isinstance(value, FunctionType) and name not in sources:
            _collect(value, constants, sources)


@cache
def _source(function: Function, name: str = "") -> str:
    """The plain source of a function, under another name if there is one."""
    tree = copy(_tree(function))
    tree.name = name or tree.name
    return ast.unparse(tree)


@cache
def _names_in(function: Function) -> tuple[str, ...]:
    return tuple(dict.fromkeys(node.id for node in ast.walk(_tree(function)) if isinstance(node, ast.Name)))


@cache
def _tree(function: Function) -> ast.FunctionDef:
    """The plain form of a function, which nobody may change: reading it takes a millisecond, and code asks for many."""
    tree = _Plain().visit(ast.parse(textwrap.dedent(inspect.getsource(function))).body[0])
    assert isinstance(tree, ast.FunctionDef)
    return ast.fix_missing_locations(tree)


def _without_examples(docstring: str) -> str:
    prose = docstring.partition(">>> ")[0].rstrip()
    return f"{prose}\n    " if "\n" in prose else prose


class _Plain(ast.NodeTransformer):
    """A transformer that removes decorators, types, checks and examples, and makes a method a function of the
    attributes that it reads.
    """

    def __init__(self) -> None:
        self._read: dict[str, None] = {}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list = []
        node.returns = None
        self.generic_visit(node)
        if text := ast.get_docstring(node, clean=False):
            node.body[0] = ast.Expr(ast.Constant(_without_examples(text)))
        if [argument.arg for argument in node.args.args] == [OWNER]:
            node.name = f"_{node.name}"
            node.args.args = [ast.arg(name) for name in self._read]
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        node.args = [ast.arg(argument.arg) for argument in node.args]
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return self.generic_visit(ast.Assign([node.target], node.value)) if node.value else None

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        is_check = isinstance(node.value, ast.Call) and ast.unparse(node.value.func).startswith("_check")
        return None if is_check else self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == OWNER:
            self._read[node.attr] = None
            return ast.Name(node.attr, ast.Load())
        return self.generic_visit(node)
