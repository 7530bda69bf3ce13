"""LoRAs laid over the parts of a pipeline: W + weight · alpha/rank · up · down, for each layer that they reach."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ddpm_studio.checkpoints.answers import shape_text
from ddpm_studio.checkpoints.families.diffusers.pipelines.lora.lora_file import LowRank, read_lora
from ddpm_studio.checkpoints.families.diffusers.pipelines.lora.lora_names import LayerNames, LayerRows, part_and_layer
from ddpm_studio.checkpoints.weighted_files import WeightedFile
from ddpm_studio.checkpoints.wording import listed
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.interruption import check
from ddpm_studio.texts import Readable, Text

_LAID = QT_TRANSLATE_NOOP("card", "{name} at weight {weight:g} (rank {rank}, layers: {count})")
_NO_LORA = QT_TRANSLATE_NOOP("card", "none")


@dataclass(frozen=True)
class Laid:
    """A LoRA that was laid over a model: its ranks, and how many layers it reached."""

    file: WeightedFile
    ranks: frozenset[int]
    layers: int

    @property
    def text(self) -> Readable:
        """It as the card says it."""
        rank = "–".join(map(str, sorted({min(self.ranks), max(self.ranks)})))
        values = {"name": self.file.path.name, "weight": self.file.weight, "rank": rank, "count": self.layers}
        return Text(_LAID, values)


def lay_over(files: Iterable[WeightedFile], parts: Mapping[str, LayerNames]) -> tuple[Laid, ...]:
    """Add the LoRAs in these files to the layers of these parts, each with its weight, in float32.

    CheckpointError naming the first layer that a part lacks or that has another shape, and for a file that is no LoRA.
    """
    return tuple(_laid(file, parts) for file in files)


def text_of_laid(laid: tuple[Laid, ...]) -> Readable:
    """All LoRAs as the card says them."""
    return listed([each.text for each in laid]) if laid else _NO_LORA


def _laid(file: WeightedFile, parts: Mapping[str, LayerNames]) -> Laid:
    changes = read_lora(file.path)
    # All are found before the first is changed, for a LoRA of another model is told by any of them.
    reached = [(rows, name, changes[name]) for rows, name in _reached(file, changes, parts)]
    for rows, name, change in reached:
        check()
        _add(rows, name, change, file)
    layers = {each.layer for rows, *_ in reached for each in rows}
    return Laid(file, frozenset(change.rank for change in changes.values()), len(layers))


def _reached(
    file: WeightedFile, names: Iterable[str], parts: Mapping[str, LayerNames]
) -> Iterator[tuple[Sequence[LayerRows], str]]:
    for name in names:
        part, inner = part_and_layer(name)
        rows = parts[part].layers.get(inner) if part in parts else None
        if rows is None:
            raise CheckpointError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "{path} changes {name}, a layer that this model does not have; choose a LoRA that was made for it.",
                ),
                path=file.path,
                name=name,
            )
        yield rows, name


def _add(rows: Sequence[LayerRows], name: str, change: LowRank, file: WeightedFile) -> None:
    sizes = [each.weight.shape for each in rows]
    whole = (sum(size[0] for size in sizes), *sizes[0][1:])
    if change.size != (whole[0], math.prod(whole[1:])):
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{name} in {path} is of {down} and {up}, but the layer of this model is of {other}; choose a LoRA that "
                "was made for it.",
            ),
            name=name,
            path=file.path,
            down=shape_text(change.down.shape),
            up=shape_text(change.up.shape),
            other=shape_text(whole),
        )
    parts = (file.weight * change.change()).split([size[0] for size in sizes])
    for each, part in zip(rows, parts, strict=True):
        each.add(part)
