"""Scene of a soak: a window, what a person's hands can do in it, and a scratch folder with files of every kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from PySide6.QtCore import (
    QDeadlineTimer,
    QEvent,
    QMimeData,
    QPoint,
    QPointF,
    QSize,
    Qt,
    QTimer,
    QUrl,
)
from PySide6.QtGui import QAction, QDesktopServices, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from ddpm_studio.diffusion import CURVES, Schedule
from ddpm_studio.files.kept.kept_folder import KeptFolder
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.lazy_panel import Turn
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.restoring import begin_session
from ddpm_studio.gui.sampling.pages.views import Page
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.phase import PREPARING
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.widgets.typed.editing import _line_of, _typed_into
from ddpm_studio.gui.worker import sampling_thread
from tests.patience import PATIENCE_S
from tests.soak.scratch import Scratch
from tests.soak.trouble import Trouble

W = TypeVar("W", bound=QWidget)
SIZE = QSize(1400, 900)
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
POLL_MS = 20
MANY = 16
"""Schedules of which each has its own style."""
TURNS = 40
"""Iterations of the event loop in which the window comes to rest, or is busy with a run."""


class Scene:
    """A window with two schedules, and a `random` that each action has anew. `said` is what the last action did."""

    def __init__(self, folder: Path) -> None:
        self.scratch = Scratch(folder)
        self.random = Random()
        self.said: list[str] = []
        self.answer: list[str] = []
        self.forgotten = False
        self.patient = True
        self._before = ExitStack()
        self._replace(sampling_thread, "PATIENCE_MS", 1000 * PATIENCE_S)
        self._replace(QDesktopServices, "openUrl", lambda url: True)
        self._answer_dialogs()
        self.window = self._open([Schedule("linear", 300), Schedule("cosine", 1000)], restore=False)

    def close(self) -> None:
        """End everything."""
        self._close_window()
        self._before.close()

    def say(self, what: str) -> None:
        """Note what is done."""
        self.said.append(what)

    # the window

    def _open(self, schedules: list[Schedule], restore: bool) -> MainWindow:
        window = open_window([], schedules, None)
        window.share_out(SIZE)
        begin_session(window, restore)
        window.desk.kept.keep_in(KeptFolder(self.scratch.folder / "runs"))
        window.desk.lab.keep_in(self.scratch.folder / "lab")
        window.show()
        self.window = window
        window.activateWindow()
        self.settle()
        return window

    def show_all(self) -> None:
        """Show as much as there ever is, and go back to the beginning."""
        studio = self.window.studio
        studio.set_curves(tuple(CURVES))
        studio.set_grid(True)
        for _ in range(MANY - len(studio.state.entries)):
            studio.duplicate(studio.state.selected)
        self.settle()
        self.bring_up("values")
        self.bring_up("sampling")
        self.window.panel(SamplingPanel).views.show_page(Page.MODEL)
        self.wait(lambda: self.window.studio.state.sampling.card is not None, "the bundled checkpoint")
        self.start_again()

    def start_again(self) -> None:
        """Go back to where the first window starts, with nothing to undo."""
        self.close_dialogs()
        self.come_to_rest()
        self.trigger(self.action("stop"))
        self.trigger(self.action("start_afresh"))
        self.window.studio.begin()
        self.settle()

    def reopen(self) -> None:
        """Close the window, and open another that goes on from its session."""
        self._close_window()
        self._open([], restore=True)

    def _close_window(self) -> None:
        self.close_dialogs()
        self.window.close()
        self.window.deleteLater()

    @contextmanager
    def _closing_menus(self) -> Iterator[None]:
        """Close the menus that open meanwhile; a button's own menu holds up whoever opens it."""
        timer = QTimer(interval=POLL_MS)
        timer.timeout.connect(_close_popups)
        timer.start()
        yield
        timer.stop()

    def close_dialogs(self) -> None:
        """Close everything that lies over the window."""
        _close_popups()
        for dialog in self.window.findChildren(QDialog):
            dialog.close()

    def settle(self) -> None:
        """Let the window come to rest, and what is done beside it come to an end, if the person has that patience."""
        for turn in range(TURNS):
            QApplication.processEvents()
            if turn >= 2 and not self.window.studio._announce.isActive():
                break
        if self.patient and self.beside():
            self.wait(lambda: not self.beside(), "the end of what is done beside the window")

    def come_to_rest(self) -> None:
        """Stop what plays, for which a busy machine may never have shown all, settle, and let all have their turn.

        Undoing may have opened another checkpoint; one that is refused gives way to the last by itself.
        """
        self.window.panel(TimeBar).stop()
        self.settle()
        self.wait(lambda: not self.opening(), "the opening of a checkpoint")
        self.wait(self._all_had_their_turn, "the turn of every part of the window")

    def _all_had_their_turn(self) -> bool:
        return not any(turn.to_come for turn in self.window.findChildren(Turn))

    def wait(self, until: Callable[[], bool], what: str) -> None:
        """Go on once something is so; Trouble if that never comes."""
        end = QDeadlineTimer(1000 * PATIENCE_S)
        while not until():
            QTest.qWait(POLL_MS)
            if end.hasExpired():
                raise Trouble(f"In {PATIENCE_S} s this did not come: {what}.")
        self.settle()

    @property
    def typing(self) -> bool:
        """Whether something is half typed."""
        line = _line_of(QApplication.focusWidget())
        return line is not None and _typed_into(line)

    def saving(self) -> bool:
        """Whether a file is being read or written beside the window."""
        return any(queue.busy for queue in self.window.desk.queues)

    def beside(self) -> bool:
        """Whether that is so, or something is computed there that a panel shows."""
        return any(queue.busy for queue in self.window.desk.every_queue)

    def wait_for_files(self) -> None:
        """Let what is read come: a schedule that does is chosen, and ends what is typed in another line."""
        self.wait(lambda: not self.saving(), "the end of what is read and written")

    def opening(self) -> bool:
        """Whether a checkpoint is being opened, for a run or for none, or tried out."""
        return self.window.desk.samples.phase in PREPARING

    # hands

    def bring_up(self, name: str) -> None:
        """Show a panel."""
        self.window.bring_up(name)
        self.settle()

    def action(self, name: str) -> QAction:
        """An action of the menus."""
        return self.window.menus.action(name)

    def trigger(self, action: QAction) -> bool:
        """Choose a line of a menu, if it can be chosen."""
        if not action.isEnabled():
            return False
        self.say(f"menu: {action.text()}")
        action.trigger()
        self.settle()
        return True

    def click(self, widget: QWidget, place: QPoint | None = None, double: bool = False) -> bool:
        """Click on a widget, if that is possible."""
        if not (widget.isVisible() and widget.isEnabled()):
            return False
        self.say(f"click: {type(widget).__name__} {widget.accessibleName() or widget.property('text') or ''}")
        _activate(widget)
        press = QTest.mouseDClick if double else QTest.mouseClick
        press(widget, LEFT, NO_KEYS, widget.rect().center() if place is None else place)
        self.settle()
        return True

    def drag(self, widget: QWidget, places: list[QPoint]) -> None:
        """Drag the mouse over a widget."""
        self.say(f"drag: {type(widget).__name__} {widget.accessibleName()}")
        _activate(widget)
        QTest.mousePress(widget, LEFT, NO_KEYS, places[0])
        for place in places:
            QTest.mouseMove(widget, place)
            QApplication.processEvents()
        QTest.mouseRelease(widget, LEFT, NO_KEYS, places[-1])
        self.settle()

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = NO_KEYS, widget: QWidget | None = None) -> None:
        """Press a key where the focus is."""
        if widget is not None:
            _activate(widget)
            widget.setFocus()
        target = widget or QApplication.focusWidget() or self.window
        self.say(f"key: {held.name} {key.name} in {type(target).__name__}")
        with self._closing_menus():
            QTest.keyClick(target, key, held)
        self.settle()

    def type_in(self, field: QWidget, text: str, end: Qt.Key | None = Qt.Key.Key_Return) -> bool:
        """Type a text over that of a field, if that is possible, and press a key after it."""
        if not (field.isVisible() and field.isEnabled()):
            return False
        self.say(f"type: {text!r} into {type(field).__name__} {field.accessibleName()}")
        _activate(field)
        field.setFocus()
        field.selectAll()  # type: ignore[attr-defined]
        if not text:
            QTest.keyClick(field, Qt.Key.Key_Delete)
        for letter in text:
            _type_letter(field, letter)
        if end is not None:
            QTest.keyClick(field, end)
        self.settle()
        return True

    def drop(self, mime: QMimeData, widget: QWidget | None = None) -> None:
        """Drop something on the window, or a panel."""
        target = widget or self.window
        self.say(f"drop: {[url.toLocalFile() for url in mime.urls()] or mime.text()!r} on {type(target).__name__}")
        what = Qt.DropAction.CopyAction, mime, LEFT, NO_KEYS
        entered = QDragEnterEvent(QPoint(5, 5), *what)
        QApplication.sendEvent(target, entered)
        if entered.isAccepted():
            QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), *what))
        self.settle()

    def seen(self, parent: QWidget, kind: type[W]) -> list[W]:
        """Widgets of a class that can be used now."""
        return [widget for widget in parent.findChildren(kind) if widget.isVisible() and widget.isEnabled()]

    # dialogs of the platform

    @contextmanager
    def answering(self, *paths: str) -> Iterator[None]:
        """Have the dialogs for files answer with these."""
        self.answer = list(paths)
        yield
        self.answer = []

    def _answer_dialogs(self) -> None:
        for name, answer in (
            ("getOpenFileName", lambda *_: (self._one(), "")),
            ("getOpenFileNames", lambda *_: (self.answer, "")),
            ("getExistingDirectory", lambda *_: self._one()),
            ("getSaveFileName", self._save),
        ):
            self._replace(QFileDialog, name, answer)

    def _one(self) -> str:
        return self.answer[0] if self.answer else ""

    def _save(self, parent: QWidget, title: str, first: str, filters: str) -> tuple[str, str]:
        chosen = self.random.choice(filters.split(";;"))
        suffix = re.search(r"\*(\.\w+)", chosen)
        path = self._one()
        return (path + (suffix[1] if suffix else "") if path else ""), chosen

    def _replace(self, owner: Any, name: str, value: object) -> None:
        self._before.callback(setattr, owner, name, getattr(owner, name))
        setattr(owner, name, value)


def _activate(widget: QWidget) -> None:
    """Have the window of a widget the active one, as a press in it does."""
    if QApplication.activeWindow() is not widget.window() and widget.window().windowType() is not Qt.WindowType.Popup:
        widget.activateWindow()
        QApplication.processEvents()


def _close_popups() -> None:
    while popup := QApplication.activePopupWidget():
        popup.close()


def _type_letter(field: QWidget, letter: str) -> None:
    """Type any letter; QTest ends the process at those that are not in ASCII."""
    if letter.isascii():
        QTest.keyClicks(field, letter)
    else:
        QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 0, NO_KEYS, letter))


def files(*paths: str) -> QMimeData:
    """Files as they are dragged."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return mime


def text(words: str) -> QMimeData:
    """A text as it is dragged, or on the clipboard."""
    mime = QMimeData()
    mime.setText(words)
    return mime
