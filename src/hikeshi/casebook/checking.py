"""Checks the stored chains: the lines themselves, against checkpoints kept elsewhere, and the evidence files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hikeshi import words
from hikeshi.casebook import evidence, services
from hikeshi.casebook.models import Case, Chain, Evidence
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.checkpoint import Checkpoint, read_note
from hikeshi.engines.ledger.verify import check_lines


@dataclass
class Checked:
    """What was found of one chain."""

    name: str
    chain: str
    lines: int
    covered: int
    findings: list[Problem] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.findings

    def to_json(self, lang: str) -> dict[str, Any]:
        return {
            "name": self.name,
            "chain": self.chain,
            "lines": self.lines,
            "covered_by_checkpoint": self.covered,
            "intact": self.intact,
            "findings": [{"code": p.code, "params": p.params, "said": words.problem(p, lang)} for p in self.findings],
        }

    def said(self, lang: str) -> str:
        if self.intact and not self.covered:
            return {
                "ja": f"{self.name}: {self.lines:,} 行。書き換えは見つかりませんでした"
                "（別の場所に置いた控えとは、まだ見比べていません）。",
                "en": f"{self.name}: {self.lines:,} lines, no change found (not yet compared with a checkpoint kept "
                "elsewhere).",
            }[lang]
        if self.intact:
            return {
                "ja": f"{self.name}: {self.lines:,} 行。書き換えは見つかりませんでした"
                f"（{self.covered:,} 行目までは、別の場所に置いた控えと見比べました）。",
                "en": f"{self.name}: {self.lines:,} lines, no change found (up to line {self.covered:,} against "
                "a checkpoint kept elsewhere).",
            }[lang]
        head = {"ja": "問題が見つかりました", "en": "something is wrong"}[lang]
        return "\n".join([f"{self.name}: {head}", *(f"  - {words.problem(p, lang)}" for p in self.findings)])


def read_checkpoints(paths: Sequence[Path]) -> list[Checkpoint]:
    """Checkpoints from files; a signature must be this installation's. Raises Problem."""
    found = []
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise Problem("casebook.no_checkpoint", path=str(path), why=error.strerror or str(error)) from error
        checkpoint, key = read_note(content)
        if key is not None and key != services.signing_key().public:
            raise Problem("casebook.foreign_checkpoint", path=str(path), fingerprint=key.fingerprint())
        found.append(checkpoint)
    return found


def check_chain(name: str, chain: Chain, outside: Sequence[Checkpoint], *, evidence: bool = False) -> Checked:
    """Check one chain's stored lines, its head row, and (if asked) the evidence its entries name."""
    mine = [checkpoint for checkpoint in outside if checkpoint.chain == str(chain.pk)]
    report = check_lines(services.lines_of_chain(chain.pk), mine)
    findings = list(report.findings)
    if report.lines != chain.number or report.head != chain.sha256:
        findings.append(Problem("casebook.head_differs", lines=report.lines, number=chain.number))
    if evidence:
        findings += _missing_evidence(chain)
    return Checked(name, str(chain.pk), report.lines, report.covered, findings)


def _missing_evidence(chain: Chain) -> Iterator[Problem]:
    names = dict(Evidence.objects.filter(chain_id=chain.pk).values_list("sha256", "name"))
    # Every file of the folder, kept texts as well: each is named by the hash of what it must hold.
    for sha256 in {*names, *(path.name for path in services.kept_files(Case(chain_id=chain.pk)))}:
        try:
            if not evidence.intact(chain.pk, sha256):
                yield Problem("casebook.evidence_changed", sha256=sha256, name=names.get(sha256, sha256[:12]))
        except Problem as problem:
            yield problem


def unmet(outside: Sequence[Checkpoint], results: Sequence[Checked]) -> list[Checked]:
    """Checkpoints whose chain is not here at all: a whole record that vanished is found, too."""
    here = {result.chain for result in results}
    return [
        Checked(checkpoint.chain, checkpoint.chain, 0, 0, [Problem("casebook.no_chain", chain=checkpoint.chain)])
        for checkpoint in outside
        if checkpoint.chain not in here
    ]
