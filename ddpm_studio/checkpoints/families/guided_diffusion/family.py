"""Files of openai/improved-diffusion and openai/guided-diffusion, and of what was trained with their code.

time_embed.…  label_emb.weight  input_blocks.N.M.…  middle_block.…  output_blocks.N.M.…  out.…

The shapes tell everything about the network except its attention heads, and nothing about the diffusion. Both are known
for the models that these libraries published; for others they are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ddpm_studio.checkpoints.answers import TITLES, Answers
from ddpm_studio.checkpoints.checkpoint import Checkpoint, Fact, register
from ddpm_studio.checkpoints.families.guided_diffusion.architecture import UNetArchitecture, architecture_of
from ddpm_studio.checkpoints.families.guided_diffusion.candidates import guided_candidates
from ddpm_studio.checkpoints.families.guided_diffusion.published import known
from ddpm_studio.checkpoints.families.guided_diffusion.unet_settings import USUAL_STEPS, UNetSettings, settings_of
from ddpm_studio.checkpoints.families.shared.facts import CHANNELS, answer_fact, step_fact, weights_fact
from ddpm_studio.checkpoints.families.shared.prefixes import best_prefix, is_averaged, named_as, under
from ddpm_studio.checkpoints.source import Source
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError
from ddpm_studio.texts import Readable, Text

if TYPE_CHECKING:
    from torch import Tensor

FAMILY = "guided-diffusion"
_FIRST, _LAST, _TIME = "input_blocks.0.0.weight", "out.2.weight", "time_embed.0.weight"
_SAVED = re.compile(r"(?P<rate>ema_[\d.]+_)?(?:model)?(?P<step>\d{3,9})\.pt")

_CLASSIFIER = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is a guided-diffusion classifier, which guides a network and draws nothing; open the network it guides.",
)
_SUPER_RESOLUTION = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is a super-resolution network of guided-diffusion, which needs a small picture to enlarge; "
    "open the network that drew it.",
)
_TEXT = QT_TRANSLATE_NOOP(
    "errors",
    "{path} is a text-guided network, like those of latent diffusion and GLIDE, and nothing here encodes text; "
    "open one that goes without.",
)
_OTHER = QT_TRANSLATE_NOOP(
    "errors",
    "The channels of {path} are {first} in and {last} out; only networks that return what they take can be sampled.",
)


def _recognises(source: Source) -> bool:
    prefix = best_prefix(source.tensors, _FIRST)
    return prefix is not None and not prefix.endswith("diffusion_model.") and prefix + _TIME in source.tensors


def _candidates(source: Source) -> tuple[Answers, ...]:
    _, tensors = _tensors(source)
    return guided_candidates(_architecture(tensors, source), source.answers)


@register(FAMILY, _recognises, candidates=_candidates)
def read(source: Source) -> Checkpoint:
    """The network as its shapes tell it, with what is known of published models, or was given by the user."""
    from ddpm_studio.checkpoints.families.guided_diffusion.network import UNetModel
    from ddpm_studio.checkpoints.families.shared.assembly import assembled, parameters_of
    from ddpm_studio.sampling import Denoiser

    prefix, tensors = _tensors(source)
    with named_as(prefix.__add__):
        channels, learned = _channels(tensors, source)
        found = _architecture(tensors, source)
        chosen = settings_of(found, channels, learned, source)
        build = partial(UNetModel, heads=chosen.heads, timestep_scale=chosen.timestep_scale)
        network = assembled(build, tensors, chosen.shape, source.path, labelled=found.classes > 0)
    denoiser = Denoiser(
        network,
        chosen.schedule,
        chosen.prediction_type,
        chosen.shape,
        variance=chosen.variance,
        clip=1.0,
        classes=found.classes,
    )
    described = _described(found, chosen, source.answers.rescale_timesteps)
    facts = (*_named(source, prefix), *_precision(tensors), *described)
    by_name = ("step",) if is_averaged(prefix) else ("step", "weights")
    return Checkpoint(denoiser, FAMILY, "UNetModel", parameters_of(network), chosen.assumed, facts, by_name=by_name)


def _tensors(source: Source) -> tuple[str, dict[str, Tensor]]:
    """The prefix of the network's tensors, and the tensors without it."""
    from ddpm_studio.checkpoints.families.shared.tensor_hints import without_tables

    prefix = best_prefix(source.tensors, _FIRST) or ""
    return prefix, without_tables(under(prefix, source.tensors))


