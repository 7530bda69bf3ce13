"""Formats of steps, one short function each: tables to read on, and what other programs take."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.spec import shortest
from ddpm_studio.diffusion.steps.edited_steps import numbers_of
from ddpm_studio.diffusion.steps.model_sigmas import ModelSigmas
from ddpm_studio.diffusion.steps.step_levels import StepLevels
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec, are_timesteps
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files.configs.written_fields import fields_of_schedule
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.files.steps.whole_lists import COLUMNS, LAST_IS_END, ending_at
from ddpm_studio.files.steps.written_config import config_of_steps
from ddpm_studio.files.table_rows import NumberCell, row_lines
from ddpm_studio.written_json import json_text


@dataclass(frozen=True)
class NamedSteps:
    """Steps, the text that they are from, and the config of a scheduler if they came from one."""

    text: str
    levels: StepLevels
    opened: OpenedConfig | None = None


def steps_bytes(steps: Sequence[NamedSteps], format: str) -> bytes:
    """The content of a file with these steps. FileError for an unknown format, or for several where one is held."""
    template = QT_TRANSLATE_NOOP("errors", "There is no format “{name}”; {remedy}")
    check_named(format, STEP_FORMATS, template, FileError)
    if len(steps) > 1 and format not in ("csv", "json"):
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{format} holds the steps of one spacing, not of {count}; write csv or json."),
            format=format,
            count=len(steps),
        )
    return STEP_FORMATS[format](steps).encode("utf-8", "surrogateescape")


def headed(content: bytes, format: str, levels: StepLevels) -> bytes:
    """The content of a file that says what its numbers are, and where they end, where that may be taken for something
    else: in a comment, above them.
    """
    if format == "timesteps":
        return f"# timesteps{ending_at(levels)}\n".encode() + content
    if format != "comfyui" or (levels.log_snr[-1] == np.inf and not _may_be_others(levels)):
        return content
    return f"# {'taus' if ModelSigmas(levels.schedule).flow else 'sigmas'}{LAST_IS_END}\n".encode() + content


def _may_be_others(levels: StepLevels) -> bool:
    """Whether levels as other programs write them may be timesteps or, without a flow, τ."""
    listed = levels.model_sigmas.tolist()
    return are_timesteps(listed, levels.schedule) is not False or (
        max(listed) <= 1 and not ModelSigmas(levels.schedule).flow
    )


def _csv(steps: Sequence[NamedSteps]) -> str:
    """A row for each step, with the level it starts at, and one for the end; a first column `spacing` for several."""
    several, experts = len(steps) > 1, any(each.levels.experts for each in steps)
    head = [*(["spacing"] if several else []), *COLUMNS, *(["expert"] if experts else [])]
    rows = ([*([each.text] if several else []), *row] for each in steps for row in _rows(each.levels, experts))
    return "".join(row_lines([head, *rows]))


def _rows(levels: StepLevels, experts: bool) -> Iterator[list[object]]:
    columns = _columns(levels)
    marks = (*levels.experts, "") if levels.experts else ("",) * (levels.count + 1)
    for place, (mark, *row) in enumerate(zip(marks, *columns.values(), strict=True), 1):
        cells = ["" if math.isnan(number) else NumberCell(shortest(number)) for number in row]
        yield [place, *cells, *([mark] if experts else [])]


def _columns(levels: StepLevels) -> dict[str, list[float]]:
    timesteps = levels.all_timesteps
    every = {
        "t": np.nan_to_num(timesteps + 1, nan=0.0),
        "timestep": timesteps,
        "sigma": levels.sigmas,
        "log_snr": levels.log_snr,
        "alphas_cumprod": levels.alphas_cumprod,
        "tau": levels.taus,
    }
    return {name: values.tolist() for name, values in every.items()}


def _json(steps: Sequence[NamedSteps]) -> str:
    """An object with the schedule, the spacing and the columns; a list of them for several."""
    objects = [
        {
            "schedule": str(each.levels.schedule),
            "spacing": each.text,
            "step": [*range(1, each.levels.count + 2)],
            **_columns(each.levels),
            **({"boundary": each.levels.boundary, "expert": each.levels.experts} if each.levels.experts else {}),
        }
        for each in steps
    ]
    return json_text(objects if len(objects) > 1 else objects[0])


def _comfyui(steps: Sequence[NamedSteps]) -> str:
    """The text that ManualSigmas takes: σ, of a flow τ, the end among them."""
    return ", ".join(map(_decimal, _finite(steps[0]))) + "\n"


def _timesteps(steps: Sequence[NamedSteps]) -> str:
    """The timesteps that the network is told, between commas."""
    return ", ".join(map(shortest, steps[0].levels.timesteps.tolist())) + "\n"


def _diffusers(steps: Sequence[NamedSteps]) -> str:
    """Code that makes a scheduler with these steps: of Euler, which takes any σ, or of Euler for flows."""
    levels = steps[0].levels
    flow = ModelSigmas(levels.schedule).flow
    listed = _finite(steps[0])
    if flow and listed[-1] != 0:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "diffusers has flows end at 0, but these end at τ = {tau:.6g}; end them at 0."),
            tau=listed[-1],
        )
    name = "FlowMatchEulerDiscreteScheduler" if flow else "EulerDiscreteScheduler"
    # A flow's own shift is in the list already, and its scheduler adds the end by itself.
    made = "shift=1.0" if flow else _arguments(levels)
    return (
        f"# {_about(steps[0])}\n"
        f"from diffusers import {name}\n\n"
        f"sigmas = [{', '.join(map(repr, listed[:-1] if flow else listed))}]\n"
        f"scheduler = {name}({made})\n"
        "scheduler.set_timesteps(sigmas=sigmas)  # or pipe(..., sigmas=sigmas) once pipe.scheduler is this\n"
    )


def _python(steps: Sequence[NamedSteps]) -> str:
    """Code that leaves σ, the end among them, log SNR and the timesteps in arrays; it needs only NumPy."""
    levels = steps[0].levels
    arrays = {"sigmas": levels.sigmas, "log_snr": levels.log_snr, "timesteps": levels.timesteps}
    lines = (f"{name} = np.array([{', '.join(map(_literal, values.tolist()))}])" for name, values in arrays.items())
    return f"# {_about(steps[0])}\nimport numpy as np\n\n" + "\n".join(lines) + "\n"


def _literal(number: float) -> str:
    return repr(number) if math.isfinite(number) else f"{'-' if number < 0 else ''}np.inf"


def _about(steps: NamedSteps) -> str:
    """What a comment says of steps. A file's name may have more than one line, and only the first would be in it."""
    return " ".join(f"{steps.text} over {steps.levels.schedule}".splitlines())


