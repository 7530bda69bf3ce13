"""Original part of a pipeline of Flux or Stable Diffusion 3: its tensors under the names that their makers gave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file.original_autoencoder import (
    autoencoder_config,
    autoencoder_tensors,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file.original_texts import (
    clip_config,
    clip_tensors,
    t5_config,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file.transformer_shapes import (
    flux_config,
    flux_tensors,
    sd3_config,
    sd3_tensors,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import PartWeights
from ddpm_studio.checkpoints.families.shared.assembly import explained
from ddpm_studio.checkpoints.families.shared.filling import Tensors
from ddpm_studio.checkpoints.families.shared.outline import Outline
from ddpm_studio.checkpoints.families.shared.transformer_files import FLUX, KnownTransformer
from ddpm_studio.checkpoints.reading.json_settings import Settings

NETWORK = "transformer"
_OF_T5 = "encoder.block.0.layer.0.SelfAttention.q.weight"


@dataclass(frozen=True, eq=False)
class OriginalPart:
    """A StoredPart under its original names in the file at `path`, of a model of this kind."""

    tensors: Tensors
    path: Path
    kind: KnownTransformer

    def place(self, part: str) -> Path:
        """The file itself, whose shapes say how it is built."""
        return self.path

    def config(self, part: str) -> Settings:
        """How it is built; CheckpointError for shapes that are not of one."""
        with explained(self.path):
            return self._config(part)

    def weights(self, part: str, *names: str) -> PartWeights:
        """The tensors in the names of diffusers and transformers."""
        with explained(self.path):
            return PartWeights(self._renamed(part), self.path)

    def _config(self, part: str) -> Settings:
        outline = Outline(self.tensors)
        if part == NETWORK:
            return flux_config(outline) if self.kind is FLUX else sd3_config(outline)
        if part == "vae":
            return {**autoencoder_config(outline, self.kind.scaling), "shift_factor": self.kind.shift}
        if _OF_T5 in self.tensors:
            return t5_config(outline)
        activation = "quick_gelu" if part == "text_encoder" else "gelu"
        return clip_config(Outline(self._renamed(part)), projects=self._projects, activation=activation)

    def _renamed(self, part: str) -> Tensors:
        if part == NETWORK:
            return flux_tensors(self.tensors) if self.kind is FLUX else sd3_tensors(self.tensors)
        if part == "vae":
            return autoencoder_tensors(self.tensors, Outline(self.tensors))
        if _OF_T5 in self.tensors:
            return self.tensors
        return self._of_clip(part)

    @property
    def _projects(self) -> bool:
        return self.kind is not FLUX

    def _of_clip(self, part: str) -> Tensors:
        named = clip_tensors(self.tensors)
        projection = named.pop("text_projection.weight", None)
        if not self._projects:
            return named
        if part == "text_encoder":  # Whose vector Stable Diffusion 3 is given as it is.
            (width,) = Outline(named).sizes(1, "final_layer_norm.weight")
            projection = torch.eye(width)
        return named if projection is None else {**named, "text_projection.weight": projection}
