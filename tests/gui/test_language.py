"""The window in another language: nothing in it stays English but names, symbols and specs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import bundled
from ddpm_studio.checkpoints.answers import ATTENTION_ORDERS
from ddpm_studio.checkpoints.checkpoint import FAMILIES
from ddpm_studio.checkpoints.unet2d_conventions import CONVENTION_NAMES
from ddpm_studio.diffusion.formula.functions import CONSTANTS, FUNCTIONS
from ddpm_studio.diffusion.formula.names_typed import QUANTITIES
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.parametrisation import FORMS, PREDICTION_TYPES
from ddpm_studio.diffusion.quantities import TAU
from ddpm_studio.diffusion.schedule import CUSTOM, OPERATORS
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.diffusion.spec import AS, POINTS
from ddpm_studio.diffusion.steps.spacings import SPACINGS
from ddpm_studio.diffusion.steps.step_operators import STEP_OPERATORS
from ddpm_studio.diffusion.steps.steps_spec import FILE as OF_A_FILE
from ddpm_studio.diffusion.steps.steps_spec import LISTS
from ddpm_studio.diffusion.training.draws import DRAWS
from ddpm_studio.diffusion.training.loss_weights import LOSS_WEIGHTS
from ddpm_studio.diffusion.training.objective import HEAD, WORDS
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.files.filetypes import FILE_TYPES, HTML, PDF
from ddpm_studio.files.steps.comparison_formats import COLUMNS_COMPARED
from ddpm_studio.gui.explaining.explanations import CARD_ITEMS
from ddpm_studio.gui.explaining.explanations import SYMBOLS as SYMBOLS_NAMED
from ddpm_studio.gui.help_windows.glossary_terms import TERMS
from ddpm_studio.gui.help_windows.versions import PACKAGES
from ddpm_studio.gui.picture.loading import sample_paths
from ddpm_studio.gui.preferences.preferences_file import READERS
from ddpm_studio.gui.printing.column_widths import COLUMN_WIDTHS
from ddpm_studio.gui.steps.steps_model import IN_CODE
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.sweep import Sweep
from ddpm_studio.texts import SourceText
from tests.gui.pseudo import Catalogue, Pseudo, extracted, made_up
from tests.gui.shown import Shown
from tests.gui.tour import Tour

SYMBOLS = [
    "SNR",
    "dB",
    "log",
    "dlog",
    "ln",
    "min",
    "max",
    "exp",
    "cos",
    "tan",
    "atan",
    "cot",
    "sgn",
    "du",
    *("VLB", "wVLB"),
    "ij",
    "mean",
    "std",
    "data",
]
"""Of mathematics: in formulas that have no words, and in the symbols of curves."""

KEYS = ["Ctrl", "Shift", "Alt", "Esc", "Del", "Space", "Up", "Down", "Left", "Right", "Backspace"]
"""As Qt names them, which has catalogues of its own for them."""

GIVEN = (
    # What the keys of a project are called, and those of a file in a spec and in steps.
    *("picture", "seed", "path", "file:"),
    *("cosin", "fil"),
    "ema",
    "nets:Unet",
    "UNet2DModel",
    "UNetModel",
    "package.module:factory",
    *("EulerDiscreteScheduler", "DDIMScheduler", "set_timesteps"),
    "float32",
    "bfloat16",
    "float16",
    *("CPU", "cpu"),
    "BMP",
)
"""What was typed on the tour, and what the machine, torch, Python and checkpoints call by names of their own."""

NAMED = [HTML, PDF, ".toml", *(end for each in FILE_TYPES for end in (*each.suffixes, *each.names))]
ENDINGS = "|".join(NAMED).replace(".", r"\.")
FILE = re.compile(rf"[\w./\u200b-]*({ENDINGS})\b|\*\.\w+")
"""A path, which a line may break after a separator, or what a dialog finds files by."""

SHORTENED = re.compile(r"[a-z_]+…([a-z_]*\d?|=\d+)|…[a-z_]+\d?|/[\w/.-]+…")
"""The name of a curve above a plot, of a schedule above its picture, or of what is trained in a line of the list, or
the beginning of a path, that has no room for it."""

SAID_OF_THINGS = {"errors", "lab", "conventions", "checkpoints", "card", "answers", "findings", "options"}
"""Contexts of what is said of files, checkpoints, schedules and steps, by the layers below. A tour comes by
few of these texts; that they are marked, mypy sees to.
"""

RARELY_SAID = {
    # Only by a run that takes long, needs much memory, or fails in a row of several.
    *("{minutes}:{seconds:02} min", "{hours}:{minutes:02} h", "1 step in {k} kept", "memory holds {count} at a time"),
    *("Row {row}: {sentence}", "The first to fail: {failure}"),
    # Only where a checkpoint was written anew since a sweep drew with it.
    "What is kept was drawn with another checkpoint than {path} is now; Start draws anew",
    # Only of a network that draws latents.
    *("decoded", "previews of latents", "channels of the latents", "{calls} · previews"),
    # Only in the dialog that finds LoRAs.
    *("Add LoRAs", "LoRAs"),
    # Only of a setting that was added without a name for its change.
    "change of the sampling settings",
    # Only where nothing is installed that shows text files.
    "No program was found that shows {path}; open it in a text editor.",
    # Only as long as a run goes on, or something is being opened or tried out.
    *(
        "call {call} of {nfe}",
        "call {done} of {total} · NFE {total} · {device}",
        "Starting torch …",
        "Starting torch for the run …",
        "Opening {name} …",
    ),
    "call {done} of {total} · {rate} it/s · {left} left · NFE {total} · {device}",
    *("Stopped.", "Trying what fits …", "Trying {reading}, {number} of {total} …"),
    "Everything that fits has been tried; use the one that draws pictures.",
    # Only of a kept run that was damaged where its pictures are.
    "No distance: the pictures cannot be read",
    # Only of a program that is trusted no more.
    "{name} is not open.",
    # Only to a person who did not cancel the dialog, or pasted a picture.
    *("Saved {path}.", "Saving {path} was cancelled; nothing was written.", "pasted picture"),
}

CATALOGUE = """<TS version="2.1" language="de"><context><name>panels</name>
<message><source>Values</source><translation>Werte</translation></message></context></TS>"""

SPEAKING = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QLocale
from ddpm_studio.gui import app
QLocale.setDefault(QLocale(sys.argv[1]))
app.resource_folder = lambda: Path(sys.argv[2])
running = app.make_application([])
print(*(QCoreApplication.translate(*each) for each in (("panels", "Values"), ("QTabBar", "Scroll Left"))))
"""


