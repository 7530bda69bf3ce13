"""docs/extending.md: each recipe is carried out on a copy of the program, and what it adds is used as people do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.recipes import Block, Command, Copy, Recipe, recipes

RECIPES = tuple(recipes())

TEXTS = """
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QWidget

from ddpm_studio.gui.app import make_application, open_window
from ddpm_studio.gui.widgets.dialogs import FileDialogs

def save(self, title, suggestion, formats):
    print(*(format.filter for format in formats), sep="\\n")
    return "", formats[0]

def open_many(self, title, filters):
    print(*filters.replace("(", " ").replace(")", " ").split(), sep="\\n")
    return []

FileDialogs.save, FileDialogs.open_many = save, open_many
app = make_application(["ddpm-studio"])
window = open_window([], [], None)
for action in window.findChildren(QAction):
    print(action.text())
    if action.objectName() in ("export_schedules", "open_files"):
        action.trigger()
for box in window.findChildren(QComboBox):
    print(*map(box.itemText, range(box.count())), sep="\\n")
for widget in window.findChildren(QWidget):
    print(widget.accessibleName())
window.close()
"""
"""Prints what there is to read, to choose, to open and to save as in the window."""


def texts(copy: Copy) -> set[str]:
    """What the window of a copy of the program has to offer."""
    Block("New file", "texts.py", "", TEXTS).write(copy.root)
    printed = copy.run(Command("python texts.py", ""))
    assert "&Export schedules…" in printed, printed
    return set(printed.splitlines())


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.title)
def test_a_recipe_adds_what_it_says(recipe: Recipe, tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.write(*(block for block in recipe.blocks if not block.in_program))
    assert any(not command.matches(copy.run(command)) for command in recipe.commands), "it was there before"
    copy.write(*(block for block in recipe.blocks if block.in_program))
    for command in recipe.commands:
        printed = copy.run(command)
        assert command.matches(printed), f"$ {command.line}\n{printed}"


def test_the_window_has_what_all_recipes_together_add(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    (tmp_path / "after").mkdir()
    after = Copy(tmp_path / "after")
    after.write(*(block for recipe in RECIPES for block in recipe.blocks))
    promised = {text for recipe in RECIPES for text in recipe.in_window}
    assert promised
    assert not promised & texts(Copy(tmp_path / "before"))
    assert promised <= texts(after)


def test_every_recipe_changes_the_program_and_is_tried() -> None:
    assert len(RECIPES) >= 12
    for recipe in RECIPES:
        assert any(block.in_program for block in recipe.blocks), recipe.title
        assert any(command.printed for command in recipe.commands), recipe.title
