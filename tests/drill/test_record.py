"""訓練の記録：計画のどの手順も残り、よそのデータには触れず、外の人が確かめられる。"""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

from hikeshi.engines.ledger.verifytext import commands
from tests.components import needs
from tests.drill.conftest import Three
from tests.drill.playing import HIKESHI

# Every clause of the plan's steps (plan.md).
STEPS = {"S1.1", "S1.2", "S1.3a", "S1.3b", "S1.3c", "S2.1", "S2.2", "S2.3", "S3.1", "S3.2", "S3.3"}
STEPS |= {"S4.1a", "S4.1b", "S4.1c", "S4.2", "S5.1", "S5.2", "S5.3", "S6.1", "S6.2"}


def test_every_step_of_the_plan_is_in_the_record(three: Three) -> None:
    """計画の手順1から6のどの条項も、記録のどこかに残っている。"""
    for played in three[:3]:
        assert STEPS - {entry.get("step") for entry in played.entries} == set()


def test_roles_and_contacts_are_prepared_before(three: Three) -> None:
    """役割 R1〜R3 と連絡先 C1〜C5、機器、情報、控え、計画の版が、事故の前に書かれている。"""
    told = [(entry["kind"], entry["data"].get("key")) for entry in three.first.preparation]
    assert {("role.given", role) for role in ("leader", "technical", "liaison")} <= set(told)
    assert {("contact.stated", name) for name in ("lawyer", "police", "partner", "provider")} <= set(told)
    assert ("insurance.stated", "cyber") in told
    kinds = [kind for kind, _ in told]
    assert {"device.stated", "holding.stated", "backup.stated", "sender.stated"} <= set(kinds)
    assert kinds.index("plan.versioned") < kinds.index("case.head")
    assert kinds.count("plan.versioned") == 2


def test_every_entry_is_a_drills(three: Three) -> None:
    """記録の一行一行に、訓練であることが書かれている。"""
    for played in three[:3]:
        assert len(played.entries) > 150
        assert all(entry["drill"] is True for entry in played.entries)
    assert all(entry["drill"] is True for entry in three.first.preparation)


def test_the_archive_says_that_it_is_a_drills(three: Three) -> None:
    """封印の名前・目録・袋の札・VERIFY.txt に、訓練と書かれている。"""
    for played in three[:3]:
        assert "DRILL" in played.archive.name
        assert "訓練" in played.sealed["manifest-sha256.txt"].decode()
        assert "Hikeshi-Drill: 訓練" in played.sealed["bag-info.txt"].decode()
        assert "【訓練】" in played.sealed["VERIFY.txt"].decode()


def test_the_archive_verifies(three: Three) -> None:
    """`hikeshi archive verify` が、書き換えられていないと言う。"""
    for played in (three.first, three.english):
        done = subprocess.run(
            [*HIKESHI, "archive", "verify", str(played.archive), "--json"], capture_output=True, check=True
        )
        found = json.loads(done.stdout)
        assert found["intact"]
        assert found["lines"] == played.said["archive"]["lines"] == len(played.entries)
        assert found["fingerprint"] == played.said["archive"]["fingerprint"]


def test_a_stranger_checks_it_with_plain_tools(three: Three, tmp_path: Path) -> None:
    """VERIFY.txt のとおりに、sha256sum・ssh-keygen・openssl だけで確かめられる。"""
    needs("sha256sum", "ssh-keygen", "openssl")
    with zipfile.ZipFile(three.first.archive) as bag:
        bag.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    japanese, english = commands((folder / "VERIFY.txt").read_bytes())
    assert japanese
    for command in [*japanese, *english]:
        done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


def test_what_happened_and_when_it_was_recorded_are_apart(three: Three) -> None:
    """起きた時刻は訓練の中の時刻、記録した時刻はいまの時計である。"""
    at = {name: datetime.fromisoformat(moment) for name, moment in three.first.truth["moments"].items()}
    notes = [entry for entry in three.first.entries if entry["kind"] == "note.added"]
    assert datetime.fromisoformat(notes[0]["occurred_at"]) == at["signal"]
    recorded = [datetime.fromisoformat(entry["recorded_at"]) for entry in three.first.entries]
    assert recorded == sorted(recorded)
    assert recorded[-1] - recorded[0] < timedelta(minutes=10)
    assert recorded[0] > at["closed"]


