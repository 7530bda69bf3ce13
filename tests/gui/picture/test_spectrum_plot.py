"""The spectrum beside the pictures: a line for the picture, one for each schedule's noise, and what survives."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from threading import Event, get_ident

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.diffusion.resolution.spectrum import Spectrum
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.picture.spectrum_plot import SpectrumPlot
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.studio import first_state
from ddpm_studio.gui.styles import STYLES
from ddpm_studio.gui.tasks import TaskQueue
from ddpm_studio.gui.theme import DARK, LIGHT
from ddpm_studio.interruption import check
from ddpm_studio.numerals import brief
from tests.gui.picture.conftest import Bench

SIDE = 64


def large(seed: int) -> Picture:
    """A picture whose spectrum is computed beside the window."""
    pixels = np.cumsum(np.random.default_rng(seed).normal(0, 0.05, (320, 320, 3)), 0)
    return Picture("large.png", pixels.astype(np.float32), (320, 320))


class Gate:
    """Stands before the computing of each spectrum, and fails in its place with `error`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open, self.threads = Event(), list[int]()
        self.error: Exception | None = None
        self._of = Spectrum.of
        monkeypatch.setattr(Spectrum, "of", self._pass)

    def _pass(self, pixels: NDArray[np.floating]) -> Spectrum:
        self.threads.append(get_ident())
        while not self.open.wait(0.001):
            check()
        if self.error is not None:
            raise self.error
        return self._of(pixels)


@pytest.fixture
def gate(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    yield Gate(monkeypatch)
    for queue in bench.panel.findChildren(TaskQueue):
        queue.end()


def falling() -> Picture:
    """A picture whose power falls as f⁻², without a direction of its own."""
    frequencies = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.fftfreq(SIDE)) * SIDE
    phases = np.fft.fft2(np.random.default_rng(0).normal(size=(SIDE, SIDE)))
    pixels = np.fft.ifft2(phases / np.maximum(frequencies, 1)).real[..., None]
    return Picture("falling.png", (pixels / np.abs(pixels).max()).astype(np.float32), (SIDE, SIDE))


@pytest.fixture
def plot(bench: Bench) -> SpectrumPlot:
    bench.panel.set_theme(LIGHT)
    bench.do(bench.studio.set_picture, falling())
    with bench.qtbot.waitSignal(bench.studio.changed):
        bench.panel.header.spectrum.toggled.connect(bench.studio.set_spectrum)
        QTest.mouseClick(bench.panel.header.spectrum, Qt.MouseButton.LeftButton)
    assert bench.panel.spectrum.isVisible()
    return bench.panel.spectrum


def drawn(plot: SpectrumPlot) -> list[list[QPointF]]:
    return [[points.at(place) for place in range(points.size())] for points, _, _ in plot.strokes()]


def words(plot: SpectrumPlot) -> str:
    return plot._words.text()


def test_noise_is_as_high_as_minus_the_snr_and_crosses_at_what_survives(bench: Bench, plot: SpectrumPlot) -> None:
    state = bench.studio.state
    *crossings, curve, first, second = drawn(plot)
    assert len(curve) == SIDE // 2
    assert (curve[0].x(), curve[-1].x()) == (0.0, 5.0)
    for entry, floor, dot in zip(state.entries, (first, second), (crossings[0], crossings[2]), strict=True):
        t = state.t_of(entry)
        snr_db = float(entry.schedule.coefficients.snr_db[t - 1])
        assert [point.y() for point in floor] == pytest.approx([-snr_db] * 2, rel=1e-9)
        cycles = Spectrum.of(falling().pixels).finest(weights_at(entry.schedule, t))
        assert (dot[0].x(), dot[0].y()) == pytest.approx((math.log2(cycles), -snr_db), rel=1e-9)
        assert f"{state.letter(entry)} {SIDE / cycles:.3g}" in plot.told()


