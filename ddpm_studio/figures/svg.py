"""SVG of artwork: words are text and lines are lines, for a file of its own or within a page of HTML.

It has no script, no style sheet, no reference to anything and no name that another picture in the page could have.
"""

from __future__ import annotations

from ddpm_studio.figures.artwork import FONTS, INK, PAPER, SHIFTS, Anchor, Artwork, Polyline, Words
from ddpm_studio.math_scripts import SCRIPT_SIZE
from ddpm_studio.texts import as_data

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def svg_file(artwork: Artwork) -> bytes:
    """The content of an SVG file, UTF-8; the same for the same artwork.

    >>> svg_file(Artwork(72.0, 36.0, (), "<none>")).splitlines()[2]
    b'<title>&lt;none&gt;</title>'
    """
    return (HEAD + svg_element(artwork)).encode("utf-8")


def svg_element(artwork: Artwork, within_page: bool = False) -> str:
    """An <svg> element; ends in a line break. Within a page of HTML it is drawn in the page's ink on its paper.

    >>> print(svg_element(Artwork(72.0, 36.0, (Words(3, 30, (("", "ᾱ"), ("sub", "t")), 10),), "ᾱ")).splitlines()[3])
    <text x="3" y="30" font-size="10" fill="#1A1A1A">ᾱ<tspan dy="2.2" font-size="7.2">t</tspan></text>
    """
    drawn = _element(artwork, named=not within_page, paper=not within_page)
    return drawn.replace(f'"{INK}"', '"currentColor"') if within_page else drawn


def svg_on_any_ground(artwork: Artwork, ink: str) -> bytes:
    """The content of an SVG file, UTF-8, without paper, in an ink that is read on what it will lie on."""
    return (HEAD + _element(artwork, named=True, paper=False).replace(f'"{INK}"', f'"{ink}"')).encode("utf-8")


def _element(artwork: Artwork, named: bool, paper: bool) -> str:
    """The element, `named` where what it lies in does not know the language of it, and with `paper` under all marks."""
    width, height = artwork.size_mm
    fonts = ", ".join(FONTS)
    language = ' xmlns="http://www.w3.org/2000/svg"' if named else ""  # Which HTML knows by itself.
    lines = (
        f'<svg{language} width="{_number(width)}mm" height="{_number(height)}mm" '
        f'viewBox="0 0 {_number(artwork.width)} {_number(artwork.height)}" role="img" '
        f'font-family="{fonts}, sans-serif">',
        f"<title>{as_data(artwork.name)}</title>",
        *([_paper(artwork)] if paper else []),
        *(_line(mark) if isinstance(mark, Polyline) else _words(mark) for mark in artwork.marks),
        "</svg>\n",
    )
    return "\n".join(lines)


def _paper(artwork: Artwork) -> str:
    return f'<rect width="{_number(artwork.width)}" height="{_number(artwork.height)}" fill="{PAPER}"/>'


def _line(mark: Polyline) -> str:
    stroke = mark.stroke
    points = " ".join(f"{_number(x)},{_number(y)}" for x, y in mark.points)
    dashes = " ".join(_number(length * stroke.width) for length in stroke.dash)
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    look = f'stroke="{as_data(stroke.colour)}" stroke-width="{_number(stroke.width)}" stroke-linejoin="round"{dash}'
    return f'<polyline points="{points}" fill="none" {look}/>'


def _words(mark: Words) -> str:
    x, y = _number(mark.x), _number(mark.y)
    anchor = "" if mark.anchor is Anchor.START else f' text-anchor="{mark.anchor}"'
    turned = f' transform="rotate(-90 {x} {y})"' if mark.upward else ""
    look = f'font-size="{_number(mark.size)}" fill="{as_data(mark.colour)}"{anchor}{turned}'
    return f'<text x="{x}" y="{y}" {look}>{_runs(mark)}</text>'


def _runs(mark: Words) -> str:
    """The parts of a line of words, each that is raised or lowered by what it differs from the one before."""
    parts, before = [], 0.0
    for kind, text in mark.runs:
        shift = SHIFTS[kind]
        moved = f' dy="{_number((shift - before) * mark.size)}"' if shift != before else ""
        size = f' font-size="{_number(SCRIPT_SIZE * mark.size)}"' if kind else ""
        parts.append(f"<tspan{moved}{size}>{as_data(text)}</tspan>" if moved or size else as_data(text))
        before = shift
    return "".join(parts)


def _number(value: float) -> str:
    """Hundredths of a point are finer than any print.

    >>> _number(252.28346), _number(-0.001), _number(3.0)
    ('252.28', '0', '3')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
