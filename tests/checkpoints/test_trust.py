"""Trust is in the bytes of a whole file, in the user's own folder, and nobody else's to give."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from ddpm_studio.checkpoints import forget_everything, trust
from ddpm_studio.checkpoints.trust import digest_of, end_trust, end_trust_in, is_trusted, keep_trust, trust_program
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError, FileError
from ddpm_studio.files.places import state_file
from ddpm_studio.files.reading import ForeignFile
from tests.checkpoints.families.small import Table, made
from tests.checkpoints.families.test_torchscript import script

DIGEST, OTHER = "a" * 64, "b" * 64


def test_the_digest_is_that_of_every_byte(tmp_path: Path) -> None:
    content = os.urandom(3 * 2**20 + 7)
    pieces: list[bytes] = []
    (tmp_path / "a").write_bytes(content)
    assert digest_of(ForeignFile(tmp_path / "a"), pieces.append) == hashlib.sha256(content).hexdigest()
    assert b"".join(pieces) == content


def test_trust_outlives_the_process_and_names_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_trust(DIGEST, Path("/models/script.pt"))
    monkeypatch.setattr(trust, "_of_this_process", set())
    assert is_trusted(DIGEST)
    assert not is_trusted(OTHER)
    entry = state_file(trust.FOLDER) / f"{DIGEST}.json"
    assert json.loads(entry.read_text()) == {"checkpoint": "/models/script.pt"}


def test_trust_that_cannot_be_written_holds_for_this_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(name: str) -> Path:
        raise FileError(QT_TRANSLATE_NOOP("errors", "There is no home folder."))

    monkeypatch.setattr(trust, "state_file", homeless)
    keep_trust(DIGEST, Path("script.pt"))
    assert is_trusted(DIGEST)
    assert not is_trusted(OTHER)
    assert end_trust(DIGEST)
    assert not is_trusted(DIGEST)


def test_trust_is_taken_back(tmp_path: Path) -> None:
    path = script(made(Table), tmp_path / "script.pt")
    assert not end_trust_in(path)
    trust_program(path)
    assert end_trust_in(path)
    assert not is_trusted(digest_of(ForeignFile(path)))


def test_everything_is_forgotten(tmp_path: Path) -> None:
    keep_trust(DIGEST, tmp_path)
    forget_everything()
    assert not is_trusted(DIGEST)
    assert not state_file(trust.FOLDER).exists()


def test_the_number_of_trusted_files_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "LIMIT", 3)
    for number in range(5):
        keep_trust(f"{number:064}", Path("script.pt"))
        os.utime(state_file(trust.FOLDER) / f"{number:064}.json", (number, number))
    monkeypatch.setattr(trust, "_of_this_process", set())
    assert [number for number in range(5) if is_trusted(f"{number:064}")] == [2, 3, 4]


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04"])
def test_what_has_no_code_is_not_trusted(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pt").write_bytes(content)
    for path in (tmp_path / "a.pt", tmp_path, tmp_path / "nowhere"):
        with pytest.raises(CheckpointError, match="holds no code that would run; leave --trust out"):
            trust_program(path)
        assert not end_trust_in(path)
