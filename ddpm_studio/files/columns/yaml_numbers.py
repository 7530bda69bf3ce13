"""YAML's lists of numbers: in brackets behind their key or a line each below it, or as code sets them; and settings."""

from __future__ import annotations

import re
from itertools import chain

from ddpm_studio.diffusion.quantities import quantities_named
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.columns.nested_tables import FEWEST
from ddpm_studio.files.columns.row_order import count_among
from ddpm_studio.files.stored import steps_alone
from ddpm_studio.texts import Verbatim

_KEY = r"""["']?([^\s"'#:,{}\[\]]++)["']?[ \t]*+:"""
_ITEM = r"[ \t]*+(?:-[ \t]++[^\s].*)?\n"
_IN_BRACKETS = re.compile(rf"(?:^[ \t]*+(?:-[ \t]++)?|[{{,][ \t]*+){_KEY}\s*+\[([^\[\]{{}}:]*+)\]", re.MULTILINE)
_SET = re.compile(
    r"^[ \t]*+(?:[\w*]++[ \t]++)*?([^\W\d]\w*+)(?:\[\d*+\])?[ \t]*+=[ \t]*+(?:[A-Za-z][\w.]*+\(\s*+)?"
    r"[\[{(]([^\[\]{}()=]*+)[\]})]",
    re.MULTILINE,
)
_BELOW = re.compile(rf"^[ \t]*+(?:-[ \t]++)?{_KEY}[ \t]*+\n((?:{_ITEM})++)", re.MULTILINE)
_BETWEEN = re.compile(r"[,\s]+(?:-\s+)?|^-\s+")
_NUMBER = r"[-+]?[\d.][\d._]*+(?:[eE][-+]?\d++)?"
_STEPS = {"timestep", "timesteps"}
_REMARK = re.compile(r"(?<!\S)#.*")
_SETTINGS = re.compile(r"\s*+(?:---.*\s++)?[\w.-]++:(?:[ \t].*)?\s*?\n\s*+(?:- |[\w.-]++:(?:\s|\Z))")
"""The first two lines of a mapping: a key each, or one and what begins its list."""


def yaml_lists(text: str, path: str) -> dict[str, list[str]]:
    """The numbers of every list of a quantity in YAML or code, as they are written, by their key, and of what counts
    the steps; nothing where there is no such list, or one of fewer than FEWEST numbers. FileError for two of one
    key, and where there are steps alone.

    >>> lists = yaml_lists("adam: {betas: [0.9, 0.99]}\\nalpha_bar:\\n" + "- 0.1\\n" * 10, "x.yaml")
    >>> {key: len(numbers) for key, numbers in lists.items()}
    {'alpha_bar': 10}
    """
    bare = "\n".join([*_REMARK.sub("", text).splitlines(), ""])
    lists: dict[str, list[str]] = {}
    for key, inner in chain(*(form.findall(bare) for form in (_IN_BRACKETS, _SET, _BELOW))):
        numbers = [*filter(None, _BETWEEN.split(inner))]
        if len(numbers) < FEWEST or not (quantities_named(key) or count_among([key])):
            continue
        if lists.setdefault(key, numbers) != numbers:
            raise FileError(
                QT_TRANSLATE_NOOP("errors", "{path} has several lists called {name}; keep one of them."),
                path=path,
                name=key,
            )
    if lists and lists.keys() <= _STEPS:
        raise steps_alone(path)
    return lists if any(map(quantities_named, lists)) else {}


def check_settings(text: str, path: str) -> None:
    """FileError for YAML, of which nothing was read."""
    bare = _REMARK.sub("", text)
    if _SETTINGS.match(bare) and not re.search(rf"^\s*+{_NUMBER}\s*+$", bare, re.MULTILINE):
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} holds settings, but no schedule by names that are known, such as beta_schedule with "
                "num_train_timesteps, linear_start, or a list called betas; type it in place of the file, like "
                "{example}.",
            ),
            path=path,
            example=Verbatim("linear:T=1000,beta_start=0.0001"),
        )
