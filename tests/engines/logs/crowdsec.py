"""Measures the findings on the cases of crowdsecurity/hub: are the addresses that a case names among those found?

    HIKESHI_TEST_DATA=… python -m tests.engines.logs.crowdsec [FOLDER of the unpacked cases]

One case is a folder: `config.yaml` names the log and its type, `scenario.assert` what must be found. All cases are
scanned. Those of products that Hikeshi does not read by name stand in `crowdsec.toml`, as does what is not found.
"""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

from tests.engines.logs.reading import report

KNOWN: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "crowdsec.toml").read_text("utf-8"))
_NAMED = re.compile(r'\.IP == "([^"]+)"|"([^"]+)" in results\[\d+\]\.Overflow\.GetSources\(\)')


@dataclass
class Case:
    name: str
    wanted: set[str]
    found: set[str] = field(default_factory=set)
    kinds: list[str] = field(default_factory=list)
    format: str = ""

    @property
    def missed(self) -> set[str]:
        return self.wanted - self.found

    @property
    def extra(self) -> set[str]:
        return self.found - self.wanted


@dataclass
class Outcome:
    """`named` cases name addresses and are of our formats; `others` name some, too; `quiet` ones expect nothing."""

    named: list[Case] = field(default_factory=list)
    others: list[Case] = field(default_factory=list)
    quiet: list[Case] = field(default_factory=list)
    no_address: list[Case] = field(default_factory=list)
    not_asserted: list[Case] = field(default_factory=list)

    @property
    def share(self) -> float:
        return sum(not case.missed for case in self.named) / len(self.named)

    @property
    def extra(self) -> float:
        cases = self.named + self.others
        return sum(len(c.extra) for c in cases) / sum(len(c.found) for c in cases)

    def figure(self) -> str:
        """The figure in a few lines."""
        hits, kept = sum(not c.missed for c in self.named), sum(not c.missed for c in self.others)
        loud = sum(bool(c.found) for c in self.quiet)
        return (
            f"{len(self.named)} cases of our formats name addresses: all found in {hits} ({self.share:.1%})\n"
            f"{len(self.others)} cases of other products name addresses: all found in {kept}\n"
            f"{self.extra:.1%} of the addresses found are named by nobody\n"
            f"{len(self.quiet)} cases expect nothing: {loud} with findings\n"
            f"{len(self.no_address)} cases name no address, {len(self.not_asserted)} assert no scenario at all"
        )


def measure(root: Path) -> Outcome:
    """Scans every case there is."""
    outcome = Outcome()
    for folder in sorted(p.parent for p in root.rglob("config.yaml")):
        config = (folder / "config.yaml").read_text(encoding="utf-8")
        path = folder / "scenario.assert"
        asserted = path.read_text(encoding="utf-8") if path.is_file() else None
        case = Case(folder.name, {one for a, b in _NAMED.findall(asserted or "") if _is_address(one := a or b)})
        done = report(folder / _setting(config, "log_file"), zone="UTC")
        case.found = {address for one in done.findings for address in one.addresses}
        case.kinds = sorted({f"{one.kind}/{one.variant}" for one in done.findings})
        case.format = ",".join(one.format for one in done.files)
        _place(outcome, case, asserted).append(case)
    return outcome


def _place(outcome: Outcome, case: Case, asserted: str | None) -> list[Case]:
    if asserted is None:
        return outcome.not_asserted
    if case.wanted:
        return outcome.others if case.name in KNOWN["other_formats"] else outcome.named
    if "GetSources()" in asserted or "len(results)" in asserted.replace("len(results) == 0", ""):
        return outcome.no_address
    return outcome.not_asserted if case.name in KNOWN["parser_only"] else outcome.quiet


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _setting(config: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.*)$", config, re.MULTILINE)
    return found[1].strip().strip("\"'") if found else ""


def main() -> None:
    outcome = measure(Path(sys.argv[1]))
    for case in outcome.named + outcome.others:
        print(f"{'' if not case.missed else 'MISSED '}{case.name}: {', '.join(case.kinds) or '-'}", end="")
        print(f"  missed {sorted(case.missed)}" if case.missed else "", end="")
        print(f"  extra {sorted(case.extra)}" if case.extra else "")
    for case in outcome.quiet:
        if case.found:
            print(f"NOT QUIET {case.name}: {case.kinds}")
    print(outcome.figure())


if __name__ == "__main__":
    main()
