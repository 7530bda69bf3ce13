"""JSON of strangers: the same as json reads it, and never more than its budget."""

from __future__ import annotations

import json
import math
import tracemalloc
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.errors import FileError
from ddpm_studio.files.bounded_json import MAX_TEXT, JsonError, parse
from ddpm_studio.files.budget import MIB, Budget
from ddpm_studio.interruption import Interrupted, interruptible

PATH = Path("a.json")
PLAIN = st.none() | st.booleans() | st.integers(-(10**19), 10**19) | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def budget(size: int) -> Budget:
    return Budget(PATH, size)


@given(value=VALUES, escaped=st.booleans(), encoding=st.sampled_from(["utf-8", "utf-16", "utf-32", None]))
def test_what_json_writes_comes_back(value: object, escaped: bool, encoding: str | None) -> None:
    text = json.dumps(value, ensure_ascii=escaped)
    data = text.encode(encoding, "replace") if encoding else text
    assert parse(data, budget(len(data)), PATH) == json.loads(data)


def test_whole_numbers_without_end_become_floats() -> None:
    assert parse(b"[18446744073709551615, 100000000000000000000000]", budget(0), PATH) == [2**64 - 1, 1e23]
    assert parse(b"9" * 10**6, budget(0), PATH) == math.inf
    assert parse(b"-" + b"9" * 5000, budget(0), PATH) == -math.inf


@pytest.mark.parametrize("data", [b"", b"{", b"[1,]", b"\xff\xfe\xfd", b"nul", b'{"a": 1} x', b"\xef\xbb\xbf\xff"])
def test_what_is_not_json(data: bytes) -> None:
    with pytest.raises(FileError, match=r"a\.json is not valid JSON") as error:
        parse(data, budget(len(data)), PATH)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":['])
def test_nested_without_end(opening: bytes) -> None:
    with pytest.raises(FileError, match="it is nested too deeply"):
        parse(opening * 100_000, budget(10**7), PATH)


HOSTILE = {
    "lists": b"[%s[]]" % (b"[]," * 10**5),
    "objects": b"[%s{}]" % (b'{"":0},' * 10**5),
    "numbers": b"[%s0]" % (b"0.1," * 10**5),
    "texts": b'[%s""]' % (b'"\xc3\xa9",' * 10**5),
    "entries": b"{%s}" % b",".join(b'"%d":0' % number for number in range(10**5)),
    "wide": b'["\xf0\x9f\x98\x80","%s"]' % (b"a" * 10**6),
    "escaped": b'["%s"]' % (b"a" * 10**6 + b"\\ud83d\\ude00"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_more_than_was_spent_is_taken(kind: str) -> None:
    """The budget given is ample: what is asked of it is no less than what the value takes."""
    data, ample = HOSTILE[kind], budget(10**9)
    tracemalloc.start()
    value = parse(data, ample, PATH)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert value
    assert taken <= ample.limit - ample.left


@pytest.mark.parametrize("kind", ["lists", "objects", "entries"])
def test_what_would_take_more_is_refused_before_it_is_built(kind: str) -> None:
    data, small = HOSTILE[kind], budget(0)
    small.spend(small.left - 6 * MIB)
    tracemalloc.start()
    with pytest.raises(FileError, match="would take more than 64 MiB of memory"):
        parse(data, small, PATH)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * MIB


def test_two_of_one_name_where_entries_are_to_be_unique() -> None:
    assert parse(b'[{"a": 1, "a": 2}]', budget(0), PATH) == [{"a": 2}]
    with pytest.raises(FileError, match="two entries have one name"):
        parse(b'[{"a": 1, "a": 2}]', budget(0), PATH, unique=True)


def test_waiting_for_a_long_text_can_end() -> None:
    def stop() -> None:
        raise Interrupted

    with interruptible(stop), pytest.raises(Interrupted):
        parse(b"[1, 2]", budget(0), PATH)


@pytest.mark.parametrize("around", ['["%s"]', '{"%s": 1}', '["\\"%s"]', '["a", 1, "%s\\\\"]'])
def test_one_text_is_no_longer_than_a_file_needs(around: str) -> None:
    longest, shorter = (around % (each * (MAX_TEXT // 4)) for each in ("a\\n\\n", "a\\n"))
    assert parse(shorter, budget(len(shorter)), PATH) == json.loads(shorter)
    for text in (longest, longest[: MAX_TEXT + 100]):
        with pytest.raises(FileError, match=r"a text of more than 4 MiB"):
            parse(text, budget(len(text)), PATH)


def test_what_lies_between_two_texts_is_none() -> None:
    text = '{"a": [%s0], "b": 1}' % ("0, " * (MAX_TEXT // 2))
    assert parse(text, budget(10**9), PATH) == json.loads(text)


def test_a_text_that_is_cut_off_is_not_called_long() -> None:
    text = "[" + '"a",' * MIB + '"' + "a" * (MAX_TEXT - 100)
    with pytest.raises(JsonError, match="cut off"):
        parse(text, budget(10**9), PATH)


@pytest.mark.parametrize("piece", [" ", "0.5,", '"a",', '"\\u0041",'])
def test_whoever_waits_is_asked_again_and_again(piece: str) -> None:
    asked = count()
    with interruptible(lambda: [next(asked)].clear()):
        parse("[" + piece * (3 * MIB // len(piece)) + "0]", budget(10**9), PATH)
    assert next(asked) >= 3
