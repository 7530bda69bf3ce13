"""Containers of other programs that may hold numbers but are not read here: each with how to get them out."""

from __future__ import annotations

from collections.abc import Collection

from ddpm_studio.diffusion.names import listed
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError

_COMPRESSED = QT_TRANSLATE_NOOP("errors", "{path} is compressed; decompress it, and open what comes of it.")
_WORKBOOK = QT_TRANSLATE_NOOP(
    "errors", "{path} is a workbook of a spreadsheet, which is not read here; save the sheet with the numbers as CSV."
)
_STARTS = {
    b"\x1f\x8b": _COMPRESSED,
    b"BZh": _COMPRESSED,
    b"\xfd7zXZ": _COMPRESSED,
    b"\x28\xb5\x2f\xfd": _COMPRESSED,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _WORKBOOK,
    b"MATLAB 5.0 MAT-file": QT_TRANSLATE_NOOP(
        "errors",
        "{path} is a MAT-file of MATLAB, which is not read here; write its numbers as text there, by "
        "writematrix(betas(:), 'betas.csv').",
    ),
    b"\x89HDF\r\n\x1a\n": QT_TRANSLATE_NOOP(
        "errors", "{path} is an HDF5 file, which is not read here; save its numbers from Python, by numpy.savetxt."
    ),
    **dict.fromkeys(
        (b"PAR1", b"ARROW1", b"FEA1"),
        QT_TRANSLATE_NOOP(
            "errors", "{path} is a table in Parquet or Arrow, which is not read here; write it as CSV, by to_csv."
        ),
    ),
}
_ZIP = QT_TRANSLATE_NOOP(
    "errors", "{path} is a zip archive without arrays of NumPy, but with {names}; unpack it, and open what is in it."
)
_OFFICE = ("[Content_Types].xml", "mimetype")
"""What is in an archive that is a document of Excel, or of LibreOffice."""


def check_container(start: bytes, path: str) -> None:
    """FileError for a file that begins with these bytes and is a container that other programs write."""
    for magic, template in _STARTS.items():
        if start.startswith(magic):
            raise FileError(template, path=path)


def check_archive(names: Collection[str], path: str) -> None:
    """FileError for a zip archive of these, none of which is an array of NumPy; an empty one is left aside."""
    if any(name in names for name in _OFFICE):
        raise FileError(_WORKBOOK, path=path)
    if names:
        raise FileError(_ZIP, path=path, names=listed(sorted(names)))
