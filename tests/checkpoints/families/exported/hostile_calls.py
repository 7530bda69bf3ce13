"""Calls of operators with arguments that no network gives them, in a process of their own that they may end.

    python -m tests.checkpoints.families.exported.hostile_calls CALLS TARGET … < /dev/null

Each call is rehearsed and, if that lets it pass, carried out on tensors between pages that cannot be touched. Before a
target is tried its name is printed, and after it "done".
"""

from __future__ import annotations

import resource
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from ddpm_studio.checkpoints.families.exported import rehearsal
from ddpm_studio.checkpoints.families.exported.aten_operators import operator_named
from ddpm_studio.checkpoints.families.exported.looked_up import check_looked_up
from tests.checkpoints.families.exported.hostile_arguments import Draw, arguments

MEMORY = 16 * 2**20
"""What a call may take here, so that many are tried in a short time."""

ADDRESSES = 6 * 2**30


def each(value: Any) -> Iterator[Tensor]:
    """The tensors in what an operator was given, or returned."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from each(entry)


def twin(value: Any) -> Any:
    """The same on the meta device."""
    if isinstance(value, Tensor):
        return torch.empty_strided(value.shape, value.stride(), dtype=value.dtype, device="meta")
    return [twin(entry) for entry in value] if isinstance(value, list) else value


def carried_out(operator: Any, given: dict[str, Any]) -> bool:
    """Rehearse a call and carry it out; False where one of them refused. AssertionError for what is out of bounds."""
    twins = {name: twin(value) for name, value in given.items()}
    inputs = [*each([*twins.values()])]
    try:
        with torch.inference_mode(False), torch.no_grad(), rehearsal.Rehearsal([], inputs):
            expected = [tuple(tensor.shape) for tensor in each(operator(**twins))]
        with torch.inference_mode():
            check_looked_up(operator, given)
            returned = [*each(operator(**given))]
    except Exception:
        return False
    largest = max([2 * MEMORY, *(tensor.nbytes for tensor in each([*given.values()]))])
    for tensor in returned:
        assert tensor.nbytes <= largest
        last = sum((size - 1) * stride for size, stride in zip(tensor.shape, tensor.stride(), strict=True))
        end = (tensor.storage_offset() + last + 1) * tensor.element_size()
        assert not tensor.numel() or end <= tensor.untyped_storage().nbytes(), "outside of its memory"
        tensor.float().sum()
    return [tuple(tensor.shape) for tensor in returned] == expected  # Otherwise the run would end here.


def main(tasks: list[str], calls: int) -> None:
    """Try every target so many times."""
    torch.set_num_threads(1)
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    rehearsal.BASE, rehearsal.TIMES_INPUTS, rehearsal.TIMES_WEIGHTS = MEMORY, 0, 0
    rehearsal.MOST_WORK = 10**7
    warnings.simplefilter("ignore")
    for target in tasks:
        operator, done, number = operator_named(target), 0, -1
        print(target, flush=True)
        try:
            for number in range(calls):
                draw = Draw(f"{target} {number}")
                done += carried_out(operator, arguments(operator, draw))
        except AssertionError as error:
            print("wrong", number, error, flush=True)
        print("done", done, flush=True)


if __name__ == "__main__":
    main(sys.argv[2:], int(sys.argv[1]))
