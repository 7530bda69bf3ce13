"""Betas out of files as people have them; each file that is none is refused in one sentence."""

from __future__ import annotations

import json
import pickle
import re
import shlex
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.presets import PRESETS
from ddpm_studio.diffusion.schedule import parameters
from ddpm_studio.errors import FileError, StudioError
from ddpm_studio.files.betas import read_betas, read_named_schedules, read_schedules
from ddpm_studio.files.export import export_bytes
from ddpm_studio.files.lookalikes import check_betas
from ddpm_studio.interruption import Interrupted, interruptible

BETAS = [0.1, 0.2, 0.5]
CONFIG = {"_class_name": "DDPMScheduler", "num_train_timesteps": 3, "trained_betas": BETAS}


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        "t,betas\n1,0.1\n2,0.2\n3,0.5\n",
        "betas\n0.1\n0.2\n0.5",
        "0.1\n0.2\n0.5\n",
        "# Betas\n1e-1\n2e-1\n5e-1\n",
        ",betas\n0,0.1\n1,0.2\n2,0.5\n",
        "\ufeffbetas,alphas\r\n0.1,0.9\r\n0.2,0.8\r\n0.5,0.5\r\n\r\n",
        "t;betas\n1;0.1\n2;0.2\n3;0.5\n",
        "t\tbetas\talphas\n1\t0.1\t0.9\n2\t0.2\t0.8\n3\t5e-1\t0.5\n",
        'schedule,t,betas\n"linear:T=3,beta_end=1",1,0.1\n"linear:T=3,beta_end=1",2,.2\n"linear:T=3,beta_end=1",3,0.5\n',
        "[0.1, 0.2, 0.5]",
        ' {"name": "mine", "betas": [0.1, 0.2, 0.5]}',
        '{"trained_betas": [0.1, 0.2, 0.5]}',
        json.dumps(CONFIG),
    ],
)
def test_text_files(tmp_path: Path, content: str) -> None:
    assert read_betas(written(tmp_path, content))[0].tolist() == BETAS


