"""The help windows: a list of every key, a glossary, and facts about the program. None blocks the main window."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QLabel, QMainWindow, QMenu, QVBoxLayout

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.help_windows.about_dialog import AboutDialog
from ddpm_studio.gui.help_windows.glossary_window import GlossaryWindow
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.worker.sampling_thread import SamplingThread

NAME = "help"
OTHER_KEYS = (
    (QT_TRANSLATE_NOOP("keys", "← →"), QT_TRANSLATE_NOOP("keys", "One step of t back, forward")),
    (QT_TRANSLATE_NOOP("keys", "Page Down, Page Up"), QT_TRANSLATE_NOOP("keys", "A tenth of T back, forward")),
    (QT_TRANSLATE_NOOP("keys", "Home, End"), QT_TRANSLATE_NOOP("keys", "t = 0, t = T")),
    (QT_TRANSLATE_NOOP("keys", "Space"), QT_TRANSLATE_NOOP("keys", "Play, pause")),
    (QT_TRANSLATE_NOOP("keys", "T, U, L, N, F"), QT_TRANSLATE_NOOP("keys", "The axis: t, t/T, log SNR, σ, τ")),
    (QT_TRANSLATE_NOOP("keys", "Double-click"), QT_TRANSLATE_NOOP("keys", "On a scale: type a value to go to")),
    (QT_TRANSLATE_NOOP("keys", "Space"), QT_TRANSLATE_NOOP("keys", "In the sampling panel: pause a run, resume")),
    (QT_TRANSLATE_NOOP("keys", "Click, drag"), QT_TRANSLATE_NOOP("keys", "In the lane of a run: go to its steps")),
    (
        QT_TRANSLATE_NOOP("keys", "F6, Shift+F6"),
        QT_TRANSLATE_NOOP("keys", "The next part of the window, the one before"),
    ),
    (QT_TRANSLATE_NOOP("keys", "F2"), QT_TRANSLATE_NOOP("keys", "Type in the line of the selected schedule")),
    (
        QT_TRANSLATE_NOOP("keys", "Enter, Delete, Space"),
        QT_TRANSLATE_NOOP("keys", "In the list: edit, remove, tick"),
    ),
    (
        QT_TRANSLATE_NOOP("keys", "Shift+Space, Alt+click"),
        QT_TRANSLATE_NOOP("keys", "In the list: show only this, or all"),
    ),
    (QT_TRANSLATE_NOOP("keys", "→, ←"), QT_TRANSLATE_NOOP("keys", "In the list: open a family, close it")),
    (QT_TRANSLATE_NOOP("keys", "Enter, Shift+Enter"), QT_TRANSLATE_NOOP("keys", "In a line: the next, a copy below")),
    (QT_TRANSLATE_NOOP("keys", "↑ ↓"), QT_TRANSLATE_NOOP("keys", "In a line: the digit left of the caret")),
    (QT_TRANSLATE_NOOP("keys", "Ctrl+Space"), QT_TRANSLATE_NOOP("keys", "In a line: what can be typed there")),
    (QT_TRANSLATE_NOOP("keys", "Ctrl+."), QT_TRANSLATE_NOOP("keys", "Show the sliders in the list, or fold them")),
    (QT_TRANSLATE_NOOP("keys", "Alt+↑, Alt+↓"), QT_TRANSLATE_NOOP("keys", "In the list: move the schedule")),
    (QT_TRANSLATE_NOOP("keys", "↑ ↓, Enter, Space"), QT_TRANSLATE_NOOP("keys", "In the equation: turn, type, show")),
    (QT_TRANSLATE_NOOP("keys", "Enter, double-click"), QT_TRANSLATE_NOOP("keys", "On a picture: enlarge, and back")),
    (QT_TRANSLATE_NOOP("keys", "← →, Esc"), QT_TRANSLATE_NOOP("keys", "In an enlarged picture: the next, all again")),
    (QT_TRANSLATE_NOOP("keys", "Z"), QT_TRANSLATE_NOOP("keys", "Held over pictures or lanes: a loupe in all")),
    (QT_TRANSLATE_NOOP("keys", "Wheel, middle button"), QT_TRANSLATE_NOOP("keys", "On pictures: zoom, move all")),
    (QT_TRANSLATE_NOOP("keys", "Ctrl+wheel, Shift+drag"), QT_TRANSLATE_NOOP("keys", "On lanes: zoom, move all frames")),
    (QT_TRANSLATE_NOOP("keys", "1"), QT_TRANSLATE_NOOP("keys", "Over pictures or lanes: show them as at first")),
    (QT_TRANSLATE_NOOP("keys", "Menu"), QT_TRANSLATE_NOOP("keys", "On a picture: copy, save, enlarge, histogram")),
    (QT_TRANSLATE_NOOP("keys", "Ctrl++, Ctrl+−"), QT_TRANSLATE_NOOP("keys", "In a plot: zoom the x axis")),
    (QT_TRANSLATE_NOOP("keys", "Alt++, Alt+−"), QT_TRANSLATE_NOOP("keys", "In a plot: zoom the y axis")),
    (QT_TRANSLATE_NOOP("keys", "Shift+←, Shift+→"), QT_TRANSLATE_NOOP("keys", "In a zoomed plot: move along")),
    (QT_TRANSLATE_NOOP("keys", "Ctrl+0, double-click"), QT_TRANSLATE_NOOP("keys", "In a plot: show the whole")),
    (QT_TRANSLATE_NOOP("keys", "Ctrl+←, Ctrl+→"), QT_TRANSLATE_NOOP("keys", "In a plot: the curve before, the next")),
    (QT_TRANSLATE_NOOP("keys", "L"), QT_TRANSLATE_NOOP("keys", "In a plot: linear or logarithmic")),
    (QT_TRANSLATE_NOOP("keys", "M"), QT_TRANSLATE_NOOP("keys", "In a plot: measure from here, by keys or a drag")),
    (QT_TRANSLATE_NOOP("keys", "Shift+drag, right drag"), QT_TRANSLATE_NOOP("keys", "In a plot: zoom to a box")),
    (QT_TRANSLATE_NOOP("keys", "Ctrl+drag, middle drag"), QT_TRANSLATE_NOOP("keys", "In a plot: move what is seen")),
    (QT_TRANSLATE_NOOP("keys", "Alt+drag"), QT_TRANSLATE_NOOP("keys", "In a plot: measure between two moments")),
    (QT_TRANSLATE_NOOP("keys", "Wheel, Shift+wheel"), QT_TRANSLATE_NOOP("keys", "In a plot: zoom x, zoom y")),
    (
        QT_TRANSLATE_NOOP("keys", "Double-click, Delete"),
        QT_TRANSLATE_NOOP("keys", "On a drawn line: add, remove a point"),
    ),
    (
        QT_TRANSLATE_NOOP("keys", "Shift"),
        QT_TRANSLATE_NOOP("keys", "While a point is dragged: snap to half units, curves"),
    ),
    (QT_TRANSLATE_NOOP("keys", "Tab, Shift+Tab"), QT_TRANSLATE_NOOP("keys", "The next control, the one before")),
    (QT_TRANSLATE_NOOP("keys", "Esc"), QT_TRANSLATE_NOOP("keys", "Give up a drag, close a message")),
    (QT_TRANSLATE_NOOP("keys", "Double-click"), QT_TRANSLATE_NOOP("keys", "On a slider: back to its default")),
)


class Help(QObject):
    """Shows the help windows over `parent`, one at a time."""

    def __init__(self, sampling_thread: SamplingThread, parent: QMainWindow) -> None:
        super().__init__(parent)
        self._window = parent
        self._devices: Sequence[tuple[str, str]] = ()
        sampling_thread.devices_known.connect(self._know_devices)

    @Slot()
    def show_shortcuts(self) -> None:
        """List every key."""
        dialog = QDialog(self._window)
        dialog.setWindowTitle(self.tr("Keyboard shortcuts"))
        label = QLabel(shortcuts_table(self._window))
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        QVBoxLayout(dialog).addWidget(label)
        self._show(dialog)

    @Slot()
    def show_glossary(self) -> None:
        """Say what each word and symbol means."""
        self._show(GlossaryWindow(self._window))

    @Slot()
    def show_about(self) -> None:
        """Say what the program is, and what it runs with."""
        self._show(AboutDialog(self._devices, self._window))

    @Slot(object)
    def _know_devices(self, devices: Sequence[tuple[str, str]]) -> None:
        self._devices = devices

    def _show(self, dialog: QDialog) -> None:
        for shown in self._window.findChildren(QDialog, NAME):
            shown.close()
        dialog.setObjectName(NAME)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()


def shortcuts_table(window: QMainWindow) -> str:
    """Every key and what it does, as HTML: those of the window's menus, and beside them those of its panels."""
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    rows = [row for menu in window.menuBar().findChildren(QMenu, options=direct) for row in _keys_of(menu)]
    rows += [(translated(keys), translated(what)) for keys, what in OTHER_KEYS]
    half = -(-len(rows) // 2)
    # One column would be taller than many a screen.
    columns = (f"<td style='padding-right: 24px'>{_table(part)}</td>" for part in (rows[:half], rows[half:]))
    return f"<table><tr>{''.join(columns)}</tr></table>"


def _keys_of(menu: QMenu, topic: str = "") -> Iterator[tuple[str, str]]:
    """The keys of a menu and of those that open from it, whose titles are the topics of what they offer."""
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            yield from _keys_of(inner, f"{inner.title()}: ")
        elif not action.shortcut().isEmpty():
            yield action.shortcut().toString(QKeySequence.SequenceFormat.NativeText), f"{topic}{action.text()}"


def _table(rows: Sequence[tuple[str, str]]) -> str:
    lines = (
        f"<tr><td style='padding-right: 24px'><b>{html.escape(keys)}</b></td>"
        f"<td>{html.escape(what.replace('&', '').rstrip('…'))}</td></tr>"
        for keys, what in rows
    )
    return f"<table cellspacing='4'>{''.join(lines)}</table>"
