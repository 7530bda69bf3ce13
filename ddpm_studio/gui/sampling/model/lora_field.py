"""LoRA field: the files that are laid over a checkpoint and their weights, typed or browsed for."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.weighted_files import WeightedFile, files_laid_over, text_of
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.file_filters import lora_filters
from ddpm_studio.gui.sampling.model.answer_texts import title
from ddpm_studio.gui.widgets.dialogs import FileDialogs


class LoraField(QWidget):
    """A line of files and weights, FILE:WEIGHT; FILE:WEIGHT, and a button that adds files to it."""

    def __init__(self, said: str) -> None:
        super().__init__()
        self.line, self.browse, self.dialogs = QLineEdit(said), QToolButton(), FileDialogs(self)
        self.line.setAccessibleName(title("lora"))
        self.line.setPlaceholderText("ink.safetensors:0.8")
        self.browse.setText(self.tr("Browse…"))
        self.browse.setToolTip(self.tr("Choose LoRAs to add, each with a weight of 1"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)
        self.setFocusProxy(self.line)
        self.browse.clicked.connect(self._add)

    def answers(self) -> Answers:
        """The answer; CheckpointError for a line that gives no files with their weights."""
        return Answers(lora=self.line.text())

    @Slot()
    def _add(self) -> None:
        paths = self.dialogs.open_many(self.tr("Add LoRAs"), lora_filters())
        added = text_of(WeightedFile.parse(f"{path}:1") for path in paths)
        try:
            before = text_of(files_laid_over(self.line.text()))
        except StudioError:  # It is told when the line is applied.
            before = self.line.text()
        self.line.setText("; ".join(each for each in (before, added) if each))
