"""LTSV のアクセスログの読み取り。"""

from __future__ import annotations

from pathlib import Path

import pytest

from hikeshi.engines.logs.parsers.ltsv import parser
from tests.engines.logs.reading import PARSERS, events, report

HERE = PARSERS / "ltsv"


def test_what_the_sample_says() -> None:
    """接続元・要求・応答が、ラベルの意味どおりに読める。"""
    one, two = events(HERE / "sample.log")
    assert (one.address, one.host, one.method, one.target, one.status) == (
        *("203.0.113.9", "www.example.jp", "GET", "/?q=1", 200),
    )
    assert (one.sent, one.agent, one.user, one.when().isoformat()) == (
        *(512, "Mozilla/5.0: test", "", "2026-11-23T01:00:00+00:00"),
    )
    assert (two.method, two.target, two.status, two.user, two.agent) == ("POST", "/wp-login.php", 403, "hanako", "花子")


def test_attacks_in_it_are_found(tmp_path: Path) -> None:
    """ふつうのアクセスログと同じように、攻撃を見つける。"""
    line = "time:[23/Nov/2026:10:00:{:02} +0900]\thost:203.0.113.9\treq:POST /wp-login.php HTTP/1.1\tstatus:200\tsize:9"
    (tmp_path / "access.log").write_text("".join(line.format(i) + "\n" for i in range(30)))
    done = report(tmp_path)
    assert (done.files[0].format, done.files[0].errors) == ("ltsv", 0)
    assert [one.kind for one in done.findings] == ["wordpress_login"]


@pytest.mark.parametrize(
    "line", [b"a:1\tb:2\tc:3\td:4", b"time:x\treq:GET /\tstatus:200 no pair\tx", b"GET /\t200\t1\t2"]
)
def test_other_tables_are_left_alone(line: bytes) -> None:
    """要求でない表や、名前のない列のある行は、自分のものと言わない。"""
    assert not parser.understands(line)
