"""Legacy files, as torch wrote them before 1.6: pickles in a row, and then the bytes of the storages; and one alone.

magic number   version 1001   facts about the machine   content   keys of the storages
for each key: the number of its elements in eight bytes, and its bytes, little-endian
"""

from __future__ import annotations

import struct

import torch

from ddpm_studio.checkpoints.reading.cursor import Cursor
from ddpm_studio.checkpoints.reading.pickle_reader import PickleReader
from ddpm_studio.checkpoints.reading.storages import Storages, bytes_of, in_order, text_of
from ddpm_studio.files.reading import ForeignBytes
from ddpm_studio.interruption import check

_MAGIC, _VERSION = 0x1950A86A20F9469CFC6C, 1001
_COUNT = struct.Struct("<q")


def legacy_content(file: ForeignBytes) -> object:
    """The content of a legacy file, or of one pickle alone, which torch has not written; whatever PickleReader raises
    if it is neither.
    """
    cursor, storages = Cursor(file.read_at, file.size), _RowOfStorages(file)
    reader = PickleReader(cursor, storages, file.budget)
    first = reader.read()
    if first != _MAGIC and not cursor.left:
        return first
    if first != _MAGIC or reader.read() != _VERSION:
        raise ValueError("a pickle that torch did not write")
    reader.read()
    content = reader.read()
    storages.read_all(reader.read(), cursor.place)
    return content


class _RowOfStorages(Storages):
    """Storages whose bytes come after the pickles: they are room at first, and filled at the end."""

    def __init__(self, file: ForeignBytes) -> None:
        super().__init__(file.budget)
        self._file = file
        self._rooms: dict[str, torch.Tensor] = {}

    def read_all(self, keys: object, place: int) -> None:
        """Read those that tensors were built on; `keys` are all, in the order in which they lie from `place` on."""
        if not isinstance(keys, list):
            raise TypeError(type(keys))
        for key in map(text_of, keys):
            check()
            storage = self._known[key]
            (count,) = _COUNT.unpack(self._file.read_at(place, _COUNT.size))
            place += _COUNT.size
            if count != storage.count or place + storage.nbytes > self._file.size:
                raise ValueError("a storage of another size, or cut short")
            if key in self._rooms:
                self._fill(self._rooms.pop(key), storage.dtype, place)
            place += storage.nbytes
        if self._rooms:
            raise ValueError("a storage without bytes")

    def _read(self, key: str) -> torch.UntypedStorage:
        if self._known[key].nbytes > self._file.size:
            raise ValueError("a storage larger than the file")
        self._rooms[key] = self._memory(self._known[key].nbytes)
        return self._rooms[key].untyped_storage()

    def _fill(self, room: torch.Tensor, dtype: torch.dtype, place: int) -> None:
        self._file.fill(bytes_of(room), place)
        in_order(room, dtype, "little")
