"""Told optimum: the best steps that were found, as text for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from ddpm_studio.commands.shared.output import aligned, counted
from ddpm_studio.errors import FileError
from ddpm_studio.files.steps.step_formats import NamedSteps, steps_bytes
from ddpm_studio.lab.measures import Spread
from ddpm_studio.lab.optimizing.optimization import REFERENCE_SOLVER, REFERENCE_STEPS, Optimum, Proved
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
            "held_out": [{"steps": one.name, **asdict(one.spread)} for one in _proved(optimum)],
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


def _proved(optimum: Optimum) -> tuple[Proved, ...]:
    return (optimum.found, optimum.standard, *optimum.others)


def _lines(told: FinishedSearch) -> Iterator[str]:
    optimum, asked = told.optimum, told.optimum.question
    options = "".join(f", {key} {value}" for key, value in asked.options.items())
    yield f"{asked.solver}{options}, {counted(asked.steps, 'step')}, {counted(optimum.calls, 'network call')}:"
    heading = ("steps", "median distance", "95 % interval", "quartiles")
    rows = [(one.name, f"{one.spread.median:.4g}", *_ranges(one.spread)) for one in _proved(optimum)]
    yield aligned([heading, *rows])
    yield f"{verdict(optimum)}\n"
    yield (
        f"Distances are RMS over each of {counted(optimum.found.spread.count, 'held-out picture')}, from "
        f"{REFERENCE_SOLVER} of {REFERENCE_STEPS} steps, which is {optimum.reference_error:.2g} from one twice as fine."
    )
    if optimum.coarse:
        yield "That is too much to tell steps as good as these apart; take the numbers for bounds."
    ended = "The search was ended on the way" if told.interrupted else "Searched"
    pictures = counted(asked.settings.pictures, "picture")
    yield f"{ended}: {counted(optimum.runs, 'run')} of {pictures}, {told.seconds:.0f} s in all.\n"


def _ranges(spread: Spread) -> tuple[str, str]:
    return f"{spread.low:.4g} to {spread.high:.4g}", f"{spread.lower:.4g} to {spread.upper:.4g}"


def verdict(optimum: Optimum) -> str:
    """One sentence: how much nearer than the best standard spacing, or that it is no better."""
    name, ratio = optimum.standard.name, optimum.paired.ratio
    if optimum.better:
        share = f"{_percent(ratio.median)} % nearer ({_percent(ratio.high)} to {_percent(ratio.low)} %)"
        return f"Better than {name}, the best standard spacing: picture by picture, the median is {share}."
    sure = f"{ratio.low:.3g} to {ratio.high:.3g}, at {100 * ratio.level:.4g} %"
    return (
        f"No better than {name}, the best standard spacing: picture by picture, the distance is {ratio.median:.3g} "
        f"times as large ({sure})."
    )


def _percent(ratio: float) -> str:
    return f"{100 * (1 - ratio):.3g}"


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
