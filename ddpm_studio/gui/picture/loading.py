"""Pictures loaded from files, drops and the clipboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QMimeData

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.filetypes import FileKind, file_type
from ddpm_studio.files.pictures import RGB, as_array, fitted, over, read_picture
from ddpm_studio.files.resources import resource, resource_folder
from ddpm_studio.gui.state.shown_picture import Picture

_BOTH = QT_TRANSLATE_NOOP("errors", "{first} {rest}")

SAMPLES = "pictures"
FIRST_SAMPLE = "still-life.jpg"


def load(path: str, background: RGB, frame: int = 1) -> Picture:
    """The picture in a file, or the frame of that number, over `background`; FileError if there is none."""
    image, remarks, frames = read_picture(path, frame)
    shown = _picture(Path(path).name, image, background, source=path)
    return replace(shown, remarks=remarks, frame=frame, frames=frames)


def load_again(path: str, background: RGB, frame: int) -> Picture:
    """The same, the first frame in place of one that the file has no more."""
    first = load(path, background)
    return load(path, background, frame) if 1 < frame <= first.frames else first


def load_last(paths: Sequence[str], background: RGB, frame: int) -> tuple[str, Picture, list[FileError]]:
    """The path of the last file that a picture can be read from, that picture, and why none can be from those behind
    it; FileError, with all that is said, if none can be from any.
    """
    refused = list[FileError]()
    for path in reversed(paths):
        try:
            return path, load_again(path, background, frame), refused
        except FileError as error:
            refused.insert(0, error)
    raise reduce(lambda first, rest: FileError(_BOTH, first=first, rest=rest), refused)


def pasted(name: str, image: Image.Image, background: RGB) -> Picture:
    """A picture without a file, over `background`."""
    return _picture(name, image, background)


def holds_picture(mime: QMimeData) -> bool:
    """True if `mime` has pixels, or if every file that it names opens as a picture."""
    paths = local_files(mime)
    return all(map(is_picture, paths)) if paths else mime.hasImage()


def local_files(mime: QMimeData) -> list[str]:
    """The files that `mime` names."""
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]


def is_picture(path: str | Path) -> bool:
    """True for a file that opens as a picture."""
    return file_type(path).kind is FileKind.PICTURE


def over_background(picture: Picture, background: RGB) -> Picture:
    """The same picture over another colour; FileError if its file is gone."""
    if picture.pasted is None:
        return load(picture.source, background, picture.frame)
    return _picture(picture.name, picture.pasted, background)


def full_picture(picture: Picture, background: RGB) -> Image.Image:
    """The picture at full size, RGB or L; FileError if its file is gone."""
    return over(picture.pasted or read_picture(picture.source, picture.frame).image, background)


def is_sample(path: str) -> bool:
    """True for a picture that comes with the program."""
    return Path(path).parent == resource_folder() / SAMPLES


def sample_paths() -> list[Path]:
    """The pictures that come with the program, starting with the one shown first."""
    found = (path for path in resource(SAMPLES).iterdir() if is_picture(path))
    return sorted(found, key=lambda path: (path.name != FIRST_SAMPLE, path.name))


def _picture(name: str, image: Image.Image, background: RGB, source: str = "") -> Picture:
    return Picture(
        name=name,
        pixels=as_array(fitted(over(image, background))),
        full_size=image.size,
        source=source,
        pasted=None if source else image,
        transparent=image.mode.endswith("A"),
    )
