"""ログの中を見て回る：話、図、時刻順のできごと。見たものを、人が事実にする。"""

import io
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.investigate import drawing, looking, services, tables
from hikeshi.investigate.forms import of_pair, pair
from hikeshi.investigate.models import Scan
from tests.cast import Cast
from tests.investigate.scene import auth_log, brought, signed_in

pytestmark = pytest.mark.django_db
ATTACKER = "203.0.113.5"


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def client(cast: Cast, case: Any) -> Client:
    brought(cast, case, auth_log())
    return signed_in(cast.hanako)


def address(case: Any, page: str) -> str:
    return f"/i/{case.reference}/investigate/{page}"


def test_the_story_is_proposed_and_becomes_a_fact_by_a_person(cast: Cast, case: Any, client: Client) -> None:
    """話の一つ一つは提案で、人が押して初めて、選んだ確かさで事実になる。"""
    page = text(client.get(address(case, "story/")))
    assert ATTACKER in page
    assert "web-01" in page
    assert not [key for key in casebook.facts(case) if key.startswith("finding:")]
    names = re.findall(r'name="part" value="([^"]+)"', page)
    assert names
    answer = client.post(address(case, "story/state/"), {"part": names[0], "status": "suspected"})
    assert answer.status_code == 302
    fact = casebook.facts(case)[f"finding:{names[0]}"]
    assert fact.status == "suspected"
    assert "web-01" in casebook.text(case, fact.text_sha256)
    assert "疑い" in text(client.get(address(case, "story/")))


def test_the_graph_is_a_picture_and_a_table(case: Any, client: Client) -> None:
    """図の下の表に、同じことが書いてある。"""
    page = text(client.get(address(case, "logons/")))
    assert 'class="graph-intruder"' in page
    table = page.split("<tbody")[1]
    assert ATTACKER in table
    assert "▲" in table


def test_the_timeline_narrows_down(case: Any, client: Client) -> None:
    """できごとは、値でも言葉でも時間でもしぼり込め、条件は一つずつ外せる。"""
    everything = text(client.get(address(case, "timeline/")))
    assert "42 件" in everything or "41 件" in everything
    assert "<script>alert" not in everything
    page = text(client.get(address(case, "timeline/?only=event.outcome:success")))
    assert "1 件" in page
    assert "Accepted password" in page
    assert "この条件を外す" in page
    assert "0 件" in text(client.get(address(case, "timeline/?only=event.outcome:success&text=nothing-like-it")))
    link = re.search(r'<a href="(\?[^"]*since=[^"]*)"', everything)
    assert link
    assert "件" in text(client.get(address(case, "timeline/" + link[1].replace("&amp;", "&"))))


@pytest.mark.parametrize(
    "query",
    ["?since=yesterday", "?only=no-such-column:x", "?only=x", "?page=-1", "?page=99999999", "?text=%00%27%22;--"],
)
def test_a_strange_address_is_told(case: Any, client: Client, query: str) -> None:
    """おかしな条件は、言葉で断られるか、何も合わないだけで、こわれない。"""
    answer = client.get(address(case, "timeline/" + query))
    assert answer.status_code in (200, 400, 404, 409, 422)
    assert "<html" in text(answer)


def test_an_event_becomes_a_fact(cast: Cast, case: Any, client: Client) -> None:
    """できごと一つを、元の行と場所とともに事実にできる。行は表から取り、送られてきたものは信じない。"""
    page = text(client.get(address(case, "timeline/?only=event.outcome:success")))
    (link,) = re.findall(r'href="([^"]*/event/[^"]*)"', page)
    form = text(client.get(link.replace("&amp;", "&")))
    assert "Accepted password" in form
    said = {"file": "auth.log", "record": "41", "told": "ここで入られた", "status": "confirmed", "line": "invented"}
    assert client.post(address(case, "event/"), said).status_code == 302
    ((key, fact),) = [(k, f) for k, f in casebook.facts(case).items() if k.startswith("finding:")]
    told = casebook.text(case, fact.text_sha256)
    assert told.startswith("ここで入られた\n2026-")
    assert "Accepted password" in told
    assert "invented" not in told
    (chosen,) = casebook.entries(case, ["investigate.event_chosen"])
    (asked,) = casebook.entries(case, ["investigate.scan_asked"])
    assert (chosen.data["record"], chosen.data["scan"]) == (41, asked.data["scan"])
    assert (fact.status, fact.source) == ("confirmed", f"auth.log:41（記録 {asked.number} 番で渡したログ）")
    assert client.get(address(case, f"event/?file={quote('../../etc')}&record=1")).status_code in (404, 409, 422)
    assert key in casebook.facts(case)


