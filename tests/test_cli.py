"""The program at the shell's door: its exit codes, what it prints where, and what it opens the window with."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from PIL import Image

from ddpm_studio.cli import main
from ddpm_studio.commands import command, summaries
from ddpm_studio.diffusion import Schedule
from ddpm_studio.errors import FileError
from ddpm_studio.files.export import export_bytes
from ddpm_studio.launch import Launch
from ddpm_studio.texts import SourceText
from tests.checkpoints.tiny import save_pipeline
from tests.no_window import in_place_of_the_window

Captured = pytest.CaptureFixture[bytes]


def refusal(capture: Captured, *arguments: str) -> str:
    assert main(arguments) == 2
    out, err = capture.readouterr()
    assert out == b""
    assert err.count(b"\n") == 1
    return err.decode().removeprefix("ddpm-studio: ").removesuffix("\n")


def test_a_screenshot_has_a_format_that_its_suffix_names(capsysbinary: Captured, started: list[Launch]) -> None:
    said = refusal(capsysbinary, "--screenshot", "window.jpeg")
    assert said == "window.jpeg ends in .jpeg; a screenshot ends in one of .png, .gif, .webp."
    assert started == []


def test_no_arguments_open_the_window(started: list[Launch]) -> None:
    assert main([]) == 0
    assert started == [Launch()]


def test_everything_reaches_the_window(tmp_path: Path, started: list[Launch]) -> None:
    Image.new("RGB", (3, 3)).save(tmp_path / "a.png")
    two = [Schedule.parse("jsd:T=2"), Schedule.parse("linear:T=3")]
    (tmp_path / "two.csv").write_bytes(export_bytes(two, None, "csv", ("mine", "")))
    files = [str(tmp_path / "a.png"), str(tmp_path / "two.csv")]
    arguments = ["--screenshot", "x.png", "--size", "1600x1000", "--schedule", "cosine:T=9  # ours", "--t", "9", *files]
    assert main(arguments) == 0
    assert started == [
        Launch(
            pictures=(files[0],),
            schedules=(Schedule.parse("cosine:T=9"), *two),
            names=("ours", "mine", ""),
            steps=((), (), ()),
            configs=(None, None, None),
            t=9,
            screenshot="x.png",
            size=(1600, 1000),
        )
    ]


@pytest.mark.parametrize("name", ["model.pt", "model.safetensors", "weights", "folder"])
def test_a_checkpoint_reaches_the_window(tmp_path: Path, started: list[Launch], name: str) -> None:
    path = tmp_path / name
    if name == "folder":
        save_pipeline(path)
    else:
        path.write_bytes(b"\x80\x02no weights, which the window will say")
    assert main([str(path), "--screenshot", "x.png"]) == 0
    assert started == [Launch(screenshot="x.png", checkpoint=str(path))]


def test_exported_schedule_opens_as_custom(tmp_path: Path, started: list[Launch]) -> None:
    path = tmp_path / "cosine.csv"
    path.write_bytes(export_bytes([Schedule.parse("cosine:T=7")], None, "csv"))
    assert main([str(path)]) == 0
    assert [str(schedule) for schedule in started[0].schedules] == [f"custom:path={path}"]


def test_the_config_of_a_scheduler_opens_with_its_steps(tmp_path: Path, started: list[Launch]) -> None:
    path = tmp_path / "mine.json"
    path.write_text('{"_class_name": "DDIMScheduler", "num_train_timesteps": 500, "timestep_spacing": "trailing"}')
    assert main([str(path), "--schedule", "jsd:T=2"]) == 0
    launch = started[0]
    assert [*map(str, launch.schedules)] == ["jsd:T=2", "linear:T=500,beta_start=0.0001,beta_end=0.02"]
    assert [[*map(str, below)] for below in launch.steps] == [[], ["trailing"]]
    assert [*map(str, launch.notes)] == ["A config does not say how many steps are taken; these are for 20."]


def test_what_the_window_complains_of_is_said(monkeypatch: pytest.MonkeyPatch, capsysbinary: Captured) -> None:
    def start(*arguments: object) -> int:
        raise FileError(SourceText("{path} cannot be drawn."), path="x.png")

    in_place_of_the_window(start, monkeypatch)
    assert refusal(capsysbinary, "--screenshot", "x.png") == "x.png cannot be drawn."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["exprot"], "There is no file or command exprot; ddpm-studio --help lists the commands."),
        (["exprot", "-o", "a.csv"], "There is no file or command exprot; ddpm-studio --help lists the commands."),
        (["--schedule", "consine"], "There is no schedule kind “consine”; did you mean “cosine”?"),
        (["--schedule", "linear", "--t", "301"], "t is 301; linear:T=300 has the steps 0 to 300."),
        (["--t", "-3"], "argument --t: “-3” is not a whole number from 0 to 100000; see ddpm-studio --help."),
        (["--size", "10x10"], "argument --size: “10x10” is not a size from 960x560 to 8192x8192; see"),
        (["--size", "big"], "argument --size: “big” is not a size from 960x560 to 8192x8192; see"),
        (["."], ". holds neither model_index.json"),
        (["x" * 300], "There is no file or command xxx"),
        (["broken.png"], "broken.png is not a picture"),
        (["broken.csv"], "broken.csv holds no betas"),
    ],
)
def test_bad_input_never_opens_the_window(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    started: list[Launch],
    capsysbinary: Captured,
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.png").write_text("hello")
    (tmp_path / "broken.csv").write_text("hello")
    assert refusal(capsysbinary, *arguments).startswith(sentence)
    assert started == []


def test_missing_libraries_of_qt_are_named(monkeypatch: pytest.MonkeyPatch, capsysbinary: Captured) -> None:
    monkeypatch.setitem(sys.modules, "ddpm_studio.gui.app", None)
    assert refusal(capsysbinary, "--screenshot", "x.png").startswith("The window cannot be loaded (")


def test_version(capsysbinary: Captured) -> None:
    assert main(["--version"]) == 0
    assert capsysbinary.readouterr().out.decode() == f"ddpm-studio {version('ddpm-studio')}\n"


def test_help_names_every_command(capsysbinary: Captured) -> None:
    assert main(["--help"]) == 0
    text = capsysbinary.readouterr().out.decode()
    for name, what in summaries().items():
        assert f"  {name} " in text
        assert what in text


@pytest.mark.parametrize("name", summaries())
def test_every_command_has_help_with_examples(capsysbinary: Captured, name: str) -> None:
    assert main([name, "--help"]) == 0
    out, err = capsysbinary.readouterr()
    assert err == b""
    text = out.decode()
    assert text.startswith(f"usage: ddpm-studio {name}")
    assert str(command(name).__doc__).splitlines()[0] in text
    assert f"  ddpm-studio {name}" in text.partition("examples:")[2]


# In a process of its own.


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "ddpm_studio", *arguments], capture_output=True, env={**os.environ, **environment}
    )


def test_module_runs_the_program() -> None:
    done = process("export", "--schedule", "jsd:T=2", "--curves", "betas")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"t,betas\n1,0.5\n2,1.0\n", b"")
    done = process("export", "--schedule", "jsd:T=0")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"ddpm-studio: T is 0; it must be a whole number from 1 to 100000.\n"


@pytest.mark.skipif(sys.platform != "linux", reason="torch brings GNU's OpenMP on Linux")
@pytest.mark.parametrize(
    ("own", "spins"), [({}, "1000"), ({"GOMP_SPINCOUNT": "7"}, "7"), ({"OMP_WAIT_POLICY": "passive"}, "0")]
)
def test_threads_that_wait_leave_the_cores_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: dict[str, str], spins: str
) -> None:
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    arguments = ("sample", "--steps", "1", "--batch", "1", "-o", str(tmp_path / "grid.png"))
    said = process(*arguments, OMP_DISPLAY_ENV="verbose", **own).stderr.decode()
    assert f"GOMP_SPINCOUNT = '{spins}'" in said


PRECISION = "import os; from ddpm_studio.process import prepare_process; prepare_process(); print(os.environ[{!r}])"


@pytest.mark.parametrize(("own", "used"), [({}, "0"), ({"NVIDIA_TF32_OVERRIDE": "1"}, "1")])
def test_a_gpu_computes_as_exactly_as_the_cpu(monkeypatch: pytest.MonkeyPatch, own: dict[str, str], used: str) -> None:
    monkeypatch.delenv("NVIDIA_TF32_OVERRIDE", raising=False)
    command = [sys.executable, "-c", PRECISION.format("NVIDIA_TF32_OVERRIDE")]
    assert subprocess.check_output(command, text=True, env={**os.environ, **own}).strip() == used


FAULTS = """
import resource
from ddpm_studio.process import prepare_process

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    [bytearray(1 << 20) for _ in range(64)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

prepare_process()
faults()
print(faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is GNU's malloc that gives memory back")
def test_memory_that_was_freed_is_there_for_the_next_call() -> None:
    """64 MiB are 16,384 ordinary pages."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    kept, given_back = (
        int(subprocess.run([sys.executable, "-c", FAULTS], capture_output=True, check=True, env=env).stdout)
        for env in (bare, {**bare, "MALLOC_TRIM_THRESHOLD_": "131072"})
    )
    assert kept < 1000
    assert given_back > 10 * kept, "what the environment says takes precedence"


def test_locale_without_unicode_is_no_obstacle() -> None:
    done = process("schedules", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "ᾱ" in done.stdout.decode("utf-8")
    done = process("export", "--schedule", "ж", PYTHONIOENCODING="ascii")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_headless_commands_import_neither_torch_nor_qt(tmp_path: Path) -> None:
    Image.new("RGB", (3, 3)).save(tmp_path / "a.png")
    code = (
        "import sys; from ddpm_studio.cli import main\n"
        "main(['export', '--schedule', 'linear', '-o', 'a.csv']); main(['schedules'])\n"
        "main(['noise', 'a.png', '--schedule', 'linear', '--t', '1', '-o', 'b.png'])\n"
        "sys.exit(' '.join({'torch', 'diffusers', 'PySide6', 'pyqtgraph'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_reader_that_leaves_is_no_error(unbuffered: str) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-m", "ddpm_studio", "export", "--schedule", "linear:T=20000", "--curves", "betas"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    assert writer.stdout.readline() == b"t,betas\n"
    writer.stdout.close()
    assert writer.stderr.read() == b""
    writer.stderr.close()
    assert writer.wait() == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_full_standard_output_is_one_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, "-m", "ddpm_studio", "schedules"], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr.startswith(b"ddpm-studio: Standard output cannot be written: No space left on device")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="this system has no such shell")
def test_closed_standard_error_is_no_obstacle() -> None:
    """What cannot be said is not said; the exit code still tells."""
    for arguments, code in ((["solvers"], 0), (["sample", "--steps", "0"], 2)):
        command = ["sh", "-c", '"$@" 2>&-', "sh", sys.executable, "-m", "ddpm_studio", *arguments]
        assert subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == code


def test_binary_stays_off_the_terminal() -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "ddpm_studio", "export", "--schedule", "linear", "--format", "npz"],
        stdout=theirs,
        stderr=subprocess.PIPE,
    )
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert b"name a file with -o" in done.stderr


DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other platforms always have a display")
@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({}, "could not connect to display"),
        ({"DISPLAY": ":9999"}, "could not connect to display :9999"),
        ({"WAYLAND_DISPLAY": "wayland-9999"}, "could not connect to display"),
        ({"QT_QPA_PLATFORM": "no-such-platform"}, 'Could not find the Qt platform plugin "no-such-platform"'),
    ],
)
def test_without_a_display_it_says_what_to_do(variables: dict[str, str], reason: str, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in DISPLAYS} | variables
    # Without a place for sockets libwayland, where it is installed, would say so itself.
    environment["XDG_RUNTIME_DIR"] = str(tmp_path)
    command = [sys.executable, "-m", "ddpm_studio", "--schedule", "linear"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"ddpm-studio: There is no display for a window ({reason}")
    assert done.stderr.count("\n") == 1
