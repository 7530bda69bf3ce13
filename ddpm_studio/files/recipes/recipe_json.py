"""Text of a recipe: JSON in ASCII, which anybody may have written, so that each value of it is checked."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from ddpm_studio.diffusion.moment import SCALES, Moment
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.schedule_family import path_in
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec, no_files
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.figures.figure import FONTS_PT, HEIGHTS_MM, LINES_PT, WIDTHS_MM, Naming
from ddpm_studio.figures.page_settings import RESOLUTIONS, PageSettings
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.budget import MIB, Budget
from ddpm_studio.files.decoding import MAX_FRAME
from ddpm_studio.files.recipes.recipe import (
    OF_THIS_MACHINE,
    PROMPTS,
    Recipe,
    RecipeCheckpoint,
    RecipeRow,
    RecipeRun,
    RecipeSchedule,
    name_alone,
)
from ddpm_studio.run_settings import MAX_SEED, SETTINGS, SamplerSettings, check_whole
from ddpm_studio.texts import Text

FORMAT, VERSION = "ddpm-studio recipe", 1

MAX_RECIPE = MIB
"""Bytes of the longest recipe, which has room for the β of 50 000 steps."""

MOST_SCHEDULES = 256
MOST_ROWS = 16
"""Samplers of a run, and steps below a schedule."""

_LONGEST_NAME = 300
_LONGEST_SPEC = 16_384
"""Letters of a spec, which has room for all points of a drawn one."""

_SIZES = {"width_mm": WIDTHS_MM, "font_pt": FONTS_PT, "line_pt": LINES_PT}
"""The least and greatest of the sizes of a figure."""

V = TypeVar("V")

TOO_LONG = Text(
    QT_TRANSLATE_NOOP(
        "recipes",
        "Its recipe is left out: it would be longer than {limit} MiB, or have more than {most} schedules.",
    ),
    {"limit": MAX_RECIPE // MIB, "most": MOST_SCHEDULES},
)
"""What is to be said of a file whose recipe is "" for that reason."""

_NEWER = QT_TRANSLATE_NOOP("errors", "The recipe in {path} was written by a newer version of this program; update it.")
_WRONG = QT_TRANSLATE_NOOP("errors", "The recipe in {path} cannot be read ({reason}), and is left out.")
_MISFIT = QT_TRANSLATE_NOOP("errors", "“{key}” is not what belongs there")
_HAS_PATH = QT_TRANSLATE_NOOP("errors", "it names the file {file}, and a recipe leads to no other file")


def recipe_text(recipe: Recipe) -> str:
    """The recipe as JSON on one line, in ASCII; "" if it is longer than MAX_RECIPE or has more than MOST_SCHEDULES."""
    content = {"format": FORMAT, "version": VERSION, **asdict(recipe)}
    text = json.dumps(_plain(content), allow_nan=False)
    return text if len(text) <= MAX_RECIPE and len(recipe.schedules) <= MOST_SCHEDULES else ""


def without_prompts(text: str) -> str:
    """A recipe's text without what its run was asked for in words, of which it says that they are left out."""
    if not text:
        return text
    content = json.loads(text)
    settings = content.get("run", {}).get("settings", {})
    settings.update(dict.fromkeys(settings.keys() & set(PROMPTS)))
    return json.dumps(content, allow_nan=False)


