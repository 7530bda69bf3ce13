"""Document: the window's state as readable JSON, tolerant of keys that are unknown or missing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ddpm_studio.checkpoints import DEFAULT, Answers
from ddpm_studio.diffusion import CURVES
from ddpm_studio.diffusion.moment import Moment
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.budget import Budget
from ddpm_studio.gui.projects.entries import FILE_GONE, read_entries, write_entry
from ddpm_studio.gui.projects.paths import found, relative
from ddpm_studio.gui.projects.picture import read_picture_of, write_picture
from ddpm_studio.gui.projects.setup import read_answers, read_setup, write_setup
from ddpm_studio.gui.projects.tables import Table, TableTexts, put_back, set_apart
from ddpm_studio.gui.projects.taking import Taking
from ddpm_studio.gui.state.json_values import flag, mapping, number, plain, sequence, text, whole
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.gui.state.window import Entry, Lab, Side, State, View
from ddpm_studio.lab.sweep_toml import parse_sweep
from ddpm_studio.run_settings import MAX_SEED, check_whole
from ddpm_studio.texts import Readable, Text

FORMAT, VERSION = "ddpm-studio project", 1

NEWER = QT_TRANSLATE_NOOP(
    "projects", "This project was written by a newer version; what this one does not know was left out."
)


@dataclass(frozen=True)
class Opened:
    """What a project holds: a state, the checkpoint that it names, and a sentence for all that could not be read.

    The state's sampling has the default checkpoint; the one that is named, if any, is for the user's side to open, with
    the `answers` that were given about it, if any were.
    """

    state: State
    checkpoint: str = DEFAULT
    answers: Answers | None = None
    complaints: tuple[Readable, ...] = ()

    @property
    def losses(self) -> tuple[Readable, ...]:
        """The sentences about what the state does not have, unlike the β of a table that is gone."""
        return tuple(each for each in self.complaints if not (isinstance(each, Text) and each.template == FILE_GONE))

    @property
    def document(self) -> State:
        """The state with the checkpoint that is named, as it is in the file."""
        named = replace(self.state.sampling, checkpoint=self.checkpoint, answers=self.answers)
        return replace(self.state, sampling=named)


def write_document(state: State, folder: Path) -> dict[str, object]:
    """The JSON object of a state, with paths as seen from `folder`."""
    keys = [entry.key for entry in state.entries]
    return {
        "format": FORMAT,
        "version": VERSION,
        "schedules": [write_entry(entry, folder) for entry in state.entries],
        "selected": keys.index(state.selected),
        "t": state.t,
        "moment": {"scale": state.moment.scale, "value": plain(state.moment.value)},
        "curves": list(state.curves),
        "curve": state.curve,
        "axis": state.axis,
        "view": state.view.value,
        "side": state.side.value,
        "grid": state.grid,
        "sheet": state.sheet,
        "log_curves": sorted(state.log_curves),
        "linear_curves": sorted(state.linear_curves),
        "picture": write_picture(state.picture, folder),
        "background": list(state.background),
        "seed": state.seed,
        "histogram": state.histogram,
        "spectrum": state.spectrum,
        "latents": state.latents,
        "marks": state.marks,
        "run_lanes": state.run_lanes,
        "sampling": write_setup(state.sampling, keys, folder),
        "lab": {"question": state.lab.question, "folder": state.lab.folder and relative(state.lab.folder, folder)},
    }


def to_text(document: Mapping[str, object], texts: TableTexts | None = None) -> str:
    """The document as text, a line for each value; of tables that `texts` has from the last time it takes the text."""
    return "".join(text_pieces(document, texts))


def text_pieces(document: Mapping[str, object], texts: TableTexts | None = None) -> Iterator[str]:
    """The document as text, value by value, or table by table."""
    texts = texts or TableTexts()
    texts.begin()
    tables = dict[str, Table]()
    marked = set_apart(document, tables)
    pieces = json.JSONEncoder(ensure_ascii=False, indent=1, allow_nan=False).iterencode(marked)
    yield from put_back(pieces, tables, texts)
    yield "\n"


def from_text(content: str, name: str) -> Mapping[str, object]:
    """The JSON object in a project's text; FileError if it is not that of a project, or too large to be one."""
    # A picture that was pasted is one long text.
    document = parse(content, Budget(Path(name), len(content)), name, longest=len(content))
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} is not a project of this program; choose a file that it saved."),
            path=name,
        )
    return document


