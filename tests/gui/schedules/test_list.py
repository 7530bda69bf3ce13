import html
from collections.abc import Callable

import pytest
from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Finding, Schedule, schedule_sameness
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.presets import GROUPS, PRESETS
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.objective import PLAIN
from ddpm_studio.gui.schedules.add_menu import AddMenu
from ddpm_studio.gui.schedules.card.findings_view import MOST, FindingItem
from ddpm_studio.gui.schedules.entries_view import EntriesView
from ddpm_studio.gui.schedules.rows.row_layout import BAR, MARGIN
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.theme import DARK, LIGHT
from tests.gui.finding import child
from tests.gui.schedules.conftest import Bench
from tests.gui.windows import active_window, settle

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key


@pytest.fixture
def three(bench: Bench, settle: Callable[[], None]) -> Bench:
    bench.studio.add(Schedule("cosine", 1000))
    bench.studio.add(Schedule("jsd", 50), "<b>mine</b>")
    settle()
    return bench


def view(bench: Bench) -> EntriesView:
    return child(bench.panel, EntriesView)


def row(bench: Bench, place: int) -> QModelIndex:
    return view(bench).model().index(place, 0)


def click(bench: Bench, place: int) -> None:
    QTest.mouseClick(view(bench).viewport(), LEFT, pos=view(bench).visualRect(row(bench, place)).center())


def text(bench: Bench, place: int) -> str:
    return str(row(bench, place).data())


def letters(bench: Bench) -> list[str]:
    return [text(bench, place) for place in range(view(bench).model().rowCount())]


