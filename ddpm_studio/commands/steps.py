"""Noise levels that a sampler visits, one row for each step and one for where they end, as CSV or for other programs.

A spacing may have options, as karras:rho=5; a list may stand in its place, as sigmas:14.6,1,0, taus:1,0.5,0 or
timesteps:999,500, or file:PATH, of a list or of a scheduler_config.json. Behind a bar stands what is done with it, as
trailing:steps=20 | start=0.6.
With --against, the differences from another spacing or list, and the conventions that explain them.
"""

from __future__ import annotations

import sys
import textwrap
from argparse import ArgumentParser, Namespace
from pathlib import Path

from ddpm_studio.commands.shared.arguments import unnamed, whole_number
from ddpm_studio.commands.shared.output import deliver
from ddpm_studio.diffusion.schedule import MAX_T, Schedule
from ddpm_studio.diffusion.steps.differences.compared_steps import ComparedSteps
from ddpm_studio.diffusion.steps.levels_findings import findings_of_levels
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.steps.step_operators import STEP_OPERATORS
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StepsError
from ddpm_studio.files.filetypes import SCHEDULER_CONFIG
from ddpm_studio.files.steps.asked_steps import schedule_said_by, steps_asked_for
from ddpm_studio.files.steps.comparison_formats import comparison_bytes
from ddpm_studio.files.steps.step_formats import STEP_FORMATS, NamedSteps, headed, steps_bytes
from ddpm_studio.files.steps.step_lists import read_step_list
from ddpm_studio.files.steps.written_config import config_of_steps

SUMMARY = "write the steps of a spacing or a list, also for ComfyUI and diffusers"
ORDER = 32

EXAMPLES = """\
examples:
  ddpm-studio steps --schedule scaled_linear:T=1000 --steps 10 --spacing karras:rho=5
  ddpm-studio steps --schedule scaled_linear:T=1000 --spacing ays:model=sdxl,steps=12 --format comfyui
  ddpm-studio steps --schedule flow:T=1000,shift=3 --steps 8 --spacing flow_shift --format diffusers
  ddpm-studio steps --schedule linear:T=1000 --steps 20 --spacing trailing --spacing leading -o both.csv
  ddpm-studio steps --schedule scaled_linear:T=1000 --steps 20 --spacing leading --against leading:offset=1
  ddpm-studio steps --steps 20 --spacing file:scheduler_config.json
"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio steps`."""
    operators = "".join(f"  {name:<9} {each.meaning}\n" for name, each in STEP_OPERATORS.items())
    names = textwrap.fill(", ".join(SPACINGS), 100, initial_indent="  ", subsequent_indent="  ")
    parser.epilog = f"spacings:\n{names}\n\nwhat is done behind a bar:\n{operators}\n{EXAMPLES}"
    add = parser.add_argument
    lain_in = "schedule that they lie in, as kind:T=1000 (default: that of a config)"
    add("--schedule", metavar="SPEC", type=unnamed, help=lain_in)
    add("--steps", metavar="N", type=whole_number(1, MAX_T), help="number of steps, from 1 to T (default: 20)")
    add(
        "--spacing",
        metavar="SPEC",
        action="append",
        help="spacing, list or file:PATH (default: trailing); may be repeated, to compare them",
    )
    add("--against", metavar="SPEC", help="compare with this spacing or list, as table, csv or json")
    other = "schedule of what is compared with (default: the same)"
    add("--against-schedule", metavar="SPEC", type=unnamed, help=other)
    format = parser.add_mutually_exclusive_group()
    format.add_argument(
        "--format", metavar="|".join(STEP_FORMATS), help="format to write (default: by the suffix of FILE, else csv)"
    )
    format.add_argument("--json", action="store_const", dest="format", const="json", help="the same as --format json")
    add("-o", metavar="FILE", dest="path", help="file to write (default: standard output)")


def run(options: Namespace) -> int:
    """Write the steps, and say on standard error what a person should know about them."""
    path = None if options.path == "-" else options.path
    schedule = _schedule(options)
    if options.against is not None:
        return _compare(options, schedule, path)
    if options.against_schedule is not None:
        raise StepsError(QT_TRANSLATE_NOOP("errors", "--against-schedule needs --against; say what to compare with."))
    texts = options.spacing or ["trailing"]
    asked = [steps_asked_for(StepsSpec.parse(text), schedule, options.steps) for text in texts]
    steps = [NamedSteps(str(each.spec), each.levels(schedule), each.opened) for each in asked]
    format = options.format or _by_suffix(path, "csv")
    content = steps_bytes(steps, format)
    for each, named in zip(asked, steps, strict=True):
        before = f"{named.text}: " if len(steps) > 1 else ""
        said = (*each.notes, *findings_of_levels(named.levels))
        sys.stderr.writelines(f"note: {before}{note}\n" for note in said)
    if format == "scheduler_config":
        sys.stderr.write(f"note: {_how_many(steps[0])}\n")
    deliver(content if path is None else headed(content, format, steps[0].levels), path)
    return 0


def _schedule(options: Namespace) -> Schedule:
    """The schedule that is given, else that of the first scheduler config among the spacings."""
    if options.schedule is not None:
        return Schedule.parse(options.schedule)
    texts = (*(options.spacing or ()), *filter(None, [options.against]))
    own = next(filter(None, (schedule_said_by(StepsSpec.parse(text)) for text in texts)), None)
    if own is None:
        raise StepsError(
            QT_TRANSLATE_NOOP("errors", "No schedule is given; add --schedule, or file: with a scheduler_config.json.")
        )
    return own


def _how_many(steps: NamedSteps) -> str:
    """For how many steps the scheduler of the config is to be asked, which it does not say itself."""
    written = config_of_steps(StepsSpec.parse(steps.text), steps.levels, steps.opened)
    return f"{written.config['_class_name']} takes these steps, {steps.levels.count} in all, after {written.call}."


def _compare(options: Namespace, schedule: Schedule, path: str | None) -> int:
    """Write how the steps of two texts differ, and which conventions explain it."""
    texts = options.spacing or ["trailing"]
    if len(texts) > 1:
        raise StepsError(
            QT_TRANSLATE_NOOP("errors", "{count} spacings are given; give one, as --against compares no more."),
            count=len(texts),
        )
    other = Schedule.parse(options.against_schedule) if options.against_schedule else schedule
    pairs = ((StepsSpec.parse(texts[0]), schedule), (StepsSpec.parse(options.against), other))
    first, second = (_compared(spec, over, options.steps) for spec, over in pairs)
    deliver(comparison_bytes(first, second, options.format or _by_suffix(path, "table")), path)
    return 0


def _by_suffix(path: str | None, otherwise: str) -> str:
    if path is None:
        return otherwise
    if otherwise in STEP_FORMATS and Path(path).name in SCHEDULER_CONFIG.names:
        return "scheduler_config"
    return {".csv": "csv", ".json": "json"}.get(Path(path).suffix.lower(), otherwise)


def _compared(spec: StepsSpec, schedule: Schedule, steps: int | None) -> ComparedSteps:
    """The steps of a spec, which has `steps` of them only if it says no number itself."""
    asked = steps_asked_for(spec, schedule, steps)
    sys.stderr.writelines(f"note: {note}\n" for note in asked.notes)
    return ComparedSteps.of(asked.spec, schedule, None if asked.spec.has_number else steps, read_step_list)
