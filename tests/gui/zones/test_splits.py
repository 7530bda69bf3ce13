"""Split: shares of parts that fold, go and come back, at any size."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from ddpm_studio.gui.zones.splits import HANDLE, Split
from tests.gui.finding import child
from tests.gui.windows import active_window, settle

VERTICAL, HORIZONTAL = Qt.Orientation.Vertical, Qt.Orientation.Horizontal


class Box(QWidget):
    """A part that is 20 pixels at least."""

    def __init__(self) -> None:
        super().__init__()
        self.folded, self.gone = False, False
        self.setMinimumSize(20, 20)

    def set_folded(self, folded: bool) -> None:
        self.folded = folded


class Asking(Box):
    """A part that asks for so many pixels."""

    def __init__(self, asked: int) -> None:
        super().__init__()
        self.asked = asked

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.asked, self.asked)


class Bench:
    """A split of three parts, of 500 pixels between its handles."""

    def __init__(self, qtbot: QtBot) -> None:
        self.boxes = [Box(), Box(), Box()]
        self.split = Split(VERTICAL, self.boxes, (50, 30, 20))
        qtbot.addWidget(self.split)
        self.split.resize(300, 500 + 2 * HANDLE)
        self.split.show()
        self.settle()

    def settle(self) -> None:
        self.split.arrange()
        QApplication.processEvents()

    @property
    def sizes(self) -> list[int]:
        return self.split.sizes()[:3]


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def test_every_part_has_its_share_at_any_size(bench: Bench) -> None:
    assert bench.sizes == [250, 150, 100]
    bench.split.resize(300, 1000 + 2 * HANDLE)
    assert bench.sizes == [500, 300, 200]
    bench.split.resize(300, 70 + 2 * HANDLE)
    assert min(bench.sizes) == 20
    bench.split.resize(300, 500 + 2 * HANDLE)
    assert bench.sizes == [250, 150, 100]


def test_what_is_folded_has_what_it_needs_and_its_share_later(bench: Bench) -> None:
    bench.boxes[1].folded = True
    bench.settle()
    assert bench.sizes == [343, 20, 137]
    bench.boxes[1].folded = False
    bench.settle()
    assert bench.sizes == [250, 150, 100]


def test_what_is_gone_has_nothing_and_its_share_later(bench: Bench) -> None:
    bench.boxes[0].gone = True
    bench.settle()
    assert bench.sizes == [0, 303, 202]
    assert not bench.split.gone
    bench.boxes[0].gone = False
    bench.settle()
    assert bench.sizes == [250, 150, 100]


def test_with_everything_folded_the_rest_is_empty(bench: Bench) -> None:
    for box in bench.boxes:
        box.folded = True
    bench.settle()
    assert bench.split.folded
    assert bench.sizes == [20, 20, 20]


def test_a_drag_changes_the_shares_of_what_is_open(bench: Bench) -> None:
    bench.boxes[2].folded = True
    bench.settle()
    drag(bench.split.handle(1), QPoint(0, -100))
    shares = bench.split.shares
    assert shares[2] == pytest.approx(20)
    assert shares[0] < 45 < 35 + shares[1]
    bench.boxes[2].folded = False
    bench.settle()
    assert bench.sizes[2] == 100


def test_the_first_part_has_its_least_until_a_person_moves_it(qtbot: QtBot) -> None:
    boxes = Box(), Box()
    split = Split(HORIZONTAL, boxes, (20, 80), 150)
    qtbot.addWidget(split)
    split.resize(500, 100)
    split.show()
    assert split.sizes()[0] == 150
    split.resize(1000 + HANDLE, 100)
    assert split.sizes()[0] == 200
    split.resize(500, 100)
    drag(split.handle(1), QPoint(-100, 0))
    assert split.sizes()[0] == 50
    split.resize(1000, 100)
    assert 95 < split.sizes()[0] < 105
    split.reset()
    assert split.sizes()[0] == 199


def test_the_last_part_has_what_it_asks_for_until_a_person_moves_it(qtbot: QtBot) -> None:
    boxes = Box(), Asking(150)
    split = Split(VERTICAL, boxes, (80, 20), most=0.5)
    qtbot.addWidget(split)
    split.resize(100, 400 + HANDLE)
    split.show()
    assert split.sizes()[:2] == [250, 150]
    for asked, given in ((60, 80), (199, 199), (300, 200)):
        boxes[1].asked = asked
        boxes[1].updateGeometry()
        settle()
        assert split.sizes()[1] == given
    drag(split.handle(1), QPoint(0, 100))
    assert split.sizes()[1] == 100
    boxes[1].asked = 190
    boxes[1].updateGeometry()
    settle()
    assert split.sizes()[1] == 100
    split.reset()
    assert split.sizes()[1] == 190
    boxes[0].folded = True
    split.arrange()
    settle()
    assert split.sizes()[:2] == [20, 380]


def test_a_double_click_on_a_handle_across_folds_what_is_before_it(qtbot: QtBot) -> None:
    boxes = Box(), Box()
    split = Split(HORIZONTAL, boxes, (20, 80))
    qtbot.addWidget(split)
    split.resize(500, 100)
    split.show()
    QTest.mouseDClick(split.handle(1), Qt.MouseButton.LeftButton)
    assert [box.folded for box in boxes] == [True, False]


def drag(handle: QWidget, by: QPoint) -> None:
    start = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(handle, start + by)
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=start + by)


@pytest.mark.parametrize(("size", "lines"), [(QSize(1440, 900), 3), (QSize(1024, 700), 1)], ids=["1440", "1024"])
def test_the_list_has_room_below_a_card_with_all_that_was_found(qtbot: QtBot, size: QSize, lines: int) -> None:
    specs = "linear:T=300", "cosine:T=1000", "sigmoid:T=1000", "scaled_linear:T=1000"
    with active_window(qtbot, size, [Schedule.parse(spec) for spec in specs], 120) as window:
        settle()
        view, explain = window.panel(SchedulesPanel).list.view, window.panel(ExplainPanel)
        seen = view.viewport().rect()
        whole = [row for row in range(1, 4) if seen.contains(view.visualRect(view.model().index(row, 0)))]
        assert len(whole) >= lines - 1
        # The card's sliders are all seen, whatever was found.
        assert seen.contains(QRect(view.card.editor.mapTo(view.viewport(), QPoint()), view.card.editor.size()))
        # What a curve means is read without scrolling, and at the usual size the first of its numbers.
        area = child(explain, QScrollArea)
        numbers, meaning = explain._numbers, explain._meaning
        assert meaning.mapTo(area.viewport(), QPoint(0, meaning.height())).y() <= area.viewport().height()
        first = numbers.mapTo(area.viewport(), QPoint()).y() + 2 * numbers.fontMetrics().height()
        assert lines == 1 or first <= area.viewport().height()
