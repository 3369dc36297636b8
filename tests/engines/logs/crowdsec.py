"""Measures the findings on the cases of crowdsecurity/hub: are the addresses that a case names among those found?

    HIKESHI_TEST_DATA=… python -m tests.engines.logs.crowdsec [FOLDER of the unpacked cases]

One case is a folder: `config.yaml` names the log and its type, `scenario.assert` the addresses that must be found.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.engines.logs.reading import report

# The types whose lines our formats read. "syslog" is only ours where the case is about sshd or a web server.
TYPES = {"nginx", "apache2", "nginx-proxy-manager", "bunkerweb", "modsecurity"}
OF_SYSLOG = re.compile(r"sshd-logs|nginx-logs|apache2-logs|ssh-|sshd")
# Nothing but the test signal of another product, sent once: no attack, so no finding.
TEST_SIGNALS = {"http-generic-test", "ssh-generic-test"}
# No scenario runs in these cases, which test a parser on real attacks; that they name nobody does not mean nobody.
PARSER_ONLY = {"modsecurity-logs", "traefik_clf"}


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
    named: list[Case]
    quiet: list[Case]

    @property
    def share(self) -> float:
        return sum(not case.missed for case in self.named) / len(self.named)

    @property
    def extra(self) -> float:
        return sum(len(c.extra) for c in self.named) / sum(len(c.found) for c in self.named)


def measure(root: Path) -> Outcome:
    """Scans each case of our formats. Cases that name accounts or programs instead of addresses are not counted."""
    named, quiet = [], []
    for folder in sorted(p.parent for p in root.rglob("scenario.assert")):
        config = (folder / "config.yaml").read_text(encoding="utf-8")
        asserted = (folder / "scenario.assert").read_text(encoding="utf-8")
        case = Case(folder.name, set(re.findall(r'\.IP == "([^"]+)"', asserted)))
        about = f"{folder.name} {config}"
        ours = _setting(config, "log_type") in TYPES or (
            _setting(config, "log_type") == "syslog" and OF_SYSLOG.search(about)
        )
        silent = "GetSources()" not in asserted and "len(results)" not in asserted.replace("len(results) == 0", "")
        if not (ours and case.wanted) and not (silent and folder.name not in PARSER_ONLY):
            continue
        done = report(folder / _setting(config, "log_file"), zone="UTC")
        case.found = {address for one in done.findings for address in one.addresses}
        case.kinds = sorted({f"{one.kind}/{one.variant}" for one in done.findings})
        case.format = ",".join(one.format for one in done.files)
        (named if case.wanted else quiet).append(case)
    return Outcome(named, quiet)


def _setting(config: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(.*)$", config, re.MULTILINE)
    return found[1].strip().strip("\"'") if found else ""


def main() -> None:
    outcome = measure(Path(sys.argv[1]))
    for case in outcome.named:
        print(f"{'' if not case.missed else 'MISSED '}{case.name}: {', '.join(case.kinds) or '-'}", end="")
        print(f"  missed {sorted(case.missed)}" if case.missed else "", end="")
        print(f"  extra {sorted(case.extra)}" if case.extra else "")
    for case in outcome.quiet:
        if case.found:
            print(f"NOT QUIET {case.name}: {case.kinds}")
    print(f"{len(outcome.named)} cases name addresses: all found in {outcome.share:.1%}; ", end="")
    print(f"{outcome.extra:.1%} of the addresses found are named by nobody")
    print(f"{len(outcome.quiet)} cases expect nothing: {sum(bool(c.found) for c in outcome.quiet)} with findings")


if __name__ == "__main__":
    main()
