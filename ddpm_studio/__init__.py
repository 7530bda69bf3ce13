"""ddpm-studio: what a noise schedule does, as curves, as a picture drowning in noise, and as samples."""

from __future__ import annotations

import os

from ddpm_studio.custom_betas import set_betas_reader
from ddpm_studio.notebook import set_notebook_cell

TYPE_CHECKING = False  # As typing has it, whose import takes longer than all that happens before signals are watched.
if TYPE_CHECKING:
    from ddpm_studio.diffusion import CURVES, Schedule, SolverTable, Steps, findings_of, solver_table
    from ddpm_studio.diffusion.noise_levels import Array

__all__ = ["CURVES", "Schedule", "SolverTable", "Steps", "findings_of", "solver_table"]


def __getattr__(name: str) -> object:
    """What a notebook begins with, imported when it is asked for: the program starts faster without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ddpm_studio import diffusion

    return getattr(diffusion, name)


def _read_betas(path: str, quantity: str) -> tuple[Array, str, Array]:
    """β from a table or config, or those that a checkpoint was trained with, of which quantity they are, and log SNR
    if β don't tell it.
    """
    from ddpm_studio.files.betas import read_betas
    from ddpm_studio.files.filetypes import FileKind, file_type
    from ddpm_studio.files.logs import reading
    from ddpm_studio.files.reading import from_home

    path = from_home(path)
    with reading(path):
        # What is not there is no checkpoint on the hub, where one of this name would be looked for.
        if file_type(path).kind is FileKind.CHECKPOINT and os.path.exists(path):  # noqa: PTH110
            from ddpm_studio.checkpoints.opening import schedule_in
            from ddpm_studio.diffusion.noise_levels import log_snr_beyond

            schedule = schedule_in(path, quantity)
            return schedule.betas, schedule.quantity, log_snr_beyond(schedule.betas, schedule.coefficients.log_snr)
        return read_betas(path, quantity)


def _notebook_cell(value: object) -> str:
    """What a notebook shows of a value."""
    from ddpm_studio.report.notebook_cells import cell_of

    return cell_of(value)


set_betas_reader(_read_betas)
set_notebook_cell(_notebook_cell)
