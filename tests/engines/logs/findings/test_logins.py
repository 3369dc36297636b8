"""どの製品のログインでも、総当たり・成功・新しい接続元を、同じ言葉で見つける。"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hikeshi.engines.logs import guessing, vocabulary
from hikeshi.engines.logs.findings.mail_login.finder import Finder
from hikeshi.engines.logs.report import Finding
from hikeshi.engines.logs.table import Event
from hikeshi.engines.logs.tags import bit, names
from tests.engines.logs.reading import report

BAD, HOME, START = "203.0.113.9", "198.51.100.7", datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
Line = Callable[[datetime, bool, str, str], str]


def syslog(program: str, failed: str, worked: str) -> Line:
    def line(time: datetime, good: bool, user: str, address: str) -> str:
        said = (worked if good else failed).format(user=user, address=address)
        return f"{time:%b %d %H:%M:%S} sv {program}: {said}"

    return line


def vsftpd(time: datetime, good: bool, user: str, address: str) -> str:
    said = "OK" if good else "FAIL"
    return f'{time:%a %b} {time.day:2} {time:%H:%M:%S %Y} [pid 3] [{user}] {said} LOGIN: Client "::ffff:{address}"'


def windows(time: datetime, good: bool, user: str, address: str) -> str:
    number, keywords = (4624, "0x8020000000000000") if good else (4625, "0x8010000000000000")
    system = {
        "Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing"}},
        "EventID": number,
        "Channel": "Security",
        "Computer": "PC1",
        "Keywords": keywords,
        "TimeCreated": {"#attributes": {"SystemTime": f"{time:%Y-%m-%dT%H:%M:%S}Z"}},
    }
    data = {"TargetUserName": user, "IpAddress": address, "LogonType": 10}
    return json.dumps({"Event": {"System": system, "EventData": data}})


def fortigate(time: datetime, good: bool, user: str, address: str) -> str:
    kind = 'action="tunnel-up" tunneltype="ssl-tunnel"' if good else 'action="ssl-login-fail"'
    return (
        f'date={time:%Y-%m-%d} time={time:%H:%M:%S} devname="FGT" devid="FGT60F" logid="0101039426" type="event"'
        f' subtype="vpn" level="alert" eventtime={int(time.timestamp())} {kind} remip={address} user="{user}"'
    )


def yamaha(time: datetime, good: bool, user: str, address: str) -> str:
    said = f"Login succeeded for HTTP: {address} {user}" if good else f"Login failed for HTTP: {address} {user}"
    return f"{time:%Y/%m/%d %H:%M:%S}: {said}"


def m365(time: datetime, good: bool, user: str, address: str) -> str:
    return json.dumps(
        {
            "CreationTime": f"{time:%Y-%m-%dT%H:%M:%S}",
            "Operation": "UserLoggedIn" if good else "UserLoginFailed",
            "RecordType": 15,
            "Workload": "AzureActiveDirectory",
            "UserId": user,
            "ClientIP": address,
            "Id": "a",
            "OrganizationId": "b",
            "ResultStatus": "Success" if good else "Failed",
        }
    )


def sql_server(time: datetime, good: bool, user: str, address: str) -> str:
    record = json.loads(windows(time, good, user, address))
    system = record["Event"]["System"]
    system |= {"EventID": 18454 if good else 18456, "Channel": "Application"}
    system["Provider"]["#attributes"]["Name"] = "MSSQL$SQLEXPRESS"
    reason = " Reason: Password did not match that for the login provided."
    said = [user, *([] if good else [reason]), f" [CLIENT: {address}]"]
    record["Event"]["EventData"] = {"Data": {"#text": said}, "Binary": "00"}
    return json.dumps(record)


LINES: dict[str, tuple[str, Line]] = {
    "vsftpd": ("ftp_login", vsftpd),
    "proftpd": (
        "ftp_login",
        syslog(
            "proftpd[9]",
            "sv ({address}[{address}]) - USER {user} (Login failed): Incorrect password",
            "sv ({address}[{address}]) - USER {user}: Login successful.",
        ),
    ),
    "pure-ftpd": (
        "ftp_login",
        syslog(
            "pure-ftpd",
            "(?@{address}) [WARNING] Authentication failed for user [{user}]",
            "(?@{address}) [INFO] {user} is now logged in",
        ),
    ),
    "dovecot": (
        "mail_login",
        syslog(
            "dovecot",
            "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<{user}>, method=PLAIN, rip={address},"
            " lip=192.0.2.80, TLS, session=<a>",
            "imap-login: Login: user=<{user}>, method=PLAIN, rip={address}, lip=192.0.2.80, mpid=3, TLS, session=<b>",
        ),
    ),
    "postfix": (
        "mail_login",
        syslog(
            "postfix/smtpd[3]",
            "warning: unknown[{address}]: SASL PLAIN authentication failed: (reason unavailable), sasl_username={user}",
            "4F1B2C3D5E: client=unknown[{address}], sasl_method=PLAIN, sasl_username={user}",
        ),
    ),
    "windows": ("windows_login", windows),
    "fortigate": ("vpn_login", fortigate),
    "cisco": (
        "vpn_login",
        syslog(
            "%ASA-6-716039",
            "Group <g> User <{user}> IP <{address}> Authentication: rejected, Session Type: WebVPN.",
            "",
        ),
    ),
    "yamaha": ("device_login", yamaha),
    "mysql": ("database_login", syslog("mysqld[3]", "Access denied for user '{user}'@'{address}' (password: YES)", "")),
    "sqlserver": ("database_login", sql_server),
    "microsoft365": ("cloud_login", m365),
}
NO_SUCCESS = {"cisco", "mysql"}


def found(folder: Path, kind: str, lines: list[str]) -> list[Finding]:
    log = folder / "written.log"
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = report(log, zone="UTC")
    assert not sum(one.errors for one in done.files)
    return [one for one in done.findings if one.kind == kind]


def tries(line: Line, many: int, user: str = "hanako", address: str = BAD, start: datetime = START) -> list[str]:
    return [line(start + timedelta(seconds=3 * i), False, user, address) for i in range(many)]


@pytest.mark.parametrize("product", LINES)
def test_guessing_is_found_and_no_success_claimed(product: str, tmp_path: Path) -> None:
    """次々の失敗は、どの製品でも総当たりとして見つけ、成功の記録はないと言う。"""
    kind, line = LINES[product]
    (one,) = found(tmp_path, kind, tries(line, 30))
    assert (one.variant, one.success, one.level) == ("failed", "no", "low")
    assert (one.addresses, one.accounts, one.attempts) == ([BAD], ["hanako"], 30)


@pytest.mark.parametrize("product", sorted(LINES.keys() - NO_SUCCESS))
def test_success_after_guessing_is_grave(product: str, tmp_path: Path) -> None:
    """総当たりの後の成功は、どの製品でも重大とし、入られたアカウントと、その行を挙げる。"""
    kind, line = LINES[product]
    worked = line(START + timedelta(minutes=5), True, "hanako", BAD)
    (one,) = found(tmp_path, kind, [*tries(line, 30), worked])
    assert (one.variant, one.success, one.level, one.confidence) == ("success", "yes", "high", "high")
    assert (one.params["account"], one.entered) == ("hanako", (START + timedelta(minutes=5)).timestamp())
    assert any(sample.raw == worked for sample in one.samples)


@pytest.mark.parametrize("product", sorted(LINES.keys() - NO_SUCCESS))
def test_a_few_mistypings_are_nothing(product: str, tmp_path: Path) -> None:
    """打ち間違いほどの失敗は、どの製品でも何でもない。"""
    kind, line = LINES[product]
    assert found(tmp_path, kind, [*tries(line, 3), line(START + timedelta(minutes=1), True, "hanako", BAD)]) == []


@pytest.mark.parametrize("product", ["dovecot", "windows", "microsoft365"])
def test_many_accounts_are_spraying(product: str, tmp_path: Path) -> None:
    """多くのアカウントを少しずつ試す動きは、そう呼ぶ。"""
    kind, line = LINES[product]
    lines = [line(START + timedelta(minutes=10 * i), False, f"user{i}", BAD) for i in range(20)]
    (one,) = found(tmp_path, kind, lines)
    assert (one.variant, one.success, one.params["accounts"]) == ("spray", "no", 20)


@pytest.mark.parametrize("product", ["dovecot", "windows", "microsoft365", "vsftpd"])
def test_a_device_with_an_old_password_is_no_attacker(product: str, tmp_path: Path) -> None:
    """いつもの接続元からの失敗は、古いパスワードが残った機器かもしれないとし、侵入とは言わない。"""
    kind, line = LINES[product]
    before = line(START - timedelta(days=1), True, "hanako", HOME)
    after = line(START + timedelta(hours=2), True, "hanako", HOME)
    (one,) = found(tmp_path, kind, [before, *tries(line, 40, address=HOME), after])
    assert (one.variant, one.success, one.level) == ("owner", "unknown", "low")


def test_a_crowd_of_addresses_is_found_together(tmp_path: Path) -> None:
    """一つずつは目立たない多数の接続元が、同じアカウントを試せば、まとめて見つける。"""
    lines = [vsftpd(START + timedelta(minutes=i), False, "admin", f"203.0.113.{i}") for i in range(1, 31)]
    (one,) = found(tmp_path, "ftp_login", lines)
    assert (one.variant, one.success, len(one.addresses)) == ("crowd", "no", 30)
    (grave, _) = found(
        tmp_path, "ftp_login", [*lines, vsftpd(START + timedelta(hours=2), True, "admin", "203.0.113.7")]
    )
    assert (grave.variant, grave.success, grave.addresses) == ("crowd_success", "yes", ["203.0.113.7"])


def office(line: Line, days: int = 5) -> list[str]:
    """The owner's own log-ins, a few a day."""
    return [line(START + timedelta(days=d, hours=h), True, "hanako", HOME) for d in range(days) for h in range(4)]


