"""Configs of diffusers schedulers that are dropped, chosen or pasted: a schedule, with the steps that they describe."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.gui.app import open_window
from ddpm_studio.gui.main_window import MainWindow
from ddpm_studio.gui.translation import translated
from tests.gui.test_main_window import wait

DDIM = {"_class_name": "DDIMScheduler", "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
FLOW = {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0}
NUMBER = "A config does not say how many steps are taken; these are for 20."
WHOLE_TIMESTEPS = "diffusers tells the network whole timesteps, σ is as it is here."

Config = Mapping[str, object]
Door = Callable[[MainWindow, Path], None]

CONFIGS = [
    (DDIM, "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012", "leading", [NUMBER]),
    (
        {**DDIM, "steps_offset": 1, "set_alpha_to_one": False},
        "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012",
        "leading:offset=1,set_alpha_to_one=0",
        [NUMBER],
    ),
    (
        {"_class_name": "DPMSolverMultistepScheduler", "use_karras_sigmas": True, "trained_betas": None},
        "linear:T=1000,beta_start=0.0001,beta_end=0.02",
        "karras",
        [NUMBER, WHOLE_TIMESTEPS],
    ),
    (FLOW, "flow:T=1000,shift=3", "flow_match_diffusers", [NUMBER]),
    ({"_class_name": "EDMEulerScheduler"}, "edm:T=1000,sigma_min=0.002,sigma_max=80,rho=7", "karras", [NUMBER]),
]


def trigger(window: MainWindow, name: str) -> None:
    action = window.findChild(QAction, name)
    assert action is not None
    action.trigger()


def drop(window: MainWindow, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    window.desk.files.take(mime)


def choose(window: MainWindow, path: Path) -> None:
    trigger(window, "open_betas")


def paste(window: MainWindow, path: Path) -> None:
    QApplication.clipboard().setText(path.read_text())
    trigger(window, "paste")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a config lies that a dialog answers with; not called what such files are called."""
    path = tmp_path / "mine.json"
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *arguments: (str(path), ""))
    return path


def last(window: MainWindow) -> tuple[str, list[str]]:
    entry = window.studio.state.entries[-1]
    return str(entry.schedule), [*map(str, entry.steps)]


@pytest.mark.parametrize("door", [drop, choose, paste])
def test_a_config_is_a_schedule_with_its_steps_in_one_undo_step(
    window: MainWindow, qtbot: QtBot, config: Path, door: Door
) -> None:
    before = window.studio.state.entries
    for written, schedule, below, said in CONFIGS:
        config.write_text(json.dumps(written))
        window.toast.hide()
        door(window, config)
        wait(window, qtbot)
        assert last(window) == (schedule, [below]), written
        assert window.toast.isVisible(), written
        assert window.toast.text == " ".join(said), written
        undo = window.studio.state.undo
        assert undo is not None, written
        assert translated(undo) == ("pasting schedules" if door is paste else "opening mine.json")
        window.studio.undo()
        assert window.studio.state.entries == before, written


UNREAD = (
    ({"beta_start": 0.001, "beta_end": 0.02}, "does not say which scheduler it is for; give it a _class_name."),
    ({"_class_name": "RePaintScheduler"}, "is for “RePaint”, whose steps are not known;"),
    ({**DDIM, "timestep_spacing": "leeding"}, "unknown timestep_spacing “leeding”; did you mean “leading”?"),
)
"""Configs, and why there are no steps in them."""


def test_steps_that_cannot_be_read_leave_the_schedule(window: MainWindow, qtbot: QtBot, config: Path) -> None:
    for door, (written, sentence) in product((drop, paste), UNREAD):
        count = len(window.studio.state.entries)
        config.write_text(json.dumps(written))
        door(window, config)
        wait(window, qtbot)
        assert last(window)[1] == [], (door, written)
        assert len(window.studio.state.entries) == count + 1, (door, written)
        assert window.toast.text.startswith("There are no steps below the schedule: "), (door, written)
        assert sentence.rstrip(".?") in window.toast.text, (door, written)


