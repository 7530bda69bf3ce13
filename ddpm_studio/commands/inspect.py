"""The card of a checkpoint: what it is, each value read from the file, tried out, assumed, or given by you.

Of a picture, a figure or a run that carries its recipe, the recipe: what it was made with.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from ddpm_studio.checkpoints import Checkpoint, read_checkpoint
from ddpm_studio.checkpoints.answers_file import as_settings
from ddpm_studio.checkpoints.beside import answers_beside, file_beside
from ddpm_studio.checkpoints.card import CardItem, card_of
from ddpm_studio.checkpoints.location import locate
from ddpm_studio.checkpoints.remembered import forget, recalled, worded
from ddpm_studio.checkpoints.trust import end_trust_in
from ddpm_studio.commands.shared.answer_options import add_answers, answers_from, trust_if_told
from ddpm_studio.commands.shared.arguments import UsageError
from ddpm_studio.commands.shared.checkpoint_options import add_download
from ddpm_studio.commands.shared.output import print_text
from ddpm_studio.commands.shared.printed_recipe import print_recipe
from ddpm_studio.commands.shared.printed_tables import Cell, PrintedTable, add_json, cell, print_either
from ddpm_studio.commands.shared.trial import write_trial
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.recipes.carriers import recipe_in
from ddpm_studio.first_import import importing_torch
from ddpm_studio.texts import visible

SUMMARY = "show what a checkpoint is and what was assumed about it"
ORDER = 50

LONGEST_ROW = 300
"""Characters of a value, which may be anything that a stranger wrote."""

EXAMPLES = """\
examples:
  ddpm-studio inspect pixel-portraits
  ddpm-studio inspect path/to/ddpm-cifar10-32
  ddpm-studio inspect model.pt --schedule linear:T=1000 --prediction-type epsilon
  ddpm-studio inspect model.pt --schedule linear:T=1000 --try heads.png
  ddpm-studio inspect model.pt --forget
  ddpm-studio inspect model.pt --json
  ddpm-studio inspect grid.png
  ddpm-studio inspect script.pt --trust --shape 3x32x32 --schedule linear:T=1000 --prediction-type epsilon
  ddpm-studio inspect weights.pt --network mynets.unet:UNet --shape 3x32x32 --schedule cosine:T=1000
"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio inspect`."""
    parser.epilog = EXAMPLES
    parser.add_argument(
        "path",
        metavar="PATH",
        help="checkpoint to look at: a file, a folder, or the name of a bundled or cached one; or a file with a "
        "recipe in it",
    )
    add_download(parser)
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--forget", action="store_true", help="forget the answers with which it has drawn, and that its code is trusted"
    )
    instead.add_argument(
        "--try",
        dest="trial",
        metavar="FILE.png",
        help="draw a row of pictures for each reading of the attention, release and groups that the file leaves open",
    )
    add_json(parser)
    add_answers(parser)


def run(options: Namespace) -> int:
    """Print the card of the checkpoint, forget what is remembered about it, or try out what it leaves open."""
    if recipe := recipe_in(options.path):
        print_recipe(recipe, options)
        return 0
    answers, path = answers_from(options), str(locate(options.path, options.download))
    if options.forget:
        _forget(Path(path), options.json)
        return 0
    trust_if_told(options, path)
    if options.trial:
        write_trial(options, path, answers)
        return 0
    with importing_torch():
        checkpoint = read_checkpoint(path, answers)
    _print_card(options, checkpoint, path)
    return 0


def _print_card(options: Namespace, checkpoint: Checkpoint, path: str) -> None:
    place, card = checkpoint.memory.place, [*map(_row, card_of(checkpoint))]
    assumed = [visible(assumption, LONGEST_ROW) for assumption in checkpoint.assumed]
    below = [(cell("", "assumed"), cell("", each), Cell("", {})) for each in assumed or ["nothing"]]
    content = {
        "checkpoint": path,
        "card": PrintedTable(card).objects,
        "assumed": assumed,
        "remembered_in": place or None,
        "remembered": as_settings(checkpoint.memory.answers),
    }
    remembered = f"Remembered in {place}: {worded(checkpoint.memory.answers)}.\n" if place else ""
    print_either(options, (str(PrintedTable([*card, *below])), remembered), content)


def _row(item: CardItem) -> tuple[Cell, ...]:
    text = visible(item.text, LONGEST_ROW)
    label = Cell(item.label, {"key": item.key, "label": item.label})
    value = Cell(text, {"value": _plain(item.value), "text": text})
    return label, value, cell("origin", item.origin.name.lower(), item.origin.value)


def _plain(value: object) -> object:
    """A value as JSON has it: a schedule or the like as its text."""
    if isinstance(value, tuple | list):
        return [*map(_plain, value)]
    return value if value is None or isinstance(value, bool | int | float) else visible(value, LONGEST_ROW)


def _forget(path: Path, json: bool) -> None:
    """Forget, and say what remains, which is not ours to delete."""
    if json:
        raise UsageError(QT_TRANSLATE_NOOP("errors", "--forget prints no table; leave --json out."))
    memory, was_trusted = recalled(path), end_trust_in(path)
    forget(memory)
    if was_trusted:
        print_text(f"The code of {path} is trusted no more.\n")
    if memory.place:
        print_text(f"Forgot {worded(memory.answers)}, which was remembered in {memory.place}.\n")
    elif not was_trusted:
        print_text(f"Nothing is remembered about {path}.\n")
    if answers_beside(path).answers.said:
        print_text(f"{file_beside(path)} is read each time, as it lies beside it; delete it to leave that out.\n")
