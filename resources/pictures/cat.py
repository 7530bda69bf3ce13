"""A cat in flat and soft shapes on a transparent ground."""

from __future__ import annotations

import numpy as np
from noise import Array, fractal

WIDTH, HEIGHT = 416, 512
SUPERSAMPLING = 2

FUR, DARK, CREAM, NOSE = (0.74, 0.30, 0.075), (0.42, 0.125, 0.03), (0.92, 0.78, 0.60), (0.72, 0.25, 0.25)
GREEN_EYE, EDGE = (0.36, 0.55, 0.10), (0.05, 0.018, 0.012)


def _mix(a: Array, b: Array | tuple[float, ...], t: Array) -> Array:
    return a * (1 - t[..., None]) + np.asarray(b) * t[..., None]


class Canvas:
    """Colour and cover of a picture over x in −0.81 … 0.81, y in −1 … 1 (down)."""

    def __init__(self) -> None:
        rows, columns = HEIGHT * SUPERSAMPLING, WIDTH * SUPERSAMPLING
        self.y, self.x = np.mgrid[0:rows, 0:columns] / rows * 2 - 1
        self.x += 1 - columns / rows
        self.colour = np.zeros((rows, columns, 3))
        self.cover = np.zeros((rows, columns))
        strokes = fractal(self.x * 16, self.y * 34, octaves=3, seed=2)
        self.fur = strokes + 0.6 * fractal(self.x * 60, self.y * 120, octaves=2, seed=4) - 0.8

    def paint(
        self, distance: Array, colour: Array | tuple[float, ...], soft: float = 0.004, strength: float = 1.0
    ) -> None:
        """Lay `colour` where `distance` is negative, with an edge `soft` wide."""
        here = np.clip(0.5 - distance / soft, 0, 1) * strength
        self.colour = _mix(self.colour, colour, here)
        self.cover = np.maximum(self.cover, here)

    def glaze(self, distance: Array, colour: Array | tuple[float, ...], soft: float, strength: float) -> None:
        """As `paint`, but only where there is something already."""
        self.colour = _mix(self.colour, colour, np.clip(0.5 - distance / soft, 0, 1) * strength * self.cover)

    def ellipse(self, x: float, y: float, wide: float, tall: float, turn: float = 0.0) -> Array:
        """The distance to an ellipse, about."""
        dx, dy = self.x - x, self.y - y
        u, v = dx * np.cos(turn) + dy * np.sin(turn), -dx * np.sin(turn) + dy * np.cos(turn)
        return (np.hypot(u / wide, v / tall) - 1) * min(wide, tall)

    def blended(self, *distances: Array, smooth: float = 0.08) -> Array:
        """The union of shapes, rounded where they meet."""
        return -smooth * np.log(sum(np.exp(-d / smooth) for d in distances))

    def stroke(self, x0: float, y0: float, x1: float, y1: float, bend: float, width: float) -> Array:
        """The distance to a line from one point to another that sags by `bend` in the middle and tapers."""
        along = ((self.x - x0) * (x1 - x0) + (self.y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2)
        t = np.clip(along, 0, 1)
        px, py = x0 + t * (x1 - x0), y0 + t * (y1 - y0) + bend * 4 * t * (1 - t)
        return np.hypot(self.x - px, self.y - py) - width * (1 - 0.75 * t)


def _ear(canvas: Canvas, side: int, shrink: float) -> Array:
    """A triangle with a round tip that points up and a little outwards."""
    x, y = side * canvas.x - 0.275, canvas.y + 0.53
    u, v = x * 0.96 + y * 0.28, -x * 0.28 + y * 0.96
    sides = canvas.blended(u * 0.91 - v * 0.42, -u * 0.91 - v * 0.42, smooth=-0.02)
    return np.maximum(sides - 0.100 * shrink, v - 0.26)


def _body(canvas: Canvas) -> None:
    c = canvas
    tail = np.abs(np.hypot((c.x - 0.40) * 1.0, (c.y - 0.62) * 0.85) - 0.29) - 0.062
    tail = np.minimum(np.maximum(tail, np.minimum(0.42 - c.x, 0.5 - c.y)), c.ellipse(0.425, 0.279, 0.062, 0.071))
    body = c.blended(c.ellipse(0, 0.62, 0.42, 0.50), c.ellipse(0, 0.22, 0.28, 0.38), smooth=0.05)
    fringe = 0.020 * c.fur
    floor = c.y - 0.93
    c.paint(np.maximum(tail + fringe, floor), DARK)
    for number in range(5):
        c.glaze(c.ellipse(0.70, 0.80 - 0.115 * number, 0.12, 0.022, 0.25), EDGE, 0.03, 0.7)
    c.paint(np.maximum(body + fringe, floor), FUR)
    c.glaze(c.ellipse(0.30, 0.62, 0.20, 0.60) - 0.02 * c.fur, DARK, 0.35, 0.75)
    c.glaze(c.ellipse(-0.44, 0.60, 0.14, 0.60), DARK, 0.30, 0.6)
    for side in (-1, 1):
        for number in range(4):
            band = c.ellipse(side * 0.33, 0.36 + 0.135 * number, 0.13, 0.026, side * (-0.5 + 0.12 * number))
            c.glaze(band - 0.016 * c.fur, EDGE, 0.03, 0.62)
    c.glaze(c.ellipse(0, 0.36, 0.20, 0.34) - 0.05 * c.fur, CREAM, 0.09, 0.95)
    for side in (-1, 1):
        leg = c.blended(
            c.ellipse(side * 0.13, 0.66, 0.095, 0.34), c.ellipse(side * 0.14, 0.89, 0.13, 0.075), smooth=0.03
        )
        c.glaze(np.maximum(leg - 0.03, floor), DARK, 0.07, 0.55)
        c.paint(np.maximum(leg + 0.012 * c.fur, floor), FUR)
        c.glaze(c.ellipse(side * 0.14, 0.90, 0.13, 0.085) - 0.02 * c.fur, CREAM, 0.05, 1.0)
        for toe in (-0.045, 0.045):
            c.glaze(c.ellipse(side * 0.14 + toe, 0.915, 0.006, 0.035), EDGE, 0.012, 0.6)


def _head(canvas: Canvas) -> None:
    c = canvas
    skull = c.blended(c.ellipse(0, -0.30, 0.42, 0.33), c.ellipse(0, -0.20, 0.46, 0.22), smooth=0.03)
    c.glaze(skull - 0.05 + 0.1 * (c.y + 0.2), EDGE, 0.22, 0.55)
    for side in (-1, 1):
        c.paint(_ear(c, side, 1.0) + 0.010 * c.fur, DARK)
        c.paint(_ear(c, side, 0.72) - 0.015 * c.fur, (0.80, 0.42, 0.34), 0.03, 0.9)
    c.paint(skull + 0.018 * c.fur, FUR)
    c.glaze(c.ellipse(0.30, -0.22, 0.16, 0.34), DARK, 0.30, 0.6)
    for side in (-1, 1):
        for turn, x in ((0.0, 0.0), (0.14, 0.075), (0.26, 0.15)):
            c.glaze(c.ellipse(side * x, -0.55 + 0.6 * x * x, 0.017, 0.10, side * turn) - 0.01 * c.fur, EDGE, 0.02, 0.8)
        for number in range(3):
            stripe = c.ellipse(side * 0.39, -0.30 + 0.085 * number, 0.10, 0.016, side * (0.30 - 0.30 * number))
            c.glaze(stripe - 0.012 * c.fur, EDGE, 0.02, 0.7)
        c.glaze(c.ellipse(side * 0.10, -0.12, 0.135, 0.105) - 0.03 * c.fur, CREAM, 0.06, 1.0)
        c.glaze(c.ellipse(side * 0.19, -0.42, 0.07, 0.028, side * 0.2), CREAM, 0.05, 0.8)
    c.glaze(c.ellipse(0, -0.02, 0.11, 0.07), CREAM, 0.06, 1.0)


def _face(canvas: Canvas) -> None:
    c = canvas
    for side in (-1, 1):
        x, y = side * 0.185, -0.305
        c.paint(c.ellipse(x, y, 0.112, 0.090, -side * 0.14), EDGE)
        iris = c.ellipse(x, y, 0.094, 0.076, -side * 0.14)
        c.paint(iris, GREEN_EYE)
        c.glaze(np.maximum(iris, c.ellipse(x, y + 0.07, 0.09, 0.07)), (0.85, 0.80, 0.22), 0.06, 0.8)
        c.glaze(np.maximum(iris, c.ellipse(x, y - 0.09, 0.14, 0.06)), EDGE, 0.05, 0.8)
        c.paint(c.ellipse(x, y, 0.030, 0.066), EDGE)
        c.paint(c.ellipse(x - 0.030, y - 0.030, 0.020, 0.020), (1.6, 1.6, 1.6))
        c.paint(c.ellipse(x + 0.028, y + 0.034, 0.009, 0.009), (0.9, 0.9, 0.9))
    c.paint(
        c.blended(c.ellipse(0, -0.185, 0.050, 0.022), c.ellipse(0, -0.165, 0.022, 0.026), smooth=0.012), NOSE, 0.012
    )
    c.paint(c.ellipse(-0.015, -0.197, 0.016, 0.006), (0.95, 0.6, 0.58), 0.012)
    for side in (-1, 1):
        c.paint(c.stroke(0, -0.15, side * 0.085, -0.085, 0.035, 0.008), EDGE, 0.006)
        for number in range(3):
            for row in range(2):
                c.glaze(c.ellipse(side * (0.09 + 0.035 * number), -0.145 + 0.03 * row, 0.005, 0.005), EDGE, 0.006, 0.8)
            end = -0.28 + 0.13 * number
            c.paint(
                c.stroke(side * 0.14, -0.13 + 0.012 * number, side * 0.66, end, 0.03, 0.0065), (1.0, 0.97, 0.9), 0.005
            )


def draw() -> Array:
    """The picture in linear light, with cover as its fourth channel, not multiplied in: shape (512, 416, 4)."""
    canvas = Canvas()
    shadow = canvas.ellipse(0.03, 0.925, 0.56, 0.055)
    canvas.paint(shadow, EDGE, 0.09, 0.55)
    _body(canvas)
    _head(canvas)
    light = 1.12 - 0.30 * np.clip(canvas.x + 0.4 * canvas.y + 0.2, -0.6, 1) + 0.30 * canvas.fur
    canvas.colour *= np.clip(light, 0.2, 1.6)[..., None]
    _face(canvas)
    layers = np.concatenate([canvas.colour * canvas.cover[..., None], canvas.cover[..., None]], axis=-1)
    small = layers.reshape(HEIGHT, SUPERSAMPLING, WIDTH, SUPERSAMPLING, 4).mean(axis=(1, 3))
    small[..., :3] /= np.maximum(small[..., 3:], 1e-6)
    return small
