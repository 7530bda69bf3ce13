"""Actions on what a network is trained for: the sides of the equation, the card's objective, and shifts by size."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QSlider, QToolButton

from ddpm_studio.diffusion.training.draws import DRAWS
from ddpm_studio.diffusion.training.loss_weights import LOSS_WEIGHTS
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.diffusion.training.predictions import PREDICTIONS
from ddpm_studio.gui.equation.equation_panel import EquationPanel
from ddpm_studio.gui.schedules.card.shift_calculator import ShiftCalculator
from ddpm_studio.gui.schedules.card.shift_field import ShiftField
from ddpm_studio.gui.schedules.card.training_part import TrainingPart
from ddpm_studio.gui.state.window import Side
from tests.soak.checks import expect
from tests.soak.on_schedules import editor, line, panel
from tests.soak.scene import Scene

SHIFTS: Mapping[str, tuple[int, Callable[[int], float]]] = {
    "sd3": (16, lambda m: 3 * math.sqrt(m / 4096)),
    "flux": (16, lambda m: math.exp(0.5 + 0.65 * (m - 256) / 3840)),
    "qwen_image": (16, lambda m: math.exp(0.5 + 0.4 * (m - 256) / 7936)),
    "ltx": (32, lambda m: math.exp(0.95 + 1.1 * (m - 1024) / 3072)),
    "simple_diffusion": (1, lambda m: math.sqrt(m) / 64),
}
"""The side of a token in pixels by rule, and the shift s of so many tokens; those of a video are of eight frames."""

SIDES = ("64", "256", "500", "768", "1024", "2048", "3")


def equation(scene: Scene) -> EquationPanel:
    """The panel of the equation."""
    return scene.window.panel(EquationPanel)


def turn_equation(scene: Scene) -> None:
    """Turn to another side of the equation."""
    side = scene.random.choice([side for side, button in equation(scene).sides.buttons.items() if button.isVisible()])
    if scene.click(equation(scene).sides.buttons[side]):
        now = equation(scene).sides.side
        expect(now is side, f"{side} of the equation was chosen, and {now} is shown.")


def press_factor(scene: Scene) -> None:
    """Press a factor of the weight in training, or a form of the weight, and see its curve explained."""
    scene.click(equation(scene).sides.buttons[Side.TRAINING])
    side = equation(scene).training
    pressed = [(factor, factor.curve) for factor in side.factors]
    widget, curve = scene.random.choice([*pressed, (side.as_is, "effective_weight"), (side.level, "relative_weight")])
    if scene.click(widget):
        state = scene.window.studio.state
        expect(state.curve == curve, f"{curve} was pressed in the equation, and {state.curve} is explained.")
        form = isinstance(widget, QToolButton)
        expect(not form or state.axis == "log_snr", f"{curve} was to be plotted over log SNR, not {state.axis}.")


def _card(scene: Scene) -> TrainingPart:
    """The training part of the card, in view and unfolded."""
    editor(scene)
    part = panel(scene).training
    if not part.head.isChecked():
        scene.click(part.head)
    return part


def fold_objective(scene: Scene) -> None:
    """Fold the objective in the card, or show it."""
    editor(scene)
    scene.click(panel(scene).training.head)


def choose_objective(scene: Scene) -> None:
    """Choose a prediction, a draw or a weight in the card."""
    boxes = scene.seen(_card(scene), QComboBox)
    if not boxes:
        return
    place = scene.random.randrange(len(boxes))
    box = boxes[place]
    index = scene.random.randrange(box.count())
    scene.say(f"train: {box.itemData(index)}")
    box.setCurrentIndex(index)
    box.activated.emit(index)
    scene.settle()
    train = scene.window.studio.state.current.train
    now = (train.predict, train.draw, train.weight)
    expect(box.itemData(index) in now, f"{box.itemData(index)} was chosen, and the objective is {train}.")


def drag_objective(scene: Scene) -> None:
    """Drag an option of the objective in the card, and look while it is held; there may be none."""
    sliders = scene.seen(_card(scene), QSlider)
    if sliders:
        slider = scene.random.choice(sliders)
        scene.drag(slider, [QPoint(scene.random.randrange(slider.width()), slider.height() // 2) for _ in range(4)])


def type_objective(scene: Scene) -> None:
    """Type a training objective into the chosen line, and see it taken."""
    scene.wait_for_files()
    key, wanted = scene.window.studio.state.selected, _any_objective(scene)
    if scene.type_in(line(scene), str(wanted)):
        now = scene.window.studio.entry(key).train
        expect(now == wanted, f"{wanted} was typed, and the line has {now}.")


def _any_objective(scene: Scene) -> Objective:
    """An objective, some of whose options are not as usual."""
    draw, weight = scene.random.choice(list(DRAWS)), scene.random.choice(list(LOSS_WEIGHTS))
    plain = Objective(scene.random.choice(list(PREDICTIONS)), draw, weight)
    given = {option.key: _inside(scene, option.low, option.high) for option in plain.options}
    return plain.replace(**{key: value for key, value in given.items() if scene.random.random() < 0.5})


def _inside(scene: Scene, low: float, high: float) -> float:
    share = scene.random.random()
    value = low * (high / low) ** share if low > 0 else low + share * (high - low)
    return float(f"{value:.4g}") if low < float(f"{value:.4g}") < high else value


def use_calculator(scene: Scene) -> None:
    """Find the shift for a size of pictures, and use it where it is offered, or close the calculator."""
    fields = [field for field in scene.seen(editor(scene), ShiftField) if field.by_size.isVisible()]
    if not fields:
        return
    field = scene.random.choice(fields)
    if not scene.click(field.by_size):
        return
    calculators = [each for each in scene.window.findChildren(ShiftCalculator) if each.isVisible()]
    expect(len(calculators) == 1, f"The shift for a size was wanted, and {len(calculators)} calculators are open.")
    (calculator,) = calculators
    calculator.rule.setCurrentIndex(scene.random.randrange(calculator.rule.count()))
    boxes = [box for box in (calculator.width_box, calculator.height_box, calculator.frames) if box.isEnabled()]
    for box in boxes:
        scene.type_in(box, scene.random.choice(SIDES), scene.random.choice((Qt.Key.Key_Return, Qt.Key.Key_Tab)))
    side, law = SHIFTS[calculator.rule.currentData()]
    layers = 1 + (calculator.frames.value() - 1) // 8 if calculator.frames.isEnabled() else 1
    shift = law(calculator.width_box.value() // side * (calculator.height_box.value() // side) * layers)
    wanted = shift if field.key == "shift" else shift**2
    if scene.random.random() < 0.7 and scene.click(calculator.use):
        schedule = scene.window.studio.state.current.schedule
        now = float(str(dict(schedule.replace(**{field.key: wanted}).given)[field.key]))
        shown = float(str(dict(schedule.given).get(field.key, math.nan)))
        expect(math.isclose(shown, now, rel_tol=1e-3), f"A shift of {wanted} was used, and the schedule is {schedule}.")
    if scene.random.random() < 0.5:
        scene.click(calculator.leave)
    QApplication.processEvents()


ACTIONS = (
    (turn_equation, 4),
    (press_factor, 2),
    (fold_objective, 1),
    (choose_objective, 5),
    (drag_objective, 5),
    (type_objective, 2),
    (use_calculator, 3),
)
