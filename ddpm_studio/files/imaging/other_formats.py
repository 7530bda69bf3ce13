"""Formats of pictures, drawings, documents and films that are not decoded, each with what to do instead."""

from __future__ import annotations

import re

from PIL import Image

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.texts import SourceText

_HEIC = QT_TRANSLATE_NOOP("errors", "{path} is a HEIC photograph, which is not decoded here; export it as JPEG or PNG.")
_RAW = QT_TRANSLATE_NOOP(
    "errors", "{path} is the raw data of a camera; develop it in a program for photographs, and export a JPEG or PNG."
)
_LAYERS = QT_TRANSLATE_NOOP("errors", "{path} is a document of {format}, with layers; export it from there as PNG.")
_PAGES = QT_TRANSLATE_NOOP("errors", "{path} is a {format} document, not a picture; export the page you want as PNG.")
_DRAWING = QT_TRANSLATE_NOOP(
    "errors", "{path} is an SVG drawing, which has no pixels; export it as PNG at the size you want."
)
_FILM = QT_TRANSLATE_NOOP("errors", "{path} is a video, not a picture; save one of its frames as PNG.")
_PICTURE = QT_TRANSLATE_NOOP(
    "errors", "{path} is a picture of the format {format}, which is not decoded here; save it as PNG."
)

_BY_START: tuple[tuple[bytes, SourceText, str], ...] = (
    (rb".{4}ftyp(?:hei|hev|mif1|msf1)", _HEIC, ""),
    (rb".{4}ftypcrx |FUJIFILMCCD-RAW|IIU\0|IIR[OS]|MMOR|\0MRM|II\x1a\0\0\0HEAPCCDR|FOVb", _RAW, ""),
    (rb"8BPS", _LAYERS, "Photoshop"),
    (rb"gimp xcf", _LAYERS, "GIMP"),
    (rb"\s*%PDF-", _PAGES, "PDF"),
    (rb"%!PS|\xc5\xd0\xd3\xc6", _PAGES, "PostScript"),
    (rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>|<!DOCTYPE svg[^>]*>|<!--.*?-->|\s)*<(?:\w+:)?svg\b", _DRAWING, ""),
    (rb".{4}(?:ftyp|moov|mdat)|\x1a\x45\xdf\xa3|RIFF.{4}AVI |\0\0\x01[\xb3\xba]|FLV\x01|0&\xb2u|OggS", _FILM, ""),
    (rb"\xff\x0a|\0\0\0\x0cJXL ", _PICTURE, "JPEG XL"),
    (rb"\xff\x4f\xff\x51|\0\0\0\x0cjP  ", _PICTURE, "JPEG 2000"),
    (rb"v/1\x01", _PICTURE, "OpenEXR"),
    (rb"#\?RADIANCE|#\?RGBE", _PICTURE, "Radiance HDR"),
    (rb"P[1-7fF]\s", _PICTURE, "Netpbm"),
    (rb"\0\0[\x01\x02]\0", _PICTURE, "ICO"),
    (rb"icns", _PICTURE, "ICNS"),
    (rb"DDS ", _PICTURE, "DDS"),
    (rb"qoif", _PICTURE, "QOI"),
    (rb"SIMPLE  =", _PICTURE, "FITS"),
    (rb".{128}DICM", _PICTURE, "DICOM"),
)
"""What such a file begins with, what is said of it, and the name of the format where several share a sentence."""

_DNG_VERSION, _SUBFILE, _REDUCED = 50706, 254, 1


def check_is_no_raw(image: Image.Image, name: str) -> None:
    """FileError for the raw data of a camera in a TIFF, of which no more than a preview would be shown."""
    tags = getattr(image, "tag_v2", {})
    if _DNG_VERSION in tags or tags.get(_SUBFILE) == _REDUCED:
        raise FileError(_RAW, path=name)


def named(start: bytes, name: str) -> FileError | None:
    """The refusal of a file that begins with these bytes, if its format is known."""
    for pattern, sentence, form in _BY_START:
        if re.match(pattern, start, re.DOTALL):
            return FileError(sentence, path=name, format=form)
    return None
