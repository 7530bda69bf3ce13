"""org/name comes from the Hugging Face cache, and from the hub only when that is asked for."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub import constants
from huggingface_hub.errors import LocalEntryNotFoundError

from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.checkpoints.families.diffusers.pipelines.folder_pipeline import FolderPipeline
from ddpm_studio.checkpoints.families.diffusers.pipelines.libraries import library_class
from ddpm_studio.errors import CheckpointError
from tests.checkpoints.tiny import save_pipeline, tiny_unet

NAME = "someone/portraits"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no way out."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "hub"


def snapshot(cache: Path) -> Path:
    """The folder in which the hub's client keeps the checkpoint."""
    repository = cache / "models--someone--portraits"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text("0123abcd")
    return repository / "snapshots" / "0123abcd"


def test_from_the_cache(cache: Path) -> None:
    save_pipeline(snapshot(cache))
    assert open_checkpoint(NAME).shape == (3, 8, 8)


def test_a_folder_of_that_name_comes_first(cache: Path, tmp_path: Path) -> None:
    save_pipeline(snapshot(cache))
    save_pipeline(tmp_path / NAME, tiny_unet(sample_size=16))
    assert open_checkpoint(NAME).shape == (3, 16, 16)


def test_what_is_not_cached_is_not_fetched(cache: Path) -> None:
    with pytest.raises(CheckpointError, match="someone/portraits is neither a file"):
        open_checkpoint(NAME)


@pytest.mark.parametrize("safe", [True, False])
def test_downloaded_when_asked(cache: Path, monkeypatch: pytest.MonkeyPatch, safe: bool) -> None:
    remote, asked = save_pipeline(cache.parent / "remote"), list[list[str]]()
    if not safe:
        shutil.rmtree(remote / "unet")
        tiny_unet().save_pretrained(remote / "unet", safe_serialization=False)
    (remote / "whole.safetensors").write_bytes(b"all parts once more")

    def download(name: str, *, allow_patterns: list[str], ignore_patterns: list[str]) -> str:
        assert name == NAME
        asked.append(allow_patterns)
        folder = snapshot(cache) if len(asked) == 1 else next(cache.glob("*/snapshots/*"))
        for path in remote.glob("**/*"):
            if any(fnmatch(str(path.relative_to(remote)), pattern) for pattern in allow_patterns) and path.is_file():
                target = folder / path.relative_to(remote)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
        return str(folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    assert open_checkpoint(NAME, download=True).shape == (3, 8, 8)
    assert ["unet/*.bin" in patterns for patterns in asked] == ([False] * 2 if safe else [False, False, True])
    assert not list(cache.glob("**/whole.*"))


def test_all_weights_are_downloaded_where_no_parts_are_named(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[list[str]]()

    def download(name: str, *, allow_patterns: list[str], ignore_patterns: list[str]) -> str:
        asked.append(allow_patterns)
        folder = cache / "unet"
        tiny_unet().save_pretrained(folder)
        return str(folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    assert open_checkpoint(NAME, download=True).shape == (3, 8, 8)
    assert asked[1][-1] == "*.safetensors"


def test_libraries_of_pipelines_stay_offline(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for a download that is asked for."""
    for name in ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        monkeypatch.setattr(constants, name, False)
    library_class("CLIPTextConfig", FolderPipeline(cache))
    assert constants.HF_HUB_DISABLE_TELEMETRY
    with socket.create_server(("127.0.0.1", 0)) as hub:
        hub.setblocking(False)
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{hub.getsockname()[1]}")
        with pytest.raises(LocalEntryNotFoundError):
            huggingface_hub.hf_hub_download(NAME, "config.json")
        with pytest.raises(BlockingIOError):  # Nobody has called.
            hub.accept()

    fetched = save_pipeline(snapshot(cache))

    def download(name: str, **options: object) -> str:
        assert not constants.HF_HUB_OFFLINE
        return str(fetched)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    assert open_checkpoint(NAME, download=True).shape == (3, 8, 8)
    assert constants.HF_HUB_OFFLINE


@pytest.mark.parametrize("error", [LocalEntryNotFoundError("offline"), OSError("503 Server Error\nmore")])
def test_a_download_that_fails(cache: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*arguments: object, **options: object) -> str:
        raise error

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fail)
    with pytest.raises(CheckpointError, match=r"^someone/portraits could not be downloaded: [^\n]*\.$"):
        open_checkpoint(NAME, download=True)


def test_importing_checkpoints_is_cheap() -> None:
    heavy = "{'torch', 'diffusers', 'huggingface_hub', 'safetensors', 'PySide6'}"
    code = f"import sys, ddpm_studio.checkpoints; sys.exit(str({heavy} & sys.modules.keys()))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ}, check=False
    )
    assert result.stderr.strip() == "set()"
