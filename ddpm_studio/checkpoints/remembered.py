"""Memory of the answers with which a checkpoint has drawn: in the user's own folder for state, by its content.

So a checkpoint that is moved or copied keeps them, and another of the same name does not get them. A network, which
names code, is remembered together with the working directory in which the user named it, and holds there alone.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from ddpm_studio.checkpoints.answers import TITLES, Answers, shape_text
from ddpm_studio.checkpoints.answers_file import answers_in, as_settings
from ddpm_studio.checkpoints.beside import SUFFIX
from ddpm_studio.checkpoints.identity import key_of
from ddpm_studio.checkpoints.reading.json_settings import Settings, read_settings
from ddpm_studio.checkpoints.trust import end_all_trust
from ddpm_studio.checkpoints.wording import listed
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, FileError, StudioError
from ddpm_studio.files.atomic import encoded, written_whole
from ddpm_studio.files.places import drop_the_oldest, state_file
from ddpm_studio.files.resources import is_resource
from ddpm_studio.texts import Readable, Text, to_type

LIMIT = 200
"""The number of checkpoints that are remembered, those that have drawn last."""

FOLDER = "answers"
_EARLIER = "networks.json"
"""Where earlier versions kept networks, by path."""

_ASIDE = ".damaged"


@dataclass(frozen=True)
class Memory:
    """The answers remembered of the checkpoint at `path`, and the file that has them or will; None if none may."""

    path: Path = Path()
    file: Path | None = None
    answers: Answers = field(default_factory=Answers)

    @property
    def place(self) -> str:
        """The file that has the answers, "" where nothing is remembered."""
        return str(self.file) if self.answers.said else ""


class RememberedError(CheckpointError):
    """A failure of a checkpoint that was opened with remembered `answers`: its `reason`, and how to forget them."""

    def __init__(self, reason: StudioError, memory: Memory, answers: Answers) -> None:
        self.reason, self.memory = reason, memory
        super().__init__(
            QT_TRANSLATE_NOOP(
                "errors",
                "{reason}; it was opened with what is remembered about it, {answers}, and "
                "ddpm-studio inspect {file} --forget forgets that.",
            ).in_window(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "{reason}; it was opened with what is remembered about it, {answers}, and Forget under Model "
                    "forgets that.",
                )
            ),
            reason=reason,
            answers=worded(answers),
            file=to_type(memory.path),
        )


def recalled(path: Path) -> Memory:
    """The memory of the checkpoint at `path`; nothing is remembered of what comes bundled."""
    key = None if is_resource(path) else key_of(path, leaving_out=SUFFIX)
    if key is None:
        return Memory(path)
    try:
        file = state_file(FOLDER) / f"{key}.json"
    except FileError:  # There is no home folder.
        return Memory(path)
    return Memory(path, file, _answers(_settings(file)))


def remember(memory: Memory, answers: Answers) -> Memory:
    """Keep these answers in place of those remembered; where they cannot be written, they hold for this time only."""
    if memory.file is None:
        return memory
    if answers == memory.answers and memory.file.is_file():
        _touch(memory.file)
        return memory
    kept = {"checkpoint": str(memory.path.resolve()), "answers": as_settings(answers), **_network(memory, answers)}
    if len(kept) == 2 and not kept["answers"]:
        return forget(memory)
    with suppress(StudioError, OSError):
        memory.file.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(memory.file) as file:
            file.write(encoded(json.dumps(kept, indent=2, ensure_ascii=False) + "\n"))
        kept_files = (file for file in memory.file.parent.iterdir() if file.suffix in (".json", _ASIDE))
        drop_the_oldest(kept_files, LIMIT)
        return replace(memory, answers=answers)
    return memory


def forget(memory: Memory) -> Memory:
    """Forget all that is remembered of a checkpoint, networks of other working directories too."""
    if memory.file is not None:
        with suppress(OSError):
            memory.file.unlink(missing_ok=True)
    return replace(memory, answers=Answers())


def forget_everything() -> None:
    """Forget what is remembered of all checkpoints, which of them are trusted, and what earlier versions kept."""
    end_all_trust()
    with suppress(StudioError, OSError):
        state_file(_EARLIER).unlink(missing_ok=True)
        for file in state_file(FOLDER).iterdir():
            file.unlink(missing_ok=True)
        state_file(FOLDER).rmdir()


def places_remembered() -> tuple[str, ...]:
    """The paths of all checkpoints that are remembered, wherever they are by now."""
    try:
        files = sorted(state_file(FOLDER).glob("*.json"))
    except (StudioError, OSError):
        return ()
    return tuple(place for file in files if isinstance(place := _settings(file).get("checkpoint"), str))


def in_use(memory: Memory, given: Answers) -> Answers:
    """The remembered answers among those that were `given`, now or earlier."""
    said = given.said
    return memory.answers.without([name for name, value in memory.answers.said.items() if said.get(name) != value])


def naming(error: StudioError, memory: Memory, given: Answers) -> StudioError:
    """The error that names the remembered answers too, if a checkpoint that failed had any among those `given`."""
    answers = in_use(memory, given)
    return RememberedError(error, memory, answers) if answers.said else error


def worded(answers: Answers) -> Readable:
    """One or more answers in words: shape 3x64x64 and heads 4."""
    return listed([_worded(name, value) for name, value in answers.said.items()])


def _worded(name: str, value: object) -> Text:
    said = shape_text(value) if isinstance(value, tuple) else str(value) or QT_TRANSLATE_NOOP("card", "none")
    return Text(QT_TRANSLATE_NOOP("card", "{title} {value}"), {"title": TITLES[name], "value": said})


def _settings(file: Path) -> Settings:
    """The object in a file of ours; a damaged one is set aside."""
    if not file.is_file():
        return {}
    try:
        return read_settings(file)
    except StudioError:
        with suppress(OSError):
            file.replace(file.with_suffix(_ASIDE))
        return {}


def _answers(settings: Settings) -> Answers:
    told = settings.get("answers")
    answers = answers_in(told).answers if isinstance(told, dict) else Answers()
    if _directory_of(settings) != _here():
        return answers
    try:
        return Answers(network=str(settings["network"])).over(answers)
    except StudioError:
        return answers


def _network(memory: Memory, answers: Answers) -> Settings:
    """The network that the user named here, or else the one that they named in another working directory."""
    assert memory.file is not None
    if answers.network:
        return {"network": answers.network, "directory": _here()}
    settings = _settings(memory.file)
    directory = _directory_of(settings)
    return {} if directory in (None, _here()) else {"network": settings["network"], "directory": directory}


def _directory_of(settings: Settings) -> str | None:
    """The working directory in which a network was named; None if none was."""
    directory = settings.get("directory")
    return directory if isinstance(directory, str) and isinstance(settings.get("network"), str) else None


def _here() -> str:
    """The working directory, or "" if it is gone."""
    try:
        return str(Path.cwd())
    except OSError:
        return ""


def _touch(file: Path) -> None:
    """Count a checkpoint among those that have drawn last."""
    with suppress(OSError):
        os.utime(file)
