"""Key of a schedule in a report: its name with a piece of its line."""

from __future__ import annotations

from ddpm_studio.report.markup import Markup, element, foreign, together
from ddpm_studio.report.report_contents import ReportedSchedule, spec_text

_WIDTH = 2.0
"""Width of the line in units of the drawing, which is 34 wide."""


def name_with_key(reported: ReportedSchedule) -> Markup:
    """The name of a schedule, its text where it has none, behind a piece of its line."""
    line = reported.line
    dashes = " ".join(f"{length * _WIDTH:g}" for length in line.dash)
    dashed = {"stroke_dasharray": dashes} if dashes else {}
    ends = {"x1": "0", "y1": "5", "x2": "34", "y2": "5"}
    piece = element("line", stroke=line.colour, stroke_width=f"{_WIDTH:g}", **ends, **dashed)
    drawing = element("svg", piece, class_="key", viewBox="0 0 34 10", aria_hidden="true")
    return together([drawing, foreign(line.name or spec_text(line.schedule))])
