"""The table of hostile files is without an empty cell, and each case is made in a moment and small."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.hostile.kinds import Case, Format, Harm
from tests.hostile.making import MIB
from tests.hostile.table import FORMATS, cases, cell, one_of_each

LARGEST = 40 * MIB


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_no_cell_is_empty(format: Format) -> None:
    assert list(format.cells.keys() - Harm) == []
    for harm in Harm:
        found = cell(harm, format)
        assert found, f"nothing is said of {harm.value} in {format.name}"
        assert not isinstance(found, str) or len(found.split()) > 3, "a reason is more than a word"


def test_each_case_has_a_name_of_its_own() -> None:
    counted = Counter(map(str, cases()))
    assert [name for name, count in counted.items() if count > 1] == []
    assert len(counted) > 250


def test_each_class_is_brought_once_to_a_process_of_its_own() -> None:
    chosen = list(one_of_each())
    assert [case.harm for case in chosen] == list(Harm)
    assert len({case.format.name for case in chosen}) > len(chosen) // 2


@pytest.mark.slow
@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_no_case_is_large(format: Format, tmp_path: Path) -> None:
    for number, case in enumerate(cases((format,))):
        assert _size(case, tmp_path / str(number)) <= LARGEST, case


def _size(case: Case, folder: Path) -> int:
    folder.mkdir()
    case.write(folder)
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
