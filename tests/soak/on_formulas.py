"""Actions on schedules by formula: typed in the list and in the card, and what they give against Python's own math."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.schedules.card.parameter_field import ParameterField
from tests.soak.checks import expect
from tests.soak.on_schedules import SLIDER_KEYS, editor, line
from tests.soak.scene import Scene

Formula = Callable[..., float]

FORMULAS: Mapping[str, Formula] = {
    "log_snr=-2*s*log(tan(pi*u/2.2))": lambda u, s: -2 * s * math.log(math.tan(math.pi * u / 2.2)),
    "log_snr=a-b*u": lambda u, a, b: a - b * u,
    "alpha_bar=exp(-a*u^2)": lambda u, a: math.exp(-a * u**2),
    "beta=0.01*b+0.3*u": lambda u, b: 0.01 * b + 0.3 * u,
}
"""Formulas as they are typed, and what they are; each name but u is a parameter, which is 1 unless it is given."""

PARAMETERS = ("a", "b", "s")
WRONG_FORMULAS = ("log_snr=a-(b*u", "log_snr=u", "sigma=u", "beta=__import__('os')", "alpha_bar=2", "log_snr=nan*u")
LENGTHS = (2, 10, 300, 1000)


def type_formula(scene: Scene) -> None:
    """Type a formula into the chosen line, and see it give what it says."""
    scene.wait_for_files()
    key, formula = scene.window.studio.state.selected, scene.random.choice(list(FORMULAS))
    if scene.type_in(line(scene), f"formula:T={scene.random.choice(LENGTHS)},{formula}"):
        _expect_given(scene, key, formula)


def type_in_card(scene: Scene) -> None:
    """Type another formula in the card of one, right or wrong; what is refused says why, and changes nothing."""
    if not _by_formula(scene):
        return
    studio, part = scene.window.studio, editor(scene).formula
    key, before = studio.state.selected, studio.state.current.schedule
    expect(part.isVisible(), f"The card of {before} has no line for the formula.")
    wrong = scene.random.random() < 0.3
    text = scene.random.choice(WRONG_FORMULAS if wrong else list(FORMULAS))
    if not scene.type_in(part.line, text):
        return
    if wrong:
        expect(bool(part.line.draft.said), f"{text} was refused, and nothing says why.")
        now = studio.entry(key).schedule
        expect(now == before, f"{text} is no formula, and {before} has become {now}.")
        scene.key(Qt.Key.Key_Escape, widget=part.line)
    elif not part.line.draft.said:  # Values of its parameters, or operators, may not go with it.
        _expect_given(scene, key, text)


def move_parameter(scene: Scene) -> None:
    """Move a parameter of a formula by its slider."""
    if not _by_formula(scene):
        return
    fields = [field for field in scene.seen(editor(scene), ParameterField) if field.key in PARAMETERS]
    if fields:
        key, formula = scene.window.studio.state.selected, scene.window.studio.state.current.schedule.formula
        slider = scene.random.choice(fields).findChild(QSlider)
        scene.key(scene.random.choice(SLIDER_KEYS), widget=slider)
        expect(
            scene.window.studio.entry(key).schedule.formula == formula, f"A slider was moved, and {formula} is gone."
        )


def _by_formula(scene: Scene) -> bool:
    entry = scene.window.studio.state.current
    return bool(entry.schedule.formula) and entry.family is None


def _expect_given(scene: Scene, key: int, formula: str) -> None:
    """Raise Trouble unless an entry is by a formula of FORMULAS, with what that gives where nothing is done to it."""
    schedule = scene.window.studio.entry(key).schedule
    expect(schedule.formula == formula, f"{formula} was typed, and the schedule is {schedule}.")
    given = {name: value for name, value in schedule.values.items() if name in PARAMETERS}
    if Schedule("formula", schedule.T, given, formula=formula).betas.tolist() != schedule.betas.tolist():
        return  # An operator has changed it.
    quantity = {"alpha_bar": "alphas_cumprod", "beta": "betas"}.get(formula.partition("=")[0], "log_snr")
    for t in {1, (schedule.T + 1) // 2, schedule.T}:
        true = FORMULAS[formula](t / schedule.T, **given)
        shown = float(schedule.coefficients[quantity][t - 1])
        right = math.isclose(shown, true, rel_tol=1e-9, abs_tol=1e-9)
        expect(right, f"{schedule} has {quantity} {shown} at t = {t}, and the formula gives {true}.")


ACTIONS = (
    (type_formula, 4),
    (type_in_card, 4),
    (move_parameter, 2),
)
