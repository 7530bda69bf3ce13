"""Reports: comparisons of schedules as one file of HTML that needs nothing else, and what notebooks show of values."""

from ddpm_studio.report.report_contents import Report, ReportedPicture, ReportedRun, ReportedSchedule, ReportedSteps
from ddpm_studio.report.report_page import report_bytes

__all__ = ["Report", "ReportedPicture", "ReportedRun", "ReportedSchedule", "ReportedSteps", "report_bytes"]
