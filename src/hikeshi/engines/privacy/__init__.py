"""Personal data engine: whose data files hold, which kinds, and how many people. See `count`."""

from .report import File, Kind, People, Report
from .running import Progress, count

__all__ = ["File", "Kind", "People", "Progress", "Report", "count"]
