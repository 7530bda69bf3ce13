"""The rules of the house: who may import whom, what a light start leaves out, and names."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ddpm_studio
from tests.patience import PATIENCE_S

PACKAGE = Path(ddpm_studio.__file__).parent
IMPORT_ALL = """
import importlib, pkgutil, sys
for name in {packages!r}:
    module = importlib.import_module(name)
    for found in pkgutil.walk_packages(getattr(module, "__path__", []), name + "."):
        if found.name not in {worker_only!r}:
            importlib.import_module(found.name)
print(*sorted({forbidden!r} & sys.modules.keys()))
"""
WORKER_ONLY = {"ddpm_studio.gui.worker.torch_backend", "ddpm_studio.gui.worker.run_recording"}
"""What the sampling thread alone imports, once it runs."""

QT = ("PySide6", "shiboken6", "pyqtgraph")
LAYERS = {
    "diffusion": ("sampling", "checkpoints", "files", "gui"),
    "sampling": ("checkpoints", "files", "gui"),
    "checkpoints": ("gui",),
    "files": ("checkpoints", "gui"),
}
"""A folder and the folders to its right, of which it knows nothing."""


NOT_NOUNS = {"None", "What", "Whether", "Where", "Which", "Who", "How", "When", "Why", "From", "To"}
"""Words that say nothing of what a module holds; None is that of a module without a docstring."""


def imports(source: Path) -> Iterator[str]:
    """The full name of every module that a file imports, inside its functions too."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


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


def loaded(packages: list[str], forbidden: set[str]) -> str:
    """Which of the forbidden modules a fresh Python holds after importing all of these packages."""
    script = IMPORT_ALL.format(packages=packages, forbidden=forbidden, worker_only=WORKER_ONLY)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_mathematics_needs_neither_torch_nor_qt() -> None:
    assert loaded(["ddpm_studio.diffusion"], {"torch", "diffusers", "PySide6", "ddpm_studio.files"}) == ""


def test_window_and_command_line_start_without_torch() -> None:
    assert loaded(["ddpm_studio.gui", "ddpm_studio.cli"], {"torch", "diffusers"}) == ""


def test_only_the_window_knows_qt() -> None:
    outside = [path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] != "gui"]
    assert len(outside) > 10
    assert not {(path.name, name) for path in outside for name in imports(path) if name.startswith(QT)}


@pytest.mark.parametrize(("folder", "right"), LAYERS.items())
def test_nothing_on_the_right_is_imported_on_the_left(folder: str, right: tuple[str, ...]) -> None:
    barred = tuple(f"ddpm_studio.{other}" for other in right)
    files = (PACKAGE / folder).rglob("*.py")
    assert not {(path.name, name) for path in files for name in imports(path) if name.startswith(barred)}


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


@pytest.mark.parametrize("folder", ["diffusion", "sampling"])
def test_a_module_s_docstring_starts_with_the_noun_it_holds(folder: str) -> None:
    docstrings = {
        str(path): str(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))))
        for path in (PACKAGE / folder).rglob("*.py")
    }
    assert len(docstrings) > 10
    assert not {path: text for path, text in docstrings.items() if text.split()[0] in NOT_NOUNS}


def test_mathematics_opens_no_files() -> None:
    calls = {
        (path.name, node.func.id)
        for path in (PACKAGE / "diffusion").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "eval", "exec")
    }
    assert not calls
