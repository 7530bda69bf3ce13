"""Objective: what a network is trained for, beside its schedule, written and read as one line of text.

The loss ½∫W(Λ)‖ε − ε̂‖²dΛ over Λ = log SNR says all that counts (Kingma & Gao 2023, equation 12): objectives with the
same W, up to a factor, are the same whatever their schedule, prediction, draw and weight are. A constant W is the
likelihood bound (ELBO).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, Self

import numpy as np

from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.options import Option, as_number, resolved, typed
from ddpm_studio.diffusion.parametrisation import PREDICTIONS_ELSEWHERE
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.diffusion.spec import Spec, Word, shortest
from ddpm_studio.diffusion.training.draws import DRAWS, Draw
from ddpm_studio.diffusion.training.loss_weights import LOSS_WEIGHTS, LossWeight
from ddpm_studio.diffusion.training.predictions import PREDICTIONS, Prediction
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ObjectiveError

HEAD = "train"
"""What the text of an objective begins with."""

WORDS = {"predict": "epsilon", "draw": "uniform", "weight": "none"}
"""The keys whose values are names, and their defaults."""

LAST_U = 1 - 2**-53
"""What u = 1 is taken for, where some densities have no value but a limit."""

FAINTEST = -600.0
"""Log SNR that pure noise is taken for, where weights have no value but a limit; beyond it float64 ends."""


class _Setting(NamedTuple):
    """A “key=value” of a text: the key, the value, and the word where what is wrong with the value is shown."""

    key: Word
    text: str
    place_of_value: Word


@dataclass(frozen=True)
class StepWeights:
    """What an objective makes of the steps of a schedule, shape (T,) each: effective = density·loss·unit.

    `density` is that of the draws over log SNR, `loss` the weight of the loss on what is predicted, and `unit` what a
    squared error of that is worth as one of ε. Where log SNR is −∞, there is no density, and nothing weighs anything;
    `loss` and `unit` are those of FAINTEST there.
    """

    density: Array
    loss: Array
    unit: Array

    @property
    def effective(self) -> Array:
        """W(log SNR) of Kingma & Gao 2023, up to a factor of two, shape (T,)."""
        with np.errstate(invalid="ignore"):
            return np.where(self.density == 0, 0.0, self.density * self.loss * self.unit)


@dataclass(frozen=True, eq=False)
class Objective:
    """A training objective: a prediction, a way to draw noise levels, a loss weight, and the options of all three.

    Objectives are equal if their resolved options are. Raises ObjectiveError for an unknown name or key and for a value
    out of bounds.

    >>> print(Objective("v_prediction", draw="logit_normal", given={"m": 0.5}))
    train:predict=v_prediction,draw=logit_normal,m=0.5
    """

    predict: str = WORDS["predict"]
    draw: str = WORDS["draw"]
    weight: str = WORDS["weight"]
    given: Mapping[str, object] | Iterable[tuple[str, object]] = ()

    def __post_init__(self) -> None:
        _check_names(self)
        given = dict(self.given)
        _check_keys(self, given)
        values = resolved(_named(self), self.options, given, ObjectiveError)
        numbers = {key: float(value) for key, value in values.items() if isinstance(value, float | int)}
        object.__setattr__(self, "given", tuple((key, numbers[key]) for key in numbers if key in given))
        object.__setattr__(self, "_values", MappingProxyType(numbers))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The objective that a text describes, such as "train:predict=v_prediction,weight=min_snr,snr_gamma=5"; its
        head may be left out. Raises ObjectiveError for another; with the head there, it has the place of what is wrong.

        >>> Objective.parse("predict=edm,draw=lognormal") == Objective("edm", "lognormal")
        True
        """
        spec = Spec.of(text if ":" in text else f"{HEAD}:{text}")
        with spec.at(spec.kind):
            _check_head(text, spec)
        settings = _settings(text, spec)
        words = {key: settings.pop(key) for key in WORDS if key in settings}
        for key, each in words.items():
            with spec.at(each.place_of_value):
                cls().replace(**{key: each.text})
        named = cls().replace(**{key: each.text for key, each in words.items()})
        for key, each in settings.items():
            with spec.at(each.key):
                _check_keys(named, [key])
            with spec.at(each.place_of_value):
                named.replace(**{key: typed(each.text)})
        return named.replace(**{key: typed(each.text) for key, each in settings.items()})

    def __str__(self) -> str:
        words = ((key, getattr(self, key)) for key in WORDS)
        parts = [f"{key}={value}" for key, value in words if value != WORDS[key]]
        return f"{HEAD}:{','.join([*parts, *(f'{key}={shortest(self.values[key])}' for key in dict(self.given))])}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Objective) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[object, ...]:
        return self.predict, self.draw, self.weight, tuple(self.values.items())

    @property
    def options(self) -> tuple[Option, ...]:
        """The options of its prediction, draw and weight, each once, with the default of the first that has it."""
        owners = (PREDICTIONS[self.predict], DRAWS[self.draw], LOSS_WEIGHTS[self.weight])
        found: dict[str, Option] = {}
        for option in (option for owner in owners for option in owner.options):
            found.setdefault(option.key, option)
        return tuple(found.values())

    @property
    def values(self) -> Mapping[str, float]:
        """Every option by key, defaults filled in."""
        return self._values  # type: ignore[attr-defined,no-any-return]

    def replace(self, **changes: object) -> Self:
        """The same objective with names or options changed; options that nothing in it has any more are left out.

        Raises ObjectiveError for what there is not, and for a value out of bounds.

        >>> print(Objective(weight="min_snr", given={"snr_gamma": 2}).replace(weight="none", predict="v_prediction"))
        train:predict=v_prediction
        """
        predict, draw, weight = (str(changes.pop(key, getattr(self, key))) for key in WORDS)
        known = {option.key for option in type(self)(predict, draw, weight).options}
        given = {key: value for key, value in dict(self.given).items() if key in known}
        return type(self)(predict, draw, weight, {**given, **changes})

    def weights(self, schedule: Schedule) -> StepWeights:
        """What each step of a schedule weighs in training."""
        log_snr = np.maximum(schedule.coefficients.log_snr, FAINTEST)
        stated = LOSS_WEIGHTS[self.weight]
        with np.errstate(over="ignore", divide="ignore"):
            unit = self._on_epsilon(self.predict, log_snr)
            loss = stated.weigh(log_snr, **self._of(stated.options))
            if stated.on not in ("", self.predict):
                loss = loss * (self._on_epsilon(stated.on, log_snr) / unit)
            return StepWeights(self._density(schedule), loss, unit)

    def _density(self, schedule: Schedule) -> Array:
        draw, log_snr = DRAWS[self.draw], schedule.coefficients.log_snr
        if draw.over == "log_snr":
            return draw.density(log_snr, **self._of(draw.options))
        u = np.minimum(np.arange(1, schedule.T + 1) / schedule.T, LAST_U)
        return draw.density(u, **self._of(draw.options)) * schedule.coefficients.log_snr_density

    def output_in_epsilon(self, log_snr: Array) -> Array:
        """The size of the factor with which what the network predicts enters ε̂, in the shape of log_snr."""
        return PREDICTIONS[self.predict].output_in_epsilon(log_snr, **self._shape_of(self.predict))

    def _on_epsilon(self, prediction: str, log_snr: Array) -> Array:
        return PREDICTIONS[prediction].on_epsilon(log_snr, **self._shape_of(prediction))

    def _shape_of(self, prediction: str) -> dict[str, float]:
        options = PREDICTIONS[prediction].options
        return {option.key: self.values.get(option.key, as_number(option.default)) for option in options}

    def _of(self, options: Iterable[Option]) -> dict[str, float]:
        return {option.key: self.values[option.key] for option in options}


