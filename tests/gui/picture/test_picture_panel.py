"""The picture panel at the user's door."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QColorDialog, QLabel, QMenu, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import draw_noise, noised, weights_at
from ddpm_studio.files.pictures import as_image
from ddpm_studio.gui.picture.header import BEFORE_FIELD, Header
from ddpm_studio.gui.picture.loading import load, local_files, sample_paths
from ddpm_studio.gui.picture.picture_panel import PicturePanel
from ddpm_studio.gui.picture.samples_menu import SamplesMenu
from ddpm_studio.gui.theme import DARK, LIGHT, Tokens
from ddpm_studio.launch import SMALLEST
from tests.gui.finding import child
from tests.gui.picture.conftest import WHITE, Bench
from tests.gui.windows import active_window


def pixels(image: QImage) -> NDArray[np.int_]:
    image = image.convertToFormat(QImage.Format.Format_RGBX8888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return rows[..., :3].astype(int)


def entry_of(menu: QMenu | None, text: str) -> None:
    assert menu is not None
    next(action for action in menu.actions() if action.text() == text).trigger()


def drag(panel: PicturePanel, mime: QMimeData) -> bool:
    enter = QDragEnterEvent(
        QPoint(50, 50), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    panel.dragEnterEvent(enter)
    return enter.isAccepted()


def drop(panel: PicturePanel, mime: QMimeData) -> None:
    panel.dropEvent(
        QDropEvent(
            QPointF(50, 50), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )


def files(*paths: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return mime


def test_an_empty_panel_says_what_goes_there(bench: Bench) -> None:
    button = next(button for button in bench.panel.findChildren(QPushButton) if button.isVisible())
    with bench.qtbot.waitSignal(bench.panel.empty.button.clicked):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_every_visible_schedule_shows_x_t_at_the_same_relative_time(shown: Bench) -> None:
    state = shown.studio.state
    original, *others = shown.panel.gallery.tiles
    assert state.picture is not None
    assert (pixels(original.image) == np.asarray(as_image(state.picture.pixels))).all()
    epsilon = draw_noise(state.picture.pixels.shape, 0)
    for tile, entry, t in zip(others, state.entries, (100, 333), strict=True):
        expected = as_image(noised(state.picture.pixels, epsilon, weights_at(entry.schedule, t)))
        assert np.abs(pixels(tile.image) - np.asarray(expected).astype(int)).max() <= 1
        assert f"t = {t}" in tile.caption.items
    assert others[1].caption.title == "B  a<b & c"


def test_a_gray_picture_is_noised_in_gray(bench: Bench, tmp_path: Path) -> None:
    Image.new("L", (60, 40), 140).save(tmp_path / "gray.png")
    bench.do(bench.studio.set_picture, load(str(tmp_path / "gray.png"), WHITE))
    state = bench.studio.state
    assert state.picture is not None
    assert state.picture.pixels.shape == (40, 60, 1)
    original, *others = bench.panel.gallery.tiles
    assert (pixels(original.image) == 140).all()
    for tile, entry in zip(others, state.entries, strict=True):
        shown = pixels(tile.image)
        assert (shown == shown[..., :1]).all()
        x_t = noised(state.picture.pixels, draw_noise((40, 60, 1), 0), weights_at(entry.schedule, state.t_of(entry)))
        assert np.abs(shown - as_array_of_bytes(x_t)).max() <= 1


def as_array_of_bytes(x_t: np.ndarray) -> np.ndarray:
    return np.asarray(as_image(x_t)).astype(int)[..., None]


def test_numbers_are_those_of_schedule_and_picture(shown: Bench) -> None:
    state = shown.studio.state
    assert state.picture is not None
    x0 = state.picture.pixels.astype(np.float64)
    epsilon = draw_noise(x0.shape, 0).astype(np.float64)
    a, s = weights_at(state.current.schedule, 100)
    snr = 10 * np.log10(a**2 / s**2)
    measured = 10 * np.log10(np.mean((a * x0) ** 2) / np.mean((s * epsilon) ** 2))
    psnr = 10 * np.log10(4 / np.mean((a * x0 + s * epsilon - x0) ** 2))
    written = [item.replace("−", "-").split(" ") for item in shown.panel.gallery.tiles[1].caption.items]
    assert [words[0] for words in written] == ["t", "SNR", "measured", "PSNR"]
    assert [float(words[1]) for words in written[1:]] == pytest.approx([snr, measured, psnr], abs=0.051)


def test_epsilon_stays_while_t_moves_and_changes_with_the_seed(shown: Bench) -> None:
    tile = shown.panel.gallery.tiles[1]
    at_100 = pixels(tile.image)
    shown.do(shown.studio.set_t, 300)
    assert (pixels(tile.image) != at_100).any()
    shown.do(shown.studio.set_t, 100)
    assert (pixels(tile.image) == at_100).all()
    shown.do(shown.studio.set_seed, 1)
    assert (pixels(tile.image) != at_100).any()


def test_hidden_schedules_have_no_picture(shown: Bench) -> None:
    shown.do(shown.studio.set_visible, shown.studio.state.entries[0].key, False)
    assert [tile.caption.title[:1] for tile in shown.panel.gallery.tiles] == ["O", "B"]


def test_a_hidden_panel_catches_up_when_it_is_seen(shown: Bench) -> None:
    tile = shown.panel.gallery.tiles[1]
    before = tile.image
    shown.panel.hide()
    shown.do(shown.studio.set_t, 300)
    assert tile.image is before
    shown.panel.show()
    assert tile.image is not before


def test_show_state_sends_nothing_back(shown: Bench) -> None:
    heard: list[object] = []
    panel = shown.panel
    for signal in (
        panel.header.seed.chosen,
        panel.header.histogram.toggled,
        panel.header.spectrum.toggled,
        panel.header.background.chosen,
    ):
        signal.connect(heard.append)
    shown.do(shown.studio.set_histogram, True)
    shown.do(shown.studio.set_spectrum, True)
    shown.do(shown.studio.set_seed, 77)
    shown.do(shown.studio.set_t, 3)
    assert heard == []


def test_sixteen_schedules_and_a_small_window_fit(shown: Bench) -> None:
    for _ in range(14):
        shown.studio.add(shown.studio.state.current.schedule, "a name that is far too long for the room it has here")
    shown.panel.resize(720, 330)
    shown.do(shown.studio.set_histogram, True)
    room = shown.panel.gallery.rect()
    assert len(shown.panel.gallery.tiles) == 17
    assert all(
        room.left() <= tile.x() and tile.geometry().right() <= room.right() for tile in shown.panel.gallery.tiles
    )


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_pictures_are_painted_where_the_tile_says(shown: Bench, tokens: Tokens) -> None:
    shown.panel.set_theme(tokens)
    shown.do(shown.studio.set_histogram, True)
    tile = shown.panel.gallery.tiles[0]
    painted = pixels(tile.grab().toImage())
    blue, red = painted[..., 2] - painted[..., 0], painted[..., 0] - painted[..., 2]
    assert blue.max() > 200
    assert red.max() > 50


def test_pixels_of_a_small_picture_stay_sharp(bench: Bench, tmp_path: Path) -> None:
    checks = np.indices((8, 8)).sum(axis=0) % 2 * 255
    Image.fromarray(np.stack([checks, 255 - checks, checks], -1).astype(np.uint8)).save(tmp_path / "c.png")
    bench.do(bench.studio.set_picture, load(str(tmp_path / "c.png"), WHITE))
    painted = pixels(bench.panel.gallery.tiles[0].grab().toImage())
    green, magenta = (painted == (0, 255, 0)).all(-1).sum(), (painted == (255, 0, 255)).all(-1).sum()
    assert green == magenta > 5000


def test_a_large_picture_says_how_large_it_is_shown(bench: Bench, tmp_path: Path) -> None:
    Image.new("RGB", (3000, 2000), (10, 90, 200)).save(tmp_path / "large.png")
    bench.do(bench.studio.set_picture, load(str(tmp_path / "large.png"), WHITE))
    original = bench.panel.gallery.tiles[0]
    assert original.caption.items == ("shown at 1024 × 683", "saved at 3000 × 2000")
    assert original.image.width() < 1024


@pytest.mark.parametrize("size", [(1, 1), (2000, 1), (1, 2000), (5, 700)])
def test_pictures_of_any_shape(bench: Bench, tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("RGB", size, (250, 10, 10)).save(tmp_path / "thin.png")
    bench.do(bench.studio.set_picture, load(str(tmp_path / "thin.png"), WHITE))
    painted = pixels(bench.panel.gallery.tiles[0].grab().toImage())
    assert (painted == (250, 10, 10)).all(-1).any()


# the header


def test_seed_field(shown: Bench) -> None:
    header = shown.panel.header
    with shown.qtbot.waitSignal(shown.panel.header.seed.chosen) as chosen:
        header.seed.selectAll()
        QTest.keyClicks(header.seed, "8589934592")
        QTest.keyClick(header.seed, Qt.Key.Key_Return)
    assert chosen.args == [8589934592]
    shown.do(shown.studio.set_seed, 41)
    assert header.seed.text() == "41"


def test_histogram_button(shown: Bench) -> None:
    with shown.qtbot.waitSignal(shown.panel.header.histogram.toggled) as toggled:
        QTest.mouseClick(shown.panel.header.histogram, Qt.MouseButton.LeftButton)
    assert toggled.args == [True]


def test_save_menu(shown: Bench) -> None:
    with shown.qtbot.waitSignal(shown.panel.header.save_pictures.triggered):
        entry_of(shown.panel.header.save.menu(), "Save pictures…")
    with shown.qtbot.waitSignal(shown.panel.header.save_path.triggered):
        entry_of(shown.panel.header.save.menu(), "Save whole path…")


def test_samples_are_shown_as_thumbnails(shown: Bench) -> None:
    menu = shown.panel.header.samples.menu()
    assert isinstance(menu, SamplesMenu)
    menu.aboutToShow.emit()
    menu.aboutToShow.emit()
    buttons = menu.buttons
    assert buttons[0].text() == "Still life"
    assert len(buttons) == len(sample_paths()) >= 4
    with shown.qtbot.waitSignal(menu.chosen) as opened:
        QTest.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert opened.args == [str(sample_paths()[1])]


def test_background_is_offered_where_it_shows(shown: Bench, tmp_path: Path) -> None:
    button = shown.panel.header.background
    assert not button.isVisible()
    Image.new("RGBA", (20, 20), (0, 0, 0, 100)).save(tmp_path / "clear.png")
    shown.do(shown.studio.set_picture, load(str(tmp_path / "clear.png"), WHITE))
    assert button.isVisible()
    with shown.qtbot.waitSignal(shown.panel.header.background.chosen) as chosen:
        entry_of(button.menu(), "Black")
    assert chosen.args == [(0, 0, 0)]


def test_any_other_background(shown: Bench, tmp_path: Path) -> None:
    button = shown.panel.header.background
    entry_of(button.menu(), "Other…")
    dialog = button.findChild(QColorDialog)
    assert dialog is not None
    assert not dialog.isModal()
    dialog.setCurrentColor(QColor(1, 2, 3))
    with shown.qtbot.waitSignal(shown.panel.header.background.chosen) as chosen:
        dialog.accept()
    assert chosen.args == [(1, 2, 3)]


def test_tips_explain_the_numbers(shown: Bench) -> None:
    tile = shown.panel.gallery.tiles[2]
    assert "cosine:T=1000" in tile.toolTip()
    assert "N(0, 1)" not in tile.toolTip()
    shown.do(shown.studio.set_histogram, True)
    assert "N(0, 1)" in tile.toolTip()


def test_a_tip_follows_a_schedule_that_is_written_differently(shown: Bench) -> None:
    entry = shown.studio.state.entries[1]
    written = Schedule.parse("cosine:T=1000,s=0.008")
    assert written == entry.schedule
    shown.do(shown.studio.set_schedule, written, "", entry.key)
    assert "cosine:T=1000,s=0.008" in shown.panel.gallery.tiles[2].toolTip()


def test_every_button_explains_itself(shown: Bench) -> None:
    buttons = [
        button for button in shown.panel.header.findChildren(QToolButton) if button.parent() is shown.panel.header
    ]
    assert len(buttons) == 9
    assert all(button.toolTip() and (button.text() or button.accessibleName()) for button in buttons)


# dropping and pasting


def test_pictures_are_welcome_by_content_and_other_files_are_not(shown: Bench, tmp_path: Path, picture: str) -> None:
    disguised, table = tmp_path / "picture.csv", tmp_path / "table.png"
    disguised.write_bytes(Path(picture).read_bytes())
    table.write_text("t,betas\n1,0.1\n")
    assert drag(shown.panel, files(str(disguised)))
    assert not drag(shown.panel, files(str(table)))
    assert not drag(shown.panel, QMimeData())
    with shown.qtbot.waitSignal(shown.panel.pasted) as opened:
        drop(shown.panel, files(str(disguised)))
    assert local_files(opened.args[0]) == [str(disguised)]


def test_dropped_pixels_are_passed_on(shown: Bench) -> None:
    mime = QMimeData()
    mime.setImageData(QImage(4, 4, QImage.Format.Format_RGB32))
    assert drag(shown.panel, mime)
    with shown.qtbot.waitSignal(shown.panel.pasted) as pasted:
        drop(shown.panel, mime)
    assert pasted.args[0].hasImage()


def test_ctrl_v_asks_for_the_clipboard(shown: Bench) -> None:
    with shown.qtbot.waitSignal(shown.panel.paste_requested):
        QTest.keyClick(shown.panel, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_the_seed_keeps_off_its_label_and_all_controls_are_seen_in_the_smallest_window(qtbot: QtBot) -> None:
    with active_window(qtbot, QSize(*SMALLEST)) as window:
        header = child(window, Header)
        label = next(each for each in header.findChildren(QLabel) if each.buddy() is header.seed)
        assert header.seed.x() - (label.x() + label.width()) >= BEFORE_FIELD
        assert header.visibleRegion().boundingRect() == header.rect(), "It need not be scrolled sideways."
