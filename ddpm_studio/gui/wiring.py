"""What a person does in the panels of schedules, curves and pictures, wired to what is done about it."""

from __future__ import annotations

from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.file_actions import Commands
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.state.studio import Studio


def wire_schedules(panel: SchedulesPanel, studio: Studio, commands: Commands) -> None:
    """Put the list and the editor of schedules together with the state."""
    panel.selected.connect(studio.select)
    panel.visible_toggled.connect(studio.set_visible)
    panel.renamed.connect(studio.rename)
    panel.duplicated.connect(studio.duplicate)
    panel.removed.connect(studio.remove)
    panel.moved.connect(studio.move)
    panel.add_requested.connect(studio.add)
    panel.open_betas_requested.connect(commands.open_betas)
    panel.kind_chosen.connect(studio.set_kind)
    panel.parameter_changed.connect(studio.set_parameter)
    panel.adjusting.connect(studio.set_adjusting)
    panel.spec_entered.connect(commands.enter_spec)
    panel.reset_requested.connect(studio.reset_parameters)


def wire_curves(panel: CurvesPanel, studio: Studio, commands: Commands) -> None:
    """Put the plots together with the state."""
    panel.t_chosen.connect(studio.set_t)
    panel.curve_chosen.connect(studio.explain)
    panel.curves_chosen.connect(studio.set_curves)
    panel.axis_chosen.connect(studio.set_axis)
    panel.view_chosen.connect(studio.set_view)
    panel.log_toggled.connect(studio.set_log)
    panel.save_requested.connect(commands.save_one_plot)


def wire_picture(panel: PicturePanel, studio: Studio, pictures: PictureActions) -> None:
    """Put the noised pictures together with the state and with what is done with files."""
    panel.t_chosen.connect(studio.set_t)
    panel.seed_chosen.connect(studio.set_seed)
    panel.histogram_toggled.connect(studio.set_histogram)
    panel.open_requested.connect(pictures.open_picture)
    panel.picture_opened.connect(pictures.show_picture)
    panel.pasted.connect(pictures.paste_mime)
    panel.paste_requested.connect(pictures.paste)
    panel.background_chosen.connect(pictures.set_background)
    panel.save_pictures_requested.connect(pictures.save_pictures)
    panel.save_path_requested.connect(pictures.save_path)
    panel.cancel_requested.connect(pictures.cancel)
    pictures.saving.connect(panel.show_saving)
