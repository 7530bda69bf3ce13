"""PickleReader: a stack machine for the instructions of which pickles of tensors are made. It executes nothing else."""

from __future__ import annotations

import pickle
import struct
from collections import OrderedDict
from collections.abc import Callable

from ddpm_studio.checkpoints.reading.callee import Callee
from ddpm_studio.checkpoints.reading.cursor import Cursor
from ddpm_studio.checkpoints.reading.inert import Inert
from ddpm_studio.checkpoints.reading.keys import Keys
from ddpm_studio.checkpoints.reading.storages import Storages
from ddpm_studio.checkpoints.reading.unusual import UnusualError
from ddpm_studio.checkpoints.reading.vocabulary import Vocabulary
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.budget import Budget
from ddpm_studio.interruption import check

MOST_INSTRUCTIONS, MOST_MARKS, LONGEST_NAME, LONGEST_INTEGER = 10_000_000, 1000, 200, 10
"""Bounds: of instructions, of open marks, of the letters of a module or of a name in it, of the bytes of an integer.

The longest integer is the number by which torch before 1.6 begins a file.
"""

_AT_ONCE = 500
"""Instructions between two looks at the budget and at whether anybody still waits; they take 240 KB at most."""

(_STOP,) = pickle.STOP
_ENTRY, _ARGUMENT = 220, 120
"""The bytes that an entry of a dictionary or set may take, and an element of what a function is given."""

_BROKEN = (LookupError, TypeError, AttributeError, ArithmeticError, EOFError, RuntimeError, struct.error)
"""What instructions raise that no pickle of tensors has."""


