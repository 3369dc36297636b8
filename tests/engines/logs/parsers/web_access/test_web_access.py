"""アクセスログの読み取り。"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hikeshi.engines.logs.parsers.web_access import parser
from hikeshi.engines.logs.parsers.web_access.parser import FIELDS, unescape
from hikeshi.engines.logs.table import Context, Event, all_columns
from hikeshi.engines.logs.times import Years
from tests.engines.logs.parsers.records import Read
from tests.engines.logs.reading import NOW, PARSERS, events, sample


@pytest.fixture(scope="module")
def lines() -> list[Event]:
    return sample("web_access")


def test_every_line_of_the_sample_is_read(lines: list[Event]) -> None:
    """見本のどの行も、要求として読める。"""
    assert [e.line for e in lines] == list(range(1, 10))
    assert {e.action for e in lines} == {"web.request"}


def test_time_is_utc_and_its_zone_is_kept(lines: list[Event]) -> None:
    """時刻は UTC になり、元の時差も残る。"""
    assert lines[0].when() == datetime(2026, 11, 23, 1, 0, 0, tzinfo=UTC)
    assert lines[0].zone == "+0900"


def test_common_form_has_no_agent(lines: list[Event]) -> None:
    """common の形は、利用者の道具の名を持たない。"""
    first = lines[0]
    assert (first.address, first.method, first.target, first.status, first.sent) == (
        "192.0.2.10",
        "GET",
        "/index.html",
        200,
        5120,
    )
    assert (first.user, first.agent, first.outcome) == ("", "", "success")


def test_combined_form_has_user_referer_and_agent(lines: list[Event]) -> None:
    """combined の形から、利用者・来たところ・道具が読める。"""
    assert (lines[1].user, lines[1].referer, lines[1].agent) == (
        "hanako",
        "https://shop.example.jp/",
        "Mozilla/5.0 (X11)",
    )


def test_vhost_form_names_the_site(lines: list[Event]) -> None:
    """vhost の形から、求められたサイトが読める。"""
    assert (lines[2].host, lines[2].address, lines[2].status) == ("shop.example.jp", "192.0.2.11", 302)


def test_escaped_quotes_belong_to_the_field(lines: list[Event]) -> None:
    """逆斜線の付いた引用符で、欄は終わらない。"""
    assert (lines[3].address, lines[3].target, lines[3].agent) == ("2001:db8::7", '/a"b', 'say "hello"')


def test_bytes_that_are_no_request_are_kept(lines: list[Event]) -> None:
    """要求になっていないものも、そのまま残る。"""
    assert (lines[4].method, lines[4].target, lines[4].status) == ("", "\x16\x03\x01", 400)


def test_close_variants_are_read(lines: list[Event]) -> None:
    """欄が欠けたり増えたりした近い形も読める。"""
    assert (lines[5].address, lines[5].user, lines[5].status) == ("192.0.2.13", "", 200)
    assert (lines[6].status, lines[6].sent) == (499, None)
    assert (lines[7].host, lines[7].address, lines[7].status) == ("shop.example.jp", "192.0.2.15", 401)


def test_names_in_place_of_addresses_are_kept(lines: list[Event]) -> None:
    """番号でなく名前で書かれた接続元と、空白のある利用者名も読める。"""
    assert (lines[8].address, lines[8].user) == ("host-a.example.net", "taro yamada")


def test_each_event_points_at_its_bytes(lines: list[Event]) -> None:
    """どの出来事も、元のファイルのその行を指す。"""
    from pathlib import Path

    data = Path(lines[0].file).read_bytes()
    for event in lines:
        assert data[event.offset : event.offset + len(event.raw)] == event.raw


def test_escapes_of_the_web_server_are_taken_back() -> None:
    """Web サーバーが書き換えた文字を、元に戻す。"""
    assert unescape(rb"a\x22b\\c\"d\ne\q") == b'a"b\\c"d\ne\\q'


def test_what_comes_out_is_said() -> None:
    """出てくる項目が、解析器の頭に書かれている。"""
    assert {"time", "address", "status"} <= {name for names, _ in FIELDS for name in names.split(", ")}


def test_variants_of_rental_servers_are_read() -> None:
    """レンタルサーバーごとの形（サイト名が先、接続元が名前、後ろに項目が増える）も読める。"""
    found = events(PARSERS / "web_access" / "rental.log")
    assert [(e.host, e.address, e.user, e.target, e.status, e.sent) for e in found] == [
        ("www.example.jp", "203.0.113.200", "", "/", 200, 5120),
        ("example.jp", "p0000-tokyo.example.ne.jp", "", "/wp-login.php", 200, 2048),
        ("www.example.jp", "203.0.113.201", "", "/shop/", 304, None),
        ("", "203.0.113.202", "", "/a", 200, 12),
        ("example.jp", "203.0.113.203", "hanako", "/members/", 200, 12),
        ("", "203.0.113.204", "", "/b", 404, 0),
    ]


def test_columns_have_the_names_of_rules() -> None:
    """列は、Sigma のルールが待つ名前を持つ。"""
    lines = [
        b'203.0.113.5 - hanako [23/Nov/2026:10:00:00 +0900] "GET /a?b=1 HTTP/1.1" 200 12 "https://x/" "curl"',
        b'203.0.113.5 - - [23/Nov/2026:10:00:01 +0900] "POST /c HTTP/1.1" 500 - "-" "-"',
    ]
    context = Context(ZoneInfo("Asia/Tokyo"), "Asia/Tokyo", Years(NOW))
    columns = all_columns(parser.read(lines, range(2), context))
    told = {name: columns[name] for name in ("c-ip", "cs-method", "cs-uri-stem", "cs-uri-query", "sc-status")}
    assert told == {
        "c-ip": ["203.0.113.5", "203.0.113.5"],
        "cs-method": ["GET", "POST"],
        "cs-uri-stem": ["/a", "/c"],
        "cs-uri-query": ["/a?b=1", "/c"],
        "sc-status": ["200", "500"],
    }
    assert columns["cs-username"] == ["hanako", None]
    assert columns["event.outcome"] == ["success", "failure"]


def test_a_user_name_hides_no_line_and_moves_no_time() -> None:
    """利用者名に括弧や偽の時刻が入っていても、行は読め、時刻はサーバーの書いたもの。"""
    request = b'[23/Nov/2026:10:00:00 +0900] "GET /a HTTP/1.1" 401 12 "-" "x"'
    names = [b"a[b", b"x [01/Nov/2020:00:00:01 +0900] ", rb"x [01/Nov/2020:00:00:01 +0900] \"GET / HTTP/1.1\" 200 1"]
    read = parser.read(
        [b"203.0.113.9 - %b %b" % (name, request) for name in names],
        range(3),
        Context(ZoneInfo("Asia/Tokyo"), "Asia/Tokyo", Years(NOW)),
    )
    assert [read.fields(i)["address"] for i in range(len(read))] == ["203.0.113.9"] * 3
    assert set(read.times) == {datetime(2026, 11, 23, 1, tzinfo=UTC).timestamp()}
    quoted_first = b'"shop" 203.0.113.9 - - ' + request
    assert parser.understands(quoted_first)


def _who(*heads: bytes) -> list[tuple[object, object]]:
    lines = [head + b' [23/Nov/2026:10:00:00 +0900] "GET /a HTTP/1.1" 401 12 "-" "x"' for head in heads]
    read = parser.read(lines, range(len(lines)), Context(ZoneInfo("Asia/Tokyo"), "Asia/Tokyo", Years(NOW)))
    return [(read.fields(i)["address"], read.fields(i)["user"]) for i in range(len(read))]


def test_one_asker_has_one_address() -> None:
    """同じ接続元は、IPv6 の書き方が違っても一つ。"""
    assert {who for who, _ in _who(b"2001:DB8:0::7 - -", b"2001:db8:0:0:0:0:0:7 - -", b"[2001:db8::7] - -")} == {
        "2001:db8::7"
    }
    assert _who(b"::ffff:c000:20a - -") == [("192.0.2.10", "")]


def test_of_a_list_of_addresses_the_last_outside_counts() -> None:
    """中継が書き足した一覧（X-Forwarded-For）では、右から見て最初の外の接続元を取る。左は相手が自由に書ける。"""
    assert _who(b"192.0.2.1, 203.0.113.9, 10.0.0.1 - -", b"www.example.jp 192.0.2.1,203.0.113.9 - taro") == [
        ("203.0.113.9", ""),
        ("203.0.113.9", "taro"),
    ]


def test_a_user_called_like_an_address_is_no_address() -> None:
    """接続元が名前で書かれていても、利用者名の番号を接続元にしない。"""
    assert _who(b"evil.example - 192.0.2.77", b"www.example.jp evil.example - 192.0.2.77 x") == [
        ("evil.example", "192.0.2.77"),
        ("evil.example", "192.0.2.77 x"),
    ]


def test_codes_of_no_standard_are_read() -> None:
    """規格にない応答の番号（000、999）の行も読める。"""
    lines = [
        b'203.0.113.9 - - [23/Nov/2026:10:00:00 +0900] "GET / HTTP/1.1" %b 0 "-" "x"' % n for n in (b"000", b"999")
    ]
    read = parser.read(lines, range(2), Context(ZoneInfo("Asia/Tokyo"), "Asia/Tokyo", Years(NOW)))
    assert [(read.fields(i)["status"], read.fields(i)["outcome"]) for i in range(len(read))] == [
        (0, "unknown"),
        (999, "failure"),
    ]


LINE = '{} [23/Nov/2026:10:00:00 +0900] "GET /a HTTP/1.1" 401 12 "-" "x"{}'
PROXY, CLIENT = "10.0.0.2", "203.0.113.9"


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("10.0.0.2 - -", ' "203.0.113.9"'),
        ("10.0.0.2 - -", ' "192.0.2.1, 203.0.113.9"'),
        ("10.0.0.2 - -", ' "<script>, 203.0.113.9" 0.012 10.0.0.5:8080'),
        ("10.0.0.2 - -", ' 0.012 10.0.0.5:8080 "203.0.113.9:50000"'),
        ("10.0.0.2 - -", " 203.0.113.9, 10.0.0.3"),
        ("10.0.0.2 - taro", ' "203.0.113.9, 172.70.1.1"'),
        ("203.0.113.9 10.0.0.2 - -", ""),
        ("192.0.2.1, 203.0.113.9 10.0.0.2 - taro", ""),
        ("www.example.jp 203.0.113.9, 10.0.0.3 10.0.0.2 - -", ""),
        ('"203.0.113.9" 10.0.0.2 - -', ""),
        ('www.example.jp:443 "192.0.2.1 - -, 203.0.113.9" 10.0.0.2 - -', ""),
    ],
)
def test_behind_a_proxy_the_asker_is_named_and_the_proxy_kept(head: str, tail: str) -> None:
    """取り次ぐ機械（プロキシ）越しの要求では、X-Forwarded-For の接続元が相手で、取り次いだ機械も残る。"""
    read = parser.read([LINE.format(head, tail).encode()], range(1), _context())
    columns = all_columns(read)
    assert (read.fields(0)["address"], columns["source.ip"], columns["c-ip"]) == (CLIENT, [CLIENT], [CLIENT])
    assert columns["network.peer.address"] == [PROXY]
    assert CLIENT in str(columns["http.request.header.x-forwarded-for"])
    assert read.fields(0)["user"] == ("taro" if "taro" in head else "")
    assert read.fields(0)["host"] == ("www.example.jp" if "www" in head else "")


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("203.0.113.9 - -", ' "8.8.8.8"'),
        ("203.0.113.9 - -", ' "8.8.8.8, 10.0.0.2"'),
        ("8.8.8.8 203.0.113.9 - -", ""),
        ('"8.8.8.8" 203.0.113.9 - -', ""),
        ("10.0.0.2 - -", ' "8.8.8.8, 203.0.113.9"'),
    ],
)
def test_a_forged_header_hides_nobody(head: str, tail: str) -> None:
    """外から直に来た相手が偽の X-Forwarded-For を付けても、本当の接続元が相手で、申告も残る。"""
    read = parser.read([LINE.format(head, tail).encode()], range(1), _context())
    columns = all_columns(read)
    assert read.fields(0)["address"] == CLIENT
    assert columns["source.ip"] == [CLIENT]
    assert "8.8.8.8" in str(columns["http.request.header.x-forwarded-for"])


def test_what_is_no_list_of_proxies_is_left_alone() -> None:
    """プロキシの向こうの申告がない行や、後ろの項目が番号でも接続元の一覧でない行は、そのまま。"""
    tails = ["", ' "-"', " 0.012 10.0.0.5:8080", ' "unknown"', ' "203.0.113.9, unknown"']
    read = parser.read([LINE.format("10.0.0.2 - -", tail).encode() for tail in tails], range(5), _context())
    assert [read.fields(i)["address"] for i in range(5)] == [PROXY] * 5
    assert read.groups == [b"10.0.0.2 - - "] * 5


def test_a_flood_through_a_proxy_is_told_by_asker() -> None:
    """プロキシ越しの要求は、相手ごとに分けて数えられる。"""
    lines = [LINE.format("10.0.0.2 - -", f' "{one}" 0.{n}').encode() for n in range(3) for one in ("192.0.2.1", CLIENT)]
    assert parser.read(lines, range(6), _context()).groups == [b"192.0.2.1", b"203.0.113.9"] * 3


def _context() -> Context:
    return Context(ZoneInfo("Asia/Tokyo"), "Asia/Tokyo", Years(NOW))


def test_the_servers_own_address_is_not_who_asked() -> None:
    """サーバー自身のアドレスも書かれたログでは、引用符の中の X-Forwarded-For が接続元になる。"""
    line = '10.0.0.2 - - [20/Nov/2026:09:00:00 +0900] "GET / HTTP/1.1" 200 5 "-" "x" 0.1 192.0.2.80 443 "203.0.113.7"\n'
    assert [event.address for event in Read(line.encode(), "a.log").events] == ["203.0.113.7"]