@pytest.mark.parametrize("array", [np.array(BETAS), np.array([BETAS]), np.array(BETAS)[:, None]])
def test_npy_and_npz(tmp_path: Path, array: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", array)
    np.savez(tmp_path / "a.npz", betas=array, other=np.ones(2))
    np.savez_compressed(tmp_path / "b.npz", betas=array)
    for name in ("a.npy", "a.npz", "b.npz"):
        assert read_betas(tmp_path / name)[0].tolist() == BETAS


def test_float32_betas_keep_their_value(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array(BETAS, np.float32))
    assert read_betas(tmp_path / "a.npy")[0].tolist() == np.array(BETAS, np.float32).astype(np.float64).tolist()


def test_custom_spec_reads_files_without_any_other_import(tmp_path: Path) -> None:
    path = written(tmp_path, "betas\n0.1\n0.2\n")
    code = (
        f"from ddpm_studio.diffusion import Schedule; print(Schedule.parse({f'custom:path={path}'!r}).betas.tolist())"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[0.1, 0.2]\n"


def test_operators_act_on_custom_betas(tmp_path: Path) -> None:
    path = written(tmp_path, "betas\n0.1\n0.2\n")
    assert Schedule.parse(f"custom:path={path},zero_snr=1").coefficients.alphas_cumprod[-1] == 0


def test_one_schedule_opens_as_custom_with_its_path(tmp_path: Path) -> None:
    path = written(tmp_path, "betas\n0.1\n0.2\n")
    assert [str(schedule) for schedule in read_schedules(path)] == [f"custom:path={path}"]


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "no column": ("t,Noise,Odds\n1,0.9,2\n", "holds no betas, only t, Noise, Odds; name a column or an entry betas"),
    "two columns without header": ("0.1,0.9\n0.2,0.8\n", "holds no betas, only 0.1, 0.9"),
    "header alone": ("t,betas\n", "has no numbers below “betas”; the file may be cut off"),
    "blank": (" \n\n", "holds no numbers"),
    "not a number": ("betas\n0.1\nabc\n", "β_2 of .* is 'abc'; it must be a number"),
    "missing value": ("t,betas\n1,0.1\n2,\n", "β_2 of .* is ''; it must be a number"),
    "cut off": ("t,betas\n1,0.1\n2", r"Line 3 of .* has 1 of 2 cells; the file may be cut off"),
    "NaN": ("betas\n0.1\nnan\n", "β_2 of .* is nan; each β must be from .* to 1"),
    "infinity": ("betas\n0.1\ninf\n", "β_2 of .* is inf"),
    "zero": ("betas\n0\n", "β_1 of .* is 0; each β must be from .* to 1"),
    "negative": ("[-0.1]", "β_1 of .* is -0.1"),
    "above one": ("[0.5, 1.5]", "β_2 of .* is 1.5"),
    "JSON NaN": ("[NaN]", "β_1 of .* is nan"),
    "cut off JSON": ('{"betas": [0.1, 0.', "is not valid JSON; it may be cut off"),
    "deep JSON": ("[" * 100_000, "is not valid JSON"),
    "nested list": ("[[0.1], [0.2]]", r"β_1 of .* is \[0.1\]; it must be a number"),
    "boolean": ("[true]", "β_1 of .* is True"),
    "huge integer": (f"[1{'0' * 400}]", "β_1 of .* is inf; each β must be from"),
    "empty list": ("[]", "holds no numbers"),
    "other object": ('{"noise": [1], "odds": [2]}', "holds no betas, only noise, odds"),
    "no beta schedule": (
        '{"_class_name": "VQDiffusionScheduler", "num_train_timesteps": 1000, "beta_start": 0.1}',
        "is for VQDiffusionScheduler, which draws tokens",
    ),
    "too many": ("betas\n" + "0.5\n" * 100_001, "holds more than 100000 betas"),
    "several": ("schedule,t,betas\na,1,0.1\nb,1,0.1\n", "holds 2 schedules, but custom takes one"),
    "several in JSON": ('[{"betas": [0.1]}, {"betas": [0.1]}]', "holds 2 schedules"),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is not a CSV, JSON, NPY or NPZ file"),
    "cut off NPY": (b"\x93NUMPY\x01\0v\0{'descr': '<f8'", "is not a readable NPY or NPZ file"),
    "cut off NPZ": (b"PK\x03\x04abc", "is not a readable NPY or NPZ file"),
    "empty": ("", "is empty"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_files_are_refused_by_name(tmp_path: Path, case: str) -> None:
    content, sentence = REFUSED[case]
    path = written(tmp_path, content)
    with pytest.raises(StudioError, match=sentence) as caught:
        Schedule.parse(f"custom:path={path}")
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 300 + len(str(path))


@pytest.mark.parametrize(
    ("array", "sentence"),
    [
        (np.array(["a"]), "only one list of real numbers is read"),
        (np.ones((2, 3)), r"holds float64 of shape \(2, 3\)"),
        (np.array([1j]), "holds complex128"),
        (np.ones(0), "holds no numbers"),
        (np.full(100_001, 0.5), "holds more than 100000 betas"),
    ],
)
def test_arrays_that_are_no_betas(tmp_path: Path, array: np.ndarray, sentence: str) -> None:
    np.save(tmp_path / "a.npy", array)
    np.savez(tmp_path / "a.npz", betas=array)
    for name in ("a.npy", "a.npz"):
        with pytest.raises(StudioError, match=sentence):
            read_betas(tmp_path / name)


def test_npz_without_betas_names_what_it_has(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", noise=np.ones(2), odds=np.ones(2))
    with pytest.raises(StudioError, match="holds no betas, only noise, odds"):
        read_betas(tmp_path / "a.npz")


# what is no β


def refusal_of(path: Path) -> str:
    with pytest.raises(StudioError) as caught:
        Schedule.parse(f"custom:path={path}")
    with pytest.raises(StudioError, match=re.escape(str(caught.value))):
        read_schedules(path)
    assert len(str(caught.value)) < 300 + 2 * len(str(path))
    return str(caught.value)


@pytest.mark.parametrize(
    "betas",
    [
        [0.1, 0.5, 0.999],
        [0.01, 0.5, 0.99],
        [0.25, 2 / 3, 1],
        [0.95, 0.95, 0.95],
        [0.99],
        [0.8, 0.3, 0.05],
        [0.99995, 0.5125],
    ],
)
def test_a_short_table_that_may_be_of_betas_is(tmp_path: Path, betas: list[float]) -> None:
    (tmp_path / "a.json").write_text(json.dumps(betas))
    assert Schedule.parse(f"custom:path={tmp_path / 'a.json'}").betas.tolist() == betas


def test_alphas_cumprod_that_call_themselves_betas_are_refused_until_they_are_named(tmp_path: Path) -> None:
    schedule = Schedule("sigmoid", 1000)
    bars = schedule.coefficients.alphas_cumprod.tolist()
    forms = {
        "object.json": json.dumps({"betas": bars}),
        "said.json": json.dumps({"betas": bars, "schedule": "linear:T=1000"}),
        "column.csv": "betas\n" + "\n".join(map(repr, bars)),
        "table.csv": "t,betas\n" + "\n".join(f"{t},{value!r}" for t, value in enumerate(bars, 1)),
        "several.csv": "schedule,t,betas\n" + "\n".join(f"a,{t},{value!r}" for t, value in enumerate(bars, 1)),
        "scheduler_config.json": json.dumps({"trained_betas": bars}),
    }
    for name, content in forms.items():
        (tmp_path / name).write_text(content)
    np.savez(tmp_path / "a.npz", betas=bars)
    np.save(tmp_path / "my betas.npy", bars)
    for name in (*forms, "a.npz", "my betas.npy"):
        sentence = refusal_of(tmp_path / name)
        assert f"{name} holds no betas, although it says so: its numbers run from 0.9997 to 3.003e-07" in sentence
        said = shlex.quote(f"custom:path={tmp_path / name},as=alphas_cumprod")
        assert sentence.endswith(f"{said} or as=sqrt_alphas_cumprod, or as=betas if they are betas all the same.")
        assert Schedule.parse(f"custom:path={tmp_path / name},as=betas").betas.tolist() == bars
        back = Schedule.parse(f"custom:path={tmp_path / name},as=alphas_cumprod")
        np.testing.assert_allclose(back.betas, schedule.betas, rtol=1e-8)


def test_trained_betas_of_a_class_are_betas_whatever_their_course(tmp_path: Path) -> None:
    """As for that class in diffusers; those who keep ᾱ there can still say so."""
    schedule = Schedule("sigmoid", 1000)
    bars = schedule.coefficients.alphas_cumprod.tolist()
    path = tmp_path / "scheduler_config.json"
    path.write_text(json.dumps({**CONFIG, "num_train_timesteps": 1000, "trained_betas": bars}))
    assert Schedule.parse(f"custom:path={path}").betas.tolist() == bars
    back = Schedule.parse(f"custom:path={path},as=alphas_cumprod")
    np.testing.assert_allclose(back.betas, schedule.betas, rtol=1e-8)


def real(spec: str) -> bool:
    """Whether a schedule leaves any picture to add noise to after its first step."""
    return Schedule.parse(spec).betas[0] < 0.99


def bounds() -> Iterator[str]:
    """Every kind, with each of its parameters at each of its bounds, short and long."""
    for kind, T in product(KINDS, (1, 4, 6, 10, 30, 1000)):
        yield f"{kind}:T={T}"
        for parameter in parameters(kind):
            for value in (parameter.low, parameter.high):
                with suppress(StudioError):
                    yield str(Schedule(kind, T, {parameter.key: value}))


def test_betas_are_never_refused(tmp_path: Path) -> None:
    tables = {spec: Schedule.parse(spec).betas for spec in (*bounds(), *(preset.spec for preset in PRESETS))}
    tables = {spec: betas for spec, betas in tables.items() if real(spec)}
    assert len(tables) > 600
    backwards = {f"{preset.spec} backwards": Schedule.parse(preset.spec).betas[::-1] for preset in PRESETS}
    for value in (1e-12, 0.02, 0.5, 0.95, 0.999, 1):
        tables[f"all {value}"] = np.full(1000, value)
    tables["1/t"] = 1 / np.arange(1, 1001)
    tables["random"] = np.random.default_rng(0).uniform(1e-4, 1, 1000)
    for name, betas in {**tables, **backwards}.items():
        try:
            check_betas(betas, "")
        except StudioError as error:
            pytest.fail(f"{name}: {error}")
    np.save(tmp_path / "a.npy", Schedule.parse("cosine:T=1000,zero_snr=1").betas)
    assert Schedule.parse(f"custom:path={tmp_path / 'a.npy'}").betas[-1] == 1


@pytest.mark.parametrize("format", ["json", "npz"])
def test_what_names_its_formula_is_not_doubted(tmp_path: Path, format: str) -> None:
    schedule = Schedule.parse("linear:T=300,beta_start=1")
    path = tmp_path / f"a.{format}"
    path.write_bytes(export_bytes([schedule], ["betas"], format))
    assert Schedule.parse(f"custom:path={path}").betas.tolist() == schedule.betas.tolist()


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.path,)


def test_nothing_in_a_file_is_executed(tmp_path: Path) -> None:
    fuse = tmp_path / "executed"
    array = np.array([Bomb(fuse)], dtype=object)
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    np.savez(tmp_path / "a.npz", betas=array)
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(Bomb(fuse)))
    for name in ("a.npy", "a.npz", "a.pkl"):
        with pytest.raises(StudioError):
            read_betas(tmp_path / name)
    assert not fuse.exists()


def test_npz_that_would_swell_is_refused_unread(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", betas=np.zeros(2**18))
    assert (tmp_path / "a.npz").stat().st_size < 2**12
    with pytest.raises(StudioError, match="holds more than 100000 betas"):
        read_betas(tmp_path / "a.npz")


def test_npy_that_claims_to_be_endless_is_refused(tmp_path: Path) -> None:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,), }\n"
    path = written(tmp_path, b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header + bytes(80))
    with pytest.raises(StudioError, match="holds more than 100000 betas"):
        read_betas(path)


def test_folder_and_missing_file(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"holds neither model_index\.json nor .*, or a file"):
        Schedule.parse(f"custom:path={tmp_path}")
    for name in (str(tmp_path / "no.csv"), "no.ckpt", "org/name.ckpt", "no", "~/no.npz", "~nobody at all/no.pt"):
        with pytest.raises(StudioError, match="There is no file"):
            Schedule.parse(f"custom:path={name}")


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_reading_much_can_be_stopped_at_any_time(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"many.{suffix}"
    path.write_bytes(export_bytes([Schedule("linear", 5000)], None, suffix))
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1

    with interruptible(count):
        assert read_named_schedules(path)[0][0].T == 5000
    assert calls >= 5

    def stop() -> None:
        raise Interrupted

    with pytest.raises(Interrupted), interruptible(stop):
        read_named_schedules(path)


def test_a_table_of_schedules_without_rows_has_no_numbers(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("schedule,t,betas\n")
    with pytest.raises(FileError, match="has no numbers below “betas”"):
        read_schedules(path)
