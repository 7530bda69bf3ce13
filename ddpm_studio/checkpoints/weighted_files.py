"""Weighted files: what is laid over the weights of a model, LoRAs, and how strongly, in one line of text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

STRONGEST = 10.0
"""The largest weight; most LoRAs are made for one of 1, and few are of use beyond 2."""

NONE = "none"
_BEFORE_WEIGHT = ":"
_BETWEEN = re.compile("(?<!;);(?!;)")


@dataclass(frozen=True)
class WeightedFile:
    """A file, and the weight with which it counts, from -STRONGEST to STRONGEST."""

    path: Path
    weight: float = 1.0

    @classmethod
    def parse(cls, text: str) -> Self:
        """The file of a text FILE or FILE:WEIGHT, wherever the working directory is later on.

        CheckpointError for no path, and for what is no such weight.

        >>> str(WeightedFile.parse("/loras/ink.safetensors:0.6"))
        '/loras/ink.safetensors:0.6'
        """
        path, colon, weight = text.rpartition(_BEFORE_WEIGHT)
        if not colon or os.sep in weight:
            path, weight = text, "1"
        if not path.strip():
            raise CheckpointError(
                QT_TRANSLATE_NOOP("errors", "“{text}” names no LoRA; write FILE:WEIGHT, or none."), text=text
            )
        return cls(_anywhere(path.strip()), _weight(weight, path))

    def __str__(self) -> str:
        return f"{self.path}{_BEFORE_WEIGHT}{self.weight:.9g}"


def files_laid_over(text: str) -> tuple[WeightedFile, ...]:
    """The files of a text, FILE:WEIGHT; FILE:WEIGHT, none for "" and "none". CheckpointError as for one of them.

    A ; in the name of one is written twice.

    >>> [str(each) for each in files_laid_over("/loras/a;;b.safetensors:0.5; /loras/ink.safetensors")]
    ['/loras/a;b.safetensors:0.5', '/loras/ink.safetensors:1']
    """
    if text.strip() in ("", NONE):
        return ()
    return tuple(WeightedFile.parse(part.replace(";;", ";")) for part in _BETWEEN.split(text))


def together(texts: Iterable[str]) -> str:
    """The text of several files, each of which is FILE or FILE:WEIGHT.

    >>> together(["/loras/ink.safetensors:0.6", "/loras/a;b.safetensors"])
    '/loras/ink.safetensors:0.6; /loras/a;;b.safetensors'
    """
    return "; ".join(text.replace(";", ";;") for text in texts)


def text_of(files: Iterable[WeightedFile]) -> str:
    """The text that `files_laid_over` reads back."""
    return together(map(str, files))


def names_alone(text: str) -> str:
    """The same text with nothing of the files' paths but their names."""
    return text_of(replace(each, path=Path(each.path.name)) for each in files_laid_over(text))


def _anywhere(path: str) -> Path:
    """The absolute path, unless the working directory or the home is gone."""
    with suppress(OSError, RuntimeError):
        return Path(path).expanduser().absolute()
    return Path(path)


def _weight(text: str, path: str) -> float:
    with suppress(ValueError):
        if abs(weight := float(text)) <= STRONGEST:
            return weight
    raise CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors", "The weight of {path} is “{value}”; it must be a number from {low:g} to {high:g}, such as 0.8."
        ),
        path=path,
        value=text,
        low=-STRONGEST,
        high=STRONGEST,
    )
