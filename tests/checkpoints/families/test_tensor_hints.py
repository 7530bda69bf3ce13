"""What the tensors of an own network tell: the schedule by its buffers, its channels and classes, asked at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ddpm_studio.checkpoints import (
    Answers,
    Origin,
    UnansweredError,
    UnsupportedError,
    card_of,
    keep_answers,
    read_checkpoint,
)
from ddpm_studio.checkpoints.families.shared.tensor_hints import hints_of, tables_among
from ddpm_studio.cli import main
from ddpm_studio.diffusion import Schedule
from tests.checkpoints.families.small import quiet
from tests.checkpoints.families.test_torchscript import trusted

pytestmark = pytest.mark.usefixtures("forked")

T = 50
BETAS = np.linspace(0.001, 0.19, T) ** 1.1


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


class Student(nn.Module):
    """A network that keeps tables beside its weights, as those of courses do."""

    def __init__(self, **tables: np.ndarray) -> None:
        super().__init__()
        self.time = nn.Linear(1, 4)
        self.into, self.out = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 1, 3, padding=1)
        for name, values in tables.items():
            self.register_buffer(name, torch.from_numpy(values.copy()).float())

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        return self.out(self.into(x) + self.time(t.float()[:, None])[:, :, None, None])


class Labelled(Student):
    def __init__(self, **tables: np.ndarray) -> None:
        super().__init__(**tables)
        self.label_emb = nn.Embedding(11, 4)

    def forward(self, x: Tensor, t: Tensor, y: Tensor) -> Tensor:  # type: ignore[override]
        told = self.time(t.float()[:, None]) + self.label_emb(y)
        return self.out(self.into(x) + told[:, :, None, None])


BAR = np.cumprod(1 - BETAS)
TABLES: dict[str, dict[str, np.ndarray]] = {
    "betas": {"betas": BETAS},
    "alphas_cumprod": {"alphas_cumprod": BAR},
    "alpha_bar": {"alpha_bar": BAR},
    "its roots": {"sqrt_alphas_cumprod": BAR**0.5, "sqrt_one_minus_alphas_cumprod": (1 - BAR) ** 0.5},
    "none": {},
    "all": {"beta": BETAS, "alpha_bars": BAR, "sqrt_alpha_bar": BAR**0.5},
}


def scripted(network: nn.Module, folder: Path) -> tuple[Path, Answers]:
    with quiet():
        torch.jit.script(network).save(str(folder / "own.pt"))
    return trusted(folder / "own.pt"), Answers()


def weights(network: Student, folder: Path) -> tuple[Path, Answers]:
    torch.save({"model": network.state_dict(), "epoch": 3}, folder / "own.pt")
    place = next(i for i, tables in enumerate(TABLES.values()) if tables.keys() == dict(network.named_buffers()).keys())
    return folder / "own.pt", Answers(network=f"tests.checkpoints.families.test_tensor_hints:FACTORIES.n{place}")


def exported(network: nn.Module, folder: Path) -> tuple[Path, Answers]:
    batch = torch.export.Dim("batch", min=2, max=64)
    shapes = ({0: batch, 2: torch.export.Dim("h"), 3: torch.export.Dim("w")}, {0: batch})
    program = torch.export.export(network, (torch.zeros(2, 1, 8, 8), torch.ones(2)), dynamic_shapes=shapes)
    torch.export.save(program, folder / "own.pt2")
    return folder / "own.pt2", Answers()


FACTORIES = SimpleNamespace(**{f"n{i}": partial(Student, **tables) for i, tables in enumerate(TABLES.values())})
"""What builds a network with each of the tables, for `--network`."""

Made = Callable[[Student, Path], tuple[Path, Answers]]


@pytest.mark.parametrize("name", [name for name in TABLES if name != "none"])
@pytest.mark.parametrize("made", [scripted, weights, exported])
def test_the_tables_in_it_are_the_schedule(tmp_path: Path, made: Made, name: str) -> None:
    path, said = made(Student(**TABLES[name]), tmp_path)
    checkpoint = read_checkpoint(path, Answers((1, 8, 8), None, "epsilon").over(said))
    schedule = checkpoint.denoiser.schedule
    np.testing.assert_allclose(schedule.coefficients.alphas_cumprod, BAR, rtol=2e-5)
    row = next(row for row in card_of(checkpoint) if row.key == "schedule")
    assert (row.origin, row.changeable) == (Origin.FILE, True)
    other = Schedule("cosine", 20)
    again = read_checkpoint(path, Answers((1, 8, 8), other, "epsilon").over(said))
    assert again.denoiser.schedule == other
    assert next(row for row in card_of(again) if row.key == "schedule").origin is Origin.GIVEN


def test_a_usual_schedule_has_its_name(tmp_path: Path) -> None:
    betas = Schedule("linear", 1000).betas
    path, said = scripted(Student(betas=betas), tmp_path)
    denoiser = read_checkpoint(path, Answers((1, 8, 8), None, "epsilon").over(said)).denoiser
    assert str(denoiser.schedule) == "linear:T=1000"


def test_tables_that_contradict_each_other_are_said(tmp_path: Path) -> None:
    path, said = scripted(Student(betas=BETAS * 0.5, sqrt_alphas_cumprod=BAR**0.5), tmp_path)
    checkpoint = read_checkpoint(path, Answers((1, 8, 8), None, "epsilon").over(said))
    np.testing.assert_allclose(checkpoint.denoiser.schedule.coefficients.alphas_cumprod, BAR, rtol=2e-5)
    assert any("betas in the file contradicts it" in str(note) for note in checkpoint.assumed)


@pytest.mark.parametrize(
    "tables", [{"betas": BETAS - 1}, {"alphas_cumprod": BAR[::-1].copy()}, {"alpha": BAR}, {"betas": BETAS[:1]}]
)
def test_tables_that_are_no_schedule_are_left_aside(tmp_path: Path, tables: dict[str, np.ndarray]) -> None:
    path, said = scripted(Student(**tables), tmp_path)
    with pytest.raises(UnansweredError, match="its schedule; give --schedule"):
        read_checkpoint(path, Answers((1, 8, 8), None, "epsilon").over(said))


CLEAN = np.concatenate([[1.0], BAR])
WITH_CLEAN: dict[str, dict[str, np.ndarray]] = {
    "β": {"betas": np.concatenate([[0.0], BETAS])},
    "ᾱ": {"alpha_bar": CLEAN},
    "roots": {"sqrt_alphas_cumprod": CLEAN**0.5, "sqrt_one_minus_alphas_cumprod": (1 - CLEAN) ** 0.5},
    "both": {"betas": np.concatenate([[0.0], BETAS]), "alphas_cumprod": CLEAN},
    "ᾱ alone": {"alphas_cumprod": CLEAN, "betas": BETAS},
    "posteriors": {"alphas_cumprod": CLEAN, "alphas_cumprod_prev": np.concatenate([[1.0, 1.0], BAR[:-1]])},
}


@pytest.mark.parametrize("name", WITH_CLEAN)
def test_a_clean_picture_at_first_is_no_step(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, _ = scripted(Student(**WITH_CLEAN[name]), tmp_path)
    rest = ["--shape", "1x8x8", "--prediction-type", "epsilon"]
    assert main(["inspect", str(path), *rest]) == 2
    assert capsys.readouterr().err.strip().endswith("which does not say its told time; give --time t+1.")
    assert main(["inspect", str(path), *rest, "--time", "t+1"]) == 0
    assert "without its first entry, which is the clean picture's" in capsys.readouterr().out.replace("\n", " ")
    checkpoint = read_checkpoint(path, Answers((1, 8, 8), None, "epsilon", time="t+1"))
    np.testing.assert_allclose(checkpoint.denoiser.schedule.coefficients.alphas_cumprod, BAR, rtol=1e-4)
    assert not any("contradict" in str(note) for note in checkpoint.assumed)
    told = Answers((1, 8, 8), None, "epsilon:time=t+1")
    assert read_checkpoint(path, told).denoiser.schedule.T == T
    assert read_checkpoint(path, Answers((1, 8, 8), Schedule("cosine", 9), "epsilon")).denoiser.schedule.T == 9


def test_a_first_step_that_few_digits_hide_is_one() -> None:
    tables = {"alphas_cumprod": torch.from_numpy(np.cumprod(1 - np.linspace(1e-4, 0.2, T))).half()}
    assert tables["alphas_cumprod"][0] == 1
    noising = hints_of(tables, tables.__getitem__).noising
    assert noising is None or noising.schedule.T == T
    small = np.concatenate([[1e-9], BETAS])
    stored = {
        "betas": torch.from_numpy(small).float(),
        "alphas_cumprod": torch.from_numpy(np.cumprod(1 - small)).float(),
    }
    assert stored["alphas_cumprod"][0] == 1
    noising = hints_of(stored, stored.__getitem__).noising
    assert noising is not None
    assert noising.schedule.T == T + 1


def test_tables_have_the_names_of_the_file() -> None:
    tables = {"net.beta": BETAS * 0.5, "net.alpha_bar": BAR, "net.alphas_cumprod_prev": BAR, "other.ac": BAR**2}
    tensors = {name: torch.from_numpy(values).float() for name, values in tables.items()}
    noising = hints_of(tensors, tensors.__getitem__).noising
    assert noising is not None
    assert noising.table == "net.alpha_bar"
    assert set(noising.others) == {"net.beta", "net.alphas_cumprod_prev", "other.ac"}


@pytest.mark.parametrize("v", [0.0, 0.01, 0.5, 1.0])
def test_a_mixed_variance_is_no_contradiction(v: float, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The posterior of latent-diffusion's `DDPM.register_schedule`."""
    before = np.append(1.0, BAR[:-1])
    variance = (1 - v) * BETAS * (1 - before) / (1 - BAR) + v * BETAS
    path, _ = scripted(Student(betas=BETAS, alphas_cumprod=BAR, posterior_variance=variance), tmp_path)
    assert main(["inspect", str(path), "--shape", "1x8x8", "--prediction-type", "epsilon"]) == 0
    card = capsys.readouterr().out
    assert "contradict" not in card
    assert (f"v_posterior = {v:g} by which posterior_variance" in card) == (v > 0)


