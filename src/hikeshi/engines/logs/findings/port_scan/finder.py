"""Port scans at firewalls: one address that knocks at many ports or many hosts within a minute."""

from __future__ import annotations

from collections.abc import Iterable

from ...addresses import inside
from ...report import Finding
from ...table import Event, Table
from ...tags import bit
from ...tally import Burst, Judgement, Tally, Trace, split

PORTS, HOSTS, A_MINUTE = 12, 25, 60
FEW = 3  # an address with fewer rows in one piece of a log, and none before, is no scanner
_ITSELF = (b"127.0.0.1", b"::1")
_REFUSED, _SCAN = bit("net.refused"), bit("net.scan")


class Scanner(Trace):
    """One address. `ports` counts different ports of any host, `hosts` different hosts."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.ports = Burst(PORTS, A_MINUTE)
        self.hosts_tried = Burst(HOSTS, A_MINUTE)

    @property
    def guilty(self) -> bool:
        return self.ports.reached or self.hosts_tried.reached


class Finder:
    LISTENS = ("net.scan",)

    def __init__(self) -> None:
        self._addresses: Tally[Scanner] = Tally(Scanner)
        self._knocks: Tally[Scanner] = Tally(Scanner)

    @property
    def forgotten(self) -> int:
        return self._addresses.forgotten

    def skim(self, table: Table) -> dict[int, int]:
        """Refused packets by the million are looked at as columns; only a scanner's become events."""
        if table.packets is None or table.tags is None:
            return {}
        rows: dict[bytes, list[int]] = {}
        for i, (tags, address) in enumerate(zip(table.tags, table.packets["address"], strict=True)):
            if tags & _REFUSED and address and address not in _ITSELF:
                rows.setdefault(address, []).append(i)
        ports, hosts = table.packets["port"], table.packets["destination"]
        chosen: dict[int, int] = {}
        for address, mine in rows.items():
            name = address.decode("ascii", "replace")
            knock = self._knocks.get(name)
            if knock is None:
                if len(mine) < FEW:
                    continue
                knock = self._knocks.of(name)
            knock.events += len(mine)
            for i in mine:
                knock.ports.add(table.times[i], ports[i])
                knock.hosts_tried.add(table.times[i], hosts[i])
            if knock.guilty:
                chosen.update(dict.fromkeys(mine, _SCAN))
        return chosen

    def see(self, event: Event) -> None:
        if event.address:
            scanner = self._addresses.of(event.address)
            scanner.add(event)
            knock = self._knocks.get(event.address)
            if knock:
                scanner.ports, scanner.hosts_tried = knock.ports, knock.hosts_tried

    def found(self) -> Iterable[Finding]:
        return split("port_scan", (s for s in self._addresses if s.guilty), _judge)


def _judge(scanner: Scanner) -> Judgement:
    if inside(scanner.key):
        # A worm looks for other machines like this; so does a program that looks for printers.
        return "from_inside", "medium", "no", "medium", ["look_at_machine"]
    return "ports" if scanner.ports.reached else "hosts", "low", "no", "high", []
