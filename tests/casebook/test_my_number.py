"""マイナンバーは、記録にも表にもログにも書類にも残らない。もとの証拠のファイルにだけある。"""

import io
import logging
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from hikeshi.archive import services as archive
from hikeshi.casebook import projecting
from hikeshi.casebook import services as casebook
from hikeshi.casebook.entries import FactStated
from hikeshi.engines.common.mynumber import MASK
from hikeshi.engines.ledger.entry import Actor, Entry
from hikeshi.engines.ledger.verify import check_lines
from hikeshi.investigate import services as investigate
from hikeshi.notify import services as notify
from tests.cast import Cast, assemble

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NUMBER = "123456789018"
WRITTEN = (NUMBER, "1234-5678-9018", "１２３４　５６７８　９０１８")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def tables(chain: Any) -> str:
    """Every row of every read table of a chain, as text."""
    found = []
    for module in projecting.rooms().values():
        for table in module.TABLES:
            found += list(apps.get_model(table).objects.filter(chain_id=chain).values())
    return str(found)


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.mark.parametrize("number", WRITTEN)
def test_it_stands_in_no_entry_and_no_table(cast: Cast, number: str) -> None:
    """題にも、事実の値にも、ファイル名にも、人の名前にも残らず、伏せた数が行に残る。"""
    case = cast.open_case(f"番号 {number} の件")
    someone = Actor("x", f"太郎 {number}")
    data = FactStated(key="cause", status="confirmed", value={number: [f"\x00{number}"]}, source=number)
    (entry,) = casebook.record(case, [Entry(data, someone)])
    casebook.keep_file(case, io.BytesIO(b"x"), f"通知カード_{number}.pdf", cast.actor)
    whole = b"".join(casebook.lines(case)).decode()
    assert number not in whole + tables(case.chain_id)
    assert whole.count(MASK) == 7
    assert entry.fields["masked"] == 4
    assert entry.data["value"] == {MASK: [f"〔U+0000〕{MASK}"]}
    with casebook.open_evidence(case, entry.fields["replaced"][0]["raw"]) as file:
        assert file.read().decode() == f"\x00{MASK}"
    assert check_lines(casebook.lines(case)).findings == []
    assert casebook.stale(case) == []


def test_it_is_shown_nowhere_and_stays_in_the_text_as_it_came(cast: Cast) -> None:
    """メモに書かれた番号は、画面にも書類にも出ない。保管した文章のファイルには、書かれたとおりある。"""
    case = cast.open_case()
    note = casebook.add_note(case, f"番号は {NUMBER} だった", cast.actor)
    casebook.state_fact(case, "incident_summary", None, "confirmed", cast.actor, text=f"{NUMBER} が漏れた")
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.hanako, backend=BACKEND)
    for page in ("", "record/", "facts/"):
        answer = client.get(f"/i/{case.reference}/{page}").text
        assert NUMBER not in answer
        assert MASK in answer
    paper = notify.paper(case, "ppc-copy-sheet", "ja")
    assert NUMBER not in paper.text
    assert MASK in paper.text
    with casebook.open_evidence(case, note.data["text"]) as file:
        assert NUMBER.encode() in file.read()


def test_a_log_with_it_leaves_it_in_the_log_alone(cast: Cast) -> None:
    """ログの行にある番号は、調査の報告にも画面にも写らず、証拠のログにだけ残る。"""
    case = cast.open_case()
    line = f"Nov  5 03:00:{{:02d}} web-01 sshd[1]: Failed password for {NUMBER} from 203.0.113.5 port 4000 ssh2\n"
    content = "".join(line.format(i) for i in range(40)).encode()
    kept = casebook.keep_file(case, io.BytesIO(content), "auth.log", cast.actor)
    investigate.ask(case, [kept], cast.actor)
    while investigate.do_owed():
        pass
    assert investigate.findings(case)
    holding = [path.name for path in casebook.kept_files(case) if NUMBER.encode() in path.read_bytes()]
    assert holding == [kept.data["sha256"]]
    assert NUMBER not in b"".join(casebook.lines(case)).decode() + tables(case.chain_id)


def test_it_is_not_in_the_programs_log(cast: Cast) -> None:
    """動作の記録（ログ）にも残らない。"""
    logging.getLogger("test").warning("could not read %s", NUMBER)
    for handler in logging.getLogger().handlers:
        handler.flush()
    log = (Path(settings.HIKESHI_DATA) / "logs" / "hikeshi.log").read_text(encoding="utf-8")
    assert NUMBER not in log
    assert MASK in log


def test_the_archive_says_its_name_without_it(cast: Cast, tmp_path: Path) -> None:
    """封印の説明（bag-info）にも残らない。"""
    case = cast.open_case(NUMBER)
    archive.seal(case, tmp_path / "bag", cast.actor)
    for path in (tmp_path / "bag").rglob("*"):
        if path.is_file() and "evidence" not in path.parts:
            assert NUMBER.encode() not in path.read_bytes()
