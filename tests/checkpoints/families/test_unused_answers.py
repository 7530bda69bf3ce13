"""Answers of which a family knows more than the person: used and shown as theirs, or refused by their option."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from ddpm_studio.checkpoints import Answers, Origin, card_of, keep_answers, read_checkpoint
from ddpm_studio.checkpoints.answers import OPTIONS
from ddpm_studio.checkpoints.checkpoint import FAMILIES
from ddpm_studio.checkpoints.remembered import recalled, remember
from ddpm_studio.cli import main
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.families.diffusers.pipelines import original_transformer_files
from tests.checkpoints.families.diffusers.pipelines.original_files import MODELS
from tests.checkpoints.families.diffusers.pipelines.test_transformer_file import FLUX_PARTS, written
from tests.checkpoints.families.diffusers.test_ho_weights import as_ho
from tests.checkpoints.families.diffusers.test_ho_weights import network as ho_network
from tests.checkpoints.families.diffusers.test_ho_weights import saved as ho_saved
from tests.checkpoints.families.diffusers.test_unet2d_weights import TINY_SAID, weights
from tests.checkpoints.families.exported.test_family import EACH, export
from tests.checkpoints.families.lucidrains_files import buffers, linear, trainer_file
from tests.checkpoints.families.oracle import recorded
from tests.checkpoints.families.shared.apart.processes import apart_from
from tests.checkpoints.families.small import SAID_ALL, Table, made
from tests.checkpoints.families.test_guided_diffusion import answers as guided_answers
from tests.checkpoints.families.test_guided_diffusion import saved as guided_saved
from tests.checkpoints.families.test_own import TABLE
from tests.checkpoints.families.test_torchscript import script, trusted
from tests.checkpoints.tiny import save_pipeline, tiny_unet

pytestmark = pytest.mark.usefixtures("forked")

Opened = tuple[Path, Answers]

SAID: dict[str, Any] = {
    "heads": 2,
    "head_channels": 8,
    "up_heads": 2,
    "attention_order": "new",
    "rescale_timesteps": True,
    "release": "1.6.4",
    "groups": 2,
    "classes": 7,
    "null_label": 3,
    "conventions": "diffusers:norm_eps=1e-06",
    "size": (64, 64),
    "lora": "",
}
"""An answer of each kind that is not for every checkpoint."""


def own(folder: Path) -> Opened:
    torch.save(made(Table).state_dict(), folder / "table.pt")
    return folder / "table.pt", replace(SAID_ALL, network=TABLE)


def lucidrains(folder: Path) -> Opened:
    around = buffers(linear(50), "pred_noise")
    return trainer_file(folder / "model-1.pt", recorded("lucidrains", "0.27.8"), around), Answers(shape=(8, 16))


def stable_diffusion(folder: Path) -> Opened:
    pipeline, tensors_of = MODELS["sd1"][0](), MODELS["sd1"][1]
    pipeline.tokenizer.save_pretrained(folder / "tokenizer")
    save_file(tensors_of(pipeline), folder / "model.safetensors")
    return folder / "model.safetensors", Answers()


def flux(folder: Path) -> Opened:
    pipeline = original_transformer_files.flux()
    pipeline.save_pretrained(folder / "whole")
    tensors = original_transformer_files.original_flux(pipeline.transformer)
    return written(folder / "alone", tensors, folder / "whole", FLUX_PARTS), Answers()


FILES: dict[str, tuple[Callable[[Path], Opened], set[str]]] = {
    "diffusers folder": (lambda folder: (save_pipeline(folder / "model"), Answers()), set()),
    "weights of diffusers": (
        lambda folder: (weights(folder / "unet.safetensors", tiny_unet()), TINY_SAID),
        {"heads", "head_channels", "groups", "conventions"},
    ),
    "DDPM of Ho et al. 2020": (
        lambda folder: (ho_saved(folder / "ho.pt", as_ho(ho_network())), Answers(shape=(8, 8))),
        {"groups", "conventions"},
    ),
    "guided-diffusion": (
        lambda folder: (guided_saved(folder / "model.pt"), guided_answers("improved")),
        {"heads", "head_channels", "up_heads", "attention_order", "rescale_timesteps"},
    ),
    "denoising-diffusion-pytorch": (lucidrains, {"head_channels", "groups", "release"}),
    "Stable Diffusion in one file": (stable_diffusion, {"lora", "size"}),
    "Flux or Stable Diffusion 3 in one file": (flux, {"lora", "size"}),
    "own network": (own, set()),
    "TorchScript": (lambda folder: (script(made(Table), folder / "table.ts"), SAID_ALL), set()),
    "exported program": (
        lambda folder: (export(made(Table), folder / "table.pt2", dynamic_shapes=EACH), SAID_ALL),
        set(),
    ),
}
"""A file of each family with all that has to be said of it, and what else it takes."""


OWN, LABELS = ("own network", "TorchScript", "exported program"), "leave --(classes|null-label) out|give --classes"
"""Families that take labels, if the network in the file does, and what they say of one that doesn't."""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_every_family_and_answer_is_among_them() -> None:
    assert FILES.keys() == FAMILIES.keys() - {"k-diffusion", "weights for another program"}  # These are never opened.
    assert SAID.keys() == OPTIONS.keys() - {"shape", "schedule", "prediction_type", "network", "picture_range", "time"}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Opened]:
    """The file of each family, made once."""

    @cache
    def file_of(family: str) -> Opened:
        make, _ = FILES[family]
        return make(tmp_path_factory.mktemp("files"))

    return file_of


