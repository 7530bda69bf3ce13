"""Projects, .ddpm: JSON that names schedules, a picture and a checkpoint; most open, and say what was left out."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path

from tests.hostile.images import png
from tests.hostile.kinds import Format, Given, Harm, Writer, may_open, opens
from tests.hostile.making import EVIL, Content, cut, file, loop, misnamed, not_a_file, nowhere

NAME = "a.ddpm"
GOOD = {"format": "ddpm-studio project", "version": 1, "schedules": [{"schedule": "linear:T=10"}]}


def shown(path: Given, out: Path) -> list[str]:
    """The command that draws a window with it."""
    return [str(path), "--screenshot", str(out / "out.png")]


def said(**values: object) -> Writer:
    """A project in which these are others."""
    return file(NAME, lambda: json.dumps({**GOOD, **values}).encode())


def scheduled(*specs: str) -> Writer:
    """A project of these schedules, not all of which are shown: a picture of it is refused."""
    return may_open(said(schedules=[{"schedule": spec} for spec in specs]))


def naming(path: str) -> bytes:
    """A project that names one file wherever it can name any."""
    spec = {"schedule": f"custom:path={path}"}
    return json.dumps(
        {
            **GOOD,
            "schedules": [spec, {"schedule": "linear:T=10", "base": {"name": "a", **spec}}],
            "picture": {"path": path},
            "sampling": {"checkpoint": path},
        }
    ).encode()


def _named(path: str) -> Writer:
    """A project whose checkpoint cannot be read: the window shows the rest, and a picture of it is refused."""
    return may_open(file(NAME, lambda: naming(path)))


def _raw(content: Content) -> Writer:
    return file(NAME, content)


def _beside(make: Callable[[Path], object]) -> Writer:
    def write(folder: Path) -> str:
        make(folder / "thing.csv")
        (folder / NAME).write_bytes(naming("thing.csv"))
        return str(folder / NAME)

    return may_open(write)


def _pasted(data: bytes | str) -> Writer:
    """A project with a pasted picture that is none: the window shows the rest, and a picture of it is refused."""
    text = data if isinstance(data, str) else base64.b64encode(data).decode()
    return may_open(said(picture={"name": EVIL, "png": text}))


def _format(rest: bytes) -> Content:
    return lambda: b'{"format": "ddpm-studio project", "schedules": ' + rest + b"}"


PROJECTS = Format(
    "project",
    shown,
    {
        Harm.NOT_A_FILE: not_a_file(NAME)
        | {
            "names a pipe": _beside(os.mkfifo),
            "names a device": _beside(lambda path: path.symlink_to("/dev/zero")),
            "names a folder": _beside(Path.mkdir),
        },
        Harm.ENDLESS: {
            "lists in lists": _raw(_format(b"[" * 500_000 + b"]" * 500_000)),
            "objects in objects": _raw(_format(b'{"a":' * 200_000 + b"1" + b"}" * 200_000)),
        },
        Harm.CLAIMS: {
            "steps": scheduled("linear:T=1000000000000"),
            "packed picture": _pasted(png(width=50_000, height=50_000)),
            "empty lists": may_open(_raw(_format(b"[" + b"[]," * 999_999 + b"[]]"))),
            "betas": opens(said(schedules=[{"schedule": "custom:", "betas": [0.1] * 200_000}])),
        },
        Harm.MANY: {
            "3000 schedules": scheduled(*["cosine:T=1000"] * 3000),
            "3000 that are refused": scheduled(*[f"cosin:T={i}" for i in range(3000)]),
            "curves": opens(said(curves=["betas"] * 300_000)),
            "lines": opens(said(sampling={"lines": [{"solver": "ddim"}] * 3000})),
            "keys": opens(said(**{f"k{i}": 0 for i in range(100_000)})),
        },
        Harm.NUMBERS: {
            "version beyond float": may_open(said(version=10**400)),
            "version of 5000 digits": may_open(
                _raw(b'{"format": "ddpm-studio project", "version": ' + b"9" * 5000 + b"}")
            ),
            "t beyond float": opens(said(t=10**400)),
            "negative t": opens(said(t=-(10**400), selected=-(10**400))),
            "moment": opens(said(moment={"scale": "t", "value": 10**400})),
            "infinite moment": opens(said(moment={"scale": "log_snr", "value": "inf"})),
            "background": opens(said(background=[10**400, -1, float("nan")])),
            "seed": opens(said(seed=10**400)),
            "betas": opens(said(schedules=[{"schedule": "custom:", "betas": [10**400, float("nan")]}])),
            "style": opens(said(schedules=[{"schedule": "linear:T=10", "style": 10**400}])),
            "settings": opens(said(sampling={"steps": 10**400, "batch": 10**30, "seed": -1, "guidance": 10**400})),
            "lines": opens(
                said(sampling={"lines": [{"solver": "ddim", "steps": 10**400, "options": {"eta": 10**400}}]})
            ),
        },
        Harm.EXECUTES: {
            "schedule": scheduled("__import__('os').system('touch CANARY')"),
            "checkpoint": may_open(said(sampling={"checkpoint": "canary:Net", "network": "canary:Net"})),
            "solver": opens(said(sampling={"lines": [{"solver": "canary.Solver"}]})),
            "format": _raw(b"\x80\x02cos\nsystem\n(X\x0c\0\0\0touch CANARYtR."),
        },
        Harm.ELSEWHERE: {
            f"names {what}": _named(path)
            for what, path in {
                "a device": "/dev/zero",
                "memory": "/proc/self/mem",
                "a stranger": "../../../../../etc/passwd",
                "an address": "http://127.0.0.1:9/a.csv",
                "a file by an address": "file:///etc/passwd",
                "a share": "//127.0.0.1/share/a.csv",
                "a share of Windows": "\\\\127.0.0.1\\share\\a.csv",
                "standard input": "/dev/stdin",
            }.items()
        },
        Harm.DAMAGE: cut(NAME, lambda: json.dumps(GOOD).encode())
        | {
            "not UTF-8": _raw(b'{"format": "ddpm-studio project", "curve": "\xff"'),
            "types": opens(said(schedules="a", sampling=[], picture=7, curves={}, moment=[], log_curves=3)),
            "entries of types": opens(said(schedules=[7, [], None, {"schedule": 7}, {}])),
            "picture of nonsense": _pasted("nonsense!"),
            "damaged picture": _pasted(png()[:40]),
            "no format": _raw(b'{"version": 1}'),
        },
        Harm.TEXT: misnamed(".ddpm", b"{nothing")
        | {
            "schedule": scheduled(EVIL),
            "schedule of 2 MB": scheduled(EVIL * 100_000),
            "name": opens(said(schedules=[{"schedule": "linear:T=10", "name": EVIL}])),
            "name of 2 MB": opens(said(schedules=[{"schedule": "linear:T=10", "name": EVIL * 100_000}])),
            "picture": opens(said(picture={"path": EVIL})),
            "bundled picture": opens(said(picture={"bundled": EVIL})),
            "checkpoint": may_open(said(sampling={"checkpoint": EVIL})),
            "curve": opens(said(curve=EVIL, axis=EVIL, view=EVIL)),
            "solver": opens(said(sampling={"lines": [{"solver": EVIL}]})),
            "lone surrogate": opens(said(schedules=[{"schedule": "linear:T=10", "name": "\ud800"}], curve="\ud800")),
        },
        Harm.ITSELF: loop(NAME) | {"names itself": _named(NAME), "names its folder": _named(".")},
        Harm.NAMES: nowhere(".ddpm")
        | {
            "names 5000 letters": _named("a" * 5000),
            "names a home": _named("~x/y"),
            "names NUL": _named("a\0b"),
            "names nothing": _named(""),
        },
    },
)
