"""The logs that this world leaves: nginx's access log (today's, and the older part rotated) and Debian's auth.log.

Pure: the same world gives the same bytes. Each line is what the real program would have written; most of them are
honest visitors, staff, monitoring and the internet's usual noise.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from hikeshi.drill.worlds import Attack, Logs, World

BROWSERS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0",
)
PAGES = (
    "/",
    "/shop/",
    "/shop/page/2/",
    "/item/spring-set/",
    "/item/gift-box/",
    "/cart/",
    "/about/",
    "/contact/",
    "/blog/",
)
PARTS = ("/wp-content/themes/mise/style.css", "/wp-content/themes/mise/main.js", "/wp-includes/js/jquery/jquery.min.js")
PROBES = (
    "/.env",
    "/.git/config",
    "/phpmyadmin/",
    "/wp-config.php.bak",
    "/actuator/health",
    "/cgi-bin/test.cgi",
    "/owa/auth/",
)
NAMES = ("admin", "test", "oracle", "ubuntu", "git", "postgres", "user", "info")
TOOL = "python-requests/2.32.3"

Line = tuple[datetime, str]


def build(world: World) -> Logs:
    """Both logs and what stands in them."""
    dice = Random(f"web-intrusion-logs:{world.seed}")  # noqa: S311  (a story, no secret)
    web_lines, web_attacks = _web(world, dice)
    auth_lines, auth_attacks = _auth(world, dice)
    midnight = world.moments["taken"].replace(hour=0, minute=0, second=0)
    older = "".join(line for at, line in web_lines if at < midnight)
    files = {
        "access.log.1.gz": gzip.compress(older.encode(), mtime=0),
        "access.log": "".join(line for at, line in web_lines if at >= midnight).encode(),
        "auth.log": "".join(line for _at, line in auth_lines).encode(),
    }
    return Logs(files, [*web_attacks, *auth_attacks])


# --- the web server -------------------------------------------------------------------------------------------------


def _web(world: World, dice: Random) -> tuple[list[Line], list[Attack]]:
    lines = [*_visitors(world, dice), *_staff(world, dice), *_scanner(world, dice)]
    guessed, guessing = _guessing(world, dice)
    used, using, taking = _shell(world, dice)
    return sorted([*lines, *guessed, *used]), [guessing, using, taking]


def _access(
    at: datetime, address: str, request: str, status: int, size: int, *, agent: str = BROWSERS[1], referer: str = "-"
) -> Line:
    """A line of nginx's "combined" format."""
    when = f"{at:%d/%b/%Y:%H:%M:%S %z}"
    return at, f'{address} - - [{when}] "{request} HTTP/1.1" {status} {size} "{referer}" "{agent}"\n'


def _visitors(world: World, dice: Random) -> Iterator[Line]:
    start = world.moments["web_first"].replace(hour=0, minute=0, second=0) - timedelta(days=1)
    end = world.moments["contained"]
    at = start
    while at < end:
        yield _access(at, "192.0.2.1", "GET /", 200, 18211, agent="UptimeWatch/2.1")
        at += timedelta(minutes=15)
    for _ in range(420):
        at = start + (end - start) * dice.random()
        if at.hour < 6 and dice.random() < 0.8:
            continue
        address = (
            f"192.0.2.{dice.randrange(40, 190)}"
            if dice.random() < 0.7
            else f"2001:db8:1:{dice.randrange(16, 999):x}::7"
        )
        agent = dice.choice(BROWSERS)
        referer = "https://www.google.com/"
        for page in dice.sample(PAGES, dice.randrange(1, 4)):
            yield _access(at, address, f"GET {page}", 200, dice.randrange(9000, 52000), agent=agent, referer=referer)
            referer = world["site"].rstrip("/") + page
            for part in dice.sample(PARTS, dice.randrange(0, 3)):
                yield _access(at, address, f"GET {part}?ver=6.8", 200, 14400, agent=agent, referer=referer)
            at += timedelta(seconds=dice.randrange(4, 90))


