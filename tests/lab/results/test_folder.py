"""A folder of results keeps what was drawn whatever becomes of the process, and nothing in it is believed."""

from __future__ import annotations

import os
import pickle
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.errors import FileError
from ddpm_studio.lab import driver
from ddpm_studio.lab.executors.inline_executor import InlineExecutor
from ddpm_studio.lab.results import points_database
from ddpm_studio.lab.results.points_database import FORMAT, AskedSweep, reading
from ddpm_studio.lab.results.result_folder import (
    Shard,
    folder_of_results,
    pictures_of_row,
    results_at,
    shards_in,
    united,
)
from tests.lab.fakes import PLACE, drawn, pictures_of, points
from tests.patience import PATIENCE_S


@pytest.fixture(autouse=True)
def faked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "draw_point", drawn)


def fill(path: Path, shard: Shard | None = None, count: int = 12) -> list[int | None]:
    """Draw what is missing; the steps of each point that was drawn."""
    seen: list[int | None] = []
    part = points(count) if shard is None else points(count)[shard.number - 1 :: shard.count]
    with folder_of_results(path, shard) as folder:
        driver.carry_out(folder, part, PLACE, InlineExecutor(), told=lambda point, _: seen.append(point.way.count))
    return seen


def kept(path: Path) -> dict[str, tuple[object, ...]]:
    """What is kept of each point, but the dates, with its pictures."""
    with results_at(path) as database:
        rows = database.rows()
    pictures = {key: pictures_of_row(path, row).tobytes() if row.done else b"" for key, row in rows.items()}
    return {key: (row.point.text, row.sentence, row.nfe, row.digest, pictures[key]) for key, row in rows.items()}


def test_what_is_drawn_comes_back_and_is_not_drawn_again(tmp_path: Path) -> None:
    assert fill(tmp_path) == [*range(1, 13)]
    with results_at(tmp_path) as database:
        rows = database.rows()
    for point in points():
        row = rows[point.key]
        assert row.point == point
        if point.way.count == 7:
            assert (row.done, row.sentence) == (False, "seven steps are too many")
        else:
            assert (row.nfe, row.stochastic, row.network_s, row.whole_s) == (point.way.count, False, 0.25, 0.5)
            assert np.array_equal(pictures_of_row(tmp_path, row), pictures_of(point))
    assert fill(tmp_path) == [7]  # What failed is tried again: the reason may be gone.


def test_killed_at_any_moment_it_goes_on_and_draws_nothing_twice(tmp_path: Path) -> None:
    log, folder, chance = tmp_path / "log", tmp_path / "folder", random.Random(0)
    log.touch()
    for _ in range(8):
        have = {key for key, row in kept(folder).items() if row[4]} if (folder / "results.sqlite").exists() else set()
        before = len(log.read_text().split())
        process = subprocess.Popen([sys.executable, "-m", "tests.lab.fakes", str(folder), str(log)])
        wait_for(partial(has_begun, log, before, process))
        time.sleep(chance.uniform(0, 0.1))
        process.kill()
        process.wait()
        assert not have & set(log.read_text().split()[before:])
    subprocess.run([sys.executable, "-m", "tests.lab.fakes", str(folder), str(log)], check=True, timeout=PATIENCE_S)
    fill(tmp_path / "whole", count=40)
    assert kept(folder) == kept(tmp_path / "whole")
    # What was half written is hidden, and cleared away by whoever writes there an hour later.
    files = {file.stem for file in (folder / "points").glob("[0-9a-f]*")}
    assert files == {point.key for point in points(40) if point.way.count != 7}


def has_begun(log: Path, before: int, process: subprocess.Popen[bytes]) -> bool:
    """Whether the process has begun a point, or there was none left."""
    return len(log.read_text().split()) > before or process.poll() == 0


def wait_for(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.002)


def test_a_second_process_is_told_that_one_is_there(tmp_path: Path) -> None:
    with folder_of_results(tmp_path):
        with pytest.raises(FileError, match=r"is being written by another sweep \(process \d+\); wait until"):
            fill(tmp_path)
        assert fill(tmp_path, Shard(1, 2))  # A shard has files of its own.
        with results_at(tmp_path) as database:  # Reading is never in the way.
            assert database.rows() == {}
    assert (tmp_path / "results.lock").exists()
    assert fill(tmp_path)