def read_document(document: Mapping[str, object], folder: Path, fresh: State, ours: bool = False) -> Opened:
    """The state in a document whose paths are seen from `folder`; `fresh` has what it does not say.

    A session is `ours`: tables of β in it are those that it had, whatever a stranger's would be refused for.
    """
    content = Taking(document, [], ours)
    if content.take("version", whole, VERSION) > VERSION:
        content.complain(NEWER)
    none: dict[int, Entry] = {}
    entries = content.take("schedules", lambda value: read_entries(value, folder, content), none)
    background = content.take("background", _color, fresh.background)
    keys = {place: entry.key for place, entry in entries.items()}
    sampling = content.section("sampling")
    log_curves = content.take("log_curves", _name_set, fresh.log_curves)
    state = replace(
        fresh,
        curves=content.take("curves", _names, ()) or fresh.curves,
        curve=content.take("curve", _curve, fresh.curve),
        axis=content.take("axis", lambda value: Moment(text(value)).scale, fresh.axis),
        view=content.take("view", lambda value: View(text(value)), fresh.view),
        side=content.take("side", lambda value: Side(text(value)), fresh.side),
        grid=content.take("grid", flag, fresh.grid),
        sheet=content.take("sheet", flag, fresh.sheet),
        log_curves=log_curves,
        linear_curves=content.take("linear_curves", _name_set, fresh.log_curves & CURVES.keys() - log_curves),
        background=background,
        picture=content.take("picture", lambda value: _picture(value, folder, background), fresh.picture),
        seed=content.take("seed", _seed, fresh.seed),
        histogram=content.take("histogram", flag, fresh.histogram),
        spectrum=content.take("spectrum", flag, fresh.spectrum),
        latents=content.take("latents", flag, fresh.latents),
        marks=content.take("marks", flag, fresh.marks),
        run_lanes=content.take("run_lanes", flag, fresh.run_lanes),
        sampling=read_setup(sampling, keys),
        lab=_read_lab(content.section("lab"), folder),
    )
    if entries:
        state = replace(state, entries=tuple(entries.values()))
        state = _placed(state, content, keys)
    checkpoint, answers = sampling.take("checkpoint", text, DEFAULT), read_answers(sampling)
    return Opened(state, checkpoint, answers, tuple(content.complaints))


def _placed(state: State, content: Taking, keys: Mapping[int, int]) -> State:
    """The state at the selected entry and moment of a document."""
    selected = content.take("selected", lambda value: keys.get(whole(value)), None)
    state = replace(state, selected=selected or state.entries[0].key)
    moment = content.take("moment", _moment, None)
    if moment is None:
        return state.at(content.take("t", whole, state.current.schedule.T // 3))
    schedule, nearest = state.current.schedule, moment.step(state.current.schedule)
    t = content.take("t", whole, nearest)
    # Of steps at the same place any may be chosen; one elsewhere is that of a schedule which is gone or has changed.
    is_there = 0 <= t <= schedule.T and Moment.at(moment.scale, schedule, t) == moment
    return replace(state, moment=moment, t=t if is_there else nearest)


def _moment(value: object) -> Moment:
    content = mapping(value)
    return Moment(text(content["scale"]), number(content["value"]))


def _names(value: object) -> tuple[str, ...]:
    """The names of known curves, each once."""
    return tuple(name for name in dict.fromkeys(map(text, sequence(value))) if name in ALL_CURVES)


def _name_set(value: object) -> frozenset[str]:
    return frozenset(_names(value))


def _curve(value: object) -> str:
    return ALL_CURVES[text(value)].name


def _color(value: object) -> tuple[int, int, int]:
    red, green, blue = (whole(part) for part in sequence(value))
    for part in (red, green, blue):
        check_whole("background", part, 0, 255)
    return red, green, blue


def _seed(value: object) -> int:
    check_whole("seed", value, 0, MAX_SEED)
    return whole(value)


def _read_lab(content: Taking, folder: Path) -> Lab:
    """The question and whose answers are looked at; a text that is no question is left out."""
    others = content.take("folder", lambda value: str(found(text(value), folder)) if value else "", "")
    return Lab(content.take("question", _question, ""), others)


def _question(value: object) -> str:
    question = text(value)
    if question:
        parse_sweep(question)
    return question


def _picture(value: object, folder: Path, background: tuple[int, int, int]) -> Picture | None:
    return None if value is None else read_picture_of(mapping(value), folder, background)
