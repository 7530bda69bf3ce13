"""Arguments that no network gives to an operator, and those that one does, on memory between untouchable pages."""

from __future__ import annotations

import ctypes
import math
import mmap
import random
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ddpm_studio.checkpoints.families.exported.notation import DTYPES, LARGEST
from tests.checkpoints.families.exported.good_calls import GOOD

PLAIN = (0, 1, 2, 3, 4, 8)
WHOLE = (-1, -2, -5, 7, 16, 64, 4096, 2**16, 2**31 - 1, 2**31, 2**40, -(2**31), 10**18, -(10**18), LARGEST, -LARGEST)
REAL = (0.0, 0.5, 1.0, 2.0, -1.0, math.nan, math.inf, -math.inf, 1e300, -1e300, 1e-300, 1e9)
TEXTS = (
    *(
        "none",
        "tanh",
        "valid",
        "same",
        "constant",
        "reflect",
        "replicate",
        "circular",
        "floor",
        "trunc",
        "",
        "x" * 4096,
    ),
    *("ij,jk->ik", "...", "ii->i", "bchw,bchw->bc", "bchw,bcij->bhwij", "a->aa", "->", ",,,->", "bhqd,bhkd->bhqk"),
)
SHAPES = (
    *((2, 4, 8, 8), (2, 4, 8, 8), (2, 4, 8, 8), (4, 4, 3, 3), (4,), (2, 8, 8), (2, 4, 8), (8, 8), (1, 2, 4, 8, 8), ()),
    *((0, 4, 8, 8), (0,), (2, 0, 8), (1,), (1, 1, 1, 1), (3, 5), (8, 4), (2,), (65, 1), (4, 1, 3, 3), (2, 4, 0, 0)),
)
INDEXES = (0, 1, 3, -1, -9, 4, 2**31, -(2**31), 10**18, LARGEST, -LARGEST - 1)

_libc = ctypes.CDLL(None, use_errno=True)


