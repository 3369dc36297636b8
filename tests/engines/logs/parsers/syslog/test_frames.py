"""journalctl が画面に出す形と、プログラムが自分で書くファイルも、syslog と同じに読む。"""

from __future__ import annotations

import json

import pytest

from tests.engines.logs.parsers.records import Read, values

NINE = 1795132801  # 2026-11-20 09:00:01 +09:00
SAID = "sshd[100]: Failed password for root from 203.0.113.5 port 4000 ssh2"


@pytest.mark.parametrize(
    "frame",
    [
        "Fri 2026-11-20 09:00:01 JST web01 ",
        "金 2026-11-20 00:00:01 UTC web01 ",
        "1795132801.000000 web01 ",
        "11月 20 09:00:01 web01 ",
        "Nov 20 09:00:01.000000 web01 ",
    ],
)
def test_what_journalctl_prints_is_read(frame: str) -> None:
    """journalctl の short-full・short-unix・日本語の月の形でも、時刻とホストと中身が読める。"""
    event = Read(f"{frame}{SAID}\n".encode(), "a.txt").events[0]
    assert (event.time, event.host, event.action, event.address) == (NINE, "web01", "ssh.login", "203.0.113.5")


def test_a_japanese_month_that_is_none_is_no_time() -> None:
    """13月の行は、読めなかった行として数える。"""
    found = Read(f"11月 20 09:00:01 web01 {SAID}\n13月 20 09:00:01 web01 {SAID}\n".encode(), "a.txt")
    assert (found.report.events, found.report.errors) == (1, 1)


def test_programs_that_write_their_own_file_are_no_hosts() -> None:
    """dovecot・unbound が自分で書くファイルでは、プログラム名をホスト名と取り違えない。"""
    login = "imap-login: Info: Login: user=<hanako>, method=PLAIN, rip=203.0.113.6, lip=10.0.0.1, mpid=2, TLS\n"
    asked = "2026-11-20T09:00:01.000+09:00 unbound[100:1] info: 192.0.2.6 evil.example.com. TXT IN\n"
    mail = Read(f"2026-11-20 09:00:01 {login}".encode(), "a.txt").events
    names = Read(asked.encode(), "a.txt").events
    assert values(mail, "time", "host", "action", "user") == [(NINE, "", "mail.login", "hanako")]
    assert values(names, "time", "host", "action", "address") == [(NINE, "", "dns.query", "192.0.2.6")]


def test_the_file_that_sudo_writes_is_read() -> None:
    """sudo の logfile は、折り返された行も年つきの行も、だれが何をしたかまで読める。"""
    wrapped = (
        "Nov 20 09:00:01 : taro : command not allowed ; TTY=pts/1 ; PWD=/ ;\n    USER=root ; COMMAND=/usr/bin/su\n"
    )
    dated = "Nov 20 09:00:01 2026 : hanako : HOST=web01 : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/apt update\n"
    found = Read((wrapped + dated).encode(), "a.txt")
    assert found.report.errors == 0
    assert values(found.events[1:], "time", "action", "outcome", "user", "host") == [
        (NINE, "sudo.command", "failure", "taro", ""),
        (NINE, "sudo.command", "success", "hanako", ""),
    ]


def test_json_in_a_message_is_read_by_who_knows_it() -> None:
    """syslog で届いた Caddy や Suricata の JSON は、その形式として読む。知らない JSON は文のまま残す。"""
    asked = {"remote_ip": "203.0.113.5", "method": "GET", "uri": "/wp-login.php", "host": "example.jp", "headers": {}}
    caddy = {"ts": NINE, "logger": "http.log.access", "msg": "handled request", "request": asked, "status": 404}
    alert = {"timestamp": "2026-11-20T09:00:01+0900", "event_type": "alert", "src_ip": "203.0.113.5"}
    alert |= {"dest_ip": "192.0.2.1", "proto": "TCP", "alert": {"signature": "x", "severity": 1}}
    lines = [f"caddy[1]: {json.dumps(caddy)}", f"suricata: @cee: {json.dumps(alert)}", 'app: {"a": 1}', f"{SAID}"]
    found = Read("".join(f"Nov 20 09:00:05 web01 {line}\n" for line in lines).encode(), "a.txt")
    assert values(found.events, "format", "address") == [
        ("caddy", "203.0.113.5"),
        ("suricata", "203.0.113.5"),
        ("syslog", ""),
        ("openssh", "203.0.113.5"),
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("vsftpd: pam_unix(vsftpd:auth)", "ftp.login"),
        ("proftpd: pam_unix(proftpd:auth)", "ftp.login"),
        ("pure-ftpd: pam_unix(pure-ftpd:auth)", "ftp.login"),
        ("auth: pam_unix(dovecot:auth)", "mail.login"),
        ("dovecot: auth: pam_unix(dovecot:auth)", "mail.login"),
        ("login: pam_unix(login:auth)", "auth.login"),
    ],
)
def test_what_pam_refused_is_a_log_in_of_its_program(said: str, expected: str) -> None:
    """PAM が断ったログインは、そのプログラムのログインの失敗として読む。"""
    tail = "authentication failure; logname= uid=0 euid=0 tty=ftp ruser=taro rhost=203.0.113.5  user=taro"
    event = Read(f"Nov 20 09:00:01 web01 {said}: {tail}\n".encode(), "a.txt").events[0]
    assert (event.action, event.outcome, event.user, event.address) == (expected, "failure", "taro", "203.0.113.5")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Nov 20 09:00:01 web01 proftpd[9] web01.example.jp (203.0.113.5[203.0.113.5]): USER taro (Login failed): x",
            ("ftp.login", "203.0.113.5", "taro"),
        ),
        (
            "Nov 20 09:00:01 gw unbound[100]: [100:0] info: 203.0.113.5 evil.example.com. A IN",
            ("dns.query", "203.0.113.5", ""),
        ),
        (
            "Nov 20 09:00:01 web01 fail2ban-server[9]: fail2ban.actions        [9]: NOTICE  [sshd] Ban 203.0.113.5",
            ("fail2ban.banned", "203.0.113.5", ""),
        ),
        (
            "[Fri Nov 20 09:00:01 2026] [auth_basic:error] [pid 1] [client [2001:db8::5]:50] AH01617: "
            'user taro: authentication failure for "/": Password Mismatch',
            ("web.refused", "2001:db8::5", "taro"),
        ),
        ("Nov 20 09:00:01 web01 login[9]: ROOT LOGIN  on '/dev/tty1'", ("auth.login", "", "ROOT")),
        (
            'time="20-11-2026 09:00:01" level=info msg="(a/crowdsec) crowdsecurity/ssh-bf by ip 203.0.113.5 (JP/1) : '
            '4h ban on Ip 203.0.113.5"',
            ("ids.banned", "203.0.113.5", ""),
        ),
        ("Nov 20 09:00:01 web01 clamd[9]: /srv/x.php: Php.Shell-1(0a1b:12) FOUND", ("malware.found", "", "")),
    ],
)
def test_the_same_words_in_other_frames(line: str, expected: tuple[str, str, str]) -> None:
    """同じ言葉が syslog の枠や古い版の書き方で来ても、動作と接続元と利用者が読める。"""
    event = Read(f"{line}\n".encode(), "a.txt").events[0]
    assert (event.time, event.action, event.address, event.user) == (NINE, *expected)
