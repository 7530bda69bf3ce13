"""Opening, pasting and saving pictures, with answers in place of the platform's dialogs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageSequence
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QClipboard, QColor, QColorSpace, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.forward import draw_noise, noised, weights_at
from ddpm_studio.files.pictures import as_array, as_image, open_picture
from ddpm_studio.gui.picture import picture_tasks
from ddpm_studio.gui.picture.captions import Captions
from ddpm_studio.gui.picture.loading import FIRST_SAMPLE, sample_paths
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.state.picture_at import PictureAt, Pictured
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.widgets.dialogs import SaveFormat
from ddpm_studio.gui.widgets.qimages import to_pillow
from tests.patience import PATIENCE_S
from tests.tiers import repeated


class Answers:
    """A person at the file dialogs who always gives `answer`; "" cancels."""

    def __init__(self) -> None:
        self.answer = ""
        self.suggestion = ""

    def open_one(self, title: str, filters: str) -> str:
        return self.answer

    def save(self, title: str, suggestion: str, formats: Sequence[SaveFormat]) -> tuple[str, SaveFormat]:
        self.suggestion = suggestion
        return self.answer, formats[0]


class Desk:
    """A Studio with two schedules, the actions on it, and everything that was said and complained of."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.widget = QWidget()
        qtbot.addWidget(self.widget)
        self.studio = Studio(self.widget)
        self.studio.add(Schedule("cosine", 1000))
        self.studio.select(self.studio.state.entries[0].key)
        self.answers = Answers()
        self.actions = PictureActions(self.studio, self.widget, self.answers)  # type: ignore[arg-type]
        self.said: list[str] = []
        self.complaints: list[str] = []
        self.progress: list[tuple[int, int]] = []
        self.actions.said.connect(self.said.append)
        self.studio.complained.connect(self.complaints.append)
        self.actions.saving.progressed.connect(self._note)

    def _note(self, name: str, done: int, total: int) -> None:
        self.progress.append((done, total))

    def show(self, path: str) -> None:
        """Open a picture and wait until that has ended."""
        self.actions.show_picture(path)
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being opened."""
        self.qtbot.waitUntil(lambda: not self.actions.opening.busy)

    def save(self, save: Callable[[], None], path: Path) -> None:
        """Save to `path` and wait until that has ended."""
        self.answers.answer = str(path)
        save()
        self.qtbot.waitUntil(lambda: self.progress[-1] == (0, 0))


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot)
    yield desk
    desk.actions.end()


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


# opening


def test_open_asks_and_shows(desk: Desk, picture: str) -> None:
    desk.answers.answer = picture
    desk.actions.open_picture()
    desk.settle()
    shown = desk.studio.state.picture
    assert shown is not None
    assert (shown.name, shown.full_size, shown.source) == ("ramp.png", (60, 40), picture)
    assert (np.asarray(as_image(shown.pixels)) == np.asarray(open_picture(picture))).all()


def test_cancelled_dialogs_change_nothing(desk: Desk, picture: str) -> None:
    desk.actions.open_picture()
    assert desk.studio.state.picture is None
    desk.show(picture)
    desk.actions.save_pictures()
    desk.actions.save_path()
    assert (desk.progress, desk.complaints) == ([], [])


def test_what_cannot_be_opened_leaves_the_last_picture(desk: Desk, picture: str, tmp_path: Path) -> None:
    desk.show(picture)
    before = desk.studio.state.picture
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    for path in (tmp_path / "bad.png", tmp_path, tmp_path / "missing.png"):
        desk.show(str(path))
    assert desk.studio.state.picture is before
    assert ["cannot be decoded" in desk.complaints[0], "is a folder" in desk.complaints[1]] == [True, True]
    assert "There is no file" in desk.complaints[2]


def test_what_was_done_to_its_colours_is_said_and_stays_in_the_tip(desk: Desk, tmp_path: Path) -> None:
    Image.fromarray(np.full((4, 4), 4095, np.uint16)).save(tmp_path / "scan.png")
    stretched = "Its levels, stored in 16 bits, use the lower 12: they were stretched, so that 4095 is white."
    desk.show(str(tmp_path / "scan.png"))
    assert desk.said == [f"scan.png: {stretched}"]
    assert desk.studio.state.picture is not None
    assert stretched in Captions().tip_of_original(desk.studio.state.picture).replace("&nbsp;", " ")


def test_pasted_colours_become_srgb(desk: Desk) -> None:
    green = QImage(2, 2, QImage.Format.Format_RGB32)
    green.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgbLinear))
    green.fill(QColor(0, 55, 0))
    mime = QMimeData()
    mime.setImageData(green)
    assert desk.actions.paste_mime(mime)
    desk.settle()
    assert desk.studio.state.picture is not None
    linear = 55 / 255
    level = 255 * (1.055 * linear ** (1 / 2.4) - 0.055)
    assert as_image(desk.studio.state.picture.pixels).getpixel((0, 0)) == pytest.approx((0, level, 0), abs=1)


def test_the_first_picture_is_the_first_sample(desk: Desk) -> None:
    desk.actions.show_first_picture()
    assert desk.studio.state.picture is not None
    assert desk.studio.state.picture.name == FIRST_SAMPLE


def test_samples_are_many_small_and_one_is_not_square() -> None:
    sizes = [open_picture(path).size for path in sample_paths()]
    assert len(sizes) >= 4
    assert any(width != height for width, height in sizes)
    assert all(400 <= max(size) <= 640 for size in sizes)
    assert sum(path.stat().st_size for path in sample_paths()) < 1_500_000


# pasting


def test_paste_pixels(desk: Desk) -> None:
    image = QImage(7, 5, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QApplication.clipboard().setImage(image)
    desk.actions.paste()
    desk.settle()
    shown = desk.studio.state.picture
    assert shown is not None
    assert (shown.full_size, shown.source, shown.transparent) == ((7, 5), "", False)
    assert (np.asarray(as_image(shown.pixels)) == (255, 0, 0)).all()


def test_paste_a_file(desk: Desk, picture: str) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/a.png"), QUrl.fromLocalFile(picture)])
    assert desk.actions.paste_mime(mime)
    desk.settle()
    assert desk.studio.state.picture is not None
    assert desk.studio.state.picture.source == picture


def test_paste_nothing_and_paste_what_is_no_picture(desk: Desk, tmp_path: Path) -> None:
    QApplication.clipboard().setText("β")
    desk.actions.paste()
    assert desk.complaints == ["There is no picture on the clipboard; copy one first."]
    (tmp_path / "a.txt").write_text("β")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.txt"))])
    assert desk.actions.paste_mime(mime)
    desk.settle()
    assert "a.txt is not a picture" in desk.complaints[1]


def test_paste_where_nothing_was_ever_copied(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QClipboard, "mimeData", lambda self: None)
    desk.actions.paste()
    assert desk.complaints == ["There is no picture on the clipboard; copy one first."]


@pytest.mark.parametrize("pasted", [True, False])
def test_another_background_under_a_transparent_picture(desk: Desk, tmp_path: Path, pasted: bool) -> None:
    clear = QImage(4, 3, QImage.Format.Format_ARGB32)
    clear.fill(Qt.GlobalColor.transparent)
    if pasted:
        QApplication.clipboard().setImage(clear)
        desk.actions.paste()
        desk.settle()
    else:
        clear.save(str(tmp_path / "clear.png"))
        desk.show(str(tmp_path / "clear.png"))
    assert desk.studio.state.picture is not None
    assert desk.studio.state.picture.transparent
    desk.actions.set_background((0, 255, 0))
    desk.settle()
    assert desk.studio.state.background == (0, 255, 0)
    assert (np.asarray(as_image(desk.studio.state.picture.pixels)) == (0, 255, 0)).all()


def test_a_background_for_a_file_that_is_gone(desk: Desk, picture: str) -> None:
    desk.show(picture)
    Path(picture).unlink()
    desk.actions.set_background((0, 0, 0))
    desk.settle()
    assert "There is no file" in desk.complaints[0]
    assert desk.studio.state.background == (255, 255, 255)


def test_new_noise_is_another_seed(desk: Desk) -> None:
    desk.actions.new_noise()
    assert desk.studio.state.seed == 1


# saving


def large_picture(tmp_path: Path) -> Path:
    y, x = np.mgrid[0:150, 0:1200]
    path = tmp_path / "large.png"
    Image.fromarray(np.stack([x // 5, y, 255 - x // 5], -1).astype(np.uint8)).save(path)
    return path


def test_pictures_are_saved_side_by_side_in_full_size(desk: Desk, tmp_path: Path) -> None:
    desk.show(str(large_picture(tmp_path)))
    desk.studio.set_seed(5)
    desk.studio.set_t(60)
    desk.save(desk.actions.save_pictures, tmp_path / "out.png")
    assert desk.answers.suggestion == "large-t60-t200.png"
    x0 = as_array(open_picture(tmp_path / "large.png"))
    epsilon = draw_noise(x0.shape, 5)
    with Image.open(tmp_path / "out.png") as image:
        saved = np.asarray(image).astype(int)
        assert image.info["Description"] == "x_0; linear:T=300 t=60; cosine:T=1000 t=200; seed=5"
    assert saved.shape == (150, 3600, 3)
    assert (saved[:, :1200] == np.asarray(open_picture(tmp_path / "large.png"))).all()
    for number, (entry, t) in enumerate(zip(desk.studio.state.entries, (60, 200), strict=True), 1):
        expected = np.asarray(as_image(noised(x0, epsilon, weights_at(entry.schedule, t)))).astype(int)
        assert np.abs(saved[:, number * 1200 : (number + 1) * 1200] - expected).max() <= 1
    assert desk.said == [f"Saved {tmp_path / 'out.png'}."]
    assert desk.progress == [(0, 3), (1, 3), (2, 3), (3, 3), (0, 0)]


def gray_picture(tmp_path: Path) -> str:
    y, x = np.mgrid[0:40, 0:60]
    Image.fromarray((x * 2 + y * 3).astype(np.uint8)).save(tmp_path / "gray.png")
    return str(tmp_path / "gray.png")


def test_a_gray_picture_is_saved_in_gray(desk: Desk, tmp_path: Path) -> None:
    desk.show(gray_picture(tmp_path))
    desk.studio.set_t(60)
    desk.save(desk.actions.save_pictures, tmp_path / "out.png")
    x0, epsilon = as_array(open_picture(tmp_path / "gray.png")), draw_noise((40, 60, 1), 0)
    with Image.open(tmp_path / "out.png") as image:
        assert (image.mode, image.size) == ("L", (180, 40))
        saved = np.asarray(image).astype(int)
    for number, (entry, t) in enumerate(zip(desk.studio.state.entries, (60, 200), strict=True), 1):
        expected = np.asarray(as_image(noised(x0, epsilon, weights_at(entry.schedule, t)))).astype(int)
        assert np.abs(saved[:, number * 60 : (number + 1) * 60] - expected).max() <= 1


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_the_path_of_a_gray_picture_is_gray(desk: Desk, tmp_path: Path, suffix: str) -> None:
    desk.show(gray_picture(tmp_path))
    desk.save(desk.actions.save_path, tmp_path / f"path{suffix}")
    with Image.open(tmp_path / f"path{suffix}") as image:
        frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.all_frames(image)]
    assert all((frame == frame[..., :1]).all() for frame in frames)
    assert (frames[0][:, :60, 0] == np.asarray(open_picture(tmp_path / "gray.png"))).all()


def test_a_gray_picture_from_the_clipboard_is_gray(desk: Desk, tmp_path: Path) -> None:
    QApplication.clipboard().setImage(QImage(gray_picture(tmp_path)).convertToFormat(QImage.Format.Format_RGB32))
    desk.actions.paste()
    desk.settle()
    assert desk.studio.state.picture is not None
    assert desk.studio.state.picture.pixels.shape == (40, 60, 1)


def test_a_pasted_picture_is_saved_over_its_background(desk: Desk, tmp_path: Path) -> None:
    clear = QImage(4, 3, QImage.Format.Format_ARGB32)
    clear.fill(Qt.GlobalColor.transparent)
    QApplication.clipboard().setImage(clear)
    desk.actions.paste()
    desk.actions.set_background((1, 2, 3))
    desk.settle()
    desk.save(desk.actions.save_pictures, tmp_path / "out.png")
    assert (np.asarray(open_picture(tmp_path / "out.png"))[:, :4] == (1, 2, 3)).all()


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_the_path_runs_from_the_picture_to_noise(desk: Desk, picture: str, tmp_path: Path, suffix: str) -> None:
    desk.studio.set_parameter("T", 6)
    desk.studio.set_visible(desk.studio.state.entries[1].key, False)
    desk.show(picture)
    path = tmp_path / f"path{suffix}"
    desk.save(desk.actions.save_path, path)
    rough = []
    with Image.open(path) as image:
        assert (image.size, len(ImageSequence.all_frames(image))) == ((60, 40), 7)
        for number in range(7):
            image.seek(number)
            rough.append(np.abs(np.diff(np.asarray(image.convert("L")).astype(int), axis=0)).mean())
    assert rough == sorted(rough)
    assert rough[0] < 12
    assert desk.progress == [(n, 7) for n in range(8)] + [(0, 0)]


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
@pytest.mark.parametrize(
    ("scale", "of_a", "of_b"),
    [
        ("t", "0,1,2,3,4,5,6,6,6", "0,1,2,3,4,5,6,7,8"),
        ("t/T", "0,1,2,2,3,4,5,5,6", "0,1,2,3,4,5,6,7,8"),
        ("log_snr", "0,5,6,6,6,6,6,6,6", "0,1,2,3,4,5,6,7,8"),
    ],
)
def test_every_frame_of_the_path_names_each_schedules_own_t(
    desk: Desk, picture: str, tmp_path: Path, suffix: str, scale: str, of_a: str, of_b: str
) -> None:
    desk.studio.set_schedule(Schedule("linear", 6))
    desk.studio.select(desk.studio.state.entries[1].key)
    desk.studio.set_schedule(Schedule("cosine", 8))
    desk.studio.set_scale(scale)
    desk.show(picture)
    path = tmp_path / f"path{suffix}"
    desk.save(desk.actions.save_path, path)
    with Image.open(path) as image:
        about = str(image.getexif().get(ExifTags.Base.ImageDescription) or image.info["comment"].decode())
        assert len(ImageSequence.all_frames(image)) == 9
    assert about == f"x_t; linear:T=6 t={of_a}; cosine:T=8 t={of_b}; seed=0"


@pytest.mark.parametrize(("scale", "name"), [("t", "ramp-t60.png"), ("t/T", "ramp-t60-t200.png")])
def test_the_name_of_saved_pictures_has_each_ones_own_t(desk: Desk, picture: str, scale: str, name: str) -> None:
    desk.show(picture)
    desk.studio.set_t(60)
    desk.studio.set_scale(scale)
    desk.actions.save_pictures()
    assert desk.answers.suggestion == name
    desk.studio.set_visible(desk.studio.state.selected, False)
    desk.actions.save_pictures()
    assert desk.answers.suggestion == ("ramp-t60.png" if scale == "t" else "ramp-t200.png")


def test_a_long_path_has_a_bounded_number_of_frames(desk: Desk, picture: str) -> None:
    desk.show(picture)
    assert picture_tasks.NoisingPathTask.of(desk.studio.state).parts == picture_tasks.MAX_FRAMES


def test_refusals_of_saving(desk: Desk, picture: str, tmp_path: Path) -> None:
    desk.actions.save_pictures()
    assert desk.complaints == ["There is no picture to save; open one first."]
    desk.show(picture)
    desk.save(desk.actions.save_path, tmp_path / "a.mp4")
    assert "a.mp4 does not end in .gif or .webp" in desk.complaints[1]
    desk.save(desk.actions.save_pictures, tmp_path / "no" / "a.png")
    assert "its folder does not exist" in desk.complaints[2]
    Path(picture).unlink()
    desk.save(desk.actions.save_pictures, tmp_path / "a.png")
    assert "ramp.png; check its name" in desk.complaints[3]
    assert not list(tmp_path.iterdir())


def test_too_large_a_sheet_is_refused(
    desk: Desk, picture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_tasks, "MAX_SHEET", 3_000_000)
    desk.show(picture)
    desk.save(desk.actions.save_pictures, tmp_path / "a.png")
    assert desk.complaints == []
    monkeypatch.setattr(picture_tasks, "MAX_SHEET", 3 * 60 * 40 - 1)
    desk.save(desk.actions.save_pictures, tmp_path / "a.png")
    assert "3 pictures of 60 × 40 are more than" in desk.complaints[0]


def test_one_saving_at_a_time_and_cancel(desk: Desk, tmp_path: Path) -> None:
    desk.show(str(large_picture(tmp_path)))
    (tmp_path / "a.gif").write_bytes(b"old")
    desk.answers.answer = str(tmp_path / "a.gif")
    desk.actions.save_path()
    desk.actions.save_path()
    assert desk.complaints == ["Another file is being saved; wait for it, or cancel it first."]
    desk.actions.saving.cancel()
    desk.qtbot.waitUntil(lambda: desk.progress[-1] == (0, 0))
    assert "was cancelled; nothing was written" in desk.said[0]
    assert (tmp_path / "a.gif").read_bytes() == b"old"
    assert names(tmp_path) == ["a.gif", "large.png"]


def test_closing_while_saving_ends_it(desk: Desk, tmp_path: Path) -> None:
    desk.show(str(large_picture(tmp_path)))
    desk.answers.answer = str(tmp_path / "a.webp")
    desk.actions.save_path()
    desk.actions.end()
    assert names(tmp_path) == ["large.png"]
    desk.qtbot.wait(0)
    assert desk.said == []


def test_fifty_savings_begun_and_ended(desk: Desk, tmp_path: Path) -> None:
    desk.show(str(large_picture(tmp_path)))
    desk.answers.answer = str(tmp_path / "a.gif")
    for _ in range(repeated(50)):
        desk.actions.save_path()
        desk.actions.end()
    assert names(tmp_path) == ["large.png"]


def test_an_encoder_that_fails_is_reported(
    desk: Desk, picture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError("encoding error 5")

    monkeypatch.setattr(picture_tasks, "write_animation", fail)
    desk.show(picture)
    desk.save(desk.actions.save_path, tmp_path / "a.webp")
    assert "a.webp cannot be written: encoding error 5" in desk.complaints[0]


LEAVING = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from ddpm_studio.gui.picture.picture_actions import PictureActions
from ddpm_studio.gui.state.picture_at import PictureAt
from ddpm_studio.gui.state.studio import Studio

class Answers:
    def save(self, title, suggestion, formats):
        return sys.argv[2], formats[0]

app = QApplication([])
window = QWidget()
actions = PictureActions(Studio(window), window, Answers())
window.show()
actions.opening.progressed.connect(lambda title, done, parts: parts or QTimer.singleShot(0, save))
actions.show_picture(sys.argv[1])

def save():
    actions.save_path()
    QTimer.singleShot(50, window.close)

sys.exit(app.exec())
"""


