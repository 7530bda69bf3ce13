"""Actions on schedules: the list and what is typed in it, the sliders, and what is found about a schedule."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListView,
    QMenu,
    QSlider,
    QToolButton,
)

from ddpm_studio.diffusion.schedule_family import specified
from ddpm_studio.errors import StudioError
from ddpm_studio.gui.schedules.card.editor import ScheduleEditor
from ddpm_studio.gui.schedules.card.family_field import FamilyField
from ddpm_studio.gui.schedules.list import SchedulesList
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.schedules.text.spec_line import SpecLine
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.widgets.number_box import NumberBox
from tests.gui.finding import child
from tests.soak.checks import expect
from tests.soak.scene import NO_KEYS, Scene
from tests.soak.scratch import NAMES, WRONG, spec

SLIDER_KEYS = (
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Right,
    Qt.Key.Key_Left,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)
IN_A_LINE = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Left,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_Delete,
)
STRANGE_NUMBERS = ("0", "-1", "1e9", "nan", "0.5", "3", "1000", "1e-12", "", "7x")
RENAMING = "Name of the schedule"
T_TYPED = ("1", "2", "17", "300", "999", "4000")


def panel(scene: Scene) -> SchedulesPanel:
    """The panel, in view."""
    scene.bring_up("schedules")
    view = scene.window.panel(SchedulesPanel)
    expect(view.isVisible(), "The panel of schedules was brought up, and is not seen.")
    return view


def editor(scene: Scene) -> ScheduleEditor:
    """The editor of the selected schedule, in view and unfolded."""
    if entries(scene).fold.isChecked():
        fold(scene)
        scene.settle()
    return panel(scene).editor


def entries(scene: Scene) -> SchedulesList:
    """The list, in view."""
    return panel(scene).list


def line(scene: Scene) -> SpecLine:
    """The text of the selected schedule, in view."""
    return entries(scene).view.line


def drag_slider(scene: Scene) -> None:
    """Drag a slider of the selected schedule."""
    sliders = scene.seen(editor(scene), QSlider)
    slider = scene.random.choice(sliders)
    xs = [scene.random.randrange(slider.width()) for _ in range(4)]
    scene.drag(slider, [QPoint(x, slider.height() // 2) for x in xs])


def press_in_slider(scene: Scene) -> None:
    """Move a slider of the selected schedule with a key."""
    slider = scene.random.choice(scene.seen(editor(scene), QSlider))
    scene.key(scene.random.choice(SLIDER_KEYS), widget=slider)


def reset_slider(scene: Scene) -> None:
    """Bring a slider back to its default by a double click."""
    slider = scene.random.choice(scene.seen(editor(scene), QSlider))
    scene.click(slider, double=True)


def type_number(scene: Scene) -> None:
    """Type a parameter, in or out of its bounds."""
    box = scene.random.choice(scene.seen(editor(scene), NumberBox))
    text = scene.random.choice(STRANGE_NUMBERS)
    ends = (Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, None)
    if not scene.type_in(box, text, scene.random.choice(ends)):
        return
    # What is left half typed is either taken, or refused, by whatever is done next.
    scene.trigger(scene.action(scene.random.choice(("select_next", "select_previous", "copy_spec"))))


def type_length(scene: Scene) -> None:
    """Type T."""
    steps = editor(scene)._steps
    number = scene.random.choice(T_TYPED)
    if scene.type_in(child(steps, NumberBox), number):
        T = scene.window.studio.state.current.schedule.T
        expect(int(number) == T, f"T = {number} was typed, and T is {T}.")


def choose_kind(scene: Scene) -> None:
    """Choose a kind."""
    box = scene.seen(editor(scene), QComboBox)[0]
    index = scene.random.randrange(box.count() - 1)
    scene.say(f"kind: {box.itemData(index)}")
    box.setCurrentIndex(index)
    box.activated.emit(index)
    scene.settle()
    kind = scene.window.studio.state.current.schedule.kind
    said = scene.window.toast.isVisible()
    expect(kind == box.itemData(index) or said, f"{box.itemData(index)} was chosen, and the kind is {kind}.")


def type_spec(scene: Scene) -> None:
    """Type a schedule as one line, and see it taken."""
    scene.wait_for_files()
    wanted, key = spec(scene.random), scene.window.studio.state.selected
    if scene.type_in(line(scene), wanted):
        # Enter has gone on to the next line.
        now = scene.window.studio.entry(key).spec
        try:
            expect(now == specified(wanted), f"{wanted} was typed, and the line is {now}.")
        except StudioError:
            _expect_refused(scene, wanted)


def type_name(scene: Scene) -> None:
    """Type a name behind a #, with a schedule before it or alone."""
    scene.wait_for_files()
    key, name = scene.window.studio.state.selected, scene.random.choice(NAMES).strip()
    if scene.type_in(line(scene), f"{scene.random.choice(('', 'cosine:T=9 '))}# {name}"):
        now = scene.window.studio.entry(key).name
        expect(now == name, f"{name!r} was typed behind a #, and the name is {now!r}.")


