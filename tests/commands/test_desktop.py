"""`ddpm-studio desktop`: an entry that desktops understand, and no trace of it afterwards."""

from __future__ import annotations

import errno
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ddpm_studio.cli import main
from ddpm_studio.errors import FileError
from ddpm_studio.files.desktop.desktop_entry import exec_line

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder."""
    folder = tmp_path / "a b" / "data"
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    monkeypatch.setattr(sys, "platform", "linux")
    return folder


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_what_is_installed_can_be_removed_without_a_trace(data: Path, capsys: Captured) -> None:
    (data / "applications").mkdir(parents=True)
    (data / "applications" / "other.desktop").write_text("")
    before = files(data)
    for _ in range(2):
        assert main(["desktop", "--install"]) == 0
    assert {path for path in files(data) if path.endswith((".desktop", ".svg", ".xml"))} == {
        "applications/other.desktop",
        "applications/ddpm-studio.desktop",
        "icons/hicolor/scalable/apps/ddpm-studio.svg",
        "mime/packages/ddpm-studio.xml",
    }
    assert main(["desktop", "--remove"]) == 0
    assert files(data) == before
    capsys.readouterr()
    assert main(["desktop", "--remove"]) == 0
    assert capsys.readouterr().out == "nothing was installed\n"


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="needs Debian's desktop-file-utils")
def test_the_validator_of_desktop_entries_has_nothing_to_say(data: Path) -> None:
    assert main(["desktop", "--install"]) == 0
    entry = data / "applications" / "ddpm-studio.desktop"
    checked = subprocess.run(["desktop-file-validate", entry], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_the_entry_starts_the_program(data: Path) -> None:
    assert main(["desktop", "--install"]) == 0
    entry = data / "applications" / "ddpm-studio.desktop"
    lines = dict(line.split("=", 1) for line in entry.read_text().splitlines()[1:])
    program = [word.replace("%%", "%") for word in shlex.split(lines["Exec"])]
    assert program.pop() == "%F"
    assert subprocess.run([*program, "--version"], capture_output=True, check=True).stdout.startswith(b"ddpm-studio")
    mime = ElementTree.parse(data / "mime" / "packages" / "ddpm-studio.xml").getroot()
    assert f"{mime[0].get('type')};" == lines["MimeType"]
    assert [each.get("pattern") for each in mime[0] if each.tag.endswith("glob")] == ["*.ddpm"]


@pytest.mark.parametrize("path", ["/a b/x", "/$HOME/x", '/"q"/x', "/`id`/x", "/back\\slash/x", "/100%/%f/x", "/ü/x"])
def test_a_path_comes_through_both_escapes(path: str) -> None:
    """The value is read as the specification says: escapes of a string first, then quotes, then field codes."""
    value = exec_line([path]).replace("\\\\", "\\")
    assert value[0] == value[-1] == '"'
    read, letters = "", iter(value[1:-1])
    for letter in letters:
        read += next(letters) if letter == "\\" else letter
    assert read.replace("%%", "%") == path


def test_a_path_with_a_line_break_is_refused() -> None:
    with pytest.raises(FileError, match="install ddpm-studio elsewhere"):
        exec_line(["/a\nExec=evil"])


def test_elsewhere_it_says_what_it_is_for(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert main(["desktop", "--install"]) == 2
    assert "A desktop entry is for Linux desktops" in capsys.readouterr().err


def test_what_cannot_be_deleted_is_told(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def denied(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    assert main(["desktop", "--install"]) == 0
    monkeypatch.setattr(Path, "unlink", denied)
    assert main(["desktop", "--remove"]) == 2
    assert "ddpm-studio.desktop cannot be deleted (Permission denied); delete it yourself." in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_told(data: Path, capsys: Captured) -> None:
    data.parent.mkdir()
    data.write_text("")
    assert main(["desktop", "--install"]) == 2
    assert "cannot be written" in capsys.readouterr().err
