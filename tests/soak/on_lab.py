"""Actions in the lab: questions are asked, shown and taken back, and a sweep is begun and stopped."""

from __future__ import annotations

from ddpm_studio.gui.lab.lab_panel import LabPage, LabPanel
from ddpm_studio.gui.lab.running.sweep_progress import AT_WORK, SweepPhase
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_toml import parse_sweep, sweep_text
from tests.soak.checks import expect
from tests.soak.scene import Scene

SOLVERS = ("ddim", "heun", "unipc", "euler-ancestral")


def ask(scene: Scene) -> None:
    """Ask the default question, or a small one, and see it on its page."""
    scene.bring_up("lab")
    panel = scene.window.panel(LabPanel)
    if scene.random.random() < 0.3:
        panel.default_wanted.emit()
    else:
        chosen = tuple(scene.random.sample(SOLVERS, 2))
        reference = Contender("ddim", "trailing", 4)
        panel.question.changed.emit(sweep_text(Sweep(solvers=chosen, counts=(3,), pictures=2, reference=reference)))
    scene.say("lab: a question")
    scene.settle()
    asked = parse_sweep(scene.window.studio.state.lab.question)
    results = panel.results
    expect(results is None or results.asked.sweep == asked, "The lab shows the results of another question.")


def turn_page(scene: Scene) -> None:
    """Turn to another page of the lab."""
    scene.bring_up("lab")
    page = scene.random.choice(list(LabPage))
    scene.say(f"lab: {page}")
    scene.window.panel(LabPanel).pages.chosen.emit(page)
    scene.settle()


def draw(scene: Scene) -> None:
    """Begin a sweep, and stop it at once or when something is there; all that was there is there."""
    lab = scene.window.desk.lab
    before = lab.results.done if lab.results is not None else 0
    scene.trigger(scene.action("start_sweep"))
    if scene.random.random() < 0.5:
        scene.wait(lambda: lab.progress.phase is not SweepPhase.PREPARED, "the checkpoint of a sweep")
    lab.cancel()
    scene.wait(lambda: lab.progress.phase not in AT_WORK, "the end of a sweep")
    scene.settle()
    after = lab.results.done if lab.results is not None else 0
    expect(after >= before, f"There were {before} points, and there are {after}.")


ACTIONS = ((ask, 3), (turn_page, 3), (draw, 1))
