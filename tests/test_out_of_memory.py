"""Running out of memory is told from every other failure, whichever library says it."""

from __future__ import annotations

import pytest
import torch

from ddpm_studio.errors import SamplingError
from ddpm_studio.gui.worker.failures import explained
from ddpm_studio.out_of_memory import is_out_of_memory
from ddpm_studio.texts import visible

EXHAUSTED = (
    MemoryError(),
    MemoryError("Unable to allocate 3.73 GiB for an array with shape (1000, 1000000)"),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 8 GiB."),
    torch.OutOfMemoryError("Allocation on device 0 would exceed allowed memory."),
    RuntimeError("CUDA error: out of memory"),
    RuntimeError("MPS backend out of memory (MPS allocated: 9.06 GB, max allowed: 9.07 GB)."),
    RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: you tried to …"),
    RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 4294967296 bytes."),
    RuntimeError("unable to mmap 1024 bytes from file </model.bin>: Cannot allocate memory (12)"),
    RuntimeError("Storage size calculation overflowed with sizes=[4611686018427387904, 4611686018427387904]"),
    RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    RuntimeError("could not create a primitive"),
)
OTHERS = (
    RuntimeError("unsupported memory format option Preserve"),
    RuntimeError("required rank 4 tensor to use channels_last format"),
    RuntimeError("CUDA error: an illegal memory access was encountered"),
    RuntimeError("Trying to resize storage that is not resizable: memory is shared"),
    RuntimeError("unsupported operation: some elements of the input tensor refer to a single memory location."),
    RuntimeError("could not create a primitive descriptor for a convolution forward propagation primitive"),
    RuntimeError("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)"),
    ValueError("out of memory"),
    KeyError("memory"),
)


@pytest.mark.parametrize("error", EXHAUSTED, ids=str)
def test_memory_that_ran_out(error: Exception) -> None:
    assert is_out_of_memory(error)
    assert str(explained(error)).startswith("The memory ran out; draw fewer")


@pytest.mark.parametrize("error", OTHERS, ids=str)
def test_everything_else_is_said_as_it_is(error: Exception) -> None:
    assert not is_out_of_memory(error)
    said = explained(error)
    assert isinstance(said, SamplingError)
    assert str(said) == f"The checkpoint's network failed with {type(error).__name__}: {visible(error)}"


def test_the_message_of_this_very_torch() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**60)
    assert is_out_of_memory(caught.value)
