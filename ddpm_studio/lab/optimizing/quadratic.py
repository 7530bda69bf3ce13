"""Quadratics through measured points, and where they are least near the origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from ddpm_studio.diffusion.noise_levels import Array

STIFFNESS = 1e-3
"""How far a quadratic may pass a point by, lest it bends after the noise of what was measured."""

HALVINGS = 60
"""As often as the search for the multiplier of a step that is as long as it may be halves its interval."""


@dataclass(frozen=True, eq=False)
class Quadratic:
    """q(s) = q(0) + `slope`·s + ½ sᵀ `curvature` s, of shapes (n,) and (n, n)."""

    slope: Array
    curvature: Array

    @classmethod
    def near(cls, points: Array, values: Array, before: Array) -> Self:
        """That which comes near the values, (m,), at points (m, n), m ≥ n + 1, and has the curvature that differs
        least from the one `before`, by its Frobenius norm.

        Hence far fewer points are enough than a quadratic has coefficients. Source: M. J. D. Powell, "Least Frobenius
        norm updating of quadratic models that satisfy interpolation conditions", Mathematical Programming 100 (2004).

        >>> points = np.array([[0.0], [1.0], [-1.0]])
        >>> found = Quadratic.near(points, 3 * points[:, 0] ** 2 + points[:, 0], np.zeros((1, 1)))
        >>> found.slope.round(2).tolist(), found.curvature.round(1).tolist()
        ([1.0], [[6.0]])
        """
        count, size = points.shape
        rest = values - 0.5 * np.einsum("ij,jk,ik->i", points, before, points)
        linear = np.column_stack([np.ones(count), points])
        kernel = 0.5 * (points @ points.T) ** 2 + STIFFNESS * np.eye(count)
        system = np.block([[kernel, linear], [linear.T, np.zeros((size + 1, size + 1))]])
        solved = np.linalg.lstsq(system, np.append(rest, np.zeros(size + 1)), rcond=1e-12)[0]
        return cls(solved[count + 1 :], before + (points.T * solved[:count]) @ points)

    def fall(self, step: Array) -> float:
        """q(0) − q(step)."""
        return -float(self.slope @ step + 0.5 * step @ self.curvature @ step)

    def least(self, radius: float) -> Array:
        """The step, (n,), of at most this length to where q is least.

        It solves (curvature + m) s = −slope with the least m ≥ 0 that leaves a positive matrix and a step short enough.

        >>> Quadratic(np.array([-1.0, 0.0]), np.eye(2)).least(0.5).round(6).tolist()
        [0.5, 0.0]
        """
        values, vectors = np.linalg.eigh(self.curvature)
        along = -(vectors.T @ self.slope)
        if values[0] > 0 and np.linalg.norm(along / values) <= radius:
            return np.asarray(vectors @ (along / values))
        low = max(0.0, -float(values[0])) + 1e-12 * max(1.0, float(np.abs(values).max()))
        high = low + float(np.linalg.norm(along)) / radius + 1e-12
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if np.linalg.norm(along / (values + middle)) > radius else (low, middle)
        return np.asarray(vectors @ (along / (values + high)))
