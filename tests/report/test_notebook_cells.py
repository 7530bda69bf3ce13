"""What a notebook shows of values: well-formed, in the notebook's own ink, and true to the numbers."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest

from ddpm_studio import Schedule, SolverTable, Steps, solver_table
from ddpm_studio.diffusion.kinds import KINDS
from ddpm_studio.diffusion.solvers import SOLVERS
from ddpm_studio.figures.composing import composed
from ddpm_studio.figures.figure import Figure, FigureLine, Naming
from ddpm_studio.report.notebook_cells import DOT, FONT_PT, HEIGHT_MM, INK, LINE, LINE_PT, WIDTH_MM
from tests.patience import PATIENCE_S
from tests.report.parsed_page import ParsedPage

ALONE = """
import sys
from ddpm_studio import Schedule
assert "data:image/svg+xml" in Schedule("cosine", 10)._repr_html_()
print(*sorted({"torch", "PySide6", "ddpm_studio.checkpoints"} & sys.modules.keys()))
"""


def cell(value: Schedule | Steps | SolverTable) -> ParsedPage:
    """What is shown of a value, as a browser reads it."""
    shown = value._repr_html_()
    assert not any(word in shown for word in ("://", "<style", "<svg"))
    parsed = ParsedPage(shown)
    looks = [look for _, told in parsed.elements for look in (told.get("fill"), told.get("stroke")) if look]
    assert {*looks} <= {"none", INK, LINE, DOT}
    return parsed


@pytest.mark.parametrize("ground", ["#FFFFFF", "#111111"])
def test_ink_is_read_on_light_and_on_dark(ground: str) -> None:
    def luminance(colour: str) -> float:
        linear = [((int(colour[at : at + 2], 16) / 255 + 0.055) / 1.055) ** 2.4 for at in (1, 3, 5)]
        return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))

    dark, light = sorted(map(luminance, (ground, INK)))
    assert (light + 0.05) / (dark + 0.05) > 4


@pytest.mark.parametrize("kind", KINDS)
def test_every_schedule_shows_its_curves_and_numbers(kind: str) -> None:
    for T in (1, 2, 1000):
        for end in (0, 1):
            schedule = Schedule(kind, T, {"zero_snr": end})
            parsed = cell(schedule)
            assert parsed.texts_in("strong") == [str(KINDS[kind].label)]
            assert parsed.texts_in("code") == [str(schedule)]
            assert parsed.texts_in("th")[-1] == str(T)
            if T == 1000:
                assert [told["stroke"] for tag, told in parsed.elements if tag == "polyline"].count(LINE) >= 2


def test_names_of_files_are_data_and_have_no_folder() -> None:
    parsed = cell(Schedule.from_betas([0.1, 0.2], "/home/me/<script>alert(1)</script>"))
    assert parsed.texts_in("code") == ["custom:path=script>"]
    parsed = cell(Schedule.from_betas([0.1, 0.2], "/home/me/<b>&\u202e.csv"))
    assert parsed.texts_in("code") == [r"custom:path=<b>&\u202e.csv"]


@pytest.mark.parametrize("spacing", ["trailing", "karras", "linspace"])
@pytest.mark.parametrize("spec", ["cosine:T=1000", "linear:T=50,zero_snr=1", "flow:T=1000,shift=3"])
def test_steps_are_squares_on_their_curve(spacing: str, spec: str) -> None:
    steps = Steps.from_spacing(Schedule.parse(spec), 6, spacing)
    parsed = cell(steps)
    assert parsed.texts_in("strong") == [f"{spacing}: 6 steps"]
    dots = [told["points"] for tag, told in parsed.elements if tag == "polyline" and told["stroke"] == DOT]
    figure = Figure(
        (FigureLine(steps.schedule),),
        ("log_snr",),
        width_mm=WIDTH_MM,
        height_mm=HEIGHT_MM,
        font_pt=FONT_PT,
        line_pt=LINE_PT,
        naming=Naming.NONE,
    )
    frame = composed(figure).frame(0)
    for dot, t, level in zip(dots, steps.timesteps + 1, steps.log_snr, strict=False):
        (left, y), (right, _) = (map(float, point.split(",")) for point in dot.split())
        across = (t / steps.schedule.T - frame.x.low) / frame.x.span
        up = (np.clip(level, frame.y.low, frame.y.high) - frame.y.low) / frame.y.span
        assert (left + right) / 2 == pytest.approx(frame.left + across * (frame.right - frame.left), abs=0.011)
        assert y == pytest.approx(frame.bottom - up * (frame.bottom - frame.top), abs=0.011)
    assert len(dots) == 6
    assert parsed.texts_in("th")[-7:] == [*map(str, range(1, 8))]


@pytest.mark.parametrize("name", SOLVERS)
def test_a_solver_s_table_tells_its_calls_and_its_order(name: str) -> None:
    table = solver_table(name, Steps.from_spacing(Schedule("cosine", 1000), 8))
    parsed = cell(table)
    order = SOLVERS[name].accuracy(**table.options)
    assert parsed.texts_in("p")[0] == f"{name}: NFE {table.nfe}" + (f", accuracy of order {order}" if order else "")
    assert parsed.texts_in("th")[-table.nfe :] == [*map(str, range(1, table.nfe + 1))]
    for key, value in table.options.items():
        assert f"{key}={value}" in parsed.texts_in("code")[0]


def test_long_tables_are_cut_and_say_so() -> None:
    steps = Steps.from_spacing(Schedule("cosine", 1000), 100)
    assert "81 more rows are left out." in cell(steps).texts_in("p")
    assert "80 more rows are left out." in cell(solver_table("ddim", steps)).texts_in("p")


def test_values_stay_what_they_were() -> None:
    steps = Steps.from_spacing(Schedule("cosine", 10), 3)
    for value in (steps.schedule, steps, solver_table("ddim", steps)):
        again = pickle.loads(pickle.dumps(value))
        assert again._repr_html_() == value._repr_html_()
        assert "html" not in repr(value)


def test_a_cell_needs_neither_torch_nor_qt() -> None:
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    assert done.stdout.strip() == ""
