"""Noised pictures of a report: one picture at several moments of every schedule, with the same noise."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

from PIL import Image

from ddpm_studio.diffusion.forward import draw_noise, noised, same_moment, weights_at
from ddpm_studio.diffusion.schedule import Schedule
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.pictures import as_array, as_image, fitted, png_bytes
from ddpm_studio.interruption import check
from ddpm_studio.numerals import brief
from ddpm_studio.report.markup import Markup, element, foreign
from ddpm_studio.report.report_contents import Report, ReportedPicture, ReportedSchedule, Telling
from ddpm_studio.report.schedule_key import name_with_key
from ddpm_studio.texts import Text

SIDE = 160
"""Longest side of a picture, in pixels; the noise is drawn at that size, so that none of it is averaged away."""

MOMENTS = (10, 25, 50, 75, 100)
"""The moments t/T at which the picture is shown, in hundredths."""

MOST_ROWS = 24
"""Schedules whose pictures are shown, about 4 MB of them."""

SHEET, LARGEST = 480, 1024
"""Long side at which a smaller sheet of pictures is shown, and pixels of the largest, at most 3 MB of them."""

_QUALITY = 85

_TITLE = QT_TRANSLATE_NOOP("report", "The picture on its way into noise")
_ABOUT = QT_TRANSLATE_NOOP(
    "report", "{name} at {width} × {height} pixels, noised by each schedule with the same ε, of seed {seed}."
)
_CLEAN = QT_TRANSLATE_NOOP("report", "t = 0, the clean picture")
_AT = QT_TRANSLATE_NOOP("report", "t = {t}, SNR {snr} dB")
_MORE = QT_TRANSLATE_NOOP("report", "Those of {count} more schedules are left out.")


def pictures_of(report: Report, tell: Telling) -> Iterator[Markup]:
    """The section with the picture of a report, if it has one."""
    if report.picture is None:
        return
    picture = fitted(report.picture.image, SIDE)
    values = {"name": foreign(report.picture.name), "width": picture.width, "height": picture.height}
    yield element("h2", tell(_TITLE))
    yield element("p", tell(Text(_ABOUT, {**values, "seed": report.picture.seed})), class_="muted")
    yield element("div", _captioned(picture, tell(_CLEAN)), class_="pictures")
    for reported in report.schedules[:MOST_ROWS]:
        yield from _row(reported, report.picture, picture, tell)
    if left := len(report.schedules) - MOST_ROWS:
        yield from [element("p", tell(Text(_MORE, {"count": left})))] if left > 0 else []


def _row(reported: ReportedSchedule, asked: ReportedPicture, picture: Image.Image, tell: Telling) -> Iterator[Markup]:
    yield element("h3", name_with_key(reported))
    schedule, x0 = reported.schedule, as_array(picture)
    noise = draw_noise(x0.shape, asked.seed)
    steps = dict.fromkeys(max(1, same_moment(moment, 100, schedule.T)) for moment in MOMENTS)
    cells = []
    for t in steps:
        check()
        x_t = as_image(noised(x0, noise, weights_at(schedule, t)))
        cells.append(_captioned(x_t, tell(Text(_AT, {"t": t, "snr": _decibels(schedule, t)}))))
    yield element("div", *cells, class_="pictures")


def _decibels(schedule: Schedule, t: int) -> str:
    return brief(float(schedule.coefficients.snr_db[t - 1]))


def _captioned(image: Image.Image, caption: str) -> Markup:
    return element("figure", _embedded(_jpeg(image), "jpeg", image, caption), element("figcaption", caption))


def embedded_sheet(image: Image.Image, said: str) -> Markup:
    """Pictures side by side in the page: a small sheet with each pixel seen, one beyond LARGEST shrunk to that."""
    sheet = fitted(image, LARGEST)
    return _embedded(png_bytes(sheet), "png", sheet, said, max(1, SHEET // max(sheet.size)))


def _embedded(content: bytes, kind: str, image: Image.Image, said: str, times: int = 1) -> Markup:
    source = f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"
    width, height = (str(side * times) for side in image.size)
    return element("img", src=source, width=width, height=height, alt=said, class_="pixels" if times > 1 else "")


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY, subsampling=0)
    return file.getvalue()
