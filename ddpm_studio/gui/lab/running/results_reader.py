"""Reader of results: what is in a folder, read again beside the window as long as that changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ddpm_studio.gui.tasks import Task, TaskMonitor, TaskQueue
from ddpm_studio.interruption import check
from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.lab_results import LabResults
from ddpm_studio.lab.model_place import is_another
from ddpm_studio.lab.results.own_folder import size_of_results
from ddpm_studio.lab.results.result_folder import MAIN, results_at
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_toml import parse_sweep

LOOK_MS = 1000
"""How often it is looked whether anything has changed."""

RESTS = 8
"""How many times as long as a reading has taken it is waited until the next."""

Stamp = tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Found:
    """What was read: `results` if the folder has any of this sweep, how many bytes it takes, and how long that took.

    There are none where the checkpoint that it was drawn with is `gone`: another has its place.
    """

    results: LabResults | None
    size: int
    seconds: float
    gone: bool = False


class ResultsReader(QObject):
    """Reads the results of a sweep in a folder, at once and whenever they change; nothing is written there.

    `found` has what was Found, and `failed` a StudioError, after which it is not read again until it is told to.
    """

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._sweep: Sweep | None = None
        self._path: Path | None = None
        self._asked: AskedPoints | None = None
        self._own = True
        self._stamp: Stamp | None = None
        self._not_before = 0.0
        self._reading = TaskQueue(self)
        self._reading.failed.connect(self._fail)
        self._reading.cancelled.connect(self._look_soon)
        self._looking = QTimer(self, interval=LOOK_MS)
        self._looking.timeout.connect(self._look)

    def read(
        self, path: Path | None, sweep: Sweep | None, asked: AskedPoints | None = None, *, own: bool = True
    ) -> None:
        """Read the results of a sweep in this folder from now on; whose points are `asked` for, if that is known.

        Unless the folder is the user's `own`, nothing is looked for where the sweep says that its checkpoint is.
        """
        self._own = own
        same = (path, sweep) == (self._path, self._sweep)
        self._path, self._sweep, self._asked = path, sweep, asked or (self._asked if same else None)
        self.read_again()

    @Slot()
    def read_again(self) -> None:
        """Read what is there now."""
        self._stamp, self._not_before = None, 0.0
        self._reading.cancel()
        self._looking.start()
        self._look()

    def rest(self) -> None:
        """Read nothing any more: a reading that begins once the window has closed would be ended by nobody."""
        self._looking.stop()
        self._path = None

    @Slot()
    def _look_soon(self) -> None:
        """Look once what was cancelled is out of the way."""
        QTimer.singleShot(0, self._look)

    @Slot()
    def _look(self) -> None:
        """Read if something has changed, and nobody had to wait for the last reading just now."""
        if self._path is None or self._reading.busy or monotonic() < self._not_before:
            return
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            self._stamp = stamp
            work = partial(_read, self._path, self._sweep, self._asked, self._own)
            self._reading.add(Task("", work, partial(self._take, (self._path, self._sweep))))

    def _take(self, of: tuple[Path, Sweep | None], found: Found) -> None:
        if of == (self._path, self._sweep):
            self._not_before = monotonic() + RESTS * found.seconds
            self.found.emit(found)

    @Slot(object)
    def _fail(self, error: object) -> None:
        self._looking.stop()
        self.failed.emit(error)


def _stamp(path: Path) -> Stamp:
    """What changes whenever a database does."""
    return tuple(_size_and_time(path / f"{MAIN}.sqlite{end}") for end in ("", "-wal"))


def _size_and_time(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _read(path: Path, sweep: Sweep | None, asked: AskedPoints | None, own: bool, monitor: TaskMonitor) -> Found:
    """What a folder has of a sweep; of a checkpoint that was not opened yet, what it has of its last question's."""
    begun = monotonic()
    if sweep is None or not (path / f"{MAIN}.sqlite").exists():
        return Found(None, size_of_results(path), monotonic() - begun)
    gone = False
    with results_at(path) as database:
        last = database.asked
        if asked is None and last is not None and parse_sweep(last.text).checkpoint == sweep.checkpoint:
            gone = own and is_another(sweep.checkpoint, last.fingerprint)
            asked = None if gone else AskedPoints(sweep, last.fingerprint)
        rows = {} if asked is None else database.rows()
    check()
    results = None if asked is None else LabResults.of(asked, path, rows)
    return Found(results, size_of_results(path), monotonic() - begun, gone)