def type_wrong_spec(scene: Scene) -> None:
    """Type a line that is no schedule, and see it refused, then give it up or leave it."""
    scene.wait_for_files()
    before, typing = scene.window.studio.state.current.schedule, line(scene).draft.text is not None
    wrong = scene.random.choice(WRONG)
    if scene.type_in(line(scene), wrong):
        _expect_refused(scene, wrong)
        if scene.random.random() < 0.5:
            scene.key(Qt.Key.Key_Escape, widget=line(scene))
            now = scene.window.studio.state.current.schedule
            # What was being typed before this began from another one.
            expect(typing or now == before, f"A text that is no schedule was given up, and has left {now}.")


def _expect_refused(scene: Scene, typed: str) -> None:
    """See a text refused that is no schedule, or completed by Enter to what may be one."""
    scene.settle()
    said = line(scene).text()
    goes_on = said.startswith(typed) and said != typed
    expect(goes_on or bool(line(scene).draft.reason), f"Nothing says why a text is refused; the line holds {said}.")


def leave_typed_text(scene: Scene) -> None:
    """Type a line, and go to another schedule before it is taken: it belongs to the one it was begun for."""
    state = scene.window.studio.state
    selected, wanted = state.selected, spec(scene.random)
    others = {entry.key: entry.schedule for entry in state.entries if entry.key != selected}
    if scene.type_in(line(scene), wanted, None):
        scene.trigger(scene.action(scene.random.choice(("select_next", "select_previous"))))
        now = {entry.key: entry.schedule for entry in scene.window.studio.state.entries if entry.key != selected}
        expect(now == others, f"{wanted} was typed for one schedule, and changed another.")


def type_in_place(scene: Scene) -> None:
    """Go into a line by a key, change some of its letters, and go on, insert below, give up, or just leave it there."""
    count = len(scene.window.studio.state.entries)
    if any(field.accessibleName() == RENAMING for field in scene.seen(entries(scene).view, QLineEdit)):
        return  # A name is being typed, and has the keys.
    scene.key(scene.random.choice((Qt.Key.Key_F2, Qt.Key.Key_Return)), widget=entries(scene).view)
    field = line(scene)
    # A dialog may be over the window, which then has its own focus kept for it.
    expect(field.window().focusWidget() is field, "A key was pressed to edit a line, and the caret is not in it.")
    for _ in range(scene.random.randint(1, 6)):
        key = scene.random.choice((*IN_A_LINE, Qt.Key.Key_0, Qt.Key.Key_1, Qt.Key.Key_Comma))
        scene.key(key, widget=field)
    ends = (Qt.Key.Key_Return, Qt.Key.Key_Escape, None)
    end, held = scene.random.choice(ends), scene.random.choice((NO_KEYS, Qt.KeyboardModifier.ShiftModifier))
    if end is not None:
        scene.key(end, held, field)
    now = len(scene.window.studio.state.entries)
    expect(now in (count, count + 1), f"One of {count} schedules was typed in, and {now} are there.")


def type_new(scene: Scene) -> None:
    """Type another schedule into the empty line."""
    count, wanted = len(scene.window.studio.state.entries), spec(scene.random)
    room = scene.window.menus.action("duplicate").isEnabled()
    field = entries(scene).new_line
    if scene.type_in(field, wanted):
        added = len(scene.window.studio.state.entries) - count
        expect(added == int(room) or bool(field.draft.reason), f"{wanted} was typed, and {added} schedules were added.")
        if field.draft.reason:
            scene.key(Qt.Key.Key_Escape, widget=field)


def complete(scene: Scene) -> None:
    """Take one of the schedules that are offered to whoever has typed a letter."""
    field = entries(scene).new_line
    if scene.type_in(field, scene.random.choice("clsd"), None):
        for _ in range(scene.random.randint(1, 4)):
            scene.key(Qt.Key.Key_Down, widget=field)
        scene.key(Qt.Key.Key_Return, widget=field)
        expect(bool(field.text()), "What was offered was taken, and nothing stands in the line.")
        scene.key(scene.random.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape)), widget=field)


