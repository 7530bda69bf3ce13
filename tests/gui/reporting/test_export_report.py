"""*Export report…*: what is on the screen, with its names, colours, steps and run, as a page without a path in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule_family import specified
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.widgets.dialogs import SaveFormat
from tests.gui.windows import active_window
from tests.report.parsed_page import ParsedPage

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1024, 700), [Schedule("linear", 300), Schedule("cosine", 1000)]) as window:
        yield window


def exported(window: MainWindow, qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ParsedPage]:
    """The page that the menu writes at a path that a person chose."""

    def chosen(title: str, suggestion: str, formats: list[SaveFormat]) -> tuple[str, SaveFormat]:
        return str(path), formats[0]

    monkeypatch.setattr(window.desk.dialogs, "save", chosen)
    action = window.findChild(QAction, "export_report")
    assert action is not None
    action.trigger()
    qtbot.waitUntil(lambda: not window.desk.busy)
    page = path.read_text("utf-8")
    return page, ParsedPage(page)


def test_what_is_shown_is_in_it(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio, picture = window.studio, tmp_path / "mine & yours.png"
    Image.linear_gradient("L").save(picture)
    window.desk.pictures.show_picture(str(picture))
    qtbot.waitUntil(lambda: not window.desk.busy)
    studio.rename(studio.state.selected, EVIL)
    studio.add_steps(StepsSpec.parse("karras:steps=5"))
    studio.add(specified("cosine:T=100,s=0.01..0.02,n=3"))
    studio.add(Schedule("jsd", 20))
    studio.set_visible(studio.state.selected, False)
    page, parsed = exported(window, qtbot, tmp_path / "report.html", monkeypatch)
    codes = ["linear", "cosine:T=1000", *(f"cosine:T=100,s={s}" for s in ("0.01", "0.015", "0.02"))]
    assert parsed.texts_in("code") == [f"{codes[0]}:T=300", *codes[1:]]
    assert EVIL in parsed.texts_in("th")
    assert "karras:steps=5: 5 steps" in parsed.texts_in("p")
    assert "mine & yours.png" in parsed.said
    assert len(parsed.pictures) == 1 + 5 * 5
    for style in STYLES[:2]:
        assert f'[stroke="{style.light}"] {{ stroke: {style.dark} }}' in page
    symbols = len(studio.state.curves)
    assert len(parsed.texts_in("dd")) >= symbols
    assert "/tmp" not in page
    assert "Saved" in window.toast.text


def test_a_run_is_in_it_with_its_pictures(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.studio.set_sampling(pictures=2)
    window.desk.samples.setup.change_line("steps", 2)
    window.desk.samples.run()
    qtbot.waitUntil(lambda: not window.desk.busy and window.desk.samples.recorded_run() is not None)
    _, parsed = exported(window, qtbot, tmp_path / "report.html", monkeypatch)
    assert "dpm-solver++ · 2" in parsed.texts_in("h3")
    assert parsed.texts_in("dd")[-5:] == ["pixel-portraits", "trailing", "0", "2", "2 of 2"]
    assert parsed.pictures[-1].size[0] > parsed.pictures[-1].size[1]
    _words_are_in_it_only_where_they_are_wanted(window, qtbot, tmp_path, monkeypatch)


def _words_are_in_it_only_where_they_are_wanted(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = window.desk.samples.recorded_run()
    assert run is not None
    worded = replace(run[0], prompt="a cat", negative_prompt="heavy fog"), run[1]
    monkeypatch.setattr(window.desk.reports, "_recorded", lambda: worded)
    page, _ = exported(window, qtbot, tmp_path / "without.html", monkeypatch)
    assert "a cat" not in page
    assert "heavy fog" not in page
    window.preferences.change(prompts=True)
    page, parsed = exported(window, qtbot, tmp_path / "with.html", monkeypatch)
    assert {"a cat", "heavy fog"} <= set(parsed.texts_in("dd"))


def test_a_place_that_cannot_be_written_is_told(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileNotFoundError):
        exported(window, qtbot, tmp_path / "none" / "report.html", monkeypatch)
    assert "its folder does not exist" in window.toast.text
    with pytest.raises(FileNotFoundError):
        exported(window, qtbot, tmp_path / "report.pdf", monkeypatch)
    assert "which ends in .html" in window.toast.text
