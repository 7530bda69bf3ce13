"""Weights files: pickles that do harm, in torch's archive and in its row of pickles."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.hostile.kinds import Format, Given, Harm, Writer
from tests.hostile.making import EVIL, bomb, cut, damaged_archives, file, loop, misnamed, not_a_file, nowhere, zipped
from tests.hostile.pickles import HARMS
from tests.hostile.pickling import archived, in_a_row, members, tensor, whole


def _around(around: Callable[[bytes], bytes], of: Callable[[bool], bytes], row: bool) -> Callable[[], bytes]:
    return lambda: around(of(row))


def _cells(name: str, around: Callable[[bytes], bytes], row: bool) -> dict[Harm, dict[str, Writer]]:
    cells: dict[Harm, dict[str, Writer]] = {
        harm: {what: file(name, _around(around, of, row)) for what, of in values.items()}
        for harm, values in HARMS.items()
    }
    suffix = Path(name).suffix
    cells[Harm.NOT_A_FILE] = not_a_file(name)
    cells[Harm.NAMES] = nowhere(suffix)
    cells[Harm.ITSELF] |= loop(name)
    cells[Harm.TEXT] |= misnamed(suffix, b"\x80\x02nothing")
    return cells


def _good() -> dict[str, bytes]:
    return members(whole(tensor()))


def _packed(count: int) -> bytes:
    return zipped({**_good(), **{f"a/data/{i}": b"" for i in range(1, count)}})


def inspect(path: Given, out: Path) -> list[str]:
    """The command that reads a checkpoint."""
    return ["inspect", str(path)]


_ARCHIVE = _cells("a.pt", archived, row=False)
_ARCHIVE[Harm.DAMAGE] |= damaged_archives("a.pt", _good) | {
    "byte order of nobody": file("a.pt", lambda: zipped(members(whole(tensor()), byteorder=b"middle"))),
    "long byte order": file("a.pt", lambda: zipped(members(whole(tensor()), byteorder=EVIL.encode() * 50_000))),
    "no pickle": file("a.pt", lambda: zipped({"a/data/0": bytes(16)})),
    "lzma": file("a.pt", lambda: zipped(_good(), zipfile.ZIP_LZMA)),
}
_ARCHIVE[Harm.CLAIMS] |= {
    "packed zeros": file("a.pt", lambda: bomb(_good(), "a/data/1")),
    "packed pickle": file("a.pt", lambda: bomb({"a/version": b"3"}, "a/data.pkl")),
}
_ARCHIVE[Harm.MANY] |= {"20 000 members": file("a.pt", lambda: _packed(20_000))}
_ARCHIVE[Harm.ELSEWHERE] |= {
    "member that leads out": file("a.pt", lambda: zipped({**_good(), "a/../../../CANARY": b"x"})),
    "member that is absolute": file("a.pt", lambda: zipped({**_good(), "/tmp/CANARY": b"x"})),
}
_ARCHIVE[Harm.TEXT] |= {"member": file("a.pt", lambda: zipped({f"{EVIL}/data.pkl": b"x", f"{EVIL}/version": b"3"}))}

_ROW = _cells("a.pt", in_a_row, row=True)
_ROW[Harm.DAMAGE] |= cut("a.pt", lambda: in_a_row(whole(tensor(row=True)))) | {
    "other magic": file("a.pt", lambda: pickle.dumps(7, 2) + in_a_row(whole(tensor(row=True)))),
    "keys of nobody": file("a.pt", lambda: in_a_row(whole(tensor(row=True)), ("7", "8"))),
}
_ROW[Harm.CLAIMS] |= {"storage of 2⁶²": file("a.pt", lambda: in_a_row(whole(tensor(row=True)), numel=2**62))}
_ROW[Harm.NUMBERS] |= {"storage below zero": file("a.pt", lambda: in_a_row(whole(tensor(row=True)), numel=2**64 - 1))}

ARCHIVE = Format("weights", inspect, _ARCHIVE, answered=True)
ROW = Format("weights in a row", inspect, _ROW, answered=True)
