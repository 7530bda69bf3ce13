"""A path and, read at most once and never executed, what lies there."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.reading.container import Container, container_of

if TYPE_CHECKING:
    from torch import Tensor

    from ddpm_studio.checkpoints.reading.contents import Leaves

_PROGRAM = ("code/", "models/", "serialized_exported_program", "data/aotinductor/")


class StoredFile:
    """A file or folder of a checkpoint: its path and its content.

    Everything is read when it is first asked for. `tensors`, `values` and `metadata` raise CheckpointError where the
    file is damaged or holds what only executing it could rebuild, before twice its size in memory is taken.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def container(self) -> Container:
        """What lies there, as far as the first bytes tell."""
        return "folder" if self.path.is_dir() else container_of(self.start)

    @cached_property
    def start(self) -> bytes:
        """The first 512 bytes; none for a folder and for what cannot be read."""
        try:
            with self.path.open("rb") as file:
                return file.read(512)
        except OSError:
            return b""

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The names in a zip archive without its root folder; none for what is no zip, or a broken one."""
        if self.container != "zip":
            return ()
        try:
            with zipfile.ZipFile(self.path) as archive:
                return tuple(_inside(archive.namelist()))
        except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
            return ()

    @property
    def is_program(self) -> bool:
        """Whether the file is a program, TorchScript's or an exported one, and no mere weights."""
        return any(name.startswith(_PROGRAM) for name in self.members)

    @property
    def tensors(self) -> Mapping[str, Tensor]:
        """Every tensor, dense and on the CPU; nested dictionaries and lists are flattened, "ema.model.weight"."""
        return self._leaves.tensors

    @property
    def values(self) -> Mapping[str, object]:
        """The other leaves, flattened alike: texts, numbers, None. Objects of unknown classes are left out."""
        return self._leaves.values

    @property
    def metadata(self) -> Mapping[str, str]:
        """The texts in the header of a .safetensors file."""
        return self._leaves.metadata

    @property
    def _holds_weights(self) -> bool:
        if self.container == "zip":
            return "data.pkl" in self.members and not self.is_program
        return self.container in ("safetensors", "pickle")

    @cached_property
    def _leaves(self) -> Leaves:
        from ddpm_studio.checkpoints.reading.contents import Leaves, read_leaves

        return read_leaves(self.path, self.container) if self._holds_weights else Leaves()


def _inside(names: list[str]) -> Iterator[str]:
    """Names without the root folder that torch puts all of them in; without one where they are in none."""
    rooted = len({name.partition("/")[0] for name in names}) == 1
    for name in names:
        yield name.partition("/")[2] if rooted else name
