"""Key numbers of a schedule: what its ends are, and where picture and noise weigh the same."""

from __future__ import annotations

import numpy as np

from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.numerals import brief, numeral

KEYS = ("T", "β_1", "β_T", "ᾱ_T", "√ᾱ_T", "SNR_1 (dB)", "SNR_T (dB)")
"""Symbols of the numbers that every schedule has."""


def numbers_of(schedule: Schedule) -> tuple[str, ...]:
    """The numbers of KEYS.

    >>> numbers_of(Schedule("linear", 1000))
    ('1000', '1e−4', '0.02', '4.0358e−5', '0.0063528', '40.000', '−43.940')
    """
    c = schedule.coefficients
    ends = (c.betas[0], c.betas[-1], c.alphas_cumprod[-1], c.sqrt_alphas_cumprod[-1], c.snr_db[0], c.snr_db[-1])
    return str(schedule.T), *(numeral(float(number)) for number in ends)


def equal_at(schedule: Schedule) -> float | None:
    """The t, between two steps where it lies there, at which log SNR is 0; None where it stays above, or begins below.

    >>> round(equal_at(Schedule("linear", 1000)), 1), equal_at(Schedule.from_betas([0.9])) is None
    (259.1, True)
    """
    log_snr = schedule.coefficients.log_snr
    after = int(np.count_nonzero(log_snr > 0))
    if after == schedule.T or (not after and log_snr[0] < 0):
        return None
    high, low = (float(log_snr[after - 1]), float(log_snr[after])) if after else (1.0, 0.0)
    return after + (high / (high - low) if np.isfinite(low) else 1.0)


def equal_text(schedule: Schedule) -> str:
    """The same with t/T behind it, or a dash."""
    t = equal_at(schedule)
    return brief(None) if t is None else f"{t:.1f} ({brief(t / schedule.T)})"
