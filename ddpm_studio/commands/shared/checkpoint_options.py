"""Options by which a subcommand is told its checkpoint."""

from __future__ import annotations

from argparse import ArgumentParser

from ddpm_studio.checkpoints import DEFAULT


def add_checkpoint(parser: ArgumentParser, purpose: str) -> None:
    """Add the checkpoint, which is there for a `purpose`, and whether it may be downloaded."""
    parser.add_argument(
        "--checkpoint",
        metavar="PATH|NAME",
        default=DEFAULT,
        help=f"checkpoint {purpose} (default: {DEFAULT}, which is bundled)",
    )
    add_download(parser)


def add_download(parser: ArgumentParser) -> None:
    """Add whether a checkpoint may be downloaded."""
    parser.add_argument(
        "--download", action="store_true", help="download org/name from the Hugging Face hub if it isn't cached"
    )
