"""WordPress：本物の wp-config.php を読み、データベースか WP-CLI を通して閉じ、鍵を作り直し、確かめる。

データベースの代わりに、mysql と同じ呼び方に答えるプログラム（中身は SQLite）を置く。WP-CLI も同じ。
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from hikeshi.engines.accounts import Local, Report, close_wordpress, wordpress_script
from hikeshi.engines.common.problem import Problem
from tests.components import needs

SECRET = "tora'no\\maki\"9"  # as it stands in PHP: 'tora\'no\\maki"9'
KEYS = "AUTH_KEY SECURE_AUTH_KEY LOGGED_IN_KEY NONCE_KEY AUTH_SALT SECURE_AUTH_SALT LOGGED_IN_SALT NONCE_SALT"
CONFIG = r"""<?php
/** The name of the database for WordPress */
define( 'DB_NAME', 'shop' );
define('DB_USER', "hanako");
define( 'DB_PASSWORD', 'tora\'no\\maki"9' );
define( 'DB_HOST', 'localhost:3307' );
{salts}
$table_prefix = 'hana_';
define( 'WP_DEBUG', false );
/* That's all, stop editing! Happy publishing. */
if ( ! defined( 'ABSPATH' ) ) {{
	define( 'ABSPATH', __DIR__ . '/' );
}}
require_once ABSPATH . 'wp-settings.php';
"""
# Called as the client is: a file with user and password, no words of theirs on the command line, SQL on the input.
MYSQL = """#!{python} -IS
import re, sqlite3, sys
# As the client does: of these options the first word only; the user's own file comes after an extra one.
assert sys.argv[1].startswith(("--defaults-extra-file=", "--defaults-file="))
if "-extra-" in sys.argv[1] and {astray}:
    sys.exit("ERROR 1045 (28000): Access denied for user 'somebody'")