@pytest.mark.parametrize("product", ["dovecot", "microsoft365", "fortigate"])
def test_an_address_never_seen_before_is_told(product: str, tmp_path: Path) -> None:
    """いつもと違う接続元からの成功は、攻撃とは言わずに知らせる。近所の番地や社内は新しくない。"""
    kind, line = LINES[product]
    near = line(START + timedelta(days=4, hours=5), True, "hanako", "198.51.100.99")
    inside = line(START + timedelta(days=4, hours=6), True, "hanako", "192.168.1.20")
    far = line(START + timedelta(days=5), True, "hanako", BAD)
    (one,) = found(tmp_path, kind, [*office(line), near, inside, far])
    assert (one.variant, one.success, one.level, one.addresses) == ("new_address", "unknown", "low", [BAD])
    assert one.params["account"] == "hanako"


def test_a_new_address_after_guessing_elsewhere_is_a_reason_to_ask(tmp_path: Path) -> None:
    """別の場所から試されていたアカウントに、初めての接続元が入れば、確かめるべきこととして知らせる。"""
    line = LINES["dovecot"][1]
    start = START + timedelta(days=4)
    lines = [*office(line), *tries(line, 30, start=start)]
    lines.append(line(start + timedelta(hours=8), True, "hanako", "192.0.2.200"))
    asked = [one for one in found(tmp_path, "mail_login", lines) if one.variant == "after_guessing"]
    assert [(one.level, one.success, one.addresses) for one in asked] == [("medium", "unknown", ["192.0.2.200"])]


