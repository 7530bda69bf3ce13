"""Numbers of every quantity open as what they are: by their name, by that of their file, or by the course they take."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.curves import CURVES
from ddpm_studio.diffusion.quantities import QUANTITIES, quantity_key
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import FileError, StudioError
from ddpm_studio.files.betas import read_named_schedules, read_schedules
from ddpm_studio.files.columns.naming import EITHER_WAY
from ddpm_studio.files.export import export_bytes
from ddpm_studio.files.pasted import pasted_schedules
from ddpm_studio.files.steps.step_lists import read_step_list

SPECS = ("linear:T=1000", "cosine:T=300", "scaled_linear:T=1000,beta_start=0.00085,beta_end=0.012")
ODD = "sigmoid:T=1000"
"""A schedule that follows no formula by which its curves can be told apart."""

TOLD = ("betas", "alphas", "alphas_cumprod", "sqrt_alphas_cumprod", "snr", "log_snr", "lambdas", "sigmas")
DETERMINING = [curve for curve in CURVES if curve in QUANTITIES or curve == "loss_weight_epsilon"]


def opened(path: Path, said: str = "") -> Schedule:
    return Schedule.parse(f"custom:path={path}{said}")


def refusal(path: Path) -> str:
    with pytest.raises(StudioError) as caught:
        opened(path)
    with pytest.raises(StudioError, match=r"may hold|lists the steps|holds no"):
        read_schedules(path)
    assert len(str(caught.value)) < 300 + len(str(path))
    return str(caught.value)


def check_same(read: Schedule, schedule: Schedule, rtol: float = 1e-8) -> None:
    ours, theirs = read.coefficients, schedule.coefficients
    np.testing.assert_allclose(ours.betas, theirs.betas, rtol=rtol)
    np.testing.assert_allclose(ours.alphas_cumprod, theirs.alphas_cumprod, rtol=rtol, atol=1e-15)


@pytest.mark.parametrize("format", ["csv", "json", "npz"])
@pytest.mark.parametrize("curve", DETERMINING)
@pytest.mark.parametrize(
    "spec", ["linear:T=1000", "cosine:T=100,zero_snr=1", "linear:T=10", "jsd:T=7", "flow:T=50,shift=3", "cosine:T=1"]
)
def test_what_the_export_writes_opens_again_by_any_curve(tmp_path: Path, spec: str, curve: str, format: str) -> None:
    schedule = Schedule.parse(spec)
    path = tmp_path / f"x.{format}"
    path.write_bytes(export_bytes([schedule], [curve], format))
    [(read, _)] = read_named_schedules(path)
    check_same(read, schedule, 1e-7)
    assert Schedule.parse(str(read)) == read


@pytest.mark.parametrize("format", ["csv", "json", "npz"])
def test_several_schedules_open_as_they_were_by_any_curve(tmp_path: Path, format: str) -> None:
    schedules = [Schedule("linear", 30), Schedule.parse("cosine:T=20,snr_shift=2"), Schedule("linear", 30)]
    for curve in DETERMINING:
        path = tmp_path / f"x.{format}"
        path.write_bytes(export_bytes(schedules, [curve, "min_snr_weight_v"], format, ["one", "", "three"]))
        assert read_named_schedules(path) == list(zip(schedules, ["one", "", "three"], strict=True))


@pytest.mark.parametrize(("spec", "key"), [*product(SPECS, TOLD)])
def test_numbers_without_a_name_open_by_the_formula_that_they_follow(tmp_path: Path, spec: str, key: str) -> None:
    schedule, path = Schedule.parse(spec), tmp_path / "x.npy"
    for dtype, rtol in ((np.float64, 1e-7), (np.float32, 0.1)):
        np.save(path, schedule.coefficients[key].astype(dtype))
        read = opened(path)
        assert read.quantity == ("" if key == "betas" else key)
        check_same(read, schedule, rtol)


def test_other_forms_of_the_same(tmp_path: Path) -> None:
    """ᾱ with ᾱ_0 = 1, ln σ, a model's σ from the noisy end with a last 0, and the time of a flow."""
    schedule, flow = Schedule("linear", 1000), Schedule.parse("flow:T=50,shift=3")
    c = schedule.coefficients
    forms = {
        "alphas_cumprod": (schedule, np.append(1, c.alphas_cumprod)),
        "log_sigmas": (schedule, -c.lambdas),
        "sigmas": (schedule, np.append(c.sigmas[::-1], 0)),
        "one_minus_alphas_cumprod": (schedule, 1 - c.alphas_cumprod),
        "sqrt_one_minus_alphas_cumprod": (schedule, c.sqrt_one_minus_alphas_cumprod),
        "tau": (flow, np.append(flow.coefficients.tau[::-1], 0)),
    }
    for key, (meant, numbers) in forms.items():
        np.save(tmp_path / "x.npy", numbers)
        read = opened(tmp_path / "x.npy")
        assert read.quantity == key
        check_same(read, meant, 1e-6)


