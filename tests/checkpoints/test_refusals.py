"""What cannot be opened is refused in one sentence that says why, and nothing in it is run."""

from __future__ import annotations

import json
import os
import pickle
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from ddpm_studio.checkpoints import Answers, UnansweredError, UnsupportedError, open_checkpoint, opening
from ddpm_studio.checkpoints.answers import shape_from
from ddpm_studio.checkpoints.opening import read_checkpoint
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import CheckpointError, StudioError
from tests.checkpoints.tiny import save_pipeline

WEIGHTS = "unet/diffusion_pytorch_model.safetensors"
CONFIG, SCHEDULER = "unet/config.json", "scheduler/scheduler_config.json"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_pipeline(tmp_path_factory.mktemp("saved"))


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "pipeline"))


def refused(path: Path | str) -> str:
    with pytest.raises(StudioError) as error:
        open_checkpoint(path)
    sentence = str(error.value)
    assert "\n" not in sentence
    assert "Error" not in sentence
    return sentence


def change(path: Path, **settings: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | settings))


@pytest.mark.parametrize(
    ("file", "settings", "words"),
    [
        (CONFIG, {"_class_name": "UNet2DConditionModel"}, "is a text-guided network, which"),
        (CONFIG, {"_class_name": "DiTTransformer2DModel"}, "is a DiT, which cannot be sampled here"),
        (
            "model_index.json",
            {"unet": ["diffusers", "UNet2DConditionModel"]},
            "is a text-guided network, which cannot be sampled here: it draws pictures",
        ),
        (
            "model_index.json",
            {"vqvae": ["diffusers", "VQModel"]},
            "is a latent diffusion model, which cannot be sampled here",
        ),
        ("model_index.json", {"unet": None, "_class_name": "OtherPipeline"}, "is a folder with a OtherPipeline"),
        (
            CONFIG,
            {"time_embedding_type": "fourier"},
            "is a score SDE network, which cannot be sampled here: it is conditioned on σ",
        ),
        (CONFIG, {"class_embed_type": "identity"}, "class_embed_type “identity”, which cannot"),
        (CONFIG, {"out_channels": 4}, "of 3 channels in and 4 out"),
        (CONFIG, {"sample_size": 0}, "sample_size in"),
        (CONFIG, {"sample_size": "big"}, "is 'big'; it must be a whole number above 0"),
        (CONFIG, {"down_block_types": ["Wrong", "Wrong"]}, "does not describe a UNet2DModel that diffusers can build"),
        (CONFIG, {"block_out_channels": [8, 16, 32]}, "does not describe a UNet2DModel"),
        (CONFIG, {"block_out_channels": [8, 24]}, "but config.json asks for"),
        (CONFIG, {"layers_per_block": 2}, "which the network in config.json needs"),
        (CONFIG, {"mid_block_type": None}, "which the network in config.json has no place for"),
        (SCHEDULER, {"prediction_type": "flow"}, "prediction_type “flow”, which"),
        (
            SCHEDULER,
            {"_class_name": "EDMEulerScheduler", "prediction_type": "sample"},
            "prediction_type “sample”, which",
        ),
        (SCHEDULER, {"_class_name": "EDMEulerScheduler", "sigma_data": "0.5"}, "sigma_data in"),
        (SCHEDULER, {"_class_name": "EDMEulerScheduler", "sigma_data": 1e5}, "choose from 0.001 to 1000"),
        (SCHEDULER, {"_class_name": "EDMEulerScheduler", "sigma_max": "80"}, "sigma_max in"),
        (SCHEDULER, {"_class_name": "EDMEulerScheduler", "rho": 0.1}, "rho is 0.1"),
        (SCHEDULER, {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 0}, "shift is 0"),
        (SCHEDULER, {"_class_name": "FlowMatchEulerDiscreteScheduler", "num_train_timesteps": 0.5}, "T is 0.5"),
        (
            SCHEDULER,
            {"_class_name": "UniPCMultistepScheduler", "use_flow_sigmas": True},
            "give --prediction-type flow_prediction",
        ),
        (SCHEDULER, {"beta_schedule": "linea"}, "did you mean “linear”"),
        (SCHEDULER, {"num_train_timesteps": 0}, "T is 0"),
        (SCHEDULER, {"clip_sample_range": -1}, "clip_sample_range in"),
        (SCHEDULER, {"clip_sample_range": 10**400}, "is inf; it must be a finite number above 0"),
        (SCHEDULER, {"thresholding": True, "sample_max_value": -(10**400)}, "it must be a number from 1 on, or null"),
        (CONFIG, {"norm_eps": "1e-5"}, "is '1e-5'; it must be a finite number"),
        (CONFIG, {"norm_eps": 10**400}, "is inf; it must be a finite number"),
    ],
)
def test_settings(folder: Path, file: str, settings: dict[str, object], words: str) -> None:
    change(folder / file, **settings)
    assert words in refused(folder)


