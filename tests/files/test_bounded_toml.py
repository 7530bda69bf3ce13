"""TOML that is made to take long is refused before it is parsed, and what stands in quotes is not taken for a key."""

from __future__ import annotations

import pytest

from ddpm_studio.errors import FileError
from ddpm_studio.files.toml.bounded_toml import MOST_PARTS, tables_in

LONG = ".a" * 100_000


@pytest.mark.parametrize(
    "text",
    [
        f"a{LONG} = 1",
        f"[a{LONG}]",
        f"[[a{LONG}]]",
        f"x = '''\n#'''\na{LONG} = 1",
        "['a'" + '."a"' * 100_000 + "]",
        "a" + " . a" * 100_000,
        f"x = {{ a{LONG} = 1 }}",
        f'x = "\\"" # "\na{LONG} = 1',
    ],
    ids=range(8),
)
def test_a_key_of_too_many_parts(text: str) -> None:
    with pytest.raises(FileError, match=f"a key has more than {MOST_PARTS} parts"):
        tables_in(text)


@pytest.mark.parametrize("quote", ['"', "'", '"""', "'''"])
def test_what_stands_in_quotes_or_a_comment_is_no_key(quote: str) -> None:
    path = "a" + ".b" * 100
    assert tables_in(f"x = {quote}{path}{quote}  # {path}") == {"x": path}
    assert tables_in(f"{'.'.join('a' * MOST_PARTS)} = 1")


@pytest.mark.parametrize("piece", ['"\\', '"""\\', "'''a'", "-", '"', "'", "[", "a=[", "{", "\\", '"\n', "x={"])
def test_what_never_ends_is_refused_at_once(piece: str) -> None:
    with pytest.raises(FileError):
        tables_in(piece * 100_000)


@pytest.mark.parametrize("content", [b"\xff", "x = " + "9" * 5000, "a=1\na=2", "\x00", "x = 1."])
def test_what_is_no_toml_is_a_reason(content: str | bytes) -> None:
    with pytest.raises(FileError, match=r"^it is (not TOML \(.*[^.]\)|not text in UTF-8)$"):
        tables_in(content)
