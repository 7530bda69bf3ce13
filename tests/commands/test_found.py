"""A command is one file: it is found by being there, and `--help` lists it without importing it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ddpm_studio
from ddpm_studio.commands import command, names, summaries

PACKAGE = Path(ddpm_studio.__file__).parent

GREET = '''
"""A greeting to somebody."""

print("imported")

SUMMARY = "greet somebody"
ORDER = 25


def configure(parser):
    """Add the arguments of `ddpm-studio greet`."""
    parser.add_argument("name")


def run(options):
    """Greet."""
    print(f"Hello, {options.name}, from {__file__}")
    return 7
'''


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the package, to which one file has been added."""
    folder = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(PACKAGE, folder / "ddpm_studio", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "ddpm_studio" / "commands" / "greet.py").write_text(GREET, encoding="utf-8")
    return folder


def program(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ddpm_studio", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def test_a_new_file_is_a_command(elsewhere: Path) -> None:
    done = program(elsewhere, "greet", "world")
    file = elsewhere / "ddpm_studio" / "commands" / "greet.py"
    assert (done.returncode, done.stdout, done.stderr) == (7, f"imported\nHello, world, from {file}\n", "")


def test_a_new_file_is_listed_in_its_place_and_not_imported(elsewhere: Path) -> None:
    done = program(elsewhere, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "imported" not in done.stdout
    lines = done.stdout.partition("commands (")[2].splitlines()[1:]
    place = [command(name).ORDER < 25 for name in summaries()].index(False)
    found = [*list(summaries())[:place], "greet", *list(summaries())[place:]]
    assert [line.split()[0] for line in lines[: len(found)]] == found
    assert lines[place] == "  greet      greet somebody"


def test_a_file_without_a_summary_is_named(elsewhere: Path, tmp_path: Path) -> None:
    shutil.copytree(elsewhere, tmp_path, dirs_exist_ok=True)
    (tmp_path / "ddpm_studio" / "commands" / "greet.py").write_text(GREET.replace("SUMMARY", "SUMARY"))
    assert program(tmp_path, "--help").stderr.find("greet.py declares no 'SUMMARY' as a plain constant") > 0


def test_what_commands_share_is_no_command() -> None:
    modules = {path.stem for path in (PACKAGE / "commands").glob("*.py")}
    assert {*names()} == modules - {"__init__"}
    assert {"export", "inspect", "sample"} < {*names()}


@pytest.mark.parametrize("name", summaries())
def test_what_is_read_is_what_is_declared(name: str) -> None:
    assert summaries()[name] == command(name).SUMMARY
