"""A language that is made up: every text that lupdate finds, in letters that no English text has."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QTranslator

import ddpm_studio
from ddpm_studio.gui.scenes.scene_shelf import shelf
from ddpm_studio.texts import SourceText

PACKAGE = Path(ddpm_studio.__file__).parent
LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçðéƒĝĥîĵķļɱñöþɋŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞɊŔŠŢÛṼŴẊÝŽ",
)
KEPT = re.compile(r"\{[^}]*\}|</?[a-z][^<>]*>|&[a-z]+;|\*\.\w+")
"""What is no language: what values are put into, tags and characters of HTML, endings of files."""

OF_QT = {"QTabBar"}
"""Contexts of Qt's own that the window shows, for which Qt brings catalogues."""

OF_PYQTGRAPH = {"GraphicsScene"}
"""Contexts of menus and forms that pyqtgraph makes and nobody opens."""

Catalogue = set[tuple[str, str]]
"""(context, text) of what can be translated."""


def extracted(folder: Path) -> Catalogue:
    """What lupdate finds in the program, by way of a file in `folder`."""
    file = folder / "texts.ts"
    lupdate = Path(sys.executable).with_name("pyside6-lupdate")
    sources = [*sorted(PACKAGE.rglob("*.py")), _source_of_scenes(folder)]
    subprocess.run([lupdate, *sources, "-ts", file], stdout=subprocess.DEVNULL, check=True)
    return set(_messages(ElementTree.parse(file).getroot()))


def _source_of_scenes(folder: Path) -> Path:
    """A source that lupdate reads, with the texts of the scenes, which are in files of TOML."""
    texts = [text for scene in shelf().scenes for text in scene.texts if isinstance(text, SourceText)]
    source = folder / "scenes.py"
    source.write_text("".join(f"QT_TRANSLATE_NOOP({json.dumps(text.context)}, {text!r})\n" for text in texts))
    return source


def _messages(root: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for context in root.iter("context"):
        for message in context.iter("message"):
            yield context.findtext("name", ""), message.findtext("source", "")


def made_up(text: str) -> str:
    """The text in the made-up language, with its placeholders, its tags and its underlined letter in their places."""
    parts = zip(KEPT.split(text), [*KEPT.findall(text), ""], strict=True)
    return "".join(plain.translate(LETTERS) + kept for plain, kept in parts)


class Pseudo(QTranslator):
    """Translates what is in a catalogue, and remembers what was asked for."""

    def __init__(self, catalogue: Catalogue) -> None:
        super().__init__()
        self._catalogue = catalogue
        self.asked: Catalogue = set()

    def translate(self, context: str, text: str, comment: str | None = None, n: int = -1) -> str:
        """The text made up; None, for Qt to ask on, where it is not in the catalogue."""
        self.asked.add((context, text))
        known = (context, text) in self._catalogue or context in OF_QT
        return made_up(text) if known else None  # type: ignore[return-value]

    @property
    def missed(self) -> set[str]:
        """The texts of ours that the catalogue has under no context under which they were asked for.

        A method of a class asks under the names of all its bases, until one is found.
        """
        found = {text for _, text in self.asked & self._catalogue}
        return {text for context, text in self.asked if _is_ours(context)} - found


def _is_ours(context: str) -> bool:
    of_qt = context == "QShortcut" or any(hasattr(module, context) for module in (QtCore, QtGui, QtWidgets))
    return not of_qt and context not in OF_PYQTGRAPH
