"""Judging what came of a case: the one place that says what a hostile file may bring about."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from tests.hostile.doors import WATCHDOG_S, Server
from tests.hostile.kinds import Case
from tests.hostile.making import MIB
from tests.hostile.serving import Message

LONGEST = 320
"""Letters of a sentence, which may have a path twice: once where it is at fault, and once in what to type."""

WORK_S = 10.0
"""Seconds that the processor may work for a case; of the clock it may be more, on a busy machine."""

HELD_S = 6.0
"""Seconds that the window's own thread may work for a case: several times what any takes on a slow machine."""

BASE, TIMES = 64 * MIB, 8
SLACK = 32 * MIB
"""Bytes by which a process grows, at the first of a kind, with parts of libraries that are used for the first time."""


def in_the_shell(door: Server, case: Case) -> Iterator[str]:
    """What was wrong with a case that was given to the program's `main`, a line for each."""
    changes = door.ground.lay(case)
    arguments = case.format.command(door.ground.given, door.ground.out)
    folder = str(door.ground.case)
    answer = door.ask({"arguments": arguments, "folder": folder, "case": folder, "seconds": WATCHDOG_S})
    if answer is None:
        yield "the server died"
        return
    if answer["late"]:
        yield "did not end"
    else:
        yield from _ended(case, answer["code"], answer["out"], answer["err"])
        yield from _taken(answer, door.ground.size)
    yield from answer["noted"]
    yield from changes(answer["code"] != 0)


def in_the_window(door: Server, case: Case) -> Iterator[str]:
    """What was wrong with a case that was dropped into the window."""
    changes = door.ground.lay(case)
    folder = str(door.ground.case)
    answer = door.ask({"path": door.ground.given, "folder": folder, "case": folder, "run": case.format.runs})
    if answer is None:
        yield "the window stood still, or died"
        return
    if answer["opened"] not in case.outcomes:
        yield f"opened: {answer['opened']}; it said {answer['said']!r:.500}"
    if not answer["opened"] and not answer["said"]:
        yield "nothing was said"
    for sentence in answer["said"]:
        yield from readable(sentence)
    if answer["blocking"]:
        yield f"{answer['blocking']} is in the way"
    if answer["err"]:
        yield f"printed {answer['err']!r:.800}"
    if answer["held"] > HELD_S:
        yield f"the window's thread worked for {answer['held']:.1f} s"
    yield from _taken(answer, door.ground.size)
    yield from answer["noted"]
    yield from changes(not answer["opened"])


def of_a_process(case: Case, done: subprocess.CompletedProcess[bytes]) -> Iterator[str]:
    """What was wrong with a case that a process of its own was started with."""
    yield from _ended(
        case, done.returncode, *(each.decode("utf-8", "backslashreplace") for each in (done.stdout, done.stderr))
    )


def draws(door: Server) -> bool:
    """Whether the bundled model draws."""
    answer = door.ask({"draw": True})
    return answer is not None and bool(answer["drawn"])


def _ended(case: Case, code: int, out: str, err: str) -> Iterator[str]:
    if code not in {0 if each else 2 for each in case.outcomes}:
        yield f"exit code {code}"
    if code == 0 and err:
        yield f"opened, but said {err!r:.800}"
    if code != 0:
        yield from _sentence(err)
    if not all(map(str.isprintable, out.split("\n"))):
        yield f"printed {out!r:.300}"


def _sentence(err: str) -> Iterator[str]:
    if not (err.startswith("ddpm-studio: ") and err.endswith("\n") and err.count("\n") == 1):
        yield f"is no sentence: {err[-800:]!r}"
        return
    yield from readable(err.removesuffix("\n").removeprefix("ddpm-studio: "))


def readable(sentence: str) -> Iterator[str]:
    """What is wrong with a sentence that a person sees."""
    if not sentence.isprintable():
        yield f"is not printable: {sentence!r:.500}"
    if len(sentence) >= LONGEST:
        yield f"has {len(sentence)} letters: {sentence!r:.500}"


def within_memory(grown: int, size: int, described: int = 0) -> Iterator[str]:
    """What is wrong if a process grew by so many bytes with files of this size that may describe so many of its own."""
    most = BASE + SLACK + TIMES * size + described
    if grown > most:
        yield f"took {grown / MIB:.0f} MiB, more than {most / MIB:.0f}"


def _taken(answer: Message, size: int) -> Iterator[str]:
    """What is beyond the bounds of memory and work."""
    yield from within_memory(answer["grown"], size)
    if answer["cpu"] > WORK_S:
        yield f"worked for {answer['cpu']:.1f} s"
