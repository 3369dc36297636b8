"""The firm's twelve PCs and its file server: the Security log, System, Defender and PowerShell as JSON lines."""

from __future__ import annotations

import json
from typing import Any

from .week import DAY, MONDAY, STAFF, Chance, Lines, trimmed, utc

AUDIT, SCM = "Microsoft-Windows-Security-Auditing", "Service Control Manager"
DEFENDER = "Microsoft-Windows-Windows Defender"
SUCCESS, FAILURE = "0x8020000000000000", "0x8010000000000000"
PROGRAMS = (
    (r"C:\Program Files\Google\Chrome\Application\chrome.exe", r"chrome.exe --type=renderer --lang=ja", "chrome.exe"),
    (
        r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE",
        r'EXCEL.EXE "C:\Users\taro\見積.xlsx"',
        "explorer.exe",
    ),
    (r"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE", "OUTLOOK.EXE", "explorer.exe"),
    (r"C:\Windows\System32\svchost.exe", r"C:\Windows\system32\svchost.exe -k netsvcs -p -s Schedule", "services.exe"),
    (r"C:\Windows\System32\rundll32.exe", r"rundll32.exe printui.dll,PrintUIEntry /in /n\\SV-01\Canon", "explorer.exe"),
    (
        r"C:\Windows\System32\rundll32.exe",
        r"C:\Windows\system32\rundll32.exe shell32.dll,Control_RunDLL timedate.cpl",
        "explorer.exe",
    ),
    (r"C:\Windows\System32\cmd.exe", r'cmd.exe /c "net use Z: \\SV-01\share"', "explorer.exe"),
    (r"C:\Windows\System32\conhost.exe", r"\??\C:\Windows\system32\conhost.exe 0xffffffff -ForceV1", "cmd.exe"),
    (
        r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
        r"powershell.exe -NoProfile -ExecutionPolicy Bypass -File C:\Tools\inventory.ps1",
        "svchost.exe",
    ),
    (r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe", "powershell.exe", "explorer.exe"),
    (r"C:\Windows\System32\schtasks.exe", r"schtasks /query /fo csv /v", "cmd.exe"),
    (r"C:\Windows\System32\wevtutil.exe", r"wevtutil qe Security /c:100 /f:text", "cmd.exe"),
    (r"C:\Windows\System32\certutil.exe", r"certutil -addstore -f Root C:\Tools\office-ca.cer", "cmd.exe"),
    (r"C:\Windows\System32\vssadmin.exe", r"vssadmin list shadows", "cmd.exe"),
    (r"C:\Windows\System32\wbadmin.exe", r"wbadmin start backup -backupTarget:E: -include:C: -quiet", "svchost.exe"),
    (r"C:\Windows\System32\net.exe", r"net use", "cmd.exe"),
    (r"C:\Windows\System32\msiexec.exe", r"C:\Windows\system32\msiexec.exe /V", "services.exe"),
    (r"C:\Program Files\7-Zip\7zG.exe", r'7zG.exe a -tzip "C:\Users\sato\Desktop\図面.zip"', "explorer.exe"),
)
TASKS = ("GoogleUpdateTaskMachineCore", "OneDrive Reporting Task-S-1-5-21-1004", "Adobe Acrobat Update Task", "backup")


class Firm:
    def __init__(self, chance: Chance) -> None:
        self.chance, self.lines, self.record = chance, Lines(), 100_000

    def event(
        self,
        time: float,
        host: str,
        number: int,
        *,
        provider: str = AUDIT,
        channel: str = "Security",
        failed: bool = False,
        **data: Any,
    ) -> None:
        self.record += 1
        event = {
            "EventTime": f"{utc(time):%Y-%m-%dT%H:%M:%S}.{int(time * 1000) % 1000:03}Z",
            "Hostname": f"{host}.example.local",
            "Keywords": FAILURE if failed else SUCCESS,
            "EventID": number,
            "SourceName": provider,
            "Channel": channel,
            "RecordNumber": self.record,
            **data,
        }
        self.lines.append((time, json.dumps(event, ensure_ascii=False)))

    def log_on(self, time: float, host: str, user: str, kind: int, address: str = "-", **more: Any) -> None:
        process = r"C:\Windows\System32\svchost.exe" if kind in (2, 7, 10, 11) else "-"
        self.event(
            time,
            host,
            4624,
            SubjectUserName=f"{host}$" if kind in (2, 5, 7) else "-",
            TargetUserName=user,
            TargetDomainName="EXAMPLE",
            LogonType=kind,
            IpAddress=address,
            IpPort=0,
            ProcessName=process,
            AuthenticationPackageName="Negotiate" if kind != 3 else "Kerberos",
            LogonProcessName="User32",
            WorkstationName=host,
            TargetLogonId=hex(self.chance.number(1 << 16, 1 << 30)),
            **more,
        )

    def mistype(self, time: float, host: str, user: str, kind: int, address: str) -> None:
        self.event(
            time,
            host,
            4625,
            failed=True,
            SubjectUserName=f"{host}$",
            TargetUserName=user,
            TargetDomainName="EXAMPLE",
            Status="0xc000006d",
            SubStatus="0xc000006a",
            LogonType=kind,
            IpAddress=address,
            WorkstationName=host,
            ProcessName=r"C:\Windows\System32\svchost.exe",
            FailureReason="%%2313",
        )

    def working_day(self, user: str, host: str, address: str, start: float) -> None:
        """Switched on, signed in (sometimes at the second try), locked and unlocked, shares of the server used."""
        c = self.chance
        for _ in range(c.number(1, 2) if c.likely(0.15) else 0):
            self.mistype(start - 20, host, user, 2, "127.0.0.1")
        self.log_on(start, host, user, c.pick((2, 11, 2)), "127.0.0.1")
        time = start
        for _ in range(c.number(4, 9)):
            time += 1800 + c.random() * 3600
            self.event(time, host, 4800, TargetUserName=user, TargetDomainName="EXAMPLE", SessionId=1)
            time += 300 + c.random() * 600
            if c.likely(0.12):
                self.mistype(time - 6, host, user, 7, "127.0.0.1")
            self.log_on(time, host, user, 7, "-")
            self.event(time, host, 4801, TargetUserName=user, TargetDomainName="EXAMPLE", SessionId=1)
        self.event(time + 900, host, 4647, TargetUserName=user, TargetDomainName="EXAMPLE")

    def share(self, time: float, user: str, address: str) -> None:
        c = self.chance
        self.log_on(time, "SV-01", user, 3, address)
        if user == "hanako":
            self.event(
                time, "SV-01", 4672, SubjectUserName=user, PrivilegeList="SeBackupPrivilege\n\t\tSeRestorePrivilege"
            )
        self.event(time, "SV-01", 5140, SubjectUserName=user, IpAddress=address, ShareName=r"\\*\share")
        for _ in range(c.number(0, 5)):
            name = (
                c.pick(("見積", "図面", "請求書", "写真"))
                + rf"\{c.number(1, 900)}.{c.pick(('xlsx', 'jpg', 'pdf', 'jww'))}"
            )
            self.event(
                time + 1,
                "SV-01",
                5145,
                SubjectUserName=user,
                IpAddress=address,
                ShareName=r"\\*\share",
                RelativeTargetName=name,
                AccessMask="0x120089",
            )
        self.event(time + 15, "SV-01", 4634, TargetUserName=user, LogonType=3)

    def machine(self, time: float, host: str) -> None:
        """What runs by itself."""
        c = self.chance
        kind = c.number(0, 9)
        if kind < 3:
            self.log_on(time, host, "SYSTEM", 5)
            self.event(time, host, 4672, SubjectUserName="SYSTEM", PrivilegeList="SeTcbPrivilege")
        elif kind < 7:
            image, command, parent = c.pick(PROGRAMS)
            user = f"{host}$" if parent in ("services.exe", "svchost.exe") else c.pick(STAFF)
            self.event(
                time,
                host,
                4688,
                SubjectUserName=user,
                NewProcessName=image,
                CommandLine=command,
                ParentProcessName=rf"C:\Windows\System32\{parent}",
                TokenElevationType="%%1936",
            )
        elif kind < 8:
            self.event(
                time,
                host,
                7036,
                provider=SCM,
                channel="System",
                param1=c.pick(
                    ("Windows Update", "Windows Modules Installer", "Background Intelligent Transfer Service")
                ),
                param2=c.pick(("実行中", "停止")),
            )
        elif kind < 9:
            self.event(
                time,
                host,
                c.pick((1150, 2000, 1000, 1001)),
                provider=DEFENDER,
                channel=f"{DEFENDER}/Operational",
                **{"Product Name": "Microsoft Defender Antivirus", "Engine version": "1.1.25100.9"},
            )
        else:
            self.event(
                time, host, 5379, SubjectUserName=c.pick(STAFF), TargetName="MicrosoftAccount:target=SSO_POP_Device"
            )

    def seldom(self) -> None:
        """Each some times in the week: all of it the owner's or an updater's doing."""
        c = self.chance
        noon = MONDAY + 2 * DAY + 40_000
        for host in range(1, 13):
            self.event(
                noon + host * 700,
                f"PC-{host:02}",
                7045,
                provider=SCM,
                channel="System",
                ServiceName="Google Updater",
                ImagePath=r'"C:\Program Files (x86)\Google\GoogleUpdater\142.0\updater.exe" --system',
                StartType="auto start",
                ServiceType="user mode service",
                AccountName="LocalSystem",
            )
            self.event(
                noon + host * 710,
                f"PC-{host:02}",
                4698,
                SubjectUserName=f"PC-{host:02}$",
                TaskName=rf"\{c.pick(TASKS)}",
                TaskContent=r"<Exec><Command>C:\Program Files\Common Files\update.exe</Command></Exec>",
            )
            self.event(
                noon + host * 720,
                f"PC-{host:02}",
                5007,
                provider=DEFENDER,
                channel=f"{DEFENDER}/Operational",
                **{"Old Value": "", "New Value": r"HKLM\SOFTWARE\Microsoft\Windows Defender\Signature Updates\X = 0x1"},
            )
        self.event(
            noon, "SV-01", 4720, SubjectUserName="hanako", TargetUserName="kobayashi", SamAccountName="kobayashi"
        )
        self.event(noon + 5, "SV-01", 4722, SubjectUserName="hanako", TargetUserName="kobayashi")
        self.event(noon + 6, "SV-01", 4724, SubjectUserName="hanako", TargetUserName="kobayashi")
        self.event(
            noon + 9,
            "SV-01",
            4732,
            SubjectUserName="hanako",
            MemberName="-",
            MemberSid="S-1-5-21-1004336348-1120",
            TargetUserName="Users",
            TargetSid="S-1-5-32-545",
        )
        for day in range(5):
            time = MONDAY + day * DAY + 34_000 + c.random() * 9000
            if c.likely(0.4):
                self.mistype(time - 15, "SV-01", "hanako", 10, "192.168.100.11")
            self.log_on(time, "SV-01", "hanako", 10, "192.168.100.11")
            self.event(
                time + 60,
                "SV-01",
                4648,
                SubjectUserName="hanako",
                TargetUserName="administrator",
                TargetServerName="localhost",
                ProcessName=r"C:\Windows\System32\consent.exe",
            )
        self.event(
            noon + 4000,
            "PC-05",
            1116,
            provider=DEFENDER,
            channel=f"{DEFENDER}/Operational",
            **{
                "Threat Name": "PUABundler:Win32/FusionCore",
                "Severity Name": "低",
                "Path": r"C:\Users\ito\Downloads\setup.exe",
            },
        )
        self.event(
            noon + 4005,
            "PC-05",
            1117,
            provider=DEFENDER,
            channel=f"{DEFENDER}/Operational",
            **{
                "Threat Name": "PUABundler:Win32/FusionCore",
                "Action Name": "検疫",
                "Path": r"C:\Users\ito\Downloads\setup.exe",
            },
        )
        self.event(
            noon + 5000,
            "PC-01",
            4104,
            provider="Microsoft-Windows-PowerShell",
            channel="Microsoft-Windows-PowerShell/Operational",
            ScriptBlockId=c.hexadecimal(32),
            ScriptBlockText="Get-ChildItem \\\\SV-01\\share -Recurse | Measure-Object -Property Length -Sum",
        )


def windows(seed: int, wanted: int) -> list[str]:
    c = Chance(f"windows {seed}")
    firm = Firm(c)
    firm.seldom()
    for day in range(5):
        for number, user in enumerate(STAFF):
            firm.working_day(
                user,
                f"PC-{number + 1:02}",
                f"192.168.100.{number + 11}",
                MONDAY + day * DAY + 30_600 + c.random() * 3600,
            )
    while len(firm.lines) < wanted * 1.01:
        number = c.number(0, len(STAFF) - 1)
        firm.share(c.in_office_hours(), STAFF[number], f"192.168.100.{number + 11}")
        for _ in range(4):
            time = c.in_office_hours() if c.likely(0.6) else c.at_any_time()
            firm.machine(time, c.pick(("SV-01", f"PC-{c.number(1, 12):02}")))
    return trimmed(firm.lines, wanted)
