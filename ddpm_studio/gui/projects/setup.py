"""The setup of sampling in a project: the settings of a run and the lines of the comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.answers_file import answers_in, as_settings
from ddpm_studio.checkpoints.location import bundled
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.gui.projects.paths import relative
from ddpm_studio.gui.projects.taking import UNUSABLE, Taking
from ddpm_studio.gui.state.json_values import flag, mapping, number, plain, sequence, text, whole
from ddpm_studio.gui.state.run import MAX_SAMPLERS, MOST_SHOWN
from ddpm_studio.gui.state.sampling import Line, Sampling
from ddpm_studio.run_settings import SETTINGS, Setting, check_whole, settings_in
from ddpm_studio.texts import Text

LINE_LEFT_OUT = QT_TRANSLATE_NOOP("projects", "Row {number} of the comparison was left out ({reason}).")
TOO_MANY = QT_TRANSLATE_NOOP(
    "projects", "A comparison has room for {most} rows; of those in the file it leaves out {count}."
)


def write_setup(sampling: Sampling, keys: Sequence[int], folder: Path) -> dict[str, object]:
    """The setup; a line along an entry names its place in `keys`, those of the entries."""
    settings = {
        name: plain(value) if isinstance(value, float) else value for name, value in settings_in(sampling).items()
    }
    return {
        "checkpoint": _write_checkpoint(sampling.checkpoint, folder),
        "answers": None if sampling.answers is None else as_settings(sampling.answers),
        **settings,
        "lines": [_write_line(line, keys) for line in sampling.lines],
        "chosen": sampling.chosen,
        "live": sampling.live,
    }


def read_setup(content: Taking, entries: Mapping[int, int]) -> Sampling:
    """The setup without its checkpoint; `entries` has the keys of the entries by their place in the project."""
    default = Sampling()
    settings = {
        name: content.take(name, partial(_setting, name, setting), getattr(default, name))
        for name, setting in SETTINGS.items()
    }
    read: dict[int, Line] = content.take("lines", lambda value: _read_lines(value, entries, content), {})
    lines = read or dict(enumerate(default.lines))
    chosen = content.take("chosen", whole, 0)
    return Sampling(
        **settings,
        lines=tuple(replace(line, key=key) for key, line in enumerate(lines.values())),
        chosen=[*lines].index(chosen) if chosen in lines else 0,
        live=content.take("live", flag, False),
    )


def read_answers(content: Taking) -> Answers | None:
    """What was said about the checkpoint, with the LoRAs over it, but no code; None if nothing was.

    What of it cannot be read is left out.
    """
    settings = content.take("answers", lambda value: None if value is None else mapping(value), None)
    if settings is None:
        return None
    read = answers_in(settings)
    for reason in read.refused:
        content.complain(Text(UNUSABLE, {"key": "answers", "reason": reason}))
    return read.answers


def _write_checkpoint(checkpoint: str, folder: Path) -> str:
    return relative(checkpoint, folder) if checkpoint not in bundled() and Path(checkpoint).exists() else checkpoint


def _write_line(line: Line, keys: Sequence[int]) -> dict[str, object]:
    along = None if line.along is None else keys.index(line.along)
    return {**settings_in(line), "options": dict(line.options), "along": along}


def _read_lines(value: object, entries: Mapping[int, int], setup: Taking) -> dict[int, Line]:
    """The rows by their place in the file, without those that cannot be read, of which `setup` complains."""

    def read(place: int, each: object) -> Line:
        return _line(mapping(each), place, entries)

    return dict(setup.each(setup.first(MAX_SAMPLERS, sequence(value), TOO_MANY), read, LINE_LEFT_OUT))


def _line(content: Mapping[str, object], key: int, entries: Mapping[int, int]) -> Line:
    default = Line()
    line = Line(
        solver=text(content.get("solver", default.solver)),
        options=tuple(mapping(content.get("options", {})).items()),
        steps=whole(content.get("steps", default.steps)),
        spacing=text(content.get("spacing", default.spacing)),
        along=_along(content.get("along"), entries),
        key=key,
    )
    line.sampler(None)  # StudioError for what no sampler takes.
    return line


def _along(place: object, entries: Mapping[int, int]) -> int | None:
    return None if place is None else entries.get(whole(place))


def _setting(name: str, setting: Setting, value: object) -> Any:
    if value is None and getattr(Sampling(), name) is None:
        return None
    read = {int: whole, float: number, str: text, bool: flag}[setting.kind](value)
    setting.check(name, read)
    if name == "pictures":
        check_whole(name, read, 1, MOST_SHOWN)
    return read
