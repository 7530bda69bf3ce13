"""NumPy's files: NPY, whose header is a dictionary of Python, and NPZ, an archive of them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from ddpm_studio.diffusion.spec import path_spec
from tests.hostile.kinds import Format, Given, Harm, Writer, may_open, opens
from tests.hostile.making import (
    EVIL,
    bomb,
    cut,
    damaged_archives,
    entries,
    file,
    loop,
    misnamed,
    not_a_file,
    nowhere,
    patched,
    zipped,
)

BETAS = np.linspace(1e-4, 0.02, 10)


def export(path: Given, out: Path) -> list[str]:
    """The command that reads a file of betas."""
    return ["export", "--schedule", path_spec(str(path)), "-o", str(out / "out.csv")]


def npy(array: object = BETAS, pickled: bool = False) -> bytes:
    """An array as NumPy writes it."""
    stream = io.BytesIO()
    np.save(stream, np.asarray(array), allow_pickle=pickled)
    return stream.getvalue()


def headed(header: str | bytes, data: bytes = bytes(80), version: bytes = b"\2\0", length: int | None = None) -> bytes:
    """An NPY file with any header, said to be so long."""
    text = header.encode() if isinstance(header, str) else header
    return b"\x93NUMPY" + version + (len(text) if length is None else length).to_bytes(4, "little") + text + data


def described(descr: str = "'<f8'", order: str = "False", shape: str = "(10,)") -> bytes:
    """An NPY file whose header says this, in Python."""
    return headed(f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n")


class Runs:
    """Unpickled, it leaves a file behind."""

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return open, ("CANARY", "w")


def _objects() -> bytes:
    array = np.empty(1, object)
    array[0] = Runs()
    return npy(array, pickled=True)


Contents = Mapping[Harm, Mapping[str, Callable[[], bytes]]]

INSIDE: Contents = {
    Harm.ENDLESS: {
        "power": lambda: described(shape="(9**9**9**9,)"),
        "brackets": lambda: described(shape="(" * 3000 + ")" * 3000),
        "many signs": lambda: described(shape="(" + "-" * 100_000 + "1,)"),
    },
    Harm.CLAIMS: {
        "shape": lambda: described(shape="(10**12,)".replace("10**12", str(10**12))),
        "header of 4 GiB": lambda: headed("{}", length=2**32 - 1),
        "header of 3 MB": lambda: headed("{" + " " * 3_000_000 + "}"),
        "wide type": lambda: described(descr="'|V2000000000'", shape="(1,)"),
        "wide text": lambda: described(descr="'<U500000000'", shape="()"),
        "more numbers than there are": lambda: described(shape="(100000000,)"),
    },
    Harm.MANY: {
        "dimensions": lambda: described(shape="(" + "1," * 100_000 + ")"),
        "fields": lambda: described(descr=str([(f"f{i}", "<f8") for i in range(20_000)])),
        "100 001 betas": lambda: npy(np.full(100_001, 1e-4)),
    },
    Harm.NUMBERS: {
        "5000 digits": lambda: described(shape=f"({'9' * 5000},)"),
        "negative shape": lambda: described(shape="(-10,)"),
        "overflow": lambda: described(shape=f"({2**32}, {2**32})"),
        "beyond 64 bits": lambda: described(shape=f"({2**64},)"),
        "true": lambda: described(shape="(True,)"),
        "float": lambda: described(shape="(10.0,)"),
        "infinite": lambda: described(shape="(1e999,)"),
        "NaN": lambda: npy(np.full(9, np.nan)),
        "infinities": lambda: npy(np.full(9, np.inf)),
        "negative betas": lambda: npy(np.full(9, -1.0)),
        "long doubles": lambda: npy(np.full(9, np.finfo(np.longdouble).max)),
        "zero wide": lambda: described(descr="'|V0'"),
    },
    Harm.EXECUTES: {
        "objects": _objects,
        "objects of nothing": lambda: described(descr="'|O'", shape="(1,)"),
        "call": lambda: described(shape="(__import__('os').system('touch CANARY'),)"),
        "call as a type": lambda: described(descr="open('CANARY', 'w')"),
        "lambda": lambda: headed("(lambda: open('CANARY', 'w'))()"),
        "comprehension": lambda: headed("{'a': [i for i in ().__class__.__base__.__subclasses__()]}"),
    },
    Harm.DAMAGE: {
        "open bracket": lambda: described(shape="(10,"),
        "no dictionary": lambda: headed("True"),
        "key missing": lambda: headed("{'descr': '<f8'}"),
        "keys of tomorrow": lambda: headed("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 1}"),
        "version of tomorrow": lambda: headed("{}", version=b"\x09\0"),
        "order of a text": lambda: described(order="'yes'"),
        "type of nobody": lambda: described(descr="'<q99'"),
        "type of a number": lambda: described(descr="7"),
        "type of sets": lambda: described(descr="{1, 2}"),
        "type of records": lambda: described(descr="[('a', '<f8')]"),
        "type of lists": lambda: described(descr="[[], ()]"),
        "not UTF-8": lambda: headed(b"{'\xff': 1}", version=b"\3\0"),
        "indented": lambda: headed("  \n\t {'descr'"),
        "open text": lambda: headed("{'descr': '''"),
        "NUL in the header": lambda: headed("{'descr': '<f8\0'}"),
        "complex": lambda: npy(BETAS * 1j),
        "dates": lambda: npy(np.zeros(9, "M8[s]")),
    },
    Harm.TEXT: {
        "type": lambda: described(descr=repr(f"<f8{EVIL}")),
        "key": lambda: headed(repr({EVIL: 1})),
        "field": lambda: described(descr=repr([(EVIL, "<f8")])),
        "field of 2 MB": lambda: described(descr=repr([("a" * 2_000_000, "<f8")])),
        "raw": lambda: headed(EVIL),
    },
}


def _around(around: Callable[[bytes], bytes], of: Callable[[], bytes]) -> Callable[[], bytes]:
    return lambda: around(of())


def _inside(name: str, around: Callable[[bytes], bytes]) -> dict[Harm, dict[str, Writer]]:
    return {
        harm: {what: file(name, _around(around, of)) for what, of in contents.items()}
        for harm, contents in INSIDE.items()
    }


def npz(members: Mapping[str, object]) -> bytes:
    """An archive of arrays."""
    return zipped({f"{name}.npy": npy(array) for name, array in members.items()})


def _good() -> dict[str, bytes]:
    return {"betas.npy": npy(), "schedule.npy": npy("linear:T=10")}


def _schedules(count: int) -> bytes:
    return zipped({f"betas_{i}.npy": npy(BETAS + i * 1e-6) for i in range(count)})


_NPY = _inside("a.npy", lambda content: content)
_NPZ = _inside("a.npz", lambda content: zipped({"betas.npy": content}))

NPY = Format(
    "NPY",
    export,
    {
        **_NPY,
        Harm.NOT_A_FILE: not_a_file("a.npy"),
        Harm.ELSEWHERE: "an array names no file",
        Harm.DAMAGE: {**_NPY[Harm.DAMAGE], **cut("a.npy", npy)},
        Harm.TEXT: {**_NPY[Harm.TEXT], **misnamed(".npy", b"\x93NUMPYnothing")},
        Harm.ITSELF: loop("a.npy"),
        Harm.NAMES: nowhere(".npy"),
    },
)
NPZ = Format(
    "NPZ",
    export,
    {
        **_NPZ,
        Harm.NOT_A_FILE: not_a_file("a.npz"),
        Harm.CLAIMS: {
            **_NPZ[Harm.CLAIMS],
            "packed zeros": file("a.npz", lambda: bomb({}, "betas.npy")),
            "2000 arrays": may_open(file("a.npz", lambda: _packed_arrays(2000))),
        },
        Harm.MANY: {
            **_NPZ[Harm.MANY],
            "3000 schedules": may_open(file("a.npz", lambda: _schedules(3000))),
            "20 000 members": file("a.npz", lambda: zipped({f"{i}.npy": b"" for i in range(20_000)})),
        },
        Harm.EXECUTES: {
            **_NPZ[Harm.EXECUTES],
            "objects as a name": file("a.npz", lambda: zipped({"betas.npy": npy(), "name.npy": _objects()})),
            "objects as a schedule": file("a.npz", lambda: zipped({"betas.npy": npy(), "schedule.npy": _objects()})),
        },
        Harm.ELSEWHERE: {
            "schedule of a device": opens(
                file("a.npz", lambda: npz({"betas": BETAS, "schedule": "custom:path=/dev/zero"}))
            ),
            "member that leads out": opens(file("a.npz", lambda: zipped({**_good(), "../../CANARY.npy": npy()}))),
        },
        Harm.DAMAGE: {
            **_NPZ[Harm.DAMAGE],
            **damaged_archives("a.npz", _good),
            "size below zero": file("a.npz", lambda: with_sizes(zipped(_good()), 2**64 - 1)),
            "size of 2⁶³": file("a.npz", lambda: with_sizes(zipped(_good()), 2**63)),
            "lzma": file("a.npz", lambda: zipped(_good(), zipfile.ZIP_LZMA)),
        },
        Harm.TEXT: {
            **_NPZ[Harm.TEXT],
            **misnamed(".npz", b"PK\x03\x04nothing"),
            "member": file("a.npz", lambda: zipped({f"{EVIL}.npy": npy()})),
            "schedule": opens(file("a.npz", lambda: npz({"betas": BETAS, "schedule": EVIL}))),
            "name": opens(file("a.npz", lambda: npz({"betas": BETAS, "name": EVIL * 100}))),
            "name of 2 MB": file("a.npz", lambda: npz({"betas": BETAS, "name": "a" * 500_000})),
        },
        Harm.ITSELF: {
            **loop("a.npz"),
            "names itself": opens(file("a.npz", lambda: npz({"betas": BETAS, "schedule": "custom:path=a.npz"}))),
        },
        Harm.NAMES: nowhere(".npz"),
    },
)


def with_sizes(archive: bytes, number: int) -> bytes:
    """An archive whose first member says in 64 bits that its sizes and its place are this number."""
    first, end = entries(archive)[0], archive.rfind(b"PK\x05\x06")
    head = archive[first : first + 20] + b"\xff" * 8 + archive[first + 28 : first + 30] + b"\x1c\0"
    head += archive[first + 32 : first + 42] + b"\xff" * 4
    told = struct.pack("<HHQQQ", 1, 24, number, number, number)
    name = archive[first + 46 :][: int.from_bytes(archive[first + 28 : first + 30], "little")]
    rest = archive[first + 46 + len(name) : end]
    length = len(head) + len(name) + len(told) + len(rest)
    return archive[:first] + head + name + told + rest + patched(archive[end:], 12, length.to_bytes(4, "little"))


def _packed_arrays(count: int) -> bytes:
    stream, array = io.BytesIO(), npy(np.full(100_000, 1e-4))
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("betas_0.npy", array)
    packed = stream.getvalue()
    return _repeated(packed, count)


def _repeated(archive: bytes, count: int) -> bytes:
    """An archive whose one member stands in the directory under so many names."""
    start, end = archive.find(b"PK\x01\x02"), archive.rfind(b"PK\x05\x06")
    one, tail = archive[start:end], bytearray(archive[end:])
    head, rest = one[:46], one[46 + int.from_bytes(one[28:30], "little") :]
    rows = []
    for i in range(count):
        name = f"betas_{i}.npy".encode()
        rows.append(head[:28] + len(name).to_bytes(2, "little") + head[30:] + name + rest)
    directory = b"".join(rows)
    tail[8:12] = count.to_bytes(2, "little") * 2
    tail[12:16] = len(directory).to_bytes(4, "little")
    return archive[:start] + directory + bytes(tail)
