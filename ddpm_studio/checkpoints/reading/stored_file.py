"""StoredFile: a path and what lies there, read at most once and never executed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.reading.averaged_lists import with_names
from ddpm_studio.checkpoints.reading.container import Container, container_of
from ddpm_studio.checkpoints.reading.leaves import Leaves
from ddpm_studio.files.content import Content
from ddpm_studio.files.filetypes import EXPORTED, TORCHSCRIPT, WEIGHTS

if TYPE_CHECKING:
    from torch import Tensor


class StoredFile(Content):
    """A file or folder of a checkpoint: its path and its content.

    Everything is read when first asked for. `tensors`, `values` and `metadata` raise CheckpointError if the file is
    damaged or holds what only executing it could rebuild, and FileError before they take more than its budget.
    """

    @cached_property
    def container(self) -> Container:
        """The container, as far as the first bytes tell."""
        return "folder" if self.is_folder else container_of(self.start)

    @property
    def is_program(self) -> bool:
        """True if the file is a program, in TorchScript or exported, rather than mere weights."""
        return TORCHSCRIPT.holds(self) or EXPORTED.holds(self)

    @property
    def tensors(self) -> Mapping[str, Tensor]:
        """Every tensor, dense, on the CPU, of any dtype; nested dictionaries and lists are flattened, "ema.weight".

        Averaged lists have the names of the network beside them.
        """
        return self._leaves.tensors

    @property
    def values(self) -> Mapping[str, object]:
        """The other leaves, flattened likewise: strings, numbers, None. Objects of unknown classes are left out."""
        return self._leaves.values

    @property
    def metadata(self) -> Mapping[str, str]:
        """The texts in the header of a .safetensors file."""
        return self._leaves.metadata

    @property
    def _holds_weights(self) -> bool:
        if self.container == "zip":
            return WEIGHTS.holds(self) and not self.is_program
        return self.container in ("safetensors", "pickle")

    @cached_property
    def _leaves(self) -> Leaves:
        if not self._holds_weights:
            return Leaves()
        from ddpm_studio.checkpoints.reading.contents import read_leaves

        leaves = read_leaves(self.file, self.container)
        return replace(leaves, tensors=with_names(leaves.tensors))
