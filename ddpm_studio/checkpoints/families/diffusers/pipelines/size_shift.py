"""Shift of a flow for the size of a picture, and the steps that a pipeline takes in place of its scheduler's own."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from ddpm_studio.checkpoints.checkpoint import Assumption
from ddpm_studio.checkpoints.families.diffusers.pipelines.stored_pipeline import StoredSettings
from ddpm_studio.checkpoints.families.diffusers.scheduler_config import Training
from ddpm_studio.checkpoints.families.diffusers.scheduler_steps_text import steps_text
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.diffusion.steps.flow_spacings import SHIFT
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.files.configs.config_fields import number_in
from ddpm_studio.files.configs.flow_classes import is_by_flag, is_flow_config, shifts_by_size

_FOR_SIZE = QT_TRANSLATE_NOOP(
    "checkpoints", "shift {shift:.4g} for {patches} patches, since use_dynamic_shifting has one for each size"
)


@dataclass(frozen=True)
class SizeShift:
    """What a pipeline knows of its flow: into how many patches a picture is cut, and the steps that it brings for its
    scheduler, as text, "" for none.
    """

    patches: int
    steps: str = ""

    def trained(self, trained: Training, stored: StoredSettings, *, said: bool) -> Training:
        """The same training with the shift for this size where the `stored` config of the scheduler has one for each,
        unless a schedule was `said`, and with these steps.

        CheckpointError for numbers that give no shift, FileError for what is no number.
        """
        config, path = stored.settings, stored.path
        if shifts_by_size(config) and not said:
            shift = self._shift(config, path)
            note = Assumption(_FOR_SIZE, {"shift": shift, "patches": self.patches}, about=("schedule",))
            schedule = trained.schedule.replace(shift=shift)
            others = tuple(each for each in trained.assumed if "schedule" not in each.about)
            steps = steps_text(config, schedule, path)
            trained = replace(trained, schedule=schedule, assumed=(*others, note), steps=steps)
        own = self.steps if is_flow_config(config) and not is_by_flag(config) else ""
        return replace(trained, steps=own or trained.steps)

    def _shift(self, config: Settings, path: Path) -> float:
        """exp μ, or μ itself, on the line through two sizes and their μ (diffusers' calculate_shift)."""
        few, many, low, high = (
            number_in(config, key, usual, str(path))
            for key, usual in (
                ("base_image_seq_len", 256.0),
                ("max_image_seq_len", 4096.0),
                ("base_shift", 0.5),
                ("max_shift", 1.15),
            )
        )
        mu = low + (high - low) * (self.patches - few) / (many - few) if many != few else math.nan
        shift = mu if config.get("time_shift_type") == "linear" else math.exp(min(mu, SHIFT.high))
        if not SHIFT.low <= shift <= SHIFT.high:
            raise CheckpointError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "base_shift and max_shift in {path} give a shift of {shift:.4g} for {patches} patches; it must be "
                    "{low:g} to {high:g}. Download it again.",
                ),
                path=path,
                shift=shift,
                patches=self.patches,
                low=SHIFT.low,
                high=SHIFT.high,
            )
        return shift
