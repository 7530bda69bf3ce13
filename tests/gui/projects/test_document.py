"""Documents: everything that the State holds is written, and read back from there, or from less."""

from __future__ import annotations

import json
import os
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from ddpm_studio.checkpoints import Answers
from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.moment import SCALES
from ddpm_studio.diffusion.schedule_family import ScheduleFamily, specified
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.diffusion.training.objective import Objective
from ddpm_studio.errors import FileError
from ddpm_studio.files.export import export_bytes
from ddpm_studio.files.steps.opened_config import OpenedConfig
from ddpm_studio.gui.picture.loading import load, pasted, sample_paths
from ddpm_studio.gui.projects.document import FORMAT, Opened, from_text, read_document, to_text, write_document
from ddpm_studio.gui.state.limits import MAX_SCHEDULES
from ddpm_studio.gui.state.run import MAX_SAMPLERS
from ddpm_studio.gui.state.sampling import Line, Sampling
from ddpm_studio.gui.state.studio import Studio
from ddpm_studio.gui.state.window import Entry, Side, State, View
from ddpm_studio.gui.translation import translated
from tests.tiers import thinned

KNOWN_OTHERWISE = {"adjusting", "steady", "visited", "traces", "undo", "redo", "project", "saved"}
"""Fields of the State that say what goes on at present, or where the document is kept."""


@pytest.fixture
def studio(qtbot: QtBot, tmp_path: Path) -> Studio:
    """A Studio in which nothing is as it is at first."""
    studio = Studio()
    np.save(tmp_path / "mine.npy", np.linspace(0.01, 0.2, 7))
    spec, name = Schedule.parse("cosine:T=1000,s=0.02,zero_snr=1"), "mine, “quoted”\n=1+1"
    studio.add(spec, "Some preset", Objective("edm"), name)
    studio.add(Schedule.parse(f"custom:path={tmp_path / 'mine.npy'},snr_shift=2"))
    studio.add(Schedule.from_betas([0.1, 0.2]))
    studio.add(ScheduleFamily.parse("cosine:T=1000,s=0.005..0.03,n=4"))
    studio.show_member(3)
    studio.select(studio.state.entries[1].key)
    studio.set_visible(studio.state.entries[0].key, False)
    studio.move(studio.state.entries[0].key, 2)
    studio.set_objective(Objective("v_prediction", "lognormal", "min_snr", {"p_std": 0.7}))
    studio.keep_config(OpenedConfig.of({"_class_name": "DDIMScheduler", "steps_offset": 1}))
    for text in ("karras:steps=10,rho=5 | start=0.6", "sigmas:14.6,1,0", "timesteps:999,500"):
        studio.add_steps(StepsSpec.parse(text))
    studio.set_t(700)
    studio.set_scale("log_snr")
    studio.set_curves(("alphas_cumprod", "log_snr"))
    studio.explain("log_snr")
    studio.set_axis("sigma")
    studio.set_grid(True)
    studio.toggle_sheet()
    studio.set_view(View.DIFFERENCE)
    studio.set_side(Side.TRAINING)
    studio.set_log("betas", True)
    studio.set_log("sigmas", False)
    studio.set_background((1, 2, 3))
    studio.set_picture(load(str(sample_paths()[1]), (1, 2, 3)))
    studio.set_seed(2**62)
    studio.set_histogram(True)
    studio.set_spectrum(True)
    studio.set_latents(True)
    studio.toggle_marks()
    studio.toggle_run_lanes()
    key = studio.state.current.key
    lines = (
        Line(solver="ddim", options=(("eta", 0.5),), steps=7, spacing="karras:rho=5 | start=0.6"),
        Line(options=(("form", "heun"), ("third", "exact")), along=key, key=1),
    )
    studio.set_sampling(
        lines=lines,
        chosen=1,
        live=True,
        seed=9,
        pictures=3,
        from_picture=True,
        label=4,
        guidance=2.5,
        prompt="a cat",
        negative_prompt="no dog",
        guidance_rescale=0.5,
        seeds="each",
        clip=float("inf"),
        epsilon="predicted",
        device="cpu",
        precision="bfloat16",
        checkpoint="model.pt",
        answers=Answers((3, 8, 9), Schedule.from_betas([0.1, 0.2]), "sample", 3, None, "new", True, "0.27.8"),
    )
    studio.set_lab_folder(str(tmp_path), 'solvers = ["ddim"]')
    return studio


def kept(state: State, folder: Path, fresh: State | None = None) -> Opened:
    """The state after being written to text and read from there."""
    return read_document(from_text(to_text(write_document(state, folder)), "x"), folder, fresh or State())


