"""Settings of a UNet2DModel that the shapes of its weights leave open: given, usual, or asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import gcd

from ddpm_studio.checkpoints.answers import Answers, UnansweredError
from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.diffusers.told_by_shapes import ToldByShapes
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.checkpoints.unet2d_conventions import Conventions
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import Readable

USUAL_GROUPS = 32
WIDTHS = (8, None, 64, 32, 16, 4)
GROUPS = (USUAL_GROUPS, 16, 8, 4, 2, 1)
"""The channels of heads and the numbers of groups that occur, the most common first; None is one head."""

USUAL_WIDTHS = {"diffusers": 8, "ddpm": None}
"""The channels of a head by conventions, None where there is one head."""

_SIDE, _FIRST_SIDE, _MOST_HALVINGS = 64, 16, 6
"""Of a picture, where nothing else is known, and the size at which the networks of Ho et al. attend first."""

_DEFAULTS = QT_TRANSLATE_NOOP("checkpoints", "conventions {name}, those of diffusers unless told otherwise")
_PUBLISHED = QT_TRANSLATE_NOOP("checkpoints", "conventions {name}, those of Ho et al. 2020")
_HEADS = QT_TRANSLATE_NOOP("checkpoints", "heads of {channels} channels, as usual with these conventions")
_ONE_HEAD = QT_TRANSLATE_NOOP("checkpoints", "one head, as usual with these conventions")
_GROUPED = QT_TRANSLATE_NOOP("checkpoints", "{groups} groups of the normalisation, as usual")
_ANY_SIZE = QT_TRANSLATE_NOOP("checkpoints", "pictures of {size} × {size}; the network takes other sizes too")
_SIZE = QT_TRANSLATE_NOOP(
    "checkpoints", "pictures of {size} × {size}, so that attention begins at {first} × {first} as in Ho et al. 2020"
)


@dataclass(frozen=True)
class Dialect:
    """A way of saving such weights: what one is called, the conventions it usually has, if it has but one head, and if
    its levels may change their size without layers.
    """

    kind: Readable
    usual: str
    one_head: bool = False
    may_pool: bool = False


@dataclass(frozen=True)
class Settled:
    """All that was left open: the conventions, the channels of a head (None for one head), groups, and a side.

    `assumed` says so of each of them, for the card, be it given or not.
    """

    conventions: Conventions
    head_channels: int | None
    groups: int
    side: int
    assumed: tuple[Assumption, ...] = ()

    @property
    def config(self) -> Settings:
        """The settings of config.json."""
        return {
            **self.conventions.config,
            "attention_head_dim": self.head_channels,
            "norm_num_groups": self.groups,
            "sample_size": self.side,
        }


def settled(told: ToldByShapes, source: Source, dialect: Dialect) -> Settled:
    """What is given, or what is usual in this dialect.

    UnansweredError for a network whose groups or heads are not the usual ones, CheckpointError for given ones that do
    not fit.
    """
    conventions = Conventions.parse(source.answers.conventions or dialect.usual)
    groups = source.answers.groups or USUAL_GROUPS
    usual = None if dialect.one_head else USUAL_WIDTHS[conventions.name]
    given = is_split(source.answers) and not dialect.one_head
    likely = Answers(groups=next(each for each in GROUPS if told.divides(each))).over(_split_that_fits(told))
    missing = [] if given or told.fits(usual) else ["heads" if likely.heads else "head_channels"]
    missing += [] if source.answers.groups or told.divides(groups) else ["groups"]
    if missing:
        raise UnansweredError(source.path, dialect.kind, missing, proposed=likely)
    width = given_width(told, source) if given else usual
    if not told.divides(groups):
        raise _ungrouped(told, groups, source)
    chosen = Settled(conventions, width, groups, _side(told, conventions))
    return replace(chosen, assumed=tuple(_notes(told, chosen, dialect)))


def _split_that_fits(told: ToldByShapes) -> Answers:
    """The most common split that all attention can have: one head, where none of the usual widths fits."""
    width = next((each for each in WIDTHS if each and told.fits(each)), None)
    return Answers(head_channels=width) if width else Answers(heads=1)


def is_split(said: Answers) -> bool:
    """True if it is said how the attention is split."""
    return said.heads is not None or said.head_channels is not None


def given_width(told: ToldByShapes, source: Source) -> int | None:
    """The channels of a head as they were given, None for one head; CheckpointError if no attention can have them."""
    said, widths = source.answers, sorted({channels for channels, _ in told.attended})
    if said.heads is None or said.heads == 1:
        width = said.head_channels
    else:  # So many heads everywhere are heads of one width if every attention is as wide.
        width = widths[0] // said.heads if len(widths) == 1 else 0
    if width != 0 and told.fits(width):
        return width
    raise CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "The attention in {path} has {channels} channels, which cannot be split like this; choose a number of "
            "channels in a head that divides {divisor}.",
        ),
        path=source.path,
        channels=", ".join(map(str, widths)),
        divisor=gcd(*widths),
    )


def _ungrouped(told: ToldByShapes, groups: int, source: Source) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "Levels of {path} have {channels} channels, which do not divide into {groups} groups; choose a divisor of "
            "{divisor}.",
        ),
        path=source.path,
        channels=", ".join(map(str, told.widths)),
        groups=groups,
        divisor=gcd(*told.widths),
    )


def _side(told: ToldByShapes, conventions: Conventions) -> int:
    """The side of a picture: where Ho et al. attend first, it is 16."""
    if conventions.name != "ddpm" or not told.attends:
        return _SIDE
    return _FIRST_SIDE << min(told.attends[0], _MOST_HALVINGS)


def _notes(told: ToldByShapes, chosen: Settled, dialect: Dialect) -> Iterator[Assumption]:
    name, width = chosen.conventions.name, chosen.head_channels
    as_published = name == "ddpm"
    yield Assumption(_PUBLISHED if as_published else _DEFAULTS, {"name": name}, about=("conventions",))
    if told.attended and not dialect.one_head:
        split = (_HEADS, {"channels": width}) if width else (_ONE_HEAD, {})
        yield Assumption(*split, about=("heads", "head_channels"))
    yield Assumption(_GROUPED, {"groups": chosen.groups}, about=("groups",))
    if as_published and told.attends:
        yield Assumption(_SIZE, {"size": chosen.side, "first": _FIRST_SIDE}, about=("shape",))
    else:
        yield Assumption(_ANY_SIZE, {"size": chosen.side}, about=("shape",))
