"""The page of a report: well-formed, harmless whatever the names are, and right in its numbers and pictures."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from ddpm_studio.diffusion import CURVES, Schedule, Steps, findings_of, solver_table
from ddpm_studio.diffusion.forward import draw_noise
from ddpm_studio.diffusion.steps.steps_spec import StepsSpec
from ddpm_studio.errors import FileError
from ddpm_studio.figures.against import Against
from ddpm_studio.figures.figure import FigureLine
from ddpm_studio.figures.line_looks import LOOKS, on_dark
from ddpm_studio.report import Report, ReportedPicture, ReportedRun, ReportedSchedule, ReportedSteps, report_bytes
from ddpm_studio.report.key_numbers import KEYS, equal_at, numbers_of
from ddpm_studio.texts import Readable
from tests.report.parsed_page import ParsedPage

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</style></title></svg><script>alert(1)</script>",
    "<!-- &lt;b&gt; &amp; ]]> <![CDATA[",
    "javascript:alert(1)",
    "gnp.\u202eexe\x00\x1b[2J\udcff",
    "{name} {0} %s",
    "ᾱ 噪声 🙂",
    "x" * 5000,
)

POLICY = "Content-Security-Policy"


def reported(
    schedule: Schedule, name: str = "", place: int = 0, steps: tuple[ReportedSteps, ...] = ()
) -> ReportedSchedule:
    look = LOOKS[place]
    return ReportedSchedule(FigureLine(schedule, name, look.colour, look.dash), on_dark(look.colour), steps)


def full(names: tuple[str, ...] = ("mine", "yours")) -> Report:
    """A report with something in every section."""
    own = Schedule.from_betas([0.1, 0.2, 0.99999], f"/home/me/{names[0]}/betas.csv")
    flow = Schedule("flow", 20)
    levels = StepsSpec.parse("karras:steps=5").levels(flow)
    table = solver_table("unipc", Steps.of_levels(levels, "karras:steps=5"))
    steps = (ReportedSteps(names[0], levels, table),)
    picture = ReportedPicture(names[0], Image.linear_gradient("L").convert("RGB"), 3)
    run = ReportedRun(names[0], ((names[0], names[1]),), table, Image.new("RGB", (32, 16), "red"))
    lines = reported(own, names[0]), reported(flow, names[1], 1, steps)
    return Report(lines, names[0], picture=picture, runs=(run,))


def page_of(report: Report) -> str:
    return report_bytes(report).decode("utf-8")


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_data_wherever_they_stand(name: str) -> None:
    page = page_of(full((name, name)))
    parsed = ParsedPage(page)
    assert [tag for tag, _ in parsed.elements].count("img") == len(parsed.pictures) == 1 + 3 + 5 + 1
    assert "<script" not in page.lower()
    shown = name if name.isprintable() else name.encode("unicode_escape").decode()
    if len(name) < 1000 and name.isprintable():
        assert parsed.texts_in("h1") == [shown]
        assert parsed.texts_in("h3").count(shown) >= 4
    assert not any(letter in page for letter in "\u202e\x00\x1b")


def test_it_fetches_nothing_runs_nothing_and_names_no_folder() -> None:
    page = page_of(full())
    assert not re.search(r"://|/home|/tmp|url\(|@import|expression\(", page)
    assert page.count("http") == page.count("http-equiv") == 1
    assert "betas.csv" in page


def test_its_policy_allows_its_style_sheet_and_pictures_alone() -> None:
    page = page_of(full())
    parsed = ParsedPage(page)
    (policy,) = [told["content"] for tag, told in parsed.elements if told.get("http-equiv") == POLICY]
    sheet = page[page.index("<style>") + len("<style>") : page.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": f"'sha256-{digest}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert page.index(POLICY) < page.index("<style>")


def test_a_line_has_its_colour_on_light_and_on_dark() -> None:
    page = page_of(full())
    for look in LOOKS[:2]:
        assert f'stroke="{look.colour}"' in page
        assert f'[stroke="{look.colour}"] {{ stroke: {on_dark(look.colour)} }}' in page


def test_pictures_are_noised_as_each_schedule_says() -> None:
    schedule, picture = Schedule("cosine", 1000), Image.linear_gradient("L").resize((64, 48))
    parsed = ParsedPage(page_of(Report((reported(schedule),), picture=ReportedPicture("a.png", picture, 7))))
    clean, *rest = [np.asarray(image.convert("L"), float) / 127.5 - 1 for image in parsed.pictures]
    epsilon = draw_noise((48, 64, 1), 7)[..., 0]
    assert [text for text in parsed.texts_in("figcaption") if text.startswith("t = 250,")]
    for t, shown in zip((100, 250, 500, 750, 1000), rest, strict=True):
        alpha_bar = math.cos((t / 1000 + 0.008) / 1.008 * math.pi / 2) ** 2 / math.cos(0.008 / 1.008 * math.pi / 2) ** 2
        expected = math.sqrt(alpha_bar) * clean + math.sqrt(1 - alpha_bar) * epsilon
        assert np.abs(shown - expected.clip(-1, 1)).mean() < 0.08


def test_key_numbers_are_those_of_closed_forms() -> None:
    schedule = Schedule("const", 100, {"beta_end": 0.05})
    told = dict(zip(KEYS, numbers_of(schedule), strict=True))
    assert told["β_1"] == told["β_T"] == "0.05"
    assert float(told["ᾱ_T"]) == pytest.approx(0.95**100, rel=1e-4)
    assert equal_at(schedule) == pytest.approx(math.log(0.5) / math.log(0.95), abs=0.05)
    assert equal_at(Schedule("cosine", 1000, {"s": 0.0})) == pytest.approx(500, abs=1e-6)
    assert equal_at(Schedule("const", 2, {"beta_end": 0.001})) is None
    assert equal_at(Schedule.from_betas([0.25, 1.0])) == 2.0


def test_findings_are_told_of_the_schedule_they_are_of() -> None:
    schedule = Schedule("linear", 300)
    parsed = ParsedPage(page_of(Report((reported(schedule, "short"),))))
    said = parsed.said
    for finding in findings_of(schedule):
        for text in finding.texts:
            assert re.sub(r"[_{}^]", "", str(text)) in said.replace("−", "-") or str(text).replace("_", "") in said


def test_every_text_is_told_in_the_reader_s_language() -> None:
    told: list[str] = []

    def tell(text: Readable) -> str:
        told.append(str(text))
        return f"«{text}»"

    parsed = ParsedPage(report_bytes(full(), tell).decode())
    names = {"mine", "yours"}
    own = [text for text in parsed.texts_in("h2", "p", "figcaption") if text not in names]
    assert own
    assert all(text.startswith("«") for text in own)


def test_any_curve_can_be_drawn() -> None:
    lines = reported(Schedule("jsd", 30)), reported(Schedule("cosine", 5, {"zero_snr": 1}), "b", 1)
    for name in CURVES:
        parsed = ParsedPage(page_of(Report(lines, curves=(name,))))
        assert [tag for tag, _ in parsed.elements if tag == "polyline"]


def test_many_schedules_are_bounded() -> None:
    many = tuple(reported(Schedule("const", T), place=T % 16) for T in range(1, 258))
    picture = ReportedPicture("a.png", Image.effect_noise((500, 400), 90).convert("RGB"))
    page = report_bytes(Report(many[:256], picture=picture))
    assert len(page) < 8e6
    assert b"232 more schedules are left out." in page
    with pytest.raises(FileError, match="A report of 257 schedules cannot be written"):
        Report(many)
    with pytest.raises(FileError):
        Report(())


def test_sheets_of_pictures_are_bounded_and_small_ones_enlarged() -> None:
    base = full()
    for side, width in ((16, 480), (4000, 1024)):
        sheet = Image.effect_noise((side, side), 60).convert("RGB")
        report = replace(base, runs=(replace(base.runs[0], sheet=sheet),) * 4)
        parsed = ParsedPage(page_of(report))
        assert [told["width"] for tag, told in parsed.elements if tag == "img"][-4:] == [str(width)] * 4
        assert max(parsed.pictures[-1].size) == min(side, 1024)
        assert len(page_of(report)) < 20e6


def test_long_tables_say_what_they_leave_out() -> None:
    levels = StepsSpec.parse("trailing").levels(Schedule("linear", 1000), 500)
    parsed = ParsedPage(page_of(Report((reported(Schedule("linear", 1000), steps=(ReportedSteps("x", levels),)),))))
    assert "381 more rows are left out." in parsed.texts_in("p")


def test_the_same_report_has_the_same_bytes() -> None:
    assert report_bytes(full()) == report_bytes(full())


def test_curves_that_are_compared_say_so() -> None:
    a = Schedule("linear", 20)
    lines = reported(a, "mine"), reported(Schedule("cosine", 20), "yours", 1)
    page = page_of(Report(lines, curves=("betas",), against=Against(a)))
    assert "<dt>β<sub>t</sub> − A</dt>" in page
    assert ">A: mine<" in page
    assert page_of(Report(lines, curves=("betas",))) != page