def test_a_config_that_is_wrong_adds_nothing(window: MainWindow, qtbot: QtBot, config: Path) -> None:
    before = window.studio.state
    config.write_text(json.dumps({**DDIM, "beta_start": "small"}))
    drop(window, config)
    wait(window, qtbot)
    assert window.studio.state is before
    assert "beta_start" in window.toast.text


def test_trained_betas_stay_those_of_the_file(window: MainWindow, qtbot: QtBot, config: Path) -> None:
    config.write_text(json.dumps({"_class_name": "DDPMScheduler", "trained_betas": [0.1, 0.2, 0.4]}))
    drop(window, config)
    wait(window, qtbot)
    assert last(window) == (f"custom:path={config}", ["leading"])
    assert window.toast.text.startswith(NUMBER.replace("20", "3"))
    assert "3 trained_betas, but diffusers lays out steps over its num_train_timesteps, 1000;" in window.toast.text


def test_a_table_of_betas_has_no_steps_whatever_else_it_says(window: MainWindow, qtbot: QtBot, config: Path) -> None:
    config.write_text(json.dumps({"_class_name": "DDPMScheduler", "betas": [0.1, 0.2, 0.4]}))
    drop(window, config)
    wait(window, qtbot)
    assert last(window) == (f"custom:path={config}", [])


def test_a_window_begins_with_the_steps_of_its_schedules(qtbot: QtBot) -> None:
    schedules = [Schedule("linear", 30), Schedule("cosine", 20)]
    karras = StepsSpec.parse("karras:steps=5")
    window = open_window([], schedules, None, steps=[(karras,), ()])
    qtbot.addWidget(window)
    assert [entry.steps for entry in window.studio.state.entries] == [(karras,), ()]
    assert window.studio.state.undo is None


