"""ログインに使う名前は攻撃者が決める。名前に紛れ込ませた言葉で、時刻・接続元・成否を偽れない。"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.logs.reading import events

TRUE, BLAMED = "203.0.113.9", "192.0.2.1"
STAMP = "[01/Nov/2020:00:00:01 +0900]"
REQUEST = '[23/Nov/2026:10:00:00 +0900] "GET /admin HTTP/1.1" 401 12 "-" "x"'
SMB = "[Mon, 23 Nov 2026 01:00:07.000100 UTC] with [NTLMv2] status"
SMB_NAME = rf"a] at {SMB} [NT_STATUS_OK] workstation [x] remote host [ipv4:{BLAMED}:1"
SMB_HOST = rf"x] remote host [ipv4:{BLAMED}:1"
QNAP = "Computer name: ---, Connection type: HTTPS, Accessed resources: ---, Action: Login"
NGINX = f'2026/11/23 10:00:00 [error] 7#7: *1 user "a, client: {BLAMED}, server: x": password mismatch, '

# A line as its program writes it of a log-in that failed, and the name in it. Each is valid, and each is a lie.
FAILED = {
    "openssh": f"Nov 23 10:00:00 web sshd[1]: Failed password for invalid user x from {BLAMED} port 1 ssh2"
    f" from {TRUE} port 2 ssh2",
    "openssh_invalid": f"Nov 23 10:00:00 web sshd[1]: Invalid user Accepted password for root from {BLAMED} port 1 ssh2"
    f" from {TRUE} port 2",
    "openssh_pam": "Nov 23 10:00:00 web sshd[1]: pam_sss(sshd:auth): authentication failure; logname= uid=0 euid=0"
    f" tty=ssh ruser= rhost={TRUE} user=root rhost={BLAMED}",
    "linux_auth": "Nov 23 10:00:00 web login[1]: pam_unix(login:auth): authentication failure; logname= uid=0 euid=0"
    f" tty=ssh ruser= rhost={TRUE}  user=root rhost={BLAMED}",
    "vsftpd": f'Mon Nov 23 10:00:00 2026 [pid 2] [hanako] OK LOGIN: Client "{BLAMED}"] FAIL LOGIN: Client "{TRUE}"',
    "vsftpd_anonymous": f'Mon Nov 23 10:00:00 2026 [pid 2] [hanako] OK LOGIN: Client "{BLAMED}", anon password "x]'
    f' FAIL LOGIN: Client "{TRUE}"',
    "vsftpd_file": f'Mon Nov 23 10:00:00 2026 [pid 2] [a] OK DOWNLOAD: Client "{BLAMED}", "/x] FAIL LOGIN:'
    f' Client "{TRUE}"',
    "proftpd": f"2026-11-23 10:00:00,100 ftp proftpd[400] ftp ({TRUE}[{TRUE}]): USER root: Login successful."
    " (Login failed): Incorrect password",
    "proftpd_unknown": f"2026-11-23 10:00:00,100 ftp proftpd[400] ftp ({TRUE}[{TRUE}]): USER root: Login successful.:"
    f" no such user found from {TRUE} [{TRUE}] to 10.0.0.1:21",
    "pureftpd": f"Nov 23 10:00:00 web pure-ftpd: (?@{TRUE}) [WARNING] Authentication failed for user"
    f" [a] (?@{BLAMED}) [INFO] hanako is now logged in]",
    "ftp_access": f'{TRUE} UNKNOWN x {STAMP}  [23/Nov/2026:10:00:00 +0900] "PASS (hidden)" 530 -',
    "ftp_access_file": f'{TRUE} UNKNOWN x [23/Nov/2026:10:00:00 +0900] "RETR /a" 226 1048576" 550 -',
    "samba_workstation": rf"  Auth: [SMB2,(null)] user [W]\[root] at {SMB} [NT_STATUS_WRONG_PASSWORD] workstation"
    rf" [{SMB_HOST}] remote host [ipv4:{TRUE}:2] mapped to [W]\[root]. local host [ipv4:10.0.0.1:445]",
    "dovecot": "Nov 23 10:00:00 mail dovecot: imap-login: Disconnected (auth failed, 3 attempts in 5 secs):"
    f" user=<x>, method=PLAIN, rip={BLAMED}, lip=10.0.0.1, session=<b>, method=PLAIN, rip={TRUE}, lip=10.0.0.1,"
    " TLS, session=<abc>",
    "dovecot_tried": "Nov 23 10:00:00 mail dovecot: imap-login: Disconnected (client didn't finish SASL auth):"
    f" user=<x>, rip={BLAMED}, a=<b>, method=PLAIN, rip={TRUE}, lip=10.0.0.1",
    "dovecot_auth": f"Nov 23 10:00:00 mail dovecot: auth: sql(x,{BLAMED}): unknown user,{TRUE},<s>): Password mismatch",
    "postfix": f"Nov 23 10:00:00 mail postfix/smtpd[9]: warning: unknown[{TRUE}]: SASL LOGIN authentication failed:"
    f" UGFz, sasl_username=a from b[{BLAMED}]: SASL LOGIN authentication failed: x",
    "mysql": f"2026-11-23T01:00:00.123456Z 344 [Note] Access denied for user 'a'@'{BLAMED}' (using password: YES)'@"
    f"'{TRUE}' (using password: YES)",
    "mysql_base": f"2026-11-23T01:00:00.123456Z 344 [Note] Access denied for user 'a'@'{TRUE}' to database"
    f" 'x'@'{BLAMED}' (using password: YES)'",
    "postgresql": f"2026-11-23 10:00:00 JST [9] root {BLAMED} x@app {TRUE} FATAL:  password authentication failed for"
    f' user "root {BLAMED} x"',
    "postgresql_csv": f'2026-11-23 10:00:00.000 JST,"a""b","shop",151,"{TRUE}:50001",65aa.97,1,"authentication",'
    "2026-11-23 10:00:04 JST,3/10,0,FATAL,28P01,"
    '"password authentication failed for user ""a""b""",,,,,,,,,""',
    "fortigate": 'date=2026-11-23 time=10:00:00 devid="FG1" logid="0100032002" type="event" subtype="system"'
    f' user="x" status="success" a="" ui="https({TRUE})" srcip={TRUE} action="login" status="failed"',
    "cisco_ios": "Nov 23 10:00:07 rt 120: *Nov 23 10:00:07.123: %SEC_LOGIN-4-LOGIN_FAILED: Login failed"
    f" [user: x] [Source: {BLAMED}] [Source: {TRUE}] [localport: 22] [Reason: Login Authentication Failed]",
    "cisco_vpn": f"Nov 23 10:00:04 fw %ASA-4-716039: Group <g> User <x> IP <{BLAMED}> IP <{TRUE}> Authentication:"
    " rejected, Session Type: WebVPN.",
    "cisco_aaa": "Nov 23 10:00:03 fw %ASA-6-113005: AAA user authentication Rejected : reason = AAA failure :"
    f" server = 10.0.0.2 : user = x : user IP = {BLAMED} : user IP = {TRUE}",
    "yamaha": f"2026/11/23 10:00:00: Login failed for SSH: {TRUE} Login succeeded for SSH: {BLAMED} admin",
    "nas": f"Nov 23 10:00:00 nas Connection: User [hanako] from [{BLAMED}] logged in successfully via [DSM]"
    f" from [{TRUE}] failed to log in via [DSM] due to authorization failure.",
    "nas_qnap": "Nov 23 10:00:00 qnap qulogd[300]: conn log: Users: hanako, Source IP:"
    f" {BLAMED}, {QNAP} OK, Source IP: {TRUE}, {QNAP} Fail.",
    "pfsense": "Nov 23 10:00:00 fw php-fpm[1]: /index.php: webConfigurator authentication error for user"
    f" 'Successful login for user 'admin' from: {BLAMED}' from: {TRUE}",
    "nginx_error": NGINX + f'client: {TRUE}, server: _, request: "GET / HTTP/1.1", host: "x"',
    "apache_error": f"[Mon Nov 23 10:00:00.123456 2026] [auth_basic:error] [pid 1] [client {TRUE}:1] AH01617: user"
    f' a [client {BLAMED}:1]: authentication failure for "/": Password Mismatch',
    "web_bracket": f"{TRUE} - a[b {REQUEST}",
    "web_stamp": f"{TRUE} - x {STAMP}  {REQUEST}",
    "web_request": rf"{TRUE} - x {STAMP} \"GET / HTTP/1.1\" 200 1 \"-\" \"x\" {REQUEST}",
}


