"""Presets: schedules as papers, programs and published models use them, with what these were trained for, in groups."""

from __future__ import annotations

from dataclasses import dataclass

from ddpm_studio.diffusion.training.objective import HEAD, PLAIN, Objective
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import SourceText

PAPERS = QT_TRANSLATE_NOOP("presets", "Papers")
STABLE = QT_TRANSLATE_NOOP("presets", "Stable Diffusion and its kin")
LATENT = QT_TRANSLATE_NOOP("presets", "Other latent models")
FLOWS = QT_TRANSLATE_NOOP("presets", "Flows")
EDM_MODELS = QT_TRANSLATE_NOOP("presets", "EDM and exploding variance")


V = Objective("v_prediction")
FLOW = Objective("flow_prediction")
REVERSED_FLOW = Objective("reversed_flow_prediction")
EDM = Objective("edm", "lognormal", "edm_lambda")

PREDICTS_FLOW = QT_TRANSLATE_NOOP(
    "presets", "ComfyUI, model_base.py: it predicts ε − x_0; how t was drawn is not published in full"
)
PREDICTS_REVERSED_FLOW = QT_TRANSLATE_NOOP(
    "presets", "ComfyUI negates its output, which is x_0 − ε; how t was drawn is not published in full"
)
EDM2_LOSS = QT_TRANSLATE_NOOP(
    "presets", "NVlabs/edm2, train_edm2.py; without the learned uncertainty that divides the loss"
)


