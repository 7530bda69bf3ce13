"""Steps of a sampler: how they are laid out over a schedule, said in one line, changed and listed."""

from ddpm_studio.diffusion.steps.steps import Steps

__all__ = ["Steps"]
