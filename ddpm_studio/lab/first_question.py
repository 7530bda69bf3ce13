"""Question that a person begins with: a few solvers over as many network calls as one can spare for a picture."""

from __future__ import annotations

from ddpm_studio.lab.sweep import Sweep


def default_question(checkpoint: str) -> Sweep:
    """Six solvers along trailing steps from 4 to 20 calls on a checkpoint, in a minute on the bundled model.

    >>> len(default_question("pixel-portraits").ways)
    41
    """
    return Sweep(
        checkpoint=checkpoint,
        solvers=("ddim", "dpm-solver++", "unipc", "deis", "heun", "plms"),
        calls=(4, 5, 6, 8, 10, 14, 20),
        pictures=32,
    )