@dataclass(frozen=True)
class Preset:
    """A named schedule: its spec, its source, the group that it is found in, and what networks are trained for.

    `trained` says where that is published, and what of it is not; it is "" where nothing is known of it.
    """

    name: SourceText
    spec: str
    source: SourceText
    group: SourceText
    train: Objective = PLAIN
    trained: SourceText | str = ""

    @property
    def objective_text(self) -> str:
        """What networks are trained for as text, the prediction told in any case; "" where nothing is known of it.

        >>> [preset.objective_text for preset in PRESETS if preset.name in ("DDPM 2020", "Kolors", "Flux schnell")]
        ['train:predict=epsilon', '', 'train:predict=flow_prediction']
        """
        told = f"{HEAD}:predict={self.train.predict}" if self.train == PLAIN else str(self.train)
        return told if self.trained else ""


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
        PLAIN,
        QT_TRANSLATE_NOOP("presets", "Ho et al. 2020, algorithm 1: ε, t drawn evenly"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Improved DDPM, cosine"),
        "cosine:T=1000",
        QT_TRANSLATE_NOOP("presets", "Nichol & Dhariwal 2021, equation 17"),
        PAPERS,
        PLAIN,
        QT_TRANSLATE_NOOP("presets", "Nichol & Dhariwal 2021, section 3.1: L_simple; L_vlb trains the variance alone"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Improved DDPM, cosine, T = 4000"),
        "cosine:T=4000",
        QT_TRANSLATE_NOOP("presets", "Nichol & Dhariwal 2021, section 3"),
        PAPERS,
        PLAIN,
        QT_TRANSLATE_NOOP("presets", "Nichol & Dhariwal 2021, section 3.1: L_simple; L_vlb trains the variance alone"),
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
        PLAIN,
        QT_TRANSLATE_NOOP("presets", "NVlabs/edm, training/loss.py, VPLoss: σ^−2 on x_0, which is 1 on ε"),
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
        PLAIN,
        QT_TRANSLATE_NOOP("presets", "Rombach et al. 2022, equation 2: ε, t drawn evenly"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Diffusion 2.x base"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012",
        QT_TRANSLATE_NOOP("presets", "Stability-AI/stablediffusion, v2-inference.yaml, for 512²"),
        STABLE,
        PLAIN,
        QT_TRANSLATE_NOOP("presets", "Rombach et al. 2022, equation 2: ε, t drawn evenly"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Diffusion 2.x"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012",
        QT_TRANSLATE_NOOP("presets", "Stability-AI/stablediffusion, v2-inference-v.yaml, for 768²"),
        STABLE,
        V,
        QT_TRANSLATE_NOOP("presets", "Stability-AI/stablediffusion, v2-inference-v.yaml: “parameterization” v"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Diffusion x4 upscaler"),
        "scaled_linear:T=1000,beta_start=0.0001,beta_end=0.02",
        QT_TRANSLATE_NOOP("presets", "Stability-AI/stablediffusion, x4-upscaling.yaml; ComfyUI, SD_X4Upscaler"),
        STABLE,
        V,
        QT_TRANSLATE_NOOP("presets", "Stability-AI/stablediffusion, x4-upscaling.yaml: “parameterization” v"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Diffusion XL"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012",
        QT_TRANSLATE_NOOP("presets", "Podell et al. 2023; the schedule of SD 1.x"),
        STABLE,
        PLAIN,
        QT_TRANSLATE_NOOP("presets", "Stability-AI/generative-models, sd_xl_base.yaml: EpsScaling, EpsWeighting"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Stable Diffusion, rescaled to zero terminal SNR"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012,zero_snr=1",
        QT_TRANSLATE_NOOP("presets", "Lin et al. 2023, algorithm 1, on the schedule of SD 1 to XL"),
        STABLE,
        V,
        QT_TRANSLATE_NOOP("presets", "Lin et al. 2023, section 3.2: v, since ε says nothing of x_0 at T"),
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
        Objective("flow_prediction", "logit_normal"),
        QT_TRANSLATE_NOOP("presets", "Esser et al. 2024, section 5: rf/lognorm(0.00, 1.00), shift 3 in training too"),
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
        Objective("edm_v_prediction", "lognormal", "edm_lambda", {"p_mean": 0.7, "p_std": 1.6}),
        QT_TRANSLATE_NOOP(
            "presets",
            "Blattmann et al. 2023, EDM with σ_data = 1; P_mean = 0.7, P_std = 1.6 as scripts that train it have them",
        ),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Latent diffusion"),
        "scaled_linear:T=1000,beta_start=0.0015,beta_end=0.0195",
        QT_TRANSLATE_NOOP("presets", "Rombach et al. 2022, LDM-4 and LDM-8"),
        LATENT,
        PLAIN,
        QT_TRANSLATE_NOOP("presets", "Rombach et al. 2022, equation 2: ε, t drawn evenly"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "PixArt-α and PixArt-Σ"),
        "linear:T=1000",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, PixArtAlpha: “sqrt_linear”, 1e-4 to 0.02"),
        LATENT,
        PLAIN,
        QT_TRANSLATE_NOOP("presets", "PixArt-alpha/PixArt-alpha, diffusion/iddpm.py: ε by its squared error"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Hunyuan-DiT 1.0 and 1.1"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.03",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, HunyuanDiT1"),
        LATENT,
        V,
        QT_TRANSLATE_NOOP("presets", "Tencent/HunyuanDiT, diffusion_v_pred.py: v with a constant weight"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Hunyuan-DiT 1.2"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.018",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, HunyuanDiT"),
        LATENT,
        V,
        QT_TRANSLATE_NOOP("presets", "Tencent/HunyuanDiT, diffusion_v_pred.py: v with a constant weight"),
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
        V,
        QT_TRANSLATE_NOOP("presets", "THUDM/CogVideo, VideoDiffusionLoss: 1/(1 − ᾱ) on x_0, which is 1 on v"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "CogVideoX 5B"),
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012,zero_snr=after",
        QT_TRANSLATE_NOOP("presets", "its scheduler_config.json, snr_shift_scale 1"),
        LATENT,
        V,
        QT_TRANSLATE_NOOP("presets", "THUDM/CogVideo, VideoDiffusionLoss: 1/(1 − ᾱ) on x_0, which is 1 on v"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Playground 2.5"),
        "edm:T=1000",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, SDXL: σ from 0.002 to 80"),
        LATENT,
        Objective("edm"),
        QT_TRANSLATE_NOOP(
            "presets", "ComfyUI, supported_models.py: EDM, σ_data = 0.5; how σ was drawn is not published"
        ),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Rectified flow"),
        "flow:T=1000",
        QT_TRANSLATE_NOOP("presets", "Liu et al. 2022, Flow Straight and Fast"),
        FLOWS,
        FLOW,
        QT_TRANSLATE_NOOP("presets", "Liu et al. 2022, equation 1: t drawn evenly"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Flux schnell"),
        "flow:T=1000",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, FluxSchnell: shift 1"),
        FLOWS,
        FLOW,
        PREDICTS_FLOW,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Flux dev, 512²"),
        "flow:T=1000,shift=1.8776105792643432",
        QT_TRANSLATE_NOOP("presets", "diffusers, FluxPipeline, calculate_shift of 1024 tokens"),
        FLOWS,
        FLOW,
        PREDICTS_FLOW,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Flux dev, 1024²"),
        "flow:T=1000,shift=3.158192909689767",
        QT_TRANSLATE_NOOP("presets", "diffusers, FluxPipeline, calculate_shift of 4096 tokens: e^1.15"),
        FLOWS,
        FLOW,
        PREDICTS_FLOW,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "AuraFlow"),
        "flow:T=1000,shift=1.73",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, AuraFlow"),
        FLOWS,
        FLOW,
        PREDICTS_FLOW,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "HunyuanVideo"),
        "flow:T=1000,shift=7",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, HunyuanVideo"),
        FLOWS,
        FLOW,
        PREDICTS_FLOW,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Wan 2.x, 480p"),
        "flow:T=1000,shift=3",
        QT_TRANSLATE_NOOP("presets", "diffusers, WanPipeline: flow_shift 3"),
        FLOWS,
        FLOW,
        PREDICTS_FLOW,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Wan 2.x, 720p"),
        "flow:T=1000,shift=5",
        QT_TRANSLATE_NOOP("presets", "diffusers, WanPipeline: flow_shift 5"),
        FLOWS,
        FLOW,
        PREDICTS_FLOW,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Qwen-Image, 1024²"),
        "flow:T=1000,shift=2.000802574061872",
        QT_TRANSLATE_NOOP(
            "presets", "its scheduler_config.json at 4096 tokens, before it is stretched to end at τ = 0.02"
        ),
        FLOWS,
        FLOW,
        PREDICTS_FLOW,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "LTX-Video"),
        "flow:T=1000,shift=2.37",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, LTXV"),
        FLOWS,
        FLOW,
        PREDICTS_FLOW,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Lumina 2"),
        "flow:T=1000,shift=6",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, Lumina2"),
        FLOWS,
        REVERSED_FLOW,
        PREDICTS_REVERSED_FLOW,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Z-Image Turbo"),
        "flow:T=1000,shift=3",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, ZImage"),
        FLOWS,
        REVERSED_FLOW,
        PREDICTS_REVERSED_FLOW,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Mochi"),
        "flow:T=1000,shift=6",
        QT_TRANSLATE_NOOP("presets", "ComfyUI, supported_models.py, GenmoMochi"),
        FLOWS,
        REVERSED_FLOW,
        PREDICTS_REVERSED_FLOW,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "EDM"),
        "edm:T=1000",
        QT_TRANSLATE_NOOP("presets", "Karras et al. 2022, table 1: σ from 0.002 to 80, ρ = 7"),
        EDM_MODELS,
        EDM,
        QT_TRANSLATE_NOOP("presets", "Karras et al. 2022, table 1; NVlabs/edm, training/loss.py, EDMLoss"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "EDM, in training"),
        "lognormal:T=1000",
        QT_TRANSLATE_NOOP("presets", "Karras et al. 2022, table 1: P_mean = −1.2, P_std = 1.2"),
        EDM_MODELS,
        EDM,
        QT_TRANSLATE_NOOP("presets", "Karras et al. 2022, table 1; NVlabs/edm, training/loss.py, EDMLoss"),
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "EDM2, 512², in training"),
        "lognormal:T=1000,p_mean=-0.4,p_std=1",
        QT_TRANSLATE_NOOP("presets", "NVlabs/edm2, train_edm2.py"),
        EDM_MODELS,
        Objective("edm", "lognormal", "edm_lambda", {"p_mean": -0.4, "p_std": 1}),
        EDM2_LOSS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "EDM2, 64², in training"),
        "lognormal:T=1000,p_mean=-0.8,p_std=1.6",
        QT_TRANSLATE_NOOP("presets", "NVlabs/edm2, train_edm2.py"),
        EDM_MODELS,
        Objective("edm", "lognormal", "edm_lambda", {"p_mean": -0.8, "p_std": 1.6}),
        EDM2_LOSS,
    ),
    Preset(
        QT_TRANSLATE_NOOP("presets", "Score SDE, VE"),
        "ve:T=1000",
        QT_TRANSLATE_NOOP("presets", "Song et al. 2021, appendix C: σ from 0.01 to 50 for CIFAR-10"),
        EDM_MODELS,
        PLAIN,
        QT_TRANSLATE_NOOP("presets", "NVlabs/edm, training/loss.py, VELoss: σ^−2 on x_0, which is 1 on ε"),
    ),
)
"""All of them, those of a group together. Models that share a schedule have a preset each."""

GROUPS = tuple(dict.fromkeys(preset.group for preset in PRESETS))
"""The groups in their order."""
