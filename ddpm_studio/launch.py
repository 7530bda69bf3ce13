"""Launch: what the command line asks of the window."""

from __future__ import annotations

from dataclasses import dataclass

from ddpm_studio.diffusion.schedule_family import Specified
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.texts import Text

SMALLEST = (960, 560)
"""Width and height of the smallest window, in pixels."""


@dataclass(frozen=True)
class Launch:
    """What the window shows at first: a project, schedules, the last of the pictures at step t, and a checkpoint.

    `names` has for each schedule what a person called it, or "", `steps` the lines of steps below it, and `configs` the
    config of a scheduler that it came from; `notes` are what a person should know about them.
    `made` is a figure or run, by which the window can be set up.

    With none of them it shows what was there last, if it is to `restore` that. With `screenshot` the window is instead
    drawn offscreen into that PNG file; `size` is its width and height in pixels.
    """

    project: str | None = None
    schedules: tuple[Specified, ...] = ()
    names: tuple[str, ...] = ()
    steps: tuple[tuple[StepsSpec, ...], ...] = ()
    configs: tuple[OpenedConfig | None, ...] = ()
    notes: tuple[Text, ...] = ()
    pictures: tuple[str, ...] = ()
    t: int | None = None
    checkpoint: str | None = None
    made: str | None = None
    restore: bool = True
    screenshot: str | None = None
    size: tuple[int, int] | None = None

    @property
    def named(self) -> bool:
        """True if anything to show was named."""
        contents = (self.project, self.schedules, self.pictures, self.checkpoint, self.made)
        return any(contents) or self.t is not None
