"""Server behind the shell: calls the program's `main` in a fork of a process that has imported everything."""

from __future__ import annotations

import os
import resource
import select
import signal
import sys
import traceback
from contextlib import suppress

from tests.hostile.measuring import import_everything, resident
from tests.hostile.serving import (
    MOST_WORK_S,
    Message,
    bound_memory,
    bound_work,
    private_replies,
    serve,
    written,
)
from tests.hostile.watching import OWN, Watch


def run(message: Message) -> Message:
    """Call `main` with some arguments in a folder, for so many seconds at most."""
    streams = [os.memfd_create(name) for name in ("out", "err", "notes")]
    base, child = resident(), os.fork()
    if child == 0:
        _be_the_program(message, *streams)
    late = _is_late(child, message["seconds"])
    _, status, usage = os.wait4(child, 0)
    left = _kill_group(child)
    said = [written(each) for each in streams]
    for each in streams:
        os.close(each)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "late": late,
        "out": said[0],
        "err": said[1],
        "noted": said[2].splitlines() + (["a process was left behind"] if left and not late else []),
        "grown": max(0, usage.ru_maxrss * 1024 - base),
        "cpu": usage.ru_utime + usage.ru_stime,
    }


def _is_late(child: int, seconds: float) -> bool:
    """Wait for the end of the child, and bring it about if that takes too long."""
    end = os.pidfd_open(child)
    late = not select.select([end], [], [], seconds)[0]
    os.close(end)
    if late:
        _kill_group(child)
    return late


def _kill_group(child: int) -> bool:
    """Kill the child and those that it began; whether there were any."""
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
        return True
    return False


def _be_the_program(message: Message, out: int, err: int, notes: int) -> None:
    code = 70
    try:
        os.setsid()
        os.chdir(message["folder"])
        for stream, descriptor in enumerate((os.open(os.devnull, os.O_RDONLY), out, err)):
            os.dup2(descriptor, stream)
        sys.stdout, sys.stderr = (
            os.fdopen(each, "w", encoding="utf-8", errors="backslashreplace" if each == 2 else "strict")
            for each in (1, 2)
        )
        bound_memory()
        bound_work(MOST_WORK_S)
        Watch(notes, OWN).case = message["case"]
        code = _exit_code(message["arguments"])
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _exit_code(arguments: list[str]) -> int:
    from ddpm_studio.cli import main

    try:
        return main(arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    answers = private_replies()
    import_everything()
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
    serve(run, answers)
