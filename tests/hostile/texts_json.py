"""Betas in JSON, and scheduler_config.json of diffusers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from tests.hostile.arrays import export
from tests.hostile.kinds import Format, Harm, Writer, may_open, opens
from tests.hostile.making import EVIL, Content, cut, file, loop, misnamed, not_a_file, nowhere

BETAS, CONFIG = "a.json", "scheduler_config.json"
GOOD = {"_class_name": "DDPMScheduler", "beta_schedule": "linear", "num_train_timesteps": 10}


def _of(content: Content) -> Writer:
    return file(BETAS, content)


def _json(value: object) -> Writer:
    return file(BETAS, lambda: json.dumps(value).encode())


def _config(**values: object) -> Writer:
    return file(CONFIG, lambda: json.dumps({**GOOD, **values}).encode())


def _in_config(content: Content) -> Writer:
    return file(CONFIG, content)


def _objects(**values: object) -> bytes:
    return json.dumps([{"betas": [0.1, 0.2], **values}] * 2).encode()


MANY: Mapping[str, Callable[[], bytes]] = {
    "empty lists": lambda: b"[" + b"[]," * 999_999 + b"[]]",
    "empty objects": lambda: b"[" + b"{}," * 499_999 + b"{}]",
    "keys": lambda: b"{" + b",".join(b'"%d":0' % i for i in range(300_000)) + b"}",
    "numbers": lambda: b"[" + b"0," * 1_499_999 + b"0]",
    "texts": lambda: b"[" + b'"",' * 999_999 + b'""]',
}
DEEP: Mapping[str, Callable[[], bytes]] = {
    "lists in lists": lambda: b"[" * 1_000_000,
    "closed lists in lists": lambda: b"[" * 500_000 + b"]" * 500_000,
    "objects in objects": lambda: b'{"betas":' * 200_000 + b"1" + b"}" * 200_000,
}
JSON = Format(
    "JSON",
    export,
    {
        Harm.NOT_A_FILE: not_a_file(BETAS),
        Harm.ENDLESS: {what: _of(content) for what, content in DEEP.items()},
        Harm.CLAIMS: {
            "lists of lists": _of(lambda: b'{"betas":[' + b"[]," * 999_999 + b"[]]}"),
            "escapes": _of(lambda: b'{"' + b"\\u0041" * 500_000 + b'": 1}'),
            "blanks": _of(lambda: b"[" + b" " * 3_000_000 + b"]"),
        },
        Harm.MANY: {what: _of(content) for what, content in MANY.items()}
        | {
            "3000 schedules": may_open(
                _of(lambda: json.dumps([{"betas": [0.1], "schedule": "cosine:T=100000"}] * 3000).encode())
            )
        },
        Harm.NUMBERS: {
            "beyond float": _json([10**400]),
            "5000 digits": _of(b"[" + b"9" * 5000 + b"]"),
            "fraction of 100 000 digits": _of(b"[0." + b"1" * 100_000 + b"e5]"),
            "exponent": _of(b"[1e99999999]"),
            "NaN": _of(b"[NaN, 0.1]"),
            "infinite": _of(b"[Infinity, -Infinity]"),
            "negative": _json([-0.1]),
            "true": _json([True, False]),
        },
        Harm.EXECUTES: {
            "call": _of(b"[__import__('os').system('touch CANARY')]"),
            "YAML": _of(b"[!!python/object/apply:os.system ['touch CANARY']]"),
            "YAML in lines": _of(b"betas: !!python/object/apply:os.system ['touch CANARY']\n"),
            "object of jsonpickle": _json({"py/reduce": [{"py/function": "os.system"}, ["touch CANARY"]]}),
            "class": _json({"__class__": "os.system", "betas": "touch CANARY"}),
        },
        Harm.ELSEWHERE: {
            "schedule of a device": opens(_json({"betas": [0.1, 0.2], "schedule": "custom:path=/dev/zero"})),
            "betas of a file": _json({"betas": "/etc/passwd"}),
            "reference": _json({"betas": {"$ref": "file:///etc/passwd"}}),
            "include": _of(b'{"betas": !include /etc/passwd}'),
        },
        Harm.DAMAGE: cut(BETAS, b"[0.1, 0.2, 0.3]")
        | {
            "not UTF-8": _of(b'["\xff\xfe"]'),
            "NUL": _of(b"[0.1\0]"),
            "two values": _of(b"[0.1] [0.2]"),
            "comment": _of(b"[0.1] // 1"),
            "types": _json({"betas": {"a": [1]}}),
            "texts": _json(["0.1", None, {}]),
            "UTF-32": _of("[0.1]".encode("utf-32")),
            "key twice": _of(b'{"betas": [0.1], "betas": "x"}'),
        },
        Harm.TEXT: misnamed(".json", b"{nothing")
        | {
            "key": _json({EVIL: 1}),
            "keys": _json({f"{EVIL}{i}": 1 for i in range(500)}),
            "key of 2 MB": _json({EVIL * 100_000: 1}),
            "number": _json([f"0.1{EVIL}"]),
            "schedule": opens(_json({"betas": [0.1, 0.2], "schedule": EVIL, "name": EVIL})),
            "lone surrogate": _json({"\ud800": 1}),
            "schedule that is a list": opens(_json({"betas": [0.1, 0.2], "schedule": [[[EVIL]]], "name": {"a": 1}})),
        },
        Harm.ITSELF: loop(BETAS)
        | {"names itself": opens(_json({"betas": [0.1, 0.2], "schedule": f"custom:path={BETAS}"}))},
        Harm.NAMES: nowhere(".json")
        | {"schedule of 5000 letters": opens(_json({"betas": [0.1, 0.2], "schedule": "custom:path=" + "a" * 5000}))},
    },
)
CONFIGS = Format(
    "scheduler config",
    export,
    {
        Harm.NOT_A_FILE: not_a_file(CONFIG),
        Harm.ENDLESS: {what: _in_config(content) for what, content in DEEP.items()},
        Harm.CLAIMS: {
            "steps": _config(num_train_timesteps=10**12),
            "trained betas of lists": _in_config(lambda: b'{"trained_betas":[' + b"[]," * 500_000 + b"[]]}"),
        },
        Harm.MANY: {
            "trained betas": _config(trained_betas=[1e-4] * 200_000),
            "keys": _in_config(
                lambda: (
                    b'{"beta_schedule":"linear","num_train_timesteps":-1'
                    + b"".join(b',"%d":0' % i for i in range(200_000))
                    + b"}"
                )
            ),
        },
        Harm.NUMBERS: {
            "start beyond float": _config(beta_start=10**400),
            "start of 5000 digits": _in_config(b'{"beta_schedule": "linear", "beta_start": ' + b"9" * 5000 + b"}"),
            "shift beyond float": _config(snr_shift_scale=10**400),
            "end that is NaN": _config(beta_end=float("nan")),
            "infinite end": _config(beta_end=float("inf")),
            "infinite steps": _in_config(b'{"beta_schedule": "linear", "num_train_timesteps": 1e999}'),
            "negative steps": _config(num_train_timesteps=-5),
            "half a step": _config(num_train_timesteps=0.5),
            "steps beyond float": _config(num_train_timesteps=10**400),
            "tiny shift": _config(snr_shift_scale=5e-324),
            "trained betas beyond float": _config(trained_betas=[10**400]),
            "steps that are true": _config(num_train_timesteps=True),
        },
        Harm.EXECUTES: {
            "schedule of a stranger": _config(beta_schedule="__import__('os').system('touch CANARY')"),
            "class of Python": opens(_config(_class_name="os.system")),
            "module": opens(_config(_module="canary", _class_name="DDPMScheduler")),
        },
        Harm.ELSEWHERE: {
            "trained betas of a file": _config(trained_betas="/dev/zero", beta_schedule=None, num_train_timesteps=-1),
            "name or path": opens(_config(_name_or_path="/dev/zero")),
        },
        Harm.DAMAGE: cut(CONFIG, lambda: json.dumps(GOOD).encode())
        | {
            "schedule of types": _config(beta_schedule=["linear"]),
            "schedule that is an object": _config(beta_schedule={"a": 1}),
            "steps that are a text": _config(num_train_timesteps="10"),
            "trained betas of types": _config(trained_betas=[[0.1], {"a": 1}]),
            "class that is a list": opens(_config(_class_name=["a"])),
        },
        Harm.TEXT: misnamed(".json", b'{"beta_schedule"')
        | {
            "schedule": _config(beta_schedule=EVIL),
            "schedule of 2 MB": _config(beta_schedule=EVIL * 100_000),
            "start": _config(beta_start=EVIL),
            "lone surrogate": _config(beta_schedule="\ud800"),
        },
        Harm.ITSELF: loop(CONFIG),
        Harm.NAMES: {**nowhere(".json"), "folder of nobody": lambda folder: str(folder / "no" / CONFIG)},
    },
)
