"""訓練の書類：種で決まった事故が、どの書類にも、その事故のとおりに、訓練と印されて出る。"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.drill.conftest import Three
from tests.drill.playing import Played, bare, pages_of

# What each kind of document must say of the seed's world: addresses, numbers of people, days.
EXPECTED: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "plan": (
        ("web_attacker", "ssh_attacker", "site", "phone_of_owner"),
        ("exact", "held_min", "held_max"),
        ("prepared",),
    ),
    "ppc-copy-sheet": (
        ("web_attacker", "ssh_attacker", "site", "host"),
        ("at_least", "at_most", "wp_attempts", "ssh_attempts"),
        ("web_first", "known", "signal"),
    ),
    "ppc-copy-sheet.final": (
        ("web_attacker", "ssh_attacker", "site", "host"),
        ("exact", "wp_attempts", "ssh_attempts"),
        ("web_first", "known", "letters"),
    ),
    "customer-letter": (
        ("web_attacker", "ssh_attacker", "site", "mail"),
        ("at_least", "at_most"),
        ("web_first", "known", "letters", "reported"),
    ),
    "insurer-notice": (
        ("web_attacker", "ssh_attacker", "site", "policy"),
        ("at_least", "at_most", "wp_attempts", "ssh_attempts"),
        ("web_first", "known", "insurer"),
    ),
    "review": (("web_attacker", "ssh_attacker", "site"), ("exact", "wp_attempts"), ("taken",)),
    "duties": (("web_attacker", "ssh_attacker", "site"), ("exact", "wp_attempts"), ("taken",)),
}
FORMS = {"plan": ["pdf", "docx"], "review": ["json"], "duties": ["json"]}
MONTHS = ["", "January", "February", "March", "April", "May", "June", "July", "August", "September"]
MONTHS += ["October", "November", "December"]


def said_days(moment: str, lang: str) -> list[str]:
    """The ways in which a document may write a day."""
    day = datetime.fromisoformat(moment)
    if lang == "ja":
        return [f"{day.month}月{day.day}日", day.date().isoformat()]
    return [f"{day.day}{MONTHS[day.month]}", day.date().isoformat()]


def has_number(text: str, number: int) -> bool:
    return re.search(rf"(?<![\d,.]){number:,}(?![\d,])", text) is not None


def values(played: Played) -> dict[str, Any]:
    return {**played.values, "phone_of_owner": played.values["mobile"]}


@pytest.mark.parametrize("which", ["first", "other", "english"])
@pytest.mark.parametrize("kind", EXPECTED)
def test_every_document_tells_of_this_incident(three: Three, which: str, kind: str) -> None:
    """どの書類のどの形（PDF・Word・JSON）にも、その種のアドレス・人数・日付が出る。"""
    played: Played = getattr(three, which)
    addresses, numbers, days = EXPECTED[kind]
    texts = played.kinds(kind)
    assert sorted(name.rsplit(".", 1)[1] for name in texts) == sorted(FORMS.get(kind, ["pdf", "docx"]))
    for name, text in texts.items():
        missing = [key for key in addresses if values(played)[key] not in text]
        missing += [key for key in numbers if not has_number(text, values(played)[key])]
        missing += [
            key
            for key in days
            if not any(said in text for said in said_days(played.truth["moments"][key], played.said["lang"]))
        ]
        assert missing == [], name


def test_no_document_tells_of_another_incident(three: Three) -> None:
    """別の種のアドレス・電話・番号・人数は、どの書類にも出ない。"""
    for mine, other in ((three.first, three.other), (three.other, three.first)):
        theirs = values(other)
        addresses = {key for names, _, _ in EXPECTED.values() for key in names}
        addresses |= {key for key in theirs if key.endswith(("phone", "receipt", "mobile", "ticket"))} - {
            "police_receipt"
        }
        numbers = {key for _, keys, _ in EXPECTED.values() for key in keys} - {"held_min", "held_max"}
        assert not {key for key in addresses | numbers if theirs[key] == values(mine)[key]}
        for name, text in mine.texts.items():
            assert [key for key in addresses if theirs[key] in text] == [], name
            # The kit carries scripts, and these are full of numbers of their own; it tells of no incident.
            if name != "hikeshi-kit.html":
                assert [key for key in numbers if has_number(text, theirs[key])] == [], name


def test_every_document_is_marked_as_a_drill(three: Three) -> None:
    """どの書類にも「訓練」（英語では DRILL）と出る。"""
    for played, mark in ((three.first, "訓練"), (three.other, "訓練"), (three.english, "DRILL")):
        assert len(played.texts) >= 12
        assert [name for name, text in played.texts.items() if mark not in text] == []


def test_every_page_is_marked_as_a_drill(three: Three) -> None:
    """PDF は、一枚一枚に「訓練」と出る。"""
    for path in sorted((three.first.out / "documents").glob("*.pdf")):
        assert [page for page in pages_of(path) if "訓練" not in page] == [], path.name


def test_the_pocket_kit_is_kept_and_marked(three: Three) -> None:
    """携帯キットも書類とともに残り、題名と上と下に訓練と出て、その訓練の連絡先が入る。"""
    for played in (three.first, three.other, three.english):
        (path,) = (played.out / one["path"] for one in played.said["documents"] if one["kind"] == "kit")
        text = path.read_text(encoding="utf-8")
        assert re.search("<title>[^<]*訓練[^<]*DRILL", text)
        assert re.sub(r"<main>.*</main>", "", text, flags=re.S).count('class="drill"') == 2
        assert played.values["lawyer_phone"] in text


def test_english_documents_are_in_english(three: Three) -> None:
    """英語の書類に、日本語が混じらない。携帯キットだけは、どちらの言語も一枚に持つ。"""
    kits = three.english.kinds("kit")
    for name, text in three.english.texts.items():
        if name in kits:
            continue
        assert set(re.findall("[\u3041-\u30fa\u4e00-\u9fff]+", text)) <= {"訓練"}, name


def test_the_letters_close_is_never_alone_on_a_page(three: Three) -> None:
    """「以上」だけの紙はできない。"""
    for played in (three.first, three.other):
        for path in sorted((played.out / "documents").glob("*.pdf")):
            said = bare(pages_of(path)[-1].replace("訓練 これは訓練です 訓練", ""))
            assert len(said) > 80, path.name


def test_sealed_documents_are_the_very_files(three: Three) -> None:
    """外へ出した書類は、封印の中にあるものと一バイトも違わない。"""
    manifest = three.first.sealed["manifest-sha256.txt"].decode()
    for one in three.first.said["documents"]:
        if one["kind"].split(".")[0] in ("customer-letter", "insurer-notice", "ppc-copy-sheet"):
            assert re.search(rf"^{one['sha256']}  data/documents/", manifest, re.M), one["path"]


def test_what_was_refuted_never_leaves(three: Three) -> None:
    """うわさ（元スタッフのしわざ）と、打ち間違えた本人のアドレスは、記録には残り、どの書類にも出ない。"""
    for played, rumour in ((three.first, "退職したスタッフ"), (three.english, "former worker")):
        kept = b"\n".join(content for name, content in played.sealed.items() if name.startswith("data/evidence/"))
        assert rumour.encode() in kept
        assert played.values["home"].encode() in b"".join(played.sealed.values())
        for name, text in played.texts.items():
            assert bare(rumour) not in text, name
            assert not re.search(rf"(?<![\d.]){re.escape(played.values['home'])}(?!\d)", text), name


def test_deadlines_follow_the_scenarios_dates(three: Three) -> None:
    """期限は訓練の「知った日」から数えられ、報告はどれも済んでいる。"""
    for played in three[:3]:
        duties = json.loads((played.out / "documents" / "duties.json").read_text(encoding="utf-8"))
        known = datetime.fromisoformat(played.truth["moments"]["known"])
        assert datetime.fromisoformat(duties["known_at"]) == known
        assert duties["questions"] == duties["review"] == []
        rows = {row["target"]: row for row in duties["required"]}
        first, final = rows["ppc"]["deadlines"]
        assert date.fromisoformat(first["from"]) == known.date() + timedelta(days=2)
        assert date.fromisoformat(first["to"]) == known.date() + timedelta(days=4)
        # 60 days, day 1 being the day of knowing; a day on which offices are closed moves it on.
        assert timedelta(0) <= date.fromisoformat(final["to"]) - known.date() - timedelta(days=59) <= timedelta(days=8)
        assert first["told"]["receipt"] == played.values["ppc_receipt"]
        assert final["told"]["receipt"] == played.values["ppc_final_receipt"]
        assert {"appi.internal", "appi.notice", "insurance.notice", "contract.notice", "police"} <= set(rows)
        assert [t for t, row in rows.items() if row["kind"] != "voluntary" and row["told"]["state"] != "met"] == []


def test_the_review_counts_in_the_scenarios_time(three: Three) -> None:
    """振り返りの四つの時間は、訓練の出来事の時刻から数えられている。"""
    said = json.loads((three.first.out / "documents" / "review.json").read_text(encoding="utf-8"))
    at = {name: datetime.fromisoformat(moment) for name, moment in three.first.truth["moments"].items()}
    lengths = {"detect": ("web_first", "noticed"), "contain": ("noticed", "contained")}
    lengths |= {"report": ("noticed", "reported"), "recover": ("noticed", "recovered")}
    for name, (begin, end) in lengths.items():
        assert said["times"][name]["minutes"] == (at[end] - at[begin]).total_seconds() // 60
        assert said["times"][name]["said"]
    assert said["plan_version"] == 2


def test_the_folder_holds_what_was_said(three: Three) -> None:
    """言われた場所に、言われたとおりのファイルがあり、drill.json は画面に出したものと同じである。"""
    for played in three[:3]:
        assert all((played.out / one["path"]).stat().st_size > 200 for one in played.said["documents"])
        assert json.loads((played.out / "drill.json").read_text(encoding="utf-8")) == played.said
        assert sorted(path.name for path in (played.out / "logs").iterdir()) == [
            "access.log",
            "access.log.1.gz",
            "auth.log",
        ]
        assert Path(played.said["out"]) == played.out
