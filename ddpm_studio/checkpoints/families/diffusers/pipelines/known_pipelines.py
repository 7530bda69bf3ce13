"""Classes of pipelines that are hosted, and the kind of network that each draws with."""

from __future__ import annotations

from collections.abc import Mapping

CLASS_GUIDED, UNCONDITIONAL, TEXT_GUIDED = "class-guided", "unconditional", "text-guided"
STABLE_DIFFUSION_3, PIXART, FLUX = "Stable Diffusion 3", "PixArt", "Flux"

PIPELINES: Mapping[str, str] = {
    "DiTPipeline": CLASS_GUIDED,
    "LDMPipeline": UNCONDITIONAL,
    "LatentDiffusionUncondPipeline": UNCONDITIONAL,
    "StableDiffusionPipeline": TEXT_GUIDED,
    "StableDiffusionImg2ImgPipeline": TEXT_GUIDED,
    "StableDiffusionXLPipeline": TEXT_GUIDED,
    "LatentConsistencyModelPipeline": TEXT_GUIDED,
    "StableDiffusion3Pipeline": STABLE_DIFFUSION_3,
    "StableDiffusion3Img2ImgPipeline": STABLE_DIFFUSION_3,
    "PixArtAlphaPipeline": PIXART,
    "PixArtSigmaPipeline": PIXART,
    "FluxPipeline": FLUX,
    "FluxImg2ImgPipeline": FLUX,
}
"""By the class in model_index.json; no other is hosted."""
