"""Actions: everything that the menus offer, each declared once along with what it does."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ddpm_studio.diffusion.moment import SCALES, TimeScale
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.gui.equation.sides import TIPS
from ddpm_studio.gui.full_screen import KEY as FULL_SCREEN_KEY
from ddpm_studio.gui.projects.session_folder import why_not_open_set_aside
from ddpm_studio.gui.state.drawing_from import why_not_draw
from ddpm_studio.gui.state.families import why_not_break_up
from ddpm_studio.gui.state.limits import why_not_add, why_not_remove
from ddpm_studio.gui.state.phase import PAUSABLE, UNDER_WAY, Phase
from ddpm_studio.gui.state.window import Side
from ddpm_studio.texts import Readable, SourceText, Text

if TYPE_CHECKING:
    from ddpm_studio.gui.desk import Desk
    from ddpm_studio.gui.state.window import State


@dataclass(frozen=True)
class ActionSpec:
    """One action: `id` names it, `do` finds the slot on the window's desk that performs it.

    `ticked` says for a State whether the action is ticked, so that the tick follows the state, not the click; with None
    the action is never ticked. It is available in the `phases` of a run, unless `why_not` has a reason for a State,
    which is then its tip. So has `why_not_now`, which is asked when the menu opens and may look at files. `named` gives
    the text for a State, in the place of `text`.
    """

    id: str
    text: Readable
    do: Callable[[Desk], Callable[[], object]]
    key: str = ""
    tip: SourceText | None = None
    ticked: Callable[[State], bool] | None = None
    phases: Collection[Phase] = tuple(Phase)
    named: Callable[[State], Readable] | None = None
    why_not: Callable[[State], StudioError | None] = lambda state: None
    why_not_now: Callable[[], StudioError | None] = lambda: None


SEPARATOR = None


class MenuSpec:
    """A menu: its title and, from top to bottom, its actions, separators and the menus that open from it."""

    def __init__(self, title: SourceText, *items: ActionSpec | MenuSpec | None) -> None:
        self.title, self.items = title, items

    @property
    def specs(self) -> Iterator[ActionSpec]:
        """Its actions, those of the menus in it among them."""
        for item in self.items:
            if isinstance(item, MenuSpec):
                yield from item.specs
            elif item is not None:
                yield item


FILE = MenuSpec(
    QT_TRANSLATE_NOOP("menus", "&File"),
    ActionSpec(
        "open_files",
        QT_TRANSLATE_NOOP("actions", "&Open…"),
        lambda desk: desk.files.open_files,
        key="Ctrl+O",
        tip=QT_TRANSLATE_NOOP("actions", "Open a picture, exported schedules, a scheduler_config.json or a checkpoint"),
    ),
    ActionSpec(
        "open_project",
        QT_TRANSLATE_NOOP("actions", "Open pro&ject…"),
        lambda desk: desk.projects.open_project,
        key="Ctrl+Shift+O",
        tip=QT_TRANSLATE_NOOP("actions", "Open schedules, picture and settings that were saved together"),
    ),
    ActionSpec(
        "open_set_aside",
        QT_TRANSLATE_NOOP("actions", "Open session set asi&de"),
        lambda desk: desk.projects.open_set_aside,
        tip=QT_TRANSLATE_NOOP("actions", "Open the last session that could not be restored at the start"),
        why_not_now=why_not_open_set_aside,
    ),
    SEPARATOR,
    ActionSpec(
        "save_project",
        QT_TRANSLATE_NOOP("actions", "&Save project"),
        lambda desk: desk.projects.save_project,
        key="Ctrl+S",
        tip=QT_TRANSLATE_NOOP("actions", "Save schedules, picture and settings together, as readable JSON"),
    ),
    ActionSpec(
        "save_project_as",
        QT_TRANSLATE_NOOP("actions", "Save project &as…"),
        lambda desk: desk.projects.save_project_as,
        key="Ctrl+Shift+S",
        tip=QT_TRANSLATE_NOOP("actions", "Save them in another file"),
    ),
    SEPARATOR,
    ActionSpec(
        "export_schedules",
        QT_TRANSLATE_NOOP("actions", "&Export schedules…"),
        lambda desk: desk.files.export_schedules,
        key="Ctrl+E",
        tip=QT_TRANSLATE_NOOP("actions", "Write the coefficients of the visible schedules as CSV or in another format"),
    ),
    ActionSpec(
        "save_plots",
        QT_TRANSLATE_NOOP("actions", "Save p&lots…"),
        lambda desk: desk.files.save_plots,
        key="Ctrl+Shift+E",
        tip=QT_TRANSLATE_NOOP("actions", "Save the plots as PNG or SVG"),
    ),
    ActionSpec(
        "show_figure",
        QT_TRANSLATE_NOOP("actions", "Fi&gure…"),
        lambda desk: desk.figures.show_figure,
        tip=QT_TRANSLATE_NOOP("actions", "Lay the curves out for print, and save them as PDF, SVG, PNG or a script"),
    ),
    ActionSpec(
        "export_report",
        QT_TRANSLATE_NOOP("actions", "E&xport report…"),
        lambda desk: desk.reports.export_report,
        tip=QT_TRANSLATE_NOOP("actions", "Write what is shown as one page of HTML that opens in any browser"),
    ),
    SEPARATOR,
    ActionSpec(
        "start_afresh",
        QT_TRANSLATE_NOOP("actions", "Start a&fresh"),
        lambda desk: desk.projects.start_afresh,
        tip=QT_TRANSLATE_NOOP("actions", "Go back to what the first start shows; Undo brings everything back"),
    ),
    ActionSpec(
        "forget_everything",
        QT_TRANSLATE_NOOP("actions", "Forge&t everything…"),
        lambda desk: desk.projects.ask_to_forget,
        tip=QT_TRANSLATE_NOOP("actions", "Empty all that is kept from one start to the next"),
    ),
    SEPARATOR,
    ActionSpec(
        "close",
        QT_TRANSLATE_NOOP("actions", "&Quit"),
        lambda desk: desk.window.close,
        key="Ctrl+Q",
    ),
)

UNDO_NOTHING = QT_TRANSLATE_NOOP("actions", "&Undo")
REDO_NOTHING = QT_TRANSLATE_NOOP("actions", "&Redo")
NOTHING_UNDONE = QT_TRANSLATE_NOOP("errors", "There is nothing to undo.")
NOTHING_REDONE = QT_TRANSLATE_NOOP("errors", "There is nothing to redo.")
UNDO = QT_TRANSLATE_NOOP("actions", "&Undo {what}")
REDO = QT_TRANSLATE_NOOP("actions", "&Redo {what}")

COPY_AS = MenuSpec(
    QT_TRANSLATE_NOOP("menus", "&Copy schedule as"),
    ActionSpec(
        "copy_spec",
        QT_TRANSLATE_NOOP("actions", "&Text"),
        lambda desk: desk.schedules.copy_spec,
        key="Ctrl+Shift+C",
        tip=QT_TRANSLATE_NOOP("actions", "Copy the selected schedule in the form that the command line takes"),
    ),
    SEPARATOR,
    ActionSpec(
        "copy_numpy",
        QT_TRANSLATE_NOOP("actions", "P&ython (NumPy)"),
        lambda desk: desk.schedules.copy_numpy,
        key="Ctrl+Shift+N",
        tip=QT_TRANSLATE_NOOP("actions", "Copy code that rebuilds the selected schedule with NumPy alone"),
    ),
    ActionSpec(
        "copy_diffusers",
        QT_TRANSLATE_NOOP("actions", "Python (&diffusers)"),
        lambda desk: desk.schedules.copy_diffusers,
        key="Ctrl+Shift+D",
        tip=QT_TRANSLATE_NOOP("actions", "Copy code that builds a diffusers scheduler with the selected schedule"),
    ),
    ActionSpec(
        "copy_kdiffusion",
        QT_TRANSLATE_NOOP("actions", "Python (&k-diffusion σ)"),
        lambda desk: desk.schedules.copy_kdiffusion,
        tip=QT_TRANSLATE_NOOP("actions", "Copy code that gives σ of the selected schedule, from noise down to 0"),
    ),
    SEPARATOR,
    ActionSpec(
        "copy_loss",
        QT_TRANSLATE_NOOP("actions", "PyTorch training &loss"),
        lambda desk: desk.schedules.copy_loss,
        key="Ctrl+Shift+L",
        tip=QT_TRANSLATE_NOOP(
            "actions",
            "Copy a loss that draws, weighs and compares as the selected schedule's training objective",
        ),
    ),
)

EDIT = MenuSpec(
    QT_TRANSLATE_NOOP("menus", "&Edit"),
    ActionSpec(
        "undo",
        UNDO_NOTHING,
        lambda desk: desk.studio.undo,
        key="Ctrl+Z",
        named=lambda state: UNDO_NOTHING if state.undo is None else Text(UNDO, {"what": state.undo}),
        why_not=lambda state: StudioError(NOTHING_UNDONE) if state.undo is None else None,
    ),
    ActionSpec(
        "redo",
        REDO_NOTHING,
        lambda desk: desk.studio.redo,
        key="Ctrl+Shift+Z; Ctrl+Y",
        named=lambda state: REDO_NOTHING if state.redo is None else Text(REDO, {"what": state.redo}),
        why_not=lambda state: StudioError(NOTHING_REDONE) if state.redo is None else None,
    ),
    SEPARATOR,
    ActionSpec(
        "paste",
        QT_TRANSLATE_NOOP("actions", "&Paste"),
        lambda desk: desk.files.paste,
        key="Ctrl+V",
        tip=QT_TRANSLATE_NOOP("actions", "Show the picture on the clipboard, or add the schedules in its text"),
    ),
    SEPARATOR,
    COPY_AS,
    SEPARATOR,
    ActionSpec(
        "show_preferences",
        QT_TRANSLATE_NOOP("actions", "Pre&ferences…"),
        lambda desk: desk.preferences.show_preferences,
        key="Ctrl+,",
        tip=QT_TRANSLATE_NOOP("actions", "Choose font, lines and theme, and what a fresh window begins with"),
    ),
)


def _equal(key: str, scale: TimeScale) -> ActionSpec:
    """The action that shows all schedules at moments that are equal on a scale."""
    return ActionSpec(
        f"equal_{key}",
        Text(QT_TRANSLATE_NOOP("actions", "Equal {scale}"), {"scale": scale.name}),
        lambda desk: lambda: desk.studio.set_scale(key),
        tip=scale.meaning,
        ticked=lambda state: state.moment.scale == key,
    )


def _side(key: str, side: Side, text: SourceText) -> ActionSpec:
    """The action that turns the equation to a side."""
    return ActionSpec(
        f"show_{side.name.lower()}",
        text,
        lambda desk: lambda: desk.schedules.show_side(side),
        key=key,
        tip=TIPS[side],
    )


VIEW = MenuSpec(
    QT_TRANSLATE_NOOP("menus", "&View"),
    ActionSpec(
        "go_to",
        QT_TRANSLATE_NOOP("actions", "&Go to…"),
        lambda desk: desk.schedules.go_to,
        key="G",
        tip=QT_TRANSLATE_NOOP("actions", "Type the moment to go to, as a value of the axis: t, t/T, log SNR, σ or τ"),
    ),
    *itertools.starmap(_equal, SCALES.items()),
    SEPARATOR,
    ActionSpec(
        "toggle_sheet",
        QT_TRANSLATE_NOOP("actions", "&Contact sheet"),
        lambda desk: desk.studio.toggle_sheet,
        key="C",
        tip=QT_TRANSLATE_NOOP(
            "actions", "Let the lanes grow over the plots, with t under every frame, and SNR as there is room"
        ),
        ticked=lambda state: state.sheet,
    ),
    ActionSpec(
        "toggle_run_lanes",
        QT_TRANSLATE_NOOP("actions", "R&uns in lanes"),
        lambda desk: desk.studio.toggle_run_lanes,
        tip=QT_TRANSLATE_NOOP("actions", "Give each line of a run a lane under the schedule whose levels it visits"),
        ticked=lambda state: state.run_lanes,
    ),
    ActionSpec(
        "toggle_marks",
        QT_TRANSLATE_NOOP("actions", "Step &marks"),
        lambda desk: desk.studio.toggle_marks,
        tip=QT_TRANSLATE_NOOP("actions", "Mark the steps of a run on the curves of the schedule that was sampled"),
        ticked=lambda state: state.marks,
    ),
    SEPARATOR,
    ActionSpec(
        "full_screen",
        QT_TRANSLATE_NOOP("actions", "Full screen"),
        lambda desk: desk.full_screen.toggle,
        key=FULL_SCREEN_KEY,
        tip=QT_TRANSLATE_NOOP("actions", "Give the window the whole screen, or no longer; Esc gives it back as well"),
    ),
    SEPARATOR,
    _side("Ctrl+1", Side.FORWARD, QT_TRANSLATE_NOOP("actions", "Forward process")),
    _side("Ctrl+2", Side.REVERSE, QT_TRANSLATE_NOOP("actions", "Reverse process")),
    _side("Ctrl+3", Side.TRAINING, QT_TRANSLATE_NOOP("actions", "Training objective")),
    SEPARATOR,
)

SCHEDULE = MenuSpec(
    QT_TRANSLATE_NOOP("menus", "&Schedule"),
    ActionSpec(
        "open_betas",
        QT_TRANSLATE_NOOP("actions", "Open &betas…"),
        lambda desk: desk.files.open_betas,
        key="Ctrl+B",
        tip=QT_TRANSLATE_NOOP("actions", "Add a schedule from a CSV, JSON, NPY or NPZ file or a scheduler_config.json"),
        why_not=why_not_add,
    ),
    SEPARATOR,
    ActionSpec(
        "duplicate",
        QT_TRANSLATE_NOOP("actions", "&Duplicate"),
        lambda desk: desk.schedules.duplicate,
        key="Ctrl+D",
        why_not=why_not_add,
    ),
    ActionSpec(
        "remove",
        QT_TRANSLATE_NOOP("actions", "&Remove"),
        lambda desk: desk.schedules.remove,
        key="Ctrl+Backspace",
        why_not=why_not_remove,
    ),
    ActionSpec(
        "rename",
        QT_TRANSLATE_NOOP("actions", "Re&name"),
        lambda desk: desk.schedules.rename,
        key="Shift+F2",
        tip=QT_TRANSLATE_NOOP("actions", "Give the selected schedule a name"),
    ),
    ActionSpec(
        "break_up",
        QT_TRANSLATE_NOOP("actions", "Break &up"),
        lambda desk: desk.schedules.break_up,
        tip=QT_TRANSLATE_NOOP("actions", "Make a line of each member of the selected family"),
        why_not=why_not_break_up,
    ),
    ActionSpec(
        "draw_from",
        QT_TRANSLATE_NOOP("actions", "Draw from t&his"),
        lambda desk: desk.schedules.draw_from,
        tip=QT_TRANSLATE_NOOP("actions", "Turn the selected schedule into a drawn one whose points follow it"),
        why_not=why_not_draw,
    ),
    SEPARATOR,
    ActionSpec(
        "select_previous",
        QT_TRANSLATE_NOOP("actions", "&Previous schedule"),
        lambda desk: desk.schedules.select_previous,
        key="Ctrl+Up",
        tip=QT_TRANSLATE_NOOP("actions", "Select the schedule above"),
    ),
    ActionSpec(
        "select_next",
        QT_TRANSLATE_NOOP("actions", "Ne&xt schedule"),
        lambda desk: desk.schedules.select_next,
        key="Ctrl+Down",
        tip=QT_TRANSLATE_NOOP("actions", "Select the schedule below"),
    ),
)

PICTURE = MenuSpec(
    QT_TRANSLATE_NOOP("menus", "&Picture"),
    ActionSpec(
        "open_picture",
        QT_TRANSLATE_NOOP("actions", "Open p&icture…"),
        lambda desk: desk.pictures.open_picture,
        key="Ctrl+I",
        tip=QT_TRANSLATE_NOOP("actions", "See your own picture under every schedule"),
    ),
    ActionSpec(
        "new_noise",
        QT_TRANSLATE_NOOP("actions", "&New noise"),
        lambda desk: desk.pictures.new_noise,
        key="Ctrl+N",
        tip=QT_TRANSLATE_NOOP("actions", "Draw another ε"),
    ),
    SEPARATOR,
    ActionSpec(
        "save_pictures",
        QT_TRANSLATE_NOOP("actions", "&Save pictures…"),
        lambda desk: desk.pictures.save_pictures,
        key="Ctrl+Alt+S",
        tip=QT_TRANSLATE_NOOP("actions", "Save the pictures shown at this t as PNG, at full size"),
    ),
    ActionSpec(
        "save_path",
        QT_TRANSLATE_NOOP("actions", "Save the &whole path…"),
        lambda desk: desk.pictures.save_path,
        key="Ctrl+Alt+Shift+S",
        tip=QT_TRANSLATE_NOOP("actions", "Save the pictures from t = 0 to T as GIF or animated WebP"),
    ),
)

SAMPLING = MenuSpec(
    QT_TRANSLATE_NOOP("menus", "S&ampling"),
    ActionSpec(
        "run",
        QT_TRANSLATE_NOOP("actions", "&Run"),
        lambda desk: desk.samples.run,
        key="Ctrl+R",
        tip=QT_TRANSLATE_NOOP("actions", "Sample pictures with the chosen checkpoint"),
    ),
    ActionSpec(
        "pause",
        QT_TRANSLATE_NOOP("actions", "&Pause or resume"),
        lambda desk: desk.samples.pause,
        tip=QT_TRANSLATE_NOOP(
            "actions", "Pause the run before its next network call, or resume it (Space in the panel)"
        ),
        phases=PAUSABLE,
    ),
    ActionSpec(
        "step",
        QT_TRANSLATE_NOOP("actions", "S&tep"),
        lambda desk: desk.samples.step,
        key="Ctrl+Right",
        tip=QT_TRANSLATE_NOOP("actions", "Make one network call, then pause"),
    ),
    ActionSpec(
        "stop",
        QT_TRANSLATE_NOOP("actions", "&Stop"),
        lambda desk: desk.samples.stop,
        key="Esc",
        tip=QT_TRANSLATE_NOOP("actions", "Stop the run; what is recorded is kept"),
        phases=UNDER_WAY,
    ),
    SEPARATOR,
    ActionSpec(
        "toggle_live",
        QT_TRANSLATE_NOOP("actions", "&Live"),
        lambda desk: desk.samples.live.toggle_live,
        key="Ctrl+L",
        tip=QT_TRANSLATE_NOOP(
            "actions", "Run again, with few steps and pictures, whenever a slider of the schedule moves"
        ),
        ticked=lambda state: state.sampling.live,
    ),
    ActionSpec(
        "predict_error",
        QT_TRANSLATE_NOOP("actions", "Predicted &error"),
        lambda desk: desk.samples.predict_error,
        tip=QT_TRANSLATE_NOOP(
            "actions",
            "How far off brightness and contrast of pictures like yours are with this solver and these steps: "
            "predicted, without drawing and without a checkpoint",
        ),
    ),
    ActionSpec(
        "start_sweep",
        QT_TRANSLATE_NOOP("actions", "Start sweep of the la&b"),
        lambda desk: desk.lab.start,
        tip=QT_TRANSLATE_NOOP("actions", "Draw what the question in the lab asks for and is not there yet"),
    ),
    ActionSpec(
        "pause_sweep",
        QT_TRANSLATE_NOOP("actions", "Pause sweep or go o&n"),
        lambda desk: desk.lab.pause_or_go_on,
        tip=QT_TRANSLATE_NOOP("actions", "Stop drawing for the question in the lab, or go on where it was"),
    ),
    ActionSpec(
        "find_best_steps",
        QT_TRANSLATE_NOOP("actions", "Best steps for this &checkpoint…"),
        lambda desk: desk.lab.show_search,
        tip=QT_TRANSLATE_NOOP("actions", "Search for the noise levels at which a solver comes nearest with few steps"),
    ),
    ActionSpec(
        "open_results",
        QT_TRANSLATE_NOOP("actions", "Open results of &a sweep…"),
        lambda desk: desk.lab.open_results,
        tip=QT_TRANSLATE_NOOP("actions", "Look at the folder of a sweep in the lab, also while another program draws"),
    ),
    SEPARATOR,
    ActionSpec(
        "show_differences",
        QT_TRANSLATE_NOOP("actions", "Why &is my picture not the same?…"),
        lambda desk: desk.differences.show_differences,
        tip=QT_TRANSLATE_NOOP(
            "actions", "Compare two lists of steps, and name the conventions in which two programs differ"
        ),
    ),
    SEPARATOR,
    ActionSpec(
        "open_checkpoint",
        QT_TRANSLATE_NOOP("actions", "&Open checkpoint…"),
        lambda desk: desk.samples.checkpoints.open_checkpoint,
        key="Ctrl+K",
        tip=QT_TRANSLATE_NOOP("actions", "Open a checkpoint file to sample with"),
    ),
    ActionSpec(
        "open_checkpoint_folder",
        QT_TRANSLATE_NOOP("actions", "Open checkpoint &folder…"),
        lambda desk: desk.samples.checkpoints.open_checkpoint_folder,
        key="Ctrl+Shift+K",
        tip=QT_TRANSLATE_NOOP("actions", "Open a checkpoint folder, as diffusers writes it, to sample with"),
    ),
    SEPARATOR,
    ActionSpec(
        "save_samples",
        QT_TRANSLATE_NOOP("actions", "Save last pict&ures…"),
        lambda desk: desk.samples.saves.save_samples,
        tip=QT_TRANSLATE_NOOP("actions", "Save the run's last pictures as PNG, one file each"),
    ),
    ActionSpec(
        "save_grid",
        QT_TRANSLATE_NOOP("actions", "Save &grid…"),
        lambda desk: desk.samples.saves.save_grid,
        tip=QT_TRANSLATE_NOOP("actions", "Save the run's last pictures as PNG, side by side"),
    ),
    ActionSpec(
        "save_run",
        QT_TRANSLATE_NOOP("actions", "Save pat&h as animation or frames…"),
        lambda desk: desk.samples.saves.save_run,
        tip=QT_TRANSLATE_NOOP("actions", "Save the path from noise to pictures as GIF, animated WebP or PNG frames"),
    ),
    ActionSpec(
        "save_tensors",
        QT_TRANSLATE_NOOP("actions", "Save ra&w tensors…"),
        lambda desk: desk.samples.saves.save_tensors,
        tip=QT_TRANSLATE_NOOP("actions", "Save the run's tensors, exactly as computed, as NPZ"),
    ),
)

HELP = MenuSpec(
    QT_TRANSLATE_NOOP("menus", "&Help"),
    ActionSpec(
        "show_palette",
        QT_TRANSLATE_NOOP("actions", "&Command palette…"),
        lambda desk: desk.palette.show_palette,
        key="Ctrl+Shift+P",
        tip=QT_TRANSLATE_NOOP("actions", "Find everything that can be done by a few letters of its name"),
    ),
    SEPARATOR,
    ActionSpec(
        "ask_questions",
        QT_TRANSLATE_NOOP("actions", "&Guided questions"),
        lambda desk: desk.scenes.ask,
        tip=QT_TRANSLATE_NOOP("actions", "See what schedules do, one gesture at a time; what you have here stays"),
    ),
    SEPARATOR,
    ActionSpec(
        "show_shortcuts",
        QT_TRANSLATE_NOOP("actions", "&Keyboard shortcuts"),
        lambda desk: desk.help.show_shortcuts,
        key="F1",
        tip=QT_TRANSLATE_NOOP("actions", "List every key"),
    ),
    ActionSpec(
        "show_glossary",
        QT_TRANSLATE_NOOP("actions", "Gl&ossary"),
        lambda desk: desk.help.show_glossary,
        tip=QT_TRANSLATE_NOOP("actions", "Say what each word and symbol means, with its name in code"),
    ),
    ActionSpec(
        "show_about",
        QT_TRANSLATE_NOOP("actions", "&About ddpm-studio"),
        lambda desk: desk.help.show_about,
    ),
)

MENU_BAR = (FILE, EDIT, VIEW, SCHEDULE, PICTURE, SAMPLING, HELP)
"""The menus from left to right; the window adds its panels and themes to VIEW."""
