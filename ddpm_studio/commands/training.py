"""Weights of the steps of schedules in training, a row for each t = 1 … T, as CSV or JSON; or the loss itself as code.

The effective weight W is that of each noise level on a squared error of ε, per unit of log SNR: the density of the
draws times the loss weight times what a squared error of the prediction is worth as one of ε. Objectives with the same
W, up to a factor, train the same. A constant W is the likelihood bound (ELBO).

With --code it is a training loss for PyTorch, as Python code that does without this program.
"""

from __future__ import annotations

import textwrap
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence

from ddpm_studio.commands.shared.arguments import UsageError, unnamed
from ddpm_studio.commands.shared.output import deliver
from ddpm_studio.commands.shared.printed_tables import add_json
from ddpm_studio.diffusion.options import Option
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.schedule_family import members_of, specified
from ddpm_studio.diffusion.spec import shortest
from ddpm_studio.diffusion.training.draws import DRAWS
from ddpm_studio.diffusion.training.loss_weights import LOSS_WEIGHTS
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.diffusion.training.predictions import PREDICTIONS
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.table_rows import NumberCell, row_lines
from ddpm_studio.files.torch_code.loss_snippet import training_loss_code
from ddpm_studio.written_json import json_text

SUMMARY = "write what each step weighs in training, by prediction, draw and loss weight"
ORDER = 35

EXAMPLES = """\
examples:
  ddpm-studio training --schedule cosine:T=1000 --train predict=v_prediction
  ddpm-studio training --schedule cosine:T=1000,s=0 --train predict=v_prediction \\
      --schedule linear:T=1000 --train weight=min_snr,snr_gamma=5 -o weights.csv
  ddpm-studio training --schedule flow --train predict=flow_prediction,draw=logit_normal --code -o loss.py
"""

_Pair = tuple[Schedule, Objective]

COLUMNS = ("schedule", "train", "t", "log_snr", "density", "loss_weight", "unit", "effective_weight")


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio training`."""
    parser.epilog = "\n".join([*map(_listed, ("predict", "draw", "weight"), _owners()), EXAMPLES])
    parser.add_argument(
        "--schedule",
        metavar="SPEC",
        type=unnamed,
        action="append",
        required=True,
        help="schedule, as kind:T=1000,key=value, or several, as key=low..high,n=5; may be repeated",
    )
    parser.add_argument(
        "--train",
        metavar="SPEC",
        action="append",
        default=[],
        help="objective, as predict=epsilon,draw=uniform,weight=none: one for all schedules, or one for each "
        "--schedule (default: these)",
    )
    others = parser.add_mutually_exclusive_group()
    add_json(others)
    others.add_argument(
        "--code", action="store_true", help="write a training loss for PyTorch, of one schedule and one objective"
    )
    parser.add_argument("-o", metavar="FILE", dest="path", help="file to write (default: standard output)")


def run(options: Namespace) -> int:
    """Write the table or the code, to a file or to standard output."""
    objectives = [Objective.parse(text) for text in options.train] or [Objective()]
    if len(objectives) not in (1, len(options.schedule)):
        raise UsageError(
            QT_TRANSLATE_NOOP(
                "errors", "There are {count} --train for {schedules} --schedule; give one for all, or one for each."
            ),
            count=len(objectives),
            schedules=len(options.schedule),
        )
    each = objectives * (len(options.schedule) if len(objectives) == 1 else 1)
    pairs = [
        (member, one)
        for spec, one in zip(options.schedule, each, strict=True)
        for member in members_of(specified(spec))
    ]
    write = _code if options.code else _json if options.json else _csv
    deliver(write(pairs).encode("utf-8", "surrogateescape"), options.path)
    return 0


def _code(pairs: Sequence[_Pair]) -> str:
    if len(pairs) != 1:
        raise UsageError(
            QT_TRANSLATE_NOOP("errors", "--code writes the loss of one schedule, and these are {count}; give one."),
            count=len(pairs),
        )
    return training_loss_code(*pairs[0])


def _csv(pairs: Sequence[_Pair]) -> str:
    rows = (row for schedule, objective in pairs for row in _rows(schedule, objective))
    return "".join(row_lines([COLUMNS, *rows]))


def _rows(schedule: Schedule, objective: Objective) -> Iterator[tuple[object, ...]]:
    for t, *numbers in zip(*_columns(schedule, objective).values(), strict=True):
        yield str(schedule), str(objective), t, *(NumberCell(shortest(number)) for number in numbers)


def _json(pairs: Sequence[_Pair]) -> str:
    """An object with the schedule, the objective and the columns; a list of them for several."""
    objects = [{"schedule": str(one), "train": str(objective), **_columns(one, objective)} for one, objective in pairs]
    return json_text(objects if len(objects) > 1 else objects[0])


def _columns(schedule: Schedule, objective: Objective) -> dict[str, list[float]]:
    weights = objective.weights(schedule)
    every = (schedule.coefficients.log_snr, weights.density, weights.loss, weights.unit, weights.effective)
    return dict(zip(COLUMNS[2:], ([*range(1, schedule.T + 1)], *(each.tolist() for each in every)), strict=True))


def _owners() -> tuple[Mapping[str, tuple[Option, ...]], ...]:
    return tuple({name: each.options for name, each in group.items()} for group in (PREDICTIONS, DRAWS, LOSS_WEIGHTS))


def _listed(key: str, owners: Mapping[str, tuple[Option, ...]]) -> str:
    names = (
        f"{name} ({', '.join(option.key for option in options)})" if options else name
        for name, options in owners.items()
    )
    return f"{key}:\n{textwrap.fill(', '.join(names), 100, initial_indent='  ', subsequent_indent='  ')}\n"