file = [sys.argv[1].split("=", 1)[1]]
given = open(file[0]).read()
import os, stat
assert stat.S_IMODE(os.stat(file[0]).st_mode) == 0o600
want = ['user="hanako"', 'password="tora\\'no\\\\\\\\maki\\\\"9"', 'host="localhost"', 'port="3307"']
if not all(one in given for one in want) or sys.argv[-1] != "shop":
    sys.exit("ERROR 1045 (28000): Access denied for user")
base = sqlite3.connect("{database}")
for row in base.execute(sys.stdin.read()):
    print("\\t".join(str(one) for one in row))
base.commit()
"""
WP = """#!{python} -IS
import json, sys
kept = ("--all", "--format", "--field", "--skip-email")
words = [one for one in sys.argv[1:] if not one.startswith("--") or one.startswith(kept)]
assert "--skip-plugins" in sys.argv and "--skip-themes" in sys.argv and "--path={folder}" in sys.argv
open("{log}", "a").write(" ".join(words) + "\\n")
people = json.load(open("{people}"))
def keep(): json.dump(people, open("{people}", "w"))
head = words[:2]
if head == ["core", "version"]: print("6.8")
elif head == ["user", "list"]: print("\\n".join(people) if "--field=ID" in words else "ID,user_login")
elif head == ["user", "get"]:
    found = [id for id, one in people.items() if one["login"] == words[2]]
    print(found[0]) if found else sys.exit(1)
elif head == ["user", "reset-password"]: people[words[2]]["password"] = "new"; keep()
elif words[:1] == ["user"] and words[2] == "list":
    print(people[words[3]][words[1]] if "--format=count" in words else "x")
elif words[:1] == ["user"]:
    if {stuck!r} == words[1]: sys.exit("Error")
    people[words[3]][words[1]] = 0; keep()
else: sys.exit("unexpected " + " ".join(words))
"""


# One that every user of this machine may run.
PYTHON = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable


@dataclass
class Site:
    """A site's folder, its database, and where the tools stand."""

    folder: Path
    database: Path
    tools: Path

    @property
    def config(self) -> Path:
        return self.folder / "wp-config.php"

    @property
    def place(self) -> Local:
        return Local(before=("env", f"PATH={self.tools}:/usr/sbin:/usr/bin:/sbin:/bin"))

    def close(self, *users: str, dry: bool = False, way: str = "") -> Report:
        return close_wordpress(self.place, str(self.folder), users, dry=dry, way=way)

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        base = sqlite3.connect(self.database)
        try:
            return base.execute(sql).fetchall()
        finally:
            base.close()

    def salts(self) -> dict[str, str]:
        found = re.findall(r"define\(\s*'([A-Z_]+)',\s*'([^']*)'\s*\);", self.config.read_text())
        return {name: value for name, value in found if name in KEYS.split()}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A shop with an owner and a stranger, both signed in, with an application password."""
    needs("base64", "sha256sum", "od", "awk")
    made = Site(tmp_path / "www", tmp_path / "db.sqlite3", tmp_path / "bin")
    made.folder.mkdir()
    made.tools.mkdir()
    salts = "\n".join(f"define( '{name}',  'put your unique phrase here {n}' );" for n, name in enumerate(KEYS.split()))
    made.config.write_text(CONFIG.format(salts=salts))
    made.config.chmod(0o640)
    base = sqlite3.connect(made.database)
    base.executescript(
        """CREATE TABLE hana_users
            (ID INTEGER, user_login, user_email, user_registered, user_pass, user_activation_key);
        CREATE TABLE hana_usermeta (user_id INTEGER, meta_key, meta_value);
        INSERT INTO hana_users VALUES (1, 'hanako', 'h@example.jp', '2020-01-01', '$P$Bhash', ''),
            (7, 'wp_support', 'x@evil.example', '2026-11-05', '$P$Bother', 'reset-key');
        INSERT INTO hana_usermeta VALUES (1, 'session_tokens', 'a:1:{s:2:"ip";s:11:"203.0.113.5";}'),
            (7, 'session_tokens', 'b'), (7, '_application_passwords', 'a:{s:8:"password";s:5:"$P$xy";s:4:"name";}'),
            (1, 'hana_capabilities', 'administrator'), (7, 'hana_capabilities', 'administrator');"""
    )
    base.commit()
    base.close()
    program(made.tools / "mysql", MYSQL.format(python=PYTHON, database=made.database, astray=False))
    return made


def program(path: Path, text: str) -> None:
    """A program that can be run."""
    path.write_text(text)
    path.chmod(0o755)


def test_the_site_is_closed_through_its_database(site: Site) -> None:
    """全員の入ったままの印、アプリのパスワード、パスワード、鍵が変わり、設定のほかの行と権限はそのまま。"""
    before, others = site.salts(), [line for line in site.config.read_text().splitlines() if "unique" not in line]
    report = site.close()
    assert (report.state, report.way, report.failed) == ("closed", "database", [])
    assert site.ask("SELECT COUNT(*) FROM hana_usermeta WHERE meta_key LIKE '%\\_%' AND meta_key NOT LIKE 'hana%'") == [
        (0,)
    ]
    assert all(
        str(row[0]).startswith("!") and row[1] == ""
        for row in site.ask("SELECT user_pass, user_activation_key FROM hana_users")
    )
    after = site.salts()
    assert set(after) == set(before)
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in after.values())
    assert len(set(after.values())) == 8
    assert [line for line in site.config.read_text().splitlines() if not re.search(r"'[0-9a-f]{64}'", line)] == others
    assert stat.S_IMODE(site.config.stat().st_mode) == 0o640
    assert list(site.folder.iterdir()) == [site.config]
    assert b"203.0.113.5" in report.files["sessions"]
    assert b"wp_support" in report.files["users"]


def test_a_file_of_the_users_own_does_not_lead_astray(site: Site) -> None:
    """持ち主の ~/.my.cnf が別の利用者を名のっていても、wp-config.php の利用者でつなぐ。"""
    program(site.tools / "mysql", MYSQL.format(python=PYTHON, database=site.database, astray=True))
    assert site.close().state == "closed"


def test_a_cache_that_may_remember_is_told(site: Site) -> None:
    """データベースを通すと届かない控え（オブジェクトキャッシュ）があれば、閉じたとは言わず、それを言う。"""
    (site.folder / "wp-content").mkdir()
    (site.folder / "wp-content/object-cache.php").write_text("<?php")
    report = site.close()
    assert (report.state, [step.detail for step in report.failed]) == ("open", ["object-cache"])


def test_no_secret_of_the_site_is_kept(site: Site) -> None:
    """データベースのパスワード、鍵、パスワードのハッシュは、返事にも証拠にも残らない。"""
    report = site.close()
    whole = report.said + b"".join(report.files.values())
    for secret in (b"maki", b"$P$", b"unique phrase", *(value.encode() for value in site.salts().values())):
        assert secret not in whole


@pytest.mark.parametrize("short", [False, True])
def test_sessions_too_long_to_be_kept_are_not_thrown_away(site: Site, short: bool) -> None:
    """残しきれないほど長い「入ったままの印」があれば、まだ閉じない。よいと言われたら閉じる。"""
    base = sqlite3.connect(site.database)
    base.execute("INSERT INTO hana_usermeta VALUES (1, 'session_tokens', ?)", ("s" * 4_000_000,))
    base.commit()
    base.close()
    before = site.config.read_bytes()
    report = close_wordpress(site.place, str(site.folder), dry=False, short=short)
    proof = report.step("proof")
    assert proof is not None
    assert proof.detail.split() == ["truncated", "sessions"]
    assert (proof.result, report.state, site.config.read_bytes() == before) == (
        ("ok", "closed", False) if short else ("failed", "open", True)
    )


def test_a_dry_run_of_the_site_changes_nothing(site: Site) -> None:
    """試しの実行は、数だけを言い、設定もデータベースも変えない。"""
    before = (site.config.read_bytes(), site.database.read_bytes())
    report = site.close(dry=True)
    assert {step.name: step.detail for step in report.steps if step.result == "would"} == {
        "sessions": "2",
        "applications": "1",
        "passwords": "2",
        "salts": str(site.config),
    }
    assert (site.config.read_bytes(), site.database.read_bytes()) == before


def test_only_those_who_were_named(site: Site) -> None:
    """名ざした利用者だけが閉じられ、いない利用者なら何も変えない。"""
    assert site.close("x@evil.example").state == "closed"
    assert site.ask("SELECT user_id FROM hana_usermeta WHERE meta_key = 'session_tokens'") == [(1,)]
    assert site.ask("SELECT user_pass FROM hana_users WHERE ID = 1") == [("$P$Bhash",)]
    with pytest.raises(Problem) as caught:
        site.close("hanako", "nobody' OR 1=1 --")
    assert caught.value.code == "accounts.bad_user"
    with pytest.raises(Problem) as caught:
        site.close("hanako", "nobody")
    assert caught.value.code == "accounts.no_such_user"
    assert site.ask("SELECT COUNT(*) FROM hana_usermeta WHERE meta_key = 'session_tokens'") == [(1,)]


def test_salts_that_stand_nowhere_are_added(site: Site) -> None:
    """設定に鍵の行がなければ、WordPress が読む前の所に足す。一度の二重の行は一つになる。"""
    site.config.write_text(CONFIG.format(salts="define('AUTH_KEY', 'a');\ndefine('AUTH_KEY', 'b'); // twice"))
    assert site.close().state == "closed"
    text = site.config.read_text()
    assert set(site.salts()) == set(KEYS.split())
    assert max(text.index(f"'{name}'") for name in KEYS.split()) < text.index("stop editing")
    assert text.count("'AUTH_KEY'") == 1


@pytest.mark.parametrize(
    "salts",
    ["define( 'AUTH_KEY',\n  'over two lines' );", "define('AUTH_KEY', 'x'); define('NONCE_KEY', 'y'); if (1) {"],
)
def test_a_config_that_cannot_be_understood_stays_whole(site: Site, salts: str) -> None:
    """読み取れない書き方の設定は、一字も変えず、「開いたまま」と言う。ほかの入り口は閉じる。"""
    site.config.write_text(CONFIG.format(salts=salts))
    before = site.config.read_bytes()
    report = site.close()
    assert report.state == "open"
    assert [step.name for step in report.failed] == ["salts", "verify"]
    assert site.config.read_bytes() == before
    assert list(site.folder.iterdir()) == [site.config]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("'shop'", "getenv('DB')", "no_database"),
        ("'hana_'", "$prefix", "no_database"),
        ("'hana_'", "'hana_; DROP TABLE x'", "no_database"),
        ('"hanako"', '"taro"', "database_refused"),
    ],
)
def test_a_database_that_cannot_be_reached(site: Site, old: str, new: str, code: str) -> None:
    """つなぎ先が読み取れない、断られるときは、理由を言って何も変えない。"""
    site.config.write_text(site.config.read_text().replace(old, new))
    before = site.config.read_bytes()
    with pytest.raises(Problem) as caught:
        site.close()
    assert caught.value.code == f"accounts.{code}"
    assert "maki" not in str(caught.value.params)
    assert site.config.read_bytes() == before


@pytest.mark.parametrize("folder", ["relative", "/no/such/folder", "/x'; reboot; '"])
def test_a_folder_that_is_no_site(site: Site, folder: str) -> None:
    """サイトでないフォルダーは断る。"""
    with pytest.raises(Problem) as caught:
        close_wordpress(site.place, folder, dry=False)
    assert caught.value.code == "accounts.no_wordpress"


def test_files_of_the_site_are_touched_as_their_owner(site: Site) -> None:
    """root で実行しても、サイトの持ち主になってから書く。持ち主に書けないものは書かない。"""
    needs("root", "runuser")
    for path in (site.folder.parent, *site.folder.parent.parents):
        if path.is_relative_to(tempfile.gettempdir()) and path != Path(tempfile.gettempdir()):
            path.chmod(0o755)
    for path in (site.folder, site.config, site.database, site.database.parent):
        os.chown(path, 65534, 65534)
    report = site.close()
    assert report.state == "closed"
    assert site.config.stat().st_uid == 65534
    site.folder.chmod(0o500)
    os.chown(site.folder, 0, 0)
    with pytest.raises(Problem) as caught:
        site.close()
    assert caught.value.code == "accounts.no_wordpress"


@pytest.mark.parametrize("stuck", ["", "session"])
def test_the_site_is_closed_through_wp_cli(site: Site, stuck: str) -> None:
    """WP-CLI があれば、プラグインを動かさずにそれで閉じ、消えなかったものがあれば「開いたまま」と言う。"""
    people = site.tools / "people.json"
    people.write_text(
        '{"1": {"login": "hanako", "session": 2, "application-password": 0},'
        ' "7": {"login": "x", "session": 1, "application-password": 1}}'
    )
    log = site.tools / "log"
    words = {"python": PYTHON, "folder": site.folder, "log": log, "people": people, "stuck": stuck}
    program(site.tools / "wp", WP.format(**words))
    assert site.close(dry=True).step("sessions").detail == "3"  # type: ignore[union-attr]
    assert not re.search("destroy|delete|reset", log.read_text())
    report = site.close()
    assert (report.way, report.state) == ("wp", "open" if stuck else "closed")
    assert log.read_text().count("reset-password") == 2
    assert "--skip-email" in log.read_text()
    assert re.fullmatch("[0-9a-f]{64}", site.salts()["AUTH_KEY"])
    assert site.close(way="database").way == "database"


def test_the_sites_script_is_clean() -> None:
    """動かす手順は、shellcheck の注意が何もない。"""
    needs("shellcheck")
    text = wordpress_script("/var/www/html", ["hanako"], dry=False)
    inner = subprocess.run(
        ["sh", "-c", f'{text.partition("owner=")[0]}\nprintf %s "$BODY"'], capture_output=True, text=True
    ).stdout
    for said in (text, inner):
        checked = subprocess.run(
            ["shellcheck", "-s", "sh", "-e", "SC1003,SC2015,SC2016,SC2034", "-"],
            input=said,
            capture_output=True,
            text=True,
        )
        assert checked.stdout == ""
