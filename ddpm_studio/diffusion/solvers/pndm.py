"""PLMS and PNDM (Liu et al. 2022): Adams–Bashforth on ε, transferred by DDIM's step.

PNDM takes its first three steps by Runge–Kutta, with four calls each; PLMS (the sampler of Rombach et al. 2022) starts
with one Heun-like pair. Both take the next level from the steps; diffusers takes timestep − ⌊T/N⌋, which is the same
only for evenly spaced ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ddpm_studio.diffusion.findings import Finding
from ddpm_studio.diffusion.levels import log_snr_at, noise, signal
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.solvers.exponential import Index
from ddpm_studio.diffusion.solvers.pure_noise import after_noise
from ddpm_studio.diffusion.solvers.registry import Rows, solver
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SolverError

ADAMS_BASHFORTH = np.array([[24, 0, 0, 0], [36, -12, 0, 0], [46, -32, 10, 0], [55, -59, 37, -9]]) / 24
"""Weights of the newest four outputs, newest first, for orders 1 to 4."""

RUNGE_KUTTA = np.array([1, 2, 2, 1]) / 6
RUNGE_KUTTA_STEPS = 3


_TOO_FEW = QT_TRANSLATE_NOOP(
    "errors", "steps is {steps}, and pndm takes the first {first} by Runge–Kutta; take {least} or more, or use plms."
)
_TOO_FEW_AFTER_NOISE = QT_TRANSLATE_NOOP(
    "errors",
    "steps is {steps}, and pndm takes the first {first} after pure noise by Runge–Kutta; take {least} or more, or use "
    "plms.",
)


class Path(NamedTuple):
    """The path of each row, arrays of shape (R,): from log SNR `start` of its base to `stop`, called at `entered`."""

    base: Index
    timestep: Array
    entered: Array
    start: Array
    stop: Array


@solver(
    "plms",
    QT_TRANSLATE_NOOP(
        "solvers",
        "Liu et al. 2022, Pseudo Numerical Methods for Diffusion Models, equation 12; Rombach et al. 2022",
    ),
    "epsilon",
    accuracy=lambda **_: 2,
    nfe=lambda n: n + (n > 1),
)
def plms_rows(steps: Steps) -> Rows:
    """The first step twice, the second time with the mean of the outputs at both ends; then Adams–Bashforth."""
    return after_noise(steps, _plms)


def _plms(steps: Steps) -> Rows:
    if steps.count == 1:
        return _carried(steps, _one_row_each(steps, 0, 0), np.ones((1, 1)))
    t, level = steps.timesteps, steps.log_snr
    pair = Path(np.zeros(2, np.intp), t[:2], level[:2], level[[0, 0]], level[[1, 1]])
    remembered = np.array([0, *range(2, steps.count + 1)])
    weights = _adams_bashforth(remembered)
    weights[1, :2] = 1 / 2
    return _carried(steps, _joined(pair, _one_row_each(steps, 1, 2)), weights)


@solver(
    "pndm",
    QT_TRANSLATE_NOOP("solvers", "Liu et al. 2022, Pseudo Numerical Methods for Diffusion Models, algorithm 2"),
    "epsilon",
    accuracy=lambda **_: 2,
    nfe=lambda n: n + 3 * RUNGE_KUTTA_STEPS,
    least=RUNGE_KUTTA_STEPS + 1,
)
def pndm_rows(steps: Steps) -> Rows:
    """Three Runge–Kutta steps through the midpoints of their timesteps; then Adams–Bashforth of order 4."""
    least = steps.dark + RUNGE_KUTTA_STEPS + 1
    if steps.count < least:
        template = _TOO_FEW_AFTER_NOISE if steps.dark else _TOO_FEW
        raise SolverError(template, steps=steps.count, first=RUNGE_KUTTA_STEPS, least=least)
    return after_noise(steps, _pndm)


def _pndm(steps: Steps) -> Rows:
    opening = _runge_kutta(steps)
    rows = len(opening.base)
    remembered = np.array([*range(0, rows, 4), *range(rows, rows + steps.count - RUNGE_KUTTA_STEPS)])
    weights = _adams_bashforth(remembered)
    weights[:rows] = 0
    weights[:rows, 0] = 1
    weights[3:rows:4, :4] = RUNGE_KUTTA
    return _carried(steps, _joined(opening, _one_row_each(steps, RUNGE_KUTTA_STEPS, rows)), weights)


def _runge_kutta(steps: Steps) -> Path:
    """Four rows per step, all from its first x: one call there, two in the middle and one at the end."""
    t, level = steps.timesteps[: RUNGE_KUTTA_STEPS + 1], steps.log_snr[: RUNGE_KUTTA_STEPS + 1]
    mean = 0.5 * (t[:-1] + t[1:])
    t_middle = np.where(np.floor(mean) > t[1:], np.floor(mean), mean)
    middle = log_snr_at(steps.schedule, t_middle)

    def rows(*columns: Array) -> Array:
        return np.stack(columns, axis=1).ravel()

    return Path(
        base=np.repeat(4 * np.arange(RUNGE_KUTTA_STEPS), 4),
        timestep=rows(t[:-1], t_middle, t_middle, t[1:]),
        entered=rows(level[:-1], middle, middle, level[1:]),
        start=np.repeat(level[:-1], 4),
        stop=rows(middle, middle, level[1:], level[1:]),
    )


def _one_row_each(steps: Steps, first_level: int, first_row: int) -> Path:
    """One row for each step from `first_level` on, starting with row `first_row`."""
    start = steps.log_snr[first_level:-1]
    base = first_row + np.arange(len(start))
    return Path(base, steps.timesteps[first_level:], start, start, steps.log_snr[first_level + 1 :])


def _joined(first: Path, then: Path) -> Path:
    levels = [np.concatenate(pair) for pair in zip(first[1:], then[1:], strict=True)]
    return Path(np.concatenate([first.base, then.base]), *levels)


def _adams_bashforth(remembered: Index) -> Array:
    """B, (R, K), of rows that combine their own output with the three before it in `remembered`."""
    count = len(remembered)
    reach = int((remembered[3:] - remembered[:-3]).max(initial=0)) if count > 3 else int(remembered[-1])
    weights = np.zeros((int(remembered[-1]) + 1, max(reach, 3) + 1))
    for lag in range(min(4, count)):
        rows, order = remembered[lag:], np.minimum(np.arange(lag, count), 3)
        weights[rows, rows - remembered[: count - lag]] = ADAMS_BASHFORTH[order, lag]
    return weights


def _carried(steps: Steps, path: Path, weights: Array) -> Rows:
    """DDIM's step with ε' = Σ w m (equation 9): x'/a' = x/a + (σ' − σ) ε'."""
    a, a_next = signal(path.start), signal(path.stop)
    change = noise(path.stop) / a_next - noise(path.start) / a
    return Rows(
        a_next / a,
        (a_next * change)[:, None] * weights,
        base=path.base,
        timestep=path.timestep,
        log_snr=path.entered,
        log_snr_next=path.stop,
        findings=_uneven(steps),
    )


def _uneven(steps: Steps) -> tuple[Finding, ...]:
    gaps = -np.diff(steps.timesteps)
    if len(gaps) < 2 or gaps.max() - gaps.min() <= 1:
        return ()
    return (
        Finding(
            "uneven_steps",
            False,
            QT_TRANSLATE_NOOP("findings", "The timesteps are {low:.3g} to {high:.3g} apart."),
            QT_TRANSLATE_NOOP(
                "findings", "The Adams–Bashforth weights assume even steps, so this solver is less accurate."
            ),
            QT_TRANSLATE_NOOP("findings", "Use leading, trailing or linspace, or a solver made for uneven steps."),
            {"low": float(gaps.min()), "high": float(gaps.max())},
        ),
    )
