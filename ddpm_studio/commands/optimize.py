"""The best steps for a checkpoint, a solver and a number of steps: searched for, and proved on other pictures.

Pictures are drawn along every standard spacing, then along levels that are moved, each picture always from the same
noise, and compared with those of a fine run. What is best on the pictures of the search is measured on pictures that
had no part in it, beside the best standard spacing. Ctrl-C ends the search and proves the best so far; pressed twice,
it ends the program at once. Steps found for one solver, or one number of steps, are no good for another.
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, NoReturn

from ddpm_studio.checkpoints import Checkpoint, keep_answers, read_checkpoint
from ddpm_studio.checkpoints.remembered import naming
from ddpm_studio.commands.shared.answer_options import add_answers, answers_from, trust_if_told
from ddpm_studio.commands.shared.arguments import whole_number
from ddpm_studio.commands.shared.checkpoint_options import add_checkpoint
from ddpm_studio.commands.shared.output import check_places, deliver
from ddpm_studio.commands.shared.printed_tables import add_json
from ddpm_studio.commands.shared.run_options import add_settings, settings_from
from ddpm_studio.commands.shared.solver_options import add_solver_options, solver_options_from
from ddpm_studio.commands.shared.told_optimum import FinishedSearch, json_of, text_of
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.errors import StudioError
from ddpm_studio.first_import import importing_torch
from ddpm_studio.interruption import Interrupted, interruptible
from ddpm_studio.lab.optimizing.optimization import ENOUGH, Optimization, Optimum, Question
from ddpm_studio.lab.optimizing.steps_search import StepsSearch
from ddpm_studio.leaving import leave
from ddpm_studio.run_settings import MAX_PICTURES, RunSettings, SamplerSettings
from ddpm_studio.signals import first_signal

if TYPE_CHECKING:
    from tqdm import tqdm

SUMMARY = "find the best steps for a checkpoint and a solver"
ORDER = 33

EXAMPLES = """\
examples:
  ddpm-studio optimize --steps 6
  ddpm-studio optimize --solver unipc --order 3 --steps 8 --seed 7 --json -o best.json
  ddpm-studio optimize --checkpoint google/ddpm-cifar10-32 --solver ddim --steps 10 --device cuda
"""

FEW = (
    "note: a search by {count} pictures finds what is good for these alone; {enough} are enough, and what is said of "
    "held-out pictures holds in any case.\n"
)


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio optimize`."""
    parser.epilog = EXAMPLES
    add = parser.add_argument
    add_checkpoint(parser, "to find steps for")
    solver = SamplerSettings.solver
    add("--solver", metavar="NAME", default=solver, help=f"solver that adds no noise (default: {solver})")
    add("--steps", metavar="N", type=whole_number(1, MAX_T), required=True, help="number of steps, from 2 to 32")
    for option, default, meaning in (
        ("--pictures", ENOUGH, "pictures of the search"),
        ("--held-out", 2 * ENOUGH, "pictures of the proof"),
    ):
        kind = whole_number(1, MAX_PICTURES)
        add(option, metavar="N", type=kind, default=default, help=f"{meaning} (default: {default})")
    add_settings(parser, without={"pictures", "seeds", "from_picture"})
    parser.set_defaults(seeds=RunSettings.seeds, from_picture=None)
    add("-o", metavar="FILE", dest="path", help="file to write (default: standard output)")
    add_json(parser)
    add_solver_options(parser)
    add_answers(parser)


def run(options: Namespace) -> int:
    """Search, prove what is best, and write it, also where the search was ended on the way."""
    began = time.monotonic()
    solver_named(options.solver)
    asked = Question(
        options.solver, options.steps, solver_options_from(options), settings_from(options), options.held_out
    )
    check_places(options.path)
    answers = answers_from(options)
    trust_if_told(options, options.checkpoint)
    with importing_torch():
        checkpoint = read_checkpoint(options.checkpoint, answers, download=options.download)
    if asked.settings.pictures < ENOUGH:
        sys.stderr.write(FEW.format(count=asked.settings.pictures, enough=ENOUGH))
    optimum, code = _optimized(checkpoint, asked)
    if not code:
        keep_answers(checkpoint)
    told = FinishedSearch(optimum, options.checkpoint, time.monotonic() - began, interrupted=code > 0)
    deliver((json_of(told) if options.json else text_of(told)).encode("utf-8", "surrogateescape"), options.path)
    return code


def _optimized(checkpoint: Checkpoint, asked: Question) -> tuple[Optimum, int]:
    """What was found, and the exit code for the signal that ended the search, else 0."""
    from tqdm import tqdm

    denoiser = checkpoint.denoiser.conditioned(**asked.settings.conditioning)

    def tell(search: StepsSearch) -> None:
        bar.set_postfix_str(f"best {search.best.distance:.4g} ({search.best.name})", refresh=False)
        bar.update()

    try:
        optimization = Optimization(asked, denoiser, tell)
        with tqdm(total=optimization.most_runs, desc="reference", unit="run", disable=None) as bar:
            code = _searched(optimization, bar)
            bar.set_description("held-out pictures")
            return optimization.proved(), code
    except StudioError as error:
        raise naming(error, checkpoint.memory, checkpoint.given) from error


def _searched(optimization: Optimization, bar: tqdm[NoReturn]) -> int:
    """Run the search until its end, 0, or until a signal, whose exit code it returns."""

    def stop(code: int) -> None:
        if not optimization.started:
            leave(code)

    def look() -> None:
        if interruption.code:
            raise Interrupted

    with first_signal(stop) as interruption, interruptible(look):
        optimization.searched(lambda: bar.set_description("search"))
    return interruption.code
