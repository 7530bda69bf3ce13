"""Files that a test writes over and over, each as if there had been none."""

from __future__ import annotations

from pathlib import Path


def written_anew(path: Path, content: bytes) -> Path:
    """The file with this content; ext4 has whoever truncates one wait for the disk to have what was in it."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    return path
