"""The command palette, by its keys."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.presets import PRESETS
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.gui.actions import MENU_BAR
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.palette.palette_box import PaletteBox
from ddpm_studio.gui.palette.palette_model import FOUND
from ddpm_studio.gui.palette.ranking import FoundDeed
from ddpm_studio.gui.projects.taking import Taking
from ddpm_studio.gui.state.window import View
from ddpm_studio.gui.theme import ThemeChoice
from ddpm_studio.gui.timeline.time_bar import TimeBar
from tests.gui.finding import child, with_focus

WITHOUT_TORCH = """
import sys
from PySide6.QtGui import QAction
from ddpm_studio.gui.app import make_application, open_window
from ddpm_studio.gui.palette.palette_box import PaletteBox
app = make_application(["ddpm-studio"])
window = open_window([], [], None)
window.findChild(QAction, "show_palette").trigger()
print(window.findChild(PaletteBox).model.rowCount() > 200, "torch" in sys.modules)
window.close()
"""

LEFT_OPEN = """
from PySide6.QtGui import QAction
from ddpm_studio.gui.app import make_application, open_window
app = make_application(["ddpm-studio"])
window = open_window([], [], None)
window.show()
window.activateWindow()
app.processEvents()
window.findChild(QAction, "show_palette").trigger()
app.processEvents()
del window
"""


def opened(window: MainWindow) -> PaletteBox:
    QTest.keyClick(with_focus(), Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    box = child(window, PaletteBox)
    assert box.isVisible()
    assert with_focus() is box.field
    return box


def write(box: PaletteBox, text: str) -> None:
    """Type a text over the one that is there; Qt's tests have keys for ASCII alone."""
    box.field.selectAll()
    QApplication.clipboard().setText(text)
    box.field.paste()


def found_by(box: PaletteBox, typed: str) -> list[FoundDeed]:
    write(box, typed)
    return [box.model.index(row).data(FOUND) for row in range(box.model.rowCount())]


def do(window: MainWindow, typed: str) -> None:
    """Have the first of what is found done."""
    box = opened(window)
    write(box, typed)
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    assert not box.isVisible()


def test_it_offers_all_there_is(window: MainWindow) -> None:
    box = opened(window)
    ids = {box.model.index(row).data(FOUND).deed.id for row in range(box.model.rowCount())}
    assert {item.id for menu in MENU_BAR for item in menu.specs} - ids == {"show_palette"}
    for kind, names in (("preset", [each.name for each in PRESETS]), ("kind", KINDS), ("curve", ALL_CURVES)):
        assert {f"{kind}:{name}" for name in names} <= ids
    assert {f"solver:{name}" for name in SOLVERS} | {f"view:{view}" for view in View} <= ids
    assert len(ids) == box.model.rowCount()


def test_it_does_what_is_found_first(window: MainWindow) -> None:
    studio = window.studio
    do(window, "theme dark")
    assert window.preferences.preferences.theme is ThemeChoice.DARK
    do(window, "solver heun")
    assert studio.state.sampling.line.solver == "heun"
    do(window, "axis log snr")
    assert studio.state.axis == "log_snr"
    do(window, "posterior_variance")
    assert studio.state.curve == "posterior_variance"
    do(window, "ddpm 2020")
    assert studio.state.current.base is not None
    assert studio.state.current.base.name == "DDPM 2020"
    do(window, "duplicate")
    assert len(studio.state.entries) == 3


MOMENTS = [
    ("t 250", "t", 250),
    ("250", "t", 250),
    ("t=250", "t", 250),
    ("t/T 0.5", "t/T", 0.5),
    ("0 dB", "log_snr", 0.0),
    ("SNR 3 dB", "log_snr", 0.3 * math.log(10)),
    ("log SNR -2", "log_snr", -2.0),
    ("log snr −2", "log_snr", -2.0),
    ("λ -1", "log_snr", -2.0),
    ("σ 1.5", "sigma", 1.5),
    ("sigma 1.5", "sigma", 1.5),
    ("τ 0.3", "tau", 0.3),
]


def test_a_moment_that_is_typed_is_gone_to(window: MainWindow) -> None:
    coefficients = window.studio.state.current.schedule.coefficients
    for typed, key, value in MOMENTS:
        window.studio.set_t(1)
        do(window, typed)
        t = window.studio.state.t
        sigma = math.sqrt(1 / coefficients.snr[t - 1])
        log_snr = coefficients.log_snr[t - 1]
        at = {"t": t, "t/T": t / 300, "log_snr": log_snr, "sigma": sigma, "tau": sigma / (1 + sigma)}
        assert at[key] == pytest.approx(value, abs=0.02), typed


def test_capitals_tell_the_number_of_steps_from_a_step(window: MainWindow) -> None:
    do(window, "T 500")
    assert window.studio.state.current.schedule.T == 500
    do(window, "beta_end 0.05")
    assert window.studio.state.current.schedule.values["beta_end"] == 0.05


def test_parameters_of_a_formula_are_set_and_those_of_another_are_not_offered(window: MainWindow) -> None:
    window.studio.set_schedule(Schedule.parse("formula:T=300,log_snr=a-20*u,a=2"))
    do(window, "a 3.5")
    assert str(window.studio.state.current.schedule) == "formula:T=300,log_snr=a-20*u,a=3.5"
    # The formula that a curve begins with has an s.
    assert not [each for each in found_by(opened(window), "s 2") if each.deed.id == "set:s"]