def test_a_sampler_s_list_of_sigma_opens_by_its_course(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("14.61, 7.9, 3.3, 1.4, 0.7, 0.03, 0")
    read = opened(path)
    assert read.quantity == "sigmas"
    np.testing.assert_allclose(read.coefficients.sigmas, [0.03, 0.7, 1.4, 3.3, 7.9, 14.61])


@pytest.mark.parametrize(
    ("key", "other"),
    [
        ("alphas_cumprod", "sqrt_alphas_cumprod"),
        ("sqrt_alphas_cumprod", "alphas_cumprod"),
        ("log_snr", "lambdas"),
        ("lambdas", "log_snr"),
        ("tau", "sqrt_one_minus_alphas_cumprod"),
        ("sqrt_one_minus_alphas_cumprod", "tau"),
    ],
)
def test_what_may_be_two_things_is_neither_until_it_is_said(tmp_path: Path, key: str, other: str) -> None:
    schedule, path = Schedule.parse(ODD), tmp_path / "x.npy"
    np.save(path, schedule.coefficients[key])
    sentence = refusal(path)
    assert f"may hold {QUANTITIES[key].symbol} / " in sentence or f" / {QUANTITIES[key].symbol}" in sentence
    offered = re.findall(r"as=(\w+)", sentence)
    assert {key, other} <= {*offered}
    for each in offered:
        assert opened(path, f",as={each}").quantity == each
    read = opened(path, f",as={key},snr_shift=2")
    check_same(read, schedule.replace(snr_shift=2), 1e-6)
    assert str(read) == f"custom:path={path},as={key},snr_shift=2"
    assert Schedule.parse(str(read)) == read


def test_linear_tau_and_linear_alphas_cumprod_are_the_same_numbers(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps(np.linspace(1, 0, 21).tolist()))
    assert "may hold ᾱ / τ: its numbers run from 1 to 0" in refusal(tmp_path / "x.json")
    np.save(tmp_path / "x.npy", np.geomspace(80, 0.002, 50))
    assert "may hold SNR / σ" in refusal(tmp_path / "x.npy")


@pytest.mark.parametrize(
    "name",
    ["ac.npy", "alphas_cumprod.npy", "sigmoid-alpha_bar (2).npy", "Alphas Cumprod.npy", "my.alphas_bar.npy", "ᾱ.npy"],
)
def test_the_name_of_a_file_says_what_it_holds(tmp_path: Path, name: str) -> None:
    schedule = Schedule.parse(ODD)
    np.save(tmp_path / name, schedule.coefficients.alphas_cumprod)
    check_same(opened(tmp_path / name), schedule)


@pytest.mark.parametrize("name", ["betas and alphas_cumprod.npy", "schedule.npy", "ac-sqrt_ac.npy"])
def test_the_name_of_a_file_that_names_two_says_nothing(tmp_path: Path, name: str) -> None:
    np.save(tmp_path / name, Schedule.parse(ODD).coefficients.alphas_cumprod)
    assert "may hold ᾱ / √ᾱ" in refusal(tmp_path / name)


@pytest.mark.parametrize(
    ("entry", "key", "curve"),
    [
        ("alpha_t", "alphas", "alphas"),
        ("sigma", "sigmas", "sigmas"),
        ("log-snr", "log_snr", "log_snr"),
        ("alphas_bar", "alphas_cumprod", "alphas_cumprod"),
        ("β", "", "betas"),
        ("Trained_Betas", "", "betas"),
        ("λ", "lambdas", "lambdas"),
    ],
)
def test_names_of_other_libraries(tmp_path: Path, entry: str, key: str, curve: str) -> None:
    schedule = Schedule("linear", 1000)
    numbers = schedule.coefficients[curve]
    np.savez(tmp_path / "x.npz", **{entry: numbers, "other": np.ones(3)})  # type: ignore[arg-type]
    (tmp_path / "x.json").write_text(json.dumps({entry: numbers.tolist(), "T": 1000}))
    (tmp_path / "x.csv").write_text(f"step,{entry}\n" + "\n".join(f"{t},{x!r}" for t, x in enumerate(numbers.tolist())))
    for name in ("x.npz", "x.json", "x.csv"):
        read = opened(tmp_path / name)
        assert read.quantity == key
        check_same(read, schedule)


def test_alpha_t_is_what_it_can_be(tmp_path: Path) -> None:
    schedule = Schedule("linear", 1000)
    (tmp_path / "x.json").write_text(json.dumps({"alpha_t": schedule.coefficients.alphas_cumprod.tolist()}))
    assert opened(tmp_path / "x.json").quantity == "alphas_cumprod"


def test_timesteps_are_sent_to_the_steps(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(", ".join(map(str, range(999, 0, -50))))
    assert "lists the steps of a sampler" in refusal(tmp_path / "x.txt")
    (tmp_path / "x.csv").write_text("step,t,timestep,sigma,log_snr\n0,1000,999,1.5,-0.8\n1,500,499,0.5,1.4\n")
    assert "lists the steps of a sampler" in refusal(tmp_path / "x.csv")
    np.save(tmp_path / "x.npy", np.arange(999, 0, -50))
    for name in ("x.txt", "x.csv", "x.npy"):
        said = refusal(tmp_path / name).partition("by --spacing ")[2].removesuffix(".")
        assert StepsSpec.parse(said).levels(Schedule("linear", 1000), None, read_step_list).count >= 1


@pytest.mark.parametrize(
    "content",
    [
        b"PK\3\4" + bytes(99),
        b"GGUF" + bytes(99),
        bytes(99),
        b"\x80\4\x95" + bytes(99),
        b"foo: 1\nbar: x\n",
        b"alpha\n0.5\n",
    ],
)
def test_what_is_no_list_of_steps_is_not_taken_for_one_with_a_wrong_number(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(FileError, match=r"has no list of steps; (give a text|it needs a column or key)"):
        read_step_list(str(tmp_path / "x"))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.json", '{"architectures": ["CLIPTextModel"]}', "is the config of CLIPTextModel, which is not a scheduler"),
        ("x.json", '{"names": ["a", "b"]}', "holds no betas, only names; name a column"),
        ("x.yaml", "foo: 1\nbar: x\n", "holds settings, but no schedule by names that are known, such as"),
        ("x.txt", "Dear reader\nthis is prose\n", "holds no betas, only Dear reader; name a column"),
        (
            "x.json",
            '{"_class_name": "DDIMScheduler", "trained_betas": "x"}',
            "is 'x'; it must be a list of numbers, or",
        ),
    ],
)
def test_words_are_not_taken_for_wrong_numbers(tmp_path: Path, name: str, content: str, words: str) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(StudioError) as caught:
        Schedule.parse(f"custom:path={tmp_path / name}")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("alphas_cumprod\n0.9\n0.8\n0.8\n0.5", "holds no schedule in ᾱ: its number 3 is 0.8, after 0.8"),
        ("alphas_cumprod\n0.9\n1.8\n0.5", "holds no schedule in ᾱ: its number 2 is 1.8, which ᾱ never is"),
        ("sigmas\n0.1\nnan\n5", "holds no schedule in σ: its number 2 is nan, which σ never is"),
        ("snr\n5\n-1", "holds no schedule in SNR: its number 2 is -1, which SNR never is"),
        ("alphas\n0.9\n1\n0.5", "holds no schedule in α: its number 2 is 1, after 0.9"),
        ("alphas_cumprod\n1", "holds no schedule in ᾱ: its number 1 is 1, at which there is no noise; leave it out"),
        ("log_snr\n800\n5", "holds no schedule in log SNR: its number 1 is 800, at which there is no noise"),
        ("sigmas\n5\n1e-170", "holds no schedule in σ: its number 2 is 1e-170, at which there is no noise"),
        ("sigmas\n5\n4\n3\n3\n1", "holds no schedule in σ: its number 4 is 3, after 3, .* or write more digits"),
        ("alphas\n1.5\n0.9", "holds no schedule in α: its number 1 is 1.5, which α never is"),
        ("log_snr\n3\nabc", "log SNR_2 of .* is 'abc'; it must be a number"),
    ],
)
def test_numbers_that_are_no_schedule_are_refused_at_their_place(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "x.csv").write_text(content)
    with pytest.raises(StudioError, match=sentence):
        opened(tmp_path / "x.csv")


