"""Folder of a pipeline: a model_index.json, and each part in a folder of its own with a config and weights."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ddpm_studio.checkpoints.families.diffusers.pipelines.clip_files import read_vocabulary
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import ClipWords, PartWeights, StoredSettings
from ddpm_studio.checkpoints.families.diffusers.scheduler_place import schedule_beside, scheduler_beside
from ddpm_studio.checkpoints.families.diffusers.weight_files import missing, weight_files_in
from ddpm_studio.checkpoints.families.shared.filling import Sentences, Tensors
from ddpm_studio.checkpoints.reading.json_settings import Settings, read_settings
from ddpm_studio.checkpoints.reading.stored_file import StoredFile
from ddpm_studio.checkpoints.refusal import refusal_of
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.filetypes import FOLDER

_INDEX, _CONFIG = FOLDER.names

_SENTENCES = Sentences(
    superfluous=QT_TRANSLATE_NOOP(
        "errors", "{path} holds {name}, which the config.json beside it has no place for; download the folder again."
    ),
    lacking=QT_TRANSLATE_NOOP(
        "errors", "{path} lacks {name}, which the config.json beside it needs; download the folder again."
    ),
    misshapen=QT_TRANSLATE_NOOP(
        "errors",
        "{name} in {path} is {shape}, but the config.json beside it asks for {other}; download the folder again.",
    ),
)


@dataclass(frozen=True)
class FolderPipeline:
    """A StoredPipeline in the folder at `path`."""

    path: Path
    sentences: Sentences = _SENTENCES

    @property
    def schedule(self) -> Schedule | None:
        """That of the scheduler's config."""
        return schedule_beside(self.path)

    @property
    def settings(self) -> Settings:
        """Those in model_index.json."""
        return read_settings(self.path / _INDEX)

    @property
    def scheduler(self) -> StoredSettings | None:
        """Those of the scheduler beside the parts."""
        path = scheduler_beside(self.path)
        return None if path is None else StoredSettings(read_settings(path), path)

    def place(self, part: str) -> Path:
        """The config of a part."""
        return self.path / part / _CONFIG

    def config(self, part: str) -> Settings:
        """The settings in the config of a part; CheckpointError if there is none."""
        path = self.place(part)
        if not os.path.lexists(path):
            raise missing(path)
        return read_settings(path)

    def weights(self, part: str, *names: str) -> PartWeights:
        """The tensors in all files of a part's weights; CheckpointError if there are none, or they are broken."""
        files = weight_files_in(self.path / part, *names)
        tensors = {name: each for path in files.paths for name, each in tensors_in(path).items()}
        return PartWeights(tensors, files.paths[0], files.assumed)

    def vocabulary(self, part: str) -> ClipWords:
        """The tokens in the folder of this name."""
        return read_vocabulary(self.path / part)


def tensors_in(path: Path) -> Tensors:
    """The tensors of a file of weights; CheckpointError if it is missing or broken."""
    source = StoredFile(path)
    if not source.is_file:
        raise missing(path)
    if not source.tensors:
        raise refusal_of(source)
    return dict(source.tensors)
