"""Pickles of weights that do harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.hostile.kinds import Harm
from tests.hostile.making import (
    EVIL,
)
from tests.hostile.pickling import (
    DICT,
    ITEMS,
    MARK,
    PROTOCOL,
    REDUCE,
    STOP,
    called,
    dictionary,
    name,
    number,
    several,
    tensor,
    text,
    whole,
)


def _tuple_key() -> bytes:
    """A dictionary's key of tuples in tuples, each twice: 2⁴⁰ hashes."""
    doubled = b"".join(b"q" + bytes([i]) + b"h" + bytes([i]) + b"\x86" for i in range(40))
    return DICT + MARK + b"K\1" + doubled + b"K\1" + ITEMS


def _by_memo() -> bytes:
    """A list of twice the list before, 60 times."""
    steps = (b"q%c" % i + b"0](h%ch%ce" % (i, i) for i in range(60))
    return b"]" + b"".join(steps)


def _shared_key(key: bytes) -> bytes:
    """Ten dictionaries in each other under one key, and 60,000 empty lists in the last."""
    inner = DICT + MARK + b"".join(text(str(i)) + b"]" for i in range(60_000)) + ITEMS
    return key + b"q\x080" + (DICT + MARK + b"h\x08") * 10 + inner + ITEMS * 10


RUN = text("touch CANARY")
STRANGE = f"{EVIL}Net"
Values = Mapping[str, Callable[[bool], bytes]]
"""Pickles by what they do; each is told whether it is in a row."""


def _value(of: bytes) -> Callable[[bool], bytes]:
    return lambda row: whole(of)


def _lazily(of: Callable[[], bytes]) -> Callable[[bool], bytes]:
    return lambda row: whole(of())


def _stored(**claims: object) -> Callable[[bool], bytes]:
    return lambda row: whole(tensor(row=row, **claims))  # type: ignore[arg-type]


