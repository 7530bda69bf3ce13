"""A diffusers pipeline folder, or a bare UNet2DModel folder.

model_index.json  unet/  scheduler/scheduler_config.json     a pipeline
model_index.json  config.json  scheduler_config.json         a pipeline in one folder, as google/ddpm-* are
config.json                                                  a network alone
config.json  model_ema.pt                                    its weights under a name of their own
unet/  unet_ema/                                             what diffusers' training scripts save as checkpoint-500

The weights alone, in a file, are families of their own: `unet2d_weights` and `ho_weights`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ddpm_studio.checkpoints.answers import Answers
from ddpm_studio.checkpoints.checkpoint import Assumption, Checkpoint, Fact, register
from ddpm_studio.checkpoints.families.diffusers import ho_weights, unet2d_weights
from ddpm_studio.checkpoints.families.diffusers.interface import (
    check_size,
    check_steps,
    interface_of,
    learned_timesteps,
    unsupported,
)
from ddpm_studio.checkpoints.families.diffusers.other_classes import classes_of, of_network, of_pipeline
from ddpm_studio.checkpoints.families.diffusers.own_names import averaged_in, is_described_beside, is_named_averaged
from ddpm_studio.checkpoints.families.diffusers.pipelines.known_pipelines import PIPELINES
from ddpm_studio.checkpoints.families.diffusers.pipelines.single_file import of_one_file, of_transformer_file
from ddpm_studio.checkpoints.families.diffusers.scheduler_place import (
    AVERAGED,
    TRAINED,
    TRANSFORMER,
    schedule_beside,
    scheduler_beside,
)
from ddpm_studio.checkpoints.families.diffusers.weight_files import WEIGHTS_NAME, WeightFiles, missing, weight_files_in
from ddpm_studio.checkpoints.families.shared.facts import spacing_facts, step_fact, weights_fact
from ddpm_studio.checkpoints.reading.json_settings import Settings, read_settings
from ddpm_studio.checkpoints.reading.stored_file import StoredFile
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.strangers import LATENT, Stranger
from ddpm_studio.checkpoints.unsupported import UnsupportedError
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.filetypes import FOLDER
from ddpm_studio.texts import Text

FAMILY = QT_TRANSLATE_NOOP("card", "diffusers folder")
_INDEX, _CONFIG = FOLDER.names

_AUTOENCODERS = ("vae", "vqvae", "vqmodel", "movq")
"""Folders of what turns the latents that a network beside it draws into pictures."""

_AVERAGING = (
    *("decay", "min_decay", "optimization_step", "update_after_step", "use_ema_warmup", "inv_gamma", "power"),
    *("collected_params", "max_value"),
)
"""What diffusers' EMAModel adds to the config of the network that it averages."""

_BOTH = QT_TRANSLATE_NOOP(
    "checkpoints", "the averaged weights in {averaged}; those of the last step are in {folder}/{trained}"
)
_OTHER = QT_TRANSLATE_NOOP("errors", "a folder with a {name}")
_ONLY = QT_TRANSLATE_NOOP("errors", "only a UNet2DModel can be; choose a folder with one")


def _recognises(source: Source) -> bool:
    folder = _folder(source.path)
    is_folder = any((folder / name).is_file() for name in (_INDEX, _CONFIG)) or _is_of_a_training(folder)
    return is_folder or is_described_beside(source)


def _is_of_a_training(folder: Path) -> bool:
    """True for networks of a training script, which writes no index of the components; an unreadable one is refused."""
    networks = (folder / name / _CONFIG for name in (AVERAGED, TRAINED))
    return not os.path.lexists(folder / _INDEX) and any(network.is_file() for network in networks)


def _folder(path: Path) -> Path:
    inside = path.name in (_INDEX, _CONFIG) or path.name.startswith(WEIGHTS_NAME)
    return path.parent if inside and path.is_file() else path


def _schedule_of_pipeline(source: Source) -> Schedule | None:
    """The schedule of a hosted pipeline, whose networks may take gigabytes."""
    pipeline = _pipeline_of(_folder(source.path))
    return schedule_beside(pipeline) if _hosted(pipeline) else None


@register(FAMILY, _recognises, schedule=_schedule_of_pipeline)
def read(source: Source) -> Checkpoint:
    """Open the folder, or the folder of the index, config or weights that the source names; of other weights with a
    config beside them these alone.
    """
    own = is_described_beside(source)
    folder = source.path.parent if own else _folder(source.path)
    pipeline = _pipeline_of(folder)
    if name := _hosted(pipeline):
        from ddpm_studio.checkpoints.families.diffusers.pipelines.hosted import read_pipeline

        return read_pipeline(pipeline, name, source.answers)
    _check_pipeline(pipeline)
    parts = () if own else (AVERAGED, TRAINED)
    unet = next((folder / name for name in parts if (folder / name).is_dir()), folder)
    config = _config_of(unet, folder)
    _check_class(config, unet)
    averaging = {key: config[key] for key in _AVERAGING if key in config}
    architecture = {key: value for key, value in config.items() if key not in averaging}
    files = WeightFiles((source.path,), "") if own else weight_files_in(unet)
    stored = [source] if own else [StoredFile(path) for path in files.paths]
    opened = _opened(architecture, unet, scheduler_beside(folder), source.answers, stored)
    facts = (*opened.facts, *_weights(unet, averaging), *(averaged_in(stored[0]) if own else ()))
    by_name = ("weights",) if own and is_named_averaged(source) else ()
    assumed = (*_chosen(unet, folder), *files.assumed, *opened.assumed)
    return replace(opened, facts=facts, assumed=assumed, by_name=by_name)


