"""`hikeshi duties evaluate`：事実のファイルから判断する。"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hikeshi.notify import cli
from hikeshi.site import dispatch
from tests.notify.law.facts_for_rules import LEAK


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = dispatch.main(["duties", "evaluate", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def file_of(folder: Path, facts: Any) -> str:
    path = folder / "facts.json"
    path.write_text(facts if isinstance(facts, str) else json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return str(path)


def test_json_is_one_document(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """--json は、JSON文書1つだけを標準出力に書く。"""
    code, out, err = run(capsys, file_of(tmp_path, {**LEAK, "malicious": True}), "--json")
    duties = {duty["id"]: duty for duty in json.loads(out)["duties"]}
    assert (code, err) == (0, "")
    assert duties["appi.report.7_3"]["status"] == "applies"
    guide, limit = duties["appi.report.7_3"]["deadlines"]
    assert (guide["kind"], guide["target_at"], guide["at"]) == ("guide", "2026-11-08", "2026-11-10")
    assert (limit["kind"], limit["stage"], limit["at"]) == ("limit", "final", "2027-01-04")
    assert duties["appi.report.7_1"]["status"] == "does_not_apply"


@pytest.mark.parametrize("given", ["2026-11-06T15:00:00Z", "2026-11-06T07:00:00-08:00", "2026-11-07T05:00:00+14:00"])
def test_every_moment_comes_out_in_the_time_of_japan(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, given: str
) -> None:
    """どの時間帯で書かれた時刻も、日本の時刻（+09:00）で出る。日付は、期限を数え始めた日と同じになる。"""
    later = {"malicious": "2026-11-09T15:30:00Z"}
    told = {**LEAK, "known_at": given, "malicious": True, "regions": ["eu"], "fact_known_at": later}
    code, out, _ = run(capsys, file_of(tmp_path, told), "--json")
    found = json.loads(out)
    duties = {duty["id"]: duty for duty in found["duties"]}
    assert (code, found["known_at"]) == (0, "2026-11-07T00:00:00+09:00")
    assert found["evaluated_at"].endswith("+09:00")
    assert duties["gdpr.33"]["deadlines"][0]["at"] == "2026-11-10T00:00:00+09:00"
    third = duties["appi.report.7_3"]
    assert third["known_at"] == "2026-11-07T00:00:00+09:00"
    assert {d["counted_from"] for d in third["deadlines"]} == {"2026-11-10T00:30:00+09:00"}
    assert third["deadlines"][0]["target_at"] == "2026-11-12"


def test_names_of_the_reference_are_understood(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """persons_max と日本語の値（漏えい）も読む。欠けた事実は「わからない」である。"""
    facts = {
        "event": ["漏えい"],
        "certainty": "suspected",
        "persons_max": 1001,
        "known_at": "2026-11-06T10:00:00+09:00",
    }
    _, out, _ = run(capsys, file_of(tmp_path, facts), "--json")
    report = next(d for d in json.loads(out)["duties"] if d["id"] == "appi.report.7_4")
    assert report["status"] == "needs_review"
    asked = [q["fact"] for q in report["questions"]]
    assert asked == ["recovered_unseen", "personal_data", "cipher_sound", "key_kept"]


def test_the_status_of_the_event_says_the_certainty(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """確からしさが別に書かれていなければ、事態の「疑い」がおそれになる。"""
    facts = {**LEAK, "sensitive": True, "event": {"value": ["leak"], "status": "suspected"}}
    del facts["certainty"]
    _, out, _ = run(capsys, file_of(tmp_path, facts), "--json")
    assert next(d for d in json.loads(out)["duties"] if d["id"] == "appi.report.7_1")["status"] == "applies"


def test_a_bare_event_says_no_certainty(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """確かさの書かれていない事態だけでは、起きたことにも、起きなかったことにもしない。"""
    facts = {key: value for key, value in {**LEAK, "sensitive": True}.items() if key != "certainty"}
    _, out, _ = run(capsys, file_of(tmp_path, facts), "--json")
    report = next(d for d in json.loads(out)["duties"] if d["id"] == "appi.report.7_1")
    assert (report["status"], [q["fact"] for q in report["questions"]]) == ("needs_review", ["certainty"])


def test_a_misspelt_fact_is_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """知らない名前は使わず、使わなかったことを言う。"""
    path = file_of(tmp_path, {"sensitve": True, "fact_known_at": {"peersons": "2026-11-06"}})
    assert json.loads(run(capsys, path, "--json")[1])["ignored"] == ["sensitve", "fact_known_at.peersons"]
    assert "sensitve" in run(capsys, path)[1]


@pytest.mark.parametrize(("lang", "heading"), [("ja", "■ 連絡・報告が必要なもの"), ("en", "■ To be told or reported")])
def test_words_are_in_the_users_language(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, heading: str
) -> None:
    """--json がなければ、利用者の言葉で読める。"""
    monkeypatch.setenv("HIKESHI_LANG", lang)
    code, out, _ = run(capsys, file_of(tmp_path, {**LEAK, "malicious": True}))
    assert code == 0
    assert heading in out
    assert "2027-01-04" in out


@pytest.mark.parametrize(
    ("facts", "part"),
    [
        ("", "JSON"),
        ("[1]", "JSON"),
        ("{", "JSON"),
        ('{"sensitive": true, "sensitive": false}', "sensitive"),
        ("[" * 100_000, "JSON"),
        ("\x00", "JSON"),
        ({"sensitive": "perhaps"}, "sensitive"),
        ({"sensitive": {"value": True, "status": "sure"}}, "sensitive.status"),
        ({"event": ["fire"]}, "event"),
        ({"certainty": "maybe"}, "certainty"),
        ({"persons": -1}, "persons"),
        ({"persons": True}, "persons"),
        ({"persons": 1.5}, "persons"),
        ({"persons": {"at_least": 5, "at_most": 4}}, "persons"),
        ({"persons": {"at_least": 5, "most": 4}}, "persons"),
        ({"known_at": "2026-11-06T10:00:00"}, "known_at"),
        ({"known_at": "yesterday"}, "known_at"),
        ({"known_at": 5}, "known_at"),
        ({"known_at": "9999-12-31"}, "known_at"),
        ({"fact_known_at": [1]}, "fact_known_at"),
        ({"fact_known_at": []}, "fact_known_at"),
        ({"persons_max": "1001"}, "412"),
        ({"sensitive": True, "fact_known_at": {"sensitive": "soon"}}, "fact_known_at.sensitive"),
    ],
)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_bad_facts_end_in_words(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    facts: Any,
    part: str,
    lang: str,
) -> None:
    """読めない事実は、どれが悪いかを利用者の言葉で言い、標準出力には何も書かず、2で終わる。"""
    monkeypatch.setenv("HIKESHI_LANG", lang)
    code, out, err = run(capsys, file_of(tmp_path, facts), "--json")
    assert (code, out) == (2, "")
    assert part in err
    assert ("何も変わっていません" if lang == "ja" else "Nothing has changed") in err


def test_missing_and_huge_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """ないファイル、フォルダ、大きすぎるファイルを、それぞれ言葉で断る。"""
    assert run(capsys, str(tmp_path / "none.json"))[0] == 2
    assert run(capsys, str(tmp_path))[0] == 2
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(cli.MAX_BYTES + 1)
    code, out, err = run(capsys, str(huge))
    assert (code, out) == (2, "")
    assert "大きすぎます" in err


def test_the_command_needs_no_django() -> None:
    """判断するだけなら、Djangoもデータベースも読み込まない。"""
    code = (
        "import sys; from hikeshi.site import dispatch; from hikeshi.notify import cli, rules; rules.shipped();"
        "sys.exit(any(m == 'django' or m.startswith('django.') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
