"""Sweep: solvers, steps and schedules compared on one checkpoint, by the error that each has after so many calls.

What is compared is one text of TOML (docs/lab.md). The results are a folder: what is there is never computed again, so
a sweep that was stopped, or killed, goes on where it was when it is started again. Ctrl-C keeps all that is done. The
error is the RMS distance of a picture to the one that a fine reference draws from the same noise, in its median over
all pictures; for solvers that add noise it is the sliced Wasserstein distance of all pictures to all of the reference.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints import keep_answers
from ddpm_studio.commands.shared.answer_options import add_answers, answers_from, trust_if_told
from ddpm_studio.commands.shared.checkpoint_options import add_download
from ddpm_studio.commands.shared.executor_options import add_executor, executor_from
from ddpm_studio.commands.shared.output import check_places, counted, deliver
from ddpm_studio.commands.shared.printed_tables import add_json, print_either
from ddpm_studio.commands.shared.sweep_tables import (
    points_table,
    summary_of,
    told_compared,
    told_remaining,
    without_empty_columns,
)
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, LabError
from ddpm_studio.figures.artwork import Artwork
from ddpm_studio.figures.svg import svg_file
from ddpm_studio.first_import import importing_torch
from ddpm_studio.interruption import Interrupted, interruptible
from ddpm_studio.lab.asked_points import AskedPoints
from ddpm_studio.lab.compared_rows import ComparedRow
from ddpm_studio.lab.driver import Told, carry_out, left_of
from ddpm_studio.lab.exported_rows import compared_values, csv_bytes
from ddpm_studio.lab.lab_results import LabResults
from ddpm_studio.lab.outcome import Failed, Outcome
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.preparation import begin_asking, check_drawable
from ddpm_studio.lab.results.result_folder import ResultFolder, Shard, folder_of_results, shards_in, united
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.lab.sweep_chart import chart_of_sweep
from ddpm_studio.lab.sweep_cost import cost_of
from ddpm_studio.lab.sweep_toml import parse_sweep, read_sweep, sweep_text
from ddpm_studio.signals import first_signal

if TYPE_CHECKING:
    from ddpm_studio.lab.model_place import ModelPlace

SUMMARY = "compare solvers, steps and schedules on a checkpoint, by error over network calls"
ORDER = 36

MOST_SHARDS = 10_000

DIFFERENT = (
    "these shards are of {count} different sweeps; the points of all are kept, and the table is that of {path}; start "
    "another one with its text to see its table"
)

_MERGE_ALONE = QT_TRANSLATE_NOOP(
    "errors", "--merge draws nothing; leave out the name of a sweep, --shard and --dry-run, or leave out --merge."
)
_NO_TABLE = QT_TRANSLATE_NOOP(
    "errors", "{option} is of what a whole sweep found; leave it out with --shard and --dry-run, and add it to --merge."
)

EXAMPLES = """\
examples:
  ddpm-studio sweep question.toml --dry-run
  ddpm-studio sweep question.toml -o results
  ddpm-studio sweep question.toml -o results --csv table.csv --chart chart.svg
  ddpm-studio sweep question.toml -o results --workers 4 --threads 2
  ddpm-studio sweep question.toml -o results --cluster tcp://127.0.0.1:8786
  ddpm-studio sweep question.toml -o results --shard 3/16
  ddpm-studio sweep --merge results -o results
"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio sweep`."""
    parser.epilog = EXAMPLES
    add = parser.add_argument
    add("sweep", metavar="SWEEP", nargs="?", help="text of the sweep, TOML as docs/lab.md has it")
    add("-o", metavar="FOLDER", dest="folder", help="folder of the results, which is made, or gone on with")
    add("--dry-run", action="store_true", help="print the points and what they take, and draw nothing")
    add("--shard", metavar="K/N", help="draw only the K-th of N parts, whose files another machine may unite")
    add("--merge", metavar="SHARD", nargs="+", help="unite databases of shards, or all in a folder, in FOLDER")
    add("--csv", metavar="FILE", help="write the table as CSV")
    add("--chart", metavar="FILE", help="draw error over calls, as SVG")
    add_json(parser)
    add_download(parser)
    add_executor(parser)
    add_answers(parser)


def run(options: Namespace) -> int:
    """Carry out a sweep, or a part of one, or unite its parts, and print what it found."""
    _check_parts(options)
    shard = None if options.shard is None else _shard(options.shard)
    if options.merge:
        return _merge(options)
    if options.sweep is None:
        raise LabError(QT_TRANSLATE_NOOP("errors", "No sweep is named; name a file of TOML, as docs/lab.md has it."))
    sweep = read_sweep(options.sweep)
    place = _place(options, sweep)
    check_drawable(sweep, place, here=not (options.dry_run or options.cluster))
    asked = AskedPoints(sweep, place.fingerprint)
    sys.stderr.writelines(f"note: {text}\n" for text in sweep.left_out)
    if options.dry_run:
        return _tell_points(options, asked, place, shard)
    with folder_of_results(Path(_folder(options)), shard) as folder:
        check_places(options.csv, options.chart)  # They may lie in the folder that is there only now.
        code = _draw(options, folder, asked, place, shard)
        if shard is None:
            _report(options, folder, asked)
    return code


def _check_parts(options: Namespace) -> None:
    """LabError for what cannot be had together: the table of a part, or parts united and a sweep drawn."""
    table = next((f"--{name}" for name in ("csv", "chart") if getattr(options, name) is not None), None)
    if options.merge and (options.sweep is not None or options.shard is not None or options.dry_run):
        raise LabError(_MERGE_ALONE)
    if table and (options.shard is not None or options.dry_run):
        raise LabError(_NO_TABLE, option=table)


