"""Pictures drawn with a checkpoint: the bundled portraits, a file or folder, or org/name in the Hugging Face cache.

A PNG holds the pictures side by side, a GIF or WebP shows how they come out of the noise, an NPZ has both as arrays.
Ctrl-C ends the run after its step and writes what has been drawn so far; pressed twice, it ends the program at once.
The same seed draws the same pictures on every device, up to rounding. On a terminal, notes say what is worth knowing
about the noise levels that are visited.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

import numpy as np

from ddpm_studio.checkpoints import Answers, Checkpoint, keep_answers, read_checkpoint
from ddpm_studio.checkpoints.answers_file import as_portable
from ddpm_studio.checkpoints.fingerprint import fingerprint_of
from ddpm_studio.checkpoints.remembered import naming
from ddpm_studio.commands.shared.answer_options import add_answers, answers_from, trust_if_told
from ddpm_studio.commands.shared.arguments import unnamed, whole_number
from ddpm_studio.commands.shared.checkpoint_options import add_checkpoint
from ddpm_studio.commands.shared.output import counted, deliver
from ddpm_studio.commands.shared.recipe_options import add_recipe, carried, sampling_arguments
from ddpm_studio.commands.shared.run_options import add_settings, settings_from
from ddpm_studio.commands.shared.solver_options import add_solver_options, solver_options_from
from ddpm_studio.diffusion import Finding, Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.solvers import solver_named
from ddpm_studio.diffusion.solvers.idle_options import IDLE
from ddpm_studio.diffusion.steps.levels_findings import findings_of_the_list, unseen_picture
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import StudioError
from ddpm_studio.files.pictures import WHITE, as_array, fitted, over, png_bytes, read_picture
from ddpm_studio.files.recipes.program_versions import versions_of
from ddpm_studio.files.recipes.recipe import Recipe, RecipeRun, RecipeSchedule, name_alone, portable_settings
from ddpm_studio.files.samples import check_target, contact_sheet, pictures_of, write_run
from ddpm_studio.files.steps.asked_steps import steps_asked_for
from ddpm_studio.files.steps.without_files import steps_without_files
from ddpm_studio.first_import import importing_torch
from ddpm_studio.interruption import Interrupted, interruptible
from ddpm_studio.leaving import leave
from ddpm_studio.run_settings import RunSettings, SamplerSettings
from ddpm_studio.signals import first_signal
from ddpm_studio.texts import Text, to_type

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ddpm_studio.sampling import Denoiser
    from ddpm_studio.sampling.recording import Recording

SUMMARY = "draw pictures with a checkpoint, along any schedule, with any solver"
ORDER = 30

SOLVER, STEPS, SPACING = SamplerSettings.solver, SamplerSettings.steps, SamplerSettings.spacing

LISTS = {
    "--sigmas": "visit these σ, as 14.6,6.5,1,0, the noisiest first",
    "--taus": "visit these τ of a flow, as 1,0.9,0.5,0; ComfyUI and diffusers call them sigmas",
    "--timesteps": "visit these timesteps, as 999,850,500",
}
"""Options with a list in place of a spacing."""

_LISTED = tuple(option.removeprefix("--") for option in LISTS)

EXAMPLES = """\
examples:
  ddpm-studio sample -o grid.png
  ddpm-studio sample --solver ddim --eta 1 --steps 50 --seed 7 -o run.gif
  ddpm-studio sample --spacing karras:rho=5 --steps 10 -o grid.png
  ddpm-studio sample --along cosine:T=1000 --steps 25 -o grid.png
  ddpm-studio sample --checkpoint DIR --prompt "a cat" --negative-prompt "blurry" --guidance 7.5 -o grid.png
  ddpm-studio sample --from-picture cat.jpg --spacing "trailing | start=0.6" -o grid.png
  ddpm-studio sample --recipe grid.png --seed 8 -o another.png
  ddpm-studio sample --checkpoint google/ddpm-cifar10-32 --download --device cuda -o run.npz
