"""Interface of a UNet2DModel: how its config.json says that the network is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

_DEFAULT_SIZE = 64


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


def interface_of(config: Settings, path: Path) -> Interface:
    """The interface of a UNet2DModel with this config, read from `path`.

    CheckpointError for a network of σ instead of timesteps (score SDEs), for class embeddings that are not labels, and
    for one that does not return what it takes.
    """
    time, classes = config.get("time_embedding_type", "positional"), config.get("num_class_embeds")
    if time == "fourier":
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors", "{path} is a score SDE network, conditioned on σ instead of t, which cannot be sampled here."
            ),
            path=path,
        )
    if config.get("class_embed_type"):
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors", "{path} has the class_embed_type “{name}”, which takes vectors; only labels are supported."
            ),
            path=path,
            name=config["class_embed_type"],
        )
    shape, assumed = _shape(config, path)
    if classes is not None:
        assumed = (
            *assumed,
            Assumption(QT_TRANSLATE_NOOP("checkpoints", "the last class stands for no class in guidance")),
        )
    doubled = _learned_variance(config, shape[0], path)
    return Interface(shape, doubled, time == "learned", _whole(config, "num_class_embeds", 0, path), assumed)


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


def _learned_variance(config: Settings, channels: int, path: Path) -> bool:
    out = _whole(config, "out_channels", 3, path)
    if out not in (channels, 2 * channels):
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "The channels of {path} are {channels} in and {out} out; only networks that return what they take can "
                "be sampled.",
            ),
            path=path,
            channels=channels,
            out=out,
        )
    return out != channels


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
