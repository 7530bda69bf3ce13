"""Cluster of machines on which Dask has workers that call functions, with the shape of `concurrent.futures`."""

from __future__ import annotations

import pickle
import socket
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future, InvalidStateError
from concurrent.futures import wait as wait_for
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from types import TracebackType
from typing import Any, Literal, ParamSpec, TypeVar

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.budget import MIB
from ddpm_studio.lab.executors.answering import pickled_call, settle
from ddpm_studio.lab.executors.carried import MOST_BYTES, CarriedCheckpoint, content_at
from ddpm_studio.lab.executors.cluster_address import ClusterAddress, ClusterError
from ddpm_studio.lab.executors.cluster_worker import NotHereError, Terms, answered_there
from ddpm_studio.release import version_here

CONNECTING_S = 30

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Certificates:
    """Files in PEM format by which both sides know each other; "" for what Dask's own configuration says."""

    authority: str = ""
    certificate: str = ""
    key: str = ""


@dataclass(frozen=True)
class _Call:
    """What is to be called, as a pickle, and the future of what comes of it.

    One is suspect whose workers have died as often as Dask allows, which counts that against all that a worker has
    taken on, though it does one call at a time.
    """

    future: Future[Any]
    content: bytes
    suspect: bool = False


class Cluster(Executor):
    """The workers of the scheduler at an address. Functions are those that a module defines; each worker does one call
    at a time, with so many of torch's threads as are given.

    A call whose worker died is done again, up to three times unless Dask is configured otherwise, and as often once
    more beside no other that has come so far, so that none fails for another's fault. A `checkpoint`,
    by its path or name, is found on each machine or sent there; a dataclass among the arguments that has it as its
    `path` is given the path there. Raises ClusterError
    where Dask is not installed or nobody answers.
    """

    def __init__(
        self,
        address: ClusterAddress,
        certificates: Certificates | None = None,
        *,
        threads: int | None = None,
        checkpoint: str | None = None,
    ) -> None:
        carried = None if checkpoint is None else CarriedCheckpoint.of(checkpoint)
        self._terms = Terms(version_here(), threads, carried)
        self._client = _connected(address, certificates or Certificates())
        self._there: Executor = self._client.get_executor(pure=False)
        self._pending: dict[Future[Any], Future[bytes] | None] = {}
        self._suspects: deque[_Call] = deque()
        self._lock, self._is_shut_down = threading.Lock(), False

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """The future of what the function returns or raises; what cannot be pickled raises here."""
        call = _Call(Future(), pickled_call(fn, args, kwargs))
        with self._lock:
            if self._is_shut_down:
                raise RuntimeError("nothing can be submitted after shutdown")
            self._pending[call.future] = None
        call.future.add_done_callback(self._forget)
        self._send(call)
        return call.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster once everything that was submitted is done, or at once if futures are cancelled.

        What a worker is doing then it still brings to its end, for nobody. Nothing goes on without us either way.
        """
        with self._lock:
            self._is_shut_down, pending = True, tuple(self._pending)
        for future in pending if cancel_futures else ():
            future.cancel()
        if wait:
            wait_for(pending)
        self._client.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        """Wait for what is left to do, or cancel it when an exception ends the block."""
        self.shutdown(cancel_futures=kind is not None)
        return False

    @cached_property
    def _content(self) -> object:
        """The content of the checkpoint, in the memory of the cluster. ClusterError if it is too large."""
        carried = self._terms.carried
        assert carried is not None
        if carried.size > MOST_BYTES:
            raise _too_large(carried)
        return self._client.scatter([content_at(carried.path)], hash=False)[0]

    def _forget(self, future: Future[Any]) -> None:
        """Have nobody wait for a call that is done, and nobody do one that is cancelled; leaving ends all at once."""
        there = self._pending.pop(future, None)
        if future.cancelled():
            future.set_running_or_notify_cancel()
            if there and not self._is_shut_down:
                there.cancel()

    def _send(self, call: _Call, *content: Any) -> None:
        there = self._there.submit(answered_there, call.content, self._terms, *content)
        if call.future in self._pending:
            self._pending[call.future] = there
        there.add_done_callback(partial(self._take, call, again=not content))

    def _take(self, call: _Call, there: Future[bytes], again: bool) -> None:
        """Take what came of a call, in the thread of Dask's connection, which must not be held up."""
        try:
            answer = there.result()
        except (Exception, CancelledError) as error:
            self._fail(call, error)
            return
        if again and isinstance(pickle.loads(answer)[1], NotHereError):
            threading.Thread(target=self._send_with_content, args=(call,), name="sending", daemon=True).start()
        else:
            with suppress(InvalidStateError):  # It was cancelled.
                settle(call.future, answer)

    def _send_with_content(self, call: _Call) -> None:
        try:
            with self._lock:
                content = self._content
            self._send(call, content)
        except Exception as error:
            self._fail(call, error)

    def _fail(self, call: _Call, error: BaseException) -> None:
        """Give up a call, or suspect it."""
        if _has_killed(error) and not call.suspect:
            self._suspects.append(replace(call, suspect=True))
            if len(self._suspects) == 1:
                self._send_suspect()
            return
        with suppress(InvalidStateError):  # It was cancelled.
            call.future.set_exception(error if isinstance(error, ClusterError) else _failed(error))

    def _send_suspect(self) -> None:
        """Send the first of the suspects, and the next one once it is done; in the thread of Dask's connection."""
        call = self._suspects[0]
        self._send(call)
        call.future.add_done_callback(self._acquit)

    def _acquit(self, future: Future[Any]) -> None:
        self._suspects.popleft()
        if self._suspects and not self._is_shut_down:
            self._send_suspect()