def test_its_axes_say_what_they_are_and_no_number_is_cut_off(bench: Bench, plot: SpectrumPlot) -> None:
    plot.grab()
    assert (plot.axes.text(), plot.axes.isVisible()) == ("dB over waves", True)
    assert plot.rect().contains(plot.axes.geometry())
    assert plot._plot.vb.sceneBoundingRect().top() >= plot.fontMetrics().height() / 2


def test_it_follows_t_from_everything_to_nothing(bench: Bench, plot: SpectrumPlot) -> None:
    bench.do(bench.studio.set_t, 0)
    assert plot.told() == "A 2 px · B 2 px"
    assert len(drawn(plot)) == 3
    bench.do(bench.studio.add, Schedule("cosine", 1000, {"zero_snr": 1}))
    bench.do(bench.studio.set_t, 1000)
    assert plot.told().endswith("C nothing")
    assert "nothing" in words(plot)


def test_the_tip_of_each_picture_says_what_survives_in_it(bench: Bench, plot: SpectrumPlot) -> None:
    for number in range(8):
        bench.do(bench.studio.add, Schedule("linear", 50 + number))
    bench.do(bench.studio.add, Schedule("cosine", 1000, {"zero_snr": 1}))
    for t in (0, 300, 1000):
        bench.do(bench.studio.set_t, t)
        state = bench.studio.state
        for entry, tile in zip(state.visible, bench.panel.gallery.tiles[1:], strict=True):
            cycles = Spectrum.of(falling().pixels).finest(weights_at(entry.schedule, state.t_of(entry)))
            waves = f"Finest detail that survives: waves of {brief(SIDE / max(cycles, 1e-9))} px"
            said = waves if cycles else "No detail survives the noise."
            assert said in tile.toolTip(), (t, str(entry.schedule))
    bench.do(bench.studio.set_spectrum, False)
    assert not any("survives" in tile.toolTip() for tile in bench.panel.gallery.tiles)
    bench.do(bench.studio.set_picture, replace(falling(), name="other.png"))
    bench.do(bench.studio.set_spectrum, True)
    assert all("survives" in tile.toolTip() for tile in bench.panel.gallery.tiles[1:]), "at once, of a new picture too"


def test_a_picture_is_analysed_once(bench: Bench, plot: SpectrumPlot) -> None:
    spectrum = plot.spectrum
    bench.do(bench.studio.set_t, 7)
    bench.do(bench.studio.set_seed, 9)
    assert plot.spectrum is spectrum
    bench.do(bench.studio.set_picture, falling())
    assert plot.spectrum is not spectrum


def test_schedules_have_their_colours_in_either_theme(bench: Bench, plot: SpectrumPlot) -> None:
    for tokens in (LIGHT, DARK):
        bench.panel.set_theme(tokens)
        for entry in bench.studio.state.entries:
            color = STYLES[entry.style].color(tokens.dark)
            assert color.name() in words(plot)
            assert sum(pen.color() == color for _, pen, _ in plot.strokes()) == 3


def test_of_many_schedules_the_selected_one_and_a_few_others_are_named(bench: Bench, plot: SpectrumPlot) -> None:
    for number in range(10):
        bench.do(bench.studio.add, Schedule("linear", 50 + number))
    text = words(plot)
    assert text.count("px") == 6
    assert "<b>L</b>" in text
    assert text.endswith("+6")
    assert plot.told().count("px") == 12


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 3, 1), (2, 2, 3), (8, 8, 1)])
def test_pictures_without_detail_are_shown_all_the_same(
    bench: Bench, plot: SpectrumPlot, shape: tuple[int, ...]
) -> None:
    picture = Picture("dot.png", np.full(shape, 0.25, np.float32), (shape[1], shape[0]))
    bench.do(bench.studio.set_picture, picture)
    bench.panel.grab()
    assert plot.told() == "A nothing · B nothing"


def test_it_lies_beside_the_pictures_or_below_them(bench: Bench, plot: SpectrumPlot) -> None:
    bench.panel.resize(900, 300)
    assert plot.x() > bench.panel.gallery.geometry().right()
    bench.panel.resize(400, 800)
    bench.qtbot.waitUntil(lambda: plot.y() > bench.panel.gallery.geometry().bottom())
    bench.do(bench.studio.set_spectrum, False)
    assert not plot.isVisible()