def test_every_quantity_has_a_name_of_its_own() -> None:
    for key, quantity in QUANTITIES.items():
        assert {quantity_key(name) for name in (key, *quantity.names)} == {key}


def test_pasted_numbers_are_named_by_their_header() -> None:
    schedule = Schedule.parse(ODD)
    column = "\n".join(map(repr, schedule.coefficients.alphas_cumprod.tolist()))
    [(read, _)] = pasted_schedules(f"alphas_cumprod\n{column}")
    assert isinstance(read, Schedule)
    check_same(read, schedule)
    with pytest.raises(StudioError, match=r"pasted text holds no betas, .*name the column alphas_cumprod / sqrt_"):
        pasted_schedules(f"betas\n{column}")


@pytest.mark.parametrize("key", [key for key in DETERMINING if key in QUANTITIES and not QUANTITIES[key].of_step])
def test_a_named_column_that_runs_from_noise_to_picture_is_turned_only_where_it_is_said(
    tmp_path: Path, key: str
) -> None:
    schedule, path = Schedule("linear", 1000), tmp_path / "x.csv"
    turned = schedule.coefficients[key][::-1].tolist()
    path.write_text(f"t,{key}\n" + "\n".join(f"{t},{x!r}" for t, x in enumerate(turned, 1)))
    if key not in EITHER_WAY:
        way, other = ("fall", "rises") if turned[0] > turned[-1] else ("rise", "falls")
        ends = f"{way} from {turned[0]:.4g} at t = 1 to {turned[-1]:.4g} at t = 1000, but it {other} as noise is added"
        with pytest.raises(StudioError) as caught:
            opened(path)
        assert f"has {QUANTITIES[key].symbol} {ends}" in str(caught.value)
    check_same(opened(path, f",as={key}"), schedule, 1e-6)