class PickleReader:
    """A reader of pickles of protocols 2 to 5, one after another, each with a stack and a memo of its own.

    Whatever it builds is out of the budget before. Raises ForeignNameError, UnusualError, StudioError for the budget,
    and ValueError for everything else that is wrong.
    """

    def __init__(self, cursor: Cursor, storages: Storages, budget: Budget) -> None:
        self._cursor, self._storages, self._budget = cursor, storages, budget
        self._keys = Keys()
        self._vocabulary = Vocabulary(self._keys)
        self._done = 0
        self._begin()

    def read(self) -> object:
        """The content of the next pickle."""
        self._begin()
        try:
            while not self._ended(_AT_ONCE):
                self._done += _AT_ONCE
                if self._done > MOST_INSTRUCTIONS:
                    raise UnusualError(QT_TRANSLATE_NOOP("errors", "more than ten million values"))
                check()
            return self._stack.pop()
        except _BROKEN as error:
            raise ValueError(f"no pickle of tensors at {self._cursor.place}") from error

    def _begin(self) -> None:
        self._stack: list[object] = []
        self._below: list[list[object]] = []
        self._memo: dict[int, object] = {}

    def _ended(self, instructions: int) -> bool:
        """Follow so many instructions, and pay for them together; True if the last ended the pickle."""
        following, room = self._cursor.next, 0
        for _ in range(instructions):
            code = following()
            if code == _STOP:
                return True
            act, each = _INSTRUCTIONS[code]
            room += each
            act(self)
        self._budget.spend(room)
        return False

    # Values that stand in the pickle.

    def _number(self, form: str) -> int | float:
        (number,) = struct.unpack(form, self._cursor.take(struct.calcsize(form)))
        return number  # type: ignore[no-any-return]

    def _bytes(self, form: str) -> bytes:
        """Bytes behind their number, which is of this form."""
        length = int(self._number(form))
        if length > self._cursor.left:
            raise EOFError("the end")
        self._budget.spend(length)
        return self._cursor.take(length)

    def _text(self, form: str) -> None:
        content = self._bytes(form)
        if not content.isascii():
            self._budget.spend(3 * len(content))
        self._stack.append(content.decode("utf-8", "surrogatepass"))

    def _integer(self, form: str) -> None:
        length = self._number(form)
        if not 0 <= length <= LONGEST_INTEGER:
            raise UnusualError(QT_TRANSLATE_NOOP("errors", "integers of more than 64 bits"))
        self._stack.append(int.from_bytes(self._cursor.take(int(length)), "little", signed=True))

    # What others are built from.

    def _mark(self) -> None:
        if len(self._below) >= MOST_MARKS:
            raise UnusualError(QT_TRANSLATE_NOOP("errors", "a thousand things in each other"))
        self._below.append(self._stack)
        self._stack = []

    def _since_mark(self) -> list[object]:
        items, self._stack = self._stack, self._below.pop()
        return items

    def _forget(self, items: list[object]) -> None:
        """Take items away for good, as after a tuple that is in itself."""

    def _tuple(self, length: int) -> None:
        items = tuple(self._stack[-length:])
        if len(items) < length:
            raise IndexError(length)
        self._stack[-length:] = [items]

    def _marked_tuple(self) -> None:
        items = self._since_mark()
        self._budget.spend(8 * len(items))
        self._stack.append(tuple(items))

    def _frozenset(self) -> None:
        items = self._since_mark()
        self._budget.spend(_ENTRY * len(items))
        self._stack.append(frozenset(self._keys.checked(items)))

    def _append(self, items: list[object]) -> None:
        target = self._stack[-1]
        if type(target) is list:
            self._budget.spend(16 * len(items))
            target.extend(items)
        elif type(target) is not Inert:
            raise TypeError(type(target))

    def _add(self, items: list[object]) -> None:
        target = self._stack[-1]
        if type(target) is not set:
            raise TypeError(type(target))
        self._budget.spend(_ENTRY * len(items))
        target.update(self._keys.checked(items))

    def _set_items(self, items: list[object]) -> None:
        target = self._stack[-1]
        if type(target) is Inert:
            return
        if type(target) is not dict and type(target) is not OrderedDict:
            raise TypeError(type(target))
        self._budget.spend(_ENTRY * len(items) // 2)
        for key, value in zip(items[::2], items[1::2], strict=True):
            target[self._keys.check(key)] = value

    def _last(self, number: int) -> list[object]:
        if len(self._stack) < number:
            raise IndexError(number)
        items = self._stack[-number:]
        del self._stack[-number:]
        return items

    # The memo.

    def _get(self, form: str) -> None:
        self._stack.append(self._memo[int(self._number(form))])

    def _put(self, form: str) -> None:
        self._memo[int(self._number(form))] = self._stack[-1]

    def _memoize(self) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    # Names, and what is done by them.

    def _name(self) -> None:
        self._push_name(*(self._cursor.line(LONGEST_NAME + 1).decode("utf-8", "replace") for _ in range(2)))

    def _name_from_stack(self) -> None:
        self._push_name(*self._last(2))

    def _push_name(self, module: object, name: object) -> None:
        if not isinstance(module, str) or not isinstance(name, str) or max(len(module), len(name)) > LONGEST_NAME:
            raise UnusualError(QT_TRANSLATE_NOOP("errors", "names of more than 200 letters"))
        self._stack.append(self._vocabulary.meaning(f"{module}.{name}"))

    def _instance(self) -> None:
        """A call by a name that stands in the pickle, as protocol 0 writes it; torch never has."""
        self._name()
        raise TypeError("an instance of protocol 0")

    def _call(self, arguments: int) -> None:
        """Call with the first of so many arguments; keywords, which only an Inert can be given, are left out."""
        callee, given, *_ = self._last(1 + arguments)
        if not isinstance(callee, Callee) or not isinstance(given, tuple):
            raise TypeError("not to be called")
        self._budget.spend(sum(map(_room, given)))
        self._stack.append(callee.call(*given))

    def _build(self) -> None:
        """Leave out what is attached to an object."""
        self._last(1)
        if type(self._stack[-1]) not in (Inert, OrderedDict):
            raise TypeError(type(self._stack[-1]))

    def _persistent(self) -> None:
        self._stack.append(self._storages.named(self._stack.pop()))


def _room(argument: object) -> int:
    """The bytes that a function may make of an argument: of a container, one with all of its elements."""
    if isinstance(argument, str | bytes | bytearray):
        return 4 * len(argument)
    return _ARGUMENT * len(argument) if isinstance(argument, list | tuple | dict | set | frozenset) else 0


_Instruction = tuple[Callable[[PickleReader], None], int]


def _pushing(value: object) -> _Instruction:
    return lambda reader: reader._stack.append(value), 48


def _number(form: str) -> _Instruction:
    return lambda reader: reader._stack.append(reader._number(form)), 48


def _skipping(count: int) -> _Instruction:
    """What says nothing that is needed, in so many bytes."""

    def skip(reader: PickleReader) -> None:
        reader._cursor.take(count)

    return skip, 0


def _byte_string(form: str) -> _Instruction:
    return lambda reader: reader._stack.append(reader._bytes(form)), 96


def _byte_array(form: str) -> _Instruction:
    return lambda reader: reader._stack.append(bytearray(reader._bytes(form))), 128


_BY_CODE: dict[bytes, _Instruction] = {
    pickle.PROTO: _skipping(1),
    pickle.FRAME: _skipping(8),
    pickle.NONE: _pushing(None),
    pickle.NEWTRUE: _pushing(True),
    pickle.NEWFALSE: _pushing(False),
    pickle.EMPTY_TUPLE: _pushing(()),
    pickle.BININT: _number("<i"),
    pickle.BININT1: _number("<B"),
    pickle.BININT2: _number("<H"),
    pickle.BINFLOAT: _number(">d"),
    pickle.LONG1: (lambda reader: reader._integer("<B"), 64),
    pickle.LONG4: (lambda reader: reader._integer("<i"), 64),
    pickle.SHORT_BINUNICODE: (lambda reader: reader._text("<B"), 96),
    pickle.BINUNICODE: (lambda reader: reader._text("<I"), 96),
    pickle.BINUNICODE8: (lambda reader: reader._text("<Q"), 96),
    pickle.SHORT_BINSTRING: (lambda reader: reader._text("<B"), 96),  # Texts of Python 2.
    pickle.BINSTRING: (lambda reader: reader._text("<I"), 96),
    pickle.SHORT_BINBYTES: _byte_string("<B"),
    pickle.BINBYTES: _byte_string("<I"),
    pickle.BINBYTES8: _byte_string("<Q"),
    pickle.BYTEARRAY8: _byte_array("<Q"),
    pickle.EMPTY_LIST: (lambda reader: reader._stack.append([]), 96),
    pickle.EMPTY_DICT: (lambda reader: reader._stack.append({}), 272),
    pickle.EMPTY_SET: (lambda reader: reader._stack.append(set()), 240),
    pickle.MARK: (PickleReader._mark, 96),
    pickle.POP: (lambda reader: reader._forget(reader._last(1)), 0),
    pickle.POP_MARK: (lambda reader: reader._forget(reader._since_mark()), 0),
    pickle.TUPLE: (PickleReader._marked_tuple, 64),
    pickle.TUPLE1: (lambda reader: reader._tuple(1), 64),
    pickle.TUPLE2: (lambda reader: reader._tuple(2), 72),
    pickle.TUPLE3: (lambda reader: reader._tuple(3), 80),
    pickle.FROZENSET: (PickleReader._frozenset, 240),
    pickle.APPEND: (lambda reader: reader._append(reader._last(1)), 0),
    pickle.APPENDS: (lambda reader: reader._append(reader._since_mark()), 0),
    pickle.ADDITEMS: (lambda reader: reader._add(reader._since_mark()), 0),
    pickle.SETITEM: (lambda reader: reader._set_items(reader._last(2)), 0),
    pickle.SETITEMS: (lambda reader: reader._set_items(reader._since_mark()), 0),
    pickle.BINGET: (lambda reader: reader._get("<B"), 8),
    pickle.LONG_BINGET: (lambda reader: reader._get("<I"), 8),
    pickle.BINPUT: (lambda reader: reader._put("<B"), 120),
    pickle.LONG_BINPUT: (lambda reader: reader._put("<I"), 120),
    pickle.MEMOIZE: (PickleReader._memoize, 120),
    pickle.GLOBAL: (PickleReader._name, 96),
    pickle.STACK_GLOBAL: (PickleReader._name_from_stack, 96),
    pickle.INST: (PickleReader._instance, 0),
    pickle.REDUCE: (lambda reader: reader._call(1), 320),
    pickle.NEWOBJ: (lambda reader: reader._call(1), 320),
    pickle.NEWOBJ_EX: (lambda reader: reader._call(2), 320),
    pickle.BUILD: (PickleReader._build, 0),
    pickle.BINPERSID: (PickleReader._persistent, 480),
}
"""What each instruction does, and the bytes that it takes at most beside those that it counts itself."""

_INSTRUCTIONS = {code: instruction for (code,), instruction in _BY_CODE.items()}
