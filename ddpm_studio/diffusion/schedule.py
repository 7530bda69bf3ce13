"""Schedule: a frozen, validated description of a noise schedule, written and read as one line of text."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from types import MappingProxyType
from typing import Self

import numpy as np

from ddpm_studio.custom_betas import betas_at
from ddpm_studio.diffusion.curves import Coefficients
from ddpm_studio.diffusion.formula.curve_formula import CurveFormula
from ddpm_studio.diffusion.formula.names_typed import QUANTITIES
from ddpm_studio.diffusion.kinds import KINDS, Kind, Parameter, Points
from ddpm_studio.diffusion.kinds.monotone_spline import DRAWN, FIRST_POINTS, check_points
from ddpm_studio.diffusion.kinds.typed_curve import FIRST_FORMULA, FORMULA
from ddpm_studio.diffusion.misplaced_path import check_address, check_no_path
from ddpm_studio.diffusion.names import STEPS_NAMES, check_named
from ddpm_studio.diffusion.noise_levels import Array, levels_of_betas, levels_of_table
from ddpm_studio.diffusion.operators import operations
from ddpm_studio.diffusion.options import as_number, shown
from ddpm_studio.diffusion.quantities import TAU
from ddpm_studio.diffusion.spec import AS, POINTS, WORDS, ZERO_SNR, Spec, no_choice, shortest, word_in, write_spec
from ddpm_studio.errors import QT_TRANSLATE_NOOP, ScheduleError
from ddpm_studio.notebook import ShownInNotebooks

DEFAULT_T = 300
MAX_T = 100_000

MIN_GIVEN_BETA = 1e-305
"""Smallest β of a custom schedule: exported schedules go below MIN_BETA if the SNR was shifted up."""

MAX_LOG_SNR = -math.log(MIN_GIVEN_BETA)
"""Log SNR of a custom schedule at t = 1, at most: that of the smallest β."""

STEPS = Parameter(
    "T",
    "T",
    DEFAULT_T,
    1,
    MAX_T,
    slider=(10, 4000),
    log=True,
    meaning=QT_TRANSLATE_NOOP("parameters", "The number of steps from the picture to noise."),
)
"""T, the number of steps, as a parameter like any other."""

OPERATORS = (
    Parameter(
        ZERO_SNR,
        "ᾱ_T = 0",
        0.0,
        0.0,
        3.0,
        slider=(0.0, 3.0),
        words=WORDS[ZERO_SNR],
        meaning=QT_TRANSLATE_NOOP("parameters", "Rescales √ᾱ so that the last step is pure noise (Lin et al. 2023)."),
    ),
    Parameter(
        "snr_shift",
        "c",
        1.0,
        1e-6,
        1e6,
        slider=(0.01, 100.0),
        log=True,
        meaning=QT_TRANSLATE_NOOP(
            "parameters", "By what the SNR of every step is divided: larger pictures need more noise."
        ),
    ),
)
"""Parameters of every kind: the form of zero terminal SNR (a ZeroSnr) and division of the SNR by `snr_shift`."""

CUSTOM = Kind(
    "custom",
    QT_TRANSLATE_NOOP("kinds", "Custom"),
    QT_TRANSLATE_NOOP("kinds", "β_t read from a file"),
    QT_TRANSLATE_NOOP("kinds", "CSV, JSON, NPY or NPZ with betas, a diffusers scheduler_config.json, or a checkpoint"),
    (),
    lambda T: np.empty(T),
)

BetasReader = Callable[[str, str], tuple[Array, str, Array]]
"""A function that returns β, shape (T,), for the path in a text, "" for none, and for the quantity that its file is
said to hold; the quantity that it holds, "" for one that is clearly β; and log SNR if β don't tell it, else none."""

Values = Mapping[str, float] | Iterable[tuple[str, float]]


NONE_GIVEN: Mapping[str, float] = MappingProxyType({})


def betas_in(path: str, quantity: str = "") -> tuple[Array, str, Array]:
    """β of the file at a path, of which quantity in it, and log SNR if β don't tell it. Raises ScheduleError without a
    path, and StudioError for a file that has none.
    """
    if not path:
        raise ScheduleError(QT_TRANSLATE_NOOP("errors", "custom names no file; write custom:path=FILE."))
    return betas_at(path, quantity)


