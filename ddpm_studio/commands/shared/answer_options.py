"""Answers to what a checkpoint leaves open, as options of the command line."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Callable

from ddpm_studio.apart.ahead import begin_ahead
from ddpm_studio.checkpoints.answers import (
    ATTENTION_ORDERS,
    MAX_CLASSES,
    MAX_HEADS,
    PICTURE_RANGES,
    TIMES,
    Answers,
    shape_from,
    size_from,
)
from ddpm_studio.checkpoints.location import locate
from ddpm_studio.checkpoints.trust import trust_program
from ddpm_studio.checkpoints.unet2d_conventions import CONVENTION_NAMES
from ddpm_studio.checkpoints.weighted_files import together
from ddpm_studio.commands.shared.arguments import unnamed, whole_number
from ddpm_studio.diffusion.parametrisation import PREDICTION_TYPES
from ddpm_studio.diffusion.schedule import Schedule

_VARIED = ("heads", "head_channels", "up_heads", "attention_order", "release", "groups", "conventions")


def add_answers(parser: ArgumentParser) -> None:
    """Add the options, one for each field of Answers."""
    group = parser.add_argument_group(
        "about the checkpoint",
        "answers to what its file leaves open; remembered once sample has drawn with them, until inspect --forget",
    )
    for add_part in (_add_training, _add_architecture, _add_calling, _add_changes, _add_code):
        add_part(group.add_argument)


def _add_training(add: Callable[..., object]) -> None:
    """Options for what it was trained on and to do."""
    add("--shape", metavar="CxHxW", help="shape of its pictures, such as 3x64x64, or 64 if it knows its channels")
    add(
        "--size",
        metavar="WxH",
        help="width and height of pictures in pixels, such as 768x512, or 512, for a pipeline; in place of --shape",
    )
    add("--schedule", metavar="SPEC", type=unnamed, help="schedule it was trained with, such as linear:T=1000")
    add(
        "--prediction-type",
        metavar="NAME",
        help=f"quantity that it predicts: {', '.join(PREDICTION_TYPES)}; with options as in edm:sigma_data=1 and "
        "flow_prediction:time_scale=1, where it is told other than usual",
    )


def _add_architecture(add: Callable[..., object]) -> None:
    """Options for what the shapes of its weights leave open."""
    add("--heads", metavar="N", type=whole_number(1, MAX_HEADS), help="number of heads of its attention")
    add(
        "--head-channels",
        metavar="N",
        type=whole_number(1, MAX_HEADS),
        help="channels of each head, if wider layers have more heads",
    )
    add(
        "--attention-order",
        metavar="NAME",
        help=f"order of q, k, v and heads in its attention: {', '.join(ATTENTION_ORDERS)}",
    )
    add(
        "--up-heads",
        metavar="N",
        type=whole_number(1, MAX_HEADS),
        help="number of heads on the way up, if it is another (num_heads_upsample)",
    )
    add("--rescale-timesteps", action=BooleanOptionalAction, help="tell its network t · 1000/T instead of t")
    add("--release", metavar="N.N.N", help="release of denoising-diffusion-pytorch that wrote it; old files do not say")
    add(
        "--groups",
        metavar="N",
        type=whole_number(1, MAX_HEADS),
        help="number of groups in which it normalises, if other than usual: 8 in denoising-diffusion-pytorch "
        "(resnet_block_groups), 32 in diffusers (norm_num_groups)",
    )
    add(
        "--conventions",
        metavar="NAME",
        help="what the config.json said that belongs to the weights of a UNet2DModel: "
        f"{', '.join(CONVENTION_NAMES)}; with options as in ddpm:norm_eps=1e-5",
    )


def _add_calling(add: Callable[..., object]) -> None:
    """Options for how its network is called."""
    add(
        "--range",
        metavar="LOW..HIGH",
        dest="picture_range",
        help=f"values of the pictures that it was trained on: {', '.join(PICTURE_RANGES)}, -1..1 if not said",
    )
    add(
        "--time",
        metavar="NAME",
        help=f"what its network is told: {', '.join(TIMES)}; t is the index 0 to T − 1, t/T and 1-t of a flow are "
        "τ and 1 − τ",
    )
    add(
        "--classes",
        metavar="N",
        type=whole_number(0, MAX_CLASSES),
        help="number of classes of an own network, whose third input is a label; 0 for none",
    )
    add(
        "--null-label",
        metavar="K",
        type=whole_number(0, MAX_CLASSES),
        help="label that it was given for no class, for --guidance",
    )


def _add_changes(add: Callable[..., object]) -> None:
    """Options for what is laid over its weights."""
    add(
        "--lora",
        metavar="FILE[:WEIGHT]",
        action="append",
        help="LoRA to lay over its weights, with a weight of 1 if not said; may be given several times, none for none",
    )


def _add_code(add: Callable[..., object]) -> None:
    """Options for code that is run."""
    add(
        "--network",
        metavar="MODULE:FACTORY",
        help="function that builds its network, package.module:factory; it is run, so name only code that you trust",
    )
    add(
        "--trust",
        action="store_true",
        help="trust the code of this TorchScript file: opening runs it with all your rights; remembered until one of "
        "its bytes changes, or inspect --forget",
    )


def trust_if_told(options: Namespace, path_or_name: str) -> None:
    """Trust the code of this checkpoint if --trust says so; CheckpointError if it has none.

    The process in which the code is to run begins meanwhile, also that for a --network.
    """
    if options.trust or options.network:
        begin_ahead()
    if options.trust:
        trust_program(locate(path_or_name, options.download))


def answers_from(options: Namespace) -> Answers:
    """The options as Answers. Raises StudioError for an invalid value."""
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
        up_heads=options.up_heads,
        groups=options.groups,
        picture_range=options.picture_range,
        time=options.time,
        classes=options.classes,
        null_label=options.null_label,
        conventions=options.conventions,
        size=size_from(options.size) if options.size else None,
        lora=None if options.lora is None else together(options.lora),
    )


def options_for(answers: Answers) -> str:
    """The options that give what a trial varies: heads and their order, the release, the groups, the conventions."""
    said = {name: answers.said.get(name) for name in _VARIED}
    return " ".join(f"--{name.replace('_', '-')} {value}" for name, value in said.items() if value is not None)
