"""手順2.3：ファイルを渡し、別の囲いで何人分かを数え、人が確かめて事実にする。値はどこにも残らない。"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from hikeshi.casebook import services as casebook
from hikeshi.investigate import people, services
from hikeshi.investigate.models import PeopleCount
from tests.cast import Cast
from tests.investigate.scene import signed_in

NUMBER = "123456789018"
SECRETS = ("山田", "太郎", "taro@", "hanako@", "090-1111", "糖尿病", NUMBER, "4111111111111111")
pytestmark = pytest.mark.django_db


def customers() -> bytes:
    rows = ["氏名,メール,電話番号,マイナンバー,カード番号,病歴"]
    rows.append(f"山田太郎,taro@example.jp,090-1111-2222,{NUMBER},4111111111111111,糖尿病")
    rows.append("鈴木花子,hanako@example.com,090-3333-4444,,,")
    rows.append("山田 太郎,taro@example.jp,09011112222,,,")
    return "\n".join(rows).encode()


def upload(content: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def everything_kept(case: Any, but: set[str]) -> str:
    """What stands in the record, the read tables and the made files of a case; the brought files left out."""
    said = [bytes(line).decode() for line in casebook.lines(case)]
    said += [str(list(PeopleCount.objects.values()))]
    said += [path.read_text("utf-8", "replace") for path in casebook.kept_files(case) if path.name not in but]
    return "\n".join(said)


def test_the_pages_do_it_all(cast: Cast, case: Any) -> None:
    """画面から渡し、数え、結果を見て、事実にする。人の値・マイナンバーは、画面・記録・表のどこにも出ない。"""
    url = f"/i/{case.reference}/investigate/people/"
    hanako = signed_in(cast.hanako)
    assert hanako.post(f"{url}take/", {}).status_code == 422
    png = b"\x89PNG\r\n\x1a\n" + bytes(400)
    files = [upload(customers(), f"名簿{NUMBER}<b>.csv"), upload(png, "写真.png")]
    assert hanako.post(f"{url}take/", {"files": files, "request_id": "a" * 32}).status_code == 302
    assert "data-running" in hanako.get(url).text
    assert services.do_owed() == 1
    assert services.do_owed() == 0
    (row,) = PeopleCount.objects.all()
    assert (row.state, row.at_least, row.at_most, row.examined, row.not_examined) == ("done", 2, 2, 1, 1)
    assert row.kinds["my_number"] == 1
    listed, page = hanako.get(url).text, hanako.get(f"{url}{row.counting}/").text
    assert "data-running" not in listed
    assert "少なくとも 2 人、多くて 2 人" in listed
    for said in (
        "少なくとも 2 人、多くて 2 人",
        "調べていないもの 1",
        "写真.png",
        "マイナンバー",
        "これを事実にする",
        "&lt;b",
    ):
        assert said in page
    post = {"keys": ["persons", "data_items", "my_number", "card_data", "sensitive"], "status": "confirmed"}
    assert hanako.post(f"{url}{row.counting}/", {"status": "confirmed"}).status_code == 422
    assert hanako.post(f"{url}{row.counting}/", post).status_code == 302
    facts = casebook.facts(case)
    # A picture was not examined: there is no upper bound, and kinds of data stay a suspicion.
    assert (facts["persons"].value, facts["persons"].status) == ({"at_least": 2, "at_most": None}, "confirmed")
    assert (facts["my_number"].value, facts["card_data"].status) == (True, "confirmed")
    assert facts["data_items"].status == "suspected"
    assert {"name", "email", "card_number", "要配慮個人情報"} <= set(facts["data_items"].value)
    assert "financial_harm" not in facts
    assert casebook.fact_words(case, facts["not_examined"], "ja") == "写真.png"
    brought = set(row.files)
    kept = everything_kept(case, brought) + listed + page + hanako.get(f"/i/{case.reference}/").text
    assert [secret for secret in SECRETS if secret in kept] == []
    assert services.summary(case)["steps"] == {2: "open"}


def test_what_a_person_looked_at_gives_the_upper_bound(cast: Cast, case: Any) -> None:
    """調べられなかったものを自分の目で確かめたら、「多くて」も記録され、残りの事実は立たない。"""
    url = f"/i/{case.reference}/investigate/people/"
    hanako = signed_in(cast.hanako)
    hanako.post(f"{url}take/", {"files": [upload(customers(), "a.csv"), upload(bytes(99), "b.bin")]})
    services.do_owed()
    row = PeopleCount.objects.get()
    said = {"keys": ["persons", "mn_persons_max", "financial_harm"], "looked": "on", "status": "suspected"}
    # The number of My Numbers is offered only where everything was examined: what is not offered is no choice.
    assert hanako.post(f"{url}{row.counting}/", said).status_code == 422
    said["keys"] = ["persons", "financial_harm"]
    assert hanako.post(f"{url}{row.counting}/", said).status_code == 302
    facts = casebook.facts(case)
    assert (facts["persons"].value, facts["persons"].status) == ({"at_least": 2, "at_most": 2}, "suspected")
    assert facts["financial_harm"].value is True
    assert "not_examined" not in facts
    before = casebook.head(case).number
    hanako.post(f"{url}{row.counting}/", said)
    assert casebook.head(case).number == before + 1, "the confirmation alone, no fact twice"


def test_only_members_see_and_only_who_may_records(cast: Cast, case: Any, tmp_path: Path) -> None:
    """三郎には見えない。太郎は渡せるが、この機械の中の場所は指せない。"""
    url = f"/i/{case.reference}/investigate/people/"
    saburo, taro = signed_in(cast.saburo), signed_in(cast.taro)
    services.name_folder(cast.workspace, str(tmp_path), cast.actor)
    name = people.ask(case, [], cast.actor, place=tmp_path)
    services.do_owed()
    for path in ("", "counts/", f"{name}/"):
        assert saburo.get(url + path).status_code == 404
        assert taro.get(url + path).status_code == 200
    assert saburo.post(f"{url}take/", {"files": upload(customers(), "a.csv")}).status_code == 404
    assert taro.post(f"{url}take/", {"path": str(tmp_path)}).status_code == 403
    assert taro.get(f"{url}none/").status_code == 404


def test_a_named_folder_is_read_where_it_lies(cast: Cast, case: Any, tmp_path: Path) -> None:
    """決めたフォルダは写しを作らずその場で読み、どのファイルの数かをハッシュで残す。リンクの先と外は読まない。"""
    inside, outside = tmp_path / "顧客", tmp_path / "outside"
    (inside / "古い").mkdir(parents=True)
    outside.mkdir()
    (inside / "古い" / "名簿.csv").write_bytes(customers())
    (outside / "他社.csv").write_text("氏名,メール\n佐藤次郎,jiro@example.jp\n", encoding="utf-8")
    (inside / "link.csv").symlink_to(outside / "他社.csv")
    services.name_folder(cast.workspace, str(inside), cast.actor)
    hanako, url = signed_in(cast.hanako), f"/i/{case.reference}/investigate/people/"
    for wrong in (outside, inside / "..", inside / "none"):
        assert hanako.post(f"{url}take/", {"path": str(wrong)}).status_code >= 400
    assert hanako.post(f"{url}take/", {"path": str(inside)}).status_code == 302
    services.do_owed()
    row = PeopleCount.objects.get()
    report = people.report_of(case, row)
    assert report is not None
    assert (row.state, row.at_most, [file.path for file in report.files]) == ("done", 2, ["顧客/古い/名簿.csv"])
    assert [(path, size) for path, _sha, size in report.hashed] == [("顧客/古い/名簿.csv", len(customers()))]
    assert [path for path, _why in report.not_examined] == ["顧客/link.csv"]
    assert not casebook.evidence_of(case).filter(purpose=people.PURPOSE).exists(), "no copy of the data arose"


def test_a_folder_closed_or_swapped_meanwhile_is_not_read(cast: Cast, case: Any, tmp_path: Path) -> None:
    """数え始めるまでに閉じられた、またはリンクに替えられたフォルダは読まず、理由が残る。"""
    for n, spoil in enumerate(("forget", "link")):
        place, secret = tmp_path / f"in{n}", tmp_path / f"secret{n}"
        place.mkdir()
        secret.mkdir()
        (secret / "a.csv").write_bytes(customers())
        services.name_folder(cast.workspace, str(place), cast.actor)
        people.ask(case, [], cast.actor, place=place)
        if spoil == "forget":
            services.forget_folder(cast.workspace, str(place), cast.actor)
        else:
            place.rmdir()
            place.symlink_to(secret)
        services.do_owed()
    rows = PeopleCount.objects.order_by("number")
    assert [(row.state, row.problem["code"]) for row in rows] == [("failed", "investigate.not_in_folder")] * 2
    page = signed_in(cast.hanako).get(f"/i/{case.reference}/investigate/people/").text
    assert "フォルダの中にありません" in page


def test_our_own_data_is_never_counted(cast: Cast, case: Any) -> None:
    """火消し自身のデータを含むフォルダは、決めたフォルダの中でも数えない。"""
    data = Path(settings.HIKESHI_DATA)
    services.name_folder(cast.workspace, str(data.parent), cast.actor)
    for place in (data, data / "evidence", data.parent):
        with pytest.raises(services.Problem, match="our_own_data"):
            services.pointed_folder(cast.workspace, str(place))


def test_what_cannot_be_read_is_told(cast: Cast, case: Any) -> None:
    """空・壊れたもの・知らない形式だけでも仕事は終わり、どれにも理由が出て、「漏れていない」とは言わない。"""
    url = f"/i/{case.reference}/investigate/people/"
    hanako = signed_in(cast.hanako)
    broken = [b"", os.urandom(4096), b"PK\x03\x04garbage", b"%PDF-1.7 broken", b"\xff\xfe" * 99]
    files = [upload(content, f"{n}.pdf") for n, content in enumerate(broken)]
    hanako.post(f"{url}take/", {"files": files})
    services.do_owed()
    row = PeopleCount.objects.get()
    assert (row.state, row.at_most) == ("done", 0)
    page = hanako.get(f"{url}{row.counting}/").text
    assert "「漏れていない」という意味ではありません" in page
    report = people.report_of(case, row)
    assert report is not None
    told = {path for path, _why in report.not_examined} | {file.path for file in report.files}
    assert told == {f"{n}.pdf" for n in range(len(broken))}
    assert 'name="keys"' not in page


def test_work_is_owed_until_a_result_is_recorded(cast: Cast, case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """数えている途中で落ちても、頼んだ記録からやり直され、結果は一度だけ残る。"""
    kept = casebook.keep_file(case, io.BytesIO(customers()), "a.csv", cast.actor, purpose=people.PURPOSE)
    people.ask(case, [kept], cast.actor)

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("hikeshi.engines.privacy.count", dies)
        with pytest.raises(KeyboardInterrupt):
            services.do_owed()
    assert PeopleCount.objects.get().state == "owed"
    assert services.do_owed() == 1
    assert services.do_owed() == 0
    assert len(list(casebook.entries(case, ["investigate.people_counted"]))) == 1
