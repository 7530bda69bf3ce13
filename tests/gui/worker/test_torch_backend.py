"""The real machine under the window: a diffusers folder, opened and drawn with in the thread that samples."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot
from safetensors.torch import load_file, save_file
from torch import Tensor

from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.state.run import RunSpec, SamplerSpec
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from ddpm_studio.sampling import run
from ddpm_studio.sampling.drawing import drawn
from ddpm_studio.sampling.eight_bit import EightBit, as_bytes, to_eight_bit
from ddpm_studio.sampling.starting_picture import as_x0
from tests.gui.worker.fakes import Ears

ROWS = (SamplerSpec("ddpm", (), steps=4), SamplerSpec(steps=3, along=Schedule("cosine", 100)))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A UNet2DModel of random weights and one block."""
    from diffusers import UNet2DModel

    folder = tmp_path_factory.mktemp("unet") / "tiny"
    torch.manual_seed(0)
    blocks = {"down_block_types": ("DownBlock2D",), "up_block_types": ("UpBlock2D",), "block_out_channels": (8,)}
    UNet2DModel(sample_size=8, layers_per_block=1, norm_num_groups=4, **blocks).save_pretrained(folder)
    return folder


@pytest.fixture
def checkpoint(made_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made_once, tmp_path / "tiny"))


@pytest.fixture
def thread(qtbot: QtBot) -> Iterator[SamplingThread]:
    thread = SamplingThread()
    yield thread
    thread.close()


def test_a_run_draws_what_the_engine_draws(qtbot: QtBot, thread: SamplingThread, checkpoint: Path) -> None:
    ears = Ears(thread)
    spec = RunSpec(str(checkpoint), ROWS, seed=5, pictures=3, device="cpu")
    thread.run(spec)
    qtbot.waitUntil(lambda: bool(ears.ends))
    assert ears.ends == [("finished", 1, "done")]

    denoiser = open_checkpoint(checkpoint)
    for frame, row in zip(ears.frames[-1], ROWS, strict=True):
        generator = torch.Generator().manual_seed(5)
        x = denoiser.starting_noise(3, generator)
        *_, last = run(row.table(denoiser.schedule), denoiser, x, generator=generator)
        np.testing.assert_array_equal(frame.x.fixed(), as_bytes(last.x))
        assert frame.measures.std == pytest.approx(float(last.x.std(correction=0)), rel=1e-6)


def test_a_run_begins_from_a_picture(qtbot: QtBot, thread: SamplingThread, checkpoint: Path) -> None:
    ears, pixels = Ears(thread), np.linspace(-1, 1, 192, dtype=np.float32).reshape(8, 8, 3)
    later = SamplerSpec("ddpm", (), 4, "trailing | start=0.5")
    spec = RunSpec(str(checkpoint), (later,) * 2, Picture("ramp", pixels, (8, 8)), seed=5, pictures=3, device="cpu")
    thread.run(spec)
    qtbot.waitUntil(lambda: bool(ears.ends))
    denoiser = open_checkpoint(checkpoint)
    x0 = as_x0(denoiser, pixels, torch.device("cpu"))
    *_, last = drawn(denoiser, later.table(denoiser.schedule), spec, begun_from=x0)
    for frame in ears.frames[-1]:
        np.testing.assert_array_equal(frame.x.fixed(), as_bytes(last.x))


def test_the_same_whether_watched_or_not(qtbot: QtBot, thread: SamplingThread, checkpoint: Path) -> None:
    spec = RunSpec(str(checkpoint), ROWS[:1], pictures=2)
    with qtbot.waitSignal(thread.finished):
        unseen = thread.run(spec)
    recording = thread.recording(unseen)
    assert recording is not None
    ears = Ears(thread)
    thread.run(spec, hold=True)
    for index in range(4):
        qtbot.waitUntil(partial(ears.sees, index))
        (before,) = recording.frames(recording.share(index))
        assert ears.frames[-1][0].measures == before.measures
        np.testing.assert_array_equal(ears.frames[-1][0].x.levels, before.x.levels)
        thread.step()
    qtbot.waitUntil(lambda: ears.ends == [("finished", 2, "done")])


