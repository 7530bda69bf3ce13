"""Other classes of networks than UNet2DModel in folders: what each is, by the name of the class."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from ddpm_studio.checkpoints import strangers as known
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.checkpoints.strangers import Stranger

_AUTOENCODER = r"(?:Asymmetric)?Autoencoder\w*|VQModel|ConsistencyDecoderVAE"
_GUIDED = "UNet2DConditionModel"
_PICTURES = (3, 6)

_MODELS: Mapping[str, Stranger] = {
    r"HunyuanVideo\w*Transformer3DModel": known.HUNYUAN_VIDEO,
    r"Wan\w*Transformer3DModel": known.WAN,
    r"\w*Transformer3DModel|UNet3DConditionModel|UNetSpatioTemporalConditionModel|UNetMotionModel": known.VIDEO,
    r"LTX\w*Model": known.VIDEO,
    r"StableAudio\w*|AudioLDM2\w+|\w+AudioDiT\w*|AceStep\w+": known.AUDIO,
    r"FluxTransformer2DModel": known.FLUX,
    r"SD3Transformer2DModel": known.SD3,
    r"AuraFlowTransformer2DModel": known.AURA_FLOW,
    r"Sana\w*Transformer2DModel": known.SANA,
    r"QwenImage\w*Transformer2DModel": known.QWEN_IMAGE,
    r"Lumina\w+|ZImage\w*Transformer2DModel": known.LUMINA,
    r"HiDreamImageTransformer2DModel": known.HIDREAM,
    r"CogView\w+": known.COGVIEW,
    r"Chroma\w*Transformer2DModel": known.CHROMA,
    r"Flux2Transformer2DModel": known.FLUX_2,
    r"StableCascadeUNet|Wuerstchen\w+|PaellaVQModel": known.CASCADE,
    r"PixArtTransformer2DModel": known.PIXART,
    r"HunyuanDiT2DModel": known.HUNYUAN_DIT,
    r"DiTTransformer2DModel|Transformer2DModel": known.DIT,
    r"\w+Transformer2DModel|Kandinsky\w+|UVit2DModel": known.OTHER_LATENT,
}
"""What draws, the more special names first."""

_PIPELINES: Mapping[str, Stranger] = {
    r"(?:AudioLDM|MusicLDM|StableAudio|DanceDiffusion|AudioDiffusion|SpectrogramDiffusion)\w*": known.AUDIO,
    r"(?!HunyuanVideo|Wan)\w*(?:Video|AnimateDiff|CogVideoX|I2VGen)\w*|PIAPipeline": known.VIDEO,
    r"IF\w*Pipeline": known.DEEPFLOYD,
    r"(?:StableCascade|Wuerstchen)\w*": known.CASCADE,
    r"Kandinsky(?!3|5)\w*": known.KANDINSKY,
    r"Kandinsky[35]\w*": known.LATER_KANDINSKY,
    r"UnCLIP\w*": known.UNCLIP,
    r"Kolors\w*": known.KOLORS,
    r"\w*Inpaint\w*|\w*Fill\w*|PaintByExample\w*": known.INPAINTING,
    r"\w*(?:Control|Adapter)\w*": known.STEERED,
    r"\w*(?:Upscale|SuperResolution)\w*": known.UPSCALING,
    r"\w*(?:Edit|Kontext|Pix2Pix|Depth2Img|Redux|ImageVariation)\w*": known.EDITING,
}
"""What is more than a network that draws what a text asks for, by the class of the pipeline; the first that fits."""

_PARTS: Mapping[str, Stranger] = {
    r"\w*ControlNet\w*": known.CONTROLNET,
    r"MotionAdapter": known.MOTION,
    r"T2IAdapter|MultiAdapter": known.T2I_ADAPTER,
    r"AutoencoderTiny": known.TAESD,
    _AUTOENCODER: known.AUTOENCODER,
    r"(?:CLIP|Siglip)Text\w*|\w*T5\w*|Bert\w*|\w*TextModel": known.TEXT_ENCODER,
    r"(?:CLIP|Siglip)Vision\w*|CLIPModel|Dinov2\w*|ViTModel": known.PICTURE_ENCODER,
    r"\w+ForCausalLM": known.LANGUAGE,
    r"\w+For(?:Image|Video)Classification": known.CLASSIFIER,
}
"""What steers or serves a model, and is refused as itself where it lies alone."""


_FORMATS: Mapping[str, Stranger] = {
    r"Flax\w+": known.FLAX,
    r"OV\w+": known.OPENVINO,
    r"Onnx\w+|ORT\w+": known.ONNX,
}
"""What is saved in other formats than those of PyTorch."""


def of_pipeline(index: Settings, classes: Collection[str]) -> Stranger | None:
    """What a pipeline with components of these classes is; None if nothing is known against its network."""
    if (elsewhere := _named(_FORMATS, [str(index.get("_class_name")), *classes])) is not None:
        return elsewhere
    if (named := _named(_PIPELINES, [str(index.get("_class_name"))])) is not None:
        return named
    is_latent = any(re.fullmatch(_AUTOENCODER, name) for name in classes)
    if _GUIDED not in classes:
        return _named(_MODELS, classes) or (known.LATENT if is_latent else None)
    if not is_latent:
        return known.PICTURES_OF_TEXT
    return known.SDXL if "CLIPTextModelWithProjection" in classes else known.LATENT_TEXT


def of_network(config: Settings) -> Stranger | None:
    """What the network with this config is, one of diffusers or of transformers; None if its class is not known."""
    classes = classes_of(config)
    if (elsewhere := _named(_FORMATS, classes)) is not None:
        return elsewhere
    if _GUIDED in classes:
        return known.PICTURES_OF_TEXT if config.get("in_channels") in _PICTURES else known.LATENT_UNET
    return _named(_MODELS, classes) or _named(_PARTS, classes)


def classes_of(config: Settings) -> tuple[str, ...]:
    """The classes that a config names, as diffusers and as transformers write them."""
    others = config.get("architectures")
    named = config.get("_class_name")
    return tuple(map(str, [*([named] if named else []), *(others if isinstance(others, list) else [])]))


def _named(kinds: Mapping[str, Stranger], classes: Collection[str]) -> Stranger | None:
    return next((kind for names, kind in kinds.items() if any(re.fullmatch(names, name) for name in classes)), None)
