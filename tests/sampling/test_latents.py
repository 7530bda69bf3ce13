"""Decoders: a network works in latents, and pictures of them are what is seen and saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence
from torch import Tensor, nn

from ddpm_studio.errors import SamplingError
from ddpm_studio.files.samples import write_run
from ddpm_studio.gui.worker.backend import Drawing
from ddpm_studio.gui.worker.run_recording import RunRecording
from ddpm_studio.sampling import Denoiser, Step, run
from ddpm_studio.sampling.recording import Recording
from tests.sampling.toys import denoiser, noise, table

SHAPE = (4, 2, 3)
FACTOR = 8


class Enlarging(nn.Module):
    """RGB from the first three of four channels, scaled and enlarged eight times."""

    def __init__(self, most: int = 1000) -> None:
        super().__init__()
        self.scale, self.most, self.sizes = nn.Parameter(torch.tensor(1 / 3)), most, list[int]()

    def forward(self, latents: Tensor) -> Tensor:
        """(B, 3, 16, 24)."""
        self.sizes.append(len(latents))
        if len(latents) > self.most:
            raise torch.OutOfMemoryError("out of memory")
        return expected(latents, self.scale)


def expected(latents: Tensor, scale: Tensor | float = 1 / 3) -> Tensor:
    """What the decoder makes of latents."""
    return (scale * latents[:, :3]).repeat_interleave(FACTOR, 2).repeat_interleave(FACTOR, 3)


def latent(decoder: object = None) -> Denoiser:
    """A denoiser of latents with four channels."""
    return denoiser(shape=SHAPE, decoder=decoder)


def steps(of: Denoiser) -> list[Step]:
    """Five steps from the same noise."""
    return list(run(table(), of, noise(3, shape=SHAPE).float()))


def test_steps_are_those_of_latents_with_or_without_a_decoder() -> None:
    for one, other in zip(steps(latent(Enlarging())), steps(latent()), strict=True):
        assert torch.equal(one.x, other.x)
        assert torch.equal(one.x0, other.x0)
        torch.testing.assert_close(one.decoded(one.x0), expected(other.x0))
        assert other.decoded(other.x0) is other.x0


def test_frames_are_previews_and_measures_are_of_latents() -> None:
    found = {}
    for decoder in (None, Enlarging()):
        made = steps(latent(decoder))
        recording = RunRecording(1, [Drawing(table(), iter(()), "Slide rule")], 1 << 20)
        for step in made:
            recording.take(0, iter([step]))
        found[decoder is None] = recording
    assert found[True].measures(0) == found[False].measures(0)
    (frame,) = found[False].newest()
    assert frame.x.levels.shape == frame.x0.levels.shape == (3, 2, 3, 3)
    assert frame.previewed


def in_bytes(pictures: Tensor) -> Tensor:
    """Pictures in ±1, (B, C, H, W), as they are seen, (B, H, W, C)."""
    return ((pictures + 1) * 127.5).clamp(0, 255).permute(0, 2, 3, 1)


def recorded(decoder: Enlarging, **limits: int) -> tuple[Recording, list[Step]]:
    """A whole run."""
    recording, made = Recording(**limits), steps(latent(decoder))
    for step in made:
        recording.add(step)
    return recording, made


def test_steps_are_previewed_and_decoded_when_asked_for() -> None:
    decoder = Enlarging().eval()
    recording, made = recorded(decoder)
    assert not decoder.sizes, "recording a run decodes nothing"
    for frame, step in zip(recording.frames, made, strict=True):
        np.testing.assert_allclose(frame.x.fixed(), in_bytes(step.x[:, :3]), atol=1.51)
        assert frame.latents is not None
        np.testing.assert_allclose(frame.latents.x0, step.x0, rtol=1e-3)
        assert frame.previewed
    recording.decode(2)
    recording.decode(2)
    assert [frame.index for frame in recording.frames if not frame.previewed] == [2]
    assert decoder.sizes == [3, 3], "x and x̂0, once"
    frame = recording.frames[2]
    np.testing.assert_allclose(frame.x.fixed(), in_bytes(expected(made[2].x)), atol=0.61)
    np.testing.assert_allclose(frame.x0.fixed(), in_bytes(expected(made[2].x0)), atol=0.61)
    for _ in range(2):
        np.testing.assert_allclose(recording.pictures, in_bytes(expected(made[-1].x)), atol=0.51)
    assert len(decoder.sizes) == 3, "the last x is x̂0, and is decoded once"
    assert not recording.frames[-1].previewed


def test_decoded_steps_are_kept_within_a_bound_and_the_last_for_good() -> None:
    one = 2 * 3 * 16 * 24 * 3
    recording, _ = recorded(Enlarging(), decoded=2 * one)
    recording.finish()
    for index in (4, 0, 1, 2):
        recording.decode(index)
    assert [frame.index for frame in recording.frames if not frame.previewed] == [1, 2, 4]
    assert [frame.index for frame in recorded(Enlarging(), budget=0)[0].frames] == [0, 4]


def test_a_run_that_was_stopped_shows_its_estimate() -> None:
    recording, made = Recording(), steps(latent(Enlarging()))
    recording.add(made[0])
    np.testing.assert_allclose(recording.pictures, in_bytes(expected(made[0].x0)), atol=0.51)


def test_a_run_is_saved_with_its_latents_and_its_pictures(tmp_path: Path) -> None:
    recording, made = recorded(Enlarging())
    recording.finish()
    for name in ("run.npz", "grid.png", "run.gif"):
        write_run(str(tmp_path / name), recording)
    arrays = np.load(tmp_path / "run.npz")
    np.testing.assert_array_equal(arrays["x"], made[-1].x)
    assert arrays["samples"].shape == (3, 16, 24, 3)
    np.testing.assert_allclose(arrays["latents_x"], torch.stack([step.x for step in made]), rtol=1e-3)
    np.testing.assert_allclose(arrays["latents_x0"], torch.stack([step.x0 for step in made]), rtol=1e-3)
    assert "frames_x" not in arrays
    size = (2 * 24 * 2 + 4, 2 * 16 * 2 + 4)
    for name in ("grid.png", "run.gif"):
        with Image.open(tmp_path / name) as image:
            assert {frame.size for frame in ImageSequence.all_frames(image)} == {size}


def test_a_decoder_takes_as_many_latents_as_fit_in_its_own_precision() -> None:
    decoder = Enlarging(most=1).eval()
    last = steps(latent(decoder))[-1]
    torch.testing.assert_close(last.decoded(last.x), expected(last.x))
    assert decoder.sizes[-3:] == [1, 1, 1]
    half = steps(latent(Enlarging().to(torch.bfloat16)))[-1]
    assert half.decoded(half.x).dtype == torch.float32


def _broken(latents: Tensor) -> Tensor:
    raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")


FAULTS: dict[str, Callable[[Tensor], object]] = {
    r"The decoder failed: mat1 and mat2 shapes cannot be multiplied\.$": _broken,
    r"decoder turned \(3, 4, 2, 3\) into \(4, 2, 3\)": lambda latents: latents[0],
    r"decoder turned \(3, 4, 2, 3\) into list": list,
    "pictures are not finite": lambda latents: latents / 0,
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_decoder_that_fails_is_said_in_one_sentence(sentence: str) -> None:
    step = steps(latent(FAULTS[sentence]))[0]
    with pytest.raises(SamplingError, match=sentence):
        step.decoded(step.x)


def test_a_decoder_without_memory_for_one_says_so() -> None:
    step = steps(latent(Enlarging(most=0).eval()))[0]
    with pytest.raises(SamplingError, match="One picture does not fit"):
        step.decoded(step.x)