def _connected(address: ClusterAddress, certificates: Certificates) -> Any:
    """A client of the scheduler at this address, at which somebody has to listen before Dask goes on trying."""
    distributed = _imported()
    options = {"security": _security(distributed, certificates)} if address.encrypted else {}
    try:
        socket.create_connection(address.host_and_port, CONNECTING_S).close()
        return distributed.Client(address.text, timeout=CONNECTING_S, set_as_default=False, **options)
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(
            QT_TRANSLATE_NOOP(
                "errors",
                "No scheduler answers at {address} ({reason}); start one there, or give the address it says.",
            ),
            address=address.text,
            reason=getattr(error, "strerror", None) or str(error),
        ) from error


def _imported() -> Any:
    """Dask, which says nothing on the terminal beside the program's own sentences."""
    try:
        import dask

        dask.config.set({"logging": {"version": 1, "disable_existing_loggers": False}})
        import distributed
    except ImportError as error:
        raise ClusterError(
            QT_TRANSLATE_NOOP(
                "errors",
                'A cluster needs Dask, which is not installed ({reason}); run pip install "ddpm-studio[cluster]".',
            ),
            reason=str(error),
        ) from error
    return distributed


def _security(distributed: Any, certificates: Certificates) -> object:
    """What the connection is encrypted and both sides are known by: the files that are named, or else configured."""
    named = {
        "tls_ca_file": certificates.authority,
        "tls_client_cert": certificates.certificate,
        "tls_client_key": certificates.key,
    }
    security = distributed.Security(require_encryption=True, **{name: path for name, path in named.items() if path})
    if not (security.tls_ca_file and security.tls_client_cert):
        raise ClusterError(
            QT_TRANSLATE_NOOP(
                "errors",
                "tls:// needs the certificate of an authority and one of yours; name them by --cluster-ca and "
                "--cluster-cert, or in the configuration of Dask.",
            )
        )
    return security


def _has_killed(error: BaseException) -> bool:
    """Whether this is Dask's word for a call whose workers have all died."""
    return type(error).__name__ == "KilledWorker"


def _failed(error: BaseException) -> ClusterError:
    """What Dask says of a call that never came to its end, as a sentence."""
    if _has_killed(error):
        return ClusterError(
            QT_TRANSLATE_NOOP(
                "errors",
                "Each of the workers of the cluster that were to do this ended before it was done, as they do where "
                "memory runs out; use smaller batches, or workers with more.",
            )
        )
    if isinstance(error, CancelledError):
        return ClusterError(
            QT_TRANSLATE_NOOP(
                "errors", "The cluster's scheduler is gone; start it again and go on with the same folder."
            )
        )
    return ClusterError(
        QT_TRANSLATE_NOOP(
            "errors", "A worker of the cluster cannot do this ({reason}); install ddpm-studio {version} there."
        ),
        reason=f"{type(error).__name__}: {error}",
        version=version_here(),
    )


def _too_large(carried: CarriedCheckpoint) -> ClusterError:
    return ClusterError(
        QT_TRANSLATE_NOOP(
            "errors",
            "A worker of the cluster lacks {path}, whose {size} MiB are more than the {most} that are sent; put it "
            "there under the same path.",
        ),
        path=carried.path,
        size=carried.size // MIB,
        most=MOST_BYTES // MIB,
    )