def is_objective(text: str) -> bool:
    """Whether a text says that it is an objective, whether or not it can be read.

    >>> is_objective("train:predict=epsilon"), is_objective("cosine:T=1000")
    (True, False)
    """
    head, colon, _ = text.partition(":")
    return bool(colon) and head.strip() == HEAD


def objective_below(line: str, above: Sequence[Objective | None]) -> Objective:
    """The objective that a line has for the last of the schedules above it, of which each may have been given one.

    Raises ObjectiveError if there is no schedule, if it has been given one, and if the line cannot be read.

    >>> print(objective_below("train:predict=sample", [Objective(), None]))
    train:predict=sample
    """
    if not above:
        raise ObjectiveError(
            QT_TRANSLATE_NOOP("errors", "“{line}” has no schedule above it; write it below the one that it is for."),
            line=line,
        )
    if above[-1] is not None:
        raise ObjectiveError(
            QT_TRANSLATE_NOOP("errors", "“{line}” is the second objective of one schedule; leave one of them out."),
            line=line,
        )
    return Objective.parse(line)


def _check_names(objective: Objective) -> None:
    template = QT_TRANSLATE_NOOP("errors", "There is no prediction type “{name}”; {remedy}")
    check_named(objective.predict, PREDICTIONS, template, ObjectiveError, elsewhere=PREDICTIONS_ELSEWHERE)
    template = QT_TRANSLATE_NOOP("errors", "There is no way to draw called “{name}”; {remedy}")
    check_named(objective.draw, DRAWS, template, ObjectiveError)
    template = QT_TRANSLATE_NOOP("errors", "There is no loss weight “{name}”; {remedy}")
    check_named(objective.weight, LOSS_WEIGHTS, template, ObjectiveError)


