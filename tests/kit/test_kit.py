"""携帯キット：一つのHTMLファイルで、ネットもスクリプトもなしに読め、持ち帰ると記録になる。"""

import io
import re
from html import unescape
from html.parser import HTMLParser

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.contain.cards import shelf
from hikeshi.desk import services as desk
from hikeshi.kit import building, services
from hikeshi.prepare import services as prepare
from tests.cast import assemble

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = """HIKESHI-KIT 1
2026-01-06T14:03:00+09:00 | situation | ransomware | 脅しの画面
2026-01-06T14:05:10+09:00 | card | cut-network | LANケーブルを抜く。Wi-Fiを切る
2026-01-06T14:06:10+09:00 | card | still-encrypting | ネットを切っても、ファイルが変わり続けますか
2026-01-06T14:07:00+09:00 | note | - | "赤い画面"
"""


@pytest.fixture
def cast():
    return assemble()


@pytest.fixture
def hanako(client, cast):
    client.force_login(cast.hanako)
    return client


class Page(HTMLParser):
    """Collects ids, links inside the page, and everything that would ask the network."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.inside, self.outside = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if named.get("id"):
            self.ids.append(named["id"])
        for name in ("href", "src", "action", "poster", "data", "srcset"):
            target = named.get(name)
            if target and target.startswith("#"):
                self.inside.append(target[1:])
            elif target and not target.startswith(("tel:", "mailto:")):
                self.outside.append((tag, target))
        if tag in ("link", "iframe", "img", "object", "form"):
            self.outside.append((tag, ""))


def without_tools(text):
    """The page but for the texts of the scripts, which are shown and never run."""
    return re.sub(r"(<textarea readonly[^>]*>).*?</textarea>", r"\1</textarea>", text, flags=re.S)


def test_it_is_one_small_file_that_asks_nobody():
    """520KBより小さく、外のものを何も読みこまず、行き先のない目次がない。"""
    made = services.build()
    page = Page(made.decode())
    assert len(made) < building.SIZE_LIMIT
    assert page.outside == []
    assert not re.search(r"https?://|url\(|@import|fetch\(|XMLHttpRequest", without_tools(made.decode()))
    assert set(page.inside) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_its_own_policy_names_its_own_script():
    """ファイルの中の決まり（CSP）が、この一つのスクリプトと様式だけを許す。"""
    text = services.build().decode()
    for tag, policy in (("style", "style-src"), ("script", "script-src")):
        inner = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.S)[1]
        assert f"{policy} '{building._hash(inner)}'" in text
    assert "default-src 'none'" in text
    assert "unsafe" not in text
    assert not re.search(r"\son\w+=|style=", without_tools(text))


def test_every_card_and_situation_is_in_both_languages():
    """どの場面とどのカードも、日本語と英語の両方で載っている。"""
    text = services.build().decode()
    found = shelf()
    for lang in ("ja", "en"):
        side = text[text.index(f'data-side="{lang}"') :]
        for name in found.deck.situations:
            assert f'id="{lang}-s-{name}"' in side
        for name in building.card_numbers(found):
            title = found.words[name][lang].title
            assert f'id="{lang}-c-{name}"' in side
            assert title.replace("’", "’") in side


def test_without_script_everything_is_there():
    """スクリプトがなくても、電話、場面、印を付ける欄、書く線がある。"""
    text = re.sub(r"<script>.*?</script>", "", services.build().decode(), flags=re.S)
    assert "これは記録ではありません" in text
    assert 'href="tel:%239110"' in text
    assert text.count('type="checkbox"') > 200
    assert 'class="write"' in text


def test_prepared_numbers_stand_in_it(cast):
    """備えに書いた番号が入り、ほかの事業の番号は入らず、文字は安全に書かれる。"""
    fields = {"kind": "it", "name": "佐藤<b>PC", "phone": "090-1234-5678"}
    prepare.state(cast.workspace, cast.actor, "contact", fields)
    prepare.state(cast.other_workspace, cast.actor, "contact", {"kind": "it", "name": "鈴木", "phone": "03-0000-1111"})
    text = services.build(cast.workspace).decode()
    assert 'href="tel:09012345678"' in text
    assert "佐藤&lt;b&gt;PC" in text
    assert "03-0000-1111" not in text
    assert "花子の店" in text


def test_the_kit_of_a_drill_says_so(cast):
    """訓練用の事業のキットは、題名と、いちばん上と下に訓練と出る。本物のキットには出ない。"""
    workspace = desk.make_workspace("訓練の店", owner=cast.hanako, drill=True)
    text = services.build(workspace).decode()
    title = text[text.index("<title>") : text.index("</title>")]
    above, inside, below = (part.split("<body>")[-1] for part in re.split(r"</?main>", text))
    for marked in (title, above, below):
        assert "訓練" in marked
        assert "DRILL" in marked
    assert "DRILL" not in inside
    assert "訓練" not in re.sub(r"<main>.*</main>", "", services.build(cast.workspace).decode(), flags=re.S)


def test_anybody_may_save_a_blank_kit(client, cast):
    """サインインしていなくてもキットを保存できるが、連絡先は空らん。"""
    prepare.state(cast.workspace, cast.actor, "contact", {"kind": "it", "name": "佐藤", "phone": "090-1234-5678"})
    assert "連絡先は空らんです" in client.get("/kit/").content.decode()
    response = client.get("/kit/hikeshi-kit.html")
    assert response["Content-Disposition"].startswith("attachment")
    assert b"090-1234-5678" not in response.content


def test_signed_in_the_kit_holds_ones_own_numbers(hanako, cast):
    """サインインして保存すると、自分の連絡先が入る。"""
    prepare.state(cast.workspace, cast.actor, "contact", {"kind": "it", "name": "佐藤", "phone": "090-1234-5678"})
    assert b"090-1234-5678" in hanako.get("/kit/hikeshi-kit.html").content


def test_what_was_done_is_shown_before_it_is_taken(hanako, cast):
    """持ち帰った文は、まず読んで見せ、押すまで何も記録しない。"""
    page = hanako.post("/kit/bring/", {"text": TEXT}).content.decode()
    assert "次の4件を記録に入れます" in page
    assert "LANケーブルを抜く" in page
    assert list(casebook.cases(cast.workspace)) == []


def test_what_was_done_joins_the_record(hanako, cast):
    """印は起きた時刻つきの答えに、メモはメモになる。カードが受けとれない印も、メモとして失われない。"""
    response = hanako.post("/kit/bring/", {"text": TEXT, "take": "1", "case": ""})
    case = casebook.cases(cast.workspace).get()
    assert response.url == f"/i/{case.reference}/first-hour/"
    answers = list(casebook.entries(case, ["card.answered"]))
    assert [entry.data["card"] for entry in answers] == ["first-look", "cut-network"]
    assert answers[1].occurred.start.isoformat() == "2026-01-06T05:05:10+00:00"
    notes = [casebook.text(case, entry.data["text"]) for entry in casebook.entries(case, ["note.added"])]
    assert any("ファイルが変わり続けますか" in note for note in notes)
    assert "赤い画面" in notes
    assert casebook.facts(case)["contained_at"].value == "2026-01-06T14:05:10+09:00"


def test_the_phones_text_file_is_brought_in(hanako, cast):
    """スマホで「ファイルにする」で作った文字のファイルを、そのまま読みこませて記録に入れられる。"""
    file = io.BytesIO(("\ufeff" + TEXT.replace("\n", "\r\n")).encode())
    file.name = "hikeshi-kit-2026-01-06-14-03.txt"
    page = hanako.post("/kit/bring/", {"file": file}).content.decode()
    assert "次の4件を記録に入れます" in page
    assert list(casebook.cases(cast.workspace)) == []
    kept = unescape(re.search(r'<textarea name="text" hidden>(.*?)</textarea>', page, re.S)[1])
    response = hanako.post("/kit/bring/", {"text": kept, "take": "1", "case": ""})
    assert response.status_code == 302, (kept, response.content.decode())
    case = casebook.cases(cast.workspace).get()
    assert [entry.data["card"] for entry in casebook.entries(case, ["card.answered"])] == ["first-look", "cut-network"]


def test_numbers_in_the_kit_can_be_tapped():
    """キットの中の番号（110、#9110、弁護士、IPA）は、どこに出ても押せばかかる。"""
    text = services.build().decode()
    for number in ("tel:110", "tel:%239110", "tel:0570001240", "tel:0359787509", "mailto:cs-support@ipa.go.jp"):
        assert text.count(f'href="{number}"') >= 2, number


def test_other_texts_are_refused_in_words(hanako, cast):
    """キットでない文、空の文、大きすぎる文は、わけを言って断り、何も記録しない。"""
    for text in ("こんにちは", "", "HIKESHI-KIT 1\n", "HIKESHI-KIT 1\n" + "あ" * 70_000, "\x00\ud7ff"):
        response = hanako.post("/kit/bring/", {"text": text, "take": "1"})
        assert response.status_code == 422
        assert "何も記録していません" in response.content.decode()
    assert list(casebook.cases(cast.workspace)) == []


def test_a_stranger_cannot_bring_into_a_case(client, cast):
    """三郎が花子の事故の番号を送っても、花子の記録には入らない。"""
    case = cast.open_case()
    before = casebook.head(case).number
    client.force_login(cast.saburo)
    client.post("/kit/bring/", {"text": TEXT, "take": "1", "case": case.reference})
    assert casebook.head(case).number == before
    assert list(casebook.entries(case, ["card.answered"])) == []
