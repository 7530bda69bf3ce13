"""LoRAs laid over Stable Diffusion: what diffusers draws with the same files by peft, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from diffusers import DiffusionPipeline
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ddpm_studio.checkpoints import Answers, read_checkpoint
from ddpm_studio.checkpoints.beside import file_beside
from ddpm_studio.checkpoints.card import card_of
from ddpm_studio.checkpoints.families.diffusers.pipelines.lora.laid_over import lay_over
from ddpm_studio.checkpoints.families.diffusers.pipelines.lora.lora_names import LayerNames
from ddpm_studio.checkpoints.weighted_files import WeightedFile
from ddpm_studio.cli import main
from ddpm_studio.errors import CheckpointError
from ddpm_studio.files.recipes.carriers import recipe_in
from tests.checkpoints.families.diffusers.pipelines import tiny_pipelines as tiny
from tests.checkpoints.families.diffusers.pipelines.original_files import OLD_BLOCK, OLD_UNET
from tests.checkpoints.families.diffusers.pipelines.test_hosted import PROMPT, difference, noise, ours, theirs

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Tensors = dict[str, Tensor]
RANK, ALPHA = 3, 6.0
MODELS: Mapping[str, tuple[Callable[[], DiffusionPipeline], str, Mapping[str, str]]] = {
    "sd": (tiny.tiny_sd, "ddim", {"text_encoder": "lora_te_"}),
    "sdxl": (tiny.tiny_sdxl, "euler", {"text_encoder": "lora_te1_", "text_encoder_2": "lora_te2_"}),
}
CHANGED = ("to_q", "to_v", "to_out.0", "ff.net.2", "proj_in", "conv1", "q_proj", "out_proj", "fc1")
"""How the names of the layers end that are changed."""


def halves(layer: nn.Module) -> tuple[Tensor, Tensor]:
    """Random halves of a change of a layer."""
    assert isinstance(layer, nn.Linear | nn.Conv2d)
    shape = layer.weight.shape
    kernel = (1,) * len(shape[2:])
    return torch.randn(RANK, *shape[1:]) / 4, torch.randn(shape[0], RANK, *kernel) / 4


def layers_of(network: nn.Module) -> dict[str, nn.Module]:
    return {name: each for name, each in network.named_modules() if name.endswith(CHANGED)}


def in_compvis(name: str) -> str:
    new = max((each for each in OLD_UNET if name.startswith(f"{each}.")), key=len)
    rest = f"{name.removeprefix(new)}."
    for inner, old in OLD_BLOCK.items() if "resnets" in new else ():
        rest = rest.replace(inner, old)
    return (OLD_UNET[new] + rest).removesuffix(".")


def of_kohya(name: str, pipeline: DiffusionPipeline) -> Tensors:
    """A LoRA as kohya-ss saves it: with diffusers' names of SD1, and the original ones of SDXL."""
    found: Tensors = {}
    unet = {
        f"lora_unet_{in_compvis(each) if name == 'sdxl' else each}": layer
        for each, layer in layers_of(pipeline.unet).items()
    }
    texts = {
        f"{prefix}text_model_{each.removeprefix('text_model.')}": layer
        for part, prefix in MODELS[name][2].items()
        for each, layer in layers_of(getattr(pipeline, part)).items()
    }
    for each, layer in {**unet, **texts}.items():
        key = each.replace(".", "_")
        found[f"{key}.lora_down.weight"], found[f"{key}.lora_up.weight"] = halves(layer)
        found[f"{key}.alpha"] = torch.tensor(ALPHA)
    return found


def of_peft(name: str, pipeline: DiffusionPipeline) -> Tensors:
    """A LoRA as diffusers saves it by peft."""
    found: Tensors = {}
    for part in ("unet", *MODELS[name][2]):
        for each, layer in layers_of(getattr(pipeline, part)).items():
            found[f"{part}.{each}.lora_A.weight"], found[f"{part}.{each}.lora_B.weight"] = halves(layer)
    return found


