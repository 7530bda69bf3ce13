"""Paths and names lead to checkpoints."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddpm_studio.checkpoints.location import locate, whole_checkpoint
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError


@pytest.mark.parametrize(
    ("name", "whole"), [("model_index.json", "a"), ("config.json", "a"), ("a.pt", "a/a.pt"), ("b.json", "a/b.json")]
)
def test_the_index_of_a_folder_stands_for_it(name: str, whole: str) -> None:
    assert whole_checkpoint(str(Path("a") / name)) == str(Path(whole))


def test_a_home_is_found_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "betas").write_text("betas\n0.5\n")
    assert locate("~/betas") == tmp_path / "betas"
    assert Schedule.parse("custom:path=~/betas").trained_betas == (0.5,)
    with pytest.raises(CheckpointError, match="There is no checkpoint ~nobody at all/a"):
        locate("~nobody at all/a.pt")