def _place(options: Namespace, sweep: Sweep) -> ModelPlace:
    """The checkpoint of the sweep, opened."""
    trust_if_told(options, sweep.checkpoint)
    answers = answers_from(options)
    with importing_torch():
        from ddpm_studio.lab.model_place import place_of

        return place_of(sweep.checkpoint, answers, download=options.download)


def _folder(options: Namespace) -> str:
    if not options.folder:
        raise LabError(QT_TRANSLATE_NOOP("errors", "No folder is named for the results; add -o FOLDER."))
    folder: str = options.folder
    return folder


def _tell_points(options: Namespace, asked: AskedPoints, place: ModelPlace, shard: Shard | None) -> int:
    from ddpm_studio.lab.model_place import opened_at, picture_shape_at

    points, denoiser = asked.of_shard(shard), opened_at(place)
    table, cost = points_table(points, denoiser), cost_of(points, denoiser.schedule, picture_shape_at(place))
    content = {"points": table.objects, "calls": cost.calls, "bytes": cost.size, "sweep": sweep_text(asked.sweep)}
    print_either(options, [str(without_empty_columns(table)), summary_of(asked, points, cost)], content)
    return 0


def _draw(options: Namespace, folder: ResultFolder, asked: AskedPoints, place: ModelPlace, shard: Shard | None) -> int:
    """Draw what is not there yet; the exit code for a signal that stopped it, else 0."""
    from ddpm_studio.lab.model_place import checkpoint_at

    points, device = asked.of_shard(shard), asked.sweep.device
    begin_asking(folder, asked, points, place)
    with _progress(folder, points) as told, first_signal(lambda code: None) as interruption:

        def look() -> None:
            if interruption.code:
                raise Interrupted

        try:
            with interruptible(look), executor_from(options, place.path, device) as (executor, at_once):
                carry_out(folder, points, place, executor, device=device, at_once=at_once, told=told)
        except Interrupted:
            left = len(left_of(folder, points))
            sys.stderr.write(f"stopped; {counted(len(points) - left, 'point')} of {len(points)} are kept\n")
            return interruption.code
    keep_answers(checkpoint_at(place))
    return 0


@contextmanager
def _progress(folder: ResultFolder, points: Sequence[SweepPoint]) -> Iterator[Told]:
    """What tells on a terminal how far a sweep is, and of each point that fails."""
    from tqdm import tqdm

    left = len(left_of(folder, points))
    with tqdm(total=len(points), initial=len(points) - left, desc="sweep", unit="point", disable=None) as bar:

        def told(point: SweepPoint, outcome: Outcome) -> None:
            if isinstance(outcome, Failed):
                bar.write(f"{point.way.text}: {outcome.sentence}", sys.stderr)
            bar.update()

        yield told


def _report(options: Namespace, folder: ResultFolder, asked: AskedPoints) -> None:
    """Print the table of what is there, or write it."""
    results = LabResults.of(asked, folder.path, folder.rows)
    found, remaining = results.found, results.remaining
    content = {
        "sweep": sweep_text(asked.sweep),
        "rows": [compared_values(each) for each in found],
        "reference": [compared_values(ComparedRow(row)) for row in remaining],
    }
    if "-" not in (options.csv, options.chart):
        print_either(options, [*told_compared(found), *(f"{told_remaining(row)}\n" for row in remaining)], content)
    if options.csv is not None:
        deliver(csv_bytes(found), options.csv)
    if options.chart is not None:
        _draw_chart(options.chart, chart_of_sweep(asked.sweep, found, remaining))


def _draw_chart(path: str, chart: Artwork | None) -> None:
    if chart is None:
        raise LabError(QT_TRANSLATE_NOOP("errors", "There is no error to be drawn yet; leave --chart out."))
    deliver(svg_file(chart), path)


def _merge(options: Namespace) -> int:
    """Unite the databases of shards, and print the table of the sweep that they are of."""
    databases = [file for named in options.merge for file in _databases(Path(named))]
    with folder_of_results(Path(_folder(options))) as folder:
        new, questions = united(folder, databases)
        sys.stderr.write(f"{counted(new, 'point')} of {counted(len(databases), 'shard')} are new\n")
        if questions > 1:
            sys.stderr.write(f"note: {DIFFERENT.format(count=questions, path=databases[-1])}\n")
        asked = folder.database.asked
        if asked is not None:
            _report(options, folder, AskedPoints(parse_sweep(asked.text), asked.fingerprint))
    return 0


def _databases(path: Path) -> list[Path]:
    """The database of a shard, or all of them in a folder; FileError if there is none."""
    found = shards_in(path) if path.is_dir() else [path]
    if not found:
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} has no shards of a sweep; name a folder or a file that has."), path=path
        )
    return found


def _shard(text: str) -> Shard:
    number, slash, count = text.partition("/")
    if slash and number.isdecimal() and count.isdecimal() and len(text) < 12:
        shard = Shard(int(number), int(count))
        if 1 <= shard.number <= shard.count <= MOST_SHARDS:
            return shard
    raise LabError(
        QT_TRANSLATE_NOOP("errors", "--shard is “{text}”; write K/N, as 3/16, with K from 1 to N, and N up to {most}."),
        text=text,
        most=MOST_SHARDS,
    )
