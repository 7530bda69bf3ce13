"""The command line: `ddpm-studio COMMAND …` works without a window, `ddpm-studio [FILES]` opens it."""

from __future__ import annotations

import os
import re
import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ddpm_studio.commands import command, names, summaries
from ddpm_studio.commands.shared.arguments import Parser, UsageError, whole_number
from ddpm_studio.commands.shared.output import hush, print_text
from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.diffusion.named_line import name_apart
from ddpm_studio.diffusion.schedule import MAX_T
from ddpm_studio.diffusion.schedule_family import Specified, shown_of, specified
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, StudioError
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.launch import SMALLEST, Launch
from ddpm_studio.process import prepare_process
from ddpm_studio.telling import PROGRAM, tell
from ddpm_studio.texts import SourceText, Text

if TYPE_CHECKING:
    from ddpm_studio.figures.artwork import Artwork

_Named = tuple[Specified, str, tuple[StepsSpec, ...], OpenedConfig | None]

PIPE_CLOSED = 141
LARGEST = (8192, 8192)

DESCRIPTION = """\
Compare diffusion noise schedules, drag t over a picture, and sample along them.

Without a command, the window opens with these pictures, exported schedules and checkpoints.
"""

EXAMPLES = """\
examples:
  ddpm-studio
  ddpm-studio model-100.pt
  ddpm-studio cat.jpg --schedule linear:T=1000 --schedule cosine:T=1000 --t 500
  ddpm-studio --screenshot window.png --size 1600x1000 --schedule cosine:T=1000 --t 500 cat.jpg
  ddpm-studio --screenshot drag.webp --size 1280x800 --schedule linear:T=300 --schedule cosine
  ddpm-studio export --schedule cosine:T=1000 -o cosine.csv
  ddpm-studio schedules
"""


SCREENSHOTS = (".png", ".gif", ".webp")
"""What --screenshot writes."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with these arguments, by default those of the process, and return its exit code.

    0 if all went well; 2 for bad input, after one sentence on standard error; 141 if the reader of standard output has
    gone; 128 and the number of the signal that ended a run on the way.
    """
    prepare_process()
    sys.stderr = sys.stderr or Path(os.devnull).open("w")  # noqa: SIM115  # None where closed, as by 2>&-.
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except StudioError as error:
        return tell(error)
    except BrokenPipeError:
        hush()
        return PIPE_CLOSED
    except Exception as error:  # The last net, so that whatever it is ends in one sentence.
        from ddpm_studio.files.logs import unforeseen

        return tell(unforeseen(error))


def _run(arguments: list[str]) -> int:
    if arguments and arguments[0] in names():
        name, *rest = arguments
        module = command(name)
        parser = Parser(f"{PROGRAM} {name}", module.__doc__ or module.SUMMARY)
        parser.set_defaults(printed=_printed)
        module.configure(parser)
        options = _parsed(parser, rest)
        return module.run(options) if options else 0
    if arguments and arguments[0] and not arguments[0].startswith("-"):
        _check_exists(arguments[0])  # Before its options, which may be those of a misspelt command.
    options = _parsed(_window_parser(), arguments)
    return _open_window(options) if options else 0


def _parsed(parser: Parser, arguments: list[str]) -> Namespace | None:
    """The options, or None where --help has said all there is to say."""
    try:
        return parser.parse_args(arguments)
    except SystemExit:
        return None


def _window_parser() -> Parser:
    parser = Parser(PROGRAM, DESCRIPTION)
    width = max(map(len, names()))
    commands = "".join(f"  {name.ljust(width)}  {summary}\n" for name, summary in summaries().items())
    parser.usage = f"{PROGRAM} [options] [FILE ...]\n       {PROGRAM} COMMAND ..."
    parser.epilog = f"commands (each has a --help of its own):\n{commands}\n{EXAMPLES}"
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="*",
        help="project, picture, table of betas to add as a schedule, checkpoint, or figure or run with a recipe",
    )
    parser.add_argument(
        "--schedule",
        metavar="SPEC",
        action="append",
        default=[],
        help="schedule to show, as kind:T=1000,key=value, or several, as key=low..high,n=5; behind “  #” what it is "
        "called; may be repeated",
    )
    parser.add_argument("--t", metavar="T", type=whole_number(0, MAX_T), help="step to show, from 0 to T")
    parser.add_argument("--size", metavar="WxH", type=_size, help="size of the window, 960x560 or more")
    parser.add_argument(
        "--screenshot",
        metavar="FILE",
        help="draw the window into a PNG file without a display, or, while t is dragged, into a GIF or WebP",
    )
    parser.add_argument(
        "--no-restore", action="store_true", help="start afresh, not with what the last window held when it closed"
    )
    parser.add_argument("--version", action="store_true", help="print the version")
    return parser


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,6})[xX×](\d{1,6})", text)
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(low <= side <= high for low, side, high in zip(SMALLEST, size, LARGEST, strict=True)):
        bounds = " to ".join(f"{width}x{height}" for width, height in (SMALLEST, LARGEST))
        raise ArgumentTypeError(f"“{text}” is not a size from {bounds}")
    return size


