"""About, the glossary and the full screen."""

from __future__ import annotations

import platform
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.help_windows import versions
from ddpm_studio.gui.help_windows.about_dialog import AboutDialog
from ddpm_studio.gui.help_windows.glossary_terms import TERMS
from ddpm_studio.gui.help_windows.glossary_window import GlossaryWindow
from ddpm_studio.gui.main_window import MainWindow
from tests.gui.finding import child, with_focus

GLOSSARY = Path(__file__).parents[3] / "docs" / "glossary.md"


def trigger(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, name)
    assert isinstance(action, QAction)
    action.trigger()


def test_about_copies_what_it_shows(window: MainWindow) -> None:
    trigger(window, "show_about")
    child(window, AboutDialog).copy.click()
    copied = dict(line.split(": ", 1) for line in QApplication.clipboard().text().splitlines())
    assert (copied["Python"], copied["torch"], copied["NumPy"]) == (
        platform.python_version(),
        version("torch"),
        version("numpy"),
    )
    assert copied["Devices"] == "asked when sampling starts"
    assert all(value in child(window, AboutDialog).facts.text() for value in copied.values())


def test_about_knows_the_devices_that_the_sampling_thread_found(window: MainWindow) -> None:
    window.desk.samples.sampling_thread.devices_known.emit((("cpu", "A <fast> one"), ("cuda:0", "")))
    trigger(window, "show_about")
    about = child(window, AboutDialog)
    assert about.rows["Devices"] == "cpu (A <fast> one), cuda:0"
    assert "A &lt;fast&gt; one" in about.facts.text()


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "PACKAGES", {"torch": "no-such-distribution"})
    assert versions.versions_here()["torch"] == "–"


def test_the_glossary_has_the_words_of_the_documentation() -> None:
    field = GLOSSARY.read_text(encoding="utf-8").partition("## Of diffusion")[2].partition("\n## ")[0]
    assert {term.word for term in TERMS} == set(re.findall(r"^\*\*(.+?)\*\*", field, re.MULTILINE))
    assert all(term.meaning.endswith(".") and ". " not in term.meaning for term in TERMS)


def test_the_glossary_finds_words_symbols_and_names_in_code(window: MainWindow) -> None:
    trigger(window, "show_glossary")
    glossary = child(window, GlossaryWindow)
    assert not glossary.isModal()
    assert all(name in glossary.list.toPlainText() for name in ALL_CURVES)
    for typed, found in (("zero terminal", "zero_snr"), ("ALPHAS_cumprod_prev", "ᾱ"), ("ddim way", "Solver")):
        glossary.field.setText(typed)
        assert found in glossary.list.toPlainText()
        assert len(glossary.list.toPlainText()) < 1000
    glossary.field.setText("<b>&")
    assert glossary.list.toPlainText() == "Nothing in the glossary has these letters."


@pytest.mark.parametrize("key", [Qt.Key.Key_F11, Qt.Key.Key_Escape])
@pytest.mark.parametrize("before", [Qt.WindowState.WindowNoState, Qt.WindowState.WindowMaximized])
def test_the_whole_screen_is_given_back(window: MainWindow, key: Qt.Key, before: Qt.WindowState) -> None:
    window.setWindowState(before)
    QTest.keyClick(with_focus(), Qt.Key.Key_F11)
    assert window.isFullScreen()
    QTest.keyClick(with_focus(), key)
    assert not window.isFullScreen()
    assert window.isMaximized() is (before is Qt.WindowState.WindowMaximized)
