"""Containers of other programs that may hold numbers but are not read here: each with how to get them out."""

from __future__ import annotations

import re
from collections.abc import Collection

from ddpm_studio.diffusion.names import listed
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.texts import SourceText

_COMPRESSED = QT_TRANSLATE_NOOP("errors", "{path} is compressed; decompress it, and open what comes of it.")
_WORKBOOK = QT_TRANSLATE_NOOP(
    "errors", "{path} is a workbook of a spreadsheet, which is not read here; save the sheet with the numbers as CSV."
)
_MAT = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is a MAT-file of MATLAB, which is not read here; write its numbers as text, in MATLAB by "
    "writematrix(betas(:), 'betas.csv'), in Python by scipy.io.loadmat and numpy.savetxt.",
)
_HDF5_OF_MATLAB = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is a MAT-file of MATLAB, which is not read here; write its numbers as text there, by "
    "writematrix(betas(:), 'betas.csv').",
)
_STARTS = {
    b"\x1f\x8b": _COMPRESSED,
    b"BZh": _COMPRESSED,
    b"\xfd7zXZ": _COMPRESSED,
    b"\x28\xb5\x2f\xfd": _COMPRESSED,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _WORKBOOK,
    b"MATLAB 5.0 MAT-file": _MAT,
    b"MATLAB 7.3 MAT-file": _HDF5_OF_MATLAB,
    b"\x89HDF\r\n\x1a\n": QT_TRANSLATE_NOOP(
        "errors", "{path} is an HDF5 file, which is not read here; save its numbers from Python, by numpy.savetxt."
    ),
    **dict.fromkeys(
        (b"PAR1", b"ARROW1", b"FEA1"),
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} is a table in Parquet or Arrow, which is not read here; write it as CSV, by to_csv of pandas.",
        ),
    ),
}
_ZIP = QT_TRANSLATE_NOOP(
    "errors", "{path} is a zip archive without arrays of NumPy, but with {names}; unpack it, and open what is in it."
)
_OFFICE = ("[Content_Types].xml", "mimetype")
"""What is in an archive that is a document of Excel, or of LibreOffice."""


_OLD_MAT = re.compile(rb"[\0\n\x14\x1e\x28\x32]\0{3}.{8}[\0\x01]\0{3}[\x02-\x40]\0{3}[a-zA-Z]\w*\0", re.DOTALL)
"""A MAT-file of version 4: of which numbers, how many rows and columns, whether complex, and the length of its name."""


def other_container(start: bytes) -> SourceText | None:
    """The sentence for a file that begins with these bytes and is another program's container, None for any other."""
    if _OLD_MAT.match(start):
        return _MAT
    if start[257:262] == b"ustar":
        return QT_TRANSLATE_NOOP("errors", "{path} is a tar archive; unpack it, and open what is in it.")
    return next((template for magic, template in _STARTS.items() if start.startswith(magic)), None)


def check_container(start: bytes, path: str) -> None:
    """FileError for a file that begins with these bytes and is a container that other programs write."""
    if template := other_container(start):
        raise FileError(template, path=path)


def workbook(names: Collection[str]) -> SourceText | None:
    """The sentence for a zip archive of these that is a document of Excel or of LibreOffice, None for any other."""
    return _WORKBOOK if any(name in names for name in _OFFICE) else None


def check_archive(names: Collection[str], path: str) -> None:
    """FileError for a zip archive of these, none of which is an array of NumPy; an empty one is left aside."""
    if names:
        raise FileError(workbook(names) or _ZIP, path=path, names=listed(sorted(names)))
