"""Releases of denoising-diffusion-pytorch: what every published wheel from 0.11 on computes, beside what we do.

lucidrains_releases.npz is written by `record_lucidrains`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.checkpoints.answers import Answers
from ddpm_studio.checkpoints.families.lucidrains.releases import Release, nearest_published, release
from ddpm_studio.checkpoints.trying import candidates
from ddpm_studio.diffusion import Steps, solver_table
from ddpm_studio.errors import CheckpointError, SolverError
from ddpm_studio.sampling import Denoiser, run
from tests.checkpoints.families.oracle import HERE, TIMESTEPS, drawn, picture
from tests.tiers import thinned


def is_before_1_8(release: str) -> bool:
    return tuple(map(int, release.split("."))) < (1, 8)


with np.load(HERE / "lucidrains_releases.npz") as _file:
    RECORDED: Mapping[str, Any] = dict(_file)
RELEASES: Mapping[str, tuple[str, str | None]] = json.loads(str(RECORDED["releases"]))
CASES = {case: [name for name, (each, _) in RELEASES.items() if each == case] for case, _ in RELEASES.values()}
ENDS = [(name, case) for case, names in CASES.items() for name in dict.fromkeys((names[0], names[-1]))]
LAST = [pytest.param(*end, marks=[] if end[0] == CASES[end[1]][-1] else pytest.mark.slow) for end in ENDS]
"""Those, of which the last of each kind are tried always: the first have the same network and behaviour."""
OLD = [names[-1] for names in CASES.values() if is_before_1_8(names[-1])]
"""The last release of each kind whose files do not say the release."""
IGNORING_GROUPS = ("0.11.0",)
"""The case of the releases whose blocks have 8 groups, whatever their Unet is told."""
WITHOUT_SIGNAL = ("1.6.0", "1.6.1")
"""Releases in which ᾱ_T of the cosine schedule is 0, so that the library draws NaN from ε."""


def of(case: str, name: str) -> Tensor:
    return torch.from_numpy(RECORDED[f"{case}.{name}"])


def written(path: Path, release: str, with_number: bool = True) -> Path:
    """What the Trainer of a release saves."""
    case, number = RELEASES[release]
    inside, names = str(RECORDED[f"{case}.inside"]), str(RECORDED[f"{case}.buffer_names"]).split()
    weights = drawn(json.loads(str(RECORDED[f"{case}.tensors"])))
    content = dict(zip(names, of(case, "buffers"), strict=True)) | {inside + name: w for name, w in weights.items()}
    torch.save(
        {"step": 9, "model": content, "ema": content, **({"version": number} if number and with_number else {})}, path
    )
    return path


def opened(path: Path, release: str, **said: Any) -> Denoiser:
    """The file as it is opened when one says of which release it is, if it doesn't."""
    told = None if RELEASES[release][1] else release
    return open_checkpoint(written(path, release), Answers((4, 8), release=told, **said))


def close(ours: Tensor, theirs: Tensor) -> None:
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("release", "case"), LAST)
def test_the_network_of_the_first_and_last_release_of_each_kind(release: str, case: str, tmp_path: Path) -> None:
    out = opened(tmp_path / "model-9.pt", release).network(picture(3, 4, 8), TIMESTEPS.float())
    close(out, of(case, "out"))


def test_releases_between_them_are_taken_for_the_same() -> None:
    told = ("standardises", "bounds_variance", "centres", "averages_values", "cosine_scale")

    def behaviour(release: str) -> tuple[object, ...]:
        found = Release(tuple(map(int, release.split("."))))
        return tuple(getattr(found, name) for name in told)

    assert all(len({behaviour(name) for name in names}) == 1 for names in CASES.values())
    assert len(RELEASES) >= 196


@pytest.mark.parametrize(("release", "case"), [end for end in LAST if f"{end.values[1]}.groups" in RECORDED])
def test_other_groups_are_those_that_are_said(release: str, case: str, tmp_path: Path) -> None:
    groups = 8 if case in IGNORING_GROUPS else 4
    denoiser = opened(tmp_path / "model-9.pt", release, groups=groups)
    close(denoiser.network(picture(3, 4, 8), TIMESTEPS.float()), of(case, "groups"))


@pytest.mark.parametrize("release", thinned(OLD, one_in=2))
def test_where_the_file_does_not_say_the_release_the_right_one_is_tried(release: str, tmp_path: Path) -> None:
    path, said = written(tmp_path / "model-9.pt", release, with_number=False), Answers((4, 8))
    readings = (each.over(said) for each in candidates(path, said))
    outs = (open_checkpoint(path, each).network(picture(3, 4, 8), TIMESTEPS.float()) for each in readings)
    out = of(RELEASES[release][0], "out")
    assert any(torch.allclose(each, out, rtol=1e-5, atol=1e-5) for each in outs)


def drawn_by(denoiser: Denoiser) -> Tensor:
    noise = torch.empty(2, 3, 4, 8).normal_(generator=torch.Generator().manual_seed(0))
    table = solver_table("ddpm", Steps.from_spacing(denoiser.schedule, denoiser.schedule.T))
    *_, last = run(table, denoiser, noise, generator=torch.Generator().manual_seed(1))
    return last.x


@torch.inference_mode()
@pytest.mark.parametrize(("release", "case"), [end for end in LAST if end.values[0] not in WITHOUT_SIGNAL])
def test_a_whole_run(release: str, case: str, tmp_path: Path) -> None:
    out = drawn_by(opened(tmp_path / "model-9.pt", release))
    torch.testing.assert_close(out, of(case, "run"), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("release", WITHOUT_SIGNAL)
def test_where_the_library_draws_nan_that_is_said(release: str, tmp_path: Path) -> None:
    assert of(release, "run").isnan().all()
    with pytest.raises(SolverError, match="use a v_prediction or sample network"):
        drawn_by(opened(tmp_path / "model-9.pt", release))


@pytest.mark.parametrize(
    ("said", "nearest"),
    [
        *(("0.1", "1.0.0"), ("0.1.0", "1.0.0"), ("0.10.9", "0.11.0"), ("0.0", "0.11.0"), ("0.13", "0.12.1")),
        *(("0.27.7", "0.27.6"), ("1.7.9", "1.7.7"), ("1.6.4.1", "1.6.4"), ("2.9", "2.3.4"), ("9999.0", "2.3.4")),
    ],
)
def test_a_release_that_was_never_published_is_answered_with_the_nearest(
    said: str, nearest: str, tmp_path: Path
) -> None:
    path = written(tmp_path / "model-9.pt", "0.27.8")
    with pytest.raises(CheckpointError, match=f"no release {said} of .*; did you mean --release {nearest}\\?$"):
        open_checkpoint(path, Answers((4, 8), release=said))
    assert open_checkpoint(path, Answers((4, 8), release=nearest))


def test_every_published_release_can_be_said() -> None:
    for text in RELEASES:
        found = release(text)
        assert found is not None
        assert nearest_published(found) == found
    assert release("1.7") == release("1.7.0"), "which compute another normalisation than 1.6"
