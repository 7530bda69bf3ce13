"""The preferences as a person meets them: opened by keys, changed by keys, there again at the next start."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QGroupBox,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.training.objective import PLAIN, Objective
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.preferences.dialog import PreferencesDialog
from ddpm_studio.gui.preferences.keeper import PreferenceKeeper
from ddpm_studio.gui.preferences.motion import is_reduced
from ddpm_studio.gui.preferences.preferences import Motion, Preferences
from ddpm_studio.gui.preferences.preferences_file import read_preferences, user_file
from ddpm_studio.gui.preferences.prompts_section import PromptsSection
from ddpm_studio.gui.recent import Recent, RecentKind
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.state.window import DEFAULT_CURVES
from ddpm_studio.gui.theme import ThemeChoice, ThemeMenu
from ddpm_studio.gui.widgets.sizes.by_font import system_font
from tests.gui.finding import child, with_focus
from tests.gui.test_main_window import action
from tests.gui.windows import show_change

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class Starts:
    """Starts windows of one user, one after the other."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.open = qtbot, list[MainWindow]()

    def start(self, *schedules: Schedule) -> MainWindow:
        window = open_window([], schedules, None, preferences=PreferenceKeeper.of_user())
        self.qtbot.addWidget(window)
        window.share_out(QSize(1280, 800))
        window.show()
        window.activateWindow()
        self.qtbot.waitUntil(window.isActiveWindow)
        self.open.append(window)
        return window


@pytest.fixture
def starts(qtbot: QtBot, qapp: QApplication) -> Iterator[Starts]:
    starts = Starts(qtbot)
    yield starts
    for window in starts.open:
        window.preferences.forget()
        window.close()
    assert qapp.font() == system_font(qapp)


