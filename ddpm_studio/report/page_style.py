"""Style of a report's page: light, dark and on paper, and the policy by which a browser runs and fetches nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from ddpm_studio.files.recipes.carriers import meta_of
from ddpm_studio.report.markup import Markup, element

_SHEET = """
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #ffffff; --muted: #5a5a5a; --line: #d5d5d5 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e6; --paper: #16181b; --muted: #a0a4a8; --line: #3a3e42 }
}
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .3rem }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem }
h1, h3, td, th, dd, figcaption, code { overflow-wrap: anywhere }
code { font: .93em ui-monospace, "DejaVu Sans Mono", monospace }
.muted, figcaption { color: var(--muted) }
.wide, .curves { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .22rem .8rem .22rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
.numbers td, .numbers thead th + th { text-align: right; overflow-wrap: normal; white-space: nowrap }
.numbers tbody th { min-width: 3rem } .numbers tbody th:has(.key) { min-width: 9rem }
thead th { color: var(--muted); font-weight: 600; overflow-wrap: normal }
tbody th { font-weight: 400 }
sub, sup { font-size: .72em; line-height: 0 }
.key { width: 2.2rem; height: .7rem; margin-right: .5rem; vertical-align: baseline }
.curves svg { min-width: 38rem; max-width: 100%; height: auto }
.pictures { display: flex; flex-wrap: wrap; gap: .8rem; margin: 0 0 1rem; padding: 0 }
.pictures figure { margin: 0; width: 11.5rem }
.sheet { margin: .8rem 0 }
figcaption { font-size: .85rem }
img { display: block; border: 1px solid var(--line); max-width: 100%; height: auto }
.pixels { image-rendering: pixelated }
.findings { padding-left: 1.2rem } .findings li { margin: .3rem 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .4rem 0 } dd { margin: 0 }
dt { color: var(--muted) }
@media print {
  :root { --ink: #000000; --paper: #ffffff; --muted: #444444; --line: #bbbbbb }
  body { max-width: none; padding: 0; font-size: 10pt }
  .numbers { font-size: 8pt } .numbers th, .numbers td { padding-right: .5rem }
  h2, h3 { break-after: avoid } figure, tr, svg, dl { break-inside: avoid } .wide, .curves { overflow: visible }
  .curves svg { min-width: 0 }
}
"""

_POLICY = "default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def head_of(title: str, dark: Mapping[str, str], recipe: str = "") -> Markup:
    """The head of a page, with the text of its recipe if there is one; `dark` has the colour on a dark ground of each
    colour, #RRGGBB, that its drawings have.
    """
    sheet = Markup(_SHEET + _inks(dark))
    return element(
        "head",
        element("meta", charset="utf-8"),
        *([element("meta", **meta_of(recipe))] if recipe else []),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(sheet)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", sheet),
    )


def _inks(dark: Mapping[str, str]) -> str:
    """Rules that draw lines in the colours that are seen on a dark ground."""
    lines = "".join(
        f'  svg [stroke="{light}"] {{ stroke: {other} }} svg [fill="{light}"] {{ fill: {other} }}\n'
        for light, other in dark.items()
    )
    return f"@media screen and (prefers-color-scheme: dark) {{\n{lines}}}\n"


def _policy(sheet: str) -> str:
    """The policy that lets pictures in the page and this style sheet be shown, and nothing else be done."""
    digest = base64.b64encode(hashlib.sha256(sheet.encode("utf-8")).digest()).decode("ascii")
    return _POLICY.format(digest=digest)