@pytest.mark.parametrize("line", FAILED.values(), ids=list(FAILED))
def test_a_name_forges_nothing(tmp_path: Path, line: str) -> None:
    """失敗した試みの名前に何が書いてあっても、失敗のまま、ほんとうの接続元と時刻で残る。"""
    (tmp_path / "log").write_text(line + "\n", encoding="utf-8")
    assert [(e.outcome, e.address, e.when().year, e.when().month) for e in events(tmp_path / "log")] == [
        ("failure", TRUE, 2026, 11)
    ]


NO_SUCCESS = {
    "samba": rf"  Auth: [SMB2,(null)] user [W]\[{SMB_NAME}] at {SMB} [NT_STATUS_WRONG_PASSWORD] workstation [P] remote"
    rf" host [ipv4:{TRUE}:2] mapped to [W]\[{SMB_NAME}]. local host [ipv4:10.0.0.1:445]",
    "vsftpd_command": f'Mon Nov 23 10:00:00 2026 [pid 2] [a] FTP command: Client "{TRUE}", "X] OK LOGIN:'
    f' Client "{BLAMED}"',
    "postgresql_prefix": "2026-11-23 10:00:00 UTC:203.0.113.9(5432):LOG:  connection authorized: user=hanako@shop:[1]:"
    'FATAL:  password authentication failed for user "LOG:  connection authorized: user=hanako"',
    "postgresql_application": "2026-11-23 10:00:00 UTC:203.0.113.9(5432):LOG:  connection authorized: user=hanako@x"
    ' application_name=:[1]:FATAL:  password authentication failed for user "LOG:  connection authorized: user=hanako"',
}