def read_recipe_text(text: str, path: str | Path) -> Recipe:
    """The recipe in a text out of the file at `path`; FileError, one sentence, for anything but a sound one."""
    name = name_alone(str(path))
    try:
        if len(text) > MAX_RECIPE:
            raise FileError(QT_TRANSLATE_NOOP("errors", "it is longer than {limit} MiB"), limit=MAX_RECIPE // MIB)
        content = _object(parse(text, Budget(Path(name), len(text)), name))
        if content.get("format") != FORMAT or _whole(content.get("version")) < 1:
            raise FileError(_MISFIT, key="format")
        if _whole(content["version"]) > VERSION:
            raise FileError(_NEWER, path=name)
        return _recipe(content)
    except StudioError as error:
        raise error if error.template == _NEWER else FileError(_WRONG, path=name, reason=error) from error


def _plain(value: object) -> object:
    """A value as JSON has it, without what is not there; infinity, which a clip may be, is a text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items() if each not in (None, "", (), {})}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _recipe(content: Mapping[str, object]) -> Recipe:
    none: tuple[RecipeSchedule, ...] = ()
    schedules = _taken(content, "schedules", partial(_all, _schedule, MOST_SCHEDULES), none)
    return Recipe(
        made=_taken(content, "made", _name, ""),
        schedules=schedules,
        moment=_taken(content, "moment", _moment, None),
        axis=_taken(content, "axis", _scale, ""),
        curves=_taken(content, "curves", partial(_all, _name, MOST_SCHEDULES), ()),
        picture=name_alone(_taken(content, "picture", _name, "")),
        frame=_taken(content, "frame", _frame, 1),
        background=_taken(content, "background", _colour, None),
        seed=_taken(content, "seed", _seed, None),
        run=_taken(content, "run", partial(_run, len(schedules)), None),
        versions=_taken(content, "versions", _versions, {}),
        title=_taken(content, "title", _name, ""),
        view=_taken(content, "view", _name, ""),
        log=_taken(content, "log", _log, {}),
        page=_taken(content, "page", _page, None),
        selected=_place(content, "selected", len(schedules)),
    )


def _schedule(value: object) -> RecipeSchedule:
    content = _object(value)
    spec = _taken(content, "spec", _spec, "")
    if path := path_in(spec):
        raise FileError(_HAS_PATH, file=path)
    read = RecipeSchedule(
        spec,
        _taken(content, "betas", _numbers, ()),
        _taken(content, "log_snr", _numbers, ()),
        _taken(content, "name", _name, ""),
        _taken(content, "t", _whole_number, None),
        _taken(content, "family", _name, ""),
        _taken(content, "train", _spec, ""),
        _taken(content, "steps", partial(_all, _steps, MOST_ROWS), ()),
        _taken(content, "title", _name, ""),
        _taken(content, "style", _whole_number, None),
        _taken(content, "hidden", _flag, False),
    )
    read.schedule()  # StudioError for what is no schedule.
    return read


def _moment(value: object) -> tuple[str, float]:
    scale, place = _sequence(value, 2)
    found = -math.inf if place == "-inf" else _bound(place)
    return Moment(_scale(scale), found).scale, found


def _scale(value: object) -> str:
    scale = _name(value)
    check_named(scale, SCALES, QT_TRANSLATE_NOOP("errors", "There is no scale “{name}”; {remedy}"), FileError)
    return scale


def _log(value: object) -> Mapping[str, bool]:
    """Whether the axis of each curve is logarithmic."""
    content = _object(value)
    for name in content:
        check_named(name, ALL_CURVES, QT_TRANSLATE_NOOP("errors", "There is no curve “{name}”; {remedy}"), FileError)
    return {name: _flag(is_log) for name, is_log in content.items()}


def _page(value: object) -> PageSettings:
    content, usual = _object(value), PageSettings()
    sizes = {key: _taken(content, key, partial(_within, *_SIZES[key]), getattr(usual, key)) for key in _SIZES}
    return PageSettings(
        **sizes,
        height_mm=_taken(content, "height_mm", _height, usual.height_mm),
        naming=_taken(content, "naming", lambda value: Naming(_name(value)), usual.naming),
        grey=_taken(content, "grey", _flag, usual.grey),
        whole=_taken(content, "whole", _flag, usual.whole),
        title=_taken(content, "title", _name, usual.title),
        dpi=_taken(content, "dpi", lambda value: int(_within(*RESOLUTIONS, value)), usual.dpi),
    )


def _height(value: object) -> float:
    return 0.0 if _number(value) == 0 else _within(*HEIGHTS_MM, value)


def _run(schedules: int, value: object) -> RecipeRun:
    content = _object(value)
    along = _place(content, "along", schedules)
    return RecipeRun(
        _taken(content, "checkpoint", _checkpoint, RecipeCheckpoint()),
        _taken(content, "sampler", _sampler, SamplerSettings()),
        _settings(_taken(content, "settings", _object, {})),
        _taken(content, "answers", _object, {}),
        along,
        _taken(content, "others", partial(_all, partial(_row, schedules), MOST_ROWS), ()),
    )


def _row(schedules: int, value: object) -> RecipeRow:
    content = _object(value)
    return RecipeRow(_taken(content, "sampler", _sampler, SamplerSettings()), _place(content, "along", schedules))


def _place(content: Mapping[str, object], key: str, schedules: int) -> int | None:
    """The place of a schedule among so many."""
    place: int | None = _taken(content, key, _whole_number, None)
    if place is not None and place >= schedules:
        raise FileError(_MISFIT, key=key)
    return place


def _checkpoint(value: object) -> RecipeCheckpoint:
    content = _object(value)
    read = {each.name: _taken(content, each.name, _name, "") for each in fields(RecipeCheckpoint)}
    return RecipeCheckpoint(**read)


def _sampler(value: object) -> SamplerSettings:
    content, default = _object(value), SamplerSettings()
    solver = solver_named(_taken(content, "solver", _name, default.solver))
    options = tuple(_option(_sequence(each, 2)) for each in _sequence(content.get("options", []), len(solver.options)))
    known = {option.key for option in solver.options}
    for key in (key for key, _ in options if key not in known):
        raise FileError(_MISFIT, key=key)
    spacing = _taken(content, "spacing", _steps, default.spacing)
    steps = _taken(content, "steps", _whole_number, default.steps)
    check_whole("steps", steps, 1, MAX_SEED)
    return SamplerSettings(solver.name, options, steps, spacing)


def _steps(value: object) -> str:
    """The text of steps that are in no file."""
    for file in StepsSpec.parse(_text(value)).files:
        no_files(file)
    return _text(value)


def _option(pair: list[object]) -> tuple[str, object]:
    key, value = pair
    if not isinstance(value, str | bool | int | float):
        raise FileError(_MISFIT, key=_name(key))
    return _name(key), value


def _settings(content: Mapping[str, object]) -> Mapping[str, object]:
    """The settings of a run that are known and hold on any machine, each checked."""
    return {
        name: _taken(content, name, partial(_setting, name), None)
        for name in SETTINGS
        if name in content and name not in OF_THIS_MACHINE
    }


def _setting(name: str, value: object) -> Any:
    setting = SETTINGS[name]
    if value is None and name in ("label", "guidance", "clip", *PROMPTS):
        return None
    of_kind = {int: _whole_number, float: _bound, str: _text if setting.longest else _name, bool: _flag}
    read = of_kind[setting.kind](value)
    setting.check(name, read)
    return read


def _versions(value: object) -> Mapping[str, str]:
    return {_name(key): _name(each) for key, each in list(_object(value).items())[:8]}


def _taken(content: Mapping[str, object], key: str, read: Callable[[object], V], default: V) -> V:
    """The value of a key, the default if it has none; FileError for one that is of another type."""
    try:
        return read(content[key]) if key in content else default
    except StudioError:
        raise
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise FileError(_MISFIT, key=key) from error


def _all(read: Callable[[object], V], most: int, value: object) -> tuple[V, ...]:
    return tuple(read(each) for each in _sequence(value, most))


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise FileError(_MISFIT, key="{}")
    return value


def _sequence(value: object, most: int) -> list[object]:
    if not isinstance(value, list) or len(value) > most:
        raise TypeError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_RECIPE:
        raise TypeError(value)
    return value


def _spec(value: object) -> str:
    if len(_text(value)) > _LONGEST_SPEC:
        raise ValueError(value)
    return _text(value)


def _name(value: object) -> str:
    if len(_text(value)) > _LONGEST_NAME:
        raise ValueError(value)
    return _text(value)


def _whole(value: object) -> int:
    if type(value) is not int:
        raise FileError(_MISFIT, key="version")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _within(low: float, high: float, value: object) -> float:
    if not low <= _number(value) <= high:
        raise ValueError(value)
    return _number(value)


def _whole_number(value: object) -> Any:
    if type(value) is not int or value < 0:
        raise TypeError(value)
    return value


def _seed(value: object) -> int | None:
    check_whole("seed", value, 0, MAX_SEED)
    seed: int = _whole_number(value)
    return seed


def _frame(value: object) -> int:
    check_whole("frame", value, 1, MAX_FRAME)
    frame: int = _whole_number(value)
    return frame


def _colour(value: object) -> tuple[int, int, int]:
    red, green, blue = (_whole_number(part) for part in _sequence(value, 3))
    for part in (red, green, blue):
        check_whole("background", part, 0, 255)
    return red, green, blue


def _number(value: object) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):  # type: ignore[arg-type]
        raise TypeError(value)
    return float(value)  # type: ignore[arg-type]


def _bound(value: object) -> float:
    """A number, or infinity as a text."""
    return math.inf if value == "inf" else _number(value)


def _numbers(value: object) -> tuple[float, ...]:
    return tuple(map(_number, _sequence(value, MAX_RECIPE)))
