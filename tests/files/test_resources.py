"""Resources are found wherever the program is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddpm_studio.errors import FileError
from ddpm_studio.files.resources import resource, resource_folder


def test_folder_is_absolute_and_there() -> None:
    assert resource_folder().is_absolute()
    assert resource_folder().is_dir()


def test_missing_resource_says_what_to_do() -> None:
    with pytest.raises(FileError, match=r"no-such\.png is missing from this installation; install ddpm-studio again"):
        resource("no-such.png")


def test_resource_is_a_path_in_the_folder() -> None:
    name = next(resource_folder().iterdir()).name
    assert resource(name) == resource_folder() / Path(name)
