"""UniPC (Zhao et al. 2023): a multistep predictor, and a corrector that uses the output at the predicted x."""

from __future__ import annotations

from functools import partial

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.solvers.exponential import (
    FEW_STEPS,
    Index,
    Span,
    moments_x0,
    multistep,
    nodes,
    span,
    warm_up,
)
from ddpm_studio.diffusion.solvers.registry import Rows, order_option, solver
from ddpm_studio.diffusion.solvers.step_findings import extrapolated
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP

ORDERS = (1, 2, 3)
VARIANT = Option(
    "variant",
    "bh2",
    choices=("bh1", "bh2"),
    label=QT_TRANSLATE_NOOP("options", "Variant"),
    meaning=QT_TRANSLATE_NOOP("options", "B(h): h (few steps, no guidance) or e^h − 1"),
    needs=QT_TRANSLATE_NOOP("options", "it needs two steps or more, besides one that leaves pure noise"),
)


@solver(
    "unipc",
    QT_TRANSLATE_NOOP("solvers", "Zhao et al. 2023, UniPC, algorithms 1 and 2 in data prediction"),
    "x0",
    order_option(2, ORDERS),
    VARIANT,
    accuracy=lambda order, variant: order + 1,
)
def unipc_rows(steps: Steps, order: int, variant: str) -> Rows:
    """Correct x with the output just computed at it, then predict the next x, both in one row.

    The corrector only changes weights of outputs: the corrected x is x + Σ (Q − P) m, with the predictor's weights P
    and the corrector's weights Q of the step that led here, and the prediction starts from that.
    """
    over = span(steps)
    orders = _orders(steps, order)
    predictor = multistep(nodes(steps, order), orders, lambda p: _moments(over, p, variant))

    correct = np.arange(steps.count) < steps.count - 1
    correct[: steps.dark] = False
    ahead = np.concatenate([np.ones((steps.count, 1)), nodes(steps, order)], axis=1)
    corrector = multistep(ahead, np.where(correct, orders + 1, 0), lambda p: _moments(over, p, variant))

    decay = over.s_next / over.s
    weights = np.pad(predictor, ((0, 0), (0, 1)))
    change = corrector - np.where(correct[:, None], np.pad(predictor, ((0, 0), (1, 0))), 0)
    weights[1:] += decay[1:, None] * change[:-1]
    return Rows(decay, weights, findings=extrapolated(steps, partial(_orders, order=order), predictor))


def _orders(steps: Steps, order: int) -> Index:
    """The order of each step, (N,): rising at the start, and falling to 1 at the end if few steps or σ = 0 require it.

    diffusers lets it fall at every end. At ᾱ_0 that costs a long run its order: order 3 then converges like h².
    """
    orders = warm_up(steps, order)
    if steps.ends_clean or steps.count < FEW_STEPS:
        orders = np.minimum(orders, np.arange(steps.count, 0, -1))
    return orders


def _moments(over: Span, nodes: int, variant: str) -> Array:
    """The exact moments; with two nodes the paper's M_1 = ½ a' B(h), B(h) = h (bh1) or 1 − e^−h (bh2)."""
    moments = moments_x0(over, nodes)
    if nodes == 2:
        moments[:, 1] = over.a_next * (over.h if variant == "bh1" else -np.expm1(-over.h)) / 2
    return moments
