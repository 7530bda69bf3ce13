"""Parametrisation: what a network is shown of x, how its output is read, and what it is told of the noise level.

With x = a x0 + s ε in variance-preserving scale, σ = s/a and τ = s/(a + s), every network is described by numbers that
depend on the noise level alone:

    out = network(sees · x, told)
    m   = p x + q out                    the estimate of x0, or that of ε

One that was trained on x0 + σ ε or on (1 − τ) x0 + τ ε sees another multiple of the same x, so that solvers need not
know of it. All numbers stay finite towards both ends, but for those that the reading itself forbids there: x0 from ε at
a = 0, ε from x0 at s = 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, Self

import numpy as np

from ddpm_studio.diffusion.levels import noise, read_only, signal
from ddpm_studio.diffusion.names import check_named
from ddpm_studio.diffusion.noise_levels import Array, log_sigmoid
from ddpm_studio.diffusion.options import Option, as_number, resolved, typed
from ddpm_studio.diffusion.spec import Spec, shortest
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SolverError, StudioError

Affine = tuple[Array, Array]


class Numbers(NamedTuple):
    """The numbers of each noise level: `sees` multiplies x, `x0` and `epsilon` are (p, q) of the two estimates."""

    sees: Array
    x0: Affine
    epsilon: Affine


class Form(NamedTuple):
    """A kind of parametrisation: the symbol of its output, its reading at weights (a, s), and its options."""

    symbol: str
    read: Callable[..., Numbers]
    options: tuple[Option, ...]

    @property
    def shape(self) -> tuple[Option, ...]:
        """The options that its reading depends on: all but those of what the network is told."""
        return tuple(option for option in self.options if not option.key.startswith("time"))


_TIMES: Mapping[str, Callable[[Array, Array], Array]] = {
    "t": lambda timesteps, log_snr: timesteps,
    "t+1": lambda timesteps, log_snr: timesteps + 1,
    "tau": lambda timesteps, log_snr: np.exp(log_sigmoid(-0.5 * log_snr)),
    "1-tau": lambda timesteps, log_snr: np.exp(log_sigmoid(0.5 * log_snr)),
    "ln_sigma": lambda timesteps, log_snr: -0.5 * log_snr,
}
"""What a network may be told, before it is scaled: of the array index, and of the noise level."""

_LARGE = 1e6
_SIGMA_MIN = Option(
    "sigma_min",
    0.002,
    0.0,
    1.0,
    label="σ_min",
    meaning=QT_TRANSLATE_NOOP("options", "noise level at which the estimate is the input itself"),
)


def sigma_data_option(usual: float) -> Option:
    """σ_data, the standard deviation of the data, with this default."""
    meaning = QT_TRANSLATE_NOOP("options", "standard deviation of the data")
    return Option("sigma_data", usual, 1e-3, 1e3, label="σ_data", meaning=meaning)


def _time(name: str, scale: float = 1.0) -> tuple[Option, Option, Option]:
    told = QT_TRANSLATE_NOOP("options", "what the network is told of the noise level, before it is multiplied")
    factor = QT_TRANSLATE_NOOP("options", "by what that is multiplied which the network is told")
    added = QT_TRANSLATE_NOOP("options", "what is added to that, once it is multiplied")
    return (
        Option("time", name, choices=tuple(_TIMES), label=QT_TRANSLATE_NOOP("options", "Told"), meaning=told),
        Option("time_scale", scale, -_LARGE, _LARGE, label=QT_TRANSLATE_NOOP("options", "Factor"), meaning=factor),
        Option("time_offset", 0.0, -_LARGE, _LARGE, label=QT_TRANSLATE_NOOP("options", "Added"), meaning=added),
    )


def _epsilon(a: Array, s: Array) -> Numbers:
    return Numbers(np.ones_like(a), (1 / a, -s / a), (np.zeros_like(a), np.ones_like(a)))


def _sample(a: Array, s: Array) -> Numbers:
    return Numbers(np.ones_like(a), (np.zeros_like(a), np.ones_like(a)), (1 / s, -a / s))


def _v(a: Array, s: Array) -> Numbers:
    """v = a ε − s x0 of Salimans & Ho 2022, appendix D."""
    return Numbers(np.ones_like(a), (a, -s), (s, a))


def _flow(a: Array, s: Array) -> Numbers:
    """u = ε − x0, the velocity along (1 − τ) x0 + τ ε of Liu et al. 2022 and Lipman et al. 2022."""
    r = 1 / (a + s)
    return Numbers(r, (r, -s * r), (r, a * r))


def _reversed_flow(a: Array, s: Array) -> Numbers:
    """x0 − ε, the velocity of those whose time runs from noise to data."""
    r = 1 / (a + s)
    return Numbers(r, (r, s * r), (r, -a * r))


def _edm(a: Array, s: Array, sigma_data: float) -> Numbers:
    """Karras et al. 2022, table 1, with c_in x/a and c_skip/a written without σ, which is infinite at a = 0."""
    square = s * s + (a * sigma_data) ** 2
    root = np.sqrt(square)
    x0 = a * sigma_data**2 / square, s * sigma_data / root
    return Numbers(1 / root, x0, (s / square, -a * sigma_data / root))


def _edm_v(a: Array, s: Array, sigma_data: float) -> Numbers:
    """The same with the output negated, so that at σ_data = 1 it is v."""
    sees, (p, q), (p_noise, q_noise) = _edm(a, s, sigma_data)
    return Numbers(sees, (p, -q), (p_noise, -q_noise))


def _consistency(a: Array, s: Array, sigma_data: float, sigma_min: float) -> Numbers:
    """Song et al. 2023, appendix C: c_skip and c_out have σ − σ_min, so that at σ_min the estimate is x itself."""
    above, root = s - a * sigma_min, np.sqrt(s * s + (a * sigma_data) ** 2)
    square = above * above + (a * sigma_data) ** 2
    x0 = a * sigma_data**2 / square, above * sigma_data / root
    return Numbers(1 / root, x0, (above * above / (s * square), -a * above * sigma_data / (s * root)))


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "epsilon": Form("ε", _epsilon, _time("t")),
        "sample": Form("x_0", _sample, _time("t")),
        "v_prediction": Form("v", _v, _time("t")),
        "flow_prediction": Form("u", _flow, _time("tau", 1000.0)),
        "reversed_flow_prediction": Form("−u", _reversed_flow, _time("1-tau")),
        "edm": Form("F", _edm, (sigma_data_option(0.5), *_time("ln_sigma", 0.25))),
        "edm_v_prediction": Form("F", _edm_v, (sigma_data_option(1.0), *_time("ln_sigma", 0.25))),
        "consistency": Form("F", _consistency, (sigma_data_option(0.5), _SIGMA_MIN, *_time("ln_sigma", 250.0))),
    }
)
"""Every kind by name: the words of diffusers, and those that it has no word for."""

PREDICTIONS_ELSEWHERE = {
    **dict.fromkeys(("x0", "x_0", "x_start", "start_x", "pred_x0", "x0_prediction"), "sample"),
    **dict.fromkeys(("eps", "ε", "noise", "pred_noise", "eps_prediction"), "epsilon"),
    **dict.fromkeys(("rectified_flow", "rf", "flow_matching"), "flow_prediction"),
}
"""The name here of what other programs, and people, call otherwise."""

PREDICTION_TYPES: tuple[str, ...] = tuple(FORMS)


@dataclass(frozen=True, eq=False)
class Parametrisation:
    """One of FORMS by `name`, with all of its options.

    Its text, which is what people write for a prediction type, is the name and whatever is not as usual:

    >>> str(Parametrisation.parse("edm: time=ln_sigma, sigma_data=1"))
    'edm:sigma_data=1'
    >>> Parametrisation.parse("flow_prediction").options["time_scale"]
    1000.0

    `time` is what the network is told, times `time_scale`, plus `time_offset`: t, the array index 0 … T−1; t+1; τ,
    1−τ; or ln σ.
    `sigma_data` and `sigma_min` are those of the EDM and consistency models' preconditioning. Raises SolverError for an
    unknown name or option, and for a value out of bounds.
    """

    name: str
    options: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        template = QT_TRANSLATE_NOOP("errors", "There is no prediction type “{name}”; {remedy}")
        check_named(self.name, FORMS, template, SolverError, elsewhere=PREDICTIONS_ELSEWHERE)
        options = resolved(self.name, FORMS[self.name].options, self.options, SolverError)
        object.__setattr__(self, "options", MappingProxyType(options))

    @classmethod
    def parse(cls, text: str, error: type[StudioError] = SolverError) -> Self:
        """The parametrisation that a text describes, "name" or "name:key=value,…"; `error` for what describes none."""
        try:
            name, options = name_and_options(text)
            return cls(name, options)
        except SolverError as found:
            raise error(found.template, **found.values) from None

    def __str__(self) -> str:
        return self._text(self._unusual)

    @property
    def _unusual(self) -> Mapping[str, object]:
        usual = {option.key: option.default for option in FORMS[self.name].options}
        return {key: value for key, value in self.options.items() if value != usual[key]}

    def _text(self, told: Mapping[str, object]) -> str:
        return named_text(self.name, told)

    @property
    def full_text(self) -> str:
        """The text with all that its reading depends on, usual or not.

        >>> Parametrisation("edm").full_text, Parametrisation("epsilon", {"time": "t+1"}).full_text
        ('edm:sigma_data=0.5', 'epsilon:time=t+1')
        """
        return self._text({**self._shape, **self._unusual})

    @property
    def without_time(self) -> Self:
        """The same reading of a network that is told what is usual.

        >>> print(Parametrisation.parse("edm:sigma_data=1,time=t").without_time)
        edm:sigma_data=1
        """
        return type(self)(self.name, self._shape)

    @property
    def _shape(self) -> Mapping[str, object]:
        """The options that its reading depends on."""
        return {option.key: self.options[option.key] for option in FORMS[self.name].shape}

    @property
    def symbol(self) -> str:
        """The symbol of the network's output."""
        return FORMS[self.name].symbol

    def reading(self, log_snr: Array) -> Numbers:
        """The numbers at these noise levels, each of the shape of `log_snr`; infinite where the docstring above says.

        >>> sees, (p, q), _ = Parametrisation("flow_prediction").reading(np.array([0.0, -np.inf]))
        >>> p.round(4).tolist(), q.round(4).tolist()
        ([0.7071, 1.0], [-0.5, -1.0])
        """
        form = FORMS[self.name]
        with np.errstate(divide="ignore", invalid="ignore"):
            return form.read(signal(log_snr), noise(log_snr), **self._shape)

    def told(self, timesteps: Array, log_snr: Array) -> Array:
        """What the network is told at these array indexes and noise levels, of their shape.

        Raises SolverError where that is infinite: ln σ of pure noise.

        >>> Parametrisation("flow_prediction").told(np.array([0.0]), np.array([0.0])).tolist()
        [500.0]
        """
        with np.errstate(invalid="ignore"):
            told = as_number(self.options["time_scale"]) * _TIMES[str(self.options["time"])](timesteps, log_snr)
            told = told + as_number(self.options["time_offset"])
        endless = np.flatnonzero(~np.isfinite(told))
        if len(endless):
            raise SolverError(
                QT_TRANSLATE_NOOP(
                    "errors",
                    "ᾱ is 0 at call {call} of the network, which is told ln σ, and that is infinite there; use steps "
                    "that start with some signal.",
                ),
                call=int(endless[0]) + 1,
            )
        return read_only(told)


def name_and_options(text: str) -> tuple[str, dict[str, object]]:
    """The name in a text "name:key=value,…", and its options as numbers or words; SolverError for one given twice."""
    spec = Spec.of(str(text))
    options: dict[str, object] = {}
    for each in spec.given:
        if each.key.text in options:
            raise SolverError(
                QT_TRANSLATE_NOOP("errors", "“{text}” gives {key} twice; keep one of them."),
                text=text,
                key=each.key.text,
            )
        options[each.key.text] = typed(each.value.text if each.value else "")
    return spec.kind.text, options


def named_text(name: str, options: Mapping[str, object]) -> str:
    """What `name_and_options` reads."""
    written = ",".join(f"{key}={_written(value)}" for key, value in options.items())
    return f"{name}:{written}" if written else name


def _written(value: object) -> str:
    return shortest(value) if isinstance(value, float) else str(value)
