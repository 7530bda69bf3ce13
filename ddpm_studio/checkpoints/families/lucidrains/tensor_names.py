"""Layout of a file's tensors: the release of denoising-diffusion-pytorch that wrote them, and what it left open."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.answers import Answers
from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.lucidrains.releases import LATEST, Release, nearest_published, release
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

if TYPE_CHECKING:
    from torch import Tensor

HEAD_CHANNELS, GROUPS = 32, 8
_OTHER_HEAD_CHANNELS, _OTHER_GROUPS = (64, 16, 128), (4, 16, 32)
_UNTOLD = ("0.25.3", "0.26.3", "0.26.4", "0.27.2", "0.27.12", "0.31.1", "1.6.4", "1.7.0", "1.7.1", "1.7.3", "1.7.7")
"""The last release of each kind, of those that files without a number may be from."""
_NORM = re.compile(r"block1\.(norm|block\.1)\.bias$")
_UNSHUFFLED = re.compile(r"downs\.\d{1,3}\.3\.1\.weight$")

_AMBIGUOUS = QT_TRANSLATE_NOOP(
    "checkpoints",
    "release {release} of the library; others with the same names compute attention or convolutions differently",
)
_UNPUBLISHED = QT_TRANSLATE_NOOP(
    "errors",
    "There is no release {value} of denoising-diffusion-pytorch with such networks; did you mean --release {nearest}?",
).in_window(
    QT_TRANSLATE_NOOP(
        "errors",
        "There is no release {value} of denoising-diffusion-pytorch with such networks; did you mean {nearest}?",
    )
)
_EMBEDDING = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "the embedding of t has θ = 10 000, the library's default"), about=("theta",)
)
_GROUPS = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "its normalisation has 8 groups, the library's default"), about=("groups",)
)
_HEADS = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "each head of its attention has 32 channels, the library's default"),
    about=("head_channels",),
)


def release_of(names: Collection[str], recorded: object, said: str | None) -> tuple[Release, tuple[Assumption, ...]]:
    """The release that wrote tensors of these names: the one that the user gave, the one that the file records, or the
    likeliest, which is then an assumption; CheckpointError for a given one that was never published.

    Releases from 1.8 on, which do not wrap attention in fn, and those before 0.22 are told by names alone.
    """
    if said is not None:
        return _published(said), ()
    known = release(recorded) if isinstance(recorded, str) else None
    if known is not None:
        # The first releases to record their number, of November 2022, called themselves 0.1.
        return (known if known.version >= (1,) else Release((1, 0))), ()
    if not any(".fn.fn." in name for name in names):
        return LATEST, ()
    likeliest = _likeliest(names)
    if likeliest.version < (0, 22):
        return likeliest, ()
    return likeliest, (Assumption(_AMBIGUOUS, {"release": likeliest}, about=("release",)),)


def _published(said: str) -> Release:
    found = release(said) or LATEST
    nearest = nearest_published(found)
    if nearest != found:
        raise CheckpointError(_UNPUBLISHED, value=said, nearest=str(nearest))
    return found


def left_open(names: Collection[str]) -> Iterator[Assumption]:
    """The settings that the library leaves to its users and none of its files records."""
    yield _EMBEDDING
    if is_grouped(names):
        yield _GROUPS
    if not any(name.endswith(".mem_kv") for name in names):
        yield _HEADS


def is_grouped(names: Collection[str]) -> bool:
    """True if blocks normalise in groups, as before release 2."""
    return any(_NORM.search(name) for name in names)


def readings(tensors: Mapping[str, Tensor], recorded: object, said: Answers) -> tuple[Answers, ...]:
    """What a file may be read as, the likeliest first: widths of each head, then releases, then groups.

    Each differs in one answer from the first, which is what the file is opened as; with what was said, the others can
    be tried next.
    """
    found = _widths(tensors, said)
    found += _releases(tensors, recorded, said, others_only=bool(found))
    return found + _groups(tensors, said, others_only=bool(found))


def _releases(names: Collection[str], recorded: object, said: Answers, others_only: bool) -> tuple[Answers, ...]:
    """The releases that write such names, the likeliest first or left out; none where the release is told."""
    likeliest, assumed = release_of(names, recorded, said.release)
    if not assumed:
        return ()
    fitting = [text for text in _UNTOLD if _may_be(names, text) and text != str(likeliest)]
    return tuple(Answers(release=text) for text in ([] if others_only else [str(likeliest)]) + fitting)


def _may_be(names: Collection[str], text: str) -> bool:
    """True if a release writes such names: with an offset in normalisations before 0.26.5, with pixels for channels in
    the changes of size from 0.32 on.
    """
    version = tuple(map(int, text.split(".")))
    offset = any(name.endswith("fn.norm.b") for name in names)
    return offset == (version < (0, 26, 5)) and any(_UNSHUFFLED.search(name) for name in names) == (version >= (0, 32))


def _groups(tensors: Mapping[str, Tensor], said: Answers, others_only: bool) -> tuple[Answers, ...]:
    """The usual numbers of groups that divide the channels, the default first or left out; none if the user says it."""
    if said.groups or not is_grouped(tensors):
        return ()
    widths = {len(tensor) for name, tensor in tensors.items() if _NORM.search(name)}
    usual = _OTHER_GROUPS if others_only else (GROUPS, *_OTHER_GROUPS)
    fitting = (each for each in usual if not any(width % each for width in widths))
    return tuple(Answers(groups=each) for each in fitting)


def _widths(tensors: Mapping[str, Tensor], said: Answers) -> tuple[Answers, ...]:
    """The possible widths of each head, the likeliest first; none if the file or the user says it."""
    if said.head_channels or any(name.endswith(".mem_kv") for name in tensors):
        return ()
    widths = {len(tensor) // 3 for name, tensor in tensors.items() if name.endswith("to_qkv.weight")}
    fitting = (each for each in (HEAD_CHANNELS, *_OTHER_HEAD_CHANNELS) if not any(width % each for width in widths))
    return tuple(Answers(head_channels=each) for each in fitting)


def _likeliest(names: Collection[str]) -> Release:
    """The last release, or the one longest in use, of those that wrote such names and no number."""
    levels = [int(name.split(".")[1]) for name in names if re.match(r"downs\.\d{1,3}\.", name)]
    last = max(levels, default=0)
    if f"downs.{last}.3.weight" not in names:
        return Release((0, 21, 2))
    if "downs.0.3.1.weight" in names:
        return Release((1, 6, 4))
    return Release((0, 25, 3) if "downs.0.2.fn.norm.b" in names else (0, 31, 1))
