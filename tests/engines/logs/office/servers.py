"""The firm's Linux server: sshd and cron in auth.log and syslog, mail by postfix and dovecot, FTP by vsftpd."""

from __future__ import annotations

from .week import DAY, DESIGNER, HOME, MONDAY, OFFICE, PHONE, STAFF, WEEK, Chance, Lines, jst, syslog, trimmed

KEY = "ED25519 SHA256:q1Wb0hB6bqLJm3XkN0rXv8cT1pC5yJ2aU7dE9fG4hKs"


def auth(seed: int, wanted: int) -> list[str]:
    """The owner with keys and now and then a mistyped password, backups by key, cron, and strangers at the door."""
    c, lines = Chance(f"auth {seed}"), Lines()

    def say(time: float, program: str, message: str) -> None:
        lines.append((time, syslog(time, "sv1", program, message)))

    def session(time: float, user: str, address: str, length: float, *, password: bool) -> None:
        pid, port = c.number(1000, 99_999), c.number(30_000, 65_000)
        sshd = f"sshd[{pid}]"
        for _ in range(c.number(1, 3) if password and c.likely(0.3) else 0):
            say(time - 9, sshd, f"Failed password for {user} from {address} port {port} ssh2")
        how = f"password for {user}" if password else f"publickey for {user}"
        end = "" if password else f": {KEY}"
        say(time, sshd, f"Accepted {how} from {address} port {port} ssh2{end}")
        say(time, sshd, f"pam_unix(sshd:session): session opened for user {user}(uid=1000) by (uid=0)")
        say(time, "systemd-logind[611]", f"New session {pid} of user {user}.")
        say(time + length, sshd, f"Received disconnect from {address} port {port}:11: disconnected by user")
        say(time + length, sshd, f"Disconnected from user {user} {address} port {port}")
        say(time + length, sshd, f"pam_unix(sshd:session): session closed for user {user}")
        say(time + length, "systemd-logind[611]", f"Removed session {pid}.")

    for _ in range(max(3, wanted // 1_500)):
        time, address = c.in_office_hours(), c.pick((OFFICE, OFFICE, HOME))
        session(time, "hanako", address, 600 + c.random() * 3000, password=c.likely(0.3))
        for _ in range(c.number(0, 6)):
            time += 20 + c.random() * 200
            command = c.pick(
                (
                    "/usr/bin/apt update",
                    "/usr/bin/apt upgrade",
                    "/usr/bin/systemctl reload nginx",
                    "/usr/bin/tail -f /var/log/mail.log",
                    "/usr/bin/certbot renew",
                    "/usr/bin/vi /etc/aliases",
                )
            )
            sudo = f"sudo[{c.number(1000, 99_999)}]"
            if c.likely(0.08):
                say(
                    time - 8,
                    sudo,
                    "pam_unix(sudo:auth): authentication failure; logname=hanako uid=1000 euid=0"
                    " tty=/dev/pts/0 ruser=hanako rhost=  user=hanako",
                )
            say(time, sudo, f"  hanako : TTY=pts/0 ; PWD=/home/hanako ; USER=root ; COMMAND={command}")
            say(time, sudo, "pam_unix(sudo:session): session opened for user root(uid=0) by hanako(uid=1000)")
            say(time + 5, sudo, "pam_unix(sudo:session): session closed for user root")
    for hour in range(0, WEEK // 3600, max(1, 50_000 // wanted)):
        session(MONDAY + hour * 3600 + 120, "backup", "192.0.2.81", 45, password=False)
    for _ in range(wanted // 160):
        time, address, sshd = c.at_any_time(), c.stranger(), f"sshd[{c.number(1000, 99_999)}]"
        port, user = c.number(30_000, 65_000), c.pick(("root", "admin", "ubuntu", "test", "user", "oracle", "pi"))
        kind = c.number(0, 3)
        if kind == 0:
            say(time, sshd, f"Connection closed by {address} port {port} [preauth]")
        elif kind == 1:
            say(time, sshd, f"banner exchange: Connection from {address} port {port}: invalid format")
        elif user == "root":
            say(time, sshd, f"Connection closed by authenticating user root {address} port {port} [preauth]")
        else:
            say(time, sshd, f"Invalid user {user} from {address} port {port}")
            say(time + 1, sshd, f"Connection closed by invalid user {user} {address} port {port} [preauth]")
    say(MONDAY + DAY + 36_000, "passwd[4021]", "pam_unix(passwd:chauthtok): password changed for taro")
    say(
        MONDAY + 2 * DAY + 37_000,
        "useradd[4100]",
        "new user: name=suzuki, UID=1006, GID=1006, home=/home/suzuki, shell=/bin/bash, from=/dev/pts/0",
    )
    every = WEEK / (wanted * 0.34)
    for number in range(int(WEEK / every) + 1):
        time, pid = MONDAY + number * every, c.number(1000, 99_999)
        who = c.pick(("root", "root", "www-data", "hanako"))
        command = {
            "root": "cd / && run-parts --report /etc/cron.hourly",
            "www-data": "php /var/www/html/wp-cron.php",
            "hanako": "/home/hanako/bin/backup.sh",
        }[who]
        say(time, f"CRON[{pid}]", f"pam_unix(cron:session): session opened for user {who}(uid=0) by (uid=0)")
        say(time, f"CRON[{pid}]", f"({who}) CMD ({command})")
        say(time + 1, f"CRON[{pid}]", f"pam_unix(cron:session): session closed for user {who}")
    return trimmed(lines, wanted)


def mail(seed: int, wanted: int) -> list[str]:
    """Spam refused all day; staff with PCs and phones; a few mistyped passwords, and a phone that kept the old one."""
    c, lines = Chance(f"mail {seed}"), Lines()

    def say(time: float, program: str, message: str) -> None:
        lines.append((time, syslog(time, "sv1", program, message)))

    def fetch(time: float, user: str, address: str, protocol: str, wrong: int = 0) -> None:
        session, end = c.hexadecimal(12), f"rip={address}, lip=192.0.2.80, "
        if wrong:
            say(
                time - 30,
                "dovecot",
                f"{protocol}-login: Disconnected: Connection closed (auth failed, {wrong} attempts"
                f" in {wrong * 3} secs): user=<{user}@example.jp>, method=PLAIN, {end}TLS,"
                f" session=<{c.hexadecimal(12)}>",
            )
        pid = c.number(1000, 99_999)
        say(
            time,
            "dovecot",
            f"{protocol}-login: Login: user=<{user}@example.jp>, method=PLAIN, {end}mpid={pid}, TLS,"
            f" session=<{session}>",
        )
        say(
            time + 3,
            "dovecot",
            f"{protocol}({user}@example.jp)<{pid}><{session}>: Logged out in={c.number(90, 900)}"
            f" out={c.number(500, 900_000)} deleted=0 expunged=0 trashed=0 hdr_count=0 hdr_bytes=0"
            " body_count=0 body_bytes=0",
        )

    def send(time: float) -> None:
        user, pid, queue = c.pick(STAFF), c.number(1000, 99_999), c.hexadecimal(10).upper()
        address, smtpd = c.pick((OFFICE, OFFICE, HOME, PHONE)), f"postfix/submission/smtpd[{pid}]"
        say(time, smtpd, f"connect from unknown[{address}]")
        if c.likely(0.01):
            say(
                time + 1,
                smtpd,
                f"warning: unknown[{address}]: SASL PLAIN authentication failed: (reason unavailable),"
                f" sasl_username={user}@example.jp",
            )
            time += 20
        say(time + 1, smtpd, f"{queue}: client=unknown[{address}], sasl_method=PLAIN, sasl_username={user}@example.jp")
        say(
            time + 1,
            f"postfix/qmgr[{901}]",
            f"{queue}: from=<{user}@example.jp>, size={c.number(900, 4_000_000)},"
            f" nrcpt={c.number(1, 6)} (queue active)",
        )
        to = f"{c.pick(('info', 'sales', 'taro', 'office'))}@{c.pick(('example.com', 'example.net', 'example.org'))}"
        say(
            time + 2,
            f"postfix/smtp[{pid + 1}]",
            f"{queue}: to=<{to}>, relay=mx.example.com[198.51.100.25]:25, delay=0.8,"
            " delays=0.1/0/0.3/0.4, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued)",
        )
        say(time + 2, "postfix/qmgr[901]", f"{queue}: removed")
        say(time + 3, smtpd, f"disconnect from unknown[{address}] ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1")

    def receive(time: float) -> None:
        pid, queue, address = c.number(1000, 99_999), c.hexadecimal(10).upper(), f"198.51.100.{c.number(20, 60)}"
        say(time, f"postfix/smtpd[{pid}]", f"connect from mail.example.com[{address}]")
        say(time + 1, f"postfix/smtpd[{pid}]", f"{queue}: client=mail.example.com[{address}]")
        say(
            time + 1,
            "postfix/qmgr[901]",
            f"{queue}: from=<x{c.number(1, 900)}@example.com>, size={c.number(900, 90_000)}, nrcpt=1 (queue active)",
        )
        say(
            time + 1,
            f"postfix/virtual[{pid}]",
            f"{queue}: to=<{c.pick(STAFF)}@example.jp>, relay=virtual, delay=0.2,"
            " delays=0.1/0/0/0.1, dsn=2.0.0, status=sent (delivered to maildir)",
        )
        say(
            time + 2,
            f"postfix/smtpd[{pid}]",
            f"disconnect from mail.example.com[{address}] ehlo=1 mail=1 rcpt=1 data=1",
        )

    def spam(time: float) -> None:
        pid, address = c.number(1000, 99_999), c.stranger()
        smtpd, who = f"postfix/smtpd[{pid}]", f"from=<{c.hexadecimal(6)}@example.net> to=<{c.pick(STAFF)}@example.jp>"
        say(time, smtpd, f"connect from unknown[{address}]")
        kind = c.number(0, 9)
        if kind < 5:
            say(
                time + 1,
                smtpd,
                f"NOQUEUE: reject: RCPT from unknown[{address}]: 554 5.7.1 Service unavailable; Client host"
                f" [{address}] blocked using zen.spamhaus.org; {who} proto=ESMTP helo=<mail.example.net>",
            )
        elif kind < 7:
            say(
                time + 1,
                smtpd,
                f"NOQUEUE: reject: RCPT from unknown[{address}]: 450 4.7.25 Client host rejected: cannot find"
                f" your hostname, [{address}]; {who} proto=ESMTP helo=<[{address}]>",
            )
        elif kind < 8:
            say(
                time + 1,
                smtpd,
                f"NOQUEUE: reject: RCPT from unknown[{address}]: 550 5.1.1 <sales9@example.jp>: Recipient"
                " address rejected: User unknown in virtual mailbox table;"
                " from=<a@example.net> to=<sales9@example.jp> proto=ESMTP helo=<x>",
            )
        elif kind < 9:
            say(time + 1, smtpd, f"warning: unknown[{address}]: SASL LOGIN authentication failed: UGFzc3dvcmQ6")
            say(time + 1, smtpd, f"lost connection after AUTH from unknown[{address}]")
        else:
            say(time + 1, smtpd, f"lost connection after EHLO from unknown[{address}]")
        say(time + 2, smtpd, f"disconnect from unknown[{address}] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4")

    for attempt in range(12):  # taro changed his password at the PC; his phone asks every five minutes with the old one
        time = MONDAY + DAY + 36_300 + attempt * 300
        say(
            time,
            "dovecot",
            "imap-login: Disconnected: Connection closed (auth failed, 1 attempts in 2 secs):"
            f" user=<taro@example.jp>, method=PLAIN, rip={PHONE}, lip=192.0.2.80, TLS, session=<{c.hexadecimal(12)}>",
        )
    fetch(MONDAY + DAY + 40_200, "taro", PHONE, "imap")
    while len(lines) < wanted * 1.03:
        for _ in range(6):
            fetch(
                c.when_people_surf(),
                c.pick(STAFF),
                c.pick((OFFICE, OFFICE, HOME, PHONE)),
                c.pick(("imap", "imap", "pop3")),
                wrong=1 if c.likely(0.003) else 0,
            )
        send(c.in_office_hours())
        receive(c.when_people_surf())
        spam(c.at_any_time())
        spam(c.at_any_time())
    return trimmed(lines, wanted)


def ftp(seed: int, wanted: int) -> list[str]:
    """The designer uploads pages, mistypes now and then; a NAS fetches the backup; strangers ask for anonymous."""
    c, lines = Chance(f"ftp {seed}"), Lines()

    def say(time: float, pid: int, message: str) -> None:
        lines.append((time, f"{jst(time):%a %b} {jst(time).day:2} {jst(time):%H:%M:%S %Y} [pid {pid}] {message}"))

    def session(time: float, user: str, address: str, files: int) -> None:
        pid, client = c.number(1000, 30_000), f'Client "::ffff:{address}"'
        say(time, pid, f"CONNECT: {client}")
        for _ in range(c.number(1, 2) if c.likely(0.06) else 0):
            time += 8
            say(time, pid, f"[{user}] FAIL LOGIN: {client}")
        say(time + 2, pid, f"[{user}] OK LOGIN: {client}")
        for number in range(files):
            time += 2 + c.random() * 20
            name = c.pick(
                (
                    f"/www/works/{c.number(1, 60)}.html",
                    f"/www/img/DSC_{c.number(1, 4000):05}.jpg",
                    "/www/css/style.css",
                    f"/www/blog/{c.number(1, 90)}.php",
                )
            )
            what = "DOWNLOAD" if number % 9 == 8 else "UPLOAD"
            say(
                time,
                pid,
                f'[{user}] OK {what}: {client}, "{name}", {c.number(900, 3_000_000)} bytes,'
                f" {c.number(90, 4000)}.{c.number(10, 99)}Kbyte/sec",
            )

    for day in range(7):
        time, pid = MONDAY + day * DAY + 3 * 3600, c.number(1000, 30_000)
        say(time, pid, 'CONNECT: Client "::ffff:192.0.2.81"')
        say(time + 1, pid, '[backup] OK LOGIN: Client "::ffff:192.0.2.81"')
        for name, size in (("site.tar.gz", 812_000_000), ("db.sql.gz", 41_000_000)):
            say(
                time + 90,
                pid,
                f'[backup] OK DOWNLOAD: Client "::ffff:192.0.2.81", "/backup/{name}", {size} bytes, 11250.40Kbyte/sec',
            )
    for _ in range(max(2, wanted // 150)):
        time, pid, address = c.at_any_time(), c.number(1000, 30_000), c.stranger()
        say(time, pid, f'CONNECT: Client "::ffff:{address}"')
        if c.likely(0.5):
            say(time + 1, pid, f'[{c.pick(("anonymous", "admin", "ftp"))}] FAIL LOGIN: Client "::ffff:{address}"')
    while len(lines) < wanted * 1.03:
        user, address = c.pick((("designer", DESIGNER), ("hanako", OFFICE), ("hanako", HOME)))
        session(c.in_office_hours(), user, address, c.number(1, 60))
    return trimmed(lines, wanted)
