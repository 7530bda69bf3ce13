"""Complaints about a project: few in one message, which says how many more there are."""

from __future__ import annotations

import pytest

from ddpm_studio.gui.projects.complaints import told
from ddpm_studio.texts import LONGEST_SENTENCE


@pytest.mark.parametrize(
    ("complaints", "message"),
    [
        (["One."], "One."),
        (["One.", "Two."], "One. Two."),
        (["One."] * 5, "One. One. One. One. One."),
        (["One."] * 3000, "One. One. One. One. One. And 2995 more."),
        (["a" * 100 + "."] * 4, f"{'a' * 100}. {'a' * 100}. And 2 more."),
        (["a" * 299], "a" * 299),
    ],
)
def test_as_many_as_there_is_room_for(complaints: list[str], message: str) -> None:
    assert told(complaints) == message


@pytest.mark.parametrize("others", range(3))
def test_one_that_is_too_long_loses_its_middle(others: int) -> None:
    message = told(["a" * 900 + "."] * (others + 1))
    assert len(message) <= LONGEST_SENTENCE
    assert "aaa…aaa" in message
    assert message.endswith(f"And {others} more." if others else "a.")
