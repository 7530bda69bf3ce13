"""What can be said on the command line about a checkpoint that does not say it itself."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction, Namespace

from ddpm_studio.checkpoints.answers import ATTENTION_ORDERS, Answers, shape_from
from ddpm_studio.commands.shared.arguments import whole_number
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.table import PREDICTION_TYPES
from ddpm_studio.run_settings import MAX_SEED


def add_answers(parser: ArgumentParser) -> None:
    """Add the options, one for each field of Answers."""
    group = parser.add_argument_group(
        "about the checkpoint", "what its file does not say; given once, it is remembered beside the file"
    )
    add = group.add_argument
    add("--shape", metavar="CxHxW", help="of its pictures, such as 3x64x64, or 64 where it knows its channels")
    add("--schedule", metavar="SPEC", help="that it was trained with, such as linear:T=1000")
    add("--prediction-type", metavar="NAME", help=f"what it predicts: {', '.join(PREDICTION_TYPES)}")
    add("--heads", metavar="N", type=whole_number(0, MAX_SEED), help="of its attention")
    add(
        "--head-channels",
        metavar="N",
        type=whole_number(0, MAX_SEED),
        help="of each head, where wider layers have more heads",
    )
    add("--attention-order", metavar="NAME", help=f"of q, k, v and heads in it: {', '.join(ATTENTION_ORDERS)}")
    add("--rescale-timesteps", action=BooleanOptionalAction, help="whether its network is told t · 1000/T instead of t")
    add("--release", metavar="N.N.N", help="of denoising-diffusion-pytorch, whose old files do not say it")
    add(
        "--network",
        metavar="MODULE:FACTORY",
        help="what builds its network, package.module:factory; this runs that code, so name only what you trust",
    )


def answers_from(options: Namespace) -> Answers:
    """The options as Answers; StudioError for what is no value of theirs."""
    return Answers(
        shape=shape_from(options.shape) if options.shape else None,
        schedule=Schedule.parse(options.schedule) if options.schedule else None,
        prediction_type=options.prediction_type,
        heads=options.heads,
        head_channels=options.head_channels,
        attention_order=options.attention_order,
        rescale_timesteps=options.rescale_timesteps,
        release=options.release,
        network=options.network,
    )


def options_for(answers: Answers) -> str:
    """The heads and their order, as the options that say them."""
    said = {name: answers.said.get(name) for name in ("heads", "head_channels", "attention_order")}
    return " ".join(f"--{name.replace('_', '-')} {value}" for name, value in said.items() if value is not None)
