"""Say what a checkpoint is: format, network, parameters, shape, schedule, prediction type, and what was assumed."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from ddpm_studio.checkpoints import Checkpoint, read_checkpoint
from ddpm_studio.commands.output import aligned, print_text

EXAMPLES = """\
examples:
  ddpm-studio inspect pixel-portraits
  ddpm-studio inspect path/to/ddpm-cifar10-32
"""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of `ddpm-studio inspect`."""
    parser.epilog = EXAMPLES
    parser.add_argument("path", metavar="PATH", help="a checkpoint, or the name of a bundled or cached one")
    parser.add_argument("--download", action="store_true", help="fetch org/name from the Hugging Face hub")


def run(options: Namespace) -> int:
    """Open the checkpoint and print what it is."""
    checkpoint = read_checkpoint(options.path, download=options.download)
    print_text(aligned(_rows(checkpoint)))
    return 0


def _rows(checkpoint: Checkpoint) -> Iterator[tuple[str, str]]:
    denoiser = checkpoint.denoiser
    channels, height, width = denoiser.shape
    yield "format", checkpoint.format
    yield "network", checkpoint.network
    yield "parameters", f"{checkpoint.parameters:,}".replace(",", " ")
    yield "shape", f"{channels} channels, {height} × {width}"
    yield "schedule", str(denoiser.schedule)
    yield "prediction type", denoiser.prediction_type
    yield "variance", denoiser.variance
    yield "x0", _bounds(checkpoint)
    yield "classes", str(denoiser.classes) if denoiser.classes else "none"
    yield "timesteps", "whole numbers" if denoiser.integer_timesteps else "fractional"
    for assumption in checkpoint.assumed or ("nothing",):
        yield "assumed", str(assumption)


def _bounds(checkpoint: Checkpoint) -> str:
    thresholding, clip = checkpoint.denoiser.thresholding, checkpoint.denoiser.clip
    if thresholding is not None:
        return f"thresholded at quantile {thresholding.ratio:g}, at most {thresholding.maximum:g}"
    return "not clipped" if clip is None else f"clipped to ±{clip:g}"
