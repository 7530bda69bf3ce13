"""Tests of the folder of kept runs: what is kept is there again, within a limit, whatever becomes of its files."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.errors import FileError
from ddpm_studio.files.filetypes import RUN, file_type
from ddpm_studio.files.kept.kept_file import read_kept, read_pictures, write_kept
from ddpm_studio.files.kept.kept_folder import LONGEST_NAME, KeptFolder, KeptLimit
from tests.files.kept.runs import ABOUT, add, pictures, recipe


@pytest.fixture
def folder(tmp_path: Path) -> KeptFolder:
    return KeptFolder(tmp_path / "runs")


def keys(folder: KeptFolder) -> list[str]:
    return [run.key for run in folder.runs()[0]]


def test_a_run_is_there_again_with_all_that_made_it(folder: KeptFolder) -> None:
    key = add(folder, 0.25, seed=7)
    (run,), unread = KeptFolder(folder.root).runs()
    assert (run.key, unread, run.run.sampler.solver) == (key, 0, "ddim")
    assert (run.calls, run.seconds, run.device, run.noise) == (20, 0.5, "CPU", (7, "one", 2, (3, 8, 8), ""))
    assert run.complete
    assert run.thumbnail.shape == (2, 8, 8, 3)
    kept = folder.pictures(key)
    assert np.all(kept.x == np.float32(0.25))
    assert np.all(kept.seen == 127)


def test_a_kept_run_is_a_run_that_can_be_dropped_on_the_window(folder: KeptFolder) -> None:
    assert file_type(folder.root / f"{add(folder)}.npz") is RUN


def test_the_latest_comes_first_and_names_and_the_pin_are_kept(folder: KeptFolder) -> None:
    first, second = add(folder), add(folder)
    folder.name(first, "the good one " + "!" * 200)
    folder.pin(first)
    again = KeptFolder(folder.root)
    (latest, named), _ = again.runs()
    assert (latest.key, latest.name, again.pinned) == (second, "", first)
    assert named.name.startswith("the good one")
    assert len(named.name) == LONGEST_NAME
    again.name(first, "")
    again.pin("")
    assert again.runs()[0][1].name == ""
    assert again.pinned == ""


def test_the_oldest_that_are_not_pinned_make_room(folder: KeptFolder) -> None:
    first, *_, last = (add(folder) for _ in range(5))
    folder.pin(first)
    folder.trim(KeptLimit(runs=2))
    assert keys(folder) == [last, first]


def test_the_limit_in_bytes_holds_as_well(folder: KeptFolder) -> None:
    *_, before, last = (add(folder) for _ in range(4))
    size = folder.runs()[0][0].nbytes
    folder.trim(KeptLimit(nbytes=2 * size))
    assert keys(folder) == [last, before]
    folder.trim(KeptLimit(nbytes=size - 1))
    assert keys(folder) == []


def test_runs_are_brought_back_until_others_are_put_away(folder: KeptFolder) -> None:
    first, second = add(folder), add(folder)
    folder.name(first, "kept")
    folder.forget([first])
    assert keys(folder) == [second]
    folder.bring_back([first])
    assert [run.name for run in folder.runs()[0]] == ["", "kept"]
    folder.forget([first])
    folder.forget([second])
    folder.bring_back([first])
    assert keys(folder) == []


def test_what_a_window_that_is_gone_had_put_away_is_deleted_after_a_while(folder: KeptFolder) -> None:
    key = add(folder)
    folder.forget([key])
    folder.clear_away(abandoned=True)
    folder.bring_back([key])
    assert keys(folder) == [key]
    folder.forget([key])
    os.utime(folder.root / "forgotten" / f"{key}.npz", (0, 0))
    folder.clear_away(abandoned=True)
    folder.bring_back([key])
    assert keys(folder) == []


def test_the_distance_is_exact_and_measured_only_between_the_same_pictures(folder: KeptFolder) -> None:
    pinned, other, noise, stopped = (
        add(folder, 0.5),
        add(folder, 0.75),
        add(folder, 0.75, seed=1),
        add(folder, 0.75, calls=7),
    )
    runs = {run.key: run for run in folder.runs()[0]}
    assert folder.distances(runs[pinned], runs.values()) == {other: 0.25}
    assert noise in runs
    assert not runs[stopped].complete
    assert folder.distances(runs[noise], runs.values()) == {}


def test_two_windows_add_to_one_folder(folder: KeptFolder) -> None:
    mine, other = folder, KeptFolder(folder.root)
    added = {add(each) for each in (mine, other) * 5}
    assert len(added) == 10
    assert set(keys(mine)) == set(keys(other)) == added
    other.forget([min(added)])
    assert len(keys(mine)) == 9
    with pytest.raises(FileError):
        mine.pictures(min(added))


def test_files_of_others_are_left_alone(folder: KeptFolder) -> None:
    add(folder)
    mine = folder.root / "thesis.npz"
    mine.write_bytes(b"mine")
    folder.trim(KeptLimit(runs=0))
    folder.forget_for_good()
    assert mine.read_bytes() == b"mine"
    assert folder.runs() == ([], 0)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.02, 0.3, 0.9, 0.999])
def test_one_that_is_cut_short_is_counted_and_the_others_are_there(folder: KeptFolder, share: float) -> None:
    broken, whole = add(folder), add(folder)
    file = folder.root / f"{broken}.npz"
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    assert keys(folder) == [whole]
    assert folder.runs()[1] == 1
    with pytest.raises(FileError):
        folder.pictures(broken)


def test_no_flipped_byte_gets_beyond_a_sentence(folder: KeptFolder) -> None:
    key, draw = add(folder), np.random.default_rng(0)
    file = folder.root / f"{key}.npz"
    sound = file.read_bytes()
    for place in draw.integers(0, len(sound), 300):
        file.write_bytes(sound[:place] + bytes([sound[place] ^ 0xFF]) + sound[place + 1 :])
        for read in (read_kept, read_pictures):
            try:
                read(file)
            except FileError as error:
                assert str(file) in str(error) or file.name in str(error)  # noqa: PT017  # Any other ends the test.


@pytest.mark.parametrize(
    "about",
    [{"calls": 0}, {"calls": 30}, {"seconds": -1}, {"calls": "x"}, {"version": 2}, {"device": None, "total": 1}],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, about: dict[str, object]) -> None:
    file = tmp_path / "run.npz"
    write_kept(file, recipe(), {**ABOUT, **about}, pictures())
    with pytest.raises(FileError):
        read_kept(file)


def test_a_newer_file_is_said_to_be_newer_and_stays(folder: KeptFolder) -> None:
    key = add(folder, version=2)
    with pytest.raises(FileError, match="newer version"):
        read_kept(folder.root / f"{key}.npz")
    assert folder.runs() == ([], 1)
    assert folder.keys() == [key]


def test_a_huge_shape_takes_no_memory(folder: KeptFolder, tmp_path: Path) -> None:
    file = folder.root / f"{add(folder)}.npz"
    content = file.read_bytes()
    assert content.count(b"(2, 3, 8, 8)") == 1
    changed = content.replace(b"(2, 3, 8, 8), }", b"(99999,9999, 9)")
    file.write_bytes(changed)
    with pytest.raises(FileError):
        read_pictures(file)


def test_names_and_pins_of_others_are_only_texts(folder: KeptFolder) -> None:
    key = add(folder)
    (folder.root / "pinned").write_text("../../etc/passwd")
    (folder.root / f"{key}.name").write_bytes(b"\xff\xfe" * 3000)
    assert folder.pinned == ""
    assert folder.runs()[0][0].name == ""


ADDING = """
import sys
from pathlib import Path
from ddpm_studio.files.kept.kept_folder import KeptFolder
from tests.files.kept.runs import add
folder = KeptFolder(Path(sys.argv[1]))
while True:
    add(folder)
    print("added", flush=True)
"""


def test_a_window_that_is_killed_while_it_saves_leaves_only_whole_runs(folder: KeptFolder) -> None:
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", ADDING, str(folder.root)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(4):
                process.stdout.readline()
            process.send_signal(signal.SIGKILL)
    found, unread = folder.runs()
    assert len(found) >= 12
    assert unread == 0
    assert all(folder.pictures(run.key).x.shape == (2, 3, 8, 8) for run in found)


def test_what_is_known_of_a_run_is_text_of_json(folder: KeptFolder) -> None:
    with np.load(folder.root / f"{add(folder)}.npz", allow_pickle=False) as arrays:
        assert json.loads(bytes(arrays["about"])) == {"version": 1, **ABOUT}
