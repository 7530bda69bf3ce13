"""Question of a fresh lab: which solver is best for the checkpoint that the window samples with."""

from __future__ import annotations

from ddpm_studio.gui.state.sampling import Sampling
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_toml import sweep_text

SOLVERS = ("ddim", "dpm-solver++", "unipc:order=3", "deis:order=3", "plms", "heun")
CALLS = (4, 5, 6, 8, 10, 14, 20)
PICTURES = 32


def default_question(sampling: Sampling) -> str:
    """Six solvers from 4 to 20 network calls, on the checkpoint of a setup, as the text of a sweep."""
    return sweep_text(Sweep(checkpoint=sampling.checkpoint, solvers=SOLVERS, calls=CALLS, pictures=PICTURES))
