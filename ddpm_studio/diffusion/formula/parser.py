"""Parser of formulas: from a text to a tree, in which only known functions are called, within bounds."""

from __future__ import annotations

import math

from ddpm_studio.diffusion.formula.functions import FUNCTIONS, OTHER_NAMES
from ddpm_studio.diffusion.formula.names_typed import check_function, check_name
from ddpm_studio.diffusion.formula.tokens import Sort, Token, tokens_of, wrong_at
from ddpm_studio.diffusion.formula.tree import Binary, Called, Literal, Name, Negative, Tree
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.texts import SourceText

LONGEST, MOST_PARTS, DEEPEST = 500, 160, 32
"""Letters of a formula, its numbers, names and signs, and how far it may be nested."""

_SQUARES = {"^2": 2.0, "^3": 3.0}


def read_formula(text: str) -> Tree:
    """The tree of a formula. Raises ScheduleError with the place where it is wrong.

    >>> read_formula("-u^2")
    Negative(of=Binary(sign='^', left=Name(name='u'), right=Literal(value=2.0)))
    >>> read_formula("2*tang(u)")
    Traceback (most recent call last):
    ddpm_studio.errors.ScheduleError: There is no function “tang” (column 3); did you mean “tan”?
    """
    if len(text) > LONGEST:
        template = QT_TRANSLATE_NOOP("errors", "The formula has {count} letters; write it in up to {most}.")
        raise wrong_at(ScheduleError(template, count=len(text), most=LONGEST), LONGEST, len(text))
    return _Reading(text).whole()


