"""Foreign formats: what other programs save networks in, told by the names in a folder or the first bytes of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from ddpm_studio.checkpoints import strangers as known
from ddpm_studio.checkpoints.strangers import Stranger, is_of_training
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.filetypes import EXPORTED, OPENVINO_PAIR, QUANTISED, SAFETENSORS, WEIGHTS
from ddpm_studio.texts import Readable, Text, visible

MOST_NAMES = 1000
"""Names in a folder that are looked at."""

_FILES: Mapping[str, Stranger] = {
    r"saved_model\.pb(?:txt)?": known.SAVED_MODEL,
    r"[^/]+\.onnx": known.ONNX,
    r"[^/]+\.msgpack": known.FLAX,
    r"[^/]+\.tflite": known.TFLITE,
    r"[^/]+\.mlmodelc?|Manifest\.json": known.CORE_ML,
}
"""The formats of files of these names."""

_ADDITIONS: Mapping[str, Stranger] = {
    r"(?:pytorch_lora_weights|adapter_model)\.(?:safetensors|bin)|adapter_config\.json": known.LORA,
    r"ip_adapter\S*\.(?:safetensors|bin)": known.IP_ADAPTER,
    r"learned_embeds\.(?:safetensors|bin)": known.INVERSION,
}
"""What is added to a larger model, by the names that it is saved under."""

_PIPELINES = ("model_index.json", "unet/config.json", "unet_ema/config.json", "config.json")
_OF_ACCELERATE = ("model.safetensors", "pytorch_model.bin")
"""What lies in the folder of a pipeline or of a network, and in one that a training script saved."""

_OPENABLE = (*SAFETENSORS.suffixes, *WEIGHTS.suffixes, *EXPORTED.suffixes, QUANTISED)

_ARCHITECTURE = re.compile(rb"general\.architecture\x08\0{3}(.)\0{7}([\w.-]+)", re.DOTALL)
_ARCHITECTURES: Mapping[str, Stranger] = {
    "flux": known.FLUX,
    "sd1": known.LATENT_UNET,
    "sd3": known.SD3,
    "sdxl": known.SDXL,
    "aura": known.AURA_FLOW,
    "wan": known.WAN,
    "hyvid": known.HUNYUAN_VIDEO,
    "ltxv": known.VIDEO,
    "t5encoder": known.TEXT_ENCODER,
    **dict.fromkeys(("llama", "qwen2", "qwen3", "gemma", "gemma2", "gemma3", "phi3", "gpt2"), known.LANGUAGE),
}
"""What general.architecture of a GGUF says, as llama.cpp and ComfyUI-GGUF write it."""

_IN_GGUF = QT_TRANSLATE_NOOP("errors", "{name}, quantised in GGUF")
_OTHER_GGUF = QT_TRANSLATE_NOOP("errors", "a GGUF file of the quantised weights of {name}")
_NEEDS_OTHERS = QT_TRANSLATE_NOOP(
    "errors", "quantised weights are for llama.cpp or ComfyUI; choose the weights that these were made of"
)


def of_names(folder: Path) -> Stranger | None:
    """What a folder holds by the names of its files, None if they say nothing."""
    names = names_in(folder)
    if addition := _named(_ADDITIONS, names):
        return addition
    if openable_in(folder):
        return None
    is_xml = any(is_of_openvino(folder / name) for name in names)
    return known.OPENVINO if is_xml else _named(_FILES, names)


def is_of_openvino(path: Path) -> bool:
    """Whether a file is one of the two of a name that a network for OpenVINO is: XML and its weights."""
    xml, weights = (path.with_suffix(suffix) for suffix in OPENVINO_PAIR)
    return path.suffix in OPENVINO_PAIR and xml.is_file() and weights.is_file()


def openable_in(folder: Path) -> list[str]:
    """What may be opened in a folder: the files of weights, the newest first, or else the folders of pipelines."""
    names = names_in(folder)
    weights = [name for name in names if name.endswith(_OPENABLE) and not is_of_openvino(folder / name)]
    weights = [name for name in weights if not is_of_training(name)] or weights
    return sorted(weights, key=lambda name: _age(folder / name)) or [
        name for name in names if _is_of_pipeline(folder / name)
    ]


def _age(path: Path) -> float:
    """The time of the last change, which is larger for older files."""
    with suppress(OSError):
        return -path.stat().st_mtime
    return 0.0


def _is_of_pipeline(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (*_PIPELINES, *_OF_ACCELERATE))


def names_in(folder: Path) -> list[str]:
    """Some names of what lies in a folder, in order; none if it cannot be read."""
    try:
        return sorted(path.name for path in islice(folder.iterdir(), MOST_NAMES))
    except OSError:
        return []


def of_gguf(start: bytes) -> tuple[Readable, Readable] | None:
    """What a GGUF that begins with these bytes is, and why it is not sampled; None for any other file, or if it does
    not say.
    """
    found = _ARCHITECTURE.search(start) if start.startswith(b"GGUF") else None
    if found is None:
        return None
    architecture = found[2][: found[1][0]].decode()
    if (stranger := _ARCHITECTURES.get(architecture)) is not None:
        return Text(_IN_GGUF, {"name": stranger.name}), stranger.why(says=False)
    return Text(_OTHER_GGUF, {"name": visible(architecture)}), _NEEDS_OTHERS


def _named(kinds: Mapping[str, Stranger], names: Sequence[str]) -> Stranger | None:
    return next((kind for pattern, kind in kinds.items() if any(re.fullmatch(pattern, name) for name in names)), None)
