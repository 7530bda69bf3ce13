"""The gallery with more schedules than anybody could see tiles of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QFontMetrics
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.gui.picture.gallery import MOST, Gallery
from ddpm_studio.gui.picture.loading import load, sample_paths
from ddpm_studio.gui.picture.tile import fitted
from ddpm_studio.gui.state.window import Entry, State


def test_of_many_schedules_those_around_the_selected_one_have_a_tile(qtbot: QtBot) -> None:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    entries = tuple(Entry(key, Schedule("linear", 10 + key), key % 16) for key in range(1, 61))
    state = State(entries=entries, selected=1, picture=load(str(sample_paths()[0]), (255, 255, 255)))
    for selected, first in ((1, 1), (30, 22), (60, 45)):
        gallery.show_state(replace(state, selected=selected, t=3))
        assert [entry.key for entry in gallery.entries] == list(range(first, first + MOST))
        assert len(gallery.tiles) == 1 + MOST
        tips = [tile.toolTip() for tile in gallery.tiles[1:]]
        assert all(f"linear:T={10 + key}" in tip for key, tip in enumerate(tips, first))
        letters = [tile.caption.title.split()[0] for tile in gallery.tiles[1:]]
        assert letters == [state.letter(entry) for entry in gallery.entries]


@pytest.mark.parametrize(("size", "count"), [((640, 100), 4), ((640, 100), 12), ((700, 150), 4)])
def test_captions_give_room_to_small_pictures(qtbot: QtBot, size: tuple[int, int], count: int) -> None:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.resize(*size)
    entries = tuple(Entry(key, Schedule("linear", 1000 + key), key) for key in range(1, count + 1))
    gallery.show_state(State(entries=entries, selected=1, picture=load(str(sample_paths()[0]), (255, 255, 255)), t=3))
    gallery.grab()
    assert all(tile.shown_at().height() >= 36 for tile in gallery.tiles)
    assert all(gallery.rect().contains(tile.geometry()) for tile in gallery.tiles)
    assert all(tile.lines(tile.width()) for tile in gallery.tiles)


def shown(qtbot: QtBot, size: tuple[int, int], specs: list[str], t: int) -> Gallery:
    """A gallery of a picture under some schedules."""
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.resize(*size)
    entries = tuple(Entry(key, Schedule.parse(spec), key % 16) for key, spec in enumerate(specs, 1))
    gallery.show_state(State(entries=entries, selected=1, picture=load(str(sample_paths()[0]), (255, 255, 255)), t=t))
    gallery.grab()
    return gallery


def test_a_dozen_in_a_wide_room_stand_in_two_rows_with_their_names(qtbot: QtBot) -> None:
    gallery = shown(qtbot, (1500, 316), [f"linear:T={1000 + key}" for key in range(12)], 3)
    assert len({tile.y() for tile in gallery.tiles}) == 2
    assert min(tile.shown_at().height() for tile in gallery.tiles) >= 110
    assert all(tile._has_room(tile.caption.title, tile.width() - 30) for tile in gallery.tiles)


def test_large_pictures_keep_all_of_their_captions(qtbot: QtBot) -> None:
    gallery = shown(qtbot, (1500, 316), ["linear:T=1000", "cosine:T=1000", "sigmoid:T=1000"], 3)
    text = "\n".join(gallery.tiles[1].lines(gallery.tiles[1].width()))
    assert all(word in text for word in ("t = 3", "SNR", "measured", "PSNR"))


@pytest.mark.parametrize("size", [(640, 100), (640, 220), (1000, 160), (1500, 316)])
@pytest.mark.parametrize("count", [2, 4, 12, 16])
def test_no_number_gives_way_to_dots(qtbot: QtBot, size: tuple[int, int], count: int) -> None:
    gallery = shown(qtbot, size, [f"sqrt:T={100_000 - key}" for key in range(count)], 33_333)
    for tile in gallery.tiles[1:]:
        metrics = QFontMetrics(tile._font_at(tile.width()))
        lines = tile.lines(tile.width())
        assert lines
        assert all(fitted(metrics, line, tile.width())[0] == line for line in lines), lines
