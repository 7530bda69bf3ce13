"""The platform's file dialogs, as an object that a test can replace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


@dataclass(frozen=True)
class SaveFormat:
    """A format to save in: the line under which a dialog offers it, the suffix that it adds to a path without one, and,
    where two share a suffix, a name for the program.
    """

    filter: str
    suffix: str
    name: str = ""


class FileDialogs:
    """Asks for paths to read and write; every answer is empty if the user cancels.

    Each dialog, told apart by its title, begins in the folder of its last answer, which `folders` has.
    """

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self.folders: dict[str, str] = {}

    def open_one(self, title: str, filters: str) -> str:
        """The file to open, or ""."""
        return self._noted(title, QFileDialog.getOpenFileName(self._parent, title, self._folder(title), filters)[0])

    def open_folder(self, title: str) -> str:
        """The folder to open, or ""."""
        return self._noted(title, QFileDialog.getExistingDirectory(self._parent, title, self._folder(title)))

    def open_many(self, title: str, filters: str) -> list[str]:
        """The files to open, or []."""
        paths = QFileDialog.getOpenFileNames(self._parent, title, self._folder(title), filters)[0]
        for path in paths[:1]:
            self._noted(title, path)
        return paths

    def save(self, title: str, suggestion: str, formats: Sequence[SaveFormat]) -> tuple[str, SaveFormat]:
        """The path to save to, or "", and the format, the first unless the user chose another."""
        filters = ";;".join(format.filter for format in formats)
        first = str(Path(self._folder(title)) / suggestion)
        path, line = QFileDialog.getSaveFileName(self._parent, title, first, filters)
        self._noted(title, path)
        chosen = next((format for format in formats if format.filter == line), formats[0])
        return (path if not path or Path(path).suffix else path + chosen.suffix), chosen

    def _folder(self, title: str) -> str:
        """The folder to begin in, if it still exists, or "" for the platform's choice."""
        folder = self.folders.get(title, "")
        return folder if folder and Path(folder).is_dir() else ""

    def _noted(self, title: str, path: str) -> str:
        if path:
            self.folders[title] = str(Path(path).parent)
        return path
