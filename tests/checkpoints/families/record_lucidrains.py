"""Recorder of lucidrains_releases.npz: what every release of denoising-diffusion-pytorch from 0.11 on computes.

    python -m tests.checkpoints.families.record_lucidrains

The published wheels are installed one by one into a folder that is thrown away, without what they depend on: only their
Unet and GaussianDiffusion are called, and what these do not need, such as torchvision, is replaced by mocks.
Releases whose arrays agree share a case, which has the name of the first of them; `releases`, a JSON object, has the
case and the number in the files (None if they have none) of each. A case holds

    CASE.tensors              names and shapes of the Unet, in JSON, with weights drawn by `oracle`
    CASE.out, CASE.groups     the output for `oracle`'s picture and timesteps; with 4 groups for 8 in CASE.groups
    CASE.run                  x_0 of a whole DDPM run of STEPS steps, pictures in ±1
    CASE.inside               what the GaussianDiffusion calls its network, "model." or "denoise_fn."
    CASE.buffers              the buffers of that GaussianDiffusion, which predicts ε; their names in CASE.buffer_names
"""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np
import torch

from tests.checkpoints.families.oracle import HERE, TIMESTEPS, drawn, picture

SIZE, STEPS, GROUPS = (4, 8), 10, 4
PACKAGE = "denoising-diffusion-pytorch"
_MODULE = PACKAGE.replace("-", "_")
_REAL = ("einops==0.8.1", "tqdm==4.67.1")
_MOCKED = ("PIL", "accelerate", "ema_pytorch", "lion_pytorch", "pytorch_fid", "scipy", "torchvision")
_FIRST = (0, 11)
_LAST_CHANGES = ("unnormalize_to_zero_to_one", "normalize_to_neg_one_to_one")
"""What runs end with, so that pictures are in 0 … 1; the second by mistake, in release 0.15.4."""

Arrays = dict[str, Any]


class _Mocks:
    """What finds and makes the modules that are mocked."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if name.partition(".")[0] in _MOCKED else None  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return mock.MagicMock(__name__=spec.name, __path__=[], __spec__=spec)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing: a mock has everything."""


def published() -> list[str]:
    """The numbers of all releases from 0.11 on, the oldest first."""
    said = _pip("index", "versions", PACKAGE)
    found = said.partition("Available versions: ")[2].splitlines()[0].split(", ")
    return [version for version in reversed(found) if _number(version) >= _FIRST]


def recorded_of(version: str, folder: Path) -> tuple[Arrays, str | None]:
    """The arrays of the release that is unpacked in `folder`, and the number that its Trainer writes into files."""
    with _importing(folder):
        library = importlib.import_module(f"{_MODULE}.{_MODULE}")
        saves = inspect.getsource(library.Trainer.save)
        return _arrays(library), library.__version__ if "version" in saves else None


def _arrays(library: Any) -> Arrays:
    network = _filled(library.Unet(**_arguments(library.Unet)))
    shapes = {name: list(tensor.shape) for name, tensor in network.state_dict().items()}
    found: Arrays = {"tensors": json.dumps(shapes), "out": _called(network), **_sampled(library, network)}
    if "resnet_block_groups" in inspect.signature(library.Unet).parameters:
        grouped = library.Unet(**_arguments(library.Unet), resnet_block_groups=GROUPS)
        found["groups"] = _called(_filled(grouped))
    return found


def _arguments(unet: Any) -> dict[str, Any]:
    """A small network; the first releases with full attention in their levels want to know of each, whether it has."""
    chosen = {"dim": 16, "dim_mults": (1, 2), "channels": 3, "full_attn": (False, True)}
    return {name: value for name, value in chosen.items() if name in inspect.signature(unet).parameters}


def _filled(network: Any) -> Any:
    network.load_state_dict(drawn({name: tensor.shape for name, tensor in network.state_dict().items()}))
    return network.eval()


def _called(network: Any) -> Any:
    return network(picture(3, *SIZE), TIMESTEPS).numpy()


def _sampled(library: Any, network: Any) -> Arrays:
    for name in _LAST_CHANGES:
        setattr(library, name, lambda x: x)
    wanted = {"image_size": SIZE[0], "timesteps": STEPS, "objective": "pred_noise", "beta_schedule": "cosine"}
    known = inspect.signature(library.GaussianDiffusion).parameters
    diffusion = library.GaussianDiffusion(network, **{key: value for key, value in wanted.items() if key in known})
    with _seeded():
        run = diffusion.p_sample_loop((2, 3, *SIZE))
    buffers = {name: tensor for name, tensor in diffusion.named_buffers() if "." not in name}
    inside = next(name for name, module in diffusion.named_children() if module is network)
    values = torch.stack(list(buffers.values())).numpy()
    return {"run": run.numpy(), "inside": f"{inside}.", "buffer_names": " ".join(buffers), "buffers": values}


@contextmanager
def _seeded() -> Iterator[None]:
    """Starting noise from seed 0, and that of all later steps from seed 1."""
    generators = iter([torch.Generator().manual_seed(0), later := torch.Generator().manual_seed(1)])

    def noise(*shape: Any, **others: object) -> torch.Tensor:
        size = shape[0] if len(shape) == 1 else shape
        return torch.empty(size).normal_(generator=next(generators, later))

    def noise_like(x: torch.Tensor, **others: object) -> torch.Tensor:
        return noise(x.shape)

    with mock.patch.object(torch, "randn", noise), mock.patch.object(torch, "randn_like", noise_like):
        yield


@contextmanager
def _importing(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == _MODULE]:
            del sys.modules[name]


def _case(arrays: Arrays, cases: Mapping[str, Arrays]) -> str | None:
    """The case with the same arrays; None if there is none yet."""
    return next((name for name, known in cases.items() if _agree(arrays, known)), None)


def _agree(one: Arrays, other: Arrays) -> bool:
    return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)


def _same(one: Any, other: Any) -> bool:
    return one == other if isinstance(one, str) else one.shape == other.shape and np.allclose(one, other, 1e-6, 1e-6)


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _pip(*arguments: str) -> str:
    return subprocess.run([sys.executable, "-m", "pip", *arguments], check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Record every release."""
    sys.meta_path.insert(0, _Mocks())
    cases: dict[str, Arrays] = {}
    releases: dict[str, tuple[str, str | None]] = {}
    with tempfile.TemporaryDirectory() as place, torch.inference_mode():
        _pip("install", "--no-deps", "--target", place, *_REAL)
        sys.path.insert(0, place)
        for version in published():
            folder = Path(place, f"release-{version}")
            _pip("install", "--no-deps", "--target", str(folder), f"{PACKAGE}=={version}")
            with suppress(NameError):  # Release 1.8.10 cannot build its own Unet.
                arrays, number = recorded_of(version, folder)
                case = _case(arrays, cases) or version
                cases.setdefault(case, arrays)
                releases[version] = case, number
    flat = {f"{case}.{name}": array for case, arrays in cases.items() for name, array in arrays.items()}
    np.savez_compressed(HERE / "lucidrains_releases.npz", **flat, releases=json.dumps(releases))


if __name__ == "__main__":
    main()
