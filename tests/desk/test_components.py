"""部品の約束：大きさ、色の差、ことば、説明のもれがないこと。"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from hikeshi.desk import showcase
from hikeshi.desk.templatetags import ui

DESK = Path(ui.__file__).parents[1]
SHEET = (DESK / "static/desk/hikeshi.css").read_text(encoding="utf-8")
TAGS = sorted(name for name in ui.register.tags if name.startswith("ui_"))
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def render(text: str, lang: str = "ja", **variables: Any) -> str:
    with translation.override(lang):
        return Template("{% load ui i18n %}" + text).render(Context(variables))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def luminance(colour: str) -> float:
    full = colour if len(colour) == 7 else "#" + "".join(2 * c for c in colour[1:])
    parts = [int(full[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    values = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})", SHEET))
    low, high = sorted((luminance(values.get(one, one)), luminance(values.get(other, other))))
    return (high + 0.05) / (low + 0.05)


def test_sheet_is_small_and_at_home() -> None:
    """スタイルシートは40KB未満、400行以内で、外の何も呼ばない。"""
    assert len(SHEET.encode()) < 40_000
    assert SHEET.count("\n") <= 400
    assert not re.search(r"url\(|@import|https?:|@font-face", SHEET)


@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [
        ("ink", "paper", 7),
        ("ink-2", "paper", 7),
        ("ink-2", "wash", 4.5),
        ("line-strong", "paper", 4.5),
        ("ai", "paper", 7),
        ("ai", "ai-wash", 7),
        ("ai", "ai-soft", 7),
        ("ai-deep", "ai-soft", 7),
        ("#ffffff", "ai-night", 7),
        ("red", "paper", 7),
        ("red-deep", "paper", 7),
        ("red", "red-wash", 4.5),
        ("green", "paper", 7),
        ("orange", "paper", 7),
        ("#000000", "yellow", 7),
        ("#ffffff", "drill", 7),
        ("#ffffff", "drill-deep", 7),
    ],
)
def test_contrast(ink: str, paper: str, least: float) -> None:
    """文字は4.5:1以上、いちばん大事な文字は7:1以上の差がある。"""
    assert contrast(ink, paper) >= least


@pytest.mark.parametrize("template", sorted((DESK / "templates").rglob("*.html")), ids=lambda p: p.name)
def test_strict_policy(template: Path) -> None:
    """どのテンプレートにも、その場のスタイルとスクリプトがない（厳しいCSPで止まるものがない）。"""
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", text)
    for tag in re.findall(r"<script[^>]*>", text):
        assert "src=" in tag or 'type="application/json"' in tag, tag


def test_every_component_is_shown_and_documented() -> None:
    """どの部品も、一覧のページに出ていて、docs/components.md に書いてある。"""
    manual = (DESK.parents[2] / "docs/components.md").read_text(encoding="utf-8")
    folder = DESK / "templates/desk"
    shown = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.html"))
    for tag in TAGS:
        assert f"`{tag}`" in manual, tag
        assert re.search(rf"{{% {tag}\b", shown), tag
    for name in [name for name in ui.register.filters if name.startswith("ui_")]:
        assert name in manual, name


def test_every_drawing_exists() -> None:
    """使っている絵は、すべて icons.svg にある。"""
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (DESK / "static/desk/icons.svg").read_text(encoding="utf-8")))
    text = "".join(path.read_text(encoding="utf-8") for path in (DESK / "templates").rglob("*.html"))
    assert set(re.findall(r'{% ui_icon "([^"]+)"', text)) <= drawn
    assert {"confirmed", "suspected", "unknown", "refuted", "info", "success", "warning", "error"} <= drawn


@pytest.mark.django_db
@pytest.mark.urls("tests.desk.alone")
@pytest.mark.parametrize("query", ["", "?drill", "?mistakes"])
def test_english_page_is_english(client: Client, query: str) -> None:
    """英語のページに日本語が残らない（言語の切り替えの「日本語」だけは別）。"""
    client.cookies["hikeshi_language"] = "en"
    page = client.get(f"/components/{query}").content.decode()
    assert '<html lang="en"' in page
    left = JAPANESE.findall(words(page).replace("日本語", ""))
    assert not left, left
    assert not JAPANESE.search(" ".join(re.findall(r'(?:aria-label|placeholder|alt|value|data-\w+)="([^"]*)"', page)))


def test_deadline_and_guide_differ_in_word_and_shape() -> None:
    """期限は「期限」と「まで」、目安は「目安」と幅のある日で言い、形も変わる。"""
    with translation.override("ja"):
        clocks = showcase.context()["deadlines"]
    limit, guide, late, met = (render("{% ui_deadline d %}", d=d) for d in clocks)
    assert "期限" in words(limit)
    assert "12/7(月) まで" in words(limit)
    assert "あと31日" in words(limit)
    assert "第8条第2項" in words(limit)
    assert "目安" in words(guide)
    assert "まで" not in words(guide).split("目安")[1].split("仮")[0]
    assert "仮" in words(guide)
    assert 'class="deadline guide"' in guide
    assert "1日過ぎています" in words(late)
    assert "済み" in words(met)
    assert "あと" not in words(met)


@pytest.mark.parametrize(
    ("days", "ja", "en"), [(1, "あと1日", "1 day left"), (0, "今日まで", "due today"), (-2, "2日過ぎ", "2 days late")]
)
def test_days_left(days: int, ja: str, en: str) -> None:
    """残りの日数は、今日・これから・過ぎたの三つを、二つの言語で言う。"""
    deadline = {"title": "x", "due": date(2026, 12, 7), "days_left": days}
    assert ja in words(render("{% ui_deadline d %}", d=deadline))
    assert en in words(render("{% ui_deadline d %}", "en", d=deadline))


def test_times_carry_the_weekday() -> None:
    """日付はいつも曜日つきで、機械が読める形も持つ。"""
    day = date(2026, 12, 7)
    assert render('{{ d|ui_time:"day" }}', d=day) == '<time datetime="2026-12-07">12/7(月)</time>'
    assert "Mon 7 Dec 2026" in render('{{ d|ui_time:"date" }}', "en", d=day)
    assert render("{{ d|ui_time }}", d=None) == ""
    assert render("{{ d|ui_time }}", d="<b>先週</b>") == "&lt;b&gt;先週&lt;/b&gt;"


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("03-1234-5678", "0312345678"),
        ("０３（１２３４）５６７８", "0312345678"),
        ("(03) 1234-5678", "0312345678"),
        ("03-1234-5678（代表）", "0312345678"),
        ("#9110", "%239110"),
        ("+81 3 1234 5678", "+81312345678"),
        ("03-1234-5678 内線12", "0312345678"),
        ("電話 090 0000 0000", "09000000000"),
        ("なし", ""),
    ],
)
def test_what_a_telephone_dials(written: str, dialled: str) -> None:
    """電話番号は、どう書いてあっても、かけられる形になる。"""
    assert ui.ui_dial(written) == dialled


def test_hostile_words_are_only_words() -> None:
    """攻撃者の書いた文字は、どの部品でも文字のままで、札にならない。"""
    bad = '"><script>alert(1)</script>'
    fact = {"label": bad, "value": bad, "status": "suspected", "source": bad}
    entry = {
        "number": 1,
        "recorded_at": None,
        "text": bad,
        "who": bad,
        "kind": bad,
        "files": [{"name": bad, "href": "#"}],
    }
    person = {"name": bad, "phone": bad, "hours": bad, "note": bad, "role": bad}
    html = render(
        "{% ui_fact fact %}{% ui_entry entry %}{% ui_help_line people %}{% ui_copy bad bad id='x' %}"
        "{% ui_button bad note=bad %}"
        "{% ui_table bad columns rows %}{% ui_banner 'error' title=bad %}{{ bad }}{% endui_banner %}{% ui_task task %}"
        "{% ui_confirm label=bad lost=columns %}{% endui_confirm %}{% ui_chips 'c' chips legend=bad %}"
        "{% ui_note_bar bar %}",
        fact=fact,
        entry=entry,
        people=[person],
        bad=bad,
        columns=[bad, bad],
        rows=[[bad, bad]],
        task={"title": bad, "why": bad, "href": bad},
        chips=[(bad, bad)],
        bar={"action": bad, "value": bad, "error": bad},
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 20


class TwoFields(forms.Form):
    name = forms.CharField(label="名前", help_text="だれでも")
    seen = forms.MultipleChoiceField(label="見えたもの", choices=[("a", "あ")], widget=forms.CheckboxSelectMultiple)


def test_error_summary_leads_to_the_fields() -> None:
    """まちがいの一覧は、欄のある所へのリンクで、欄はまちがいと説明の両方を読み上げる。"""
    html = render("{% ui_form form %}", form=TwoFields({}))
    for target in re.findall(r'href="#([^"]+)"', html):
        assert f'id="{target}"' in html
    assert 'href="#id_seen_0"' in html
    assert html.count("まだ答えがありません。") == 4
    assert 'aria-describedby="id_name_hint id_name_error"' in html
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        assert all(f'id="{one}"' in html for one in described.split())


def test_hats_hide_while_one_person_wears_them() -> None:
    """役割の印は、一人で全部を兼ねるあいだは出ない。"""
    assert render('{% ui_hat "technical" %}').strip() == ""
    assert "技術" in render('{% ui_hat "technical" %}', hats=True)
    assert "技術" not in render("{% ui_task task %}", task={"title": "x", "hat": "technical"})


def test_drill_stands_on_all_four_sides() -> None:
    """訓練のことばは、上下左右の四つの辺にある。"""
    html = render('{% include "desk/components/drill.html" %}')
    for side in ("above", "below", "left", "right"):
        assert re.search(rf'class="drill-side {side}"[^>]*>\s*訓練', html)


def test_nothing_due_shows_no_strip() -> None:
    """期限がなければ、期限の帯そのものが出ない。"""
    assert words(render("{% ui_clocks clocks %}", clocks=[])) == ""


@pytest.mark.urls("tests.desk.alone")
def test_failure_page_needs_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """中で失敗したときのページは、ほかの何が壊れていても、ことばで出る。"""

    def broken(*_: Any) -> dict[str, Any]:
        raise RuntimeError("no such table")

    monkeypatch.setattr(showcase, "context", broken)
    monkeypatch.setattr("hikeshi.site.context.house", broken)
    client.raise_request_exception = False
    answer = client.get("/components/")
    assert answer.status_code == 500
    assert "火消しの中で失敗しました" in answer.content.decode()
    assert "no such table" not in answer.content.decode()
