"""The whole window, used as a person uses it: add, compare, drag, open, export, close."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QSlider
from pytestqt.qtbot import QtBot

from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.files.export import FORMATS, ExportFormat, export_bytes
from ddpm_studio.gui.curves.curves_panel import CurvesPanel
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.schedules.schedules_panel import SchedulesPanel
from ddpm_studio.gui.theme import ThemeChoice
from ddpm_studio.gui.timeline.time_bar import TimeBar
from ddpm_studio.gui.widgets.dialogs import SaveFormat
from tests.gui.finding import child
from tests.gui.windows import show_change


class Answers:
    """Stands in for the platform's file dialogs and gives the answers it was made with."""

    def __init__(self, opens: list[str] | None = None, save: str = "", chosen: int = 0) -> None:
        self.opens, self.path, self.chosen = opens or [], save, chosen

    def open_one(self, title: str, filters: str) -> str:
        return self.opens[0] if self.opens else ""

    def open_many(self, title: str, filters: str) -> list[str]:
        return self.opens

    def save(self, title: str, suggestion: str, formats: Sequence[SaveFormat]) -> tuple[str, SaveFormat]:
        return self.path, formats[self.chosen]


def action(window: MainWindow, name: str) -> QAction:
    found = window.findChild(QAction, name)
    assert found is not None, name
    return found


def choose(window: MainWindow, qtbot: QtBot, name: str) -> None:
    """Trigger an action, and wait for what it has done beside the window."""
    action(window, name).trigger()
    wait(window, qtbot)


def wait(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not any(queue.busy for queue in window.desk.queues))


