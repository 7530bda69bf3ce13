"""Names that others gave, of schedules, checkpoints, projects and pictures: shown as they are, never as rich text."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.files.resources import resource
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.recent import RecentKind, remember_file
from ddpm_studio.gui.recent_menu import RecentMenu
from ddpm_studio.gui.widgets.mathtext import plain_tip
from ddpm_studio.texts import LONGEST_PATH, visible

NAME = "<img src=x><b>A&B\x1b[2J\u202e\u2066"
"""What Qt would show in bold, with a picture beside it and B underlined, and what follows from right to left."""


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """One in which everything has that name."""
    window = open_window([], [], None)
    qtbot.addWidget(window)
    window.share_out(QSize(1600, 1000))
    with qtbot.waitExposed(window):
        window.show()
    table, picture, project = (tmp_path / f"{NAME}.{suffix}" for suffix in ("csv", "png", "ddpm"))
    quoted = '"' + NAME + '"'
    table.write_text(f"schedule,name,t,betas\njsd:T=1,{quoted},1,1\ncosine:T=1,{quoted},1,0.5\n")
    Image.new("RGB", (8, 8), "red").save(picture)
    model = tmp_path / NAME
    shutil.copytree(resource("checkpoints/pixel-portraits"), model)
    for path in (table, picture, model):
        window.desk.files.open_path(str(path))
    qtbot.waitUntil(lambda: not window.desk.busy)
    window.desk.projects._write(str(project))
    qtbot.waitUntil(lambda: not window.desk.busy)
    yield window
    window.close()


def texts(model: QAbstractItemModel) -> Iterator[tuple[Qt.ItemDataRole, str]]:
    """What the first rows and the headers of a model show and tip."""
    role_of = Qt.ItemDataRole
    for role in (role_of.DisplayRole, role_of.ToolTipRole):
        columns = model.columnCount() if isinstance(model, QAbstractTableModel) else 1
        for row in range(min(model.rowCount(), 30)):
            for column in range(columns):
                yield role, str(model.index(row, column, QModelIndex()).data(role))
        for section in range(columns):
            yield role, str(model.headerData(section, Qt.Orientation.Horizontal, role))


def shown_by(widget: QWidget) -> Iterator[str]:
    """What a widget shows, tips, and tells those who do not see it."""
    yield from (widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()


def is_rich(text: str) -> bool:
    """Whether the name is in it as tags."""
    return "<img" in text


def test_the_name_is_where_it_is_looked_for(window: MainWindow) -> None:
    state = window.studio.state
    shown = "\u2068<img src=x><b>A&B[2J\u202e\u2069"
    assert [state.title(entry) for entry in state.entries[1:]] == [shown, f"{shown} (2)"]
    assert state.picture is not None
    assert state.picture.name == f"{NAME}.png"
    assert window.windowTitle() == r"<img src=x><b>A&B\x1b[2J\u202e\u2066.ddpm[*]"


def test_no_label_and_no_tip_takes_it_for_rich_text(window: MainWindow) -> None:
    seen = 0
    for widget in window.findChildren(QWidget):
        assert not is_rich(widget.toolTip()), widget
        seen += "&lt;img" in widget.toolTip()
        if isinstance(widget, QLabel) and is_rich(widget.text()):
            assert widget.textFormat() is Qt.TextFormat.PlainText, widget
            seen += 1
    for action in window.findChildren(QAction):
        assert not is_rich(action.toolTip()) or action.toolTip() == action.text().replace("&&", "&"), action.text()
    assert seen >= 3


def test_no_list_or_table_tips_it_as_rich_text(window: MainWindow) -> None:
    models = [view.model() for view in window.findChildren(QAbstractItemView)]
    models += [box.model() for box in window.findChildren(QComboBox)]
    found = {each for model in models if model is not None for each in texts(model)}
    assert any(is_rich(text) for role, text in found if role is Qt.ItemDataRole.DisplayRole)
    assert not [text for role, text in found if role is Qt.ItemDataRole.ToolTipRole and is_rich(text)]
    assert any("&lt;img" in text for role, text in found if role is Qt.ItemDataRole.ToolTipRole)


def does_something(text: str) -> bool:
    """Whether a letter in it ends a line where none ends, does something to a terminal, or turns what follows.

    Formulas have U+2060, by which they are not broken inside a term.
    """
    inside = re.sub("\u2068[^\u2068\u2069]*\u2069", "", text)
    return any(
        unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") for letter in re.sub("[\n\t\u200b\u2060]", "", inside)
    )


def test_no_letter_in_it_does_anything_where_it_is_shown(window: MainWindow) -> None:
    shown = [text for widget in window.findChildren(QWidget) for text in shown_by(widget)]
    shown += [text for action in window.findChildren(QAction) for text in (action.text(), action.toolTip())]
    models = [view.model() for view in window.findChildren(QAbstractItemView)]
    models += [box.model() for box in window.findChildren(QComboBox)]
    shown += [text for model in models if model is not None for _, text in texts(model)]
    assert len([text for text in shown if "A&" in text or "A&amp;" in text]) >= 20
    assert [text for text in shown if does_something(text)] == []


def test_no_letter_in_it_does_anything_in_what_is_said(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    said: list[str] = []
    for queue in window.desk.queues:
        queue.progressed.connect(lambda title, done, parts: said.append(title))
    window.desk.files.said.connect(said.append)
    window.desk.projects.said.connect(said.append)
    window.desk.samples.status.connect(lambda text, busy: said.append(text))
    for suffix in (".csv", ".png", "", ".ddpm"):
        window.desk.files.open_path(str(tmp_path / f"{NAME}{suffix}"))
    window.desk.projects._write(str(tmp_path / f"{NAME}.ddpm"))
    qtbot.waitUntil(lambda: not window.desk.busy)
    assert len([text for text in said if "A&B" in text]) > 4
    assert [text for text in said if does_something(text)] == []


def test_nothing_in_it_becomes_a_key(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.move(window.studio.state.selected, 0)
    undo = window.findChild(QAction, "undo")
    assert undo is not None
    qtbot.waitUntil(lambda: "<b>" in undo.text())
    buttons = [button.text() for button in window.findChildren(QAbstractButton)]
    actions = [action.text() for action in window.findChildren(QAction)]
    named = [text for text in (*buttons, *actions) if "<b>" in text]
    assert named
    assert not [text for text in named if "&B" in text.replace("&&", "")]


def test_recent_files(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.touch()
    remember_file(RecentKind.PICTURES, str(path))
    remember_file(RecentKind.PICTURES, "x" * 5000)
    menu = RecentMenu()
    qtbot.addWidget(menu)
    menu.fill()
    [shown] = [action for action in menu.actions() if action.isEnabled() and action.data()]
    assert shown.text() == visible(NAME).replace("&", "&&")
    assert shown.toolTip() == plain_tip(visible(path, LONGEST_PATH))
    assert not is_rich(shown.toolTip())