HARMS: Mapping[Harm, Values] = {
    Harm.ENDLESS: {
        "tuples as a key": _value(_tuple_key()),
        "tuple in a set": _value(name("builtins", "set") + several(b"](" + _tuple_key()[2:-3] + b"e") + REDUCE),
        "key in the names of empty lists": _lazily(lambda: _shared_key(text("k" * 10**6))),
        "key of bytes in many dictionaries": _lazily(
            lambda: _shared_key(b"B" + (10**6).to_bytes(4, "little") + b"\x1b" * 10**6)
        ),
        "long name": _lazily(lambda: name("torch", "a." * 200_000 + "a")),
        "list doubled 60 times": _value(_by_memo()),
        "lists in lists": _lazily(lambda: b"]" * 200_000 + b"a" * 199_999),
        "tuples in tuples": _lazily(lambda: b")" + b"\x85" * 200_000),
    },
    Harm.CLAIMS: {
        "bytearrays": _lazily(
            lambda: several(*(called(name("builtins", "bytearray"), number(10**9)) for _ in range(20)))
        ),
        "bytes of a number": _value(called(name("builtins", "bytes"), number(10**10))),
        "long text": _value(b"X" + (2**31).to_bytes(4, "little")),
        "longer text": _value(b"\x8d" + (2**60).to_bytes(8, "little")),
        "long bytes": _value(b"\x8e" + (2**60).to_bytes(8, "little")),
        "long number": _value(b"\x8b" + (2**31 - 1).to_bytes(4, "little")),
        "memo": _value(b"Nr" + (2**32 - 1).to_bytes(4, "little")),
        "size": _stored(size=(10**12,)),
        "size by strides of 0": _stored(size=(10**6, 10**6), stride=(0, 0)),
        "storage": _stored(size=(10**12,), numel=10**12),
        "many of one storage": lambda row: whole(
            several(*(tensor(row=row, size=(10**5,), stride=(0,)) for _ in range(3000)))
        ),
        "list times": _value(called(name("operator", "mul"), b"](N e".replace(b" ", b""), number(10**9))),
    },
    Harm.MANY: {
        "None two million times": _lazily(lambda: MARK + b"N" * 2_000_000 + b"t"),
        "None put and popped": _lazily(lambda: b"N0" * 1_500_000 + b"N"),
        "numbers in a list": _lazily(lambda: b"](" + b"K\1" * 1_000_000 + b"e"),
        "entries": _lazily(lambda: dictionary({str(i): b"N" for i in range(300_000)})),
        "200 000 lists": _lazily(lambda: b"](" + b"]" * 200_000 + b"e"),
        "3000 tensors": lambda row: whole(several(*(tensor(row=row, size=(1,)) for _ in range(3000)))),
    },
    Harm.NUMBERS: {
        "size of 5000 digits": _stored(size=(10**5000,)),
        "negative size": _stored(size=(-4,)),
        "negative stride": _stored(stride=(-1,)),
        "negative offset": _stored(offset=-4),
        "offset beyond 64 bits": _stored(offset=2**64),
        "sizes that overflow": _stored(size=(2**32, 2**32)),
        "stride that overflows": _stored(size=(2,), stride=(2**63 - 1,)),
        "negative storage": _stored(numel=-1),
        "storage beyond 64 bits": _stored(numel=2**64),
        "line of 5000 digits": _lazily(lambda: b"I" + b"9" * 5000 + b"\n"),
        "long of 100 000 digits": _lazily(lambda: b"L" + b"9" * 100_000 + b"L\n"),
        "float that is none": _value(b"Fnonsense\n"),
        "infinite size": lambda row: tensor_with(b"G" + bytes([0x7F, 0xF0, 0, 0, 0, 0, 0, 0]), row),
        "size that is a text": lambda row: tensor_with(text("4"), row),
    },
    Harm.EXECUTES: {
        "REDUCE": _value(called(name("os", "system"), RUN)),
        "INST": _value(MARK + RUN + b"ios\nsystem\n"),
        "OBJ": _value(MARK + name("os", "system") + RUN + b"o"),
        "NEWOBJ": _value(name("subprocess", "Popen") + several(RUN) + b"\x81"),
        "NEWOBJ_EX": _value(name("subprocess", "Popen") + several(RUN) + DICT + b"\x92"),
        "STACK_GLOBAL": _value(text("os") + text("system") + b"\x93" + several(RUN) + REDUCE),
        "BUILD": _value(
            called(name("collections", "OrderedDict")) + dictionary({"__class__": name("os", "system")}) + b"b"
        ),
        "BUILD of a module": _value(name("os", "path") + dictionary({"join": name("os", "system")}) + b"b"),
        "eval": _value(called(name("builtins", "eval"), text("open('CANARY', 'w')"))),
        "getattr": _value(called(called(name("builtins", "getattr"), name("os", "path"), text("os")), RUN)),
        "extension": _value(b"\x82\1" + several(RUN) + REDUCE),
        "persistent id": _value(b"Pos.system\n"),
        "load in load": _value(called(name("torch", "load"), text("CANARY"))),
        "rebuilt by a function": _value(
            called(
                name("torch._tensor", "_rebuild_from_type_v2"),
                name("os", "system"),
                name("os", "system"),
                several(RUN),
                b"N",
            )
        ),
        "attribute of an allowed name": _value(called(name("torch", "serialization.os.system"), RUN)),
        "module of a stranger": _value(called(name("canary", "Net"))),
    },
    Harm.ELSEWHERE: {
        "mapped file": _value(called(name("torch", "UntypedStorage.from_file"), text("CANARY"), b"\x88", number(64))),
        "opened file": _value(called(name("builtins", "open"), text("CANARY"), text("w"))),
        "memory map": _value(
            called(name("numpy", "memmap"), text("CANARY"), text("uint8"), text("w+"), number(0), number(9))
        ),
        "key that leads out": _stored(key="../../../../etc/passwd"),
        "key that is absolute": _stored(key="/dev/zero"),
        "address": _value(called(name("urllib.request", "urlopen"), text("http://127.0.0.1:9/"))),
    },
    Harm.DAMAGE: {
        "popped too often": _value(b"0000"),
        "no mark": _value(b"tuuee"),
        "memo that nobody put": _value(b"h\x63"),
        "no end": lambda row: PROTOCOL + DICT,
        "protocol of tomorrow": lambda row: b"\x80\x63}.",
        "opcode of nobody": _value(b"\xff"),
        "type of tomorrow": _stored(kind="Float3Storage"),
        "storage that is missing": _stored(key="9"),
        "sparse": _value(
            called(name("torch._utils", "_rebuild_sparse_tensor"), name("torch", "sparse_coo"), several())
        ),
        "quantised": _value(called(name("torch._utils", "_rebuild_qtensor"), b"N", b"N", b"N", b"N", b"N", b"N", b"N")),
        "meta": _value(called(name("torch._utils", "_rebuild_meta_tensor_no_storage"), b"N", b"N", b"N", b"N")),
    },
    Harm.TEXT: {
        "class": _value(called(name("canary", STRANGE.replace("\n", "")))),
        "key": lambda row: PROTOCOL + dictionary({f"{EVIL}": tensor(row=row)}) + STOP,
        "lone surrogate": lambda row: PROTOCOL + dictionary({"\ud800": tensor(row=row)}) + STOP,
        "key of 2 MB": lambda row: PROTOCOL + dictionary({EVIL * 150_000: tensor(row=row)}) + STOP,
        "class of 2 MB": _lazily(lambda: called(name("canary", "N" * 2_000_000))),
        "location": lambda row: whole(tensor(row=row)).replace(text("cpu"), text(f"{EVIL}:0")),
        "NUL in a name": _value(called(name("ca\0nary", "Net"))),
    },
    Harm.ITSELF: {
        "list in itself": _value(b"]q\0h\0a"),
        "dictionary in itself": _value(b"}q\0(X\1\0\0\0ah\0u"),
        "dictionary as its own key": _value(b"}q\0(h\0Nu"),
        "tuple through a list": _value(b"]q\0h\0\x85a"),
        "state of itself": _value(called(name("collections", "OrderedDict")) + b"q\0h\0b"),
    },
}


def tensor_with(size: bytes, row: bool) -> bytes:
    """A pickle of a tensor whose size is no number."""
    return whole(tensor(row=row).replace(several(number(4)), several(size), 1))
