"""The picture in a project: a bundled one, a file, or, if it was pasted, its pixels."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ddpm_studio.files.decoding import MAX_FRAME, decoded
from ddpm_studio.files.pictures import RGB, png_bytes
from ddpm_studio.gui.picture.loading import is_sample, load, pasted, sample_paths
from ddpm_studio.gui.projects.paths import found, relative
from ddpm_studio.gui.state.given_names import bounded_name
from ddpm_studio.gui.state.json_values import text, whole
from ddpm_studio.gui.state.shown_picture import Picture
from ddpm_studio.run_settings import check_whole


def write_picture(picture: Picture | None, folder: Path) -> dict[str, object] | None:
    """Where the picture is, or what it is."""
    if picture is None:
        return None
    if picture.pasted is not None:
        return {"name": picture.name, "png": _pasted_png(picture)}
    if is_sample(picture.source):
        return {"bundled": Path(picture.source).name}
    place: dict[str, object] = {"path": relative(picture.source, folder)}
    return place | ({"frame": picture.frame} if picture.frames > 1 else {})


@lru_cache(maxsize=1)
def _pasted_png(picture: Picture) -> str:
    """The picture at full size, as PNG in base64; kept, since the session is written after every change."""
    assert picture.pasted is not None
    return base64.b64encode(png_bytes(picture.pasted)).decode("ascii")


def read_picture_of(content: Mapping[str, object], folder: Path, background: RGB) -> Picture:
    """The picture that a project names or holds; FileError if it is not there or is not a picture."""
    if "png" in content:
        file = io.BytesIO(base64.b64decode(text(content["png"]), validate=True))
        return pasted(bounded_name(text(content.get("name", ""))), decoded(file, "PNG").image, background)
    if "bundled" in content:
        known = {path.name: path for path in sample_paths()}
        return load(str(known[text(content["bundled"])]), background)
    frame = content.get("frame", 1)
    check_whole("frame", frame, 1, MAX_FRAME)
    return load(str(found(text(content["path"]), folder)), background, whole(frame))
