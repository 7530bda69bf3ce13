"""A pool does in other processes what is done here, whatever becomes of them, and leaves none of them behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import CancelledError, as_completed
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.errors import SamplingError
from ddpm_studio.lab.executors.pool import ProcessPool
from ddpm_studio.lab.executors.share import PoolError, Share
from ddpm_studio.lab.executors.slot import MOST_AGAIN
from tests.checkpoints.families.shared.apart.processes import lives, wait_for
from tests.lab.executors import calls
from tests.patience import PATIENCE_S
from tests.tiers import repeated

TWO = [Share(1), Share(1)]
MAIN = """
import sys
from pathlib import Path
from ddpm_studio.lab.executors.pool import ProcessPool
from ddpm_studio.lab.executors.share import Share
from tests.lab.executors import calls

print("main", flush=True)
folder = Path(sys.argv[1])
pool = ProcessPool([Share(1)] * 3)
pool.submit(calls.forever, folder)
print(pool.submit(calls.process).result(), flush=True)
{then}
"""


def processes(pool: ProcessPool) -> list[int]:
    """The processes that a pool has at the moment."""
    return [slot._worker._process.pid for slot in pool._slots if slot._worker and slot._worker.code is None]


def begun(folder: Path) -> list[int]:
    """The processes that have begun what never ends."""
    return [int(file.name.partition("-")[2]) for file in folder.glob("process-*")]


def gone(number: int) -> bool:
    """Whether a child of ours has ended and was waited for."""
    try:
        os.waitid(os.P_PID, number, os.WEXITED | os.WNOWAIT | os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def test_the_numbers_are_those_of_this_process() -> None:
    with ProcessPool(TWO) as pool:
        futures = [pool.submit(calls.drawn, seed) for seed in range(6)]
        for seed, future in enumerate(futures):
            assert np.array_equal(future.result(PATIENCE_S), calls.drawn(seed))
        left = processes(pool)
    assert len(left) == 2
    assert all(map(gone, left))


def test_exceptions_come_back_and_the_rest_goes_on() -> None:
    with ProcessPool(TWO[:1]) as pool:
        refused, awkward, leaving, unsendable, drawn = (
            pool.submit(calls.refused, 5),
            pool.submit(calls.awkward),
            pool.submit(calls.leaving),
            pool.submit(calls.unsendable),
            pool.submit(calls.drawn, 1),
        )
        with pytest.raises(SamplingError, match=r"^5 is too much; take 3\.") as caught:
            refused.result(PATIENCE_S)
        assert caught.value.template == "{value} is too much; take 3."
        assert "in refused" in caught.value.__notes__[0]
        with pytest.raises(RuntimeError, match="AwkwardError: 1"):
            awkward.result(PATIENCE_S)
        with pytest.raises(RuntimeError, match="SystemExit: enough"):
            leaving.result(PATIENCE_S)
        with pytest.raises(RuntimeError, match="cannot pickle"):
            unsendable.result(PATIENCE_S)
        assert drawn.result(PATIENCE_S).shape == (24, 24)
        assert len(processes(pool)) == 1


def test_what_cannot_be_sent_is_refused_at_once() -> None:
    with ProcessPool(TWO) as pool, pytest.raises((AttributeError, TypeError), match="pickle"):
        pool.submit(lambda: 1)


def test_nothing_is_submitted_after_shutdown() -> None:
    pool = ProcessPool(TWO)
    pool.shutdown()
    pool.shutdown()
    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(calls.process)


@pytest.mark.parametrize("idle", [False, True])
def test_a_call_is_done_again_and_those_of_others_are_not(idle: bool, tmp_path: Path) -> None:
    """A process that dies with nothing to do is nobody's fault."""
    with ProcessPool(TWO) as pool:
        if idle:
            number = pool.submit(calls.process).result(PATIENCE_S)
            os.kill(number, signal.SIGKILL)
            wait_for(lambda: not lives(number))
        dying = pool.submit(calls.dying, tmp_path, MOST_AGAIN)
        others = [pool.submit(calls.told, tmp_path, f"other{number}") for number in range(9)]
        assert [other.result(PATIENCE_S) for other in others] == [1] * 9
        assert dying.result(PATIENCE_S) == 1 + MOST_AGAIN