"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio sample`."""
    parser.epilog = EXAMPLES
    add = parser.add_argument
    add_checkpoint(parser, "to draw with")
    add("--solver", metavar="NAME", default=SOLVER, help=f"solver, see ddpm-studio solvers (default: {SOLVER})")
    add("--steps", metavar="N", type=whole_number(1, MAX_T), help=f"number of steps, from 1 to T (default: {STEPS})")
    levels = parser.add_mutually_exclusive_group()
    levels.add_argument(
        "--spacing",
        metavar="SPEC",
        help="spacing of the noise levels, as karras:rho=5, or file:PATH, see ddpm-studio steps (default: trailing)",
    )
    for option, meaning in LISTS.items():
        levels.add_argument(option, metavar="LIST", help=meaning)
    along = "visit the noise levels of this schedule, matched by log SNR"
    levels.add_argument("--along", metavar="SPEC", type=unnamed, help=along)
    add_settings(parser)
    add(
        "--compile",
        action="store_true",
        help="compile the network first; worth it for long runs, but not done to trusted code",
    )
    add(
        "-o",
        metavar="FILE",
        dest="path",
        help="file to write: grid.png, run.gif, run.webp or run.npz (default: PNG on standard output)",
    )
    add_recipe(parser, sampling_arguments)
    add_solver_options(parser)
    add_answers(parser)


def run(options: Namespace) -> int:
    """Sample, and write the pictures, also those of a run that was stopped on the way."""
    path = None if options.path == "-" else options.path
    _check_destination(path)
    along = Schedule.parse(options.along) if options.along is not None else None
    spec = StepsSpec.parse(_steps_text(options))
    solver_named(options.solver)
    answers, settings = answers_from(options), settings_from(options)
    pixels = _pixels(options.from_picture)
    checkpoint = _opened(options, answers)
    denoiser = checkpoint.denoiser.conditioned(**settings.conditioning)
    table, findings = _table(options, denoiser, along, spec)
    _note_beforehand(denoiser, table, settings)
    _note_findings((*_own_steps(options, checkpoint, table), *findings))
    denoiser = denoiser.compiled() if options.compile else denoiser
    recording, stop, code = _sample(checkpoint, denoiser, table, settings, pixels)
    if stop is None and not code:
        keep_answers(checkpoint)  # Not before all is drawn: until then they may be wrong.
    recipe = carried(options, lambda: _recipe(options, checkpoint, table, along, spec))
    if path is None:
        deliver(png_bytes(contact_sheet(pictures_of(recording)), recipe), None, binary=True)
    else:
        write_run(path, recording, recipe)
    if stop is not None:
        raise stop
    return code


def _check_destination(path: str | None) -> None:
    """Fail before the work rather than after it where nothing can be written."""
    if path is None:
        deliver(b"", None, binary=True)
    else:
        check_target(path)


def _pixels(path: str | None) -> NDArray[np.float32] | None:
    """The picture that the run begins from, as large as the window would show it; FileError if it cannot be read."""
    if path is None:
        return None
    picture, remarks, _ = read_picture(path)
    sys.stderr.writelines(f"note: {remark}\n" for remark in remarks)
    return as_array(fitted(over(picture, WHITE)))


def _opened(options: Namespace, answers: Answers) -> Checkpoint:
    trust_if_told(options, options.checkpoint)
    with importing_torch():
        return read_checkpoint(options.checkpoint, answers, download=options.download)


def _steps_text(options: Namespace) -> str:
    """The text of the steps, whichever option says them; a list may have its name before it there as well."""
    listed = ((name, getattr(options, name)) for name in _LISTED)
    given = ((name, numbers.strip().removeprefix(f"{name}:")) for name, numbers in listed if numbers is not None)
    text: str = next((f"{name}:{numbers}" for name, numbers in given), options.spacing or SPACING)
    return text


def _own_steps(options: Namespace, checkpoint: Checkpoint, table: SolverTable) -> tuple[str, ...]:
    """What to type for the steps of the scheduler beside the network, where nobody said which, and they are others."""
    own = next((str(fact.value) for fact in checkpoint.facts if fact.key == "spacing"), "")
    if not own or any(getattr(options, name) is not None for name in ("spacing", "along", *_LISTED)):
        return ()
    schedule = checkpoint.denoiser.schedule
    try:
        levels = steps_asked_for(StepsSpec.parse(own), schedule, table.steps).levels(schedule)
        if np.array_equal(Steps.of_levels(levels, own).log_snr, Steps.from_spacing(schedule, table.steps).log_snr):
            return ()
    except StudioError:
        return ()
    return (f"Steps are laid out by {SPACING}; its scheduler has others, which are --spacing {to_type(own)}.",)


