"""Refusals of checkpoints, as the page that shows them says it: why, and what can be done about it in the window."""

from __future__ import annotations

from pathlib import PurePath

from ddpm_studio.checkpoints import (
    Answers,
    MisfitError,
    OtherKindError,
    RememberedError,
    UnansweredError,
    UnsupportedError,
    UntrustedError,
)
from ddpm_studio.checkpoints.answers import OPTIONS, TITLES
from ddpm_studio.checkpoints.unused_answers import USED_BY_ALL
from ddpm_studio.checkpoints.wording import listed
from ddpm_studio.errors import QT_TRANSLATE_NOOP, StudioError
from ddpm_studio.gui.state.sampling import Refusal
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import Readable, Text

_ORDER = ("network", *(key for key in OPTIONS if key != "network"))
"""The order in which answers are asked for: the network first, since only the right one makes sense of the rest."""

_QUESTIONS = (UnansweredError, UntrustedError, MisfitError, OtherKindError)
"""What can be answered, even about a checkpoint that was open before."""


def refusal_of(error: StudioError, path: str, said: Answers) -> Refusal:
    """The Refusal for an error in opening the checkpoint at `path`, about which the user had `said` this much.

    Where a network of another kind may be named, what was said of this kind alone is left out.
    """
    missing, cause = error.missing if isinstance(error, UnansweredError) else (), _cause(error)
    if _may_be_own(cause):
        missing, said = ("network",), said.without(said.said.keys() - USED_BY_ALL)
    untrusted = error.digest if isinstance(error, UntrustedError) else ""
    asked = {} if untrusted else {**said.said, **dict.fromkeys(missing)}
    return Refusal(
        path,
        _sentence(error),
        failed=_may_be_own(cause) or not (missing or untrusted),
        asked=tuple(sorted(asked, key=_ORDER.index)),
        said=said,
        proposed=error.proposed if isinstance(error, UnansweredError) else Answers(),
        report=cause.report if isinstance(cause, MisfitError) else None,
        schedule=error.schedule if isinstance(error, UnsupportedError) else None,
        memory=error.memory if isinstance(error, RememberedError) else None,
        untrusted=untrusted,
    )


def is_question(error: StudioError) -> bool:
    """True if the user can answer, be it about a checkpoint that was open before."""
    return isinstance(_cause(error), _QUESTIONS)


def _may_be_own(cause: StudioError) -> bool:
    """True for what opens if its network is named, though nothing asks for that."""
    return isinstance(cause, OtherKindError) or (isinstance(cause, UnsupportedError) and cause.may_be_own)


def _cause(error: StudioError) -> StudioError:
    """What failed, apart from what was remembered."""
    return error.reason if isinstance(error, RememberedError) else error


def _sentence(error: StudioError) -> str:
    """The sentence for a page that shows the rest: without what its controls say, and what a report lists."""
    if isinstance(error, UnansweredError) and error.unread is not None:
        text = QT_TRANSLATE_NOOP("Refusal", "{unread}{refused}; or say here its {asked}.")
    elif isinstance(error, UnansweredError):
        text = QT_TRANSLATE_NOOP("Refusal", "{name} is {kind}, which does not say its {asked}{refused}.")
    elif isinstance(error, UntrustedError):
        text = QT_TRANSLATE_NOOP(
            "Refusal",
            "{name} is a TorchScript program: opening it runs its code on this machine, with all your rights. Trust it "
            "only if you trust whoever made it; else ask them for a .pt2, made with torch.export from the network's "
            "own code.",
        )
    elif isinstance(error, MisfitError):
        text = QT_TRANSLATE_NOOP(
            "Refusal", "The tensors in {name}{under} are not those of {network}; name the network they were saved from."
        )
    elif isinstance(error, UnsupportedError) and error.schedule is not None:
        text = QT_TRANSLATE_NOOP(
            "Refusal", "{name} is {kind}, which is not sampled: {reason}; its schedule alone can be taken, {schedule}."
        )
    else:
        return translated(error)
    name = PurePath(str(error.values["path"])).name
    return translated(Text(text, {**error.values, "name": name, "asked": _asked(error)}))


def _asked(error: StudioError) -> Readable:
    """The titles of what is asked, in the order of the fields below."""
    missing = error.missing if isinstance(error, UnansweredError) else ()
    return listed([TITLES[key] for key in sorted(missing, key=_ORDER.index)]) if missing else ""
