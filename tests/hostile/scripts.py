"""TorchScript: programs in an archive, which are opened for nobody who has not said that they trust them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import lru_cache

import torch

from tests.checkpoints.families.small import Table, made, quiet
from tests.hostile.kinds import Format, Harm, Writer
from tests.hostile.making import EVIL, bomb, damaged_archives, file, loop, misnamed, not_a_file, nowhere, zipped
from tests.hostile.pickling import called, name, text, whole
from tests.hostile.weights import inspect

NAME = "a.pt"
CODE, CONSTANTS = "a/code/__torch__/tests/checkpoints/families/small.py", "a/constants.pkl"


@lru_cache(maxsize=1)
def good() -> Mapping[str, bytes]:
    """The members of a program that torch would load."""
    stream = io.BytesIO()
    with quiet():
        torch.jit.save(torch.jit.script(made(Table)), stream)
    with zipfile.ZipFile(stream) as archive:
        return {f"a/{each.partition('/')[2]}": archive.read(each) for each in archive.namelist()}


def with_members(members: Mapping[str, bytes]) -> bytes:
    """The program with other members, or more of them."""
    return zipped({**good(), **members})


def doing(*lines: str) -> Writer:
    """A program that does this before all else, on every way in: when it is called, and when it is loaded."""

    def content() -> bytes:
        head = "    t: Tensor) -> Tensor:\n"
        code = good()[CODE].decode()
        assert head in code
        body = "".join(f"    {line}\n" for line in lines)
        loaded = f"  def __setstate__(self, state: int) -> NoneType:\n{body}    return None\n"
        return with_members({CODE: (code.replace(head, head + body) + loaded).encode()})

    return file(NAME, content)


DOUBLED = tuple(f"s{i + 1} = torch.add(s{i}, s{i})" for i in range(60))

SCRIPTS = Format(
    "TorchScript",
    inspect,
    {
        Harm.NOT_A_FILE: not_a_file(NAME),
        Harm.ENDLESS: {
            "while True": doing("while True:", "  y = torch.add(x, x)"),
            "loop of 2⁶²": doing(f"for i in range({2**62}):", "  y = torch.add(x, x)"),
            "strings doubled": doing('s0 = "aaaaaaaaaaaaaaaa"', *DOUBLED),
        },
        Harm.CLAIMS: {
            "zeros": doing(f"y = torch.zeros([{10**11}])"),
            "packed zeros": file(NAME, lambda: bomb(good(), "a/data/9")),
            "packed code": file(NAME, lambda: bomb(good(), "a/code/__torch__/b.py")),
        },
        Harm.MANY: {
            "60 000 statements": doing(*(f"y{i} = torch.relu(x)" for i in range(60_000))),
            "lists in lists": doing(f"y = {'[' * 20_000}{']' * 20_000}"),
            "brackets": doing(f"y = {'(' * 20_000}x{')' * 20_000}"),
            "20 000 members": file(NAME, lambda: with_members({f"a/code/{i}.py": b"" for i in range(20_000)})),
        },
        Harm.NUMBERS: {
            "5000 digits": doing(f"y = torch.zeros([{'9' * 5000}])"),
            "negative size": doing("y = torch.zeros([-4])"),
        },
        Harm.EXECUTES: {
            "good one": file(NAME, lambda: zipped(good())),
            "on loading": doing('print("CANARY")'),
            "operator of a stranger": doing("y = ops.canary.run(x)"),
            "pickle": file(
                NAME, lambda: with_members({"a/data.pkl": whole(called(name("os", "system"), text("touch CANARY")))})
            ),
            "constants": file(
                NAME, lambda: with_members({CONSTANTS: whole(called(name("os", "system"), text("touch CANARY")))})
            ),
            "code of Python": file(NAME, lambda: with_members({"a/code/canary.py": b"import os\nos.system('x')\n"})),
        },
        Harm.ELSEWHERE: {
            "_reshape_alias": doing(f"y = torch._reshape_alias(x, [{10**7}], [1])", "z = torch.fill_(y, 1.)"),
            "as_strided": doing(f"y = torch.as_strided(x, [{10**7}], [1])", "z = torch.fill_(y, 1.)"),
            "from_file": doing('y = torch.from_file("CANARY", True, 64)'),
            "save": doing('torch.save(x, "CANARY")'),
        },
        Harm.DAMAGE: damaged_archives(NAME, lambda: dict(good()))
        | {
            "code cut off": file(NAME, lambda: with_members({CODE: good()[CODE][:200]})),
            "no code": file(NAME, lambda: zipped({"a/code/": b"", "a/data.pkl": b""})),
            "code that is no text": file(NAME, lambda: with_members({CODE: b"\xff\xfe\0"})),
        },
        Harm.TEXT: misnamed(".pt", b"PK\x03\x04nothing")
        | {
            "name of the code": file(NAME, lambda: with_members({f"a/code/{EVIL}.py": b""})),
            "text in the code": doing(f'y = "{EVIL}"'),
            "operator of 2 MB": doing(f"y = ops.canary.{'a' * 2_000_000}(x)"),
        },
        Harm.ITSELF: loop(NAME)
        | {
            "function that calls itself": doing("y = (self).forward(x, t, )"),
        },
        Harm.NAMES: nowhere(".pt"),
    },
    answered=True,
)
