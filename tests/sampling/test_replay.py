"""A step is the same operations on the same memory every time, as a CUDA graph asks, shown where there is no CUDA."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from ddpm_studio.sampling import run
from ddpm_studio.sampling.cuda_graph import WARM_UP
from ddpm_studio.sampling.walk import Walk
from tests.sampling.toys import denoiser, in_torch, noise, table


class Tape(TorchDispatchMode):
    """Notes every operation; `replay` does them again on the same tensors, whatever Python has done since."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.notes: list[tuple[Callable[..., Any], Any, Any, Any]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        self.notes.append((func, args, kwargs or {}, out))
        return out

    def replay(self) -> None:
        for func, args, kwargs, out in self.notes:
            for old, new in zip(tree_leaves(out), tree_leaves(func(*args, **kwargs)), strict=True):
                if new.data_ptr() != old.data_ptr():
                    old.copy_(new)


class Taped:
    """In the place of Graphed: notes the call after the first ones, and then replays it alone."""

    def __init__(self, body: Callable[[], None]) -> None:
        self._body, self._calls, self._tape = body, 0, Tape()

    def __call__(self) -> None:
        self._calls += 1
        if self._calls <= WARM_UP:
            self._body()
        elif self._calls == WARM_UP + 1:
            with self._tape:
                self._body()
        else:
            self._tape.replay()


def learned(x: Tensor, timesteps: Tensor) -> Tensor:
    return torch.cat([in_torch(x, timesteps), torch.cos(x)], dim=1)


def recalls(x: Tensor, timesteps: Tensor, x0: Tensor) -> Tensor:
    return in_torch(x, timesteps) + x0 / 2


RUNS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "history": ("unipc", {}, {}),
    "stages": ("heun", {}, {}),
    "history of ε": ("plms", {}, {}),
    "noise": ("ddpm", {}, {}),
    "learned variance": ("ddpm", {"network": learned}, {"variance": "learned_range"}),
    "self-conditioning": ("ddim", {"network": recalls, "self_condition": True}, {}),
    "indexes": ("ddim", {"integer_timesteps": True}, {}),
}


@pytest.mark.parametrize(("solver", "fields", "options"), RUNS.values(), ids=RUNS)
def test_a_replayed_run_is_the_run(
    solver: str, fields: dict[str, Any], options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, one = table(solver, 8, **options), denoiser(**fields)
    plain = list(run(rows, one, noise(), generator=torch.Generator().manual_seed(1), clip=1.0))
    advance = Walk.advance
    taped: dict[int, Taped] = {}
    monkeypatch.setattr(Walk, "advance", lambda walk: taped.setdefault(id(walk), Taped(lambda: advance(walk)))())
    replayed = run(rows, one, noise(), generator=torch.Generator().manual_seed(1), clip=1.0)
    for step, expected in zip(replayed, plain, strict=True):
        assert torch.equal(step.x, expected.x)
        assert torch.equal(step.x0, expected.x0)
    assert len(taped) == 1