def test_pasted_numbers_that_run_from_noise_to_picture_are_to_be_turned() -> None:
    for text in ("alphas_cumprod\n0.1\n0.5\n0.9", '{"snr": [0.1, 2, 30]}'):
        with pytest.raises(StudioError, match="turn its rows around if the first is the noisiest"):
            pasted_schedules(text)


@pytest.mark.parametrize("key", ["betas", "alphas"])
def test_falling_betas_are_asked_about_unless_the_steps_are_counted(tmp_path: Path, key: str) -> None:
    schedule, path = Schedule("linear", 50), tmp_path / "x.csv"
    turned = [f"{x!r}" for x in schedule.coefficients[key][::-1].tolist()]
    path.write_text("\n".join([key, *turned]))
    ends = schedule.betas[[-1, 0]]
    sentence = f"has β fall all the way, from {ends[0]:.4g} to {ends[1]:.4g}, as if its first row were the noisiest"
    for read in (opened, read_schedules):
        with pytest.raises(StudioError, match=sentence):
            read(path)
    np.testing.assert_allclose(opened(path, f",as={key}").betas, schedule.betas[::-1], 1e-12)
    path.write_text("\n".join([key, *reversed(turned)]))
    check_same(opened(path), schedule)
    for counted in (range(1, 51), [*map("{:,}".format, range(1, 5000, 100))]):
        path.write_text("\n".join([f"t\t{key}", *map("{}\t{}".format, counted, turned)]))
        np.testing.assert_allclose(opened(path).betas, schedule.betas[::-1], 1e-12)
    path.write_text("\n".join([f"t\t{key}", *map("{:,}\t{}".format, range(5000, 0, -100), turned)]))
    check_same(opened(path), schedule)


def test_pasted_betas_that_fall_are_to_be_turned_or_counted() -> None:
    betas = Schedule("linear", 9).betas[::-1].tolist()
    with pytest.raises(StudioError, match="turn its rows around, or, if β fall indeed, count the steps in a column t"):
        pasted_schedules(json.dumps({"betas": betas}))
    [(read, _)] = pasted_schedules(json.dumps({"t": [*range(9)], "betas": betas}))
    assert isinstance(read, Schedule)
    assert read.betas.tolist() == betas


