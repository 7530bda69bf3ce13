"""Line of a text of TOML in which the fault stands that it was refused for."""

from __future__ import annotations

import re

from ddpm_studio.errors import StudioError

_SAID = re.compile(r"\(at line (\d+), column \d+\)")


def line_of_fault(text: str, error: StudioError) -> int | None:
    """The number of the line, from 1 on, where a parser says it or a key is named; None for a fault of the whole.

    >>> from ddpm_studio.errors import LabError, QT_TRANSLATE_NOOP
    >>> line_of_fault("solvers = []\\nsteps = 3", LabError(QT_TRANSLATE_NOOP("errors", "{key}"), key="steps"))
    2
    """
    said = _SAID.search(str(error))
    if said:
        return int(said[1])
    key = error.values.get("key", error.values.get("name"))
    found = re.search(rf'^[ \t]*(?:\[\[?)?"?{re.escape(str(key))}"?[ \t]*[=\]]', text, re.MULTILINE)
    return None if key is None or found is None else text.count("\n", 0, found.start()) + 1
