"""花子の店の事故。文書の試験で使う事実と当事者。"""

from __future__ import annotations

from datetime import UTC, datetime

from hikeshi.notify.documents import Parties, Party
from hikeshi.notify.wording import Fact

NOW = datetime(2026, 11, 9, 1, tzinfo=UTC)
HANAKO = Party(
    name="佐倉花店",
    person="佐倉 花子",
    title="代表",
    postal_code="100-0001",
    address="東京都千代田区千代田1-1-1",
    phone="03-0000-0000",
    email="hanako@example.com",
)
PARTIES = Parties(HANAKO, policy_number="CY-0001234", business="花の小売")


def facts() -> dict[str, Fact]:
    """確かめたこと、疑い、わからないこと、否定されたことが混ざった事故。"""
    return {
        "known_at": Fact("2026-11-06T09:30:00+09:00", "confirmed"),
        "occurred_at": Fact("2026-11-04T18:12:00+00:00", "suspected"),
        "event": Fact(["leak"], "suspected"),
        "incident_kind": Fact(["unauthorised_access"], "confirmed"),
        "incident_summary": Fact(None, "confirmed", "店の管理画面に、第三者が不正にログインしました。"),
        "data_items": Fact(["name", "email", "password"], "confirmed"),
        "data_items_not_included": Fact(["card_number"], "confirmed"),
        "persons": Fact({"at_least": 412, "at_most": 431}, "confirmed"),
        "cause": Fact(None, "suspected", "古い拡張機能の弱点が使われました。"),
        "malicious": Fact(True, "suspected"),
        "sensitive": Fact(False, "confirmed"),
        "financial_harm": Fact(None, "unknown"),
        "secondary_damage": Fact(False, "confirmed"),
        "containment_done": Fact(None, "confirmed", "サーバーを切り離しました。\n鍵を替えました。"),
        "route": Fact(None, "refuted", "従業員の持ち出し"),
        "detected_by": Fact("self", "confirmed"),
    }
