"""Tables of β in documents: the text that json writes, made once for each table while it is there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.projects import tables
from ddpm_studio.gui.projects.document import to_text, write_document
from ddpm_studio.gui.projects.tables import PART, Table, TableTexts
from ddpm_studio.gui.state.studio import Studio


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The length of each table of which a text was made."""
    lengths: list[int] = []
    make = tables._text

    def note(table: Table, indent: str) -> str:
        lengths.append(len(table))
        return make(table, indent)

    monkeypatch.setattr(tables, "_text", note)
    return lengths


def written(studio: Studio) -> Mapping[str, object]:
    return write_document(studio.state, Path("/"))


def plainly(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


@pytest.mark.parametrize("T", [1, 2, PART - 1, PART, PART + 1, 3 * PART])
def test_the_text_is_that_of_json(qtbot: QtBot, T: int) -> None:
    studio = Studio()
    studio.add(Schedule.from_betas([1e-305, 1, 0.1, *[0.01 / t for t in range(1, T + 1)]][-T:]), "base", name="[β,\n1]")
    studio.set_parameter("snr_shift", 2)
    document = written(studio)
    assert document["schedules"][1]["base"]["betas"] == document["schedules"][1]["betas"]  # type: ignore[index]
    assert to_text(document) == plainly(document)
    assert to_text({"a": [[], {}, Table([0.5])], "b": Table([0.1, 1])}) == plainly(
        {"a": [[], {}, [0.5]], "b": [0.1, 1]}
    )


def test_the_text_of_a_table_is_made_once(qtbot: QtBot, made: list[int]) -> None:
    studio, texts = Studio(), TableTexts()
    for T in (5, 6):
        studio.add(Schedule.from_betas([0.1] * T))
    for change in range(4):
        studio.set_parameter("snr_shift", 2 + change)
        assert to_text(written(studio), texts) == plainly(written(studio))
    assert made == [5, 6]
    studio.add(Schedule.from_betas([0.1] * 7))
    assert to_text(written(studio), texts) == plainly(written(studio))
    assert made == [5, 6, 7]


def test_what_is_no_longer_there_is_let_go_of(made: list[int]) -> None:
    table, other, texts = Table([0.1]), Table([0.2]), TableTexts()
    for betas in (table, other, table, other, other, table):
        to_text({"betas": betas}, texts)
    assert made == [1] * 5, "only the text of the last document is kept"
    assert [kept for kept, _ in texts._used.values()] == [table]


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch, made: list[int]) -> None:
    monkeypatch.setattr(tables, "MOST_KEPT", 20)
    document, texts = {"small": Table([0.1]), "large": Table([0.1] * 9)}, TableTexts()
    for _ in range(3):
        assert to_text(document, texts) == plainly(document)
    assert made == [1, 9, 9, 9]
