"""What the pages of docs/ and SECURITY.md name is there: modules, classes, functions, options, tests, and what links
lead to.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

import ddpm_studio
from ddpm_studio import checkpoints, diffusion, sampling

PACKAGE = Path(ddpm_studio.__file__).parent
ROOT = PACKAGE.parent
PAGES = sorted((ROOT / "docs").glob("*.md"))
SECURITY = ROOT / "SECURITY.md"
LINKING = [*PAGES, SECURITY, ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
ARCHITECTURE, GLOSSARY = ROOT / "docs" / "architecture.md", ROOT / "docs" / "glossary.md"

_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"^    .*$", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_PASSED = re.compile(r"^ *│  (?P<module>[\w/]+\.py) {2,}(?P<names>\w[\w., ]*?)(?: {2,}.*)?$", re.MULTILINE)


def prose(page: Path) -> str:
    """A page without its code and diagrams."""
    return _INDENTED.sub("", _FENCED.sub("", page.read_text(encoding="utf-8")))


def named(page: Path) -> set[str]:
    """What a page has between backticks."""
    return set(re.findall(r"`([^`\n]+)`", prose(page)))


@cache
def source() -> str:
    """The whole program, and its tests' names."""
    tests = (ROOT / "tests").rglob("test_*.py")
    names = "\n".join(re.findall(r"^def (\w+)", "".join(path.read_text("utf-8") for path in tests), re.MULTILINE))
    return "\n".join([*(path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))), names])


@cache
def words() -> frozenset[str]:
    """Every word in the program's source."""
    return frozenset(re.findall(r"\w+", source()))


@cache
def homes() -> dict[str, list[Path]]:
    """The modules that define a name at their top, by it."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for name in defined(path):
            found.setdefault(name, []).append(path)
    return found


def defined(path: Path) -> Iterator[str]:
    """The names of classes, functions and values at the top of a module."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name


@cache
def module_at(path: Path) -> ModuleType:
    """The module in a file, imported."""
    return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


def has(owner: object, names: list[str]) -> bool:
    """Whether an object has an attribute with an attribute and so on, if only once it is made."""
    if not names:
        return True
    first, *rest = names
    if hasattr(owner, first):
        return has(getattr(owner, first), rest)
    return isinstance(owner, type) and not rest and any(_makes(kind, first) for kind in owner.__mro__[:-1])


def _makes(kind: type, name: str) -> bool:
    if name in getattr(kind, "__annotations__", {}):
        return True
    ours = kind.__module__.startswith("ddpm_studio")
    return ours and re.search(rf"self\.{name}\b", inspect.getsource(kind)) is not None


def is_there(name: str) -> bool:
    """Whether a name between backticks is that of something in the program; True for what is not a name."""
    if name in ("--help", ".venv/bin/ddpm-studio"):
        return True
    if name.startswith("--"):
        option = name.split()[0].replace("--no-", "--")
        return f'"{option}"' in source()
    if name.startswith("application/"):
        return f'"{name}"' in source()
    if "/" in name and re.fullmatch(r"[\w./-]+", name):
        return any((folder / name).exists() for folder in (ROOT, PACKAGE))
    if name.endswith((".py", ".md")) and re.fullmatch(r"[\w.-]+", name):
        return any(ROOT.glob(f"*/**/{name}"))
    if not _NAME.fullmatch(name):
        return True
    first, *rest = name.removesuffix(".").split(".")
    if first == "ddpm_studio":
        return has(importlib.import_module(f"{'.'.join([first, *rest[:-1]])}"), rest[-1:])
    if not rest:
        return first in words() or re.sub(r"_\d+$", "", first) in words()
    written = re.search(rf"\b{re.escape(name)}\b", source()) is not None
    return written or any(has(getattr(module_at(path), first), rest) for path in homes().get(first, ()))


def written_by(page: Path) -> str:
    """What a page tells people to write, and where."""
    text = page.read_text(encoding="utf-8")
    return "".join([*_FENCED.findall(text), *re.findall(r"New file `([^`]+)`", text)])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    code = written_by(page)
    assert not {name for name in named(page) if not is_there(name) and name not in code}


