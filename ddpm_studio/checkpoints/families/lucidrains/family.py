"""Files of lucidrains/denoising-diffusion-pytorch: those of its Trainer, and state dicts of a diffusion or a Unet.

step, model.…, opt.…, ema.…, scaler, version     model-N.pt, where model and ema hold a GaussianDiffusion
model.…  betas  alphas_cumprod  …  loss_weight    a GaussianDiffusion; denoise_fn.… for model.… before July 2022
init_conv.…  downs.…  ups.…                        a Unet
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.answers import TITLES, Answers, UnansweredError
from ddpm_studio.checkpoints.checkpoint import Assumption, Checkpoint, Fact, register
from ddpm_studio.checkpoints.families.lucidrains import releases
from ddpm_studio.checkpoints.families.lucidrains.tensor_names import (
    GROUPS,
    HEAD_CHANNELS,
    is_grouped,
    left_open,
    readings,
    release_of,
)
from ddpm_studio.checkpoints.families.shared.facts import CHANNELS, answer_fact, step_fact, weights_fact
from ddpm_studio.checkpoints.families.shared.prefixes import best_prefix, is_averaged, named_as, under
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, ScheduleError

if TYPE_CHECKING:
    from torch import Tensor

    from ddpm_studio.checkpoints.families.lucidrains.network import Unet
    from ddpm_studio.checkpoints.families.lucidrains.releases import Release
    from ddpm_studio.checkpoints.families.shared.stored_noising import StoredNoising
    from ddpm_studio.diffusion.schedule import Schedule

    Tensors = dict[str, Tensor]

FAMILY = "denoising-diffusion-pytorch"
_FIRST, _LAST = "init_conv.weight", "final_conv.weight"
_BEFORE_0_11 = ("downs.0.0.block1.block.0.weight", "downs.0.0.ds_conv.weight")
_TOO_OLD = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is from denoising-diffusion-pytorch before release 0.11 of May 2022, whose networks cannot be sampled; "
    "open one of a later release.",
)
_NO_SCHEDULE = QT_TRANSLATE_NOOP(
    "errors",
    "The betas in {path} are not a schedule ({reason}); download it again, or give the --schedule that it was trained "
    "with.",
).in_window(
    QT_TRANSLATE_NOOP(
        "errors",
        "The betas in {path} are not a schedule ({reason}); download it again, or say the schedule that it was trained "
        "with.",
    )
)

_SAMPLED_SO = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "pictures in ±1, to which x0 is clipped, as in the library's sampling"),
    about=("clip",),
)
_FIXED = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "variance fixed_small, as in the library's sampling"), about=("variance",)
)
_PREDICTS_NOISE = Assumption(
    QT_TRANSLATE_NOOP("checkpoints", "prediction type epsilon, the library's default when it wrote such files"),
    about=("prediction_type",),
)
_WEIGHTED = QT_TRANSLATE_NOOP(
    "checkpoints", "the prediction type by {table}, with which training weighted the loss, and not by {others}"
)


def _recognises(source: Source) -> bool:
    prefix = best_prefix(source.tensors, _FIRST)
    inside = prefix is not None and any(name.startswith(f"{prefix}mid_attn.") for name in source.tensors)
    return inside or any(best_prefix(source.tensors, name) is not None for name in _BEFORE_0_11)


def _candidates(source: Source) -> tuple[Answers, ...]:
    _, written = _written(source)
    return readings(written, source.values.get("version"), source.answers)


@register(FAMILY, _recognises, candidates=_candidates)
def read(source: Source) -> Checkpoint:
    """The network of the averaged weights, if there are any, with the schedule and objective of the buffers."""
    from ddpm_studio.checkpoints.families.lucidrains.network import modern, name_written
    from ddpm_studio.checkpoints.families.shared.assembly import explained, parameters_of
    from ddpm_studio.sampling import Denoiser

    prefix, written = _written(source)
    release, assumed = release_of(written, source.values.get("version"), source.answers.release)
    with explained(source.path):
        tensors = modern(written, release)
    diffusions = _diffusions(source)

    def in_file(name: str) -> str:
        return prefix + name_written(name, written)

    with named_as(in_file):
        channels, learned = _channels(tensors, source)
    noising = _noising(diffusions, source)
    schedule = _checked(source, noising, tensors)
    shape = source.answers.picture_shape(channels, source.path) or (channels, 1, 1)
    with named_as(in_file):
        network = _network(tensors, release, shape, source)
    prediction, noted = _prediction(diffusions, source)
    variance = "learned_range" if learned else "fixed_small"
    denoiser = Denoiser(
        network, schedule, prediction, shape, variance, clip=1.0, self_condition=network.conditions_itself
    )
    contradicted = noising.assumed if noising else ()
    notes = [*assumed, *contradicted, *noted, *left_open(written), _SAMPLED_SO] + [_FIXED] * (not learned)
    open_yet = tuple(note for note in notes if not source.answers.said.keys() >= set(note.about))
    facts = (*_facts(source, prefix, network), *_open_facts(source, written), *_release_fact(source, release, assumed))
    return Checkpoint(denoiser, FAMILY, "Unet", parameters_of(network), open_yet, facts)


def _written(source: Source) -> tuple[str, Tensors]:
    """The prefix of the best weights, and these without it; CheckpointError for those of before release 0.11."""
    prefix = best_prefix(source.tensors, _FIRST)
    if prefix is None:
        raise CheckpointError(_TOO_OLD, path=source.path)
    return prefix, under(prefix, source.tensors)


def _diffusions(source: Source) -> dict[str, Tensors]:
    """The buffers of each diffusion around such a network, by its prefix: the trained one first, then the averaged."""
    firsts = (f"{inside}.{_FIRST}" for inside in ("model", "denoise_fn"))
    outer = {
        name.removesuffix(first) for first in firsts for name in source.tensors if f".{name}".endswith(f".{first}")
    }
    ordered = sorted(outer, key=lambda prefix: (is_averaged(prefix), len(prefix), prefix))
    return {prefix: _directly_under(prefix, source) for prefix in ordered}


def _directly_under(prefix: str, source: Source) -> Tensors:
    return {name: tensor for name, tensor in under(prefix, source.tensors).items() if "." not in name}


def _channels(tensors: Tensors, source: Source) -> tuple[int, bool]:
    """The channels of a picture, and whether the network learned its variance; CheckpointError for other networks.

    One that takes twice what it returns is self-conditioned, one that returns twice what it takes learned its variance.
    """
    from ddpm_studio.checkpoints.families.shared.assembly import explained
    from ddpm_studio.checkpoints.families.shared.outline import Outline

    with explained(source.path):
        outline = Outline(tensors)
        taken, returned = outline.sizes(4, _FIRST)[1], outline.sizes(4, _LAST)[0]
    if taken in (returned, 2 * returned):
        return returned, False
    if returned == 2 * taken:
        return taken, True
    raise CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{path} is from denoising-diffusion-pytorch, but its channels are {first} in and {last} out; only networks "
            "that return what they take can be sampled.",
        ),
        path=source.path,
        first=taken,
        last=returned,
    )


def _checked(source: Source, noising: StoredNoising | None, tensors: Tensors) -> Schedule:
    """The schedule, once all is said that a file never says: the size of a picture, and without buffers the rest."""
    if noising is None and "time_mlp.0.weights" in tensors:
        raise CheckpointError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} is from denoising-diffusion-pytorch, trained in continuous time without β; only networks "
                "trained with a β schedule can be sampled.",
            ),
            path=source.path,
        )
    needed = ["shape"] if noising else ["shape", "schedule", "prediction_type"]
    missing = [name for name in needed if getattr(source.answers, name) is None]
    if missing:
        kind = QT_TRANSLATE_NOOP("errors", "a checkpoint of denoising-diffusion-pytorch")
        raise UnansweredError(source.path, kind, missing)
    schedule = source.answers.schedule or (noising.schedule if noising else None)
    assert schedule, "missing, and asked for"
    return schedule


def _network(tensors: Tensors, release: Release, shape: tuple[int, int, int], source: Source) -> Unet:
    from ddpm_studio.checkpoints.families.lucidrains.network import Unet, check_complete
    from ddpm_studio.checkpoints.families.shared.assembly import assembled, explained

    with explained(source.path):
        check_complete(tensors)
    answers = source.answers
    head_channels, groups = answers.head_channels or HEAD_CHANNELS, answers.groups or GROUPS
    build = partial(Unet, release=release, head_channels=head_channels, groups=groups)
    return assembled(build, tensors, shape, source.path)


def _noising(diffusions: Mapping[str, Tensors], source: Source) -> StoredNoising | None:
    """What the buffers say of the schedule; CheckpointError for those of none, unless the user said which it is."""
    from ddpm_studio.checkpoints.families.shared.stored_noising import StoredNoising, noising_in

    if source.answers.schedule is not None and any("betas" in buffers for buffers in diffusions.values()):
        return StoredNoising(source.answers.schedule, "")
    try:
        return noising_in(diffusions)
    except ScheduleError as error:
        raise CheckpointError(_NO_SCHEDULE, path=source.path, reason=error) from error


def _prediction(diffusions: Mapping[str, Tensors], source: Source) -> tuple[str, tuple[Assumption, ...]]:
    """The prediction type, given by the user or told by how the loss is weighted, since release 1.5."""
    if source.answers.prediction_type is not None:
        return source.answers.prediction_type, ()
    found = {prefix: told for prefix, buffers in diffusions.items() if (told := _objective(buffers))}
    if not found:
        return "epsilon", (_PREDICTS_NOISE,)
    (trained, told), *others = found.items()
    contradicting = tuple(f"{prefix}loss_weight" for prefix, other in others if other != told)
    return told, (_contradicted(f"{trained}loss_weight", contradicting),) if contradicting else ()


def _objective(buffers: Tensors) -> str | None:
    from ddpm_studio.checkpoints.families.shared.trained import numbers_in, prediction_of

    weight, betas = buffers.get("loss_weight"), buffers.get("betas")
    with suppress(ScheduleError):
        if weight is not None and betas is not None and weight.numel() == betas.numel():
            return prediction_of(numbers_in(weight), numbers_in(betas))
    return None


def _contradicted(table: str, others: tuple[str, ...]) -> Assumption:
    from ddpm_studio.checkpoints.families.shared.stored_noising import named

    return Assumption(_WEIGHTED, {"table": table, "others": named(others)}, about=("prediction_type",))


def _facts(source: Source, prefix: str, network: Unet) -> Iterator[Fact]:
    if is_averaged(prefix) or "step" in source.values:
        yield weights_fact(is_averaged(prefix))
    yield Fact("channels", CHANNELS, network.channels, ", ".join(map(str, network.channels)))
    if network.conditions_itself:
        text = QT_TRANSLATE_NOOP("card", "on its last estimate of x0")
        yield Fact("self_conditioning", QT_TRANSLATE_NOOP("card", "self-conditioning"), True, text)
    if isinstance(step := source.values.get("step"), int):
        yield step_fact(step)


def _open_facts(source: Source, written: Collection[str]) -> Iterator[Fact]:
    """The width of each head and the groups, if no tensor says them."""
    if not any(name.endswith(".mem_kv") for name in written):
        yield answer_fact("head_channels", source.answers.head_channels or HEAD_CHANNELS)
    if is_grouped(written):
        yield answer_fact("groups", source.answers.groups or GROUPS)


def _release_fact(source: Source, release: Release, assumed: Collection[Assumption]) -> Iterator[Fact]:
    """The release, if it was given, is recorded, or had to be assumed because it matters."""
    recorded = source.values.get("version")
    if source.answers.release or assumed:
        yield answer_fact("release", str(release))
    elif isinstance(recorded, str):
        known = recorded if releases.release(recorded) else None
        yield Fact("release", TITLES["release"], known, recorded[:40])
