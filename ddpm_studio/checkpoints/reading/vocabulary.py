"""Vocabulary of pickles of tensors: the few names in them that mean anything here. None of them is imported."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import torch

from ddpm_studio.checkpoints.reading import rebuilding
from ddpm_studio.checkpoints.reading.callee import Callee
from ddpm_studio.checkpoints.reading.inert import Inert, is_harmless
from ddpm_studio.checkpoints.reading.keys import Keys
from ddpm_studio.checkpoints.reading.numpy_array import NumberArray, NumberType, from_buffer, scalar
from ddpm_studio.checkpoints.reading.storages import StorageType


class ForeignNameError(ValueError):
    """Raised for a `name` that means nothing here, "module.function" or "module.Class"."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Vocabulary:
    """The meanings of names. The keys of the sets and dictionaries that they build are checked by `keys`."""

    def __init__(self, keys: Keys) -> None:
        self._callees = _CALLEES | {
            "builtins.set": Callee(lambda items=(): set(keys.checked(items))),
            "builtins.frozenset": Callee(lambda items=(): frozenset(keys.checked(items))),
            "collections.OrderedDict": Callee(lambda items=(): OrderedDict(_entries(items, keys))),
            "collections.Counter": Callee(lambda items=(): dict(_entries(items, keys))),
        }

    def meaning(self, name: str) -> object:
        """What "module.name" stands for; ForeignNameError if it is not known here."""
        name = _NUMPY_1.sub("numpy._core.", _PYTHON_2.sub("builtins.", name))
        if name in self._callees:
            return self._callees[name]
        if name in _VALUES:
            return _VALUES[name]
        if is_harmless(name):
            return Callee(Inert)
        raise ForeignNameError(name)


_PYTHON_2, _NUMPY_1 = re.compile(r"\A__builtin__\."), re.compile(r"\Anumpy\.core\.")

_STORAGES = {
    "Bool": torch.bool,
    "Byte": torch.uint8,
    "Char": torch.int8,
    "Short": torch.int16,
    "Int": torch.int32,
    "Long": torch.int64,
    "Half": torch.float16,
    "BFloat16": torch.bfloat16,
    "Float": torch.float32,
    "Double": torch.float64,
    "ComplexFloat": torch.complex64,
    "ComplexDouble": torch.complex128,
    "QInt8": torch.qint8,
    "QUInt8": torch.quint8,
    "QInt32": torch.qint32,
    "QUInt4x2": torch.quint4x2,
    "QUInt2x4": torch.quint2x4,
}

_VALUES: Mapping[str, object] = {
    **{f"torch.{name}": value for name, value in vars(torch).items() if isinstance(value, torch.dtype | torch.qscheme)},
    **{f"torch.{name}Storage": StorageType(dtype) for name, dtype in _STORAGES.items()},
    **{f"torch.cuda.{name}Storage": StorageType(dtype) for name, dtype in _STORAGES.items()},
    "torch.storage.UntypedStorage": StorageType(torch.uint8),
    "torch.Tensor": torch.Tensor,
    "torch.nn.parameter.Parameter": torch.nn.Parameter,
}


def _entries(items: Any, keys: Keys) -> list[tuple[object, object]]:
    """(key, value) of a dictionary, or of a list of pairs."""
    pairs = items.items() if isinstance(items, dict) else items
    return [(keys.check(key), value) for key, value in pairs]


def _encode(text: str, encoding: str = "latin1") -> bytes:
    """Bytes as protocol 2 writes them."""
    if encoding not in ("latin1", "latin-1"):
        raise ValueError(encoding)
    return text.encode("latin1")


def _bytearray(content: bytes | str = b"", encoding: str = "latin1") -> bytearray:
    """Bytes that can be changed; never so many zeros as a number says."""
    content = _encode(content, encoding) if isinstance(content, str) else content
    if not isinstance(content, bytes):
        raise TypeError(type(content))
    return bytearray(content)


def _complex(real: float, imaginary: float) -> complex:
    return complex(float(real), float(imaginary))


def _size(sizes: tuple[int, ...] = ()) -> torch.Size:
    if not all(type(each) is int and abs(each) < 2**63 for each in sizes):
        raise ValueError("sizes")
    return torch.Size(sizes)


def _device(kind: str, index: int | None = None) -> torch.device:
    if not isinstance(kind, str) or len(kind) > 20:
        raise ValueError("a device")
    return torch.device(kind) if index is None else torch.device(kind, index)


def _of_type(callee: object, kind: object, arguments: tuple[object, ...], state: object) -> object:
    """A tensor with attributes, which are left out."""
    if kind not in (torch.Tensor, torch.nn.Parameter) or callee not in _TENSORS.values():
        raise TypeError(kind)
    assert isinstance(callee, Callee)
    return callee.call(*arguments)


def _extraordinary(kind: Any) -> Callee:
    return Callee(lambda *_: rebuilding.Extraordinary(kind))


_TENSORS = {
    "torch._utils._rebuild_tensor": Callee(rebuilding.tensor),
    "torch._utils._rebuild_tensor_v2": Callee(rebuilding.tensor_v2),
    "torch._utils._rebuild_tensor_v3": Callee(rebuilding.tensor_v3),
    "torch._utils._rebuild_parameter": Callee(rebuilding.parameter),
    "torch._utils._rebuild_parameter_with_state": Callee(rebuilding.parameter),
    "torch._utils._rebuild_sparse_tensor": _extraordinary(rebuilding.SPARSE),
    "torch._utils._rebuild_sparse_csr_tensor": _extraordinary(rebuilding.SPARSE),
    "torch._utils._rebuild_qtensor": _extraordinary(rebuilding.QUANTISED),
    "torch._utils._rebuild_meta_tensor_no_storage": _extraordinary(rebuilding.META),
    "torch._utils._rebuild_nested_tensor": _extraordinary(rebuilding.NESTED),
    "torch._utils._rebuild_wrapper_subclass": _extraordinary(rebuilding.OF_A_SUBCLASS),
}
_CALLEES: dict[str, Callee] = {
    **_TENSORS,
    "torch._tensor._rebuild_from_type_v2": Callee(_of_type),
    "torch.serialization._get_layout": Callee(Inert),
    "torch.Size": Callee(_size),
    "torch.device": Callee(_device),
    "_codecs.encode": Callee(_encode),
    "numpy.dtype": Callee(NumberType),
    "numpy._core.multiarray._reconstruct": Callee(NumberArray),
    "numpy._core.multiarray.scalar": Callee(scalar),
    "numpy._core.numeric._frombuffer": Callee(from_buffer),
    "builtins.bytes": Callee(lambda: b""),
    "builtins.bytearray": Callee(_bytearray),
    "builtins.complex": Callee(_complex),
}
