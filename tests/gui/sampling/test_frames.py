"""What a frame makes the panel do: every frame is paid for by the run that it shows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.gui.sampling.progress import Progress
from ddpm_studio.gui.state import planning
from tests.gui.sampling.conftest import Stage
from tests.gui.sampling.test_run import run_to_end


class Work(QObject):
    """Notes what is laid out and what is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.laid_out: set[QObject] = set()
        self.painted: set[QObject] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.LayoutRequest:
            self.laid_out.add(watched)
        elif event.type() == QEvent.Type.Paint:
            self.painted.add(watched)
        return False


def show_place(stage: Stage, place: int) -> None:
    recording = stage.actions._recording
    assert recording is not None
    stage.panel.show_frames(recording.frames(recording.share(place)))
    stage.panel.show_progress(Progress(place + 1, 20, 0.1 * place, "Slide rule"))
    QCoreApplication.processEvents()


def test_a_frame_lays_nothing_out_and_paints_only_what_shows_it(stage: Stage, qtbot: QtBot) -> None:
    run_to_end(qtbot, stage)
    for place in range(4):
        show_place(stage, place)
    work, app = Work(), QApplication.instance()
    assert app is not None
    app.installEventFilter(work)
    show_place(stage, 4)
    app.removeEventFilter(work)
    panel, watch = stage.panel, stage.panel.views.watch
    assert {watch.x_grid, watch.x0_grid, panel.bar, panel.status.label} <= work.painted
    assert not work.painted & {
        panel.views,
        watch,
        panel.run_bar,
        panel.view_bar,
        panel.details,
        panel.bar.parentWidget(),
    }
    assert not work.laid_out & {panel, panel.views, watch, watch.statistics, panel.timeline}


def test_a_status_has_no_table_computed_again(stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    run_to_end(qtbot, stage)
    computed = list[object]()
    monkeypatch.setattr(planning, "table_of", lambda *given: computed.append(given))
    before = stage.panel.note.text()
    stage.panel.show_status("The network failed.", True)
    assert stage.panel.note.text() == "The network failed."
    stage.panel.show_status("20 of 20 calls", False)
    assert stage.panel.note.text() == before
    assert not computed