def test_a_config_that_names_no_class(folder: Path) -> None:
    (folder / CONFIG).write_text("{}")
    assert "unet is a folder with a network of an unknown class, which cannot be sampled here" in refused(folder)
    (folder / "model_index.json").write_text("{}")
    assert "is a folder with a pipeline of an unknown class, which cannot be sampled here" in refused(folder)


def test_a_scheduler_that_names_no_class(folder: Path) -> None:
    (folder / SCHEDULER).write_text("{}")
    assert "is the config of an unknown scheduler, which does not say its schedule and prediction" in refused(folder)


def test_a_scheduler_whose_noise_levels_are_not_known(folder: Path) -> None:
    (folder / SCHEDULER).write_text(json.dumps({"_class_name": "SCMScheduler"}))
    sentence = refused(folder)
    assert "is the config of SCMScheduler, which does not say its schedule and prediction type" in sentence
    assert "give --schedule linear:T=1000 --prediction-type epsilon" in sentence


@pytest.mark.parametrize("name", ["ScoreSdeVe", "IPNDM", "ConsistencyDecoder"])
def test_a_scheduler_of_which_only_the_noise_levels_are_known(folder: Path, name: str) -> None:
    (folder / SCHEDULER).write_text(json.dumps({"_class_name": f"{name}Scheduler"}))
    assert "which does not say its prediction type; give --prediction-type epsilon" in refused(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a": ' * 100_000, b"\xff\xfe", b"null"])
@pytest.mark.parametrize("file", ["model_index.json", CONFIG, SCHEDULER])
def test_broken_json(folder: Path, file: str, content: bytes) -> None:
    (folder / file).write_bytes(content)
    assert str(folder / file) in refused(folder)


def test_truncated_weights(folder: Path) -> None:
    path = folder / WEIGHTS
    path.write_bytes(path.read_bytes()[:-100])
    assert f"{path} cannot be read" in refused(folder)


def test_weights_that_are_not_finite(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    tensors["conv_in.bias"][0] = float("nan")
    save_file(tensors, folder / WEIGHTS)
    assert "conv_in.bias" in refused(folder)


def test_no_weights(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    assert "has no weights" in refused(folder)


def test_a_git_lfs_pointer(folder: Path) -> None:
    (folder / WEIGHTS).write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n")
    assert "git lfs pull" in refused(folder)


@pytest.mark.parametrize("names", [{}, {"a": "../outside.safetensors"}, {"a": "/etc/passwd"}, ["a"]])
def test_an_index_that_leads_elsewhere(folder: Path, names: object) -> None:
    (folder / WEIGHTS).unlink()
    index = folder / f"{WEIGHTS}.index.json"
    index.write_text(json.dumps({"weight_map": names}))
    assert f"{index} does not list the weight files" in refused(folder)


def test_a_shard_that_is_missing(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    (folder / f"{WEIGHTS}.index.json").write_text(json.dumps({"weight_map": {"a": "shard-1.safetensors"}}))
    assert "shard-1.safetensors is missing" in refused(folder)


class Bomb:
    """Unpickled, it leaves a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_is_not_run(folder: Path, tmp_path: Path, zipped: bool) -> None:
    (folder / WEIGHTS).unlink()
    path = folder / "unet" / "diffusion_pytorch_model.bin"
    if zipped:
        torch.save({"conv_in.weight": Bomb(tmp_path / "run")}, path)
    else:
        path.write_bytes(pickle.dumps({"conv_in.weight": Bomb(tmp_path / "run")}, protocol=2))
    assert "is a pickle that calls builtins.getattr" in refused(folder)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("model.pkl", b"\x80\x04abc", "damaged or cut short"),
        ("model.pt", b"PK\x03\x04", "damaged or cut short"),
        ("model.ckpt", b"\x80\x02}q", "damaged or cut short"),
        ("model.safetensors", b"\x08\0\0\0\0\0\0\0{}", "damaged or cut short"),
        ("model.safetensors", b"version https://git-lfs.github.com/spec/v1", "git lfs pull"),
        ("model.txt", b"hello", "is text, not a checkpoint"),
        ("model.pt", b"", "is empty"),
    ],
)
def test_single_files(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    sentence = refused(tmp_path / name)
    assert words in sentence
    assert str(tmp_path / name) in sentence


CUT = '{"_class_name": "DDPMScheduler", "beta_start": 0.0001, "beta_'
ASTRAY = {
    "cut.json": (CUT, "^Not a checkpoint but the config of .* it may be cut off: .* custom:path="),
    "scheduler_config.json": (
        f"<<<<<<< HEAD\n{CUT}",
        "^Not a checkpoint but the config of a .* unfinished merge, .* custom:path=",
    ),
    "bounds.json": (
        '{"_class_name": "DDIMScheduler", "beta_start": 0.1, "beta_end": 7}',
        "^Not a checkpoint but the config of a scheduler: .*beta_end is 7; .* custom:path=",
    ),
    "discrete.json": ('{"_class_name": "VQDiffusionScheduler"}', "so it holds no schedule.$"),
    "network/scheduler_config.json": (
        '{"_class_name": "UNet2DModel"}',
        "is the config of UNet2DModel, which is not a scheduler .*; open the scheduler_config.json of its pipeline.$",
    ),
    "betas.json": ('{"betas": [0.1, 0.2, ', "^Not a checkpoint but JSON: .* it may be cut off: .* custom:path="),
    "lists.json": ("[[[[", "^Not a checkpoint but JSON: .* it may be cut off: .* custom:path="),
    "text.csv": (
        "t,beta\n1,0.1\n2,abc\n",
        "^Not a checkpoint but a table or list of numbers: β_2 .* 'abc'; .* custom:path=",
    ),
    "steps.txt": ("14.6, 7, 3\n", "is a list of steps, not a checkpoint; give it as --spacing file:"),
    "timesteps.json": (
        '{"timesteps": [999, 500, 0]}',
        "is a list of steps, not a checkpoint; give it as --spacing file:",
    ),
    "two.json": (
        json.dumps([{"schedule": name, "betas": [0.1, 0.2]} for name in "ab"]),
        "holds several schedules, and no network; ddpm-studio .*two.json shows them in the window",
    ),
    "note.txt": ("Dear all, 3 thoughts.", "is text, not a checkpoint; choose a file with a network's weights"),
    "pointer.json": ("version https://git-lfs.github.com/spec/v1", "is a Git LFS pointer, not the file itself"),
}
"""Texts that are given as a checkpoint, and what is said of each."""


@pytest.mark.parametrize("name", ASTRAY)
def test_texts_say_what_they_are_and_where_they_go(tmp_path: Path, name: str) -> None:
    content, words = ASTRAY[name]
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(content, "utf-8")
    assert re.search(words, refused(tmp_path / name))


def test_a_mended_table_is_the_schedule_that_was_named(tmp_path: Path) -> None:
    path = tmp_path / "text.csv"
    path.write_text("t,beta\n1,0.1\n2,abc\n", "utf-8")
    spec = refused(path).rpartition("mended, it is ")[2].removesuffix(".")
    path.write_text("t,beta\n1,0.1\n2,0.2\n", "utf-8")
    assert Schedule.parse(spec).betas.tolist() == [0.1, 0.2]


def test_a_folder_of_something_else(tmp_path: Path) -> None:
    assert "holds neither model_index.json nor" in refused(tmp_path)
    assert "holds neither model_index.json nor" in refused(tmp_path.anchor)


def test_a_folder_that_lacks_its_network(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text('{"unet": ["diffusers", "UNet2DModel"]}')
    assert "config.json" in refused(tmp_path)


@pytest.mark.parametrize("name", ["nowhere", "a/b/c", "", "a\0b", "x" * 5000])
def test_nothing_of_this_name(name: str) -> None:
    assert ("There is no checkpoint" if name else "The name of the checkpoint is empty") in refused(name)


def test_the_error_is_the_checkpoints(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError):
        open_checkpoint(tmp_path)


@pytest.mark.parametrize("name", ["x" * 5000, "x" * 256, "..", ".", "", "a\0b", "/dev/zero", "../unet"])
def test_an_index_that_names_what_no_file_beside_it_is_called(folder: Path, name: str) -> None:
    (folder / WEIGHTS).unlink()
    (folder / f"{WEIGHTS}.index.json").write_text(json.dumps({"weight_map": {"a": name}}))
    sentence = refused(folder)
    assert "does not list the weight files" in sentence or "is missing" in sentence
    assert sentence.isprintable()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
@pytest.mark.parametrize(
    "name", [WEIGHTS, f"{WEIGHTS}.index.json", CONFIG, SCHEDULER, "model_index.json", "unet/shard"]
)
def test_a_pipe_in_place_of_a_file(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)
    if name in (f"{WEIGHTS}.index.json", "unet/shard"):
        (folder / WEIGHTS).unlink()
    if name == "unet/shard":
        (folder / f"{WEIGHTS}.index.json").write_text(json.dumps({"weight_map": {"a": "shard"}}))
    os.mkfifo(folder / name)
    if name == SCHEDULER:  # Without it, a network is complete.
        open_checkpoint(folder)
    else:
        refused(folder)


@pytest.mark.parametrize("file", ["model_index.json", CONFIG, SCHEDULER])
def test_json_that_would_take_gigabytes(folder: Path, file: str) -> None:
    (folder / file).write_text("[" + "[]," * 2_000_000 + "[]]")
    assert "would take more than" in refused(folder)


def test_what_takes_too_long(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PATIENCE_S", -1000)
    assert "was not read within" in refused(folder)


@pytest.mark.parametrize("place", ["", "scheduler"])
def test_a_folder_with_a_scheduler_alone_has_its_schedule(tmp_path: Path, place: str) -> None:
    (tmp_path / place).mkdir(exist_ok=True)
    config = '{"_class_name": "DDIMScheduler", "beta_schedule": "squaredcos_cap_v2", "num_train_timesteps": 50}'
    (tmp_path / place / "scheduler_config.json").write_text(config)
    with pytest.raises(UnsupportedError, match=r"is a folder with a scheduler, .*only its schedule can be taken"):
        read_checkpoint(str(tmp_path))
    assert Schedule.parse(f"custom:path={tmp_path}").betas.tolist() == Schedule("cosine", 50).betas.tolist()


LFS, MERGE = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n", '{\n<<<<<<< HEAD\n"a": 1\n=======\n'
TEXTS = {LFS: "is a Git LFS pointer", "<!DOCTYPE html><html>404": "is a web page", MERGE: "unfinished merge, <<<<<<<"}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("file", ["model_index.json", CONFIG, SCHEDULER])
def test_other_texts_in_the_place_of_json(folder: Path, file: str, text: str) -> None:
    (folder / file).write_text(text)
    assert TEXTS[text] in refused(folder)


@pytest.mark.parametrize("text", [*TEXTS, "", "{", "[]"])
def test_a_scheduler_that_is_no_config_is_not_needed_where_all_is_said(folder: Path, text: str) -> None:
    (folder / SCHEDULER).write_text(text)
    said = Answers(schedule=Schedule("cosine", 50), prediction_type="v_prediction")
    opened = open_checkpoint(folder, said)
    assert (str(opened.schedule), opened.prediction_type) == (str(Schedule("cosine", 50)), "v_prediction")
    for part in (replace(said, schedule=None), replace(said, prediction_type=None)):
        with pytest.raises(StudioError, match="scheduler_config"):
            open_checkpoint(folder, part)


def pipeline(name: str, **classes: str) -> dict[str, object]:
    return {"_class_name": name, **{part: ["diffusers", kind] for part, kind in classes.items()}}


STABLE = "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012"
PIPELINES = {
    "is a latent diffusion model": pipeline("OtherPipeline", unet="UNet2DConditionModel", vae="AutoencoderKL"),
    "is Stable Diffusion XL": pipeline(
        "OtherPipeline",
        unet="UNet2DConditionModel",
        vae="AutoencoderKL",
        text_encoder_2="CLIPTextModelWithProjection",
    ),
    "is DeepFloyd IF": pipeline("IFPipeline", unet="UNet2DConditionModel", text_encoder="T5EncoderModel"),
    "is Flux": pipeline("OtherPipeline", transformer="FluxTransformer2DModel", vae="AutoencoderKL"),
    "is Stable Diffusion 3": pipeline("OtherPipeline", transformer="SD3Transformer2DModel"),
    "is a DiT": pipeline("OtherDiTPipeline", transformer="DiTTransformer2DModel", vae="AutoencoderKL"),
    "is Wan": pipeline("WanPipeline", transformer="WanTransformer3DModel", vae="AutoencoderKLWan"),
    "is HunyuanVideo": pipeline("HunyuanVideoPipeline", transformer="HunyuanVideoTransformer3DModel"),
    "is a video model": pipeline("StableVideoDiffusionPipeline", unet="UNetSpatioTemporalConditionModel"),
    "is a latent diffusion model, which": pipeline("OtherPipeline", unet="UNet2DModel", vqvae="VQModel"),
}
NETWORKS = {
    "is an autoencoder": {"_class_name": "AutoencoderKL"},
    "is a TAESD": {"_class_name": "AutoencoderTiny"},
    "is a ControlNet": {"_class_name": "ControlNetModel"},
    "is Flux": {"_class_name": "FluxTransformer2DModel"},
    "is a text encoder": {"architectures": ["CLIPTextModel"], "model_type": "clip_text_model"},
    "is a language model": {"architectures": ["LlamaForCausalLM"]},
    "is the U-Net of a latent diffusion model": {"_class_name": "UNet2DConditionModel", "in_channels": 4},
    "is a text-guided network": {"_class_name": "UNet2DConditionModel", "in_channels": 3},
}


@pytest.mark.parametrize("words", PIPELINES)
def test_pipelines_by_their_names_and_with_their_schedules(tmp_path: Path, words: str) -> None:
    (tmp_path / "model_index.json").write_text(json.dumps(PIPELINES[words]))
    assert words in refused(tmp_path)
    assert ("latent" in refused(tmp_path)) == ("DeepFloyd" not in words)
    (tmp_path / "scheduler").mkdir()
    config = {
        "_class_name": "PNDMScheduler",
        "beta_schedule": "scaled_linear",
        "beta_start": 0.00085,
        "beta_end": 0.012,
    }
    (tmp_path / SCHEDULER).write_text(json.dumps(config))
    with pytest.raises(UnsupportedError, match=rf"only its schedule can be taken, {STABLE}, as custom:path=") as error:
        read_checkpoint(str(tmp_path))
    assert str(error.value.schedule) == STABLE
    assert Schedule.parse(f"custom:path={tmp_path}").betas.tolist() == Schedule.parse(STABLE).betas.tolist()
    (tmp_path / SCHEDULER).write_text(LFS)
    assert "can be taken" not in refused(tmp_path)


GUIDED, FLUX = {"unet": "UNet2DConditionModel", "vae": "AutoencoderKL"}, {"transformer": "FluxTransformer2DModel"}
NAMED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "StableDiffusionInpaintPipeline": ("a pipeline that fills in parts of pictures", GUIDED),
    "StableDiffusionXLInpaintPipeline": ("a pipeline that fills in parts of pictures", GUIDED),
    "FluxFillPipeline": ("a pipeline that fills in parts of pictures", FLUX),
    "FluxControlPipeline": ("a pipeline with a ControlNet or the like", FLUX),
    "StableDiffusion3ControlNetPipeline": ("a pipeline with a ControlNet or the like", {}),
    "StableDiffusionControlNetPipeline": ("a pipeline with a ControlNet or the like", GUIDED),
    "FluxPriorReduxPipeline": ("a pipeline that changes pictures", {}),
    "FluxKontextPipeline": ("a pipeline that changes pictures", FLUX),
    "StableDiffusionInstructPix2PixPipeline": ("a pipeline that changes pictures", GUIDED),
    "LDMSuperResolutionPipeline": ("a pipeline that enlarges pictures", {"unet": "UNet2DModel", "vqvae": "VQModel"}),
    "StableDiffusionUpscalePipeline": ("a pipeline that enlarges pictures", GUIDED),
    "AnimateDiffPipeline": ("a video model", GUIDED),
    "CogVideoXPipeline": ("a video model", {"transformer": "CogVideoXTransformer3DModel"}),
    "LTXPipeline": ("a video model", {"transformer": "LTXVideoTransformer3DModel"}),
    "AudioLDMPipeline": ("an audio model", GUIDED),
    "AudioLDM2Pipeline": ("an audio model", {"unet": "AudioLDM2UNet2DConditionModel"}),
    "StableAudioPipeline": ("an audio model", {"transformer": "StableAudioDiTModel"}),
    "StableCascadeDecoderPipeline": ("Stable Cascade", {"decoder": "StableCascadeUNet"}),
    "KandinskyV22Pipeline": ("Kandinsky 2", {"unet": "UNet2DConditionModel", "movq": "VQModel"}),
    "Kandinsky3Pipeline": ("Kandinsky 3 or 5", {"unet": "Kandinsky3UNet"}),
    "UnCLIPPipeline": ("unCLIP", {"decoder": "UNet2DConditionModel"}),
    "IFInpaintingPipeline": ("DeepFloyd IF", {"unet": "UNet2DConditionModel"}),
    "SanaPipeline": ("Sana", {"transformer": "SanaTransformer2DModel"}),
    "QwenImagePipeline": ("Qwen-Image", {"transformer": "QwenImageTransformer2DModel"}),
    "Lumina2Pipeline": ("Lumina 2 or Z-Image", {"transformer": "Lumina2Transformer2DModel"}),
    "ZImagePipeline": ("Lumina 2 or Z-Image", {"transformer": "ZImageTransformer2DModel"}),
    "HiDreamImagePipeline": ("HiDream", {"transformer": "HiDreamImageTransformer2DModel"}),
    "CogView4Pipeline": ("CogView", {"transformer": "CogView4Transformer2DModel"}),
    "ChromaPipeline": ("Chroma", {"transformer": "ChromaTransformer2DModel"}),
    "Flux2Pipeline": ("Flux 2", {"transformer": "Flux2Transformer2DModel"}),
    "KolorsPipeline": ("Kolors", GUIDED),
}
"""Pipelines of diffusers that are not hosted, what each is called, and its networks."""


def test_what_is_not_hosted_is_refused_by_its_proper_name(tmp_path: Path) -> None:
    for name, (said, classes) in NAMED.items():
        (tmp_path / "model_index.json").write_text(json.dumps(pipeline(name, **classes)))
        assert f" is {said}, which cannot be sampled here: " in refused(tmp_path), name


@pytest.mark.parametrize("words", NETWORKS)
def test_folders_of_one_network_by_their_names(tmp_path: Path, words: str) -> None:
    (tmp_path / "config.json").write_text(json.dumps(NETWORKS[words]))
    sentence = refused(tmp_path)
    assert words in sentence
    assert "decode" not in sentence


FORMATS = {
    ("saved_model.pb", "variables/variables.index"): "is a SavedModel of TensorFlow",
    ("openvino_model.xml", "openvino_model.bin"): "is a network for OpenVINO",
    ("model.onnx",): "is a network in ONNX",
    ("flax_model.msgpack",): "is a network of Flax",
    ("model.tflite",): "is a network for TensorFlow Lite",
    ("Manifest.json", "Data/model.mlmodel"): "is a network for Core ML",
    ("pytorch_lora_weights.safetensors", "README.md"): "is a LoRA, which cannot be sampled here",
    ("adapter_config.json", "adapter_model.safetensors"): "is a LoRA, which cannot be sampled here",
    ("model.onnx", "model.pt"): "open what is in it, ",
    ("weights.ckpt", "notes.txt"): "open what is in it, ",
    ("model.safetensors", "optimizer.bin", "random_states_0.pkl", "custom_checkpoint_0.pkl"): "what is in it, ",
    ("model000100.pt", "opt000100.pt"): "open what is in it, ",
    ("checkpoint_3/model.safetensors", "logs/a.txt"): "open what is in it, ",
    ("model/config.json", "model_ema/config.json"): "open one of model, model_ema in it",
    ("a.pt", "b.pt"): ".pt in it, such as ",
    ("notes.txt",): "holds neither model_index.json",
    ("mine/model_index.json", "other/a.txt"): "open what is in it, ",
    (
        "checkpoint-500/unet_ema/config.json",
        "checkpoint-1000/unet/config.json",
    ): "checkpoint-1000, checkpoint-500 in it",
}


@pytest.mark.parametrize("names", FORMATS)
def test_folders_of_other_programs_by_the_names_in_them(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"\0")
    assert FORMATS[names] in refused(tmp_path)


PROGRAMS = {"Onnx": "is a network in ONNX", "Flax": "is a network of Flax", "OV": "is a network for OpenVINO"}


@pytest.mark.parametrize("program", PROGRAMS)
def test_pipelines_of_other_programs_with_their_schedules(tmp_path: Path, program: str) -> None:
    index = pipeline(f"{program}StableDiffusionPipeline", unet=f"{program}ModelUnet")
    (tmp_path / "model_index.json").write_text(json.dumps(index))
    (tmp_path / "unet").mkdir()
    assert PROGRAMS[program] in refused(tmp_path)
    (tmp_path / "scheduler").mkdir()
    (tmp_path / SCHEDULER).write_text('{"_class_name": "DDIMScheduler"}')
    assert "only its schedule can be taken, linear:T=1000" in refused(tmp_path)


@pytest.mark.parametrize("autoencoder", ["vae", "vqvae"])
@pytest.mark.parametrize("opened", ["", "unet"])
def test_a_network_beside_an_autoencoder_draws_latents(folder: Path, autoencoder: str, opened: str) -> None:
    (folder / "model_index.json").unlink()
    (folder / autoencoder).mkdir()
    open_checkpoint(folder / opened)
    (folder / autoencoder / "config.json").write_text('{"_class_name": "AutoencoderKL"}')
    assert "is a latent diffusion model, which cannot be sampled here: it draws latents" in refused(folder / opened)


def gguf(architecture: str) -> bytes:
    texts = {"general.name": "mine", "general.architecture": architecture}
    pairs = (len(key).to_bytes(8, "little") + key.encode() + b"\x08\0\0\0" for key in texts)
    values = (len(value).to_bytes(8, "little") + value.encode() for value in texts.values())
    return (
        b"GGUF\3\0\0\0"
        + bytes(8)
        + b"\2"
        + bytes(7)
        + b"".join(a + b for a, b in zip(pairs, values, strict=True))
        + b"z"
    )


ARCHITECTURES = {
    "flux": "is Flux, quantised in GGUF, which .* its kind usually has flow:T=1000,shift=3.16",
    "sdxl": "is Stable Diffusion XL, quantised in GGUF",
    "llama": "is a language model, quantised in GGUF",
    "mine": "of the quantised weights of mine, which cannot be sampled here",
}


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_gguf_is_named_by_its_architecture(tmp_path: Path, architecture: str) -> None:
    (tmp_path / "x.gguf").write_bytes(gguf(architecture))
    assert re.search(ARCHITECTURES[architecture], refused(tmp_path / "x.gguf"))


def test_files_of_openvino_and_other_xml(tmp_path: Path) -> None:
    (tmp_path / "model.xml").write_text('<?xml version="1.0"?>\n<net name="Model0" version="11">')
    assert "is a network for OpenVINO" in refused(tmp_path / "model.xml")
    (tmp_path / "model.bin").write_bytes(bytes(99))
    for name in ("model.xml", "model.bin"):
        assert "is a network for OpenVINO" in refused(tmp_path / name)
    (tmp_path / "other.xml").write_text('<?xml version="1.0"?>\n<rss>')
    assert "is an XML file" in refused(tmp_path / "other.xml")
    (tmp_path / "page.xml").write_text('<?xml version="1.0"?>\n<html>')
    assert "is a web page" in refused(tmp_path / "page.xml")


def test_the_newest_of_many_files_is_what_is_named(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"epoch_{number}.pt").write_bytes(b"\0")
        os.utime(tmp_path / f"epoch_{number}.pt", (number, number))
    sentence = refused(tmp_path)
    assert (
        f"open one of epoch_5.pt, epoch_4.pt, epoch_3.pt, epoch_2.pt, and 2 more in it, such as {tmp_path}" in sentence
    )
    assert sentence.endswith("epoch_5.pt.")


LEFT_OUT: dict[str, dict[str, object]] = {
    "σ": {"time_embedding_type": "fourier"},
    "vectors": {"class_embed_type": "timestep"},
    "channels": {"out_channels": 4},
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_the_schedule_beside_a_network_that_is_not_sampled_can_be_taken(folder: Path, name: str) -> None:
    change(folder / CONFIG, **LEFT_OUT[name])
    spec = refused(folder).partition("can be taken, ")[2].partition(", as ")[2].removesuffix(".")
    assert Schedule.parse(spec).betas.tolist() == Schedule("linear", 1000).betas.tolist()


@pytest.mark.parametrize("content", ['{"_class_name": "DDPMSched', "[]", '{"beta_schedule": "linear"}<<<<<<< HEAD'])
def test_a_scheduler_that_cannot_be_read_is_answered_for(folder: Path, content: str) -> None:
    (folder / SCHEDULER).write_text(content)
    with pytest.raises(
        UnansweredError, match=r"scheduler_config\.json is .*; or give --schedule .* --prediction-type"
    ) as error:
        read_checkpoint(folder)
    assert error.value.missing == ("schedule", "prediction_type")
    said = Answers(schedule=Schedule("cosine", 200), prediction_type="v_prediction")
    assert read_checkpoint(folder, said).denoiser.schedule == said.schedule
    with pytest.raises(StudioError, match=r"scheduler_config\.json"):
        Schedule.parse(f"custom:path={folder}")


def test_a_prediction_type_that_is_not_known_is_said(folder: Path) -> None:
    change(folder / SCHEDULER, prediction_type="flow")
    assert refused(folder).endswith(
        "“flow”, which does not say its prediction type; give --prediction-type flow_prediction."
    )
    assert read_checkpoint(folder, Answers(prediction_type="sample")).denoiser.prediction_type == "sample"


@pytest.mark.parametrize("gone", [CONFIG, WEIGHTS])
def test_what_a_folder_lacks_is_named(folder: Path, gone: str) -> None:
    (folder / gone).unlink()
    assert re.search(r"is missing; download the checkpoint|has no weights; download diffusion_pytorch", refused(folder))


@pytest.mark.parametrize("start", [b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!"])
def test_archives_are_to_be_unpacked(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "model.pt").write_bytes(start + bytes(600))
    assert refused(tmp_path / "model.pt").endswith(" archive; unpack it and open what is in it.")


@pytest.mark.parametrize(("side", "remedy"), [(7, "3x8x8"), (9, "3x10x10")])
def test_a_size_that_cannot_be_halved_names_one_that_can(folder: Path, side: int, remedy: str) -> None:
    with pytest.raises(CheckpointError, match=rf"more often than 3x{side}x{side} can be halved; use {remedy}\."):
        read_checkpoint(folder, Answers(shape=(side, side)))
    denoiser = read_checkpoint(folder, Answers(shape=shape_from(remedy))).denoiser
    assert denoiser.network(torch.zeros(1, *denoiser.shape), torch.zeros(1)).shape == (1, *denoiser.shape)
