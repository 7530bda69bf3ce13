"""Actions on the lines of steps below schedules: typed, changed in the card, dragged in plots and lanes, taken away."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QSlider, QWidget

from ddpm_studio.gui.schedules.card.steps_part import StepsPart
from ddpm_studio.gui.state.stepping import MAX_STEPS
from ddpm_studio.gui.timeline.hands.step_hands import StepHandledLanes
from ddpm_studio.gui.timeline.timeline_panel import TimelinePanel
from tests.soak.checks import expect
from tests.soak.on_schedules import editor, entries, panel
from tests.soak.on_views import curves
from tests.soak.scene import Scene

TYPED = (
    "karras:steps=5",
    "karras:steps=12,rho=3,sigma_min=0.1",
    "trailing:steps=4",
    "beta:steps=7,alpha=0.5",
    "simple_comfyui:steps=6",
    "ays:model=sdxl",
    "sigmas:9,3,1.5,0.4,0",
    "14.6, 6.5, 2.7, 0.9, 0.0",
    "taus:0.9,0.5,0.2,0",
    "karras:steps=8 | start=0.6",
)
REFUSED = ("karras:roh=5", "sigmas:1,2", "karas:steps=4", "trailing:steps=1e9", "timesteps:5")
NUMBERS = ("1", "3", "11", "40", "100001", "x")


def _part(scene: Scene) -> StepsPart:
    """The lines of steps in the card, in view and unfolded."""
    editor(scene)
    part = panel(scene).steps
    if not part.head.isChecked():
        scene.click(part.head)
    return part


def _count(scene: Scene) -> int:
    return len(scene.window.studio.state.current.steps)


def type_steps(scene: Scene) -> None:
    """Type steps into the empty line, good ones or not, and see them below the chosen schedule or refused."""
    field, count = entries(scene).new_line, _count(scene)
    wanted = scene.random.choice((*TYPED, *REFUSED))
    if scene.type_in(field, wanted):
        refused = bool(field.draft.reason)
        added = _count(scene) - count
        expect(added == int(not refused), f"{wanted} was typed, and {added} lines of steps were added.")
        expect(refused or wanted not in REFUSED, f"{wanted} was taken.")
        if refused:
            scene.key(Qt.Key.Key_Escape, widget=field)


def add_steps(scene: Scene) -> None:
    """Add the steps of the sampler, where there is room for more."""
    part, count = _part(scene), _count(scene)
    if scene.click(part.add):
        expect(_count(scene) in (count, count + 1), "More than one line of steps was added.")
    expect(part.add.isEnabled() == (_count(scene) < MAX_STEPS), "Steps are offered where there is no room, or not.")


def retype_steps(scene: Scene) -> None:
    """Type over one of the lines, and leave it there if it is refused, or give it up."""
    rows = _part(scene).rows
    if rows:
        end = scene.random.choice((Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape))
        scene.type_in(scene.random.choice(rows).box.line, scene.random.choice((*TYPED, *REFUSED)), end)


def change_option(scene: Scene) -> None:
    """Choose a line, and type its number of steps, drag one of its options, or turn one on or off."""
    part = _part(scene)
    if not part.rows:
        return
    scene.click(scene.random.choice(part.rows).mark)
    sliders, switches = scene.seen(part.details.options, QSlider), scene.seen(part.details.options, QAbstractButton)
    if scene.random.random() < 0.3:
        scene.type_in(part.details.count, scene.random.choice(NUMBERS))
    elif sliders and scene.random.random() < 0.7:
        slider = scene.random.choice(sliders)
        scene.drag(slider, [QPoint(scene.random.randrange(slider.width()), slider.height() // 2) for _ in range(4)])
    elif switches:
        scene.key(Qt.Key.Key_Space, widget=scene.random.choice(switches))


def remove_steps(scene: Scene) -> None:
    """Take one of the lines away."""
    rows, count = _part(scene).rows, _count(scene)
    if rows and scene.click(scene.random.choice(rows).remove):
        expect(_count(scene) == count - 1, f"One of {count} lines of steps was removed, and {_count(scene)} are left.")


def use_steps(scene: Scene) -> None:
    """Have the sampler go down the steps of the line that is meant."""
    part = _part(scene)
    if part.rows and scene.click(part.details.use):
        used = scene.window.studio.state.sampling.line.spacing
        texts = [str(spec) for spec in scene.window.studio.state.current.steps]
        expect(used in texts, f"Steps of {texts} were used, and the sampler has {used}.")


def drag_dot(scene: Scene) -> None:
    """Drag the dot of a step along its curve."""
    grid = curves(scene).grid
    if not grid.isVisible():
        return
    plot = scene.random.choice(grid.plots())
    lines = [line for line in plot.steps.lines() if len(line.xs)]
    if lines:
        line = scene.random.choice(lines)
        number = scene.random.randrange(len(line.xs))
        at = plot.steps.mapToScene(QPointF(float(line.xs[number]), float(line.ys[number])))
        _drag_aside(scene, grid.viewport(), grid.mapFromScene(at))
        # Where the mouse rests, numbers are read there.
        QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))
        scene.settle()


def drag_note(scene: Scene) -> None:
    """Drag the note of a step along its lane."""
    scene.bring_up("timeline")
    lanes = scene.window.panel(TimelinePanel).lanes
    found = _notes(lanes)
    if lanes.isVisible() and found:
        _drag_aside(scene, lanes, scene.random.choice(found))


def _notes(lanes: StepHandledLanes) -> list[QPoint]:
    place, found = lanes._band_place(), []
    for number, entry in enumerate(lanes._state.visible):
        for notes, y in lanes._bands.rows(entry, place):
            inside = (x for x in place.xs(notes).tolist() if x == x)
            found += [QPoint(round(x), round(lanes.band(number).top() + y)) for x in inside]
    return found


def _drag_aside(scene: Scene, widget: QWidget, begun: QPoint) -> None:
    by = [scene.random.randint(-200, 200) for _ in range(3)]
    scene.drag(widget, [begun, *(begun + QPoint(each, 0) for each in by)])


ACTIONS = (
    (type_steps, 5),
    (add_steps, 1),
    (retype_steps, 2),
    (change_option, 4),
    (remove_steps, 3),
    (use_steps, 1),
    (drag_dot, 3),
    (drag_note, 3),
)
