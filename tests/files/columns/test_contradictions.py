"""Files that say the same thing twice: they open with the digits of both, or are refused where they contradict."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from ddpm_studio.diffusion import Schedule
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.quantities import QUANTITIES
from ddpm_studio.errors import StudioError
from ddpm_studio.files.betas import read_schedules
from ddpm_studio.files.columns.posterior import POSTERIOR
from ddpm_studio.files.export import export_bytes
from ddpm_studio.files.pasted import pasted_schedules
from ddpm_studio.files.snippets import numpy_snippet
from tests.tiers import thinned

FAR = {"logsnr_cosine:T=1000,min=-50": -50.0, "vp:T=3,beta_d=200": -100.1, "laplace:T=1,mu=-20,b=2": -47.63}
"""Schedules whose last β is next to 1, and the log SNR at which they end."""

SPECS = [*FAR, "cosine:T=50,zero_snr=1,snr_shift=3"]
LINEAR = Schedule("linear", 1000).coefficients
TWICE = [key for key in QUANTITIES if key in LINEAR.arrays and key not in ("betas", "sigmas", "tau")]


@pytest.mark.parametrize("spec", SPECS)
def test_what_the_export_writes_opens_with_its_log_snr_to_the_last_bit(tmp_path: Path, spec: str) -> None:
    check_exports(tmp_path, Schedule.parse(spec))


@pytest.mark.parametrize(("kind", "T"), thinned(KINDS, (1, 7, 300), one_in=3))
def test_what_the_export_of_any_kind_writes_opens_so(tmp_path: Path, kind: str, T: int) -> None:
    check_exports(tmp_path, Schedule(kind, T))


def check_exports(tmp_path: Path, schedule: Schedule) -> None:
    for curves in (None, ["log_snr"], ["betas", "log_snr"]):
        for format in ("csv", "json", "npz"):
            path = tmp_path / f"x.{format}"
            path.write_bytes(export_bytes([schedule], curves, format))
            [read] = read_schedules(path)
            assert read == Schedule.parse(str(read))
            assert np.array_equal(read.coefficients.log_snr, schedule.coefficients.log_snr)
            np.testing.assert_allclose(read.coefficients.alphas_cumprod, schedule.coefficients.alphas_cumprod, 1e-13)
            if curves is None:
                assert np.array_equal(read.betas, schedule.betas)
                np.testing.assert_allclose(read.coefficients.alphas, schedule.coefficients.alphas, 1e-13)


@pytest.mark.parametrize(("spec", "end"), FAR.items())
def test_log_snr_ends_where_the_formula_ends(tmp_path: Path, spec: str, end: float) -> None:
    path = tmp_path / "x.csv"
    for curves in (["betas", "log_snr"], ["betas", "alphas_cumprod"], ["betas", "snr_db"]):
        path.write_bytes(export_bytes([Schedule.parse(spec)], curves, "csv"))
        read = Schedule.parse(f"custom:path={path}")
        assert math.isclose(read.coefficients.log_snr[-1], end, rel_tol=1e-4)
        assert read.replace(snr_shift=4).coefficients.log_snr[-1] == read.coefficients.log_snr[-1] - math.log(4)


@pytest.mark.parametrize("kind", ["linear", "scaled_linear", "cosine", "const"])
def test_published_betas_are_all_that_is_kept_of_an_export(tmp_path: Path, kind: str) -> None:
    (tmp_path / "x.csv").write_bytes(export_bytes([Schedule(kind, 1000)], None, "csv"))
    [read] = read_schedules(tmp_path / "x.csv")
    assert (read.trained_betas, read.trained_log_snr) == (tuple(Schedule(kind, 1000).betas.tolist()), ())


def test_copied_code_has_log_snr_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(export_bytes([Schedule.parse("vp:T=3,beta_d=200")], None, "csv"))
    [read] = read_schedules(tmp_path / "x.csv")
    names: dict[str, np.ndarray] = {}
    exec(numpy_snippet(read), names)
    assert np.array_equal(names["log_snr"], read.coefficients.log_snr)


@pytest.mark.parametrize("other", TWICE)
def test_what_contradicts_itself_is_refused_until_it_is_said_what_counts(tmp_path: Path, other: str) -> None:
    wrong = Schedule.parse("linear:T=1000,beta_end=0.022").coefficients[other]
    entries = {"betas": LINEAR.betas, other: wrong}
    rows = zip(*(numbers.tolist() for numbers in entries.values()), strict=True)
    header = f"betas,{other}\n"
    (tmp_path / "x.csv").write_text(header + "\n".join(",".join(map(repr, row)) for row in rows))
    (tmp_path / "x.json").write_text(json.dumps({key: numbers.tolist() for key, numbers in entries.items()}))
    np.savez(tmp_path / "x.npz", **entries)  # type: ignore[arg-type]
    for name in ("x.csv", "x.json", "x.npz"):
        with pytest.raises(StudioError, match=rf"contradicts itself, most at t = \d+, .* by its betas .* its {other};"):
            Schedule.parse(f"custom:path={tmp_path / name}")
        read = Schedule.parse(f"custom:path={tmp_path / name},as=betas")
        assert np.array_equal(read.betas, LINEAR.betas)
        read = Schedule.parse(f"custom:path={tmp_path / name},as={other}")
        np.testing.assert_allclose(read.coefficients[other], wrong, 1e-6, 1e-12)
    with pytest.raises(StudioError, match="leave out one of the two"):
        pasted_schedules((tmp_path / "x.csv").read_text())


@pytest.mark.parametrize("other", TWICE)
@pytest.mark.parametrize("form", ["float32", "%.6f", "%.4f", "%.4g"])
def test_what_was_rounded_or_multiplied_in_float32_does_not_contradict(tmp_path: Path, other: str, form: str) -> None:
    betas, cells = LINEAR.betas, LINEAR[other].tolist()
    if form == "float32":
        is_product = other == "alphas_cumprod"
        cells = (np.cumprod(1 - betas.astype(np.float32)) if is_product else LINEAR[other].astype(np.float32)).tolist()
    cells = [float(form % x) for x in cells] if "%" in form else cells
    rows = (f"{beta!r},{cell!r}" for beta, cell in zip(betas.tolist(), cells, strict=True))
    (tmp_path / "x.csv").write_text(f"betas,{other}\n" + "\n".join(rows))
    read = Schedule.parse(f"custom:path={tmp_path / 'x.csv'}")
    assert np.array_equal(read.betas, LINEAR.betas)
    np.testing.assert_allclose(read.coefficients.log_snr, LINEAR.log_snr, 1e-12)


@pytest.mark.parametrize("name", POSTERIOR)
@pytest.mark.parametrize("key", ["betas", "alphas_cumprod"])
@pytest.mark.parametrize("end", ["csv", "npz", "pt"])
def test_a_posterior_that_is_not_of_the_schedule_is_refused(tmp_path: Path, name: str, key: str, end: str) -> None:
    path = tmp_path / f"x.{end}"
    for other, is_wrong in (("linear:T=1000", False), ("linear:T=1000,beta_end=0.022", True)):
        tables = {key: LINEAR[key].copy(), name: Schedule.parse(other).coefficients[name].copy()}
        if end == "csv":
            rows = zip(*(numbers.tolist() for numbers in tables.values()), strict=True)
            path.write_text(f"{key},{name}\n" + "\n".join(",".join(map(repr, row)) for row in rows))
        elif end == "npz":
            np.savez(path, **tables)  # type: ignore[arg-type]
        else:
            torch.save({each: torch.from_numpy(numbers) for each, numbers in tables.items()}, path)
        if is_wrong:
            with pytest.raises(
                StudioError, match=rf"at t = \d+, .* by its {key} and .* by its {name}; if its {key} count"
            ):
                Schedule.parse(f"custom:path={path}")
        read = Schedule.parse(f"custom:path={path}" + f",as={key}" * is_wrong)
        np.testing.assert_allclose(read.betas, LINEAR.betas, 1e-9)


@pytest.mark.parametrize("name", POSTERIOR)
@pytest.mark.parametrize("form", ["float32", "%.6f", "%.4g", "DDIM"])
@pytest.mark.parametrize(
    "spec", ["linear:T=1000", "cosine:T=1000", "cosine:T=4000", "jsd:T=20", "linear:T=1000,zero_snr=1"]
)
def test_a_rounded_posterior_and_other_conventions_at_the_first_step(
    tmp_path: Path, name: str, form: str, spec: str
) -> None:
    schedule = Schedule.parse(spec)
    betas = torch.tensor(schedule.betas.copy(), dtype=torch.float32 if form == "float32" else torch.float64)
    signal = (1 - betas).cumprod(0)
    before = torch.cat([signal[:1] if form == "DDIM" else torch.ones_like(signal[:1]), signal[:-1]])
    values = {
        "alphas_cumprod_prev": before,
        "posterior_variance": betas * (1 - before) / (1 - signal),
        "posterior_mean_coef1": betas * before.sqrt() / (1 - signal),
        "posterior_mean_coef2": (1 - before) * (1 - betas).sqrt() / (1 - signal),
    }[name].tolist()
    cells = [float(form % x) if "%" in form else x for x in values]
    rows = (f"{beta!r},{cell!r}" for beta, cell in zip(schedule.betas.tolist(), cells, strict=True))
    (tmp_path / "x.csv").write_text(f"betas,{name}\n" + "\n".join(rows))
    assert np.array_equal(Schedule.parse(f"custom:path={tmp_path / 'x.csv'}").betas, schedule.betas)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("rounded", ["betas", "alphas_cumprod", "sqrt_one_minus_alphas_cumprod", "all"])
def test_numbers_of_16_bits_agree_as_far_as_they_can(tmp_path: Path, dtype: torch.dtype, rounded: str) -> None:
    keys = ("betas", "alphas_cumprod", "sqrt_one_minus_alphas_cumprod")
    tables = {key: torch.tensor(LINEAR[key]) for key in keys}
    path = tmp_path / "x.pt"
    torch.save({key: table.to(dtype) if rounded in (key, "all") else table for key, table in tables.items()}, path)
    [read] = [Schedule.parse(f"custom:path={path}")]
    np.testing.assert_allclose(read.betas, LINEAR.betas, rtol=2.0**-8)
    torch.save({key: (0.98 * table).to(dtype) if key == rounded else table for key, table in tables.items()}, path)
    if rounded != "all":
        with pytest.raises(StudioError, match="contradicts itself"):
            Schedule.parse(f"custom:path={path}")
