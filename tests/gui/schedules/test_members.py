"""Members of a family in the list: the shades of its disc, and the lines that it opens as."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.schedule_family import ScheduleFamily
from ddpm_studio.gui.schedules.entries_view import EntriesView
from ddpm_studio.gui.schedules.rows.model import EntriesModel
from ddpm_studio.gui.schedules.text.words import looks, looks_cut
from ddpm_studio.gui.state.shades import shades_of
from ddpm_studio.gui.theme import LIGHT
from ddpm_studio.numerals import numeral
from tests.gui.schedules.conftest import Bench

LEFT = Qt.MouseButton.LeftButton
Settle = Callable[[], None]
FAMILY = ScheduleFamily.parse("cosine:T=100,s=0.005..0.1,n=3")


@pytest.fixture
def two(bench: Bench, settle: Settle) -> Bench:
    """A family, and below it a schedule that is chosen."""
    bench.studio.set_schedule(FAMILY)
    bench.studio.add(Schedule("jsd", 9))
    bench.studio.begin()
    settle()
    return bench


def view(bench: Bench) -> EntriesView:
    return bench.panel.list.view


def model(bench: Bench) -> EntriesModel:
    found = view(bench).model()
    assert isinstance(found, EntriesModel)
    return found


def colors(bench: Bench, row: int) -> list[QColor]:
    """The colours across the disc of a row, below what marks it."""
    disc = view(bench)._parts(view(bench).model().index(row, 0)).tick
    image = view(bench).viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    return [
        image.pixelColor(round(x * ratio), round((disc.bottom() - 3) * ratio)) for x in range(disc.left(), disc.right())
    ]


def test_the_disc_of_a_family_has_the_shade_of_each_member(two: Bench, settle: Settle) -> None:
    for shown in (1, 0):
        two.studio.select(two.studio.state.entries[0].key)
        two.studio.show_member(shown)
        two.studio.select(two.studio.state.entries[1].key)
        settle()
        shades = [shade.name() for shade in shades_of(two.studio.state.entries[0].style, False, 3, shown)]
        seen = [color.name() for color in colors(two, 0)]
        assert [name for name in dict.fromkeys(seen) if name in shades] == shades
    own = [color.name() for color in colors(two, 1)]
    assert len([name for name in set(own) if own.count(name) > 2]) == 1


def height(bench: Bench, row: int) -> int:
    return view(bench).visualRect(view(bench).model().index(row, 0)).height()


def opener(bench: Bench, row: int) -> QPoint:
    """The place of the mark that opens a family."""
    return view(bench)._parts(view(bench).model().index(row, 0)).badges[0].center()


def member(bench: Bench, row: int, place: int) -> QPoint:
    index = view(bench).model().index(row, 0)
    return view(bench)._rows.members(view(bench).visualRect(index), index)[place].center()


def press(bench: Bench, place: QPoint) -> None:
    QTest.mouseClick(view(bench).viewport(), LEFT, pos=place)


def shown(bench: Bench) -> tuple[int, str]:
    """Which line is chosen, and which schedule it shows."""
    state = bench.studio.state
    return state.entries.index(state.current), str(state.current.schedule)


def test_a_click_on_the_mark_opens_a_family_and_closes_it(two: Bench, settle: Settle) -> None:
    closed, below = height(two, 0), height(two, 1)
    mark = opener(two, 0)
    for wanted in (True, False):
        press(two, mark)
        settle()
        assert (height(two, 0) > closed) is wanted
        assert (height(two, 1), opener(two, 0), shown(two)[0]) == (below, mark, 1)
    assert height(two, 0) == closed
    assert two.studio.state.undo is None


def test_a_click_on_a_member_chooses_it_as_one_step(two: Bench, settle: Settle) -> None:
    press(two, opener(two, 0))
    settle()
    press(two, member(two, 0, 2))
    settle()
    assert shown(two) == (0, "cosine:T=100,s=0.1")
    press(two, member(two, 0, 0))
    settle()
    assert shown(two) == (0, "cosine:T=100,s=0.005")
    assert [view(two).visualRect(view(two).currentIndex()).contains(member(two, 0, place)) for place in range(3)]
    two.studio.undo()
    two.studio.undo()
    assert (two.studio.state.entries[0].schedule, two.studio.state.undo) == (FAMILY.middle, None)


def test_the_members_lie_between_the_line_its_reason_and_its_card(two: Bench, settle: Settle) -> None:
    two.studio.select(two.studio.state.entries[0].key)
    view(two).families.open(view(two).model().index(0, 0), True)
    settle()
    for _ in range(2):
        places = [member(two, 0, place) for place in range(3)]
        over = view(two).note if view(two).note.text() else view(two).line
        assert over.geometry().bottom() < places[0].y() < places[2].y() < view(two).card.geometry().top()
        view(two).line.setFocus()
        view(two).line.replace((0, len(view(two).line.text())), "cosine:T=0")
        settle()
    assert view(two).note.text()


def test_keys_open_and_close_and_are_let_through_elsewhere(two: Bench, settle: Settle) -> None:
    view(two).setFocus()
    closed = height(two, 0)
    QTest.keyClick(view(two), Qt.Key.Key_Right)
    QTest.keyClick(view(two), Qt.Key.Key_Up)
    settle()
    opened = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(view(two), key)
        opened.append(bool(view(two)._rows.members(QRect(), view(two).currentIndex())))
    assert opened == [False, True, True, False]
    two.studio.select(two.studio.state.entries[1].key)
    settle()
    assert height(two, 0) == closed


def test_what_is_said_of_a_family_counts_its_members(two: Bench) -> None:
    assert "3 members" in view(two).model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "members" not in view(two).model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_a_family_that_is_no_more_has_no_members_below(two: Bench, settle: Settle) -> None:
    two.studio.select(two.studio.state.entries[0].key)
    view(two).families.open(view(two).model().index(0, 0), True)
    two.studio.set_schedule(ScheduleFamily.parse("cosine:T=100,s=0.005..0.1,n=16"))
    settle()
    tall = height(two, 0)
    two.studio.set_schedule(Schedule("cosine", 7))
    settle()
    assert height(two, 0) < tall
    assert view(two)._rows.members(QRect(), view(two).currentIndex()) == []


def test_each_member_says_what_it_has_at_the_moment(two: Bench, settle: Settle) -> None:
    press(two, opener(two, 0))
    two.studio.explain("sqrt_alphas_cumprod")
    for t, scale in ((3, "t/T"), (9, "t/T"), (5, "t")):
        two.studio.set_scale(scale)
        two.studio.set_t(t)
        settle()
        own = t if scale == "t" else round(t / 9 * 100)
        for each in FAMILY.members:
            reading = model(two).reading(each)
            value = numeral(float(each.coefficients["sqrt_alphas_cumprod"][own - 1]))
            assert (reading.symbol, reading.whole) == ("√ᾱ_t", f"{value}  t {own}")


def test_a_member_that_has_ended_says_so(two: Bench, settle: Settle) -> None:
    two.studio.set_schedule(Schedule("linear", 300))
    two.studio.set_scale("t")
    two.studio.set_t(200)
    settle()
    assert model(two).reading(FAMILY.members[0]).whole == "–  t –"


def test_values_of_members_follow_t_and_the_width_of_the_list(two: Bench, settle: Settle) -> None:
    two.studio.set_t(2)
    press(two, opener(two, 0))
    settle()
    index = view(two).model().index(0, 0)
    line = view(two)._rows.members(view(two).visualRect(index), index)[1]
    right = QRect(line.center().x(), line.top(), line.right() - line.center().x(), line.height())
    before = view(two).viewport().grab(right).toImage()
    two.studio.set_t(7)
    settle()
    assert view(two).viewport().grab(right).toImage() != before


def test_a_text_that_is_cut_looks_as_it_does_whole(qapp: QApplication) -> None:
    text = "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012"
    whole = looks(text, LIGHT)
    for cut, tail in ((7, 12), (20, 5), (30, 20)):
        shown = f"{text[:cut]}…{text[-tail:]}"
        bold = set[int]()
        for each in looks_cut(text, shown, LIGHT):
            if each.format.fontWeight() >= QFont.Weight.DemiBold:
                bold |= set(range(each.start, each.start + each.length))
        kind = len("scaled_linear")
        assert bold == {place for place in range(cut) if place < kind}
    assert [(e.start, e.length) for e in looks_cut(text, text, LIGHT)] == [(e.start, e.length) for e in whole]
