"""Log engine: reads logs of servers in a limited process, and says what they show. See `scan`."""

from .report import Actor, FileReport, Finding, Hit, LogIn, Report, Sample, rfc3339
from .running import Progress, rescan, rules_order, scan

__all__ = [
    "Actor",
    "FileReport",
    "Finding",
    "Hit",
    "LogIn",
    "Progress",
    "Report",
    "Sample",
    "rescan",
    "rfc3339",
    "rules_order",
    "scan",
]
