"""Log engine: reads logs of servers in a limited process, and says what they show. See `scan`."""

from .report import Actor, FileReport, Finding, LogIn, Report, Sample, rfc3339
from .running import Progress, scan

__all__ = ["Actor", "FileReport", "Finding", "LogIn", "Progress", "Report", "Sample", "rfc3339", "scan"]