@pytest.mark.parametrize("name", ["posterior_variance", "posterior_log_variance_clipped", "posterior_mean_coef1"])
def test_no_schedule_is_read_from_a_table_of_the_posterior(tmp_path: Path, name: str) -> None:
    np.savez(tmp_path / "x.npz", allow_pickle=False, **{name: Schedule("linear", 50).coefficients.posterior_variance})
    assert f"holds no betas, only {name}" in refusal(tmp_path / "x.npz")


def test_one_minus_may_be_a_sign_and_alphas_are_told_by_any_course(tmp_path: Path) -> None:
    schedule = Schedule.from_betas(np.sort(np.random.default_rng(1).uniform(1e-4, 0.04, 50)), "x.csv")
    path = tmp_path / "x.csv"
    for name, curve in (("1-beta", "alphas"), ("1 − alpha_bar", "one_minus_alphas_cumprod")):
        values = schedule.coefficients.alphas if curve == "alphas" else 1 - schedule.coefficients.alphas_cumprod
        path.write_text(f"t,{name}\n" + "".join(f"{t},{x!r}\n" for t, x in enumerate(values.tolist())))
        assert opened(path).quantity == curve
        check_same(opened(path), schedule, 1e-6)
    np.save(tmp_path / "x.npy", schedule.coefficients.alphas)
    assert "may hold α / " in refusal(tmp_path / "x.npy")


CLEAN = {"betas": 0.0, "alphas": 1.0, "alphas_cumprod": 1.0, "sqrt_alphas_cumprod": 1.0, "sigmas": 0.0}


@pytest.mark.parametrize("names", [(name,) for name in CLEAN] + [("betas", "alphas_cumprod"), tuple(CLEAN)], ids=str)
@pytest.mark.parametrize("format", ["csv", "npz", "json"])
def test_the_clean_picture_at_first_is_no_step(tmp_path: Path, names: tuple[str, ...], format: str) -> None:
    schedule = Schedule.parse("scaled_linear:T=50,beta_start=0.001,beta_end=0.1")
    prev = schedule.coefficients["alphas_cumprod_prev"]
    columns = {name: np.append(CLEAN[name], schedule.coefficients[name]) for name in names}
    columns |= {"alphas_cumprod_prev": np.append(1.0, prev)} if len(names) > 1 else {}
    path = tmp_path / f"x.{format}"
    if format == "csv":
        path.write_text(
            "\n".join(
                map(
                    ",".join,
                    [
                        tuple(columns),
                        *(
                            map(repr, row)
                            for row in zip(*(column.tolist() for column in columns.values()), strict=True)
                        ),
                    ],
                )
            )
        )
    elif format == "npz":
        np.savez(path, **columns)  # type: ignore[arg-type]
    else:
        path.write_text(json.dumps({name: column.tolist() for name, column in columns.items()}))
    check_same(opened(path), schedule)


def test_a_clean_step_of_a_scheduler_is_refused_with_what_to_tell(tmp_path: Path) -> None:
    betas = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]
    config = {"_class_name": "DDPMScheduler", "trained_betas": betas}
    path = tmp_path / "scheduler_config.json"
    path.write_text(json.dumps(config))
    with pytest.raises(FileError, match="begin with 0, which adds no noise; take it off"):
        opened(path)
    path.write_text(json.dumps({**config, "trained_betas": betas[1:]}))
    assert opened(path).T == 5


@pytest.mark.parametrize("name", ["a.csv", "b.csv", "c.csv", "a.json", "b.json"])
def test_a_list_of_steps_by_its_name_is_called_that(tmp_path: Path, name: str) -> None:
    texts = {
        "a.csv": "timesteps\n999\n500\n0\n",
        "b.csv": "timestep\n999\n500\n0\n",
        "c.csv": "step,timesteps\n1,999\n2,500\n",
        "a.json": '{"timesteps": [999, 500, 0]}',
        "b.json": '{"T": 1000, "timesteps": [999, 500, 0]}',
    }
    path = tmp_path / name
    path.write_text(texts[name])
    with pytest.raises(FileError, match="lists the steps of a sampler, not a schedule; give it by --spacing file:"):
        opened(path)
    assert [*read_step_list(str(path)).numbers][:2] == [999, 500]


