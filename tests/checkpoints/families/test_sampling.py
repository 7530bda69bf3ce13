"""The engine samples every kind of callable as it does the module itself, also in another precision."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file

from ddpm_studio.apart import begun
from ddpm_studio.checkpoints import Answers, open_checkpoint
from ddpm_studio.diffusion import Steps, solver_table
from ddpm_studio.sampling import Denoiser, run
from tests.checkpoints.families.exported.test_family import EACH, export
from tests.checkpoints.families.forking import Forks
from tests.checkpoints.families.small import SAID_ALL, Table, made
from tests.checkpoints.families.test_torchscript import script, trusted


@pytest.fixture(scope="module")
def denoisers(tmp_path_factory: pytest.TempPathFactory, forks: Forks) -> dict[str, Denoiser]:
    """The same network in three kinds of file."""
    folder = tmp_path_factory.mktemp("files")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(begun, "_connected", forks.connected)
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        save_file(made(Table).state_dict(), folder / "own.safetensors")
        own = Answers(network="tests.checkpoints.families.small:Table").over(SAID_ALL)
        return {
            "exported": open_checkpoint(export(made(Table), folder / "a.pt2", dynamic_shapes=EACH), SAID_ALL),
            "script": open_checkpoint(trusted(script(made(Table), folder / "a.pt")), SAID_ALL),
            "own": open_checkpoint(folder / "own.safetensors", own),
        }


def drawn(denoiser: Denoiser, dtype: torch.dtype) -> torch.Tensor:
    table = solver_table("ddim", Steps.from_spacing(denoiser.schedule, 5, "trailing"))
    x = denoiser.starting_noise(3, torch.Generator().manual_seed(0))
    *_, last = run(table, denoiser, x, dtype=dtype)
    return last.x


@pytest.mark.parametrize("kind", ["exported", "script", "own"])
def test_the_pictures_are_those_of_the_module(denoisers: dict[str, Denoiser], kind: str) -> None:
    denoiser = denoisers[kind]
    expected = drawn(
        Denoiser(made(Table), denoiser.schedule, shape=denoiser.shape, clip=1.0, integer_timesteps=True), torch.float32
    )
    torch.testing.assert_close(drawn(denoiser, torch.float32), expected, rtol=1e-5, atol=1e-5)
    low = drawn(denoiser, torch.bfloat16)
    assert low.isfinite().all()
    assert (low - expected).abs().mean() < 0.1