def test_it_is_read_while_it_is_written(tmp_path: Path) -> None:
    with folder_of_results(tmp_path) as folder:
        seen = []

        def look(*_: object) -> None:
            with results_at(tmp_path) as database:
                seen.append(len(database.rows()))

        driver.carry_out(folder, points(5), PLACE, InlineExecutor(), told=look)
    assert seen == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes() + b"x"),
        lambda path: path.write_bytes(path.read_bytes()[:-1] + b"\x7f"),
        lambda path: path.write_bytes(pickle.dumps(print)),
        lambda path: np.save(path, np.array([print], object)),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["missing", "empty", "cut", "longer", "changed", "a pickle", "objects", "a folder"],
)
def test_pictures_that_are_missing_or_damaged_are_drawn_anew(spoil: Callable[[Path], object], tmp_path: Path) -> None:
    fill(tmp_path)
    before = kept(tmp_path)
    target = tmp_path / "points" / f"{points()[3].key}.npy"
    spoil(target)
    with results_at(tmp_path) as database, pytest.raises(FileError):
        pictures_of_row(tmp_path, database.rows()[points()[3].key])
    if target.is_dir():
        with pytest.raises(FileError, match="is a folder"):
            fill(tmp_path)
        target.rmdir()
    assert fill(tmp_path) == [4, 7]
    assert kept(tmp_path) == before


def test_pictures_without_a_row_are_removed_but_nothing_else(tmp_path: Path) -> None:
    fill(tmp_path, count=2)
    for name in ("0" * 64 + ".npy", "mine.npy", "0" * 64 + ".txt"):
        (tmp_path / "points" / name).write_bytes(b"x")
    fill(tmp_path, Shard(1, 2), count=2)
    fill(tmp_path, count=2)
    assert (tmp_path / "points" / ("0" * 64 + ".npy")).exists()  # It may be a shard's, whose row is yet to come.
    for file in shards_in(tmp_path):
        file.unlink()
    fill(tmp_path, count=2)
    left = {file.name for file in (tmp_path / "points").iterdir()}
    assert left == {"mine.npy", "0" * 64 + ".txt", *(f"{point.key}.npy" for point in points(2))}


def changed(statement: str) -> Callable[[Path], None]:
    """What changes a database by a statement of SQL."""

    def change(path: Path) -> None:
        connection = sqlite3.connect(path)
        with connection:
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute(statement)
        connection.close()

    return change


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda path: path.write_bytes(b"no database, but as long as one is" * 99), "is no database; .* move it away"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "is damaged|is no "),
        (lambda path: path.write_bytes(path.read_bytes()[:100] + b"\xff" * 8000), "is damaged|is no database"),
        (changed("PRAGMA application_id = 7"), "is no result of a sweep"),
        (changed(f"PRAGMA user_version = {FORMAT + 1}"), "newer version of the program; update"),
        (changed("CREATE VIEW more AS SELECT 1"), "it has other tables"),
        (changed("CREATE TRIGGER t AFTER INSERT ON points BEGIN DELETE FROM points; END"), "it has other tables"),
        (changed("UPDATE points SET text = '{}'"), "is damaged .*no point of a sweep"),
        (changed("UPDATE points SET key = 'x' || key"), "values that no sweep writes"),
        (changed("UPDATE points SET shape = '[5, 3, 8, 9999999999]'"), "values that no sweep writes"),
        (changed("UPDATE points SET shape = '../../etc/passwd'"), "values that no sweep writes"),
        (changed("UPDATE points SET state = 'done'"), "values that no sweep writes"),
        (changed("UPDATE points SET nfe = 0"), "values that no sweep writes"),
        (changed("UPDATE points SET text = printf('%.*c', 5000000, 'x')"), "is damaged .*too big"),
        (changed("UPDATE points SET sentence = CAST(zeroblob(5000000) AS TEXT)"), "is damaged .*too big"),
        (lambda path: (path.unlink(), path.mkdir()), "is a folder"),
    ],
    ids=range(16),
)  # fmt: skip
def test_a_database_that_is_damaged_or_not_ours_is_refused(
    spoil: Callable[[Path], object], reason: str, tmp_path: Path
) -> None:
    fill(tmp_path)
    spoil(tmp_path / "results.sqlite")
    for door in (fill, kept):
        with pytest.raises(FileError, match=reason) as refused:
            door(tmp_path)
        assert str(refused.value).isprintable()


