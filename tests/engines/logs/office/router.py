"""The office's YAMAHA router: what it refuses from the internet all day, who went out, and its own small events."""

from __future__ import annotations

from .week import DAY, HOME, MONDAY, Chance, Lines, jst, trimmed

PORTS = (22, 23, 23, 80, 443, 445, 445, 1433, 2222, 3389, 3389, 5060, 5555, 8080, 8443, 8728, 37215)


def router(seed: int, wanted: int) -> list[str]:
    c, lines = Chance(f"router {seed}"), Lines()

    def say(time: float, message: str) -> None:
        lines.append((time, f"{jst(time):%Y/%m/%d %H:%M:%S}: {message}"))

    for day in range(7):
        start = MONDAY + day * DAY
        for hour in range(24):
            say(start + hour * 3600 + 7, "[NTP] clock was adjusted by ntp.nict.jp")
        if day < 5:
            for _ in range(c.number(1, 3)):  # staff at home by L2TP
                time, tunnel, user = (
                    start + 32_400 + c.random() * 20_000,
                    c.number(1, 3),
                    c.pick(("taro", "hanako", "sato")),
                )
                address = c.pick((HOME, f"198.51.100.{c.number(90, 120)}"))
                say(time, f"[IKE] respond ISAKMP phase to {address}")
                say(time + 1, f"[IKE] respond IPsec phase to {address}")
                say(time + 1, f"[L2TP] TUNNEL[{tunnel}] connected from {address}")
                say(time + 2, f"PP[ANONYMOUS{tunnel:02}] Call detected from user '{user}'")
                if c.likely(0.1):
                    say(time + 2, f"PP[ANONYMOUS{tunnel:02}] PPP/CHAP authentication failed")
                say(
                    time + 3,
                    f"PP[ANONYMOUS{tunnel:02}] PPP/IPCP up  (Local: 192.168.100.1,"
                    f" Remote: 192.168.100.{c.number(200, 220)})",
                )
                say(time + 9_000, f"[L2TP] TUNNEL[{tunnel}] disconnect tunnel {c.number(1, 900)} complete")
    for time in (MONDAY + 38_000, MONDAY + 3 * DAY + 40_000):  # the IT supporter looks in from the office
        say(time - 12, "Login failed for HTTP: 192.168.100.11")
        say(time, "Login succeeded for HTTP: 192.168.100.11 admin")
        say(time + 300, 'Configuration saved in "CONFIG0" by HTTPD')
        say(time + 600, "Logout from HTTP: 192.168.100.11 admin")
    while len(lines) < wanted * 1.02:
        for _ in range(3):
            time, address = c.at_any_time(), c.stranger()
            for _ in range(c.pick((1, 1, 1, 2, 3))):
                protocol = c.pick(("TCP", "TCP", "TCP", "UDP"))
                say(
                    time,
                    f"PP[01] Rejected at IN({c.pick((1012, 1020, 1021, 1099))}) filter: {protocol} {address}:"
                    f"{c.number(1024, 65_000)} > 192.0.2.10:{c.pick(PORTS)}",
                )
                time += 1 + c.random() * 3
        time = c.in_office_hours() if c.likely(0.8) else c.at_any_time()
        host = f"192.168.100.{c.number(11, 40)}"
        say(
            time,
            f"[INSPECT] PP[01][out][101080] TCP {host}:{c.number(49_152, 65_000)} > {c.visitor()}:"
            f"{c.pick((443, 443, 443, 80, 993, 587))} ({jst(time):%Y/%m/%d %H:%M:%S})",
        )
        if c.likely(0.02):
            say(
                time,
                f"[DHCPD] LAN1(port1) Allocates {host}: 02:00:5e:"
                f"{c.hexadecimal(2)}:{c.hexadecimal(2)}:{c.hexadecimal(2)}",
            )
        if c.likely(0.01):
            say(time, f"PP[01] Rejected at OUT(2000) filter: UDP {host}:137 > {c.visitor()}:137")
        if c.likely(0.002):
            say(time, "LAN1: PORT3 link down")
            say(time + 30, "LAN1: PORT3 link up (1000BASE-T Full Duplex)")
    return trimmed(lines, wanted)
