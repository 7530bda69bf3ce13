"""Memory files beside a checkpoint, NAME.ddpm-studio.json, which may have come with it; the checkpoint is good."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from tests.hostile.graphs import NAME, good
from tests.hostile.kinds import Format, Harm, Writer, may_open, opens
from tests.hostile.making import EVIL, Content, file, made, zipped
from tests.hostile.weights import inspect

SUFFIX = ".ddpm-studio.json"
ANSWERS = {"shape": [3, 8, 8], "schedule": "linear:T=10", "prediction_type": "epsilon"}


def beside(content: Content) -> Writer:
    """A good checkpoint with this memory file."""
    return file(NAME, lambda: zipped(good()), {NAME + SUFFIX: content})


def said(**values: object) -> Writer:
    """A good checkpoint with a memory file in which these answers are others."""
    return beside(lambda: json.dumps({**ANSWERS, **values}).encode())


def _instead(make: Callable[[Path], object]) -> Writer:
    """A good checkpoint with something else than a file beside it."""

    def write(folder: Path) -> str:
        path = folder / NAME
        path.write_bytes(made(lambda: zipped(good())))
        make(folder / (NAME + SUFFIX))
        return str(path)

    return write


def _spec(path: str) -> Writer:
    return said(schedule=f"custom:path={path}")


MEMORIES = Format(
    "memory file",
    inspect,
    {
        Harm.NOT_A_FILE: {
            "pipe": _instead(os.mkfifo),
            "device": _instead(lambda path: path.symlink_to("/dev/zero")),
            "directory": _instead(Path.mkdir),
            "dangling": _instead(lambda path: path.symlink_to("nothing")),
        },
        Harm.ENDLESS: {
            "lists in lists": beside(b"[" * 200_000 + b"]" * 200_000),
            "objects in objects": beside(b'{"a":' * 200_000 + b"1" + b"}" * 200_000),
        },
        Harm.CLAIMS: {
            "shape": may_open(said(shape=[3, 10**6, 10**6])),
            "steps": said(schedule="linear:T=1000000000000"),
            "17 MB": beside(lambda: b'{"shape": [3, 8, 8]' + b" " * (17 * 2**20) + b"}"),
        },
        Harm.MANY: {
            "200 000 lists": beside(b'{"schedule": [' + b"[]," * 199_999 + b"[]]}"),
            "keys": beside(lambda: json.dumps({str(i): i for i in range(100_000)}).encode()),
            "betas": said(schedule=[0.01] * 200_000),
        },
        Harm.NUMBERS: {
            "infinite shape": may_open(
                beside(b'{"shape": [1e999, 8, 8], "schedule": "linear:T=10", "prediction_type": "epsilon"}')
            ),
            "shape beyond 64 bits": may_open(said(shape=[3, 10**30, 8])),
            "shape of 5000 digits": beside(b'{"shape": [' + b"9" * 5000 + b"]}"),
            "negative shape": may_open(said(shape=[-3, 8, 8])),
            "betas beyond float": said(schedule=[10**400]),
            "betas that are NaN": said(schedule=[float("nan")] * 9),
            "heads beyond float": opens(said(heads=10**400)),
            "true": may_open(said(shape=[True, True, True])),
        },
        Harm.EXECUTES: {
            "network": opens(said(network="os:system")),
            "network of a stranger": opens(said(network="canary:Net", directory="/")),
            "trust": opens(said(trust=True, trusted=["*"])),
        },
        Harm.ELSEWHERE: {
            "schedule of a device": _spec("/dev/zero"),
            "schedule of a stranger": _spec("../../../../etc/passwd"),
            "schedule at an address": _spec("http://127.0.0.1:9/a.csv"),
            "schedule that is hidden": said(schedule="custom : T=9, path=/dev/zero"),
        },
        Harm.DAMAGE: {
            "cut off": beside(b'{"shape": [3, 8'),
            "empty": beside(b""),
            "no JSON": beside(b"\x80\x02}."),
            "list": beside(b"[]"),
            "not UTF-8": beside(b'{"schedule": "\xff"}'),
            "types": said(shape="3x8x8", schedule={"a": 1}, prediction_type=7),
        },
        Harm.TEXT: {
            "schedule": said(schedule=f"linear{EVIL}:T=10"),
            "prediction": said(prediction_type=EVIL),
            "key": opens(said(**{EVIL: EVIL})),
            "2 MB": said(prediction_type=EVIL * 150_000),
            "lone surrogate": said(prediction_type="\ud800"),
        },
        Harm.ITSELF: {
            "names its checkpoint": _spec(NAME),
            "names itself": _spec(NAME + SUFFIX),
            "link to itself": _instead(lambda path: path.symlink_to(path.name)),
            "link to its checkpoint": _instead(lambda path: path.symlink_to(NAME)),
        },
        Harm.NAMES: {
            "schedule at home": _spec("~x/y.csv"),
            "schedule of 5000 letters": _spec("a" * 5000),
            "schedule with NUL": _spec("a\0b"),
        },
    },
)
