"""Latents of the picture, noised: what is asked for, what is shown of it, and what is too late."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Qt

from ddpm_studio.diffusion.forward import weights_at
from ddpm_studio.gui.state.run import CheckpointCard, LatentLook
from tests.gui.picture.conftest import Bench


def images(count: int, side: int = 4) -> np.ndarray:
    return np.full((count, side, side, 3), 100, np.uint8)


def test_latents_are_asked_for_at_each_moment_and_shown_when_they_come(shown: Bench) -> None:
    panel, studio = shown.panel, shown.studio
    page, asked = panel.latents, list[LatentLook]()
    page.look_wanted.connect(asked.append)
    schedule = studio.state.entries[0].schedule
    card = CheckpointCard("sd", "sd", "fake", "none", 0, (4, 4, 4), schedule, "epsilon")
    shown.do(partial(studio.learn, card=card))
    assert not panel.header.latents.isVisible()
    shown.do(partial(studio.learn, card=replace(card, latent=True, takes_pictures=True)))
    shown.qtbot.mouseClick(panel.header.latents, Qt.MouseButton.LeftButton)
    shown.do(studio.set_latents, True)
    assert page.isVisible()
    assert not panel.gallery.isVisible()
    assert not panel.header.save.isEnabled(), "it saves pixels"
    (look,) = asked
    first, second = (weights_at(entry.schedule, studio.state.t_of(entry)) for entry in studio.state.entries)
    assert (look.picture, look.weights) == (studio.state.picture, ((1.0, 0.0), first, second))
    assert page.said.text().startswith("Encoding ")
    page.show_looked(look, images(3), "")
    assert [tile.caption.title[:1] for tile in page.tiles.tiles] == ["E", "A", "B"]
    assert page.said.text() == "Previews of latents"
    assert page.tiles.tiles[1].image.size() == QSize(4, 4)
    shown.do(studio.set_t, 7)
    assert [each.weights[1] for each in asked[1:]] == [weights_at(schedule, 7)]
    page.show_looked(look, images(3, 8), "")
    assert page.tiles.tiles[1].image.size() == QSize(4, 4), "it is of another moment"
    shown.qtbot.mouseClick(page.decode, Qt.MouseButton.LeftButton)
    assert asked[-1] == replace(asked[1], decoded=True)
    page.show_looked(asked[-1], None, "One picture does not fit.")
    assert page.said.text() == "One picture does not fit."
    page.show_looked(asked[-1], images(3, 8), "")
    assert (page.said.text(), page.tiles.tiles[2].image.size()) == ("Decoded", QSize(8, 8))
    shown.do(studio.set_visible, studio.state.entries[0].key, False)
    page.show_looked(asked[-1], images(2), "")
    assert [tile.caption.title[:1] for tile in page.tiles.tiles] == ["E", "B"]
    shown.do(studio.set_latents, False)
    assert panel.gallery.isVisible()
    assert panel.header.save.isEnabled()
