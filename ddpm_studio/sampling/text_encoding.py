"""Text encoding: from a prompt to the condition that a network is given, kept for the prompts of the last runs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from ddpm_studio.errors import QT_TRANSLATE_NOOP, SamplingError, StudioError
from ddpm_studio.out_of_memory import is_out_of_memory
from ddpm_studio.sampling.conditions import Condition
from ddpm_studio.sampling.reasons import reason_of

MOST_KEPT = 16
"""Prompts whose conditions are kept: of the longest, 512 tokens in 4096 numbers, they take 128 MiB."""


class TextEncoding(Protocol):
    """What turns prompts into conditions of a network that takes text."""

    def __call__(self, prompt: str) -> Condition:
        """The condition of a prompt, in one row and of weight 1; "" is a prompt as well."""

    def against(self, prompt: str) -> Condition:
        """The condition of a negative prompt, likewise; "" is none, which some networks were told by zeros."""

    def tokens(self, prompt: str) -> tuple[int, int]:
        """How many tokens a prompt has, and how many the network is given; the rest is cut off."""


class KeptTexts:
    """A TextEncoding that asks another for each prompt once, as long as no more than MOST_KEPT come in between.

    Raises SamplingError with the reason for prompts that the other fails on.

    >>> import torch
    >>> class Lengths:
    ...     def __call__(self, prompt: str) -> Condition:
    ...         print("encoding", repr(prompt))
    ...         return Condition((torch.tensor([len(prompt)]),))
    ...
    ...     against = __call__
    ...
    ...     def tokens(self, prompt: str) -> tuple[int, int]:
    ...         return len(prompt.split()), 77
    >>> texts = KeptTexts(Lengths())
    >>> texts("a cat") is texts("a cat")
    encoding 'a cat'
    True
    """

    def __init__(self, encoding: TextEncoding) -> None:
        self._encoding = encoding
        self._kept: OrderedDict[tuple[bool, str], Condition] = OrderedDict()

    def __call__(self, prompt: str) -> Condition:
        """The condition of a prompt, in one row."""
        return self._condition(self._encoding, (True, prompt))

    def against(self, prompt: str) -> Condition:
        """The condition of a negative prompt, in one row."""
        return self._condition(self._encoding.against, (False, prompt))

    def tokens(self, prompt: str) -> tuple[int, int]:
        """How many tokens a prompt has, and how many the network is given."""
        with _explained():
            return self._encoding.tokens(prompt)

    def _condition(self, encode: Callable[[str], Condition], key: tuple[bool, str]) -> Condition:
        with _explained():
            condition = self._kept.pop(key, None) or encode(key[1])
        self._kept[key] = condition
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return condition


@contextmanager
def _explained() -> Iterator[None]:
    """Turn whatever foreign code raises for a prompt into one sentence."""
    try:
        yield
    except Exception as error:  # Of a broken tokenizer, or an encoder with wrong settings.
        if isinstance(error, StudioError) or is_out_of_memory(error):
            raise
        raise SamplingError(
            QT_TRANSLATE_NOOP("errors", "The prompt cannot be encoded: {reason}."), reason=reason_of(error)
        ) from error
