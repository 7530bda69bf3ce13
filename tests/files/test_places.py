"""The places of settings and state: where a person's platform has them, and in tests far from that person."""

from __future__ import annotations

import pwd
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from huggingface_hub import constants

from ddpm_studio.checkpoints import Answers, forget_everything
from ddpm_studio.checkpoints.remembered import recalled, remember
from ddpm_studio.errors import FileError
from ddpm_studio.files.places import log_folder, settings_file, state_file
from ddpm_studio.gui.recent import Recent

KINDS = {"XDG_CONFIG_HOME": settings_file, "XDG_STATE_HOME": state_file}
SHOWN = "from ddpm_studio.files.places import *; print(settings_file('a'), state_file('a'), sep='\\n')"


def test_tests_touch_nothing_of_the_person_who_runs_them() -> None:
    homes = {Path(person.pw_dir) for person in pwd.getpwall()}
    assert Path.home() not in homes
    assert Path.home().is_relative_to(tempfile.gettempdir())
    in_a_process = subprocess.run([sys.executable, "-c", SHOWN], capture_output=True, text=True, check=True).stdout
    places: list[Path | str] = [settings_file("a"), state_file("a"), constants.HF_HUB_CACHE, *in_a_process.splitlines()]
    assert len(places) == 5
    assert all(Path(place).is_relative_to(Path.home()) for place in places)


@pytest.mark.parametrize("turn", ["one", "the other"])
def test_a_test_finds_nothing_that_another_has_kept(turn: str) -> None:
    assert (Recent().paths(), recalled(Path(__file__)).answers) == ((), Answers())
    Recent().add(turn)
    remember(recalled(Path(__file__)), Answers(heads=4))
    assert (Recent().paths(), recalled(Path(__file__)).answers) == ((turn,), Answers(heads=4))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such variables")
@pytest.mark.parametrize("variable", KINDS)
def test_the_platform_is_asked(variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, str(tmp_path))
    assert KINDS[variable]("a.json") == tmp_path / "ddpm-studio" / "a.json"


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms have other folders")
def test_without_variables_the_places_are_those_of_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in KINDS:
        monkeypatch.delenv(variable)
    assert settings_file("a") == Path.home() / ".config" / "ddpm-studio" / "a"
    assert state_file("a") == Path.home() / ".local" / "state" / "ddpm-studio" / "a"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's home folder, before they start the program."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in KINDS:
        monkeypatch.delenv(variable)
    return tmp_path


def kept(file: Path, content: str) -> Path:
    file.parent.mkdir(parents=True)
    file.write_text(content)
    return file


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_recent_checkpoints_of_an_earlier_version_are_there(
    platform: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Qt put them into a folder of the organization's name and the program's."""
    base = {"linux": ".config", "darwin": "Library/Preferences"}[platform]
    earlier = kept(home / base / "ddpm-studio" / "ddpm-studio" / "recent-checkpoints.json", '["/a/model.pt"]')
    monkeypatch.setattr(sys, "platform", platform)
    assert Recent().paths() == ("/a/model.pt",)
    Recent().add("/b")
    assert Recent().paths() == ("/b", "/a/model.pt")
    assert not earlier.parent.exists()
    assert settings_file("recent-checkpoints.json").is_file()


def test_networks_trusted_in_an_earlier_version_are_forgotten_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another variable than that of the platform was heard, too."""
    monkeypatch.setenv("LOCALAPPDATA", str(home / "local"))
    kept(home / "local" / "ddpm-studio" / "networks.json", "{}")
    forget_everything()
    assert not state_file("networks.json").exists()
    assert not (home / "local" / "ddpm-studio").exists()


def test_what_is_there_already_stays(home: Path) -> None:
    new = kept(settings_file("a"), "new")
    earlier = kept(new.parent / "ddpm-studio" / "a", "earlier")
    assert settings_file("a").read_text() == "new"
    assert earlier.read_text() == "earlier"


def test_other_files_of_an_earlier_version_stay(home: Path) -> None:
    earlier = home / ".config" / "ddpm-studio" / "ddpm-studio"
    kept(earlier / "a", "a")
    (earlier / "b").write_text("b")
    assert settings_file("a").read_text() == "a"
    assert [path.name for path in earlier.iterdir()] == ["b"]


def test_a_file_in_the_working_directory_is_not_taken_for_an_earlier_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = kept(home / "here" / "state" / "ddpm-studio" / "a", "strange")
    monkeypatch.chdir(home / "here")
    monkeypatch.setenv("XDG_STATE_HOME", "state")
    assert not state_file("a").exists()
    assert strange.exists()


def nobody(uid: int) -> object:
    raise KeyError(uid)


@pytest.mark.parametrize("place", KINDS.values())
def test_who_has_no_home_keeps_nothing(
    place: Callable[[str], Path], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "nowhere")
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    for path in (place, lambda _: log_folder()):
        with pytest.raises(FileError, match=r"There is no home folder .*; set HOME to an absolute path\."):
            path("a")
    remember(recalled(Path(__file__)), Answers(heads=4))
    forget_everything()
    Recent().add("/a")
    assert (recalled(Path(__file__)).answers, Recent().paths()) == (Answers(), ())
