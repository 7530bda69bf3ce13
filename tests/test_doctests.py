"""The examples in docstrings and in docs/ say what is so; all that the mathematics and the sampler export has one."""

from __future__ import annotations

import doctest
import importlib
import inspect
import linecache
import pkgutil
from pathlib import Path
from types import ModuleType

import pytest

from ddpm_studio import diffusion, figures, report, sampling

PACKAGES = (diffusion, sampling)
MODULES = [
    found.name
    for package in (*PACKAGES, figures, report)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
] + ["ddpm_studio.math_scripts", "ddpm_studio.written_json"]
PAGES = sorted((Path(__file__).parent.parent / "docs").glob("*.md"))


@pytest.fixture(autouse=True)
def sources_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have doctest not look, for each docstring, whether any of all the sources that were read has changed since."""
    monkeypatch.setattr(linecache, "checkcache", lambda filename=None: None)


@pytest.mark.parametrize("name", MODULES)
def test_examples_say_what_is_so(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_say_what_is_so(page: Path) -> None:
    assert doctest.testfile(str(page), module_relative=False, encoding="utf-8").failed == 0


def test_the_page_about_tables_is_worked_out_in_examples() -> None:
    (page,) = (page for page in PAGES if page.name == "solver-tables.md")
    assert page.read_text(encoding="utf-8").count(">>> ") > 20


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_what_is_exported_has_an_example(package: ModuleType) -> None:
    exported = {name: getattr(package, name) for name in package.__all__}
    described = {name: inspect.getdoc(value) for name, value in exported.items() if callable(value)}
    assert len(described) > 3
    assert not {name for name, text in described.items() if ">>> " not in (text or "")}
