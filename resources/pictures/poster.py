"""A poster with print of many sizes, fine lines, a chart and flat colours: what noise hides first, and what last."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

SIZE = 512
SCALE = 4
PAPER, INK, RED, BLUE, GREEN, YELLOW, GRAY = "#F4EBDA", "#1C2433", "#D5482F", "#1F5FA8", "#2F8F6B", "#EDB338", "#8A8577"

FINE_PRINT = (
    "Large shapes outlive small ones: at the same level of noise",
    "a headline can still be read when its footnotes are gone,",
    "since a shape of a thousand points speaks a thousand times.",
    "Flat colours tell of brightness, hairlines of detail, the",
    "wedge of what lies between. Look for the last word you can",
    "read, and you have found the noise level of this schedule.",
)

Point = tuple[float, float]


class Sheet:
    """Draws in units of the finished picture's pixels, SCALE times finer."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (SIZE * SCALE, SIZE * SCALE), PAPER)
        self._draw = ImageDraw.Draw(self.image)

    def text(self, at: Point, text: str, size: float, colour: str = INK, anchor: str = "ls") -> None:
        """Set `text` on the baseline at `at`."""
        font = ImageFont.load_default(size * SCALE)
        self._draw.text((at[0] * SCALE, at[1] * SCALE), text, fill=colour, font=font, anchor=anchor)

    def line(self, points: list[Point], width: float, colour: str = INK) -> None:
        """Draw a line through points."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, fill=colour, width=max(1, round(width * SCALE)), joint="curve")

    def polygon(self, points: list[Point], colour: str) -> None:
        """Fill a polygon."""
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)

    def box(self, left: float, top: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        self.polygon([(left, top), (left + width, top), (left + width, top + height), (left, top + height)], colour)

    def disc(self, x: float, y: float, radius: float, colour: str) -> None:
        """Fill a circle."""
        box = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]
        self._draw.ellipse(box, fill=colour)


def _headline(sheet: Sheet) -> None:
    sheet.box(24, 24, 464, 5, INK)
    sheet.text((22, 106), "SIGNAL", 88)
    sheet.text((26, 146), "and what becomes of it", 27, RED)
    sheet.text((488, 146), "No. 1000", 13, GRAY, "rs")
    sheet.box(24, 158, 464, 1.5, INK)


def _rosette(sheet: Sheet, x: float, y: float, radius: float) -> None:
    """Curves as on a banknote: hypotrochoids, turned a little against each other."""
    turn = np.linspace(0, 2 * np.pi, 1400)
    for number, colour in enumerate((BLUE, RED, BLUE, GREEN, BLUE, RED)):
        wave = 0.66 + 0.30 * np.cos(12 * turn + number * np.pi / 6) * (0.55 + 0.45 * np.cos(5 * turn))
        px, py = x + radius * wave * np.cos(turn), y + radius * wave * np.sin(turn)
        sheet.line(list(zip(px, py, strict=True)), 0.55, colour)
    sheet.disc(x, y, radius * 0.27, YELLOW)
    sheet.disc(x, y, radius * 0.19, PAPER)
    sheet.text((x, y + 5.5), "T", 16, INK, "ms")


def _chart(sheet: Sheet, left: float, top: float, width: float, height: float) -> None:
    for number in range(5):
        y = top + height * number / 4
        sheet.line([(left, y), (left + width, y)], 0.5, "#CFC6B3")
        sheet.text((left - 4, y + 3), f"{1 - number / 4:.2f}", 8.5, GRAY, "rs")
    u = np.linspace(0, 1, 200)
    curves = (np.exp(-0.05 * u - 10 * u**2 / 2), np.cos(u * np.pi / 2) ** 2, 1 / (1 + np.exp(12 * (u - 0.5))))
    for values, colour in zip(curves, (BLUE, RED, GREEN), strict=True):
        sheet.line(list(zip(left + width * u, top + height * (1 - values), strict=True)), 2.2, colour)
    sheet.line([(left, top), (left, top + height), (left + width, top + height)], 1.4)
    for number in range(11):
        x = left + width * number / 10
        sheet.line([(x, top + height), (x, top + height + (5 if number % 5 == 0 else 3))], 1)
    for x, label, colour in ((0.14, "linear", BLUE), (0.44, "cosine", RED), (0.72, "sigmoid", GREEN)):
        sheet.text((left + width * x, top + height + 16), label, 11, colour)


def _bars(sheet: Sheet, left: float, top: float, width: float) -> None:
    """Lines that grow finer to the right, and swatches from dark to light."""
    x, pitch = left, 9.0
    while x < left + width:
        sheet.box(x, top, pitch / 2, 22, INK)
        x += pitch
        pitch = max(1.6, pitch * 0.955)
    for number, colour in enumerate((INK, BLUE, GREEN, RED, YELLOW, GRAY, "#C9B9A0", "#FFFFFF")):
        sheet.box(left + number * width / 8, top + 27, width / 8 - 3, 22, colour)


def _star(sheet: Sheet, x: float, y: float, radius: float) -> None:
    """A Siemens star."""
    for number in range(36):
        a, b = 2 * np.pi * number / 36, 2 * np.pi * (number + 0.5) / 36
        sheet.polygon(
            [
                (x, y),
                (x + radius * np.cos(a), y + radius * np.sin(a)),
                (x + radius * np.cos(b), y + radius * np.sin(b)),
            ],
            INK,
        )


def draw() -> Image.Image:
    """The picture, 512 × 512."""
    sheet = Sheet()
    _headline(sheet)
    _rosette(sheet, 100, 246, 76)
    _chart(sheet, 222, 176, 262, 132)
    for number, text in enumerate(FINE_PRINT):
        sheet.text((26, 358 + 15.5 * number), text, 12.4 - 0.9 * number)
    _star(sheet, 432, 382, 50)
    _bars(sheet, 24, 446, 464)
    return sheet.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
