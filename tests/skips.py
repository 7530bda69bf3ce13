"""The option --no-skips: where everything is installed, a test that is skipped is one that has not been run."""

from __future__ import annotations

from collections.abc import Generator

import pytest

ALLOWED = ("needs CUDA",)
"""Reasons that no installation removes."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--no-skips", action="store_true", help="fail what is skipped, unless for the want of a GPU")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that is skipped."""
    report = yield
    if item.config.option.no_skips and not hasattr(report, "wasxfail"):
        _fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a module that is skipped as a whole, as for a missing import."""
    report = yield
    if collector.config.option.no_skips:
        _fail(report)
    return report


def _fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.outcome == "skipped" and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason not in ALLOWED:
            report.outcome, report.longrepr = "failed", f"skipped, though nothing may be: {reason}"