def test_a_variance_of_other_betas_is_one() -> None:
    before = np.append(1.0, BAR[:-1])
    for factor in (0.5, 1.5, 3.0):
        tables = {"betas": BETAS, "posterior_variance": factor * BETAS * (1 - before) / (1 - BAR)}
        tensors = {name: torch.from_numpy(values).float() for name, values in tables.items()}
        noising = hints_of(tensors, tensors.__getitem__).noising
        assert noising is not None
        assert (noising.others, dict(noising.mixed)) == (("posterior_variance",), {})


@pytest.mark.parametrize("made", [scripted, weights])
def test_all_is_asked_for_at_once_with_its_channels(
    tmp_path: Path, made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    path, said = made(Student(), tmp_path)
    named = ["--network", said.network] if said.network else []
    assert main(["inspect", str(path), *named]) == 2
    sentence = capsys.readouterr().err.strip()
    asked = "--shape 1x32x32 --schedule linear:T=1000 --prediction-type epsilon"
    assert sentence.endswith(f"its shape, schedule and prediction type; give {asked}, with its own values.")
    said = Answers((6, 8), Schedule("linear", 10), "epsilon").over(said)
    assert read_checkpoint(path, said).denoiser.shape == (1, 6, 8)


def test_scale_and_shift_of_a_normalisation_are_no_tables() -> None:
    betas = torch.linspace(1e-4, 0.03, 500)
    normalisation = {"net.norm.gamma": torch.linspace(0.9, 0.1, 64), "net.norm.beta": torch.linspace(0.001, 0.01, 64)}
    assert hints_of(normalisation, normalisation.__getitem__).noising is None
    beside = {**normalisation, "betas": betas}
    assert tables_among(beside) == {"betas"}
    noising = hints_of(beside, beside.__getitem__).noising
    assert noising is not None
    assert (noising.schedule.T, noising.table, noising.others) == (500, "betas", ())
    student = {"beta": betas, "alpha_bar": torch.cumprod(1 - betas, 0)}
    assert hints_of(student, student.__getitem__).noising is not None


def proposed(**shapes: tuple[int, ...]) -> Answers:
    tensors = {name.replace("_of_", "."): torch.ones(shape) for name, shape in sorted(shapes.items())}
    return hints_of(tensors, tensors.__getitem__).proposed


def test_channels_are_those_that_come_out_too_where_names_are_sorted() -> None:
    first, inner, last = (16, 3, 3, 3), (16, 16, 3, 3), (3, 16, 3, 3)
    assert proposed(z_of_weight=first, a_of_weight=inner, c_of_weight=last).shape == (3, 32, 32)
    assert proposed(z_of_weight=first, a_of_weight=inner, c_of_weight=(6, 16, 3, 3)).shape == (3, 32, 32)
    assert proposed(a_of_weight=first, c_of_weight=(16, 3, 2, 2)).shape == (3, 32, 32), "a transposed convolution"
    assert proposed(a_of_weight=(64, 32, 3, 3), c_of_weight=(32, 64, 3, 3)).shape is None


def test_classes_are_columns_of_what_multiplies_labels() -> None:
    assert proposed(label_emb_of_weight=(16, 10)).classes == 16
    assert proposed(label_emb_of_weight=(16, 10), label_emb_of_bias=(16,)).classes == 10


def test_classes_are_asked_for_with_the_rest(tmp_path: Path) -> None:
    path, _ = scripted(Labelled(betas=BETAS), tmp_path)
    with pytest.raises(UnansweredError) as error:
        read_checkpoint(path)
    assert error.value.missing == ("shape", "prediction_type", "classes")
    assert str(error.value).endswith(
        "give --shape 1x32x32 --prediction-type epsilon --classes 11, with its own values."
    )
    keep_answers(read_checkpoint(path, Answers((8, 8), None, "epsilon", classes=10, null_label=10)))
    denoiser = read_checkpoint(path).denoiser
    assert (denoiser.shape, denoiser.classes, denoiser.schedule.T) == ((1, 8, 8), 10, T)


def test_no_option_is_cut_however_many_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save(Labelled().state_dict(), tmp_path / "own.pt")
    assert main(["inspect", str(tmp_path / "own.pt")]) == 2
    asked = "--network package.module:factory --shape 1x32x32 --schedule linear:T=1000 --prediction-type epsilon"
    assert capsys.readouterr().err.strip().endswith(f"give {asked} --classes 11, with its own values.")


def test_none_may_be_all_the_classes_there_are(tmp_path: Path) -> None:
    class Idle(Student):
        def __init__(self) -> None:
            super().__init__()
            self.class_emb = nn.Embedding(3, 4)

    path, _ = scripted(Idle(), tmp_path)
    said = Answers((1, 8, 8), Schedule("linear", 10), "epsilon")
    with pytest.raises(UnansweredError, match=r"its classes; give --classes 3\."):
        read_checkpoint(path, said)
    assert read_checkpoint(path, Answers(classes=0).over(said)).denoiser.classes == 0


@pytest.mark.parametrize("saved", ["state dict", "program"])
def test_the_schedule_alone_is_that_of_the_tables(saved: str, tmp_path: Path) -> None:
    network, path = Student(betas=BETAS).eval(), tmp_path / "own.pt"
    if saved == "program":
        with quiet():
            torch.jit.script(network).save(str(path))
        trusted(path)
    else:
        torch.save(network.state_dict(), path)
    np.testing.assert_allclose(Schedule.parse(f"custom:path={path}").betas, BETAS, rtol=1e-6)


def of_min_diffusion(beta1: float, beta2: float, T: int) -> dict[str, Tensor]:
    """ddpm_schedules of cloneofsimo/minDiffusion, as it is there."""
    beta_t = (beta2 - beta1) * torch.arange(0, T + 1, dtype=torch.float32) / T + beta1
    alpha_t = 1 - beta_t
    alphabar_t = torch.cumsum(torch.log(alpha_t), dim=0).exp()
    return {
        "alpha_t": alpha_t,
        "oneover_sqrta": 1 / torch.sqrt(alpha_t),
        "sqrt_beta_t": torch.sqrt(beta_t),
        "alphabar_t": alphabar_t,
        "sqrtab": torch.sqrt(alphabar_t),
        "sqrtmab": torch.sqrt(1 - alphabar_t),
        "mab_over_sqrtmab": (1 - alpha_t) / torch.sqrt(1 - alphabar_t),
    }


@pytest.mark.parametrize("prefix", ["", "ema.", "diffusion."])
def test_min_diffusion_draws_all_entries_but_the_first(tmp_path: Path, prefix: str) -> None:
    """It adds noise by entry t of T + 1, with t from 1 to T, and tells its network t/T."""
    tables = of_min_diffusion(1e-4, 0.02, 400)
    weights = {f"{prefix}nn_model.{name}": tensor for name, tensor in Student().state_dict().items()}
    torch.save({**weights, **{prefix + name: table for name, table in tables.items()}}, tmp_path / "m.pt")
    answers = Answers((1, 8, 8), None, "epsilon", network="tests.checkpoints.families.test_tensor_hints:Student")
    checkpoint = read_checkpoint(tmp_path / "m.pt", answers)
    schedule = checkpoint.denoiser.schedule
    assert schedule.T == 400
    np.testing.assert_allclose(schedule.coefficients.sqrt_alphas_cumprod, tables["sqrtab"][1:], rtol=2e-5)
    np.testing.assert_allclose(schedule.betas[1:], 1e-4 + (0.02 - 1e-4) * np.arange(2, 401) / 400, rtol=1e-6)
    assert checkpoint.denoiser.prediction_type == "epsilon:time_scale=0.0025,time_offset=0.0025"
    notes = [str(note) for note in checkpoint.assumed]
    assert (
        f"the schedule of {prefix}sqrtab from its second entry on, since training draws no step with the first" in notes
    )
    assert "told t/T, where t counts from 1, as in minDiffusion" in notes
    said = read_checkpoint(tmp_path / "m.pt", replace(answers, time="t+1"))
    assert said.denoiser.prediction_type == "epsilon:time=t+1"


def test_tables_of_min_diffusion_alone_are_its_schedule(tmp_path: Path) -> None:
    torch.save(of_min_diffusion(1e-4, 0.02, 400), tmp_path / "m.pt")
    with pytest.raises(UnsupportedError) as error:
        read_checkpoint(tmp_path / "m.pt")
    assert error.value.schedule is not None
    np.testing.assert_allclose(
        error.value.schedule.coefficients.alphas_cumprod, of_min_diffusion(1e-4, 0.02, 400)["alphabar_t"][1:], rtol=2e-5
    )
