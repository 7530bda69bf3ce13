"""A dahlia seen from above: petals along the golden angle, painted from the outside in, over blurred leaves."""

from __future__ import annotations

import numpy as np
from noise import Array, fractal, value_noise

SIZE = 512
SUPERSAMPLING = 2
PETALS = 190
GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))
CENTRE = (0.03, 0.02)
DROPS = 34


def _mix(a: Array, b: Array, t: Array) -> Array:
    return a * (1 - t[..., None]) + b * t[..., None]


def _leaves(x: Array, y: Array) -> Array:
    """Greens out of focus, with discs of light."""
    tone = fractal(x * 1.6 + 4, y * 1.6, octaves=3, seed=5)
    ground = _mix(np.array([0.008, 0.030, 0.018]), np.array([0.10, 0.20, 0.045]), np.clip(2.4 * tone - 0.75, 0, 1))
    generator = np.random.default_rng(3)
    for _ in range(46):
        px, py = generator.uniform(-1.1, 1.1, 2)
        radius, strength = generator.uniform(0.05, 0.15), generator.uniform(0.02, 0.11)
        away = np.hypot(x - px, y - py) / radius
        disc = np.clip((1 - away) / 0.12, 0, 1) * (0.75 + 0.25 * np.clip(away, 0, 1) ** 4)
        ground = ground + strength * disc[..., None] * np.array([0.75, 1.0, 0.42])
    return ground


def _petal_colour(along: Array, across: Array, age: float, seed: int) -> Array:
    """From deep wine at the root over coral to a cream tip; veins run along it, and it is cupped."""
    root, middle, tip = np.array([0.20, 0.008, 0.045]), np.array([0.80, 0.085, 0.10]), np.array([0.98, 0.60, 0.40])
    colour = _mix(_mix(root, middle, np.clip(along / 0.55, 0, 1)), tip, np.clip((along - 0.58) / 0.46, 0, 1) ** 1.5)
    veins = value_noise(across * 13 + seed, along * 1.6, seed=9) - 0.5
    cup = 1 - 0.50 * np.clip(1 - np.abs(across) * 2.2, 0, 1) ** 2 * (0.4 + 0.6 * (1 - along))
    rim = np.clip((np.abs(across) - 0.80) / 0.2, 0, 1)
    return colour * ((0.84 + 0.30 * veins) * cup * (0.62 + 0.38 * age) + 0.22 * rim)[..., None]


def _petal(picture: Array, shade: Array, x: Array, y: Array, number: int) -> None:
    age = np.sqrt((number + 2) / PETALS)
    angle = number * GOLDEN_ANGLE + 0.12 * np.sin(number * 2.3)
    start, length, width = 0.60 * age**1.35 - 0.055, 0.05 + 0.33 * age, 0.016 + 0.108 * age
    dx, dy = x - CENTRE[0], y - CENTRE[1]
    along = (dx * np.cos(angle) + dy * np.sin(angle) - start) / length
    sideways = -dx * np.sin(angle) + dy * np.cos(angle) + 0.05 * length * np.sin(number * 1.7) * along**2
    near = np.flatnonzero(((along > -0.15) & (along < 1.25) & (np.abs(sideways) < 1.7 * width)).ravel())
    a, s = along.ravel()[near], sideways.ravel()[near]
    outline = width * np.clip(1 - np.clip(np.abs(a - 0.56) / np.where(a > 0.56, 0.44, 0.62), 0, 1) ** 2.3, 0, 1) ** 0.8
    soft = 1.3 / picture.shape[0]
    inside = np.clip((outline - np.abs(s)) / soft / 2 + 0.5, 0, 1) * ((a > -0.06) & (a < 1))
    shadow = np.clip(1 - (np.abs(s) - outline) / (0.30 * width + 0.006), 0, 1) ** 2 * np.clip((1.10 - a) / 0.15, 0, 1)
    flat, dark = picture.reshape(-1, 3), shade.reshape(-1)
    flat[near] *= (1 - 0.55 * shadow * (a > -0.1))[:, None]
    lift = 0.86 + 0.42 * np.cos(angle + 2.3)
    colour = _petal_colour(np.clip(a, 0, 1), s / np.maximum(outline, 1e-4), age, number) * lift
    flat[near] = _mix(flat[near], colour, inside)
    dark[near] = np.maximum(dark[near], inside)


def _drops(picture: Array, x: Array, y: Array) -> Array:
    """Dew: each drop is bright below, dark above, and has one glint."""
    generator = np.random.default_rng(12)
    for _ in range(DROPS):
        turn, away = generator.uniform(0, 2 * np.pi), np.sqrt(generator.uniform(0.06, 0.62))
        radius = generator.uniform(0.006, 0.021)
        u, v = (x - CENTRE[0] - away * np.cos(turn)) / radius, (y - CENTRE[1] - away * np.sin(turn)) / radius
        r = np.hypot(u, v)
        body = np.clip((1 - r) * radius * SIZE / 1.5, 0, 1)
        bend = (0.62 + 0.75 * np.clip((u + v) * 0.5 + 0.25, 0, 1) - 0.25 * np.clip(r, 0, 1) ** 6)[..., None]
        glint = np.clip(1.2 - np.hypot(u + 0.42, v + 0.42) / 0.24, 0, 1)
        cast = np.clip(1 - np.hypot(u - 0.35, v - 0.35) / 1.15, 0, 1) * (1 - body)
        picture = picture * (1 - 0.6 * cast)[..., None]
        picture = _mix(picture, picture * bend + 0.015, body) + glint[..., None] * 1.5
    return picture


def draw() -> Array:
    """The picture in linear light, shape (512, 512, 3)."""
    n = SIZE * SUPERSAMPLING
    y, x = np.mgrid[0:n, 0:n] / n * 2 - 1
    picture, flower = _leaves(x, y), np.zeros((n, n))
    for number in reversed(range(PETALS)):
        _petal(picture, flower, x, y, number)
    light = 1.30 - 0.42 * np.hypot(x + 0.45, y + 0.5)
    picture = _drops(picture * (1 + (light - 1) * flower)[..., None], x, y)
    return 1.25 * picture.reshape(SIZE, SUPERSAMPLING, SIZE, SUPERSAMPLING, 3).mean(axis=(1, 3))
