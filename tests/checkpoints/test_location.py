"""What stands for a checkpoint, and where it lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddpm_studio.checkpoints.location import whole_checkpoint


@pytest.mark.parametrize(
    ("name", "whole"), [("model_index.json", "a"), ("config.json", "a"), ("a.pt", "a/a.pt"), ("b.json", "a/b.json")]
)
def test_the_index_of_a_folder_stands_for_it(name: str, whole: str) -> None:
    assert whole_checkpoint(str(Path("a") / name)) == str(Path(whole))
