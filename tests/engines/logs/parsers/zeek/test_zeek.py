"""Zeek の記録を、Zeek の形式でも JSON でも読む。"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.engines.logs.parsers.zeek import parser
from tests.engines.logs.parsers.records import Read, read_sample, source, values
from tests.engines.logs.reading import PARSERS


def test_its_own_files_are_read() -> None:
    """見出しに従って読み、途中で変わる見出しにも従う。形の合わない行は数える。"""
    found = Read((PARSERS / "zeek" / "sample.log").read_bytes() + b"broken line\n")
    assert (found.report.events, found.report.errors) == (3, 1)
    assert values(found.events, "action", "outcome", "address", "destination", "sent", "source") == [
        ("zeek.conn", "unknown", "203.0.113.9", "192.0.2.10", 3000, "conn"),
        ("zeek.conn", "failure", "203.0.113.9", "192.0.2.10", None, "conn"),
        ("zeek.http", "unknown", "2001:db8::10", "192.0.2.10", 512, "http"),
    ]
    assert found.events[0].when().isoformat() == "2026-11-23T01:00:00.123456+00:00"
    first, second, http = found.rows
    assert (first["local_orig"], first["id.resp_p"]) == (False, 22)
    assert "orig_bytes" not in second
    assert (http["uri"], http["resp_mime_types"]) == ("/a\tb", ("text/html", "text/plain"))
    assert {s.service for t in found.tables for s in t.sources if s.product == "zeek"} == {"conn", "http"}


def test_records_of_json_say_by_their_fields_what_they_are() -> None:
    """名乗らない JSON の記録も、項目から種類が分かる。"""
    found = read_sample("zeek", "records.json")
    assert values(found.events, "action", "outcome", "address", "target") == [
        ("zeek.ssh_login", "success", "203.0.113.9", ""),
        ("zeek.dns", "unknown", "192.0.2.20", "c2.example.net"),
        ("ids.notice", "unknown", "203.0.113.9", ""),
    ]
    assert [table.sources[0].service for table in found.tables] == ["ssh", "dns", "notice"]
    assert found.rows[1]["rejected"] is False


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=30), max_size=8))
def test_any_line_is_read_or_counted(lines: list[str]) -> None:
    """どんな見出しや行が来ても、取り出すか、数えるかのどちらかになる。"""
    head = "#separator \\x09\n#fields\tts\ta\n#types\ttime\tstring\n1795395600.0\tx\n"
    data = (head + "\n".join(lines) + "\n").encode()
    kept = sum(1 for line in lines if line.strip() and not line.startswith("#")) + 1
    told = list(parser.objects(source(data)))
    assert sum(len(one.objects) + len(one.broken) for one in told) == kept
