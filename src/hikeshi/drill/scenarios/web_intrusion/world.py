"""What is true in this scenario: people, places, times and counts, all from the seed. Pure: no clock, no files.

Addresses are of the ranges for documentation (RFC 5737, RFC 3849), names end in `.example`, telephone numbers are of
exchanges that nobody has. Attackers come from 203.0.113.0/24, 198.51.100.0/24 and 2001:db8:bad::/48, all others from
192.0.2.0/24 and 2001:db8:1::/48.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from hikeshi.drill.worlds import JAPAN, World

FIRST_DAY = date(2025, 10, 13)
DAYS = 280

SHOPS = (
    {"ja": "まとい珈琲豆店", "en": "Matoi Coffee Beans", "domain": "matoi-coffee"},
    {"ja": "はしご書房", "en": "Hashigo Books", "domain": "hashigo-books"},
    {"ja": "半鐘木工房", "en": "Hansho Woodworks", "domain": "hansho-wood"},
    {"ja": "火の見茶舗", "en": "Hinomi Tea", "domain": "hinomi-tea"},
    {"ja": "とび口金物店", "en": "Tobiguchi Hardware", "domain": "tobiguchi"},
    {"ja": "刺し子の布店", "en": "Sashiko Fabrics", "domain": "sashiko-nuno"},
    {"ja": "竜吐水の器店", "en": "Ryudosui Pottery", "domain": "ryudosui"},
)
FAMILIES = (
    {"ja": "佐倉", "en": "Sakura"},
    {"ja": "水瀬", "en": "Minase"},
    {"ja": "火浦", "en": "Hiura"},
    {"ja": "町田川", "en": "Machidagawa"},
    {"ja": "纏井", "en": "Matoi"},
    {"ja": "桶谷", "en": "Oketani"},
)
PLUGINS = ("easy-form-gallery", "photo-order-box", "simple-quote-upload", "shop-inquiry-files", "custom-slip-maker")
SHELLS = ("cache-{n}.php", "img_{n}.php", "wp-tmp-{n}.php", "thumb{n}.php")
ADMINS = ("shopmaster", "tencho", "webadmin", "manager01")
ACCOUNTS = ("deploy", "backup", "ftpuser", "webmaint")
HOSTS = ("web-01", "vps-shop", "www1", "mise-web", "netshop")


def make(seed: int) -> World:
    """The world of a seed."""
    dice = Random(f"web-intrusion:{seed}")  # noqa: S311  (a story, no secret)
    shop = dice.choice(SHOPS)
    families = dice.sample(FAMILIES, 3)
    at_least = dice.randrange(320, 1900)
    exact = at_least + dice.randrange(3, 25)
    at_most = exact + dice.randrange(5, 40)
    number = dice.randrange(1000, 9999)
    moments = _moments(dice)
    values: dict[str, Any] = {
        "domain": f"{shop['domain']}.example",
        "site": f"https://www.{shop['domain']}.example/",
        "mail": f"desk@{shop['domain']}.example",
        "host": dice.choice(HOSTS),
        "plugin": dice.choice(PLUGINS),
        "shell": dice.choice(SHELLS).format(n=dice.randrange(10, 99)),
        "shell_folder": f"/wp-content/uploads/{moments['shell_first']:%Y/%m}/",
        "export": f"customers-{dice.randrange(100, 999)}.sql.gz",
        "wp_admin": dice.choice(ADMINS),
        "ssh_account": dice.choice(ACCOUNTS),
        "technical_account": "taro",
        "web_attacker": f"203.0.113.{dice.randrange(2, 250)}",
        "ssh_attacker": dice.choice(
            (f"198.51.100.{dice.randrange(2, 250)}", f"2001:db8:bad:{dice.randrange(16, 4096):x}::{number:x}")
        ),
        "scanner": f"203.0.113.{dice.randrange(251, 255)}",
        "office": f"192.0.2.{dice.randrange(2, 30)}",
        "home": f"192.0.2.{dice.randrange(200, 250)}",
        "wp_attempts": dice.randrange(120, 520),
        "ssh_attempts": dice.randrange(60, 380),
        "shell_uses": dice.randrange(9, 30),
        "export_bytes": at_most * dice.randrange(900, 1400),
        "at_least": at_least,
        "exact": exact,
        "at_most": at_most,
        "held_min": (at_most // 100) * 100 + 100,
        "held_max": (at_most // 100) * 100 + 300,
        "items": ["name", "address", "phone", "email", "orders", *dice.choice(([], ["birth_date"], ["employer"]))],
        "phone": f"03-0000-{number}",
        "mobile": f"090-0000-{dice.randrange(1000, 9999)}",
        "technical_phone": f"080-0000-{dice.randrange(1000, 9999)}",
        "lawyer_phone": f"03-0000-{dice.randrange(1000, 9999)}",
        "insurer_phone": f"03-0000-{dice.randrange(1000, 9999)}",
        "host_phone": f"050-0000-{dice.randrange(1000, 9999)}",
        "policy": f"CY-{dice.randrange(100000, 999999)}",
        "host_ticket": f"H{dice.randrange(10000, 99999)}",
        "insurer_receipt": f"A-{dice.randrange(10000, 99999)}",
        "police_receipt": f"{dice.randrange(100, 999)}",
        "ppc_receipt": f"X{dice.randrange(100000, 999999)}",
        "ppc_final_receipt": f"Y{dice.randrange(100000, 999999)}",
        "post_receipt": f"{dice.randrange(100, 999)}-{dice.randrange(1000, 9999)}-{dice.randrange(1000, 9999)}",
    }
    return World(seed, moments, values, _spoken(shop, families, dice))


def _spoken(shop: Mapping[str, str], families: list[dict[str, str]], dice: Random) -> dict[str, dict[str, str]]:
    owner, technical, lawyer = families
    street = f"{dice.randrange(1, 9)}-{dice.randrange(1, 29)}-{dice.randrange(1, 19)}"
    return {
        "shop": {"ja": shop["ja"], "en": shop["en"]},
        "owner": {"ja": f"{owner['ja']} 花子", "en": f"Hanako {owner['en']}"},
        "technical": {"ja": f"{technical['ja']} 太郎", "en": f"Taro {technical['en']}"},
        "lawyer": {"ja": f"{lawyer['ja']} 弁護士", "en": f"{lawyer['en']}, attorney"},
        "office_address": {"ja": f"東京都架空区見本町{street}", "en": f"{street} Mihon-cho, Kaku-ku, Tokyo"},
    }


def _moments(dice: Random) -> dict[str, datetime]:
    """The times: D is the day of knowing, a Monday to Thursday."""
    day = FIRST_DAY + timedelta(days=dice.randrange(DAYS))
    day += timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 3 else 0)

    def at(days: int, hour: int, minute: int, second: int = 0) -> datetime:
        return datetime.combine(day + timedelta(days=days), time(hour, minute, second), JAPAN)

    web = at(-3, 1, dice.randrange(5, 55), dice.randrange(60))
    shell = at(-3, 3, dice.randrange(5, 55), dice.randrange(60))
    ssh = at(-1, 2, dice.randrange(5, 55), dice.randrange(60))
    noticed = at(0, 9, dice.randrange(2, 28))
    return {
        "prepared": at(-60, 14, dice.randrange(60)),
        "web_first": web,
        "shell_first": shell,
        "ssh_first": ssh,
        "taken": at(-1, 4, dice.randrange(5, 55), dice.randrange(60)),
        "signal": at(0, 8, dice.randrange(10, 50)),
        "noticed": noticed,
        "known": noticed + timedelta(minutes=dice.randrange(6, 14)),
        "contained": noticed + timedelta(minutes=dice.randrange(18, 40)),
        "called": at(0, 10, dice.randrange(10, 50)),
        "scanned": at(0, 13, dice.randrange(60)),
        "scoped": at(0, 15, dice.randrange(60)),
        "insurer": at(0, 17, dice.randrange(10, 50)),
        "forensics": at(1, 10, dice.randrange(60)),
        "reported": at(2, 10, dice.randrange(10, 50)),
        "letters": at(3, 14, dice.randrange(60)),
        "recovered": at(6, 10, dice.randrange(60)),
        "cause": at(9, 14, dice.randrange(60)),
        "exact": at(12, 15, dice.randrange(60)),
        "final": at(25, 10, dice.randrange(60)),
        "revised": at(28, 11, dice.randrange(60)),
        "reviewed": at(29, 14, dice.randrange(60)),
        "closed": at(30, 10, dice.randrange(60)),
    }
