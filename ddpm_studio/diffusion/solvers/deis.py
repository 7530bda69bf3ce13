"""DEIS (Zhang & Chen 2023) in its tAB-logρ form."""

from __future__ import annotations

from functools import partial

from ddpm_studio.diffusion.solvers.exponential import moments_epsilon, multistep, nodes, span, usual_orders
from ddpm_studio.diffusion.solvers.pure_noise import departed
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
    orders = partial(usual_orders, order=order)
    weights = multistep(nodes(steps, order), orders(steps), lambda p: moments_epsilon(over, p))
    return Rows(*departed(steps, over.a_next / over.a, weights), findings=extrapolated(steps, orders, weights))