def _staff(world: World, dice: Random) -> Iterator[Line]:
    """The owner signs in from the office every day; now and then the first password is mistyped."""
    day = world.moments["web_first"].replace(hour=9, minute=0, second=0) - timedelta(days=1)
    while day < world.moments["noticed"] - timedelta(hours=6):
        at = day + timedelta(minutes=dice.randrange(50))
        office, site = world["office"], world["site"]
        yield _access(at, office, "GET /wp-login.php", 200, 5310)
        if dice.random() < 0.5:
            at += timedelta(seconds=15)
            yield _access(at, office, "POST /wp-login.php", 200, 5622, referer=f"{site}wp-login.php")
        at += timedelta(seconds=20)
        yield _access(at, office, "POST /wp-login.php", 302, 0, referer=f"{site}wp-login.php")
        yield _access(at + timedelta(seconds=1), office, "GET /wp-admin/", 200, 61833, referer=f"{site}wp-login.php")
        for _ in range(dice.randrange(6, 20)):
            at += timedelta(seconds=60)
            yield _access(at, office, "POST /wp-admin/admin-ajax.php", 200, 74, referer=f"{site}wp-admin/")
        day += timedelta(days=1)


def _scanner(world: World, dice: Random) -> Iterator[Line]:
    """The usual noise: somebody asks for what is not there."""
    at = world.moments["web_first"] + timedelta(hours=dice.randrange(9, 16))
    for path in PROBES:
        yield _access(at, world["scanner"], f"GET {path}", 404, 153, agent="Mozilla/5.0 zgrab/0.x")
        at += timedelta(seconds=dice.randrange(1, 5))


def _guessing(world: World, dice: Random) -> tuple[list[Line], Attack]:
    """WordPress answers a wrong password with the page again (200) and the right one with the way on (302)."""
    address, tries = world["web_attacker"], world["wp_attempts"]
    at = first = world.moments["web_first"]
    lines = [_access(at - timedelta(seconds=9), address, "GET /wp-login.php", 200, 5310, agent=TOOL)]
    for n in range(tries):
        right = n == tries - 1
        lines.append(
            _access(at, address, "POST /wp-login.php", 302 if right else 200, 0 if right else 5622, agent=TOOL)
        )
        last = at
        at += timedelta(seconds=dice.randrange(2, 9))
    lines.append(_access(last + timedelta(seconds=2), address, "GET /wp-admin/", 200, 61790, agent=TOOL))
    lines.append(_access(last + timedelta(seconds=21), address, "GET /wp-admin/plugins.php", 200, 48120, agent=TOOL))
    return lines, Attack("wordpress_login", address, tries, first, last)


def _shell(world: World, dice: Random) -> tuple[list[Line], Attack, Attack]:
    """The plug-in takes any file; what was sent in is then used, the next night to fetch the customer list."""
    address, uses, agent = world["web_attacker"], world["shell_uses"], BROWSERS[1]
    shell = world["shell_folder"] + world["shell"]
    first = world.moments["shell_first"]
    entry = f"POST /wp-content/plugins/{world['plugin']}/upload.php"
    lines = [
        _access(first - timedelta(seconds=31), address, "GET /contact/", 200, 21980, agent=agent),
        _access(first - timedelta(seconds=12), address, entry, 200, 71, agent=agent),
        _access(first, address, f"GET {shell}", 200, 1204, agent=agent),
    ]
    taken = world.moments["taken"]
    later = (uses - 1) // 2
    times = [first + timedelta(seconds=dice.randrange(8, 2400)) for _ in range(uses - 1 - later)]
    times += [taken - timedelta(seconds=dice.randrange(14, 1200)) for _ in range(later)]
    for at in times:
        lines.append(_access(at, address, f"POST {shell}", 200, dice.randrange(90, 9000), agent=agent))
    got = f"GET {world['shell_folder']}{world['export']}"
    lines.append(_access(taken, address, got, 200, world["export_bytes"], agent=agent))
    taking = Attack("sensitive_files", address, 1, taken, taken)
    return lines, Attack("web_shell", address, uses, first, max(times)), taking


# --- signing in over SSH --------------------------------------------------------------------------------------------


def _auth(world: World, dice: Random) -> tuple[list[Line], list[Attack]]:
    guessed, guessing = _ssh_guessing(world, dice)
    mistyped, mistyping = _mistyped(world, dice)
    lines = [*_quiet(world, dice), *guessed, *mistyped]
    return sorted(lines), [guessing, mistyping]


