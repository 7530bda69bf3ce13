"""Files as denoising-diffusion-pytorch's Trainer writes them, with weights drawn by `oracle`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from tests.checkpoints.families.oracle import Case

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def linear(T: int) -> Array:
    """β of Ho 2020, its ends scaled by 1000/T."""
    return np.linspace(0.1 / T, 20 / T, T)


def cosine(T: int) -> Array:
    """β of Nichol & Dhariwal 2021."""
    angle = (np.arange(T + 1) / T + 0.008) / 1.008 * np.pi / 2
    return np.clip(1 - np.cos(angle[1:]) ** 2 / np.cos(angle[:-1]) ** 2, 0, 0.999)


def sigmoid(T: int) -> Array:
    """β of Jabri 2022 from −3 to 3."""
    falling = 1 / (1 + np.exp(-3.0)) - 1 / (1 + np.exp(-(np.arange(T + 1) / T * 6 - 3)))
    return np.clip(1 - falling[1:] / falling[:-1], 0, 0.999)


def buffers(betas: Array, objective: str = "", gamma: float = np.inf) -> dict[str, Tensor]:
    """What GaussianDiffusion registers, in float32; the weight of the loss for an objective, with min-SNR γ."""
    signal = np.cumprod(1 - betas)
    before = np.append(1, signal[:-1])
    variance = betas * (1 - before) / (1 - signal)
    arrays = {
        "betas": betas,
        "alphas_cumprod": signal,
        "alphas_cumprod_prev": before,
        "sqrt_alphas_cumprod": np.sqrt(signal),
        "sqrt_one_minus_alphas_cumprod": np.sqrt(1 - signal),
        "log_one_minus_alphas_cumprod": np.log(1 - signal),
        "sqrt_recip_alphas_cumprod": np.sqrt(1 / signal),
        "sqrt_recipm1_alphas_cumprod": np.sqrt(1 / signal - 1),
        "posterior_variance": variance,
        "posterior_log_variance_clipped": np.log(np.maximum(variance, 1e-20)),
        "posterior_mean_coef1": betas * np.sqrt(before) / (1 - signal),
        "posterior_mean_coef2": (1 - before) * np.sqrt(1 - betas) / (1 - signal),
    }
    snr = signal / (1 - signal)
    bounded = np.minimum(snr, gamma)
    weights = {"pred_noise": bounded / snr, "pred_x0": bounded, "pred_v": bounded / (snr + 1)}
    if objective:
        arrays["loss_weight"] = weights[objective]
    return {name: torch.from_numpy(array.astype(np.float32)) for name, array in arrays.items()}


def diffusion(case: Case, around: dict[str, Tensor], seed: str = "", inside: str = "model.") -> dict[str, Tensor]:
    """The state dict of a GaussianDiffusion."""
    return around | {inside + name: tensor for name, tensor in case.tensors(seed).items()}


def trainer_file(path: Path, case: Case, around: dict[str, Tensor], version: str = "", inside: str = "model.") -> Path:
    """model-N.pt: the weights of the last step in `model`, the averaged ones of the case in `ema`."""
    last, averaged = diffusion(case, around, "last step", inside), diffusion(case, around, "", inside)
    moments = {"step": torch.tensor(12.0), "exp_avg": torch.zeros(3), "exp_avg_sq": torch.zeros(3)}
    content = {
        "step": 12_000,
        "model": last,
        "opt": {"state": {0: moments}, "param_groups": [{"lr": 1e-4, "betas": (0.9, 0.99), "params": [0]}]},
        "ema": {
            "initted": torch.tensor(True),
            "step": torch.tensor(12_000),
            **{f"online_model.{name}": tensor for name, tensor in last.items()},
            **{f"ema_model.{name}": tensor for name, tensor in averaged.items()},
        },
        "scaler": None,
    }
    torch.save(content | ({"version": version} if version else {}), path)
    return path