def kind_named(name: str) -> Kind:
    """The kind of this name, `custom` included. Raises ScheduleError with the nearest name if there is none.

    >>> kind_named("jsd").formula
    'β_t = 1/(T − t + 1)'
    >>> kind_named("cosin")
    Traceback (most recent call last):
    ddpm_studio.errors.ScheduleError: There is no schedule kind “cosin”; did you mean “cosine”?
    """
    known = {**KINDS, CUSTOM.name: CUSTOM}
    if isinstance(name, str) and name not in known and name in STEPS_NAMES:
        raise ScheduleError(
            QT_TRANSLATE_NOOP(
                "errors",
                "“{name}” tells of steps, not of a schedule; give it by --spacing, and a schedule such as cosine.",
            ).in_window(QT_TRANSLATE_NOOP("errors", "“{name}” tells of steps, not of a schedule; choose a kind here.")),
            name=name,
        )
    if isinstance(name, str) and name not in known:
        check_no_path(name)
    template = QT_TRANSLATE_NOOP("errors", "There is no schedule kind “{name}”; {remedy}")
    spacings = STEPS_NAMES.difference(known).intersection(str(name).split()[:1])
    check_named(name, spacings if spacings and name not in known else known, template, ScheduleError)
    return known[name]


def parameters(kind: str, formula: str = "", given: Mapping[str, float] = NONE_GIVEN) -> tuple[Parameter, ...]:
    """The parameters of a schedule of this kind besides T: its own, or those of its formula, then the two operators.

    >>> [parameter.key for parameter in parameters("cosine")]
    ['s', 'max_beta', 'zero_snr', 'snr_shift']
    >>> [parameter.key for parameter in parameters("formula", "beta=a*u")]
    ['a', 'zero_snr', 'snr_shift']
    """
    return (*kind_named(kind).own_parameters(formula, given), *OPERATORS)


def parameters_with_steps(kind: str, formula: str = "") -> tuple[Parameter, ...]:
    """All that can be set of a schedule of this kind: T first, unless its β were read from a file.

    >>> [parameter.key for parameter in parameters_with_steps("jsd")]
    ['T', 'zero_snr', 'snr_shift']
    """
    return (*(() if kind == CUSTOM.name else (STEPS,)), *parameters(kind, formula))


