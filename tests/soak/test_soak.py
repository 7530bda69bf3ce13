"""The soak finds faults that are planted: a check that never fails finds none."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from ddpm_studio.gui import help
from ddpm_studio.gui.file_actions import FileActions
from ddpm_studio.gui.picture.gallery import Gallery
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import Entry
from ddpm_studio.gui.values.explain_panel import ExplainPanel
from tests.soak.soak import Soak
from tests.soak.trouble import Trouble

pytestmark = [pytest.mark.slow, pytest.mark.qt_no_exception_capture]

MOST_ACTIONS = 2000


def a_wrong_t(patch: pytest.MonkeyPatch) -> None:
    """All pictures are noised, and captioned, at the selected schedule's t."""

    def numbers(self: Gallery, entry: Entry) -> tuple[tuple[str, ...], ...]:
        return tuple((f"t = {min(self._state.t, entry.schedule.T)}", *form[1:]) for form in said(self, entry))

    said = Gallery._numbers
    patch.setattr(Gallery, "_numbers", numbers)


def a_lost_undo(patch: pytest.MonkeyPatch) -> None:
    """Moving a schedule in the list leaves no step behind."""

    def move(self: Studio, key: int, place: int) -> None:
        entry = self.entry(key)
        others = [other for other in self.state.entries if other is not entry]
        others.insert(place, entry)
        self._set(entries=tuple(others))

    patch.setattr(Studio, "move", move)


def a_leaked_widget(patch: pytest.MonkeyPatch) -> None:
    """Each window of the help stays when it is closed."""

    class Staying(QDialog):
        def setAttribute(self, attribute: Qt.WidgetAttribute, on: bool = True) -> None:  # noqa: N802
            """Leave it at what it was."""

    patch.setattr(help, "QDialog", Staying)


def a_swallowed_exception(patch: pytest.MonkeyPatch) -> None:
    """What goes wrong in writing plots is told to nobody."""

    def save(self: FileActions, suffix: str, curve: str) -> None:
        with suppress(ZeroDivisionError):
            raise ZeroDivisionError

    patch.setattr(FileActions, "_save_plots", save)


def a_stale_panel(patch: pytest.MonkeyPatch) -> None:
    """The explanation does not follow t."""

    def refresh(self: ExplainPanel) -> None:
        if not self._explained[0] or self.state.curve != self._explained[0]:
            shown(self)

    shown = ExplainPanel.refresh
    patch.setattr(ExplainPanel, "refresh", refresh)


@pytest.mark.parametrize(
    ("plant", "sign"),
    [
        (a_wrong_t, "tile of"),
        (a_lost_undo, "neither undo nor redo"),
        (a_leaked_widget, "widgets (Staying)"),
        (a_swallowed_exception, "Nothing says"),
        (a_stale_panel, "The explanation: t|What is explained is not of"),
    ],
)
def test_a_planted_fault_is_found(
    plant: Callable[[pytest.MonkeyPatch], None],
    sign: str,
    monkeypatch: pytest.MonkeyPatch,
    qapp: QApplication,
    tmp_path: Path,
) -> None:
    plant(monkeypatch)
    soak = Soak(seed=1, folder=tmp_path / "scratch")
    with pytest.raises(Trouble, match=sign.replace("(", r"\(").replace(")", r"\)")):
        soak.run(actions=MOST_ACTIONS)