def test_lines_of_one_try_are_not_counted_twice(tmp_path: Path) -> None:
    """一度の試みが二行になっても、一度に数える。"""
    lines = []
    for i in range(6):
        time = START + timedelta(seconds=10 * i)
        lines.append(f"{time:%b %d %H:%M:%S} sv dovecot: auth-worker(3): pam(hanako,{BAD}): Password mismatch")
        lines.append(LINES["dovecot"][1](time + timedelta(seconds=2), False, "hanako", BAD))
    (one,) = found(tmp_path, "mail_login", lines)
    assert (one.attempts, one.events) == (6, 12)


@pytest.mark.parametrize("names", [("a.log", "b.log"), ("b.log", "a.log")])
def test_the_order_of_files_does_not_matter(names: tuple[str, str], tmp_path: Path) -> None:
    """分かれたログをどの順に読んでも、同じことがわかる。"""
    line = LINES["dovecot"][1]
    (tmp_path / names[0]).write_text(
        "\n".join([line(START - timedelta(hours=1), True, "taro", HOME), *tries(line, 30)]) + "\n"
    )
    later = [line(START + timedelta(hours=1), True, "hanako", BAD), *tries(line, 9, "taro", HOME, START)]
    (tmp_path / names[1]).write_text("\n".join(later) + "\n")
    (one,) = report(tmp_path, zone="UTC").findings
    assert (one.kind, one.variant, one.addresses, one.accounts) == ("mail_login", "success", [BAD], ["hanako"])


