"""Classes of pipelines that are hosted, and the kind of network that each draws with."""

from __future__ import annotations

from collections.abc import Mapping

CLASS_GUIDED, UNCONDITIONAL, TEXT_GUIDED = "class-guided", "unconditional", "text-guided"

PIPELINES: Mapping[str, str] = {
    "DiTPipeline": CLASS_GUIDED,
    "LDMPipeline": UNCONDITIONAL,
    "LatentDiffusionUncondPipeline": UNCONDITIONAL,
    "StableDiffusionPipeline": TEXT_GUIDED,
    "StableDiffusionImg2ImgPipeline": TEXT_GUIDED,
    "StableDiffusionXLPipeline": TEXT_GUIDED,
    "LatentConsistencyModelPipeline": TEXT_GUIDED,
}
"""By the class in model_index.json; no other is hosted."""
