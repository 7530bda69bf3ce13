"""The colours of both themes can be read, and told apart where they mean different things."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule, findings_of
from ddpm_studio.gui.schedules.card.findings_view import FindingItem
from ddpm_studio.gui.theme import DARK, LIGHT, Tokens, apply_theme
from ddpm_studio.gui.widgets.foot.toast import Toast

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


def luminance(color: str) -> float:
    """WCAG 2.1's relative luminance."""
    parts = (QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF())
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@BOTH
@pytest.mark.parametrize("role", ["text", "muted", "warning", "error", "accent"])
@pytest.mark.parametrize("ground", ["window", "surface"])
def test_words_have_the_contrast_that_wcag_aa_asks_for(tokens: Tokens, role: str, ground: str) -> None:
    assert contrast(getattr(tokens, role), getattr(tokens, ground)) >= 4.5


@BOTH
def test_an_error_looks_unlike_a_warning(qtbot: QtBot, qapp: QApplication, tokens: Tokens) -> None:
    apply_theme(qapp, tokens)
    labels = [QLabel("■" * 9), QLabel("■" * 9)]
    for label, role in zip(labels, ("warning", "error"), strict=True):
        qtbot.addWidget(label)
        label.setProperty("role", role)
        label.ensurePolished()
    shown = [label.palette().color(label.foregroundRole()).name().upper() for label in labels]
    assert shown == [tokens.warning, tokens.error]
    assert shown[0] != shown[1]


@BOTH
@pytest.mark.parametrize("turned", [False, True])
def test_a_severe_finding_stands_out_from_remarks(
    qtbot: QtBot, qapp: QApplication, tokens: Tokens, turned: bool
) -> None:
    """Also in a row that had the other kind before."""
    apply_theme(qapp, tokens)
    found = sorted(findings_of(Schedule("linear", 300)), key=lambda each: each.severe)
    assert [each.severe for each in found] == [False, True]
    looks = []
    for finding, other in zip(found, found[::-1], strict=True):
        row = FindingItem()
        qtbot.addWidget(row)
        row.show_finding(other if turned else finding, None)
        row.show()
        row.show_finding(finding, None)
        label = row.findChildren(QLabel)[1]
        looks.append((label.font().weight(), label.palette().color(label.foregroundRole()).name().upper()))
    remark, severe = looks
    assert remark == (QLabel().font().weight(), tokens.text)
    assert severe[0] > remark[0]
    assert severe[1] == tokens.warning


@BOTH
@pytest.mark.parametrize("kind", [QLineEdit, QSpinBox])
def test_fields_have_a_frame_that_is_seen(
    qtbot: QtBot, qapp: QApplication, tokens: Tokens, kind: type[QWidget]
) -> None:
    apply_theme(qapp, tokens)
    field = kind()
    qtbot.addWidget(field)
    field.resize(100, 24)
    picture = field.grab().toImage()
    column = [picture.pixelColor(50, y).name() for y in range(4)]
    assert max(contrast(color, tokens.window) for color in column) >= 1.5
    assert max(contrast(color, tokens.surface) for color in column) >= 1.5


@BOTH
def test_a_message_stands_out_by_its_frame(qtbot: QtBot, qapp: QApplication, tokens: Tokens) -> None:
    apply_theme(qapp, tokens)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 300)
    toast = Toast()
    QVBoxLayout(window).addWidget(toast)
    window.show()
    toast.say("T is 0; it must be a whole number from 1 to 100000.")
    picture, place = window.grab().toImage(), toast.geometry()
    across = range(place.left() + 8, place.right() - 8)
    assert {picture.pixelColor(x, place.top() + 1).name().upper() for x in across} == {tokens.surface}
    frame = picture.pixelColor(place.center().x(), place.top()).name()
    assert contrast(frame, tokens.window) >= 3
