"""Words of special-care information（要配慮個人情報）: illness, disability, check-ups, crime, creed, origin.

Source: Act on the Protection of Personal Information (個人情報保護法), article 2(3), and Cabinet Order article 2.
"""
# words: data throughout, what the law names and how forms say it

from __future__ import annotations

import re
from collections.abc import Iterator

_LISTED = (
    "病歴 既往歴 既往症 現病歴 診断名 病名 傷病名 診断結果 検査結果 健康診断結果 健診結果 ストレスチェック 服薬 "
    "投薬 処方薬 カルテ アレルギー歴 障害者手帳 障害等級 療育手帳 身体障害 精神障害 知的障害 発達障害 要介護度 "
    "HIV 統合失調症 うつ病 糖尿病 高血圧症 悪性腫瘍 前科 犯罪歴 逮捕歴 犯罪被害 保護観察 信条 信仰 思想信条 本籍 "
    "国籍・人種 人種 社会的身分 同和 既往"
)
_WORDS = _LISTED.split()
QUICK = tuple(b"".join(b"\\x%02x" % byte for byte in word.encode()) for word in _WORDS)
HEADER: re.Pattern[str] | None = re.compile(
    r".*(?:病歴|既往|診断|病名|傷病|検査結果|健診|健康診断|服薬|投薬|処方|アレルギー|障害(?!票|管理|対応)|療育|介護度|前科|犯罪|逮捕|"
    r"信条|信仰|宗教|人種|diagnosis|disease|disability|allerg|medical_?history|religion).*"
)
VOTE = 0.0
FIELD = ""
_FOUND = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_NOTHING = frozenset(
    ["なし", "無し", "無", "特になし", "特に無し", "なし。", "-", "none", "no", "0", "false", "n/a", "該当なし"]
)


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _FOUND.finditer(text):
        yield found.start(), found.end(), found[0]


def value(cell: str) -> str | None:
    word = cell.strip()
    return word if word and word.lower() not in _NOTHING else None
