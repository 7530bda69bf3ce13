"""Candidates for splitting an attention into heads, which the shapes of improved- and guided-diffusion leave open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ddpm_studio.checkpoints.answers import ATTENTION_ORDERS, Answers
from ddpm_studio.checkpoints.families.guided_diffusion.architecture import UNetArchitecture
from ddpm_studio.checkpoints.families.guided_diffusion.heads import Heads
from ddpm_studio.checkpoints.families.guided_diffusion.published import known

_USUAL = (Heads(4), Heads(channels=64), Heads(1), Heads(channels=32), Heads(2), Heads(8), Heads(channels=16))
"""The most common in published models first."""
_USUAL_UP = (1, 2, 4, 8)


def guided_candidates(found: UNetArchitecture, said: Answers) -> tuple[Answers, ...]:
    """Every usual split that fits and that the user has not ruled out, the likeliest first; of those that give the same
    heads in every attention, only one.
    """
    distinct: dict[object, Answers] = {}
    for heads in _splits(found, said):
        if all(heads.fit(channels) for channels in found.attended):
            counts = tuple(heads.of(channels) for channels in found.attended)
            # With one head there is nothing to order.
            distinct.setdefault((counts, heads.order if max(counts) > 1 else ""), _answers(heads, counts))
    usual = tuple(distinct.values())
    return usual + tuple(_upwards(found, said, usual))


def _upwards(found: UNetArchitecture, said: Answers, usual: tuple[Answers, ...]) -> Iterator[Answers]:
    """The likeliest number of heads with others on the way up, if it is one and these are not said."""
    first = next((each for each in usual if each.heads), None)
    if first is None or said.up_heads or said.head_channels or known(found):
        return
    for count in _USUAL_UP:
        if count != first.heads and all(Heads(count).fit(channels) for channels in found.attended[:-1]):
            yield replace(first, up_heads=count)


def _splits(found: UNetArchitecture, said: Answers) -> Iterator[Heads]:
    model = known(found)
    if said.heads or said.head_channels:
        usual = [Heads(said.heads, None if said.heads else said.head_channels)]
    else:
        usual = [*([Heads(model.heads.count, model.heads.channels)] if model else []), *_USUAL]
    first = model.heads.order if model else "legacy"
    orders = sorted(ATTENTION_ORDERS, key=lambda order: order != first)
    for split in usual:
        for order in [said.attention_order] if said.attention_order else orders:
            yield Heads(split.count, split.channels, order)


def _answers(heads: Heads, counts: tuple[int, ...]) -> Answers:
    """The answers that give a split, by the number of heads if every attention has as many."""
    if len(set(counts)) == 1:
        return Answers(heads=counts[0], attention_order=heads.order)
    return Answers(head_channels=heads.channels, attention_order=heads.order)
