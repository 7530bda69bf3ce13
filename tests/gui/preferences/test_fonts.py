"""Another size of the font: all texts follow, painted ones too, nothing is cut off, and it goes back as it came."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFontInfo, QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.preferences.keeper import PreferenceKeeper
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.widgets.sizes.by_font import grown, system_size
from ddpm_studio.gui.widgets.sizes.worded_button import WordedButton
from tests.gui.windows import show_change

SPECS = (Schedule("cosine", 1000), Schedule("linear", 1000))


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = open_window([], SPECS, None, preferences=PreferenceKeeper())
    qtbot.addWidget(window)
    window.share_out(QSize(1600, 1000))
    with qtbot.waitExposed(window):
        window.show()
    show_change(window, qtbot)
    yield window
    window.preferences.reset()
    window.close()


def enlarge(window: MainWindow, qtbot: QtBot, times: float) -> float:
    """Choose a font so many times as large as the system's; its size in points."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    size = system_size(app) * times
    window.preferences.change(font_size=size)
    show_change(window, qtbot)
    QApplication.processEvents()
    return size


def sizes(window: MainWindow) -> dict[str, float]:
    """How large texts are that are painted, or written in a font of their own."""
    explain, panel = window.panel(ExplainPanel), window.panel(SchedulesPanel)
    (plot,) = window.panel(CurvesPanel).grid.plots()
    timeline, equation = window.panel(TimelinePanel), window.panel(EquationPanel)
    fonts = {
        "the symbol that is explained": explain._symbol.font(),
        "a line that is typed": panel.list.view.line.font(),
        "the new line": panel.list.new_line.font(),
        "the rows of the list": panel.list.view._rows.layout.bold,
        "the ticks of a plot": plot.getAxis("left").style["tickFont"],
        "the names on lines": plot._names._font,
        "the scales": timeline.scales._small,
        "the lanes": timeline.lanes._bold,
        "the numbers of the equation": equation.forward.numbers[0]._large,
        "the subject of the equation": equation.subject._title,
        "the captions": window.panel(PicturePanel).gallery.font(),
    }
    return {name: QFontInfo(font).pointSizeF() for name, font in fonts.items()}


@pytest.mark.parametrize("times", [0.8, 1.5])
def test_every_text_follows_and_goes_back(window: MainWindow, qtbot: QtBot, times: float) -> None:
    before, rows = sizes(window), window.panel(TimelinePanel).scales.height()
    enlarge(window, qtbot, times)
    after = sizes(window)
    assert {name: size / before[name] for name, size in after.items()} == {
        name: pytest.approx(times, rel=0.05) for name in before
    }
    assert window.panel(TimelinePanel).scales.height() == pytest.approx(times * rows, rel=0.1)
    window.preferences.change(font_size=None)
    show_change(window, qtbot)
    assert sizes(window) == before


def test_every_widget_has_the_size_that_was_chosen(window: MainWindow, qtbot: QtBot) -> None:
    size = enlarge(window, qtbot, 1.5)
    written = [widget for widget in window.findChildren(QWidget) if isinstance(widget, QLabel | QAbstractButton)]
    seen = [widget for widget in written if widget.isVisible() and widget.text()]
    assert len(seen) > 20
    assert {widget.text() for widget in seen if widget.font().pointSizeF() < size * 0.89} == set()


def test_no_button_and_no_label_is_cut_off(window: MainWindow, qtbot: QtBot) -> None:
    enlarge(window, qtbot, 1.5)
    qtbot.waitUntil(lambda: not cut_off(window))


@pytest.mark.parametrize("times", [1.2, 1.5])
def test_the_remedy_of_a_finding_is_not_cut_off(window: MainWindow, qtbot: QtBot, times: float) -> None:
    window.studio.set_schedule(Schedule("linear", 300))
    enlarge(window, qtbot, times)
    window.share_out(window.minimumSize())
    show_change(window, qtbot)
    buttons = [each for each in window.findChildren(WordedButton) if each.isVisibleTo(window)]
    assert len(buttons) == 2
    edges = 8  # Of a button, on both sides of its text.
    qtbot.waitUntil(
        lambda: all(each.fontMetrics().horizontalAdvance(each.text()) + edges <= each.width() for each in buttons)
    )


def cut_off(window: MainWindow) -> list[str]:
    """The texts on buttons that are wider than these."""
    buttons = [each for each in window.findChildren(QAbstractButton) if isinstance(each, QToolButton | QPushButton)]
    return [
        button.text()
        for button in buttons
        if button.isVisible() and QFontMetrics(button.font()).horizontalAdvance(button.text()) > button.width()
    ]


def test_a_window_of_a_large_font_is_no_smaller_than_it_needs_where_the_screen_has_room(
    window: MainWindow, qtbot: QtBot
) -> None:
    before = window.minimumSize()
    enlarge(window, qtbot, 1.5)
    room = window.screen().availableSize()
    assert window.minimumHeight() == max(before.height(), min(grown(before.height()), room.height()))
    window.preferences.reset()
    show_change(window, qtbot)
    assert window.minimumSize() == before


def test_the_first_window_has_the_font_from_the_beginning(qtbot: QtBot) -> None:
    keeper = PreferenceKeeper()
    keeper.change(font_size=13.0)
    window = open_window([], SPECS, None, preferences=keeper)
    qtbot.addWidget(window)
    window.share_out(QSize(1600, 1000))
    with qtbot.waitExposed(window):
        window.show()
    show_change(window, qtbot)
    assert window.panel(PicturePanel).header.new_noise.font().pointSizeF() == 13.0
    assert QFontInfo(window.panel(SchedulesPanel).list.new_line.font()).pointSizeF() == pytest.approx(13.0, rel=0.05)
    keeper.reset()
    window.close()


def test_in_a_small_window_rows_of_buttons_scroll_and_pictures_fit(window: MainWindow, qtbot: QtBot) -> None:
    enlarge(window, qtbot, 1.5)
    window.setMinimumSize(960, 560)
    window.resize(960, 560)
    window.share_out(window.size())
    show_change(window, qtbot)
    panel = window.panel(PicturePanel)
    for row in (panel.header, window.panel(SamplingPanel).run_bar, window.panel(SamplingPanel).view_bar):
        assert row.width() >= row.minimumSizeHint().width()
    for tile in panel.gallery.tiles:
        assert tile.visibleRegion().boundingRect().width() == tile.width()
    save = panel.header.save
    assert save.visibleRegion().isEmpty()
    panel.header.spectrum.setFocus()
    window.focusNextPrevChild(True)
    assert save.visibleRegion().boundingRect() == save.rect()