def test_somebody_at_the_keyboard_is_no_guesser(tmp_path: Path) -> None:
    """Windows の画面の前での打ち間違い（127.0.0.1）は、総当たりではない。"""
    assert found(tmp_path, "windows_login", tries(windows, 30, address="127.0.0.1")) == []


def test_ntlm_names_the_machine_where_it_has_no_address(tmp_path: Path) -> None:
    """番地のない NTLM の失敗は、聞いてきた機械の名前で数える。自分自身の画面の前の失敗は数えない。"""

    def ntlm(second: int, workstation: str) -> str:
        record = json.loads(windows(START + timedelta(seconds=second), False, f"user{second % 8}", "-"))
        record["Event"]["System"]["EventID"] = 4776
        record["Event"]["EventData"] = {
            "TargetUserName": f"user{second % 8}",
            "Workstation": workstation,
            "Status": "0xc000006a",
        }
        return json.dumps(record)

    (one,) = found(tmp_path, "windows_login", [ntlm(i, "KALI") for i in range(24)])
    assert (one.variant, one.addresses, one.hosts, one.attempts) == ("spray", ["KALI"], ["PC1"], 24)
    assert found(tmp_path, "windows_login", [ntlm(i, "PC1") for i in range(24)]) == []


def test_log_ins_of_all_products_are_listed(tmp_path: Path) -> None:
    """成功したログインの一覧には、どの製品のものも載る。"""
    log = tmp_path / "mail.log"
    log.write_text("\n".join(office(LINES["dovecot"][1])) + "\n")
    (one,) = report(log, zone="UTC").logins
    assert (one.service, one.account, one.address, one.events) == ("mail", "hanako", HOME, 20)


def test_memory_stays_bounded_whatever_names_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """攻撃者がどれだけ多くの名前を送っても、覚える量には限りがあり、総当たりは見つかる。"""
    monkeypatch.setattr(guessing, "_ROOM", 1_000)
    finder, tag = Finder(), bit("login.mail_failed")
    for i in range(10_000):
        finder.see(Event(float(i), "dovecot", "mail.login", tags=tag, user=f"u{i}", address=f"203.0.113.{i % 50}"))
    assert sum(len(guesser.fails) for guesser in finder._addresses) <= 1_000 + 6 * 50
    (one,) = finder.found()
    assert (one.variant, len(one.addresses), one.events) == ("spray", 50, 10_000)


@pytest.mark.parametrize(
    ("action", "outcome", "tag"),
    [
        ("win.logon", "success", "login.windows"),
        ("win.logon_failed", "failure", "login.windows_failed"),
        ("m365.sign_in", "failure", "login.cloud_failed"),
        ("new_product.login", "failure", "login.service_failed"),
        ("ftp.download", "success", "files.fetched"),
        ("smb.deleted", "success", "files.deleted"),
        ("m365.file_renamed", "unknown", "files.renamed"),
        ("fw.blocked", "failure", "net.refused"),
        ("ips.attack", "unknown", "ids.alert"),
        ("fail2ban.banned", "success", "ids.alert"),
        ("vpn.connected", "success", "login.vpn"),
    ],
)
def test_the_vocabulary_follows_from_action_and_outcome(action: str, outcome: str, tag: str) -> None:
    """共通の言葉は、動作と結果だけから決まる。"""
    assert names(vocabulary.shared(action, outcome)) == [tag]


@pytest.mark.parametrize(
    ("action", "outcome"),
    [("ftp.login", "unknown"), ("ssh.login", "failure"), ("ftp.download", "failure"), ("ids.unbanned", "unknown")],
)
def test_what_is_not_said_has_no_tag(action: str, outcome: str) -> None:
    """結果が書かれていないものや、ほかで見ているものには、共通の印を付けない。"""
    assert vocabulary.shared(action, outcome) == 0