def export(window: MainWindow, qtbot: QtBot, path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What is written where only the chosen schedule is ticked."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *arguments: (str(path), ""))
    if window.studio.state.visible != (window.studio.state.current,):
        window.studio.show_only(window.studio.state.selected)
    trigger(window, "export_schedules")
    wait(window, qtbot)
    written: dict[str, object] = json.loads(path.read_text())
    return written


STABLE = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
KEPT = [
    {"_class_name": "EulerDiscreteScheduler", **STABLE, "timestep_spacing": "leading", "steps_offset": 1},
    {"_class_name": "EulerDiscreteScheduler", **STABLE, "use_karras_sigmas": True, "final_sigmas_type": "sigma_min"},
    {"_class_name": "EulerDiscreteScheduler", **STABLE, "use_beta_sigmas": True},
    {"_class_name": "DPMSolverMultistepScheduler", **STABLE, "use_lu_lambdas": True},
    {"_class_name": "DDIMScheduler", **STABLE, "timestep_spacing": "trailing", "set_alpha_to_one": False},
    {"_class_name": "UniPCMultistepScheduler", **STABLE, "timestep_spacing": "linspace"},
    {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0, "shift_terminal": 0.02},
    {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0, "use_karras_sigmas": True},
    {"_class_name": "EDMEulerScheduler", "sigma_min": 0.01, "sigma_max": 50.0},
]


def test_a_config_that_is_exported_again_has_the_same_steps(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for config in KEPT:
        check_export_of(config, window, qtbot, tmp_path, monkeypatch)
        window.desk.projects.start_afresh()
        wait(window, qtbot)


def check_export_of(
    config: Config, window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open a config, export what is shown of it, and open that."""
    first, second = tmp_path / "first.json", tmp_path / "scheduler_config.json"
    first.write_text(json.dumps(config))
    drop(window, first)
    wait(window, qtbot)
    read = window.studio.state.current
    written = export(window, qtbot, second, monkeypatch)
    assert "takes these steps after set_timesteps(" in window.toast.text, config
    drop(window, second)
    wait(window, qtbot)
    again = window.studio.state.current
    assert again.key != read.key, config
    assert again.schedule.kind == read.schedule.kind, config
    levels, other = (each.steps[0].levels(each.schedule) for each in (read, again))
    assert other.log_snr == pytest.approx(levels.log_snr, abs=2e-6), config
    assert other.timesteps == pytest.approx(levels.timesteps, abs=1e-3), config
    fields = {key for key in config if key.startswith(("use_", "shift_t", "steps_"))}
    assert {key: written[key] for key in fields} == {key: config[key] for key in fields}


OWN = {
    "_class_name": "DDIMScheduler",
    **STABLE,
    "steps_offset": 1,
    "set_alpha_to_one": False,
    "clip_sample": False,
    "prediction_type": "v_prediction",
}


def opened_and_to_be_written(window: MainWindow, qtbot: QtBot, folder: Path) -> Path:
    """Where the config is to be exported to that was opened from another file."""
    first = folder / "first.json"
    first.write_text(json.dumps(OWN))
    drop(window, first)
    wait(window, qtbot)
    return folder / "scheduler_config.json"


def test_a_config_is_exported_as_it_was_with_what_was_changed(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = opened_and_to_be_written(window, qtbot, tmp_path)
    assert export(window, qtbot, second, monkeypatch) == OWN
    assert window.toast.text.endswith("DDIMScheduler takes these steps after set_timesteps(20).")
    window.studio.set_parameter("beta_end", 0.03)
    window.studio.duplicate(window.studio.state.selected)
    assert export(window, qtbot, second, monkeypatch) == {**OWN, "beta_end": 0.03}


def test_steps_that_its_class_does_not_take_are_written_for_another_and_that_is_said(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = opened_and_to_be_written(window, qtbot, tmp_path)
    key = window.studio.state.selected
    window.studio.replace_steps(key, 0, StepsSpec.parse("karras"))
    assert export(window, qtbot, second, monkeypatch)["_class_name"] == "EulerDiscreteScheduler"
    assert window.toast.text.endswith("DDIMScheduler has no fields for them.")
    window.studio.duplicate(key)
    window.studio.replace_steps(window.studio.state.selected, 0, StepsSpec.parse("ays:steps=10"))
    written = export(window, qtbot, second, monkeypatch)
    assert "It has none of the steps: No scheduler_config.json has fields for “ays:steps=10”" in window.toast.text
    assert written == OWN


EDM = {"_class_name": "EDMEulerScheduler", "sigma_min": 0.01, "sigma_max": 50.0}
FLAGGED = {"_class_name": "DPMSolverMultistepScheduler", "use_flow_sigmas": True, "prediction_type": "flow_prediction"}


PREDICTED: tuple[tuple[Config, str, str, Config, str], ...] = (
    (OWN, "v_prediction", "", {"prediction_type": "epsilon"}, ""),
    (OWN, "v_prediction", "predict=sample,weight=min_snr", {"prediction_type": "sample"}, "predict=sample"),
    (OWN, "v_prediction", "predict=v_prediction,draw=logit_normal", {}, "predict=v_prediction"),
    (OWN, "v_prediction", "predict=edm", {}, "predict=v_prediction"),
    ({"_class_name": "PNDMScheduler"}, "epsilon", "predict=sample", {}, ""),
    (
        {"_class_name": "PNDMScheduler"},
        "epsilon",
        "predict=v_prediction",
        {"prediction_type": "v_prediction"},
        "predict=v_prediction",
    ),
    (EDM, "edm", "predict=edm,sigma_data=1", {"sigma_data": 1.0}, "predict=edm,sigma_data=1"),
    (
        {**EDM, "sigma_data": 0.7},
        "edm",
        "predict=edm_v_prediction",
        {"prediction_type": "v_prediction", "sigma_data": 1.0},
        "predict=edm_v_prediction,sigma_data=1",
    ),
    (FLOW, "flow_prediction", "predict=v_prediction", {}, "predict=flow_prediction"),
    (FLAGGED, "flow_prediction", "predict=sample", {"prediction_type": "sample"}, "predict=sample"),
    (FLAGGED, "flow_prediction", "predict=v_prediction", {}, "predict=flow_prediction"),
)
"""A config, what it says is predicted, what is set in its place, the fields that then say so, and how they are read."""


def test_what_is_predicted_is_read_and_written_where_the_class_has_a_field(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for config, opened, train, fields, predicted in PREDICTED:
        first, second = tmp_path / "first.json", tmp_path / "scheduler_config.json"
        first.write_text(json.dumps(config))
        drop(window, first)
        wait(window, qtbot)
        assert window.studio.state.current.train.predict == opened, (config, train)
        assert export(window, qtbot, second, monkeypatch) == config, (config, train)
        wanted = Objective.parse(f"train:{train}")
        window.studio.set_objective(wanted)
        assert export(window, qtbot, second, monkeypatch) == {**config, **fields}, (config, train)
        lost = wanted.predict != Objective.parse(f"train:{predicted}").predict
        said = f"the network predicts {wanted.predict}, for which {config['_class_name']} has no field."
        assert (said in window.toast.text) == lost, (config, train)
        drop(window, second)
        wait(window, qtbot)
        assert window.studio.state.current.train == Objective.parse(f"train:{predicted}"), (config, train)


def test_another_class_and_one_for_a_schedule_alone_say_what_is_predicted(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = opened_and_to_be_written(window, qtbot, tmp_path)
    window.studio.replace_steps(window.studio.state.selected, 0, StepsSpec.parse("karras"))
    written = export(window, qtbot, second, monkeypatch)
    assert (written["_class_name"], written["prediction_type"]) == ("EulerDiscreteScheduler", "v_prediction")
    window.studio.add(Schedule("linear", 300))
    assert "prediction_type" not in export(window, qtbot, second, monkeypatch)
    window.studio.set_objective(Objective("v_prediction"))
    assert export(window, qtbot, second, monkeypatch)["prediction_type"] == "v_prediction"
    window.studio.add(Schedule("flow", 300))
    assert export(window, qtbot, second, monkeypatch)["_class_name"] == "FlowMatchEulerDiscreteScheduler"
    assert window.toast.text == f"Saved {second}."


def test_a_window_that_begins_with_a_config_keeps_it(qtbot: QtBot) -> None:
    config = OpenedConfig.of(OWN)
    window = open_window([], [Schedule("scaled_linear", 1000), Schedule("linear")], None, configs=[config, None])
    qtbot.addWidget(window)
    assert [entry.config for entry in window.studio.state.entries] == [config, None]
    assert [entry.train.predict for entry in window.studio.state.entries] == ["v_prediction", "epsilon"]


@pytest.mark.parametrize(
    ("below", "said"),
    [
        ((), ""),
        (("karras", "trailing"), "It has none of the steps, since a config has room for one line of them, not 2."),
        (("ays:steps=10",), "It has none of the steps: No scheduler_config.json has fields for “ays:steps=10” over"),
        (("trailing:steps=400",), "It has none of the steps: "),
    ],
)
def test_other_steps_leave_the_schedule_alone(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    below: tuple[str, ...],
    said: str,
) -> None:
    window.studio.set_schedule(Schedule("linear", 300))
    for text in below:
        window.studio.add_steps(StepsSpec.parse(text))
    path = tmp_path / "scheduler_config.json"
    written = export(window, qtbot, path, monkeypatch)
    assert {"_class_name", "num_train_timesteps", "beta_schedule"} <= written.keys()
    assert "timestep_spacing" not in written
    assert window.toast.text.startswith(f"Saved {path}.{said and ' '}{said}")
    assert (window.toast.text == f"Saved {path}.") == (not below)
