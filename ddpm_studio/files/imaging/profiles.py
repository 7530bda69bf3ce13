"""Profiles of the colours of pictures, by which those of phones and cameras become sRGB."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.imaging.png_chunks import LARGEST_PROFILE
from ddpm_studio.files.imaging.row_bands import in_strips
from ddpm_studio.texts import Text

AS_GOOD_AS_SRGB = 3
"""Levels of 255 by which a profile may move a colour and still be sRGB: those of several makers differ by so much."""

_SIDES = 9
"""Levels of each channel at which a profile is compared with sRGB."""

_INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
_FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION
_MODE_OF = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}

_CONVERTED = QT_TRANSLATE_NOOP("findings", "Its colours were converted from {profile} to sRGB.")
_IGNORED = QT_TRANSLATE_NOOP(
    "findings",
    "Its colour profile is damaged or of a rare kind and was left out: the colours are taken for sRGB, and may be off.",
)


class ProfileError(Exception):
    """A profile that says nothing of the picture's colours."""


class Profile:
    """What a profile of RGB, gray or CMYK makes of colours; ProfileError for bytes that are no such profile."""

    def __init__(self, content: bytes) -> None:
        if not 0 < len(content) <= LARGEST_PROFILE:
            raise ProfileError
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(content))
            self.mode = _MODE_OF[profile.profile.xcolor_space.strip()]
            self.name = ImageCms.getProfileDescription(profile).strip()
            self._profile, self._srgb = profile, ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
            self._transform = self._from(self.mode)
        except (ImageCms.PyCMSError, OSError, KeyError, ValueError, TypeError) as error:
            raise ProfileError from error

    @property
    def is_srgb(self) -> bool:
        """True where it makes of colours what they are."""
        if self.mode == "CMYK":
            return False
        levels = np.linspace(0, 255, _SIDES).astype(np.uint8)
        grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), -1).reshape(_SIDES, -1, 3)
        before = Image.fromarray(grid if self.mode == "RGB" else grid[:, :, 0])
        after = np.asarray(self._transform.apply(before), int)
        return bool(np.abs(after - np.asarray(before.convert("RGB"), int)).max() <= AS_GOOD_AS_SRGB)

    def in_srgb(self, image: Image.Image) -> Image.Image:
        """A picture of mode L, LA, RGB or RGBA, or of CMYK if the profile is, in sRGB; gray stays gray."""
        if image.mode in ("L", "LA"):
            return self._gray(image)
        if self.mode not in (image.mode, image.mode.rstrip("A")):
            raise ProfileError
        transform = self._from(image.mode)
        result = Image.new("RGB" if image.mode == "CMYK" else image.mode, image.size)
        for top, strip in in_strips(image):
            result.paste(transform.apply(strip), (0, top))
        return result

    def _from(self, mode: str) -> ImageCms.ImageCmsTransform:
        into = "RGB" if mode in ("L", "CMYK") else mode
        return ImageCms.ImageCmsTransform(self._profile, self._srgb, mode, into, _INTENT, flags=_FLAGS)

    def _gray(self, image: Image.Image) -> Image.Image:
        """A gray picture by what becomes of each of its levels; profiles of colour have an axis of grays, too."""
        if self.mode == "CMYK":
            raise ProfileError
        ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None]).convert(self.mode)
        table = np.rint(np.asarray(self._transform.apply(ramp)).mean(axis=-1)).astype(int).ravel().tolist()
        return image.point(table + list(range(256)) if image.mode == "LA" else table)


def profile_of(content: bytes | None) -> tuple[Profile | None, tuple[Text, ...]]:
    """The profile that is in a file, if it has one other than sRGB, and what is to be said about it."""
    if content is None:
        return None, ()
    try:
        profile = Profile(content)
        return (None, ()) if profile.is_srgb else (profile, (Text(_CONVERTED, {"profile": profile.name}),))
    except ProfileError:
        return None, (Text(_IGNORED),)


def converted(
    image: Image.Image, profile: Profile | None, remarks: tuple[Text, ...]
) -> tuple[Image.Image, tuple[Text, ...]]:
    """The picture in sRGB, and what is to be said: the profile may be one of other colours than the picture has."""
    if profile is None:
        return image, remarks
    try:
        return profile.in_srgb(image), remarks
    except (ProfileError, ImageCms.PyCMSError, OSError, ValueError):
        return image, (Text(_IGNORED),)