def _table(
    options: Namespace, denoiser: Denoiser, along: Schedule | None, spec: StepsSpec
) -> tuple[SolverTable, tuple[Finding | Text, ...]]:
    """The table of the solver, and all that there is to say about its steps and the options that were typed."""
    findings: tuple[Finding | Text, ...] = ()
    if along is None:
        wanted = steps_asked_for(spec, denoiser.schedule, options.steps)
        levels = wanted.levels(denoiser.schedule)
        steps = Steps.of_levels(levels, str(wanted.spec))
        findings = (*wanted.notes, *findings_of_the_list(levels, options.from_picture is not None))
    else:
        count = min(STEPS, along.T) if options.steps is None else options.steps
        steps = Steps.from_schedule(denoiser.schedule, along, count)
    asked = solver_options_from(options)
    own = {option.key for option in solver_named(options.solver).options}
    learned = {"variance": denoiser.variance} if "variance" in own else {}
    table = solver_table(options.solver, steps, **learned | asked)
    # Of options without effect, those that somebody typed.
    told = (each for each in table.findings if each.code != IDLE or each.values["key"] in asked)
    return table, (*findings, *told)


def _recipe(
    options: Namespace, checkpoint: Checkpoint, table: SolverTable, along: Schedule | None, spec: StepsSpec
) -> Recipe:
    """What the run was made with; lists and configs in files are told by what was read of them."""
    schedule = checkpoint.denoiser.schedule
    asked = steps_without_files(spec, schedule).spec if spec.files else spec
    steps = min(STEPS, schedule.T if along is None else along.T) if options.steps is None else options.steps
    run = RecipeRun(
        fingerprint_of(options.checkpoint, checkpoint.memory.path),
        SamplerSettings(table.solver, tuple(table.options.items()), steps, str(asked)),
        portable_settings(settings_from(options)),
        as_portable(checkpoint.given),
        None if along is None else 0,
    )
    schedules = () if along is None else (RecipeSchedule.of(along),)
    picture = name_alone(options.from_picture or "")
    return Recipe("samples", schedules, picture=picture, run=run, versions=versions_of("torch"))


def _note_beforehand(denoiser: Denoiser, table: SolverTable, settings: RunSettings) -> None:
    """Say, wherever standard error goes, what will not be heeded or is short; SamplingError where it cannot do."""
    from ddpm_studio.sampling.drawing import notes_before

    unseen = unseen_picture(table.log_snr[0]) if settings.from_picture else ()
    sys.stderr.writelines(f"note: {note}\n" for note in (*notes_before(denoiser, settings), *unseen))


def _note_findings(findings: tuple[Finding | Text | str, ...]) -> None:
    """Say on a terminal, like the progress bar, what a person should know about the noise levels."""
    if sys.stderr.isatty():
        sys.stderr.writelines(f"note: {finding}\n" for finding in findings)


def _sample(
    checkpoint: Checkpoint,
    denoiser: Denoiser,
    table: SolverTable,
    settings: RunSettings,
    pixels: NDArray[np.float32] | None,
) -> tuple[Recording, StudioError | None, int]:
    """The run as far as it went, the error that stopped it, and the exit code for the signal that did, else 0.

    An error before the first step is done is raised, and a signal before that ends the process.
    """
    from tqdm import tqdm

    from ddpm_studio.sampling import device_named
    from ddpm_studio.sampling.drawing import drawn
    from ddpm_studio.sampling.recording import Recording
    from ddpm_studio.sampling.starting_picture import as_x0

    x0 = None if pixels is None else as_x0(denoiser, pixels, device_named(settings.device))
    steps, recording = drawn(denoiser, table, settings, begun_from=x0), Recording()

    def stop(code: int) -> None:
        if recording.last is None:
            leave(code)

    def look() -> None:
        if interruption.code:
            raise Interrupted

    with (
        first_signal(stop) as interruption,
        interruptible(look),
        tqdm(total=table.nfe, desc=f"{table.solver}, {counted(table.nfe, 'call')}", unit="step", disable=None) as bar,
    ):
        try:
            for step in steps:
                if step.pictures_at_once != (recording.last and recording.last.pictures_at_once):
                    bar.write(f"out of memory, so pictures are drawn {step.pictures_at_once} at a time", sys.stderr)
                recording.add(step)
                bar.update()
                look()
        except Interrupted:
            pass
        except StudioError as error:
            named = naming(error, checkpoint.memory, checkpoint.given)
            if recording.last is None:
                raise named from error
            return recording, named, interruption.code
    return recording, None, interruption.code
