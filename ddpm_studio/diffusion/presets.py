"""Presets: schedules as papers, programs and published models use them, in groups."""

from __future__ import annotations

from dataclasses import dataclass

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText

PAPERS = QT_TRANSLATE_NOOP("presets", "Papers")
STABLE = QT_TRANSLATE_NOOP("presets", "Stable Diffusion and its kin")
LATENT = QT_TRANSLATE_NOOP("presets", "Other latent models")
FLOWS = QT_TRANSLATE_NOOP("presets", "Flows")
EDM_MODELS = QT_TRANSLATE_NOOP("presets", "EDM and exploding variance")


@dataclass(frozen=True)
class Preset:
    """A named schedule: its spec, its source, and the group that it is found in."""

    name: SourceText
    spec: str
    source: SourceText
    group: SourceText


PRESETS = (
    Preset(
        QT_TRANSLATE_NOOP("presets", "Seed, T = 300"),
        "linear:T=300",
        QT_TRANSLATE_NOOP("presets", "the article this studio grew from"),
        PAPERS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "DDPM 2020"),
        "linear:T=1000",
        QT_TRANSLATE_NOOP("presets", "Ho et al. 2020, section 4"),
        PAPERS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Improved DDPM, cosine"),
        "cosine:T=1000",
        QT_TRANSLATE_NOOP("presets", "Nichol & Dhariwal 2021, equation 17"),
        PAPERS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Improved DDPM, cosine, T = 4000"),
        "cosine:T=4000",
        QT_TRANSLATE_NOOP("presets", "Nichol & Dhariwal 2021, section 3"),
        PAPERS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Simple diffusion, 64²"),
        "logsnr_cosine:T=1000",
        QT_TRANSLATE_NOOP("presets", "Hoogeboom et al. 2023, section 3.1"),
        PAPERS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Simple diffusion, 256² shifted"),
        "logsnr_cosine:T=1000,snr_shift=16",
        QT_TRANSLATE_NOOP("presets", "Hoogeboom et al. 2023, section 3.1: c = (256/64)²"),
        PAPERS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "lucidrains, sigmoid"),
        "sigmoid:T=1000",
        QT_TRANSLATE_NOOP("presets", "Jabri et al. 2022; denoising-diffusion-pytorch's default"),
        PAPERS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Score SDE, VP"),
        "vp:T=1000",
        QT_TRANSLATE_NOOP("presets", "Song et al. 2021, equation 33"),
        PAPERS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Laplace"),
        "laplace:T=1000",
        QT_TRANSLATE_NOOP("presets", "Hang et al. 2024"),
        PAPERS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Linear in ᾱ"),
        "linear_gamma:T=1000",
        QT_TRANSLATE_NOOP("presets", "Chen 2023"),
        PAPERS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Diffusion 1.x"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012",
        QT_TRANSLATE_NOOP("presets", "Rombach et al. 2022, SD 1.x"),
        STABLE,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Diffusion 2.x"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012",
        QT_TRANSLATE_NOOP("presets", "Stability-AI/stablediffusion, v2-inference-v.yaml; v-prediction at 768²"),
        STABLE,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Diffusion XL"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012",
        QT_TRANSLATE_NOOP("presets", "Podell et al. 2023; the schedule of SD 1.x"),
        STABLE,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Diffusion, rescaled to zero terminal SNR"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012,zero_snr=1",
        QT_TRANSLATE_NOOP("presets", "Lin et al. 2023, algorithm 1, on the schedule of SD 1 to XL"),
        STABLE,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Diffusion, zero terminal SNR of ComfyUI"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012,zero_snr=comfyui",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, ModelSamplingDiscrete with zsnr: ᾱ_T = 4.897e-8"),
        STABLE,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Diffusion 3 and 3.5"),
        "flow:T=1000,shift=3",
        QT_TRANSLATE_NOOP("presets", "Esser et al. 2024; ComfyUI, supported_models.py, SD3: shift 3"),
        STABLE,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Cascade, stage C"),
        "cosine:T=1000,snr_shift=4",
        QT_TRANSLATE_NOOP(
            "presets", "ComfyUI, StableCascadeSampling: shift 2, without its bounds on ᾱ, 1e-4 and 0.9999"
        ),
        STABLE,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Video Diffusion"),
        "edm:T=1000,sigma_max=700",
        QT_TRANSLATE_NOOP("presets", "Blattmann et al. 2023; ComfyUI, SVD_img2vid: σ from 0.002 to 700"),
        STABLE,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Latent diffusion"),
        "scaled_linear:T=1000,beta_start=0.0015,beta_end=0.0195",
        QT_TRANSLATE_NOOP("presets", "Rombach et al. 2022, LDM-4 and LDM-8"),
        LATENT,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "PixArt-α and PixArt-Σ"),
        "linear:T=1000",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, PixArtAlpha: “sqrt_linear”, 1e-4 to 0.02"),
        LATENT,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Hunyuan-DiT 1.0 and 1.1"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.03",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, HunyuanDiT1"),
        LATENT,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Hunyuan-DiT 1.2"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.018",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, HunyuanDiT"),
        LATENT,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Kolors"),
        "scaled_linear:T=1100,beta_start=0.00085,beta_end=0.014",
        QT_TRANSLATE_NOOP("presets", "its scheduler_config.json"),
        LATENT,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "CogVideoX 2B"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012,zero_snr=after,snr_shift=3",
        QT_TRANSLATE_NOOP("presets", "its scheduler_config.json; diffusers CogVideoXDDIMScheduler"),
        LATENT,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "CogVideoX 5B"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012,zero_snr=after",
        QT_TRANSLATE_NOOP("presets", "its scheduler_config.json, snr_shift_scale 1"),
        LATENT,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Playground 2.5"),
        "edm:T=1000",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, SDXL: σ from 0.002 to 80"),
        LATENT,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Rectified flow"),
        "flow:T=1000",
        QT_TRANSLATE_NOOP("presets", "Liu et al. 2022, Flow Straight and Fast"),
        FLOWS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Flux schnell"),
        "flow:T=1000",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, FluxSchnell: shift 1"),
        FLOWS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Flux dev, 512²"),
        "flow:T=1000,shift=1.8776105792643432",
        QT_TRANSLATE_NOOP("presets", "diffusers, FluxPipeline, calculate_shift of 1024 tokens"),
        FLOWS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Flux dev, 1024²"),
        "flow:T=1000,shift=3.158192909689767",
        QT_TRANSLATE_NOOP("presets", "diffusers, FluxPipeline, calculate_shift of 4096 tokens: e^1.15"),
        FLOWS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "AuraFlow"),
        "flow:T=1000,shift=1.73",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, AuraFlow"),
        FLOWS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "HunyuanVideo"),
        "flow:T=1000,shift=7",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, HunyuanVideo"),
        FLOWS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Wan 2.x, 480p"),
        "flow:T=1000,shift=3",
        QT_TRANSLATE_NOOP("presets", "diffusers, WanPipeline: flow_shift 3"),
        FLOWS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Wan 2.x, 720p"),
        "flow:T=1000,shift=5",
        QT_TRANSLATE_NOOP("presets", "diffusers, WanPipeline: flow_shift 5"),
        FLOWS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Qwen-Image, 1024²"),
        "flow:T=1000,shift=2.000802574061872",
        QT_TRANSLATE_NOOP(
            "presets", "its scheduler_config.json at 4096 tokens, before it is stretched to end at τ = 0.02"
        ),
        FLOWS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "LTX-Video"),
        "flow:T=1000,shift=2.37",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, LTXV"),
        FLOWS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Z-Image Turbo"),
        "flow:T=1000,shift=3",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, ZImage"),
        FLOWS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Mochi"),
        "flow:T=1000,shift=6",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, GenmoMochi"),
        FLOWS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "EDM"),
        "edm:T=1000",
        QT_TRANSLATE_NOOP("presets", "Karras et al. 2022, table 1: σ from 0.002 to 80, ρ = 7"),
        EDM_MODELS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "EDM, in training"),
        "lognormal:T=1000",
        QT_TRANSLATE_NOOP("presets", "Karras et al. 2022, table 1: P_mean = −1.2, P_std = 1.2"),
        EDM_MODELS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "EDM2, 512², in training"),
        "lognormal:T=1000,p_mean=-0.4,p_std=1",
        QT_TRANSLATE_NOOP("presets", "NVlabs/edm2, train_edm2.py"),
        EDM_MODELS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "EDM2, 64², in training"),
        "lognormal:T=1000,p_mean=-0.8,p_std=1.6",
        QT_TRANSLATE_NOOP("presets", "NVlabs/edm2, train_edm2.py"),
        EDM_MODELS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Score SDE, VE"),
        "ve:T=1000",
        QT_TRANSLATE_NOOP("presets", "Song et al. 2021, appendix C: σ from 0.01 to 50 for CIFAR-10"),
        EDM_MODELS,
    ),
)
"""All of them, those of a group together. Models that share a schedule have a preset each."""

GROUPS = tuple(dict.fromkeys(preset.group for preset in PRESETS))
"""The groups in their order."""
