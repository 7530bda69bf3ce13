"""DEIS (Zhang & Chen 2023) in its tAB-logρ form."""

from __future__ import annotations

from ddpm_studio.diffusion.solvers.exponential import lowered_at_end, moments_epsilon, multistep, nodes, span, warm_up
from ddpm_studio.diffusion.solvers.registry import Rows, order_by_name, order_option, solver
from ddpm_studio.diffusion.solvers.step_findings import extrapolated
from ddpm_studio.diffusion.steps import Steps
from ddpm_studio.errors import QT_TRANSLATE_NOOP

ORDERS = (1, 2, 3)


@solver(
    "deis",
    QT_TRANSLATE_NOOP("solvers", "Zhang & Chen 2023, Fast Sampling of Diffusion Models with Exponential Integrator"),
    "epsilon",
    order_option(2, ORDERS),
    accuracy=order_by_name,
)
def deis_rows(steps: Steps, order: int) -> Rows:
    """x'/a' = x/a + ∫ ε̂ dρ, ρ = s/a, ε̂ the polynomial in ln ρ = −λ through the last `order` outputs."""
    over = span(steps)
    orders = lowered_at_end(steps, warm_up(steps, order))
    weights = multistep(nodes(steps, order), orders, lambda p: moments_epsilon(over, p))
    return Rows(over.a_next / over.a, weights, findings=extrapolated(steps, orders, weights))
