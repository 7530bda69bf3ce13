"""Paths, and what is set of a file, where a spec has its kind."""

from __future__ import annotations

import re

from ddpm_studio.diffusion.spec import AS, path_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.texts import Verbatim

_PATH = re.compile(
    r"[/\\]|\.(?:csv|tsv|txt|json|ya?ml|toml|np[yz]|pt|pth|ckpt|bin|pkl|safetensors)$",
    re.IGNORECASE,
)
"""What no kind has in its name, and files do."""


def check_no_path(kind: str) -> None:
    """ScheduleError, with the spec that is meant, for what stands in a kind's place and belongs to `custom`.

    >>> check_no_path("betas.csv")
    Traceback (most recent call last):
    ddpm_studio.errors.ScheduleError: “betas.csv” is not a schedule kind; if it is a file, write custom:path=betas.csv.
    """
    key, equals, _ = (part.strip() for part in kind.partition("="))
    if equals and key in ("path", AS):
        whole = f"custom:{kind}" if key == "path" else f"custom:path=FILE,{kind}"
        template = QT_TRANSLATE_NOOP("errors", "“{name}” goes with the kind custom; write {spec}.")
        raise ScheduleError(template, name=kind, spec=Verbatim(whole))
    if not equals and _PATH.search(kind):
        template = QT_TRANSLATE_NOOP("errors", "“{name}” is not a schedule kind; if it is a file, write {spec}.")
        raise ScheduleError(template, name=kind, spec=Verbatim(path_spec(kind)))
