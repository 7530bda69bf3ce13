"""Remedies: what a person is told to do in the window can be done in the window, and is no option of the shell's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ddpm_studio
from ddpm_studio.checkpoints import Answers, Memory, RememberedError, UnansweredError, UntrustedError
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.translation import translated

PACKAGE = Path(ddpm_studio.__file__).parent
OPTION = re.compile(r"(?<![\w-])--[a-z]")
SHELL = ("commands", "cli.py", "launch.py", "run_settings.py", "gui/display.py", "lab/executors/cluster")
"""What nobody reads in a window: there may be none, and none draws on a cluster."""


def marked(file: Path) -> Iterator[tuple[ast.Call, ast.AST]]:
    """Every text that is marked for translation, and what it stands in."""
    parents = {
        child: parent
        for parent in ast.walk(ast.parse(file.read_text("utf-8")))
        for child in ast.iter_child_nodes(parent)
    }
    for node, parent in parents.items():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "QT_TRANSLATE_NOOP":
            yield node, parent


def sources() -> list[Path]:
    """The modules whose sentences a window may show."""
    return [
        file for file in sorted(PACKAGE.rglob("*.py")) if not file.relative_to(PACKAGE).as_posix().startswith(SHELL)
    ]


def text(call: ast.Call) -> str:
    return str(ast.literal_eval(call.args[1]))


def test_no_sentence_of_the_window_has_an_option_for_a_remedy() -> None:
    wrong, found = [], 0
    for file in sources():
        for call, parent in marked(file):
            if OPTION.search(text(call)):
                found += 1
                if not (isinstance(parent, ast.Attribute) and parent.attr == "in_window"):
                    wrong.append((file.name, text(call)))
    assert wrong == []
    assert found >= 8, "these are looked for as they are written"


def test_options_are_in_no_other_texts_of_the_window() -> None:
    """Those of OPTIONS fill in a sentence of the shell's alone."""
    gui = [file for file in sources() if "gui" in file.relative_to(PACKAGE).parts]
    assert [file.name for file in gui if "OPTIONS[" in file.read_text("utf-8")] == []


PATH = Path("/some/where/model.pt")
SAID = Memory(PATH, Path("memory"), Answers(heads=2))


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (UntrustedError(PATH, "a" * 64), "trust it under Model"),
        (UnansweredError(PATH, "a fake", ("shape", "heads")), "answer under Model"),
        (RememberedError(UntrustedError(PATH, "a" * 64), SAID, SAID.answers), "Forget under Model forgets that"),
    ],
)
def test_the_window_names_its_own_remedy_also_within_another_sentence(error: StudioError, remedy: str) -> None:
    assert OPTION.search(str(error))
    assert OPTION.search(translated(error)) is None
    assert remedy in translated(error)
