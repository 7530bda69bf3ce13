"""Recording of a run with several samplers: the frames of each, and every step's measures."""

from __future__ import annotations

import math
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from ddpm_studio.diffusion import SolverTable
from ddpm_studio.gui.state.run import Measures, RunFrame
from ddpm_studio.gui.worker.backend import Drawing
from ddpm_studio.sampling import Step
from ddpm_studio.sampling.device_errors import on_device
from ddpm_studio.sampling.recorded_frame import Frame
from ddpm_studio.sampling.recording import Recording


class RunRecording:
    """One run: its tables, the device by name, and what was recorded. One thread adds, and any other reads.

    The budget is divided equally among the samplers. Places on the timeline count the frames of the sampler with the
    most; at each place all samplers are equally far along, and the frames at a place change when steps are dropped.
    `notes` are what was to be said before it. `took` has the seconds that the steps of each sampler took,
    without what lay between them, above all pauses.
    """

    def __init__(
        self, run: int, drawings: Sequence[Drawing], budget: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.run = run
        self.device = drawings[0].device
        self.notes = tuple(dict.fromkeys(note for drawing in drawings for note in drawing.notes))
        self.tables: tuple[SolverTable, ...] = tuple(drawing.table for drawing in drawings)
        self.rows = tuple(Recording(budget // len(drawings)) for _ in drawings)
        self._measures: tuple[list[Measures], ...] = tuple([] for _ in drawings)
        self._first: Tensor | None = None
        self._clock, self.took = clock, [0.0 for _ in drawings]

    def take(self, row: int, steps: Iterator[Step]) -> None:
        """Make the next step of sampler `row`, measure it, and keep it as far as the budget allows."""
        begun = self._clock()
        step = next(steps)
        measures = self._measure(row, step)
        self.took[row] += self._clock() - begun
        self._measures[row].append(measures)
        self.rows[row].add(step)

    def _measure(self, row: int, step: Step) -> Measures:
        picture = step.x if step.index == step.total - 1 else step.x0
        if row == 0:
            self._first = picture
        first = None if row == 0 else self._first
        alphas_cumprod = float(self.tables[row].alphas_cumprod_next[step.index])
        return _measured(step, alphas_cumprod, None if first is None else picture - first)

    @property
    def seconds(self) -> float:
        """The time that all steps took, in seconds."""
        return sum(self.took)

    @property
    def stride(self) -> int:
        """The k for which every k-th step is kept, the largest of all samplers."""
        return max(recording.stride for recording in self.rows)

    def measures(self, row: int) -> tuple[Measures, ...]:
        """The measures of every step of sampler `row` so far, including those whose pictures are not kept."""
        return tuple(self._measures[row])

    def count(self) -> int:
        """The number of places on the timeline."""
        return len(self._longest()[1])

    def share(self, place: int) -> float:
        """The progress of the samplers, 0 … 1, at a place on the timeline, or at the last place if there are fewer.

        There must be at least one place.
        """
        row, kept = self._longest()
        return self._share(row, kept[min(place, len(kept) - 1)])

    def place(self, share: float) -> int:
        """The last place on the timeline at which the samplers had got no further, or the first."""
        return max(0, self._until(share, *self._longest()) - 1)

    def frames(self, share: float) -> tuple[RunFrame, ...]:
        """The frame of each sampler that had begun by this share of its steps: the last one kept until then."""
        kept = [recording.kept for recording in self.rows]
        found = [self._until(share, row, frames) for row, frames in enumerate(kept)]
        return tuple(self._frame(row, kept[row][count - 1]) for row, count in enumerate(found) if count)

    def _longest(self) -> tuple[int, list[Frame]]:
        """The sampler with the most frames kept, and those frames."""
        return max(enumerate(recording.kept for recording in self.rows), key=lambda row: len(row[1]))

    def _until(self, share: float, row: int, kept: list[Frame]) -> int:
        """The number of frames kept of sampler `row` that had been made by this share of its steps."""
        return bisect_right(kept, share, key=lambda frame: self._share(row, frame))

    def _share(self, row: int, kept: Frame) -> float:
        return (kept.index + 1) / self.tables[row].nfe

    def finish(self) -> None:
        """Keep the last step of each sampler; none is added afterwards."""
        for recording in self.rows:
            recording.finish()

    def decode(self, row: int, index: int) -> None:
        """Replace the previews of this step of sampler `row` by its pictures; SamplingError if the decoder fails."""
        self.rows[row].decode(index)

    def decode_last(self) -> bool:
        """Decode what the samplers have come to, which are done; False if x is no latent, which needs none."""
        last = {row: drawn.last for row, drawn in enumerate(self.rows)}
        latent = {row: step.index for row, step in last.items() if step is not None and step.is_latent}
        for row, index in latent.items():
            self.decode(row, index)
        return bool(latent)

    def newest(self) -> tuple[RunFrame, ...]:
        """The newest frame of each sampler that has begun."""
        newest = ((row, recording.newest) for row, recording in enumerate(self.rows))
        return tuple(self._frame(row, kept) for row, kept in newest if kept is not None)

    def _frame(self, row: int, kept: Frame) -> RunFrame:
        measures = self._measures[row][kept.index]
        return RunFrame(self.run, row, measures, kept.x, kept.x0, kept.latents, kept.previewed)


def _measured(step: Step, alphas_cumprod: float, difference: Tensor | None) -> Measures:
    """The measures of a step, all computed on the device and transferred at once."""
    with on_device(len(step.x), step.x.device):
        # Separately, mean and std take a fifth of the time of std_mean.
        mean, std = step.x.mean(), step.x.std(correction=0)
        extremes = torch.stack(step.x.aminmax())
        rms = step.x.new_tensor(math.nan) if difference is None else difference.square().mean().sqrt()
        of_x0 = step.x0.mean(), step.x0.std(correction=0)
        numbers = torch.cat([torch.stack([mean, std, *of_x0, rms]), extremes])
        mean_x, std_x, mean_x0, std_x0, rms_to_first, low, high = numbers.tolist()
    return Measures(
        index=step.index,
        total=step.total,
        timestep=step.timestep,
        alphas_cumprod=alphas_cumprod,
        mean=mean_x,
        std=std_x,
        x0_mean=mean_x0,
        x0_std=std_x0,
        low=low,
        high=high,
        rms_to_first=None if difference is None else rms_to_first,
        pictures_at_once=step.pictures_at_once,
    )
