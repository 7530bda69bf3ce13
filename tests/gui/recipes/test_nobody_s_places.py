"""Places of this machine: no file that is saved has the name of a folder or of a person in it, packed or not."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.spec import path_spec
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.sampling.sampling_panel import SamplingPanel
from ddpm_studio.gui.state.phase import Phase
from ddpm_studio.gui.state.picture_at import PictureAt
from ddpm_studio.gui.widgets.dialogs import SaveFormat
from tests.checkpoints.tiny import save_pipeline
from tests.gui.windows import active_window
from tests.patience import PATIENCE_S

SECRET, PERSON = "geheimnis-7391", "ada-lovelace-4412"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a secret in its name, of a person with a secret name, with a picture, a table and steps in it."""
    folder = tmp_path / SECRET
    folder.mkdir()
    for variable in ("USER", "LOGNAME", "USERNAME"):
        monkeypatch.setenv(variable, PERSON)
    Image.effect_noise((30, 20), 60).convert("RGB").save(folder / "cat.png")
    (folder / "own.csv").write_text("betas\n" + "\n".join(map(str, np.linspace(0.01, 0.3, 12))) + "\n")
    (folder / "list.txt").write_text("sigma\n0.6\n0.4\n0\n")
    return folder


def unpacked(content: bytes) -> Iterator[bytes]:
    """What a file says, and whatever in it can be inflated."""
    yield content
    for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content):
        try:
            yield zlib.decompressobj().decompress(content[found.start() :], 1 << 22)
        except zlib.error:
            continue


def said_in(path: Path) -> bytes:
    """All bytes of a file, packed and not, and of what is in its archive."""
    contents = [*unpacked(path.read_bytes())]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            contents += [archive.read(name) for name in archive.namelist()]
    return b"\0".join(contents)


def assert_nobody_s(paths: list[Path]) -> None:
    for path in paths:
        said = said_in(path)
        wide = said.replace(b"\0", b"")  # A PDF has texts of two bytes a letter.
        for word in (SECRET, PERSON):
            assert word.encode() not in said + wide, (path.name, word)


def test_a_secret_is_found_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" + zlib.compress(b"in " + SECRET.encode()))
    with pytest.raises(AssertionError):
        assert_nobody_s([tmp_path / "a"])


def test_of_the_shell(folder: Path) -> None:
    cat, own, listed = folder / "cat.png", path_spec(str(folder / "own.csv")), folder / "list.txt"
    tiny = str(save_pipeline(folder / "tiny"))
    written = []

    def write(name: str, *arguments: str) -> None:
        written.append(folder / name)
        assert main([*arguments, "-o", str(written[-1])]) == 0

    for suffix in ("png", "jpg", "webp", "tif", "bmp"):
        write(f"noised.{suffix}", "noise", str(cat), "--schedule", own, "--t", "3")
    for suffix in ("svg", "py"):
        write(f"figure.{suffix}", "figure", "--schedule", own)
    write("report.html", "report", "--schedule", own, "--picture", str(cat), "--spacing", f"file:{listed}")
    for suffix in ("png", "gif", "webp", "npz"):
        write(f"run.{suffix}", "sample", "--checkpoint", tiny, "--spacing", f"file:{listed}", "--batch", "1")
    write("along.png", "sample", "--checkpoint", tiny, "--along", own, "--steps", "3", "--batch", "1")
    for suffix in ("csv", "json", "npz"):
        write(f"schedule.{suffix}", "export", "--schedule", own)
    write("steps.csv", "steps", "--schedule", own, "--spacing", f"file:{listed}")
    assert_nobody_s(written)


@pytest.fixture
def window(qtbot: QtBot, folder: Path) -> Iterator[MainWindow]:
    """A window with a schedule, and a picture and a table out of the folder."""
    with active_window(qtbot, QSize(1024, 700), [Schedule("linear", 300)]) as window:
        for name in ("cat.png", "own.csv"):
            window.desk.files.open_path(str(folder / name))
            settle(window, qtbot)
        yield window


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.desk.samples.phase is Phase.IDLE and not window.desk.busy, timeout=PATIENCE_S * 1000)


def test_of_the_window(window: MainWindow, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, studio, written = window.desk, window.studio, list[Path]()

    def save(name: str, action: Callable[[], None]) -> None:
        path = folder / name
        answer = str(path), SaveFormat("", path.suffix)
        monkeypatch.setattr(desk.dialogs, "save", lambda *asked: answer)
        action()
        settle(window, qtbot)
        written.extend(folder.glob(f"{path.stem}*{path.suffix}"))
        assert written[-1].stem.startswith(path.stem), window.toast.text

    for suffix in ("png", "tif", "jpg"):
        save(f"sheet.{suffix}", desk.pictures.save_pictures)
    save("one.png", lambda: desk.pictures.save_picture(PictureAt(studio.state.entries[-1], 3)))
    for suffix in ("gif", "webp"):
        save(f"noising.{suffix}", desk.pictures.save_path)
    for suffix in ("png", "svg"):
        save(f"plots.{suffix}", desk.files.save_plots)
    desk.figures.show_figure()
    for suffix in ("pdf", "svg", "png", "py"):
        save(f"figure.{suffix}", desk.figures.save)
    window.panel(SamplingPanel)
    studio.set_sampling(pictures=1)
    desk.samples.setup.change_line("steps", 2)
    desk.samples.run()
    settle(window, qtbot)
    save("grid.png", desk.samples.saves.save_grid)
    save("last.png", desk.samples.saves.save_samples)
    save("run.npz", desk.samples.saves.save_tensors)
    for suffix in ("gif", "webp"):
        save(f"run.{suffix}", desk.samples.saves.save_run)
    save("report.html", desk.reports.export_report)
    assert_nobody_s(written)
