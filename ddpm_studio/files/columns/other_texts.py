"""Other texts where a file was expected: pointers of Git LFS, web pages, settings, and what a merge left in pieces."""

from __future__ import annotations

import re

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.texts import SourceText

_PAGES = (b"<!doctype html", b"<html", b"<head")
_XML = b"<?xml"
_SETTINGS = re.compile(
    rb"(?:\s|#[^\n]*\n|[\w.-]+[ \t]*=[^\n]*\n){0,99}\[\[?[a-z_][\w. -]*\]\]?[ \t\r]*\n"
    rb"(?:\s|#[^\n]*\n){0,99}[\w.-]+[ \t]*="
)
"""A section of TOML or INI, and the first setting in it."""

_LATEX = re.compile(rb"(?:[^\n&]*\n){0,9}[^\n&]*&[^\n]*\\\\(?:\s|$)|(?:[^\n]*\n){0,9}?\s*\\begin\{tabular")
"""A row with & between its cells and \\\\ at its end, or what begins such a table."""

_MARKED_UP = re.compile(rb"<table[ >]|\|[^\n]*\|\s*\n\|[ :|-]*-[ :|-]*\|")
"""What begins a table of HTML, or the first row of one in Markdown and the line below it."""

_MERGE = re.compile(r"^(?:<{7} |={7}$|>{7} )", re.MULTILINE)


def other_text(start: bytes) -> SourceText | None:
    """The sentence for a text that begins with these bytes and stands in a file's place, None for any other."""
    if start.startswith(b"version https://git-lfs"):
        return QT_TRANSLATE_NOOP("errors", "{path} is a Git LFS pointer, not the file itself; run git lfs pull.")
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_xml = text.startswith(_XML)
    if is_xml and b"<net " in text:
        return QT_TRANSLATE_NOOP(
            "errors", "{path} is a network for OpenVINO, which is not read here; choose the weights that PyTorch saved."
        )
    if is_xml and not any(tag in text for tag in (b"<html", b"<error")):
        return QT_TRANSLATE_NOOP(
            "errors", "{path} is an XML file, which has nothing that is read here; choose another file."
        )
    if is_xml or text.startswith(_PAGES):
        return QT_TRANSLATE_NOOP(
            "errors", "{path} is a web page, perhaps an error page, saved under this name; download the file again."
        )
    if _LATEX.match(text):
        return QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds a table of LaTeX; write one column of it, a number a line, without ampersands and "
            "backslashes.",
        )
    if _MARKED_UP.match(text):
        return QT_TRANSLATE_NOOP(
            "errors",
            "{path} holds a table of HTML or Markdown; write one column of it, a number a line, without bars and tags.",
        )
    if _SETTINGS.match(text):
        return QT_TRANSLATE_NOOP(
            "errors", "{path} holds settings in TOML or INI, which are not read here; type their values instead."
        )
    return None


def check_text(start: bytes, path: str) -> None:
    """FileError for a text that begins with these bytes and is none of the file that was meant."""
    if template := other_text(start):
        raise FileError(template, path=path)


def check_merged(text: str, path: str) -> None:
    """FileError for a line or a whole text with the marks of a merge that was not finished."""
    if found := _MERGE.search(text):
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} has the mark of an unfinished merge, {mark}; keep one of the two sides, and delete the marks.",
            ),
            path=path,
            mark=found[0].strip(),
        )