@dataclass(frozen=True, eq=False)
class Schedule(ShownInNotebooks):
    """A noise schedule: a kind, the number of steps T (1 … 100 000) and the parameters that were given.

    Parameters missing from `given` take the kind's default. A custom schedule holds its β in `trained_betas`, log SNR
    in `trained_log_snr` where β next to 1 don't tell it, the file they came from in `path`, and in `quantity` what that
    holds where it is not plainly β; a drawn one holds its `points` (u, log SNR), by default FIRST_POINTS, and in
    `quantity` that it is a flow, TAU, if it is one; one by formula holds that in `formula`, as in "beta=0.02*u", by
    default FIRST_FORMULA. Schedules are equal if their resolved values are. Raises
    ScheduleError for an unknown kind or key and for a value out of bounds.

    >>> schedule = Schedule("cosine", 1000, {"snr_shift": 4})
    >>> str(schedule)
    'cosine:T=1000,snr_shift=4'
    >>> schedule == Schedule("cosine", 1000, {"snr_shift": 4, "s": 0.008})
    True
    >>> schedule.betas.shape
    (1000,)
    """

    kind: str = "linear"
    T: int = DEFAULT_T
    given: Values = ()
    path: str = ""
    trained_betas: tuple[float, ...] = field(default=(), repr=False)
    points: Points = ()
    quantity: str = ""
    trained_log_snr: tuple[float, ...] = field(default=(), repr=False)
    formula: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "formula", _typed_formula(self.kind, self.formula))
        known = parameters(self.kind, self.formula)
        given = dict(self.given)
        _check_keys(self.kind, self.formula, given)
        _check_steps(self.T)
        named = tuple((p.key, _checked(p, given[p.key])) for p in known if p.key in given)
        object.__setattr__(self, "given", named)
        object.__setattr__(self, "T", int(self.T))
        object.__setattr__(self, POINTS, _drawn_points(self.kind, self.points))
        _check_quantity(self.kind, self.quantity)
        if self.kind == CUSTOM.name:
            _check_betas(self.trained_betas, self.T, self.path)
            _check_log_snr(self.trained_log_snr, self.T, self.path)
        else:
            _ = self.betas

    @classmethod
    def parse(cls, text: str, betas_at: BetasReader = betas_in) -> Self:
        """The schedule that `text`, such as "cosine:T=1000,s=0.008,zero_snr=1,snr_shift=2", describes.

        Those of `custom` have β by `betas_at`, by default from the file that the text names.

        >>> str(Schedule.parse("cosine:T=1000,s=8e-3"))
        'cosine:T=1000,s=0.008'
        """
        spec = Spec.of(text)
        with spec.at(word_in(text, 0, len(text))):
            check_address(spec)
        with spec.at(spec.kind):
            kind = kind_named(spec.kind.text).name
        spec.check_form()
        formula, own = spec.formula, _OTHER_KEYS.get(kind, (STEPS.key,))
        for setting in spec.given:
            with spec.at(setting.key):
                _check_keys(kind, formula, {setting.sets} - {STEPS.key, *own}, *own)
        path, values = spec.read()
        with spec.at_values():
            if kind == CUSTOM.name:
                return cls._read(path, values, partial(betas_at, path, spec.quantity))
            steps = _whole(values.pop(STEPS.key, DEFAULT_T))
            return cls(kind, steps, values, points=spec.points, quantity=spec.quantity, formula=formula)

    @classmethod
    def _read(cls, path: str, values: dict[str, float], read: Callable[[], tuple[Array, str, Array]]) -> Self:
        steps = _whole(values.pop(STEPS.key)) if STEPS.key in values else None
        betas, quantity, log_snr = read()
        schedule = cls.from_betas(betas, path, values, quantity, log_snr)
        if steps is not None and steps != schedule.T:
            raise _fixed_steps(steps, schedule.T)
        return schedule

    @classmethod
    def from_betas(
        cls,
        betas: Iterable[float] | Array,
        path: str = "",
        given: Values = (),
        quantity: str = "",
        log_snr: Iterable[float] | Array = (),
    ) -> Self:
        """A custom schedule of these β, shape (T,), each from 1e-305 to 1; `path` is the file they came from,
        `quantity` what that holds, if not plainly β, and `log_snr`, shape (T,), what β don't tell to the last digit.

        >>> Schedule.from_betas([0.1, 0.2, 0.5]).coefficients.alphas_cumprod.round(3).tolist()
        [0.9, 0.72, 0.36]
        """
        values = tuple(as_number(beta) for beta in betas)
        levels = tuple(as_number(level) for level in log_snr)
        return cls(CUSTOM.name, len(values), given, path, values, quantity=quantity, trained_log_snr=levels)

    def __str__(self) -> str:
        steps = None if self.path else self.T
        return write_spec(self.kind, steps, self.path, dict(self.given), self.points, self.quantity, self.formula)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schedule) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        return type(self), (self.kind, self.T, self.given, *self._contents)

    @property
    def _contents(self) -> tuple[str, tuple[float, ...], Points, str, tuple[float, ...], str]:
        """What it has besides T and parameters."""
        return self.path, self.trained_betas, self.points, self.quantity, self.trained_log_snr, self.formula

    @cached_property
    def _identity(self) -> tuple[object, ...]:
        return (self.kind, self.T, tuple(self.values.items()), *self._contents)

    @cached_property
    def values(self) -> Mapping[str, float]:
        """Every parameter of the kind and both operators by key, defaults filled in."""
        return MappingProxyType(_values(self.kind, self.formula, dict(self.given)))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Every parameter of the kind, or of its formula, and both operators, with sliders about the values given."""
        return parameters(self.kind, self.formula, dict(self.given))

    @property
    def is_flow(self) -> bool:
        """True if its levels are told in τ = σ/(1+σ): by its formula, in its file, or as those of a drawn one.

        >>> Schedule("flow").is_flow, Schedule.parse("drawn:as=tau").is_flow, Schedule("drawn").is_flow
        (True, True, False)
        """
        return kind_named(self.kind).flow or self.quantity == TAU

    @property
    def betas(self) -> Array:
        """β_1 … β_T, float64, shape (T,), read-only: the kind, then zero terminal SNR and the shift."""
        return self.coefficients.betas

    @cached_property
    def coefficients(self) -> Coefficients:
        """Every precomputed array of the forward and reverse process, shape (T,) each."""
        # What computes them does not hold the schedule, so that both go at once when nobody needs them any more.
        trained = self.trained_betas, self.trained_log_snr
        own = trained, self.points, self.formula
        return Coefficients(partial(_levels, self.kind, self.T, dict(self.given), *own))

    def replace(self, **changes: float) -> Self:
        """The same schedule with T or parameters changed. Raises ScheduleError for a value out of bounds.

        >>> str(Schedule("cosine", 1000).replace(T=500, snr_shift=4))
        'cosine:T=500,snr_shift=4'
        """
        steps = changes.pop("T", self.T)
        if self.kind == CUSTOM.name and steps != self.T:
            raise _fixed_steps(steps, self.T)
        given = {**dict(self.given), **changes}
        return type(self)(self.kind, _whole(steps), given, *self._contents)

    def with_points(self, points: Points) -> Self:
        """The drawn schedule of these points (u, log SNR) with this T and these operators, that of a flow a flow.

        >>> str(Schedule("cosine", 1000).with_points(((0.0, 8.0), (1.0, -8.0))))
        'drawn:T=1000,points=0/8;1/-8'
        """
        return type(self)(DRAWN, self.T, self._operators, points=points, quantity=TAU if self.is_flow else "")

    def told_as_flow(self, flow: bool) -> Self:
        """The drawn schedule with the same levels as that of a flow, told in τ, or not. ScheduleError for another kind.

        >>> print(Schedule("drawn", 1000, {"snr_shift": 4}).told_as_flow(True))
        drawn:T=1000,as=tau,points=0/10;0.5/0;1/-10,snr_shift=4
        """
        return type(self)(self.kind, self.T, dict(self.given), points=self.points, quantity=TAU if flow else "")

    def with_formula(self, formula: str) -> Self:
        """The schedule by this formula with this T, these operators, and the values of parameters that it has as well.

        >>> str(Schedule.parse("formula:beta=a*u+b,a=0.02,b=0,snr_shift=2").with_formula("beta = a * u"))
        'formula:T=300,beta=a*u,a=0.02,snr_shift=2'
        """
        kept = {p.key for p in parameters(FORMULA, formula)}
        return type(self)(FORMULA, self.T, {k: v for k, v in dict(self.given).items() if k in kept}, formula=formula)

    def with_kind(self, kind: str) -> Self:
        """The default schedule of another kind with this T and these operators.

        >>> str(Schedule.parse("cosine:T=1000,s=0.01,zero_snr=1").with_kind("linear"))
        'linear:T=1000,zero_snr=1'
        """
        return type(self)(kind, self.T, self._operators)

    @property
    def _operators(self) -> dict[str, float]:
        return {key: value for key, value in dict(self.given).items() if key in {p.key for p in OPERATORS}}

    def with_defaults(self) -> Self:
        """The same kind and T, with every parameter at its default; β that were read, points and formula stay."""
        return type(self)(self.kind, self.T, (), *self._contents)


def _values(kind: str, formula: str, given: Mapping[str, float]) -> dict[str, float]:
    return {p.key: given.get(p.key, p.default) for p in parameters(kind, formula)}


_OTHER_KEYS = {
    CUSTOM.name: ("path", AS),
    DRAWN: (STEPS.key, POINTS, AS),
    FORMULA: (STEPS.key, *QUANTITIES),
}
"""Keys besides parameters of the kinds that have others than T."""

_Trained = tuple[Sequence[float], Sequence[float]]
"""β of a custom schedule, and log SNR where they don't tell it."""


