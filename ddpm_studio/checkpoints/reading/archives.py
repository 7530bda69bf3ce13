"""Whether a zip archive is whole. torch's own reader compares no checksums (2.13), and lets damaged weights pass."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

BROKEN = (OSError, ValueError, RuntimeError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error)
"""What zipfile and torch raise for an archive that is broken."""


def check_archive(path: Path, unpacked: int = 0) -> None:
    """Raise one of BROKEN where a checksum is wrong, or where the members together are larger than the file.

    Only `unpacked` bytes more may come out of compressed members. An archive whose checksums are all 0 was written
    without any (torch.serialization.set_crc32_options).
    """
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > path.stat().st_size + unpacked:
            raise zipfile.BadZipFile("larger than the file")
        if any(entry.CRC for entry in entries) and archive.testzip() is not None:
            raise zipfile.BadZipFile("checksum")