def shape(state: State) -> dict[str, object]:
    """What a state shows, with the keys of entries replaced by their places, and a picture by its pixels."""
    keys = [entry.key for entry in state.entries]
    picture = state.picture
    lines = [
        replace(line, along=line.along if line.along is None else keys.index(line.along))
        for line in state.sampling.lines
    ]
    return {field.name: getattr(state, field.name) for field in fields(State) if field.name not in KNOWN_OTHERWISE} | {
        "entries": [(str(entry.schedule), replace(entry, key=0)) for entry in state.entries],
        "selected": keys.index(state.selected),
        "picture": picture and (picture.name, picture.pixels.tobytes(), picture.full_size, picture.source),
        "sampling": replace(state.sampling, lines=tuple(lines), checkpoint="", answers=None),
    }


def test_everything_comes_back(studio: Studio, tmp_path: Path) -> None:
    opened = kept(studio.state, tmp_path)
    assert opened.complaints == ()
    assert shape(opened.state) == shape(studio.state)
    assert opened.checkpoint == "model.pt"
    assert opened.answers == studio.state.sampling.answers


def test_the_test_changes_every_field(studio: Studio) -> None:
    first = Studio().state
    unchanged = {
        field.name for field in fields(State) if getattr(first, field.name) == getattr(studio.state, field.name)
    }
    assert unchanged <= KNOWN_OTHERWISE


@pytest.mark.parametrize("height", [30, 1000], ids=["small", "longer than any other text"])
def test_a_pasted_picture_is_kept_whole(studio: Studio, tmp_path: Path, height: int) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (height, 1000, 4), dtype=np.uint8)
    picture = pasted("pasted picture", Image.fromarray(noise, "RGBA"), (1, 2, 3))
    studio.set_picture(picture)
    back = kept(studio.state, tmp_path).state.picture
    assert back is not None
    assert back.pasted is not None
    assert (np.asarray(back.pasted) == noise).all()
    assert (back.pixels == picture.pixels).all()


def test_paths_are_relative_and_move_with_the_folder(studio: Studio, tmp_path: Path) -> None:
    text = to_text(write_document(studio.state, tmp_path / "deep"))
    assert "custom:path=../mine.npy,snr_shift=2" in text
    assert str(tmp_path) not in text


def test_a_schedule_by_formula_is_kept_with_its_range(studio: Studio, tmp_path: Path) -> None:
    for text in ("formula:T=50,beta=min(a*u,b),a=0.05,b=0.02", "formula:T=50,log_snr=a-20*u,a=0..4,n=3"):
        studio.add(specified(text))
    opened = kept(studio.state, tmp_path)
    assert opened.complaints == ()
    assert [entry.spec for entry in opened.state.entries] == [entry.spec for entry in studio.state.entries]


def test_a_project_of_an_older_version_has_the_same_schedules(studio: Studio, tmp_path: Path) -> None:
    """The SNR shift was called shift, in texts of schedules and of ranges."""
    studio.add(ScheduleFamily.parse("linear:T=50,snr_shift=1..4,n=3"))
    text = to_text(write_document(studio.state, tmp_path))
    old = text.replace("snr_shift", "shift")
    assert old.count("shift=") == 3
    opened = read_document(from_text(old, "old"), tmp_path, Studio().state)
    assert opened.complaints == ()
    assert [entry.spec for entry in opened.state.entries] == [entry.spec for entry in studio.state.entries]


@pytest.mark.parametrize("key", [field.name for field in fields(State)])
def test_a_missing_key_leaves_what_is_there(studio: Studio, tmp_path: Path, key: str) -> None:
    document = dict(write_document(studio.state, tmp_path))
    document.pop("schedules" if key == "entries" else key, None)
    opened = read_document({**document, "from the future": {"x": [1]}}, tmp_path, Studio().state)
    assert opened.complaints == ()
    assert opened.state.current in opened.state.entries


Place = tuple[str | int, ...]
WRONG: tuple[object, ...] = (None, 3, -1, "x", [], {}, [1], True, {"x": 1}, 1e300, [[[]]], "inf", ["x", "x", "x"])


