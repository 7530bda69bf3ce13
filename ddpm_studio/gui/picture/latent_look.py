"""Latent look of a state: what of a picture is seen as latents, and where that can be."""

from __future__ import annotations

from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.diffusion.noising import CLEAN
from ddpm_studio.gui.state.run import LatentLook
from ddpm_studio.gui.state.window import Entry, State

MOST_LOOKED_AT = 16
"""Schedules under which latents are seen: of more, nobody sees anything in a tile."""


def offers_latents(state: State) -> bool:
    """True if the open checkpoint turns pictures into latents."""
    card = state.sampling.card
    return card is not None and card.latent and card.takes_pictures


def looked_at(state: State) -> tuple[Entry, ...]:
    """The schedules under which latents are seen."""
    return state.visible[:MOST_LOOKED_AT]


def look_of(state: State) -> LatentLook | None:
    """The encoded picture, and its latents under each schedule at the moment; None where pixels are noised."""
    card, picture = state.sampling.card, state.picture
    if not state.latents or card is None or picture is None or not offers_latents(state):
        return None
    noised = (weights_at(entry.schedule, state.t_of(entry)) for entry in looked_at(state))
    return LatentLook(card.path, card.answers, picture, (CLEAN, *noised), state.seed, state.sampling.device)
