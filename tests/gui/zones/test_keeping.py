"""The arrangement in a session: there again at the next start, and harmless whoever wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.projects.taking import Taking
from ddpm_studio.texts import Readable
from tests.gui.windows import settle

SIZE = QSize(1280, 800)


class Starts:
    """Windows that are opened one after the other, each with the layout that is handed to it."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot, self._open = qtbot, list[MainWindow]()

    def next(self, layout: Mapping[str, object] | None = None) -> MainWindow:
        window = open_window([], [], None)
        self._open.append(window)
        self._qtbot.addWidget(window)
        window.share_out(SIZE)
        self.complaints: list[Readable] = []
        if layout is not None:
            window.restore_layout(Taking(json.loads(json.dumps(layout)), self.complaints))
        # The screen of the tests is too small for it, which Qt heeds.
        window.resize(SIZE)
        with self._qtbot.waitExposed(window):
            window.show()
        settle()
        return window

    def close(self) -> None:
        for window in self._open:
            window.close()


@pytest.fixture
def starts(qtbot: QtBot) -> Iterator[Starts]:
    starts = Starts(qtbot)
    yield starts
    starts.close()


def sizes(window: MainWindow) -> list[list[int]]:
    return [split.sizes() for split in window._zones.splits.values()]


def test_shares_folds_and_the_tab_in_front_come_back(starts: Starts) -> None:
    first = starts.next()
    zones = first._zones
    zones.splits["right"].set_shares((40, 60))
    zones.splits["across"].set_shares((33, 67))
    zones.zones["explain"].set_folded(True)
    zones.zones["timeline"].set_folded(True)
    first.bring_up("values")
    settle()
    second = starts.next(first.layout_text())
    assert sizes(second) == sizes(first)
    assert [name for name, zone in second._zones.zones.items() if zone.put_away] == ["timeline", "explain"]
    assert second.panel_in_front() == "values"
    second._zones.zones["timeline"].set_folded(False)
    first._zones.zones["timeline"].set_folded(False)
    settle()
    assert sizes(second) == sizes(first)
    second.reset_layout()
    assert sizes(second) == sizes(starts.next())


def test_folded_tabs_come_back_folded(starts: Starts) -> None:
    first = starts.next()
    first.bring_up("sampling")
    first._zones.tabs.set_folded(True)
    second = starts.next(first.layout_text())
    assert second.panel_in_front() == ""
    second._zones.tabs.set_folded(False)
    assert second.panel_in_front() == "sampling"


def test_windows_apart_open_with_the_next_window_where_they_were(starts: Starts) -> None:
    first = starts.next()
    for name in ("centre", "picture"):
        first._zones.homes[name].set_apart(True)
    own = first._zones.homes["picture"].own_window
    own.setGeometry(60, 70, 540, 410)
    settle()
    second = starts.next(first.layout_text())
    assert [name for name, home in second._zones.homes.items() if home.apart] == ["picture", "centre"]
    again = second._zones.homes["picture"].own_window
    assert again.isVisible()
    assert again.geometry() == own.geometry()
    second.reset_layout()
    assert not again.isVisible()
    assert second.layout_text()["zones"] == starts.next().layout_text()["zones"]


def test_windows_apart_wait_for_the_main_one(starts: Starts) -> None:
    first = starts.next()
    first._zones.homes["values"].set_apart(True)
    hidden = open_window([], [], None)
    hidden.restore_layout(Taking(dict(first.layout_text()), []))
    assert hidden._zones.homes["values"].apart
    assert not hidden._zones.homes["values"].own_window.isVisible()
    hidden.close()


def test_windows_apart_come_to_lie_on_the_main_one(starts: Starts, qtbot: QtBot) -> None:
    first = starts.next()
    first._zones.homes["values"].set_apart(True)
    window = open_window([], [], None)
    qtbot.addWidget(window)
    window.restore_layout(Taking(dict(first.layout_text()), []))
    own = window._zones.homes["values"].own_window
    window.show()
    # What is shown last lies above.
    assert window.windowHandle().isVisible()
    assert not own.isVisible()
    qtbot.waitUntil(own.isVisible)
    window.close()


def test_closing_all_windows_keeps_them_in_the_session(starts: Starts) -> None:
    window = starts.next()
    window._zones.homes["picture"].set_apart(True)
    window._zones.homes["picture"].own_window.close()
    kept = window.layout_text()["zones"]
    window.close()
    assert isinstance(kept, dict)
    assert list(kept["apart"]) == ["picture"]


def test_the_layout_of_an_earlier_version_says_nothing(starts: Starts) -> None:
    fresh = starts.next()
    window = starts.next({"geometry": "AAAA", "docks": "AAAA/wAAAAD9", "centre": "AAAA/w==", "folders": {}})
    assert starts.complaints == []
    assert window.layout_text()["zones"] == fresh.layout_text()["zones"]


@pytest.mark.parametrize(
    "zones",
    [
        {"shares": {"right": [1, 2, 3], "across": ["a", "b"], "column": 5, "centre": [0, 1]}},
        {"shares": {"right": [-1, 5], "across": [1e308, 1e308], "column": ["inf", 1], "centre": [1e-300, 1e300]}},
        {"shares": [], "folded": "timeline", "front": ["values"], "apart": 3},
        {"folded": ["nothing", 3], "front": "nothing", "apart": {"nothing": "AAAA"}},
        {"folded": ["tabs", "curves", "timeline", "schedules", "explain", "equation"], "front": "timeline"},
        {"apart": {"values": "no geometry", "centre": 7, "equation": "AAAA"}, "front": "values"},
        {"apart": dict.fromkeys(("picture", "sampling", "values"), ""), "front": "picture", "folded": ["tabs"]},
        {"shares": {"right": [True, False], "across": [[1], {}]}, "apart": {"schedules": ""}, "folded": ["schedules"]},
    ],
)
def test_whatever_is_in_a_layout_the_window_works(starts: Starts, zones: Mapping[str, object]) -> None:
    window = starts.next({"zones": zones})
    assert window.size() == SIZE
    window.bring_up("values")
    window._zones.zones["curves"].toggle()
    window.reset_layout()
    settle()
    assert sizes(window) == sizes(starts.next())