def test_there_is_nothing_to_read_or_nowhere_to_write(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="There is no file"):
        kept(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(FileError, match="cannot be made a folder"):
        fill(tmp_path / "file")


def test_shards_united_are_the_whole(tmp_path: Path) -> None:
    asked = AskedSweep("solvers = ['ddim']", "ab" * 32, (3, 8, 8))
    fill(tmp_path / "whole")
    for number in range(1, 5):
        place = tmp_path / ("together" if number < 3 else f"alone {number}")
        assert len(fill(place, Shard(number, 4))) == 3
        with folder_of_results(place, Shard(number, 4)) as folder:
            folder.database.ask(asked)
    databases = [file for place in sorted(tmp_path.iterdir()) for file in shards_in(place)]
    assert len(databases) == 4
    with folder_of_results(tmp_path / "together") as folder:
        assert united(folder, databases)[0] == 12
        assert united(folder, databases)[0] == 0
        assert folder.database.asked == asked
    assert kept(tmp_path / "together") == kept(tmp_path / "whole")
    assert fill(tmp_path / "together") == [7]


def test_what_is_asked_for_is_not_believed_either(tmp_path: Path) -> None:
    with folder_of_results(tmp_path) as folder:
        folder.database.ask(AskedSweep("solvers = ['ddim']", "ab" * 32, (3, 8, 8)))
    for shape in ("5", "[" * 100_000, '{"a": 1}', "[3, 8, 99999999999]", "null"):
        changed(f"UPDATE sweeps SET shape = '{shape}'")(tmp_path / "results.sqlite")
        with results_at(tmp_path) as database:
            assert database.asked == AskedSweep("solvers = ['ddim']", "ab" * 32, ())


def test_the_sentence_of_a_failure_does_nothing_to_a_terminal(tmp_path: Path) -> None:
    fill(tmp_path)
    changed("UPDATE points SET sentence = 'a' || char(27) || '[2Jb' WHERE state = 'failed'")(
        tmp_path / "results.sqlite"
    )
    with results_at(tmp_path) as database:
        (sentence,) = {row.sentence for row in database.rows().values()} - {""}
    assert sentence == "a\\x1b[2Jb"


def test_shards_of_different_sweeps_are_counted(tmp_path: Path) -> None:
    for number, text in ((1, "solvers = ['ddim']"), (2, "solvers = ['heun']")):
        fill(tmp_path, Shard(number, 2))
        with folder_of_results(tmp_path, Shard(number, 2)) as folder:
            folder.database.ask(AskedSweep(text, "ab" * 32, (3, 8, 8)))
    with folder_of_results(tmp_path) as folder:
        assert united(folder, shards_in(tmp_path)) == (12, 2)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR | 3 << 8, sqlite3.SQLITE_READONLY])
def test_a_full_disk_is_no_damage(code: int) -> None:
    error = sqlite3.OperationalError("the disk")
    error.sqlite_errorcode = code
    assert "cannot be used: the disk; make room" in str(points_database._refusal(Path("results.sqlite"), error))


def test_a_shard_with_damaged_pictures_is_refused_when_it_is_united(tmp_path: Path) -> None:
    fill(tmp_path / "shard", Shard(1, 1))
    (tmp_path / "shard" / "points" / f"{points()[0].key}.npy").write_bytes(b"x")
    with folder_of_results(tmp_path / "whole") as folder, pytest.raises(FileError, match="is damaged; start its sweep"):
        united(folder, shards_in(tmp_path / "shard"))


def test_only_reading_leaves_a_database_as_it_is(tmp_path: Path) -> None:
    fill(tmp_path, count=2)
    before = (tmp_path / "results.sqlite").read_bytes()
    with reading(tmp_path / "results.sqlite") as database, pytest.raises(FileError, match="readonly"):
        database.drop(points()[0].key)
    assert (tmp_path / "results.sqlite").read_bytes() == before


def test_it_is_read_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, count=2)
    before = kept(tmp_path)
    (tmp_path / "copy" / "points").mkdir(parents=True)
    for file in ("results.sqlite", *(f"points/{point.key}.npy" for point in points(2))):
        (tmp_path / "copy" / file).write_bytes((tmp_path / file).read_bytes())
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK)
    assert kept(tmp_path / "copy") == before
    assert {file.name for file in (tmp_path / "copy").iterdir()} == {"points", "results.sqlite"}