class _Reading:
    """Reads a text from left to right, and knows how far it has got and how deep it is in."""

    def __init__(self, text: str) -> None:
        self._tokens = tokens_of(text)
        self._depth = 0
        self._next = next(self._tokens)
        self._parts = 0

    def whole(self) -> Tree:
        """All of it."""
        tree = self._sum()
        if self._next.sort is not Sort.END:
            raise self._unexpected(tree)
        return tree

    # from loose to tight

    def _sum(self) -> Tree:
        tree = self._product()
        while sign := self._took("+", "-"):
            tree = Binary(sign, tree, self._product())
        return tree

    def _product(self) -> Tree:
        tree = self._signed()
        while sign := self._took("*", "/"):
            tree = Binary(sign, tree, self._signed())
        return tree

    def _signed(self) -> Tree:
        token = self._next
        sign = self._took("+", "-")
        if not sign:
            return self._power()
        self._deeper(token)
        inner = self._signed()
        self._depth -= 1
        return Negative(inner) if sign == "-" else inner

    def _power(self) -> Tree:
        base = self._value()
        while square := self._took(*_SQUARES):
            base = Binary("^", base, Literal(_SQUARES[square]))
        token = self._next
        if not self._took("^"):
            return base
        self._deeper(token)
        exponent = self._signed()
        self._depth -= 1
        return Binary("^", base, exponent)

    def _value(self) -> Tree:
        token = self._next
        if token.sort is Sort.NUMBER:
            self._advance()
            return _number(token)
        if token.sort is Sort.NAME:
            self._advance()
            return self._named(token)
        if not self._took("("):
            raise self._missing()
        (inner,) = self._inner(token, 1)
        return inner

    # what stands in parentheses

    def _named(self, token: Token) -> Tree:
        name = OTHER_NAMES.get(token.text, token.text)
        opening = self._next
        column = token.start + 1
        if token.typed == "√":
            return self._root(token)
        try:
            if not self._took("("):
                check_name(token.text, column)
                return Name(token.text)
            check_function(name, column)
        except ScheduleError as error:
            raise wrong_at(error, token.start, token.end) from None
        function = FUNCTIONS[name]
        arguments = self._inner(opening, None)
        is_right = len(arguments) >= 2 if function.is_folded else len(arguments) == function.count
        if not is_right:
            raise _miscounted(token, name, len(arguments))
        return Called(name, arguments)

    def _root(self, token: Token) -> Tree:
        """The square root of the value behind its sign."""
        self._deeper(token)
        of = self._value()
        self._depth -= 1
        return Called("sqrt", (of,))

    def _inner(self, opening: Token, count: int | None) -> tuple[Tree, ...]:
        """What stands behind a parenthesis, up to the one that closes it: so many things, or any number."""
        self._deeper(opening)
        found = [self._sum()]
        while count is None and self._took(","):
            found.append(self._sum())
        if not self._took(")"):
            raise self._unclosed(opening, found[-1])
        self._depth -= 1
        return tuple(found)

    # tokens

    def _took(self, *signs: str) -> str:
        """The sign that comes next if it is one of these, which is then behind us; else nothing."""
        text = self._next.text
        if self._next.sort is Sort.SIGN and text in signs:
            self._advance()
            return text
        return ""

    def _advance(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            template = QT_TRANSLATE_NOOP(
                "errors", "The formula has more than {most} numbers, names and signs; shorten it."
            )
            raise wrong_at(ScheduleError(template, most=MOST_PARTS), self._next.start, self._next.end)
        self._next = next(self._tokens)

    def _deeper(self, token: Token) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            template = QT_TRANSLATE_NOOP(
                "errors", "The formula is nested more than {most} deep at column {column}; make it simpler."
            )
            raise wrong_at(ScheduleError(template, most=DEEPEST, column=token.start + 1), token.start, token.end)

    # what is wrong

    def _missing(self) -> ScheduleError:
        if self._next.sort is Sort.END:
            template = QT_TRANSLATE_NOOP("errors", "The formula ends at column {column}, where a value is missing.")
        else:
            template = QT_TRANSLATE_NOOP(
                "errors",
                "“{text}” at column {column} of the formula stands where a value is missing; put one before it.",
            )
        return self._here(template)

    def _unclosed(self, opening: Token, before: Tree) -> ScheduleError:
        if self._next.sort is not Sort.END:
            return self._unexpected(before)
        template = QT_TRANSLATE_NOOP(
            "errors", "The formula has no “)” for the “(” at column {column}; add it where that part ends."
        )
        error = ScheduleError(template, column=opening.start + 1)
        return wrong_at(error, opening.start, opening.end)

    def _unexpected(self, before: Tree) -> ScheduleError:
        """What is wrong where something goes on without a sign before it, or a parenthesis closes nothing."""
        if self._next.text == ")":
            return self._here(
                QT_TRANSLATE_NOOP("errors", "“)” at column {column} of the formula closes nothing; take it out.")
            )
        if self._next.text == ",":
            return self._here(
                QT_TRANSLATE_NOOP(
                    "errors", "“,” at column {column} of the formula is between no arguments; take it out."
                )
            )
        return self._here(
            QT_TRANSLATE_NOOP(
                "errors", "“{text}” at column {column} of the formula has no sign before it; write *{text}."
            )
        )

    def _here(self, template: SourceText) -> ScheduleError:
        token = self._next
        error = ScheduleError(template, text=token.typed, column=token.start + 1)
        return wrong_at(error, token.start, max(token.end, token.start + 1))


def _number(token: Token) -> Literal:
    value = float(token.text)
    if not math.isfinite(value):
        template = QT_TRANSLATE_NOOP("errors", "{text} at column {column} is too large a number; stay below 1.8e308.")
        raise wrong_at(ScheduleError(template, text=token.text, column=token.start + 1), token.start, token.end)
    return Literal(value)


def _miscounted(token: Token, name: str, count: int) -> ScheduleError:
    function = FUNCTIONS[name]
    if function.is_folded:
        template = QT_TRANSLATE_NOOP("errors", "{name} at column {column} has one argument; give it two or more.")
    elif count == 1:
        template = QT_TRANSLATE_NOOP("errors", "{name} at column {column} has one argument; give it {right}.")
    else:
        template = QT_TRANSLATE_NOOP("errors", "{name} at column {column} has {count} arguments; give it {right}.")
    error = ScheduleError(template, name=name, column=token.start + 1, count=count, right=function.count)
    return wrong_at(error, token.start, token.end)