def test_the_logs_engines_find_the_truth(three: Three) -> None:
    """ログから見つかったことは、種で決まった本当のこと（相手・回数・最初と最後の時刻・アカウント）と一致する。"""
    for played in three[:3]:
        found = played.said["findings"]
        for attack in played.truth["attacks"]:
            (one,) = [f for f in found if f["kind"] == attack["kind"] and attack["address"] in f["addresses"]]
            assert one["attempts"] == attack["attempts"]
            assert datetime.fromisoformat(one["first"]) == datetime.fromisoformat(attack["first"])
            assert datetime.fromisoformat(one["last"]) == datetime.fromisoformat(attack["last"])
            assert attack["account"] in ["", *one["accounts"][:1]]
            assert one["verdict"] == ("wrong" if attack["innocent"] else "fact")
        told = {address for one in found if one["success"] == "yes" for address in one["addresses"]}
        guessed = ("wordpress_login", "ssh_bruteforce")  # of these alone a log can tell that they worked
        assert told == {attack["address"] for attack in played.truth["attacks"] if attack["kind"] in guessed}
        assert all(one["verdict"] for one in found)


def test_the_same_seed_gives_the_same_facts(three: Three) -> None:
    """同じ種なら、別の時・別の言語で動かしても、事実も本当のことも同じになる。"""
    mine, again = three.first.said["facts"], three.english.said["facts"]
    assert three.first.truth == three.english.truth
    assert {key: (fact["value"], fact["status"]) for key, fact in mine.items()} == {
        key: (fact["value"], fact["status"]) for key, fact in again.items()
    }
    assert mine["persons"]["value"] != three.other.said["facts"]["persons"]["value"]
    assert [f["addresses"] for f in three.first.said["findings"]] == [
        f["addresses"] for f in three.english.said["findings"]
    ]


def test_the_users_own_record_is_untouched(three: Three) -> None:
    """使う人の記録の場所には、何も足されず、何も変わらない。"""
    assert sorted(path.name for path in three.user_data.rglob("*")) == ["hikeshi.sqlite3"]
    assert (three.user_data / "hikeshi.sqlite3").read_bytes() == b"precious"


def test_data_may_not_lie_in_a_synced_folder(three: Three) -> None:
    """同期フォルダーに書き出すと、書類と封印だけが残り、訓練のデータは残らない。"""
    assert three.english.said["data"] is None
    assert sorted(path.name for path in three.english.out.iterdir()) == ["archive", "documents", "drill.json", "logs"]
    assert three.first.said["data"] == str(three.first.out / "data")


def test_a_lawyer_and_the_leader_approved_the_letter(three: Three) -> None:
    """お客様への手紙は、責任者と弁護士が同じ一つの文を承認してから出ている。"""
    entries = three.first.entries
    given = [e["data"] for e in entries if e["kind"] == "approval.given" and "customer-letter" in e["data"]["subject"]]
    (sent,) = [e for e in entries if e["kind"] == "document.sent" and e["data"]["document"] == "customer-letter"]
    assert {(one["by"], one["how"]) for one in given} == {("leader", "on_screen"), ("lawyer", "by_mail")}
    assert {one["sha256"] for one in given} == {sent["data"]["sha256"]}
    numbers = [e["number"] for e in entries if e["kind"] == "approval.given"]
    assert min(numbers) < sent["number"]


def test_the_drills_data_opens_in_the_product(three: Three) -> None:
    """訓練のデータは、そのまま火消しで開ける：記録は一行も欠けず、読む表は作り直せる。"""
    env = {**os.environ, "HIKESHI_DATA": three.first.said["data"]}
    done = subprocess.run([*HIKESHI, "casebook", "check", "--json"], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not re.search(r'"intact": false', done.stdout)