@pytest.mark.parametrize("name", ["x.npy", "x.txt", "betas.csv", "x.json"])
def test_betas_that_begin_near_1_open_by_what_is_said_to_type(name: str, tmp_path: Path) -> None:
    betas, path = np.linspace(0.95, 0.3, 60), tmp_path / name
    if path.suffix == ".npy":
        np.save(path, betas)
    elif path.suffix == ".json":
        path.write_text(json.dumps({"betas": betas.tolist()}))
    else:
        np.savetxt(path, betas)
    with pytest.raises(StudioError, match="or as=betas") as caught:
        Schedule.parse(f"custom:path={path}")
    spec = str(caught.value.values["spec"])
    assert spec == f"custom:path={path},as=alphas_cumprod"
    assert Schedule.parse(spec.replace("alphas_cumprod", "betas")).betas == pytest.approx(betas)


NAMES_WITH_UNITS = (
    *("sigma2", "σ²", "sigma_sq", "nsr", "beta_tilde", "β̃_t", "betas_cumsum", "alphas_cumprod_prev"),
    *("beta [1e-3]", "beta (%)", "β/‰", "betas (linear)", "sigma [px]", "log SNR (dB)", "beta %", "ᾱ in %"),
    *("beta_percent", "alpha_bar_pct", "beta x1000", "beta_e4", "sqrt_alphas", "log_beta"),
)


@pytest.mark.parametrize("name", NAMES_WITH_UNITS)
@pytest.mark.parametrize("kind", ["csv", "tsv", "json", "npz"])
def test_a_name_with_a_unit_is_not_read_as_if_it_had_none(name: str, kind: str, tmp_path: Path) -> None:
    values, path = np.linspace(0.1, 20, 50), tmp_path / f"x.{kind}"
    if kind == "npz":
        name = name.replace("/", "(")  # Which would be a folder in it.
        np.savez(path, **{name: values})  # type: ignore[arg-type]
    elif kind == "json":
        path.write_text(json.dumps({name: values.tolist()}))
    else:
        path.write_text(f"t{chr(9)}{name}\n" + "".join(f"{t}\t{value!r}\n" for t, value in enumerate(values.tolist())))
    with pytest.raises(FileError, match=r"may be .* in a unit or form of its own; write its plain numbers"):
        read_schedules(path)


def test_rows_are_read_in_the_order_of_their_steps(tmp_path: Path) -> None:
    steps, betas = [3, 1, 2], [0.3, 0.1, 0.2]
    np.savez(tmp_path / "x.npz", betas=betas, timestep=steps)
    (tmp_path / "x.json").write_text(json.dumps({"step": steps, "betas": betas, "alphas": [0.7, 0.9, 0.8]}))
    (tmp_path / "x.csv").write_text("t,beta\n3,0.3\n1,0.1\n2,0.2\n")
    (tmp_path / "turned.csv").write_text("T-t,alpha_bar,t\n0,0.504,3\n1,0.72,2\n2,0.9,1\n")
    (tmp_path / "twice.csv").write_text("t,beta\n1,0.1\n1,0.2\n0,0.3\n")
    (tmp_path / "thousands.csv").write_text("t\tbeta\n999\t0.1\n1,001\t0.2\n1,003\t0.3\n")
    for name in ("x.npz", "x.json", "x.csv", "turned.csv", "twice.csv", "thousands.csv"):
        read = read_schedules(tmp_path / name)[0].betas
        assert read == pytest.approx([0.1, 0.2, 0.3]), name
    assert Schedule.parse(f"custom:path={tmp_path / 'x.csv'},as=betas").betas == pytest.approx([0.1, 0.2, 0.3])


def test_two_columns_of_one_name_are_not_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("beta,t,Beta\n0.1,1,0.2\n0.2,2,0.3\n")
    with pytest.raises(FileError, match="has 2 columns called beta; keep one of them"):
        read_schedules(tmp_path / "x.csv")


def test_what_a_quantity_never_is_is_told_as_that(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("alpha_bar\n99.9\n50\n0.1\n")
    with pytest.raises(FileError, match=r"its number 1 is 99\.9, which ᾱ never is; write plain numbers, 0\.02 for 2 %"):
        read_schedules(tmp_path / "x.csv")


def test_a_name_with_a_unit_beside_one_that_says_all_is_left_aside(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("sigma [px],betas\n1,0.1\n2,0.2\n")
    assert read_schedules(tmp_path / "x.csv")[0].betas.tolist() == [0.1, 0.2]
