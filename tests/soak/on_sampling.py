"""Actions on sampling: runs and what is set up for them, lines to compare, and what is looked at and saved of a run."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QSlider, QSpinBox, QToolButton, QWidget

from ddpm_studio.gui.sampling.model.answer_fields import HeadsField, ScheduleField
from ddpm_studio.gui.sampling.model.ask_view import AskView
from ddpm_studio.gui.sampling.model.card_view import CardView
from ddpm_studio.gui.sampling.model.model_page import ModelPage
from ddpm_studio.gui.sampling.model.trial_view import TrialView
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.widgets.number_box import NumberBox
from tests.soak.checks import expect
from tests.soak.scene import Scene

FEW_STEPS = ("1", "2", "3", "5", "8", "0", "")
MOST_WORK = 60
"""Network calls, each of one picture, that a run of the soak may take."""


def panel(scene: Scene) -> SamplingPanel:
    """The panel, in view."""
    scene.bring_up("sampling")
    view = scene.window.panel(SamplingPanel)
    expect(view.isVisible(), "The sampling panel was brought up, and is not seen.")
    return view


def _bound_work(scene: Scene) -> None:
    """Leave a run small enough to be one of thousands."""
    studio = scene.window.studio
    setup = studio.state.sampling
    for number, line in enumerate(setup.lines):
        if line.steps * (setup.pictures or 1) * len(setup.lines) > MOST_WORK:
            studio.set_sampling(chosen=number)
            scene.window.desk.samples.setup.change_line("steps", 3)
    if (setup.pictures or 1) > 4:
        scene.window.desk.samples.setup.change_setting("pictures", 4)
    scene.settle()


def run(scene: Scene) -> None:
    """Run, and wait for the end."""
    _bound_work(scene)
    buttons = panel(scene).run_bar.buttons
    if not scene.click(buttons.run):
        return
    if scene.random.random() < 0.5:
        scene.wait(lambda: scene.window.desk.samples.phase in (Phase.IDLE, Phase.PAUSED), "the end of a run")


def hold(scene: Scene) -> None:
    """Pause a run, step, resume or stop it."""
    buttons = panel(scene).run_bar.buttons
    button = scene.random.choice((buttons.pause, buttons.step, buttons.stop))
    if button is buttons.step:
        _bound_work(scene)
    scene.click(button)


def press_space(scene: Scene) -> None:
    """Press Space in the panel, which pauses a run."""
    view = panel(scene)
    scene.key(Qt.Key.Key_Space, widget=view)


def set_steps(scene: Scene) -> None:
    """Type a number of steps."""
    scene.type_in(panel(scene).run_bar.steps, scene.random.choice(FEW_STEPS))


def choose(scene: Scene) -> None:
    """Choose a solver, a schedule to sample along, a spacing, a precision."""
    view = panel(scene)
    view.view_bar.more.setChecked(True)
    boxes = [box for box in scene.seen(view, QComboBox) if box is not view.run_bar.checkpoint and box.count()]
    box = scene.random.choice(boxes)
    index = scene.random.randrange(box.count())
    scene.say(f"choose: {box.itemText(index)} in {box.accessibleName()}")
    box.setCurrentIndex(index)
    box.activated.emit(index)
    scene.settle()


def move_option(scene: Scene) -> None:
    """Move a slider of the solver's options, or type into a field."""
    view = panel(scene)
    view.view_bar.more.setChecked(True)
    scene.settle()
    sliders = scene.seen(view.details, QSlider)
    boxes = [*scene.seen(view.details, NumberBox), *scene.seen(view.details, QSpinBox)]
    if sliders and scene.random.random() < 0.5:
        slider = scene.random.choice(sliders)
        scene.drag(slider, [QPoint(scene.random.randrange(slider.width()), slider.height() // 2) for _ in range(3)])
    elif boxes:
        scene.type_in(scene.random.choice(boxes), scene.random.choice(("0", "1", "2", "3", "0.5", "-3", "x")))


def change_lines(scene: Scene) -> None:
    """Add, choose or remove a line to compare."""
    view = panel(scene)
    _turn(scene, "Compare")
    compare = view.views.compare
    kinds = [compare.add, *compare.choosing.buttons(), *compare.removing.buttons()]
    buttons = [button for button in kinds if button.isVisible() and button.isEnabled()]
    if buttons:
        scene.click(scene.random.choice(buttons))
    lines = len(scene.window.studio.state.sampling.lines)
    shown = sum(choice.isVisible() for choice in compare.choices)
    expect(shown == lines or not compare.isVisible(), f"{shown} lines are shown, and there are {lines}.")


def turn_page(scene: Scene) -> None:
    """Turn to another view of a run."""
    panel(scene)
    _turn(scene, scene.random.choice(("Watch", "Compare", "Solver", "Runs", "Model")))


def handle_runs(scene: Scene) -> None:
    """Choose a kept run, pin, swipe, set up or forget it."""
    view = panel(scene)
    _turn(scene, "Runs")
    page, kept = view.views.runs, scene.window.desk.kept
    if not kept.cards or not page.cards.isVisible():
        return
    row = scene.random.randrange(len(kept.cards))
    scene.say(f"handle_runs: card {row}")
    page.cards.setCurrentIndex(page.cards.model().index(row, 0))
    if scene.random.random() < 0.3:
        scene.click(page.use)
    else:
        scene.key(scene.random.choice((Qt.Key.Key_P, Qt.Key.Key_S, Qt.Key.Key_Delete)), widget=page.cards)
    pinned = [card for card in kept.cards if card.is_pinned]
    expect(len(pinned) <= 1, f"{len(pinned)} runs are pinned.")
    expect(all(card.kept.complete for card in kept.cards if card.distance is not None), "A stopped run has a distance.")


def look_at_solver(scene: Scene) -> None:
    """Look at the table of the solver, for either network: the weights of estimates or outputs, or the error."""
    panel(scene)
    _turn(scene, "Solver")
    solver = scene.window.panel(SamplingPanel).views.solver
    network, shown = (scene.seen(switch, QToolButton) for switch in (solver.network, solver.shown))
    if shown:
        scene.click(scene.random.choice((scene.random.choice((*network, *shown)), shown[-1])))


def _turn(scene: Scene, page: str) -> None:
    pages = scene.window.panel(SamplingPanel).view_bar.pages
    scene.click(next(button for button in pages.findChildren(QToolButton) if button.text() == page))


def change_range(scene: Scene) -> None:
    """Show pictures in another range."""
    buttons = scene.seen(panel(scene).view_bar.range, QToolButton)
    if buttons:
        scene.click(scene.random.choice(buttons))


def toggle_live(scene: Scene) -> None:
    """Have runs follow the sliders, or not."""
    scene.click(panel(scene).view_bar.live)


def follow_live(scene: Scene) -> None:
    """Move a slider while runs follow."""
    if not scene.window.studio.state.sampling.live:
        scene.trigger(scene.action("toggle_live"))
    scene.bring_up("schedules")
    scene.window.studio.set_parameter("T", scene.random.choice((50, 100, 300)))
    scene.settle()
    scene.wait(lambda: scene.window.desk.samples.phase in (Phase.IDLE, Phase.PAUSED), "the end of a live run")
    if scene.random.random() < 0.7:
        scene.trigger(scene.action("toggle_live"))


def scrub_run(scene: Scene) -> None:
    """Go back to an earlier step of a run."""
    for slider in scene.seen(panel(scene).timeline, QSlider):
        scene.drag(slider, [QPoint(scene.random.randrange(max(1, slider.width())), slider.height() // 2)])


def save_run(scene: Scene) -> None:
    """Save something of a run; cancel it now and then."""
    bar = panel(scene).view_bar
    action = scene.random.choice((bar.save_samples, bar.save_grid, bar.save_run, bar.save_tensors))
    save(scene, lambda: scene.trigger(action))


def save(scene: Scene, begin: object) -> str:
    """Save by a menu, to the end or not; either there is a file then, or a sentence. The path is without a suffix."""
    path = scene.scratch.new_path()
    scene.window.toast.hide()
    scene.patient = False
    with scene.answering(path):
        begin()  # type: ignore[operator]
    if scene.saving() and scene.random.random() < 0.3:
        for queue in scene.window.desk.queues:
            queue.cancel()
    scene.patient = True
    scene.wait(lambda: not scene.saving(), "the end of saving")
    if any("menu:" in said for said in scene.said):
        expect(scene.window.toast.isVisible(), f"Nothing says whether {path} was saved.")
    return path


def press_on_model(scene: Scene) -> None:
    """Press whatever button the page about the model has."""
    buttons = scene.seen(_model(scene), QToolButton)
    if buttons:
        scene.click(scene.random.choice(buttons))
    _come_to_an_end(scene)


def answer(scene: Scene) -> None:
    """Answer what is asked about a checkpoint, correct what is assumed, take an answer back, or take a trial's."""
    page = _model(scene).currentWidget()
    if isinstance(page, AskView):
        _answer_question(scene, page)
    elif isinstance(page, TrialView):
        _wait_for_opening(scene)
        uses = [cell.use for cell in page.cells if cell.use.isEnabled()]
        scene.click(scene.random.choice([*uses, page.close_button]))
    elif isinstance(page, CardView):
        _correct(scene, page)
    _come_to_an_end(scene)


def _answer_question(scene: Scene, page: AskView) -> None:
    for field in page.fields.values():
        _say(scene, field)
    buttons = (page.open_button, page.open_button, page.try_button, page.forget_button, page.keep_button)
    scene.click(scene.random.choice([button for button in buttons if button.isVisible()]))


def _come_to_an_end(scene: Scene) -> None:
    """Wait for what a button of the page may have begun."""
    if scene.window.studio.state.sampling.trial is not None:
        _watch_trial(scene)
    _wait_for_opening(scene)


def _watch_trial(scene: Scene) -> None:
    """Stop a trial as soon as there is something to use: all that fits may take minutes."""
    view = panel(scene).views.model.trial
    scene.wait(lambda: not scene.opening() or any(cell.use.isEnabled() for cell in view.cells), "the first pictures")
    scene.trigger(scene.action("stop"))


def _correct(scene: Scene, page: CardView) -> None:
    rows = [row for row in page.rows.values() if row.change.isVisible()]
    if not rows:
        return
    row = scene.random.choice(rows)
    scene.click(row.change)
    editor = row.editor
    assert editor is not None
    if editor.forget_button.isVisible() and scene.random.random() < 0.4:
        scene.click(editor.forget_button)
    else:
        _say(scene, editor.field)
        scene.click(editor.apply_button)


def _say(scene: Scene, field: QWidget) -> None:
    """Give any answer in a field, right or wrong."""
    if isinstance(field, ScheduleField):
        field.setEditText(scene.random.choice(("linear:T=100", "cosine:T=50", "cosin")))
    elif isinstance(field, QComboBox):
        field.setCurrentIndex(scene.random.randrange(field.count()))
    elif isinstance(field, QLineEdit):
        field.setText(scene.random.choice(("8", "16", "3x8x8", "8x16", "x")))
    elif isinstance(field, HeadsField):
        field.number.setValue(scene.random.choice((1, 2, 3, 4)))


def _model(scene: Scene) -> ModelPage:
    page = panel(scene).views.model
    _turn(scene, "Model")
    return page


def _wait_for_opening(scene: Scene) -> None:
    scene.wait(lambda: not scene.opening(), "the opening of a checkpoint")


def try_a_checkpoint(scene: Scene) -> None:
    """Try a checkpoint that asks, for which torch imports some 800 modules that are never let go of."""
    panel(scene)
    with scene.answering(scene.scratch.asking):
        scene.trigger(scene.action("open_checkpoint"))
    _wait_for_opening(scene)
    page = _model(scene).currentWidget()
    expect(isinstance(page, AskView), f"{scene.scratch.asking} asks nothing.")
    assert isinstance(page, AskView)
    schedule = page.fields["schedule"]
    assert isinstance(schedule, ScheduleField)
    schedule.setEditText("linear:T=100")
    scene.click(page.try_button)
    expect(scene.window.studio.state.sampling.trial is not None, "What is asked is not tried.")
    _watch_trial(scene)


def open_checkpoint(scene: Scene) -> None:
    """Open a checkpoint that is none, one that asks, or the bundled one."""
    box = panel(scene).run_bar.checkpoint
    if scene.random.random() < 0.6:
        path = scene.random.choice((scene.random.choice(scene.scratch.bad), scene.scratch.asking))
        with scene.answering(path):
            scene.trigger(scene.action("open_checkpoint"))
    else:
        index = box.findText("pixel-portraits", Qt.MatchFlag.MatchContains)
        box.setCurrentIndex(index)
        box.activated.emit(index)
    _wait_for_opening(scene)


ACTIONS = (
    (run, 2),
    (hold, 2),
    (press_space, 1),
    (set_steps, 2),
    (choose, 3),
    (move_option, 2),
    (change_lines, 3),
    (turn_page, 2),
    (look_at_solver, 3),
    (handle_runs, 2),
    (change_range, 1),
    (toggle_live, 1),
    (follow_live, 1),
    (scrub_run, 1),
    (save_run, 1),
    (press_on_model, 1),
    (answer, 4),
    (open_checkpoint, 2),
)
