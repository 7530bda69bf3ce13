"""The coefficients of schedules, one row for each t = 1 … T.

The format is the one given with --format, else the one that the suffix of FILE stands for, else CSV. Every file can be
opened as a schedule again, custom:path=FILE, with the same β and log SNR to the last bit. Where log_snr is not among
the curves, all comes from what is, and β next to 1 don't tell a log SNR below −36 or so.
"""

from __future__ import annotations

import sys
import textwrap
from argparse import ArgumentParser, Namespace

from ddpm_studio.commands.shared.arguments import names, unnamed
from ddpm_studio.commands.shared.output import deliver
from ddpm_studio.diffusion.curves import CURVES
from ddpm_studio.diffusion.schedule_family import members_of, specified
from ddpm_studio.files.export import FORMATS, export_bytes, format_for
from ddpm_studio.files.steps.config_again import config_written_for, other_class

SUMMARY = "write the coefficients of schedules as CSV and in other formats"
ORDER = 10

EXAMPLES = """\
examples:
  ddpm-studio export --schedule cosine:T=1000 -o cosine.csv
  ddpm-studio export --schedule linear --schedule cosine --curves betas,snr_db | head
  ddpm-studio export --schedule cosine:T=1000,s=0.005..0.03,n=5 -o five.csv
  ddpm-studio export --schedule sigmoid:T=1000,zero_snr=1 -o scheduler_config.json
"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio export`."""
    known = textwrap.fill(", ".join(CURVES), 100, initial_indent="  ", subsequent_indent="  ")
    parser.epilog = f"curves:\n{known}\n\n{EXAMPLES}"
    parser.add_argument(
        "--schedule",
        metavar="SPEC",
        type=unnamed,
        action="append",
        required=True,
        help="schedule to export, as kind:T=1000,key=value, or several, as key=low..high,n=5; may be repeated",
    )
    parser.add_argument(
        "--curves", metavar="NAME,NAME", type=names, help="coefficients to export, by name (default: all)"
    )
    format = parser.add_mutually_exclusive_group()
    format.add_argument(
        "--format", metavar="|".join(FORMATS), help="format to write; diffusers takes one schedule and no curves"
    )
    format.add_argument("--json", action="store_const", dest="format", const="json", help="the same as --format json")
    parser.add_argument("-o", metavar="FILE", dest="path", help="file to write (default: standard output)")


def run(options: Namespace) -> int:
    """Write the file, or to standard output, and say on standard error where it is a config for another class."""
    path = None if options.path == "-" else options.path
    format = format_for(path, options.format)
    schedules = [member for spec in options.schedule for member in members_of(specified(spec))]
    curves = None if options.curves is None else options.curves or ("",)  # No curve at all is one without a name.
    content = export_bytes(schedules, curves, format)
    if format == "diffusers" and (said := other_class(schedules[0], config_written_for(schedules[0]))):
        sys.stderr.write(f"note: {said}\n")
    deliver(content, path, binary=FORMATS[format].binary)
    return 0
