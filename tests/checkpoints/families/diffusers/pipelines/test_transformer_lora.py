"""LoRAs laid over Stable Diffusion 3, Flux and DiT: what diffusers draws with the same files by peft, and what they
are called elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from ddpm_studio.checkpoints import Answers, read_checkpoint
from ddpm_studio.checkpoints.card import card_of
from ddpm_studio.checkpoints.checkpoint import Checkpoint
from ddpm_studio.checkpoints.families.diffusers.pipelines.lora.laid_over import lay_over
from ddpm_studio.checkpoints.families.diffusers.pipelines.lora.lora_names import LayerNames
from ddpm_studio.checkpoints.weighted_files import WeightedFile
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.families.diffusers.pipelines import tiny_transformers as tiny
from tests.checkpoints.families.diffusers.pipelines.test_hosted import difference, noise
from tests.checkpoints.families.diffusers.pipelines.test_lora import ALPHA, RANK, Tensors, halves
from tests.checkpoints.families.diffusers.pipelines.test_transformers_hosted import (
    FEW_PIXELS,
    PROMPT,
    SMALL,
    ours,
    packed,
    theirs,
)
from tests.checkpoints.families.diffusers.pipelines.tiny_pipelines import tiny_dit

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

CHANGED = ("to_q", "add_v_proj", "to_out.0", "to_add_out", "ff.net.2", "proj_mlp", "norm1.linear", "q_proj", "fc1")
"""How the names of the layers end that are changed."""

OF_KOHYA = {
    "img_attn_qkv": "attn.to_q",
    "txt_attn_qkv": "attn.add_q_proj",
    "img_attn_proj": "attn.to_out.0",
    "txt_attn_proj": "attn.to_add_out",
    "img_mlp_0": "ff.net.0.proj",
    "txt_mlp_2": "ff_context.net.2",
    "img_mod_lin": "norm1.linear",
    "txt_mod_lin": "norm1_context.linear",
}
"""Layers of a double block as kohya-ss calls them; of three in one, the first."""


def of_peft(pipeline: Any, *parts: str) -> Tensors:
    """A LoRA as diffusers saves it by peft, of these parts."""
    found: Tensors = {}
    for part in parts:
        for name, layer in getattr(pipeline, part).named_modules():
            if name.endswith(CHANGED):
                found[f"{part}.{name}.lora_A.weight"], found[f"{part}.{name}.lora_B.weight"] = halves(layer)
    return found


def of_kohya(pipeline: Any) -> Tensors:
    """A LoRA of Flux as kohya-ss saves it, with the original names of its blocks.

    Of CLIP without attention, whose layers diffusers 0.42 gives names in such files that transformers 5 does not know.
    """
    block, single = pipeline.transformer.transformer_blocks[0], pipeline.transformer.single_transformer_blocks[0]
    layers = {f"lora_unet_double_blocks_0_{old}": block.get_submodule(new) for old, new in OF_KOHYA.items()}
    layers |= {"lora_unet_single_blocks_0_linear2": single.proj_out}
    layers |= {"lora_unet_single_blocks_0_modulation_lin": single.norm.linear}
    texts = pipeline.text_encoder.named_modules()
    layers |= {
        f"lora_te1_text_model_{name.removeprefix('text_model.').replace('.', '_')}": layer
        for name, layer in texts
        if name.endswith("fc1")
    }
    found: Tensors = {}
    for name, layer in layers.items():
        down, up = halves(layer)
        found[f"{name}.lora_down.weight"] = down
        found[f"{name}.lora_up.weight"] = torch.cat([up, up / 2, -up]) if name.endswith("qkv") else up
        found[f"{name}.alpha"] = torch.tensor(ALPHA)
    return found


def of_xlabs(pipeline: Any) -> Tensors:
    """A LoRA of Flux as XLabs saves it: of attention alone."""
    block, single = pipeline.transformer.transformer_blocks[0].attn, pipeline.transformer.single_transformer_blocks[0]
    layers = {
        "double_blocks.0.processor.qkv_lora1": block.to_q,
        "double_blocks.0.processor.qkv_lora2": block.add_q_proj,
        "double_blocks.0.processor.proj_lora1": block.to_out[0],
        "double_blocks.0.processor.proj_lora2": block.to_add_out,
        "single_blocks.0.processor.qkv_lora": single.attn.to_q,
        "single_blocks.0.processor.proj_lora": single.proj_out,
    }
    found: Tensors = {}
    for name, layer in layers.items():
        down, up = halves(layer)
        found[f"{name}.down.weight"] = down
        found[f"{name}.up.weight"] = torch.cat([up, up / 2, -up]) if "qkv" in name else up
    return found


def laid_over(pipeline: Any, folder: Path, tensors: Tensors, weight: float, said: Answers) -> Any:
    """The checkpoint of a pipeline with a LoRA over it; the pipeline is given the same."""
    pipeline.save_pretrained(folder / "model")
    path = folder / "a.safetensors"
    save_file(tensors, path)
    checkpoint = read_checkpoint(folder / "model", Answers(shape=said.shape, lora=f"{path}:{weight}"))
    pipeline.load_lora_weights(path, adapter_name="a")
    pipeline.set_adapters("a", weight)
    return checkpoint


def test_stable_diffusion_3_draws_what_diffusers_draws_with_a_lora(tmp_path: Path) -> None:
    pipeline = tiny.tiny_sd3()
    torch.manual_seed(8)
    lora = of_peft(pipeline, "transformer", "text_encoder", "text_encoder_2")
    checkpoint = laid_over(pipeline, tmp_path, lora, 0.6, Answers())
    x = noise(checkpoint.denoiser.shape, 1)
    found = ours(checkpoint, checkpoint.denoiser.conditioned(guidance=3.0, prompt=PROMPT), "euler", x)
    expected = theirs(pipeline, x, prompt=PROMPT, guidance_scale=3.0, output_type="latent")
    assert difference(found, expected) < 1e-5
    pipeline.disable_lora()
    assert difference(found, theirs(pipeline, x, prompt=PROMPT, guidance_scale=3.0, output_type="latent")) > 1e-3
    row = next(row for row in card_of(checkpoint) if row.key == "lora")
    assert f"a.safetensors at weight 0.6 (rank {RANK}, layers: {len(lora) // 2})" in str(row.text)


WRITERS: Mapping[str, Callable[[Any], Tensors]] = {
    "kohya": of_kohya,
    "peft": lambda pipeline: of_peft(pipeline, "transformer", "text_encoder"),
    "xlabs": of_xlabs,
}


@pytest.mark.parametrize("form", WRITERS)
def test_flux_draws_what_diffusers_draws_with_a_lora(tmp_path: Path, form: str) -> None:
    pipeline = tiny.tiny_flux()
    torch.manual_seed(8)
    lora = WRITERS[form](pipeline)
    checkpoint = laid_over(pipeline, tmp_path, lora, 0.6, SMALL)
    x = noise(checkpoint.denoiser.shape, 1)
    found = packed(ours(checkpoint, checkpoint.denoiser.conditioned(prompt=PROMPT), "euler", x))
    asked = {"output_type": "latent", "guidance_scale": 3.5, **FEW_PIXELS}
    assert difference(found, theirs(pipeline, packed(x), **asked)) < 1e-5
    pipeline.disable_lora()
    assert difference(found, theirs(pipeline, packed(x), **asked)) > 1e-3


def changed(network: nn.Module, tensors: Mapping[str, Tensor], folder: Path) -> Mapping[str, Tensor]:
    """The weights of a network with changes of these names over it."""
    before = {name: each.clone() for name, each in network.state_dict().items()}
    path = folder / "a.safetensors"
    save_file({name: each.clone() for name, each in tensors.items()}, path)
    lay_over([WeightedFile(path)], {"network": LayerNames.of_transformer(network, type(network).__name__)})
    after = {name: each.clone() for name, each in network.state_dict().items()}
    network.load_state_dict(before)
    return {name: each for name, each in after.items() if not torch.equal(each, before[name])}


def test_several_layers_in_one_are_told_apart(tmp_path: Path) -> None:
    """As ComfyUI and kohya-ss have Flux, and Stable Diffusion 3, with the halves that are the other way round there."""
    torch.manual_seed(8)
    flux, sd3 = tiny.tiny_flux().transformer, tiny.tiny_sd3().transformer
    q, mlp = flux.single_transformer_blocks[0].attn.to_q, flux.single_transformer_blocks[0].proj_mlp
    (down, *ups), mlp_up = (*halves(q), *(torch.randn(32, RANK) for _ in "kv")), halves(mlp)[1]
    single, last = "single_transformer_blocks.0", halves(flux.norm_out.linear)
    now = {
        **dict(zip((f"{single}.attn.to_{each}" for each in "qkv"), ((down, up) for up in ups), strict=True)),
        f"{single}.proj_mlp": (down, mlp_up),
        "norm_out.linear": last,
    }
    once = {
        "single_blocks.0.linear1": (down, torch.cat([*ups, mlp_up])),
        "final_layer.adaLN_modulation.1": (last[0], last[1].roll(32, 0)),
    }
    check_same(flux, now, once, tmp_path, layers=5)
    down, up = halves(sd3.transformer_blocks[1].norm1_context.linear)
    thrice = [up[:32] * scale for scale in (1, 2, 3)]
    now = {f"transformer_blocks.0.attn2.to_{each}": (down, up) for each, up in zip("qkv", thrice, strict=True)}
    now |= {"transformer_blocks.1.norm1_context.linear": (down, up)}
    now |= {"transformer_blocks.0.attn.add_k_proj": (down, up[32:])}
    once = {
        "joint_blocks.0.x_block.attn2.qkv": (down, torch.cat(thrice)),
        "joint_blocks.1.context_block.adaLN_modulation.1": (down, up.roll(32, 0)),
        "joint_blocks.0.context_block.attn.qkv": (down, torch.cat([up[:32] * 0, up[32:], up[:32] * 0])),
    }
    check_same(sd3, now, once, tmp_path, layers=5)


def check_same(
    network: nn.Module,
    now: Mapping[str, tuple[Tensor, Tensor]],
    once: Mapping[str, tuple[Tensor, Tensor]],
    folder: Path,
    *,
    layers: int,
) -> None:
    """Changes of these layers are the same under all names that are in use."""
    forms = {
        "transformer.{name}.lora_A.weight": now,
        "lora_transformer_{flat}.lora_down.weight": now,
        "lora_unet_{flat}.lora_down.weight": once,
        "diffusion_model.{name}.lora_down.weight": once,
        "base_model.model.{name}.lora_A.weight": once,
    }
    found = []
    for form, changes in forms.items():
        tensors = {}
        for name, (down, up) in changes.items():
            key = form.format(name=name, flat=name.replace(".", "_"))
            tensors[key] = down
            tensors[key.replace("lora_A", "lora_B").replace("lora_down", "lora_up")] = up
        found.append(changed(network, tensors, folder))
    first = found[0]
    assert len(first) == layers
    for other in found[1:]:
        assert other.keys() == first.keys()
        assert all(torch.allclose(other[name], each, atol=1e-6) for name, each in first.items())


def test_a_change_of_several_layers_in_one_has_their_size(tmp_path: Path) -> None:
    flux, name = tiny.tiny_flux().transformer, "lora_unet_single_blocks_0_linear1"
    wrong = {f"{name}.lora_down.weight": torch.zeros(3, 32), f"{name}.lora_up.weight": torch.zeros(96, 3)}
    with pytest.raises(CheckpointError, match=r"of 3x32 and 96x3, but the layer of this model is of 224x32"):
        changed(flux, wrong, tmp_path)


def test_a_dit_takes_what_peft_saves(tmp_path: Path) -> None:
    pipeline, name = tiny_dit(), "transformer_blocks.0.attn1.to_q"
    layer = pipeline.transformer.get_submodule(name)
    down, up = halves(layer)
    path = tmp_path / "a.safetensors"
    save_file({f"transformer.{name}.lora_A.weight": down, f"transformer.{name}.lora_B.weight": up}, path)
    pipeline.save_pretrained(tmp_path / "dit")
    network = read_checkpoint(tmp_path / "dit", Answers(lora=f"{path}:0.5")).denoiser.network
    assert isinstance(network, nn.Module)
    weight = network.get_parameter(f"transformer.{name}.weight")
    assert difference(weight, layer.weight.detach() + 0.5 * up @ down) < 1e-6


def test_t5_is_changed_under_the_name_that_kohya_gives_it(tmp_path: Path) -> None:
    pipeline, name = tiny.tiny_pixart(), "encoder.block.1.layer.0.SelfAttention.q"
    layer, key = pipeline.text_encoder.get_submodule(name), f"lora_te3_{name.replace('.', '_')}"
    down, up = halves(layer)
    path = tmp_path / "a.safetensors"
    save_file({f"{key}.lora_down.weight": down, f"{key}.lora_up.weight": up}, path)
    pipeline.save_pretrained(tmp_path / "plain")
    with torch.no_grad():
        layer.weight += 0.5 * up @ down
    pipeline.save_pretrained(tmp_path / "changed")
    plain, found, expected = (
        words(read_checkpoint(tmp_path / folder, Answers(lora=lora)))
        for folder, lora in (("plain", None), ("plain", f"{path}:0.5"), ("changed", None))
    )
    assert difference(found, expected) < 1e-6
    assert difference(plain, expected) > 1e-3


def words(checkpoint: Checkpoint) -> Tensor:
    """The words of a prompt as the network is given them."""
    assert checkpoint.denoiser.texts is not None
    return checkpoint.denoiser.texts(PROMPT).keywords["encoder_hidden_states"]
