"""Display: what Qt says while it looks for one, and a sentence in place of its abort where it finds none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.leaving import leave
from ddpm_studio.telling import tell

_PLATFORMS, _PLUGINS = "qt.qpa.", "qt.qpa.plugin"
"""The categories of messages that say why a platform cannot be used, and of those that say merely that it cannot."""


@contextmanager
def display_needed() -> Iterator[None]:
    """Leave with one sentence if Qt finds no display in this block, in which the QApplication is made.

    Only Qt itself knows whether it can use a display, and it aborts where it cannot, after its last message. What else
    it says is passed on once the display is found.
    """
    said: list[tuple[str, str]] = []

    def hear(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind is QtMsgType.QtFatalMsg:
            leave(tell(_refusal(said)))
        said.append((context.category or "", message))

    before = qInstallMessageHandler(hear)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
    if sys.stderr is not None:
        sys.stderr.writelines(f"{message}\n" for _, message in said)


def _refusal(said: list[tuple[str, str]]) -> StudioError:
    about = sorted((category == _PLUGINS, text) for category, text in said if category.startswith(_PLATFORMS))
    reason = " ".join(about[0][1].split()).rstrip(".") if about else "Qt says no more"
    return StudioError(
        QT_TRANSLATE_NOOP(
            "errors",
            "There is no display for a window ({reason}); set DISPLAY or WAYLAND_DISPLAY to one that can be reached, "
            "draw the window with --screenshot FILE, or use a command: ddpm-studio --help lists them.",
        ),
        reason=reason,
    )
