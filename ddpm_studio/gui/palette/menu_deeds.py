"""Deeds of the menu bar: every action of every menu, however deep."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from ddpm_studio.gui.palette.deed import Deed

PALETTE = "show_palette"
"""The action that shows the palette, in which it is not offered."""

_DEEPER = " ▸ "


def deeds_of_menus(bar: QMenuBar) -> Iterator[Deed]:
    """What the menus offer at this moment, as if each had been opened."""
    for action in bar.actions():
        menu = action.menu()
        if isinstance(menu, QMenu):
            yield from _deeds(menu, _plain(menu.title()))


def _deeds(menu: QMenu, path: str, topic: str = "") -> Iterator[Deed]:
    """What a menu offers, found at a path; `topic` is the title of one that opens from another, before its actions."""
    menu.aboutToShow.emit()
    for action in menu.actions():
        inner = action.menu()
        if isinstance(inner, QMenu):
            title = _plain(inner.title())
            yield from _deeds(inner, f"{path}{_DEEPER}{title}", f"{title}: ")
        elif not action.isSeparator() and action.objectName() != PALETTE and _says_something(action):
            yield _deed(action, path, topic)


def _says_something(action: QAction) -> bool:
    """Whether it can be done, or tells why not; a menu that is empty has an action that says so."""
    return action.isEnabled() or bool(action.statusTip())


def _deed(action: QAction, path: str, topic: str) -> Deed:
    text = _plain(action.text())
    shown = f"{topic}{text}"
    return Deed(
        action.objectName() or f"{path}{_DEEPER}{text}",
        f"✓ {shown}" if action.isChecked() else shown,
        action.trigger,
        path,
        action.statusTip(),
        action.shortcut().toString(QKeySequence.SequenceFormat.NativeText),
        available=action.isEnabled(),
    )


def _plain(text: str) -> str:
    """The text of an action as it is read: without the mark of its letter, and without a key behind it."""
    return text.partition("\t")[0].replace("&&", "\0").replace("&", "").replace("\0", "&")
