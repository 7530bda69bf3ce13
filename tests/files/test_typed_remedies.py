"""What a remedy has to be typed with a path in it: whole, however long the path is, and one word to the shell."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import ddpm_studio
from ddpm_studio.checkpoints.answers import Answers
from ddpm_studio.checkpoints.opening import read_checkpoint
from ddpm_studio.checkpoints.remembered import Memory, RememberedError
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, StepsError, StudioError
from ddpm_studio.files.export import export_bytes
from ddpm_studio.files.steps.step_lists import read_step_list
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import LONGEST_SENTENCE, LONGEST_TYPED, Typed, Verbatim, to_type

BARS = Schedule("sigmoid", 1000).coefficients.alphas_cumprod
BETAS = Schedule("linear", 30).betas
STEPS = "step,timestep\n0,999\n1,500\n2,0\n"
ODD = ("my father's " + "x" * 140, "“files” $HOME; " + "y" * 140)
"""Folders of a path of 300 characters, with a space, a quote and what means something to a shell."""


def column(name: str, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    return "\n".join([name, *map(repr, values.tolist())])


def two_columns(one: str, other: str, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    return "\n".join(
        [
            f"{one},{other}",
            *(f"{beta!r},{value!r}" for beta, value in zip(BETAS.tolist(), values.tolist(), strict=True)),
        ]
    )


def as_schedule(path: Path) -> None:
    Schedule.parse(f"custom:path={str(path).replace(',', '%2C')}")


def as_checkpoint(path: Path) -> None:
    read_checkpoint(path)


def remembered(path: Path) -> None:
    reason = CheckpointError(QT_TRANSLATE_NOOP("errors", "{path} does not fit."), path=path)
    raise RememberedError(reason, Memory(path), Answers(prediction_type="epsilon"))


def opens(text: str, path: Path) -> None:
    assert Schedule.parse(text).T > 1


def has_the_path(text: str, path: Path) -> None:
    assert text in (str(path), f"custom:path={path}")


def are_steps(text: str, path: Path) -> None:
    assert StepsSpec.parse(text).path == str(path)


@pytest.mark.parametrize("numbers", ["0.9, 0.5, 0", "981, 501, 21, 1"])
def test_steps_that_may_be_two_things_are_read_as_either_by_what_is_said_to_type(tmp_path: Path, numbers: str) -> None:
    path, schedule = tmp_path.joinpath(*ODD) / "a list.txt", Schedule("cosine", 1000)
    path.parent.mkdir(parents=True)
    path.write_text(numbers)
    with pytest.raises(StepsError) as caught:
        StepsSpec.parse(f"file:{path}").levels(schedule, read=read_step_list)
    words = list(typed_in(caught.value))
    assert len(words) == 2
    assert all(word in str(caught.value) and word.plain in translated(caught.value) for word in words)
    assert all(StepsSpec.parse(in_shell(word)).levels(schedule, read=read_step_list).count > 1 for word in words)


def is_in_it(text: str, path: Path) -> None:
    assert Path(text).parent == path


Case = tuple[str, str, Callable[[Path], None], Callable[[str, Path], None]]
CASES: dict[str, Case] = {
    "may be two": ("x.csv", column("", BARS).strip(), as_schedule, opens),
    "no betas": ("x.csv", column("betas", BARS), as_schedule, opens),
    "turned": ("x.csv", column("alphas_cumprod", BARS[::-1]), as_schedule, opens),
    "contradiction": ("x.csv", two_columns("betas", "alphas_cumprod", BARS[:30]), as_schedule, opens),
    "posterior": ("x.csv", two_columns("betas", "alphas_cumprod_prev", BARS[:30]), as_schedule, opens),
    "steps for a schedule": ("x.csv", STEPS, as_schedule, are_steps),
    "steps for a checkpoint": ("x.json", "[999, 700, 500, 200, 1]", as_checkpoint, are_steps),
    "broken": ("x.json", '{"betas": [0.1, 0.2', as_checkpoint, has_the_path),
    "several": ("x.csv", export_bytes([Schedule("linear", 9)] * 2, None, "csv").decode(), as_checkpoint, has_the_path),
    "a table": ("x.csv", column("betas", BETAS), as_checkpoint, opens),
    "a config": ("scheduler_config.json", json.dumps({"_class_name": "DDPMScheduler"}), as_checkpoint, opens),
    "a folder": ("", "", as_checkpoint, is_in_it),
    "remembered": ("x.pt", "", remembered, has_the_path),
}


def typed_in(error: StudioError) -> Iterator[Typed]:
    yield from (value for value in error.values.values() if isinstance(value, Typed))


def in_shell(word: str) -> str:
    return subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True).stdout.decode()


def refused(name: str, folder: Path) -> tuple[StudioError, Path]:
    file, content, use, _ = CASES[name]
    folder.mkdir(parents=True)
    path = folder / file
    if file:
        path.write_text(content, "utf-8")
    else:
        (folder / "model.safetensors").write_bytes(b"")
    with pytest.raises(StudioError) as caught:
        use(path)
    return caught.value, path


@pytest.mark.parametrize("name", CASES)
def test_a_remedy_with_a_path_can_be_copied_whole(tmp_path: Path, name: str) -> None:
    error, path = refused(name, tmp_path.joinpath(*ODD))
    [word] = typed_in(error)
    assert word in str(error)
    verbatim = sum(len(value) for value in error.values.values() if isinstance(value, Verbatim))
    assert len(str(error)) <= LONGEST_SENTENCE + verbatim
    assert "path=…" not in str(error)
    CASES[name][3](in_shell(word), path)


@pytest.mark.parametrize("name", ["may be two", "steps for a checkpoint", "a table"])
def test_the_window_has_it_without_marks_of_the_shell(tmp_path: Path, name: str) -> None:
    error, path = refused(name, tmp_path.joinpath(*ODD))
    assert "'\"'\"'" not in translated(error)
    CASES[name][3](next(typed_in(error)).plain, path)
    assert next(typed_in(error)).plain in translated(error)


@pytest.mark.parametrize("text", ["plain.csv", "a b", "it's", "\x1b[2J\n.csv", "a\udcff'\\b", "‮gpj", "$(rm -rf x)`y`"])
def test_the_shell_reads_what_was_meant_and_the_terminal_nothing(text: str) -> None:
    word = to_type(text)
    assert word.isprintable()
    assert word.plain.isprintable()
    told = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True).stdout
    assert told == text.encode("utf-8", "surrogateescape")


def test_what_no_path_can_be_is_shortened() -> None:
    for letter in "a\x1b":
        assert len(to_type(letter * 10_000)) <= LONGEST_TYPED + 2


def test_no_sentence_has_a_path_to_type_that_is_not_typed() -> None:
    shortened = re.compile(r"(?:custom:path=|file:|--[a-z-]+ |ddpm-studio (?:[a-z]+ )?)(?:…|\{path\})")
    for source in Path(ddpm_studio.__file__).parent.rglob("*.py"):
        lines = source.read_text("utf-8").splitlines()
        assert not [line for line in lines if shortened.search(line) and 'f"' not in line], source
