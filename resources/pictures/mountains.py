"""Mountains before sunrise, painted from the back to the front: sky, ridges in the haze, a lake, pines."""

from __future__ import annotations

import numpy as np
from noise import Array, fractal

WIDTH, HEIGHT = 640, 400
SUPERSAMPLING = 2
SHORE = 0.70
SUN = (0.66, 0.475)


def _mix(a: Array, b: Array, t: Array | float) -> Array:
    t = np.asarray(t)[..., None]
    return a * (1 - t) + b * t


def _smooth(low: float, high: float, value: Array) -> Array:
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _sky(x: Array, y: Array) -> Array:
    """From night blue over rose to gold at the sun, with clouds lit from below."""
    stops = [
        (0.0, (0.035, 0.075, 0.19)),
        (0.22, (0.16, 0.20, 0.36)),
        (0.38, (0.62, 0.36, 0.36)),
        (0.52, (0.98, 0.66, 0.34)),
    ]
    heights, colours = zip(*stops, strict=True)
    sky = np.stack([np.interp(y, heights, channel) for channel in zip(*colours, strict=True)], axis=-1)
    away = np.hypot((x - SUN[0]) * 1.6, y - SUN[1])
    sky = (
        sky
        + np.array([1.0, 0.62, 0.25]) * (0.75 * np.exp(-((away / 0.16) ** 2)) + 0.28 * np.exp(-away / 0.28))[..., None]
    )
    cover = fractal(x * 4.2 + 3, y * 17 + 1.5 * fractal(x * 3, y * 6, seed=2), octaves=6, seed=40)
    cloud = _smooth(0.50, 0.74, cover) * _smooth(0.03, 0.16, y) * (1 - 0.6 * _smooth(0.36, 0.48, y))
    lit = _mix(np.array([0.20, 0.17, 0.28]), np.array([1.05, 0.56, 0.38]), _smooth(0.05, 0.40, y) * (1 - 0.55 * cloud))
    stars = (fractal(x * 230, y * 150, octaves=1, seed=77) > 0.972) * (1 - _smooth(0.02, 0.24, y)) * (1 - cloud)
    return _mix(sky, lit, 0.85 * cloud) + 0.6 * stars[..., None]


def _ridge_line(x: Array, base: float, rise: float, fineness: float, seed: int) -> Array:
    """The height of a ridge over x: folded noise, sharp at the crests (Musgrave 1993)."""
    line, weight = np.zeros_like(x), 1.0
    for octave in range(7):
        fold = 1 - np.abs(2 * fractal(x * fineness * 2**octave, np.full_like(x, seed + 0.5), octaves=1, seed=seed) - 1)
        line += weight * fold**2
        weight *= 0.5
    return base - rise * (line / 2 - 0.35)


def _ridge(picture: Array, x: Array, y: Array, number: int, ridges: int) -> Array:
    near = number / (ridges - 1)
    seed = 100 + 13 * number
    line = _ridge_line(x, 0.47 + 0.19 * near, 0.34 - 0.19 * near, 1.6 + 1.1 * number, seed)
    below = y - line
    fold = fractal((x + 0.35 * below) * (11 + 9 * number), below * (7 + 4 * number), octaves=6, seed=seed + 1)
    light = np.gradient(fold, axis=1) * picture.shape[1] / (30 + 14 * number)
    rock = _mix(np.array([0.44, 0.33, 0.38]), np.array([0.035, 0.060, 0.075]), near**0.65)
    shaded = rock * (1 + 0.62 * np.clip(light, -1.1, 1.3) * (1 - 0.5 * near))[..., None]
    snow = _smooth(0.42, 0.58, fold + 0.35 - 3.4 * below) * (near < 0.3)
    shaded = _mix(shaded, np.array([0.92, 0.66, 0.58]) * (0.72 + 0.5 * np.clip(light, -1, 1))[..., None], 0.85 * snow)
    haze = np.clip(below / (0.10 + 0.06 * near), 0, 1) ** 1.2 * (0.78 - 0.50 * near)
    glow = np.exp(-(((x - SUN[0]) / 0.34) ** 2))
    shaded = _mix(shaded, _mix(np.array([0.50, 0.42, 0.50]), np.array([0.96, 0.66, 0.44]), glow), haze)
    edge = 1.5 / HEIGHT / SUPERSAMPLING
    return _mix(picture, shaded, _smooth(-edge, edge, below))


