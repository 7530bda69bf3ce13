"""The promises of pyproject.toml that no other test would miss."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import ddpm_studio

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def names(requirements: list[str]) -> set[str]:
    """The distributions that are required, written as package indexes do."""
    return {re.split(r"[\[<>=~! ;]", entry)[0].lower().replace("_", "-") for entry in requirements}


def test_the_tests_are_run_with_every_extra() -> None:
    extras = PROJECT["optional-dependencies"]
    (own,) = (entry for entry in extras["test"] if entry.startswith(PROJECT["name"]))
    assert set(re.split(r"[\[\],]", own)[1:-1]) == extras.keys() - {"test"}


def test_everything_that_is_installed_is_pinned() -> None:
    wanted = names(PROJECT["dependencies"]).union(*map(names, PROJECT["optional-dependencies"].values()))
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert wanted - {PROJECT["name"]} <= names([line for line in lines if not line.startswith("#")])


def test_the_package_says_that_it_has_types() -> None:
    assert Path(ddpm_studio.__file__).with_name("py.typed").read_bytes() == b""


def test_a_commit_is_checked_as_everything_is() -> None:
    """The hooks of pre-commit are the checks of .ci/check, which .ci/run goes through but for the quick tests."""
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    checks = (ROOT / ".ci" / "check").read_text(encoding="utf-8")
    assert re.findall(r"entry: \.ci/check (\w+)\n", hooks) == re.findall(r"^(\w+)\(\) {", checks, re.MULTILINE)
    assert hooks.count("repo: local") == hooks.count("repo:") == 1
    (gone_through,) = re.findall(r"^\.ci/check (.+)$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)
    assert [*gone_through.split(), "quick"] == re.findall(r"^(\w+)\(\) {", checks, re.MULTILINE)
