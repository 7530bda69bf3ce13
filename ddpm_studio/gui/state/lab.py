"""Lab of a window: the question that is asked of a checkpoint, and the folder whose answers are looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lab:
    """`question` is the text of a sweep, "" before there is one, and `folder` that of results of others, "" for the
    user's own.
    """

    question: str = ""
    folder: str = ""