def test_what_cannot_be_had_says_why_and_is_not_done(window: MainWindow) -> None:
    box, before = opened(window), window.studio.state
    for typed in ("t 999", "t 1.5", "T 0", "log snr 99", "σ -1", "t 1e999"):
        found = found_by(box, typed)
        assert not found[0].deed.available, typed
        assert any(word in found[0].deed.detail for word in ("choose", "must be")), typed
        QTest.keyClick(box.field, Qt.Key.Key_Return)
        assert (window.studio.state.t, window.studio.state.current) == (before.t, before.current), typed


def test_what_is_no_value_is_taken_for_none(window: MainWindow) -> None:
    box = opened(window)
    assert [each for each in found_by(box, "t 12") if each.deed.id.startswith("go:")]
    for typed in ("1,000", "t nan", "t --1", "x 3", "0x10", "t 1 2"):
        assert not [each for each in found_by(box, typed) if each.deed.id.startswith(("go:", "set:"))], typed


def test_what_is_not_available_is_passed_by_with_its_reason(window: MainWindow) -> None:
    box = opened(window)
    (undo,) = [each for each in found_by(box, "undo") if each.deed.id == "undo"]
    assert (undo.deed.available, undo.deed.detail) == (False, "There is nothing to undo.")
    assert not box.view.currentIndex().isValid()
    QTest.keyClick(box.field, Qt.Key.Key_Return)
    assert box.isVisible()
    QTest.keyClick(box.field, Qt.Key.Key_Down)
    assert box.view.currentIndex().data(FOUND).deed.available


def test_up_and_down_go_round(window: MainWindow) -> None:
    box = opened(window)
    QTest.keyClicks(box.field, "save")
    first = box.view.currentIndex().row()
    QTest.keyClick(box.field, Qt.Key.Key_Down)
    assert box.view.currentIndex().row() > first
    QTest.keyClick(box.field, Qt.Key.Key_Up)
    QTest.keyClick(box.field, Qt.Key.Key_Up)
    assert box.view.currentIndex().row() > first + 1
    for _ in range(box.model.rowCount()):
        QTest.keyClick(box.field, Qt.Key.Key_PageUp)
    assert box.view.currentIndex().row() == first


def test_escape_and_a_choice_give_the_focus_back(window: MainWindow) -> None:
    field = window.panel(TimeBar)._spin
    field.setFocus()
    before = with_focus()
    QTest.keyClick(opened(window).field, Qt.Key.Key_Escape)
    assert with_focus() is before
    do(window, "t 7")
    assert with_focus() is before


def test_it_goes_when_the_focus_does(window: MainWindow) -> None:
    box = opened(window)
    other: QWidget = window.panel(TimeBar)._play
    other.setFocus()
    assert not box.isVisible()
    assert with_focus() is other


def test_a_click_does_what_it_is_on(window: MainWindow) -> None:
    box = opened(window)
    QTest.keyClicks(box.field, "t 42")
    place = box.view.visualRect(box.model.index(0)).center()
    QTest.mouseClick(box.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (window.studio.state.t, box.isVisible()) == (42, False)


def test_the_last_deeds_come_first_also_in_the_next_session(window: MainWindow) -> None:
    do(window, "solver heun")
    do(window, "axis t/T")
    box = opened(window)
    assert [box.model.index(row).data(FOUND).deed.id for row in range(2)] == ["axis:t/T", "solver:heun"]
    layout = window.layout_text()
    palette = window.desk.palette
    palette.remember(())
    window.restore_layout(Taking(layout, []))
    assert window.desk.palette.recent == ("axis:t/T", "solver:heun")
    palette.remember(())
    window.restore_layout(Taking({"palette": [1, None]}, []))
    assert not palette.recent
    window.desk.palette.remember([str(number) for number in range(99)])
    assert len(window.desk.palette.recent) == 12


def test_it_lies_within_a_small_window_and_moves_with_it(window: MainWindow) -> None:
    box = opened(window)
    for size in (QSize(1024, 700), QSize(1440, 900)):
        window.resize(size)
        assert window.rect().contains(box.geometry())
        assert abs(box.geometry().center().x() - window.rect().center().x()) <= 1


def test_a_screen_reader_is_told_of_it(window: MainWindow) -> None:
    box = opened(window)
    named = [QAccessible.queryAccessibleInterface(part) for part in (box, box.field, box.view)]
    assert all(each.text(QAccessible.Text.Name) for each in named)
    spoken = box.model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "File" in spoken


def test_it_needs_no_torch() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_TORCH], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True False"


def test_a_window_that_is_destroyed_takes_it_along() -> None:
    done = subprocess.run([sys.executable, "-c", LEFT_OPEN], capture_output=True, text=True, check=True)
    assert "Error" not in done.stderr


def test_the_training_loss_is_found_and_copied(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.set_objective(Objective("v_prediction", weight="min_snr"))
    with qtbot.waitSignal(window.desk.schedules.said):
        do(window, "training loss")
    code = QApplication.clipboard().text()
    assert code.startswith("# linear:T=300\n")
    assert "# train:predict=v_prediction,weight=min_snr" in code
    with qtbot.waitSignal(window.desk.schedules.said):
        do(window, "k-diffusion")
    assert "sigmas = torch.from_numpy" in QApplication.clipboard().text()
