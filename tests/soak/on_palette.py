"""Actions in the command palette: what is typed finds what it says, does only that, and nothing until Enter."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider

from ddpm_studio.diffusion.schedule import CUSTOM
from ddpm_studio.gui.actions import MENU_BAR
from ddpm_studio.gui.palette.deed import Deed
from ddpm_studio.gui.palette.palette_box import PaletteBox
from ddpm_studio.gui.palette.palette_model import FOUND
from ddpm_studio.gui.palette.ranking import FoundDeed
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.timeline.time_bar import TimeBar
from tests.gui.finding import child
from tests.soak.checks import expect
from tests.soak.keeping import finish_typing, keeping
from tests.soak.on_window import ELSEWHERE
from tests.soak.scene import Scene
from tests.soak.trouble import Trouble
from tests.soak.truth import truth_of

TYPED = ("linear", "alphas_cumprod", "snr db", "ddim", "axis", "ratios", "alike", "copy", "und", "sqrt", "zzqx", "")
MOMENTS = (("t {}", "t", 1.0), ("u {}", "t/T", 1.0), ("{} dB", "log_snr", math.log(10) / 10), ("σ {}", "sigma", 1.0))
"""What is typed of a moment, the scale it is on, and what one of its units is there."""
PLACES = ("0", "0.5", "1", "7", "250", "-3", "1e9")
LENGTHS = ("1", "40", "500", "0", "1e12")

LEADING: Mapping[str, Callable[[State], object]] = {
    "curve": lambda state: state.curve,
    "axis": lambda state: state.axis,
    "view": lambda state: state.view,
    "grid": lambda state: state.grid,
    "entry": lambda state: state.selected,
    "solver": lambda state: state.sampling.line.solver,
}
"""What a state has once a deed of such an id was done: the rest of the id."""


def open_palette(scene: Scene) -> PaletteBox:
    """Open the palette, which changes nothing, and has the keys."""
    finish_typing(scene)
    with keeping(scene, "The palette was opened"):
        scene.trigger(scene.action("show_palette"))
    box = child(scene.window, PaletteBox)
    expect(box.isVisible() and not box.field.text(), f"The palette was opened, and holds {box.field.text()!r}.")
    expect(scene.window.focusWidget() is box.field, "The palette was opened, and something else has the keys.")
    return box


def found_in(box: PaletteBox) -> list[Deed]:
    """What is offered now."""
    rows = [box.model.index(row).data(FOUND) for row in range(box.model.rowCount())]
    return [row.deed for row in rows if isinstance(row, FoundDeed)]


def look_in_palette(scene: Scene) -> None:
    """Type some letters, go through what they find, and close the palette again."""
    box = open_palette(scene)
    typed = scene.random.choice((*TYPED, "t 1", "T 40", "0 dB"))
    with keeping(scene, f"{typed!r} was typed in the palette, and given up"):
        scene.type_in(box.field, typed, None)
        for deed in found_in(box):
            said = f"{deed.text} {deed.where} {deed.words}".lower()
            expect({*typed.lower().replace(" ", "")} <= {*said}, f"{typed!r} has found {deed.text!r}.")
        for _ in range(scene.random.randrange(4)):
            scene.key(scene.random.choice((Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown)), widget=box.field)
        _leave(scene, box)
    _expect_closed(scene)


def _leave(scene: Scene, box: PaletteBox) -> None:
    """Close the palette by its key, or by going elsewhere."""
    if scene.random.random() < 0.5:
        scene.key(Qt.Key.Key_Escape, widget=box.field)
    else:
        scene.say("focus: elsewhere")
        child(scene.window.panel(TimeBar), QSlider).setFocus()
        scene.settle()


def _expect_closed(scene: Scene) -> None:
    box = child(scene.window, PaletteBox)
    expect(not box.isVisible(), "The palette was left, and is there.")
    expect(scene.window.focusWidget() is not box.field, "The palette is gone, and has the keys.")


def do_in_palette(scene: Scene) -> None:
    """Do any of what is found by some letters, and see it done; what asks for files is answered with nothing."""
    box = open_palette(scene)
    scene.type_in(box.field, scene.random.choice(TYPED), None)
    rows = [row for row, deed in enumerate(found_in(box)) if deed.available and _is_harmless(deed)]
    if not rows:
        scene.key(Qt.Key.Key_Escape, widget=box.field)
        return
    row = scene.random.choice(rows[:8])
    deed = found_in(box)[row]
    scene.say(f"palette: {deed.id}")
    box.view.setCurrentIndex(box.model.index(row))
    scene.key(Qt.Key.Key_Return, widget=box.field)
    _expect_closed(scene)
    what, _, value = deed.id.partition(":")
    if what in LEADING:
        now = str(LEADING[what](scene.window.studio.state))
        expect(now == value, f"{deed.text} was chosen in the palette, and {what} is {now}.")


def _is_harmless(deed: Deed) -> bool:
    """Whether a deed may be done here: of the menus those that are done from them as well."""
    chosen = {item.id for menu in MENU_BAR for item in menu.specs} - ELSEWHERE
    return deed.id in chosen or deed.id.partition(":")[0] in {*LEADING, "preset", "kind"}


def go_by_palette(scene: Scene) -> None:
    """Type a moment, and be there, or be told why not."""
    how, scale, unit = scene.random.choice(MOMENTS)
    place = scene.random.choice(PLACES)
    if not _entered(scene, how.format(place), f"go:{scale}"):
        return
    state = scene.window.studio.state
    truth = truth_of(str(state.current.schedule))
    right = truth is None or truth.is_nearest(scale, float(place) * unit, state.t)
    expect(right, f"{how.format(place)} was entered in the palette, and t is {state.t} of {state.current.schedule}.")


def set_by_palette(scene: Scene) -> None:
    """Type T, and see it taken, or be told why not."""
    length = scene.random.choice(LENGTHS)
    if scene.window.studio.state.current.schedule.kind != CUSTOM.name and _entered(scene, f"T {length}", "set:T"):
        T = scene.window.studio.state.current.schedule.T
        expect(int(length) == T, f"T {length} was entered in the palette, and T is {T}.")


def _entered(scene: Scene, typed: str, id: str) -> bool:
    """Enter a text, which means the deed of this id before all that is found by its letters.

    What cannot be done says why and changes nothing, and then this is False.
    """
    box = open_palette(scene)
    scene.type_in(box.field, typed, None)
    deed = found_in(box)[0] if found_in(box) else None
    if deed is None or deed.id != id:
        raise Trouble(f"{typed!r} in the palette means {deed and deed.text}, not {id}.")
    if deed.available:
        scene.key(Qt.Key.Key_Return, widget=box.field)
    else:
        expect(bool(deed.detail), f"{typed!r} is refused in the palette, and nothing says why.")
        with keeping(scene, f"{typed!r} was refused in the palette"):
            scene.key(Qt.Key.Key_Return, widget=box.field)
            scene.key(Qt.Key.Key_Escape, widget=box.field)
    _expect_closed(scene)
    return deed.available


ACTIONS = (
    (look_in_palette, 3),
    (do_in_palette, 5),
    (go_by_palette, 3),
    (set_by_palette, 2),
)
