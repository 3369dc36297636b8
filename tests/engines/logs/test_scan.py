"""スキャン全体：何が来ても終わり、読めなかったものを告げ、読めたものを残す。"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hikeshi.engines import logs
from hikeshi.engines.common.limited import Limits
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.logs import running
from tests.engines.logs.reading import NOW, PARSERS, report, sshd, web

ATTACK = "\n".join(web("POST /wp-login.php", 200, second=i) for i in range(12)) + "\n"


def scan(*paths: Path, **choices: object) -> logs.Report:
    return logs.scan(paths, now=NOW, zone="Asia/Tokyo", **choices)  # type: ignore[arg-type]


def codes(done: logs.Report) -> list[str]:
    return [problem.code for _, problem in done.not_read]


def test_the_answer_crosses_the_process_whole() -> None:
    """別の作業で読んだ答えは、ここで読んだ答えと同じになる（マイナンバーに見える数を伏せたうえで）。"""
    here, there = logs.Report.from_wire(report(PARSERS).to_wire()), scan(PARSERS)
    assert there.findings == here.findings
    assert there.files == here.files
    assert there.logins == here.logins
    assert [(p, x.code) for p, x in there.not_read] == [(p, x.code) for p, x in here.not_read]


def test_each_sample_is_recognised_by_content() -> None:
    """どの見本も、名前ではなく中身から形式が分かる。"""
    found = {Path(one.path).parent.name: one for one in report(PARSERS).files}
    for folder in PARSERS.iterdir():
        if (folder / "sample.log").is_file():
            assert (found[folder.name].format, found[folder.name].errors) == (folder.name, 0)


def test_progress_goes_from_nothing_to_everything(tmp_path: Path) -> None:
    """進み具合は、はじめから終わりまで増えていく。"""
    (tmp_path / "a.log").write_text(ATTACK)
    (tmp_path / "b.log.gz").write_bytes(gzip.compress(ATTACK.encode()))
    heard: list[logs.Progress] = []
    done = scan(tmp_path, on_progress=heard.append)
    assert [p.done for p in heard] == sorted(p.done for p in heard)
    assert heard[-1].done == heard[-1].total == sum(f.stat().st_size for f in tmp_path.iterdir())
    assert heard[-1].events == done.events == 24


def test_listener_can_cancel(tmp_path: Path) -> None:
    """聞く側が例外を投げると、スキャンは取りやめになる。"""
    (tmp_path / "a.log").write_text(ATTACK)

    def stop(now: logs.Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan(tmp_path, on_progress=stop)


def test_rotated_parts_read_as_one_log(tmp_path: Path) -> None:
    """回転したログをまたいでも、失敗の後の成功を見つける。"""
    failures = [sshd(f"Failed password for root from 203.0.113.5 port {i} ssh2", i * 5) for i in range(30)]
    (tmp_path / "auth.log.1").write_text("\n".join(failures) + "\n")
    (tmp_path / "auth.log").write_text(sshd("Accepted password for root from 203.0.113.5 port 9 ssh2", 900) + "\n")
    (one,) = report(tmp_path).findings
    assert (one.success, {Path(s.file).name for s in one.samples}) == ("yes", {"auth.log", "auth.log.1"})


def test_parts_in_any_order_tell_the_same(tmp_path: Path) -> None:
    """ファイルを読む順が逆でも、失敗の後の成功を見落とさない。"""
    failures = [sshd(f"Failed password for root from 203.0.113.5 port {i} ssh2", i * 5) for i in range(30)]
    (tmp_path / "z.log").write_text("\n".join(failures) + "\n")
    (tmp_path / "a.log").write_text(sshd("Accepted password for root from 203.0.113.5 port 9 ssh2", 900) + "\n")
    (one,) = report(tmp_path).findings
    assert (one.success, one.level) == ("yes", "high")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_logs_are_read(tmp_path: Path, pack: object) -> None:
    """圧縮されたログも、そのまま読む。"""
    (tmp_path / "access.log.gz").write_bytes(pack(ATTACK.encode()))  # type: ignore[operator]
    assert [one.kind for one in report(tmp_path).findings] == ["wordpress_login"]


def test_zipped_logs_are_read_and_named(tmp_path: Path) -> None:
    """zip の中のログを読み、どの中のどれかを示す。"""
    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as archive:
        archive.writestr("../../access.log", ATTACK)
    (one,) = report(tmp_path).files
    assert one.path.endswith("logs.zip!../../access.log")
    assert one.events == 12


def test_broken_lines_are_counted_and_shown(tmp_path: Path) -> None:
    """読めなかった行は数え、はじめの数行をそのまま見せる。"""
    (tmp_path / "a.log").write_text(ATTACK + "garbage one\n" + ATTACK + "\n" + "[more garbage\n" * 20)
    (one,) = report(tmp_path).files
    assert (one.events, one.errors, one.lines) == (24, 21, 46)
    assert [(s.line, s.raw) for s in one.broken][:2] == [(13, "garbage one"), (27, "[more garbage")]
    assert len(one.broken) == 5


def test_a_file_of_several_formats_is_read_whole(tmp_path: Path) -> None:
    """いくつかの形式が混じったファイルも、全部読む。"""
    together = b"".join((PARSERS / name / "sample.log").read_bytes() for name in ("web_access", "apache_error"))
    (tmp_path / "all.log").write_bytes(together)
    (one,) = report(tmp_path).files
    assert (one.errors, one.formats) == (0, {"web_access": 9, "apache_error": 6})


def test_since_and_until_bound_what_is_found(tmp_path: Path) -> None:
    """期間を指定すると、その外の行は数えない。"""
    (tmp_path / "a.log").write_text(ATTACK)
    assert report(tmp_path, since=datetime(2026, 11, 23, 2, tzinfo=UTC).timestamp()).findings == []
    assert report(tmp_path, until=datetime(2026, 11, 23, 1, tzinfo=UTC).timestamp()).findings == []
    assert report(tmp_path, since=datetime(2026, 11, 23, 1, tzinfo=UTC).timestamp()).findings != []


def test_log_ins_are_listed(tmp_path: Path) -> None:
    """成功したログインは、攻撃でなくても一覧にする。"""
    lines = [sshd("Accepted publickey for hanako from 192.0.2.1 port 1 ssh2", i * 100) for i in range(3)]
    (tmp_path / "auth.log").write_text("\n".join(lines) + "\n")
    (one,) = report(tmp_path).logins
    assert (one.account, one.address, one.method, one.events, one.last - one.first) == (
        "hanako",
        "192.0.2.1",
        "publickey",
        3,
        200,
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "logs.empty"),
        (b"\xef\xbb\xbf", "logs.empty"),
        (os.urandom(5000), "logs.not_a_log"),
        (bytes(5000), "logs.not_a_log"),
        (b"dear diary,\nnothing happened\n", "logs.not_a_log"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "logs.not_a_log"),
        (gzip.compress(b""), "logs.empty"),
        (gzip.compress(ATTACK.encode())[:40], "common.archive_broken"),
        (b"PK\x03\x04nonsense", "common.archive_broken"),
    ],
)
def test_what_is_no_log_is_told_and_costs_only_itself(tmp_path: Path, content: bytes, code: str) -> None:
    """ログでないものはそう告げ、ほかのファイルの結果には影響しない。"""
    (tmp_path / "a.log").write_bytes(content)
    (tmp_path / "b.log").write_text(ATTACK)
    done = report(tmp_path)
    assert codes(done) == [code]
    assert [one.kind for one in done.findings] == ["wordpress_login"]


def test_a_damaged_archive_keeps_what_was_read(tmp_path: Path) -> None:
    """途中で壊れた圧縮ファイルは、読めたところまでの結果を残す。"""
    many = "".join(web(f"GET /{i} {os.urandom(30).hex()}", 200) + "\n" for i in range(20_000))
    data = gzip.compress((ATTACK + many).encode())
    (tmp_path / "a.gz").write_bytes(data[: len(data) // 2])
    done = report(tmp_path)
    assert codes(done) == ["common.archive_broken"]
    assert done.files[0].events == done.events > 1000
    assert "wordpress_login" in [one.kind for one in done.findings]


def test_a_bomb_keeps_what_was_read(tmp_path: Path) -> None:
    """圧縮の爆弾は途中で止め、そこまでの結果を残す。"""
    with gzip.open(tmp_path / "a.gz", "wb") as file:
        file.write(ATTACK.encode())
        for _ in range(100):
            file.write(bytes(1 << 20))
    done = scan(tmp_path)
    assert codes(done) == ["common.archive_bomb"]
    assert [one.kind for one in done.findings] == ["wordpress_login"]


@pytest.mark.parametrize("name", ["cp932", "euc_jp", "utf-16", "utf-8-sig"])
def test_logs_in_other_encodings_are_read(tmp_path: Path, name: str) -> None:
    """日本語の入った Shift_JIS・EUC-JP・UTF-16 のログも読む。"""
    line = "Nov 23 10:00:00 経理部 backup[7]: 夜間の控えを取れませんでした。ディスクを確かめてください\n"
    attack = "".join(sshd(f"Failed password for 花子 from 203.0.113.5 port {i} ssh2", i * 5) + "\n" for i in range(9))
    (tmp_path / "a.log").write_bytes((line * 20 + attack).encode(name))
    done = report(tmp_path)
    assert (done.files[0].errors, done.files[0].events) == (0, 29)
    assert done.findings[0].accounts == ["花子"]


def test_control_characters_are_kept_as_they_are(tmp_path: Path) -> None:
    """端末を操る文字や NUL があっても、行は読め、消えない。"""
    evil = "\x1b]0;owned\x07\x1b[2J\0‮"
    lines = [sshd(f"Failed password for {evil} from 203.0.113.5 port {i} ssh2", i) for i in range(9)]
    (tmp_path / "a.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (one,) = scan(tmp_path).findings
    assert one.accounts == [evil]
    assert evil in one.samples[0].raw


def test_zeros_before_a_line_are_no_loss(tmp_path: Path) -> None:
    """停電の後に残る NUL の列の後でも、その行を読む。"""
    (tmp_path / "a.log").write_bytes(ATTACK.encode() + bytes(4096) + ATTACK.encode())
    (one,) = report(tmp_path).files
    assert (one.events, one.errors) == (24, 0)


def test_a_line_of_100_megabytes_costs_one_line(tmp_path: Path) -> None:
    """100 MB の一行は読めない行として数え、ほかは読む。"""
    with (tmp_path / "a.log").open("wb") as file:
        file.write(ATTACK.encode())
        for _ in range(100):
            file.write(b"A" * (1 << 20))
        file.write(b"\n" + ATTACK.encode())
    done = scan(tmp_path, limits=Limits(memory=700 << 20))
    assert (done.files[0].events, done.files[0].errors, done.not_read) == (24, 1, [])


@pytest.mark.parametrize("repeated", [b'"', b"[", b"\\", b" ", b"%25", b"../", b"${", b"<", b"a=", b"\\x41", b'" "'])
def test_long_lines_of_anything_take_no_long_time(tmp_path: Path, repeated: bytes) -> None:
    """どんな文字の繰り返しの長い行でも、計算が終わらなくなることはない。"""
    start = b'203.0.113.5 - - [23/Nov/2026:10:00:00 +0900] "GET /'
    long = repeated * (900_000 // len(repeated))
    lines = [
        start + long,
        start + long + b'" 200 1 "-" "-"',
        b"Nov 23 10:00:00 web sshd[1]: Failed password for " + long,
    ]
    (tmp_path / "a.log").write_bytes(ATTACK.encode() + b"\n".join(lines) + b"\n")
    done = scan(tmp_path, limits=Limits(cpu=30))
    assert done.not_read == []
    assert done.files[0].lines == 15


def test_many_addresses_stay_within_bounds(tmp_path: Path) -> None:
    """数えきれない接続元が来ても、メモリは決めた量に収まる。"""
    with (tmp_path / "a.log").open("w") as file:
        for i in range(120_000):
            file.write(
                web(f"GET /x{i}.php?a=../../etc/passwd", 404, address=f"2001:db8::{i >> 16:x}:{i & 0xFFFF:x}") + "\n"
            )
    done = scan(tmp_path, limits=Limits(memory=900 << 20))
    assert done.not_read == []
    assert done.forgotten > 0
    assert all(len(one.addresses) <= 20_000 for one in done.findings)


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT")
def test_a_file_that_breaks_the_reader_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """読む作業を壊すファイルは飛ばし、そう告げて、残りを読み終える。"""
    (tmp_path / "a.log").write_text(ATTACK)
    (tmp_path / "b.log").write_text("CRASH" + ATTACK)
    (tmp_path / "c.log").write_text(ATTACK.replace("203.0.113.5", "203.0.113.6"))
    # The reader dies for real: a stand-in for a fault in one of the libraries.
    (tmp_path / "sitecustomize.py").write_text(
        "import builtins, os\n"
        "import hikeshi.engines.common.walk as walk\n"
        "real = walk.Stream.read\n"
        "def read(self, size):\n"
        "    data = real(self, size)\n"
        "    if data.startswith(b'CRASH'): os.abort()\n"
        "    return data\n"
        "walk.Stream.read = read\n"
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    done = scan(tmp_path / "a.log", tmp_path / "b.log", tmp_path / "c.log")
    assert [(Path(p).name, x.code) for p, x in done.not_read] == [("b.log", "logs.reader_died")]
    assert done.findings[0].addresses == ["203.0.113.5", "203.0.113.6"]


def test_many_files_that_break_the_reader_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """読む作業を壊すファイルがいくつあっても、一つずつ飛ばして読み終える。同じ所で二度倒れたら、そこで告げる。"""
    bad = [f"{n}.log" for n in range(20)]

    def read(order: dict[str, Any], asked: str, limits: Limits, listen: Callable[[dict[str, Any]], None]) -> Any:
        left = [name for name in bad if name not in [path for path, _, _ in order["skipped"]]]
        for name in left[:1]:
            listen({"path": name, "done": 0, "total": 1, "events": 0})
            raise Problem("common.limited_died", status=-6)
        return logs.Report().to_wire()

    monkeypatch.setattr(running, "_read", read)
    assert logs.scan([tmp_path]).findings == []
    monkeypatch.setattr(running, "_read", lambda order, *rest: read({"skipped": []}, *rest))
    with pytest.raises(Problem) as told:
        logs.scan([tmp_path])
    assert told.value.code == "common.limited_died"


def test_the_time_allowed_follows_the_size(tmp_path: Path) -> None:
    """読んでよい時間は、ログの大きさに合わせて延びる。"""
    with (tmp_path / "a.log").open("wb") as file:
        file.truncate(20_000_000_000)  # a hole: it takes no room
    assert running._limits([str(tmp_path)]) == Limits(cpu=20_000, wall=40_000.0)
    assert running._limits([str(tmp_path / "none.log")]) == Limits()


def test_an_unknown_zone_is_told_first(tmp_path: Path) -> None:
    """知らない時間帯の名は、読む前に告げる。"""
    with pytest.raises(Problem) as told:
        logs.scan([tmp_path], zone="Asia/Edo")
    assert told.value.code == "logs.no_such_zone"


def test_a_period_that_ends_before_it_begins_is_told(tmp_path: Path) -> None:
    """終わりより後に始まる期間では、何も読まずに、二つの時刻を見せて知らせる。"""
    with pytest.raises(Problem) as told:
        logs.scan([tmp_path], since=datetime(2026, 11, 2, tzinfo=UTC), until=datetime(2026, 11, 1, tzinfo=UTC))
    assert told.value.code == "logs.since_after_until"
    assert told.value.params == {"since": "2026-11-02T00:00:00+00:00", "until": "2026-11-01T00:00:00+00:00", "exit": 2}


def test_nothing_is_written_beside_the_logs(tmp_path: Path) -> None:
    """読むだけで、ログの隣には何も作らない。"""
    (tmp_path / "a.log").write_text(ATTACK)
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    scan(tmp_path)
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")} == before


@pytest.mark.slow
def test_a_large_log_is_read_in_little_memory(tmp_path: Path) -> None:
    """大きなログでも、使うメモリは増えない（BIG_LOG_BYTES で 2 GB にもできる）。"""
    size = int(os.environ.get("BIG_LOG_BYTES", str(200 << 20)))
    block = "".join(web(f"GET /page{i}?x={i * 7919}", 200, second=i % 3000) + "\n" for i in range(8000)).encode()
    path = tmp_path / "big.log"
    with path.open("wb") as file:
        while file.tell() < size:
            file.write(block)
    done = scan(path, limits=Limits(memory=600 << 20))
    assert done.events == path.stat().st_size // len(block) * 8000
    assert done.not_read == []
