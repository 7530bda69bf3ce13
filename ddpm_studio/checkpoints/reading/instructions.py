"""Instructions of pickles, of protocols 2 to 5: all that torch has written, and no others."""

from __future__ import annotations

import pickle
from collections.abc import Callable

from ddpm_studio.checkpoints.reading.pickle_machine import PickleMachine

Instruction = tuple[Callable[[PickleMachine], None], int]


def _pushing(value: object) -> Instruction:
    return lambda machine: machine.stack.append(value), 48


def _number(form: str) -> Instruction:
    return lambda machine: machine.stack.append(machine.number(form)), 48


def _skipping(count: int) -> Instruction:
    """What says nothing that is needed, in so many bytes."""

    def skip(machine: PickleMachine) -> None:
        machine.cursor.take(count)

    return skip, 0


def _byte_string(form: str) -> Instruction:
    return lambda machine: machine.stack.append(machine.content(form)), 96


def _byte_array(form: str) -> Instruction:
    return lambda machine: machine.stack.append(bytearray(machine.content(form))), 128


_BY_CODE: dict[bytes, Instruction] = {
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
    pickle.LONG1: (lambda machine: machine.push_integer("<B"), 64),
    pickle.LONG4: (lambda machine: machine.push_integer("<i"), 64),
    pickle.SHORT_BINUNICODE: (lambda machine: machine.push_text("<B"), 96),
    pickle.BINUNICODE: (lambda machine: machine.push_text("<I"), 96),
    pickle.BINUNICODE8: (lambda machine: machine.push_text("<Q"), 96),
    pickle.SHORT_BINSTRING: (lambda machine: machine.push_text("<B"), 96),  # Texts of Python 2.
    pickle.BINSTRING: (lambda machine: machine.push_text("<I"), 96),
    pickle.SHORT_BINBYTES: _byte_string("<B"),
    pickle.BINBYTES: _byte_string("<I"),
    pickle.BINBYTES8: _byte_string("<Q"),
    pickle.BYTEARRAY8: _byte_array("<Q"),
    pickle.EMPTY_LIST: (lambda machine: machine.stack.append([]), 96),
    pickle.EMPTY_DICT: (lambda machine: machine.stack.append({}), 272),
    pickle.EMPTY_SET: (lambda machine: machine.stack.append(set()), 240),
    pickle.MARK: (PickleMachine.mark, 96),
    pickle.POP: (lambda machine: machine.forget(machine.last(1)), 0),
    pickle.POP_MARK: (lambda machine: machine.forget(machine.since_mark()), 0),
    pickle.TUPLE: (PickleMachine.make_marked_tuple, 64),
    pickle.TUPLE1: (lambda machine: machine.make_tuple(1), 64),
    pickle.TUPLE2: (lambda machine: machine.make_tuple(2), 72),
    pickle.TUPLE3: (lambda machine: machine.make_tuple(3), 80),
    pickle.FROZENSET: (PickleMachine.make_frozenset, 240),
    pickle.APPEND: (lambda machine: machine.append(machine.last(1)), 0),
    pickle.APPENDS: (lambda machine: machine.append(machine.since_mark()), 0),
    pickle.ADDITEMS: (lambda machine: machine.add(machine.since_mark()), 0),
    pickle.SETITEM: (lambda machine: machine.set_items(machine.last(2)), 0),
    pickle.SETITEMS: (lambda machine: machine.set_items(machine.since_mark()), 0),
    pickle.BINGET: (lambda machine: machine.get("<B"), 8),
    pickle.LONG_BINGET: (lambda machine: machine.get("<I"), 8),
    pickle.BINPUT: (lambda machine: machine.put("<B"), 120),
    pickle.LONG_BINPUT: (lambda machine: machine.put("<I"), 120),
    pickle.MEMOIZE: (PickleMachine.memoize, 120),
    pickle.GLOBAL: (PickleMachine.name, 96),
    pickle.STACK_GLOBAL: (PickleMachine.name_from_stack, 96),
    pickle.INST: (PickleMachine.instance, 0),
    pickle.REDUCE: (lambda machine: machine.call(1), 320),
    pickle.NEWOBJ: (lambda machine: machine.call(1), 320),
    pickle.NEWOBJ_EX: (lambda machine: machine.call(2), 320),
    pickle.BUILD: (PickleMachine.build, 0),
    pickle.BINPERSID: (PickleMachine.persistent, 480),
}

INSTRUCTIONS = {code: instruction for (code,), instruction in _BY_CODE.items()}
"""What each instruction does, and the bytes that it takes at most beside those that it counts itself."""