def _levels(
    kind: str, steps: int, given: Mapping[str, float], trained: _Trained, points: Points, formula: str
) -> Array:
    values = _values(kind, formula, given)
    levels = _read_levels(*trained) if kind == CUSTOM.name else _kind_levels(kind, steps, given, points, formula)
    for operation, arguments in operations(values["zero_snr"], values["snr_shift"]):
        levels = operation(levels, *arguments)
    return levels


def _read_levels(betas: Sequence[float], log_snr: Sequence[float]) -> Array:
    return levels_of_table(np.array(betas), np.array(log_snr)) if log_snr else levels_of_betas(np.array(betas))


def _kind_levels(kind: str, steps: int, given: Mapping[str, float], points: Points, formula: str) -> Array:
    levels = kind_named(kind).levels(steps, _values(kind, formula, given), points, formula)
    if not np.isfinite(levels[0]).all():
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "{spec} has no finite β; bring its parameters closer to their defaults."),
            spec=write_spec(kind, steps, "", given, points, "", formula),
        )
    return levels


def _typed_formula(kind: str, formula: str) -> str:
    """The formula that a schedule of this kind has, as it is written, none unless it is by formula."""
    if kind != FORMULA:
        if formula:
            _check_keys(kind, "", [FORMULA])
        return ""
    return str(CurveFormula.parse(formula or FIRST_FORMULA))


