"""Recipes in the shell: what is written is told by inspect and replayed, bit for bit, and names no place."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ddpm_studio.cli import main
from ddpm_studio.commands import sample
from ddpm_studio.commands.shared.arguments import Parser
from ddpm_studio.commands.shared.solver_options import solver_options_from
from ddpm_studio.diffusion import Schedule, Steps, solver_table
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.figures.figure import Naming
from ddpm_studio.figures.page_settings import PageSettings
from ddpm_studio.files.recipes.carriers import png_with, recipe_in
from ddpm_studio.files.recipes.recipe import Recipe, RecipeCheckpoint, RecipeRun, RecipeSchedule
from ddpm_studio.files.recipes.recipe_json import recipe_text
from ddpm_studio.files.resources import resource
from ddpm_studio.run_settings import SamplerSettings
from tests.checkpoints.tiny import save_pipeline
from tests.patience import PATIENCE_S
from tests.report.parsed_page import ParsedPage

Captured = pytest.CaptureFixture[str]
RUNS = ("--solver=ddim --eta=1", "--spacing=karras:rho=5", "--along=cosine:T=200 --clip=inf", "--sigmas=14,5,1,0")
BUNDLED = RecipeCheckpoint("pixel-portraits", "4cf07bfeb98b5eee4b2da173f0240824995a2198")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(save_pipeline(tmp_path_factory.mktemp("tiny")))


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture of 30 × 20 pixels."""
    Image.effect_noise((30, 20), 60).convert("RGB").save(tmp_path / "cat.png")
    return tmp_path / "cat.png"


def carrying(path: Path, recipe: Recipe) -> Path:
    """A PNG with a recipe in it."""
    Image.new("RGB", (4, 4)).save(path)
    path.write_bytes(png_with(path.read_bytes(), recipe_text(recipe)))
    return path


def of_run(**changes: object) -> Recipe:
    return Recipe("samples", run=RecipeRun(**{"checkpoint": BUNDLED, "sampler": SamplerSettings(), **changes}))  # type: ignore[arg-type]


def options_of(path: Path, *typed: str) -> Namespace:
    parser = Parser("ddpm-studio sample", "")
    sample.configure(parser)
    options: Namespace = parser.parse_args(["--recipe", str(path), *typed])
    return options


def refused(capture: Captured, *arguments: str) -> str:
    assert main([*arguments]) == 2
    return capture.readouterr().err


@pytest.mark.parametrize("how", RUNS)
@pytest.mark.parametrize("suffix", [".png", ".gif", ".webp", ".npz"])
def test_a_run_is_drawn_again_bit_for_bit(tiny: str, tmp_path: Path, how: str, suffix: str) -> None:
    first, again = tmp_path / f"first{suffix}", tmp_path / f"again{suffix}"
    options = ["--checkpoint", tiny, *how.split(), "--batch=2", "--seed=9"]
    if "sigmas" not in how:
        options.append("--steps=3")
    assert main(["sample", *options, "-o", str(first)]) == 0
    assert main(["sample", "--checkpoint", tiny, "--recipe", str(first), "-o", str(again)]) == 0
    if suffix == ".npz":
        before, after = np.load(first), np.load(again)
        assert before.files == after.files
        assert all(np.array_equal(before[name], after[name]) for name in before.files)
    else:
        assert first.read_bytes() == again.read_bytes()
    for place in (str(tmp_path), str(Path(tiny).parent), str(Path.home())):
        assert place.encode() not in first.read_bytes()


def test_a_run_that_began_from_a_picture_is_drawn_again_from_it(
    tiny: str, picture: Path, tmp_path: Path, capsys: Captured
) -> None:
    first, again = tmp_path / "first.npz", tmp_path / "again.npz"
    begun = ["sample", "--checkpoint", tiny, "--batch=2", "--steps=4", f"--from-picture={picture}"]
    assert main([*begun, "--spacing=trailing | start=0.5", "-o", str(first)]) == 0
    assert "note:" not in capsys.readouterr().err
    recipe = recipe_in(first)
    assert recipe is not None
    assert recipe.picture == "cat.png"
    assert str(tmp_path).encode() not in first.read_bytes()
    replayed = ["sample", "--recipe", str(first), "--checkpoint", tiny]
    assert "run began from the picture cat.png; name it by --from-picture." in refused(capsys, *replayed)
    assert main([*replayed, "--from-picture", str(picture), "-o", str(again)]) == 0
    with np.load(first) as one, np.load(again) as other:
        assert np.array_equal(one["x"], other["x"])
        assert len(one["steps"]) == 2
    other_picture = carrying(tmp_path / "white.png", Recipe("figure"))
    assert main([*replayed, "--from-picture", str(other_picture), "-o", str(again)]) == 0
    with np.load(first) as one, np.load(again) as other:
        assert not np.array_equal(one["x"], other["x"])
    assert main([*begun, "-o", str(again)]) == 0
    assert "note: The picture that the run begins from has next to no effect. " in capsys.readouterr().err
    assert "nowhere.png" in refused(capsys, *begun[:-1], "--from-picture=nowhere.png", "-o", str(again))


