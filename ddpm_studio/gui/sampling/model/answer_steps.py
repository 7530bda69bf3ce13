"""Answer steps: the names of what is said about a checkpoint, as they follow “Undo” and “Redo” in the Edit menu."""

from __future__ import annotations

from ddpm_studio.checkpoints import Answers
from ddpm_studio.checkpoints.answers import TITLES
from ddpm_studio.gui.state import step_names
from ddpm_studio.texts import Text


def answering(answers: Answers, before: Answers, name: str) -> Text:
    """The step of giving `answers` about the checkpoint of this name, where there were others before."""
    new = [key for key, value in answers.said.items() if before.said.get(key) != value]
    if len(new) == 1:
        return Text(step_names.ANSWERING, {"question": TITLES[new[0]]})
    return Text(step_names.ANSWERING_ALL, {"name": name})


def taking_back(key: str) -> Text:
    """The step of taking the answer to one question back."""
    return Text(step_names.TAKING_BACK, {"question": TITLES[key]})


def forgetting(name: str) -> Text:
    """The step of forgetting all that is remembered of the checkpoint of this name."""
    return Text(step_names.FORGETTING, {"name": name})


def opening(name: str) -> Text:
    """The step of opening the checkpoint of this name after all."""
    return Text(step_names.OPENING, {"name": name})
