"""時系列の一行：符号や番号ではなく、人の言葉で言う。"""

from datetime import UTC, datetime
from typing import Any

import pytest

from hikeshi.casebook import sayings, vocabulary
from hikeshi.engines.ledger.entry import Actor, Recorded
from hikeshi.notify import documents
from hikeshi.notify.law import lawfiles

HASH = "0123456789abcdef" * 4


def said(kind: str, lang: str = "ja", **data: Any) -> str:
    """The line of an entry of this kind."""
    entry = Recorded("c", 1, kind, 1, datetime(2026, 11, 23, tzinfo=UTC), Actor("1", "花子"), data, HASH)
    return sayings.say(entry, lang, lambda blob: "言葉", lambda key, value: vocabulary.fact_said(key, value, lang)).line


def test_every_word_that_a_room_promises_is_there() -> None:
    """entries.toml が名ざす言葉は、どれもその部屋が用意している。"""
    named = {name for words in sayings.sayings().values() for name in words.get("words_of", {}).values()}
    assert named
    assert named <= set(sayings.WORDS)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_duties_and_documents_are_named(lang: str) -> None:
    """報告先と文書は、どれも符号ではなく名前で出る。ファイルから消えたものだけは符号のまま残る。"""
    book = lawfiles.shipped()
    for target in [*book.filings, *book.ids()]:
        line = said("duty.met", lang, target=target, stage="first", how="mail", receipt="", remarks=None)
        known = book.filings.get(target) or next(duty for duty in book.duties if duty.id == target)
        assert known.name[lang] in line
        assert target not in line.replace(known.name[lang], "")
    for kind_id, kind in documents.kinds().items():
        line = said("document.proved", lang, document=f"{kind_id}.final", receipt="")
        assert f"{kind.name(lang)}{'（最終）' if lang == 'ja' else ' (final)'}" in line  # noqa: RUF001
        assert kind_id not in line
    assert "gone.law" in said("duty.met", lang, target="gone.law", stage="first", how="mail")


def test_a_hash_is_shortened_but_the_archives_fingerprint_is_whole() -> None:
    """64桁の指紋は12桁で出し、書き写して照らし合わせる封印の指紋だけは全部出す。"""
    line = said("document.checked", document="customer-letter", sha256=HASH)
    assert f"{HASH[:12]}…" in line
    assert HASH[:13] not in line
    assert HASH in said("archive.sealed", name="a.zip", lines=3, files=2, sha256=HASH)


def test_facts_are_named_whatever_follows_their_key() -> None:
    """ログの発見は番号ではなく「ログから見つかったこと」、含まれない項目はその名前で出る。"""
    line = said("fact.stated", key="finding:0f3a-1", value=None, status="confirmed", text=HASH)
    assert line == "ログから見つかったこと： 言葉（確認済み）"  # noqa: RUF001
    assert vocabulary.label("finding:0f3a-1", "en") == "Finding in the logs"
    items = dict(vocabulary.choices("data_items", "ja"))
    code, name = next(iter(items.items()))
    assert vocabulary.choices("data_items_not_included", "ja") == vocabulary.choices("data_items", "ja")
    assert name in said("fact.stated", key="data_items_not_included", value=[code], status="confirmed", text=None)


@pytest.mark.parametrize(
    ("lang", "passing", "failed"),
    [
        ("ja", "通すもの：指定なし。", "できなかったこと：なし。"),  # noqa: RUF001
        ("en", "May pass: none named.", "Failed: nothing."),
    ],
)
def test_an_empty_list_of_an_isolation_is_said_in_words(lang: str, passing: str, failed: str) -> None:
    """隔離の記録で、通すものも、できなかったこともないときは、空のままにせず、そう言う。"""
    about = {"host": "localhost", "verb": "on", "allow": []}
    assert passing in said("isolation.intended", lang, way="here", timer=0, **about)
    line = said("isolation.done", lang, machine="pc", state="isolated", failed=[], undo="x", **about)
    assert passing in line
    assert failed in line