def test_the_bundled_checkpoint_is_known_by_its_content_in_another_process(tmp_path: Path) -> None:
    def run(*arguments: str) -> None:
        command = [sys.executable, "-m", "ddpm_studio", *arguments]
        subprocess.run(command, check=True, timeout=PATIENCE_S, cwd=tmp_path)

    run("sample", "--solver=unipc", "--steps=3", "--batch=1", "--seed=4", "-o", "first.png")
    run("sample", "--recipe=first.png", "-o", "again.png")
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "again.png").read_bytes()


@pytest.mark.parametrize("solver", SOLVERS)
def test_every_option_of_every_solver_comes_back(solver: str, tmp_path: Path) -> None:
    schedule = Schedule("linear", 1000)
    for option in SOLVERS[solver].options or (None,):
        for value in (option.choices or (option.default,)) if option else (None,):
            asked = {option.key: value} if option else {}
            table = solver_table(solver, Steps.from_spacing(schedule, 5), **asked)
            settings = SamplerSettings(solver, tuple(table.options.items()), 5)
            options = options_of(carrying(tmp_path / "a.png", of_run(sampler=settings)))
            assert options.solver == solver
            again = solver_table(solver, Steps.from_spacing(schedule, options.steps), **solver_options_from(options))
            assert dict(again.options) == dict(table.options)


def test_what_is_typed_holds(tmp_path: Path) -> None:
    path = carrying(tmp_path / "a.png", of_run(settings={"seed": 5, "clip": 0.5}))
    options = options_of(path, "--seed=0", "--sigmas", "9,1,0")
    assert (options.seed, options.clip, options.sigmas, options.spacing) == (0, 0.5, "9,1,0", None)


