"""Notebooks: how values show themselves there, by a function that they get, since mathematics knows no figures."""

from __future__ import annotations

from collections.abc import Callable

_cell: Callable[[object], str]
"""Set where the program is put together: in `ddpm_studio`, which is imported first."""


def set_notebook_cell(cell: Callable[[object], str]) -> None:
    """Set the function that gives the HTML by which a value shows itself."""
    global _cell
    _cell = cell


class ShownInNotebooks:
    """A value that a notebook shows with drawings and tables in place of its repr."""

    def _repr_html_(self) -> str:
        return _cell(self)
