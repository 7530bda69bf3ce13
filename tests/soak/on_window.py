"""Actions on the window: its menus, keys, size, zones and theme, undoing, and the dialogs that lie over it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog

from ddpm_studio.gui.actions import MENU_BAR
from ddpm_studio.gui.panels import PANELS, Place
from ddpm_studio.gui.preferences.dialog import PreferencesDialog
from ddpm_studio.gui.preferences.preferences import Preferences
from ddpm_studio.gui.theme import ThemeMenu
from tests.gui.finding import child
from tests.soak.checks import expect
from tests.soak.scene import NO_KEYS, Scene

ELSEWHERE = {
    "close",
    "export_schedules",
    "save_path",
    "forget_everything",
    "show_preferences",
    "run",
    "toggle_live",
    "start_afresh",
    "step",
}
"""Actions that end the soak, or that others do with more care."""

KEYS = (
    (Qt.Key.Key_Tab, NO_KEYS),
    (Qt.Key.Key_Backtab, NO_KEYS),
    (Qt.Key.Key_Tab, NO_KEYS),
    (Qt.Key.Key_Space, NO_KEYS),
    (Qt.Key.Key_Return, NO_KEYS),
    (Qt.Key.Key_Escape, NO_KEYS),
    (Qt.Key.Key_Up, NO_KEYS),
    (Qt.Key.Key_Down, NO_KEYS),
    (Qt.Key.Key_Left, NO_KEYS),
    (Qt.Key.Key_Home, NO_KEYS),
    (Qt.Key.Key_End, NO_KEYS),
    (Qt.Key.Key_Delete, NO_KEYS),
    (Qt.Key.Key_F2, NO_KEYS),
    (Qt.Key.Key_5, NO_KEYS),
    (Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier),
    (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier),
)


def choose_in_menu(scene: Scene) -> None:
    """Choose any line of the menus; dialogs for files answer with nothing."""
    specs = [item for menu in MENU_BAR for item in menu.specs if item.id not in ELSEWHERE]
    scene.trigger(scene.action(scene.random.choice(specs).id))


def undo(scene: Scene) -> None:
    """Undo a few steps."""
    for _ in range(scene.random.randint(1, 6)):
        scene.trigger(scene.action("undo"))


def redo(scene: Scene) -> None:
    """Redo a few steps."""
    for _ in range(scene.random.randint(1, 6)):
        scene.trigger(scene.action("redo"))


def press_keys(scene: Scene) -> None:
    """Press a few keys where the focus is."""
    for _ in range(scene.random.randint(1, 4)):
        scene.key(*scene.random.choice(KEYS))


def resize(scene: Scene) -> None:
    """Give the window another size."""
    size = QSize(scene.random.randint(960, 1700), scene.random.randint(560, 1100))
    scene.say(f"resize: {size.toTuple()}")
    scene.window.resize(size)
    scene.settle()


def fold_zone(scene: Scene) -> None:
    """Fold a panel away, or bring it back."""
    scene.trigger(scene.random.choice(list(scene.window._zones.actions())))


def take_out(scene: Scene) -> None:
    """Open a panel in a window of its own, or put it back."""
    scene.trigger(scene.random.choice(list(scene.window._zones.window_actions())))


def drag_handle(scene: Scene) -> None:
    """Drag what lies between two zones, or double-click it."""
    split = scene.random.choice(list(scene.window._zones.splits.values()))
    handle = split.handle(scene.random.randrange(1, split.count() - 1))
    if not handle.isVisible():
        return
    if scene.random.random() < 0.3:
        scene.click(handle, double=True)
        return
    place = QPoint(scene.random.randint(0, split.width()), scene.random.randint(0, split.height()))
    scene.say(f"drag a handle: {place.toTuple()}")
    QTest.mousePress(handle, Qt.MouseButton.LeftButton)
    QTest.mouseMove(handle, handle.mapFrom(split, place))
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton)
    scene.settle()


def turn_tab(scene: Scene) -> None:
    """Bring another panel to the front."""
    name = scene.random.choice([spec.name for spec in PANELS if spec.place is not Place.FOOT])
    scene.say(f"front: {name}")
    scene.bring_up(name)


def reset_layout(scene: Scene) -> None:
    """Put everything back in its place."""
    scene.say("reset layout")
    scene.window.reset_layout()
    scene.settle()
    zones = scene.window._zones
    expect(not any(home.apart for home in zones.homes.values()), "The layout was reset, and a panel is apart.")
    expect(not any(zone.put_away for zone in zones.zones.values()), "The layout was reset, and a zone is folded.")


def change_theme(scene: Scene) -> None:
    """Choose a theme."""
    scene.trigger(scene.random.choice(child(scene.window, ThemeMenu).actions()))


def change_preferences(scene: Scene) -> None:
    """Open the preferences, change some of them by hand, and close them; what the checks count on is put back."""
    scene.trigger(scene.action("show_preferences"))
    dialog = child(scene.window, PreferencesDialog)
    appearance, fresh = dialog.appearance, dialog.fresh
    change = scene.random.choice(
        (
            appearance.dashes.click,
            appearance.line_width.stepUp,
            partial(_choose, appearance.font_size, scene),
            partial(_choose, appearance.motion, scene),
            partial(_choose, fresh.device, scene),
            fresh.use_schedules.click,
            fresh.use_curves.click,
        )
    )
    scene.say("change preferences")
    change()
    scene.settle()
    dialog.defaults.click()
    scene.settle()
    expect(scene.window.preferences.preferences == Preferences(), "The defaults are not what they were.")
    dialog.close()
    scene.settle()


def _choose(box: QComboBox, scene: Scene) -> None:
    """Choose any line of a box but the first."""
    box.setCurrentIndex(scene.random.randrange(1, box.count()))
    box.activated.emit(box.currentIndex())


def read_help(scene: Scene) -> None:
    """Open a window of the help."""
    scene.trigger(scene.action(scene.random.choice(("show_shortcuts", "show_glossary", "show_about"))))


def close_dialogs(scene: Scene) -> None:
    """Close what lies over the window."""
    for dialog in scene.window.findChildren(QDialog):
        scene.say(f"close: {dialog.windowTitle()}")
    scene.close_dialogs()


ACTIONS = (
    (choose_in_menu, 8),
    (undo, 5),
    (redo, 4),
    (press_keys, 5),
    (resize, 1),
    (fold_zone, 2),
    (take_out, 0.5),
    (drag_handle, 0.5),
    (turn_tab, 2),
    (reset_layout, 0.5),
    (change_theme, 0.7),
    (change_preferences, 0.7),
    (read_help, 3),
    (close_dialogs, 2),
)