def test_names_that_are_not_there_are_noticed() -> None:
    wrong = ["Schedul", "Schedule.pars", "Studio.stat", "ddpm_studio.diffusion.tables", "files/exports.py", "blocs.py"]
    right = [
        "Schedule",
        "Schedule.parse",
        "Studio.state",
        "ddpm_studio.diffusion.table",
        "files/export.py",
        "blocks.py",
    ]
    assert [is_there(name) for name in [*wrong, "--schedul"]] == [False] * 7
    assert [is_there(name) for name in [*right, "--schedule"]] == [True] * 7


def test_what_the_routes_pass_is_there() -> None:
    passed = list(_PASSED.finditer(ARCHITECTURE.read_text(encoding="utf-8")))
    lines = re.findall(r"^   │  .*\.py", ARCHITECTURE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(passed) == len(lines) > 40
    for stop in passed:
        for name in stop["names"].split(", "):
            assert has(module_at(PACKAGE / stop["module"]), name.split(".")), stop[0]


def test_the_map_shows_every_folder() -> None:
    shown = re.findall(r"^([a-z_/]+)/ {2,}\S", ARCHITECTURE.read_text(encoding="utf-8"), re.MULTILINE)
    folders = {path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("__init__.py")} - {"."}
    families = {folder for folder in folders if re.match("checkpoints/families/(?!shared)", folder)}
    assert len(families) > 5
    assert sorted(shown) == sorted(folders - families)


def test_the_laws_are_those_of_the_house() -> None:
    house = (ROOT / "tests" / "test_house.py").read_text(encoding="utf-8")
    assert set(re.findall(r"`(test_\w+)`", prose(ARCHITECTURE))) == set(
        re.findall(r"^def (test_\w+)", house, re.MULTILINE)
    )


def kept_by(row: str) -> tuple[Path, str]:
    """The file of the test that a row of a table ends with, and its name; "" if there is no such test."""
    named = re.search(r" \| `(tests/[\w/]+\.py)::(test_\w+)` \|$", row)
    path = ROOT / (named[1] if named else "")
    there = path.is_file() and named and named[2] in defined(path)
    return path, named[2] if named and there else ""


def test_each_promise_is_kept_by_a_test() -> None:
    _, *tables = SECURITY.read_text(encoding="utf-8").split("\n| promise | kept by |\n|---|---|\n")
    rows = [row for table in tables for row in table.partition("\n\n")[0].splitlines()]
    assert len(rows) > 30
    assert [row for row in rows if not kept_by(row)[1]] == []


def entries() -> list[tuple[str, str]]:
    """The words of the glossary, each with its entry."""
    text = prose(GLOSSARY).partition("## Names of files")[0]
    return re.findall(r"^\*\*(.+?)\*\*(.*?)(?=^\*\*|^## |\Z)", text, re.DOTALL | re.MULTILINE)


def test_the_glossary_has_what_is_exported() -> None:
    said = " ".join(text for _, text in entries())
    exported = {name for package in (diffusion, sampling, checkpoints) for name in package.__all__ if name[0].isupper()}
    errors = {name for name in exported if name.endswith("Error")}
    assert len(exported) > 15
    assert not {name for name in exported - errors - {"DEFAULT"} if f"`{name}`" not in said}


def test_retired_words_do_not_come_back() -> None:
    retired = {word for _, text in entries() for word in re.findall(r"[Nn]ever\s+(?:a\s+class\s+)?\*(\w+)\*", text)}
    assert len(retired) > 10
    assert sorted(retired & homes().keys()) == []


@pytest.mark.parametrize("page", LINKING, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", prose(page)):
        if "://" not in target:
            path, _, anchor = target.partition("#")
            there = page.parent / path if path else page
            assert there.exists(), target
            assert not anchor or anchor in anchors(there), target


def anchors(page: Path) -> set[str]:
    """What headings of a page are called in links."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