def test_logs_of_one_name_are_told_apart(cast: Cast, case: Any, client: Client) -> None:
    """同じ名前のログが別の調査や同じ調査にあっても、選んだできごとそのものが開く。"""
    line = b"Nov  6 04:00:0%d web-02 sshd[7]: Accepted password for jiro from 198.51.100.%d port 50000 ssh2\n"
    brought(cast, case, line % (1, 1))
    names = ("auth.log", "auth.log")
    kept = [
        casebook.keep_file(case, io.BytesIO(line % (n, n)), name, cast.actor, purpose=services.LOG)
        for n, name in enumerate(names, 2)
    ]
    services.ask(case, kept, cast.actor)
    while services.do_owed():
        pass
    for address_of in ("203.0.113.5", "198.51.100.1", "198.51.100.2", "198.51.100.3"):
        page = text(client.get(address(case, f"timeline/?only=source.ip:{address_of}&only=event.outcome:success")))
        (link,) = re.findall(r'href="([^"]*/event/[^"]*)"', page)
        opened = client.get(link.replace("&amp;", "&"))
        assert opened.context["row"]["fields"]["source.ip"] == address_of
    assert client.get(address(case, "event/?file=auth.log&record=1&time=never")).status_code in (404, 409, 422)


def test_facts_from_two_uploads_of_one_name_are_two(cast: Cast, case: Any, client: Client) -> None:
    """同じ名前・同じ行・同じ時刻のできごとでも、渡した回が違えば別の事実になり、どの回のものかたどれる。"""
    brought(cast, case, auth_log() + b"Nov  6 05:00:00 web-02 sshd[7]: Connection closed by 198.51.100.1 port 5\n")
    page = text(client.get(address(case, "timeline/?only=event.outcome:success")))
    links = re.findall(r'href="([^"]*/event/[^"]*)"', page)
    assert len(links) == len(set(links)) == 2
    for link in links:
        form = text(client.get(link.replace("&amp;", "&")))
        said = dict(re.findall(r'name="(file|record|time|scan)" value="([^"]+)"', form))
        client.post(address(case, "event/"), said | {"status": "suspected"})
    facts = [fact for key, fact in casebook.facts(case).items() if key.startswith("finding:")]
    asked = {entry.data["scan"]: entry.number for entry in casebook.entries(case, ["investigate.scan_asked"])}
    assert sorted(fact.source for fact in facts) == sorted(
        f"auth.log:41（記録 {number} 番で渡したログ）" for number in asked.values()
    )
    assert {entry.data["scan"] for entry in casebook.entries(case, ["investigate.event_chosen"])} == set(asked)


def test_every_field_of_an_event_leads_on(case: Any, client: Client) -> None:
    """できごとのページには項目がすべて出て、どの値でも、その値だけにも、それを除いても、前後の時刻でも見られる。"""
    page = client.get(address(case, "event/?file=auth.log&record=41"))
    fields = {name: (only, without) for name, _, only, without in page.context["fields"]}
    assert {"process.pid", "event.timezone", "source.ip", "message"} <= set(fields)
    everything = client.get(address(case, "timeline/")).context["view"].total
    for name in ("process.pid", "source.ip"):
        only, without = (client.get(address(case, "timeline/" + link)).context["view"].total for link in fields[name])
        assert only >= 1
        assert only + without == everything
    around = client.get(address(case, "timeline/" + page.context["around"])).context["view"]
    assert 1 <= around.total <= everything
    assert page.context["row"]["time"] >= around.first


def test_only_members_look_and_only_who_records_states(cast: Cast, case: Any, client: Client) -> None:
    """ほかの事業の人には何も見えない。"""
    other = signed_in(cast.saburo)
    for page in ("story/", "logons/", "timeline/", "event/?file=auth.log&record=1"):
        assert other.get(address(case, page)).status_code == 404
    assert other.post(address(case, "story/state/"), {"part": "x"}).status_code == 404


def test_a_lost_table_loses_nothing(case: Any, client: Client) -> None:
    """表が消えても記録は残り、ページは開ける。"""
    (scan,) = Scan.objects.filter(chain_id=case.chain_id)
    tables.forget(scan)
    assert client.get(address(case, "timeline/")).status_code == 200
    assert ATTACKER in text(client.get(address(case, "story/")))


@pytest.mark.parametrize("name", ["source.ip", "aws:SourceIp", "a%3Ab", "100%", ":"])
def test_any_column_can_be_filtered_on(name: str) -> None:
    """項目の名前にコロンがあっても、しぼり込みの住所からそのまま読み取れる。"""
    assert of_pair(pair(name, "2001:db8::1")) == (name, "2001:db8::1")


def test_bars_and_lines_fit_their_picture() -> None:
    """棒も線も、図の枠の中に収まる。"""
    bins = [{"from": f"2026-01-01T00:00:{i:02}Z", "count": i, "failures": i // 2} for i in range(48)]
    bars = drawing.bars(bins, "2026-01-01T00:00:48Z")
    assert all(bar.x + bar.width <= drawing.WIDTH + 1 and bar.y >= 0 and bar.failed <= bar.height for bar in bars)
    assert drawing.bars([], "") == []
    edges = [
        {"from": f"a{i}", "to": f"h{i}", "account": "x", "success": i, "failure": 1, "intruder": i == 0}
        for i in range(40)
    ]
    graph = drawing.graph(edges)
    assert len(graph.left) == len(graph.right) == drawing.MOST
    assert graph.hidden == 40 - drawing.MOST
    assert max(line.y1 for line in graph.lines) < graph.height
    assert looking.SECTIONS == ("route", "reached", "taken")
