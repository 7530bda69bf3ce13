"""Whatever comes out of a file is shown so that it does nothing to a terminal, and fills no more than its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.texts import LONGEST, LONGEST_PATH, Text, visible

NASTY = ["\x1b[2J", "\a", "\r\n", "\x00", "\x9b", "\u202e", "\u2028", "\ud800", "\U000e0041"]


@pytest.mark.parametrize("nasty", NASTY)
def test_no_control_character_is_left(nasty: str) -> None:
    shown = visible(f"a{nasty}b")
    assert shown.isprintable()
    assert shown.startswith("a\\")
    assert shown.endswith("b")


def test_letters_of_any_language_stay() -> None:
    assert visible("α β 加噪 é") == "α β 加噪 é"


@pytest.mark.parametrize("length", [LONGEST - 1, LONGEST, LONGEST + 1, 2_000_000])
def test_it_is_no_longer_than_it_may_be(length: int) -> None:
    shown = visible("x" * length)
    assert LONGEST - 1 <= len(shown) <= LONGEST or shown == "x" * length
    assert ("…" in shown) == (length > LONGEST)


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("length", [LONGEST // 4, LONGEST, 2_000_000])
def test_what_is_escaped_is_no_longer_either(nasty: str, length: int) -> None:
    shown = visible(nasty[0] * length)
    assert LONGEST // 2 <= len(shown) <= LONGEST
    one = visible(nasty[0])
    assert all(end == one * (len(end) // len(one)) for end in shown.split("…"))


def test_sentences_show_it_so() -> None:
    template = QT_TRANSLATE_NOOP("errors", "{path} is {name} and {own}.")
    own = QT_TRANSLATE_NOOP("errors", "a text of ours " * 9)
    values = {"path": Path("\x1b/" + "p" * 1000), "name": "\a" + "n" * 1000, "own": own}
    for sentence in (str(FileError(template, **values)), str(Text(template, values))):
        assert sentence.isprintable()
        assert own in sentence
        assert len(sentence) < LONGEST_PATH + LONGEST + len(own) + 30


@pytest.mark.parametrize(
    "value", [["\x1b" * 500], {"\a": "n" * 1000}, ValueError("\x1b" * 500), b"n" * 1000, ("n" * 1000,)]
)
def test_whatever_a_value_is_it_is_shown_so(value: object) -> None:
    sentence = str(FileError(QT_TRANSLATE_NOOP("errors", "It is {value}."), value=value))
    assert sentence.isprintable()
    assert len(sentence) <= LONGEST + len("It is .")
