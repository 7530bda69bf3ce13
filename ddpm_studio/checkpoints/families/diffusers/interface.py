"""Interface of a UNet2DModel: how its config.json says that the network is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ddpm_studio.checkpoints.answers import Answers, halved_too_often
from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.diffusers.architecture import UNet2DArchitecture
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import Readable, Text

_DEFAULT_SIZE = 64
_SCORE_SDE = QT_TRANSLATE_NOOP("errors", "a score SDE network")
_SIGMA = QT_TRANSLATE_NOOP("errors", "it is conditioned on σ instead of t")
_EMBEDDED = QT_TRANSLATE_NOOP("errors", "a UNet2DModel with the class_embed_type “{name}”")
_VECTORS = QT_TRANSLATE_NOOP("errors", "it is told its class by vectors in place of a label")
_CHANNELS = QT_TRANSLATE_NOOP("errors", "a UNet2DModel of {channels} channels in and {out} out")
_OTHERWISE = QT_TRANSLATE_NOOP("errors", "only networks that return what they take can be")


@dataclass(frozen=True)
class Interface:
    """The fields of Denoiser that the network's config decides, and what had to be assumed."""

    shape: tuple[int, int, int]
    learned_variance: bool
    integer_timesteps: bool
    classes: int
    assumed: tuple[Assumption, ...]

    @property
    def null_label(self) -> int | None:
        """The label for no class: the last one, as in DiT; None without classes."""
        return self.classes - 1 if self.classes else None


def unsupported(config: Settings, path: Path) -> tuple[Readable, Readable] | None:
    """What a UNet2DModel with this config, read from `path`, is and why it cannot be sampled; None for one that can.

    It cannot if it is told σ instead of timesteps (score SDEs), classes other than by labels, or returns something
    else than it takes.
    """
    if config.get("time_embedding_type") == "fourier":
        return _SCORE_SDE, _SIGMA
    if embedded := config.get("class_embed_type"):
        return Text(_EMBEDDED, {"name": embedded}), _VECTORS
    channels, out = (_whole(config, key, 3, path) for key in ("in_channels", "out_channels"))
    if out not in (channels, 2 * channels):
        return Text(_CHANNELS, {"channels": channels, "out": out}), _OTHERWISE
    return None


def interface_of(config: Settings, path: Path) -> Interface:
    """The interface of a UNet2DModel with this config, read from `path`."""
    time, classes = config.get("time_embedding_type", "positional"), config.get("num_class_embeds")
    shape, assumed = _shape(config, path)
    if classes is not None:
        assumed = (
            *assumed,
            Assumption(QT_TRANSLATE_NOOP("checkpoints", "the last class stands for no class in guidance")),
        )
    doubled = _whole(config, "out_channels", 3, path) != shape[0]
    return Interface(shape, doubled, time == "learned", _whole(config, "num_class_embeds", 0, path), assumed)


def check_size(config: Settings, said: Answers, channels: int, path: Path) -> None:
    """CheckpointError for a size that was `said` of the network at `path`, which its blocks cannot halve."""
    shape, blocks = said.picture_shape(channels, path), config.get("down_block_types")
    if shape is None:
        return
    multiple = 2 ** (len(blocks if isinstance(blocks, list | tuple) else UNet2DArchitecture.down_block_types) - 1)
    height, width = (-(-side // multiple) * multiple for side in shape[1:])
    if (height, width) != shape[1:]:
        raise halved_too_often(shape, path, (channels, height, width))


def learned_timesteps(config: Settings, path: Path) -> int | None:
    """The number of timesteps that a network of this config, read from `path`, learned one by one; None if it computes
    them.
    """
    learned = config.get("time_embedding_type") == "learned"
    return _whole(config, "num_train_timesteps", 0, path) or None if learned else None


def check_steps(known: int | None, T: int, path: Path) -> None:
    """CheckpointError if there are fewer learned timesteps than the T of a schedule."""
    if known is not None and known < T:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The schedule has T = {T}, but the network in {path} learned {known} timesteps; choose the schedule "
                "it was trained with.",
            ),
            T=T,
            path=path,
            known=known,
        )


def _shape(config: Settings, path: Path) -> tuple[tuple[int, int, int], tuple[Assumption, ...]]:
    channels, size = _whole(config, "in_channels", 3, path), config.get("sample_size")
    if size is None:
        text = QT_TRANSLATE_NOOP("checkpoints", "pictures of {size} × {size}, since config.json gives no sample_size")
        assumed = (Assumption(text, {"size": _DEFAULT_SIZE}, ("shape",)),)
        return (channels, _DEFAULT_SIZE, _DEFAULT_SIZE), assumed
    sides = size if isinstance(size, list) and len(size) == 2 else [size, size]
    height, width = (_above_zero(side, "sample_size", path) for side in sides)
    return (channels, height, width), ()


def _whole(config: Settings, key: str, default: int, path: Path) -> int:
    value = config.get(key)
    return default if value is None else _above_zero(value, key, path)


def _above_zero(value: object, key: str, path: Path) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise CheckpointError(
            QT_TRANSLATE_NOOP("errors", "{key} in {path} is {value}; it must be a whole number above 0."),
            key=key,
            path=path,
            value=repr(value)[:40],
        )
    return value
