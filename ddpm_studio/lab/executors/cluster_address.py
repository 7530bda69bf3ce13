"""Address of a cluster's scheduler, and whether calls may be sent there: whoever reaches a plain port runs code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Self

from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.files.bounded_json import parse
from ddpm_studio.files.budget import MIB
from ddpm_studio.files.reading import ForeignFile

MOST_BYTES = MIB
"""Of a scheduler file, which lists the workers that there were when it was written."""

_ADDRESS = re.compile(
    r"(?P<scheme>tcp|tls)://(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<host>[A-Za-z0-9._-]+)):(?P<port>\d{1,5})"
)


class ClusterError(StudioError):
    """A cluster that cannot be reached or trusted, or that did not do what it was to do."""


@dataclass(frozen=True)
class ClusterAddress:
    """Where a scheduler listens: tcp://host:port, in plain text and for everybody, or tls://host:port."""

    text: str
    encrypted: bool

    @property
    def host_and_port(self) -> tuple[str, int]:
        """The two as a socket is connected to them."""
        found = _ADDRESS.fullmatch(self.text)
        assert found is not None
        return found["ipv6"] or found["host"], int(found["port"])

    @classmethod
    def of(cls, text: str, *, insecure: bool = False) -> Self:
        """The address that is named, or that the scheduler file at this path holds.

        Plain ones are taken on this machine alone, unless `insecure`; nothing is looked up or opened but that file.
        Raises ClusterError for any other address, FileError for a file that cannot be read.
        """
        stated = text if "://" in text else _in_file(Path(text))
        found = _ADDRESS.fullmatch(stated)
        if found is None or not 0 < int(found["port"]) < 1 << 16:
            raise _no_address(stated)
        encrypted = found["scheme"] == "tls"
        if not (encrypted or insecure or _is_loopback(found["ipv6"] or found["host"])):
            raise _open_to_all(stated)
        return cls(stated, encrypted)


def _in_file(path: Path) -> str:
    file = ForeignFile(path)
    told = parse(file.whole(MOST_BYTES), file.budget, path)
    address = told.get("address") if isinstance(told, dict) else None
    if not isinstance(address, str):
        raise ClusterError(
            QT_TRANSLATE_NOOP(
                "errors",
                "{path} names no address of a scheduler; give one as tcp://127.0.0.1:8786, or the file that "
                "dask scheduler --scheduler-file writes.",
            ),
            path=path,
        )
    return address


def _is_loopback(host: str) -> bool:
    """True for addresses of this machine, written as such, and for localhost; other names may lead anywhere."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _no_address(text: str) -> ClusterError:
    return ClusterError(
        QT_TRANSLATE_NOOP(
            "errors",
            "“{text}” is no address of a cluster; write tcp://127.0.0.1:8786 or tls://host:8786, or name a scheduler "
            "file.",
        ),
        text=text,
    )


def _open_to_all(text: str) -> ClusterError:
    return ClusterError(
        QT_TRANSLATE_NOOP(
            "errors",
            "At {text} whoever reaches the port can run code; use tls:// with certificates, a tunnel to 127.0.0.1, or "
            "--insecure-cluster where you trust all that reaches it.",
        ),
        text=text,
    )