def test_that_of_a_large_picture_is_computed_beside_the_window_and_the_last_one_stays(
    bench: Bench, plot: SpectrumPlot, gate: Gate
) -> None:
    said, before, place = words(plot), drawn(plot), plot.axes.geometry().top()
    bench.do(bench.studio.set_picture, large(1))
    assert (words(plot), drawn(plot), plot.axes.text()) == (said, before, "being computed…")
    assert plot.axes.geometry().top() == place
    bench.do(bench.studio.set_t, 7)
    assert len(gate.threads) <= 1
    assert len(drawn(plot)) == len(before)
    gate.open.set()
    bench.qtbot.waitUntil(lambda: plot.axes.text() == "dB over waves")
    assert get_ident() not in gate.threads
    np.testing.assert_array_equal(plot.spectrum.powers, gate._of(large(1).pixels).powers)
    assert len(drawn(plot)[-3]) == 160


def test_of_several_large_pictures_only_the_last_one_is_shown(bench: Bench, plot: SpectrumPlot, gate: Gate) -> None:
    for seed in (1, 2, 3):
        bench.do(bench.studio.set_picture, large(seed))
    bench.do(bench.studio.set_picture, large(4))
    gate.open.set()
    bench.qtbot.waitUntil(lambda: plot.axes.text() == "dB over waves")
    np.testing.assert_array_equal(plot.spectrum.powers, gate._of(large(4).pixels).powers)
    bench.do(bench.studio.undo)
    bench.do(bench.studio.set_picture, None)
    bench.panel.grab()


def test_before_there_is_a_spectrum_nothing_is_said_to_survive_or_not(bench: Bench, gate: Gate) -> None:
    bench.panel.set_theme(LIGHT)
    bench.do(bench.studio.set_picture, large(1))
    bench.do(bench.studio.set_spectrum, True)
    plot = bench.panel.spectrum
    assert (plot.told(), plot.axes.text()) == ("A … · B …", "being computed…")
    assert "nothing" not in words(plot)
    assert drawn(plot) == []
    bench.panel.grab()
    gate.open.set()
    bench.qtbot.waitUntil(lambda: "px" in words(plot))
    assert plot.axes.text() == "dB over waves"


def test_one_that_cannot_be_computed_is_told_and_the_window_goes_on(
    bench: Bench, plot: SpectrumPlot, gate: Gate
) -> None:
    told: list[str] = []
    plot.computing.failed.connect(lambda error: told.append(str(error)))
    gate.open.set()
    gate.error = FileError(QT_TRANSLATE_NOOP("errors", "It is gone."))
    bench.do(bench.studio.set_picture, large(1))
    bench.qtbot.waitUntil(lambda: plot.axes.text() == "not computed")
    bench.qtbot.waitUntil(lambda: told == ["It is gone."])
    assert plot.told() == "A … · B …"
    gate.error = MemoryError()
    bench.do(bench.studio.set_picture, large(2))
    with bench.qtbot.captureExceptions() as raised:
        bench.qtbot.waitUntil(lambda: len(raised) == 1)
    assert (raised[0][0], plot.axes.text()) == (MemoryError, "not computed")
    gate.error = None
    bench.do(bench.studio.set_picture, large(3))
    bench.qtbot.waitUntil(lambda: "px" in words(plot))


def test_the_first_state_of_all_may_show_the_spectrum(qtbot: QtBot) -> None:
    pixels = np.random.default_rng(0).normal(0, 0.3, (SIDE, SIDE, 3)).astype(np.float32)
    panel = PicturePanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_state(replace(first_state(), picture=Picture("small.png", pixels, (SIDE, SIDE)), spectrum=True))
    qtbot.waitUntil(lambda: any("survive" in tile.toolTip() for tile in panel.gallery._tiles))
