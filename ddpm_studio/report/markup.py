"""Markup: pieces of HTML, in which every text that is not one itself stands as data."""

from __future__ import annotations

from collections.abc import Iterable

from ddpm_studio.math_scripts import runs_of
from ddpm_studio.texts import as_data, visible

LONGEST = 1000
"""Characters of a text of somebody's that are shown."""

VOID = frozenset({"img", "meta"})
"""Elements that hold nothing and have no end."""


class Markup(str):
    """HTML that stands in a page as it is."""


def element(name: str, /, *inside: str, **attributes: str) -> Markup:
    """An element: what is `inside` it is escaped unless it is Markup, and its attributes are, `-` for `_` in names.

    >>> element("p", "a < b", element("b", "&"), class_="said", aria_label='"')
    '<p class="said" aria-label="&quot;">a &lt; b<b>&amp;</b></p>'
    """
    told = "".join(f' {key.rstrip("_").replace("_", "-")}="{as_data(text)}"' for key, text in attributes.items())
    start = f"<{name}{told}>"
    return Markup(start if name in VOID else f"{start}{together(inside)}</{name}>")


def together(parts: Iterable[str]) -> Markup:
    """Parts one after the other, escaped unless they are Markup."""
    return Markup("".join(part if isinstance(part, Markup) else as_data(part) for part in parts))


def foreign(text: object) -> str:
    """A text that may be anybody's as it can be shown, in one line: nothing in it turns the page's writing around."""
    return visible(text, LONGEST)


def formula(symbol: str) -> Markup:
    """A symbol with its scripts raised and lowered.

    >>> formula("ᾱ_T")
    'ᾱ<sub>T</sub>'
    """
    return together(element(kind, text) if kind else text for kind, text in runs_of(symbol))


def table(heading: Iterable[str], rows: Iterable[Iterable[str]], **attributes: str) -> Markup:
    """A table with a row of headings above; the first cell of every row is its heading."""
    head = element("tr", *(element("th", cell, scope="col") for cell in heading))
    return element("table", element("thead", head), element("tbody", *map(_row, rows)), **attributes)


def _row(cells: Iterable[str]) -> Markup:
    first, *others = cells
    return element("tr", element("th", first, scope="row"), *(element("td", cell) for cell in others))
