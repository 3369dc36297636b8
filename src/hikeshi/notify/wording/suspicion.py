"""A suspected line with its marker; the plain form of polite endings."""

# words: data throughout, the grammar of Japanese sentences; each function has its English branch beside it.
from __future__ import annotations

import re

from hikeshi.engines.paper.model import Lang

_POLITE = (
    ("ていませんでした", "ていなかった"),
    ("ではありませんでした", "ではなかった"),
    ("ありませんでした", "なかった"),
    ("ていません", "ていない"),
    ("ありません", "ない"),
    ("あたりません", "あたらない"),
    ("ていました", "ていた"),
    ("でした", "であった"),
    ("しました", "した"),
    ("ありました", "あった"),
    ("なりました", "なった"),
    ("かかりました", "かかった"),
    ("つかりました", "つかった"),
    ("ています", "ている"),
    ("あります", "ある"),
    ("なります", "なる"),
    ("します", "する"),
    ("です", "である"),
)
# e-row stems belong to verbs that only change ました to た: 漏れました, 見られました, 消えました.
_E_ROW = re.compile("([えけげせてねべめれ])(ました|ます)$")
_PLAIN = re.compile("(た|んだ|いだ|る|ない|しい|[一-鿿][うくぐすつぬぶむ])$")
_NOUNS = re.compile("(近く|遠く|多く|ある|いる|かた)$")


def suspected(line: str, lang: Lang, *, risk: bool = False) -> str:
    """One line with its marker: 「不正アクセスの可能性（調査中）」, 「外部に送信されたおそれ（調査中）」."""
    if lang == "en":
        return f"{line.rstrip('.')} (suspected, under investigation)"
    noun = "おそれ" if risk else "可能性"
    bare = line.rstrip("。．. ")
    if bare.endswith(("おそれ", "可能性", "疑い")):
        return f"{bare}（調査中）"
    if "。" in bare:
        return f"「{bare}」という{noun}（調査中）"
    bare = casual(bare)
    if bare.endswith(("ます", "ました", "ません")):
        return f"「{bare}」という{noun}（調査中）"
    joint = "" if _PLAIN.search(bare) and not _NOUNS.search(bare) else "の"
    if bare.endswith(("ある", "いる", "あった")):
        joint = ""
    return f"{bare}{joint}{noun}（調査中）"


def casual(line: str) -> str:
    """The plain form of a polite ending, where it is certain; else the line as it was."""
    for polite, casual in _POLITE:
        if line.endswith(polite):
            return line.removesuffix(polite) + casual
    return _E_ROW.sub(lambda m: m[1] + ("た" if m[2] == "ました" else "る"), line)


def marked(line: str, lang: Lang) -> bool:
    if lang == "en":
        return "under investigation" in line
    return "調査中" in line and any(word in line for word in ("おそれ", "可能性", "疑い"))
