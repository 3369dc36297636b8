"""自由な質問と、書き出し：読むだけで、ほかの人には見えず、表計算ソフトに何もさせない。"""

import csv
import html
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import python_calamine as calamine
from django.test import Client

from hikeshi.engines.common.claim import claimed
from hikeshi.investigate import questions, tables
from hikeshi.investigate.models import Scan
from tests.cast import Cast
from tests.investigate.scene import auth_log, brought, signed_in
from tests.investigate.test_exploring import address, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast: Cast, case: Any) -> Client:
    brought(cast, case, auth_log())
    return signed_in(cast.hanako)


def asked(client: Client, case: Any, sql: str, **more: str) -> Any:
    return client.get(address(case, "ask/?" + urlencode({"sql": sql, **more})))


def test_a_question_is_answered_and_each_example_is_one(case: Any, client: Client) -> None:
    """質問に表で答え、例として出した質問は、どれも答えが出る。"""
    page = client.get(address(case, "ask/"))
    examples = page.context["examples"]
    assert len(examples) >= 3
    for _, sql in examples[:2]:
        answer = asked(client, case, sql)
        assert answer.status_code == 200
        assert answer.context["found"]["rows"]
    page = text(asked(client, case, "SELECT count(*) AS n, '<script>' AS x FROM events"))
    assert 'data-label="n"' in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("sql", ["DELETE FROM events", "SELECT * FROM read_text('/etc/passwd')", "SELECT \x1b[2J", ""])
def test_what_is_no_question_is_told(case: Any, client: Client, sql: str) -> None:
    """読むだけでないもの、ほかのファイルを開くものは、言葉で断られる。"""
    answer = asked(client, case, sql)
    assert answer.status_code == 422
    assert "root:" not in text(answer)


def test_an_answer_as_a_file_carries_no_formula(case: Any, client: Client) -> None:
    """CSV の答えは、表計算ソフトで開いても式にならない。"""
    answer = asked(client, case, "SELECT '=1+1' AS a, NULL AS b, time FROM events LIMIT 1", form="csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["a", "b", "time"]
    assert rows[1][:2] == ["'=1+1", ""]
    assert rows[1][2].endswith("Z")


def test_one_question_at_a_time_a_person(cast: Cast, case: Any, client: Client) -> None:
    """前の質問に答えているあいだは、次の質問を断り、書いたものは残る。ほかの人は待たない。"""
    sql = "SELECT count(*) AS second FROM events"
    with claimed(tables.turn(cast.hanako.pk)) as mine:
        assert mine
        for more in ({}, {"form": "csv"}):
            answer = asked(client, case, sql, **more)
            assert answer.status_code == 409
            assert sql in text(answer)
            assert "前の質問に、まだ答えている" in text(answer)
            assert answer.context["found"] is None
        assert client.get(address(case, "ask/")).status_code == 200
        assert asked(signed_in(cast.taro), case, sql).status_code == 200
    assert asked(client, case, sql).context["found"]["rows"]


def test_all_events_are_given_in_each_form(case: Any, client: Client, monkeypatch: Any, tmp_path: Path) -> None:
    """すべてのできごとを、どの形でも受け取れ、あとに何も残らない。"""
    monkeypatch.setattr(questions.tempfile, "mkdtemp", lambda prefix: _folder(tmp_path))
    name = Scan.objects.get(chain_id=case.chain_id).scan
    page = text(client.get(address(case, f"scan/{name}/")))
    for form in ("xlsx", "csv", "jsonl", "timesketch"):
        assert f"/export/{name}/{form}/" in page
        answer = client.get(address(case, f"export/{name}/{form}/"))
        data = b"".join(answer.streaming_content)
        assert len(data) == int(answer["Content-Length"])
        if form == "xlsx":
            assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(data)).namelist()
        elif form == "csv":
            assert data.count(b"\n") > 40
        else:
            assert all(json.loads(line) for line in data.splitlines())
    assert list(tmp_path.iterdir()) == []


def test_what_is_shown_is_given(case: Any, client: Client) -> None:
    """いま画面で絞り込んでいるできごとだけを、どの形でも受け取れ、その隣で、すべても受け取れる。"""
    page = client.get(address(case, "timeline/?only=event.outcome:failure&without=log.record:1&text=SSHD"))
    total = client.get(address(case, "timeline/")).context["view"].total
    for form in ("xlsx", "csv", "jsonl", "timesketch"):
        shown, every = re.findall(rf'href="([^"]*/export/{form}/[^"]*)"', text(page))
        answer = client.get(html.unescape(shown))
        assert "-part." in answer["Content-Disposition"]
        some = _rows(form, b"".join(answer.streaming_content))
        assert 0 < len(some) == page.context["view"].total < total
        assert all(row["event.outcome"] == "failure" and str(row["log.record"]) != "1" for row in some)
        if form == "jsonl":
            assert len(_rows(form, b"".join(client.get(every).streaming_content))) == total


def _rows(form: str, data: bytes) -> list[dict[str, Any]]:
    if form == "xlsx":
        first, *rest = calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        return [dict(zip(first, row, strict=True)) for row in rest]
    if form == "csv":
        return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    return [json.loads(line) for line in data.splitlines()]


def test_a_filter_that_is_none_gives_no_file(cast: Cast, case: Any, client: Client) -> None:
    """使えない条件では、何も書き出さず、画面か言葉で伝える。三郎には何も渡さない。"""
    wrong = client.get(address(case, "export/csv/?since=never"))
    assert (wrong.status_code, wrong["Location"]) == (302, address(case, "timeline/?since=never"))
    assert client.get(wrong["Location"]).status_code == 422
    assert client.get(address(case, "export/csv/?only=no.such:1")).status_code in (409, 422)
    assert client.get(address(case, "export/exe/")).status_code == 404
    assert signed_in(cast.saburo).get(address(case, "export/csv/")).status_code == 404


def test_what_is_never_sent_leaves_nothing(case: Any, client: Client, monkeypatch: Any, tmp_path: Path) -> None:
    """受け取る人が先に去って、送り始められなくても、あとに何も残らない。"""
    monkeypatch.setattr(questions.tempfile, "mkdtemp", lambda prefix: _folder(tmp_path))
    name = Scan.objects.get(chain_id=case.chain_id).scan
    answer = client.get(address(case, f"export/{name}/jsonl/"))
    assert list(tmp_path.iterdir())
    answer.close()
    assert list(tmp_path.iterdir()) == []


def _folder(tmp_path: Path) -> str:
    (tmp_path / "export").mkdir()
    return str(tmp_path / "export")


def test_strangers_and_strange_names_get_nothing(cast: Cast, case: Any, client: Client) -> None:
    """三郎には見えず、知らない名前や形には答えない。"""
    name = Scan.objects.get(chain_id=case.chain_id).scan
    for page in ("ask/", f"export/{name}/csv/"):
        assert signed_in(cast.saburo).get(address(case, page)).status_code == 404
    assert client.get(address(case, f"export/{name}/exe/")).status_code == 404
    assert client.get(address(case, "export/nothing/csv/")).status_code == 404
