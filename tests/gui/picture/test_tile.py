"""A tile's text: whatever its width, a number is there whole, or not at all."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRect
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.picture import tile as tile_module
from ddpm_studio.gui.picture.captions import Captions
from ddpm_studio.gui.picture.tile import CUT, NARROWEST, ORIGINAL, WORDY, Caption, Tile, fitted
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.theme import LIGHT


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("width", range(20, 300, 10))
def test_a_line_of_numbers_is_whole_or_not_there(width: int) -> None:
    metrics = QFontMetrics(QFont())
    for text in ("measured −2116.3 dB", "t = 1000 · SNR −11.176 dB"):
        shown, squeezed = fitted(metrics, text, width)
        assert shown in (text, CUT)
        assert (shown == CUT) == (metrics.horizontalAdvance(text) * NARROWEST > width)
        assert NARROWEST <= squeezed <= 1
        assert metrics.horizontalAdvance(shown) * squeezed <= width + 1


@pytest.mark.parametrize(("width", "painted"), [(400, 0), (140, 1), (60, 2)])
def test_a_title_without_room_leaves_out_what_all_of_them_say(qtbot: QtBot, width: int, painted: int) -> None:
    titles = ("A  cosine T=1000, s=0.0125", "A  s=0.0125", "A")

    window = QWidget()
    qtbot.addWidget(window)

    def image(title: str, telling: str) -> QImage:
        tile = Tile(window)
        tile.set_caption(Caption(title, (), QPen(), telling=telling))
        tile.set_geometry(QRect(0, 0, width, 40), (10, 10), beside=False)
        return tile.grab().toImage()

    assert image(titles[0], titles[1]) == image(titles[painted], "")


NUMBERS = (410, -12.6, -20.0781, 9.88171)


@pytest.mark.parametrize("width", range(40, 300, 10))
def test_every_number_of_a_caption_is_there_in_as_many_digits_as_have_room(qtbot: QtBot, width: int) -> None:
    window, captions = QWidget(), Captions()
    qtbot.addWidget(window)
    tile = Tile(window)
    tile.set_theme(LIGHT)
    forms, widest = captions.forms(*NUMBERS), captions.forms(8888, -88.888, -88.888, -88.888)
    tile.set_caption(Caption("A  cosine", forms[0], shorter=forms[1:], widest=widest))
    words = " ".join(tile.lines(width)).split()
    numbers = (("410", "410"), ("−12.600", "−12.6"), ("−20.078", "−20.1"), ("9.8817", "9.88"))
    is_wordy = width >= WORDY * tile.fontMetrics().height()
    for full, few in numbers if is_wordy else numbers[:2]:
        assert full in words or few in words
    metrics = QFontMetrics(tile._font_at(width))
    assert all(fitted(metrics, line, width)[0] != CUT for line in tile.lines(width))
    assert {"SNR", "measured", "PSNR"} <= set(words) or not is_wordy, "two numbers in dB could be each other"


@pytest.mark.parametrize("width", range(40, 400, 10))
@pytest.mark.parametrize("brief", [False, True])
def test_digits_are_left_out_of_all_lines_before_one_is_squeezed(qtbot: QtBot, width: int, brief: bool) -> None:
    window, captions = QWidget(), Captions()
    qtbot.addWidget(window)
    tile = Tile(window)
    tile.set_theme(LIGHT)
    forms, widest = captions.forms(410, -12.6123, *NUMBERS[2:]), captions.forms(8888, -88.888, -88.888, -88.888)
    tile.set_caption(Caption("A  cosine", forms[0], shorter=forms[1:], widest=widest))
    tile.set_geometry(QRect(0, 0, width, 90), (30, 30), beside=False, brief=brief)
    lines = tile.lines(width)
    full = [number in " ".join(lines) for number in ("−12.612", "−20.078", "9.8817")]
    metrics = QFontMetrics(tile._font_at(width))
    assert not any(full) or all(metrics.horizontalAdvance(line) <= width for line in lines)
    assert sum(full) in ((0, 1) if brief else (0, 3))


@pytest.mark.parametrize("width", range(40, 300, 20))
def test_a_brief_caption_is_t_and_snr(qtbot: QtBot, width: int) -> None:
    window, captions = QWidget(), Captions()
    qtbot.addWidget(window)
    tile = Tile(window)
    tile.set_theme(LIGHT)
    forms = captions.forms(*NUMBERS)
    tile.set_caption(Caption("A  cosine", forms[0], shorter=forms[1:]))
    tile.set_geometry(QRect(0, 0, width, 90), (30, 30), beside=False, brief=True)
    words = " ".join(tile.lines(width)).split()
    assert "410" in words
    assert {"−12.600", "−12.6"} & set(words)
    assert not {"measured", "PSNR"} & set(words)
    assert len(tile.lines(width)) <= 2


@pytest.mark.parametrize("width", [38, 44, 60])
def test_numbers_of_a_small_tile_say_what_they_are(qtbot: QtBot, width: int) -> None:
    window, captions = QWidget(), Captions()
    qtbot.addWidget(window)
    tile = Tile(window)
    tile.set_theme(LIGHT)
    forms, widest = captions.forms(*NUMBERS), captions.forms(8888, -88.888, -88.888, -88.888)
    tile.set_caption(Caption("A  cosine", forms[0], shorter=forms[1:], widest=widest))
    tile.set_geometry(QRect(0, 0, width, 90), (width, 40), beside=False, brief=True)
    t, decibels = tile.lines(width)
    assert t == "t = 410"
    assert decibels.endswith("−12.6 dB")


@pytest.mark.parametrize(("width", "title"), [(24, ORIGINAL), (60, "Original")])
def test_the_original_always_has_a_title(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, width: int, title: str) -> None:
    window, painted = QWidget(), list[str]()
    qtbot.addWidget(window)
    tile = Tile(window)
    tile.set_theme(LIGHT)
    tile.set_caption(Caption("Original", ("still-life.jpg", "512 × 512"), names=1))
    tile.set_geometry(QRect(0, 0, width, 90), (width, 40), beside=False, brief=True)
    paint = Tile._paint_numbers

    def note(of: Tile, painter: QPainter, place: QRect, text: str, most: float = 1.0) -> None:
        painted.append(text)
        paint(of, painter, place, text, most)

    monkeypatch.setattr(Tile, "_paint_numbers", note)
    tile.grab()
    assert painted[0] == title


@pytest.mark.parametrize("width", [44, 110, 180, 230])
def test_all_numbers_of_a_tile_are_equally_narrow(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    window, captions, shares = QWidget(), Captions(), list[float]()
    qtbot.addWidget(window)
    tile = Tile(window)
    tile.set_theme(LIGHT)
    forms, widest = captions.forms(*NUMBERS), captions.forms(8888, -88.888, -88.888, -88.888)
    tile.set_caption(Caption("A  cosine", forms[0], QPen(), forms[1:], widest))
    tile.set_geometry(QRect(0, 0, width, 120), (30, 30), beside=False)
    scale = QPainter.scale

    def note(painter: QPainter, x: float, y: float) -> None:
        shares.append(x)
        scale(painter, x, y)

    monkeypatch.setattr(QPainter, "scale", note)
    tile.grab()
    assert len(shares) == len(tile.lines(width))
    assert len(set(shares)) == 1


def test_the_tip_has_the_whole_caption(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window, shown = QWidget(), list[str]()
    qtbot.addWidget(window)
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, widget: shown.append(text))
    tile = Tile(window)
    tile.set_caption(Caption("A  cosine", ("t = 4", "SNR 1.2345 dB")))
    tile.setToolTip("cosine:T=9")
    QApplication.sendEvent(tile, QHelpEvent(QEvent.Type.ToolTip, QPoint(), QPoint()))
    assert shown == ["A  cosine\nt = 4 · SNR 1.2345 dB\n\ncosine:T=9"]


@pytest.mark.parametrize(("width", "size"), [(30, CUT), (200, "512 × 512")])
def test_the_size_of_the_original_is_whole_or_not_there(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, width: int, size: str
) -> None:
    window, captions, painted = QWidget(), Captions(), list[str]()
    qtbot.addWidget(window)
    tile = Tile(window)
    tile.set_theme(LIGHT)
    picture = Picture("still-life.jpg", np.zeros((512, 512, 3), np.float32), (512, 512))
    tile.set_caption(captions.of_original(picture))
    tile.resize(width, 200)

    def note(metrics: QFontMetrics, text: str, room: int) -> tuple[str, float]:
        painted.append(fitted(metrics, text, room)[0])
        return fitted(metrics, text, room)

    monkeypatch.setattr(tile_module, "fitted", note)
    tile.grab()
    assert painted[-1] == size
