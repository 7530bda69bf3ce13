"""Backend: what the worker needs from the machine that samples, so that it can be tested with another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion import SolverTable
from ddpm_studio.gui.state.run import CheckpointCard, LatentLook, RunSpec, Said, SamplerSpec, Trial, Tried
from ddpm_studio.texts import Text

if TYPE_CHECKING:
    from ddpm_studio.sampling import Step

Devices = tuple[tuple[str, str], ...]
"""(name for RunSpec.device, the machine's own name) of each device."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """A sampler about to draw: its table, its steps, computed as they are requested, its device by name, and what is to
    be said beforehand.
    """

    table: SolverTable
    steps: Iterator[Step]
    device: str
    notes: tuple[Text, ...] = ()


class Backend(Protocol):
    """Used in the worker's thread alone. StudioErrors say what is impossible; anything else it raises is a failure."""

    @property
    def card(self) -> CheckpointCard | None:
        """The checkpoint that is open."""

    def devices(self) -> Devices:
        """The devices there are to run on."""

    def open(self, path: str, said: Said) -> CheckpointCard:
        """Read a checkpoint to replace the open one, which is dropped first."""

    def draw(self, spec: RunSpec, sampler: SamplerSpec) -> Drawing:
        """Prepare to draw with `sampler` and the checkpoint that is open."""

    def foretell(self, spec: RunSpec) -> tuple[Text, ...]:
        """What is to be said of a run with the checkpoint that is open before it begins, as Drawing has it."""

    def looked(self, look: LatentLook) -> NDArray[np.uint8]:
        """What is seen of a picture's latents, noised at each weight of the look: bytes (S, H, W, C)."""

    def remember(self) -> CheckpointCard | None:
        """Remember what was said about the open checkpoint, which has drawn; the new card if that changes it."""

    def attempts(self, trial: Trial) -> Iterator[Tried]:
        """Try the readings of a checkpoint, which need not be the open one; that one stays as it is."""