def test_the_card_says_what_was_opened(qtbot: QtBot, thread: SamplingThread, checkpoint: Path) -> None:
    ears = Ears(thread)
    with qtbot.waitSignal(thread.opened) as opened:
        thread.open(str(checkpoint))
    (card,) = opened.args
    ((name, machine),) = (what[1][0] for what in ears.heard if what[0] == "devices")
    assert name == "cpu"
    assert machine
    assert (card.path, card.name, card.network, card.shape) == (str(checkpoint), "tiny", "UNet2DModel", (3, 8, 8))
    assert (card.schedule, card.prediction_type, card.clip) == (Schedule("linear", 1000), "epsilon", 1)
    assert (card.classes, card.guidable, card.takes_pictures) == (0, False, True)
    assert any("scheduler_config.json" in str(note) for note in card.notes)


def test_what_does_not_go_together_is_said(qtbot: QtBot, thread: SamplingThread, checkpoint: Path) -> None:
    ears = Ears(thread)
    runs = {
        "knows no classes": RunSpec(str(checkpoint), label=3),
        "guidance": RunSpec(str(checkpoint), guidance=2.0),
        "clip is -1": RunSpec(str(checkpoint), clip=-1.0),
        "no device “abacus”": RunSpec(str(checkpoint), device="abacus"),
        "There is no checkpoint": RunSpec(str(checkpoint.parent / "nowhere")),
    }
    for sentence, spec in runs.items():
        ears.heard.clear()
        thread.run(spec)
        qtbot.waitUntil(lambda: bool(ears.ends))
        assert sentence in str(ears.ends[0][2])


def test_a_checkpoint_that_vanished(qtbot: QtBot, thread: SamplingThread, checkpoint: Path) -> None:
    """What is open stays usable; what is to be opened again is missed."""
    ears = Ears(thread)
    with qtbot.waitSignal(thread.opened):
        thread.open(str(checkpoint))
    shutil.rmtree(checkpoint)
    spec = RunSpec(str(checkpoint), ROWS[:1], pictures=1)
    thread.run(spec)
    qtbot.waitUntil(lambda: ears.ends == [("finished", 2, "done")])
    thread.open(str(checkpoint))
    qtbot.waitUntil(lambda: len(ears.ends) == 2)
    thread.run(spec)
    qtbot.waitUntil(lambda: len(ears.ends) == 3)
    assert [what[0] for what in ears.ends] == ["finished", "failed", "failed"]
    assert "tiny" in str(ears.ends[-1][2])


def test_a_network_that_runs_over_is_told_and_another_works(
    qtbot: QtBot, thread: SamplingThread, checkpoint: Path, made_once: Path
) -> None:
    """Weights that a file may well have, but that make more of x at every layer than a float holds."""
    weights = checkpoint / "diffusion_pytorch_model.safetensors"
    save_file({name: 1e20 * tensor for name, tensor in load_file(weights).items()}, weights)
    ears = Ears(thread)
    thread.run(RunSpec(str(checkpoint), ROWS[:1], pictures=1))
    qtbot.waitUntil(lambda: bool(ears.ends))
    assert "step 1 of 4" in str(ears.ends[0][2])
    assert "is not finite" in str(ears.ends[0][2])
    thread.run(RunSpec(str(made_once), ROWS[:1], pictures=1))
    qtbot.waitUntil(lambda: ears.ends[1:] == [("finished", 2, "done")])


def test_torch_is_used_in_its_own_thread_alone(
    qtbot: QtBot, thread: SamplingThread, checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ddpm_studio.sampling import recorded_frame

    threads: set[QThread] = set()

    def noting(x: Tensor) -> EightBit:
        threads.add(QThread.currentThread())
        return to_eight_bit(x)

    monkeypatch.setattr(recorded_frame, "to_eight_bit", noting)
    ears = Ears(thread)
    thread.run(RunSpec(str(checkpoint), ROWS, pictures=1))
    qtbot.waitUntil(lambda: bool(ears.ends))
    recording = thread.recording(1)
    assert recording is not None
    for place in range(recording.count()):
        recording.frames(recording.share(place))
    assert len(threads) == 1
    assert QThread.currentThread() not in threads