def _lake(land: Array, x: Array, y: Array) -> Array:
    """What lies above the shore, mirrored, darker, and broken by ripples that are wider close by."""
    rows, columns = y.shape
    shore = int(SHORE * rows)
    depth = np.clip((y - SHORE) / (1 - SHORE), 0, 1)
    ripple = fractal(x * (50 - 34 * depth), 160 * np.sqrt(depth + 0.02), octaves=4, seed=60) - 0.5
    row = np.clip(2 * shore - np.arange(rows)[:, None] + ripple * depth * 0.20 * rows, 0, shore - 1).astype(int)
    column = np.clip(np.arange(columns)[None] + ripple * 14 * depth * SUPERSAMPLING, 0, columns - 1).astype(int)
    water = land[row, column] * (0.80 - 0.30 * depth)[..., None] + np.array([0.012, 0.03, 0.045])
    glitter = _smooth(0.17, 0.32, ripple) * np.exp(-(((x - SUN[0]) / (0.05 + 0.10 * depth)) ** 2)) * (1 - depth)
    water = water + glitter[..., None] * np.array([0.9, 0.5, 0.22])
    mist = np.exp(-np.abs(y - SHORE) / 0.016) * (0.30 + 0.4 * fractal(x * 6, y * 30, seed=61))
    return _mix(np.where((y >= SHORE)[..., None], water, land), np.array([0.80, 0.60, 0.52]), 0.8 * mist)


def _pines(picture: Array, x: Array, y: Array) -> Array:
    """Trees in front, each a ragged cone, on a bank that falls towards the middle."""
    bank = 0.965 - 0.16 * np.exp(-((x / 0.2) ** 2)) - 0.22 * np.exp(-(((x - 1.03) / 0.17) ** 2))
    bank -= 0.012 * fractal(x * 60, np.zeros_like(x), seed=70)
    dark = y > bank
    generator = np.random.default_rng(7)
    roots = np.concatenate([generator.uniform(-0.02, 0.27, 17), generator.uniform(0.83, 1.02, 13)])
    for root in roots:
        foot = np.interp(root, x[0], bank[0]) + 0.01
        tall = generator.uniform(0.16, 0.42) * (0.5 + 0.75 * abs(2 * root - 1))
        down = np.clip((y - foot + tall) / tall, 0, 1)
        teeth = (down * generator.uniform(11, 16) + generator.uniform(0, 1)) % 1
        ragged = fractal((x - root) * 90, y * 75, octaves=3, seed=int(1000 * abs(root))) - 0.5
        reach = 0.15 * tall * down**0.9 * (0.42 + 0.58 * teeth) + 0.012 * ragged * down
        dark |= (np.abs(x - root - 0.004 * np.sin(9 * y)) < reach) & (y < foot + 0.01) & (down > 0)
    colour = np.array([0.012, 0.022, 0.028]) * (0.7 + 0.9 * fractal(x * 80, y * 80, seed=71))[..., None]
    return np.where(dark[..., None], colour, picture)


def draw() -> Array:
    """The picture in linear light, shape (400, 640, 3)."""
    rows, columns = HEIGHT * SUPERSAMPLING, WIDTH * SUPERSAMPLING
    y, x = np.mgrid[0:rows, 0:columns] / [[[rows]], [[columns]]]
    picture = _sky(x, y)
    for number in range(5):
        picture = _ridge(picture, x, y, number, 5)
    picture = _pines(_lake(picture, x, y), x, y) ** 1.25
    return picture.reshape(HEIGHT, SUPERSAMPLING, WIDTH, SUPERSAMPLING, 3).mean(axis=(1, 3))
