"""Networks of strangers: the best denoiser of pixels out of two Gaussians, as each school writes it.

Only torch and the formulas of the papers; copied beside the weights, this file is what `--network` names.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Mixture(nn.Module):
    """E[x0 | x] of pixels with these weights, centres and spreads, which the checkpoint holds."""

    def __init__(self) -> None:
        super().__init__()
        self.weights, self.centres, self.spreads = (nn.Parameter(torch.ones(2)) for _ in range(3))

    def clean(self, x: Tensor, signal: Tensor | float, noise: Tensor) -> Tensor:
        """The best estimate of x0 for x = signal x0 + noise ε, in float64; both go with x."""
        weights, centres, spreads = (one.double() for one in (self.weights, self.centres, self.spreads))
        signal, noise = torch.as_tensor(signal)[..., None], noise[..., None]
        variance = (signal * spreads) ** 2 + noise**2
        surprise = x.double()[..., None] - signal * centres
        shares = (weights.log() - 0.5 * (variance.log() + surprise**2 / variance)).softmax(-1)
        return (shares * (centres + signal * spreads**2 / variance * surprise)).sum(-1)


class Diffused(Mixture):
    """DDPM's: x = √ᾱ x0 + √(1−ᾱ) ε with the linear β of Ho et al. 2020, told the index of t."""

    def __init__(self, objective: str) -> None:
        super().__init__()
        self.objective = objective
        self.alphas_cumprod = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64), 0)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        """ε, x0 or v."""
        at = self.alphas_cumprod[t.round().long()].reshape(-1, 1, 1, 1)
        a, s = at.sqrt(), (1 - at).sqrt()
        x0 = self.clean(x, a, s)
        epsilon = (x.double() - a * x0) / s
        return {"epsilon": epsilon, "sample": x0, "v": a * epsilon - s * x0}[self.objective].to(x)


class Flow(Mixture):
    """Flow matching's: x = (1 − τ) x0 + τ ε, told 1000 τ, or 1 − τ where its time runs towards the picture."""

    def __init__(self, reverse: bool = False) -> None:
        super().__init__()
        self.reverse = reverse

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        """The velocity along its time."""
        tau = (1 - t.double() if self.reverse else t.double() / 1000).reshape(-1, 1, 1, 1)
        x0 = self.clean(x, 1 - tau, tau)
        velocity = (x.double() - x0) / tau
        return (-velocity if self.reverse else velocity).to(x)


class Preconditioned(Mixture):
    """Karras et al. 2022: F in D = c_skip x + c_out F, given c_in x and its own function of ln σ."""

    def __init__(self, scale: float, sigma_data: float, sigma_min: float = 0.0, sign: float = 1.0) -> None:
        super().__init__()
        self.scale, self.data, self.least, self.sign = scale, sigma_data, sigma_min, sign

    def forward(self, x: Tensor, c_noise: Tensor) -> Tensor:
        """F, so that D is E[x0 | x]."""
        sigma = (c_noise.double() / self.scale).exp().reshape(-1, 1, 1, 1)
        noisy = x.double() * (sigma**2 + self.data**2).sqrt()
        above = sigma - self.least
        skip = self.data**2 / (above**2 + self.data**2)
        out = self.sign * above * self.data / (sigma**2 + self.data**2).sqrt()
        return ((self.clean(noisy, 1.0, sigma) - skip * noisy) / out).to(x)


def epsilon() -> Diffused:
    """Ho et al. 2020."""
    return Diffused("epsilon")


def sample() -> Diffused:
    """One of x0."""
    return Diffused("sample")


def v_prediction() -> Diffused:
    """Salimans & Ho 2022."""
    return Diffused("v")


def flow_prediction() -> Flow:
    """Stable Diffusion 3 and Flux."""
    return Flow()


def reversed_flow_prediction() -> Flow:
    """Those that count from noise to data."""
    return Flow(reverse=True)


def edm() -> Preconditioned:
    """EDM, σ_data = ½."""
    return Preconditioned(0.25, 0.5)


def edm_wide() -> Preconditioned:
    """EDM of data with a larger σ_data."""
    return Preconditioned(0.25, 0.8)


def edm_v_prediction() -> Preconditioned:
    """CosXL and Stable Video Diffusion."""
    return Preconditioned(0.25, 1.0, sign=-1.0)


def consistency() -> Preconditioned:
    """Song et al. 2023, trained to be a denoiser."""
    return Preconditioned(250.0, 0.5, 0.002)
