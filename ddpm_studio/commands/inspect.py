"""The card of a checkpoint: what it is, each value read from the file, tried out, assumed, or given by you."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from ddpm_studio.checkpoints import Checkpoint, read_checkpoint
from ddpm_studio.checkpoints.beside import answers_beside, file_beside
from ddpm_studio.checkpoints.card import card_of
from ddpm_studio.checkpoints.location import locate
from ddpm_studio.checkpoints.remembered import forget, recalled, worded
from ddpm_studio.checkpoints.trust import end_trust_in
from ddpm_studio.commands.shared.answer_options import add_answers, answers_from, trust_if_told
from ddpm_studio.commands.shared.output import aligned, print_text
from ddpm_studio.commands.shared.trial import write_trial
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
  ddpm-studio inspect script.pt --trust --shape 3x32x32 --schedule linear:T=1000 --prediction-type epsilon
  ddpm-studio inspect weights.pt --network mynets.unet:UNet --shape 3x32x32 --schedule cosine:T=1000
"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio inspect`."""
    parser.epilog = EXAMPLES
    parser.add_argument(
        "path", metavar="PATH", help="checkpoint to look at: a file, a folder, or the name of a bundled or cached one"
    )
    parser.add_argument(
        "--download", action="store_true", help="download org/name from the Hugging Face hub if it isn't cached"
    )
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
    add_answers(parser)


def run(options: Namespace) -> int:
    """Print the card of the checkpoint, forget what is remembered about it, or try out what it leaves open."""
    answers, path = answers_from(options), str(locate(options.path, options.download))
    if options.forget:
        _forget(Path(path))
        return 0
    trust_if_told(options, path)
    if options.trial:
        write_trial(path, answers, options.trial)
        return 0
    with importing_torch():
        checkpoint = read_checkpoint(path, answers)
    print_text(aligned(_rows(checkpoint)))
    if memory := checkpoint.memory.place:
        print_text(f"Remembered in {memory}: {worded(checkpoint.memory.answers)}.\n")
    return 0


def _rows(checkpoint: Checkpoint) -> Iterator[tuple[str, str, str]]:
    for row in card_of(checkpoint):
        yield row.label, visible(row.text, LONGEST_ROW), row.origin.value
    for assumption in checkpoint.assumed or ("nothing",):
        yield "assumed", visible(assumption, LONGEST_ROW), ""


def _forget(path: Path) -> None:
    """Forget, and say what remains, which is not ours to delete."""
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
