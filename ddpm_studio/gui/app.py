"""The application: the window on the screen, or drawn once into a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from PySide6.QtCore import QBuffer, QCoreApplication, QEventLoop, QIODevice, QLibraryInfo, QLocale, QSize, QTranslator
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from ddpm_studio.checkpoints import UnansweredError, UntrustedError
from ddpm_studio.checkpoints.location import bundled
from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.diffusion.schedule_family import Specified
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import FileError, StudioError
from ddpm_studio.files.animation import Frames, is_animation, write_animation
from ddpm_studio.files.atomic import written_whole
from ddpm_studio.files.kept.kept_folder import KeptFolder, runs_folder
from ddpm_studio.files.resources import resource, resource_folder
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.gui.closing import run_until_closed
from ddpm_studio.gui.desk import Desk
from ddpm_studio.gui.display import display_needed
from ddpm_studio.gui.faults.faults import Faults
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.preferences.beginning import fresh_state
from ddpm_studio.gui.preferences.keeper import PreferenceKeeper
from ddpm_studio.gui.preferences.preferences import Preferences
from ddpm_studio.gui.projects.complaints import told
from ddpm_studio.gui.restoring import begin_session, is_first_start
from ddpm_studio.gui.state.given_names import bounded_name
from ddpm_studio.gui.state.step_names import STARTING_AFRESH
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.translation import translated
from ddpm_studio.gui.widgets.qimages import to_pillow
from ddpm_studio.lab.results.own_folder import own_results_folder
from ddpm_studio.launch import Launch
from ddpm_studio.texts import SourceText

FIRST_SIZE = QSize(1440, 900)
SETTLING_TURNS = 10
"""Iterations of the event loop after which nothing is left to lay out or paint."""

DRAGGED, FRAME_MS, LAST_MS = 40, 80, 1500
"""Steps in which an animation drags t from 0 to T, and how long each is seen, and the last."""


def start(launch: Launch) -> int:
    """Open the window, which ends the process when it is closed, or draw it into a file without a display.

    The exit code is returned; StudioError if the file cannot be written, or the checkpoint cannot be read.
    """
    if launch.screenshot is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with display_needed():
        app = make_application(sys.argv[:1])
    faults = Faults(app)
    if launch.screenshot is None:
        faults.watch()
    restoring = launch.screenshot is None and launch.restore and not launch.named
    # A picture of the window is the same whoever takes it.
    keeper = PreferenceKeeper.of_user() if launch.screenshot is None else None
    contents = launch.pictures, launch.schedules, launch.t, launch.checkpoint, launch.project, launch.names
    window = open_window(*contents, restoring, keeper, launch.steps, launch.configs)
    window.faults.follow(faults)
    size = QSize(*launch.size) if launch.size else None
    window.share_out(size or FIRST_SIZE.boundedTo(app.primaryScreen().availableSize()))
    if launch.screenshot is None:
        is_first = is_first_start()
        with suppress(FileError):  # Without a home folder nothing is kept.
            window.desk.kept.keep_in(KeptFolder(runs_folder()))
            window.desk.lab.keep_in(own_results_folder())
        if not begin_session(window, restoring):
            _show_first_picture(window)
        if is_first:
            window.desk.scenes.offer()
        if size:
            window.resize(size)
    window.show()
    if keeper is not None and keeper.complaints:
        window.messages.say(told(keeper.complaints))
    elif launch.notes:
        window.messages.say(" ".join(map(translated, launch.notes)))
    if launch.made is not None:
        window.desk.recipes.open_path(launch.made)
    if launch.screenshot is None:
        run_until_closed(app, window, faults)
    _open_named_checkpoint(window)
    try:
        draw(window, launch.screenshot)
    finally:
        window.close()
    return 0


def make_application(arguments: Sequence[str]) -> QApplication:
    """The QApplication with the program's name, icon and language."""
    app = QApplication(list(arguments))
    # Once only: replacing the style under a style sheet crashes Qt while widgets of closed windows still exist.
    app.setStyle("Fusion")
    QCoreApplication.setApplicationName("ddpm-studio")
    QCoreApplication.setOrganizationName("ddpm-studio")
    app.setApplicationDisplayName("ddpm-studio")
    app.setDesktopFileName("ddpm-studio")
    app.setWindowIcon(QIcon(str(resource("icons/ddpm-studio.svg"))))
    _translate(app)
    return app


