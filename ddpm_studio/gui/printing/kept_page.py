"""Kept settings of the page of figures, which the next start has again."""

from __future__ import annotations

from dataclasses import asdict

from ddpm_studio.figures.figure import FONTS_PT, HEIGHTS_MM, LINES_PT, WIDTHS_MM, Naming
from ddpm_studio.figures.page_settings import RESOLUTIONS, PageSettings
from ddpm_studio.gui.projects.taking import Taking
from ddpm_studio.gui.state.json_values import flag, number, text


def settings_text(settings: PageSettings) -> dict[str, object]:
    """The settings as JSON has them."""
    return asdict(settings)


def settings_of(content: Taking) -> PageSettings:
    """As much of the settings as is there."""
    usual = PageSettings()
    return PageSettings(
        width_mm=content.take("width_mm", lambda value: _within(value, *WIDTHS_MM), usual.width_mm),
        height_mm=content.take("height_mm", _height, usual.height_mm),
        font_pt=content.take("font_pt", lambda value: _within(value, *FONTS_PT), usual.font_pt),
        line_pt=content.take("line_pt", lambda value: _within(value, *LINES_PT), usual.line_pt),
        naming=content.take("naming", lambda value: Naming(text(value)), usual.naming),
        grey=content.take("grey", flag, usual.grey),
        whole=content.take("whole", flag, usual.whole),
        title=content.take("title", text, usual.title),
        dpi=content.take("dpi", lambda value: int(_within(value, *RESOLUTIONS)), usual.dpi),
    )


def _height(value: object) -> float:
    return 0.0 if number(value) == 0 else _within(value, *HEIGHTS_MM)


def _within(value: object, low: float, high: float) -> float:
    if not low <= number(value) <= high:
        raise ValueError(value)
    return number(value)