def _config_of(unet: Path, folder: Path) -> Settings:
    """The config of the network; CheckpointError if a pipeline lacks it."""
    path = unet / _CONFIG
    if not os.path.lexists(path):
        raise missing(path if unet != folder else folder / TRAINED / _CONFIG)
    return read_settings(path)


def _pipeline_of(folder: Path) -> Path:
    """The folder of the pipeline in which that of a network lies, or itself."""
    return folder.parent if folder.name in (TRAINED, AVERAGED, TRANSFORMER) else folder


def _hosted(pipeline: Path) -> str | None:
    """The class of a pipeline whose parts are read here, and hosted by their libraries."""
    index = pipeline / _INDEX
    name = str(read_settings(index).get("_class_name")) if index.is_file() else ""
    return name if name in PIPELINES else None


def _check_pipeline(pipeline: Path) -> None:
    """Refuse a network that lies in a pipeline with more than it, or beside an autoencoder."""
    if (pipeline / _INDEX).is_file():
        _check_components(read_settings(pipeline / _INDEX), pipeline)
    elif any((pipeline / name / _CONFIG).is_file() for name in _AUTOENCODERS):
        raise _refused(pipeline, LATENT)


def _weights(unet: Path, averaging: Settings) -> Iterator[Fact]:
    """Which weights these are, where a training script says it, and how long they were averaged."""
    if averaging or unet.name == AVERAGED:
        yield weights_fact(averaged=True)
    if isinstance(step := averaging.get("optimization_step"), int):
        yield step_fact(step)


def _chosen(unet: Path, folder: Path) -> Iterator[Assumption]:
    """The note that the averaged weights were taken of two sets."""
    if unet.name == AVERAGED and unet != folder and (folder / TRAINED).is_dir():
        yield Assumption(_BOTH, {"averaged": AVERAGED, "trained": TRAINED, "folder": folder.name}, about=("weights",))


def _check_components(index: Settings, folder: Path) -> None:
    """Refuse by name whatever is more than a UNet2DModel and its scheduler, before anything large is read."""
    classes = [str(entry[-1]) for entry in index.values() if isinstance(entry, list) and entry and entry[-1]]
    if stranger := of_pipeline(index, classes):
        raise _refused(folder, stranger)
    if not isinstance(index.get("unet"), list):
        unknown = QT_TRANSLATE_NOOP("errors", "pipeline of an unknown class")
        raise _refused(folder, _other(index.get("_class_name", unknown)))


def _check_class(config: Settings, folder: Path) -> None:
    classes = classes_of(config)
    if "UNet2DModel" not in classes:
        unknown = QT_TRANSLATE_NOOP("errors", "network of an unknown class")
        raise _refused(folder, of_network(config) or _other(next(iter(classes), unknown)))
    if found := unsupported(config, folder / _CONFIG):
        raise UnsupportedError(folder, *found, schedule_beside(folder))


def _other(name: object) -> Text:
    return Text(_OTHER, {"name": name})


def _refused(folder: Path, kind: Stranger | Text) -> UnsupportedError:
    """The refusal of what is in a folder, with the schedule of its scheduler."""
    schedule = schedule_beside(folder)
    if isinstance(kind, Stranger):
        return UnsupportedError(folder, kind.name, kind.why(says=schedule is not None), schedule)
    return UnsupportedError(folder, kind, _ONLY, schedule)


def _opened(
    config: Settings, folder: Path, scheduler: Path | None, said: Answers, files: Sequence[StoredFile]
) -> Checkpoint:
    from ddpm_studio.checkpoints.families.diffusers.scheduler_config import training, without_learned_variance
    from ddpm_studio.checkpoints.families.diffusers.weights import read_unet2d
    from ddpm_studio.sampling import Denoiser, labelled

    called = interface_of(config, folder / _CONFIG)
    known = learned_timesteps(config, folder / _CONFIG)
    trained = training(scheduler, known, said)
    if not called.learned_variance:
        trained = without_learned_variance(trained)
    check_steps(known, (said.schedule or trained.schedule).T, folder / _CONFIG)
    network = read_unet2d(config, folder / _CONFIG, files)
    check_size(config, said, called.shape[0], folder)
    denoiser = Denoiser(
        network,
        trained.schedule,
        trained.prediction_type,
        called.shape,
        variance=trained.variance,
        clip=trained.clip,
        thresholding=trained.thresholding,
        keep_epsilon=True,
        integer_timesteps=called.integer_timesteps,
        classes=called.classes,
        null=None if called.null_label is None else labelled([called.null_label]),
    )
    parameters = sum(parameter.numel() for parameter in network.parameters())
    return Checkpoint(
        denoiser, FAMILY, "UNet2DModel", parameters, (*called.assumed, *trained.assumed), spacing_facts(trained.steps)
    )


register(unet2d_weights.FAMILY, unet2d_weights.recognises, candidates=unet2d_weights.candidates)(unet2d_weights.read)
register(ho_weights.FAMILY, ho_weights.recognises, candidates=ho_weights.candidates)(ho_weights.read)
register(
    of_one_file.FAMILY, of_one_file.recognises, candidates=of_one_file.candidates, schedule=of_one_file.schedule_of
)(of_one_file.read)
register(of_transformer_file.FAMILY, of_transformer_file.recognises, schedule=of_transformer_file.schedule_of)(
    of_transformer_file.read
)
