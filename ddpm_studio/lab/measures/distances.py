"""Distances between pictures that belong together, and between sets of pictures of which none do."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.errors import QT_TRANSLATE_NOOP, LabError

PROJECTIONS = 256
"""How many directions a sliced distance looks along: its value moves by about 1/√(2·256) = 4 % with the seed."""

Pictures = NDArray[Any]
"""Pictures or anything else of which there are N, shape (N, …), of any real type."""


def rms_per_picture(a: Pictures, b: Pictures) -> Array:
    """The RMS of a − b over all values of each picture, (N, …) → (N,); LabError unless both have the same shape.

    >>> rms_per_picture(np.zeros((2, 3, 4, 4)), np.full((2, 3, 4, 4), 0.5)).tolist()
    [0.5, 0.5]
    """
    if np.shape(a) != np.shape(b) or np.ndim(a) < 1:
        raise LabError(
            QT_TRANSLATE_NOOP("errors", "Pictures of shape {a} cannot be compared with ones of shape {b} one by one."),
            a=np.shape(a),
            b=np.shape(b),
        )
    # One at a time: what float64 takes of all at once may not fit into memory.
    pairs = zip(_vectors(a), _vectors(b), strict=True)
    return np.array([np.sqrt(np.mean((x.astype(np.float64) - y) ** 2)) for x, y in pairs], np.float64)


def sliced_wasserstein(a: Pictures, b: Pictures, seed: int = 0, projections: int = PROJECTIONS) -> float:
    """The sliced 2-Wasserstein distance of two sets, (N, …) and (M, …), per value of a picture.

    The root of the mean, over directions, of the squared W2 of what the sets are along each; with lengths as RMS over
    a picture's values, it is never more than the RMS distance of any pairing. The directions are drawn by `seed`, even
    over the sphere; of single values there is but one, and the distance is exact. Two sets drawn from the same
    distribution lie apart as well, the less the larger they are. LabError for shapes that differ but in the number.

    Source: N. Bonneel et al., "Sliced and Radon Wasserstein Barycenters of Measures" (2015).

    >>> sliced_wasserstein(np.array([[0.0], [1.0]]), np.array([[3.0], [2.0]]))
    2.0
    """
    x, y = _sets(a, b, 1)
    size = x.shape[1]
    directions = np.ones((1, 1)) if size == 1 else np.random.default_rng(seed).standard_normal((size, projections))
    # Along a unit vector a difference d is |d|/√size long in the mean of squares: its RMS over a picture's values.
    directions = directions / np.linalg.norm(directions, axis=0)
    along_x, along_y = (np.sort(each.astype(np.float64) @ directions, axis=0) for each in (x, y))
    return float(np.sqrt(np.mean(_squared_w2(along_x, along_y))))


def mean_error(a: Pictures, b: Pictures) -> float:
    """The RMS distance of the mean picture of `a` from that of `b`; LabError as `sliced_wasserstein`.

    >>> mean_error(np.array([[0.0], [2.0]]), np.array([[0.0]]))
    1.0
    """
    x, y = _sets(a, b, 1)
    return float(np.sqrt(np.mean((x.mean(axis=0, dtype=np.float64) - y.mean(axis=0, dtype=np.float64)) ** 2)))


def covariance_error(a: Pictures, b: Pictures) -> float:
    """The Frobenius norm of cov a − cov b as a share of that of cov b, to about 1e-8; infinite where b has none.

    LabError for shapes that differ but in the number of pictures, and for fewer than two of them.

    >>> float(round(covariance_error(np.array([[0.0], [2.0]]), np.array([[0.0], [1.0]])), 6))
    3.0
    """
    x, y = (each - each.mean(axis=0, dtype=np.float64) for each in _sets(a, b, 2))
    x, y = x / math.sqrt(len(x) - 1), y / math.sqrt(len(y) - 1)
    # tr(XᵀX YᵀY) = ‖X Yᵀ‖²: pictures have far more values than there are pictures, and so would have the covariance.
    own, other, both = (float(np.sum((p @ q.T) ** 2)) for p, q in ((x, x), (y, y), (x, y)))
    apart = math.sqrt(max(own + other - 2 * both, 0.0))
    return apart / math.sqrt(other) if other else (math.inf if apart else 0.0)


def _squared_w2(x: Array, y: Array) -> Array:
    """The squared 2-Wasserstein distance of each column of sorted values, (N, K) and (M, K), exactly, (K,)."""
    if len(x) == len(y):
        return np.asarray(np.mean((x - y) ** 2, axis=0))
    n, m = len(x), len(y)
    # In parts of 1/(n m), which are whole numbers: the steps of both quantile functions.
    edges = np.unique(np.concatenate([np.arange(n + 1) * m, np.arange(m + 1) * n]))
    shares = np.diff(edges) / (n * m)
    return np.asarray(shares @ (x[edges[:-1] // m] - y[edges[:-1] // n]) ** 2)


def _sets(a: Pictures, b: Pictures, least: int) -> tuple[Pictures, Pictures]:
    """Both sets as vectors."""
    if np.ndim(a) < 1 or np.shape(a)[1:] != np.shape(b)[1:]:
        raise LabError(
            QT_TRANSLATE_NOOP("errors", "Pictures of shape {a} cannot be compared with ones of shape {b}."),
            a=np.shape(a)[1:],
            b=np.shape(b)[1:],
        )
    count = min(len(a), len(b))
    if count < least:
        raise LabError(
            QT_TRANSLATE_NOOP("errors", "A set of {count} pictures is too small to be compared; draw {least} or more."),
            count=count,
            least=least,
        )
    return _vectors(a), _vectors(b)


def _vectors(pictures: Pictures) -> Pictures:
    return np.reshape(pictures, (len(pictures), math.prod(np.shape(pictures)[1:])))