def drag_number(scene: Scene) -> None:
    """Drag over the text of the selected schedule, on a number or beside it."""
    field = line(scene)
    xs = [scene.random.randrange(max(1, field.width())) for _ in range(4)]
    scene.drag(field, [QPoint(x, field.height() // 2) for x in xs])
    expect(not scene.window.studio.state.adjusting, "A drag has ended, and something is still held.")


def choose_member(scene: Scene) -> None:
    """Show another member of a family."""
    buttons = [b for field in scene.seen(editor(scene), FamilyField) for b in scene.seen(field, QToolButton)]
    enabled = [button for button in buttons if button.isEnabled()]
    if enabled:
        scene.click(scene.random.choice(enabled))


def open_family(scene: Scene) -> None:
    """Open or close a family in the list, and show one of the members that are there then."""
    view = entries(scene).view
    state = scene.window.studio.state
    rows = [row for row, entry in enumerate(state.entries) if entry.family is not None]
    if not rows:
        return
    row, viewport = scene.random.choice(rows), view.viewport()
    index, is_open = view.model().index(row, 0), view._entries.is_open(state.entries[row].key)
    mark = view._parts(index).badges[0].center()
    if viewport.rect().contains(mark):
        scene.click(viewport, mark)
        now = view._entries.is_open(state.entries[row].key)
        expect(now != is_open, f"The mark of family {row} was clicked, and it is open: {now}.")
    members = list(enumerate(view._rows.members(view.visualRect(index), index)))
    seen = [(place, room) for place, room in members if viewport.rect().contains(room)]
    if seen:
        place, room = scene.random.choice(seen)
        scene.click(viewport, room.center())
        current = scene.window.studio.state.current
        expect(current.schedule == current.members[place], f"Member {place} was clicked; shown is {current.schedule}.")


def break_up(scene: Scene) -> None:
    """Make lines of the members of a family."""
    state = scene.window.studio.state
    count = len(state.entries) + len(state.current.members) - 1
    scene.trigger(scene.action("break_up"))
    now = len(scene.window.studio.state.entries)
    expect(now == min(count, MAX_SCHEDULES), f"{state.current.spec} was broken up, and {now} schedules are there.")


def fold(scene: Scene) -> None:
    """Fold the sliders, or show them."""
    scene.click(entries(scene).fold)


def toggle_zero_snr(scene: Scene) -> None:
    """Tick or untick zero terminal SNR."""
    for box in scene.seen(editor(scene), QCheckBox):
        scene.key(Qt.Key.Key_Space, widget=box)


def reset_parameters(scene: Scene) -> None:
    """Go back to the defaults of the kind."""
    scene.click(editor(scene).reset)


def follow_finding(scene: Scene) -> None:
    """Do what a finding proposes."""
    buttons = scene.seen(panel(scene).findings, QAbstractButton)
    if buttons:
        scene.click(scene.random.choice(buttons))


def add(scene: Scene) -> None:
    """Add a preset or a kind from the menu."""
    menu = entries(scene).offers.add_menu
    offers = [action for action in [*menu.actions(), *_below(menu)] if action.data() is not None]
    count = len(scene.window.studio.state.entries)
    room = scene.window.menus.action("duplicate").isEnabled()
    if room and scene.trigger(scene.random.choice(offers)):
        expect(len(scene.window.studio.state.entries) == count + 1, "A schedule was added, and is not there.")


def _below(menu: QMenu) -> list[QAction]:
    below = [each.menu() for each in menu.actions()]
    return [action for each in below if isinstance(each, QMenu) for action in each.actions()]


def duplicate(scene: Scene) -> None:
    """Duplicate the selected schedule by its button."""
    scene.click(_button(scene, "Duplicate"))


def remove(scene: Scene) -> None:
    """Remove the selected schedule, by its button or its key."""
    count = len(scene.window.studio.state.entries)
    view = child(entries(scene), QListView)
    if scene.random.random() < 0.5:
        scene.key(Qt.Key.Key_Delete, widget=view)
    elif not scene.click(_button(scene, "Remove")):
        return
    now = len(scene.window.studio.state.entries)
    expect(now == max(1, count - 1), f"One of {count} schedules was removed, and {now} are there.")


def _button(scene: Scene, text: str) -> QToolButton:
    return next(button for button in entries(scene).findChildren(QToolButton) if button.text() == text)


def rename(scene: Scene) -> None:
    """Rename the selected schedule in the list."""
    entry = scene.window.studio.state.current
    scene.trigger(scene.action("rename"))
    names = [field for field in scene.seen(entries(scene), QLineEdit) if field.accessibleName() == RENAMING]
    name = scene.random.choice((*NAMES, f"name {scene.random.randrange(100)}"))
    if names and scene.type_in(names[0], name, scene.random.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape))):
        now = scene.window.studio.entry(entry.key)
        expect(now.name in (entry.name, name, name.strip()), f"{name!r} was typed, and the name is {now.name!r}.")


def select(scene: Scene) -> None:
    """Click on a line of the list."""
    view = child(entries(scene), QListView)
    row = scene.random.randrange(view.model().rowCount())
    place = view.visualRect(view.model().index(row, 0))
    if view.viewport().rect().contains(place.center()):
        key = scene.window.studio.state.entries[row].key
        scene.click(view.viewport(), QPoint(place.right() - 4, place.center().y()))
        expect(scene.window.studio.state.selected == key, f"Line {row + 1} was clicked, and is not selected.")


def tick(scene: Scene) -> None:
    """Show or hide the selected schedule."""
    view = child(entries(scene), QListView)
    visible = scene.window.studio.state.current.visible
    scene.key(Qt.Key.Key_Space, widget=view)
    expect(scene.window.studio.state.current.visible != visible, "A schedule was ticked, and nothing has changed.")


def show_only(scene: Scene) -> None:
    """Show the selected schedule alone, by a key or its action, or what was shown before that."""
    view, state = entries(scene).view, scene.window.studio.state
    if any(field.accessibleName() == RENAMING for field in scene.seen(view, QLineEdit)):
        return  # A name is being typed, and has the keys.
    was_alone = [entry.key for entry in state.visible] == [state.selected]
    if scene.random.random() < 0.5:
        scene.key(Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier, view)
    else:
        scene.trigger(entries(scene).offers.only)
    now = [entry.key for entry in scene.window.studio.state.visible]
    is_alone = now == [state.selected]
    expect(is_alone != was_alone or len(state.entries) == 1, f"One was alone: {was_alone}; now {now} are shown.")


def sweep_ticks(scene: Scene) -> None:
    """Press on a tick, and go on over others."""
    view = entries(scene).view
    rows = [scene.random.randrange(view.model().rowCount()) for _ in range(3)]
    places = [view._parts(view.model().index(row, 0)).tick.center() for row in rows]
    if view.viewport().rect().contains(places[0]):
        before = [entry.visible for entry in scene.window.studio.state.entries]
        scene.drag(view.viewport(), places)
        ticks = [entry.visible for entry in scene.window.studio.state.entries]
        expect(ticks[rows[0]] != before[rows[0]], f"Tick {rows[0]} was pressed, and all are {ticks}.")


def reorder(scene: Scene) -> None:
    """Move the selected schedule up or down."""
    key = scene.random.choice((Qt.Key.Key_Up, Qt.Key.Key_Down))
    scene.key(key, Qt.KeyboardModifier.AltModifier, child(entries(scene), QListView))


def move_in_list(scene: Scene) -> None:
    """Go through the list with its keys."""
    keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageDown)
    t = scene.window.studio.state.moment
    scene.key(scene.random.choice(keys), widget=child(entries(scene), QListView))
    expect(scene.window.studio.state.moment == t, "A key of the list has moved t.")


def scroll_editor(scene: Scene) -> None:
    """Scroll the editor."""
    bars = scene.seen(panel(scene), QAbstractSlider)
    if not bars:
        return
    bar = scene.random.choice(bars)
    if not isinstance(bar, QSlider):
        bar.setValue(scene.random.randint(bar.minimum(), bar.maximum()))


ACTIONS = (
    (drag_slider, 6),
    (press_in_slider, 4),
    (reset_slider, 1),
    (type_number, 3),
    (type_length, 2),
    (choose_kind, 3),
    (type_spec, 5),
    (type_name, 2),
    (type_wrong_spec, 2),
    (leave_typed_text, 2),
    (type_in_place, 4),
    (type_new, 3),
    (complete, 2),
    (drag_number, 3),
    (choose_member, 3),
    (open_family, 3),
    (break_up, 1),
    (fold, 1),
    (toggle_zero_snr, 2),
    (reset_parameters, 1),
    (follow_finding, 2),
    (add, 3),
    (duplicate, 1),
    (remove, 4),
    (rename, 4),
    (select, 4),
    (tick, 3),
    (show_only, 2),
    (sweep_ticks, 2),
    (reorder, 2),
    (move_in_list, 2),
    (scroll_editor, 1),
)