def _open_window(options: Namespace) -> int:
    from ddpm_studio.files.filetypes import FileKind, file_type

    if options.version:
        return _print_version()
    _check_screenshot(options.screenshot)
    lines = map(name_apart, options.schedule)
    named: list[_Named] = [(specified(spec), name or "", (), None) for spec, name in lines]
    pictures: list[str] = []
    notes: list[Text] = []
    checkpoint, project, made = None, None, None
    for path in options.files:
        _check_exists(path)
        kind = file_type(path).kind
        if kind is FileKind.CHECKPOINT:
            _check_folder(path)
            checkpoint = path
        elif kind is FileKind.PROJECT:
            _check_project(path, drawn=options.screenshot is not None)
            project = path
        elif kind is FileKind.MADE:
            made = path
        elif kind is FileKind.SCHEDULES:
            named += _schedules_in(path, notes)
        else:
            _check_picture(path)
            pictures.append(path)
    schedules, names, steps, configs = zip(*named, strict=True) if named else ((), (), (), ())
    if options.t is not None and schedules:
        weights_at(shown_of(schedules[0]), options.t)
    return _start(
        Launch(
            project=project,
            schedules=schedules,
            names=names,
            steps=steps,
            configs=configs,
            notes=tuple(notes),
            pictures=tuple(pictures),
            t=options.t,
            checkpoint=checkpoint,
            made=made,
            restore=not options.no_restore,
            screenshot=options.screenshot,
            size=options.size,
        )
    )


def _schedules_in(path: str, notes: list[Text]) -> list[_Named]:
    """The schedules in a file, those of a scheduler config with their steps; `notes` get what is to be said of them."""
    from ddpm_studio.files.betas import read_named_schedules
    from ddpm_studio.files.steps.whole_config import whole_config_at

    if whole := whole_config_at(path):
        notes += whole.notes
        return [(whole.schedule, "", whole.below, whole.opened)]
    return [(schedule, name, (), None) for schedule, name in read_named_schedules(path)]


def _printed(artwork: Artwork, suffix: str, dpi: int, recipe: str) -> bytes:
    """A figure as Qt writes it: what the window lends to subcommands, which do not know it."""
    try:
        from ddpm_studio.gui.printing.without_window import printed
    except ImportError as error:
        raise UsageError(
            QT_TRANSLATE_NOOP(
                "errors",
                "Qt, which writes {suffix}, cannot be loaded ({reason}); install the libraries that it needs, or name "
                "a file .svg.",
            ),
            suffix=suffix,
            reason=error,
        ) from error
    return printed(artwork, suffix, dpi, recipe)


def _start(launch: Launch) -> int:
    try:
        from ddpm_studio.gui.app import start
    except ImportError as error:
        raise UsageError(
            QT_TRANSLATE_NOOP("errors", "The window cannot be loaded ({reason}); install the libraries that Qt needs."),
            reason=error,
        ) from error
    return start(launch)


def _print_version() -> int:
    from ddpm_studio.release import version_here

    print_text(f"{PROGRAM} {version_here()}\n")
    return 0


def _check_screenshot(path: str | None) -> None:
    suffix = "" if path is None else os.path.splitext(path)[1]  # noqa: PTH122  # Path takes long to import.
    if suffix.lower() not in ("", *SCREENSHOTS):
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "{path} ends in {suffix}; a screenshot ends in one of {known}."),
            path=path,
            suffix=suffix,
            known=", ".join(SCREENSHOTS),
        )


def _check_exists(path: str) -> None:
    if not os.path.exists(path):  # noqa: PTH110  # Path.exists raises where a name is too long.
        raise FileError(
            QT_TRANSLATE_NOOP("errors", "There is no file or command {path}; ddpm-studio --help lists the commands."),
            path=path,
        )


def _check_folder(path: str) -> None:
    """Refuse a folder that holds no checkpoint at once; of a file, the window says so."""
    from ddpm_studio.checkpoints.opening import family_of
    from ddpm_studio.checkpoints.source import Source

    if Path(path).is_dir():
        family_of(Source(Path(path)))


def _check_project(path: str, drawn: bool) -> None:
    """Refuse what is no project at once; one that is to be `drawn` also if not all of it is there to be drawn."""
    from ddpm_studio.gui.projects.project_file import read_project

    losses = read_project(Path(path).absolute()).losses
    if drawn and losses:
        raise FileError(SourceText("{sentence}"), sentence=losses[0])


def _check_picture(path: str) -> None:
    from ddpm_studio.files.pictures import open_picture

    open_picture(path)
