"""Names in files of XML and HTML: read back by a parser, whichever letters are in them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from ddpm_studio.diffusion import Schedule
from ddpm_studio.figures.artwork import Artwork, Words
from ddpm_studio.figures.composing import artwork_of
from ddpm_studio.figures.figure import Figure, FigureLine
from ddpm_studio.figures.svg import svg_element, svg_file
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.printing.figure_formats import pdf_of
from ddpm_studio.report import Report, ReportedSchedule, report_bytes
from tests.gui.curves.conftest import save_plots

LETTERS = [*range(0x20), *range(0x7F, 0xA0), 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xFDD0, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF]
"""Letters that are controls, halves of pairs, or none at all."""

NAMES = [f"a{''.join(map(chr, LETTERS[start : start + 6]))}b" for start in range(0, len(LETTERS), 6)]

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no letter of XML 1.0, section 2.2."""


def texts_in(document: bytes | str) -> list[str]:
    """All texts of a document of XML, as a parser reads them."""
    return [text for text in ElementTree.fromstring(document).itertext() if text.strip()]


def figure(name: str) -> Figure:
    """A figure called so, with a line that is called so as well."""
    return Figure((FigureLine(Schedule("cosine", 10), name),), ("betas",), title=name)


@pytest.mark.parametrize("name", NAMES)
def test_figures_are_drawings_that_a_parser_reads(name: str) -> None:
    artwork = artwork_of(figure(name))
    assert any(text.startswith("a") and text.endswith("b") for text in texts_in(svg_file(artwork)))
    assert not FORBIDDEN.search(svg_element(artwork, within_page=True))


@pytest.mark.parametrize("letter", [*map(chr, LETTERS)])
def test_whatever_an_artwork_says_is_data(letter: str) -> None:
    said = f"<a>{letter}&b"
    found = texts_in(svg_file(Artwork(9.0, 9.0, (Words(1, 1, (("", said),), 5),), said)))
    assert [text[:3] + text[-2:] for text in found] == ["<a>&b", "<a>&b"]


@pytest.mark.parametrize("name", NAMES)
def test_pages_have_no_letter_that_markup_has_not(name: str) -> None:
    line = FigureLine(Schedule("cosine", 10), name)
    page = report_bytes(Report((ReportedSchedule(line, "#FFFFFF"),), title=name)).decode("utf-8")
    assert not FORBIDDEN.search(page)


@pytest.mark.parametrize("name", NAMES)
def test_titles_of_documents_have_none_either(name: str, qapp: QApplication) -> None:
    document = pdf_of(artwork_of(figure(name)))
    packet = re.search(rb"<x:xmpmeta.*</x:xmpmeta>", document, re.DOTALL)
    assert packet is not None
    assert any(text.startswith("a") for text in texts_in(packet.group()))


def test_plots_saved_as_drawings_are_read_whichever_names_their_schedules_have(
    window: MainWindow, tmp_path: Path
) -> None:
    for place, name in enumerate(NAMES):
        if place >= len(window.studio.state.entries):
            window.studio.duplicate(window.studio.state.selected)
        window.studio.rename(window.studio.state.entries[place].key, name)
    QApplication.processEvents()
    drawing = tmp_path / "plots.svg"
    save_plots(window.panel(CurvesPanel), str(drawing))
    texts = texts_in(drawing.read_bytes())
    assert any(": linear:T=300" in text for text in texts)
    assert any("a\ufffdb" in text for text in texts)
