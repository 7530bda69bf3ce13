"""Save tasks: each thing that can be saved from a run, written beside the window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.animation import write_animation
from ddpm_studio.files.pictures import image_of, write_picture
from ddpm_studio.files.samples import FRAME_MS, LAST_FRAME_MS, contact_sheet, pictures_of, sheets_of, write_run
from ddpm_studio.gui.state.made.state_recipes import Carried
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.interruption import check

if TYPE_CHECKING:
    from ddpm_studio.sampling.recorded_frame import Frame
    from ddpm_studio.sampling.recording import Recording


@dataclass(frozen=True, eq=False)
class LastPicturesTask:
    """The last pictures at their own size, one file each: portraits.png becomes portraits-01.png, portraits-02.png …"""

    path: str
    recording: Recording
    recipe: Carried = str

    @property
    def parts(self) -> int:
        """One part per picture."""
        assert self.recording.last is not None, "there is nothing to save before the first step"
        return len(self.recording.last.x)

    @property
    def written(self) -> str:
        """The files, from the first to the last."""
        return _from_first_to_last(self.path, self.parts)

    def write(self, monitor: TaskMonitor) -> None:
        """Write one picture after another."""
        pictures = pictures_of(self.recording)
        _write_all(self.path, len(pictures), map(image_of, pictures), monitor, self.recipe())


@dataclass(frozen=True, eq=False)
class SamplePictureTask:
    """One picture of a run, as it is shown, in the format of the path's suffix."""

    path: str
    image: Image.Image
    recipe: Carried = str
    parts: int = 1

    @property
    def written(self) -> str:
        """The path."""
        return self.path

    def write(self, monitor: TaskMonitor) -> None:
        """Write the file."""
        write_picture(self.path, self.image, recipe=self.recipe())
        monitor.step()


@dataclass(frozen=True, eq=False)
class RunFileTask:
    """The grid of the last pictures as PNG, or everything kept of the run as NPZ, depending on the path's suffix."""

    path: str
    recording: Recording
    recipe: Carried = str
    parts: int = 1

    @property
    def written(self) -> str:
        """The path."""
        return self.path

    def write(self, monitor: TaskMonitor) -> None:
        """Write the file."""
        write_run(self.path, self.recording, self.recipe())
        monitor.step()


@dataclass(frozen=True, eq=False)
class SamplingPathTask:
    """x from noise to pictures, as GIF or animated WebP, or as one PNG per step, depending on the path's suffix.

    For a run in progress it has the steps made by the time they are first asked for.
    """

    path: str
    recording: Recording
    recipe: Carried = str

    @cached_property
    def frames(self) -> list[Frame]:
        """The steps to save."""
        return self.recording.frames

    @property
    def parts(self) -> int:
        """One part per step."""
        return len(self.frames)

    @property
    def written(self) -> str:
        """The path, or the files from the first to the last."""
        return _from_first_to_last(self.path, self.parts) if self._in_files else self.path

    @property
    def _in_files(self) -> bool:
        return Path(self.path).suffix.lower() == ".png"

    def write(self, monitor: TaskMonitor) -> None:
        """Write one frame after another."""
        if self._in_files:
            _write_all(self.path, self.parts, sheets_of(self.recording, self.frames), monitor, self.recipe())
        else:
            size = contact_sheet(pictures_of(self.recording)).size
            write_animation(self.path, size, self._timed(monitor), recipe=self.recipe())

    def _timed(self, monitor: TaskMonitor) -> Iterator[tuple[Image.Image, int]]:
        last = self.parts - 1
        for number, sheet in enumerate(sheets_of(self.recording, self.frames)):
            yield sheet, LAST_FRAME_MS if number == last else FRAME_MS
            monitor.step()


def _write_all(path: str, count: int, images: Iterable[Image.Image], monitor: TaskMonitor, recipe: str) -> None:
    """Write one file per picture, each with the recipe of all; if that is cancelled or fails, none of them remains.

    The dialog asked about `path` alone, so none of them may exist beforehand.
    """
    paths = [numbered(path, number, count) for number in range(1, count + 1)]
    _refuse_what_is_there(paths)
    written: list[str] = []
    try:
        for file, image in zip(paths, images, strict=True):
            check()
            write_picture(file, image, recipe=recipe)
            written.append(file)
            monitor.step()
    except BaseException:
        for done in written:
            Path(done).unlink(missing_ok=True)
        raise


def _refuse_what_is_there(paths: Iterable[str]) -> None:
    taken = next((path for path in paths if Path(path).exists()), None)
    if taken is not None:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} already exists and would be overwritten; choose another name."),
            path=taken,
        )


def _from_first_to_last(path: str, count: int) -> str:
    first = numbered(path, 1, count)
    return first if count == 1 else f"{first} … {Path(numbered(path, count, count)).name}"


def numbered(path: str, number: int, count: int) -> str:
    """The path of file `number` of `count`: grid.png becomes grid-07.png."""
    whole = Path(path)
    return str(whole.with_name(f"{whole.stem}-{number:0{len(str(count))}d}{whole.suffix}"))
