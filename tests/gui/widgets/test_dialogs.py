"""What the platform's dialog for saving answers, and what the program makes of it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.widgets.dialogs import FileDialogs, SaveFormat

JSON, DIFFUSERS = SaveFormat("JSON (*.json)", ".json"), SaveFormat("scheduler (*.json)", ".json")
CSV = SaveFormat("CSV (*.csv)", ".csv")


@pytest.mark.parametrize(
    ("answer", "path", "chosen"),
    [
        (("a.json", DIFFUSERS.filter), "a.json", DIFFUSERS),
        (("a", JSON.filter), "a.json", JSON),
        (("a.txt", JSON.filter), "a.txt", JSON),
        # Some platforms do not say which was chosen.
        (("a", ""), "a.csv", CSV),
        (("", ""), "", CSV),
    ],
)
def test_where_to_and_in_which_format(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, answer: tuple[str, str], path: str, chosen: SaveFormat
) -> None:
    asked: list[object] = []

    def ask(*arguments: object) -> tuple[str, str]:
        asked.extend(arguments)
        return answer

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    parent = QWidget()
    qtbot.addWidget(parent)
    found = FileDialogs(parent).save("Export", "a.csv", (CSV, JSON, DIFFUSERS))
    assert (found[0], found[1] is chosen) == (path, True)
    assert asked == [parent, "Export", "a.csv", "CSV (*.csv);;JSON (*.json);;scheduler (*.json)"]
