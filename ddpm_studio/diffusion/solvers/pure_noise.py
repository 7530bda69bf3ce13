"""Departure from pure noise: the step of DDIM by which a solver of ε leaves levels that hold nothing of the picture.

There ε̂ is x itself and says nothing of x0, by which the picture is all the same to be drawn. The limit of every such
solver's first step is x' = a' x̂0 + s' ε̂, written in x0; its memory begins with the first level that has some signal.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.solvers.registry import Rows
from ddpm_studio.diffusion.steps import Steps


def departed(steps: Steps, decay: Array, weights: Array) -> tuple[Array, Array]:
    """A (N,) and B (N, K) of one row a step, with DDIM's in x0 where the level has no signal; NaN may stand there."""
    dark = slice(steps.dark)
    of_x, of_x0 = _ddim(steps)
    decay, weights = decay.copy(), weights.copy()
    decay[dark], weights[dark] = of_x[dark], 0
    weights[dark, 0] = of_x0[dark]
    return decay, weights


def after_noise(steps: Steps, build: Callable[[Steps], Rows]) -> Rows:
    """DDIM's row for each level without signal, then the rows that `build` makes of the steps from there on."""
    dark = steps.dark
    if not dark:
        return build(steps)
    of_x, of_x0 = (weights[:dark] for weights in _ddim(steps))
    if dark == steps.count:
        return Rows(of_x, of_x0[:, None])
    then = steps.after(dark)
    rows = build(then)
    base = np.arange(len(rows.A)) if rows.base is None else rows.base
    timestep, entered, left = (
        usual if own is None else own
        for own, usual in (
            (rows.timestep, then.timesteps),
            (rows.log_snr, then.log_snr[:-1]),
            (rows.log_snr_next, then.log_snr[1:]),
        )
    )
    return Rows(
        np.concatenate([of_x, rows.A]),
        np.concatenate([np.pad(of_x0[:, None], ((0, 0), (0, rows.B.shape[1] - 1))), rows.B]),
        base=np.concatenate([np.arange(dark), dark + base]),
        timestep=np.concatenate([steps.timesteps[:dark], timestep]),
        log_snr=np.concatenate([steps.log_snr[:dark], entered]),
        log_snr_next=np.concatenate([steps.log_snr[1 : dark + 1], left]),
        findings=rows.findings,
    )


def _ddim(steps: Steps) -> tuple[Array, Array]:
    """The weights of x and of x̂0, each (N,)."""
    of_x = steps.noise[1:] / steps.noise[:-1]
    return of_x, steps.signal[1:] - of_x * steps.signal[:-1]