def test_the_program_ends_while_it_saves(tmp_path: Path) -> None:
    picture = large_picture(tmp_path)
    command = [sys.executable, "-c", LEAVING, str(picture), str(tmp_path / "a.webp")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
    left = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
    assert (done.returncode, left, names(tmp_path)) == (0, [], ["large.png"])


# one of the pictures


def test_a_picture_is_copied_at_the_size_at_which_it_is_noised(desk: Desk, tmp_path: Path) -> None:
    Image.merge("RGB", [Image.effect_noise((1500, 900), 60) for _ in range(3)]).save(tmp_path / "large.png")
    desk.show(str(tmp_path / "large.png"))
    state = desk.studio.state
    assert state.picture is not None
    x0, entry = state.picture.pixels, state.entries[1]
    expected = {
        PictureAt(): as_image(x0),
        PictureAt(entry, 400): as_image(noised(x0, draw_noise(x0.shape, 0), weights_at(entry.schedule, 400))),
        PictureAt(entry, 400, Pictured.NOISE): as_image(
            noised(0 * x0, draw_noise(x0.shape, 0), weights_at(entry.schedule, 400))
        ),
    }
    for at, picture in expected.items():
        desk.actions.copy_picture(at)
        copied = np.asarray(to_pillow(QApplication.clipboard().image())).astype(int)
        assert copied.shape[:2] == (614, 1024)
        assert np.abs(copied - np.asarray(picture).astype(int)).max() <= 1


def test_a_picture_is_saved_at_full_size_and_says_how_it_was_made(desk: Desk, tmp_path: Path) -> None:
    Image.effect_noise((1100, 90), 60).convert("RGB").save(tmp_path / "large.png")
    desk.show(str(tmp_path / "large.png"))
    entry = desk.studio.state.entries[1]
    desk.save(lambda: desk.actions.save_picture(PictureAt(entry, 400)), tmp_path / "one.png")
    assert desk.answers.suggestion == "large-B-t400.png"
    x0 = as_array(Image.open(tmp_path / "large.png"))
    x_t = as_image(noised(x0, draw_noise(x0.shape, 0), weights_at(entry.schedule, 400)))
    with Image.open(tmp_path / "one.png") as saved:
        assert np.abs(np.asarray(saved).astype(int) - np.asarray(x_t).astype(int)).max() <= 1
        assert saved.info["Description"] == "x_t; cosine:T=1000 t=400; seed=0"
    signal, noise = weights_at(entry.schedule, 400)
    addends = {Pictured.PICTURE: ((signal, 0.0), "x0"), Pictured.NOISE: ((0.0, noise), "noise")}
    for shows, (weights, ending) in addends.items():
        at = PictureAt(entry, 400, shows)
        desk.save(partial(desk.actions.save_picture, at), tmp_path / f"{ending}.png")
        assert desk.answers.suggestion == f"large-B-t400-{ending}.png"
        with Image.open(tmp_path / f"{ending}.png") as saved:
            addend = as_image(noised(x0, draw_noise(x0.shape, 0), weights))
            assert np.abs(np.asarray(saved).astype(int) - np.asarray(addend).astype(int)).max() <= 1
            assert saved.info["Description"].endswith(f"·{shows.value}; cosine:T=1000 t=400; seed=0")
    desk.save(lambda: desk.actions.save_picture(PictureAt()), tmp_path / "none.png")
    with Image.open(tmp_path / "none.png") as saved, Image.open(tmp_path / "large.png") as original:
        assert saved.info["Description"] == "x_0; seed=0"
        assert (np.asarray(saved) == np.asarray(original)).all()


def test_without_a_picture_none_is_copied_or_saved(desk: Desk) -> None:
    QApplication.clipboard().setText("as it was")
    desk.actions.copy_picture(PictureAt())
    desk.actions.save_picture(PictureAt())
    assert QApplication.clipboard().text() == "as it was"
    assert desk.answers.suggestion == ""
