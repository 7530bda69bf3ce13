"""Arguments of the shell themselves, which somebody may have handed on without looking."""

from __future__ import annotations

import os
from pathlib import Path

from tests.hostile.kinds import Format, Given, Harm, Writer, opens
from tests.hostile.making import EVIL

SAMPLE = ("sample", "--steps", "1", "--batch", "1", "-o", "/dev/null/a.png")


def handed_on(given: Given, out: Path) -> list[str]:
    """The arguments as they are."""
    return list(given)


def _given(*arguments: str) -> Writer:
    return lambda folder: arguments


def _exported(spec: str) -> Writer:
    return _given("export", "--schedule", spec)


def _onto(make_name: str) -> Writer:
    """An export onto something that is no file."""

    def write(folder: Path) -> tuple[str, ...]:
        path = folder / "out.csv"
        if make_name == "pipe":
            os.mkfifo(path)
        else:
            path.mkdir()
        return ("export", "--schedule", "linear:T=10", "-o", str(path))

    return write


ARGUMENTS = Format(
    "arguments",
    handed_on,
    {
        Harm.NOT_A_FILE: {
            "device": _exported("custom:path=/dev/zero"),
            "standard input": _exported("custom:path=/dev/stdin"),
            "own memory": _exported("custom:path=/proc/self/mem"),
            "device as a checkpoint": _given("inspect", "/dev/zero"),
            "device as a picture": _given("noise", "/dev/zero", "--schedule", "linear", "--t", "1"),
            "device for the window": _given("/dev/zero"),
            "onto a folder": _onto("folder"),
        },
        Harm.ENDLESS: {
            "100 000 steps of a number": _exported("linear:T=" + "1" * 100_000),
            "parts of nothing": opens(_exported("linear:T=10" + "," * 100_000)),
        },
        Harm.CLAIMS: {
            "steps": _exported("linear:T=1000000000000"),
            "batch": _given(*SAMPLE, "--batch", str(10**18)),
            "shape": _given("inspect", "pixel-portraits", "--shape", "3x999999999x999999999"),
            "window": _given("--size", "999999x999999"),
        },
        Harm.MANY: {
            "keys": _exported("linear:" + ",".join(f"k{i}=1" for i in range(20_000))),
            "curves": _given("export", "--schedule", "linear", "--curves", ",".join(["no_such"] * 10_000)),
        },
        Harm.NUMBERS: {
            "5000 digits for t": _given("noise", "a.png", "--schedule", "linear", "--t", "9" * 5000),
            "5000 digits for a seed": _given(*SAMPLE, "--seed", "9" * 5000),
            "5000 digits for steps": _given("sample", "--steps", "9" * 5000),
            "5000 digits for η": _given(*SAMPLE, "--eta", "9" * 5000),
            "5000 digits in a spec": _exported("linear:T=" + "9" * 5000),
            "5000 digits in a shape": _given("inspect", "pixel-portraits", "--shape", f"3x{'9' * 5000}x8"),
            "5000 digits for a size": _given("--size", f"{'9' * 5000}x700"),
            "NaN": _exported("linear:T=10,beta_start=nan"),
            "infinite": _exported("linear:T=inf"),
            "negative": _given(*SAMPLE, "--seed", "-1"),
            "exponent": _exported("linear:T=1e99999"),
            "digits of others": _given("noise", "a.png", "--schedule", "linear", "--t", "²"),
        },
        Harm.EXECUTES: {
            "spec": _exported("__import__('os').system('touch CANARY')"),
            "solver": _given(*SAMPLE, "--solver", "os.system"),
            "shell": _given("inspect", "$(touch CANARY)"),
            "pipe": _given("noise", "|touch CANARY", "--schedule", "linear", "--t", "1"),
            "file of arguments": _given("@/etc/passwd"),
        },
        Harm.ELSEWHERE: {
            "name on the hub that leads out": _given("inspect", "../../etc/passwd"),
            "address": _given("inspect", "http://127.0.0.1:9/a"),
            "address of betas": _exported("custom:path=http://127.0.0.1:9/a.csv"),
            "system file": _exported("custom:path=/etc/passwd"),
        },
        Harm.DAMAGE: {
            "nothing": _given("inspect", ""),
            "empty spec": _exported(""),
            "bytes that are no text": _given("inspect", "a\udcff\udcfe.pt"),
            "equals alone": _exported("=:=,="),
            "option cut off": _given("export", "--schedule"),
        },
        Harm.TEXT: {
            "command": _given(EVIL),
            "option": _given(f"--{EVIL}"),
            "spec": _exported(EVIL),
            "key": _exported(f"linear:{EVIL}=1"),
            "value": _exported(f"linear:T={EVIL}"),
            "solver": _given(*SAMPLE, "--solver", EVIL),
            "checkpoint": _given("inspect", EVIL),
            "format": _given("export", "--schedule", "linear", "--format", EVIL),
            "curve": _given("export", "--schedule", "linear", "--curves", EVIL),
            "100 000 letters": _exported("a" * 100_000),
            "checkpoint of 100 000 letters": _given("inspect", "a" * 100_000),
            "option of 100 000 letters": _given("export", f"--{'a' * 100_000}"),
        },
        Harm.ITSELF: {
            "custom in custom": _exported("custom:path=custom:path=custom"),
            "own descriptor": _given("inspect", "/proc/self/fd/0"),
        },
        Harm.NAMES: {
            "home of nobody": _given("inspect", "~x/y"),
            "betas at the home of nobody": _exported("custom:path=~x/y.csv"),
            "5000 letters": _given("a" * 5000),
            "folder of 5000 letters": _given("inspect", "a/" * 2500),
            "only dots": _given("inspect", "../" * 50 + "no such file"),
            "network of dots": _given("inspect", "pixel-portraits", "--network", "..:.."),
        },
    },
    windowless="what is typed into a shell does not get into a window by itself",
)
