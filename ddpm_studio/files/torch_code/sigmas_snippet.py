"""“Copy as Python (k-diffusion)”: code that gives the noise levels of a schedule as k-diffusion takes them."""

from __future__ import annotations

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.files.snippets import schedule_code, script

_LAST = """\
# From noise to the clean picture, as the samplers of k-diffusion walk them.
sigmas = torch.from_numpy(np.append(np.exp(-0.5 * log_snr[::-1]), 0.0)).float()"""


def kdiffusion_code(schedule: Schedule) -> str:
    """Python code that leaves σ_T … σ_1, 0 in `sigmas`, a tensor of shape (T + 1,); it needs NumPy and torch."""
    arrays = [entry.array for entry in schedule.coefficients.derivation if entry.name == "log_snr"]
    code = schedule_code(schedule, arrays)
    last = _LAST if schedule.coefficients.log_snr[-1] > float("-inf") else _with_end(schedule)
    return script(schedule, "import numpy as np\nimport torch", *code, last)


def _with_end(schedule: Schedule) -> str:
    """The same where σ_T is infinite, which no sampler can begin with."""
    finite = f"log_snr = log_snr[np.isfinite(log_snr)]  # σ_{schedule.T} is infinite: no sampler begins there"
    return f"{finite}\n{_LAST}"
