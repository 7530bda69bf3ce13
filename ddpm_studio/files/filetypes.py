"""The types of files that are opened, and the only place that guesses which of them a path is.

Content decides if it is certain, so a file with the wrong suffix opens as what it is; then the name; then what the
content looks like. At most the first 512 bytes and the directory of a zip archive are read, and nothing is executed.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ddpm_studio.diffusion.quantities import NAMES
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.files.content import Content


class FileKind(Enum):
    """The uses that files are opened for; the value is what a dialog calls such files."""

    PICTURE = QT_TRANSLATE_NOOP("file kinds", "Pictures")
    SCHEDULES = QT_TRANSLATE_NOOP("file kinds", "Schedules")
    CHECKPOINT = QT_TRANSLATE_NOOP("file kinds", "Checkpoints")
    PROJECT = QT_TRANSLATE_NOOP("file kinds", "Projects")
    MADE = QT_TRANSLATE_NOOP("file kinds", "Figures, reports and runs")
    UNKNOWN = ""


STEP_LISTS = ("*.txt", "*.csv", "*.json", "*.npy")
"""The name patterns of files that lists of steps are read from."""

SVG, PDF, PNG, PYTHON = ".svg", ".pdf", ".png", ".py"
"""The suffixes of what a figure is written as, the last being a script that draws it."""

OPENVINO_PAIR = (".xml", ".bin")
"""The suffixes of the two files that a network for OpenVINO is: what it does, and its weights."""

HTML = ".html"
"""The suffix of a page that a report is written as."""

QUANTISED = ".gguf"
"""The suffix of weights that are refused by what they are of."""

_NEVER = "(?!)"


@dataclass(frozen=True)
class FileType:
    """A format, the use that a file of it is opened for, and how it is recognised.

    `suffixes` are in lower case; `names` are whole names of files that are always called the same. `signature` is a
    pattern that the first bytes of no other format match, `members` one for a name in a zip archive, and `likeness` one
    that counts if neither content nor name is certain.
    """

    name: str
    kind: FileKind
    suffixes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    signature: bytes = _NEVER.encode()
    members: str = _NEVER
    likeness: bytes = _NEVER.encode()
    folder: bool = False

    @property
    def patterns(self) -> tuple[str, ...]:
        """The name patterns by which a file dialog looks for it."""
        return (*(f"*{suffix}" for suffix in self.suffixes), *self.names)

    def starts(self, start: bytes) -> bool:
        """True where a file that begins with these bytes is of this type for certain."""
        return bool(re.match(self.signature, start, re.DOTALL))

    def holds(self, content: Content) -> bool:
        """True where a member of this zip archive says that it is of this type."""
        return any(re.fullmatch(self.members, name) for name in content.members)

    def is_certain(self, content: Content) -> bool:
        """True where the content cannot be of any other type."""
        if content.is_folder:
            return self.folder
        return self.starts(content.start) or self.holds(content)

    def resembles(self, start: bytes) -> bool:
        """True where a file that begins with these bytes looks like this type."""
        return bool(re.match(self.likeness, start, re.DOTALL))


_TEXT = rb"(?=[^\0]*\Z)(?:\xef\xbb\xbf)?\s*"
_CELLS_WITH_BETAS = (
    rb'(?i:(?:[^\n]*[,;\t])?[ \t#"]*(?:betas?|(?:sqrt_)?alphas?_(?:cumprod|bar)|alphas|sigmas|tau|lambdas|(?:log_)?snr)'
    rb'[ \t"]*(?:[,;\t\r\n]|\Z))'
)
_NAMED_CELL = (
    rb'(?i:(?:[^\n]*[,;\t])?[ \t#"]*(?:'
    + b"|".join(re.escape(name.encode()) for name in NAMES)
    + rb')[ \t"]*(?:[,;\t][^\n]*)?\r?\n[ \t"]*[-+]?\.?\d)'
)
"""A line with any of the names of quantities, and below it a number."""

_ONE_NUMBER = rb"[-+]?\.?\d[-+.\deE]*[ \t]*(?:[\r\n]|\Z)"

SAFETENSORS = FileType(
    "safetensors",
    FileKind.CHECKPOINT,
    (".safetensors",),
    signature=rb".{3}[\0-\x05]\0{4}\{",  # The length of the header, at most 100 MB, and the header, which is JSON.
    likeness=rb"(?=.{0,7}\0).{8}\{",  # A damaged length; eight letters before a brace are text.
)
TORCHSCRIPT = FileType("TorchScript", FileKind.CHECKPOINT, members=r"code/.*")
EXPORTED = FileType(
    "exported program",
    FileKind.CHECKPOINT,
    (".pt2",),
    members=r"(?:models/|serialized_exported_program|data/aotinductor/).*",
)
WEIGHTS = FileType(
    "PyTorch weights",
    FileKind.CHECKPOINT,
    (".pt", ".pth", ".ckpt", ".bin", ".pkl"),
    signature=rb"\x80[\0-\x05]",  # A pickle of protocol 2 or later, as torch wrote before 1.6.
    members=r"data\.pkl",
)
FOLDER = FileType("diffusers folder", FileKind.CHECKPOINT, names=("model_index.json", "config.json"), folder=True)
CSV = FileType(
    "CSV",
    FileKind.SCHEDULES,
    (".csv", ".tsv", ".txt"),
    signature=_TEXT + rb"(?:" + _CELLS_WITH_BETAS + rb"|" + _NAMED_CELL + rb"|" + _ONE_NUMBER + rb")",
    likeness=_TEXT + rb"(?:\d|[^\n]*betas)",
)
JSON = FileType(
    "JSON",
    FileKind.SCHEDULES,
    (".json",),
    signature=_TEXT + rb'(?:\[\s*-?\d|\[?\s*\{.*"(?:betas|schedule)")',
    likeness=_TEXT + rb"[{[]",
)
SCHEDULER_CONFIG = FileType(
    "diffusers scheduler config",
    FileKind.SCHEDULES,
    names=("scheduler_config.json",),
    signature=_TEXT
    + rb'\{.*"(?:trained_betas"|beta_schedule"|beta_start"|beta_end"|_class_name"\s*:\s*"\w*Scheduler")',
)
TRAINING = FileType(
    "training config",
    FileKind.SCHEDULES,
    (".yaml", ".yml"),
    signature=_TEXT
    + rb"(?:[^\0]*[\s])?(?:(?:linear_start|num_diffusion_timesteps)\s*:|--(?:noise_schedule|diffusion_steps)[ =])",
)
NPY = FileType("NPY", FileKind.SCHEDULES, (".npy",), signature=rb"\x93NUMPY")
NPZ = FileType("NPZ", FileKind.SCHEDULES, (".npz",), members=r".*\.npy", likeness=rb"PK")

RUN = FileType("run", FileKind.MADE, members=r"recipe\.npy")
SVG_DRAWING = FileType("SVG", FileKind.MADE, (SVG,), signature=_TEXT + rb"(?:<\?xml[^>]*>\s*)?(?:<![^>]*>\s*)*<svg\b")
PDF_DOCUMENT = FileType("PDF", FileKind.MADE, (PDF,), signature=rb"%PDF-")
PAGE = FileType(
    "HTML",
    FileKind.MADE,
    (HTML, ".htm"),
    # Pages of others may be what a server said in place of a file.
    signature=_TEXT + rb'(?i:<!doctype\s+html)[^\0]*<meta name="ddpm-studio"',
)

PROJECT = FileType(
    "project",
    FileKind.PROJECT,
    (".ddpm",),
    signature=_TEXT + rb'\{\s*"format"\s*:\s*"ddpm-studio project"',
)

FILE_TYPES = (
    PROJECT,
    RUN,
    SVG_DRAWING,
    PDF_DOCUMENT,
    PAGE,
    SAFETENSORS,
    TORCHSCRIPT,
    EXPORTED,
    WEIGHTS,
    FOLDER,
    FileType("PNG", FileKind.PICTURE, (".png",), signature=rb"\x89PNG"),
    FileType("JPEG", FileKind.PICTURE, (".jpg", ".jpeg"), signature=rb"\xff\xd8\xff"),
    FileType("WebP", FileKind.PICTURE, (".webp",), signature=rb"RIFF.{4}WEBP"),
    FileType("AVIF", FileKind.PICTURE, (".avif",), signature=rb".{4}ftyp(?:avi[fs]|(?:mif1|msf1).{4,40}avi[fs])"),
    FileType("GIF", FileKind.PICTURE, (".gif",), signature=rb"GIF8"),
    FileType("TIFF", FileKind.PICTURE, (".tif", ".tiff"), signature=rb"II[*+]\0|MM\0[*+]"),
    # Text may begin with BM, too: what follows is the length of one of the headers that exist.
    FileType("BMP", FileKind.PICTURE, (".bmp",), signature=rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\0{3}"),
    CSV,
    JSON,
    SCHEDULER_CONFIG,
    TRAINING,
    NPY,
    NPZ,
)
"""Every type, in the order in which content is compared; to open another, or one more suffix, add it here."""

UNKNOWN = FileType("unknown", FileKind.UNKNOWN)


def file_type(path: str | os.PathLike[str]) -> FileType:
    """The type of what lies at `path`, UNKNOWN if nothing tells; for a missing file or a pipe, by its name."""
    content = Content(Path(path))
    return recognised(content) or _named(content.path) or _alike(content) or UNKNOWN


def recognised(content: Content) -> FileType | None:
    """The only type that the content can have, whatever its name; None if that is not certain."""
    return next((each for each in FILE_TYPES if each.is_certain(content)), None)


def types_of(kind: FileKind) -> tuple[FileType, ...]:
    """The types that are opened as `kind`."""
    return tuple(each for each in FILE_TYPES if each.kind is kind)


def _named(path: Path) -> FileType | None:
    whole = (each for each in FILE_TYPES if path.name in each.names)
    ending = (each for each in FILE_TYPES if path.suffix.lower() in each.suffixes)
    return next(whole, None) or next(ending, None)


def _alike(content: Content) -> FileType | None:
    return next((each for each in FILE_TYPES if each.resembles(content.start)), None)
