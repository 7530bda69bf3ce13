"""Figures for print: curves of schedules laid out in points on light paper, and written without Qt."""

from ddpm_studio.figures.composing import artwork_of
from ddpm_studio.figures.figure import Figure, FigureLine, Naming
from ddpm_studio.figures.svg import svg_element, svg_file

__all__ = ["Figure", "FigureLine", "Naming", "artwork_of", "svg_element", "svg_file"]
