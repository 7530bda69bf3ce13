"""What the worker needs of the machine that samples, so that it can be tested with another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ddpm_studio.diffusion import SolverTable
from ddpm_studio.gui.state.jobs import CheckpointCard, Job, Row, Said, Trial, Tried

if TYPE_CHECKING:
    from ddpm_studio.sampling import Step

Devices = tuple[tuple[str, str], ...]
"""(name for Job.device, the machine's own name) of each device."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """A row of a job about to be drawn: its table, its steps, which do the work when asked for, and on what device."""

    table: SolverTable
    steps: Iterator[Step]
    device: str


class Backend(Protocol):
    """Used in the worker's thread alone. StudioErrors say what cannot be; whatever else it raises is a failure."""

    @property
    def card(self) -> CheckpointCard | None:
        """The checkpoint that is open."""

    def devices(self) -> Devices:
        """What there is to run on."""

    def open(self, path: str, said: Said) -> CheckpointCard:
        """Read a checkpoint in place of the one that is open, which is given up first."""

    def draw(self, job: Job, row: Row) -> Drawing:
        """Prepare to draw along `row` with the checkpoint that is open."""

    def attempts(self, trial: Trial) -> Iterator[Tried]:
        """Try out the readings of a checkpoint, which need not be the one that is open and leaves that as it is."""
