"""The t of 0 dB beside its mark: where it stands, and what lies under it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.theme import LIGHT
from ddpm_studio.gui.timeline.balance_note import ASIDE, note_place, note_text
from ddpm_studio.gui.timeline.lane_hands import HandledLanes
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from tests.gui.windows import active_window, settle

ROW = QRectF(100, 40, 500, 12)
SPECS = ("linear:T=300", "cosine:T=1000", "sigmoid:T=1000", "linear:T=1000")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    with active_window(qtbot, QSize(1440, 900), [Schedule.parse(spec) for spec in SPECS], 120) as window:
        yield window


def lanes(window: MainWindow) -> HandledLanes:
    return window.panel(TimelinePanel).lanes


def pixels(window: MainWindow, place: QRectF) -> np.ndarray:
    rect = place.toAlignedRect()
    image = lanes(window).grab(rect).toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(rect.height(), -1, 4)[..., 2::-1].astype(int)


def rgb(color: str) -> tuple[int, int, int]:
    found = QColor(color)
    return found.red(), found.green(), found.blue()


def mark_of(window: MainWindow, place: int) -> tuple[int, float]:
    found = lanes(window)._balance_at(window.studio.state.visible[place])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("x", "taken", "left"),
    [
        (300, None, 300 + ASIDE),
        (560, None, 560 - ASIDE - 80),
        (300, (310, 330), 300 - ASIDE - 80),
        (120, (125, 145), 145 + ASIDE),
        (200, (200, 220), 200 - ASIDE - 80),
    ],
)
def test_a_note_stands_beside_its_mark_and_clear_of_what_is_there(
    x: float, taken: tuple[float, float] | None, left: float
) -> None:
    there = None if taken is None else QRectF(taken[0], 40, taken[1] - taken[0], 12)
    place = note_place(x, 80, ROW, there)
    assert place is not None
    assert place.left() == left
    assert ROW.contains(place)
    assert there is None or not place.intersects(there)


def test_a_note_that_has_no_room_is_not_cut() -> None:
    assert note_place(120, 80, QRectF(100, 0, 60, 12), None) is None


@pytest.mark.parametrize("size", [QSize(960, 600), QSize(1024, 700)], ids=lambda size: f"{size.width()}")
def test_a_low_lane_of_a_small_window_has_its_number_on_the_strip_and_says_once_what_it_is(
    window: MainWindow, size: QSize
) -> None:
    window.share_out(size)
    settle()
    lanes(window).grab()
    assert lanes(window)._notes_over
    ink, metrics = rgb(LIGHT.text), QFontMetricsF(lanes(window)._small)
    for place in range(2):
        t, x = mark_of(window, place)
        strip, width = lanes(window).strip(place), metrics.horizontalAdvance(str(t))
        row = QRectF(strip.left(), strip.bottom() - 13, strip.width(), 12)
        there = note_place(x, width, row, None)
        assert there is not None
        # Of the number itself, not of the mark, which has the same colour and ends before it.
        assert np.abs(pixels(window, there) - ink).sum(axis=2).min() < 60
        # Nothing else of the strip is hidden.
        assert np.abs(pixels(window, there.translated(width + 5, 0)) - ink).sum(axis=2).min() > 100
    left, right = (
        round(mark_of(window, 0)[1] + ASIDE + share * metrics.horizontalAdvance("0 dB at")) for share in (0, 1)
    )
    over = QRectF(left, 1, right - left, lanes(window).head - 2)
    assert np.abs(pixels(window, over) - rgb(LIGHT.muted)).sum(axis=2).min() < 60


def test_what_the_numbers_are_is_not_said_twice(window: MainWindow) -> None:
    window.share_out(QSize(1440, 1400))
    settle()
    lanes(window).grab()
    assert not lanes(window)._notes_over


def test_the_moment_crosses_no_number(window: MainWindow) -> None:
    window.share_out(QSize(1440, 1400))
    settle()
    assert lanes(window)._layout.is_captioned
    t, x = mark_of(window, 0)
    state = window.studio.state
    width = QFontMetricsF(lanes(window)._small).horizontalAdvance(note_text(t))
    now = state.time_axis.step(state.current.schedule, lanes(window)._field().position(x + ASIDE + width / 2))
    window.studio.set_t(now)
    settle()
    strip, accent = lanes(window).strip(0), rgb(LIGHT.accent)
    note = QRectF(x + ASIDE, strip.bottom() + 3, width, 7)
    assert (np.abs(pixels(window, note) - accent).sum(axis=2) > 30).all()
    across = QRectF(x + ASIDE, lanes(window).lane(1).top() - 1, width, 1)
    assert (np.abs(pixels(window, across) - accent).sum(axis=2) < 30).any()
