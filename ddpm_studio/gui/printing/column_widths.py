"""Widths of the columns in which figures are printed, as journals and conferences have them."""

from __future__ import annotations

from dataclasses import dataclass

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText, Text

MM_PER_INCH = 25.4


@dataclass(frozen=True)
class ColumnWidth:
    """The name of where it is printed, how much of a page it takes, and the width in millimetres."""

    place: str
    part: SourceText
    mm: float

    @property
    def name(self) -> Text:
        """What a list says of it."""
        return Text(NAME, {"place": self.place, "part": self.part, "mm": f"{self.mm:g}"})


NAME = QT_TRANSLATE_NOOP("figures", "{place}, {part}: {mm} mm")
ONE = QT_TRANSLATE_NOOP("figures", "one column")
TWO = QT_TRANSLATE_NOOP("figures", "two columns")
THREE = QT_TRANSLATE_NOOP("figures", "three columns")
TEXT = QT_TRANSLATE_NOOP("figures", "the text")

COLUMN_WIDTHS = (
    ColumnWidth("Nature", ONE, 89.0),
    ColumnWidth("Nature", TWO, 183.0),
    ColumnWidth("Science", ONE, 57.0),
    ColumnWidth("Science", TWO, 121.0),
    ColumnWidth("Science", THREE, 184.0),
    ColumnWidth("CVPR", ONE, round(3.28125 * MM_PER_INCH, 1)),
    ColumnWidth("CVPR", TWO, round(6.875 * MM_PER_INCH, 1)),
    ColumnWidth("ICML", ONE, round(3.25 * MM_PER_INCH, 1)),
    ColumnWidth("ICML", TWO, round(6.75 * MM_PER_INCH, 1)),
    ColumnWidth("NeurIPS, ICLR", TEXT, round(5.5 * MM_PER_INCH, 1)),
)
"""Nature's figure guide; Science's instructions for figures; \\textwidth and \\columnsep of the conferences' styles."""