@pytest.mark.parametrize("wrong", thinned(WRONG, one_in=3), ids=repr)
def test_a_wrong_value_anywhere_spoils_nothing_else(studio: Studio, tmp_path: Path, wrong: object) -> None:
    studio.set_picture(pasted("small", Image.new("RGB", (2, 2)), (0, 0, 0)))
    whole, fresh = json.loads(to_text(write_document(studio.state, tmp_path))), Studio().state
    for place in places(whole):
        document = json.loads(json.dumps(whole))
        put(document, place, wrong)
        if document["format"] == FORMAT:
            state = read_document(document, tmp_path, fresh).state
            assert state.current in state.entries
            assert 0 <= state.t <= state.current.schedule.T
            assert state.sampling.line in state.sampling.lines
            again = kept(state, tmp_path, fresh)
            assert shape(again.state) == shape(state)


def places(document: object, path: Place = ()) -> list[Place]:
    """The path to each value in a document; of long lists, to the first ones."""
    found: list[Place] = []
    keyed = document.items() if isinstance(document, dict) else ()
    for key, value in (*keyed, *(enumerate(document[:3]) if isinstance(document, list) else ())):
        found += [(*path, key), *places(value, (*path, key))]
    return found


def put(root: object, path: Place, value: object) -> None:
    for key in path[:-1]:
        root = root[key]  # type: ignore[index]
    root[path[-1]] = value  # type: ignore[index]


@pytest.mark.parametrize("scale", SCALES)
def test_all_are_at_one_moment_where_the_chosen_schedule_is_gone(tmp_path: Path, scale: str) -> None:
    studio = Studio()
    studio.add(Schedule.parse("cosine:T=1000"))
    studio.add(Schedule.parse("sigmoid:T=50"))
    studio.set_axis(scale)
    studio.set_t(40)
    text = to_text(write_document(studio.state, tmp_path)).replace("sigmoid:T=50", "custom:path=gone.npy")
    state = read_document(from_text(text, "x"), tmp_path, Studio().state).state
    assert [entry.schedule.kind for entry in state.entries] == ["linear", "cosine"]
    assert state.moment == studio.state.moment
    assert state.t == state.moment.step(state.current.schedule) != 40 or scale == "t"


def test_a_file_that_is_gone_costs_one_sentence(studio: Studio, tmp_path: Path) -> None:
    Image.new("RGB", (5, 4)).save(tmp_path / "mine.png")
    studio.set_picture(load(str(tmp_path / "mine.png"), (0, 0, 0)))
    document = write_document(studio.state, tmp_path)
    (tmp_path / "mine.png").unlink()
    (tmp_path / "mine.npy").unlink()
    opened = read_document(document, tmp_path, State())
    said = [str(sentence) for sentence in opened.complaints]
    assert len(said) == 2
    assert said[0] == f"{tmp_path / 'mine.npy'} is gone; its β were kept, and are shown."
    assert "mine.png" in said[1]
    assert [e.schedule.T for e in opened.state.entries] == [e.schedule.T for e in studio.state.entries]


