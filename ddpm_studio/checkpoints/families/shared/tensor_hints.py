"""Hints of tensors' names and shapes: the noising that a network's buffers tell, its channels, and its classes."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ddpm_studio.checkpoints.answers import Answers, UnansweredError
from ddpm_studio.checkpoints.families.shared.prefixes import is_averaged, under
from ddpm_studio.checkpoints.families.shared.stored_noising import SIGNALS, StoredNoising, noising_in
from ddpm_studio.checkpoints.families.shared.trained import numbers_in
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.diffusion.quantities import BETAS, quantities_named
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.errors import ScheduleError
from ddpm_studio.files.columns.min_diffusion import CUMULATED, ROOTS, betas_of_roots, is_min_diffusion
from ddpm_studio.files.columns.posterior import POSTERIOR
from ddpm_studio.texts import Readable

_FEWEST = 2
"""Numbers that are a table: a single one may be a weight of a loss or a scale."""

_LABELS = re.compile(r"(^|[._])(label|class|cls|y)(s|es)?_?emb[a-z]*\.weight$", re.IGNORECASE)
"""Names of what has a row for each class."""

_SCALE, _SHIFT = "gamma", "beta"
"""What normalisations call the parameters that torch calls weight and bias."""

_MOST_CHANNELS = 16
"""Channels of pictures or latents; a convolution that takes more is hardly the first."""

_SIDES = (32, 32)
"""The size of the pictures in an example of a shape."""


@dataclass(frozen=True)
class Hints:
    """What the tensors of a network say: its `noising`, None if they don't, and proposals for what is asked.

    `channels` are those that it seems to take, and `classes` the rows of its table of labels, None where
    there is none. `example` is the shape of the pictures that a program was made with, None where it keeps none.
    """

    noising: StoredNoising | None = None
    channels: int | None = None
    classes: int | None = None
    example: tuple[int, int, int] | None = None

    @property
    def proposed(self) -> Answers:
        """The answers that are likely, as far as the tensors tell; of a shape the channels alone."""
        shape = (self.channels, *_SIDES) if self.channels else None
        time = "t+1" if self.noising and self.noising.counts_from_one else None
        return Answers(shape=shape, classes=self.classes, time=time)


def hints_of(tensors: Mapping[str, Tensor], content: Callable[[str], Tensor]) -> Hints:
    """The hints of tensors, which may be without content; `content` returns one of them with it."""
    return Hints(_noising(tensors, content), _channels(tensors), _classes(tensors))


def noising_beside(source: Source, kind: Readable) -> StoredNoising | None:
    """The noising that tables beside the weights of a known network tell; None without any, and where the schedule is
    said.

    UnansweredError about a file of this `kind` where nothing says whether its network counts from 1 as its tables do.
    """
    hints = hints_of(source.tensors, source.tensors.__getitem__)
    if is_time_open(source.answers, hints) and source.answers.time is None:
        schedule = hints.noising.schedule if hints.noising else None
        raise UnansweredError(source.path, kind, ("time",), proposed=hints.proposed, schedule=schedule)
    return None if source.answers.schedule else hints.noising


def is_time_open(answers: Answers, hints: Hints) -> bool:
    """True if the prediction type does not say whether the network is told places in a table that begins with the clean
    picture.
    """
    said = answers.prediction_type
    is_told = said is not None and said != str(Parametrisation.parse(said).without_time)
    return bool(hints.noising and hints.noising.counts_from_one and answers.schedule is None and not is_told)


def tables_among(tensors: Mapping[str, Tensor]) -> set[str]:
    """The names of the tensors that are tables of a diffusion, of which networks have none: each that is named after a
    quantity, and each beside one that has as many numbers and is no weight of a layer.
    """
    named = (name for name in tensors if _is_named(name) and not _is_of_normalisation(name, tensors))
    found = {name: tensors[name] for name in named if _is_table(tensors[name])}
    like = {(_place(name), tensor.numel()) for name, tensor in found.items()}
    rows = (name for name, tensor in tensors.items() if _is_table(tensor) and not name.endswith(("weight", "bias")))
    return {*found, *(name for name in rows if (_place(name), tensors[name].numel()) in like)}


def without_tables(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of a network without the tables of a diffusion that were saved as its own, and so at its top."""
    tables = {name for name in tables_among(tensors) if "." not in name}
    return {name: tensor for name, tensor in tensors.items() if name not in tables}


