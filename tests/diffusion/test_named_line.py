"""A name behind a # in a line: where it begins, what belongs to a path, and that both come back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.diffusion.named_line import name_apart, with_name
from ddpm_studio.diffusion.spec import read_spec, write_spec

LETTERS = st.text(st.sampled_from("ab#% ,=:T\t\u00a0.ß한") | st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]))


@pytest.mark.parametrize(
    ("line", "spec", "name"),
    [
        ("cosine", "cosine", None),
        ("cosine#x", "cosine", "x"),
        ("cosine:T=9 # a # b", "cosine:T=9", "a # b"),
        ("cosine:T=9,s=0..1,n=2#", "cosine:T=9,s=0..1,n=2", ""),
        ("  cosine\t#\u3000名前  ", "  cosine", "名前"),
        ("# alone", "", "alone"),
        ("cosine # path=a #", "cosine", "path=a #"),
        ("custom:path=#1.csv", "custom:path=#1.csv", None),
        ("custom:path=a #1.csv", "custom:path=a #1.csv", None),
        ("custom:path=a # 1.csv", "custom:path=a # 1.csv", None),
        ("custom:path=a  #1.csv", "custom:path=a  #1.csv", None),
        ("custom:path=a  # 1.csv", "custom:path=a", "1.csv"),
        ("custom:path=a #1.csv  #", "custom:path=a #1.csv", ""),
        ("custom:path=a #1.csv,snr_shift=4 # b", "custom:path=a #1.csv,snr_shift=4", "b"),
        ("custom:path=a.csv  # b,snr_shift=4", "custom:path=a.csv", "b,snr_shift=4"),
        ("custom:snr_shift=1..4,path=a.csv,n=3  # b", "custom:snr_shift=1..4,path=a.csv,n=3", "b"),
    ],
)
def test_where_a_name_begins(line: str, spec: str, name: str | None) -> None:
    assert name_apart(line) == (spec, name)


@given(path=LETTERS.filter(bool), name=LETTERS.map(str.strip))
def test_a_path_and_a_name_come_back(path: str, name: str) -> None:
    spec = write_spec("custom", None, path, {"snr_shift": 2.0} if len(name) % 2 else {})
    text, found = name_apart(with_name(spec, name))
    assert (text, found or "") == (spec, name)
    assert read_spec(text)[1] == path


def test_a_line_stays_one() -> None:
    assert with_name("cosine", "two\r\nlines\u2028three") == "cosine  # two lines three"
