"""Desktop entry: what has the menus of a Linux desktop offer the program, with its icon and type of file.

All lies in the user's own data folder; nothing is written beside the program. The formats are those of the Desktop
Entry Specification and of the Shared MIME-info Specification.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.filetypes import FILE_TYPES, FileKind
from ddpm_studio.files.places import NAME
from ddpm_studio.files.resources import resource

MIME_TYPE = "application/x-ddpm-studio-project"

ENTRY = """\
[Desktop Entry]
Type=Application
Version=1.0
Name=ddpm-studio
GenericName=Diffusion schedule studio
Comment=Compare diffusion noise schedules, drag t over a picture, sample along them
Exec={command} %F
Icon=ddpm-studio
Terminal=false
StartupWMClass=ddpm-studio
Categories=Science;ArtificialIntelligence;
Keywords=DDPM;diffusion;noise schedule;sampling;
MimeType={mime};
"""

MIME = """\
<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{mime}">
    <comment>ddpm-studio project</comment>
    <sub-class-of type="application/json"/>
{globs}
  </mime-type>
</mime-info>
"""

_RESERVED = re.compile(r'(["`$\\])')
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def install() -> list[Path]:
    """Write all, in place of what was there, and return the paths. FileError where that is not possible."""
    _check_desktop()
    written = []
    for path, content in _contents(_command()).items():
        with suppress(OSError):  # What stands in its way, the writing says.
            path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as file:
            file.write(content)
        written.append(path)
    return written


def remove() -> list[Path]:
    """Delete what `install` wrote, with the folders that are empty then, and return the paths of what was there."""
    _check_desktop()
    removed = []
    for path in _places():
        if path.is_file():
            _delete(path)
            removed.append(path)
            _prune(path.parent)
    return removed


def exec_line(command: Sequence[str]) -> str:
    """A command as the value of Exec: each word in quotes, with what has a meaning there or in a value escaped.

    >>> print(exec_line(["/opt/a b/ddpm-studio", "50 %"]))
    "/opt/a b/ddpm-studio" "50 %%"
    >>> print(exec_line(["/$x"]))
    "/\\\\\\\\$x"
    """
    for word in command:
        if _CONTROL.search(word):
            raise FileError(
                QT_TRANSLATE_NOOP(
                    "errors", "{path} has a character that no desktop entry can hold; install ddpm-studio elsewhere."
                ),
                path=word,
            )
    quoted = (f'"{_RESERVED.sub(_escaped, word)}"' for word in command)
    return " ".join(quoted).replace("\\", "\\\\").replace("%", "%%")


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[1]}"


def _check_desktop() -> None:
    if not sys.platform.startswith(("linux", "freebsd", "openbsd", "netbsd")):
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "A desktop entry is for Linux desktops; on {platform} pin the window."),
            platform=sys.platform,
        )


def _command() -> list[str]:
    """What begins the program: the script of this Python's environment, or the package if there is none."""
    script = Path(sys.executable).with_name(NAME)
    return [str(script)] if script.is_file() else [sys.executable, "-m", "ddpm_studio"]


def _places() -> tuple[Path, Path, Path]:
    """The entry, the icon and the type of file."""
    data = user_data_path()
    return (
        data / "applications" / f"{NAME}.desktop",
        data / "icons" / "hicolor" / "scalable" / "apps" / f"{NAME}.svg",
        data / "mime" / "packages" / f"{NAME}.xml",
    )


def _contents(command: Sequence[str]) -> Mapping[Path, bytes]:
    """What is written where."""
    entry, icon, mime = _places()
    globs = "\n".join(f'    <glob pattern="*{suffix}"/>' for suffix in _suffixes())
    return {
        entry: ENTRY.format(command=exec_line(command), mime=MIME_TYPE).encode(),
        icon: resource("icons", f"{NAME}.svg").read_bytes(),
        mime: MIME.format(mime=MIME_TYPE, globs=globs).encode(),
    }


def _suffixes() -> Iterator[str]:
    """The suffixes of projects."""
    for each in FILE_TYPES:
        if each.kind is FileKind.PROJECT:
            yield from each.suffixes


def _delete(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} cannot be deleted ({reason}); delete it yourself."),
            path=path,
            reason=error.strerror,
        ) from error


def _prune(folder: Path) -> None:
    """Delete a folder that is empty, and those that it lies in, within the user's data."""
    data = user_data_path()
    with suppress(OSError):  # The first that is not empty.
        while folder != data and folder.is_relative_to(data):
            folder.rmdir()
            folder = folder.parent
