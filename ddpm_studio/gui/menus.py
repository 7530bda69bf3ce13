"""One table of what can be done: id, menu, text, shortcut, tip. Menus and the shortcut help are built from it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.translation import translated


@dataclass(frozen=True)
class ActionSpec:
    """One action. `id` is also the name of the slot that does it; an empty one is a separator.

    A `checkable` one has a tick, which follows the state and not the click.
    """

    menu: str
    id: str = ""
    text: str = ""
    shortcut: str = ""
    tip: str = ""
    checkable: bool = False


FILE = QT_TRANSLATE_NOOP("menus", "&File")
EDIT = QT_TRANSLATE_NOOP("menus", "&Edit")
VIEW = QT_TRANSLATE_NOOP("menus", "&View")
SCHEDULE = QT_TRANSLATE_NOOP("menus", "&Schedule")
PICTURE = QT_TRANSLATE_NOOP("menus", "&Picture")
SAMPLING = QT_TRANSLATE_NOOP("menus", "S&ampling")
HELP = QT_TRANSLATE_NOOP("menus", "&Help")

MENUS = (FILE, EDIT, VIEW, SCHEDULE, PICTURE, SAMPLING, HELP)

ACTIONS = (
    ActionSpec(
        FILE,
        "open_files",
        QT_TRANSLATE_NOOP("actions", "&Open…"),
        "Ctrl+O",
        QT_TRANSLATE_NOOP("actions", "Open a picture, exported schedules, a scheduler_config.json or a checkpoint"),
    ),
    ActionSpec(FILE),
    ActionSpec(
        FILE,
        "export_schedules",
        QT_TRANSLATE_NOOP("actions", "&Export schedules…"),
        "Ctrl+E",
        QT_TRANSLATE_NOOP(
            "actions", "Write the coefficients of the visible schedules as CSV, JSON, NPZ or for diffusers"
        ),
    ),
    ActionSpec(
        FILE,
        "save_plots",
        QT_TRANSLATE_NOOP("actions", "Save p&lots…"),
        "Ctrl+Shift+E",
        QT_TRANSLATE_NOOP("actions", "Save the plots as PNG or SVG"),
    ),
    ActionSpec(FILE),
    ActionSpec(FILE, "close", QT_TRANSLATE_NOOP("actions", "&Quit"), "Ctrl+Q"),
    ActionSpec(
        EDIT,
        "paste",
        QT_TRANSLATE_NOOP("actions", "&Paste picture"),
        "Ctrl+V",
        QT_TRANSLATE_NOOP("actions", "Take the picture that lies on the clipboard"),
    ),
    ActionSpec(EDIT),
    ActionSpec(
        EDIT,
        "copy_spec",
        QT_TRANSLATE_NOOP("actions", "Copy schedule as &text"),
        "Ctrl+Shift+C",
        QT_TRANSLATE_NOOP("actions", "Copy the chosen schedule in the form that the command line takes"),
    ),
    ActionSpec(
        EDIT,
        "copy_numpy",
        QT_TRANSLATE_NOOP("actions", "Copy as P&ython (NumPy)"),
        "Ctrl+Shift+P",
        QT_TRANSLATE_NOOP("actions", "Copy code that rebuilds the chosen schedule with NumPy alone"),
    ),
    ActionSpec(
        EDIT,
        "copy_diffusers",
        QT_TRANSLATE_NOOP("actions", "Copy as Python (&diffusers)"),
        "Ctrl+Shift+D",
        QT_TRANSLATE_NOOP("actions", "Copy code that builds a diffusers scheduler with the chosen schedule"),
    ),
    ActionSpec(SCHEDULE, "duplicate", QT_TRANSLATE_NOOP("actions", "&Duplicate"), "Ctrl+D"),
    ActionSpec(SCHEDULE, "remove", QT_TRANSLATE_NOOP("actions", "&Remove"), "Ctrl+Backspace"),
    ActionSpec(SCHEDULE),
    ActionSpec(
        SCHEDULE,
        "select_previous",
        QT_TRANSLATE_NOOP("actions", "&Previous schedule"),
        "Ctrl+Up",
        QT_TRANSLATE_NOOP("actions", "Choose the schedule above"),
    ),
    ActionSpec(
        SCHEDULE,
        "select_next",
        QT_TRANSLATE_NOOP("actions", "&Next schedule"),
        "Ctrl+Down",
        QT_TRANSLATE_NOOP("actions", "Choose the schedule below"),
    ),
    ActionSpec(
        SCHEDULE,
        "open_betas",
        QT_TRANSLATE_NOOP("actions", "Open &betas…"),
        "Ctrl+B",
        QT_TRANSLATE_NOOP("actions", "Add a schedule from a CSV, JSON, NPY or NPZ file or a scheduler_config.json"),
    ),
    ActionSpec(
        PICTURE,
        "open_picture",
        QT_TRANSLATE_NOOP("actions", "Open p&icture…"),
        "Ctrl+I",
        QT_TRANSLATE_NOOP("actions", "Look at a picture of your own under every schedule"),
    ),
    ActionSpec(
        PICTURE,
        "new_noise",
        QT_TRANSLATE_NOOP("actions", "&New noise"),
        "Ctrl+N",
        QT_TRANSLATE_NOOP("actions", "Draw another ε"),
    ),
    ActionSpec(PICTURE),
    ActionSpec(
        PICTURE,
        "save_pictures",
        QT_TRANSLATE_NOOP("actions", "&Save pictures…"),
        "Ctrl+S",
        QT_TRANSLATE_NOOP("actions", "Save the pictures shown at this t as PNG, in their full size"),
    ),
    ActionSpec(
        PICTURE,
        "save_path",
        QT_TRANSLATE_NOOP("actions", "Save the &whole path…"),
        "Ctrl+Shift+S",
        QT_TRANSLATE_NOOP("actions", "Save the pictures from t = 0 to T as GIF or animated WebP"),
    ),
    ActionSpec(
        SAMPLING,
        "run",
        QT_TRANSLATE_NOOP("actions", "&Run"),
        "Ctrl+R",
        QT_TRANSLATE_NOOP("actions", "Draw pictures with the chosen checkpoint"),
    ),
    ActionSpec(
        SAMPLING,
        "pause",
        QT_TRANSLATE_NOOP("actions", "&Pause or go on"),
        "",
        QT_TRANSLATE_NOOP("actions", "Hold the run before its next network call, or let it go on (Space in the panel)"),
    ),
    ActionSpec(
        SAMPLING,
        "step",
        QT_TRANSLATE_NOOP("actions", "S&tep"),
        "Ctrl+Right",
        QT_TRANSLATE_NOOP("actions", "Do one network call, then hold"),
    ),
    ActionSpec(
        SAMPLING,
        "stop",
        QT_TRANSLATE_NOOP("actions", "&Stop"),
        "Esc",
        QT_TRANSLATE_NOOP("actions", "End the run; what is recorded stays"),
    ),
    ActionSpec(SAMPLING),
    ActionSpec(
        SAMPLING,
        "toggle_live",
        QT_TRANSLATE_NOOP("actions", "&Live"),
        "Ctrl+L",
        QT_TRANSLATE_NOOP("actions", "Run again, with few steps and pictures, whenever a slider of the schedule moves"),
        checkable=True,
    ),
    ActionSpec(SAMPLING),
    ActionSpec(
        SAMPLING,
        "open_checkpoint",
        QT_TRANSLATE_NOOP("actions", "&Open checkpoint…"),
        "Ctrl+K",
        QT_TRANSLATE_NOOP("actions", "Open a network's file to sample with"),
    ),
    ActionSpec(
        SAMPLING,
        "open_checkpoint_folder",
        QT_TRANSLATE_NOOP("actions", "Open checkpoint &folder…"),
        "Ctrl+Shift+K",
        QT_TRANSLATE_NOOP("actions", "Open a network's folder, as diffusers writes it, to sample with"),
    ),
    ActionSpec(SAMPLING),
    ActionSpec(
        SAMPLING,
        "save_samples",
        QT_TRANSLATE_NOOP("actions", "Save last pict&ures…"),
        "",
        QT_TRANSLATE_NOOP("actions", "Save the pictures that the run came to as PNG, one file each"),
    ),
    ActionSpec(
        SAMPLING,
        "save_grid",
        QT_TRANSLATE_NOOP("actions", "Save &grid…"),
        "",
        QT_TRANSLATE_NOOP("actions", "Save the pictures that the run came to as PNG, side by side"),
    ),
    ActionSpec(
        SAMPLING,
        "save_run",
        QT_TRANSLATE_NOOP("actions", "Save pat&h as animation or frames…"),
        "",
        QT_TRANSLATE_NOOP("actions", "Save the way from noise to pictures as GIF, animated WebP or PNG frames"),
    ),
    ActionSpec(
        SAMPLING,
        "save_tensors",
        QT_TRANSLATE_NOOP("actions", "Save ra&w tensors…"),
        "",
        QT_TRANSLATE_NOOP("actions", "Save the numbers of the run, as the network computed them, as NPZ"),
    ),
    ActionSpec(
        HELP,
        "show_shortcuts",
        QT_TRANSLATE_NOOP("actions", "&Keyboard shortcuts"),
        "F1",
        QT_TRANSLATE_NOOP("actions", "List every key"),
    ),
    ActionSpec(HELP, "show_about", QT_TRANSLATE_NOOP("actions", "&About ddpm-studio")),
)


def build_menus(window: QMainWindow, *handlers: QObject) -> dict[str, QMenu]:
    """Fill the window's menu bar; each action calls the slot of its name on the first handler that has one.

    Returns the menus by their name in MENUS.
    """
    menus: dict[str, QMenu] = {name: window.menuBar().addMenu(translated(name)) for name in MENUS}
    for menu in menus.values():
        menu.setToolTipsVisible(True)
    for spec in ACTIONS:
        if spec.id:
            action = _action(spec, window)
            action.triggered.connect(
                next(getattr(handler, spec.id) for handler in handlers if hasattr(handler, spec.id))
            )
            menus[spec.menu].addAction(action)
        else:
            menus[spec.menu].addSeparator()
    return menus


def _action(spec: ActionSpec, parent: QObject) -> QAction:
    action = QAction(translated(spec.text), parent)
    action.setObjectName(spec.id)
    action.setShortcut(QKeySequence(spec.shortcut))
    action.setCheckable(spec.checkable)
    if spec.tip:
        action.setToolTip(translated(spec.tip))
    return action
