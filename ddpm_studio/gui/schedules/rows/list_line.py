"""ListLine: what one row of the schedules list says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ddpm_studio.gui.state.window import Entry


class BadgeKind(Enum):
    """The meaning of a badge, and so its colour."""

    WARNING = "warning"
    REMARK = "muted"
    SAME = "same"
    MEMBERS = "members"
    ERROR = "error"


@dataclass(frozen=True)
class Badge:
    """A short remark at the end of a line, and what it means."""

    kind: BadgeKind
    text: str
    meaning: str


@dataclass(frozen=True)
class MemberReading:
    """What a member of a family has at the moment: the symbol of the explained curve, its value, and its own t."""

    symbol: str
    value: str
    t: str

    @property
    def whole(self) -> str:
        """Value and t, as the large plot has them."""
        return f"{self.value}  t {self.t}"


@dataclass(frozen=True)
class ListLine:
    """One entry as it is shown. `heading` is its name if it has one, else the `text` stands for itself; `train` is its
    training objective, or "" for the default, and `steps` are the texts of those below it.
    """

    entry: Entry
    letter: str
    heading: str
    text: str
    badges: tuple[Badge, ...]
    is_refused: bool
    train: str = ""
    steps: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """All of it in words."""
        words = (
            self.letter,
            self.heading,
            self.text,
            *self.steps,
            self.train,
            *(badge.meaning for badge in self.badges),
        )
        return ", ".join(word for word in words if word)
