"""Verdict on steps that were found, in sentences that shell and window both say."""

from __future__ import annotations

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.lab.optimizing.optimization import REFERENCE_SOLVER, REFERENCE_STEPS, Optimum
from ddpm_studio.texts import Text

TOO_COARSE = QT_TRANSLATE_NOOP(
    "lab", "That is too much to tell steps as good as these apart; take the numbers for bounds."
)
_BETTER = QT_TRANSLATE_NOOP(
    "lab",
    "Better than {name}, the best standard spacing: picture by picture, the median is {median} % nearer "
    "({low} to {high} %).",
)
_NO_BETTER = QT_TRANSLATE_NOOP(
    "lab",
    "No better than {name}, the best standard spacing: picture by picture, the distance is {median} times as large "
    "({low} to {high}, at {level} %).",
)
_DISTANCES = QT_TRANSLATE_NOOP(
    "lab",
    "Distances are RMS over each held-out picture, {count} in all, from {solver} of {steps} steps, which is {error} "
    "from one twice as fine.",
)


def verdict(optimum: Optimum) -> Text:
    """How much nearer than the best standard spacing it is, or that it is no better."""
    name, ratio = optimum.standard.name, optimum.paired.ratio
    if optimum.better:
        nearer = {"median": _percent(ratio.median), "low": _percent(ratio.high), "high": _percent(ratio.low)}
        return Text(_BETTER, {"name": name, **nearer})
    sure = {"low": f"{ratio.low:.3g}", "high": f"{ratio.high:.3g}", "level": f"{100 * ratio.level:.4g}"}
    return Text(_NO_BETTER, {"name": name, "median": f"{ratio.median:.3g}", **sure})


def about_distances(optimum: Optimum) -> Text:
    """What the distances are of, and how sure that is."""
    said = {"solver": REFERENCE_SOLVER, "steps": REFERENCE_STEPS, "error": f"{optimum.reference_error:.2g}"}
    return Text(_DISTANCES, {"count": optimum.found.spread.count, **said})


def _percent(ratio: float) -> str:
    return f"{100 * (1 - ratio):.3g}"
