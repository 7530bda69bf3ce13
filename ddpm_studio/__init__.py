"""ddpm-studio: what a noise schedule does, as curves, as a picture drowning in noise, and as samples."""

from ddpm_studio.diffusion.kinds import Array
from ddpm_studio.diffusion.schedule import set_betas_reader


def _read_betas(path: str) -> Array:
    from ddpm_studio.files.betas import read_betas

    return read_betas(path)


set_betas_reader(_read_betas)
