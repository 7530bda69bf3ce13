"""Paths, and what is set of a file, where a spec has its kind."""

from __future__ import annotations

import re

from ddpm_studio.diffusion.spec import AS, Spec, path_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.texts import Verbatim

_PATH = re.compile(
    r"[/\\]|\.(?:csv|tsv|txt|json|ya?ml|toml|np[yz]|pt|pth|ckpt|bin|pkl|safetensors)$",
    re.IGNORECASE,
)
"""What no kind has in its name, and files do."""


_DRIVE = re.compile(r"[A-Za-z]:[/\\]")
_ADDRESS = re.compile(r"(https?|ftp|file)://", re.IGNORECASE)
"""What a path of Windows, and an address, begin with: a colon that is none of a spec."""


def check_address(spec: Spec) -> None:
    """ScheduleError, with what is meant, for a path of Windows, for an address, and for a path behind `custom:` alone.

    >>> check_address(Spec.of("custom:betas.csv"))
    Traceback (most recent call last):
    ddpm_studio.errors.ScheduleError: “betas.csv” has no key before it; if it is a file, write custom:path=betas.csv.
    """
    text = spec.text.strip()
    if found := _ADDRESS.match(text):
        is_file = found[1].lower() == "file"
        template = _HERE if is_file else _ELSEWHERE
        raise ScheduleError(template, name=text, spec=Verbatim(path_spec(text[found.end() :] if is_file else "FILE")))
    if _DRIVE.match(text):
        raise ScheduleError(_HERE, name=text, spec=Verbatim(path_spec(text)))
    behind = text[spec.kind.end :].removeprefix(":").strip()
    first = next(iter(spec.given), None)
    if spec.kind.text == "custom" and first and first.value is None:
        template = QT_TRANSLATE_NOOP("errors", "“{name}” has no key before it; if it is a file, write {spec}.")
        raise ScheduleError(template, name=behind, spec=Verbatim(f"custom:path={behind}"))


_HERE = QT_TRANSLATE_NOOP("errors", "“{name}” is not a schedule kind; if it is a file, write {spec}.")
_ELSEWHERE = QT_TRANSLATE_NOOP(
    "errors", "“{name}” is an address, which is not fetched; download the file, and write {spec}."
)


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
        raise ScheduleError(_HERE, name=kind, spec=Verbatim(path_spec(kind)))
