"""Condition fields: what a question tells the network besides the noise level, classes or prompts, and guidance."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from ddpm_studio.gui.lab.asking.number_list import NumberList
from ddpm_studio.gui.state.run import CheckpointCard
from ddpm_studio.gui.widgets.typed.several_lines import SeveralLines
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.run_settings import MAX_PROMPT

_LONGEST = 10 * MAX_PROMPT
"""Characters of all prompts together."""


class _Factors(NamedTuple):
    """Values of the fields of conditions, each once; the conditions are their product, if they are one at all."""

    labels: tuple[int | None, ...]
    prompts: tuple[str, ...]
    negatives: tuple[str, ...]
    guidance: tuple[float, ...]

    @classmethod
    def of(cls, conditions: tuple[Conditioned, ...]) -> _Factors:
        """Those of these conditions."""
        return cls(
            tuple(dict.fromkeys(one.label for one in conditions)),
            tuple(dict.fromkeys(one.prompt for one in conditions)),
            tuple(dict.fromkeys(one.negative_prompt for one in conditions)),
            tuple(dict.fromkeys(one.guidance for one in conditions)),
        )

    @property
    def product(self) -> tuple[Conditioned, ...]:
        """Each of them with each."""
        every = itertools.product(self.labels, self.prompts, self.negatives, self.guidance)
        return tuple(Conditioned(label, guidance, prompt, against) for label, prompt, against, guidance in every)


class ConditionFields(QObject):
    """Shows conditions in lists of `labels`, `prompts`, negative prompts and `guidance`, the product of which they are;
    others can only be looked at. `changed` has other conditions.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.labels, self.guidance = NumberList(int, may_be_empty=True), NumberList(float)
        self.prompts, self.negatives = SeveralLines(_LONGEST), SeveralLines(_LONGEST)
        self._conditions: tuple[Conditioned, ...] = (Conditioned(),)
        self._describe()
        self.labels.chosen.connect(self._choose_labels)
        self.prompts.chosen.connect(self._choose_prompts)
        self.negatives.chosen.connect(self._choose_negatives)
        self.guidance.chosen.connect(self._choose_guidance)

    def rows(self) -> tuple[tuple[str, QWidget], ...]:
        """Each field with its label, from top to bottom."""
        return (
            (self.tr("Classes"), self.labels),
            (self.tr("Prompts"), self.prompts),
            (self.tr("Negative"), self.negatives),
            (self.tr("Guidance"), self.guidance),
        )

    def show_conditions(self, conditions: tuple[Conditioned, ...]) -> None:
        """Show them, without emitting anything."""
        self._conditions = conditions
        factors = _Factors.of(conditions)
        self.labels.show_value([label for label in factors.labels if label is not None])
        self.prompts.show_value("\n".join(factors.prompts))
        self.negatives.show_value("\n".join(factors.negatives))
        self.guidance.show_value(factors.guidance)
        # Only what is a product can be said in lists.
        sayable = (
            factors.product == conditions
            and _prompts("\n".join(factors.prompts)) == factors.prompts
            and _prompts("\n".join(factors.negatives)) == factors.negatives
        )
        for _, field in self.rows():
            field.setEnabled(sayable)

    def wanted(self, card: CheckpointCard | None) -> dict[QWidget, bool]:
        """Which fields are to be seen of a network, None for one that is not known: those that it takes, and those in
        which something stands.
        """
        factors = _Factors.of(self._conditions)
        told, worded = self._conditions != (Conditioned(),), any((*factors.prompts, *factors.negatives))
        text, classes = bool(card and card.text), bool(card and card.classes)
        return {
            self.labels: factors.labels != (None,) or (not (text or worded) and (told or classes)),
            self.prompts: text or worded,
            self.negatives: text or worded,
            self.guidance: told or bool(card and card.guidable),
        }

    def _describe(self) -> None:
        self.labels.setToolTip(self.tr("Classes by their numbers; none for each in turn"))
        self.labels.setPlaceholderText(self.tr("each in turn"))
        self.prompts.setToolTip(self.tr("What to draw, a line for each prompt"))
        self.prompts.setPlaceholderText(self.tr("a line each"))
        self.negatives.setToolTip(self.tr("Negative prompts, a line each: what guidance leads away from"))
        self.negatives.setPlaceholderText(self.tr("nothing"))
        self.guidance.setToolTip(self.tr("Strengths of the guidance; 1 is without"))

    @Slot(object)
    def _choose_labels(self, labels: tuple[int, ...]) -> None:
        self._change(labels=labels or (None,))

    @Slot(object)
    def _choose_prompts(self, text: str) -> None:
        self._change(prompts=_prompts(text))

    @Slot(object)
    def _choose_negatives(self, text: str) -> None:
        self._change(negatives=_prompts(text))

    @Slot(object)
    def _choose_guidance(self, guidance: tuple[float, ...]) -> None:
        self._change(guidance=guidance)

    def _change(self, **factors: object) -> None:
        self.changed.emit(_Factors.of(self._conditions)._replace(**factors).product)  # type: ignore[arg-type]


def _prompts(text: str) -> tuple[str, ...]:
    """Those of its lines, each once, or none in words."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line)) or ("",)
