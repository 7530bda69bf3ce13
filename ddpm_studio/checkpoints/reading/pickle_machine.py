"""PickleMachine: the stack and the memo on which a pickle builds its content, and all that can be done there."""

from __future__ import annotations

import struct
from collections import OrderedDict

from ddpm_studio.checkpoints.reading.callee import Callee
from ddpm_studio.checkpoints.reading.cursor import Cursor
from ddpm_studio.checkpoints.reading.inert import Inert
from ddpm_studio.checkpoints.reading.keys import Keys
from ddpm_studio.checkpoints.reading.storages import Storages
from ddpm_studio.checkpoints.reading.unusual import UnusualError
from ddpm_studio.checkpoints.reading.vocabulary import Vocabulary
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.budget import Budget

MOST_MARKS, LONGEST_NAME, LONGEST_INTEGER = 1000, 200, 10
"""Bounds: of open marks, of the letters of a module or of a name in it, of the bytes of an integer.

The longest integer is the number by which torch before 1.6 begins a file.
"""

_ENTRY, _ARGUMENT = 220, 120
"""The bytes that an entry of a dictionary or set may take, and an element of what a function is given."""


class PickleMachine:
    """A machine whose `stack` holds what was built so far, of bytes from a cursor, within a budget.

    What grows with the pickle is out of the budget before it is built. UnusualError beyond the bounds; and many kinds
    of errors where the stack does not hold what is needed.
    """

    def __init__(self, cursor: Cursor, storages: Storages, budget: Budget) -> None:
        self.cursor, self._storages, self._budget = cursor, storages, budget
        self._keys = Keys()
        self._vocabulary = Vocabulary(self._keys)
        self.clear()

    def clear(self) -> None:
        """Begin anew, as each pickle does."""
        self.stack: list[object] = []
        self._below: list[list[object]] = []
        self._memo: dict[int, object] = {}

    # Values that stand in the pickle.

    def number(self, form: str) -> int | float:
        """The number of this form that stands next."""
        (number,) = struct.unpack(form, self.cursor.take(struct.calcsize(form)))
        return number  # type: ignore[no-any-return]

    def content(self, form: str) -> bytes:
        """Bytes behind their number, which is of this form."""
        length = int(self.number(form))
        if length > self.cursor.left:
            raise EOFError("the end")
        self._budget.spend(length)
        return self.cursor.take(length)

    def push_text(self, form: str) -> None:
        """Push a text behind the number of its bytes."""
        content = self.content(form)
        if not content.isascii():
            self._budget.spend(3 * len(content))
        self.stack.append(content.decode("utf-8", "surrogatepass"))

    def push_integer(self, form: str) -> None:
        """Push an integer behind the number of its bytes."""
        length = self.number(form)
        if not 0 <= length <= LONGEST_INTEGER:
            raise UnusualError(QT_TRANSLATE_NOOP("errors", "integers of more than 64 bits"))
        self.stack.append(int.from_bytes(self.cursor.take(int(length)), "little", signed=True))

    # What others are built from.

    def mark(self) -> None:
        """Begin to count what is pushed."""
        if len(self._below) >= MOST_MARKS:
            raise UnusualError(QT_TRANSLATE_NOOP("errors", "a thousand things in each other"))
        self._below.append(self.stack)
        self.stack = []

    def since_mark(self) -> list[object]:
        """All that was pushed since the last mark, which are both gone."""
        items, self.stack = self.stack, self._below.pop()
        return items

    def forget(self, items: list[object]) -> None:
        """Take items away for good, as after a tuple that is in itself."""

    def make_tuple(self, length: int) -> None:
        """Make a tuple of the last few."""
        items = tuple(self.stack[-length:])
        if len(items) < length:
            raise IndexError(length)
        self.stack[-length:] = [items]

    def make_marked_tuple(self) -> None:
        """Make a tuple of all since the last mark."""
        items = self.since_mark()
        self._budget.spend(8 * len(items))
        self.stack.append(tuple(items))

    def make_frozenset(self) -> None:
        """Make a frozenset of all since the last mark."""
        items = self.since_mark()
        self._budget.spend(_ENTRY * len(items))
        self.stack.append(frozenset(self._keys.checked(items)))

    def append(self, items: list[object]) -> None:
        """Append to the list below."""
        target = self.stack[-1]
        if type(target) is list:
            self._budget.spend(16 * len(items))
            target.extend(items)
        elif type(target) is not Inert:
            raise TypeError(type(target))

    def add(self, items: list[object]) -> None:
        """Add to the set below."""
        target = self.stack[-1]
        if type(target) is not set:
            raise TypeError(type(target))
        self._budget.spend(_ENTRY * len(items))
        target.update(self._keys.checked(items))

    def set_items(self, items: list[object]) -> None:
        """Enter keys and values, in turn, into the dictionary below."""
        target = self.stack[-1]
        if type(target) is Inert:
            return
        if type(target) is not dict and type(target) is not OrderedDict:
            raise TypeError(type(target))
        self._budget.spend(_ENTRY * len(items) // 2)
        for key, value in zip(items[::2], items[1::2], strict=True):
            target[self._keys.check(key)] = value

    def last(self, number: int) -> list[object]:
        """The last few that were pushed, which are gone."""
        if len(self.stack) < number:
            raise IndexError(number)
        items = self.stack[-number:]
        del self.stack[-number:]
        return items

    # The memo.

    def get(self, form: str) -> None:
        """Push what was noted under a number."""
        self.stack.append(self._memo[int(self.number(form))])

    def put(self, form: str) -> None:
        """Note the last one under a number."""
        self._memo[int(self.number(form))] = self.stack[-1]

    def memoize(self) -> None:
        """Note the last one under the next number."""
        self._memo[len(self._memo)] = self.stack[-1]

    # Names, and what is done by them.

    def name(self) -> None:
        """Push what a name in two lines stands for."""
        self._push_meaning(*(self.cursor.line(LONGEST_NAME + 1).decode("utf-8", "replace") for _ in range(2)))

    def name_from_stack(self) -> None:
        """Push what the name in the last two stands for."""
        self._push_meaning(*self.last(2))

    def _push_meaning(self, module: object, name: object) -> None:
        if not isinstance(module, str) or not isinstance(name, str) or max(len(module), len(name)) > LONGEST_NAME:
            raise UnusualError(QT_TRANSLATE_NOOP("errors", "names of more than 200 letters"))
        self.stack.append(self._vocabulary.meaning(f"{module}.{name}"))

    def instance(self) -> None:
        """A call by a name that stands in the pickle, as protocol 0 writes it; torch never has."""
        self.name()
        raise TypeError("an instance of protocol 0")

    def call(self, arguments: int) -> None:
        """Call with the first of so many arguments; keywords, which only an Inert can be given, are left out."""
        callee, given, *_ = self.last(1 + arguments)
        if not isinstance(callee, Callee) or not isinstance(given, tuple):
            raise TypeError("not to be called")
        self._budget.spend(sum(map(_room, given)))
        self.stack.append(callee.call(*given))

    def build(self) -> None:
        """Attach something to an object, which few keep any of."""
        (state,) = self.last(1)
        target = self.stack[-1]
        if isinstance(target, Inert):
            target.attach(state)
        elif type(target) is not OrderedDict:
            raise TypeError(type(target))

    def persistent(self) -> None:
        """Push the storage of the last name."""
        self.stack.append(self._storages.named(self.stack.pop()))


def _room(argument: object) -> int:
    """The bytes that a function may make of an argument: of a container, one with all of its elements."""
    if isinstance(argument, str | bytes | bytearray):
        return 4 * len(argument)
    return _ARGUMENT * len(argument) if isinstance(argument, list | tuple | dict | set | frozenset) else 0
