"""Training curves: what an objective makes of the steps of a schedule, as arrays beside the schedule's coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.clean import value_at
from ddpm_studio.diffusion.curve import Curve, Group, derived, shown_as
from ddpm_studio.diffusion.curves import CURVES, POSITIVE, Coefficients
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.training.objective import FAINTEST, Objective, StepWeights
from ddpm_studio.errors import QT_TRANSLATE_NOOP

BODY = (0.02, 0.98)
"""The shares of its steps between which a schedule is compared: at the ends its few levels lie far apart."""


class TrainedCoefficients(Coefficients):
    """The coefficients of a schedule, and the weights of its steps in training, shape (T,) each.

    >>> trained = TrainedCoefficients(Schedule("flow", 3), Objective("flow_prediction"))
    >>> trained.relative_weight.round(3).tolist()
    [0.5, 2.0, 0.0]
    """

    def __init__(self, schedule: Schedule, objective: Objective) -> None:
        super().__init__(lambda: schedule.coefficients.levels)
        self._schedule, self._objective = schedule, objective

    def __getitem__(self, name: str) -> Array:
        return getattr(self, ALL_CURVES[name].name)  # type: ignore[no-any-return]

    @shown_as(
        "W(Λ)",
        "W(Λ) = p(Λ)·w(Λ)·c(Λ), Λ = log SNR",
        QT_TRANSLATE_NOOP(
            "curves",
            "What one noise level weighs in training, as a squared error of ε: all that counts of an objective. "
            "Where it is constant, training is on the likelihood bound (ELBO).",
        ),
        "W = {draw_density:.4g}·{loss_weight:.4g}·{unit_weight:.4g} = {effective_weight:.4g}",
        bounds=POSITIVE,
        group=Group.TRAINING,
    )
    def effective_weight(self) -> Array:
        """Kingma & Gao 2023, equation 12, up to a factor of two."""
        return StepWeights(*self.step_weights).effective

    @shown_as(
        "W/W₀",
        "W(Λ)/W(0)",
        QT_TRANSLATE_NOOP(
            "curves",
            "The effective weight in units of that at 0 dB, so that objectives that differ by a factor coincide. "
            "The likelihood bound (ELBO) is 1 everywhere.",
        ),
        "W/W₀ = {effective_weight:.4g}/{weight_at_balance:.4g} = {relative_weight:.4g}",
        bounds=POSITIVE,
        group=Group.TRAINING,
    )
    def relative_weight(self) -> Array:
        """W over its value at 0 dB, or at the noise level nearest to that which is drawn."""
        return self.effective_weight / self.weight_at_balance

    @shown_as(
        "p(Λ)",
        QT_TRANSLATE_NOOP("curves", "p(Λ): the density of the draws over log SNR"),
        QT_TRANSLATE_NOOP("curves", "How often training draws this noise level, per unit of log SNR."),
        "p({log_snr:.4g}) = {draw_density:.4g}",
        bounds=POSITIVE,
        group=Group.TRAINING,
    )
    def draw_density(self) -> Array:
        """The density of the objective's draws over log SNR along the schedule."""
        return self.step_weights[0]  # type: ignore[no-any-return]

    @shown_as(
        "w(Λ)",
        QT_TRANSLATE_NOOP("curves", "w(Λ): the loss weight"),
        QT_TRANSLATE_NOOP("curves", "By what the loss on what the network predicts is multiplied."),
        "w({log_snr:.4g}) = {loss_weight:.4g}",
        bounds=POSITIVE,
        group=Group.TRAINING,
    )
    def loss_weight(self) -> Array:
        """The objective's loss weight, converted to what it predicts."""
        return self.step_weights[1]  # type: ignore[no-any-return]

    @shown_as(
        "c(Λ)",
        "c(Λ) = 1/q²",
        QT_TRANSLATE_NOOP(
            "curves",
            "What a squared error of what the network predicts is worth as one of ε. q is the factor with which that "
            "enters the estimate of ε: 1 for ε, √ᾱ for v.",
        ),
        "c = 1/{output_in_epsilon:.4g}² = {unit_weight:.4g}",
        bounds=POSITIVE,
        group=Group.TRAINING,
    )
    def unit_weight(self) -> Array:
        """Salimans & Ho 2022, section 4: 1 for ε, SNR + 1 over SNR for v."""
        return self.step_weights[2]  # type: ignore[no-any-return]

    @derived
    def output_in_epsilon(self) -> Array:
        """The size of q in ε̂ = p·x + q·output."""
        return self._objective.output_in_epsilon(np.maximum(self.log_snr, FAINTEST))

    @derived
    def step_weights(self) -> Array:
        """The density of the draws, the loss weight and the unit of the prediction, shape (3, T)."""
        weights = self._objective.weights(self._schedule)
        return np.stack([weights.density, weights.loss, weights.unit])

    @derived
    def body(self) -> Array:
        """Rising log SNR and ln W at the steps within BODY that weigh anything, shape (2, N)."""
        low, high = (round(share * (self._schedule.T - 1)) for share in BODY)
        part = slice(low, high + 1)
        log_snr, effective = self.log_snr[part], self.effective_weight[part]
        counts = (effective > 0) & np.isfinite(effective)
        return np.stack([log_snr[counts], np.log(effective[counts])])[:, ::-1].copy()

    @derived
    def weight_at_balance(self) -> Array:
        """W at 0 dB, or at the noise level nearest to that which is drawn; 1 where none is."""
        counts = (self.effective_weight > 0) & np.isfinite(self.effective_weight)
        if not counts.any():
            return np.ones(self._schedule.T)
        logs = np.interp(0.0, self.log_snr[counts][::-1], np.log(self.effective_weight[counts])[::-1])
        return np.full(self._schedule.T, np.exp(logs))


TRAINING_CURVES: Mapping[str, Curve] = MappingProxyType(
    {name: entry for name, entry in vars(TrainedCoefficients).items() if isinstance(entry, Curve)}
)
"""The curves that depend on the objective as well as on the schedule, by the name of each one's array."""

ALL_CURVES: Mapping[str, Curve] = MappingProxyType({**CURVES, **TRAINING_CURVES})
"""Every curve of a schedule that is trained for something."""


def trained_value_at(schedule: Schedule, trained: TrainedCoefficients, name: str, t: int) -> float | None:
    """Any curve at t = 0 … T; None if it has no value at t = 0, as nothing that training draws has."""
    if name in CURVES:
        return value_at(schedule, name, t)
    return float(trained[name][t - 1]) if t else None