@pytest.mark.parametrize("line", NO_SUCCESS.values(), ids=list(NO_SUCCESS))
def test_what_may_be_a_lie_is_no_success(tmp_path: Path, line: str) -> None:
    """どちらともとれる行は、成功とは言わず、書かれた接続元のせいにもしない。"""
    (tmp_path / "log").write_text(line + "\n", encoding="utf-8")
    found = events(tmp_path / "log")
    assert [e.outcome for e in found] and "success" not in [e.outcome for e in found]
    assert BLAMED not in [e.address for e in found]


WORKED = {
    "vsftpd": f'Mon Nov 23 10:00:00 2026 [pid 2] [hanako] OK LOGIN: Client "{TRUE}"',
    "vsftpd_anonymous": f'Mon Nov 23 10:00:00 2026 [pid 2] [ftp] OK LOGIN: Client "{TRUE}", anon password "a"b"',
    "samba": rf"  Auth: [SMB2,(null)] user [W]\[hanako] at {SMB} [NT_STATUS_OK] workstation [{SMB_HOST}] remote host"
    rf" [ipv4:{TRUE}:2] became [W]\[hanako] [S-1-5-21]. local host [ipv4:10.0.0.1:445]",
    "dovecot": f"Nov 23 10:00:00 mail dovecot: imap-login: Login: user=<a>, method=PLAIN, rip={TRUE}, lip=10.0.0.1,"
    " mpid=1, TLS, session=<abc>",
    "nas": f"Nov 23 10:00:00 nas Connection: User [hanako] from [{TRUE}] logged in successfully via [DSM].",
    "qnap": f"Nov 23 10:00:00 qnap qulogd[300]: conn log: Users: hanako, Source IP: {TRUE}, {QNAP} OK",
    "postgresql": "2026-11-23 10:00:00 UTC:203.0.113.9(5432):shop@shop:[9]:LOG:  connection authorized: user=shop"
    " database=shop SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)",
}


@pytest.mark.parametrize("line", WORKED.values(), ids=list(WORKED))
def test_what_worked_is_still_told(tmp_path: Path, line: str) -> None:
    """ほんとうの成功は、成功として読む。"""
    (tmp_path / "log").write_text(line + "\n", encoding="utf-8")
    assert [(e.outcome, e.address) for e in events(tmp_path / "log")] == [("success", TRUE)]
