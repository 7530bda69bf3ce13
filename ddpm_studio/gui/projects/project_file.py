"""Project file: a state read from it or written to it, with all that it names; it is worked on beside the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ddpm_studio.checkpoints.location import bundled, locate
from ddpm_studio.checkpoints.remembered import recalled
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.atomic import encoded, written_whole
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.logs import reading
from ddpm_studio.files.reading import contents
from ddpm_studio.gui.projects.document import Opened, from_text, read_document, text_pieces, write_document
from ddpm_studio.gui.projects.paths import found
from ddpm_studio.gui.state.shown_picture import epsilon_of
from ddpm_studio.gui.state.studio import first_state
from ddpm_studio.gui.state.window import State
from ddpm_studio.gui.tasks import TaskMonitor
from ddpm_studio.interruption import check
from ddpm_studio.texts import Text

MAX_PROJECT_BYTES = 512 * MIB

OWN_NETWORK = QT_TRANSLATE_NOOP(
    "projects", "{name} builds its network with {network}, which is code, so it was not opened; open it yourself."
)


def read_project(file: Path, folder: Path | None = None, ours: bool = False) -> Opened:
    """What a project holds whose paths are seen from `folder`, by default its own, with all that takes long to make.

    These are the members of families and the noise of the picture. A session is `ours`. FileError if it is not a
    project.
    """
    with reading(file):
        data = contents(found(str(file), Path()), limit=MAX_PROJECT_BYTES)
        document = from_text(data.decode("utf-8-sig", "surrogateescape"), str(file))
        opened = read_whole(document, folder or file.parent, ours)
        for entry in opened.state.entries:
            _ = entry.members
            check()
        if opened.state.picture is not None:
            epsilon_of(opened.state.picture.pixels.shape, opened.state.seed)
        return opened


def read_whole(document: Mapping[str, object], folder: Path, ours: bool = False) -> Opened:
    """What a document holds whose paths are seen from `folder`, its checkpoint found; a session is `ours`.

    A checkpoint that takes more than reading is left out, and is complained of: nothing is downloaded, and no code of
    the user's own is run, which is for them to ask for.
    """
    opened = read_document(document, folder, first_state(), ours)
    path, complaint = opened.checkpoint, None
    try:
        path = path if path in bundled() else str(found(path, folder))
        complaint = _needs_code(path)
    except StudioError as error:
        complaint = Text(error.template, error.values)
    if complaint is None:
        return replace(opened, checkpoint=path)
    return replace(opened, checkpoint="", complaints=(*opened.complaints, complaint))


def _needs_code(path: str) -> Text | None:
    """The reason why a checkpoint cannot be opened by reading alone; None if it can."""
    network = recalled(locate(path)).answers.network
    return Text(OWN_NETWORK, {"name": Path(path).name, "network": network}) if network else None


@dataclass(frozen=True, eq=False)
class ProjectTask:
    """A state to be saved as a project."""

    path: str
    state: State
    parts: int = 1

    @property
    def written(self) -> str:
        """The path."""
        return self.path

    def write(self, monitor: TaskMonitor) -> None:
        """Write it."""
        document = write_document(self.state, Path(self.path).parent)
        with written_whole(self.path) as file:
            for piece in text_pieces(document):
                file.write(encoded(piece))
                check()
