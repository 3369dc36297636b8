"""Microsoft 365's unified audit log as its API gives it, one record a line."""

from __future__ import annotations

import json
from typing import Any

from .week import DAY, HOME, MONDAY, OFFICE, PHONE, STAFF, Chance, Lines, trimmed, utc


class Tenant:
    def __init__(self, chance: Chance) -> None:
        self.chance, self.lines = chance, Lines()

    def record(
        self,
        time: float,
        operation: str,
        workload: str,
        kind: int,
        user: str,
        address: str,
        *,
        result: str = "Succeeded",
        **more: Any,
    ) -> None:
        c = self.chance
        one = {
            "CreationTime": f"{utc(time):%Y-%m-%dT%H:%M:%S}",
            "Id": "-".join(c.hexadecimal(n) for n in (8, 4, 4, 4, 12)),
            "Operation": operation,
            "OrganizationId": "0b2f4a52-0000-4000-8000-1f5f6f0e1c01",
            "RecordType": kind,
            "ResultStatus": result,
            "UserKey": f"{user}@example.jp",
            "UserType": 0,
            "Version": 1,
            "Workload": workload,
            "UserId": f"{user}@example.jp",
            "ClientIP": address,
            **more,
        }
        self.lines.append((time, json.dumps(one, ensure_ascii=False)))

    def file(self, time: float, operation: str, user: str, address: str, name: str) -> None:
        self.record(
            time,
            operation,
            "SharePoint",
            6,
            user,
            address,
            ItemType="File",
            EventSource="SharePoint",
            SiteUrl="https://example.sharepoint.com/sites/share/",
            SourceFileName=name,
            UserAgent="OneDriveSync",
            ObjectId=f"https://example.sharepoint.com/sites/share/Shared Documents/{name}",
            SourceFileExtension=name.rsplit(".", 1)[-1],
        )


def tenant(seed: int, wanted: int) -> list[str]:
    """Files, mail and sign-ins of ten people, some mistyped; a new PC that fetches a whole folder; an ordinary rule."""
    c = Chance(f"cloud {seed}")
    t = Tenant(c)
    setup = MONDAY + DAY + 36_000
    for number in range(min(400, wanted // 20)):  # sato's new PC copies the shared folder
        t.file(setup + number * 0.7, "FileSyncDownloadedFull", "sato", OFFICE, f"図面{number:04}.pdf")
    for number in range(min(30, wanted // 40)):
        t.file(setup + 9000 + number, "FileDownloaded", "ito", OFFICE, f"現場写真{number:03}.jpg")
    t.record(
        setup + 5000,
        "New-InboxRule",
        "Exchange",
        1,
        "yamada",
        OFFICE,
        result="True",
        ObjectId="yamada\\メルマガ",
        Parameters=[
            {"Name": "From", "Value": "news@example.com"},
            {"Name": "MoveToFolder", "Value": "メルマガ"},
            {"Name": "Name", "Value": "メルマガ"},
            {"Name": "StopProcessingRules", "Value": "True"},
        ],
    )
    t.record(
        setup + 6000,
        "Add user.",
        "AzureActiveDirectory",
        8,
        "hanako",
        OFFICE,
        result="Success",
        ObjectId="kobayashi@example.jp",
    )
    t.record(
        setup + 6100,
        "Update user.",
        "AzureActiveDirectory",
        8,
        "hanako",
        OFFICE,
        result="Success",
        ObjectId="kobayashi@example.jp",
        ModifiedProperties=[{"Name": "AssignedLicense", "NewValue": "[]", "OldValue": "[]"}],
    )
    t.record(
        setup + 6200, "User registered security info", "AzureActiveDirectory", 8, "kobayashi", OFFICE, result="Success"
    )
    t.record(
        setup + 7000,
        "Change user password.",
        "AzureActiveDirectory",
        8,
        "taro",
        OFFICE,
        result="Success",
        ObjectId="taro@example.jp",
    )
    while len(t.lines) < wanted * 1.02:
        user, time, address = c.pick(STAFF), c.in_office_hours(), c.pick((OFFICE, OFFICE, OFFICE, HOME, PHONE))
        kind = c.number(0, 19)
        name = f"{c.pick(('見積', '請求書', '議事録', '図面'))}{c.number(1, 900)}.{c.pick(('xlsx', 'docx', 'pdf'))}"
        if kind < 3:
            if c.likely(0.08):
                t.record(
                    time - 20,
                    "UserLoginFailed",
                    "AzureActiveDirectory",
                    15,
                    user,
                    address,
                    result="Failed",
                    LogonError="InvalidUserNameOrPassword",
                    ErrorNumber="50126",
                )
            t.record(
                time,
                "UserLoggedIn",
                "AzureActiveDirectory",
                15,
                user,
                address,
                result="Success",
                ErrorNumber="0",
                ApplicationId="00000002-0000-0ff1-ce00-000000000000",
            )
        elif kind < 9:
            t.file(time, c.pick(("FileAccessed", "FileAccessed", "FilePreviewed")), user, address, name)
        elif kind < 13:
            t.file(time, c.pick(("FileModified", "FileUploaded", "FileSyncUploadedFull")), user, address, name)
        elif kind < 14:
            t.file(time, c.pick(("FileDownloaded", "FileSyncDownloadedFull")), user, address, name)
        elif kind < 15:
            t.file(time, c.pick(("FileRenamed", "FileRecycled", "FileMoved")), user, address, name)
        elif kind < 18:
            t.record(
                time,
                "MailItemsAccessed",
                "Exchange",
                50,
                user,
                address,
                MailboxOwnerUPN=f"{user}@example.jp",
                ClientInfoString="Client=OutlookService;Outlook-iOS/2.0",
            )
        elif kind < 19:
            t.record(time, "Send", "Exchange", 2, user, address, MailboxOwnerUPN=f"{user}@example.jp")
        else:
            t.record(time, c.pick(("TeamsSessionStarted", "MessageSent")), "MicrosoftTeams", 25, user, address)
    return trimmed(t.lines, wanted)