def test_what_kills_each_process_fails_in_a_sentence_alone(tmp_path: Path) -> None:
    with ProcessPool(TWO) as pool:
        dying = pool.submit(calls.dying, tmp_path, 99)
        others = [pool.submit(calls.told, tmp_path, f"other{number}") for number in range(9)]
        with pytest.raises(PoolError, match=r"^Each of the 4 processes .* \(SIGKILL\), .* fewer processes\.$"):
            dying.result(PATIENCE_S)
        assert [other.result(PATIENCE_S) for other in others] == [1] * 9
    assert len([*tmp_path.glob("died-*")]) == 1 + MOST_AGAIN


@pytest.mark.parametrize("seed", range(2))
def test_processes_that_are_killed_at_random_change_nothing(seed: int) -> None:
    """As long as no call loses more of them than it may, which three in all cannot."""
    chance = random.Random(seed)
    for _ in range(repeated(1)):
        with ProcessPool(TWO) as pool:
            futures = {pool.submit(calls.drawn, number): number for number in range(24)}
            deaths = set(chance.sample(range(20), MOST_AGAIN))
            for count, future in enumerate(as_completed(futures, PATIENCE_S)):
                assert np.array_equal(future.result(), calls.drawn(futures[future]))
                if count in deaths and (there := processes(pool)):
                    os.kill(chance.choice(there), signal.SIGKILL)


def test_whoever_stops_waiting_ends_what_is_under_way(tmp_path: Path) -> None:
    pool = ProcessPool(TWO)
    futures = [pool.submit(calls.forever, tmp_path) for _ in range(5)]
    wait_for(lambda: len(begun(tmp_path)) == 2)
    with pytest.raises(KeyboardInterrupt), pool:
        raise KeyboardInterrupt
    assert all(map(gone, begun(tmp_path)))
    assert all(future.done() for future in futures)
    for future in futures:
        with pytest.raises(CancelledError):
            future.result()


def test_a_call_that_waits_can_be_cancelled(tmp_path: Path) -> None:
    pool = ProcessPool(TWO[:1])
    first, second = pool.submit(calls.forever, tmp_path), pool.submit(calls.told, tmp_path, "second")
    wait_for(lambda: begun(tmp_path) != [])
    assert second.cancel()
    assert not first.cancel()
    pool.shutdown(cancel_futures=True)
    assert not [*tmp_path.glob("second-*")]


def test_where_there_can_be_no_process_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with (
        ProcessPool(TWO) as pool,
        pytest.raises(PoolError, match=r"no further process \(No such .*\); use"),
    ):
        pool.submit(calls.process).result(PATIENCE_S)


@pytest.mark.parametrize("then", ["sys.stdin.read()", "sys.exit()"])
def test_processes_end_with_ours_and_never_run_its_main_module(then: str, tmp_path: Path) -> None:
    """Both one that is busy and one that waits, whether it is killed or comes to its end."""
    command = [sys.executable, "-c", MAIN.format(then=then), str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "main\n"
        waiting = int(parent.stdout.readline())
        if "read" in then:
            wait_for(lambda: begun(tmp_path) != [])
            assert lives(waiting)
            parent.kill()
        assert parent.stdout.read() == ""
    wait_for(lambda: not any(map(lives, [waiting, *begun(tmp_path)])))


def test_each_has_the_threads_and_the_gpu_of_its_share() -> None:
    with ProcessPool([Share(3, "GPU-5")]) as pool:
        environment: Callable[[str], str | None] = lambda name: pool.submit(calls.seen, name).result(PATIENCE_S)  # noqa: E731
        assert environment("OMP_NUM_THREADS") == environment("MKL_NUM_THREADS") == "3"
        assert environment("CUDA_VISIBLE_DEVICES") == "GPU-5"
