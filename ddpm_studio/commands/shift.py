"""Shifts for a size of pictures or videos, by the rules of published models.

s is the shift of a flow, and c = s² the snr_shift of any other schedule. Tokens are what a model counts: squares of
pixels, in videos of several frames; simple diffusion counts pixels. Of several frames only rules for videos tell.
"""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence

from ddpm_studio.commands.shared.arguments import UsageError, whole_number
from ddpm_studio.commands.shared.printed_tables import Cell, PrintedTable, add_json, cell, print_either
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.resolution.shift_rules import MAX_FRAMES, SHIFT_RULES, ShiftRule, SizedShift
from ddpm_studio.diffusion.spec import shortest
from ddpm_studio.errors import QT_TRANSLATE_NOOP

SUMMARY = "say which shift a size of pictures asks for, by the rules of published models"
ORDER = 65

EXAMPLES = """\
examples:
  ddpm-studio shift --size 1024x1024
  ddpm-studio shift --rule flux --size 2048x2048
  ddpm-studio shift --rule ltx --size 1216x704 --frames 121
"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio shift`."""
    rules = "".join(f"  {rule.name}: {rule.formula}; {rule.source}\n" for rule in SHIFT_RULES.values())
    parser.epilog = f"rules:\n{rules}\n{EXAMPLES}"
    parser.add_argument("--rule", metavar="RULE", help="one of the rules below (default: all of them)")
    parser.add_argument("--size", metavar="WxH", type=_size, required=True, help="width and height, in pixels")
    parser.add_argument(
        "--frames", metavar="N", type=whole_number(1, MAX_FRAMES), default=1, help="frames of a video (default: 1)"
    )
    add_json(parser)


def run(options: Namespace) -> int:
    """Print a line for each rule, and below what there is to know about them."""
    width, height = options.size
    found = [rule.of_size(width, height, options.frames) for rule in _rules(options)]
    heading = ("rule", "tokens", "shift s", "snr_shift c")
    table = PrintedTable([*map(_row, found)], heading)
    warnings = [[*map(str, each.warnings())] for each in found]
    below = dict.fromkeys(f"{said}\n" for each in warnings for said in each)
    rules = [{**row, "warnings": said} for row, said in zip(table.objects, warnings, strict=True)]
    content = {"width": width, "height": height, "frames": options.frames, "rules": rules}
    print_either(options, (str(table), "\n" if below else "", *below), content)
    return 0


def _rules(options: Namespace) -> Sequence[ShiftRule]:
    if options.rule is not None:
        template = QT_TRANSLATE_NOOP("errors", "There is no rule “{name}”; {remedy}")
        check_named(options.rule, SHIFT_RULES, template, UsageError)
        return [SHIFT_RULES[options.rule]]
    return [rule for rule in SHIFT_RULES.values() if options.frames == 1 or rule.frames]


def _row(found: SizedShift) -> tuple[Cell, ...]:
    shifts = (_rounded("shift", found.shift), _rounded("snr_shift", found.snr_shift))
    return cell("rule", found.rule.name), cell("tokens", found.tokens), *shifts


def _rounded(key: str, value: float) -> Cell:
    """A value to twelve digits: the last four of a float64 are those of the arithmetic."""
    rounded = float(f"{value:.12g}")
    return cell(key, rounded, shortest(rounded))


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,6})[xX×](\d{1,6})", text)
    if match is None:
        raise ArgumentTypeError(f"“{text}” is not a size in pixels, such as 1024x768")
    return int(match[1]), int(match[2])
