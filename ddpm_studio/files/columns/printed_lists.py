"""Printed lists: numbers as NumPy and PyTorch print them, or as code sets a name to them."""

from __future__ import annotations

import re

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError

_PRINTED = re.compile(
    r"\s*+(?:(\w++)\s*+=\s*+)?(?:[A-Za-z][\w.]*+\(\s*+)?\[([-+.,\d\seE]*+)\]"
    r"(?:\s*+,\s*+\w++\s*+=\s*+[\w.:'\"<>]++)*+\s*+\)?\s*+;?\s*+"
)
"""A name, if one is set, the function that makes an array, the numbers, and what it is told besides."""

_OF_R = re.compile(r"^[ \t]*+\[\d++\](?=[ \t]++[-+.\d])", re.MULTILINE)
"""The place of the first number of a line, as R prints it."""


def printed_table(text: str, path: str) -> str | None:
    """The text of a table with these numbers below their name, if they have one; None for a text of another form.

    FileError for numbers of which some are left out.

    >>> printed_table("betas = np.array([0.1, 0.2], dtype=float)", "x.py"), printed_table("0.1, 0.2", "x.csv")
    ('betas\\n0.1\\n0.2', None)
    """
    if _OF_R.match(text.lstrip()):
        return "\n".join(_OF_R.sub("", text).split())
    found = _PRINTED.fullmatch(text)
    if found is None:
        return None
    cells = re.split(r"[\s,]+", found[2].strip(" \t\r\n,"))
    if "..." in cells:
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} has “...” where numbers were left out in printing; write all of them, by numpy.savetxt.",
            ),
            path=path,
        )
    return "\n".join([*filter(None, [found[1]]), *cells])
