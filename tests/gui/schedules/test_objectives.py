"""Training objectives of the lines of the list: typed, pasted, copied, kept with their lines, and taken back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion.training.draws import DRAWS
from ddpm_studio.diffusion.training.loss_weights import LOSS_WEIGHTS
from ddpm_studio.diffusion.training.objective import PLAIN
from ddpm_studio.diffusion.training.predictions import PREDICTIONS
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.schedules.card.training_part import TrainingPart
from ddpm_studio.gui.schedules.text.spec_field import _wrong_place
from ddpm_studio.gui.translation import translated
from tests.gui.finding import child
from tests.gui.schedules.lines import A, B, column, line, new_line, offers, over, specs, view
from tests.gui.windows import show_change

ENTER = Qt.Key.Key_Return
V = "train:predict=v_prediction"
FAMILY = "cosine:T=100,s=0.01..0.03,n=3"


def objectives(window: MainWindow) -> list[str]:
    return [str(entry.train) for entry in window.studio.state.entries]


@pytest.mark.quick
@pytest.mark.parametrize("field", [line, new_line])
def test_an_objective_is_typed_for_the_chosen_line(window: MainWindow, qtbot: QtBot, field: object) -> None:
    over(field(window), V, ENTER)  # type: ignore[operator]
    show_change(window, qtbot)
    assert (specs(window), objectives(window)) == ([A, B], [V, str(PLAIN)])
    assert view(window)._entries.line(view(window)._entries.index(0)).train == V
    assert window.studio.state.undo is not None
    assert translated(window.studio.state.undo) == "change of the training objective"
    window.studio.undo()
    assert objectives(window) == [str(PLAIN)] * 2


def test_a_wrong_objective_gets_a_sentence_and_stays(window: MainWindow, qtbot: QtBot) -> None:
    over(line(window), "train:predict=w1", ENTER)
    show_change(window, qtbot)
    assert "There is no prediction type “w1”" in line(window).draft.reason
    assert line(window).text() == "train:predict=w1"
    assert (specs(window), objectives(window)) == ([A, B], [str(PLAIN)] * 2)


def test_its_row_has_room_for_it(window: MainWindow, qtbot: QtBot) -> None:
    rows, index = view(window)._rows, view(window)._entries.index(1)
    before = rows.parts(view(window).visualRect(index), index)
    window.studio.set_objective(window.studio.state.current.train.parse(V), window.studio.state.entries[1].key)
    show_change(window, qtbot)
    after = rows.parts(view(window).visualRect(index), index)
    assert not before.train.isValid()
    assert after.text.bottom() < after.train.top() < after.train.bottom() < after.head.bottom()
    assert after.head.height() > before.head.height()


def test_a_list_is_pasted_with_objectives(window: MainWindow, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setText(f"jsd:T=9\n{FAMILY}  # ours\n{V}\n")
    window.desk.files.take(mime)
    qtbot.waitUntil(lambda: len(specs(window)) == 4)
    assert objectives(window)[2:] == [str(PLAIN), V]
    assert window.studio.state.undo is not None
    assert translated(window.studio.state.undo) == "pasting schedules"
    window.studio.undo()
    assert specs(window) == [A, B]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("jsd\ntrain:predict=w", "line 2 is not a training objective"),
        (f"jsd\n{V}\n{V}", "is the second objective of one schedule; leave one of them out."),
        (f"jsd\n{PLAIN}\n{V}", f"line 3 is not a training objective: “{V}” is the second objective of one schedule"),
    ],
)
def test_a_list_with_a_wrong_objective_adds_nothing(window: MainWindow, qtbot: QtBot, text: str, reason: str) -> None:
    mime, said = QMimeData(), list[str]()
    mime.setText(text)
    window.studio.complained.connect(said.append)
    window.desk.files.take(mime)
    qtbot.waitUntil(lambda: bool(said))
    assert reason in said[0]
    assert specs(window) == [A, B]


def test_an_objective_is_pasted_alone_and_copied_with_its_schedule(window: MainWindow, qtbot: QtBot) -> None:
    mime = QMimeData()
    mime.setText(V)
    window.desk.files.take(mime)
    assert objectives(window) == [V, str(PLAIN)]
    window.desk.schedules.copy_spec()
    qtbot.waitUntil(lambda: V in QApplication.clipboard().text())
    assert QApplication.clipboard().text() == f"{A}\n{V}"


def test_a_copy_and_members_have_the_objective_of_their_line(window: MainWindow, qtbot: QtBot) -> None:
    over(new_line(window), FAMILY, ENTER)
    window.studio.set_objective(window.studio.state.current.train.parse(V))
    window.studio.duplicate(window.studio.state.selected)
    window.studio.break_up()
    assert objectives(window) == [str(PLAIN)] * 2 + [V] * 4


PARTS = ["predict", "draw", "weight"]


def told(window: MainWindow) -> dict[str, str]:
    """What is offered in the empty line, each with what is said of it."""
    return dict(zip(offers(new_line(window)), column(new_line(window), 1), strict=True))


@pytest.mark.quick
def test_an_objective_is_completed_from_its_head_to_its_options(window: MainWindow, qtbot: QtBot) -> None:
    field = new_line(window)
    over(field, "tr")
    assert offers(field)[0] == "train"
    for typed, text in (("", "train:"), ("dr", "train:draw="), ("logn", "train:draw=lognormal"), (",p_s", "")):
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Down)
        QTest.keyClick(field, ENTER)
        assert field.text() == text or not text
    assert (field.text(), field.selectedText()) == ("train:draw=lognormal,p_std=1.2", "1.2")
    QTest.keyClicks(field, "0.7")
    QTest.keyClick(field, ENTER)
    show_change(window, qtbot)
    assert objectives(window)[0] == "train:draw=lognormal,p_std=0.7"
    assert (specs(window), field.text()) == ([A, B], "")


OFFERED: dict[str, list[str]] = {
    "train:": PARTS,
    "train:p": ["predict"],
    "train:draw=mode,": ["predict", "weight", "kappa"],
    "train:predict=edm,weight=edm_lambda,draw=lognormal,": ["sigma_data", "p_mean", "p_std"],
    "train:predict=v_": ["v_prediction", "edm_v_prediction"],
    "train:predict=": list(PREDICTIONS),
    "train:draw=": list(DRAWS),
    "train:weight=": list(LOSS_WEIGHTS),
    "train:weight=min_snr": ["min_snr", "min_snr_v_early", "soft_min_snr"],
    "train:draw=mode,kappa=": ["kappa"],
    "train:draw=mod,": ["predict", "weight"],
    "train:kappa=": [],
    "train:predict=zzz": [],
}


def test_what_is_offered_behind_train(window: MainWindow) -> None:
    for text, expected in OFFERED.items():
        over(new_line(window), text)
        assert offers(new_line(window)) == expected, text


def test_offers_of_an_objective_say_what_they_are(window: MainWindow) -> None:
    over(new_line(window), "train:draw=logit_normal,")
    assert told(window)["weight"] == "by what the loss is multiplied"
    assert told(window)["m"] == "m, -10 to 10, default 0 · where most is drawn: above 0 more noise"
    over(new_line(window), "train:draw=")
    assert told(window)["lognormal"] == "Log-normal σ · Karras et al. 2022, table 1"
    over(new_line(window), "train:predict=")
    assert told(window)["v_prediction"] == "v"


def test_a_name_of_an_objective_is_completed_between_others(window: MainWindow) -> None:
    field = new_line(window)
    over(field, "train:predict=e,weight=min_snr")
    field.setCursorPosition(len("train:predict=e"))
    QTest.keyClick(field, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    for _ in range(2):
        QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == "train:predict=edm,weight=min_snr"


@pytest.mark.parametrize("field", [line, new_line])
def test_what_is_wrong_with_an_objective_is_marked_where_it_is(window: MainWindow, field: object) -> None:
    over(field(window), "train:predict=edm,draw=lognorm")  # type: ignore[operator]
    assert _wrong_place("train:predict=edm,draw=lognorm") == (len("train:predict=edm,draw="), 30)
    assert "did you mean “lognormal”?" in field(window).draft.reason  # type: ignore[operator]


def test_lines_with_the_same_objective_have_a_badge_and_the_card_says_why(window: MainWindow, qtbot: QtBot) -> None:
    for text in ("cosine:T=1000,s=0", V, "flow:T=1000", "train:predict=flow_prediction"):
        over(new_line(window) if ":T" in text else line(window), text, ENTER)
        show_change(window, qtbot)
    entries = view(window)._entries
    marked = [[each for each in entries.line(entries.index(row)).badges if each.text[0] == "W"] for row in range(4)]
    assert [[badge.text for badge in line] for line in marked] == [[], [], ["W ∝ D"], ["W ∝ C"]]
    (badge,) = marked[2]
    assert badge.meaning.startswith("The same objective as D: W of C is 2/π times W of D at every noise level")
    window.studio.set_visible(window.studio.state.entries[2].key, False)
    show_change(window, qtbot)
    card = child(window, TrainingPart)
    card.set_open(True)
    assert "The same objective as C" in card._same.text()
