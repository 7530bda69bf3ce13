"""Number tables in weights files: β and the like that torch.save, pickle or safetensors keep, without any network."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.reading.stored_file import StoredFile
from ddpm_studio.diffusion.quantities import BETAS
from ddpm_studio.diffusion.schedule import MAX_T, Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, ScheduleError, StudioError
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.columns.choosing import Chosen, check_units, chosen_of, symbol_of
from ddpm_studio.files.columns.contradictions import agreed_log_snr, compared_names, has_witness
from ddpm_studio.files.columns.min_diffusion import ROOTS, betas_of_roots, is_min_diffusion
from ddpm_studio.files.columns.naming import betas_of, key_of, log_snr_of
from ddpm_studio.files.columns.row_order import are_counted, in_order
from ddpm_studio.files.stored import betas_array, no_betas

if TYPE_CHECKING:
    from torch import Tensor

MOST_BYTES = 4 * MIB
"""Bytes of the largest file that is looked into, which is read again where it holds something else."""

FEWEST = 6
"""Numbers that make a table where no name says so: fewer may be anything, such as a layer's or a note's."""

_PARAMETERS = ("weight", "bias")
"""Ends of the names of what layers learn, which is no table however short it is."""


def table_schedule(source: StoredFile, quantity: str = "") -> Schedule | None:
    """The schedule whose β, or what determines them, are all that a weights file holds; None if it holds more or less.

    `quantity` is the key of what its numbers are said to be, "" if nothing is said. FileError for numbers that may be
    two things or are no schedule.
    """
    content = _content(source)
    tables = _unprefixed(_tables(content)) if isinstance(content, dict) else {"": _numbers(content)}
    if is_min_diffusion(tables) and ROOTS in tables:
        tables = {BETAS: [*betas_of_roots(betas_array(tables[ROOTS], str(source.path), ROOTS))]}
    if not tables or any(len(numbers) < 1 for numbers in tables.values()):
        return None
    path, names = str(source.path), list(tables)
    chosen = chosen_of(names, quantity)
    said = bool(quantity or (chosen and chosen.named))
    if not said and max(map(len, tables.values())) < FEWEST:
        return None
    check_units(chosen, names, path)
    if chosen is None and any(names):
        raise no_betas(path, names)
    try:
        return _read(tables, chosen, path, quantity)
    except ScheduleError:
        if said or "" in tables:
            raise
        return None  # Such as the biases of a layer, which its name does not call numbers of a schedule.


def _read(tables: Mapping[str, list[object]], chosen: Chosen | None, path: str, quantity: str) -> Schedule:
    names = list(tables)
    place, named, exported = chosen or Chosen(0, ())
    values = betas_array(tables[names[place]], path, symbol_of(named, names[place] or "β"))
    compared = compared_names(names, names[place], quantity)
    said = {other: betas_array(tables[name], path, name) for other, name in compared.items()}
    counted = are_counted(values, said)
    values, others = in_order(values, said)
    agreed = has_witness(values, others)
    key = quantity or key_of(values, named, path, agreed=agreed, counted=counted, exported=exported)
    betas = betas_of(values, key, path)
    exact = agreed_log_snr(key, values, others, path)
    log_snr = exact if key == BETAS else log_snr_of(values, key, betas)
    return Schedule.from_betas(betas, path, (), key if key != BETAS else quantity, log_snr)


def table_as(source: StoredFile, quantity: str) -> Schedule:
    """The schedule of numbers that are said to be a quantity; CheckpointError for a file that holds more."""
    schedule = table_schedule(source, quantity)
    if schedule is None:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors", "{path} is a checkpoint, not a table of numbers that could be {quantity}; leave out as=."
            ),
            path=source.path,
            quantity=quantity,
        )
    return schedule


def _content(source: StoredFile) -> object:
    """What torch.save was given, or the tensors of a .safetensors file; nothing where it holds no mere weights."""
    if not source.is_file or source.file.size > MOST_BYTES or source.is_program:
        return None
    if source.container == "safetensors":
        return dict(source.tensors)
    if source.container not in ("zip", "pickle"):
        return None
    from ddpm_studio.checkpoints.reading.contents import unpickled

    try:
        return unpickled(source.file, source.container)
    except (StudioError, ValueError, LookupError, TypeError):
        return None


def _tables(content: Mapping[object, object]) -> dict[str, list[object]]:
    """The lists of numbers of a dictionary by their names; none where there is anything larger, such as weights."""
    tables: dict[str, list[object]] = {}
    for name, value in content.items():
        if _is_scalar(value) or isinstance(value, str | None):
            continue
        numbers = _numbers(value)
        if not numbers or str(name).endswith(_PARAMETERS):
            return {}
        tables[str(name)] = numbers
    return tables


def _unprefixed(tables: dict[str, list[object]]) -> dict[str, list[object]]:
    """The tables by the last part of their names, where all lie in one module: “scheduler.betas” is betas."""
    parts = [name.rpartition(".") for name in tables]
    is_one = len({prefix for prefix, _, _ in parts}) == 1
    return dict(zip((name for _, _, name in parts), tables.values(), strict=True)) if is_one else tables


def _numbers(value: object) -> list[object]:
    """The numbers of a tensor or array that is one list of them, or of a list of numbers or of tensors of one; else
    none.
    """
    from torch import Tensor

    from ddpm_studio.checkpoints.reading.numpy_array import NumberArray

    if isinstance(value, Tensor):
        return _of_tensor(value)
    if isinstance(value, NumberArray):
        return [*value.numbers[: MAX_T + 1].tolist()]
    if not isinstance(value, list | tuple) or not value or len(value) > MAX_T + 1:
        return []
    if len(value) == 1 and isinstance(value[0], Tensor):
        return _of_tensor(value[0])
    numbers = [_of_one(each) if isinstance(each, Tensor) else each for each in value]
    return numbers if all(map(_is_scalar, numbers)) else []


def _of_one(tensor: Tensor) -> object:
    """The number of a tensor that holds one, else None."""
    return next(iter(_of_tensor(tensor)), None) if tensor.numel() == 1 else None


def _of_tensor(tensor: Tensor) -> list[object]:
    """Its numbers, if they are a list of real ones; none for bits that are no numbers."""
    is_list = sum(side != 1 for side in tensor.shape) <= 1 and tensor.numel() <= MAX_T + 1
    is_real = not (tensor.is_complex() or tensor.is_quantized or tensor.is_sparse)
    with suppress(NotImplementedError):
        return [*tensor.detach().double().flatten().tolist()] if is_list and is_real else []
    return []


def _is_scalar(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
