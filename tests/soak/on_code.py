"""Actions that copy code: it runs without the program, and has the noise levels of the schedule."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QApplication

from tests.soak.checks import expect
from tests.soak.keeping import finish_typing, keeping
from tests.soak.scene import Scene
from tests.soak.truth import truth_of

LONGEST = 20_000
"""Steps of a schedule whose code is run; one of more takes long."""


def copy_sigmas(scene: Scene) -> None:
    """Copy σ for k-diffusion, and run the code: from noise down to 0 they are those of the schedule."""
    names = _run(scene, "copy_kdiffusion")
    truth = truth_of(str(scene.window.studio.state.current.schedule))
    if names and truth is not None:
        log_snr = truth.log_snr[np.isfinite(truth.log_snr)][::-1]
        sigmas = names["sigmas"].numpy()
        right = len(sigmas) == len(log_snr) + 1 and sigmas[-1] == 0
        expect(right and np.allclose(sigmas[:-1], np.exp(-log_snr / 2), rtol=1e-4), f"The σ that were copied: {sigmas}")


def copy_loss(scene: Scene) -> None:
    """Copy the training loss, and run it with a network that gives back what it sees."""
    names = _run(scene, "copy_loss")
    if names:
        import torch

        value = names["loss"](lambda x, told: x, torch.zeros(3, 2), torch.Generator().manual_seed(1))
        state = scene.window.studio.state.current
        expect(not value.isnan(), f"The loss that was copied of {state.schedule} for {state.train} is {value}.")


def _run(scene: Scene, action: str) -> dict[str, Any]:
    """What the code of an action has made, nothing if it is too much; copying changes nothing in the window."""
    finish_typing(scene)
    QApplication.clipboard().clear()
    scene.window.toast.hide()
    with keeping(scene, f"Code was copied by {action}"):
        scene.trigger(scene.action(action))
    code, names = QApplication.clipboard().text(), dict[str, Any]()
    told = scene.window.toast.isVisible()
    expect(told, f"{action} was chosen, and nothing says whether anything was copied.")
    if code and scene.window.studio.state.current.schedule.T <= LONGEST:
        exec(code, names)
    return names


ACTIONS = (
    (copy_sigmas, 2),
    (copy_loss, 3),
)
