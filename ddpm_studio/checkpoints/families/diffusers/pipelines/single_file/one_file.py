"""One file of a pipeline: its parts under prefixes, in their original names, without configs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from ddpm_studio.checkpoints.families.diffusers.pipelines.originals.original_names import renamed
from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file.found_vocabulary import vocabulary_for
from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file.original_autoencoder import (
    autoencoder_config,
    autoencoder_tensors,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file.original_texts import (
    clip_config,
    clip_tensors,
    open_clip_tensors,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file.original_unet import unet_config, unet_places
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import ClipWords, PartWeights, StoredSettings
from ddpm_studio.checkpoints.families.shared.assembly import explained
from ddpm_studio.checkpoints.families.shared.filling import Sentences, Tensors
from ddpm_studio.checkpoints.families.shared.latent_files import (
    AUTOENCODER,
    FIRST,
    OF_OPEN_CLIP,
    KnownModel,
)
from ddpm_studio.checkpoints.families.shared.outline import Outline
from ddpm_studio.checkpoints.families.shared.prefixes import best_prefix, under
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP

SENTENCES = Sentences(
    superfluous=QT_TRANSLATE_NOOP(
        "errors",
        "{path} holds {name}, which a model with the other shapes in it has no place for; choose the model in a "
        "diffusers folder.",
    ),
    lacking=QT_TRANSLATE_NOOP(
        "errors",
        "{path} lacks {name}, as diffusers calls it, which a model with the other shapes in it needs; download it "
        "again.",
    ),
    misshapen=QT_TRANSLATE_NOOP(
        "errors",
        "{name} in {path}, as diffusers calls it, is {shape}, but the shapes around it ask for {other}; "
        "download it again.",
    ),
)
_TOLD_OF_SIZES = 6
_LCM = "LatentConsistencyModelPipeline"


class OneFile:
    """A StoredPipeline in one file of this kind, which was trained with this schedule."""

    def __init__(self, source: Source, kind: KnownModel, schedule: Schedule) -> None:
        self.path: Path = source.path
        self.schedule: Schedule | None = schedule
        self.scheduler: StoredSettings | None = None
        self.sentences = SENTENCES
        self._source, self._kind = source, kind

    @property
    def settings(self) -> Settings:
        """Those of latent consistency models for one that is told its guidance, as model_index.json would say."""
        return {"_class_name": _LCM} if "time_embed.cond_proj" in Outline(self._raw("unet")) else {}

    def place(self, part: str) -> Path:
        """The file itself, whose shapes say how everything in it is built."""
        return self.path

    def config(self, part: str) -> Settings:
        """How a part is built, by its shapes; CheckpointError if they are those of no such part."""
        with explained(self.path):
            return self._configs[part]()

    def weights(self, part: str, *names: str) -> PartWeights:
        """The tensors of a part in the names of diffusers and transformers."""
        with explained(self.path):
            return PartWeights(self._tensors(part), self.path)

    def vocabulary(self, part: str) -> ClipWords:
        """The tokens of CLIP, wherever they are found; CheckpointError if they are nowhere."""
        encoder = part.replace("tokenizer", "text_encoder")
        return vocabulary_for(self.path, fills_with_ends=not self._is_open(encoder))

    @cached_property
    def _configs(self) -> Mapping[str, Callable[[], Settings]]:
        texts = {part: lambda part=part: self._of_encoder(part) for part in self._kind.encoders}
        return {"unet": self._of_unet, "vae": self._of_autoencoder, **texts}

    def _of_unet(self) -> Settings:
        config = unet_config(Outline(self._raw("unet")), self._kind)
        told = config.get("projection_class_embeddings_input_dim")
        if not isinstance(told, int):
            return config
        vector, _ = (Outline(self._tensors("text_encoder_2")) / "text_projection").sizes(2)
        return {**config, "addition_time_embed_dim": (told - vector) // _TOLD_OF_SIZES}

    def _of_autoencoder(self) -> Settings:
        return autoencoder_config(Outline(self._raw("vae")), self._kind.scaling)

    def _of_encoder(self, part: str) -> Settings:
        activation = "gelu" if self._is_open(part) else "quick_gelu"
        return clip_config(Outline(self._tensors(part)), projects=_projects(part), activation=activation)

    def _tensors(self, part: str) -> Tensors:
        raw = self._raw(part)
        if part == "unet":
            return renamed(raw, unet_places(Outline(raw)))
        if part == "vae":
            return autoencoder_tensors(raw, Outline(raw))
        if self._is_open(part):
            return open_clip_tensors(raw, hidden=self._kind.hidden, projects=_projects(part))
        return clip_tensors(raw)

    def _is_open(self, part: str) -> bool:
        return self._kind.encoders[part].endswith(OF_OPEN_CLIP)

    def _raw(self, part: str) -> Tensors:
        """The tensors of a part under their names in it, of averaged weights where there are such."""
        tensors = self._source.tensors
        if part == "unet":
            root = best_prefix(tensors, FIRST) or ""
            return under(f"{root}{FIRST.partition('.')[0]}.", tensors)
        prefix = AUTOENCODER if part == "vae" else self._kind.encoders[part]
        return under(prefix, tensors) or under(f"state_dict.{prefix}", tensors)


def _projects(part: str) -> bool:
    """Whether an encoder gives the vector of a text, as SDXL's second does."""
    return part.endswith("_2")
