"""Names of what can be undone, as they follow “Undo” and “Redo” in the Edit menu."""

from __future__ import annotations

from collections.abc import Mapping

from ddpm_studio.diffusion.schedule import parameters
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.texts import Readable, SourceText, Text

ADDING = QT_TRANSLATE_NOOP("history", "adding {title}")
REMOVING = QT_TRANSLATE_NOOP("history", "removing {title}")
RENAMING = QT_TRANSLATE_NOOP("history", "renaming {title}")
MOVING = QT_TRANSLATE_NOOP("history", "moving {title}")
SHOWING = QT_TRANSLATE_NOOP("history", "showing {title}")
HIDING = QT_TRANSLATE_NOOP("history", "hiding {title}")
SHOWING_ONLY = QT_TRANSLATE_NOOP("history", "showing only {title}")
SHOWING_OTHERS = QT_TRANSLATE_NOOP("history", "showing the others again")
SEVERAL = QT_TRANSLATE_NOOP("history", "showing schedules"), QT_TRANSLATE_NOOP("history", "hiding schedules")
KEEPING = QT_TRANSLATE_NOOP("history", "keeping what a question showed")
PASTING = QT_TRANSLATE_NOOP("history", "pasting schedules")
OPENING = QT_TRANSLATE_NOOP("history", "opening {name}")
SETTING_UP = QT_TRANSLATE_NOOP("history", "setting up as {name} was made")
STARTING_AFRESH = QT_TRANSLATE_NOOP("history", "starting afresh")
REPLACING = QT_TRANSLATE_NOOP("history", "change of the schedule")
RESETTING = QT_TRANSLATE_NOOP("history", "reset to the defaults")
BREAKING_UP = QT_TRANSLATE_NOOP("history", "breaking up {title}")
CHANGE_OF_OBJECTIVE = QT_TRANSLATE_NOOP("history", "change of the training objective")
CHANGE_OF_STEPS_BELOW = QT_TRANSLATE_NOOP("history", "change of the steps")
ADDING_STEPS = QT_TRANSLATE_NOOP("history", "adding steps")
REMOVING_STEPS = QT_TRANSLATE_NOOP("history", "removing steps")
DRAWING_FROM = QT_TRANSLATE_NOOP("history", "drawing from {title}")
CHANGE_OF_POINTS = QT_TRANSLATE_NOOP("history", "change of the points")
CHANGE_OF_FORMULA = QT_TRANSLATE_NOOP("history", "change of the formula")
MAKING_A_FLOW = QT_TRANSLATE_NOOP("history", "making the schedule a flow")
MAKING_NO_FLOW = QT_TRANSLATE_NOOP("history", "making the schedule no flow")
CHOOSING_A_MEMBER = QT_TRANSLATE_NOOP("history", "choice of a member")
CHANGE_OF_KIND = QT_TRANSLATE_NOOP("history", "change of the kind")
CHANGE_OF_MOMENT = QT_TRANSLATE_NOOP("history", "change of what is held equal")
CHANGE_OF_X_AXIS = QT_TRANSLATE_NOOP("history", "change of the x axis")
CHANGE_OF_Y_AXIS = QT_TRANSLATE_NOOP("history", "change of the y axis of {symbol}")
CHANGE_OF_VIEW = QT_TRANSLATE_NOOP("history", "change of the view")
CHANGE_OF_SIDE = QT_TRANSLATE_NOOP("history", "change of the equation's side")
CHANGE_OF_PLOTS = QT_TRANSLATE_NOOP("history", "change of the plots")
SHOWING_SHEET = QT_TRANSLATE_NOOP("history", "showing the contact sheet")
HIDING_SHEET = QT_TRANSLATE_NOOP("history", "hiding the contact sheet")
CHOOSING_CURVES = QT_TRANSLATE_NOOP("history", "choice of curves")
CHOOSING_A_PICTURE = QT_TRANSLATE_NOOP("history", "choice of a picture")
CHOOSING_A_FRAME = QT_TRANSLATE_NOOP("history", "choice of a frame")
CHANGE_OF_NOISE = QT_TRANSLATE_NOOP("history", "change of the noise")
CHANGE_OF_BACKGROUND = QT_TRANSLATE_NOOP("history", "change of the background")
SHOWING_HISTOGRAMS = QT_TRANSLATE_NOOP("history", "showing histograms")
HIDING_HISTOGRAMS = QT_TRANSLATE_NOOP("history", "hiding histograms")
SHOWING_SPECTRUM = QT_TRANSLATE_NOOP("history", "showing the spectrum")
HIDING_SPECTRUM = QT_TRANSLATE_NOOP("history", "hiding the spectrum")
NOISING_LATENTS = QT_TRANSLATE_NOOP("history", "noising latents")
NOISING_PIXELS = QT_TRANSLATE_NOOP("history", "noising pixels")
SHOWING_MARKS = QT_TRANSLATE_NOOP("history", "showing step marks")
HIDING_MARKS = QT_TRANSLATE_NOOP("history", "hiding step marks")
SHOWING_RUNS = QT_TRANSLATE_NOOP("history", "showing runs in lanes")
HIDING_RUNS = QT_TRANSLATE_NOOP("history", "hiding runs in lanes")
CHANGE_OF_STEPS = QT_TRANSLATE_NOOP("history", "change of the steps to visit")
CHANGE_OF_QUESTION = QT_TRANSLATE_NOOP("history", "change of the question")
OPENING_RESULTS = QT_TRANSLATE_NOOP("history", "opening results")
CLOSING_RESULTS = QT_TRANSLATE_NOOP("history", "going back to your own results")
CHANGE_OF_SETTINGS = QT_TRANSLATE_NOOP("history", "change of the sampling settings")
ANSWERING = QT_TRANSLATE_NOOP("history", "answer to {question}")
ANSWERING_ALL = QT_TRANSLATE_NOOP("history", "answers about {name}")
TAKING_BACK = QT_TRANSLATE_NOOP("history", "taking back the answer to {question}")
FORGETTING = QT_TRANSLATE_NOOP("history", "forgetting the answers about {name}")
CHOOSING_A_READING = QT_TRANSLATE_NOOP("history", "choice of {reading}")