def names() -> Iterator[str]:
    """What is called the same in every language, since specs, the shell and files name it so as well."""
    yield from (*KINDS, CUSTOM.name, *SOLVERS, *SPACINGS, *ALL_CURVES, *bundled())
    yield from (*PREDICTION_TYPES, *ATTENTION_ORDERS, *CONVENTION_NAMES)
    yield from (POINTS, f"{AS}={TAU}")
    yield from (*QUANTITIES, *FUNCTIONS, *CONSTANTS)
    yield from (parameter.key for kind in KINDS.values() for parameter in (*kind.parameters, *OPERATORS))
    yield from (word for parameter in OPERATORS for word in (*parameter.words, "off", "before"))
    yield from (*DRAWS, *LOSS_WEIGHTS, HEAD, *WORDS)
    options = [each.options for each in DRAWS.values()] + [each.options for each in LOSS_WEIGHTS.values()]
    yield from (option.key for some in options for option in some)
    told = [each.options for each in SOLVERS.values()] + [each.options for each in FORMS.values()]
    for option in (option for some in told for option in some):
        yield from (option.key, *map(str, option.choices))
    of_spacings = [option for spacing in SPACINGS.values() for option in spacing.options]
    yield from ("steps", OF_A_FILE, *LISTS, *STEP_OPERATORS, *(option.key for option in of_spacings))
    yield from (choice for option in of_spacings for choice in option.choices if isinstance(choice, str))
    yield from READERS
    yield from (*PACKAGES, "Python", "Qt", *(term.code for term in TERMS if term.code))
    # Some families are called by the name of a library, and others in words.
    yield from (family for family in FAMILIES if not isinstance(family, SourceText))
    yield from (path.stem.replace("-", " ").capitalize() for path in sample_paths())
    yield from (width.place for width in COLUMN_WIDTHS)
    named = (*SYMBOLS_NAMED.values(), *CARD_ITEMS.values())
    yield from (*(symbol.name for symbol in named), "timestep_spacing", *IN_CODE, *COLUMNS_COMPARED)
    yield from (*(each.name for kind in (Sweep, Contender) for each in fields(kind)), *Conditioned._fields, "auto")
    yield "ddpm-studio"


