"""Answers in a file: what a person said as an object of JSON, which is read value by value, with suspicion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ddpm_studio.checkpoints.answers import TITLES, Answers
from ddpm_studio.checkpoints.reading.json_settings import Settings
from ddpm_studio.checkpoints.weighted_files import names_alone
from ddpm_studio.diffusion.noise_levels import log_snr_beyond
from ddpm_studio.diffusion.schedule import CUSTOM, Schedule
from ddpm_studio.diffusion.spec import read_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, StudioError

_TYPES = {field.name: str(field.type) for field in fields(Answers)}
_PLAIN = {"int | None": int, "str | None": str, "bool | None": bool}


@dataclass(frozen=True)
class AnswersRead:
    """The answers that a file holds, and why others in it cannot be used."""

    answers: Answers
    refused: tuple[StudioError, ...] = ()


def as_settings(answers: Answers) -> Mapping[str, object]:
    """What `answers_in` reads back; a network, which names code, is not among it."""
    kept = {name: value for name, value in answers.said.items() if name != "network"}
    kept |= {name: list(value) for name, value in kept.items() if isinstance(value, tuple)}
    if answers.schedule:
        kept["schedule"] = _written(answers.schedule)
    return kept


def as_portable(answers: Answers) -> Mapping[str, object]:
    """The same for whoever else may read it: of the files that are laid over a checkpoint nothing but their names."""
    return {**as_settings(answers), **({"lora": names_alone(answers.lora)} if answers.lora else {})}


def answers_in(settings: Settings) -> AnswersRead:
    """The answers in `settings`, each on its own; other keys are ignored, and so is a network, which names code."""
    answers, refused = Answers(), []
    for name in sorted(_TYPES.keys() & settings.keys() - {"network"}):
        try:
            answers = Answers(**{**answers.said, name: _read(name, settings[name])})
        except StudioError as error:
            refused.append(error)
        except (TypeError, ValueError):
            refused.append(_wrong(name))
    return AnswersRead(answers, tuple(refused))


def _read(name: str, value: object) -> Any:
    """The value of a field; TypeError or ValueError (StudioError is one) for what it does not take."""
    if name == "schedule":
        return _schedule(value)
    if name in ("shape", "size"):
        if not isinstance(value, list) or {*map(type, value)} != {int}:
            raise TypeError(name)
        return tuple(value)
    if type(value) is not _PLAIN[_TYPES[name]]:
        raise TypeError(name)
    return value


def _schedule(value: object) -> Schedule:
    if isinstance(value, list):
        return Schedule.from_betas(value)
    if isinstance(value, dict) and value.keys() == {"betas", "log_snr"} and all(map(_is_list, value.values())):
        return Schedule.from_betas(value["betas"], log_snr=[float(level) for level in value["log_snr"]])
    if not isinstance(value, str) or read_spec(value)[1]:  # A path leads to another file, of whatever kind.
        raise TypeError("schedule")
    return Schedule.parse(value)


def _written(schedule: Schedule) -> object:
    """The spec, or all β of a schedule that came from a file, which may be gone the next time, with log SNR as text if
    they don't tell it.
    """
    if schedule.kind != CUSTOM.name:
        return str(schedule)
    betas, log_snr = schedule.betas, log_snr_beyond(schedule.betas, schedule.coefficients.log_snr)
    return {"betas": betas.tolist(), "log_snr": [*map(repr, log_snr.tolist())]} if len(log_snr) else betas.tolist()


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _wrong(name: str) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP("errors", "{name} is of the wrong type; see docs/formats.md."), name=TITLES[name]
    )