@pytest.mark.parametrize("family", FILES)
@pytest.mark.parametrize("name", SAID)
def test_an_answer_is_used_or_refused(family: str, name: str, opened: Callable[[str], Opened]) -> None:
    used, (path, said) = FILES[family][1], opened(family)
    if family == "TorchScript":
        trusted(path)
    asked = Answers(**{name: SAID[name]}).over(said)
    if name not in used:
        before = apart_from()
        with pytest.raises(CheckpointError) as refused:
            read_checkpoint(path, asked)
        words = LABELS if family in OWN and name in ("classes", "null_label") else OPTIONS[name].split()[0] + " out"
        if name == "size":  # In place of the shape, for which those ask that do not say it.
            words += "|give .*--shape"
        assert re.search(words, str(refused.value))
        assert not {*apart_from()}.difference(before), "while the error is kept"
        return
    (row,) = (row for row in card_of(read_checkpoint(path, asked)) if row.key == name)
    assert (row.origin, row.value) == (Origin.GIVEN, SAID[name])


def test_the_file_s_own_value_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = save_pipeline(tmp_path / "model", tiny_unet(num_class_embeds=5))
    assert main(["inspect", str(model), "--classes", "10", "--null-label", "3"]) == 2
    wrong = capsys.readouterr().err
    assert "(diffusers folder) has no use for classes 10 and null label 3, since it says itself: " in wrong
    assert "classes 5" in wrong
    assert "null label 4" in wrong
    assert "leave --classes --null-label out" in wrong
    assert main(["inspect", str(model), "--classes", "5", "--null-label", "4"]) == 0


def test_what_lies_beside_and_has_no_use_is_told_and_left_out(tmp_path: Path) -> None:
    model = save_pipeline(tmp_path / "model")
    beside = {"heads": 4, "picture_range": "0..1"}
    (tmp_path / "model.ddpm-studio.json").write_text(json.dumps(beside), encoding="utf-8")
    checkpoint = read_checkpoint(model)
    assert "nothing of heads 4 in model.ddpm-studio.json, which has no use here" in map(str, checkpoint.assumed)
    assert checkpoint.answers == Answers(picture_range="0..1")
    assert read_checkpoint(model, checkpoint.answers, alone=True).answers == checkpoint.answers


def test_what_is_remembered_and_has_no_use_is_left_out_and_forgotten(tmp_path: Path) -> None:
    """As earlier versions remembered what they took no notice of."""
    model = save_pipeline(tmp_path / "model")
    remember(recalled(model), Answers(heads=4, picture_range="0..1"))
    checkpoint = read_checkpoint(model)
    assert checkpoint.answers == checkpoint.given == Answers(picture_range="0..1")
    keep_answers(checkpoint)
    assert recalled(model).answers == Answers(picture_range="0..1")