def _architecture(tensors: dict[str, Tensor], source: Source) -> UNetArchitecture:
    """The architecture; CheckpointError for one that cannot be sampled, or for none."""
    from ddpm_studio.checkpoints.families.shared.assembly import explained
    from ddpm_studio.checkpoints.families.shared.outline import Outline

    _channels(tensors, source)
    with explained(source.path):
        return architecture_of(Outline(tensors))


def _channels(tensors: dict[str, Tensor], source: Source) -> tuple[int, bool]:
    """The channels of a picture, and whether the network learned its variance; CheckpointError for its relatives."""
    from ddpm_studio.checkpoints.families.shared.assembly import explained
    from ddpm_studio.checkpoints.families.shared.outline import Outline

    if any("transformer_blocks." in name or "encoder_kv" in name for name in tensors):
        raise CheckpointError(_TEXT, path=source.path)
    if not any(name.startswith("output_blocks.") for name in tensors):
        raise CheckpointError(_CLASSIFIER, path=source.path)
    with explained(source.path):
        outline = Outline(tensors)
        taken, returned = outline.sizes(4, _FIRST)[1], outline.sizes(4, _LAST)[0]
    if taken == 2 * returned or taken == returned == 6:
        raise CheckpointError(_SUPER_RESOLUTION, path=source.path)
    if returned not in (taken, 2 * taken):
        raise CheckpointError(_OTHER, path=source.path, first=taken, last=returned)
    return taken, returned != taken


def _named(source: Source, prefix: str) -> Iterator[Fact]:
    """What the file's own name says, as both libraries choose it, and whether the prefix of its tensors does."""
    name = _SAVED.fullmatch(source.path.name)
    if is_averaged(prefix) or (name and name["rate"]):
        yield weights_fact(averaged=True)
    elif name:
        yield weights_fact(averaged=False)
    if name:
        yield step_fact(int(name["step"]))


def _precision(tensors: dict[str, Tensor]) -> Iterator[Fact]:
    dtypes = sorted({str(tensor.dtype).removeprefix("torch.") for tensor in tensors.values()})
    yield Fact("precision", QT_TRANSLATE_NOOP("card", "precision"), dtypes, ", ".join(dtypes))


def _described(found: UNetArchitecture, chosen: UNetSettings, said: bool | None) -> Iterator[Fact]:
    """The architecture, and what no shape tells, also whether timesteps are rescaled where that is `said`."""
    heads = chosen.heads
    channels = f"{found.channels} × {', '.join(f'{float(m):g}' for m in found.multipliers)}"
    yield Fact("channels", CHANNELS, (found.channels, found.multipliers), channels)
    yield Fact("residual_blocks", QT_TRANSLATE_NOOP("card", "residual blocks"), found.res_blocks, _blocks(found))
    yield Fact("attention", QT_TRANSLATE_NOOP("card", "attention"), found.attention, _attention(found))
    yield answer_fact("head_channels", heads.channels) if heads.channels else answer_fact("heads", heads.count)
    if heads.count and (heads.up or (found.attends_upwards and not known(found))):
        yield answer_fact("up_heads", heads.upwards.count)
    yield answer_fact("attention_order", heads.order)
    if chosen.schedule.T != USUAL_STEPS or said is not None:
        rescaled = chosen.timestep_scale != 1 if said is None else said
        told = QT_TRANSLATE_NOOP("card", "receives t · 1000/T") if rescaled else QT_TRANSLATE_NOOP("card", "receives t")
        yield Fact("rescale_timesteps", TITLES["rescale_timesteps"], rescaled, told)


def _blocks(found: UNetArchitecture) -> Text:
    resizing = QT_TRANSLATE_NOOP("card", "{count} per level, and for resampling")
    return Text(
        resizing if found.resblock_updown else QT_TRANSLATE_NOOP("card", "{count} per level"),
        {"count": found.res_blocks},
    )


def _attention(found: UNetArchitecture) -> Readable:
    if not found.attention:
        return QT_TRANSLATE_NOOP("card", "in the middle")
    sizes = ", ".join(f"1/{divisor}" for divisor in found.attention)
    return Text(QT_TRANSLATE_NOOP("card", "at {sizes} of the size, and in the middle"), {"sizes": sizes})
