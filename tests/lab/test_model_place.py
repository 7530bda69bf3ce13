"""A checkpoint is opened once in a process, whoever asks for it."""

from __future__ import annotations

from threading import Event, Thread
from types import SimpleNamespace

import pytest

from ddpm_studio.checkpoints import Answers
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
