"""Source: everything a checkpoint family has to go by."""

from __future__ import annotations

from pathlib import Path

from ddpm_studio.checkpoints.answers import Answers
from ddpm_studio.checkpoints.reading.stored_file import StoredFile


class Source(StoredFile):
    """A file or folder together with what the user said about it."""

    def __init__(self, path: Path, answers: Answers | None = None) -> None:
        super().__init__(path)
        self.answers = answers or Answers()
