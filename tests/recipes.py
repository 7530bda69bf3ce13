"""Recipes out of docs/extending.md: what they write, and what they say that commands print, to be done on a copy."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path

import ddpm_studio
from tests.patience import PATIENCE_S

PACKAGE = Path(ddpm_studio.__file__).parent
PAGE = PACKAGE.parent / "docs" / "extending.md"

_FENCED = re.compile(
    r"(?P<said>[^\n]*)\n\n(?:<!-- fmt: off -->\n)?```(?P<language>\w+)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE
)
_PLACE = re.compile(r"(?P<how>New file|At the end of|In) `(?P<path>[^`]+)`(?:, below `(?P<line>[^`]+)`[^`]*)?:$")


@dataclass(frozen=True)
class Block:
    """Code to be written: as a new file, at the end of one, or in one below a `line` that is there once."""

    how: str
    path: str
    line: str
    code: str

    @property
    def in_program(self) -> bool:
        """Whether it changes the program, and is not merely something to try it with."""
        return self.path.startswith(("ddpm_studio/", "resources/"))

    def write(self, root: Path) -> None:
        """Write it into the copy at `root`."""
        target = root / self.path
        target.parent.mkdir(parents=True, exist_ok=True)
        before = target.read_text(encoding="utf-8") if self.how != "New file" else ""
        assert self.how != "New file" or not target.exists(), f"{self.path} is there already"
        target.write_text(self._written_into(before), encoding="utf-8")

    def _written_into(self, before: str) -> str:
        if self.how == "New file":
            return self.code
        if self.how == "At the end of":
            return f"{before}\n\n{self.code}"
        lines = before.splitlines(keepends=True)
        (place,) = (number for number, line in enumerate(lines) if line.strip() == self.line)
        between = "\n" if self.code.lstrip().startswith("@") else ""
        return "".join([*lines[: place + 1], between, self.code, *lines[place + 1 :]])


@dataclass(frozen=True)
class Command:
    """A line for the shell, and what it prints, in which `...` stands for anything."""

    line: str
    printed: str

    def matches(self, printed: str) -> bool:
        """Whether that is what the page says."""
        return OutputChecker().check_output(self.printed, printed, ELLIPSIS)


@dataclass(frozen=True)
class Recipe:
    """A section of the page; `in_window` are texts that the window has afterwards."""

    title: str
    blocks: tuple[Block, ...]
    commands: tuple[Command, ...]
    in_window: frozenset[str]


def recipes() -> Iterator[Recipe]:
    """Every section with code in it."""
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        title = section.partition("\n")[0]
        fenced = list(_FENCED.finditer(section))
        blocks = tuple(_block(title, found) for found in fenced if found["language"] in ("python", "toml"))
        shown = "".join(found["body"] for found in fenced if found["language"] == "console")
        seen = "".join(re.findall(r"^In the window: (.*?)\n\n", f"{section}\n\n", re.DOTALL | re.MULTILINE))
        yield Recipe(title, blocks, tuple(_commands(shown)), frozenset(re.findall("`([^`]+)`", seen)))


def _block(title: str, found: re.Match[str]) -> Block:
    place = _PLACE.search(found["said"])
    assert place, f"a block in “{title}” is not said to be written anywhere: {found['said']}"
    return Block(place["how"], place["path"], place["line"] or "", found["body"])


def _commands(body: str) -> Iterator[Command]:
    for said in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        line, _, printed = said.partition("\n")
        yield Command(line, printed)


class Copy:
    """A copy of the program at `root`, and a shell in which `ddpm-studio` and `python` mean it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        # Quicker than shutil by itself, and the compiled modules stay valid.
        subprocess.run(["cp", "-Rp", PACKAGE, root / "ddpm_studio"], check=True)
        if not (PACKAGE / "resources").exists():
            _link_resources(root / "resources")
        programs = root / "bin"
        programs.mkdir()
        for name, arguments in (("ddpm-studio", "-m ddpm_studio"), ("python", "")):
            (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
            (programs / name).chmod(0o700)

    def write(self, *blocks: Block) -> None:
        """Write the blocks."""
        for block in blocks:
            block.write(self.root)

    def run(self, command: Command) -> str:
        """All that a command prints."""
        variables = {"PYTHONPATH": str(self.root), "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}"}
        done = subprocess.run(
            ["sh", "-c", command.line],
            cwd=self.root,
            env={**os.environ, **variables, "COLUMNS": "120", "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=PATIENCE_S,
        )
        return done.stdout


def _link_resources(folder: Path) -> None:
    """Have the resources in a folder, where recipes add to the scenes and nothing else."""
    folder.mkdir()
    for each in (PACKAGE.parent / "resources").iterdir():
        if each.name != "scenes":
            (folder / each.name).symlink_to(each)
    shutil.copytree(PACKAGE.parent / "resources" / "scenes", folder / "scenes")