def any_of(known: Iterable[str]) -> re.Pattern[str]:
    """What is known to be the same in every language, where it is a whole word."""
    longest_first = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    return re.compile(rf"(?<![A-Za-z])({longest_first})(?![A-Za-z])")


def in_english(text: str, known: re.Pattern[str]) -> list[str]:
    """The words of a text that are in English letters, and not known."""
    return re.findall(r"[A-Za-z]{2,}", known.sub(" ", SHORTENED.sub(" ", FILE.sub(" ", text))))


def unseen(catalogue: Catalogue, pseudo: Pseudo) -> set[str]:
    """The texts of the window that were not asked for."""
    asked = {text for _, text in pseudo.asked}
    return {text for context, text in catalogue if context not in SAID_OF_THINGS} - asked


def test_every_text_in_the_window_changes_with_the_language(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Checkpoints that were opened lately are offered by names that nobody here knows.
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    catalogue, shown = extracted(tmp_path), Shown(monkeypatch)
    pseudo = Pseudo(catalogue)
    qapp.installTranslator(pseudo)
    try:
        tour = Tour(qtbot, shown, tmp_path)
        tour.walk()
    finally:
        qapp.removeTranslator(pseudo)
    known = any_of([*names(), *SYMBOLS, *KEYS, *GIVEN, *tour.machines()])
    english = {text: (words, place) for text, place in shown.texts.items() if (words := in_english(text, known))}
    assert english == {}, "these words are not translated"
    assert pseudo.missed == set(), "lupdate does not find these texts"
    assert unseen(catalogue, pseudo) <= RARELY_SAID, "the tour did not come by these texts"


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "Werte Nach links scrollen"), ("de_AT", "Werte Nach links scrollen"), ("fr", "Values Scroll Left")],
)
def test_the_program_speaks_a_language_that_it_knows_and_qt_with_it(tmp_path: Path, language: str, said: str) -> None:
    (tmp_path / "i18n").mkdir()
    (tmp_path / "de.ts").write_text(CATALOGUE)
    lrelease = Path(sys.executable).with_name("pyside6-lrelease")
    compiled = tmp_path / "i18n" / "ddpm_studio_de.qm"
    subprocess.run([lrelease, "-silent", tmp_path / "de.ts", "-qm", compiled], check=True)
    speaking = [sys.executable, "-c", SPEAKING, language, str(tmp_path)]
    assert subprocess.run(speaking, capture_output=True, text=True, check=True).stdout.strip() == said


def test_a_text_in_the_made_up_language_keeps_what_is_no_language() -> None:
    assert made_up("&Open {name:g}…\t<b>x</b> (*.png)") == "&Öþéñ {name:g}…\t<b>ẋ</b> (*.png)"


def test_a_single_word_of_english_is_told_from_names_and_symbols() -> None:
    known = any_of([*names(), *SYMBOLS])
    assert in_english("Ñöîšé, log SNR of cosine:T=9, a.png", known) == ["of"]
    assert in_english("The fastest", known) == ["The", "fastest"]
