"""Bounded TOML: a text that may be anybody's as tables and values, in time and memory that its size allows."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError

MOST_PARTS = 32
"""Those of a key with dots in it: Python's parser keeps every beginning of one, and so the square of their number."""

_QUOTED = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?|'
    r"'''(?:[^']|'(?!''))*+(?:''')?|"
    r'"(?:[^"\\\n]|\\.)*+"?|'
    r"'[^'\n]*+'?|"
    r"#[^\n]*+",
    re.DOTALL,
)
"""Texts in quotes, also such as never end, and comments: whatever they begin with, the search goes on behind them."""

_KEY = re.compile(rf"(?<![\w-])[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++){{{MOST_PARTS}}}")

_NO_TOML = QT_TRANSLATE_NOOP("errors", "it is not TOML ({reason})")
_TOO_DEEP = QT_TRANSLATE_NOOP("errors", "its brackets are nested too deeply")
_TOO_LONG = QT_TRANSLATE_NOOP("errors", "a key has more than {most} parts with dots between them")
_NOT_UTF_8 = QT_TRANSLATE_NOOP("errors", "it is not text in UTF-8")


def tables_in(content: bytes | str) -> Mapping[str, object]:
    """What a text of TOML, whose length is bounded already, holds; FileError, as a reason, if it cannot be read.

    >>> tables_in("a.b = [1, 2]")
    {'a': {'b': [1, 2]}}
    """
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        _check_keys(text)
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise FileError(_NOT_UTF_8) from error
    except RecursionError as error:
        raise FileError(_TOO_DEEP) from error
    except FileError:
        raise
    except ValueError as error:  # Among them that of a number with thousands of digits.
        raise FileError(_NO_TOML, reason=str(error).rstrip(".")) from error


def _check_keys(text: str) -> None:
    """FileError for a key of too many parts; a quoted one is a part, and what stands in quotes is not looked at."""
    if _KEY.search(_QUOTED.sub(_stand_in, text)):
        raise FileError(_TOO_LONG, most=MOST_PARTS)


def _stand_in(found: re.Match[str]) -> str:
    return "" if found[0].startswith("#") else "q"
