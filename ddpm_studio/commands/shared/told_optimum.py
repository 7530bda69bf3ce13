"""Told optimum: the best steps that were found, as text for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from ddpm_studio.commands.shared.output import aligned, counted
from ddpm_studio.errors import FileError
from ddpm_studio.files.steps.step_formats import NamedSteps, steps_bytes
from ddpm_studio.lab.measures import Spread
from ddpm_studio.lab.optimizing.optimization import REFERENCE_SOLVER, REFERENCE_STEPS, Optimum
from ddpm_studio.lab.optimizing.optimum_verdict import TOO_COARSE, about_distances, verdict
from ddpm_studio.written_json import json_text

_PLACES = {
    "comfyui": "ComfyUI, ManualSigmas",
    "diffusers": "diffusers, where Euler takes any σ; give other schedulers that take them these sigmas or timesteps",
    "timesteps": "timesteps",
}
"""What is pasted, and where."""


@dataclass(frozen=True)
class FinishedSearch:
    """An optimum with the name of its checkpoint, the seconds it took, and whether the search was ended on the way."""

    optimum: Optimum
    checkpoint: str
    seconds: float
    interrupted: bool


def text_of(told: FinishedSearch) -> str:
    """The steps in the first line, what they are worth below it, and what to paste into other programs."""
    return "\n".join([told.optimum.text, "", *_lines(told), *_pasted(told.optimum)])


def json_of(told: FinishedSearch) -> str:
    """The same as one document."""
    optimum, asked = told.optimum, told.optimum.question
    return json_text(
        {
            "steps": optimum.text,
            "checkpoint": told.checkpoint,
            "solver": asked.solver,
            "options": dict(asked.options),
            "sigmas": optimum.levels.sigmas.tolist(),
            "timesteps": optimum.levels.timesteps.tolist(),
            "calls": optimum.calls,
            "seed": asked.settings.seed,
            "pictures": asked.settings.pictures,
            "held_out": [{"steps": one.name, **asdict(one.spread)} for one in optimum.proven],
            "beside": optimum.standard.name,
            "ratio": asdict(optimum.paired.ratio),
            "difference": asdict(optimum.paired.difference),
            "better": optimum.better,
            "reference": {
                "solver": REFERENCE_SOLVER,
                "steps": REFERENCE_STEPS,
                "distance_from_twice_as_fine": optimum.reference_error,
            },
            "runs": optimum.runs,
            "seconds": told.seconds,
            "interrupted": told.interrupted,
            "comfyui": _for_program(optimum, "comfyui"),
            "diffusers": _for_program(optimum, "diffusers"),
        }
    )


def _lines(told: FinishedSearch) -> Iterator[str]:
    optimum, asked = told.optimum, told.optimum.question
    options = "".join(f", {key} {value}" for key, value in asked.options.items())
    yield f"{asked.solver}{options}, {counted(asked.steps, 'step')}, {counted(optimum.calls, 'network call')}:"
    heading = ("steps", "median distance", "95 % interval", "quartiles")
    rows = [(one.name, f"{one.spread.median:.4g}", *_ranges(one.spread)) for one in optimum.proven]
    yield aligned([heading, *rows])
    yield f"{verdict(optimum)}\n"
    yield str(about_distances(optimum))
    if optimum.coarse:
        yield TOO_COARSE
    ended = "The search was ended on the way" if told.interrupted else "Searched"
    pictures = counted(asked.settings.pictures, "picture")
    yield f"{ended}: {counted(optimum.runs, 'run')} of {pictures}, {told.seconds:.0f} s in all.\n"


def _ranges(spread: Spread) -> tuple[str, str]:
    return f"{spread.low:.4g} to {spread.high:.4g}", f"{spread.lower:.4g} to {spread.upper:.4g}"


def _pasted(optimum: Optimum) -> Iterator[str]:
    for format, where in _PLACES.items():
        pasted = _for_program(optimum, format)
        yield f"{where}:\n" + ("(it takes no such list)\n" if pasted is None else pasted)


def _for_program(optimum: Optimum, format: str) -> str | None:
    """What another program takes, None if it has no place for these levels."""
    try:
        return steps_bytes([NamedSteps(optimum.text, optimum.levels)], format).decode("utf-8")
    except FileError:
        return None
