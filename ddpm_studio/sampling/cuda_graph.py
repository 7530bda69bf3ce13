"""CUDA graph of operations that are the same every time: one launch in place of hundreds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress

import torch

WARM_UP = 2
"""Ordinary calls before the capture, on its stream, so that every library has made its plans."""

_CAPTURING = threading.Lock()
"""Held during a capture, which starts by waiting for the whole device and so would break another thread's."""

_log = logging.getLogger(__name__)


class Graphed:
    """Calls `body`, which takes nothing, returns nothing and works on the same CUDA tensors every time.

    The first calls run as they are, the next is captured, and all later ones replay the capture. A body that cannot be
    captured (it copies from the host, or branches on a value on the device) keeps running as it is.
    """

    def __init__(self, body: Callable[[], None], device: torch.device) -> None:
        self._body = body
        self._stream = torch.cuda.Stream(device)
        self._calls = 0
        self._graph: torch.cuda.CUDAGraph | None = None

    def __call__(self) -> None:
        self._calls += 1
        if self._calls == WARM_UP + 1:
            self._graph = self._captured()
        if self._graph is None:
            self._run_beside()
        else:
            self._graph.replay()

    def _run_beside(self) -> None:
        current = torch.cuda.current_stream(self._stream.device)
        self._stream.wait_stream(current)
        try:
            with torch.cuda.stream(self._stream):
                self._body()
        finally:  # A body that failed may still be writing to memory that will be reused.
            current.wait_stream(self._stream)

    def _captured(self) -> torch.cuda.CUDAGraph | None:
        graph, pool = torch.cuda.CUDAGraph(), torch.cuda.graph_pool_handle()
        # Other threads may allocate meanwhile: only an illegal call of this one ends the capture.
        capture = torch.cuda.graph(graph, pool, self._stream, capture_error_mode="thread_local")
        # A failed capture leaves its stream as the current one, so the thread's own is entered around it.
        own = torch.cuda.stream(torch.cuda.current_stream(self._stream.device))
        try:
            with _CAPTURING, own, capture:
                self._body()
        except RuntimeError as error:
            _log.info("The step is not captured as a CUDA graph: %s", error)
            self._give_up(pool)
            return None
        return graph

    def _give_up(self, pool: tuple[int, int]) -> None:
        """End the capture for the allocator too, which else gives back no memory in this process again."""
        device = self._stream.device_index
        with suppress(RuntimeError):  # The capture itself ended as it should, and only the body failed.
            torch._C._cuda_endAllocateToPool(device, pool)
            torch._C._cuda_releasePool(device, pool)