def _translate(app: QApplication) -> None:
    """Speak the person's language, Qt's own texts and names of keys included, where there is a translation into it."""
    ours, of_qt = QTranslator(app), QTranslator(app)
    if ours.load(QLocale(), "ddpm_studio", "_", str(resource_folder() / "i18n")):
        if of_qt.load(QLocale(), "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(of_qt)
        app.installTranslator(ours)


def open_window(
    pictures: Sequence[str],
    schedules: Sequence[Specified],
    t: int | None,
    checkpoint: str | None = None,
    project: str | None = None,
    names: Sequence[str] = (),
    restoring: bool = False,
    preferences: PreferenceKeeper | None = None,
    steps: Sequence[tuple[StepsSpec, ...]] = (),
    configs: Sequence[OpenedConfig | None] = (),
) -> MainWindow:
    """The window with what the command line asked for, and a bundled picture if it named none, which is not read where
    the last session is `restoring`.

    `names` has for each schedule what a person called it, or "", `steps` what stands below it, and `configs` the config
    of a scheduler that it came from. Without `preferences` the program's own hold, and none are kept. A checkpoint is
    opened, and the outcome shown, once the window exists. Raises ScheduleError for a t outside 0 … T of the first
    schedule.
    """
    studio, keeper = Studio(), preferences or PreferenceKeeper()
    _begin_as_preferred(studio, keeper.preferences)
    count = len(schedules)
    named = list(zip(schedules, names or [""] * count, steps or [()] * count, configs or [None] * count, strict=True))
    if named and project is None:
        _begin_with(studio, named)
    window = MainWindow(studio, keeper)
    if project is not None:
        window.desk.projects.open_at_once(project)
        _add(studio, named)
    for place, path in enumerate(pictures, 1):
        window.desk.pictures.show_at_once(path, place if place == len(pictures) else 1)
    if not restoring:
        _show_first_picture(window)
    if t is not None:
        weights_at(studio.state.current.schedule, t)
        studio.set_t(t)
    if checkpoint is not None:
        window.desk.samples.checkpoints.choose(checkpoint)
    studio.begin()
    return window


def _begin_as_preferred(studio: Studio, preferences: Preferences) -> None:
    """Show what a fresh window is to begin with, unless that is what the program's own is."""
    own = Preferences()
    if any(getattr(preferences, name) != getattr(own, name) for name in ("schedules", "curves", "device")):
        studio.open(fresh_state(preferences), STARTING_AFRESH)
        studio.forget_saved()


_Named = tuple[Specified, str, tuple[StepsSpec, ...], OpenedConfig | None]


def _begin_with(studio: Studio, named: Sequence[_Named]) -> None:
    """Show these schedules, each with its name or "" and its steps, and no other; the first is selected."""
    (spec, name, steps, config), *others = named
    first = studio.state.selected
    for entry in studio.state.entries[1:]:
        studio.remove(entry.key)
    studio.set_schedule(spec)
    studio.rename(first, bounded_name(name))
    _add_below(studio, steps, config)
    _add(studio, others)
    studio.select(first)


def _add(studio: Studio, named: Sequence[_Named]) -> None:
    for spec, name, steps, config in named:
        studio.add(spec, name=name)
        _add_below(studio, steps, config)


def _add_below(studio: Studio, steps: Sequence[StepsSpec], config: OpenedConfig | None) -> None:
    if config is not None:
        studio.keep_config(config)
    for each in steps:
        studio.add_steps(each)


def _show_first_picture(window: MainWindow) -> None:
    """Begin with a bundled picture, unless there is one already, or a project, which may have none."""
    state = window.studio.state
    if state.picture is None and not state.project:
        window.desk.pictures.show_first_picture()
        window.studio.begin()


def _open_named_checkpoint(window: MainWindow) -> None:
    """Open the checkpoint that a project names, which else waits for somebody to look at it."""
    if window.studio.state.sampling.checkpoint not in bundled():
        window.desk.samples.checkpoints.open_chosen()


def draw(window: MainWindow, path: str) -> None:
    """Let the window paint until nothing is left to do, and save it as PNG, or as GIF or WebP while t is dragged.

    StudioError if the checkpoint that it opens cannot be read; questions about it are shown.
    """
    _wait_for(window.desk)
    _settle()
    if is_animation(path):
        size = window.grab().toImage().size()
        write_animation(path, (size.width(), size.height()), _dragging(window))
        return
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    window.grab().save(buffer, "PNG")
    with written_whole(path) as file:
        file.write(buffer.data().data())


def _settle() -> None:
    for _ in range(SETTLING_TURNS):
        QCoreApplication.processEvents()


def _dragging(window: MainWindow) -> Frames:
    """The window while t goes from 0 to T."""
    T = window.studio.state.current.schedule.T
    for number in range(DRAGGED + 1):
        window.studio.set_t(round(T * number / DRAGGED))
        _settle()
        yield to_pillow(window.grab().toImage()).convert("RGB"), FRAME_MS if number < DRAGGED else LAST_MS


def _wait_for(desk: Desk) -> None:
    refusals, failures, thread = list[StudioError](), list[str](), desk.samples.sampling_thread
    thread.refused.connect(lambda path, said, error: refusals.append(error))
    thread.failed.connect(lambda number, sentence: failures.append(sentence))
    while desk.busy:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    if failures and not any(isinstance(error, UnansweredError | UntrustedError) for error in refusals):
        raise (refusals or [StudioError(SourceText("{sentence}"), sentence=failures[0])])[0]
