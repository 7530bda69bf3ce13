"""Whatever comes out of a file is shown so that it does nothing to a terminal, and fills no more than its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import ddpm_studio
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.texts import LONGEST, LONGEST_PATH, LONGEST_SENTENCE, SourceText, Text, sentence, visible

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
    for told in (str(FileError(template, **values)), str(Text(template, values))):
        assert told.isprintable()
        assert own in told
        assert len(told) < LONGEST_PATH + LONGEST + len(own) + 30


@pytest.mark.parametrize(
    "value", [["\x1b" * 500], {"\a": "n" * 1000}, ValueError("\x1b" * 500), b"n" * 1000, ("n" * 1000,)]
)
def test_whatever_a_value_is_it_is_shown_so(value: object) -> None:
    sentence = str(FileError(QT_TRANSLATE_NOOP("errors", "It is {value}."), value=value))
    assert sentence.isprintable()
    assert len(sentence) <= LONGEST + len("It is .")


@cache
def templates() -> tuple[SourceText, ...]:
    """Everything that is marked for translation."""
    return tuple(_templates())


def _templates() -> Iterator[SourceText]:
    for source in Path(ddpm_studio.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "QT_TRANSLATE_NOOP":
                context, text = (ast.literal_eval(each) for each in node.args)
                yield SourceText(text, context)


def filled_with(value: object, template: SourceText) -> dict[str, object]:
    """The value for all that a template quotes, and a number for each that it writes as one."""
    fields = [(name, spec) for _, name, spec, _ in Formatter().parse(template) if name]
    return {name: 1e300 if spec else value for name, spec in fields}


@pytest.mark.parametrize("nasty", ["p" * 5000, "\x1b]0;owned\x07\u202e" * 300, "/" + "加" * 5000])
def test_no_sentence_is_too_long_whatever_it_quotes(nasty: str) -> None:
    every = templates()
    assert len(every) > 500
    for template in every:
        inner = FileError(template, **filled_with(nasty, template))
        for value in (Path(nasty), nasty, inner, Text(template, filled_with(inner, template))):
            for made in (FileError, lambda template, **values: Text(template, values)):
                told = str(made(template, **filled_with(value, template)))
                assert told.isprintable()
                assert len(told) <= LONGEST_SENTENCE, told


def test_what_is_quoted_gives_way_before_our_own_words_do() -> None:
    reason = FileError(QT_TRANSLATE_NOOP("errors", "{path} is in the way; choose another."), path="q" * 500)
    remedy = QT_TRANSLATE_NOOP("errors", "{path} cannot be read, since {reason}; {own} Then try again.")
    told = str(FileError(remedy, path="p" * 500, reason=reason, own=SourceText("This is in our words. " * 4)))
    assert 200 < len(told) <= LONGEST_SENTENCE
    assert "q is in the way; choose another; This is in our words" in told
    assert told.endswith("Then try again.")


def test_a_sentence_that_fits_is_as_it_was() -> None:
    told = FileError(QT_TRANSLATE_NOOP("errors", "{path} is {name}."), path="p" * LONGEST_PATH, name="n" * LONGEST)
    assert str(told) == sentence(told) == f"{'p' * LONGEST_PATH} is {'n' * LONGEST}."


def test_own_words_that_are_too_long_lose_their_middle() -> None:
    told = str(Text(SourceText("a" * 200 + "b" * 200)))
    assert told == "a" * 149 + "…" + "b" * 149