@pytest.mark.parametrize("folder", ["", "deep/er"])
def test_a_table_that_is_gone_keeps_its_place(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep")
    document = write_document(studio.state, tmp_path / folder)
    (tmp_path / "mine.npy").unlink()
    opened = read_document(document, tmp_path / folder, State())
    paths = [entry.schedule.path for entry in opened.state.entries]
    assert str(tmp_path / "mine.npy") in paths
    assert write_document(opened.state, tmp_path / folder)["schedules"] == document["schedules"]
    np.save(tmp_path / "mine.npy", np.linspace(0.01, 0.2, 7))
    assert kept(opened.state, Path("/")).complaints == ()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png",
        "//server/share/x.png",
        "\\\\server\\share\\x.png",
        "/dev/zero",
        "/proc/self/mem",
        "pipe",
        "link",
    ],
)
def test_a_stranger_s_project_opens_nothing_but_plain_files(studio: Studio, tmp_path: Path, address: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/zero")
    document = dict(write_document(studio.state, tmp_path))
    document["picture"] = {"path": address}
    document["schedules"] = [{"schedule": f"custom:path={address}"}]
    opened = read_document(document, tmp_path, Studio().state)
    assert len(opened.complaints) == 2
    assert opened.state.picture is None
    assert str(opened.state.current.schedule) == "linear:T=300"


def test_a_checkpoint_is_not_read_as_a_table(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "model.pt").write_bytes(b"\x80\x02}q\x00.")
    document = dict(write_document(studio.state, tmp_path))
    document["schedules"] = [{"schedule": "custom:path=model.pt"}]
    opened = read_document(document, tmp_path, Studio().state)
    assert "is not a table of β" in str(opened.complaints[0])


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": "other"}', "[" * 100_000, "NaN"])
def test_what_is_no_project_is_refused_in_a_sentence(content: str) -> None:
    with pytest.raises(FileError, match=r"^x is not (a project of this program|valid JSON)"):
        from_text(content, "x")


def test_axes_that_were_chosen_before_they_chose_themselves_are_as_they_were(studio: Studio, tmp_path: Path) -> None:
    document = dict(write_document(studio.state, tmp_path))
    del document["linear_curves"]
    document["log_curves"] = ["betas", "vlb_weight"]
    state = read_document(document, tmp_path, State()).state
    assert state.log_curves == {"betas", "vlb_weight"}
    assert "snr" in state.linear_curves, "it was logarithmic at first, and is not among those that were"
    assert "posterior_variance" not in state.linear_curves


def test_a_table_in_the_home_folder_is_found_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "mine.csv").write_text("betas\n0.1\n0.2\n")
    state = State(entries=(Entry(1, Schedule.parse("custom:path=~/mine.csv"), style=0),), selected=1)
    (tmp_path / "work").mkdir()
    opened = kept(state, tmp_path / "work")
    assert (opened.complaints, opened.state.current.schedule.path) == ((), str(tmp_path / "mine.csv"))


@pytest.mark.parametrize("base", [False, True])
def test_a_stranger_s_table_of_something_else_is_refused_and_a_session_s_own_is_not(tmp_path: Path, base: bool) -> None:
    table = {"schedule": "custom:", "betas": Schedule("linear", 1000).coefficients.alphas_cumprod.tolist()}
    whole = {"schedule": "cosine:T=5", "base": {"name": "mine", **table}} if base else table
    document = {"format": FORMAT, "schedules": [whole, {"schedule": "vp:T=9"}]}
    (said,) = map(str, read_document(document, tmp_path, State()).complaints)
    assert "holds no betas, although it says so: its numbers run from 0.9999 to 4.036e-05, as ᾱ / √ᾱ do" in said
    stranger = read_document(document, tmp_path, State()).state
    assert [str(entry.schedule) for entry in stranger.entries] == ["cosine:T=5"] * base + ["vp:T=9"]
    assert all(entry.base is None for entry in stranger.entries)
    ours = read_document(document, tmp_path, State(), ours=True)
    assert ours.complaints == ()
    assert len(ours.state.entries) == 2


def test_what_a_file_is_said_to_hold_is_kept(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", Schedule("sigmoid", 50).coefficients.alphas_cumprod)
    state = State(entries=(Entry(1, Schedule.parse(f"custom:path={tmp_path / 'a.npy'},as=ac"), style=0),), selected=1)
    opened = kept(state, tmp_path)
    assert opened.complaints == ()
    assert opened.state.current.schedule == state.current.schedule
    assert str(opened.state.current.schedule).endswith("a.npy,as=alphas_cumprod")


def test_a_table_that_was_accepted_for_its_formula_is_so_in_a_project(tmp_path: Path) -> None:
    path, schedule = tmp_path / "mine.json", Schedule("linear", 300, {"beta_start": 1})
    path.write_bytes(export_bytes([schedule], ["betas"], "json"))
    state = State(entries=(Entry(1, Schedule.parse(f"custom:path={path}"), style=0),), selected=1)
    opened = kept(state, tmp_path)
    assert opened.complaints == ()
    assert opened.state.current.schedule.betas.tolist() == schedule.betas.tolist()
    path.write_bytes(export_bytes([schedule.replace(T=299)], ["betas"], "json"))
    assert "holds no betas" in str(kept(state, tmp_path).complaints)
    path.unlink()
    assert "holds no betas" in str(kept(state, tmp_path).complaints)


@pytest.mark.parametrize("more", [0, 1, 300])
def test_what_there_is_no_room_for_is_one_sentence(studio: Studio, tmp_path: Path, more: int) -> None:
    schedules = [{"schedule": f"linear:T={T}"} for T in range(1, MAX_SCHEDULES + more + 1)]
    lines = [{"steps": steps} for steps in range(1, MAX_SAMPLERS + more + 1)]
    document = {"format": FORMAT, "schedules": schedules, "sampling": {"lines": lines}}
    opened = read_document(document, tmp_path, State())
    assert [entry.schedule.T for entry in opened.state.entries] == [*range(1, MAX_SCHEDULES + 1)]
    assert [line.steps for line in opened.state.sampling.lines] == [*range(1, MAX_SAMPLERS + 1)]
    said = [
        f"The list has room for 200 schedules; of those in the file it leaves out {more}.",
        f"A comparison has room for 4 rows; of those in the file it leaves out {more}.",
    ]
    assert [str(sentence) for sentence in opened.complaints] == (said if more else [])


def test_a_newer_version_is_read_as_far_as_it_is_known(studio: Studio, tmp_path: Path) -> None:
    document = {**write_document(studio.state, tmp_path), "version": 2}
    opened = read_document(document, tmp_path, State())
    assert "newer version" in str(opened.complaints[0])
    assert shape(opened.state) == shape(studio.state)


def test_answers_of_a_stranger_name_no_code_and_no_file(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("betas\n0.1\n")
    said = {
        "network": "evil:make",
        "schedule": f"custom:path={tmp_path / 'mine.csv'}",
        "shape": [3, 8, 8],
        "trust": "a",
    }
    document = {"format": FORMAT, "sampling": {"answers": {**said, "heads": 0, "of tomorrow": [{}]}}}
    opened = read_document(document, tmp_path, State())
    assert opened.answers == Answers(shape=(3, 8, 8))
    heads, schedule = map(str, opened.complaints)
    assert "“answers” cannot be read (heads is 0; choose a whole number from 1 to 1024" in heads
    assert "“answers” cannot be read (schedule is of the wrong type; see docs/formats.md" in schedule


@pytest.mark.parametrize(("value", "complaints"), [(None, 0), ([], 1), ("x", 1), ({}, 0)])
def test_answers_that_are_none(tmp_path: Path, value: object, complaints: int) -> None:
    opened = read_document({"format": FORMAT, "sampling": {"answers": value}}, tmp_path, State())
    assert opened.answers == (Answers() if value == {} else None)
    assert len(opened.complaints) == complaints


def test_a_network_that_a_person_named_stays_with_them(studio: Studio, tmp_path: Path) -> None:
    studio.learn(answers=Answers(network="mine:Net", heads=2))
    text = to_text(write_document(studio.state, tmp_path))
    assert "mine:Net" not in text
    assert kept(studio.state, tmp_path).answers == Answers(heads=2)


def test_log_snr_that_a_file_tells_beyond_its_betas_is_kept(tmp_path: Path) -> None:
    for spec in ("vp:T=3,beta_d=200", "flow:T=9"):
        (tmp_path / "x.csv").write_bytes(export_bytes([Schedule.parse(spec)], None, "csv"))
        schedule = Schedule.parse(f"custom:path={tmp_path / 'x.csv'}")
        state = State(entries=(Entry(1, schedule, style=0),), selected=1)
        (tmp_path / "x.csv").unlink()
        opened = kept(state, tmp_path)
        assert opened.state.current.schedule.trained_log_snr == schedule.trained_log_snr != ()
        document = json.loads(to_text(write_document(state, tmp_path)))
        document["schedules"][0]["log_snr"][0] = 7.5
        said = " ".join(map(str, read_document(document, tmp_path, State()).complaints))
        assert "contradicts itself, most at t = 1" in said


def test_a_row_that_cannot_be_read_is_left_out_alone(tmp_path: Path) -> None:
    lines = [{"steps": 11}, {"spacing": "file:a.csv"}, {"steps": 13, "along": 1}, {"solver": 4}]
    document = {
        "format": FORMAT,
        "schedules": [{"schedule": "linear"}, {"schedule": "cosine", "steps": ["karras", "karrrras", 3, "normal"]}],
        "sampling": {"lines": lines, "chosen": 2, "guidance": 2.0},
    }
    opened = read_document(document, tmp_path, State())
    sampling = opened.state.sampling
    assert [line.steps for line in sampling.lines] == [11, 13]
    assert sampling.line.steps == 13
    assert sampling.line.along == opened.state.entries[1].key
    assert sampling.guidance == 2.0
    assert [str(spec) for spec in opened.state.entries[1].steps] == ["karras", "normal"]
    said = [str(sentence) for sentence in opened.complaints]
    assert [each.partition(" (")[0] for each in said] == [
        "Steps 2 of a schedule were left out",
        "Steps 3 of a schedule were left out",
        "Row 2 of the comparison was left out",
        "Row 4 of the comparison was left out",
    ]
    assert "type file: and that path among the steps" in translated(opened.complaints[2])


def test_a_comparison_of_which_no_row_can_be_read_has_the_usual_one(tmp_path: Path) -> None:
    document = {"format": FORMAT, "schedules": [{"schedule": "linear"}], "sampling": {"lines": [{"steps": "x"}]}}
    opened = read_document(document, tmp_path, State())
    assert opened.state.sampling.lines == Sampling().lines
    assert len(opened.complaints) == 1