def _scheduler_config(steps: Sequence[NamedSteps]) -> str:
    """The config of a scheduler with these steps, for as many of them as WrittenConfig says."""
    written = config_of_steps(StepsSpec.parse(steps[0].text), steps[0].levels, steps[0].opened)
    return json.dumps(written.config, indent=2) + "\n"


def _arguments(levels: StepLevels) -> str:
    fields = fields_of_schedule("EulerDiscrete", levels.schedule) or {}
    return ", ".join(f"{key}={value!r}" for key, value in fields.items())


def _finite(steps: NamedSteps) -> list[float]:
    """What other programs call sigma, as it was typed where the text is a list of just that."""
    levels, spec = steps.levels, StepsSpec.parse(steps.text)
    flow = ModelSigmas(levels.schedule).flow
    if not np.isfinite(levels.model_sigmas).all():
        raise FileError(
            QT_TRANSLATE_NOOP(
                "errors", "The first σ is infinite, which has no place in such a list; choose the format timesteps."
            )
        )
    if spec.source == ("taus" if flow else "sigmas") and not spec.applied:
        return list(spec.numbers)
    return numbers_of(levels.log_snr, flow)


def _decimal(number: float) -> str:
    """A number without an exponent, which some of the fields that it is pasted into do not read."""
    return np.format_float_positional(number, trim="-", unique=True)


STEP_FORMATS: Mapping[str, Callable[[Sequence[NamedSteps]], str]] = MappingProxyType(
    {
        "csv": _csv,
        "json": _json,
        "comfyui": _comfyui,
        "diffusers": _diffusers,
        "python": _python,
        "scheduler_config": _scheduler_config,
        "timesteps": _timesteps,
    }
)
"""Every format by its name in the shell."""
