"""Wiring between the sampling panel and its actions: the user's requests one way, the results the other."""

from __future__ import annotations

from ddpm_studio.gui.sampling.sampling_actions import SamplingActions
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel


def wire(panel: SamplingPanel, actions: SamplingActions) -> None:
    """Connect a panel to its actions."""
    _wire_run(panel, actions)
    _wire_setup(panel, actions)
    _wire_saving(panel, actions)
    panel.watched.connect(actions.set_watched)
    actions.phase_changed.connect(panel.show_phase)
    actions.status.connect(panel.show_status)
    actions.progressed.connect(panel.show_progress)
    actions.recorded.connect(panel.show_recording)
    actions.framed.connect(panel.show_frames)
    actions.foretelling.told.connect(panel.show_foretold)
    panel.decode_wanted.connect(actions.decode)
    actions.decoded.connect(panel.show_decoded)
    actions.checkpoints.recent_changed.connect(panel.show_recent)
    actions.devices_known.connect(panel.details.show_devices)
    panel.show_recent(actions.checkpoints.recent)


def _wire_run(panel: SamplingPanel, actions: SamplingActions) -> None:
    buttons = panel.run_bar.buttons
    for run in (buttons.run, panel.views.empty.button):
        run.clicked.connect(actions.run)
    for pause in (buttons.pause.clicked, panel.pause_requested):
        pause.connect(actions.pause)
    panel.details.prompts.run_wanted.connect(actions.run)
    buttons.step.clicked.connect(actions.step)
    buttons.stop.clicked.connect(actions.stop)
    panel.view_bar.live.toggled.connect(actions.live.set_live)


def _wire_setup(panel: SamplingPanel, actions: SamplingActions) -> None:
    box, compare = panel.run_bar.checkpoint, panel.views.compare
    box.chosen.connect(actions.checkpoints.choose)
    box.file_requested.connect(actions.checkpoints.open_checkpoint)
    box.folder_requested.connect(actions.checkpoints.open_checkpoint_folder)
    panel.run_bar.sampler.changed.connect(actions.setup.change_line)
    panel.note.remedy_chosen.connect(actions.setup.change_line)
    panel.details.sampler.changed.connect(actions.setup.change_line)
    panel.details.settings.changed.connect(actions.setup.change_setting)
    for slider in (panel.details.guidance, panel.details.rescale):
        slider.adjusting.connect(actions.setup.hold)
    panel.details.spaced.adjusting.connect(actions.setup.hold)
    panel.details.options.adjusting.connect(actions.setup.hold)
    compare.choosing.idClicked.connect(actions.setup.choose_line)
    compare.add.clicked.connect(actions.setup.add_line)
    compare.removing.idClicked.connect(actions.setup.remove_line)
    _wire_model(panel, actions)


def _wire_model(panel: SamplingPanel, actions: SamplingActions) -> None:
    model = panel.views.model
    for page in (model.card, model.ask):
        page.answered.connect(actions.checkpoints.answer)
        page.schedule.wanted.connect(actions.setup.add_schedule)
        page.trial_wanted.connect(actions.trials.try_out)
        page.forget_button.clicked.connect(actions.checkpoints.forget_remembered)
    model.card.forgotten.connect(actions.checkpoints.forget)
    model.ask.trust_button.clicked.connect(actions.checkpoints.trust)
    model.ask.keep_button.clicked.connect(actions.checkpoints.keep)
    model.trial.chosen.connect(actions.trials.use)
    model.trial.close_button.clicked.connect(actions.trials.close)
    actions.trials.begun.connect(model.trial.clear)
    actions.trials.tried.connect(model.trial.show_tried)
    actions.wanted.connect(panel.show_run)
    actions.prediction_wanted.connect(panel.show_prediction)


def _wire_saving(panel: SamplingPanel, actions: SamplingActions) -> None:
    row, saves = panel.view_bar, actions.saves
    for page in (panel.views.watch, panel.views.compare):
        page.offers.save_wanted.connect(saves.save_picture)
        page.offers.menu.copied.connect(saves.copy_picture)
        page.offers.dragged.connect(saves.drag_out)
    row.save_samples.triggered.connect(saves.save_samples)
    row.save_grid.triggered.connect(saves.save_grid)
    row.save_run.triggered.connect(saves.save_run)
    row.save_tensors.triggered.connect(saves.save_tensors)