def _named(objective: Objective) -> str:
    """The names in an objective that are not the default, such as "predict=edm,draw=lognormal"."""
    words = ((key, getattr(objective, key)) for key in WORDS)
    return ",".join(f"{key}={value}" for key, value in words if value != WORDS[key]) or HEAD


def _check_keys(objective: Objective, given: Iterable[str]) -> None:
    known = [*WORDS, *(option.key for option in objective.options)]
    tables: list[tuple[str, Mapping[str, Draw | LossWeight | Prediction]]]
    tables = [("predict", PREDICTIONS), ("draw", DRAWS), ("weight", LOSS_WEIGHTS)]
    # The first that has an option, such as min_snr of snr_gamma, is the usual one, and so comes last here.
    owners = {
        option.key: f"{word}={name}"
        for word, table in reversed(tables)
        for name, entry in reversed(list(table.items()))
        for option in entry.options
    }
    for key in given:
        if key not in known and key in owners:
            raise ObjectiveError(
                QT_TRANSLATE_NOOP("errors", "{key} is an option of {owner}; write that too, or leave {key} out."),
                key=key,
                owner=owners[key],
            )
        template = QT_TRANSLATE_NOOP("errors", "A training objective has no “{name}”; {remedy}")
        takes = QT_TRANSLATE_NOOP("errors", "this one takes {known}.")
        check_named(key, known, template, ObjectiveError, takes)


def _check_head(text: str, spec: Spec) -> None:
    head = spec.kind.text
    if head != HEAD:
        raise ObjectiveError(
            QT_TRANSLATE_NOOP("errors", "“{text}” is not a training objective; write {head}:{other}."),
            text=text,
            head=HEAD,
            other=text.replace(":", ",") if "=" in head else "predict=epsilon",
        )


def _settings(text: str, spec: Spec) -> dict[str, _Setting]:
    """What is set in a text, by key. Raises ObjectiveError unless all is set as key=value, and once."""
    found: dict[str, _Setting] = {}
    for each in spec.given:
        with spec.at(each.whole):
            if each.value is None:
                raise ObjectiveError(
                    QT_TRANSLATE_NOOP(
                        "errors", "“{part}” in “{text}” is not of the form key=value; write train:predict=epsilon."
                    ),
                    part=each.key.text,
                    text=text,
                )
            if each.key.text in found:
                raise ObjectiveError(
                    QT_TRANSLATE_NOOP("errors", "“{text}” gives {key} twice; keep one of them."),
                    text=text,
                    key=each.key.text,
                )
        found[each.key.text] = _Setting(each.key, each.value.text, each.value if each.value.text else each.whole)
    return found


PLAIN = Objective()
"""What DDPM trains for, and what a schedule is trained for where nothing else is said."""
