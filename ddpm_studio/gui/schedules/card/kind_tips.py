"""Tips on kinds of schedule: the formula of each, and where it comes from."""

from __future__ import annotations

import html

from ddpm_studio.diffusion.kinds import Kind
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.mathtext import formula_html


def kind_tip(kind: Kind) -> str:
    """A kind's formula and source, as rich text."""
    return f"<p>{formula_html(translated(kind.formula))}</p><p>{html.escape(translated(kind.source))}</p>"
