"""The rules of the house: who may import whom, what a light start leaves out, and one thing a name.

docs/architecture.md says them in words, each with the name of its test.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import ddpm_studio
from tests.patience import PATIENCE_S

PACKAGE = Path(ddpm_studio.__file__).parent
GLOSSARY = PACKAGE.parent / "docs" / "glossary.md"
IMPORT_ALL = """
import importlib, pkgutil, sys
for name in {packages!r}:
    module = importlib.import_module(name)
    for found in pkgutil.walk_packages(getattr(module, "__path__", []), name + "."):
        if found.name not in {worker_only!r}:
            importlib.import_module(found.name)
print(*sorted({forbidden!r} & sys.modules.keys()))
"""
UNGUARDED = """
import importlib, pkgutil, types
import ddpm_studio.gui.app
from ddpm_studio.gui.faults import guard
from shiboken6 import Shiboken

guard.guard_overrides()
for found in pkgutil.walk_packages(ddpm_studio.gui.__path__, "ddpm_studio.gui."):
    if found.name not in {worker_only!r}:
        importlib.import_module(found.name)

def below(kind):
    for each in kind.__subclasses__():
        yield each
        yield from below(each)

for kind in below(Shiboken.Object):
    of_qt = {{name for base in kind.__mro__ if base.__module__.startswith("PySide6.") for name in vars(base)}}
    for own in kind.__mro__:
        if own.__module__.startswith("ddpm_studio."):
            for name, method in vars(own).items():
                dunder = name.startswith("__")
                if name in of_qt and not dunder and isinstance(method, types.FunctionType):
                    print("." if guard.is_guarded(method) else own.__qualname__ + "." + name)
"""
HIDDEN_FROM_QT = {"ThinBar.setValue"}
"""Methods that have the name of one of Qt's that is not virtual, and so are called by the program alone."""

WORKER_ONLY = {"ddpm_studio.gui.worker.torch_backend", "ddpm_studio.gui.worker.run_recording"}
"""What the sampling thread alone imports, once it runs."""

QT = ("PySide6", "shiboken6", "pyqtgraph")
DOORS = ("commands", "gui", "cli")
LAYERS = {
    "diffusion": ("figures", "sampling", "files", "report", "checkpoints", "lab", *DOORS),
    "figures": ("sampling", "files", "report", "checkpoints", "lab", *DOORS),
    "sampling": ("files", "report", "checkpoints", "lab", *DOORS),
    "files": ("report", "checkpoints", "lab", *DOORS),
    "report": ("sampling", "checkpoints", "lab", *DOORS),
    "checkpoints": ("lab", *DOORS),
    "lab": DOORS,
    "lab.measures": ("sampling", "files", "report", "checkpoints"),
    "checkpoints.reading": ("sampling", "checkpoints.families"),
    "commands": ("gui", "cli"),
    "gui": ("commands", "cli"),
    "gui.widgets": ("diffusion", "sampling", "checkpoints", "run_settings"),
}
"""A folder and what lies to its right, of which it knows nothing."""

GROUND = {
    "gui.widgets": ("gui.theme",),
    "gui.state": ("gui.styles", "gui.translation"),
    "gui.worker": ("gui.state", "gui.translation"),
}
"""A folder of the window and all that it knows of the rest of the window."""

NO_PANELS = {
    "state",
    "widgets",
    "worker",
    "projects",
    "faults",
    "zones",
    "steps",
    "completing",
    "palette",
    "help_windows",
    "recipes",
    "explaining",
}
PANELS = sorted({path.parent.name for path in (PACKAGE / "gui").glob("*/__init__.py")} - NO_PANELS)
"""The folders of the window that are panels: all but its lower floors, and what acts on the whole window."""

FAMILIES = PACKAGE / "checkpoints" / "families"
FAMILY_NAMES = sorted(path.parent.name for path in FAMILIES.glob("*/family.py"))
FOR_FAMILIES = (
    "answers",
    "checkpoint",
    "hub",
    "unet2d_conventions",
    "misfit",
    "offline",
    "refusal",
    "source",
    "strangers",
    "told_time",
    "trust",
    "unsupported",
    "weighted_files",
    "wording",
    "reading",
    "families.shared",
)
"""What of `checkpoints` a family may use besides itself."""

MOST_MODULES = 26
"""In a folder; among more, nobody finds one at a glance."""

OPENING = {"open", "eval", "exec", "read_text", "read_bytes", "write_text", "write_bytes"}
OPENING |= {
    "load",
    "loadtxt",
    "genfromtxt",
    "fromfile",
    "memmap",
    "save",
    "savez",
    "savez_compressed",
    "savetxt",
    "tofile",
}
"""Functions and methods that open a file, or execute what was in one."""