def test_a_noised_picture_is_made_again(picture: Path, tmp_path: Path) -> None:
    first, again, other = tmp_path / "1.png", tmp_path / "2.png", tmp_path / "3.png"
    assert main(["noise", str(picture), "--schedule=sigmoid:T=500", "--t=70", "--seed=3", "-o", str(first)]) == 0
    assert main(["noise", str(picture), f"--recipe={first}", "-o", str(again)]) == 0
    assert main(["noise", str(picture), f"--recipe={first}", "--t=71", "-o", str(other)]) == 0
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()
    assert str(tmp_path).encode() not in first.read_bytes()
    assert getattr(recipe_in(first), "picture", "") == "cat.png"


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_no_recipe_is_written_where_none_is_wanted(picture: Path, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"out.{suffix}"
    assert main(["noise", str(picture), "--schedule=linear", "--t=7", "--no-recipe", "-o", str(path)]) == 0
    assert recipe_in(path) is None


def test_inspect_tells_it(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "figure.svg"
    assert main(["figure", "--schedule", "cosine:T=50  # <ours> & more", "-o", str(path)]) == 0
    assert main(["inspect", str(path)]) == 0
    assert "cosine:T=50  # <ours> & more" in capsys.readouterr().out
    assert main(["inspect", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["made"] == "figure"


def test_a_file_without_one_is_told(picture: Path, capsys: Captured) -> None:
    assert "picture" in refused(capsys, "inspect", str(picture))
    assert "no recipe" in refused(capsys, "sample", f"--recipe={picture}")


def test_a_recipe_of_something_else_is_told(tmp_path: Path, capsys: Captured) -> None:
    path = str(carrying(tmp_path / "a.png", Recipe("figure", (RecipeSchedule("linear:T=50"),))))
    assert "run" in refused(capsys, "sample", f"--recipe={path}")
    assert "noised" in refused(capsys, "noise", path, f"--recipe={path}")


def test_a_checkpoint_that_is_not_known_is_named(tmp_path: Path, capsys: Captured) -> None:
    elsewhere = RecipeCheckpoint("/home/ada/their.pt", "0" * 40, "0" * 64)
    path = carrying(tmp_path / "a.png", of_run(checkpoint=elsewhere))
    assert "their.pt" in refused(capsys, "sample", f"--recipe={path}")


def test_a_checkpoint_that_was_moved_is_known(tiny: str, tmp_path: Path) -> None:
    first, moved = tmp_path / "first.png", tmp_path / "moved"
    shutil.copytree(tiny, moved)
    arguments = ["--prediction-type=epsilon", "--steps=2", "--batch=1"]
    assert main(["sample", "--checkpoint", str(moved), *arguments, "-o", str(first)]) == 0
    assert main(["sample", f"--recipe={first}", "-o", str(tmp_path / "again.png")]) == 0
    assert first.read_bytes() == (tmp_path / "again.png").read_bytes()


def test_the_bundled_checkpoint_s_key_is_the_one_above(tmp_path: Path) -> None:
    assert resource("checkpoints").is_dir()
    assert options_of(carrying(tmp_path / "a.png", of_run())).checkpoint == "pixel-portraits"


def test_a_report_says_what_made_it_and_no_path(picture: Path, tmp_path: Path) -> None:
    listed, betas, page = tmp_path / "list.txt", tmp_path / "own.csv", tmp_path / "report.html"
    listed.write_text("sigma\n0.6\n0.4\n0\n")
    betas.write_text("betas\n0.1\n0.2\n0.3\n")
    schedules = ['--schedule=linear:T=50  # </title>"<b>', f"--schedule=custom:path={betas}", "--curves=betas,snr"]
    steps = [f"--spacing=file:{listed}", "--spacing=trailing", "--steps=3"]
    more = [f"--picture={picture}", "--seed=4", "--title=A & B", "-o", str(page)]
    assert main(["report", *schedules, *steps[:1], *more]) == 0
    recipe = recipe_in(page)
    assert recipe is not None
    assert [each.name for each in recipe.schedules] == ['</title>"<b>', "own.csv"]
    assert recipe.schedules[1].betas == (0.1, 0.2, 0.3)
    assert recipe.schedules[0].steps == ("sigmas:0.6,0.4,0",)
    assert (recipe.title, recipe.picture, recipe.seed, recipe.curves) == ("A & B", "cat.png", 4, ("betas", "snr"))
    assert str(tmp_path) not in page.read_text("utf-8")
    ParsedPage(page.read_text("utf-8"))
    assert main(["report", *schedules, *steps[1:], *more]) == 0
    recipe = recipe_in(page)
    assert recipe is not None
    assert recipe.schedules[0].steps == ("trailing:steps=3",)
    assert main(["report", *schedules, *more, "--no-recipe"]) == 0
    assert recipe_in(page) is None


def test_a_figure_is_drawn_again_bit_for_bit(tmp_path: Path) -> None:
    betas, first, again = tmp_path / "own.csv", tmp_path / "1.svg", tmp_path / "2.svg"
    betas.write_text("betas\n0.1\n0.2\n0.3\n")
    schedules = ["--schedule=linear:T=10..20,n=2", "--schedule=cosine  # ours", f"--schedule=custom:path={betas}"]
    sizes = ["--width=3.3in", "--height=6cm", "--font=6.5", "--line=0.3", "--title=A & B", "--names=legend", "--grey"]
    assert main(["figure", *schedules, *sizes, "--curves=betas,snr", "--log=betas", "--axis=t", "-o", str(first)]) == 0
    betas.unlink()
    assert main(["figure", "--recipe", str(first), "-o", str(again)]) == 0
    assert first.read_bytes() == again.read_bytes()
    assert str(tmp_path).encode() not in first.read_bytes()
    assert main(["figure", "--recipe", str(first), "-o", str(tmp_path / "a.py")]) == 0


@pytest.mark.parametrize("how", ["difference", "ratio"])
def test_a_compared_figure_is_drawn_again_bit_for_bit(how: str, tmp_path: Path, capsys: Captured) -> None:
    betas, first, again, plain = (tmp_path / name for name in ("own.csv", "1.svg", "2.svg", "3.svg"))
    betas.write_text("betas\n0.1\n0.2\n0.3\n")
    schedules = [f"--schedule=custom:path={betas}  # ours", "--schedule=linear:T=10..20,n=2", "--curves=betas,snr"]
    assert main(["figure", *schedules, f"--compare={how}", "--equal=log_snr", "-o", str(first)]) == 0
    assert main(["inspect", str(first)]) == 0
    assert how in capsys.readouterr().out
    betas.unlink()
    assert main(["figure", f"--recipe={first}", "-o", str(again)]) == 0
    assert first.read_bytes() == again.read_bytes()
    assert "A: ours" in first.read_text("utf-8")
    assert main(["figure", f"--recipe={first}", "--compare=none", "-o", str(plain)]) == 0
    assert "A: ours" not in plain.read_text("utf-8")
    assert getattr(recipe_in(plain), "view", how) == "plain"


def test_a_report_s_curves_are_drawn_as_they_were(tmp_path: Path) -> None:
    page, first, again = (tmp_path / name for name in ("report.html", "1.svg", "2.svg"))
    drawn = ["--schedule=linear", "--schedule=cosine  # ours", "--curves=betas,snr", "--compare=ratio"]
    assert main(["report", *drawn, "-o", str(page)]) == 0
    assert "A: linear" in page.read_text("utf-8")
    assert main(["figure", *drawn, "--no-recipe", "-o", str(first)]) == 0
    assert main(["figure", f"--recipe={page}", "--no-recipe", "-o", str(again)]) == 0
    assert first.read_bytes() == again.read_bytes()


def test_a_recipe_that_is_too_long_is_said_to_be_left_out(tmp_path: Path, capsys: Captured) -> None:
    betas, first = tmp_path / "own.csv", tmp_path / "1.svg"
    betas.write_text("betas\n" + "".join(f"{0.001 + place / 7e8!r}\n" for place in range(60_000)))
    assert main(["figure", f"--schedule=custom:path={betas}", "-o", str(first)]) == 0
    assert capsys.readouterr().err.startswith("note: Its recipe is left out: it would be longer than 1 MiB")
    assert recipe_in(first) is None


def test_a_scale_that_there_is_not_is_told(capsys: Captured) -> None:
    assert "did you mean “log_snr”" in refused(capsys, "figure", "--schedule=linear", "--equal=logsnr")


def test_of_a_figure_what_is_typed_holds(tmp_path: Path) -> None:
    first, again = tmp_path / "1.svg", tmp_path / "2.svg"
    assert main(["figure", "--schedule=cosine", "--width=60", "--curves=betas", "--log=", "-o", str(first)]) == 0
    typed = ["--width=183", "--curves=snr,betas", "--schedule=jsd", "--names=none"]
    assert main(["figure", f"--recipe={first}", *typed, "-o", str(again)]) == 0
    recipe = recipe_in(again)
    assert recipe is not None
    assert [each.spec for each in recipe.schedules] == ["jsd:T=300"]
    assert (recipe.curves, recipe.log) == (("snr", "betas"), {"snr": True, "betas": False})
    assert recipe.page == PageSettings(183.0, naming=Naming.NONE, whole=True)


def test_a_figure_of_nothing_is_told(tmp_path: Path, capsys: Captured) -> None:
    assert "--recipe" in refused(capsys, "figure")
    path = carrying(tmp_path / "a.png", of_run())
    assert "figure" in refused(capsys, "figure", f"--recipe={path}")


def test_a_schedule_that_was_hidden_is_not_drawn(tmp_path: Path, capsys: Captured) -> None:
    hidden, shown = RecipeSchedule("jsd:T=9", hidden=True), RecipeSchedule("cosine", t=4)
    figure, plain, again = (tmp_path / name for name in ("a.png", "1.svg", "2.svg"))
    carrying(figure, Recipe("figure", (hidden, replace(shown, title="cosine", style=0)), curves=("betas",)))
    assert main(["figure", "--schedule=cosine", "--curves=betas", "--no-recipe", "-o", str(plain)]) == 0
    assert main(["figure", f"--recipe={figure}", "--no-recipe", "-o", str(again)]) == 0
    assert again.read_bytes() == plain.read_bytes()
    assert main(["inspect", str(figure)]) == 0
    assert "jsd:T=9  hidden" in capsys.readouterr().out
    carrying(figure, Recipe("figure", (hidden,), curves=("betas",)))
    assert "figure" in refused(capsys, "figure", f"--recipe={figure}")
