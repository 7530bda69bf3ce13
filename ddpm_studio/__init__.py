"""ddpm-studio: what a noise schedule does, as curves, as a picture drowning in noise, and as samples."""

from ddpm_studio.diffusion.kinds import Array
from ddpm_studio.diffusion.schedule import set_betas_reader

_CHECKPOINTS = (".safetensors", ".ckpt", ".pt", ".pth", ".pt2", ".bin")


def _read_betas(path: str) -> Array:
    """β from a table or config of them, or those that a checkpoint was trained with."""
    if path.lower().endswith(_CHECKPOINTS):
        from ddpm_studio.checkpoints.opening import schedule_in

        return schedule_in(path).betas
    from ddpm_studio.files.betas import read_betas

    return read_betas(path)


set_betas_reader(_read_betas)
