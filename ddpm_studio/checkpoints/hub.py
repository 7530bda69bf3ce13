"""Checkpoints named org/name: from the Hugging Face cache, or downloaded into it on request."""

from __future__ import annotations

from pathlib import Path

from ddpm_studio.checkpoints.offline import asked_for
from ddpm_studio.checkpoints.reading.json_settings import read_settings
from ddpm_studio.errors import QT_TRANSLATE_NOOP, CheckpointError

_SETTINGS = ["*.json", "unet/*.json", "scheduler/*.json", "*/merges.txt", "*/spiece.model"]
_UNWANTED = ["*.fp16.*", "*.bf16.*", "*.non_ema.*", "*.onnx*", "safety_checker/*"]


def fetched(name: str, download: bool) -> Path:
    """The folder of the snapshot of `name`; CheckpointError if it is not in the cache or cannot be downloaded."""
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ImportError as error:
        raise _without_client(name, error) from error
    try:
        if download:
            with asked_for():
                return _downloaded(name)
        return Path(snapshot_download(name, local_files_only=True))
    except LocalEntryNotFoundError as error:
        if download:
            raise _failed(name, QT_TRANSLATE_NOOP("errors", "no connection")) from error
        raise _not_cached(name) from error
    except (HFValidationError, OSError) as error:
        raise _failed(name, str(error).splitlines()[0].rstrip(".")) from error


def _downloaded(name: str) -> Path:
    """Settings first, then the weights of the parts that they name, or all; with progress on a terminal.

    Beside its parts a pipeline often lies once more as a whole. Pickled weights come only if there are no others.
    """
    path = _snapshot(name, [])
    for weights in ("*.safetensors", "*.bin"):
        wanted = [f"{part}/{weights}" for part in _parts(path)] or [weights]
        path = _snapshot(name, wanted)
        if any(path.glob(f"**/{weights}")):
            break
    return path


def _snapshot(name: str, weights: list[str]) -> Path:
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(name, allow_patterns=[*_SETTINGS, *weights], ignore_patterns=_UNWANTED))


def _parts(folder: Path) -> list[str]:
    """The folders of a pipeline's parts; none for a network alone."""
    index = folder / "model_index.json"
    entries = read_settings(index) if index.is_file() else {}
    return [part for part, entry in entries.items() if isinstance(entry, list) and any(entry)]


def _without_client(name: str, error: ImportError) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{name} is neither a file nor a folder here, and the Hugging Face hub cannot be searched without "
            'huggingface_hub ({reason}); run pip install "ddpm-studio[hub]".',
        ),
        name=name,
        reason=error,
    )


def _not_cached(name: str) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP(
            "errors",
            "{name} is neither a file or folder here nor in the Hugging Face cache; download it with --download.",
        ).in_window(
            QT_TRANSLATE_NOOP(
                "errors",
                "{name} is neither a file or folder here nor in the Hugging Face cache; download it, and open its "
                "folder.",
            )
        ),
        name=name,
    )


def _failed(name: str, reason: str) -> CheckpointError:
    return CheckpointError(
        QT_TRANSLATE_NOOP("errors", "{name} could not be downloaded: {reason}."), name=name, reason=reason
    )