def press(bench: Bench, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(view(bench), key, modifier)


def button(bench: Bench, label: str) -> QAbstractButton:
    return next(b for b in bench.panel.findChildren(QAbstractButton) if b.text() == label)


def test_each_line_holds_letter_and_title(three: Bench) -> None:
    assert letters(three) == ["A   linear:T=300", "B   cosine:T=1000", "C   <b>mine</b>"]
    assert view(three).currentIndex().row() == 2


def test_showing_a_state_says_nothing(three: Bench) -> None:
    three.said.clear()
    three.studio.select(three.studio.state.entries[0].key)
    three.studio.move(three.studio.state.entries[0].key, 2)
    three.studio.remove(three.studio.state.entries[0].key)
    three.panel.show_state(three.studio.state)
    three.panel.set_theme(DARK)
    assert three.said == []
    assert letters(three) == ["A   <b>mine</b>", "B   linear:T=300"]
    assert view(three).currentIndex().row() == 1


def test_a_click_selects(three: Bench, settle: Callable[[], None]) -> None:
    three.said.clear()
    click(three, 1)
    settle()
    key = three.studio.state.entries[1].key
    assert three.said == [("selected", key)]
    assert three.studio.state.selected == key


def tick(bench: Bench, place: int) -> QPoint:
    return view(bench)._parts(row(bench, place)).tick.center()


def test_the_tick_and_the_space_key_show_and_hide(three: Bench, settle: Callable[[], None]) -> None:
    chosen = three.studio.state.selected
    QTest.mouseClick(view(three).viewport(), LEFT, pos=tick(three, 1))
    settle()
    assert [entry.visible for entry in three.studio.state.entries] == [True, False, True]
    assert three.studio.state.selected == chosen
    assert row(three, 1).data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked
    press(three, Key.Key_Space)
    settle()
    assert [entry.visible for entry in three.studio.state.entries] == [True, False, False]


def name_editor(bench: Bench) -> QLineEdit:
    return bench.find(QLineEdit, "Name of the schedule")


def rename(bench: Bench) -> QLineEdit:
    bench.panel.list.offers.rename.trigger()
    return name_editor(bench)


def test_rename_in_place(three: Bench, settle: Callable[[], None]) -> None:
    click(three, 1)
    settle()
    editor = rename(three)
    assert editor.text() == "cosine T=1000"
    editor.selectAll()
    QTest.keyClicks(editor, "wide & slow")
    QTest.keyClick(editor, Key.Key_Return)
    settle()
    assert text(three, 1) == "B   wide & slow"
    assert three.panel.list.view.line.text() == "cosine:T=1000"


def test_renaming_while_a_name_is_typed_goes_on_with_it(three: Bench, settle: Callable[[], None]) -> None:
    click(three, 0)
    settle()
    editor = rename(three)
    editor.selectAll()
    QTest.keyClicks(editor, "our")
    assert rename(three) is editor
    QTest.keyClicks(editor, "s")
    QTest.keyClick(editor, Key.Key_Return)
    settle()
    assert three.studio.state.entries[0].name == "ours"


def test_leaving_a_name_as_it_is_keeps_it_automatic(three: Bench, settle: Callable[[], None]) -> None:
    click(three, 1)
    settle()
    QTest.keyClick(rename(three), Key.Key_Return)
    settle()
    assert three.studio.state.entries[1].name == ""


def test_keys_reorder_and_remove(three: Bench, settle: Callable[[], None]) -> None:
    alt = Qt.KeyboardModifier.AltModifier
    press(three, Key.Key_Up, alt)
    settle()
    assert letters(three) == ["A   linear:T=300", "B   <b>mine</b>", "C   cosine:T=1000"]
    press(three, Key.Key_Up, alt)
    settle()
    press(three, Key.Key_Up, alt)
    settle()
    press(three, Key.Key_Down, alt)
    settle()
    assert letters(three) == ["A   linear:T=300", "B   <b>mine</b>", "C   cosine:T=1000"]
    press(three, Key.Key_Delete)
    settle()
    assert letters(three) == ["A   linear:T=300", "B   cosine:T=1000"]


@pytest.mark.parametrize(
    ("dragged", "before_row", "order"),
    [(0, 3, "BCA"), (0, 2, "BAC"), (2, 0, "CAB"), (1, 1, "ABC"), (1, 2, "ABC")],
)
def test_a_dropped_line_asks_for_its_new_place(
    three: Bench, settle: Callable[[], None], dragged: int, before_row: int, order: str
) -> None:
    """What QListView calls when a line is dropped between two others."""
    named = dict(zip("ABC", three.studio.state.entries, strict=True))
    view(three).model().moveRow(QModelIndex(), dragged, QModelIndex(), before_row)
    settle()
    assert list(three.studio.state.entries) == [named[letter] for letter in order]


def test_buttons_duplicate_remove_and_move(three: Bench, settle: Callable[[], None]) -> None:
    for label in ("Duplicate", "↑", "Remove"):
        QTest.mouseClick(button(three, label), LEFT)
        settle()
    key = three.studio.state.entries[2].key
    assert [name for name, *_ in three.said if name != "selected"] == ["duplicated", "moved", "removed"]
    assert letters(three) == ["A   linear:T=300", "B   cosine:T=1000", "C   <b>mine</b>"]
    assert three.studio.state.selected == key


def test_buttons_are_off_where_they_can_do_nothing(bench: Bench) -> None:
    assert not button(bench, "Remove").isEnabled()
    assert not button(bench, "↑").isEnabled()
    assert not button(bench, "↓").isEnabled()
    assert button(bench, "Duplicate").isEnabled()


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_at_the_limits_it_is_said_why_nothing_can_be_added_or_removed(bench: Bench, settle: Callable[[], None]) -> None:
    def offers() -> dict[str, tuple[bool, str]]:
        view(bench).customContextMenuRequested.emit(QPoint(20, 20))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        assert menu.toolTipsVisible()
        found = {action.text().replace("&", ""): (action.isEnabled(), action.toolTip()) for action in menu.actions()}
        menu.close()
        settle()
        for name in ("Duplicate", "Remove"):
            assert (button(bench, name).isEnabled(), button(bench, name).toolTip()) == found[name]
        add = button(bench, "Add")
        assert (add.isEnabled(), add.toolTip()) == found["Add"]
        return found

    adding = {name: offers()[name] for name in ("Add", "Duplicate")}
    assert all(enabled for enabled, _ in adding.values())
    assert offers()["Remove"] == (False, "The last schedule stays; change it, or add another first.")
    for _ in range(MAX_SCHEDULES - 1):
        bench.studio.duplicate(bench.studio.state.selected)
    settle()
    full = (False, f"There are {MAX_SCHEDULES} schedules already; remove one to add another.")
    assert {name: offers()[name] for name in adding} == dict.fromkeys(adding, full)
    assert offers()["Remove"] == (True, "Remove the schedule from the list (Delete)")
    bench.studio.remove(bench.studio.state.selected)
    settle()
    assert {name: offers()[name] for name in adding} == adding


@pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
def test_the_context_menu_offers_the_same(three: Bench) -> None:
    view(three).customContextMenuRequested.emit(QPoint(20, 20))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [a.text().replace("&", "") for a in menu.actions() if not a.isSeparator()] == [
        "Add",
        "Rename",
        "Defaults",
        "Duplicate",
        "Remove",
        "Several values of",
        "Break up",
        "Draw from this",
        "Show only this",
        "Move up",
        "Move down",
        "Copy as",
    ]
    copying = menu.actions()[-1].menu()
    assert isinstance(copying, QMenu)
    assert [a.text().replace("&", "") for a in copying.actions()] == [
        "Text",
        "",
        "Python (NumPy)",
        "Python (diffusers)",
        "Python (k-diffusion σ)",
        "",
        "PyTorch training loss",
    ]
    three.said.clear()
    next(a for a in menu.actions() if "Duplicate" in a.text()).trigger()
    assert [said for said in three.said if said[0] == "duplicated"]
    menu.close()


def add_menu(bench: Bench) -> AddMenu:
    return child(bench.panel, AddMenu)


def test_every_preset_can_be_added_and_tells_its_paper(bench: Bench) -> None:
    menus = {menu.title(): menu for menu in add_menu(bench).findChildren(QMenu)}
    assert list(menus)[: len(GROUPS)] == list(GROUPS)
    for preset in PRESETS:
        action = next(a for a in menus[preset.group].actions() if a.text() == preset.name)
        told = [preset.source, preset.spec, preset.trained, preset.objective_text]
        assert html.unescape(action.toolTip()).split("<br>") == [line for line in told if line]
        bench.said.clear()
        action.trigger()
        assert bench.said[0] == ("add_requested", Schedule.parse(preset.spec), preset.name, preset.train)
        assert bench.studio.state.current.train == preset.train


def test_every_kind_can_be_added_with_the_steps_of_the_selected(bench: Bench, settle: Callable[[], None]) -> None:
    bench.studio.set_parameter("T", 77)
    settle()
    submenu = next(a.menu() for a in add_menu(bench).actions() if a.text() == "Any &kind")
    assert isinstance(submenu, QMenu)
    assert len(submenu.actions()) == len(KINDS)
    for action, kind in zip(submenu.actions(), KINDS, strict=True):
        bench.said.clear()
        action.trigger()
        assert bench.said[0] == ("add_requested", Schedule(kind, 77), "", PLAIN)


def test_betas_can_be_opened(bench: Bench) -> None:
    next(a for a in add_menu(bench).actions() if "betas" in a.text()).trigger()
    assert bench.said == [("open_betas_requested",)]


def painted(bench: Bench, place: int) -> bytes:
    image = view(bench).viewport().grab(view(bench).visualRect(row(bench, place))).toImage()
    return bytes(image.constBits())


def test_lines_differ_and_follow_the_theme(three: Bench) -> None:
    three.panel.set_theme(LIGHT)
    light = {painted(three, place) for place in range(3)}
    three.panel.set_theme(DARK)
    assert len({*light, *(painted(three, place) for place in range(3))}) == 6


def buttons_places(bench: Bench) -> list[QPoint]:
    return [button(bench, label).mapTo(bench.panel, QPoint(0, 0)) for label in ("Add", "Duplicate", "Remove", "↑", "↓")]


def test_buttons_stay_where_they_are_and_the_empty_line_in_view_when_the_list_grows(
    bench: Bench, settle: Callable[[], None]
) -> None:
    before, new_line = buttons_places(bench), bench.panel.list.new_line
    for _ in range(60):
        bench.studio.add(Schedule())
    settle()
    QApplication.processEvents()
    assert buttons_places(bench) == before
    assert bench.panel.rect().contains(new_line.geometry())
    head = view(bench)._parts(view(bench).currentIndex()).head
    assert view(bench).viewport().rect().contains(head)


def test_the_card_lies_below_its_line_wherever_the_list_is_scrolled(bench: Bench, settle: Callable[[], None]) -> None:
    for _ in range(30):
        bench.studio.add(Schedule())
    bench.studio.select(bench.studio.state.entries[15].key)
    settle()
    QApplication.processEvents()
    for value in (0, 200, 400):
        view(bench).verticalScrollBar().setValue(value)
        parts = view(bench)._parts(row(bench, 15))
        assert view(bench).card.geometry().top() == parts.head.bottom() + 1
        assert view(bench).line.geometry().center().y() == pytest.approx(parts.text.center().y(), abs=1)
        assert view(bench).visualRect(row(bench, 15)).bottom() >= view(bench).card.geometry().bottom()


def test_the_head_of_a_line_that_is_clicked_stays_in_view(bench: Bench, settle: Callable[[], None]) -> None:
    """Whatever was open above it closes, so that it comes to lie elsewhere."""
    for kind in ("cosine", "sigmoid", "jsd", "cosine", "linear"):
        bench.studio.add(Schedule(kind))
    bench.studio.select(bench.studio.state.entries[0].key)
    bench.panel.resize(280, 420)
    settle()
    for place in (1, 2, 4, 5, 3, 0, 2):
        head = view(bench)._parts(row(bench, place)).head
        bar = view(bench).verticalScrollBar()
        bar.setValue(bar.value() + head.bottom() + 1 - view(bench).viewport().height())
        QTest.mouseClick(view(bench).viewport(), LEFT, pos=view(bench)._parts(row(bench, place)).head.center())
        settle()
        QApplication.processEvents()
        assert view(bench).currentIndex() == row(bench, place)
        assert view(bench).viewport().rect().contains(view(bench)._parts(row(bench, place)).head)


def test_folded_the_list_is_a_line_each(bench: Bench, settle: Callable[[], None]) -> None:
    bench.studio.add(Schedule("cosine"))
    settle()
    fold = next(b for b in bench.panel.findChildren(QAbstractButton) if b.text() == "▾")
    QTest.mouseClick(fold, LEFT)
    settle()
    QApplication.processEvents()
    assert not view(bench).card.isVisible()
    assert view(bench).visualRect(row(bench, 1)).height() == view(bench).visualRect(row(bench, 0)).height()
    QTest.mouseClick(view(bench).viewport(), LEFT, pos=badge(bench, 0))
    settle()
    assert view(bench).card.isVisible()


def badge(bench: Bench, place: int) -> QPoint:
    return view(bench)._parts(row(bench, place)).badges[-1].center()


def badges(bench: Bench) -> list[list[str]]:
    model = bench.panel.list.model
    return [[each.text for each in model.line(row(bench, place)).badges] for place in range(model.rowCount())]


def test_badges_count_findings_and_tell_what_is_the_same(three: Bench, settle: Callable[[], None]) -> None:
    assert badges(three) == [["▲2"], ["•1"], ["•2"]]
    three.studio.set_schedule(Schedule("linear", 300, {"beta_end": 0.02}))
    settle()
    assert badges(three) == [["= C", "▲2"], ["•1"], ["= A", "▲2"]]
    spoken = str(row(three, 2).data(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.startswith("C, linear T=300")
    assert "The same as A" in spoken


@pytest.mark.parametrize(
    ("first", "second", "badge", "sentence"),
    [
        ("flow:T=100,shift=3", "flow:T=100,snr_shift=9", "= {}", "The same as {}."),
        ("flow:T=100,shift=3", "flow:T=100", "= {} ÷ {}", "The same as {}, shifted: its SNR divided by "),
        ("flow:T=100", "flow:T=50", "≃ {}", "The same as {} with T = "),
        ("jsd:T=100", "linear_gamma:T=100", "≃ {}", "The same as {} but at the last step."),
        ("vp:T=1000", "linear:T=1000", "≈ {}", "Nearly {}, but not the same: log SNR differs by up to 0.0948105."),
        ("edm:T=100", "edm:T=100,rho=3", "", "The noise levels of {}, log SNR from 12.4292 to −8.76405"),
    ],
)
def test_lines_that_are_alike_say_so_in_both_and_in_the_card(
    bench: Bench, settle: Callable[[], None], first: str, second: str, badge: str, sentence: str
) -> None:
    bench.studio.set_schedule(Schedule.parse(first))
    bench.studio.add(Schedule.parse(second))
    settle()
    for own, other in enumerate("BA"):
        bench.studio.select(bench.studio.state.entries[own].key)
        settle()
        factor = ("9", "0.111")[own]
        of_others = [each for each in badges(bench)[own] if each[0] in "=≃≈"]
        assert of_others == ([badge.format(other, factor)] if badge else [])
        said = [str(f.texts[0]) for f in shown_findings(bench) if f.code == "same"]
        assert [each.startswith(sentence.format(other)) for each in said] == [True]


def shown_findings(bench: Bench) -> list[Finding]:
    rows = [row for row in bench.panel.findings.findChildren(FindingItem) if not row.isHidden()]
    return [row._shown for row in rows if row._shown is not None]


def test_what_is_said_of_another_line_follows_a_slider_and_ends_where_they_part(
    bench: Bench, settle: Callable[[], None]
) -> None:
    bench.studio.set_schedule(Schedule.parse("flow:T=100,shift=3"))
    bench.studio.add(Schedule.parse("flow:T=100"))
    settle()
    bench.studio.set_adjusting(True)
    for key, value, factor in (("shift", 2.0, ["0.444444"]), ("shift", 6.0, ["4"]), ("shift", 3.0, [])):
        bench.studio.set_parameter(key, value)
        settle()
        said = [f.values["factor"] for f in shown_findings(bench) if f.code == "same" and f.values["above"] != "0"]
        assert said == factor
    bench.studio.set_adjusting(False)
    settle()
    assert badges(bench)[0][0] == badges(bench)[1][0].replace("A", "B") == "= B"


def test_many_lines_are_compared_once_and_not_with_each_move(
    bench: Bench, settle: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 40):
        bench.studio.add(Schedule("flow", 100, {"shift": 1 + number / 10}))
    settle()
    assert badges(bench)[1][0] == "= C ÷ 0.84"
    asked: list[object] = []
    monkeypatch.setattr(schedule_sameness, "_may_be", lambda *pair: asked.append(pair))
    badges(bench)
    assert asked == []
    bench.studio.set_adjusting(True)
    for number in range(5):
        bench.studio.set_parameter("shift", 7.0 + number)
        settle()
    assert len(asked) <= 5 * MOST


def test_a_badge_leads_to_the_finding(three: Bench, settle: Callable[[], None]) -> None:
    three.panel.resize(280, 300)
    QApplication.processEvents()
    view(three).scrollTo(row(three, 0))
    QTest.mouseClick(view(three).viewport(), LEFT, pos=badge(three, 0))
    settle()
    QApplication.processEvents()
    assert three.studio.state.selected == three.studio.state.entries[0].key
    findings = three.panel.findings
    place = findings.mapTo(view(three).viewport(), QPoint(0, 0)).y()
    assert place < view(three).viewport().height()


def test_a_card_that_is_lower_where_it_is_narrower_lets_the_scroll_bar_be(
    three: Bench, settle: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a scroll bar there is no room for it, and with one there would be."""
    entries, asked = view(three), list[int]()
    room, bar = entries.height(), entries.verticalScrollBar().sizeHint().width()

    def flips(width: int) -> int:
        asked.append(width)
        return 3 * room if entries.width() - width < BAR + 2 * MARGIN + bar else 10

    monkeypatch.setattr(entries.card, "height_for", flips)
    entries.fit()
    settle()
    assert entries.verticalScrollBar().isVisible()
    asked.clear()
    three.panel.resize(three.panel.width() + 40, three.panel.height())
    settle()
    assert entries.verticalScrollBar().isVisible()
    assert len(asked) < 12
    asked.clear()
    settle()
    assert asked == []


@pytest.mark.parametrize("part", ["steps", "training"])
def test_what_is_opened_in_the_card_comes_into_view(qtbot: QtBot, part: str) -> None:
    with active_window(qtbot, QSize(1440, 900), [Schedule("cosine", T) for T in (100, 200, 300)]) as window:
        window.studio.select(window.studio.state.entries[-1].key)
        settle()
        view = child(window, EntriesView)
        opened = getattr(view.card, part)
        QTest.mouseClick(opened.head, Qt.MouseButton.LeftButton)
        settle()
        assert opened.isVisible()
        whole = opened.visibleRegion().boundingRect().height() == opened.height()
        assert whole or opened.mapTo(view.viewport(), QPoint(0, 0)).y() == 0


def test_steps_that_a_lane_changes_come_into_view_in_the_card(qtbot: QtBot) -> None:
    steps = [StepsSpec.parse(f"trailing:steps={count}") for count in range(2, 10)]
    with active_window(qtbot, QSize(1440, 900), [Schedule("cosine", T) for T in (100, 200, 300)]) as window:
        entry = window.studio.state.entries[-1]
        window.studio.select(entry.key)
        for spec in steps:
            window.studio.add_steps(spec)
        view = child(window, EntriesView)
        view.card.steps.set_open(True)
        settle()
        view.verticalScrollBar().setValue(0)
        window.studio.reshape_steps(entry.key, len(steps) - 1, StepsSpec.parse("trailing:steps=12"))
        settle()
        assert seen_whole(view.card.steps.rows[-1])
        window.studio.reshape_steps(entry.key, 0, StepsSpec.parse("trailing:steps=13"))
        settle()
        assert seen_whole(view.card.steps.rows[0])


def seen_whole(widget: QWidget) -> bool:
    """Whether all of a widget is seen."""
    return widget.visibleRegion().boundingRect() == widget.rect()
