"""Filters of dialogs that open files, from the table of file types."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ddpm_studio.files.filetypes import SAFETENSORS, STEP_LISTS, WEIGHTS, FileKind, types_of
from ddpm_studio.gui.translation import translated


def open_filters(*kinds: FileKind) -> str:
    """One line for all these kinds together if there are several, one for each, and one for all files."""
    lines = [(translated(kind.value), _patterns(kind)) for kind in kinds]
    if len(kinds) > 1:
        together = " ".join(patterns for _, patterns in lines)
        lines.insert(0, (QCoreApplication.translate("FileFilters", "All files that open here"), together))
    return _together(lines)


def step_list_filters() -> str:
    """One line for lists of steps, and one for all files."""
    return _together([(QCoreApplication.translate("FileFilters", "Lists of steps"), " ".join(STEP_LISTS))])


def lora_filters() -> str:
    """One line for LoRAs, and one for all files."""
    patterns = (pattern for each in (SAFETENSORS, WEIGHTS) for pattern in each.patterns)
    return _together([(QCoreApplication.translate("FileFilters", "LoRAs"), " ".join(patterns))])


def _together(lines: list[tuple[str, str]]) -> str:
    lines.append((QCoreApplication.translate("FileFilters", "All files"), "*"))
    return ";;".join(f"{title} ({patterns})" for title, patterns in lines)


def _patterns(kind: FileKind) -> str:
    return " ".join(pattern for each in types_of(kind) for pattern in each.patterns)