def _is_named(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last in (*SIGNALS, *POSTERIOR) or bool(quantities_named(last))


def _place(name: str) -> str:
    return name.rpartition(".")[0]


def _noising(tensors: Mapping[str, Tensor], content: Callable[[str], Tensor]) -> StoredNoising | None:
    """The noising of the tables among them, of any module, averaged ones last; None where they are no schedule's."""
    tables: dict[str, dict[str, Tensor]] = {}
    own: dict[str, str] = {}
    for name, tensor in tensors.items():
        if _is_of_normalisation(name, tensors):
            continue
        last = name.rpartition(".")[2]
        prefix, holds = name.removesuffix(last), _held(last)
        if holds and _is_table(tensor):
            tables.setdefault(prefix, {})[holds] = content(name)
            own[prefix + holds] = name
    places = sorted(tables, key=lambda prefix: (is_averaged(prefix), len(prefix)))
    with suppress(ScheduleError):
        if found := _of_min_diffusion(tensors, content):
            return found
        noising = noising_in({prefix: tables[prefix] for prefix in places})
        return noising and noising.with_names(own)
    return None


def _is_of_normalisation(name: str, names: Container[str]) -> bool:
    """True for a scale of normalised channels, or their shift beside it, which are called as ᾱ and β may be."""
    place, _, last = name.rpartition(".")
    inside = f"{place}." if place else ""
    return last == _SCALE or (last == _SHIFT and inside + _SCALE in names)


def _of_min_diffusion(tensors: Mapping[str, Tensor], content: Callable[[str], Tensor]) -> StoredNoising | None:
    """The noising of its tables, of which the first entry is left out; None where they are not there."""
    prefixes = {name.removesuffix(ROOTS) for name in tensors if name.rpartition(".")[2] == ROOTS}
    for prefix in sorted(prefixes, key=lambda prefix: (is_averaged(prefix), len(prefix))):
        inside = under(prefix, tensors)
        if not is_min_diffusion(inside) or not _is_table(inside[ROOTS]) or inside[ROOTS].numel() <= _FEWEST:
            continue
        betas = betas_of_roots(numbers_in(content(prefix + ROOTS)))
        tables = {BETAS: torch.from_numpy(betas)}
        own = {BETAS: prefix + ROOTS}
        for name, holds in CUMULATED.items():
            if name in inside:
                tables[holds], own[holds] = content(prefix + name).flatten()[1:], prefix + name
        if noising := noising_in({"": tables}):
            return replace(noising.with_names(own), begins_noisy=True)
    return None


def _held(name: str) -> str:
    """The quantity that a buffer of this name holds, "" for none and for what may be several."""
    named = quantities_named(name)
    holds = name if name in (*SIGNALS, *POSTERIOR) else named[0] if len(named) == 1 else ""
    return holds if holds in (*SIGNALS, *POSTERIOR) else ""


def _is_table(tensor: Tensor) -> bool:
    return _FEWEST <= tensor.numel() <= MAX_T and sum(side != 1 for side in tensor.shape) == 1


def _channels(tensors: Mapping[str, Tensor]) -> int | None:
    """The channels that the first convolution takes, or fewer if another one takes as many as the last may return.

    Files that are sorted by names do not tell which convolution is the first.
    """
    kernels = [tensor.shape for name, tensor in tensors.items() if tensor.ndim == 4 and name.endswith("weight")]
    returned = {shape[0] for shape in kernels}
    likely = [shape[1] for shape in kernels if not returned.isdisjoint((shape[1], 2 * shape[1]))]
    found = min((*(shape[1] for shape in kernels[:1]), *likely), default=_MOST_CHANNELS + 1)
    return found if found <= _MOST_CHANNELS else None


def _classes(tensors: Mapping[str, Tensor]) -> int | None:
    """The rows of a table of labels, or the columns of what multiplies with them, which has a bias."""
    for name, tensor in tensors.items():
        if tensor.ndim == 2 and tensor.is_floating_point() and _LABELS.search(name):
            return tensor.shape[1] if f"{name.removesuffix('weight')}bias" in tensors else tensor.shape[0]
    return None
