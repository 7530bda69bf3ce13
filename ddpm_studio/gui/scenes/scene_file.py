"""File of a scene: TOML that anybody may have written, read within bounds, with a sentence for whatever is wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import NoReturn, TypeVar

from ddpm_studio.diffusion.moment import T_SCALE, Moment
from ddpm_studio.diffusion.schedule_family import specified
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, ScheduleError, StudioError
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.files.toml.bounded_toml import tables_in
from ddpm_studio.gui.scenes.goal import Goal
from ddpm_studio.gui.scenes.scene import Scene, SceneSchedule, SceneSetting
from ddpm_studio.gui.state.json_values import flag, mapping, number, sequence, text, texts, whole
from ddpm_studio.gui.state.studio import first_state
from ddpm_studio.gui.state.window import DEFAULT_CURVES, Side

MOST_BYTES = 64 * 1024
MOST_SCHEDULES, MOST_STEPS, MOST_SENTENCES = 6, 4, 3
LONGEST = 300
"""Letters of the longest sentence."""

NOT_A_SCENE = QT_TRANSLATE_NOOP("errors", "{path} cannot be read as a guided question: {reason}.")
_NO_TOML = QT_TRANSLATE_NOOP("errors", "it is not TOML; docs/extending.md shows what is.")
_UNKNOWN = QT_TRANSLATE_NOOP("errors", "“{key}” means nothing here; what does is {known}.")
_WRONG = QT_TRANSLATE_NOOP(
    "errors", "“{key}” is missing or is not what belongs there; docs/extending.md says what does."
)
_TOO_MANY = QT_TRANSLATE_NOOP("errors", "“{key}” has {count} entries; give it from 1 to {most}.")
_TOO_LONG = QT_TRANSLATE_NOOP("errors", "“{key}” has {count} letters; give it from 1 to {most}.")
_A_FILE = QT_TRANSLATE_NOOP("errors", "it names a file, which it may not; write the schedule or the steps out.")
_ONE_SIDE = QT_TRANSLATE_NOOP("errors", "“done” asks for nothing; give it “at_least”, “at_most” or “is”.")
_NO_VALUE = QT_TRANSLATE_NOOP(
    "errors", "what it shows has no value “{value}”; name one that it has, such as “t” or “A.T”."
)
_REACHED = QT_TRANSLATE_NOOP("errors", "“done” is so from the beginning; ask for something else than what it shows.")

NO_STEPS: tuple[str, ...] = ()

V = TypeVar("V")
Named = Callable[[str], str]
"""What makes a text of a file one that is shown."""


def read_scene(path: Path, named: Named = str) -> Scene:
    """The scene in a file, whose texts are made by `named`. FileError with the reason if there is none."""
    try:
        return _scene(_Table(_parsed(path)), named)
    except FileError:
        raise
    except StudioError as error:
        raise FileError(NOT_A_SCENE, path=path, reason=error) from error


def _parsed(path: Path) -> Mapping[str, object]:
    content = ForeignFile(path).whole(MOST_BYTES)
    try:
        return tables_in(content)
    except FileError as error:
        raise StudioError(_NO_TOML) from error


class _Table:
    """A table of a file: each value is taken by its key, and no other key is there."""

    def __init__(self, content: Mapping[str, object]) -> None:
        self._content = content

    def only(self, *known: str) -> None:
        """StudioError for a key that is not known."""
        unknown = next((key for key in self._content if key not in known), None)
        if unknown is not None:
            raise StudioError(_UNKNOWN, key=unknown, known=", ".join(known))

    def take(self, key: str, read: Callable[[object], V], *default: V) -> V:
        """The value of a key; a missing one has its default, if it has one."""
        if key not in self._content and default:
            return default[0]
        try:
            return read(self._content.get(key))
        except (TypeError, ValueError, KeyError, OverflowError) as error:
            raise StudioError(_WRONG, key=key) from error

    def said(self, key: str, named: Named) -> str:
        """A text that is shown."""
        return named(_bounded(key, self.take(key, text)))


def _bounded(key: str, said: str) -> str:
    if not 1 <= len(said) <= LONGEST:
        raise StudioError(_TOO_LONG, key=key, count=len(said), most=LONGEST)
    return " ".join(said.split())


def _counted(key: str, entries: Collection[V], most: int) -> Collection[V]:
    if not 1 <= len(entries) <= most:
        raise StudioError(_TOO_MANY, key=key, count=len(entries), most=most)
    return entries


def _scene(table: _Table, named: Named) -> Scene:
    table.only("order", "title", "sentences", "gesture", "reward", "show", "done")
    sentences = _counted("sentences", table.take("sentences", texts), MOST_SENTENCES)
    scene = Scene(
        table.take("order", number, 1000.0),
        table.said("title", named),
        tuple(named(_bounded("sentences", each)) for each in sentences),
        table.said("gesture", named),
        table.said("reward", named),
        _setting(_Table(table.take("show", mapping))),
        _goal(_Table(table.take("done", mapping))),
    )
    _check_goal(scene)
    return scene


def _setting(table: _Table) -> SceneSetting:
    table.only("schedules", "t", "selected", "axis", "curve", "curves", "side")
    told = _counted("schedules", table.take("schedules", sequence), MOST_SCHEDULES)
    schedules = tuple(_schedule(_Table(mapping(each))) for each in told)
    selected = table.take("selected", partial(_within, len(schedules)), 1) - 1
    curve = table.take("curve", lambda value: ALL_CURVES[text(value)].name, DEFAULT_CURVES[1])
    return SceneSetting(
        schedules,
        table.take("t", whole),
        selected,
        table.take("axis", lambda value: Moment(text(value)).scale, T_SCALE),
        curve,
        table.take("curves", _curves, (curve, *(name for name in DEFAULT_CURVES if name != curve))),
        table.take("side", lambda value: Side(text(value)), Side.FORWARD),
    )


def _within(most: int, value: object) -> int:
    if not 1 <= whole(value) <= most:
        raise ValueError(value)
    return whole(value)


def _curves(value: object) -> tuple[str, ...]:
    return tuple(ALL_CURVES[name].name for name in texts(value)) or DEFAULT_CURVES


def _schedule(table: _Table) -> SceneSchedule:
    table.only("spec", "visible", "steps")
    spec = specified(table.take("spec", text), _no_file)
    steps = tuple(map(_steps, table.take("steps", texts, NO_STEPS)))
    if steps:
        _counted("steps", steps, MOST_STEPS)
    return SceneSchedule(spec, table.take("visible", flag, True), steps)


def _no_file(*_: object) -> NoReturn:
    raise ScheduleError(_A_FILE)


def _steps(said: str) -> StepsSpec:
    spec = StepsSpec.parse(said)
    if spec.files:
        raise StudioError(_A_FILE)
    return spec


def _goal(table: _Table) -> Goal:
    table.only("value", "at_least", "at_most", "is")
    least, most = (table.take(key, number, None) for key in ("at_least", "at_most"))
    equals = table.take("is", _word_or_flag, None)
    if least is most is equals is None:
        raise StudioError(_ONE_SIDE)
    return Goal(table.take("value", text), least, most, equals)


def _word_or_flag(value: object) -> str | bool:
    return value if isinstance(value, bool) else text(value)


def _check_goal(scene: Scene) -> None:
    """StudioError if what is shown at first has no such value, or has it already."""
    begun = scene.setting.state(first_state())
    for entry in begun.entries:
        for spec in entry.steps:
            spec.levels(entry.schedule)
    keys = [entry.key for entry in begun.entries]
    if scene.goal.value_in(begun, keys) is None:
        raise StudioError(_NO_VALUE, value=scene.goal.value)
    if scene.goal.reached(begun, keys):
        raise StudioError(_REACHED)