def opened(window: MainWindow, qtbot: QtBot) -> PreferencesDialog:
    """The dialog, opened by its key."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Comma, CONTROL)
    qtbot.waitUntil(lambda: window.findChild(PreferencesDialog) is not None)
    dialog = child(window, PreferencesDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def kept() -> Preferences:
    return read_preferences(user_file()).preferences


def go_to(dialog: PreferencesDialog, letter: Qt.Key) -> QWidget:
    """The control that a mnemonic leads to."""
    QTest.keyClick(dialog, letter, ALT)
    return with_focus()


def test_everything_is_changed_by_keys_at_once_and_is_there_at_the_next_start(starts: Starts, qtbot: QtBot) -> None:
    window = starts.start(Schedule("cosine", 1000))
    dialog = opened(window, qtbot)
    QTest.keyClick(go_to(dialog, Qt.Key.Key_T), Qt.Key.Key_End)
    QTest.keyClick(go_to(dialog, Qt.Key.Key_F), Qt.Key.Key_End)
    QTest.keyClick(go_to(dialog, Qt.Key.Key_F), Qt.Key.Key_Up)
    QTest.keyClick(go_to(dialog, Qt.Key.Key_W), Qt.Key.Key_Up)
    QTest.keyClick(dialog, Qt.Key.Key_D, ALT)
    QTest.keyClick(go_to(dialog, Qt.Key.Key_M), Qt.Key.Key_Down)
    QTest.keyClick(dialog, Qt.Key.Key_S, ALT)
    QTest.keyClick(go_to(dialog, Qt.Key.Key_V), Qt.Key.Key_Down)
    expected = Preferences(ThemeChoice.DARK, 20.0, 2.0, True, Motion.REDUCED, ("cosine:T=1000",), (), "cpu")
    # A button that a letter presses is seen to be pressed, for a moment.
    qtbot.waitUntil(lambda: window.preferences.preferences == expected)
    assert kept() == expected
    assert QApplication.font().pointSizeF() == 20.0
    assert window.font().pointSizeF() == 20.0
    assert window.studio.state.undo is None
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    window.close()
    again = starts.start()
    assert again.preferences.preferences == expected
    assert again.font().pointSizeF() == 20.0
    state = again.studio.state
    assert [str(entry.schedule) for entry in state.entries] == ["cosine:T=1000"]
    assert state.sampling.device == "cpu"
    assert state.undo is None
    assert not state.changed


def test_it_does_not_block_the_window_is_one_and_is_gone_once_closed(starts: Starts, qtbot: QtBot) -> None:
    window = starts.start()
    assert window.findChild(PreferencesDialog) is None
    dialog = opened(window, qtbot)
    assert not dialog.isModal()
    window.studio.add(Schedule("cosine"))
    show_change(window, qtbot)
    action(window, "show_preferences").trigger()
    assert window.findChildren(PreferencesDialog) == [dialog]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.findChild(PreferencesDialog) is None
    assert opened(window, qtbot).isVisible()


def test_tab_reaches_every_control_and_each_has_a_name(starts: Starts, qtbot: QtBot) -> None:
    for prompt in ("a cat", "a dog\n" + 100 * "x"):
        Recent(kind=RecentKind.PROMPTS).add(prompt)
    window = starts.start()
    window.preferences.change(schedules=("vp",), curves=("betas",))
    dialog = opened(window, qtbot)
    controls = {
        widget
        for widget in dialog.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.focusProxy() is None
    }
    reached = set()
    for _ in range(2 * len(controls)):
        reached.add(with_focus())
        QTest.keyClick(with_focus(), Qt.Key.Key_Tab)
    assert reached == controls
    assert len(controls) >= 12
    texts = [label.text() for label in dialog.findChildren(QLabel) if label.buddy()]
    buttons = [button for button in controls if isinstance(button, QPushButton)]
    texts += [each.text() for each in (*buttons, dialog.appearance.dashes)]
    letters = [text[text.index("&") + 1].lower() for text in texts]
    assert len(set(letters)) == len(letters)
    for control in controls:
        assert control.accessibleName() or getattr(control, "text", str)(), control
    _forget_prompts(dialog.prompts)


def _forget_prompts(section: PromptsSection) -> None:
    """Those that were drawn are seen, the newest first, until they are forgotten."""
    assert [line[:5] for line in section.prompts.text().splitlines()] == ["a dog", "a cat"]
    QTest.mouseClick(section.forget, Qt.MouseButton.LeftButton)
    assert Recent(kind=RecentKind.PROMPTS).paths() == ()
    assert section.prompts.text() == "None have been drawn yet"
    assert not section.forget.isVisible()


def test_the_theme_of_the_menu_is_the_same_as_that_of_the_dialog(starts: Starts, qtbot: QtBot) -> None:
    window = starts.start()
    dialog = opened(window, qtbot)
    menu = child(window, ThemeMenu)
    menu.actions()[2].trigger()
    assert dialog.appearance.theme.currentText() == "Dark"
    assert kept().theme is ThemeChoice.DARK
    QTest.keyClick(go_to(dialog, Qt.Key.Key_T), Qt.Key.Key_Up)
    assert menu.actions()[1].isChecked()


def test_defaults_takes_all_of_it_back(starts: Starts, qtbot: QtBot) -> None:
    window = starts.start(Schedule("cosine", 77))
    dialog = opened(window, qtbot)
    dialog.appearance.dashes.click()
    dialog.fresh.use_schedules.click()
    dialog.fresh.use_curves.click()
    dialog.defaults.click()
    assert kept() == window.preferences.preferences == Preferences()
    assert not dialog.fresh.own_schedules.isEnabled()
    assert not dialog.appearance.dashes.isChecked()


def test_a_fresh_window_and_starting_afresh_begin_as_preferred(starts: Starts, qtbot: QtBot) -> None:
    trained = Objective("v_prediction")
    window = starts.start(Schedule("cosine", 1000), Schedule("vp", 10))
    window.studio.rename(window.studio.state.entries[1].key, "my # vp")
    window.studio.select(window.studio.state.entries[1].key)
    window.studio.set_objective(trained)
    window.studio.set_curves(("snr_db", "betas"))
    dialog = opened(window, qtbot)
    dialog.fresh.use_schedules.click()
    dialog.fresh.use_curves.click()
    assert dialog.fresh.schedules.toPlainText().endswith("my # vp\ntrain:predict=v_prediction")
    window.close()
    fresh = starts.start()
    for _ in range(2):
        state = fresh.studio.state
        assert [str(entry.spec) for entry in state.entries] == ["cosine:T=1000", "vp:T=10"]
        assert [entry.train for entry in state.entries] == [PLAIN, trained]
        assert state.curves == ("betas", "snr_db")
        assert state.curve in state.curves
        fresh.studio.add(Schedule("jsd", 9))
        action(fresh, "start_afresh").trigger()
    assert [entry.name for entry in fresh.studio.state.entries] == ["", "my # vp"]
    dialog = opened(fresh, qtbot)
    dialog.fresh.own_schedules.click()
    dialog.fresh.own_curves.click()
    action(fresh, "start_afresh").trigger()
    assert [str(entry.schedule) for entry in fresh.studio.state.entries] == ["linear:T=300"]
    assert fresh.studio.state.curves == DEFAULT_CURVES
    named = starts.start(Schedule("laplace", 5))
    assert [str(entry.schedule) for entry in named.studio.state.entries] == ["laplace:T=5"]


def test_schedules_to_begin_with_are_typed(starts: Starts, qtbot: QtBot) -> None:
    window = starts.start()
    dialog = opened(window, qtbot)
    field = go_to(dialog, Qt.Key.Key_H)
    assert field is dialog.fresh.schedules
    assert dialog.fresh.schedules.placeholderText() == "linear:T=300"
    QTest.keyClicks(field, "cosine:T=1000  # mine")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, "cosine:s=0.005..0.03,n=5")
    assert kept().schedules == ("cosine:T=1000  # mine", "cosine:s=0.005..0.03,n=5")
    assert not dialog.fresh.refusal.isVisible()
    window.close()
    entries = starts.start().studio.state.entries
    assert [entry.name for entry in entries] == ["mine", ""]
    assert len(entries[1].members) == 5


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("cosinus:T=5", "Line 2: "),
        ("linear:beta_end=2", "beta_end"),
        ("custom:path=betas.csv", "read from a file"),
        ("train:predict=nothing", "nothing"),
        (
            "train:predict=epsilon\ntrain:predict=sample",
            "is the second objective of one schedule; leave one of them out.",
        ),
    ],
)
def test_a_line_that_is_no_schedule_is_refused_where_it_is(starts: Starts, qtbot: QtBot, line: str, said: str) -> None:
    window = starts.start()
    window.preferences.change(schedules=("vp:T=10",))
    dialog = opened(window, qtbot)
    field, refusal = dialog.fresh.schedules, dialog.fresh.refusal
    assert field.toPlainText() == "vp:T=10"
    field.setPlainText(f"vp:T=10\n{line}\nlinear")
    assert refusal.isVisible()
    assert said in refusal.text()
    assert refusal.text().endswith((".", "?"))
    (marked,) = field.extraSelections()
    assert marked.cursor.selectedText() == line.splitlines()[-1]
    # What was chosen holds on, and another choice in the dialog takes nothing of what is typed away.
    dialog.appearance.dashes.click()
    assert kept().schedules == ("vp:T=10",)
    assert line in field.toPlainText()
    field.setPlainText("vp:T=10\nlinear")
    assert not refusal.isVisible()
    assert field.extraSelections() == []
    assert kept().schedules == ("vp:T=10", "linear")


@pytest.mark.parametrize("button", ["own_schedules", "use_schedules", "defaults"])
def test_every_button_takes_a_refused_text_away(starts: Starts, qtbot: QtBot, button: str) -> None:
    window = starts.start(Schedule("jsd", 9))
    dialog = opened(window, qtbot)
    dialog.fresh.schedules.setPlainText("✗")
    assert dialog.fresh.refusal.isVisible()
    (dialog.defaults if button == "defaults" else getattr(dialog.fresh, button)).click()
    assert not dialog.fresh.refusal.isVisible()
    assert dialog.fresh.schedules.toPlainText() == ("jsd:T=9" if button == "use_schedules" else "")
    assert dialog.fresh.own_schedules.isEnabled() == (button == "use_schedules")


def test_no_more_lines_than_the_list_has_are_taken(starts: Starts, qtbot: QtBot) -> None:
    window = starts.start()
    dialog = opened(window, qtbot)
    dialog.fresh.schedules.setPlainText("linear\n" * (MAX_SCHEDULES + 1))
    assert dialog.fresh.refusal.text().startswith(f"Line {MAX_SCHEDULES + 1}: ")
    dialog.fresh.schedules.setPlainText("linear\n" * MAX_SCHEDULES)
    assert len(kept().schedules) == MAX_SCHEDULES


def test_a_schedule_from_a_file_is_left_out_and_that_is_said(starts: Starts, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "betas.csv").write_text("betas\n0.1\n0.2\n")
    window = starts.start(Schedule("cosine", 1000), Schedule.parse(f"custom:path={tmp_path / 'betas.csv'}"))
    dialog = opened(window, qtbot)
    dialog.fresh.use_schedules.click()
    assert kept().schedules == ("cosine:T=1000",)
    assert dialog.fresh.left_out.text().endswith("1.")
    assert dialog.fresh.left_out.isVisible()


def test_lines_are_as_wide_and_as_dashed_as_preferred(starts: Starts, qtbot: QtBot) -> None:
    window = starts.start(*(Schedule(kind, 50) for kind in ("linear", "cosine", "vp", "jsd", "sigmoid")))
    (plot,) = window.panel(CurvesPanel).grid.plots()
    before = [line.opts["pen"] for line in plot._lines.values()]
    assert {pen.widthF() for pen in before} == {1.8}
    window.preferences.change(line_width=3.0, dashes=True)
    show_change(window, qtbot)
    after = [line.opts["pen"] for line in plot._lines.values()]
    assert {pen.widthF() for pen in after} == {3.0}
    assert len({tuple(pen.dashPattern()) for pen in after}) == len(after)
    window.preferences.change(line_width=1.8, dashes=False)
    show_change(window, qtbot)
    assert [line.opts["pen"] for line in plot._lines.values()] == before


def test_motion_is_reduced_and_goes_back_to_what_the_system_says(starts: Starts, qapp: QApplication) -> None:
    window, system = starts.start(), is_reduced(qapp)
    for motion, reduced in ((Motion.REDUCED, True), (Motion.FULL, False), (Motion.SYSTEM, system)):
        window.preferences.change(motion=motion)
        assert is_reduced(qapp) is reduced


def test_forgetting_everything_forgets_them(starts: Starts, qtbot: QtBot) -> None:
    window = starts.start()
    window.preferences.change(dashes=True, schedules=("cosine:T=7",), font_size=12.0)
    action(window, "forget_everything").trigger()
    box = child(window, QMessageBox)
    assert "preferences" in box.informativeText()
    next(button for button in box.findChildren(QPushButton) if button.text() == "Forget").click()
    assert not user_file().exists()
    assert window.preferences.preferences == Preferences()
    assert [str(entry.schedule) for entry in window.studio.state.entries] == ["linear:T=300"]


def test_the_dialog_fits_with_every_font(starts: Starts, qtbot: QtBot) -> None:
    window = starts.start()
    dialog = opened(window, qtbot)
    for size in (7.0, 9.0, 13.5):
        window.preferences.change(font_size=size)
        page = child(dialog, QScrollArea).widget()
        qtbot.waitUntil(lambda page=page: dialog.width() >= page.minimumSizeHint().width())  # type: ignore[misc]
        for box in dialog.findChildren(QComboBox):
            assert box.height() >= box.fontMetrics().height()
    assert all(group.title() for group in dialog.findChildren(QGroupBox))


def test_the_file_is_readable(starts: Starts) -> None:
    window = starts.start()
    window.preferences.change(theme=ThemeChoice.LIGHT, font_size=11.0)
    content = json.loads(user_file().read_text("utf-8"))
    assert (content["theme"], content["font_size"], content["schedules"]) == ("light", 11.0, [])
