"""Documents for the tests of the writers: one letter and one form that use every block."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hikeshi.engines.paper.model import (
    BulletList,
    CheckItem,
    Checklist,
    Document,
    Field,
    Heading,
    KeyValues,
    Letterhead,
    Note,
    NumberedList,
    PageBreak,
    Paragraph,
    Span,
    Table,
)

DAY = date(2026, 11, 9)


def letter(**changes: Any) -> Document:
    """A short business letter from 花子's shop."""
    plain = Document(
        title="お詫びとご報告",
        lang="ja",
        date=DAY,
        kind="customer-letter",
        author="佐倉花店",
        reference="HKS-2026-001",
        blocks=(
            Letterhead(
                date="2026年11月9日",
                addressee=("鈴木 太郎 様",),
                sender=("佐倉花店", "代表　佐倉 花子"),
                subject="お詫びとご報告",
                opening="拝啓",
            ),
            Paragraph("平素は格別のお引き立てを賜り、厚く御礼申し上げます。"),
            Paragraph("敬具", align="right"),
            Paragraph("記", align="center"),
            BulletList(("氏名", "住所")),
            Paragraph("以上", align="right"),
        ),
    )
    return replace(plain, **changes)


def form(**changes: Any) -> Document:
    """A form with every other block in it."""
    plain = Document(
        title="報告の控え",
        subtitle="写し取るための紙",
        lang="ja",
        date=DAY,
        kind="ppc-copy-sheet",
        author="佐倉花店",
        header="佐倉花店",
        footer="提出用ではありません",
        reference="HKS-2026-001",
        blocks=(
            Note("そのまま提出するものではありません。", title="使い方"),
            Note("期限があります。", tone="warning"),
            Heading(1, "概要"),
            Field("発生日", "2026年11月5日の可能性（調査中）", "suspected", "フォームの欄は未確認"),
            Field("発覚日", "2026年11月6日", "confirmed"),
            Field("原因", "調査中", "unknown"),
            Heading(3, "連絡先"),
            Table(
                ("項目", "連絡先"),
                (("弁護士", (Span("弁護士の電話番号", blank=True, href="/prepare/"),)), ("警察", "#9110")),
                (1, 2),
                caption="連絡先リスト",
            ),
            KeyValues((("窓口", "03-0000-0000"),)),
            NumberedList(("切る", "残す")),
            NumberedList(("電話する",), start=3),
            Checklist((CheckItem("LANを抜いた", True), CheckItem("写真を撮った"))),
            PageBreak(),
            Paragraph((Span("強い言葉", strong=True), Span("と", status="suspected"), Span("ふつうの言葉"))),
        ),
    )
    return replace(plain, **changes)
