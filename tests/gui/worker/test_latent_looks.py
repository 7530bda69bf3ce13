"""Latents of a picture, seen in the thread that samples: also while a run is paused, and not without a checkpoint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from pytestqt.qtbot import QtBot
from torch import Tensor, nn

from ddpm_studio.checkpoints import Answers, Checkpoint
from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.state.run import LatentLook, RunSpec, SamplerSpec
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.worker import torch_backend
from ddpm_studio.gui.worker.sampling_thread import SamplingThread
from ddpm_studio.sampling import Denoiser
from ddpm_studio.sampling.eight_bit import as_bytes

RAMP = Picture("ramp", np.linspace(-1, 1, 192, dtype=np.float32).reshape(8, 8, 3), (8, 8))
WEIGHTS = ((1.0, 0.0), (0.6, 0.8))
LOOK = LatentLook("sd", Answers(), RAMP, WEIGHTS, seed=5, device="cpu")


class Halving(nn.Module):
    """A decoder of latents half as wide as pictures, which counts what it encodes."""

    enlargement = 2
    encodings = 0

    def forward(self, latents: Tensor) -> Tensor:
        return latents.repeat_interleave(2, 2).repeat_interleave(2, 3)

    def encoded(self, pictures: Tensor) -> Tensor:
        """Every other pixel."""
        Halving.encodings += 1
        return pictures[:, :, ::2, ::2]


def opened(path: str, *said: Any, **options: Any) -> Checkpoint:
    network = Denoiser(lambda x, timesteps: x, Schedule("linear", 1000), shape=(3, 4, 4), decoder=Halving().eval())
    return Checkpoint(network, "fake", "none", 0)


@pytest.fixture
def thread(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[SamplingThread]:
    monkeypatch.setattr(torch_backend, "read_checkpoint", opened)
    thread = SamplingThread()
    yield thread
    thread.close()


def looked(qtbot: QtBot, thread: SamplingThread, look: LatentLook) -> tuple[Any, str]:
    with qtbot.waitSignal(thread.looked) as seen:
        thread.look_at(look)
    assert seen.args[0] == look
    return seen.args[1], seen.args[2]


def test_latents_are_seen_as_a_run_has_them(qtbot: QtBot, thread: SamplingThread) -> None:
    with qtbot.waitSignal(thread.opened):
        thread.open("sd")
    Halving.encodings = 0
    x0 = torch.from_numpy(RAMP.pixels[::2, ::2]).permute(2, 0, 1)
    x = torch.stack([x0, 0.6 * x0 + 0.8 * torch.randn((1, 3, 4, 4), generator=torch.Generator().manual_seed(5))[0]])
    seen, refusal = looked(qtbot, thread, LOOK)
    assert refusal == ""
    np.testing.assert_array_equal(seen, as_bytes(x))
    decoded, _ = looked(qtbot, thread, replace(LOOK, decoded=True))
    np.testing.assert_array_equal(decoded, as_bytes(x).repeat(2, 1).repeat(2, 2))
    thread.run(RunSpec("sd", (SamplerSpec("ddim", (), 3),), pictures=1, device="cpu"), True)
    qtbot.waitUntil(lambda: thread.paused and bool(thread.take()))
    np.testing.assert_array_equal(looked(qtbot, thread, LOOK)[0], seen)
    assert Halving.encodings == 1, "a picture is encoded once"
    with qtbot.waitSignal(thread.finished):
        thread.resume()
    nothing, refusal = looked(qtbot, thread, replace(LOOK, checkpoint="other"))
    assert nothing is None
    assert refusal == "The checkpoint is not open any more; open it again."