WRITERS = {"kohya": of_kohya, "peft": of_peft}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both pipelines, each in a folder, and a LoRA of each in every form."""
    place = tmp_path_factory.mktemp("lora")
    for name, (make, *_) in MODELS.items():
        pipeline = make()
        pipeline.save_pretrained(place / name)
        for form, tensors_of in WRITERS.items():
            torch.manual_seed(8)
            save_file(tensors_of(name, pipeline), place / f"{name}-{form}.safetensors")
    return place


@pytest.mark.parametrize(
    ("name", "form", "weight"), [("sd", "kohya", 0.6), ("sd", "peft", 1), ("sdxl", "kohya", 1), ("sdxl", "peft", 0.6)]
)
def test_a_lora_draws_what_diffusers_draws_with_it(folder: Path, name: str, form: str, weight: float) -> None:
    make, solver, _ = MODELS[name]
    pipeline, file = make(), folder / f"{name}-{form}.safetensors"
    checkpoint = read_checkpoint(folder / name, Answers(lora=f"{file}:{weight}"))
    x = noise(checkpoint.denoiser.shape, 1)
    found, plain = (
        ours(each.conditioned(guidance=3.0, prompt=PROMPT), pipeline, solver, x)
        for each in (checkpoint.denoiser, read_checkpoint(folder / name).denoiser)
    )
    pipeline.load_lora_weights(file, adapter_name="a")
    pipeline.set_adapters("a", weight)
    expected = theirs(pipeline, x, prompt=PROMPT, guidance_scale=3.0)
    assert difference(found, expected) < 1e-5
    assert difference(plain, expected) > 1e-3
    row = next(row for row in card_of(checkpoint) if row.key == "lora")
    assert f"{file.name} at weight {weight:g} (rank 3, layers: " in str(row.text)


def test_the_settings_of_peft_and_older_names_are_read(folder: Path, tmp_path: Path) -> None:
    """Alpha from the header; halves under the names that diffusers had before peft."""
    kept = load_file(folder / "sd-peft.safetensors")
    q = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q"
    down, up = kept[f"{q}.lora_A.weight"], kept[f"{q}.lora_B.weight"]
    old = q.removeprefix("unet.").replace("to_q", "processor.to_q_lora")
    files: dict[str, tuple[Tensors, dict[str, object]]] = {
        "kohya": (
            {
                f"lora_unet_{q.removeprefix('unet.').replace('.', '_')}.{end}": each
                for end, each in (("lora_down.weight", down), ("lora_up.weight", up), ("alpha", torch.tensor(ALPHA)))
            },
            {},
        ),
        "peft": ({f"{q}.lora_A.weight": down, f"{q}.lora_B.weight": up}, {"unet.lora_alpha": ALPHA}),
        "old": ({f"{old}.down.weight": down, f"{old}.up.weight": up * ALPHA / RANK}, {}),
    }
    changed = []
    for name, (tensors, settings) in files.items():
        path = tmp_path / f"{name}.safetensors"
        save_file(tensors, path, {"lora_adapter_metadata": json.dumps(settings)})
        unet = tiny.tiny_guided_unet()
        (laid,) = lay_over([WeightedFile(path)], {"network": LayerNames.of_unet(unet)})
        assert laid.layers == 1
        changed.append(unet.get_submodule(q.removeprefix("unet.")).weight)
    assert all(torch.allclose(each, changed[0], atol=1e-7) for each in changed)


def test_a_core_between_the_halves_is_a_convolution_between_them(tmp_path: Path) -> None:
    torch.manual_seed(8)
    unet, name = tiny.tiny_guided_unet().requires_grad_(requires_grad=False), "lora_unet_down_blocks_0_resnets_0_conv2"
    layer = unet.down_blocks[0].resnets[0].conv2
    down, mid, up = torch.randn(2, 4, 1, 1), torch.randn(2, 2, 3, 3), torch.randn(4, 2, 1, 1)
    x = torch.randn(1, 4, 8, 8)
    between = nn.functional.conv2d(nn.functional.conv2d(x, down), mid, padding=1)
    expected = layer(x) + 0.5 * nn.functional.conv2d(between, up)
    parts = {"lora_down.weight": down, "lora_mid.weight": mid, "lora_up.weight": up}
    save_file({f"{name}.{end}": each for end, each in parts.items()}, tmp_path / "a.safetensors")
    lay_over([WeightedFile(tmp_path / "a.safetensors", 0.5)], {"network": LayerNames.of_unet(unet)})
    assert difference(layer(x), expected) < 1e-5


DOWN = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q.lora_down.weight"
UP = DOWN.replace("down.weight", "up.weight")
WRONG: Mapping[str, Tensors] = {
    "of 3x9 and 8x3, but the layer of this model is of 8x8": {DOWN: torch.zeros(3, 9), UP: torch.zeros(8, 3)},
    "of 3x8 and 8x2, but": {DOWN: torch.zeros(3, 8), UP: torch.zeros(8, 2)},
    "of 0x8 and 8x0, but": {DOWN: torch.zeros(0, 8), UP: torch.zeros(8, 0)},
    # Their product would have 10^11 numbers.
    "of 1x320000 and 320000x1, but": {DOWN: torch.zeros(1, 320_000), UP: torch.zeros(320_000, 1)},
    "changes lora_unet_down_blocks_7_proj, a layer that this model does not have": {
        "lora_unet_down_blocks_7_proj.lora_down.weight": torch.zeros(3, 8),
        "lora_unet_down_blocks_7_proj.lora_up.weight": torch.zeros(8, 3),
    },
    "is not a LoRA": {"down_blocks.0.conv.weight": torch.zeros(3, 8)},
    "is a LoHa": {"lora_unet_a.hada_w1_a": torch.zeros(3, 8)},
    "is a LoKr": {"lora_unet_a.lokr_w1": torch.zeros(3, 8)},
    "is a DoRA": {DOWN: torch.zeros(3, 8), DOWN.replace("lora_down.weight", "dora_scale"): torch.zeros(8)},
    "is not finite": {DOWN: torch.full((3, 8), float("nan")), UP: torch.zeros(8, 3)},
    "lacks the up half": {DOWN: torch.zeros(3, 8)},
    "which is no part of a LoRA": {DOWN: torch.zeros(3, 8), UP: torch.zeros(8, 3), "a.diff": torch.zeros(3)},
}


@pytest.mark.parametrize("said", WRONG)
def test_what_cannot_be_laid_over_is_told_in_one_sentence(tmp_path: Path, said: str) -> None:
    save_file(WRONG[said], tmp_path / "a.safetensors")
    with pytest.raises(CheckpointError) as raised:
        lay_over([WeightedFile(tmp_path / "a.safetensors")], {"network": LayerNames.of_unet(tiny.tiny_guided_unet())})
    assert said in str(raised.value)
    assert str(raised.value).endswith(".")


def test_a_file_that_is_gone_is_told_and_none_holds_against_it(folder: Path) -> None:
    with pytest.raises(CheckpointError, match="There is no file"):
        read_checkpoint(folder / "sd", Answers(lora="/gone:1"))
    row = next(row for row in card_of(read_checkpoint(folder / "sd", Answers(lora="none"))) if row.key == "lora")
    assert (row.value, str(row.text)) == ("", "none")


def test_no_file_beside_a_checkpoint_leads_to_a_lora(folder: Path) -> None:
    beside = file_beside(folder / "sd")
    beside.write_text(json.dumps({"lora": str(folder / "sd-peft.safetensors")}), encoding="utf-8")
    assert read_checkpoint(folder / "sd").answers.lora is None
    beside.unlink()


def test_the_shell_takes_several_this_time_alone(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    model, run = str(folder / "sd"), tmp_path / "run.npz"
    asked = ("--lora", f"{folder / 'sd-kohya.safetensors'}:0.6", "--lora", str(folder / "sd-peft.safetensors"))
    assert main(["sample", "--checkpoint", model, "--steps=1", "--batch=1", *asked, "-o", str(run)]) == 0
    recipe = recipe_in(run)
    assert recipe is not None
    assert recipe.run is not None
    assert recipe.run.answers["lora"] == "sd-kohya.safetensors:0.6; sd-peft.safetensors:1", "and no folder"
    assert main(["inspect", model, *asked]) == 0
    assert "sd-kohya.safetensors at weight 0.6 (rank 3, layers: " in capsys.readouterr().out
    for none in ([], ["--lora", "none"]):
        assert main(["inspect", model, *none]) == 0
        assert "at weight" not in capsys.readouterr().out
    assert main(["inspect", model, "--lora", "a:strong"]) == 2
    assert "The weight of a is “strong”; it must be a number from -10 to 10" in capsys.readouterr().err
