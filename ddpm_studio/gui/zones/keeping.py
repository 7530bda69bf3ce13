"""Keeping of the arrangement in a session: shares, what is folded, the tab in front, and the windows apart."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QByteArray

from ddpm_studio.gui.projects.taking import Taking
from ddpm_studio.gui.state.json_values import number, sequence, text, texts
from ddpm_studio.gui.zones.arrangement import Zones
from ddpm_studio.gui.zones.geometry import geometry_of, geometry_text

TABS = "tabs"
"""The name of the tabs among what is folded."""


def arrangement_of(zones: Zones) -> Mapping[str, object]:
    """The arrangement, as JSON has it."""
    folded = [name for name, zone in zones.zones.items() if zone.put_away]
    return {
        "shares": {name: list(split.shares) for name, split in zones.splits.items()},
        "folded": [*folded, TABS] if zones.tabs.folded else folded,
        "front": "" if zones.tabs.front is None else zones.tabs.front.name,
        "apart": {name: geometry_text(home.own_window) for name, home in zones.homes.items() if home.apart},
    }


def restore_arrangement(zones: Zones, content: Taking) -> None:
    """Restore as much of it as is there, and leave the rest as it is."""
    shares, apart = content.section("shares"), content.section("apart")
    folded: tuple[str, ...] = content.take("folded", texts, ())
    front = content.take("front", text, "")
    with zones.at_once():
        for name, split in zones.splits.items():
            split.set_shares(shares.take(name, partial(_shares, len(split.shares)), split.shares))
        for name, home in zones.homes.items():
            if apart.has(name):
                home.restore_apart(apart.take(name, geometry_of, QByteArray()))
        for home in zones.tabs.homes:
            if home.name == front and not home.apart:
                zones.tabs.bring_up(home)
        for name, zone in zones.zones.items():
            zone.set_folded(name in folded and not zone.apart)
        zones.tabs.set_folded(TABS in folded)


def _shares(count: int, value: object) -> tuple[float, ...]:
    """As many positive numbers; TypeError or ValueError for anything else."""
    shares = tuple(number(each) for each in sequence(value))
    if len(shares) != count or not all(0 < share < math.inf for share in shares):
        raise ValueError(value)
    return shares