def _drawn_points(kind: str, points: Points) -> Points:
    """The points that a schedule of this kind has, none unless it is drawn."""
    if kind != DRAWN:
        _check_keys(kind, "", [POINTS] if points else [])
        return ()
    return check_points(points or FIRST_POINTS)


def _check_quantity(kind: str, quantity: str) -> None:
    if quantity and kind != CUSTOM.name and (kind, quantity) != (DRAWN, TAU):
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "{kind} has as={quantity}; only a drawn schedule has it, as=tau for a flow."),
            about=(AS,),
            kind=kind,
            quantity=quantity,
        )


def _whole(value: float) -> int:
    number = as_number(value)
    return int(number) if number == number // 1 else value  # type: ignore[return-value]


def _check_steps(steps: float) -> None:
    number = as_number(steps)
    if not (1 <= number <= MAX_T and number == int(number)):
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "T is {value}; it must be a whole number from 1 to {high}."),
            about=("T",),
            value=shown(steps),
            high=MAX_T,
        )


def _checked(parameter: Parameter, value: float) -> float:
    number = as_number(value)
    text = shortest(number) if math.isfinite(number) else shown(value)
    if parameter.words and number not in range(len(parameter.words)):
        raise no_choice(parameter.key, str(text))
    if not parameter.low <= number <= parameter.high:
        raise ScheduleError(
            QT_TRANSLATE_NOOP("errors", "{key} is {value}; choose a value from {low:.6g} to {high:.6g}."),
            about=(parameter.key,),
            key=parameter.key,
            value=text,
            low=parameter.low,
            high=parameter.high,
        )
    return number


def _check_keys(kind: str, formula: str, values: Iterable[str], *others: str) -> None:
    """Raise ScheduleError for a key that is none of the kind's parameters; `others` can be given besides."""
    known = [*others, *(p.key for p in parameters(kind, formula))]
    template = QT_TRANSLATE_NOOP("errors", "{kind} has no parameter “{name}”; {remedy}")
    takes = QT_TRANSLATE_NOOP("errors", "it takes {known}.")
    for key in values:
        check_named(key, known, template, ScheduleError, takes, kind=kind)


def _fixed_steps(steps: float, count: int) -> ScheduleError:
    return ScheduleError(
        QT_TRANSLATE_NOOP("errors", "T is {steps}, but the number of betas in the file is {count}; leave T out."),
        about=("T",),
        steps=steps,
        count=count,
    )


def _check_betas(betas: tuple[float, ...], steps: int, path: str) -> None:
    if not betas:
        raise ScheduleError(QT_TRANSLATE_NOOP("errors", "custom names no file; write custom:path=FILE."))
    if len(betas) != steps:
        raise _fixed_steps(steps, len(betas))
    for t, beta in enumerate(betas, 1):
        if not MIN_GIVEN_BETA <= beta <= 1:
            raise ScheduleError(
                QT_TRANSLATE_NOOP("errors", "β_{t} of {path} is {beta}; each β must be from {low:g} to 1."),
                t=t,
                path=path or QT_TRANSLATE_NOOP("errors", "the custom schedule"),
                beta=shortest(beta),
                low=MIN_GIVEN_BETA,
            )


def _check_log_snr(log_snr: tuple[float, ...], steps: int, path: str) -> None:
    """Raise ScheduleError for log SNR that is not of every step, or rises, or is none."""
    before = MAX_LOG_SNR
    for t, level in enumerate(log_snr, 1):
        if not level <= before:
            raise _rising(t, level, before, path)
        before = level
    if log_snr and len(log_snr) != steps:
        raise _fixed_steps(steps, len(log_snr))


def _rising(t: int, level: float, before: float, path: str) -> ScheduleError:
    return ScheduleError(
        QT_TRANSLATE_NOOP("errors", "log SNR_{t} of {path} is {value}; it must be a number of at most {before:.6g}."),
        t=t,
        path=path or QT_TRANSLATE_NOOP("errors", "the custom schedule"),
        value=shortest(level),
        before=before,
    )
