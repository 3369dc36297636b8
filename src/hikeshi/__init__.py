"""火消し: the incident response desk for people who have no incident response team."""

__version__ = "0.1.0"