CHANGE = QT_TRANSLATE_NOOP("history", "change of {what}")

SETUP = {
    "checkpoint": QT_TRANSLATE_NOOP("history", "choice of a checkpoint"),
    "lines": QT_TRANSLATE_NOOP("history", "change of the sampler"),
    "seed": QT_TRANSLATE_NOOP("history", "change of the sampling seed"),
    "pictures": QT_TRANSLATE_NOOP("history", "change of the number of pictures"),
    "from_picture": QT_TRANSLATE_NOOP("history", "change of what runs begin from"),
    "prompt": QT_TRANSLATE_NOOP("history", "change of the prompt"),
    "negative_prompt": QT_TRANSLATE_NOOP("history", "change of the negative prompt"),
    "label": QT_TRANSLATE_NOOP("history", "change of the class"),
    "guidance": QT_TRANSLATE_NOOP("history", "change of the guidance"),
    "guidance_rescale": QT_TRANSLATE_NOOP("history", "change of the rescaling of guidance"),
    "clip": QT_TRANSLATE_NOOP("history", "change of clipping"),
    "device": QT_TRANSLATE_NOOP("history", "change of the device"),
    "seeds": QT_TRANSLATE_NOOP("history", "change of whose seed it is"),
    "epsilon": QT_TRANSLATE_NOOP("history", "change of ε where x₀ is clipped"),
    "precision": QT_TRANSLATE_NOOP("history", "change of the precision"),
}
"""Names by the fields of Sampling, the most telling first."""


def change_of(what: Readable) -> Text:
    """The name of a change of one value."""
    return Text(CHANGE, {"what": what})


def change_of_setup(changes: Mapping[str, object]) -> SourceText:
    """The name of a change of these fields of Sampling."""
    return next((name for field, name in SETUP.items() if field in changes), CHANGE_OF_SETTINGS)


def symbol_of(kind: str, key: str) -> str:
    """The symbol of T or of a parameter of a kind; the key itself if the kind has no such parameter."""
    return next((parameter.symbol for parameter in parameters(kind) if parameter.key == key), key)