def enter(field: QLineEdit, text: str) -> None:
    """Type a text over that of a field, and press Enter."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def said(window: MainWindow) -> str:
    return window.toast.text


def answer(window: MainWindow, answers: Answers) -> None:
    desk = window.desk
    desk.files.dialogs = desk.pictures.dialogs = desk.projects.dialogs = answers  # type: ignore[assignment]


def test_it_opens_with_the_seed_and_a_picture(window: MainWindow) -> None:
    assert [str(entry.schedule) for entry in window.studio.state.entries] == ["linear:T=300"]
    assert window.studio.state.picture is not None


def test_keys_that_no_panel_wants_move_t(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.panel(CurvesPanel), Qt.Key.Key_Home)
    assert window.studio.state.t == 0
    qtbot.keyClick(window, Qt.Key.Key_Right)
    assert window.studio.state.t == 1
    qtbot.keyClick(window, Qt.Key.Key_End)
    assert window.studio.state.t == 300


def test_new_noise_is_that_of_the_next_seed(window: MainWindow, qtbot: QtBot) -> None:
    header = window.panel(PicturePanel).header
    window.studio.set_seed(41)
    qtbot.mouseClick(header.new_noise, Qt.MouseButton.LeftButton)
    assert window.studio.state.seed == 42


def test_a_bad_value_is_said_and_the_last_good_state_stays(window: MainWindow, qtbot: QtBot) -> None:
    before = window.studio.state
    window.studio.set_parameter("T", 0)
    assert "T is 0" in said(window)
    assert window.toast.isVisible()
    assert window.studio.state is before


def test_the_window_exports_what_the_shell_exports(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    window.studio.add(Schedule("cosine", 20))
    window.studio.add(Schedule("jsd", 10))
    window.studio.set_visible(window.studio.state.entries[0].key, False)
    target = tmp_path / "out.csv"
    answer(window, Answers(save=str(target)))
    choose(window, qtbot, "export_schedules")
    assert main(["export", "--schedule", "cosine:T=20", "--schedule", "jsd:T=10"]) == 0
    assert target.read_bytes() == capfdbinary.readouterr().out
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8"))))
    assert [row["schedule"] for row in rows] == ["cosine:T=20"] * 20 + ["jsd:T=10"] * 10
    np.testing.assert_array_equal([float(row["betas"]) for row in rows[20:]], 1 / np.arange(10, 0, -1.0))


@pytest.mark.parametrize(("place", "format"), [*enumerate(FORMATS.values())], ids=list(FORMATS))
def test_the_window_exports_in_every_format(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, place: int, format: ExportFormat
) -> None:
    target = tmp_path / f"out{format.suffix}"
    answer(window, Answers(save=str(target), chosen=place))
    choose(window, qtbot, "export_schedules")
    shown = window.studio.state.current.schedule
    assert target.read_bytes() == export_bytes([shown], None, format.name)


def test_cancelled_dialogs_do_nothing(window: MainWindow) -> None:
    answer(window, Answers())
    before = window.studio.state
    for name in ("open_files", "open_betas", "open_picture", "export_schedules", "save_plots", "save_pictures"):
        action(window, name).trigger()
    assert window.studio.state is before
    assert said(window) == ""


def test_what_was_exported_opens_again(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    target = tmp_path / "two.csv"
    window.studio.add(Schedule.parse("cosine:T=30,snr_shift=4"))
    answer(window, Answers(save=str(target)))
    choose(window, qtbot, "export_schedules")
    answer(window, Answers(opens=[str(target)]))
    choose(window, qtbot, "open_files")
    specs = [str(entry.schedule) for entry in window.studio.state.entries]
    assert specs == ["linear:T=300", "cosine:T=30,snr_shift=4"] * 2


@pytest.mark.parametrize("content", ["", "t,alphas\n1,2\n", "betas\nnan\n", "betas\n0.1\n7\n"])
def test_a_file_without_betas_is_refused_in_one_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content, "utf-8")
    answer(window, Answers(opens=[str(path)]))
    before = window.studio.state
    choose(window, qtbot, "open_betas")
    assert "bad.csv" in said(window)
    assert window.studio.state is before


def test_dropped_files_are_told_apart(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    picture, betas = tmp_path / "blue.png", tmp_path / "b.csv"
    Image.new("RGB", (40, 20), (0, 0, 255)).save(picture)
    betas.write_text("betas\n0.1\n0.2\n", "utf-8")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(picture)), QUrl.fromLocalFile(str(betas))])
    drop = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(drop)
    wait(window, qtbot)
    shown = window.studio.state.picture
    assert shown is not None
    assert shown.full_size == (40, 20)
    assert window.studio.state.current.schedule.betas.tolist() == [0.1, 0.2]


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_plots_are_saved(window: MainWindow, qtbot: QtBot, tmp_path: Path, suffix: str) -> None:
    target = tmp_path / f"plots{suffix}"
    answer(window, Answers(save=str(target), chosen=0))
    choose(window, qtbot, "save_plots")
    start = target.read_bytes()[:200]
    assert start.startswith(b"\x89PNG") if suffix == ".png" else b"<svg" in start


def test_copied_texts(window: MainWindow, qtbot: QtBot) -> None:
    clipboard = QApplication.clipboard()
    choose(window, qtbot, "copy_spec")
    assert clipboard.text() == "linear:T=300"
    choose(window, qtbot, "copy_numpy")
    namespace: dict[str, object] = {"__name__": "snippet"}
    exec(clipboard.text(), namespace)
    np.testing.assert_array_equal(np.asarray(namespace["betas"]), np.linspace(1e-4, 0.02, 300))


def test_what_cannot_be_copied_is_told_and_the_clipboard_stays(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.set_schedule(Schedule.parse("sqrt:T=1,zero_snr=1"))
    window.studio.set_objective(Objective("epsilon", "lognormal"))
    QApplication.clipboard().setText("as it was")
    action(window, "copy_loss").trigger()
    qtbot.waitUntil(window.toast.isVisible)
    assert window.toast.text.startswith("“lognormal” draws no step of sqrt:T=1,zero_snr=1; choose another")
    assert QApplication.clipboard().text() == "as it was"


def test_selecting_by_key_and_removing(window: MainWindow, qtbot: QtBot) -> None:
    window.studio.add(Schedule("cosine"))
    show_change(window, qtbot)
    action(window, "select_previous").trigger()
    assert window.studio.state.current.schedule.kind == "linear"
    action(window, "select_next").trigger()
    action(window, "select_next").trigger()
    assert window.studio.state.current.schedule.kind == "cosine"
    action(window, "duplicate").trigger()
    assert len(window.studio.state.entries) == 3
    action(window, "remove").trigger()
    assert len(window.studio.state.entries) == 2


def test_themes_reach_every_panel(window: MainWindow, qtbot: QtBot) -> None:
    dark, light = (_brightness(window, choice) for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT))
    assert dark < 80 < 200 < light


def _brightness(window: MainWindow, choice: ThemeChoice) -> float:
    window.set_theme(choice)
    image = window.grab().toImage()
    step = range(0, 1000, 50)
    return float(np.mean([image.pixelColor(x, y).lightness() for x in step for y in range(0, 700, 50)]))


def test_help_lists_every_shortcut_and_blocks_nothing(window: MainWindow, qtbot: QtBot) -> None:
    action(window, "show_shortcuts").trigger()
    dialog = child(window, QDialog)
    assert not dialog.isModal()
    text = child(dialog, QLabel).text()
    assert "Ctrl+E" in text
    assert "Page Up" in text


def test_nothing_overlaps_or_is_cut_off_at_the_smallest_size(window: MainWindow, qtbot: QtBot) -> None:
    window.share_out(QSize(1024, 700))
    show_change(window, qtbot)
    assert (window.width(), window.height()) == (1024, 700)
    bar = window.panel(TimeBar)
    slider = child(bar, QSlider)
    assert slider.width() > 200
    read_out = bar.findChildren(QLineEdit)[-1]
    assert read_out.text().endswith("dB")
    assert read_out.fontMetrics().horizontalAdvance(read_out.text()) < read_out.width()
    panels = [window.panel(SchedulesPanel), window.panel(CurvesPanel), window.panel(PicturePanel), bar]
    boxes = [panel.rect().translated(panel.mapTo(window, panel.rect().topLeft())) for panel in panels]
    assert all(window.rect().contains(box) for box in boxes)
    assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)


def keys_of(texts: Iterable[str]) -> list[str]:
    """The keys that are underlined in them."""
    keys = (QKeySequence.mnemonic(text).toString() for text in texts)
    return [key for key in keys if key]


def test_every_underlined_key_means_one_thing(window: MainWindow, qtbot: QtBot) -> None:
    window.panel(SamplingPanel).view_bar.more.setChecked(True)
    show_change(window, qtbot)
    menus = keys_of(action.text() for action in window.menuBar().actions())
    # Also those of a panel that lies behind another are at work.
    fields = keys_of(label.text() for label in window.findChildren(QLabel) if label.buddy() is not None)
    assert "Alt+D" in fields
    assert len(menus) == len(window.menuBar().actions())
    assert len({*menus, *fields}) == len(menus) + len(fields)
