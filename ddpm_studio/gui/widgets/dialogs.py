"""The platform's file dialogs, as an object that a test can put another in place of."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


class FileDialogs:
    """Asks where to read and write; every answer is empty when the person cancels."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def open_one(self, title: str, filters: str) -> str:
        """The file to open, or ""."""
        return QFileDialog.getOpenFileName(self._parent, title, "", filters)[0]

    def open_folder(self, title: str) -> str:
        """The folder to open, or ""."""
        return QFileDialog.getExistingDirectory(self._parent, title)

    def open_many(self, title: str, filters: str) -> list[str]:
        """The files to open, or []."""
        return QFileDialog.getOpenFileNames(self._parent, title, "", filters)[0]

    def save(self, title: str, suggestion: str, filters: dict[str, str]) -> tuple[str, str]:
        """(path, the chosen filter), or ("", ""). `filters` maps each filter's text to the suffix it adds."""
        path, chosen = QFileDialog.getSaveFileName(self._parent, title, suggestion, ";;".join(filters))
        if not path:
            return "", ""
        chosen = chosen or next(iter(filters))
        return (path if Path(path).suffix else path + filters[chosen]), chosen
