"""A still life on a wooden table, ray-marched: a jug, an orange, a lemon, a plum, and light from a window."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from noise import Array, fractal, value_noise

SIZE = 512
SUPERSAMPLING = 2
STEPS = 110
FAR = 30.0

LIGHT = np.array([-0.62, 0.62, 0.48]) / np.linalg.norm([-0.62, 0.62, 0.48])
WARM, COOL = np.array([1.0, 0.86, 0.66]) * 1.75, np.array([0.42, 0.52, 0.68]) * 0.36
ORANGE, LEMON, PLUM, PLUM_2 = (0.78, 0.52, 0.62), (0.05, 0.36, 1.25), (-0.78, 0.33, 1.05), (-1.32, 0.31, 0.55)

TABLE, WALL, JUG, ORANGE_SKIN, LEMON_SKIN, PLUM_SKIN = range(6)


def _length(x: Array, y: Array, z: Array) -> Array:
    return np.sqrt(x * x + y * y + z * z)


def _jug(x: Array, y: Array, z: Array) -> Array:
    """A body of revolution about x = −0.3, z = −0.25, with a handle."""
    x, z = x + 0.3, z + 0.25
    across = np.hypot(x, z)
    t = np.clip(y / 2.05, 0, 1)
    profile = 0.34 + 0.42 * np.sin(np.pi * np.clip(t * 1.22 + 0.1, 0, 1)) ** 1.4 + 0.13 * np.clip(t - 0.78, 0, 1) * 4
    body = np.maximum((across - profile) * 0.62, np.maximum(y - 2.05, -y) * 0.9)
    inside = np.maximum((across - profile + 0.07) * 0.62, 1.2 - y)
    ring = np.hypot(np.hypot(x - 0.66, (y - 1.32) * 0.86) - 0.40, z) - 0.075
    handle = np.maximum(ring, 0.34 - x)
    return np.minimum(np.maximum(body, -inside), handle * 0.8)


def _lemon(x: Array, y: Array, z: Array) -> Array:
    x, y, z = x - LEMON[0], y - LEMON[1], z - LEMON[2]
    along, across = 0.86 * x + 0.5 * z, -0.5 * x + 0.86 * z
    body = (_length(along / 0.50, y / 0.36, across / 0.36) - 1) * 0.34
    tip = _length((np.abs(along) - 0.50) / 1.4, y, across) - 0.075
    h = np.clip(0.5 + 0.5 * (tip - body) / 0.16, 0, 1)
    return tip * (1 - h) + body * h - 0.16 * h * (1 - h)


def _ball(centre: tuple[float, float, float], radius: float) -> Callable[[Array, Array, Array], Array]:
    return lambda x, y, z: _length(x - centre[0], y - centre[1], z - centre[2]) - radius


SOLIDS: tuple[tuple[int, Callable[[Array, Array, Array], Array]], ...] = (
    (TABLE, lambda x, y, z: y),
    (WALL, lambda x, y, z: z + 2.6),
    (JUG, _jug),
    (ORANGE_SKIN, _ball(ORANGE, 0.52)),
    (LEMON_SKIN, _lemon),
    (PLUM_SKIN, _ball(PLUM, 0.33)),
    (PLUM_SKIN, _ball(PLUM_2, 0.31)),
)


def _scene(p: Array) -> Array:
    return np.min([solid(*p.T) for _, solid in SOLIDS], axis=0)


def _march(origin: Array, direction: Array) -> Array:
    """Distances along rays, shape (N,), to the scene (Hart 1996, sphere tracing)."""
    distance = np.zeros(len(direction))
    active = np.arange(len(direction))
    for _ in range(STEPS):
        gap = _scene(origin[active] + direction[active] * distance[active, None])
        distance[active] += gap
        active = active[(gap > 4e-4 * (1 + distance[active])) & (distance[active] < FAR)]
        if not len(active):
            break
    return distance


def _normals(p: Array) -> Array:
    step = 2e-3
    offsets = np.array([[1, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]]) * step
    normal = sum(o * _scene(p + o)[:, None] for o in offsets)
    return normal / np.linalg.norm(normal, axis=1, keepdims=True)


def _sunlight(p: Array) -> Array:
    """How much of the window each point sees, 0 … 1: soft shadows (Quilez 2010), and the bars of the window."""
    light, travelled = np.ones(len(p)), np.full(len(p), 0.03)
    for _ in range(42):
        gap = _scene(p + LIGHT * travelled[:, None])
        light = np.minimum(light, np.clip(0.5 + 6 * gap / travelled, 0, 1))
        travelled += np.clip(gap, 0.02, 0.25)
    at_window = p + LIGHT * (6.0 - p @ LIGHT)[:, None]
    u, v = at_window @ _side(), at_window @ np.cross(LIGHT, _side())
    bars = np.minimum(np.abs(u + 0.55), np.abs(v + 0.1))
    return light * (0.25 + 0.75 * np.clip((bars - 0.03) / 0.10, 0, 1))


def _side() -> Array:
    side = np.cross(LIGHT, [0, 1, 0])
    return side / np.linalg.norm(side)


def _occlusion(p: Array, normal: Array) -> Array:
    total = np.zeros(len(p))
    for number, reach in enumerate((0.04, 0.1, 0.2, 0.36)):
        total += (reach - _scene(p + normal * reach)) / 2**number
    return np.clip(1 - 2.0 * total, 0, 1)


def _wood(p: Array) -> Array:
    x, z = p[:, 0], p[:, 2]
    plank = np.floor(z / 0.85)
    grain = fractal(x * 0.55 + 7 * plank, z * 5.0, seed=11) + 0.1 * np.sin(2 * x)
    rings = 0.5 + 0.5 * np.sin(46 * grain)
    fibre = value_noise(x * 3, z * 90, seed=5)
    tone = np.clip(0.55 * rings + 0.35 * fibre + 0.25 * value_noise(plank * 3.1, plank), 0, 1)[:, None]
    colour = np.array([0.20, 0.095, 0.045]) * (1 - tone) + np.array([0.46, 0.26, 0.13]) * tone
    seam = np.abs((z / 0.85) % 1 - 0.5)
    return colour * (0.25 + 0.75 * np.clip((0.5 - seam) / 0.012, 0, 1))[:, None]


def _plaster(p: Array) -> Array:
    stains = fractal(p[:, 0] * 0.7, p[:, 1] * 0.7, seed=3)[:, None]
    rough = fractal(p[:, 0] * 14, p[:, 1] * 14, octaves=3, seed=4)[:, None]
    return np.array([0.13, 0.19, 0.20]) * (0.45 + 0.8 * stains + 0.3 * rough)


def _glaze(p: Array) -> Array:
    """A cream jug with a blue band of waves."""
    y, angle = p[:, 1], np.arctan2(p[:, 2] + 0.25, p[:, 0] + 0.3)
    speckle = np.clip((value_noise(p[:, 0] * 26, y * 26, p[:, 2] * 26, seed=8) - 0.80) * 12, 0, 1)[:, None]
    colour = np.array([0.80, 0.75, 0.63]) * (1 - 0.45 * speckle)
    wave = np.abs(y - 1.02 - 0.085 * np.sin(9 * angle))
    lines = (wave < 0.035) | (np.abs(y - 0.84) < 0.018) | (np.abs(y - 1.20) < 0.018) | (np.abs(y - 1.97) < 0.03)
    return np.where(lines[:, None], np.array([0.06, 0.14, 0.36]), colour)


def _skin(
    base: tuple[float, float, float], other: tuple[float, float, float], scale: float
) -> Callable[[Array], Array]:
    def colour(p: Array) -> Array:
        mix = np.clip(1.8 * fractal(*(p.T * scale), seed=21) - 0.45, 0, 1)[:, None]
        return np.array(base) * (1 - mix) + np.array(other) * mix

    return colour


COLOURS: dict[int, tuple[Callable[[Array], Array], float, float, float, float]] = {
    TABLE: (_wood, 0.16, 60.0, 0.0, 1.0),
    WALL: (_plaster, 0.0, 1.0, 0.028, 27.0),
    JUG: (_glaze, 0.75, 160.0, 0.008, 9.0),
    ORANGE_SKIN: (_skin((0.86, 0.20, 0.012), (0.90, 0.29, 0.02), 2.0), 0.36, 38.0, 0.05, 38.0),
    LEMON_SKIN: (_skin((0.88, 0.62, 0.03), (0.70, 0.62, 0.05), 2.0), 0.40, 46.0, 0.045, 30.0),
    PLUM_SKIN: (_skin((0.16, 0.035, 0.10), (0.34, 0.13, 0.25), 2.6), 0.5, 70.0, 0.0, 1.0),
}
"""Of each material: colour, strength and sharpness of its shine, depth and fineness of its bumps."""


def _bumped(p: Array, normal: Array, depth: float, fineness: float) -> Array:
    if not depth:
        return normal
    step = 0.35 / fineness
    height = value_noise(*(p.T * fineness), seed=31)
    slope = np.stack([value_noise(*((p + o).T * fineness), seed=31) - height for o in np.eye(3) * step], axis=1) / (
        step * fineness
    )
    bent = normal - depth * 3 * (slope - np.sum(slope * normal, axis=1, keepdims=True) * normal)
    return bent / np.linalg.norm(bent, axis=1, keepdims=True)


def _shade(p: Array, direction: Array) -> Array:
    material = np.array([number for number, _ in SOLIDS])[np.argmin([solid(*p.T) for _, solid in SOLIDS], axis=0)]
    flat = _normals(p)
    sun, open_sky = _sunlight(p + flat * 0.004), _occlusion(p, flat)
    colour = np.zeros_like(p)
    for number, (paint, shine, sharp, depth, fineness) in COLOURS.items():
        here = np.flatnonzero(material == number)
        normal = _bumped(p[here], flat[here], depth, fineness)
        lit = np.clip(normal @ LIGHT, 0, 1) * sun[here]
        half = LIGHT - direction[here]
        half /= np.linalg.norm(half, axis=1, keepdims=True)
        glint = shine * np.clip(np.sum(normal * half, axis=1), 0, 1) ** sharp * sun[here]
        rim = np.clip(1 + np.sum(normal * direction[here], axis=1), 0, 1) ** 4 * 0.25 * shine * open_sky[here]
        ambient = (0.55 + 0.45 * normal[:, 1]) * open_sky[here]
        bounce = np.clip(-normal[:, 1] * 0.6 + 0.3, 0, 1) * open_sky[here] * np.clip(1 - p[here, 1], 0, 1)
        shaded = paint(p[here]) * (
            lit[:, None] * WARM + ambient[:, None] * COOL + bounce[:, None] * np.array([0.30, 0.17, 0.08])
        )
        colour[here] = shaded + glint[:, None] * WARM + rim[:, None] * COOL
    return colour


def draw() -> Array:
    """The picture in linear light, shape (512, 512, 3)."""
    n = SIZE * SUPERSAMPLING
    v, u = np.mgrid[0:n, 0:n] / n * 2 - 1
    eye, target = np.array([0.25, 1.95, 5.6]), np.array([-0.02, 0.86, 0.0])
    forward = (target - eye) / np.linalg.norm(target - eye)
    right = np.cross(forward, [0, 1, 0])
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    direction = (forward + 0.345 * (u[..., None] * right - v[..., None] * up)).reshape(-1, 3)
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    colour = np.empty_like(direction)
    for rows in np.array_split(np.arange(len(direction)), 16):
        rays = direction[rows]
        origin = np.broadcast_to(eye, rays.shape)
        colour[rows] = _shade(origin + rays * _march(origin, rays)[:, None], rays)
    vignette = 1 - 0.28 * (u**2 + v**2)[..., None]
    picture = colour.reshape(n, n, 3) * vignette
    return picture.reshape(SIZE, SUPERSAMPLING, SIZE, SUPERSAMPLING, 3).mean(axis=(1, 3))
