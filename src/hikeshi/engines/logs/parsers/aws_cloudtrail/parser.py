"""AWS CloudTrail: the files in its bucket, `aws cloudtrail lookup-events`, and the console's event history as CSV.

Columns: every field under its own name; requestParameters and responseElements also whole, as JSON text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import orjson

from ...flatten import Record
from ...mapped import as_number, text_at
from ...objects import Object
from ...table import Columns, Context, LogSource, Table
from ..meanings import Meanings, addresses

FIELDS = (
    ("time", "eventTime, UTC"),
    ("host", "AWS and the number of the account"),
    ("source", "the service: iam.amazonaws.com …"),
    ("action", "aws.console_login, aws.account_created, aws.key_created …: see events.toml; aws.event for the others"),
    ("outcome", "failure where there is an errorCode; a log-in as the console answered"),
    ("user", "the user's name, or that of the role and its session"),
    ("address", "from where; a service of AWS has a name instead"),
    ("target", "the resource, where the record names one"),
    ("agent, detail", "the program; the error"),
)
_TRAIL = (LogSource("aws", "", "cloudtrail"),)
# How the console writes it: November 23, 2026, 10:00:30 (UTC+09:00)
_TOLD = re.compile(r"(\w{3,9} \d{1,2}, \d{4}),? (\d\d:\d\d:\d\d)(?: \(UTC([+-]\d\d:\d\d)?\))?$")
_CSV = {
    "Event name": "eventName",
    "Event time": "eventTime",
    "User name": "userName",
    "Event source": "eventSource",
    "Source IP address": "sourceIPAddress",
    "Event ID": "eventID",
    "AWS region": "awsRegion",
    "Error code": "errorCode",
    "Read-only": "readOnly",
    "AWS access key": "accessKeyId",
    "Request ID": "requestID",
}


def recognises(obj: Object, name: str) -> float:
    if "eventName" in obj and "eventSource" in obj and ("eventTime" in obj or "awsRegion" in obj):
        return 0.95
    if "CloudTrailEvent" in obj:
        return 0.95
    return 0.9 if "Event name" in obj and "Event source" in obj and "Event time" in obj else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
    return _READ.read(list(map(_record, objects)), rows, context)


def _record(obj: Object) -> Record:
    """The record itself: it may be text inside of another, or have the console's headings."""
    inner = obj.get("CloudTrailEvent")
    if type(inner) is str:
        try:
            inner = orjson.loads(inner)
        except orjson.JSONDecodeError:
            return obj
    if type(inner) is dict:
        return inner
    if "Event name" not in obj:
        return obj
    row = {_CSV.get(name, name): value for name, value in obj.items()}
    if told := _TOLD.match(str(row.get("eventTime"))):
        row["eventTime"] = f"{told[1]} {told[2]}{told[3] or 'Z'}"
    return row


def _outcome(record: Record) -> str:
    if text_at(record, "errorCode", "errorMessage"):
        return "failure"
    answered = text_at(
        record, "responseElements.ConsoleLogin", "responseElements.CheckMfa", "responseElements.SwitchRole"
    )
    return "failure" if answered == "Failure" else "success"


def _rename(columns: Columns, records: Sequence[Record]) -> Columns:
    columns["user.name"] = [_user(one) or None for one in records]
    columns["source.ip"] = addresses(records, "sourceIPAddress")
    if (sent := columns.get("additionalEventData.bytesTransferredOut")) is not None:
        columns["additionalEventData.bytesTransferredOut"] = list(map(as_number, sent))
    columns["status"] = [_outcome(one) for one in records]
    return columns


def _user(record: Record) -> str:
    named = text_at(record, "userIdentity.userName", "userName", "additionalEventData.UserName")
    if named:
        return named
    if text_at(record, "userIdentity.type") == "Root":
        return "root"
    arn = text_at(record, "userIdentity.arn")
    name = arn.rpartition(":")[2].partition("/")[2] if "/" in arn else ""
    return name or text_at(record, "userIdentity.principalId", "userIdentity.invokedBy", "userIdentity.accountId")


_READ = Meanings(__file__, _TRAIL, rename=_rename, outcome=_outcome)
