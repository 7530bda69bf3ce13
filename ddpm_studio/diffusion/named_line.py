"""Lines that name what they describe: a schedule's text and, behind a #, what a person calls it."""

from __future__ import annotations

import re

from ddpm_studio.diffusion.schedule import CUSTOM
from ddpm_studio.diffusion.spec import NAME_MARK, Spec

MARK = "#"
_BETWEEN = "  "


def name_apart(line: str) -> tuple[str, str | None]:
    """The schedule's text in a line, which starts where the line does, and the name behind it; None without a #.

    In a path a # is a letter, unless two blanks stand before it and a blank or nothing behind it.

    >>> name_apart("cosine:T=1000,s=0.01  # my own"), name_apart("cosine #")
    (('cosine:T=1000,s=0.01', 'my own'), ('cosine', ''))
    >>> name_apart("custom:path=my #1.csv"), name_apart("custom:path=my #1.csv  # mine")
    (('custom:path=my #1.csv', None), ('custom:path=my #1.csv', 'mine'))
    """
    path = _path_in(line)
    for mark in re.finditer(MARK, line):
        if mark.start() not in path or NAME_MARK.match(line, mark.start()):
            return line[: mark.start()].rstrip(), line[mark.end() :].strip()
    return line, None


def with_name(spec: str, name: str) -> str:
    """The line that has a name behind a schedule's text; a name's own line breaks become blanks.

    >>> with_name("cosine:T=1000", "my own"), with_name("cosine:T=1000", "")
    ('cosine:T=1000  # my own', 'cosine:T=1000')
    """
    return f"{spec}{_BETWEEN}{MARK} {' '.join(name.splitlines())}" if name else spec


def _path_in(line: str) -> range:
    """The places of the letters of a path, together with what may be a name behind it."""
    spec = Spec.of(line)
    paths = (each.value for each in spec.given if each.key.text == "path" and spec.kind.text == CUSTOM.name)
    return next((range(*path.place) for path in paths if path is not None), range(0))
