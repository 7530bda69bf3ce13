"""Integrity of a zip archive. torch's own reader checks no checksums (2.13), and lets damaged weights pass."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

BROKEN = (OSError, ValueError, RuntimeError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error)
"""What zipfile and torch raise for a broken archive."""


def check_archive(path: Path, unpacked: int = 0) -> None:
    """Raise one of BROKEN if a checksum is wrong, or if the members together are larger than the file.

    Compressed members may yield only `unpacked` bytes more. An archive whose checksums are all 0 was written without
    any (torch.serialization.set_crc32_options).
    """
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > path.stat().st_size + unpacked:
            raise zipfile.BadZipFile("larger than the file")
        if any(entry.CRC for entry in entries) and archive.testzip() is not None:
            raise zipfile.BadZipFile("checksum")
