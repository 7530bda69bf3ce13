"""Trial: a file is read in this process, which is watched, and what was wrong with that is told."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from ddpm_studio.errors import StudioError
from ddpm_studio.interruption import deadline
from tests.hostile.judging import WORK_S, readable, within_memory
from tests.hostile.measuring import from_here, import_everything, peak
from tests.hostile.mutations.good_files import Good, Reader
from tests.hostile.serving import written
from tests.hostile.watching import Watch


class _LateError(Exception):
    """Reading that took too long, and was ended."""


class Trial:
    """What tries files in `folder`, in this process. Everything is imported first, which is no growth of a file."""

    def __init__(self, folder: Path) -> None:
        import_everything()
        self._folder, self._notes = folder, os.memfd_create("notes")
        self._watch = Watch(self._notes, (os.environ["HOME"],))

    def wrong(self, good: Good, read: Reader, content: bytes) -> Iterator[str]:
        """What was wrong when a good file became this, a line for each."""
        place = self._folder / good.name.replace(" ", "-").replace("/", "-")
        place.mkdir(exist_ok=True)
        path, size = good.lay(place, content), len(content)
        os.ftruncate(self._notes, 0)
        base, work = from_here(), time.process_time()
        yield from self._read(read, path)
        if (worked := time.process_time() - work) > WORK_S:
            yield f"worked for {worked:.1f} s"
        yield from within_memory(max(0, peak() - base), size, good.described)
        yield from written(self._notes).splitlines()

    def _read(self, read: Reader, path: Path) -> Iterator[str]:
        self._watch.case = str(path.parent)
        try:
            with deadline(WORK_S, _LateError()):
                read(path)
        except StudioError as error:
            yield from readable(str(error).replace(str(path.parent), ""))
            if "log" in error.values:
                yield f"was not foreseen: {_told(error.__cause__)}"
        except Exception as error:
            yield _told(error)
        finally:
            self._watch.case = ""


def _told(error: BaseException | None) -> str:
    return "".join(traceback.format_exception(error))
