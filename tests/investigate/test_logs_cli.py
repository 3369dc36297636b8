"""`hikeshi logs scan`：言葉で、または約束した形の JSON で答える。"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hikeshi import words
from hikeshi.engines import logs
from hikeshi.engines.logs import kinds
from hikeshi.investigate.contract import settle, title
from tests.engines.logs.reading import PARSERS, sshd, web


def hikeshi(*arguments: str, lang: str = "ja", **more: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"HIKESHI_LANG": lang, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)} | more
    return subprocess.run(
        [sys.executable, "-m", "hikeshi", "logs", "scan", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=env,
        timeout=600,
        check=False,
    )


@pytest.fixture
def intrusion(tmp_path: Path) -> Path:
    failures = [sshd(f"Failed password for root from 203.0.113.5 port {i} ssh2", i * 5) for i in range(30)]
    success = sshd("Accepted password for root from 203.0.113.5 port 9 ssh2", 900)
    (tmp_path / "auth.log").write_text("\n".join([*failures, success]) + "\n")
    (tmp_path / "access.log").write_text(web("GET /wso.php", 404) + "\nbroken \x1b[2J line\n")
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    return tmp_path


def test_the_clocks_error_is_corrected_and_told(intrusion: Path) -> None:
    """遅れていた時計は、その秒数だけ直して、直したと言う。"""
    plain, late = (hikeshi(str(intrusion), "--json", *more) for more in ((), ("--clock-error", "-3600")))
    first, then = (json.loads(one.stdout)["files"][0] for one in (plain, late))
    assert (first["clock_error"], then["clock_error"]) == (0, -3600)
    moments = [datetime.fromisoformat(one["first"]) for one in (first, then)]
    assert moments[1] - moments[0] == timedelta(hours=1)
    said = hikeshi(str(intrusion), "--clock-error", "-3600").stdout
    assert "時計が 3600 秒遅れていた分、時刻を遅らせて直してあります" in said
    assert "時計が 1234567.5 秒進んでいた分" in hikeshi(str(intrusion), "--clock-error", "1234567.5").stdout


def test_json_keeps_the_contract(intrusion: Path) -> None:
    """JSON は約束した項目をすべて持ち、標準出力にはそれだけが出る。"""
    done = hikeshi(str(intrusion), "--json", "--zone", "Asia/Tokyo", "--year", "2026")
    assert (done.returncode, done.stderr) == (0, "")
    data: dict[str, Any] = json.loads(done.stdout)
    assert data["events"] == 32
    assert {"id", "title", "level", "author"} <= data["hits"][0]["rule"].keys()
    assert {"count", "first", "last", "samples"} <= data["hits"][0].keys()
    assert {"file", "record", "time"} <= data["hits"][0]["samples"][0].keys()
    assert {hit["rule"]["file"] for hit in data["hits"]} == {
        "ssh/guessed.yml",
        "ssh/guessing.yml",
        "ssh/root_with_password.yml",
    }
    assert {"path", "format", "events", "errors"} <= data["files"][0].keys()
    assert {"kind", "title", "addresses", "accounts", "hosts", "first", "last", "events"} <= data["findings"][0].keys()
    assert data["story"].keys() >= {"route", "period", "accounts", "addresses", "reached", "taken"}
    assert data["not_read"][0].keys() >= {"path", "why"}
    worst = data["findings"][0]
    assert (worst["kind"], worst["success"], worst["addresses"]) == ("ssh_bruteforce", "yes", ["203.0.113.5"])
    assert (worst["first"], worst["last"]) == ("2026-11-20T01:00:00Z", "2026-11-20T01:15:00Z")
    assert isinstance(data["seconds"], float)


def test_words_say_what_happened_and_what_to_do(intrusion: Path) -> None:
    """言葉では、何があったか、確からしさ、次に確かめることを言う。"""
    done = hikeshi(str(intrusion), "--zone", "Asia/Tokyo")
    assert done.returncode == 0
    assert "「root」としてログインに成功しています" in done.stdout
    assert "自分でログインしたかを確かめてください" in done.stdout
    assert "2026-11-20 10:00:00 – 2026-11-20 10:15:00" in done.stdout
    assert "photo.jpg」は、知っている形式のログとして読めませんでした" in done.stdout


def test_times_and_places_are_said_once(tmp_path: Path) -> None:
    """どの時間帯の時刻かを初めに一度言い、ファイルはフォルダからの名前で並べる。"""
    for name in ("access_log", "access_log.1"):
        line = '203.0.113.9 - - [22/Nov/2026:22:00:00 +0900] "GET / HTTP/1.1" 200 5\n'
        (tmp_path / name).write_text(line)
    told = hikeshi(str(tmp_path), "--zone", "Asia/Tokyo").stdout
    assert "時刻は Asia/Tokyo のものです" in told
    assert f"フォルダ: {tmp_path}/\n" in told
    assert "\n  access_log  " in told
    assert told.count("2026-11-22 22:00:00 – ") == 2
    assert "--zone Asia/Tokyo" in hikeshi(str(tmp_path), TZ="UTC").stdout


def test_terminal_escapes_are_shown_not_obeyed(intrusion: Path) -> None:
    """ログの中の端末を操る文字は、働かずに見える。"""
    done = hikeshi(str(intrusion))
    assert "\x1b" not in done.stdout
    assert "<U+001B>" in done.stdout


def test_english_is_whole(intrusion: Path) -> None:
    """英語を選ぶと、日本語はどこにも出ない。"""
    done = hikeshi(str(intrusion), lang="en")
    assert 'logged in over SSH as "root"' in done.stdout
    assert not [c for c in done.stdout if "\u3040" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--zone", "Asia/Edo"], 2), (["--since", "yesterday"], 2), (["--until", "2026-99-99"], 2)]
    + [(["--clock-error", error], 2) for error in ("nan", "-inf", "1e12")],
)
def test_wrong_use_is_told(intrusion: Path, arguments: list[str], code: int) -> None:
    """使い方の誤りは、読む前に告げる。"""
    done = hikeshi(str(intrusion), *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert "まだ何も読んでいません" in done.stderr


@pytest.mark.parametrize("form", [[], ["--json"], ["--jsonl"]])
def test_nothing_to_read_is_no_success(tmp_path: Path, form: list[str]) -> None:
    """読めるログが一つもなければ、どの出し方でも、できなかったことと、そのわけを告げる。"""
    empty, none = hikeshi(str(tmp_path), *form), hikeshi(str(tmp_path / "none.log"), *form)
    assert (empty.returncode, none.returncode) == (3, 3)
    assert "読めるログがありませんでした" in empty.stderr
    assert "見つかりませんでした" in none.stderr
    if form == ["--json"]:
        assert json.loads(empty.stdout)["files"] == json.loads(none.stdout)["files"] == []


def test_each_finding_has_its_words() -> None:
    """どの種類の、どの言い方にも、確かめることにも、両方の言葉がある。"""
    shared = "".join(path.read_text(encoding="utf-8") for path in sorted(kinds.PLACE.parent.glob("*.py")))
    for name in kinds.names():
        source = shared + (kinds.PLACE / name / "finder.py").read_text(encoding="utf-8")
        for lang in words.LANGUAGES:
            texts = tomllib.loads((kinds.PLACE / name / f"{lang}.toml").read_text(encoding="utf-8"))
            assert {"name", "about", "next", "title"} <= texts.keys()
            for key in [*texts["title"], *texts.get("settle", {})]:
                assert f'"{key}"' in source, (name, key)


def test_found_things_can_be_said() -> None:
    """見本から見つかるものは、どちらの言葉でも、埋め残しなく言える。"""
    done = logs.scan([PARSERS], zone="Asia/Tokyo")
    assert done.findings
    for lang in words.LANGUAGES:
        said = [text for one in done.findings for text in [title(one, lang), *settle(one, lang)]]
        assert not [text for text in said if "{" in text]


def test_the_line_that_proves_success_is_shown(intrusion: Path) -> None:
    """成功を示す行は、その前に失敗の行がいくらあっても、言葉の答えに載る。"""
    assert "Accepted password for root" in hikeshi(str(intrusion), "--zone", "Asia/Tokyo").stdout


def test_a_starter_rule_is_named_in_the_users_language(tmp_path: Path) -> None:
    """付属の規則の題は、使う人の言葉で出る。"""
    said = 'FAIL LOGIN: Client "203.0.113.5"'
    log = tmp_path / "vsftpd.log"
    log.write_text("".join(f"Mon Nov 16 01:00:{i:02} 2026 [pid 3] [designer] {said}\n" for i in range(30)))
    assert "FTP のパスワード総当たり" in hikeshi(str(log), "--zone", "Asia/Tokyo").stdout.partition("■ 当たった規則")[2]
    english = hikeshi(str(log), "--zone", "Asia/Tokyo", lang="en").stdout.partition("■ Rules that matched")[2]
    assert "Password guessing at FTP" in english
