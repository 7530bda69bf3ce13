"""PageSettings: what a person has set on the page of figures, and the figure that it makes of lines and curves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ddpm_studio.figures.against import Against
from ddpm_studio.figures.figure import Figure, FigureLine, Naming

RESOLUTIONS = (72, 2400)
"""The least and the greatest resolution of a PNG, in dots per inch."""


@dataclass(frozen=True)
class PageSettings:
    """Sizes on paper, in millimetres and points; a height of 0 is the one that suits. `whole` is for all chosen curves.

    `dpi` is the resolution of pictures.
    """

    width_mm: float = 89.0
    height_mm: float = 0.0
    font_pt: float = 7.0
    line_pt: float = 1.0
    naming: Naming = Naming.DIRECT
    grey: bool = False
    whole: bool = False
    title: str = ""
    dpi: int = 600

    def figure(
        self,
        lines: Iterable[FigureLine],
        curves: tuple[str, ...],
        axis: str,
        log: Iterable[str],
        against: Against | None = None,
    ) -> Figure:
        """The figure of lines, over an axis, with a logarithmic y axis of the curves `log`, compared with what they are
        drawn `against`. Raises FigureError.
        """
        return Figure(
            tuple(lines),
            curves,
            axis=axis,
            log_curves=frozenset(log),
            width_mm=self.width_mm,
            height_mm=self.height_mm or None,
            font_pt=self.font_pt,
            line_pt=self.line_pt,
            naming=self.naming,
            grey=self.grey,
            title=self.title,
            against=against,
        )


def page_of(figure: Figure, besides: PageSettings) -> PageSettings:
    """The settings that make a figure; what it has not is taken from others."""
    return PageSettings(
        figure.width_mm,
        figure.height_mm or 0.0,
        figure.font_pt,
        figure.line_pt,
        figure.naming,
        figure.grey,
        besides.whole,
        figure.title,
        besides.dpi,
    )
