"""どの文書のPDFも、保存用（PDF/A-2b）と読み上げ用（PDF/UA-1）の規格を守ると、規格の検査道具が言う。"""

from __future__ import annotations

from pathlib import Path

from hikeshi.engines.paper import to_pdf
from hikeshi.notify.documents import Parties, Party, build, kinds
from tests.components import needs
from tests.notify.documents.cast import NOW, PARTIES, facts
from tests.verapdf import verdicts

KEPT: dict[str, list[str]] = {"2b": [], "ua1": []}


def test_every_document_keeps_the_standards_of_the_archive(tmp_path: Path) -> None:
    """すべての種類の文書が日本語でも英語でも、何も埋まっていない紙も、veraPDFの検査を通り、壊したものは通らない。"""
    needs("verapdf")
    made: dict[str, bytes] = {}
    for kind in kinds():
        made[f"{kind}-ja"] = to_pdf(build(kind, facts(), PARTIES, "ja", now=NOW))
        made[f"{kind}-en"] = to_pdf(build(kind, facts(), PARTIES, "en", now=NOW))
    made["empty"] = to_pdf(build("customer-letter", {}, Parties(Party()), "ja", now=NOW))
    sheet = made["ppc-copy-sheet-ja"]
    made["broken"] = sheet.replace(b"<pdfaid:part>2", b"<pdfaid:part>3").replace(b"<pdfuaid:part>1", b"<pdfuaid:part>7")
    for name, data in made.items():
        (tmp_path / f"{name}.pdf").write_bytes(data)

    said = verdicts(tmp_path)
    broken = said.pop("broken.pdf")
    assert broken["2b"] and broken["ua1"]
    assert len(said) == len(made) - 1 > 2 * 15
    assert {name: told for name, told in said.items() if told != KEPT} == {}
