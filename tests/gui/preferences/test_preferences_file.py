"""The file of the preferences: what is written comes back, and what is wrong in it costs nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ddpm_studio.diffusion.training.objective import PLAIN
from ddpm_studio.errors import FileError, StudioError
from ddpm_studio.gui.preferences.beginning import fresh_state
from ddpm_studio.gui.preferences.keeper import PreferenceKeeper
from ddpm_studio.gui.preferences.preferences import FONT_SIZES, LINE_WIDTHS, Motion, Preferences
from ddpm_studio.gui.preferences.preferences_file import READERS, read_preferences, user_file, write_preferences
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.theme import ThemeChoice
from ddpm_studio.gui.translation import translated
from ddpm_studio.texts import SourceText

CHOSEN = Preferences(
    theme=ThemeChoice.DARK,
    font_size=13.5,
    line_width=2.4,
    dashes=True,
    motion=Motion.REDUCED,
    schedules=("cosine:T=1000  # mine “β”", "linear:T=10,snr_shift=1..2,n=2"),
    curves=("betas", "snr_db"),
    device="cuda:0",
)


def sentences(path: Path) -> list[str]:
    return [translated(complaint) for complaint in read_preferences(path).complaints]


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "preferences.json"
    assert read_preferences(path) == (Preferences(), ())
    write_preferences(path, CHOSEN)
    assert read_preferences(path) == (CHOSEN, ())
    assert json.loads(path.read_text("utf-8")).keys() == READERS.keys()
    assert [each.name for each in path.parent.iterdir()] == ["preferences.json"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("theme", "pink"),
        ("theme", 1),
        ("font_size", FONT_SIZES[1] + 1),
        ("font_size", "12"),
        ("font_size", True),
        ("line_width", LINE_WIDTHS[0] / 2),
        ("line_width", None),
        ("line_width", float("nan")),
        ("line_width", float("inf")),
        ("line_width", []),
        ("dashes", 1),
        ("motion", "slow"),
        ("schedules", "cosine"),
        ("schedules", ["cosin"]),
        ("schedules", ["custom:path=betas.csv"]),
        ("schedules", [3]),
        ("schedules", ["train:predict=sample", "linear"]),
        ("schedules", ["linear", "train:predict=sample", "train:predict=edm"]),
        ("schedules", ["linear", "train:", "train:predict=edm"]),
        ("schedules", ["linear", "train:predict=epsilon", "train:predict=epsilon"]),
        ("schedules", ["linear", "train:predict=nothing"]),
        ("curves", ["betas", "nonsense"]),
        ("curves", [["betas"]]),
        ("device", "cuda:0; rm"),
        ("device", None),
    ],
)
def test_a_wrong_value_is_the_default_and_said_in_one_sentence(tmp_path: Path, key: str, value: object) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(json.dumps({"dashes": True, "line_width": 3, key: value, "unknown": {"deep": [1]}}), "utf-8")
    kept = read_preferences(path)
    assert getattr(kept.preferences, key) == getattr(Preferences(), key)
    assert key == "dashes" or kept.preferences.dashes
    (sentence,) = sentences(path)
    assert f"“{key}”" in sentence
    assert "{" not in sentence


def test_lines_beyond_those_that_a_window_has_room_for_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    for count in (MAX_SCHEDULES, MAX_SCHEDULES + 30):
        path.write_text(json.dumps({"schedules": ["linear"] * count, "dashes": True}), "utf-8")
        kept = read_preferences(path).preferences
        assert (kept.dashes, kept.schedules) == (True, ("linear",) * MAX_SCHEDULES)
        said = "The preference “schedules” has 230 lines; a window begins with the first 200."
        assert sentences(path) == ([said] if count > MAX_SCHEDULES else [])


def test_an_objective_takes_no_schedule_s_room(tmp_path: Path) -> None:
    path, trained = tmp_path / "preferences.json", ("linear", "train:predict=sample")
    path.write_text(json.dumps({"schedules": trained * (MAX_SCHEDULES + 1)}), "utf-8")
    kept = read_preferences(path).preferences
    assert kept.schedules == trained * MAX_SCHEDULES
    assert sentences(path) == ["The preference “schedules” has 201 lines; a window begins with the first 200."]
    entries = fresh_state(kept).entries
    assert [entry.train.predict for entry in entries] == ["sample"] * MAX_SCHEDULES


def test_an_objective_goes_with_a_schedule_that_is_left_out() -> None:
    lines = ("linear", "nonsense", "train:predict=sample", "cosine", "train:predict=nothing", "train:predict=edm")
    entries = fresh_state(Preferences(schedules=lines)).entries
    assert [(entry.schedule.kind, entry.train) for entry in entries] == [("linear", PLAIN), ("cosine", PLAIN)]


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "[" * 5000, '{"dashes": tru', "\0\1", '"' + "a" * 2_000_000])
def test_a_damaged_file_is_said_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(text, "utf-8")
    assert read_preferences(path).preferences == Preferences()
    (sentence,) = sentences(path)
    assert "preferences" in sentence


def test_a_folder_in_its_place_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.mkdir()
    keeper = PreferenceKeeper(path)
    assert keeper.preferences == Preferences()
    keeper.change(dashes=True)
    assert keeper.preferences.dashes
    assert path.is_dir()


def test_the_last_written_wins_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    first, second = PreferenceKeeper(path), PreferenceKeeper(path)
    first.change(dashes=True)
    second.change(line_width=3.0)
    assert read_preferences(path).preferences == Preferences(line_width=3.0)
    assert first.preferences == Preferences(dashes=True)
    first.change(device="cpu")
    assert read_preferences(path).preferences == Preferences(dashes=True, device="cpu")


def test_what_is_out_of_bounds_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    keeper = PreferenceKeeper(tmp_path / "preferences.json")
    for changes in ({"font_size": 99.0}, {"line_width": 0.5}, {"line_width": float("nan")}):
        with pytest.raises(StudioError, match="choose a number from"):
            keeper.change(**changes)
    assert keeper.preferences == Preferences()
    assert not list(tmp_path.iterdir())


def test_all_is_forgotten() -> None:
    keeper = PreferenceKeeper.of_user()
    keeper.change(dashes=True)
    assert read_preferences(user_file()).preferences.dashes
    keeper.forget()
    assert not user_file().exists()
    assert keeper.preferences == Preferences()
    keeper.change(line_width=2.0)
    assert read_preferences(user_file()).preferences.line_width == 2.0


def test_without_a_home_folder_they_last_as_long_as_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ddpm_studio.gui.preferences.keeper.user_file", refused)
    keeper = PreferenceKeeper.of_user()
    keeper.change(dashes=True)
    assert keeper.preferences.dashes


def refused() -> Path:
    raise FileError(SourceText("There is no home folder."))
