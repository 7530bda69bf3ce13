"""SolverTable: a reverse-time solver written out as one row of weights per network call.

With x in variance-preserving scale throughout, row i turns the x that entered it into the next one:

    m_i     = p_i x_i + q_i out_i                              the network's output in the solver's own space
    x_{i+1} = A_i x_{base_i} + Σ_j B_ij m_{i−j} + C_i z_i      z_i ~ N(0, 1)

Every solver here is affine in x_T, the network's outputs and fresh noise, so a sampler has nothing left to compute but
the network, and unrolling the rows shows how much of each output and of each noise ends up in the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from types import MappingProxyType
from typing import Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.findings import FLOAT32_TINY, Finding
from ddpm_studio.diffusion.levels import alpha_bar, noise, read_only, signal
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.diffusion.parametrisation import Parametrisation
from ddpm_studio.errors import QT_TRANSLATE_NOOP, SolverError
from ddpm_studio.notebook import ShownInNotebooks

Space = Literal["epsilon", "x0", "velocity"]


class Unrolled(NamedTuple):
    """The picture as x_T·`x` + Σ `outputs`_i out_i + Σ `noises`_i z_i; `outputs` and `noises` have shape (R,)."""

    x: float
    outputs: Array
    noises: Array


@dataclass(frozen=True, eq=False)
class SolverTable(ShownInNotebooks):
    """The rows of a solver along its steps, one per network call; float64 arrays, read-only.

    `A`, `C` have shape (R,), `B` (R, K) with the newest m in column 0, and `base` (R,) names the row whose entering x
    is x_base: the row itself or, for the later stages of a step, the row of its first stage. `timestep` (R,) is the
    array index 0 … T−1, possibly fractional, of the noise level at which the network is called; `log_snr` and
    `log_snr_next` (R,) are ln(ᾱ/(1−ᾱ)) of the x that enters and leaves. `space` is epsilon, x0 or velocity, which is
    ε̂ − x̂0, the meaning of m; in epsilon m is x0 where ᾱ is 0 or lost in float32 (`keeps_x0`), as ε̂ is x there.
    `steps` is the number of steps, `nfe` the number of network calls, R. With a learned variance, `log_variance_min`
    and `log_variance_max` (R,) bound ln σ² of the noise, and C is exp(½ log_variance_min) where noise is added and 0
    elsewhere. In steps that mix ε̂ = (x − a x0)/s anew, `by_epsilon` (R,) is the weight of x0 by way of ε̂, which x0
    before clipping has if ε̂ is kept.

    >>> from ddpm_studio.diffusion import Schedule, Steps, solver_table
    >>> table = solver_table("dpm-solver++", Steps.from_spacing(Schedule("linear", 1000), 4))
    >>> table.space, table.nfe, table.history
    ('x0', 4, 2)
    >>> table.A.round(4).tolist()
    [0.9983, 0.9615, 0.7187, 0.0]
    >>> table.B.round(4).tolist()
    [[0.0515, 0.0], [0.3068, -0.0821], [0.7291, -0.2067], [1.0, 0.0]]
    """

    solver: str
    space: Space
    steps: int
    A: Array
    B: Array
    C: Array
    base: NDArray[np.intp]
    timestep: Array
    log_snr: Array
    log_snr_next: Array
    log_variance_min: Array | None = None
    log_variance_max: Array | None = None
    by_epsilon: Array | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", MappingProxyType(dict(self.options)))
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return type(self), tuple({**values, "options": dict(self.options)}.values())

    @property
    def nfe(self) -> int:
        """The number of network calls in a run, which is the number of rows R and not always `steps`."""
        return len(self.A)

    @property
    def history(self) -> int:
        """The number of m that a run has to keep, including the newest: K."""
        return int(self.B.shape[1])

    @cached_property
    def keeps_x0(self) -> NDArray[np.bool_]:
        """True for rows whose m is x0, (R,)."""
        kept = (self.alphas_cumprod < FLOAT32_TINY) & (self.space == "epsilon") | (self.space == "x0")
        kept.flags.writeable = False
        return kept

    @cached_property
    def alphas_cumprod(self) -> Array:
        """ᾱ of the x that enters each row, (R,)."""
        return read_only(alpha_bar(self.log_snr))

    @cached_property
    def alphas_cumprod_next(self) -> Array:
        """ᾱ of the x that leaves each row, (R,)."""
        return read_only(alpha_bar(self.log_snr_next))

    @cached_property
    def sqrt_alphas_cumprod(self) -> Array:
        """a = √ᾱ, the weight of the picture in the x that enters each row, (R,)."""
        return read_only(signal(self.log_snr))

    @cached_property
    def sqrt_one_minus_alphas_cumprod(self) -> Array:
        """s = √(1−ᾱ), the weight of the noise in the x that enters each row, (R,)."""
        return read_only(noise(self.log_snr))

    def p(self, prediction_type: str) -> Array:
        """The weight of x in m = p x + q out, (R,). Raises SolverError if it is infinite or the type is unknown."""
        return self._reading(prediction_type)[0]

    def q(self, prediction_type: str) -> Array:
        """The weight of the network's output in m = p x + q out, (R,). Raises SolverError as `p` does."""
        return self._reading(prediction_type)[1]

    def unrolled(self, prediction_type: str | None = None) -> Unrolled:
        """The weights of x_T, every output and every noise in the final picture.

        "Output" is the network's out for the given prediction type, or m itself if none is given.

        >>> from ddpm_studio.diffusion import Schedule, Steps, solver_table
        >>> table = solver_table("ddim", Steps.from_spacing(Schedule("linear", 1000), 3))
        >>> table.unrolled("sample").outputs.round(3).tolist()  # the last estimate is the picture
        [0.0, 0.0, 1.0]
        """
        rows = len(self.A)
        p, q = (np.zeros(rows), np.ones(rows)) if prediction_type is None else self._reading(prediction_type)
        of_x, of_m, of_z = np.zeros(rows + 1), np.zeros(rows), np.zeros(rows)
        of_x[rows] = 1
        for i in reversed(range(rows)):
            weight, reach = of_x[i + 1], min(self.history, i + 1)
            of_x[self.base[i]] += weight * self.A[i]
            of_m[i - reach + 1 : i + 1] += weight * self.B[i, reach - 1 :: -1]
            of_z[i] = weight * self.C[i]
            of_x[i] += p[i] * of_m[i]
        return Unrolled(float(of_x[0]), read_only(q * of_m), read_only(of_z))

    def sees(self, prediction_type: str) -> Array:
        """The weight of x in what the network is shown, (R,). Raises SolverError if the type is unknown."""
        return read_only(Parametrisation.parse(prediction_type).reading(self.log_snr).sees)

    def told(self, prediction_type: str) -> Array:
        """What the network is told at each row, (R,). Raises SolverError if that is infinite or the type is unknown."""
        return Parametrisation.parse(prediction_type).told(self.timestep, self.log_snr)

    def _reading(self, prediction_type: str) -> tuple[Array, Array]:
        """(p, q) of the output as m."""
        parametrisation = Parametrisation.parse(prediction_type)
        if parametrisation.name == "epsilon":
            _check_signal(self.alphas_cumprod)
        _, x0, epsilon = parametrisation.reading(self.log_snr)
        if self.space == "velocity":
            return epsilon[0] - x0[0], epsilon[1] - x0[1]
        return np.where(self.keeps_x0, x0[0], epsilon[0]), np.where(self.keeps_x0, x0[1], epsilon[1])


