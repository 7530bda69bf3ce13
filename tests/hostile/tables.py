"""Tables of text: CSV."""

from __future__ import annotations

from tests.hostile.arrays import export
from tests.hostile.kinds import Format, Harm, Writer, may_open, opens
from tests.hostile.making import EVIL, Content, file, loop, misnamed, not_a_file, nowhere

NAME = "a.csv"
NUMBERS = [f"{1e-4 * (i + 1):.6g}" for i in range(10)]


def table(*rows: str, header: str = "betas") -> bytes:
    """Rows below a header."""
    return "\n".join([header, *rows, ""]).encode("utf-8", "surrogateescape")


def good() -> bytes:
    """A table that opens."""
    return table(*(f"{i + 1},{beta},linear:T=10,one" for i, beta in enumerate(NUMBERS)), header="t,betas,schedule,name")


def _of(content: Content) -> Writer:
    return file(NAME, content)


def scheduled(spec: str, name: str = "", count: int = 1) -> bytes:
    """A table of schedules that say this of themselves."""
    quoted = '"' + spec.replace('"', '""') + '"'
    rows = [f"{i + 1},{beta},{quoted},{name}" for _ in range(count) for i, beta in enumerate(NUMBERS)]
    return table(*rows, header="t,betas,schedule,name")


CSV = Format(
    "CSV",
    export,
    {
        Harm.NOT_A_FILE: not_a_file(NAME),
        Harm.ENDLESS: {
            "quote that never ends": _of(lambda: b'betas\n"' + b"1\n" * 1_000_000),
            "line of 3 MB": _of(lambda: b"betas\n" + b"1" * 3_000_000),
        },
        Harm.CLAIMS: {
            "rows of nothing": _of(lambda: b"betas\n" + b"0\n" * 1_500_000),
            "separators": _of(lambda: b"betas" + b"," * 1_000_000 + b"\n" + b"0" + b"," * 1_000_000),
            "quotes": _of(lambda: b"betas\n" + b'""\n' * 800_000),
        },
        Harm.MANY: {
            "a million columns": _of(lambda: b",".join(b"a" for _ in range(1_000_000)) + b"\nbetas\n"),
            "3000 schedules": may_open(_of(lambda: scheduled("linear:T=10", count=3000))),
            "3000 long schedules": may_open(
                _of(lambda: table(*(f"1,0.1,cosine:T={100_000 - i}" for i in range(3000)), header="t,betas,schedule"))
            ),
            "blank lines": _of(lambda: b"betas\n" + b"\n" * 2_000_000),
            "100 001 betas": _of(lambda: table(*["0.0001"] * 100_001)),
        },
        Harm.NUMBERS: {
            "5000 digits": _of(table("9" * 5000)),
            "exponent": _of(table("1e99999999")),
            "NaN": _of(table("nan", "nan")),
            "infinite": _of(table("inf", "-inf")),
            "negative": _of(table("-0.1")),
            "digits of others": _of(table("٠٫١")),
            "underscores": _of(table("1_0_0")),
            "hexadecimal": _of(table("0x1p3")),
            "steps beyond": opens(_of(scheduled("linear:T=99999999999999999999"))),
            "T of 5000 digits": opens(_of(scheduled(f"linear:T={'9' * 5000}"))),
        },
        Harm.EXECUTES: {
            "formula": _of(table("=cmd|' /C touch CANARY'!A0")),
            "call": _of(table("__import__('os').system('touch CANARY')")),
            "schedule that is a call": opens(_of(scheduled("__import__('os').system('touch CANARY')"))),
        },
        Harm.ELSEWHERE: {
            f"schedule of {what}": opens(_of(scheduled(f"custom:path={path}")))
            for what, path in {
                "a device": "/dev/zero",
                "a stranger": "../../../../../etc/passwd",
                "an address": "http://127.0.0.1:9/a.csv",
                "a share": "\\\\127.0.0.1\\share\\a.csv",
                "another format": "/dev/stdin",
                "memory": "/proc/self/mem",
            }.items()
        }
        | {
            "schedule of a pipe": opens(file(NAME, scheduled("custom:path=pipe.csv"), {"ignored.txt": b"x"})),
            "two schedules of devices": may_open(
                _of(scheduled("custom:path=/dev/zero") + scheduled("custom:path=/dev/stdin").partition(b"\n")[2])
            ),
        },
        Harm.DAMAGE: {
            "cut off": _of(good()[:60]),
            "empty": _of(b""),
            "NUL": _of(b"betas\n0.1\0\n"),
            "not UTF-8": _of(b"betas\n\xff\xfe\n"),
            "UTF-16": _of("betas\n0.1\n".encode("utf-16")),
            "short row": _of(b"betas,t\n0.1\n"),
            "no numbers": _of(table("one")),
            "only a header": _of(b"betas\n"),
            "carriage returns": opens(_of(b"betas\r0.1\r0.2\n\r\r")),
        },
        Harm.TEXT: misnamed(".csv", b"nothing")
        | {
            "header": _of(table("0.1", header=EVIL)),
            "headers": _of(table("0.1", header=",".join([EVIL] * 50))),
            "header of 2 MB": _of(lambda: table("0.1", header=EVIL * 100_000)),
            "number": _of(table(f"0.1{EVIL}")),
            "number of 100 000 letters": _of(table("x" * 100_000)),
            "schedule": opens(_of(scheduled(EVIL))),
            "name": opens(_of(scheduled("linear:T=10", EVIL))),
            "lone surrogate": _of(b"\xed\xa0\x80,a\n0.1,1\n"),
            "bidi": _of(table("0.1", header="\u202ebetas\u202d\u2066x")),
        },
        Harm.ITSELF: loop(NAME) | {"names itself": opens(_of(scheduled(f"custom:path={NAME}")))},
        Harm.NAMES: nowhere(".csv")
        | {
            "schedule at home": opens(_of(scheduled("custom:path=~x/y.csv"))),
            "schedule of 5000 letters": opens(_of(scheduled("custom:path=" + "a" * 5000))),
            "schedule with NUL": _of(scheduled("custom:path=a\0b")),
        },
    },
)