def module_of(source: Path) -> str:
    """The dotted name of a module."""
    parts = source.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
FOLDERS = [name for name, path in SOURCES.items() if path.stem == "__init__"]


NOT_NOUNS = {"None", "What", "Whether", "Where", "Which", "Who", "Whose", "How", "When", "While", "Why", "From", "To"}
"""Words that say nothing of what a module holds; None is that of a module without a docstring."""


@cache
def imports(source: Path) -> tuple[str, ...]:
    """The full name of every module that a file imports, inside its functions too."""
    return tuple(_imports(source))


def _imports(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def imported(module: str) -> Set[str]:
    """The modules of the program that one of them imports, inside its functions and for its types too."""
    found = set()
    for name in imports(SOURCES[module]):
        while name and name not in SOURCES:
            name = name.rpartition(".")[0]
        found.add(name)
    return found - {"", module}


def inside(module: str, folder: str) -> bool:
    """Whether a module is, or lies in, this folder of the program, or one of these; "gui.state" for instance."""
    return f"{module}.".startswith(f"ddpm_studio.{folder}.")


def arrows(folder: str) -> set[tuple[str, str]]:
    """Which module in a folder imports which module outside of it."""
    within = [module for module in SOURCES if inside(module, folder)]
    assert within, folder
    return {(module, other) for module in within for other in imported(module) if not inside(other, folder)}


def circle(graph: Mapping[str, Set[str]]) -> list[str]:
    """A way through a graph that comes back to where it started, if there is one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def parts(folder: str) -> dict[str, set[str]]:
    """What lies in a folder, modules and folders, and which of it each of it imports."""
    graph: dict[str, set[str]] = {}
    for module in SOURCES:
        if module.startswith(f"{folder}."):
            part = module.removeprefix(f"{folder}.").partition(".")[0]
            others = {name.removeprefix(f"{folder}.") for name in imported(module) if name.startswith(f"{folder}.")}
            graph.setdefault(part, set()).update({name.partition(".")[0] for name in others} - {part})
    return graph


def bound(package: Path) -> Iterator[str]:
    """The names that the `__init__.py` of a package gives to anything but its own modules."""
    own = ".".join(package.parent.relative_to(PACKAGE.parent).parts)
    for node in ast.parse(package.read_text(encoding="utf-8")).body:
        match node:
            case ast.ImportFrom(module=module, names=names) if module != own:
                yield from (alias.asname or alias.name for alias in names)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def functions(source: Path) -> set[str]:
    """The functions that a module defines at its top."""
    return {
        node.name for node in ast.parse(source.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)
    }


def printed(script: str) -> str:
    """What a fresh Python prints that runs this."""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def loaded(packages: list[str], forbidden: set[str]) -> str:
    """Which of the forbidden modules a fresh Python holds after importing all of these packages."""
    return printed(IMPORT_ALL.format(packages=packages, forbidden=forbidden, worker_only=WORKER_ONLY))


def test_mathematics_needs_neither_torch_nor_qt() -> None:
    assert loaded(["ddpm_studio.diffusion"], {"torch", "diffusers", "PySide6", "ddpm_studio.files"}) == ""


def test_figures_need_neither_torch_nor_qt() -> None:
    assert loaded(["ddpm_studio.figures"], {"torch", "PySide6", "ddpm_studio.files"}) == ""


def test_reports_need_neither_torch_nor_qt() -> None:
    assert loaded(["ddpm_studio.report"], {"torch", "PySide6", "ddpm_studio.checkpoints"}) == ""


def test_window_command_line_and_lab_start_without_torch() -> None:
    assert loaded(["ddpm_studio.gui", "ddpm_studio.cli", "ddpm_studio.lab"], {"torch", "diffusers"}) == ""


def test_only_the_window_knows_qt() -> None:
    outside = [path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] != "gui"]
    assert len(outside) > 10
    assert not {(path.name, name) for path in outside for name in imports(path) if name.startswith(QT)}


@pytest.mark.parametrize(("folder", "right"), LAYERS.items())
def test_nothing_on_the_right_is_imported_on_the_left(folder: str, right: tuple[str, ...]) -> None:
    assert not {arrow for arrow in arrows(folder) if any(inside(arrow[1], other) for other in right)}


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle({module: imported(module) for module in SOURCES}) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_lies_side_by_side_is_not_imported_in_a_circle(folder: str) -> None:
    assert circle(parts(folder)) == []


def test_no_module_imports_from_a_folder_that_it_lies_in() -> None:
    assert not {(module, other) for module in SOURCES for other in imported(module) if module.startswith(f"{other}.")}


@pytest.mark.parametrize(("folder", "ground"), GROUND.items())
def test_the_lower_floors_of_the_window_know_nothing_of_the_upper(folder: str, ground: tuple[str, ...]) -> None:
    known = {arrow for arrow in arrows(folder) if inside(arrow[1], "gui")}
    assert not {arrow for arrow in known if not any(inside(arrow[1], other) for other in ground)}


@pytest.mark.parametrize("panel", PANELS)
def test_panels_do_not_know_each_other(panel: str) -> None:
    assert len(PANELS) > 4
    others = [other for other in PANELS if other != panel]
    assert not {arrow for arrow in arrows(f"gui.{panel}") if any(inside(arrow[1], f"gui.{other}") for other in others)}


@pytest.mark.parametrize("family", [*FAMILY_NAMES, "shared"])
def test_a_family_knows_no_other_family(family: str) -> None:
    known = {arrow for arrow in arrows(f"checkpoints.families.{family}") if inside(arrow[1], "checkpoints")}
    assert known
    assert not {arrow for arrow in known if not any(inside(arrow[1], f"checkpoints.{other}") for other in FOR_FAMILIES)}


def test_what_recognises_a_checkpoint_needs_no_torch() -> None:
    recognisers = [f"ddpm_studio.checkpoints.families.{family}.family" for family in FAMILY_NAMES]
    assert len(recognisers) > 5
    assert loaded(recognisers, {"torch", "safetensors", "diffusers"}) == ""


def test_no_exception_gets_from_an_overridden_method_into_qt() -> None:
    """Whatever has the name of a method of Qt's counts as an override, in every class that comes with the window."""
    guarded, *others = sorted(set(printed(UNGUARDED.format(worker_only=WORKER_ONLY)).split()))
    assert (guarded, set(others)) == (".", HIDDEN_FROM_QT)


def test_no_folder_holds_more_than_can_be_found_at_a_glance() -> None:
    modules = Counter(path.parent for path in SOURCES.values() if path.stem != "__init__")
    assert not {str(folder): count for folder, count in modules.items() if count > MOST_MODULES}


def test_no_two_modules_have_the_same_name() -> None:
    """But for those that the glossary lists, and the subcommands, whose names are the shell's."""
    listed = GLOSSARY.read_text(encoding="utf-8").partition("\n## Names of files\n")[2]
    alike = set(re.findall(r"`(\w+\.py)`", listed))
    assert "family.py" in alike
    modules = [path for path in SOURCES.values() if path.parent != PACKAGE / "commands" and path.name not in alike]
    assert not {name for name, count in Counter(path.name for path in modules).items() if count > 1}


def test_no_two_public_classes_have_the_same_name() -> None:
    """Nor a type that has a name and a class."""
    nodes = [node for path in SOURCES.values() for node in ast.parse(path.read_text(encoding="utf-8")).body]
    classes = Counter(node.name for node in nodes if isinstance(node, ast.ClassDef) and not node.name.startswith("_"))
    assigned = {ast.unparse(node.targets[0]) for node in nodes if isinstance(node, ast.Assign)}
    assert len(classes) > 100
    assert not {name for name, count in classes.items() if count > 1 or name in assigned}


def test_no_package_hides_one_of_its_modules_behind_something_else() -> None:
    """`import package.thing as thing` gives what the package calls thing, which has to be the module."""
    packages = [*PACKAGE.rglob("__init__.py")]
    assert len(packages) > 10
    assert not {
        (str(package.parent), name)
        for package in packages
        for name in bound(package)
        if (package.parent / f"{name}.py").exists() or (package.parent / name).is_dir()
    }


def test_no_module_defines_a_function_of_its_own_name() -> None:
    files = [path for path in PACKAGE.rglob("*.py") if path.stem != "__init__"]
    assert len(files) > 10
    assert not {str(path) for path in files if path.stem in functions(path)}


def test_a_module_s_docstring_starts_with_the_noun_it_holds() -> None:
    docstrings = {name: str(ast.get_docstring(ast.parse(path.read_text("utf-8")))) for name, path in SOURCES.items()}
    assert len(docstrings) > 100
    assert not {name: text for name, text in docstrings.items() if text.split()[0] in NOT_NOUNS}


def test_mathematics_opens_no_files() -> None:
    calls = {
        (path.name, node.lineno, name)
        for path in (PACKAGE / "diffusion").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and (name := ast.unparse(node.func).rpartition(".")[2]) in OPENING
    }
    assert not calls