def walk(
    table: SolverTable,
    network: Callable[[Array, float], Array],
    x: Array,
    noises: Callable[[int], Array] | None = None,
    prediction_type: str = "epsilon",
) -> Iterator[Array]:
    """Reference sampler in NumPy: yields x, of any shape, after every row; the last is the picture.

    `network(x, told)` returns out in the shape of x, which is scaled as the network sees it, and is told of the noise
    level as its Parametrisation, the text `prediction_type`, says; `noises(i)` returns the z of row i and is called
    only where C_i > 0. Raises SolverError if the table needs noise and there is none.

    >>> from ddpm_studio.diffusion import Schedule, Steps, solver_table
    >>> table = solver_table("ddim", Steps.from_spacing(Schedule("linear", 1000), 3))
    >>> grey = lambda x, timestep: np.full_like(x, 0.5)
    >>> for x in walk(table, grey, np.array([1.0, -2.0]), prediction_type="sample"):
    ...     print(x.round(3).tolist())
    [1.044, -1.94]
    [1.105, -1.368]
    [0.5, 0.5]
    """
    p, q = table.p(prediction_type), table.q(prediction_type)
    sees, told = table.sees(prediction_type), table.told(prediction_type)
    entered, said = [x], list[Array]()
    for i in range(table.nfe):
        said.append(p[i] * x + q[i] * network(sees[i] * x, float(told[i])))
        x = table.A[i] * entered[table.base[i]]
        for weight, m in zip(table.B[i], reversed(said), strict=False):
            x = x + weight * m
        if table.C[i] > 0:
            x = x + table.C[i] * _drawn(noises, i)
        entered.append(x)
        yield x


def _drawn(noises: Callable[[int], Array] | None, row: int) -> Array:
    if noises is None:
        raise SolverError(QT_TRANSLATE_NOOP("errors", "Row {row} adds noise; pass noises to draw it."), row=row)
    return noises(row)


def _check_signal(alphas_cumprod: Array) -> None:
    dark = np.flatnonzero(alphas_cumprod < FLOAT32_TINY)
    if len(dark):
        raise SolverError(
            QT_TRANSLATE_NOOP(
                "errors",
                "ᾱ is {value:.3g} at call {call} of the network, so x0 cannot be computed from an ε-prediction "
                "(1/√ᾱ is infinite); use a v_prediction or sample network, or steps that start with some signal.",
            ),
            value=float(alphas_cumprod[dark[0]]),
            call=int(dark[0]) + 1,
        )
