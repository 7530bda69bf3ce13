"""A tile's text: whatever its width, a number keeps its unit."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontMetrics

from ddpm_studio.gui.picture.tile import NARROWEST, fitted


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("width", range(70, 300, 10))
def test_a_number_keeps_its_unit_in_a_narrow_tile(width: int) -> None:
    metrics = QFontMetrics(QFont())
    for text in ("measured −2116.3 dB", "t = 1000 · SNR −11.176 dB"):
        shown, squeezed = fitted(metrics, text, width)
        assert shown.endswith(text[-7:])
        assert NARROWEST <= squeezed <= 1
        assert metrics.horizontalAdvance(shown) * squeezed <= width + 1
        assert (shown, squeezed) == (text, 1) or metrics.horizontalAdvance(text) > width
