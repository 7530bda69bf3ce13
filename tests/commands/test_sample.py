"""`ddpm-studio sample`, from its arguments to the file, with a network small enough for tests."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence
from torch import Tensor

from ddpm_studio import signals
from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.remembered import recalled
from ddpm_studio.cli import main
from ddpm_studio.files.pictures import open_picture
from ddpm_studio.sampling import Step, engine
from ddpm_studio.sampling.walk import Walk
from tests.checkpoints.tiny import save_pipeline, tiny_unet

Captured = pytest.CaptureFixture[bytes]

OWN_STEPS = "its scheduler has others"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_pipeline(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_pipeline(tmp_path_factory.mktemp("classes"), tiny_unet(num_class_embeds=3)))


def arrays_in(path: Path) -> dict[str, np.ndarray]:
    with np.load(path) as arrays:
        return dict(arrays)


def sampled(checkpoint: str, path: Path, *arguments: str) -> dict[str, np.ndarray]:
    """The arrays that a short run wrote."""
    assert main(["sample", "--checkpoint", checkpoint, "--steps=4", "--batch=2", *arguments, "-o", str(path)]) == 0
    return arrays_in(path)


def test_a_picture_of_the_batch_and_nothing_said(tiny: str, tmp_path: Path, capsysbinary: Captured) -> None:
    path = tmp_path / "grid.png"
    assert main(["sample", "--checkpoint", tiny, "--steps", "3", "--batch", "5", "-o", str(path)]) == 0
    assert capsysbinary.readouterr() == (b"", b"")
    with Image.open(path) as image:
        assert (image.mode, image.size) == ("RGB", (3 * 64 + 2 * 4, 2 * 64 + 4))
    assert [path.name for path in tmp_path.iterdir()] == ["grid.png"]


def test_standard_output_is_the_same_picture(tiny: str, tmp_path: Path, capsysbinary: Captured) -> None:
    arguments = ["sample", "--checkpoint", tiny, "--steps=2", "--batch=1"]
    assert main([*arguments, "-o", str(tmp_path / "a.png")]) == 0
    assert main(arguments) == 0
    assert capsysbinary.readouterr().out == (tmp_path / "a.png").read_bytes()


def test_arrays_of_the_run(tiny: str, tmp_path: Path) -> None:
    arrays = sampled(tiny, tmp_path / "run.npz")
    assert json.loads(arrays.pop("recipe").item())["run"]
    assert {name: (array.shape, str(array.dtype)) for name, array in arrays.items()} == {
        "samples": ((2, 8, 8, 3), "uint8"),
        "x": ((2, 3, 8, 8), "float32"),
        "steps": ((4,), "int64"),
        "timesteps": ((4,), "float64"),
        "frames_x": ((4, 2, 8, 8, 3), "uint8"),
        "frames_x0": ((4, 2, 8, 8, 3), "uint8"),
    }
    assert arrays["timesteps"].tolist() == [999, 749, 499, 249]
    np.testing.assert_array_equal(arrays["samples"], arrays["frames_x"][-1])
    np.testing.assert_allclose(arrays["samples"], (arrays["x"].transpose(0, 2, 3, 1) + 1) * 127.5, atol=0.51)


@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_the_way_from_noise_as_an_animation(tiny: str, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"run.{suffix}"
    assert main(["sample", "--checkpoint", tiny, "--steps=4", "--batch=1", "-o", str(path)]) == 0
    with Image.open(path) as image:
        assert (len(ImageSequence.all_frames(image)), image.size) == (4, (64, 64))


@pytest.mark.parametrize("suffix", ["png", "gif", "webp"])
def test_pictures_of_one_channel_are_gray(tmp_path: Path, suffix: str) -> None:
    gray = save_pipeline(tmp_path / "gray", tiny_unet(in_channels=1, out_channels=1))
    path = tmp_path / f"run.{suffix}"
    assert main(["sample", "--checkpoint", str(gray), "--steps=2", "--batch=2", "-o", str(path)]) == 0
    with Image.open(path) as image:
        frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.all_frames(image)]
    assert all((frame == frame[..., :1]).all() for frame in frames)
    assert open_picture(path).mode == "L"


def test_the_seed_decides(tiny: str, tmp_path: Path) -> None:
    seeds = [sampled(tiny, tmp_path / "run.npz", "--solver=ddpm", f"--seed={seed}")["x"] for seed in (1, 1, 2)]
    np.testing.assert_array_equal(seeds[0], seeds[1])
    assert np.abs(seeds[0] - seeds[2]).max() > 0.1


def test_options_of_the_solver_and_the_spacing(tiny: str, tmp_path: Path) -> None:
    def timesteps(*arguments: str) -> list[float]:
        return sampled(tiny, tmp_path / "run.npz", *arguments)["timesteps"].tolist()

    assert timesteps("--spacing", "leading") == [750, 500, 250, 0]
    along = timesteps("--along", "cosine:T=1000")
    assert along != timesteps()
    assert any(not value.is_integer() for value in along)
    assert len(timesteps("--solver", "heun")) == 7
    assert timesteps("--spacing", "leading:offset=1") == [751, 501, 251, 1]
    assert timesteps("--spacing", "leading | start=0.5") == [250, 0]
    config = tmp_path / "scheduler_config.json"
    config.write_text('{"_class_name": "PNDMScheduler", "steps_offset": 1, "skip_prk_steps": true}')
    assert timesteps("--spacing", f"file:{config}") == [751, 501, 251, 1]
    assert timesteps("--timesteps", "999,850,300,2") == [999, 850, 300, 2]
    taus = timesteps("--taus", "0.933333333333,0.857142857143,0.666666666667,0.333333333333,0")
    assert timesteps("--sigmas", "14,6,2,0.5,0") == pytest.approx(taus, abs=1e-3)
    assert timesteps("--sigmas", "sigmas:14,6,2,0.5,0") == timesteps("--sigmas", "14,6,2,0.5,0")
    plain, noisy = (sampled(tiny, tmp_path / "run.npz", "--solver=ddim", *eta)["x"] for eta in ((), ("--eta=1",)))
    first, third = (sampled(tiny, tmp_path / "run.npz", f"--order={order}")["x"] for order in (1, 3))
    for solver, *options in (
        ("dpm-solver++", "--steps=6", "--form=heun"),
        ("dpm-solver", "--method=singlestep"),
        ("dpm-solver++", "--steps=6", "--order=3", "--third=exact"),
        ("sde-dpm-solver++", "--eta=0.5"),
        ("euler-ancestral", "--eta=0"),
        ("unipc", "--variant=bh1"),
        ("ddpm", "--variance=fixed_large"),
    ):
        without = sampled(tiny, tmp_path / "run.npz", f"--solver={solver}", *options[:-1])["x"]
        assert np.abs(sampled(tiny, tmp_path / "run.npz", f"--solver={solver}", *options)["x"] - without).max() > 1e-5
    assert np.abs(plain - noisy).max() > 0.01
    assert np.abs(first - third).max() > 1e-4


def test_epsilon_of_ddim_is_as_the_library_of_the_checkpoint_has_it(tiny: str, tmp_path: Path) -> None:
    own, predicted, derived = (
        sampled(tiny, tmp_path / "run.npz", "--solver=ddim", "--clip=0.2", f"--epsilon={which}")["x"]
        for which in ("auto", "predicted", "derived")
    )
    np.testing.assert_array_equal(own, predicted)
    assert np.abs(own - derived).max() > 1e-3


def test_without_steps_a_short_schedule_is_walked_whole(tiny: str, tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    assert main(["sample", "--checkpoint", tiny, "--batch=1", "--along=cosine:T=3", "-o", str(path)]) == 0
    assert arrays_in(path)["steps"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--solver=plms", "--spacing=karras"],
            ["The timesteps are 18.3 to 210 apart.", "so this solver is less accurate. Use leading,"],
        ),
        (
            ["--along=cosine:T=50"],
            ["Levels beyond the noise the network was trained with: 1 of 10. They are moved"],
        ),
        (["--spacing=trailing"], []),
        (
            ["--third=exact"],
            ["third = exact has no effect here: it needs multistep, order 3", "the same with third = published. Leave"],
        ),
        (["--third=exact", "--order=3"], []),
        (["--third=published"], []),
    ],
)
def test_what_is_worth_knowing_about_the_levels_is_said_on_a_terminal(
    tiny: str,
    tmp_path: Path,
    capsysbinary: Captured,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    words: list[str],
) -> None:
    asked = ["sample", "--checkpoint", tiny, "--steps=10", "--batch=1", *arguments, "-o", str(tmp_path / "a.png")]
    assert main(asked) == 0
    assert capsysbinary.readouterr().err == b""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(asked) == 0
    lines = capsysbinary.readouterr().err.decode().splitlines()
    notes = [line for line in lines if line.startswith("note: ") and OWN_STEPS not in line]
    assert len(notes) == bool(words)
    assert all(word in note for note in notes for word in words)


@pytest.mark.parametrize(
    ("typed", "told"), [([], 1), (["--spacing=trailing"], 0), (["--along=linear"], 0), (["--steps=1"], 0)]
)
def test_steps_of_the_scheduler_of_a_folder_are_told_where_they_are_others(
    tmp_path: Path, capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch, typed: list[str], told: int
) -> None:
    folder = save_pipeline(tmp_path / "net", timestep_spacing="linspace")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    asked = ["sample", "--checkpoint", str(folder), "--batch=1", "--steps=2", *typed, "-o", str(tmp_path / "a.png")]
    assert main(asked) == 0
    note = f"Steps are laid out by trailing; {OWN_STEPS}, which are --spacing linspace."
    assert capsysbinary.readouterr().err.decode().count(note) == told


def test_ddpm_takes_the_variance_of_the_checkpoint(tiny: str, tmp_path: Path) -> None:
    learned = save_pipeline(tmp_path / "learned", tiny_unet(out_channels=6), variance_type="learned_range")
    large = save_pipeline(tmp_path / "large", variance_type="fixed_large")
    ddpm = [sampled(path, tmp_path / "run.npz", "--solver=ddpm")["x"] for path in (tiny, str(large), str(learned))]
    assert np.abs(ddpm[0] - ddpm[1]).max() > 0.01
    assert np.isfinite(ddpm[2]).all()


@pytest.mark.parametrize(("typed", "notes"), [([], 0), (["--variance=fixed_large"], 1)])
def test_only_an_option_that_was_typed_is_said_to_have_no_effect(
    tmp_path: Path, capsysbinary: Captured, monkeypatch: pytest.MonkeyPatch, typed: list[str], notes: int
) -> None:
    """The variance of the checkpoint is not typed: one step adds no noise, whichever it is."""
    large = save_pipeline(tmp_path / "large", variance_type="fixed_large")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    asked = ["sample", "--checkpoint", str(large), "--solver=ddpm", "--steps=1", "--batch=1", *typed]
    assert main([*asked, "-o", str(tmp_path / "a.png")]) == 0
    assert capsysbinary.readouterr().err.decode().count("has no effect here") == notes


def test_clip(tiny: str, tmp_path: Path) -> None:
    bounded, free = (sampled(tiny, tmp_path / "run.npz", "--clip", clip)["x"] for clip in ("0.25", "inf"))
    assert np.abs(bounded).max() <= 0.25
    assert np.abs(free).max() > 1


def test_labels_and_guidance(classes: str, tmp_path: Path) -> None:
    pictures = [
        sampled(classes, tmp_path / "run.npz", *arguments)["x"]
        for arguments in ((), ("--label=0",), ("--label=1",), ("--label=1", "--guidance=3"))
    ]
    np.testing.assert_allclose(pictures[0][0], pictures[1][0], atol=1e-5)
    np.testing.assert_allclose(pictures[0][1], pictures[2][1], atol=1e-5)
    assert np.abs(pictures[2] - pictures[3]).max() > 1e-3


REFUSED = {
    "no steps": ("--steps=0", "“0” is not a whole number from 1 to"),
    "more steps than T": ("--steps=1001", "1001"),
    "negative eta": ("--solver=ddim --eta=-0.5", "eta of ddim is -0.5; choose from 0 to 1"),
    "eta elsewhere": ("--solver=unipc --eta=1", "unipc has no option “eta”"),
    "unknown solver": ("--solver=dmp-solver", "did you mean “dpm-solver”"),
    "unknown order": ("--order=7", "order of dpm-solver++ is 7; choose from 1, 2, 3"),
    "unknown ε": ("--epsilon=clipped", "There is no epsilon “clipped”; choose one of auto, predicted, derived"),
    "unknown form": ("--form=euler", "form of dpm-solver++ is “euler”; choose from midpoint, heun"),
    "form elsewhere": ("--solver=ddim --form=heun", "ddim has no option “form”"),
    "unknown spacing": ("--spacing=karas", "karras"),
    "two numbers of steps": ("--steps=3 --spacing=karras:steps=4", "steps is 3, but “karras:steps=4” says 4"),
    "a list that rises": ("--sigmas=1,2", "Number 2 of sigmas is 2"),
    "a list and a spacing": ("--sigmas=2,1 --spacing=karras", "not allowed with"),
    "steps that rise": ("--spacing=trailing:steps=3|reverse", "levels must fall strictly"),
    "a schedule for a spacing": ("--spacing=cosine", "“cosine” is a kind of schedule, not a spacing"),
    "unknown schedule": ("--along=cosin", "did you mean “cosine”"),
    "a schedule left empty": ("--along=", "There is no schedule kind “”"),
    "both": ("--along=cosine --spacing=karras", "not allowed with"),
    "no number": ("--clip=one", "argument --clip: “one” is not a number"),
    "a class that is no number": ("--label=cat", "argument --label: “cat” is not a whole number from 0"),
    "unknown device": ("--device=gpu", "no device “gpu” here"),
    "no such class": ("--label=1", "knows no classes"),
    "clip 0": ("--clip=0", "clip is 0"),
    "no pictures": ("--batch=0", "“0” is not a whole number from 1 to"),
    "no such checkpoint": ("--checkpoint=nowhere", "There is no checkpoint nowhere"),
    "unknown format": ("-o=grid.txt", "grid.txt does not end in one of .png, .gif, .webp, .npz"),
    "no such folder": ("-o=nowhere/grid.png", "its folder does not exist"),
}


@pytest.mark.parametrize(("arguments", "words"), REFUSED.values(), ids=REFUSED)
def test_bad_input(
    tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Captured, arguments: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    out = [] if "-o=" in arguments else ["-o=grid.png"]
    assert main(["sample", "--checkpoint", tiny, *out, *arguments.replace("-o=", "-o ").split()]) == 2
    said = capsysbinary.readouterr()
    assert said.out == b""
    assert words in said.err.decode()
    assert said.err.count(b"\n") == 1
    assert list(tmp_path.iterdir()) == []


def failing(walk: Walk) -> None:
    raise RuntimeError("it cannot be drawn like this")


def test_what_is_said_of_a_checkpoint_is_remembered_once_it_has_drawn(tmp_path: Path, capsysbinary: Captured) -> None:
    folder = save_pipeline(tmp_path / "tiny")
    arguments = ["sample", "--checkpoint", str(folder), "--steps=1", "--batch=1", "-o", str(tmp_path / "grid.png")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Walk, "advance", failing)
        assert main([*arguments, "--shape=16"]) == 2
    assert b"The network failed at step 1 of 1" in capsysbinary.readouterr().err
    assert recalled(folder).answers == Answers()
    assert main([*arguments, "--shape=32"]) == 0
    assert recalled(folder).answers == Answers(shape=(32, 32))
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".json"] == []


def test_epsilon_with_zero_terminal_snr(tmp_path: Path, capsysbinary: Captured) -> None:
    save_pipeline(tmp_path / "dark", rescale_betas_zero_snr=True)
    assert main(["sample", "--checkpoint", str(tmp_path / "dark"), "-o", str(tmp_path / "a.png")]) == 2
    assert "ε-prediction" in capsysbinary.readouterr().err.decode()
    assert main(["sample", "--checkpoint", str(tmp_path / "dark"), "--solver=plms", "-o", str(tmp_path / "a.png")]) == 2
    assert "ᾱ is 0" in capsysbinary.readouterr().err.decode()


def stopping(monkeypatch: pytest.MonkeyPatch, after: int, make: Callable[[], None]) -> None:
    """Let every run do something else in place of its step number `after`."""
    whole = engine._steps

    def steps(*arguments: Any) -> Iterator[Step]:
        for step in whole(*arguments):
            if step.index == after:
                make()
            yield step

    monkeypatch.setattr(engine, "_steps", steps)


def interrupt() -> None:
    signals.take(signal.SIGINT)


@pytest.mark.parametrize("suffix", ["png", "gif", "npz"])
def test_what_is_done_stays(tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    path = tmp_path / f"run.{suffix}"
    monkeypatch.setattr(signals, "_latest", float("-inf"))
    stopping(monkeypatch, 1, interrupt)
    assert main(["sample", "--checkpoint", tiny, "--steps=5", "--batch=2", "-o", str(path)]) == 130
    if suffix == "npz":
        arrays = arrays_in(path)
        assert arrays["steps"].tolist() == [0, 1]
        np.testing.assert_array_equal(arrays["samples"], arrays["frames_x0"][-1])
    else:
        with Image.open(path) as image:
            assert image.size == (132, 64)


def test_nan_is_named_and_the_frames_before_it_stay(tmp_path: Path, capsysbinary: Captured) -> None:
    unet = tiny_unet(num_train_timesteps=1000, time_embedding_type="learned")
    with torch.no_grad():
        unet.time_proj.weight[:500] = 1e30
        unet.time_embedding.linear_1.weight.fill_(1e30)
    save_pipeline(tmp_path / "broken", unet)
    path = tmp_path / "run.npz"
    assert main(["sample", "--checkpoint", str(tmp_path / "broken"), "--steps=4", "-o", str(path)]) == 2
    assert "step 3 of 4 (timestep 499) is not finite" in capsysbinary.readouterr().err.decode()
    assert arrays_in(path)["steps"].tolist() == [0, 1]


def test_a_split_batch_is_told(
    tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Captured
) -> None:
    from ddpm_studio.checkpoints.families.diffusers.network import UNet2D

    whole = UNet2D.forward

    def small(self: UNet2D, x: Tensor, timesteps: Tensor, labels: Tensor | None = None) -> Tensor:
        if len(x) > 2:
            raise torch.OutOfMemoryError("out of memory")
        return whole(self, x, timesteps, labels)

    monkeypatch.setattr(UNet2D, "forward", small)
    assert main(["sample", "--checkpoint", tiny, "--steps=3", "--batch=4", "-o", str(tmp_path / "a.png")]) == 0
    assert capsysbinary.readouterr().err == b"out of memory, so pictures are drawn 2 at a time\n"


def test_memory_that_does_not_suffice_is_named_and_the_frames_before_it_stay(
    tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: Captured
) -> None:
    whole = Walk.enter

    def enter(walk: Walk, row: int) -> None:
        if row == 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        whole(walk, row)

    monkeypatch.setattr(Walk, "enter", enter)
    path = tmp_path / "run.npz"
    assert main(["sample", "--checkpoint", tiny, "--steps=4", "--batch=3", "-o", str(path)]) == 2
    error = capsysbinary.readouterr().err.decode()
    assert error.startswith("ddpm-studio: 3 pictures do not fit into the memory of ")
    assert arrays_in(path)["steps"].tolist() == [0, 1]
