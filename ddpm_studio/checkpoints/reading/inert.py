"""Inert: what stands for the objects that training scripts leave beside tensors, none of which is wanted."""

from __future__ import annotations

import re

_HARMLESS = re.compile(
    r"argparse\.Namespace|pathlib\.\w*Path|collections\.defaultdict|numpy\.(ndarray|dtypes\.\w+)"
    r"|builtins\.(bool|dict|float|int|list|str|tuple)"
    r"|(omegaconf|ml_collections|pytorch_lightning|lightning|lightning_fabric|easydict|addict|yacs)\.[\w.]*\.?[A-Z]\w*"
)
"""The classes and functions of such objects. Nothing from these packages is imported."""


class Inert:
    """Stand-in for an object of a class that is not wanted; accepts and forgets whatever it is built from."""

    def __init__(self, *_: object) -> None:
        pass

    def attach(self, state: object) -> None:
        """Leave out what a pickle attaches to it."""


def is_harmless(name: str) -> bool:
    """True if an Inert stands for what "module.name" would build."""
    return bool(_HARMLESS.fullmatch(name))
