"""Kinds of entry of step 5 and of the review S6.2."""

from typing import Literal

from hikeshi.engines.ledger.kinds import Blob, kind


@kind("improve.measure_added", version=1)
class MeasureAdded1:
    """A measure against the root cause was decided (S5.2): what, who, by when. Read, no longer written."""

    measure: str
    nature: Literal["technical", "organisational"]
    what: Blob
    owner: str = ""
    due: str = ""


@kind("improve.measure_added", version=2)
class MeasureAdded:
    """A measure against the root cause was decided (S5.2): what, who, by when."""

    measure: str
    nature: Literal["technical", "organisational"]
    what: Blob
    owner: Blob | None = None
    due: str = ""


@kind("improve.measure_done", version=1)
class MeasureDone:
    """A measure was carried out."""

    measure: str
    how: Blob | None = None


@kind("improve.measure_dropped", version=1)
class MeasureDropped:
    """A measure will not be carried out; why."""

    measure: str
    reason: Blob


@kind("improve.plan_revised", version=1)
class PlanRevised:
    """The plan was revised with what was learnt (S5.3); the version is on the workspace's chain."""

    version: int
    effective_on: str
    sha256: str


@kind("improve.reviewed", version=1)
class Reviewed:
    """The whole response was looked back on (S6.2)."""

    worked: Blob | None = None
    to_improve: Blob | None = None
    to_prepare: Blob | None = None