def guarded(size: int, at_end: bool, kept: list[mmap.mmap]) -> memoryview:
    """`size` bytes with a page before and one after them that end the process when touched."""
    page = mmap.PAGESIZE
    pages = max(1, -(-size // page))
    memory = mmap.mmap(-1, (pages + 2) * page)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    for start in (address, address + (pages + 1) * page):
        assert _libc.mprotect(ctypes.c_void_p(start), ctypes.c_size_t(page), 0) == 0
    kept.append(memory)
    start = page + (pages * page - size if at_end else 0)
    return memoryview(memory)[start : start + size]


class Draw:
    """Arguments drawn at random, some plausible and some not."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)
        self.kept: list[mmap.mmap] = []
        self.shape: tuple[int, ...] = ()

    def tensor(self) -> Tensor:
        """A tensor of any type and layout, more often than not as large as the one before."""
        if not self.random.randrange(3):
            self.shape = self.random.choice(SHAPES)
        kinds: tuple[str | torch.dtype, ...] = (
            "real",
            "real",
            "real",
            "wild",
            "index",
            "mask",
            "end",
            *DTYPES.values(),
        )
        kind = self.random.choice(kinds)
        return self._laid_out(self._between_guards(kind))

    def good(self, value: Any) -> Any:
        """The tensors of a good call, and what else it has as it is."""
        if isinstance(value, tuple):
            kind, self.shape = value
            return self._between_guards(kind)
        return [self.good(entry) for entry in value] if isinstance(value, list) else value

    def _between_guards(self, kind: str | torch.dtype) -> Tensor:
        dtype = kind if isinstance(kind, torch.dtype) else _TYPES[kind]
        count = math.prod(self.shape)
        tensor = torch.empty(self.shape, dtype=dtype)
        if count:
            memory = guarded(count * dtype.itemsize, bool(self.random.randrange(4)), self.kept)
            tensor = torch.frombuffer(memory, dtype=dtype).view(self.shape)
            self._fill(tensor, str(kind))
        return tensor

    def _fill(self, tensor: Tensor, kind: str) -> None:
        count = tensor.numel()
        if kind == "index":
            choice = INDEXES if self.random.randrange(2) else INDEXES[:3]
            tensor.copy_(torch.tensor([self.random.choice(choice) for _ in range(count)]).view(tensor.shape))
        elif kind == "end":
            tensor.fill_(self.random.choice((LARGEST, -LARGEST - 1, -1)))
        elif kind == "wild":
            tensor.copy_(torch.tensor(self.random.choice(REAL), dtype=torch.float64))
        elif kind == "mask":
            tensor.copy_(torch.arange(tensor.numel()).view(tensor.shape) % 3 == 0)
        else:
            tensor.copy_((torch.arange(tensor.numel()) % 7).view(tensor.shape))

    def _laid_out(self, tensor: Tensor) -> Tensor:
        way = self.random.randrange(8)
        if way == 0 and tensor.ndim > 1:
            return tensor.transpose(-1, -2)
        if way == 1 and tensor.ndim and tensor.shape[0]:
            return tensor[:1].expand(self.random.choice((2, 4, 10**6)), *tensor.shape[1:])
        if way == 2 and tensor.ndim and tensor.shape[-1] > 1:
            return tensor[..., ::2]
        return tensor

    def whole(self) -> int:
        """A whole number."""
        return self.random.choice(PLAIN if self.random.randrange(3) else WHOLE)

    def wholes(self) -> list[int]:
        """A list of them, at times a long one."""
        if not self.random.randrange(4) and self.shape:
            return list(self.shape)
        length = self.random.choice((0, 1, 1, 2, 2, 2, 3, 4, 4, 6, 20, 4096))
        same = self.whole()
        return [same if self.random.randrange(4) else self.whole() for _ in range(length)]

    def real(self) -> float:
        """A number."""
        return self.random.choice(REAL)

    def value(self, kind: str) -> Any:
        """A value of a type in torch's notation."""
        if kind.startswith("Optional["):
            return self.value(kind[9:-1]) if self.random.randrange(3) else None
        if kind.startswith("List["):
            inner = kind[5:-1]
            return (
                self.wholes()
                if inner == "int"
                else [self.value(inner) for _ in range(self.random.choice((0, 1, 2, 2, 3)))]
            )
        return _VALUES[kind](self)


_ENUMERATIONS = ("ScalarType", "Layout", "MemoryFormat", "Device", "Generator")
_TYPES = {"real": torch.float32, "wild": torch.float32, "index": torch.int64, "mask": torch.bool, "end": torch.int64}
_VALUES: dict[str, Callable[[Draw], Any]] = {
    "Tensor": Draw.tensor,
    "int": Draw.whole,
    "float": Draw.real,
    "bool": lambda draw: bool(draw.random.randrange(2)),
    "number": lambda draw: draw.real() if draw.random.randrange(2) else draw.whole(),
    "str": lambda draw: draw.random.choice(TEXTS),
    "ScalarType": lambda draw: draw.random.choice([*DTYPES.values()]),
    "Layout": lambda draw: None,
    "MemoryFormat": lambda draw: draw.random.choice(
        (torch.contiguous_format, torch.channels_last, torch.preserve_format)
    ),
    "Device": lambda draw: None,
    "Generator": lambda draw: None,
}


def arguments(operator: Any, draw: Draw) -> dict[str, Any]:
    """What a file might give to an operator; what has a default is given more often than not."""
    given: dict[str, Any] = {}
    name = f"{operator._schema.name.removeprefix('aten::')}.{operator._schema.overload_name or 'default'}"
    if name in GOOD and draw.random.randrange(5):
        for argument, value in zip(operator._schema.arguments, GOOD[name], strict=False):
            given[argument.name] = draw.good(value)
        for argument in draw.random.sample(operator._schema.arguments, draw.random.choice((0, 1, 1, 2))):
            given[argument.name] = draw.value(kind_of(argument))
        return _without_defaults(given)
    for argument in operator._schema.arguments:
        if argument.has_default_value() and not draw.random.randrange(3):
            continue
        given[argument.name] = draw.value(kind_of(argument))
    return _without_defaults(given)


def _without_defaults(given: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in given.items()
        if value is not None or name not in ("layout", "device", "generator")
    }


def kind_of(argument: Any) -> str:
    """The type of an argument; the sizes of a list are not its."""
    kind = str(argument.real_type)
    return kind if any(name in kind for name in _ENUMERATIONS) else str(argument.type)
