"""Page of a report: one file of HTML with its drawings and pictures in it, and no script, that fetches nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ddpm_studio.diffusion.findings import Finding, findings_of
from ddpm_studio.diffusion.training.training_curves import ALL_CURVES
from ddpm_studio.errors import QT_TRANSLATE_NOOP
from ddpm_studio.figures.composing import artwork_of
from ddpm_studio.figures.figure import Figure, Naming
from ddpm_studio.figures.svg import svg_element
from ddpm_studio.interruption import check
from ddpm_studio.release import version_here
from ddpm_studio.report.key_numbers import KEYS, equal_text, numbers_of
from ddpm_studio.report.markup import Markup, element, foreign, formula, table
from ddpm_studio.report.noised_pictures import embedded_sheet, pictures_of
from ddpm_studio.report.page_style import head_of
from ddpm_studio.report.report_contents import Report, ReportedRun, ReportedSchedule, Telling, spec_text
from ddpm_studio.report.schedule_key import name_with_key
from ddpm_studio.report.step_tables import solver_part, steps_of_report
from ddpm_studio.telling import PROGRAM
from ddpm_studio.texts import Text

WIDTH_MM, PANEL_MM = 240.0, 120.0
"""Width of the curves, and of one of them where there are several."""

_LANGUAGE = QT_TRANSLATE_NOOP("report", "en")
"""The tag of the language, as it is told in HTML."""

FEW = 8
"""Lines that a legend has names for; those of more are told by the table of schedules."""

LEGEND_MM = 5.0
"""Height of a row of the legend."""

_USUAL_TITLE = QT_TRANSLATE_NOOP("report", "Comparison of noise schedules")
_MADE = QT_TRANSLATE_NOOP("report", "{count} schedules, by {program} {version}.")
_SCHEDULES = QT_TRANSLATE_NOOP("report", "Schedules")
_NAME = QT_TRANSLATE_NOOP("report", "name")
_TEXT = QT_TRANSLATE_NOOP("report", "text")
_CURVES = QT_TRANSLATE_NOOP("report", "Curves")
_NUMBERS = QT_TRANSLATE_NOOP("report", "Key numbers")
_EQUAL = QT_TRANSLATE_NOOP("report", "0 dB at t (t/T)")
_FINDINGS = QT_TRANSLATE_NOOP("report", "Findings")
_NO_FINDINGS = QT_TRANSLATE_NOOP("report", "Nothing was found.")
_RUNS = QT_TRANSLATE_NOOP("report", "Runs")


def report_bytes(report: Report, tell: Telling = str) -> bytes:
    """The content of the file, UTF-8; `tell` says its texts in the language of the report."""
    title = foreign(report.title) or tell(_USUAL_TITLE)
    body = element("body", element("header", element("h1", title), _made(report, tell)), *_sections(report, tell))
    page = element("html", head_of(title, _dark_colours(report), report.recipe), body, lang=tell(_LANGUAGE))
    return f"<!DOCTYPE html>\n{page}\n".encode("utf-8", "backslashreplace")


def _made(report: Report, tell: Telling) -> Markup:
    values = {"count": len(report.schedules), "program": PROGRAM, "version": version_here()}
    return element("p", tell(Text(_MADE, values)), class_="muted")


def _sections(report: Report, tell: Telling) -> Iterator[Markup]:
    for section in (_schedules, _curves, _key_numbers, pictures_of, _findings, steps_of_report, _runs):
        yield from section(report, tell)
        check()


def _dark_colours(report: Report) -> Mapping[str, str]:
    return {reported.line.colour: reported.dark for reported in report.schedules}


def _schedules(report: Report, tell: Telling) -> Iterator[Markup]:
    yield element("h2", tell(_SCHEDULES))
    rows = [(name_with_key(each), element("code", foreign(spec_text(each.schedule)))) for each in report.schedules]
    yield table((tell(_NAME), tell(_TEXT)), rows)


def _curves(report: Report, tell: Telling) -> Iterator[Markup]:
    """The curves, and below them what each of them is."""
    yield element("h2", tell(_CURVES))
    width = WIDTH_MM if len(report.curves) > 1 else PANEL_MM
    lines = tuple(each.line for each in report.schedules)
    naming = Naming.LEGEND if len(lines) <= FEW else Naming.NONE
    figure = Figure(
        lines,
        report.curves,
        report.axis,
        report.log_curves,
        width,
        font_pt=9.0,
        line_pt=1.4,
        naming=naming,
        against=report.against,
    )
    roomy = replace(figure, height_mm=figure.height + (LEGEND_MM * len(lines) if len(lines) <= FEW else 0.0))
    yield element("div", Markup(svg_element(artwork_of(roomy), within_page=True)), class_="curves")
    told = (ALL_CURVES[name] for name in report.curves)
    meanings = (
        (element("dt", formula(figure.symbol(curve))), element("dd", formula(tell(curve.meaning)))) for curve in told
    )
    yield element("dl", *(part for pair in meanings for part in pair))


def _key_numbers(report: Report, tell: Telling) -> Iterator[Markup]:
    yield element("h2", tell(_NUMBERS))
    rows = [(name_with_key(each), *numbers_of(each.schedule), equal_text(each.schedule)) for each in report.schedules]
    heading = (tell(_NAME), *map(formula, KEYS), tell(_EQUAL))
    yield element("div", table(heading, rows, class_="numbers"), class_="wide")


def _findings(report: Report, tell: Telling) -> Iterator[Markup]:
    yield element("h2", tell(_FINDINGS))
    found = [(each, findings_of(each.schedule)) for each in report.schedules]
    if not any(findings for _, findings in found):
        yield element("p", tell(_NO_FINDINGS))
    for each, findings in found:
        yield from _found(each, findings, tell) if findings else ()


def _found(reported: ReportedSchedule, findings: tuple[Finding, ...], tell: Telling) -> Iterator[Markup]:
    yield element("h3", name_with_key(reported))
    yield element("ul", *(_remark(finding, tell) for finding in findings), class_="findings")


def _remark(finding: Finding, tell: Telling) -> Markup:
    what, *others = (formula(tell(text)) for text in finding.texts)
    return element(
        "li", element("strong" if finding.severe else "span", what), *(part for each in others for part in (" ", each))
    )


def _runs(report: Report, tell: Telling) -> Iterator[Markup]:
    if report.runs:
        yield element("h2", tell(_RUNS))
    for run in report.runs:
        yield element("h3", foreign(run.title))
        yield from _run(run, tell)


def _run(run: ReportedRun, tell: Telling) -> Iterator[Markup]:
    settings = (
        (element("dt", foreign(tell(name))), element("dd", foreign(tell(value)))) for name, value in run.settings
    )
    yield element("dl", *(part for pair in settings for part in pair))
    if run.sheet is not None:
        yield element("figure", embedded_sheet(run.sheet, foreign(run.title)), class_="sheet")
    yield solver_part(run.table, tell)
