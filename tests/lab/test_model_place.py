"""A checkpoint is opened once in a process, whoever asks for it."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.location import bundled
from ddpm_studio.lab import model_place
from ddpm_studio.lab.model_place import ModelPlace, opened_at


def test_two_threads_that_draw_with_a_checkpoint_open_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    place, opened, entered = ModelPlace("a.pt", Answers(), "its fingerprint"), list[object](), Event()
    found: list[object] = []
    other = Thread(target=lambda: found.append(opened_at(place)))

    def read(path: str, answers: Answers) -> SimpleNamespace:
        opened.append(path)
        if len(opened) == 1:
            other.start()
            # As long as the other would need to come here as well, were it let in.
            entered.wait(0.1)
        entered.set()
        return SimpleNamespace(denoiser=object())

    monkeypatch.setattr(model_place, "read_checkpoint", read)
    monkeypatch.setattr(model_place, "_fingerprint", lambda path, checkpoint: place.fingerprint)
    monkeypatch.setattr(model_place, "_open", type(model_place._open)())
    found.append(opened_at(place))
    other.join()
    assert opened == ["a.pt"]
    assert found[0] is found[1]


def test_a_lora_counts_by_its_content_and_weight_wherever_it_lies(tmp_path: Path) -> None:
    def fingerprint(lora: str | None) -> str:
        checkpoint: Any = SimpleNamespace(answers=Answers(lora=lora), memory=SimpleNamespace(path=path))
        return model_place._fingerprint(name, checkpoint)

    name, path = next(iter(bundled().items()))
    here, there = tmp_path / "ink.safetensors", tmp_path / "other" / "ink.safetensors"
    there.parent.mkdir()
    for file in (here, there):
        file.write_bytes(b"strokes")
    first = fingerprint(f"{here}:0.5")
    assert fingerprint(f"{there}:0.5") == first
    assert len({first, fingerprint(f"{here}:0.6"), fingerprint(None)}) == 3
    here.write_bytes(b"washes")
    assert fingerprint(f"{here}:0.5") != first
