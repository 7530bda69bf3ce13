"""A sweep comes back from its text, and whatever is wrong in one is a sentence with its place and its remedy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.errors import FileError, StudioError
from ddpm_studio.lab.conditioned import Conditioned
from ddpm_studio.lab.contender import Contender
from ddpm_studio.lab.points import SweepPoint
from ddpm_studio.lab.sweep import MOST_POINTS, Sweep
from ddpm_studio.lab.sweep_toml import parse_sweep, read_sweep, sweep_text

FULL = Sweep(
    checkpoint='a "b"\\c\x7f\t§.pt',
    solvers=("ddim:eta=0.5", "dpm-solver++:order=3,method=singlestep"),
    steps=("karras:rho=5 | start=0.6", "sigmas:14.6,1,0"),
    calls=(5, 10),
    along=("", "cosine:T=1000"),
    pairs=(Contender("heun", "trailing", 7), Contender("lms", "timesteps:900,500,1", along="linear:T=1000")),
    seeds=(0, 2**63 - 1),
    conditions=(Conditioned(), Conditioned(3, 2.5), Conditioned(None, 7.5, 'a "red" cat\n', "=blurred")),
    clip=float("inf"),
    precision="float32",
    reference=Contender("ddim", "trailing", 200),
)


@pytest.mark.parametrize("sweep", [FULL, Sweep(solvers=("ddim",)), replace(FULL, calls=(), counts=(3,), clip=1e-5)])
def test_the_text_of_a_sweep_comes_back(sweep: Sweep) -> None:
    assert parse_sweep(sweep_text(sweep)) == sweep
    assert sweep_text(parse_sweep(sweep_text(sweep))) == sweep_text(sweep)


@given(
    checkpoint=st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip),
    guidance=st.floats(allow_nan=False, allow_infinity=False),
    clip=st.floats(min_value=1e-300),
    seed=st.integers(0, 2**63 - 1),
)
def test_any_text_and_number_comes_back(checkpoint: str, guidance: float, clip: float, seed: int) -> None:
    conditions = (Conditioned(None, guidance),)
    sweep = Sweep(checkpoint=checkpoint, solvers=("ddim",), conditions=conditions, clip=clip, seeds=(seed,))
    assert parse_sweep(sweep_text(sweep)) == sweep


def test_the_product_and_the_pairs() -> None:
    sweep = Sweep(
        solvers=("ddim", "heun"),
        steps=("trailing", "sigmas:9,1,0"),
        counts=(5, 10),
        pairs=(Contender("ddim", count=5),),
    )
    assert [way.text for way in sweep.ways] == [
        "ddim · trailing · 5",
        "ddim · trailing · 10",
        "ddim · sigmas:9,1,0",
        "heun · trailing · 5",
        "heun · trailing · 10",
        "heun · sigmas:9,1,0",
    ]


def test_calls_are_as_many_steps_as_a_solver_takes_with_them() -> None:
    sweep = Sweep(solvers=("ddim", "heun", "pndm"), calls=(5, 13))
    found = {(way.solver, way.count) for way in sweep.ways}
    assert found == {("ddim", 5), ("ddim", 13), ("heun", 3), ("heun", 7), ("pndm", 4)}
    assert [str(text) for text in sweep.left_out] == ["pndm is left out at 5 calls: its fewest steps take more."]
    for way in sweep.ways:
        solver = SOLVERS[way.solver]
        assert way.count is not None
        calls = min(each for each in (5, 13) if solver.nfe(way.count) <= each)
        assert solver.nfe(way.count + 1) > calls or solver.nfe(way.count) == calls


def test_a_way_is_the_same_however_it_is_written() -> None:
    assert Contender(" dpm-solver++ : order = 2 ", "karras: rho=7", 5) == Contender("dpm-solver++", "karras", 5)
    turned = Contender("dpm-solver++:method=singlestep,order=3", count=5)
    assert turned == Contender("dpm-solver++:order=3,method=singlestep", count=5)


def test_a_point_comes_back_and_its_key_tells_all_of_it() -> None:
    point = SweepPoint(
        checkpoint="ab" * 32, way=Contender("ddim:eta=1", "karras:rho=5", 9, "cosine:T=50"), guidance=1.5, label=3
    )
    assert SweepPoint.parse(point.text) == point
    others = [
        replace(point, **change)
        for change in (
            {"checkpoint": "cd" * 32},
            {"way": Contender("ddim", count=9)},
            {"seed": 1},
            {"pictures": 65},
            {"batch": 15},
            {"label": None},
            {"guidance": 1.25},
            {"clip": 1.0},
            {"precision": "float32"},
        )
    ]
    assert len({each.key for each in (point, *others)}) == 10


@pytest.mark.parametrize("text", ["", "{}", "[]", "1", "[" * 100_000, '{"checkpoint":1}', "\x00", '"x"'])
def test_what_is_no_point(text: str) -> None:
    with pytest.raises(StudioError, match="is no point of a sweep"):
        SweepPoint.parse(text)


ANY = "solvers = ['ddim']\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "nothing to compare; name “solvers” or “pairs”"),
        ("solvers = 3", "“solvers” is 3; it must be a list of texts"),
        ("solvers = ['euler_a']", "“solvers” 1: There is no solver “euler_a”; did you mean “euler-ancestral”"),
        ("solver = ['ddim']", "no “solver” in a sweep; did you mean “solvers”"),
        ("solvers = ['ddim', 'ddim:eta=1,eta=0']", "“solvers” 2: “eta” stands twice"),
        ("solvers = ['ddim:eta']", "“solvers” 1: “eta” in “ddim:eta” sets nothing"),
        (f"{ANY}counts = [5, 0]", "“counts” 2: count is 0; choose a whole number from 1"),
        (f"{ANY}seeds = []", "“seeds” is empty"),
        (f"{ANY}counts = []", "“counts” is empty"),
        (f"{ANY}pairs = []", "“pairs” is empty"),
        ("solvers = []", "“solvers” is empty"),
        (f"{ANY}checkpoint = ''", "“checkpoint” is empty"),
        (f"{ANY}checkpoint = ' '", "“checkpoint” is empty"),
        (f"{ANY}seeds = [-1]", "“seeds” 1: seed is -1"),
        (f"{ANY}pictures = 1.5", "“pictures” is 1.5; it must be a whole number"),
        (f"{ANY}pictures = true", "“pictures” is true"),
        (f"{ANY}pictures = {10**60}", "“pictures” is 1000000.*; it must be a whole number with fewer digits"),
        (f"{ANY}device = 'cudda'", "There is no device “cudda”; did you mean “cuda”"),
        ("solvers = ['pndm']\ncalls = [5, 9]\n", "None of the solvers does with as few as 9 calls; allow more"),
        (f"{ANY}pictures = 99999", "pictures is 99999; choose a whole number from 1 to 4096"),
        (f"{ANY}clip = nan", "clip is nan"),
        (f"{ANY}clip = 0", "clip is 0"),
        (f"{ANY}precision = 'float8'", "no precision “float8”"),
        (f"{ANY}counts = [5]\ncalls = [5]", "Both “counts” and “calls”"),
        (f"{ANY}steps = ['file:/etc/passwd']", "“steps” 1: Steps cannot be read from /etc/passwd here"),
        (f"{ANY}steps = ['trailing | join=(file:x)']", "“steps” 1: Steps cannot be read from x here"),
        (f"{ANY}along = ['custom:path=x.csv']", "“along” 1: “custom:path=x.csv” names a file"),
        (f"{ANY}along = ['cosinus']", "“along” 1: "),
        (f"{ANY}[[pairs]]\nsolver = 'ddim'", "“pairs” 1: “trailing” does not say how many steps"),
        (f"{ANY}[reference]\nsteps = 'karras'", "“reference”: “solver” is missing"),
        (f"{ANY}[reference]\nsolver = 'ddim'\ncount = 60000", "“reference”: count is 60000; .* from 1 to 50000"),
        (f"{ANY}[reference]\nsolver = 'dimm'\ncount = 5", "“reference”: .*; did you mean “ddim”\\?$"),
        (f"{ANY}[[pairs]]\nsteps = 'karras'", "“pairs” 1: “solver” is missing"),
        (f"{ANY}[[pairs]]\nsolver = 'ddim'\nsteps = 'sigmas:3,0'\ncount = 2", "says how many steps itself"),
        (f"{ANY}[reference]\nsolver = 'ddim'\nsteps = 'sigmas:3,0'", "cannot be made twice as fine"),
        (f"{ANY}[[conditions]]\nguidance = inf", "“conditions” 1: guidance is inf"),
        (f"{ANY}[[conditions]]\nlabel = -1", "“conditions” 1: label is -1"),
        (f"{ANY}checkpoint = 1979-05-27", "“checkpoint” is “1979-05-27”; it must be a text"),
        (f"{ANY}counts = [{'5,' * 200_000}]", f"has 200002 points; the most are {MOST_POINTS}"),
        (f"{ANY}counts = {[*range(1, 1001)]}\nseeds = {[*range(1000)]}\n", "points; the most"),
        ("solvers = ['\\u001b[2J\\u202e']", "no solver “\\\\u001b"),
        ("x = " + "[" * 100_000, "its brackets are nested too deeply; docs/lab.md"),
        ("a" + ".a" * 100_000 + " = 1", "a key has more than"),
        ("solvers = ['ddim'", "it is not TOML"),
        (f"{ANY}steps = ['sigmas:{'1,' * 5000}0']", "These steps have 10008 letters"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_is_one_sentence_with_its_place(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "sweep.toml"
    path.write_text(text or "# nothing", encoding="utf-8")
    with pytest.raises(FileError, match="sweep.toml cannot be read as a sweep: .*" + reason) as refused:
        read_sweep(path)
    assert str(refused.value).isprintable()
    assert str(refused.value).count("\n") == 0


def test_a_text_of_a_million_keys_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "sweep.toml"
    path.write_text("".join(f"k{number}=1\n" for number in range(1_000_000)))
    with pytest.raises(FileError, match="larger than 1 MiB"):
        read_sweep(path)
