"""備えの言葉と種類。"""

import re
import tomllib
from pathlib import Path
from typing import Any

from hikeshi.prepare import catalog, entries
from hikeshi.prepare.catalog import contact_kinds, texts
from hikeshi.prepare.forms import FORMS

# Numbers that duties.md states; every other number on a page or paper is one that its owner wrote.
STATED = {"110", "#9110", "0570-001-240"}


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return len(value) if isinstance(value, list) else type(value).__name__


def test_both_languages_have_the_same_texts() -> None:
    """日本語と英語の言葉は、同じ項目を同じ数だけ持つ。"""
    assert shape(texts("ja")) == shape(texts("en"))


def test_placeholders_are_the_same() -> None:
    """はめこむ場所は、どちらの言語でも同じ。"""

    def holes(value: Any, path: str = "") -> dict[str, set[str]]:
        if isinstance(value, dict):
            return {k: v for name, inner in value.items() for k, v in holes(inner, f"{path}.{name}").items()}
        return {path: set(re.findall(r"\{(\w+)\}", value))} if isinstance(value, str) else {}

    assert holes(texts("ja")) == holes(texts("en"))


def test_every_contact_kind_says_why() -> None:
    """どの連絡先の種類にも、名前、頼むこと、次の5分、その理由が二つの言語である。"""
    for kind in contact_kinds().values():
        for both in (kind.name, kind.what, kind.task, kind.why):
            assert both["ja"]
            assert both["en"].isascii() or kind.id == "police"


def test_no_invented_number() -> None:
    """電話番号として書いてあるのは、資料で確かめた番号だけである。"""
    whole = "".join(
        p.read_text(encoding="utf-8") for p in [*Path(catalog.HERE).glob("texts/*.toml"), catalog.HERE / "kinds.toml"]
    )
    found = set(re.findall(r"#\d{3,}|(?<![\d.])0\d{1,4}-\d[\d-]{4,}|1\d\d(?=番)|(?<=call )1\d\d", whole))
    assert found <= STATED
    assert "#9110" in found


def test_advice_line_carries_its_hours() -> None:
    """#9110 には、いつも受付の時間を添える（夜にかけても出ないため）。"""
    for both in (contact_kinds()["police"].hint, {lang: texts(lang)["help"]["police"] for lang in ("ja", "en")}):
        assert both is not None
        assert "8:30" in both["ja"].split("#9110")[1]
        assert "8:30" in both["en"].split("#9110")[1]


def test_ranks_differ() -> None:
    """次の5分の順は、どの連絡先でもはっきり決まっている。"""
    ranks = [kind.rank for kind in contact_kinds().values()]
    assert len(ranks) == len(set(ranks))


def test_forms_and_entries_agree() -> None:
    """どの入力欄にも記録の欄があり、記録の欄には入力欄がある。"""
    kinds = {
        "role": entries.RoleGiven,
        "contact": entries.ContactStated,
        "insurance": entries.InsuranceStated,
        "device": entries.DeviceStated,
        "holding": entries.HoldingStated,
        "backup": entries.BackupStated,
    }
    for subject, form in FORMS.items():
        asked = set(form.base_fields) - {"seen", "also"}
        assert asked == set(kinds[subject].__dataclass_fields__) - {"key"}


def test_only_names_are_required() -> None:
    """どの入力欄も、名前のほかは空のままで保存できる。"""
    for form in FORMS.values():
        required = {name for name, field in form.base_fields.items() if field.required}
        assert required <= {"name", "kind"}


def test_every_kind_of_entry_has_its_sentence() -> None:
    """どの種類の記録にも、一行で言う言葉が二つの言語である。"""
    said = tomllib.loads((catalog.HERE / "entries.toml").read_text(encoding="utf-8"))
    kinds = {cls.__kind__[0] for cls in vars(entries).values() if hasattr(cls, "__kind__")}
    assert set(said) == kinds
    for words in said.values():
        assert words["name"]["ja"]
        assert words["line"]["en"]
