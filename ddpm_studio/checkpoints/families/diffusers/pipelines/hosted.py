"""Pipelines that are hosted: by their class, what reads the network, and the checkpoint that comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from ddpm_studio.checkpoints.answers import TITLES, Answers
from ddpm_studio.checkpoints.checkpoint import Assumption, Checkpoint, Fact
from ddpm_studio.checkpoints.families.diffusers.pipelines.autoencoder import enlargement, preview_of, read_decoder
from ddpm_studio.checkpoints.families.diffusers.pipelines.components import Component
from ddpm_studio.checkpoints.families.diffusers.pipelines.flux import guided_by_words_and_vector
from ddpm_studio.checkpoints.families.diffusers.pipelines.folder_pipeline import FolderPipeline
from ddpm_studio.checkpoints.families.diffusers.pipelines.known_pipelines import (
    CLASS_GUIDED,
    FLUX,
    PIPELINES,
    PIXART,
    STABLE_DIFFUSION_3,
    TEXT_GUIDED,
    UNCONDITIONAL,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.latent_networks import (
    LatentNetwork,
    class_guided,
    unconditional,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.lora.laid_over import lay_over, text_of_laid
from ddpm_studio.checkpoints.families.diffusers.pipelines.lora.lora_names import (
    NETWORK,
    T5,
    TEXTS,
    LayerNames,
)
from ddpm_studio.checkpoints.families.diffusers.pipelines.pixart import guided_by_t5
from ddpm_studio.checkpoints.families.diffusers.pipelines.pixels import in_latents, size_fact
from ddpm_studio.checkpoints.families.diffusers.pipelines.stable_diffusion_3 import guided_by_three
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredPipeline
from ddpm_studio.checkpoints.families.diffusers.pipelines.text_guided import guided_by_text
from ddpm_studio.checkpoints.families.diffusers.scheduler_config import Training, training, without_learned_variance
from ddpm_studio.checkpoints.families.diffusers.scheduler_place import scheduler_beside
from ddpm_studio.checkpoints.families.shared.facts import spacing_facts
from ddpm_studio.checkpoints.weighted_files import files_laid_over
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.numerals import grouped
from ddpm_studio.sampling import Denoiser, labelled
from ddpm_studio.texts import SourceText, Text

FAMILY = QT_TRANSLATE_NOOP("card", "diffusers pipeline")
_PARTS: Mapping[str, SourceText] = {
    "autoencoder": QT_TRANSLATE_NOOP("card", "autoencoder"),
    "text_encoder": QT_TRANSLATE_NOOP("card", "text encoder"),
    "text_encoder_2": QT_TRANSLATE_NOOP("card", "second text encoder"),
    "text_encoder_3": QT_TRANSLATE_NOOP("card", "third text encoder"),
}
_ON_GPU = QT_TRANSLATE_NOOP("card", "{precision} unless you choose another; the autoencoder stays in float32")
_GUIDANCE = QT_TRANSLATE_NOOP("checkpoints", "guidance {scale:g}, as in diffusers' own pipeline")
_SIZE = QT_TRANSLATE_NOOP("card", "{name}, {count} parameters, {weights}")
_WEIGHTS = QT_TRANSLATE_NOOP("card", "{size:.1f} MiB in float32")
_FROM_OTHERS = QT_TRANSLATE_NOOP("card", "{size:.1f} MiB in float32, {stored} in the file")
_FROM_SEVERAL = QT_TRANSLATE_NOOP("card", "{size:.1f} MiB in float32, several precisions in the file")

_READERS: Mapping[str, Callable[[StoredPipeline, Answers], LatentNetwork]] = {
    CLASS_GUIDED: class_guided,
    UNCONDITIONAL: unconditional,
    TEXT_GUIDED: guided_by_text,
    STABLE_DIFFUSION_3: guided_by_three,
    PIXART: guided_by_t5,
    FLUX: guided_by_words_and_vector,
}


def read_pipeline(path: Path, name: str, said: Answers) -> Checkpoint:
    """The checkpoint of the pipeline in the folder at `path` of the class `name`, one of PIPELINES.

    CheckpointError naming the part that is missing, of another class, or not what the others need.
    """
    trained = training(scheduler_beside(path), None, said)
    return as_checkpoint(FolderPipeline(path), PIPELINES[name], FAMILY, said, trained)


def as_checkpoint(pipeline: StoredPipeline, kind: str, family: str, said: Answers, trained: Training) -> Checkpoint:
    """The checkpoint of a pipeline of this `kind` that was `trained` so, as one of `family`.

    CheckpointError as for `read_pipeline`.
    """
    factor = enlargement(pipeline)
    read = _READERS[kind](pipeline, in_latents(said, factor, pipeline.path))
    loras = _with_loras(kind, read, said)
    decoder, autoencoder = read_decoder(pipeline)
    _check_channels(read, autoencoder, pipeline)
    if read.shift and (scheduler := pipeline.scheduler):
        trained = read.shift.trained(trained, scheduler, said=said.schedule is not None)
    if not read.doubled:
        trained = without_learned_variance(trained)
    denoiser = Denoiser(
        read.network,
        trained.schedule,
        trained.prediction_type,
        read.shape,
        variance=trained.variance,
        clip=None if read.texts else trained.clip,
        thresholding=trained.thresholding,
        keep_epsilon=True,
        classes=read.classes,
        null=None if read.null_label is None else labelled([read.null_label]),
        decoder=decoder,
        preview=preview_of(autoencoder),
        texts=read.texts,
        tells_guidance=read.tells_guidance,
        guidance=read.guidance,
        on_gpu=read.on_gpu,
    )
    parts = (read.component, autoencoder, *read.encoders)
    assumed = (*dict.fromkeys(note for part in parts for note in part.assumed), *read.assumed)
    facts = (
        size_fact(read.shape, factor),
        *_computed(read),
        *spacing_facts(trained.steps),
        *_parts(autoencoder, read.encoders),
        *loras,
    )
    name, count = read.component.name, read.component.parameters
    return Checkpoint(denoiser, family, name, count, (*assumed, *trained.assumed, *_guided(read.guidance)), facts)


def _with_loras(kind: str, read: LatentNetwork, said: Answers) -> Sequence[Fact]:
    """The LoRAs that are said to be laid over a network and its text encoders, as they are now."""
    if kind == UNCONDITIONAL:
        return ()
    laid = lay_over(files_laid_over(said.lora or ""), _layers(kind, read) if said.lora else {})
    return (Fact("lora", TITLES["lora"], said.lora or "", text_of_laid(laid)),)


def _layers(kind: str, read: LatentNetwork) -> Mapping[str, LayerNames]:
    """The layers of each part that a LoRA may change."""
    name, network = read.component.name, read.component.network
    of_network = LayerNames.of_unet(network) if kind == TEXT_GUIDED else LayerNames.of_transformer(network, name)
    of_t5 = [(T5, each) for each in read.encoders if each.name == "T5EncoderModel"]
    named = [*zip(TEXTS, read.encoders, strict=False), *of_t5]
    return {NETWORK: of_network, **{part: LayerNames.of_texts(encoder.network) for part, encoder in named}}


def _guided(scale: float) -> Iterator[Assumption]:
    """The note that no file says how strongly a network is to be guided."""
    if scale != 1:
        yield Assumption(_GUIDANCE, {"scale": scale}, about=("guidance",))


def _computed(read: LatentNetwork) -> Iterator[Fact]:
    """In what the network computes, on which device."""
    yield Fact("precision", QT_TRANSLATE_NOOP("card", "precision"), "float32", _weights(read.component))
    precision = str(read.on_gpu).removeprefix("torch.")
    yield Fact("on_gpu", QT_TRANSLATE_NOOP("card", "on a GPU"), precision, Text(_ON_GPU, {"precision": precision}))


def _weights(part: Component) -> Text:
    """The memory that a part's weights take, and their precision where another was stored."""
    text = _FROM_OTHERS if part.stored else _FROM_SEVERAL
    text = _WEIGHTS if part.stored == "float32" else text
    return Text(text, {"size": 4 * part.parameters / 2**20, "stored": part.stored})


def _parts(autoencoder: Component, encoders: Sequence[Component]) -> Iterator[Fact]:
    """The other networks of a pipeline, and their sizes."""
    labelled_parts = zip(_PARTS.items(), (autoencoder, *encoders), strict=False)
    for (key, label), part in labelled_parts:
        yield Fact(
            key,
            label,
            part.name,
            Text(_SIZE, {"name": part.name, "count": grouped(part.parameters), "weights": _weights(part)}),
        )


def _check_channels(read: LatentNetwork, autoencoder: Component, pipeline: StoredPipeline) -> None:
    """CheckpointError for a network and an autoencoder that know different latents."""
    channels, latent = read.shape[0], autoencoder.config.get("latent_channels", 4)
    if channels != latent:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The parts of {path} are of different models: its network draws latents of {channels} channels, and "
                "its autoencoder takes {latent}; download it again.",
            ),
            path=pipeline.path,
            channels=channels,
            latent=latent,
        )
