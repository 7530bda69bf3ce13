"""`ddpm-studio optimize`, from its arguments to the text, with a network small enough for tests."""

from __future__ import annotations

import json
import signal
from typing import Any

import numpy as np
import pytest

from ddpm_studio import signals
from ddpm_studio.checkpoints import open_checkpoint
from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.steps.edited_steps import listed
from ddpm_studio.lab.optimizing.optimization import levels_of
from ddpm_studio.lab.optimizing.steps_search import StepsSearch
from ddpm_studio.sampling import run
from ddpm_studio.sampling.picture_noise import PictureNoise
from tests.checkpoints.tiny import save_pipeline

Captured = pytest.CaptureFixture[bytes]
SHORT = ("--steps=2", "--pictures=2", "--held-out=6")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_pipeline(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(scope="module")
def said(tiny: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The document of one search."""
    path = tmp_path_factory.mktemp("said") / "best.json"
    assert main(["optimize", "--checkpoint", tiny, *SHORT, "--seed=3", "--json", "-o", str(path)]) == 0
    return json.loads(path.read_text())


def distances(checkpoint: str, sigmas: list[float], numbers: range) -> list[float]:
    """The RMS distances of pictures along these σ from those of the reference, drawn one by one."""
    denoiser = open_checkpoint(checkpoint)
    fine = solver_table("unipc", Steps.from_spacing(denoiser.schedule, 100), order=3)
    table = solver_table("dpm-solver++", Steps.from_spacing(denoiser.schedule, sigmas=sigmas))
    found = []
    for number in numbers:
        ends = []
        for each in (table, fine):
            noise = PictureNoise(3, [number])
            *_, last = run(each, denoiser, denoiser.starting_noise(1, noise), generator=noise)
            ends.append(last.x.double().numpy())
        found.append(float(np.sqrt(np.mean((ends[0] - ends[1]) ** 2))))
    return found


def test_the_numbers_are_those_of_the_pictures_that_had_no_part_in_it(tiny: str, said: Any) -> None:
    own = distances(tiny, said["sigmas"], range(2, 8))
    found, standard = said["held_out"][0], said["held_out"][1]
    assert found["median"] == pytest.approx(np.median(own), rel=1e-4)
    assert (found["low"], found["high"], found["count"]) == (
        pytest.approx(min(own), rel=0.2),
        pytest.approx(max(own), rel=0.2),
        6,
    )
    assert found["steps"] in ("found", standard["steps"])
    assert said["beside"] == standard["steps"]
    assert (said["calls"], said["pictures"], said["seed"], said["interrupted"]) == (2, 2, 3, False)
    assert said["steps"] == "sigmas:" + ",".join(f"{each:.15g}" for each in said["sigmas"])
    assert said["better"] == (said["ratio"]["high"] < 1 and found["median"] < standard["median"])


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # diffusers', of a tensor.
def test_the_text_begins_with_the_steps_and_ends_with_what_others_take(tiny: str, capsysbinary: Captured) -> None:
    assert main(["optimize", "--checkpoint", tiny, *SHORT]) == 0
    out, err = capsysbinary.readouterr()
    first, empty, rest = out.decode().split("\n", 2)
    assert (empty, err.count(b"\n")) == ("", 1)
    assert b"a search by 2 pictures finds what is good for these alone" in err
    assert main(["steps", "--schedule=linear:T=1000", f"--spacing={first}", "--format=comfyui"]) == 0
    assert f"ManualSigmas:\n{capsysbinary.readouterr().out.decode()}\n" in rest
    assert "the best standard spacing: picture by picture" in rest
    code = rest.split("these sigmas or timesteps:\n")[1].split("\ntimesteps:\n")[0]
    scope: dict[str, Any] = {}
    exec(code, scope)
    assert scope["scheduler"].sigmas.tolist() == pytest.approx([float(each) for each in first[7:].split(",")])


def test_it_is_the_same_again(tiny: str, said: Any, capsysbinary: Captured) -> None:
    assert main(["optimize", "--checkpoint", tiny, *SHORT, "--seed=3", "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out) | {"seconds": 0} == said | {"seconds": 0}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--steps=1"], "steps is 1, but the best are searched for among 2 to 32."),
        (["--steps=33"], "steps is 33, but the best are searched for among 2 to 32."),
        (["--steps=4", "--solver=ddpm"], "ddpm adds noise on the way"),
        (["--steps=4", "--solver=ddim", "--eta=0.5"], "choose a solver that adds none, as dpm-solver++, or eta=0"),
        (["--steps=4", "--solver=dpm"], "There is no solver “dpm”"),
        (["--steps=4", "--order=9"], "order"),
        (["--steps=4", "--held-out=0"], "“0” is not a whole number from 1 to 4096"),
        (["--steps=4", "-o", "none/best.txt"], "none/best.txt cannot be written: its folder does not exist"),
        ([], "the following arguments are required: --steps"),
    ],
)
def test_what_cannot_be_searched_for_is_one_sentence(
    tiny: str, arguments: list[str], said: str, capsysbinary: Captured
) -> None:
    assert main(["optimize", "--checkpoint", tiny, *arguments]) == 2
    out, err = capsysbinary.readouterr()
    assert (out, err.count(b"\n")) == (b"", 1)
    assert said in err.decode()


def test_a_signal_proves_the_best_so_far(tiny: str, monkeypatch: pytest.MonkeyPatch, capsysbinary: Captured) -> None:
    monkeypatch.setattr(signals, "_latest", float("-inf"))
    whole = StepsSearch._measured

    def measured(search: StepsSearch, *arguments: Any) -> float:
        if search.runs == 5:
            signals.take(signal.SIGINT)
        return whole(search, *arguments)

    monkeypatch.setattr(StepsSearch, "_measured", measured)
    assert main(["optimize", "--checkpoint", tiny, *SHORT, "--json"]) == 130
    said = json.loads(capsysbinary.readouterr().out)
    assert (said["runs"], said["interrupted"], said["held_out"][0]["count"]) == (5, True, 6)


def test_pure_noise_is_written_as_a_list_too() -> None:
    dark = Schedule.parse("linear:T=100,zero_snr=1")
    assert str(listed(levels_of(dark, np.array([np.inf, 1, 0])))) == "taus:1,0.5,0"
