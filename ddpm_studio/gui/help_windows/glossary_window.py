"""GlossaryWindow: every symbol and word with its name in code and a sentence, found by what is typed."""

from __future__ import annotations

import html
from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QDialog, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.help_windows.glossary_terms import TERMS
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import math_html

SIZE = QSize(680, 560)


class GlossaryWindow(QDialog):
    """Lists the words of the field and all curves; `field` leaves those in which all typed words are found."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Glossary"))
        self.field, self.list = QLineEdit(), QTextBrowser()
        self.field.setPlaceholderText(self.tr("Find a word, a symbol or a name in code"))
        self.field.setAccessibleName(self.tr("Find in the glossary"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._find)
        self.list.setAccessibleName(self.tr("Words and symbols"))
        self.list.setOpenLinks(False)
        self.list.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(self.list)
        self._rows = list(_rows())
        self.resize(SIZE)
        self._find("")

    @Slot(str)
    def _find(self, typed: str) -> None:
        words = typed.lower().split()
        found = [row for row in self._rows if all(word in " ".join(row).lower() for word in words)]
        nothing = self.tr("Nothing in the glossary has these letters.")
        self.list.setHtml("".join(map(_entry, found)) or f"<p>{html.escape(nothing)}</p>")


def _rows() -> Iterator[tuple[str, str, str]]:
    """The head, the name in code, and the sentence of each: words first, then curves."""
    for term in TERMS:
        yield translated(term.word), term.code, translated(term.meaning)
    for name, curve in ALL_CURVES.items():
        yield curve.symbol, name, translated(curve.meaning)


def _entry(row: tuple[str, str, str]) -> str:
    head, code, meaning = row
    named = f"&nbsp;&nbsp;<code>{html.escape(code)}</code>" if code else ""
    return f"<p style='margin: 8px 4px'><b>{math_html(head)}</b>{named}<br>{math_html(meaning)}</p>"
