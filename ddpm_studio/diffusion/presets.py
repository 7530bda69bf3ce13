"""Presets: schedules as papers and programs use them."""

from __future__ import annotations

from dataclasses import dataclass

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText


@dataclass(frozen=True)
class Preset:
    """A named schedule: its spec and its source."""

    name: SourceText
    spec: str
    source: SourceText


PRESETS = (
    Preset(
        QT_TRANSLATE_NOOP("presets", "Seed, T = 300"),
        "linear:T=300",
        QT_TRANSLATE_NOOP("presets", "the article this studio grew from"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "DDPM 2020"),
        "linear:T=1000",
        QT_TRANSLATE_NOOP("presets", "Ho et al. 2020, section 4"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Improved DDPM, cosine"),
        "cosine:T=1000",
        QT_TRANSLATE_NOOP("presets", "Nichol & Dhariwal 2021, equation 17"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Improved DDPM, cosine, T = 4000"),
        "cosine:T=4000",
        QT_TRANSLATE_NOOP("presets", "Nichol & Dhariwal 2021, section 3"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Diffusion 1.x"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012",
        QT_TRANSLATE_NOOP("presets", "Rombach et al. 2022, SD 1.x"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Latent diffusion"),
        "scaled_linear:T=1000,beta_start=0.0015,beta_end=0.0195",
        QT_TRANSLATE_NOOP("presets", "Rombach et al. 2022, LDM-4 and LDM-8"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "SDXL, zero terminal SNR"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012,zero_snr=1",
        QT_TRANSLATE_NOOP("presets", "Podell et al. 2023 with Lin et al. 2023, algorithm 1"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Simple diffusion, 64²"),
        "logsnr_cosine:T=1000",
        QT_TRANSLATE_NOOP("presets", "Hoogeboom et al. 2023, section 3.1"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Simple diffusion, 256² shifted"),
        "logsnr_cosine:T=1000,snr_shift=16",
        QT_TRANSLATE_NOOP("presets", "Hoogeboom et al. 2023, section 3.1: c = (256/64)²"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "lucidrains, sigmoid"),
        "sigmoid:T=1000",
        QT_TRANSLATE_NOOP("presets", "Jabri et al. 2022; denoising-diffusion-pytorch's default"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Score SDE, VP"),
        "vp:T=1000",
        QT_TRANSLATE_NOOP("presets", "Song et al. 2021, equation 33"),
    ),
    Preset(QT_TRANSLATE_NOOP("presets", "Laplace"), "laplace:T=1000", QT_TRANSLATE_NOOP("presets", "Hang et al. 2024")),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Linear in ᾱ"), "linear_gamma:T=1000", QT_TRANSLATE_NOOP("presets", "Chen 2023")
    ),
)
