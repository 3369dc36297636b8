"""Microsoft Defender の MPLog の読み取り。"""

from __future__ import annotations

from tests.engines.logs.parsers.records import Read, values
from tests.engines.logs.reading import PARSERS

SAMPLE = (PARSERS / "defender_mplog" / "sample.log").read_bytes()
INVOICE = r"C:\Users\hanako\Downloads\invoice.exe"
THREAT = "Trojan:Win32/Example.A!ml"


def test_what_the_sample_says() -> None:
    """何がどのファイルで見つかり、処置できたかが読める。動いていたプログラムも残る。"""
    assert values(Read(SAMPLE).events, "action", "outcome", "target", "path", "process") == [
        ("defender.message", "unknown", "", "", ""),
        ("win.malware_found", "unknown", THREAT, INVOICE, ""),
        ("win.malware_found", "unknown", THREAT, INVOICE, ""),
        ("win.malware_acted", "success", THREAT, INVOICE, ""),
        ("win.malware_acted", "failure", THREAT, r"C:\Users\hanako\b.exe", ""),
        ("win.program_seen", "unknown", "", r"\Device\HarddiskVolume3\Users\hanako\secret.zip", "mimi.exe"),
        ("defender.message", "unknown", "", "", ""),
    ]


def test_the_file_is_utf_16_and_its_time_utc() -> None:
    """本物は UTF-16 で書かれ、時刻は UTC。"""
    found = Read(SAMPLE.decode().replace("\n", "\r\n").encode("utf-16"), "a.txt")
    assert (found.report.events, found.report.errors, found.events[0].format) == (7, 0, "defender_mplog")
    assert found.events[1].when().isoformat() == "2026-11-23T01:00:01.100000+00:00"


def test_lines_of_others_are_left_alone() -> None:
    """同じ日時で始まるだけの行は、自分のものと言わない。"""
    found = Read(b"2026-11-23T01:00:00Z web01 sshd[1]: Invalid user a from 203.0.113.5 port 1\n" * 3, "a.txt")
    assert {event.format for event in found.events} == {"openssh"}


def test_one_of_its_words_takes_no_other_log() -> None:
    """syslog に [RTP] と書かれた1行があっても、ほかのプログラムの行は MPLog のものにならない。"""
    refused = "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<a>, rip=203.0.113.5, lip=192.0.2.1"
    line = f"2026-11-23T01:00:01Z web01 dovecot[1]: {refused}\n2026-11-23T01:00:01Z web01 app[1]: hello\n"
    found = Read(f"2026-11-23T01:00:00Z [RTP] forged\n{line * 9}".encode(), "a.log")
    assert found.report.formats["dovecot"] == 9
