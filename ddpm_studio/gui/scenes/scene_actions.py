"""SceneActions: going through the guided questions, while the person's own state is kept aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal, Slot

from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.gui.projects.complaints import told
from ddpm_studio.gui.scenes.scene import Scene
from ddpm_studio.gui.scenes.scene_shelf import shelf
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.tasks import TaskQueue

_NONE = QT_TRANSLATE_NOOP("errors", "There are no guided questions in this installation; install ddpm-studio again.")
_OPENING = QT_TRANSLATE_NOOP("errors", "A picture is still being opened; wait for it, and ask again.")


@dataclass(frozen=True)
class AskedScene:
    """The scene that is shown, its place among all, 0 being the first, and whether what it asks for was done."""

    scene: Scene
    place: int
    count: int
    done: bool = False

    @property
    def is_last(self) -> bool:
        """Whether no other follows."""
        return self.place == self.count - 1


class SceneActions(QObject):
    """Shows scene after scene, as visits of the Studio. `shown` has the AskedScene, None after the last.

    `offered` asks whether to begin, and `said` tells of files that are no scenes. No scene begins while something is
    `opening`, and `show_first_picture` gives one a picture where the person has none.
    """

    shown = Signal(object)
    offered = Signal()
    said = Signal(str)

    def __init__(
        self, studio: Studio, opening: TaskQueue, show_first_picture: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._studio, self._opening, self._show_first_picture = studio, opening, show_first_picture
        self._scenes: tuple[Scene, ...] = ()
        self._keys: tuple[int, ...] = ()
        self.asked: AskedScene | None = None
        studio.changed.connect(self._judge)
        studio.visit_over.connect(self._end)

    @Slot()
    def ask(self) -> None:
        """Begin with the first question."""
        if self._opening.busy:  # It would arrive in the scene, and be gone with it.
            self._studio.complain(StudioError(_OPENING))
            return
        found = shelf()
        self._scenes = found.scenes
        if found.refusals:
            self.said.emit(told(found.refusals))
        if found.scenes:
            self._show(0)
        elif not found.refusals:
            self._studio.complain(StudioError(_NONE))

    def offer(self) -> None:
        """Ask whether to begin."""
        self.offered.emit()

    @Slot()
    def go_back(self) -> None:
        """Show the scene before, or this one again, as it began, if it is the first."""
        if self.asked is not None:
            self._show(max(0, self.asked.place - 1))

    @Slot()
    def go_on(self) -> None:
        """Show the next scene; after the last, what the person had."""
        if self.asked is None or self.asked.is_last:
            self.leave()
        else:
            self._show(self.asked.place + 1)

    @Slot()
    def leave(self) -> bool:
        """Show what the person had; False if that is shown already."""
        was_asked = self.asked is not None
        self._studio.end_visit()
        return was_asked

    @Slot()
    def keep(self) -> None:
        """Take the schedules of the scene into the person's own list, and go back to it."""
        if self.asked is not None:
            self._studio.keep_visited()

    def _show(self, place: int) -> None:
        scene = self._scenes[place]
        self._studio.visit(scene.setting.state(self._studio.own))
        if self._studio.state.picture is None:
            self._show_first_picture()
        self._keys = tuple(entry.key for entry in self._studio.state.entries)
        self._become(AskedScene(scene, place, len(self._scenes)))

    @Slot(object)
    def _judge(self, state: State) -> None:
        """See whether what is asked for was done."""
        asked = self.asked
        if asked is not None and not asked.done and asked.scene.goal.reached(state, self._keys):
            self._become(replace(asked, done=True))

    @Slot()
    def _end(self) -> None:
        self._become(None)

    def _become(self, asked: AskedScene | None) -> None:
        self.asked = asked
        self.shown.emit(asked)
