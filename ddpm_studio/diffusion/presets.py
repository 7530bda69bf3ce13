"""Presets: schedules as papers and programs use them."""

from __future__ import annotations

from dataclasses import dataclass

from ddpm_studio.errors import QT_TRANSLATE_NOOP


@dataclass(frozen=True)
class Preset:
    """A named schedule: its spec and its source."""

    name: str
    spec: str
    source: str


PRESETS = (
    Preset(QT_TRANSLATE_NOOP("presets", "Seed, T = 300"), "linear:T=300", "the article this studio grew from"),
    Preset("DDPM 2020", "linear:T=1000", "Ho et al. 2020, section 4"),
    Preset("Improved DDPM, cosine", "cosine:T=1000", "Nichol & Dhariwal 2021, equation 17"),
    Preset("Improved DDPM, cosine, T = 4000", "cosine:T=4000", "Nichol & Dhariwal 2021, section 3"),
    Preset(
        "Stable Diffusion 1.x",
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012",
        "Rombach et al. 2022, SD 1.x",
    ),
    Preset(
        "Latent diffusion",
        "scaled_linear:T=1000,beta_start=0.0015,beta_end=0.0195",
        "Rombach et al. 2022, LDM-4 and LDM-8",
    ),
    Preset(
        "SDXL, zero terminal SNR",
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012,zero_snr=1",
        "Podell et al. 2023 with Lin et al. 2023, algorithm 1",
    ),
    Preset("Simple diffusion, 64²", "logsnr_cosine:T=1000", "Hoogeboom et al. 2023, section 3.1"),
    Preset(
        "Simple diffusion, 256² shifted",
        "logsnr_cosine:T=1000,shift=16",
        "Hoogeboom et al. 2023, section 3.1: c = (256/64)²",
    ),
    Preset("lucidrains, sigmoid", "sigmoid:T=1000", "Jabri et al. 2022; denoising-diffusion-pytorch's default"),
    Preset("Score SDE, VP", "vp:T=1000", "Song et al. 2021, equation 33"),
    Preset("Laplace", "laplace:T=1000", "Hang et al. 2024"),
    Preset("Linear in ᾱ", "linear_gamma:T=1000", "Chen 2023"),
)
