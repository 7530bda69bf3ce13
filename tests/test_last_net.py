"""What nobody foresaw: at each door one sentence, exit code 2 and an entry in the log, and nothing beside it."""

from __future__ import annotations

import lzma
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from ddpm_studio import cli
from ddpm_studio.commands import command, names
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError
from ddpm_studio.files import betas, logs, pictures
from ddpm_studio.files.betas import read_schedules
from ddpm_studio.files.decoding import decoded
from ddpm_studio.files.pictures import read_picture
from ddpm_studio.files.places import log_folder
from ddpm_studio.files.reading import ForeignFile
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.projects import project_file
from ddpm_studio.gui.projects.project_file import read_project
from ddpm_studio.interruption import Interrupted, interruptible
from ddpm_studio.release import SOURCE

UNFORESEEN = (
    RecursionError("maximum recursion depth exceeded"),
    ImportError("libtorch_cpu.so: is not there\nand more\x1b[2J"),
    OverflowError("int too large to convert to float"),
    lzma.LZMAError("Corrupt input data"),
    KeyError("x" * 5000),
    AssertionError(),
)
NO_ERRORS = (KeyboardInterrupt(), SystemExit(3), Interrupted())


def raising(error: BaseException) -> Callable[..., None]:
    def fail(*arguments: object, **named: object) -> None:
        raise error

    return fail


def logged() -> str:
    log = log_folder() / logs.LOG
    return log.read_text("utf-8") if log.exists() else ""


def is_one_sentence(text: str) -> bool:
    line = text.removesuffix("\n")
    return line.startswith("ddpm-studio: ") and line.isprintable() and len(line) < 300 + len(str(log_folder()))


def test_a_program_that_is_not_installed_tells_of_its_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", raising(PackageNotFoundError("ddpm-studio")))
    logs.logged(KeyError("weight"), "Sampling")
    assert f"ddpm-studio {SOURCE}, Python" in logged()


@pytest.mark.parametrize("error", UNFORESEEN, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("name", names())
def test_a_command_ends_in_a_sentence_and_an_entry(
    name: str, error: Exception, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command(name), "configure", lambda parser: None)
    monkeypatch.setattr(command(name), "run", raising(error))
    assert cli.main([name]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert is_one_sentence(said.err)
    assert type(error).__name__ in said.err
    assert logged().count("Traceback (most recent call last)") == 1
    assert type(error).__name__ in logged()


@pytest.mark.parametrize("error", [MemoryError(), ImportError("libtorch_cpu.so: failed to map segment from x.so")])
def test_want_of_memory_is_told_as_that(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "_open_window", raising(error))
    assert cli.main([]) == 2
    assert capfd.readouterr().err.startswith("ddpm-studio: The memory ran out; ")


@pytest.mark.parametrize("error", NO_ERRORS, ids=lambda error: type(error).__name__)
def test_what_is_no_error_goes_on(error: BaseException, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command("schedules"), "run", raising(error))
    with pytest.raises(type(error)):
        cli.main(["schedules"])
    with pytest.raises(type(error)), logs.reading(tmp_path):
        raise error
    assert logged() == ""


def test_without_a_place_for_a_log_there_is_none(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logs, "log_folder", raising(FileError(QT_TRANSLATE_NOOP("errors", "no home"))))
    monkeypatch.setattr(command("schedules"), "run", raising(KeyError("x")))
    assert cli.main(["schedules"]) == 2
    assert is_one_sentence(capfd.readouterr().err)


def by_spec(path: Path) -> object:
    return Schedule.parse(f"custom:path={path}")


DOORS: dict[str, tuple[object, str, Callable[[Path], object]]] = {
    "custom:path": (betas, "from_csv", by_spec),
    "schedules": (betas, "from_csv", read_schedules),
    "picture": (pictures, "decoded", read_picture),
    "project": (project_file, "from_text", read_project),
}


@pytest.mark.parametrize("error", [*UNFORESEEN, MemoryError()], ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("door", DOORS)
def test_a_file_is_named_by_what_fails_in_reading_it(
    door: str, error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, name, read = DOORS[door]
    path = tmp_path / "a"
    path.write_text("betas\n0.1\n")
    monkeypatch.setattr(module, name, raising(error))
    with pytest.raises(FileError, match=rf"a cannot be read: {type(error).__name__}; .* logged in .*errors\.log"):
        read(path)
    assert str(path) in logged()
    assert "Traceback" in logged()


def test_the_window_tells_of_the_file(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("betas\n0.1\n")
    monkeypatch.setattr(betas, "from_csv", raising(RecursionError()))
    window = open_window([], [], None)
    qtbot.addWidget(window)
    said: list[str] = []
    window.studio.complained.connect(lambda error: said.append(str(error)))
    window.desk.files.open_path(str(path))
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].startswith(f"{path} cannot be read: RecursionError; ")
    assert "Traceback" in logged()
    window.close()


def test_without_memory_to_log_an_error_that_is_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "versions", raising(MemoryError()))
    assert "memory ran out" in str(logs.unforeseen(SystemError("error return without exception set")))


def test_libraries_write_nothing_beside_the_sentence() -> None:
    code = (
        "import logging, warnings; from ddpm_studio.process import quiet_libraries; quiet_libraries();"
        "warnings.warn('a'); logging.getLogger('a.library').error('b'); logging.error('c')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stderr == b""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs the limits of Linux")
@pytest.mark.parametrize("limit", [60, 250, 400, 1000])  # Between, libraries of torch end the process by themselves.
@pytest.mark.parametrize("words", [("export", "--schedule", "linear"), ("inspect", "pixel-portraits")])
def test_a_process_short_of_memory(limit: int, words: tuple[str, ...]) -> None:
    code = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_AS, ({limit << 20}, {limit << 20}));"
        f"sys.argv[1:] = {words!r}; from ddpm_studio.__main__ import main; sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 2)
    assert done.returncode == 0 or is_one_sentence(done.stderr)


def test_decoding_can_be_stopped_while_it_reads(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    pictures.write_picture(path, Image.new("RGB", (64, 64)))
    with pytest.raises(Interrupted), interruptible(raising(Interrupted())):
        decoded(ForeignFile(path).stream(), "a")
