"""How a text that was written without Qt reaches a person in their language."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from ddpm_studio.errors import QT_TRANSLATE_NOOP, FileError, ScheduleError
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import LONGEST_SENTENCE, SourceText, Text

KNOWN = {
    ("card", "none"): "keine",
    ("errors", "{path} is {what}, {size:g} MiB."): "{what} mit {size:g} MiB: {path}.",
    ("errors", "a picture"): "ein Bild",
    ("errors", "{path} is no schedule ({reason})."): "Kein Schedule ist {path}: {reason}.",
    ("errors", "T is {T}."): "T ist {T}.",
}


class German(QTranslator):
    """Knows a few texts, each under its context alone."""

    def translate(self, context: str, text: str, comment: str | None = None, n: int = -1) -> str:
        return KNOWN.get((context, text))  # type: ignore[return-value]  # None: ask the next translator.


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    translator = German()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


NONE = QT_TRANSLATE_NOOP("card", "none")
A_PICTURE = QT_TRANSLATE_NOOP("errors", "a picture")
SIZED = QT_TRANSLATE_NOOP("errors", "{path} is {what}, {size:g} MiB.")


@pytest.mark.usefixtures("german")
def test_a_text_is_looked_up_under_its_own_context() -> None:
    assert translated(NONE) == "keine"
    assert translated(SourceText(NONE, "errors")) == "none"


@pytest.mark.usefixtures("german")
def test_a_sentence_is_bounded_in_the_language_in_which_it_is_told() -> None:
    error = FileError(QT_TRANSLATE_NOOP("errors", "{path} is no schedule ({reason})."), path="p" * 160, reason="r" * 80)
    assert translated(error) == f"Kein Schedule ist {'p' * 160}: {'r' * 80}."
    nested = ScheduleError(error.template, path="p" * 160, reason=error)
    told = translated(nested)
    assert len(told) <= LONGEST_SENTENCE
    assert told.startswith("Kein Schedule ist ppp")
    assert ": Kein Schedule ist ppp" in told


@pytest.mark.usefixtures("german")
def test_what_is_not_marked_is_the_same_in_every_language() -> None:
    assert translated("none") == "none"
    assert translated("β^{2τ}") == "β^{2τ}"


@pytest.mark.usefixtures("german")
def test_a_template_is_translated_before_it_is_filled_in_and_so_is_what_fills_it_in() -> None:
    text = Text(SIZED, {"path": "a.png", "what": A_PICTURE, "size": 2.0})
    assert str(text) == "a.png is a picture, 2 MiB."
    assert translated(text) == "ein Bild mit 2 MiB: a.png."


@pytest.mark.usefixtures("german")
def test_an_error_may_give_another_as_its_reason() -> None:
    reason = ScheduleError(QT_TRANSLATE_NOOP("errors", "T is {T}."), T=0)
    error = FileError(QT_TRANSLATE_NOOP("errors", "{path} is no schedule ({reason})."), path="b.csv", reason=reason)
    assert str(error) == "b.csv is no schedule (T is 0)."
    assert translated(error) == "Kein Schedule ist b.csv: T ist 0."


@pytest.mark.parametrize("copied", [copy.deepcopy(NONE), pickle.loads(pickle.dumps(NONE))])
def test_a_copy_knows_its_context_too(copied: SourceText) -> None:
    assert (copied, copied.context) == ("none", "card")


def test_numbers_in_a_text_are_written_as_everywhere_in_the_window_and_in_the_shell_as_python_reads_them() -> None:
    text = Text(QT_TRANSLATE_NOOP("errors", "β_1 = {beta:.3g}, log SNR {level:.4g}"), {"beta": 1e-8, "level": -2.5})
    assert translated(text) == "β_1 = 1e−8, log SNR −2.5"
    assert str(text) == "β_1 = 1e-08, log SNR -2.5"