def _syslog(world: World, at: datetime, program: str, message: str) -> Line:
    """A line of rsyslog as Debian 12 writes it, with year and offset."""
    return at, f"{at.isoformat(timespec='microseconds')} {world['host']} {program}: {message}\n"


def _sshd(world: World, at: datetime, process: int, message: str) -> Line:
    return _syslog(world, at, f"sshd[{process}]", message)


def _quiet(world: World, dice: Random) -> Iterator[Line]:
    """What stands in every auth.log: cron each hour, and the technical person's key from the office."""
    at = world.moments["web_first"].replace(minute=17, second=1) - timedelta(days=1)
    while at < world.moments["contained"]:
        process = dice.randrange(20_000, 90_000)
        who = "pam_unix(cron:session): session"
        yield _syslog(world, at, f"CRON[{process}]", f"{who} opened for user root(uid=0) by (uid=0)")
        yield _syslog(world, at + timedelta(milliseconds=40), f"CRON[{process}]", f"{who} closed for user root")
        if at.hour == 14:
            yield from _signed_in(
                world, at + timedelta(minutes=20), process + 7, world["technical_account"], world["office"]
            )
        at += timedelta(hours=1)


def _signed_in(
    world: World, at: datetime, process: int, account: str, address: str, method: str = "publickey"
) -> Iterator[Line]:
    key = ": ED25519 SHA256:5m2bX0dq3kq9y0m1kqkq4f1Zl0nD6Vb7n8cW2rT4uYs" if method == "publickey" else ""
    yield _sshd(
        world, at, process, f"Accepted {method} for {account} from {address} port {40000 + process % 20000} ssh2{key}"
    )
    opened = f"pam_unix(sshd:session): session opened for user {account}(uid=1001) by (uid=0)"
    yield _sshd(world, at + timedelta(milliseconds=12), process, opened)
    closed = f"pam_unix(sshd:session): session closed for user {account}"
    yield _sshd(world, at + timedelta(minutes=9), process, closed)


def _ssh_guessing(world: World, dice: Random) -> tuple[list[Line], Attack]:
    address, tries, account = world["ssh_attacker"], world["ssh_attempts"], world["ssh_account"]
    lines: list[Line] = []
    at = first = world.moments["ssh_first"]
    for n in range(tries):
        name = dice.choice(NAMES) if n < 40 else account
        lines += _failed(world, at, 31_000 + n, name, address, known=name == account)
        at += timedelta(seconds=dice.randrange(2, 9), microseconds=dice.randrange(1_000_000))
    lines += _signed_in(world, at, 31_000 + tries, account, address, "password")
    ran = f"  {account} : TTY=pts/0 ; PWD=/home/{account} ; USER=root ; COMMAND=/usr/bin/crontab -l"
    lines.append(_syslog(world, at + timedelta(minutes=3), "sudo", ran))
    return lines, Attack("ssh_bruteforce", address, tries, first, at, account)


def _failed(world: World, at: datetime, process: int, name: str, address: str, *, known: bool) -> Iterator[Line]:
    port = 40000 + process % 20000
    if not known:
        yield _sshd(world, at, process, f"Invalid user {name} from {address} port {port}")
    user = f"  user={name}" if known else ""
    said = f"pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={address}{user}"
    yield _sshd(world, at + timedelta(milliseconds=3), process, said)
    which = name if known else f"invalid user {name}"
    yield _sshd(
        world, at + timedelta(milliseconds=900), process, f"Failed password for {which} from {address} port {port} ssh2"
    )


def _mistyped(world: World, dice: Random) -> tuple[list[Line], Attack]:
    """The technical person works from home, forgets that the key is on the other machine, and mistypes the password."""
    at = first = world.moments["web_first"].replace(hour=21, minute=dice.randrange(10, 40), second=5)
    account, address, tries = world["technical_account"], world["home"], 6
    lines: list[Line] = []
    for n in range(tries):
        lines += _failed(world, at, 52_000 + n, account, address, known=True)
        at += timedelta(seconds=dice.randrange(9, 40))
    lines += _signed_in(world, at, 52_000 + tries, account, address, "password")
    # The account is known, so that PAM's line is the first of each try.
    begun = first + timedelta(milliseconds=3)
    return lines, Attack("ssh_bruteforce", address, tries, begun, at, account, innocent=True)
