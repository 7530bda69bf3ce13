"""Files of scenes: what is wrong is said in one sentence, whoever wrote it, and bundled ones tell the truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.noise_levels import Array
from ddpm_studio.errors import FileError
from ddpm_studio.gui.scenes.scene import Scene
from ddpm_studio.gui.scenes.scene_file import LONGEST, MOST_BYTES, read_scene
from ddpm_studio.gui.scenes.scene_shelf import bundled_folder, shelf
from ddpm_studio.texts import SourceText

GOOD = """
order = 3
title = "Why?"
sentences = ["One.", "Two."]
gesture = "Go."
reward = "Gone."

[show]
schedules = [{ spec = "linear:T=10", steps = ["trailing:steps=5"] }, { spec = "cosine:T=9", visible = false }]
t = 3
axis = "log_snr"
curve = "snr_db"
side = "training"
selected = 2

[done]
value = "A.T"
at_least = 11
"""


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "scene.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refusal(folder: Path, text: str | bytes) -> str:
    with pytest.raises(FileError) as caught:
        read_scene(written(folder, text))
    said = str(caught.value)
    assert said.endswith((".", "?"))
    assert not said.endswith("..")
    assert "\n" not in said
    assert "scene.toml" in said
    return said


def test_a_good_one_is_read(tmp_path: Path) -> None:
    scene = read_scene(written(tmp_path, GOOD))
    assert scene.texts == ("Why?", "One.", "Two.", "Go.", "Gone.")
    assert (scene.order, scene.setting.t, scene.setting.selected, scene.setting.axis) == (3, 3, 1, "log_snr")
    assert [schedule.visible for schedule in scene.setting.schedules] == [True, False]


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ('title = "Why?"\n', "", "“title” is missing"),
        ('title = "Why?"', "title = 3", "“title” is missing or is not what belongs there"),
        ('title = "Why?"', 'title = "Why?"\nsound = "x.mp3"', "“sound” means nothing here"),
        ('"Why?"', '""', "“title” has 0 letters"),
        ('"Why?"', f'"{"x" * (LONGEST + 1)}"', f"“title” has {LONGEST + 1} letters"),
        ('["One.", "Two."]', "[]", "“sentences” has 0 entries; give it from 1 to 3"),
        ('["One.", "Two."]', '["1", "2", "3", "4"]', "“sentences” has 4 entries"),
        ("linear:T=10", "linea:T=10", "did you mean “linear”?"),
        ("linear:T=10", "linear:T=0", "T"),
        ("linear:T=10", "custom:path=/etc/passwd", "it names a file, which it may not"),
        ("trailing:steps=5", "file:/etc/passwd", "it names a file, which it may not"),
        ("trailing:steps=5", "trailin:steps=5", "did you mean “trailing”?"),
        ('axis = "log_snr"', 'axis = "snr"', "“axis” is missing or is not what belongs there"),
        ('curve = "snr_db"', 'curve = "snr_dB"', "“curve” is missing or is not what belongs there"),
        ('side = "training"', 'side = "left"', "“side” is missing or is not what belongs there"),
        ("selected = 2", "selected = 3", "“selected” is missing or is not what belongs there"),
        ("t = 3", "t = 3.5", "“t” is missing or is not what belongs there"),
        ("at_least = 11", "", "“done” asks for nothing"),
        ("at_least = 11", "at_least = 10", "“done” is so from the beginning"),
        ("at_least = 11", "at_least = nan", "“at_least” is missing or is not what belongs there"),
        ('value = "A.T"', 'value = "A.s"', "has no value “A.s”"),
        ('value = "A.T"', 'value = "C.T"', "has no value “C.T”"),
        ('value = "A.T"', 'value = "__class__"', "has no value “__class__”"),
        ("order = 3", "order = 1979-05-27", "“order” is missing or is not what belongs there"),
        ("order = 3", f"order = {'9' * 5000}", "it is not TOML"),
        ("order = 3", f"order = {'[' * 20000}", "it is not TOML"),
        ("order = 3", "order = ", "it is not TOML"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path, good: str, bad: str, said: str) -> None:
    assert good in GOOD
    assert said in refusal(tmp_path, GOOD.replace(good, bad))


def test_what_is_no_text_or_too_large_is_refused(tmp_path: Path) -> None:
    assert "it is not TOML" in refusal(tmp_path, b"\xff\xfe")
    assert "larger than" in refusal(tmp_path, GOOD + "#" * MOST_BYTES)
    assert "is empty" in refusal(tmp_path, "")


def scene(order: int) -> Scene:
    return next(each for each in shelf().scenes if each.order == order)


def test_seven_come_with_the_program_each_of_three_sentences_to_be_translated() -> None:
    scenes = shelf().scenes
    assert [each.order for each in scenes] == [*range(1, 8)]
    assert len(list(bundled_folder().iterdir())) == 7
    for each in scenes:
        assert len(each.sentences) == 3
        assert all(isinstance(text, SourceText) and text.context == "scenes" for text in each.texts)


def bars(order: int, place: int = 0) -> Array:
    """ᾱ of a schedule that a scene shows, as the product that defines it."""
    spec = scene(order).setting.schedules[place].spec
    assert isinstance(spec, Schedule)
    return np.asarray(np.cumprod(1 - spec.betas), np.float64)


def test_beta_takes_one_percent_at_most_and_all_of_them_take_everything() -> None:
    (schedule,) = scene(1).setting.schedules
    assert isinstance(schedule.spec, Schedule)
    betas = schedule.spec.betas
    assert (round(betas[0], 7), round(betas[-1], 7)) == (0.0001, 0.02)
    assert 0.0100 < 1 - np.sqrt(1 - betas.max()) < 0.0102
    assert np.sqrt(bars(1)[899]) < 0.02


def test_picture_and_noise_weigh_the_same_where_the_jump_leads() -> None:
    assert round(float(np.sqrt(bars(2)[258])), 2) == round(float(np.sqrt(1 - bars(2)[258])), 2) == 0.71
    assert "t = 259" in scene(2).reward


def test_a_fifth_leaks_until_beta_is_raised() -> None:
    assert round(float(bars(3)[-1]), 3) == 0.048
    assert round(float(np.sqrt(bars(3)[-1])), 2) == 0.22
    raised = np.cumprod(1 - np.linspace(1e-4, 0.06, 300))
    assert round(float(np.sqrt(raised[-1])), 2) == 0.01
    assert 0.06 < 0.02 * 1000 / 300 < 0.07


def test_cosine_keeps_half_of_the_power_half_way() -> None:
    assert (round(float(bars(4)[499]), 2), round(float(bars(4, 1)[499]), 2)) == (0.08, 0.49)


def test_what_is_left_of_stable_diffusions_schedule_is_gone_with_zero_terminal_snr() -> None:
    assert round(float(np.sqrt(bars(5)[-1])), 2) == 0.07
    mended = Schedule.parse("scaled_linear:T=1000,zero_snr=1").coefficients
    assert mended.alphas_cumprod[-1] == mended.snr[-1] == 0
    assert mended.alphas_cumprod[0] == pytest.approx(bars(5)[0], rel=1e-12)


def test_a_flow_has_the_noise_levels_of_its_tau() -> None:
    schedule = scene(6).setting.schedules[0].spec
    assert isinstance(schedule, Schedule)
    tau = np.arange(1, 1000) / 1000
    assert schedule.coefficients.log_snr[:-1] == pytest.approx(2 * np.log((1 - tau) / tau), abs=1e-9)
