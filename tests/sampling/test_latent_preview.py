"""Previews: latents by one matrix, known, fitted to a decoder, or of the first channels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from ddpm_studio.errors import SamplingError
from ddpm_studio.sampling.latent_preview import KNOWN, LatentPreview
from tests.sampling.toys import denoiser

MIXED = LatentPreview(((0.2, 0.1, 0.0), (0.0, -0.3, 0.1), (0.4, 0.0, 0.0), (0.0, 0.0, 0.5)), (0.1, -0.1, 0.05))


def enlarged(latents: Tensor) -> Tensor:
    """A decoder whose pictures are known, but for a pattern within each cell that vanishes in the mean."""
    large = MIXED(latents).repeat_interleave(4, 2).repeat_interleave(4, 3)
    signs = torch.tensor([1.0, -1.0]).repeat(large.shape[3] // 2)
    return large + 0.3 * signs


def fitted(decoder: Callable[[Tensor], Tensor], channels: int = 4) -> LatentPreview:
    return LatentPreview.fitted(decoder, (channels, 6, 9), torch.Generator().manual_seed(0))


def test_colours_are_weighted_sums_of_channels() -> None:
    latents = torch.randn(2, 4, 3, 5, dtype=torch.float64)
    seen = MIXED(latents)
    assert seen.dtype == torch.float32
    expected = np.einsum("bchw,cp->bphw", latents, MIXED.matrix) + np.array(MIXED.bias)[:, None, None]
    np.testing.assert_allclose(seen, expected, atol=1e-6)


def test_a_preview_is_found_from_what_a_decoder_makes_of_smooth_latents() -> None:
    found = fitted(enlarged)
    np.testing.assert_allclose(found.matrix, MIXED.matrix, atol=1e-5)
    np.testing.assert_allclose(found.bias, MIXED.bias, atol=1e-5)
    gray = fitted(lambda latents: latents[:, 1:2])
    np.testing.assert_allclose(gray.matrix, np.outer([0, 1, 0, 0], [1, 1, 1]), atol=1e-5)


@pytest.mark.parametrize(("name", "channels"), [("sd", 4), ("sdxl", 4), ("sd3", 16), ("flux", 16)])
def test_known_latents_of_usual_size_give_pictures_in_about_1(name: str, channels: int) -> None:
    assert len(KNOWN[name].matrix) == channels
    seen = KNOWN[name](torch.randn(1, channels, 64, 64, generator=torch.Generator().manual_seed(0)))
    assert 0.2 < float(seen.std()) < 1


def test_a_network_of_latents_has_a_preview_and_no_other_has() -> None:
    assert denoiser(preview=MIXED).preview is None
    assert denoiser(decoder=enlarged, preview=MIXED).preview is MIXED
    assert denoiser(decoder=enlarged, shape=(4, 2, 2)).preview == LatentPreview.of_first_channels(4)
    two, one = (LatentPreview.of_first_channels(channels)(torch.ones(1, channels, 1, 1)) for channels in (2, 1))
    assert (two.flatten().tolist(), one.flatten().tolist()) == ([1, 1, 0], [1, 1, 1])


FAULTS: dict[str, Callable[[], object]] = {
    "The preview is 3; it must turn latents": lambda: denoiser(decoder=enlarged, preview=3),
    "no rows": lambda: LatentPreview(()),
    "three finite numbers": lambda: LatentPreview(((1.0, 2.0),)),
    r"has \(1\.0, inf, 0\.0\) for red": lambda: LatentPreview(((1.0, torch.inf, 0.0),)),
    r"of latents \(B, 4, h, w\), not of \(1, 3, 2, 2\)": lambda: MIXED(torch.zeros(1, 3, 2, 2)),
    "decoder failed: none": lambda: fitted(_broken),
}


def _broken(latents: Tensor) -> Tensor:
    raise RuntimeError("none")


@pytest.mark.parametrize("sentence", FAULTS)
def test_what_is_no_preview_is_refused(sentence: str) -> None:
    with pytest.raises(SamplingError, match=sentence):
        FAULTS[sentence]()
